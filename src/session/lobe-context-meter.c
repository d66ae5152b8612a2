/* lobe-context-meter.c: how much of the context window a chat and its draft take */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-context-meter.h"

#include "driver/lobe-token-counter.h"

#define DELAY_MS       100 /* after a change, until it is estimated */
#define COUNT_DELAY_MS 500 /* after the last change, until a server is asked */
#define PAGE           32  /* messages loaded at once, back from the newest */
#define MAX_PAGES      16  /* where the window is not known, older ones are not looked at */

/**
 * LobeContextMeter:
 *
 * How much of the context window a chat and its draft take. A moment after each change this is estimated, from what is
 * known of each message already; when the person pauses, a server on this machine that can count is asked. Words that
 * were not sent never leave the machine. Messages are loaded from the newest back, and only until the window is full.
 */
struct _LobeContextMeter
{
  GObject         parent_instance;

  LobeCore       *core;
  LobeSession    *session;
  LobeMessage    *draft;
  GPtrArray      *history;      /* of LobeMessage, the draft last; NULL when it has to be made anew */
  LobeMessage    *awaited;      /* that is being loaded */
  gulong          awaited_handler;
  GSignalGroup   *session_signals;
  GSignalGroup   *chat_signals;
  GSignalGroup   *conversation_signals;
  GSignalGroup   *models_signals;
  GCancellable   *cancellable;  /* of the server's count */
  LobeContextFit  fit;
  gint64          counted;      /* the last count, and the estimate that it was of; 0: none */
  gint64          counted_estimate;
  guint           n_pages;
  guint           update_id;
  guint           count_id;
  gboolean        measured;
};

G_DEFINE_FINAL_TYPE (LobeContextMeter, lobe_context_meter, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
stop_counting (LobeContextMeter *self)
{
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_handle_id (&self->count_id, g_source_remove);
}

static void
stop_awaiting (LobeContextMeter *self)
{
  if (self->awaited != NULL)
    g_clear_signal_handler (&self->awaited_handler, self->awaited);
  g_clear_object (&self->awaited);
}

static LobeServer *
get_server (LobeContextMeter *self)
{
  LobeChat *chat = self->session != NULL ? lobe_session_get_chat (self->session) : NULL;
  const char *id = chat != NULL && lobe_chat_get_model (chat) != NULL ? lobe_chat_get_server (chat) : NULL;

  return id != NULL ? lobe_servers_get (lobe_core_get_servers (self->core), id) : NULL;
}

/* counting */

static void
counted_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (LobeContextMeter) self = user_data;
  LobePacking *packing = LOBE_PACKING (object);
  const LobeContextFit *fit = lobe_packing_get_fit (packing);

  /* stopped by a newer change, or the server does not tell: the estimate stands */
  if (!lobe_packing_run_finish (packing, result, NULL) || !fit->exact)
    return;

  self->fit = *fit;
  self->counted = fit->used;
  self->counted_estimate = fit->estimated;
  g_clear_object (&self->cancellable);
  g_signal_emit (self, signals[CHANGED], 0);
}

typedef struct
{
  LobeContextMeter *meter;
  LobePacking      *packing;
} Count;

static void
prepared_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autofree Count *count = user_data;
  g_autoptr (LobeContextMeter) self = count->meter;
  g_autoptr (LobePacking) packing = count->packing;
  g_autoptr (LobeEndpoint) endpoint = lobe_server_prepare_finish (LOBE_SERVER (object), result, NULL);

  if (endpoint != NULL && self->cancellable != NULL)
    lobe_packing_measure_async (packing, LOBE_SERVER (object), endpoint, self->cancellable, counted_cb, g_object_ref (self));
}

/* Asking must not start an engine, and must not carry unsent words elsewhere. */
static gboolean
can_count (LobeContextMeter *self,
           LobeServer       *server)
{
  LobeModelInfo *info = server != NULL ? lobe_context_meter_get_model (self) : NULL;

  if (server == NULL || !lobe_server_is_local (server) || !LOBE_IS_TOKEN_COUNTER (lobe_server_get_driver (server)) ||
      lobe_session_get_turn (self->session) != NULL)
    return FALSE;

  return !LOBE_IS_ENGINE_SERVER (server) || (info != NULL && lobe_model_info_get_loaded (info));
}

static LobeRequest *
make_request (LobeContextMeter *self,
              LobeServer       *server)
{
  LobeChat *chat = lobe_session_get_chat (self->session);
  LobeRequest *request = lobe_request_new (lobe_chat_get_model (chat));

  lobe_request_set_system_prompt (request, lobe_chat_get_system_prompt (chat));
  if (LOBE_IS_ENGINE_SERVER (server))
    lobe_engine_server_tune_request (LOBE_ENGINE_SERVER (server), request);

  return request;
}

static gboolean
count_cb (gpointer user_data)
{
  LobeContextMeter *self = user_data;
  LobeServer *server = get_server (self);
  g_autoptr (LobeRequest) request = NULL;
  Count *count;

  self->count_id = 0;
  if (!can_count (self, server) || self->history == NULL)
    return G_SOURCE_REMOVE;

  request = make_request (self, server);
  count = g_new0 (Count, 1);
  count->meter = g_object_ref (self);
  count->packing = lobe_packing_new (lobe_core_get_context_book (self->core), NULL, lobe_session_get_chat (self->session),
                                     server, request, self->history);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  self->cancellable = g_cancellable_new ();
  lobe_server_prepare_async (server, lobe_request_get_model (request), self->cancellable, prepared_cb, count);

  return G_SOURCE_REMOVE;
}

/* estimating */

static gboolean
has_draft (LobeContextMeter *self)
{
  GPtrArray *parts = lobe_message_get_parts (self->draft);

  return parts != NULL && parts->len > 0;
}

static void
ensure_history (LobeContextMeter *self,
                LobeConversation *conversation)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (conversation));

  if (self->history != NULL)
    return;

  self->history = g_ptr_array_new_full (n + 1, g_object_unref);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->history, g_list_model_get_item (G_LIST_MODEL (conversation), i));
  if (has_draft (self))
    g_ptr_array_add (self->history, g_object_ref (self->draft));
}

static void
awaited_cb (LobeMessage      *message,
            LobeContextMeter *self)
{
  if (lobe_message_get_loaded (message))
    {
      stop_awaiting (self);
      lobe_context_meter_update (self);
    }
}

static void
load_more (LobeContextMeter *self,
           LobeConversation *conversation)
{
  LobeMessage *message = self->fit.unloaded;
  guint position;

  if (message == NULL || message == self->awaited || !lobe_conversation_find (conversation, message, &position) ||
      (self->fit.window <= 0 && self->n_pages >= MAX_PAGES) || lobe_message_get_error_code (message) >= 0)
    return;

  self->n_pages++;
  stop_awaiting (self);
  self->awaited = g_object_ref (message);
  self->awaited_handler = g_signal_connect (message, "changed", G_CALLBACK (awaited_cb), self);
  lobe_conversation_load (conversation, position + 1 > PAGE ? position + 1 - PAGE : 0, PAGE);
}

static gboolean
update_cb (gpointer user_data)
{
  LobeContextMeter *self = user_data;
  LobeConversation *conversation = self->session != NULL ? lobe_session_get_conversation (self->session) : NULL;
  LobeServer *server = get_server (self);

  self->update_id = 0;
  self->measured = FALSE;
  if (conversation != NULL && server != NULL)
    {
      g_autoptr (LobeRequest) request = make_request (self, server);
      LobeContextRules rules = lobe_context_book_get_rules (lobe_core_get_context_book (self->core),
                                                            lobe_session_get_chat (self->session), server,
                                                            lobe_request_get_model (request));

      ensure_history (self, conversation);
      self->measured = self->history->len > 0;
      lobe_context_pack (request, lobe_request_get_system_prompt (request), self->history, &rules, &self->fit);
      if (self->counted > 0)
        self->fit.used = MAX (self->counted + (gint64) ((double) (self->fit.estimated - self->counted_estimate) * rules.scale), 1);
      load_more (self, conversation);
      if (self->measured && can_count (self, server))
        self->count_id = g_timeout_add (COUNT_DELAY_MS, count_cb, self);
    }

  g_signal_emit (self, signals[CHANGED], 0);

  return G_SOURCE_REMOVE;
}

/**
 * lobe_context_meter_update:
 * @self: a meter
 *
 * Measures again in a moment, since something changed.
 */
void
lobe_context_meter_update (LobeContextMeter *self)
{
  g_return_if_fail (LOBE_IS_CONTEXT_METER (self));

  stop_counting (self);
  if (self->update_id == 0)
    self->update_id = g_timeout_add (DELAY_MS, update_cb, self);
}

static void
forget (LobeContextMeter *self)
{
  g_clear_pointer (&self->history, g_ptr_array_unref);
  self->counted = 0;
  lobe_context_meter_update (self);
}

static void
model_changed_cb (LobeContextMeter *self)
{
  LobeServer *server = get_server (self);

  g_signal_group_set_target (self->models_signals, server != NULL ? lobe_server_get_models (server) : NULL);
  forget (self);
}

static void
conversation_changed_cb (LobeContextMeter *self)
{
  g_signal_group_set_target (self->conversation_signals, lobe_session_get_conversation (self->session));
  self->n_pages = 0;
  forget (self);
}

static void
lobe_context_meter_dispose (GObject *object)
{
  LobeContextMeter *self = LOBE_CONTEXT_METER (object);

  stop_counting (self);
  stop_awaiting (self);
  g_clear_handle_id (&self->update_id, g_source_remove);
  g_clear_object (&self->session_signals);
  g_clear_object (&self->chat_signals);
  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->models_signals);
  g_clear_pointer (&self->history, g_ptr_array_unref);
  g_clear_object (&self->draft);
  g_clear_object (&self->session);
  g_clear_object (&self->core);

  G_OBJECT_CLASS (lobe_context_meter_parent_class)->dispose (object);
}

static void
lobe_context_meter_class_init (LobeContextMeterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lobe_context_meter_dispose;

  /**
   * LobeContextMeter::changed:
   * @self: the meter
   *
   * What it measured is another.
   */
  signals[CHANGED] = g_signal_new ("changed", LOBE_TYPE_CONTEXT_METER, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
lobe_context_meter_init (LobeContextMeter *self)
{
  static const char *const chat_properties[] = { "notify::model", "notify::server" };
  static const char *const context_properties[] = {
    "notify::context-strategy", "notify::context-messages", "notify::summary", "notify::summary-leaf-id", "notify::system-prompt"
  };

  self->draft = lobe_message_new ("draft", NULL, LOBE_ROLE_USER, 0);

  self->session_signals = g_signal_group_new (LOBE_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify::conversation", G_CALLBACK (conversation_changed_cb), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::turn", G_CALLBACK (forget), self);
  g_signal_group_connect_swapped (self->session_signals, "context-changed", G_CALLBACK (forget), self);
  self->chat_signals = g_signal_group_new (LOBE_TYPE_CHAT);
  for (guint i = 0; i < G_N_ELEMENTS (chat_properties); i++)
    g_signal_group_connect_swapped (self->chat_signals, chat_properties[i], G_CALLBACK (model_changed_cb), self);
  for (guint i = 0; i < G_N_ELEMENTS (context_properties); i++)
    g_signal_group_connect_swapped (self->chat_signals, context_properties[i], G_CALLBACK (forget), self);
  self->conversation_signals = g_signal_group_new (LOBE_TYPE_CONVERSATION);
  g_signal_group_connect_swapped (self->conversation_signals, "items-changed", G_CALLBACK (forget), self);
  self->models_signals = g_signal_group_new (G_TYPE_LIST_MODEL);
  g_signal_group_connect_swapped (self->models_signals, "items-changed", G_CALLBACK (forget), self);
}

/**
 * lobe_context_meter_new:
 * @core: the core
 *
 * Returns: (transfer full): a meter with nothing to measure
 */
LobeContextMeter *
lobe_context_meter_new (LobeCore *core)
{
  LobeContextMeter *self;

  g_return_val_if_fail (LOBE_IS_CORE (core), NULL);

  self = g_object_new (LOBE_TYPE_CONTEXT_METER, NULL);
  self->core = g_object_ref (core);
  g_signal_connect_object (lobe_core_get_context_book (core), "changed", G_CALLBACK (forget), self, G_CONNECT_SWAPPED);

  return self;
}

/**
 * lobe_context_meter_set_session:
 * @self: a meter
 * @session: (nullable): the chat to measure
 */
void
lobe_context_meter_set_session (LobeContextMeter *self,
                                LobeSession      *session)
{
  g_return_if_fail (LOBE_IS_CONTEXT_METER (self));

  if (!g_set_object (&self->session, session))
    return;

  stop_awaiting (self);
  self->measured = FALSE;
  self->n_pages = 0;
  g_signal_group_set_target (self->session_signals, session);
  g_signal_group_set_target (self->chat_signals, session != NULL ? lobe_session_get_chat (session) : NULL);
  g_signal_group_set_target (self->conversation_signals, session != NULL ? lobe_session_get_conversation (session) : NULL);
  model_changed_cb (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * lobe_context_meter_get_session:
 * @self: a meter
 *
 * Returns: (transfer none) (nullable): the chat that it measures
 */
LobeSession *
lobe_context_meter_get_session (LobeContextMeter *self)
{
  g_return_val_if_fail (LOBE_IS_CONTEXT_METER (self), NULL);

  return self->session;
}

/**
 * lobe_context_meter_set_draft:
 * @self: a meter
 * @text: (nullable): what is written and not sent
 * @attachments: (nullable) (element-type LobePart): what goes with it
 */
void
lobe_context_meter_set_draft (LobeContextMeter *self,
                              const char       *text,
                              GPtrArray        *attachments)
{
  gboolean had_draft;

  g_return_if_fail (LOBE_IS_CONTEXT_METER (self));

  had_draft = has_draft (self);
  if (had_draft && self->history != NULL)
    g_ptr_array_set_size (self->history, (int) self->history->len - 1);
  g_clear_object (&self->draft);
  self->draft = lobe_message_new ("draft", NULL, LOBE_ROLE_USER, 0);
  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    lobe_message_add_part (self->draft, attachments->pdata[i]);
  if (text != NULL && *text != '\0')
    lobe_message_append (self->draft, LOBE_PART_TEXT, text, -1);
  if (has_draft (self) && self->history != NULL)
    g_ptr_array_add (self->history, g_object_ref (self->draft));

  if (had_draft || has_draft (self))
    lobe_context_meter_update (self);
}

/**
 * lobe_context_meter_get_fit: (skip)
 * @self: a meter
 *
 * Returns: (transfer none) (nullable): what it measured last; %NULL when there is nothing to measure
 */
const LobeContextFit *
lobe_context_meter_get_fit (LobeContextMeter *self)
{
  g_return_val_if_fail (LOBE_IS_CONTEXT_METER (self), NULL);

  return self->measured ? &self->fit : NULL;
}

/**
 * lobe_context_meter_get_model:
 * @self: a meter
 *
 * Returns: (transfer none) (nullable): what is known of the chat's model
 */
LobeModelInfo *
lobe_context_meter_get_model (LobeContextMeter *self)
{
  LobeServer *server;

  g_return_val_if_fail (LOBE_IS_CONTEXT_METER (self), NULL);

  server = get_server (self);

  return server != NULL ? lobe_server_find_model (server, lobe_chat_get_model (lobe_session_get_chat (self->session))) : NULL;
}
