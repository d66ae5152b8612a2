/* lobe-packing.c: the way from a conversation to the request: cut it, count it, summarise what is too old */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-packing.h"

#include "driver/lobe-token-counter.h"
#include "session/lobe-summary.h"
#include "session/lobe-token-estimate.h"

#include <glib/gi18n-lib.h>

#define MAX_COUNTS 4 /* how often the server is asked before the estimate has to do */
#define KEPT_TURNS 0.5 /* of the room for what is not summarised, when a new summary is made */

/* How far the server may be below its own count, as a part of it: some templates are another one for an answer. */
#define TOLERANCE 0.1

/**
 * LobePacking:
 *
 * The way from a conversation to the request. What is sent is chosen by estimate. A server on this machine that can
 * count is asked whenever it comes near to the window, and what it says is both believed and learned from. Where the
 * chat wants that, what does not fit is summarised first: the summary is the chat's, where everybody sees it grow.
 */
struct _LobePacking
{
  GObject           parent_instance;

  LobeContextBook  *book;
  LobeStore        *store;
  LobeChat         *chat;
  LobeServer       *server;
  LobeRequest      *request;
  char             *system_prompt;
  GPtrArray        *history; /* of LobeMessage, loaded */
  LobeServer       *member;
  LobeEndpoint     *endpoint;
  LobeContextRules  rules;
  LobeContextFit    fit;
  char             *activity;
  char             *old_summary;
  char             *old_leaf_id;
  guint             n_counts;
  gboolean          summarised;
};

G_DEFINE_FINAL_TYPE (LobePacking, lobe_packing, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ACTIVITY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
lobe_packing_finalize (GObject *object)
{
  LobePacking *self = LOBE_PACKING (object);

  g_clear_object (&self->book);
  g_clear_object (&self->store);
  g_clear_object (&self->chat);
  g_clear_object (&self->server);
  g_clear_object (&self->request);
  g_clear_object (&self->member);
  g_clear_object (&self->endpoint);
  g_ptr_array_unref (self->history);
  g_free (self->system_prompt);
  g_free (self->activity);
  g_free (self->old_summary);
  g_free (self->old_leaf_id);

  G_OBJECT_CLASS (lobe_packing_parent_class)->finalize (object);
}

static void
lobe_packing_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  switch (prop_id)
    {
    case PROP_ACTIVITY:
      g_value_set_string (value, LOBE_PACKING (object)->activity);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_packing_class_init (LobePackingClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = lobe_packing_finalize;
  object_class->get_property = lobe_packing_get_property;

  /**
   * LobePacking:activity:
   *
   * What is done that takes its time, in words for the person; %NULL when nothing is to be said.
   */
  properties[PROP_ACTIVITY] = g_param_spec_string ("activity", NULL, NULL, NULL,
                                                   G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lobe_packing_init (LobePacking *self)
{
}

/**
 * lobe_packing_new:
 * @book: what is known of models
 * @store: where a summary is kept
 * @chat: the chat, which says what is left out
 * @server: who answers
 * @request: a request with its model, limits and system prompt; its messages are put in
 * @history: (element-type LobeMessage): the conversation, loaded
 *
 * Returns: (transfer full): a packing that has not begun
 */
LobePacking *
lobe_packing_new (LobeContextBook *book,
                  LobeStore       *store,
                  LobeChat        *chat,
                  LobeServer      *server,
                  LobeRequest     *request,
                  GPtrArray       *history)
{
  LobePacking *self;

  g_return_val_if_fail (LOBE_IS_CONTEXT_BOOK (book), NULL);
  g_return_val_if_fail (LOBE_IS_CHAT (chat), NULL);
  g_return_val_if_fail (LOBE_IS_SERVER (server), NULL);
  g_return_val_if_fail (LOBE_IS_REQUEST (request), NULL);

  self = g_object_new (LOBE_TYPE_PACKING, NULL);
  self->book = g_object_ref (book);
  g_set_object (&self->store, store);
  self->chat = g_object_ref (chat);
  self->server = g_object_ref (server);
  self->request = g_object_ref (request);
  self->system_prompt = g_strdup (lobe_request_get_system_prompt (request));
  self->history = g_ptr_array_ref (history);

  return self;
}

/**
 * lobe_packing_get_activity:
 * @self: a packing
 *
 * Returns: (transfer none) (nullable): what is done that takes its time, in words for the person
 */
const char *
lobe_packing_get_activity (LobePacking *self)
{
  g_return_val_if_fail (LOBE_IS_PACKING (self), NULL);

  return self->activity;
}

static void
set_activity (LobePacking *self,
              const char  *activity)
{
  if (g_set_str (&self->activity, activity))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVITY]);
}

/**
 * lobe_packing_get_request:
 * @self: a packing
 *
 * Returns: (transfer none): the request that it fills
 */
LobeRequest *
lobe_packing_get_request (LobePacking *self)
{
  g_return_val_if_fail (LOBE_IS_PACKING (self), NULL);

  return self->request;
}

/**
 * lobe_packing_get_fit: (skip)
 * @self: a packing that has run
 *
 * Returns: (transfer none): what came of it
 */
const LobeContextFit *
lobe_packing_get_fit (LobePacking *self)
{
  g_return_val_if_fail (LOBE_IS_PACKING (self), NULL);

  return &self->fit;
}

static gboolean
has_images (LobePacking *self)
{
  GPtrArray *messages = lobe_request_get_messages (self->request);

  for (guint i = 0; i < messages->len; i++)
    if (lobe_message_get_part (messages->pdata[i], LOBE_PART_IMAGE) != NULL)
      return TRUE;

  return FALSE;
}

/**
 * lobe_packing_judge:
 * @self: a packing whose request was answered
 * @usage: (nullable): what the server says of it
 * @reason: why the answer ended
 *
 * Compares what was sent with what the server says it read, and learns from it.
 *
 * Returns: (transfer full) (nullable): what the person has to know of it; %NULL when all is well
 */
char *
lobe_packing_judge (LobePacking     *self,
                    const LobeUsage *usage,
                    LobeStopReason   reason)
{
  gint64 least;
  char *words;

  g_return_val_if_fail (LOBE_IS_PACKING (self), NULL);

  /* what a picture costs is each model's own affair */
  if (has_images (self))
    return NULL;

  least = self->fit.exact ? (gint64) ((double) self->fit.used * (1.0 - TOLERANCE)) : lobe_token_estimate_least (self->request);
  words = lobe_context_explain (&self->fit, usage, reason, least);
  if (words == NULL && usage != NULL)
    lobe_context_book_learn (self->book, lobe_server_get_id (self->server), lobe_request_get_model (self->request),
                             self->fit.estimated, usage->prompt_tokens);

  return words;
}

static void
pack (LobePacking *self)
{
  self->rules = lobe_context_book_get_rules (self->book, self->chat, self->server, lobe_request_get_model (self->request));
  lobe_context_pack (self->request, self->system_prompt, self->history, &self->rules, &self->fit);
}

/* counting */

static void count (GTask *task);

static void
counted_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LobePacking *self = g_task_get_source_object (task);
  gint64 tokens = lobe_token_counter_count_finish (LOBE_TOKEN_COUNTER (object), result, NULL);

  if (g_task_return_error_if_cancelled (task))
    return;

  /* one that does not tell after all: the estimate has to do */
  if (tokens <= 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  lobe_context_book_learn (self->book, lobe_server_get_id (self->server), lobe_request_get_model (self->request),
                           self->fit.estimated, tokens);
  self->fit.used = tokens;
  self->fit.exact = TRUE;
  if (!lobe_context_is_over (&self->fit) || self->n_counts >= MAX_COUNTS)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  /* this text is denser than what the scale was learned from */
  {
    double scale = (double) tokens / (double) MAX (self->fit.estimated, 1);
    guint n_before = self->fit.n_left_out;

    self->rules = lobe_context_book_get_rules (self->book, self->chat, self->server, lobe_request_get_model (self->request));
    self->rules.scale = MAX (scale, self->rules.scale * 1.02);
    lobe_context_pack (self->request, self->system_prompt, self->history, &self->rules, &self->fit);
    if (self->fit.n_left_out > n_before)
      count (task);
    else
      {
        self->fit.used = tokens;
        self->fit.exact = TRUE;
        g_task_return_boolean (task, TRUE);
      }
  }
}

/* What is sent anyway a moment later may be counted anywhere, but elsewhere it is not worth the way. */
static void
count (GTask *task)
{
  LobePacking *self = g_task_get_source_object (task);
  LobeDriver *driver = lobe_server_get_driver (self->member);

  if (!LOBE_IS_TOKEN_COUNTER (driver) || !lobe_server_is_local (self->member) ||
      (self->fit.used < self->fit.window / 2 && g_task_get_source_tag (task) != lobe_packing_measure_async))
    {
      g_task_return_boolean (task, TRUE);
      return;
    }

  self->n_counts++;
  lobe_token_counter_count_async (LOBE_TOKEN_COUNTER (driver), self->endpoint, self->request,
                                  g_task_get_cancellable (task), counted_cb, g_object_ref (task));
}

/* summarising */

static void
grown_cb (const char *summary,
          gpointer    user_data)
{
  LobePacking *self = user_data;

  lobe_chat_set_summary (self->chat, summary, lobe_message_get_id (self->fit.left_out_leaf));
}

static void
summarised_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LobePacking *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *summary = lobe_summary_write_finish (result, &error);
  gboolean alone = g_task_get_source_tag (task) == lobe_packing_summarise_async;

  set_activity (self, NULL);
  if (summary == NULL)
    {
      /* half a summary stands for nothing; what fits is sent without it, and what is left out is told */
      lobe_chat_set_summary (self->chat, self->old_summary, self->old_leaf_id);
      if (alone || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        {
          g_task_return_error (task, g_steal_pointer (&error));
          return;
        }
    }
  else
    lobe_chat_set_summary (self->chat, summary, lobe_message_get_id (self->fit.left_out_leaf));

  if (self->store != NULL)
    lobe_store_save_chat (self->store, self->chat);
  pack (self);
  if (alone)
    g_task_return_boolean (task, TRUE);
  else
    count (task);
}

/* Covers more than has to go, so that not every question begins with a new summary. */
static gboolean
summarise (GTask *task)
{
  LobePacking *self = g_task_get_source_object (task);
  g_autoptr (GPtrArray) messages = g_ptr_array_new ();
  LobeContextRules rules = self->rules;
  gboolean covered = FALSE;
  gboolean has_leaf = FALSE;

  if (rules.window <= 0)
    rules.window = 4096;
  rules.window = (gint64) ((double) rules.window * KEPT_TURNS);
  lobe_context_pack (self->request, self->system_prompt, self->history, &rules, &self->fit);
  if (self->fit.left_out_leaf == NULL)
    return FALSE;

  g_set_str (&self->old_summary, lobe_chat_get_summary (self->chat));
  g_set_str (&self->old_leaf_id, lobe_chat_get_summary_leaf_id (self->chat));
  for (guint i = 0; i < self->history->len && self->old_leaf_id != NULL && !has_leaf; i++)
    has_leaf = g_str_equal (lobe_message_get_id (self->history->pdata[i]), self->old_leaf_id);

  /* what the old summary has is not read again; a summary of another branch is of no use here */
  covered = has_leaf && self->old_summary != NULL;
  for (guint i = 0; i < self->history->len; i++)
    {
      LobeMessage *message = self->history->pdata[i];

      if (!covered && *lobe_message_get_text (message) != '\0')
        g_ptr_array_add (messages, message);
      if (covered && g_str_equal (lobe_message_get_id (message), self->old_leaf_id))
        covered = FALSE;
      if (message == self->fit.left_out_leaf)
        break;
    }
  if (messages->len == 0)
    return FALSE;

  self->summarised = TRUE;
  set_activity (self, _("Summarising the older messages…"));
  lobe_summary_write_async (lobe_server_get_driver (self->member), self->endpoint, lobe_request_get_model (self->request),
                            has_leaf ? self->old_summary : NULL, messages, &self->rules, grown_cb, self,
                            g_task_get_cancellable (task), summarised_cb, g_object_ref (task));

  return TRUE;
}

/**
 * lobe_packing_run_async:
 * @self: a packing
 * @member: who is asked: the server, or one of a pool
 * @endpoint: where that is
 * @cancellable: (nullable): to give up
 * @callback: called when done
 * @user_data: for @callback
 *
 * Fills the request.
 */
void
lobe_packing_run_async (LobePacking         *self,
                        LobeServer          *member,
                        LobeEndpoint        *endpoint,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_PACKING (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_packing_run_async);
  g_set_object (&self->member, member);
  g_set_object (&self->endpoint, endpoint);

  pack (self);
  if (self->rules.strategy == LOBE_CONTEXT_SUMMARY && self->fit.n_left_out > 0 && !self->summarised)
    {
      if (summarise (task))
        return;
      pack (self);
    }
  count (task);
}

/**
 * lobe_packing_measure_async:
 * @self: a packing
 * @member: who is asked: the server, or one of a pool
 * @endpoint: where that is
 * @cancellable: (nullable): to give up
 * @callback: called when done; [method@Packing.run_finish] says how
 * @user_data: for @callback
 *
 * Only finds out how long what would be sent is; where the server can count and is on this machine, exactly.
 */
void
lobe_packing_measure_async (LobePacking         *self,
                            LobeServer          *member,
                            LobeEndpoint        *endpoint,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_PACKING (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_packing_measure_async);
  g_set_object (&self->member, member);
  g_set_object (&self->endpoint, endpoint);

  pack (self);
  count (task);
}

/**
 * lobe_packing_summarise_async:
 * @self: a packing
 * @member: who is asked: the server, or one of a pool
 * @endpoint: where that is
 * @cancellable: (nullable): to give up
 * @callback: called when done; [method@Packing.run_finish] says how
 * @user_data: for @callback
 *
 * Only makes the summary, of what would be covered by one, before anything is sent.
 */
void
lobe_packing_summarise_async (LobePacking         *self,
                              LobeServer          *member,
                              LobeEndpoint        *endpoint,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_PACKING (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_packing_summarise_async);
  g_set_object (&self->member, member);
  g_set_object (&self->endpoint, endpoint);

  pack (self);
  if (!summarise (task))
    g_task_return_boolean (task, TRUE);
}

/**
 * lobe_packing_run_finish:
 * @self: a packing
 * @result: what the callback got
 * @error: where to put what went wrong
 *
 * Returns: whether it is done
 */
gboolean
lobe_packing_run_finish (LobePacking   *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
