/* lobe-batch.c: what is written in one transaction */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-batch.h"

#include "store/lobe-server-table.h"
#include "store/lobe-model-use-table.h"
#include "store/lobe-setting-table.h"

static void
value_free (gpointer data)
{
  LobeBatchValue *value = data;

  g_free (value->key);
  g_free (value->text);
  g_free (value);
}

/**
 * lobe_batch_new: (skip)
 *
 * Returns: (transfer full): a batch with nothing in it
 */
LobeBatch *
lobe_batch_new (void)
{
  LobeBatch *self = g_new0 (LobeBatch, 1);

  self->chats = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_chat_row_free);
  self->messages = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_message_row_free);
  self->tails = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_tail_row_free);
  self->leaves = g_ptr_array_new_with_free_func (value_free);
  self->deletions = g_ptr_array_new_with_free_func (value_free);
  self->settings = g_ptr_array_new_with_free_func (value_free);
  self->accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_batch_account_free);
  self->uses = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_model_use_free);
  self->sync = LOBE_DATABASE_CHECKPOINT;

  return self;
}

/**
 * lobe_batch_free: (skip)
 * @self: a batch
 */
void
lobe_batch_free (LobeBatch *self)
{
  g_ptr_array_unref (self->chats);
  g_ptr_array_unref (self->messages);
  g_ptr_array_unref (self->tails);
  g_ptr_array_unref (self->leaves);
  g_ptr_array_unref (self->deletions);
  g_ptr_array_unref (self->settings);
  g_ptr_array_unref (self->accounts);
  g_ptr_array_unref (self->uses);
  g_strfreev (self->order);
  g_free (self);
}

/**
 * lobe_batch_value: (skip)
 * @values: one of the arrays of values
 * @key: what it is of
 * @text: (nullable): its text
 * @number: its number
 *
 * Adds a value.
 */
void
lobe_batch_value (GPtrArray  *values,
                  const char *key,
                  const char *text,
                  gint64      number)
{
  LobeBatchValue *value = g_new0 (LobeBatchValue, 1);

  value->key = g_strdup (key);
  value->text = g_strdup (text);
  value->number = number;
  g_ptr_array_add (values, value);
}

/**
 * lobe_batch_account_new: (skip)
 * @id: an account's id
 * @account: (nullable): the account; %NULL to remove it
 * @added: whether it is new
 *
 * Returns: (transfer full): what is to become of the account
 */
LobeBatchAccount *
lobe_batch_account_new (const char        *id,
                        const LobeAccount *account,
                        gboolean           added)
{
  LobeBatchAccount *self = g_new0 (LobeBatchAccount, 1);

  self->id = g_strdup (id);
  self->account = account != NULL ? lobe_account_copy (account) : NULL;
  self->added = added;

  return self;
}

/**
 * lobe_batch_account_free: (skip)
 * @self: what is to become of an account
 */
void
lobe_batch_account_free (LobeBatchAccount *self)
{
  g_free (self->id);
  g_clear_pointer (&self->account, lobe_account_free);
  g_free (self);
}

/* The order comes after the accounts that it names. */
static gboolean
write_accounts (LobeBatch     *self,
                LobeDatabase  *database,
                GError       **error)
{
  for (guint i = 0; i < self->accounts->len; i++)
    {
      LobeBatchAccount *item = self->accounts->pdata[i];

      if (item->account != NULL
          ? !lobe_server_table_save (database, item->account, item->added, error)
          : !lobe_server_table_remove (database, item->id, error))
        return FALSE;
    }

  return self->order == NULL || lobe_server_table_order (database, (const char * const *) self->order, error);
}

/* Chats come before their messages, which refer to them. */
static gboolean
write_all (LobeDatabase  *database,
           gpointer       data,
           GError       **error)
{
  LobeBatch *self = data;

  for (guint i = 0; i < self->chats->len; i++)
    {
      if (!lobe_chat_table_save (database, self->chats->pdata[i], error))
        return FALSE;
    }

  for (guint i = 0; i < self->messages->len; i++)
    {
      if (!lobe_message_table_put (database, self->messages->pdata[i], error))
        return FALSE;
    }

  for (guint i = 0; i < self->tails->len; i++)
    {
      if (!lobe_message_table_append (database, self->tails->pdata[i], error))
        return FALSE;
    }

  for (guint i = 0; i < self->leaves->len; i++)
    {
      LobeBatchValue *value = self->leaves->pdata[i];

      if (!lobe_chat_table_set_leaf (database, value->key, value->text, error))
        return FALSE;
    }

  for (guint i = 0; i < self->deletions->len; i++)
    {
      LobeBatchValue *value = self->deletions->pdata[i];

      if (!lobe_chat_table_set_deleted (database, value->key, value->number, error))
        return FALSE;
    }

  for (guint i = 0; i < self->settings->len; i++)
    {
      LobeBatchValue *value = self->settings->pdata[i];

      if (!lobe_setting_table_set (database, value->key, value->text, error))
        return FALSE;
    }

  for (guint i = 0; i < self->uses->len; i++)
    {
      if (!lobe_model_use_table_save (database, self->uses->pdata[i], error))
        return FALSE;
    }

  return write_accounts (self, database, error);
}

/**
 * lobe_batch_write: (skip)
 * @database: the database
 * @batch: a batch
 * @error: return location
 *
 * Writes all of it, or nothing. On the database thread.
 *
 * Returns: whether it was written
 */
gboolean
lobe_batch_write (LobeDatabase  *database,
                  gpointer       batch,
                  GError       **error)
{
  LobeBatch *self = batch;

  return lobe_database_write (database, self->sync, write_all, self, error);
}
