/* lobe-summarise.c: has the older part of an open chat summarised before anything is sent */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-summarise.h"

#include "base/lobe-error.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  LobeCore    *core;
  LobeServer  *server;
  GPtrArray   *history;
  LobeMessage *awaited;
  gulong       handler;
} Summarise;

static void
summarise_free (gpointer data)
{
  Summarise *self = data;

  if (self->awaited != NULL)
    g_clear_signal_handler (&self->handler, self->awaited);
  g_clear_object (&self->awaited);
  g_ptr_array_unref (self->history);
  g_object_unref (self->server);
  g_object_unref (self->core);
  g_free (self);
}

static void
packed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (lobe_packing_run_finish (LOBE_PACKING (object), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
prepare_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Summarise *self = g_task_get_task_data (task);
  LobeChat *chat = lobe_session_get_chat (g_task_get_source_object (task));
  g_autoptr (GError) error = NULL;
  g_autoptr (LobeEndpoint) endpoint = lobe_server_prepare_finish (self->server, result, &error);
  g_autoptr (LobeRequest) request = NULL;
  g_autoptr (LobePacking) packing = NULL;

  if (endpoint == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  request = lobe_request_new (lobe_chat_get_model (chat));
  lobe_request_set_system_prompt (request, lobe_chat_get_system_prompt (chat));
  packing = lobe_packing_new (lobe_core_get_context_book (self->core), lobe_core_get_store (self->core), chat, self->server,
                              request, self->history);
  lobe_packing_summarise_async (packing, self->server, endpoint, g_task_get_cancellable (task), packed_cb, g_object_ref (task));
}

static void load_next (GTask *task);

static void
changed_cb (LobeMessage *message,
            GTask       *task)
{
  Summarise *self = g_task_get_task_data (task);
  g_autoptr (GTask) keep = g_object_ref (task);

  if (!lobe_message_get_loaded (message) && lobe_message_get_error_code (message) < 0)
    return;

  g_clear_signal_handler (&self->handler, self->awaited);
  g_clear_object (&self->awaited);
  load_next (task);
  g_object_unref (task);
}

static void
load_next (GTask *task)
{
  Summarise *self = g_task_get_task_data (task);
  LobeChat *chat = lobe_session_get_chat (g_task_get_source_object (task));

  if (g_task_return_error_if_cancelled (task))
    return;

  for (guint i = 0; i < self->history->len; i++)
    {
      LobeMessage *message = self->history->pdata[i];

      if (lobe_message_get_loaded (message))
        continue;
      if (lobe_message_get_error_code (message) >= 0)
        {
          g_task_return_new_error (task, LOBE_ERROR, LOBE_ERROR_STORE, _("An earlier message could not be read: %s"),
                                   lobe_message_get_error_text (message));
          return;
        }
      self->awaited = g_object_ref (message);
      self->handler = g_signal_connect (message, "changed", G_CALLBACK (changed_cb), g_object_ref (task));
      return;
    }

  lobe_server_prepare_async (self->server, lobe_chat_get_model (chat), g_task_get_cancellable (task), prepare_cb,
                             g_object_ref (task));
}

/**
 * lobe_summarise_async:
 * @core: the core
 * @session: an open chat with a model
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Has the model of the chat summarise what will soon be too old to be sent, so that the person can read and change it
 * before that. The summary grows in the chat.
 */
void
lobe_summarise_async (LobeCore            *core,
                      LobeSession         *session,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  LobeConversation *conversation;
  LobeServer *server = NULL;
  LobeChat *chat;
  Summarise *self;
  guint n;

  g_return_if_fail (LOBE_IS_CORE (core));
  g_return_if_fail (LOBE_IS_SESSION (session));

  task = g_task_new (session, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_summarise_async);
  chat = lobe_session_get_chat (session);
  conversation = lobe_session_get_conversation (session);
  if (lobe_chat_get_server (chat) != NULL && lobe_chat_get_model (chat) != NULL)
    server = lobe_servers_get (lobe_core_get_servers (core), lobe_chat_get_server (chat));
  if (server == NULL || conversation == NULL)
    {
      g_task_return_new_error_literal (task, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND, _("Choose a model first."));
      return;
    }

  n = g_list_model_get_n_items (G_LIST_MODEL (conversation));
  self = g_new0 (Summarise, 1);
  self->core = g_object_ref (core);
  self->server = g_object_ref (server);
  self->history = g_ptr_array_new_full (n, g_object_unref);
  for (guint i = 0; i < n; i++)
    g_ptr_array_add (self->history, g_list_model_get_item (G_LIST_MODEL (conversation), i));
  g_task_set_task_data (task, self, summarise_free);

  lobe_conversation_load (conversation, 0, n);
  load_next (task);
}

/**
 * lobe_summarise_finish:
 * @session: the chat
 * @result: what the callback got
 * @error: where to put what went wrong
 *
 * Returns: whether it is done; also when there was nothing to summarise
 */
gboolean
lobe_summarise_finish (LobeSession   *session,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, session), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
