/* lobe-turn.c: one answer being had: load the history, prepare the server, ask, stream into the message, end it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-turn.h"

#include "base/lobe-error.h"
#include "driver/lobe-think-stopper.h"
#include "engine/lobe-engine-server.h"
#include "markdown/lobe-markdown.h"
#include "session/lobe-attempt.h"

#include <glib/gi18n-lib.h>

/**
 * LobeTurn:
 *
 * One answer being had. It waits until the history is loaded and the server is ready (both at once), packs the
 * request, and lets what comes flow into its message; the store makes checkpoints meanwhile. However it ends, it ends
 * once: the message's state says how, and [signal@Turn::ended] tells.
 *
 * A message that holds text already is continued where it ends.
 */
struct _LobeTurn
{
  GObject           parent_instance;

  LobeClock        *clock;
  LobeStore        *store;
  LobeServer       *server;
  LobeConversation *conversation;
  LobeMessage      *message;
  char             *system_prompt;
  LobeChat         *chat;
  LobeContextBook  *book;

  GCancellable     *cancellable;
  GPtrArray        *history; /* of LobeMessage, the answer itself only when it is continued */
  guint             n_unloaded;
  LobeAttempt      *attempt;
  char             *answer_id; /* by which the server can be told that it has thought enough */
  gboolean          ready;
  char             *activity;
  gint64            think_start;
  gint64            asked_at;
  gint64            first_token_at;
  LobePacking      *packing;
  gboolean          started;
  gboolean          asked;
  gboolean          ended;

  LobeDeltaFunc     delta_func;
  gpointer          delta_data;
};

G_DEFINE_FINAL_TYPE (LobeTurn, lobe_turn, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ACTIVITY,
  PROP_CAN_STOP_THINKING,
  N_PROPS
};

enum
{
  ENDED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void ask_when_ready (LobeTurn *self);

static void
lobe_turn_dispose (GObject *object)
{
  LobeTurn *self = LOBE_TURN (object);

  g_cancellable_cancel (self->cancellable);

  G_OBJECT_CLASS (lobe_turn_parent_class)->dispose (object);
}

static void
lobe_turn_finalize (GObject *object)
{
  LobeTurn *self = LOBE_TURN (object);

  g_clear_pointer (&self->history, g_ptr_array_unref);
  g_clear_object (&self->attempt);
  g_clear_pointer (&self->answer_id, g_free);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->message);
  g_clear_object (&self->conversation);
  g_clear_object (&self->server);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  g_clear_object (&self->chat);
  g_clear_object (&self->book);
  g_clear_object (&self->packing);
  g_free (self->system_prompt);
  g_free (self->activity);

  G_OBJECT_CLASS (lobe_turn_parent_class)->finalize (object);
}

static void
lobe_turn_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  LobeTurn *self = LOBE_TURN (object);

  switch (prop_id)
    {
    case PROP_ACTIVITY:
      g_value_set_string (value, self->activity);
      break;

    case PROP_CAN_STOP_THINKING:
      g_value_set_boolean (value, lobe_turn_get_can_stop_thinking (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_turn_class_init (LobeTurnClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lobe_turn_dispose;
  object_class->finalize = lobe_turn_finalize;
  object_class->get_property = lobe_turn_get_property;

  /**
   * LobeTurn:activity:
   *
   * What is waited for before the first words, in words for the person; %NULL when nothing is to be said.
   */
  properties[PROP_ACTIVITY] = g_param_spec_string ("activity", NULL, NULL, NULL,
                                                   G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);

  /**
   * LobeTurn:can-stop-thinking:
   *
   * Whether the model is thinking, and its server can be told that it is enough.
   */
  properties[PROP_CAN_STOP_THINKING] = g_param_spec_boolean ("can-stop-thinking", NULL, NULL, FALSE,
                                                             G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * LobeTurn::ended:
   * @self: the turn
   *
   * The answer is whole, or there will be no more of it: see the message's state.
   */
  signals[ENDED] = g_signal_new ("ended", LOBE_TYPE_TURN, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lobe_turn_init (LobeTurn *self)
{
  self->cancellable = g_cancellable_new ();
}

static void
set_activity (LobeTurn   *self,
              const char *activity)
{
  if (g_set_str (&self->activity, activity))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVITY]);
}

static void
end_thinking (LobeTurn *self)
{
  if (self->think_start == 0)
    return;

  lobe_message_set_think_time (self->message, lobe_clock_get_monotonic (self->clock) - self->think_start);
  self->think_start = 0;
  if (self->answer_id != NULL)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_STOP_THINKING]);
}

/* The first piece of the answer; a continued one has had its own long ago. */
static void
note_first_token (LobeTurn *self)
{
  if (self->first_token_at != 0)
    return;

  self->first_token_at = lobe_clock_get_monotonic (self->clock);
  if (lobe_message_get_length (self->message) == 0 && self->asked_at != 0)
    lobe_message_set_first_token_time (self->message, MAX (self->first_token_at - self->asked_at, 1));
}

/* What the server did not tell of its speed is what we saw: tokens over the time in which they came. */
static void
complete_usage (LobeTurn *self)
{
  const LobeUsage *told = lobe_message_get_usage (self->message);
  gint64 duration = self->first_token_at != 0 ? lobe_clock_get_monotonic (self->clock) - self->first_token_at : 0;
  LobeUsage usage;

  if (told == NULL || told->tokens_per_second >= 0 || told->completion_tokens < 2 || duration <= 0)
    return;

  usage = *told;
  usage.tokens_per_second = (double) (usage.completion_tokens - 1) * G_USEC_PER_SEC / (double) duration;
  lobe_message_set_usage (self->message, &usage);
}

static LobeMessageState
state_for_error (const GError *error)
{
  if (error == NULL)
    return LOBE_MESSAGE_DONE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return LOBE_MESSAGE_STOPPED;
  if (g_error_matches (error, LOBE_ERROR, LOBE_ERROR_INTERRUPTED))
    return LOBE_MESSAGE_INTERRUPTED;

  return LOBE_MESSAGE_FAILED;
}

/* An answer to less than was sent, or one that had no room, is an answer; but the person must know. */
static void
note_context (LobeTurn       *self,
              LobeStopReason  reason)
{
  g_autofree char *words = lobe_packing_judge (self->packing, lobe_message_get_usage (self->message), reason);

  if (words != NULL)
    lobe_message_set_error (self->message, LOBE_ERROR_CONTEXT_OVERFLOW, words);
}

static void
end (LobeTurn       *self,
     LobeStopReason  reason,
     const GError   *error)
{
  LobeMessageState state = state_for_error (error);
  g_autoptr (GPtrArray) blocks = NULL;

  if (self->ended)
    return;

  self->ended = TRUE;
  end_thinking (self);
  complete_usage (self);
  set_activity (self, NULL);
  g_signal_handlers_disconnect_by_data (self->server, self);
  for (guint i = 0; self->history != NULL && i < self->history->len; i++)
    g_signal_handlers_disconnect_by_data (self->history->pdata[i], self);
  if (self->packing != NULL)
    g_signal_handlers_disconnect_by_data (self->packing, self);
  if (self->attempt != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->attempt, self);
      lobe_attempt_leave (self->attempt); /* so that the next may go in, and the local engine rest */
    }

  /* counted here once, so that opening the chat later need not parse anything */
  blocks = lobe_markdown_parse (lobe_message_get_text (self->message), -1);
  lobe_message_set_n_blocks (self->message, blocks->len);
  if (lobe_error_get_retry_after (error) > 0)
    lobe_message_set_retry_time (self->message, lobe_clock_get_real (self->clock) + lobe_error_get_retry_after (error) * G_USEC_PER_SEC);
  if (state == LOBE_MESSAGE_FAILED || state == LOBE_MESSAGE_INTERRUPTED)
    lobe_message_set_error (self->message, error->domain == LOBE_ERROR ? error->code : LOBE_ERROR_FAILED, error->message);
  else if (state == LOBE_MESSAGE_DONE && self->packing != NULL)
    note_context (self, reason);
  lobe_message_set_stop_reason (self->message, reason);
  lobe_message_set_state (self->message, state);
  lobe_store_finish_message (self->store, self->message);

  g_object_ref (self);
  g_signal_emit (self, signals[ENDED], 0);
  g_object_unref (self);
}

/* What the provider wants back with what it thought, or where it showed nothing of that, with what it said. */
static void
sign (LobeTurn        *self,
      const LobeDelta *delta)
{
  g_autofree char *signature = lobe_delta_dup_text (delta);
  LobePart *part = lobe_message_get_part (self->message, LOBE_PART_REASONING);

  if (part == NULL)
    part = lobe_message_get_part (self->message, LOBE_PART_TEXT);
  if (part == NULL)
    {
      lobe_message_append (self->message, LOBE_PART_REASONING, "", 0);
      part = lobe_message_get_part (self->message, LOBE_PART_REASONING);
    }

  lobe_part_set_signature (part, signature);
  lobe_store_touch_message (self->store, self->message);
}

static void
delta_cb (const LobeDelta *delta,
          gpointer         user_data)
{
  LobeTurn *self = user_data;

  if (self->ended)
    return;

  switch (delta->kind)
    {
    case LOBE_DELTA_TEXT:
      note_first_token (self);
      if (self->activity != NULL)
        set_activity (self, NULL);
      end_thinking (self);
      lobe_message_append (self->message, LOBE_PART_TEXT, delta->text, (gssize) delta->length);
      lobe_store_touch_message (self->store, self->message);
      break;

    case LOBE_DELTA_REASONING:
      note_first_token (self);
      if (self->activity != NULL)
        set_activity (self, NULL);
      if (self->think_start == 0)
        {
          self->think_start = lobe_clock_get_monotonic (self->clock);
          if (self->answer_id != NULL)
            g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAN_STOP_THINKING]);
        }
      lobe_message_append (self->message, LOBE_PART_REASONING, delta->text, (gssize) delta->length);
      lobe_store_touch_message (self->store, self->message);
      break;

    case LOBE_DELTA_ANSWER_ID:
      g_free (self->answer_id);
      self->answer_id = lobe_delta_dup_text (delta);
      break;

    case LOBE_DELTA_USAGE:
      lobe_message_set_usage (self->message, delta->usage);
      break;

    case LOBE_DELTA_PROGRESS:
      {
        /* Translators: a percentage */
        g_autofree char *words = g_strdup_printf (_("Reading the conversation… %d %%"), (int) (delta->progress * 100));

        set_activity (self, words);
      }
      break;

    case LOBE_DELTA_SIGNATURE:
      if (delta->index == LOBE_DELTA_NO_CALL)
        sign (self, delta);
      break;

    case LOBE_DELTA_TOOL_CALL: /* no tools are offered yet; a server that calls some all the same is not obeyed */
    default:
      break;
    }

  if (self->delta_func != NULL)
    self->delta_func (delta, self->delta_data);
}

static void
chat_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (LobeTurn) self = user_data;
  g_autoptr (GError) error = NULL;
  LobeStopReason reason = lobe_attempt_ask_finish (LOBE_ATTEMPT (object), result, &error);

  end (self, reason, error);
}

static void
packed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (LobeTurn) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!lobe_packing_run_finish (LOBE_PACKING (object), result, &error))
    {
      end (self, LOBE_STOP_NONE, error);
      return;
    }

  if (self->ended)
    return;

  self->asked_at = lobe_clock_get_monotonic (self->clock);
  lobe_attempt_ask_async (self->attempt, lobe_packing_get_request (self->packing), delta_cb, self, self->cancellable,
                          chat_cb, g_object_ref (self));
}

static void
packing_activity_cb (LobePacking *packing,
                     GParamSpec  *pspec,
                     LobeTurn    *self)
{
  set_activity (self, lobe_packing_get_activity (packing));
}

static void
ask (LobeTurn *self)
{
  g_autoptr (LobeRequest) request = lobe_request_new (lobe_message_get_model (self->message));

  lobe_request_set_system_prompt (request, self->system_prompt);
  lobe_request_set_prefill (request, lobe_message_get_length (self->message) > 0);
  if (LOBE_IS_ENGINE_SERVER (self->server))
    lobe_engine_server_tune_request (LOBE_ENGINE_SERVER (self->server), request);

  self->packing = lobe_packing_new (self->book, self->store, self->chat, self->server, request, self->history);
  g_signal_connect (self->packing, "notify::activity", G_CALLBACK (packing_activity_cb), self);
  lobe_packing_run_async (self->packing, lobe_attempt_get_server (self->attempt), lobe_attempt_get_endpoint (self->attempt),
                          self->cancellable, packed_cb, g_object_ref (self));
}

static void
learned_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (LobeTurn) self = user_data;

  /* what it does not tell stays a guess */
  lobe_server_run_library_finish (LOBE_SERVER (object), result, NULL);
  if (!self->ended)
    ask (self);
}

/*
 * Ollama's list does not say how large a model's window is. Asking for more than it has is answered by cutting the
 * request without a word, so who does not know yet asks first.
 */
static void
learn_window (LobeTurn *self)
{
  LobeServer *server = lobe_attempt_get_server (self->attempt);
  LobeModelInfo *info = lobe_server_find_model (server, lobe_message_get_model (self->message));

  if (info != NULL && lobe_model_info_get_max_context_length (info) == 0 &&
      (lobe_server_get_library_actions (server) & LOBE_LIBRARY_SHOW) != 0)
    lobe_server_run_library_async (server, LOBE_LIBRARY_SHOW, info, NULL, NULL, self->cancellable, learned_cb,
                                   g_object_ref (self));
  else
    ask (self);
}

static void
ask_when_ready (LobeTurn *self)
{
  if (self->ended || self->asked || !self->ready || self->n_unloaded > 0)
    return;

  self->asked = TRUE;
  learn_window (self);
}

static void
prepare_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (LobeTurn) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!lobe_attempt_prepare_finish (LOBE_ATTEMPT (object), result, &error))
    {
      end (self, LOBE_STOP_NONE, error);
      return;
    }

  self->ready = TRUE;
  ask_when_ready (self);
}

static void
activity_cb (LobeServer *server,
             GParamSpec *pspec,
             LobeTurn   *self)
{
  set_activity (self, lobe_server_get_activity (server));
}

static void
attempt_activity_cb (LobeAttempt *attempt,
                     GParamSpec  *pspec,
                     LobeTurn    *self)
{
  set_activity (self, lobe_attempt_get_activity (attempt));
}

/* The message remembers the member that answers, the chat its pool. */
static void
attempt_server_cb (LobeAttempt *attempt,
                   GParamSpec  *pspec,
                   LobeTurn    *self)
{
  lobe_message_set_origin (self->message, lobe_server_get_id (lobe_attempt_get_server (attempt)),
                           lobe_message_get_model (self->message));
}

/* Who answered last before this answer has the conversation in its cache. */
static const char *
find_last_server (LobeTurn *self)
{
  for (guint i = self->history->len; i > 0; i--)
    {
      LobeMessage *message = self->history->pdata[i - 1];

      if (message != self->message && lobe_message_get_role (message) == LOBE_ROLE_ASSISTANT)
        return lobe_message_get_server (message);
    }

  return NULL;
}

static void
history_changed_cb (LobeMessage *message,
                    LobeTurn    *self)
{
  if (!lobe_message_get_loaded (message) && lobe_message_get_error_code (message) < 0)
    return;

  g_signal_handlers_disconnect_by_func (message, history_changed_cb, self);
  if (!lobe_message_get_loaded (message))
    {
      g_autoptr (GError) error = g_error_new (LOBE_ERROR, LOBE_ERROR_STORE, _("An earlier message could not be read: %s"),
                                              lobe_message_get_error_text (message));

      end (self, LOBE_STOP_NONE, error);
      return;
    }

  self->n_unloaded--;
  ask_when_ready (self);
}

static void
collect_history (LobeTurn *self)
{
  gboolean continues = lobe_message_get_length (self->message) > 0;
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->conversation));

  self->history = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < n; i++)
    {
      LobeMessage *message = g_list_model_get_item (G_LIST_MODEL (self->conversation), i);

      if (message == self->message && !continues)
        {
          g_object_unref (message);
          break;
        }
      g_ptr_array_add (self->history, message);
      if (!lobe_message_get_loaded (message))
        {
          self->n_unloaded++;
          g_signal_connect (message, "changed", G_CALLBACK (history_changed_cb), self);
        }
      if (message == self->message)
        break;
    }

  if (self->n_unloaded > 0)
    lobe_conversation_load (self->conversation, 0, n);
}

/**
 * lobe_turn_new:
 * @clock: the clock
 * @store: where the message is stored
 * @server: who is asked
 * @conversation: the conversation, @message being on its active path
 * @message: the answer, with its origin set; text in it is continued
 * @system_prompt: (nullable): instructions before everything
 *
 * Returns: (transfer full): a turn that has not begun
 */
LobeTurn *
lobe_turn_new (LobeClock        *clock,
               LobeStore        *store,
               LobeServer       *server,
               LobeConversation *conversation,
               LobeMessage      *message,
               const char       *system_prompt)
{
  LobeTurn *self;

  g_return_val_if_fail (LOBE_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (LOBE_IS_STORE (store), NULL);
  g_return_val_if_fail (LOBE_IS_SERVER (server), NULL);
  g_return_val_if_fail (LOBE_IS_CONVERSATION (conversation), NULL);
  g_return_val_if_fail (lobe_message_get_model (message) != NULL, NULL);

  self = g_object_new (LOBE_TYPE_TURN, NULL);
  self->clock = g_object_ref (clock);
  self->store = g_object_ref (store);
  self->server = g_object_ref (server);
  self->conversation = g_object_ref (conversation);
  self->message = g_object_ref (message);
  self->system_prompt = g_strdup (system_prompt);

  return self;
}

/**
 * lobe_turn_set_context:
 * @self: a turn that has not begun
 * @chat: the chat, which says what of it is sent
 * @book: what is known of models
 *
 * Has to be called before it begins.
 */
void
lobe_turn_set_context (LobeTurn        *self,
                       LobeChat        *chat,
                       LobeContextBook *book)
{
  g_return_if_fail (LOBE_IS_TURN (self));
  g_return_if_fail (LOBE_IS_CHAT (chat));
  g_return_if_fail (LOBE_IS_CONTEXT_BOOK (book));

  g_set_object (&self->chat, chat);
  g_set_object (&self->book, book);
}

/**
 * lobe_turn_get_message:
 * @self: a turn
 *
 * Returns: (transfer none): the answer
 */
LobeMessage *
lobe_turn_get_message (LobeTurn *self)
{
  g_return_val_if_fail (LOBE_IS_TURN (self), NULL);

  return self->message;
}

/**
 * lobe_turn_get_activity:
 * @self: a turn
 *
 * Returns: (transfer none) (nullable): what is waited for, in words for the person
 */
const char *
lobe_turn_get_activity (LobeTurn *self)
{
  g_return_val_if_fail (LOBE_IS_TURN (self), NULL);

  return self->activity;
}

/**
 * lobe_turn_get_left_out:
 * @self: a turn
 *
 * Returns: how many messages did not fit into the model's context window, or were not to be sent
 */
guint
lobe_turn_get_left_out (LobeTurn *self)
{
  g_return_val_if_fail (LOBE_IS_TURN (self), 0);

  return self->packing != NULL ? lobe_packing_get_fit (self->packing)->n_left_out : 0;
}

/**
 * lobe_turn_get_ended:
 * @self: a turn
 *
 * Returns: whether it is over
 */
gboolean
lobe_turn_get_ended (LobeTurn *self)
{
  g_return_val_if_fail (LOBE_IS_TURN (self), TRUE);

  return self->ended;
}

/**
 * lobe_turn_set_delta_func: (skip)
 * @self: a turn
 * @func: (nullable): who else wants every piece as it comes
 * @user_data: for @func
 */
void
lobe_turn_set_delta_func (LobeTurn      *self,
                          LobeDeltaFunc  func,
                          gpointer       user_data)
{
  g_return_if_fail (LOBE_IS_TURN (self));

  self->delta_func = func;
  self->delta_data = user_data;
}

/**
 * lobe_turn_start:
 * @self: a turn that has not begun
 *
 * Begins. The turn keeps itself alive until it has ended.
 */
void
lobe_turn_start (LobeTurn *self)
{
  g_return_if_fail (LOBE_IS_TURN (self));
  g_return_if_fail (!self->started && self->book != NULL);

  self->started = TRUE;
  lobe_message_set_retry_time (self->message, 0);
  lobe_message_set_error (self->message, -1, NULL);
  lobe_message_set_state (self->message, LOBE_MESSAGE_STREAMING);
  g_signal_connect (self->server, "notify::activity", G_CALLBACK (activity_cb), self);
  collect_history (self);
  self->attempt = lobe_attempt_new (self->clock, self->server, lobe_message_get_model (self->message), find_last_server (self));
  g_signal_connect (self->attempt, "notify::activity", G_CALLBACK (attempt_activity_cb), self);
  g_signal_connect (self->attempt, "notify::server", G_CALLBACK (attempt_server_cb), self);
  lobe_attempt_prepare_async (self->attempt, self->cancellable, prepare_cb, g_object_ref (self));
}

/**
 * lobe_turn_get_can_stop_thinking:
 * @self: a turn
 *
 * Returns: whether the model is thinking, and its server can be told that it is enough
 */
gboolean
lobe_turn_get_can_stop_thinking (LobeTurn *self)
{
  g_return_val_if_fail (LOBE_IS_TURN (self), FALSE);

  return !self->ended && self->answer_id != NULL && self->think_start != 0 &&
         LOBE_IS_THINK_STOPPER (lobe_server_get_driver (lobe_attempt_get_server (self->attempt)));
}

/* That it could not be told is seen by its thinking on. */
static void
thinking_stopped_cb (GObject      *object,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  if (!lobe_think_stopper_stop_finish (LOBE_THINK_STOPPER (object), result, &error))
    g_debug ("Thinking goes on: %s", error->message);
}

/**
 * lobe_turn_stop_thinking:
 * @self: a turn
 *
 * Has the model begin its answer with what it has thought so far, if it can be told.
 */
void
lobe_turn_stop_thinking (LobeTurn *self)
{
  g_return_if_fail (LOBE_IS_TURN (self));

  if (!lobe_turn_get_can_stop_thinking (self))
    return;

  lobe_think_stopper_stop_async (LOBE_THINK_STOPPER (lobe_server_get_driver (lobe_attempt_get_server (self->attempt))),
                                 lobe_attempt_get_endpoint (self->attempt), lobe_message_get_model (self->message),
                                 self->answer_id, self->cancellable, thinking_stopped_cb, NULL);
}

/**
 * lobe_turn_stop:
 * @self: a turn
 *
 * Ends it where it is: the server is told, what came is kept.
 */
void
lobe_turn_stop (LobeTurn *self)
{
  g_autoptr (GError) error = NULL;

  g_return_if_fail (LOBE_IS_TURN (self));

  if (self->ended)
    return;

  g_cancellable_cancel (self->cancellable);
  /* at once, whatever a driver still does: what it delivers from now on is dropped */
  error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "stopped");
  end (self, LOBE_STOP_NONE, error);
}
