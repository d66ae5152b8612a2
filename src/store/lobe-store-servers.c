/* lobe-store-servers.c: the accounts on model servers in a store */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-store-private.h"

#include "store/lobe-server-table.h"

static gboolean
read_accounts (LobeStoreRead  *read,
               LobeDatabase   *database,
               GError        **error)
{
  read->result = lobe_server_table_load (database, error);
  read->free_result = (GDestroyNotify) g_ptr_array_unref;

  return read->result != NULL;
}

static void load (LobeStore *self,
                  GTask     *task);

static void
accounts_done (LobeStoreRead *read,
               LobeStore     *self)
{
  /* what was changed here meanwhile is newer than what was read */
  if (read->number != self->n_account_changes)
    load (self, g_steal_pointer (&read->task));
  else
    g_task_return_pointer (read->task, g_steal_pointer (&read->result), (GDestroyNotify) g_ptr_array_unref);
}

/* Takes the task over. */
static void
load (LobeStore *self,
      GTask     *task)
{
  LobeStoreRead *read = lobe_store_read_new (self, task, NULL, read_accounts, accounts_done);

  read->number = self->n_account_changes;
  lobe_store_read_ordered (read);
}

static void
load_async (LobeAccountSource   *source,
            GCancellable        *cancellable,
            GAsyncReadyCallback  callback,
            gpointer             user_data)
{
  LobeStore *self = LOBE_STORE (source);

  load (self, lobe_store_new_task (self, load_async, cancellable, callback, user_data));
}

static void
changed (LobeStore *self)
{
  self->n_account_changes++;
  lobe_writer_within (self->writer, LOBE_WRITER_SOON);
}

static GPtrArray *
load_finish (LobeAccountSource  *source,
             GAsyncResult       *result,
             GError            **error)
{
  g_return_val_if_fail (g_task_is_valid (result, source), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
save (LobeAccountSource *source,
      const LobeAccount *account,
      gboolean           added)
{
  LobeStore *self = LOBE_STORE (source);

  lobe_pending_save_account (self->pending, account, added);
  changed (self);
}

static void
remove_account (LobeAccountSource *source,
                const char        *id)
{
  LobeStore *self = LOBE_STORE (source);

  lobe_pending_remove_account (self->pending, id);
  changed (self);
}

static void
order (LobeAccountSource  *source,
       const char * const *ids)
{
  LobeStore *self = LOBE_STORE (source);

  lobe_pending_order_accounts (self->pending, ids);
  changed (self);
}

void
lobe_store_account_source_init (LobeAccountSourceInterface *iface)
{
  iface->load_async = load_async;
  iface->load_finish = load_finish;
  iface->save = save;
  iface->remove = remove_account;
  iface->order = order;
}
