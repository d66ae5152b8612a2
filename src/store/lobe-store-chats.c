/* lobe-store-chats.c: the chats of a store */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-store-private.h"

#include "base/lobe-error.h"

#include <glib/gi18n-lib.h>

/**
 * lobe_store_get_chats:
 * @self: a store
 *
 * Returns: (transfer none): a list model of [class@Chat], the one with the newest words first, without deleted ones;
 *   filled by [method@Store.load_chats_async]
 */
GListModel *
lobe_store_get_chats (LobeStore *self)
{
  g_return_val_if_fail (LOBE_IS_STORE (self), NULL);

  return G_LIST_MODEL (self->chats);
}

/* Makes the list what is on disk, with what was done here and is not there yet. Takes the rows out of @rows. */
void
lobe_store_merge_chats (LobeStore *self,
                        GPtrArray *rows)
{
  g_autoptr (GPtrArray) chats = g_ptr_array_sized_new (rows->len);
  guint n_listed = g_list_model_get_n_items (G_LIST_MODEL (self->chats));

  for (guint i = 0; i < rows->len; i++)
    {
      LobeChat *chat = lobe_pending_merge_chat (self->pending, g_steal_pointer (&rows->pdata[i]));

      if (!g_hash_table_contains (self->deleted, lobe_chat_get_id (chat)))
        g_ptr_array_add (chats, chat);
    }

  /* new ones that are not on disk yet */
  for (guint i = 0; i < n_listed; i++)
    {
      g_autoptr (LobeChat) chat = g_list_model_get_item (G_LIST_MODEL (self->chats), i);

      if (lobe_pending_is_new_chat (self->pending, chat))
        g_ptr_array_add (chats, chat);
    }

  lobe_chat_list_set (self->chats, chats);
}

static gboolean
read_chats (LobeStoreRead  *read,
            LobeDatabase   *database,
            GError        **error)
{
  read->result = lobe_chat_table_load (database, error);
  read->free_result = (GDestroyNotify) g_ptr_array_unref;

  return read->result != NULL;
}

static void
chats_done (LobeStoreRead *read,
            LobeStore     *self)
{
  self->list_loaded = TRUE;
  lobe_store_merge_chats (self, read->result);
  g_task_return_boolean (read->task, TRUE);
}

/**
 * lobe_store_load_chats_async:
 * @self: a store
 * @cancellable: (nullable): to cancel
 * @callback: called when done
 * @user_data: for @callback
 *
 * Fills the list of chats, which is kept up to date from then on.
 */
void
lobe_store_load_chats_async (LobeStore           *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_STORE (self));

  lobe_store_ask (self, lobe_store_load_chats_async, NULL, read_chats, chats_done, cancellable, callback, user_data);
}

/**
 * lobe_store_load_chats_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: whether the list is filled
 */
gboolean
lobe_store_load_chats_finish (LobeStore     *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
read_chat (LobeStoreRead  *read,
           LobeDatabase   *database,
           GError        **error)
{
  LobeChatRow *row;
  GError *load_error = NULL;

  row = lobe_chat_table_load_one (database, read->argument, &load_error);
  read->result = row;
  read->free_result = (GDestroyNotify) lobe_chat_row_free;
  if (load_error != NULL)
    {
      g_propagate_error (error, load_error);
      return FALSE;
    }

  if (row == NULL || row->deleted)
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID,
                   /* Translators: the id of a chat */
                   _("There is no chat “%s”."), read->argument);
      return FALSE;
    }

  return TRUE;
}

static void
chat_done (LobeStoreRead *read,
           LobeStore     *self)
{
  LobeChat *chat = lobe_pending_merge_chat (self->pending, g_steal_pointer (&read->result));

  g_task_return_pointer (read->task, g_object_ref (chat), g_object_unref);
}

/**
 * lobe_store_load_chat_async:
 * @self: a store
 * @id: the id of a chat
 * @cancellable: (nullable): to cancel
 * @callback: called when done
 * @user_data: for @callback
 *
 * Gets one chat, without the list.
 */
void
lobe_store_load_chat_async (LobeStore           *self,
                            const char          *id,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (id != NULL);

  lobe_store_ask (self, lobe_store_load_chat_async, id, read_chat, chat_done, cancellable, callback, user_data);
}

/**
 * lobe_store_load_chat_finish:
 * @self: a store
 * @result: the result
 * @error: return location: %LOBE_ERROR_INVALID when there is no such chat
 *
 * Returns: (transfer full): the chat, which is the one in the list if it is there
 */
LobeChat *
lobe_store_load_chat_finish (LobeStore     *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Notes a chat as changed, and puts it into the list where it belongs. */
void
lobe_store_place_chat (LobeStore *self,
                       LobeChat  *chat)
{
  LobeChat *present = lobe_pending_find_chat (self->pending, lobe_chat_get_id (chat));

  if (present != NULL && present != chat)
    lobe_chat_list_remove (self->chats, present);
  lobe_pending_save_chat (self->pending, chat);
  if (!g_hash_table_contains (self->deleted, lobe_chat_get_id (chat)))
    lobe_chat_list_place (self->chats, chat);
}

/**
 * lobe_store_save_chat:
 * @self: a store
 * @chat: a chat
 *
 * Puts @chat, which may be new, into the list where its time says, and writes what of it was changed, within half a
 * second. Calling it for every letter of a draft is fine.
 */
void
lobe_store_save_chat (LobeStore *self,
                      LobeChat  *chat)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (LOBE_IS_CHAT (chat));

  lobe_store_place_chat (self, chat);
  lobe_writer_within (self->writer, LOBE_WRITER_DRAFT_DELAY);
}

/**
 * lobe_store_delete_chat:
 * @self: a store
 * @chat: a chat
 *
 * Takes @chat out of the list at once. It can be brought back with [method@Store.restore_chat] for an hour, and is
 * removed for good when the store is opened later than that.
 */
void
lobe_store_delete_chat (LobeStore *self,
                        LobeChat  *chat)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (LOBE_IS_CHAT (chat));

  g_hash_table_add (self->deleted, g_strdup (lobe_chat_get_id (chat)));
  lobe_chat_list_remove (self->chats, chat);
  lobe_pending_set_deleted (self->pending, lobe_chat_get_id (chat), lobe_clock_get_real (self->clock));
  lobe_writer_within (self->writer, LOBE_WRITER_SOON);
}

/**
 * lobe_store_restore_chat:
 * @self: a store
 * @chat: a chat that was deleted
 *
 * Undoes [method@Store.delete_chat].
 */
void
lobe_store_restore_chat (LobeStore *self,
                         LobeChat  *chat)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (LOBE_IS_CHAT (chat));

  g_hash_table_remove (self->deleted, lobe_chat_get_id (chat));
  lobe_store_place_chat (self, chat);
  lobe_pending_set_deleted (self->pending, lobe_chat_get_id (chat), -1);
  lobe_writer_within (self->writer, LOBE_WRITER_SOON);
}
