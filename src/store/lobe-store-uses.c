/* lobe-store-uses.c: how models are used, in a store */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-store-private.h"

#include "store/lobe-model-use-table.h"

static gboolean
read_uses (LobeStoreRead  *read,
           LobeDatabase   *database,
           GError        **error)
{
  read->result = lobe_model_use_table_load (database, error);
  read->free_result = (GDestroyNotify) g_ptr_array_unref;

  return read->result != NULL;
}

static void
uses_done (LobeStoreRead *read,
           LobeStore     *self)
{
  g_task_return_pointer (read->task, g_steal_pointer (&read->result), (GDestroyNotify) g_ptr_array_unref);
}

/**
 * lobe_store_load_model_uses_async:
 * @self: a store
 * @cancellable: (nullable): to cancel
 * @callback: called when done
 * @user_data: for @callback
 *
 * Reads which models are favourites, and when each was chosen last.
 */
void
lobe_store_load_model_uses_async (LobeStore           *self,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_STORE (self));

  lobe_store_ask (self, lobe_store_load_model_uses_async, NULL, read_uses, uses_done, cancellable, callback, user_data);
}

/**
 * lobe_store_load_model_uses_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (element-type LobeModelUse): all that are known
 */
GPtrArray *
lobe_store_load_model_uses_finish (LobeStore     *self,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * lobe_store_save_model_use:
 * @self: a store
 * @use: how a model is used now
 *
 * Keeps it.
 */
void
lobe_store_save_model_use (LobeStore          *self,
                           const LobeModelUse *use)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (use != NULL);

  lobe_pending_save_model_use (self->pending, use);
  lobe_writer_within (self->writer, LOBE_WRITER_SOON);
}
