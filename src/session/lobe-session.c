/* lobe-session.c: an open chat: its conversation, and what can be done with it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-session.h"

#include "base/lobe-error.h"
#include "session/lobe-title.h"

#include <glib/gi18n-lib.h>

/**
 * LobeSession:
 *
 * An open chat: its conversation, the turn that runs in it, and what a person can do: send, regenerate, continue,
 * stop, choose among siblings. A chat that was never sent to is not in the store; sending puts it there.
 */
struct _LobeSession
{
  GObject           parent_instance;

  LobeCore         *core;
  LobeChat         *chat;
  LobeConversation *conversation;
  GPtrArray        *turns;             /* of LobeTurn, that run: more than one where models are compared */
  GCancellable     *title_cancellable; /* while a model writes a title */
  gboolean          writes_titles;
};

G_DEFINE_FINAL_TYPE (LobeSession, lobe_session, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_CHAT,
  PROP_CONVERSATION,
  PROP_TURN,
  N_PROPS
};

enum
{
  FAILED,
  CONTEXT_CHANGED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPS];
static guint signals[N_SIGNALS];

static void
stop_title (LobeSession *self)
{
  g_cancellable_cancel (self->title_cancellable);
  g_clear_object (&self->title_cancellable);
}

static void
lobe_session_dispose (GObject *object)
{
  LobeSession *self = LOBE_SESSION (object);

  stop_title (self);
  while (self->turns->len > 0)
    {
      g_autoptr (LobeTurn) turn = g_ptr_array_steal_index (self->turns, 0);

      g_signal_handlers_disconnect_by_data (turn, self);
      lobe_turn_stop (turn);
    }

  G_OBJECT_CLASS (lobe_session_parent_class)->dispose (object);
}

static void
lobe_session_finalize (GObject *object)
{
  LobeSession *self = LOBE_SESSION (object);

  g_clear_object (&self->conversation);
  g_clear_object (&self->chat);
  g_clear_object (&self->core);
  g_ptr_array_unref (self->turns);

  G_OBJECT_CLASS (lobe_session_parent_class)->finalize (object);
}

static void
lobe_session_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  LobeSession *self = LOBE_SESSION (object);

  switch (prop_id)
    {
    case PROP_CHAT:
      g_value_set_object (value, self->chat);
      break;

    case PROP_CONVERSATION:
      g_value_set_object (value, self->conversation);
      break;

    case PROP_TURN:
      g_value_set_object (value, lobe_session_get_turn (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_session_class_init (LobeSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = lobe_session_dispose;
  object_class->finalize = lobe_session_finalize;
  object_class->get_property = lobe_session_get_property;

  /**
   * LobeSession:chat:
   *
   * The chat.
   */
  properties[PROP_CHAT] = g_param_spec_object ("chat", NULL, NULL, LOBE_TYPE_CHAT, flags);
  /**
   * LobeSession:conversation:
   *
   * Its messages; %NULL until they are loaded.
   */
  properties[PROP_CONVERSATION] = g_param_spec_object ("conversation", NULL, NULL, LOBE_TYPE_CONVERSATION, flags);
  /**
   * LobeSession:turn:
   *
   * The answer that is being had, the first of them where there are several; %NULL when none is. Notifies whenever
   * one begins or ends.
   */
  properties[PROP_TURN] = g_param_spec_object ("turn", NULL, NULL, LOBE_TYPE_TURN, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  /**
   * LobeSession::failed:
   * @self: the session
   * @error: what went wrong
   *
   * A message could not be stored.
   */
  signals[FAILED] = g_signal_new ("failed", LOBE_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  G_TYPE_ERROR);

  /**
   * LobeSession::context-changed:
   * @self: the session
   *
   * What of the conversation would be sent is another.
   */
  signals[CONTEXT_CHANGED] = g_signal_new ("context-changed", LOBE_TYPE_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                           G_TYPE_NONE, 0);
}

static void
lobe_session_init (LobeSession *self)
{
  self->turns = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * lobe_session_new:
 * @core: the core
 * @chat: the chat to open
 *
 * Returns: (transfer full): a session; [method@Session.load_async] makes it usable
 */
LobeSession *
lobe_session_new (LobeCore *core,
                  LobeChat *chat)
{
  LobeSession *self;

  g_return_val_if_fail (LOBE_IS_CORE (core), NULL);
  g_return_val_if_fail (LOBE_IS_CHAT (chat), NULL);

  self = g_object_new (LOBE_TYPE_SESSION, NULL);
  self->core = g_object_ref (core);
  self->chat = g_object_ref (chat);

  return self;
}

/**
 * lobe_session_get_chat:
 * @self: a session
 *
 * Returns: (transfer none): the chat
 */
LobeChat *
lobe_session_get_chat (LobeSession *self)
{
  g_return_val_if_fail (LOBE_IS_SESSION (self), NULL);

  return self->chat;
}

/**
 * lobe_session_get_conversation:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): its messages; %NULL until they are loaded
 */
LobeConversation *
lobe_session_get_conversation (LobeSession *self)
{
  g_return_val_if_fail (LOBE_IS_SESSION (self), NULL);

  return self->conversation;
}

/**
 * lobe_session_set_writes_titles:
 * @self: a session
 * @writes_titles: whether the model may write a title after the first answer
 *
 * Off at first: whoever leaves right after the answer has nothing of it.
 */
void
lobe_session_set_writes_titles (LobeSession *self,
                                gboolean     writes_titles)
{
  g_return_if_fail (LOBE_IS_SESSION (self));

  self->writes_titles = writes_titles;
}

/**
 * lobe_session_get_turn:
 * @self: a session
 *
 * Returns: (transfer none) (nullable): the answer that is being had, the first of them where there are several
 */
LobeTurn *
lobe_session_get_turn (LobeSession *self)
{
  g_return_val_if_fail (LOBE_IS_SESSION (self), NULL);

  return self->turns->len > 0 ? self->turns->pdata[0] : NULL;
}

static void
load_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LobeSession *self = g_task_get_source_object (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (LobeConversation) conversation =
      lobe_store_load_conversation_finish (LOBE_STORE (object), result, &error);

  if (conversation == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  /* sent to while it was loading? then what was sent is already in a conversation, and that one holds */
  if (self->conversation == NULL && g_set_object (&self->conversation, conversation))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONVERSATION]);
  g_task_return_boolean (task, TRUE);
}

/**
 * lobe_session_load_async:
 * @self: a session
 * @cancellable: (nullable): to give up
 * @callback: called when done
 * @user_data: for @callback
 *
 * Loads the heads of the chat's messages; their bodies follow as they are looked at.
 */
void
lobe_session_load_async (LobeSession         *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_SESSION (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_session_load_async);
  lobe_store_load_conversation_async (lobe_core_get_store (self->core), lobe_chat_get_id (self->chat), cancellable,
                                      load_cb, g_steal_pointer (&task));
}

/**
 * lobe_session_load_finish:
 * @self: a session
 * @result: what the callback got
 * @error: where to put what went wrong: %LOBE_ERROR_STORE
 *
 * Returns: whether the conversation is there
 */
gboolean
lobe_session_load_finish (LobeSession   *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
added_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (LobeSession) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!lobe_store_add_messages_finish (LOBE_STORE (object), result, &error))
    g_signal_emit (self, signals[FAILED], 0, error);
}

static void
title_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (LobeSession) self = user_data;
  g_autofree char *title = lobe_title_write_finish (result, NULL);

  if (title == NULL)
    return; /* the first words are a title, too */

  lobe_chat_set_title (self->chat, title, LOBE_TITLE_MODEL);
  lobe_store_save_chat (lobe_core_get_store (self->core), self->chat);
}

/*
 * After the first answer the model may write a better title, where that costs nobody anything: on a machine of the
 * person's, not on the small engine of ours, and only until something else is asked.
 */
static void
write_title (LobeSession *self,
             LobeMessage *answer)
{
  LobeServer *server = lobe_servers_get (lobe_core_get_servers (self->core), lobe_message_get_server (answer));
  LobeMessage *question = lobe_conversation_get_parent (self->conversation, answer);

  if (!self->writes_titles || lobe_message_get_state (answer) != LOBE_MESSAGE_DONE || question == NULL ||
      lobe_message_get_parent_id (question) != NULL || lobe_chat_get_title_source (self->chat) != LOBE_TITLE_FIRST_WORDS ||
      server == NULL || !lobe_server_is_local (server) || LOBE_IS_ENGINE_SERVER (server))
    return;

  self->title_cancellable = g_cancellable_new ();
  lobe_title_write_async (server, lobe_message_get_model (answer), question, answer,
                          lobe_context_book_get_window (lobe_core_get_context_book (self->core), server,
                                                        lobe_message_get_model (answer)),
                          self->title_cancellable, title_cb, g_object_ref (self));
}

static void
ended_cb (LobeTurn    *turn,
          LobeSession *self)
{
  g_autoptr (LobeMessage) answer = g_object_ref (lobe_turn_get_message (turn));

  g_signal_handlers_disconnect_by_data (turn, self);
  g_ptr_array_remove (self->turns, turn);
  if (self->turns->len == 0)
    {
      lobe_chat_set_answering (self->chat, FALSE);
      write_title (self, answer);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TURN]);
}

/* Stores what is new, and begins the answers, whose origins are set; the first of them is shown. */
static void
begin (LobeSession *self,
       LobeMessage *question,
       GPtrArray   *answers)
{
  LobeServers *servers = lobe_core_get_servers (self->core);
  g_autoptr (GPtrArray) messages = g_ptr_array_new ();
  g_autoptr (GPtrArray) turns = g_ptr_array_new_with_free_func (g_object_unref);

  stop_title (self);
  if (question != NULL)
    {
      g_ptr_array_add (messages, question);
      lobe_conversation_add (self->conversation, question);
    }
  for (guint i = 0; i < answers->len; i++)
    {
      LobeMessage *answer = answers->pdata[i];

      lobe_message_set_error (answer, -1, NULL);
      lobe_message_set_state (answer, LOBE_MESSAGE_STREAMING);
      g_ptr_array_add (messages, answer);
      if (lobe_conversation_get_message (self->conversation, lobe_message_get_id (answer)) == NULL)
        lobe_conversation_add (self->conversation, answer);
    }
  if (answers->len > 1)
    lobe_conversation_select (self->conversation, answers->pdata[0]);

  lobe_chat_set_updated (self->chat, lobe_clock_get_real (lobe_core_get_clock (self->core)));
  lobe_chat_set_answering (self->chat, TRUE);
  lobe_store_add_messages_async (lobe_core_get_store (self->core), self->chat, messages,
                                 lobe_message_get_id (answers->pdata[0]), NULL, added_cb, g_object_ref (self));

  for (guint i = 0; i < answers->len; i++)
    {
      LobeTurn *turn = lobe_turn_new (lobe_core_get_clock (self->core), lobe_core_get_store (self->core),
                                      lobe_servers_get (servers, lobe_message_get_server (answers->pdata[i])),
                                      self->conversation, answers->pdata[i], lobe_chat_get_system_prompt (self->chat));

      lobe_turn_set_context (turn, self->chat, lobe_core_get_context_book (self->core));
      g_signal_connect (turn, "ended", G_CALLBACK (ended_cb), self);
      g_ptr_array_add (self->turns, turn);
      g_ptr_array_add (turns, g_object_ref (turn));
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TURN]);
  for (guint i = 0; i < turns->len; i++)
    {
      if (!lobe_turn_get_ended (turns->pdata[i]))
        lobe_turn_start (turns->pdata[i]);
    }
}

static gboolean
check_ready (LobeSession  *self,
             GError      **error)
{
  if (self->turns->len > 0)
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_BUSY, _("An answer is being written in this chat."));
      return FALSE;
    }
  if (self->conversation == NULL)
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_BUSY, _("This chat is still being loaded."));
      return FALSE;
    }

  return TRUE;
}

/* The server of this chat */
static LobeServer *
get_server (LobeSession  *self,
            GError      **error)
{
  const char *id = lobe_chat_get_server (self->chat);
  LobeServer *server;

  if (id == NULL || lobe_chat_get_model (self->chat) == NULL)
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND, _("Choose a model first."));
      return NULL;
    }

  server = lobe_servers_get (lobe_core_get_servers (self->core), id);
  if (server == NULL)
    g_set_error (error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND,
                 _("The server “%s” of this chat is not set up any more. Choose another model."), id);

  return server;
}

static LobeMessage *
new_message (LobeSession *self,
             LobeMessage *parent,
             LobeRole     role)
{
  LobeClock *clock = lobe_core_get_clock (self->core);
  g_autofree char *id = lobe_clock_new_id (clock);

  return lobe_message_new (id, parent != NULL ? lobe_message_get_id (parent) : NULL, role, lobe_clock_get_real (clock));
}

/* An answer to @question for each of @models, or for the chat's own model */
static GPtrArray *
new_answers (LobeSession  *self,
             LobeMessage  *question,
             GPtrArray    *models,
             GError      **error)
{
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; models != NULL && i < models->len; i++)
    {
      LobeModelInfo *model = models->pdata[i];
      LobeMessage *answer = new_message (self, question, LOBE_ROLE_ASSISTANT);

      g_ptr_array_add (answers, answer);
      lobe_message_set_origin (answer, lobe_model_info_get_server (model), lobe_model_info_get_id (model));
      if (lobe_model_info_get_server (model) == NULL ||
          lobe_servers_get (lobe_core_get_servers (self->core), lobe_model_info_get_server (model)) == NULL)
        {
          g_set_error (error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND,
                       _("The server of “%s” is not set up any more. Choose another model."), lobe_model_info_get_name (model));
          return NULL;
        }
    }

  if (models == NULL)
    {
      LobeServer *server = get_server (self, error);
      LobeMessage *answer;

      if (server == NULL)
        return NULL;

      answer = new_message (self, question, LOBE_ROLE_ASSISTANT);
      lobe_message_set_origin (answer, lobe_server_get_id (server), lobe_chat_get_model (self->chat));
      g_ptr_array_add (answers, answer);
    }

  return g_steal_pointer (&answers);
}

/**
 * lobe_session_send:
 * @self: a session
 * @text: what the person says; may be empty when there are attachments
 * @attachments: (nullable) (element-type LobePart): what goes with it
 * @models: (nullable) (element-type LobeModelInfo): who answers, each for itself; %NULL for the chat's model
 * @error: where to put why not: %LOBE_ERROR_BUSY, %LOBE_ERROR_MODEL_NOT_FOUND, %LOBE_ERROR_INVALID
 *
 * Says something after the last message of the active path, and has it answered: by several models at once, if so
 * wanted, whose answers are siblings. When it returns %TRUE the message is in the conversation and on its way into the
 * store.
 *
 * Returns: whether it was sent
 */
gboolean
lobe_session_send (LobeSession  *self,
                   const char   *text,
                   GPtrArray    *attachments,
                   GPtrArray    *models,
                   GError      **error)
{
  g_autoptr (LobeMessage) question = NULL;
  g_autoptr (GPtrArray) answers = NULL;

  g_return_val_if_fail (LOBE_IS_SESSION (self), FALSE);
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (models == NULL || models->len > 0, FALSE);

  if (!check_ready (self, error))
    return FALSE;

  question = new_message (self, lobe_conversation_get_leaf (self->conversation), LOBE_ROLE_USER);
  answers = new_answers (self, question, models, error);
  if (answers == NULL)
    return FALSE;
  if (*text == '\0' && (attachments == NULL || attachments->len == 0))
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("There is nothing to send."));
      return FALSE;
    }

  for (guint i = 0; attachments != NULL && i < attachments->len; i++)
    lobe_message_add_part (question, attachments->pdata[i]);
  if (*text != '\0')
    {
      g_autoptr (LobePart) part = lobe_part_new (LOBE_PART_TEXT, text);

      lobe_message_add_part (question, part);
    }
  lobe_message_set_n_blocks (question, 1);

  if (lobe_chat_get_title (self->chat) == NULL)
    {
      g_autofree char *title = lobe_chat_title_from_words (text);

      if (title == NULL && attachments != NULL && attachments->len > 0)
        title = g_strdup (lobe_part_get_name (attachments->pdata[0]));
      lobe_chat_set_title (self->chat, title, LOBE_TITLE_FIRST_WORDS);
    }
  lobe_chat_set_draft (self->chat, NULL);

  begin (self, question, answers);

  return TRUE;
}

/**
 * lobe_session_regenerate:
 * @self: a session
 * @message: an answer, or a question
 * @models: (nullable) (element-type LobeModelInfo): who answers, each for itself; %NULL for the chat's model
 * @error: where to put why not: %LOBE_ERROR_BUSY, %LOBE_ERROR_MODEL_NOT_FOUND
 *
 * Has a question answered again. The old answer stays, as a sibling; one that failed before its first word is tried
 * again in its place.
 *
 * Returns: whether it was sent
 */
gboolean
lobe_session_regenerate (LobeSession  *self,
                         LobeMessage  *message,
                         GPtrArray    *models,
                         GError      **error)
{
  g_autoptr (GPtrArray) answers = NULL;
  LobeMessage *question = message;

  g_return_val_if_fail (LOBE_IS_SESSION (self), FALSE);
  g_return_val_if_fail (LOBE_IS_MESSAGE (message), FALSE);
  g_return_val_if_fail (models == NULL || models->len > 0, FALSE);

  if (!check_ready (self, error))
    return FALSE;

  if (lobe_message_get_role (message) == LOBE_ROLE_ASSISTANT)
    question = lobe_conversation_get_parent (self->conversation, message);
  answers = new_answers (self, question, models, error);
  if (answers == NULL)
    return FALSE;

  if (models == NULL && question != message && lobe_message_get_loaded (message) && lobe_message_get_length (message) == 0 &&
      lobe_message_get_state (message) != LOBE_MESSAGE_DONE)
    {
      LobeMessage *answer = answers->pdata[0];

      lobe_message_set_origin (message, lobe_message_get_server (answer), lobe_message_get_model (answer));
      g_ptr_array_set_size (answers, 0);
      g_ptr_array_add (answers, g_object_ref (message));
    }

  begin (self, NULL, answers);

  return TRUE;
}

/**
 * lobe_session_continue:
 * @self: a session
 * @message: an answer that was interrupted, stopped or cut
 * @error: where to put why not: %LOBE_ERROR_BUSY, %LOBE_ERROR_MODEL_NOT_FOUND
 *
 * Has an answer written on. Where the protocol can, the model goes on in the message itself; otherwise a new question
 * asks it to, and is shown.
 *
 * Returns: whether it was sent
 */
gboolean
lobe_session_continue (LobeSession  *self,
                       LobeMessage  *message,
                       GError      **error)
{
  g_autoptr (GPtrArray) answers = g_ptr_array_new ();
  LobeServer *server;

  g_return_val_if_fail (LOBE_IS_SESSION (self), FALSE);
  g_return_val_if_fail (LOBE_IS_MESSAGE (message), FALSE);

  if (*lobe_message_get_text (message) == '\0')
    return lobe_session_regenerate (self, message, NULL, error);

  if (!check_ready (self, error))
    return FALSE;
  server = get_server (self, error);
  if (server == NULL)
    return FALSE;

  if (!lobe_server_can_prefill (server))
    return lobe_session_send (self, _("Please go on exactly where you stopped."), NULL, NULL, error);

  lobe_conversation_select (self->conversation, message);
  lobe_message_set_origin (message, lobe_server_get_id (server), lobe_chat_get_model (self->chat));
  g_ptr_array_add (answers, message);
  begin (self, NULL, answers);

  return TRUE;
}

/**
 * lobe_session_stop:
 * @self: a session
 *
 * Stops the answers that are being had, if any; what came is kept.
 */
void
lobe_session_stop (LobeSession *self)
{
  g_autoptr (GPtrArray) turns = NULL;

  g_return_if_fail (LOBE_IS_SESSION (self));

  /* each takes itself out when it ends */
  turns = g_ptr_array_copy (self->turns, (GCopyFunc) (void (*) (void)) g_object_ref, NULL);
  g_ptr_array_set_free_func (turns, g_object_unref);
  for (guint i = 0; i < turns->len; i++)
    lobe_turn_stop (turns->pdata[i]);
}

/**
 * lobe_session_set_pinned:
 * @self: a session
 * @message: a loaded message of its conversation that does not stream
 * @pinned: whether it is sent to the model however old it is
 */
void
lobe_session_set_pinned (LobeSession *self,
                         LobeMessage *message,
                         gboolean     pinned)
{
  g_return_if_fail (LOBE_IS_SESSION (self));
  g_return_if_fail (lobe_message_get_loaded (message));

  if (lobe_message_get_pinned (message) == !!pinned)
    return;

  lobe_message_set_pinned (message, pinned);
  lobe_store_finish_message (lobe_core_get_store (self->core), message);
  g_signal_emit (self, signals[CONTEXT_CHANGED], 0);
}

/**
 * lobe_session_select:
 * @self: a session
 * @message: a message of its conversation
 *
 * Makes the active path lead through @message, now and when the chat is opened again.
 */
void
lobe_session_select (LobeSession *self,
                     LobeMessage *message)
{
  g_return_if_fail (LOBE_IS_SESSION (self));
  g_return_if_fail (self->conversation != NULL);

  lobe_conversation_select (self->conversation, message);
  lobe_store_set_leaf (lobe_core_get_store (self->core), lobe_chat_get_id (self->chat),
                       lobe_message_get_id (lobe_conversation_get_leaf (self->conversation)));
}
