/* lobe-store-messages.c: the messages of a store */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-store-private.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
read_conversation (LobeStoreRead  *read,
                   LobeDatabase   *database,
                   GError        **error)
{
  if (!lobe_chat_table_get_leaf (database, read->argument, &read->text, error))
    return FALSE;

  read->result = lobe_message_table_heads (database, read->argument, error);
  read->free_result = (GDestroyNotify) g_ptr_array_unref;

  return read->result != NULL;
}

static void
conversation_done (LobeStoreRead *read,
                   LobeStore     *self)
{
  GPtrArray *messages = read->result;
  LobeConversation *conversation = lobe_conversation_new (read->argument, LOBE_MESSAGE_SOURCE (self));
  gboolean has_leaf = FALSE;

  for (guint i = 0; i < messages->len; i++)
    {
      const char *id = lobe_message_get_id (messages->pdata[i]);
      LobeMessage *live = lobe_pending_find_message (self->pending, id);

      has_leaf = has_leaf || g_strcmp0 (id, read->text) == 0;

      /* an answer that streams here goes on in every view of its chat */
      if (live != NULL)
        {
          g_object_unref (messages->pdata[i]);
          messages->pdata[i] = g_object_ref (live);
        }
    }

  if (!has_leaf && messages->len > 0)
    g_set_str (&read->text, lobe_message_get_id (messages->pdata[messages->len - 1]));
  lobe_conversation_fill (conversation, messages, read->text);
  g_task_return_pointer (read->task, conversation, g_object_unref);
}

/**
 * lobe_store_load_conversation_async:
 * @self: a store
 * @chat_id: the id of a chat
 * @cancellable: (nullable): to cancel
 * @callback: called when done
 * @user_data: for @callback
 *
 * Gets the heads of all messages of a chat; their bodies come when they are asked for with
 * [method@Conversation.load].
 */
void
lobe_store_load_conversation_async (LobeStore           *self,
                                    const char          *chat_id,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (chat_id != NULL);

  lobe_store_ask (self, lobe_store_load_conversation_async, chat_id, read_conversation, conversation_done, cancellable, callback, user_data);
}

/**
 * lobe_store_load_conversation_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full): the conversation; without messages when the chat is not in the store
 */
LobeConversation *
lobe_store_load_conversation_finish (LobeStore     *self,
                                     GAsyncResult  *result,
                                     GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * lobe_store_add_messages_async:
 * @self: a store
 * @chat: the chat, which may be new
 * @messages: (element-type LobeMessage) (transfer none): new messages, each after its parent
 * @leaf_id: (nullable): where the path of the chat ends now
 * @cancellable: (nullable): to cancel the waiting; what is written is written
 * @callback: called when all of it is on disk
 * @user_data: for @callback
 *
 * Writes @chat, @messages and @leaf_id in one transaction. A message that streams is this process's from then on, until
 * [method@Store.finish_message].
 *
 * After a failure everything stays pending, to be tried again with the next write.
 */
void
lobe_store_add_messages_async (LobeStore           *self,
                               LobeChat            *chat,
                               GPtrArray           *messages,
                               const char          *leaf_id,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (LOBE_IS_CHAT (chat));
  g_return_if_fail (messages != NULL);

  lobe_store_place_chat (self, chat);
  for (guint i = 0; i < messages->len; i++)
    lobe_pending_put_message (self->pending, messages->pdata[i], lobe_chat_get_id (chat));
  if (leaf_id != NULL)
    lobe_pending_set_leaf (self->pending, lobe_chat_get_id (chat), leaf_id);

  lobe_writer_wait (self->writer, lobe_store_new_task (self, lobe_store_add_messages_async, cancellable, callback, user_data));
}

/**
 * lobe_store_add_messages_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: whether they are on disk
 */
gboolean
lobe_store_add_messages_finish (LobeStore     *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * lobe_store_touch_message:
 * @self: a store
 * @message: a loaded message that streams
 *
 * Tells that text or parts were added to @message; to be called each time. They are on disk within a quarter of a second.
 * Also makes a stored message that is to be continued, and whose state was set to streaming again, this process's.
 */
void
lobe_store_touch_message (LobeStore   *self,
                          LobeMessage *message)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (LOBE_IS_MESSAGE (message));

  if (lobe_pending_touch (self->pending, message))
    lobe_writer_within (self->writer, LOBE_WRITER_CHECKPOINT_DELAY);
}

/**
 * lobe_store_finish_message:
 * @self: a store
 * @message: a stored message
 *
 * Writes @message as it is now: state, usage, error, number of blocks, and its parts if they are loaded.
 */
void
lobe_store_finish_message (LobeStore   *self,
                           LobeMessage *message)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (LOBE_IS_MESSAGE (message));

  lobe_pending_put_message (self->pending, message, NULL);
  lobe_writer_within (self->writer, LOBE_WRITER_SOON);
}

/**
 * lobe_store_set_leaf:
 * @self: a store
 * @chat_id: a chat
 * @leaf_id: (nullable): where its active path ends
 *
 * Remembers which path of a chat is shown.
 */
void
lobe_store_set_leaf (LobeStore  *self,
                     const char *chat_id,
                     const char *leaf_id)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (chat_id != NULL);

  lobe_pending_set_leaf (self->pending, chat_id, leaf_id);
  lobe_writer_within (self->writer, LOBE_WRITER_SOON);
}

static gboolean
read_bodies (LobeStoreRead  *read,
             LobeDatabase   *database,
             GError        **error)
{
  g_autoptr (GError) load_error = NULL;

  read->result = lobe_message_table_bodies (database, read->argument, read->store->attachments, &load_error);
  read->free_result = (GDestroyNotify) g_ptr_array_unref;
  if (load_error != NULL)
    read->text = g_strdup (load_error->message);

  /* each message is told by itself */
  return TRUE;
}

static void
take_body (LobeMessage *message,
           LobeMessage *body)
{
  lobe_message_set_state (message, lobe_message_get_state (body));
  lobe_message_set_origin (message, lobe_message_get_server (body), lobe_message_get_model (body));
  lobe_message_set_stop_reason (message, lobe_message_get_stop_reason (body));
  lobe_message_set_think_time (message, lobe_message_get_think_time (body));
  lobe_message_set_first_token_time (message, lobe_message_get_first_token_time (body));
  lobe_message_set_usage (message, lobe_message_get_usage (body));
  /* an error of one without a body is that it cannot be read: this one is of the answer, so the body comes first */
  lobe_message_set_parts (message, lobe_message_get_parts (body));
  lobe_message_set_error (message, lobe_message_get_error_code (body), lobe_message_get_error_text (body));
}

static void
bodies_done (LobeStoreRead *read,
             LobeStore     *self)
{
  GPtrArray *messages = read->object;
  GPtrArray *bodies = read->result;
  guint next = 0;

  /* bodies are in the order in which they were asked for, but some may be missing */
  for (guint i = 0; i < messages->len; i++)
    {
      LobeMessage *message = messages->pdata[i];
      LobeMessage *body = NULL;

      if (bodies != NULL && next < bodies->len &&
          strcmp (lobe_message_get_id (bodies->pdata[next]), lobe_message_get_id (message)) == 0)
        body = bodies->pdata[next++];

      if (lobe_message_get_loaded (message))
        continue;

      if (body != NULL)
        take_body (message, body);
      else
        lobe_message_set_error (message, LOBE_ERROR_STORE,
                                read->text != NULL ? read->text : _("This message is no longer there."));
    }
}

static void
lobe_store_load (LobeMessageSource *source,
                 GPtrArray         *messages)
{
  LobeStore *self = LOBE_STORE (source);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *ids = NULL;
  LobeStoreRead *read;

  json_builder_begin_array (builder);
  for (guint i = 0; i < messages->len; i++)
    json_builder_add_string_value (builder, lobe_message_get_id (messages->pdata[i]));
  json_builder_end_array (builder);
  ids = lobe_json_take_string (builder);

  read = lobe_store_read_new (self, NULL, ids, read_bodies, bodies_done);
  read->object = g_ptr_array_copy (messages, (GCopyFunc) g_object_ref, NULL);
  g_ptr_array_set_free_func (read->object, g_object_unref);
  read->free_object = (GDestroyNotify) g_ptr_array_unref;
  lobe_store_read_ordered (read);
}

void
lobe_store_source_init (LobeMessageSourceInterface *iface)
{
  iface->load = lobe_store_load;
}
