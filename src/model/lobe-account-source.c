/* lobe-account-source.c: what keeps the person's servers; the store implements it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/lobe-account-source.h"

/**
 * LobeAccountSource:
 *
 * Keeps the accounts that the person made.
 */
G_DEFINE_INTERFACE (LobeAccountSource, lobe_account_source, G_TYPE_OBJECT)

static void
lobe_account_source_default_init (LobeAccountSourceInterface *iface)
{
}

/**
 * lobe_account_source_load_async:
 * @self: a source
 * @cancellable: (nullable): to cancel
 * @callback: called when done
 * @user_data: for @callback
 *
 * Reads all accounts, with what was saved here until now.
 */
void
lobe_account_source_load_async (LobeAccountSource   *self,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_ACCOUNT_SOURCE (self));

  LOBE_ACCOUNT_SOURCE_GET_IFACE (self)->load_async (self, cancellable, callback, user_data);
}

/**
 * lobe_account_source_load_finish:
 * @self: a source
 * @result: what the callback was given
 * @error: where to put what went wrong
 *
 * Returns: (transfer full) (element-type LobeAccount): the accounts in the person's order
 */
GPtrArray *
lobe_account_source_load_finish (LobeAccountSource  *self,
                                 GAsyncResult       *result,
                                 GError            **error)
{
  g_return_val_if_fail (LOBE_IS_ACCOUNT_SOURCE (self), NULL);

  return LOBE_ACCOUNT_SOURCE_GET_IFACE (self)->load_finish (self, result, error);
}

/**
 * lobe_account_source_save:
 * @self: a source
 * @account: an account
 * @added: whether it is a new one
 *
 * Keeps @account as it is now.
 */
void
lobe_account_source_save (LobeAccountSource *self,
                          const LobeAccount *account,
                          gboolean           added)
{
  g_return_if_fail (LOBE_IS_ACCOUNT_SOURCE (self));
  g_return_if_fail (account != NULL);

  LOBE_ACCOUNT_SOURCE_GET_IFACE (self)->save (self, account, added);
}

/**
 * lobe_account_source_remove:
 * @self: a source
 * @id: an account's id
 *
 * Forgets an account.
 */
void
lobe_account_source_remove (LobeAccountSource *self,
                            const char        *id)
{
  g_return_if_fail (LOBE_IS_ACCOUNT_SOURCE (self));
  g_return_if_fail (id != NULL);

  LOBE_ACCOUNT_SOURCE_GET_IFACE (self)->remove (self, id);
}

/**
 * lobe_account_source_order:
 * @self: a source
 * @ids: (array zero-terminated=1): ids of accounts
 *
 * Keeps the order of the accounts.
 */
void
lobe_account_source_order (LobeAccountSource  *self,
                           const char * const *ids)
{
  g_return_if_fail (LOBE_IS_ACCOUNT_SOURCE (self));
  g_return_if_fail (ids != NULL);

  LOBE_ACCOUNT_SOURCE_GET_IFACE (self)->order (self, ids);
}
