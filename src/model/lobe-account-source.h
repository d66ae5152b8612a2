/* lobe-account-source.h: what keeps the person's servers; the store implements it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-account.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define LOBE_TYPE_ACCOUNT_SOURCE (lobe_account_source_get_type ())

G_DECLARE_INTERFACE (LobeAccountSource, lobe_account_source, LOBE, ACCOUNT_SOURCE, GObject)

/**
 * LobeAccountSourceInterface:
 * @load_async: read all accounts
 * @load_finish: (element-type LobeAccount): in the person's order
 * @save: keep @account; when it is @added it goes behind all others, else one that somebody else removed stays away
 * @remove: forget an account
 * @order: keep the order of the accounts with these ids
 *
 * Others may write the same accounts at any time. What is saved is written soon; who must know that it was written asks
 * whoever implements this.
 */
struct _LobeAccountSourceInterface
{
  GTypeInterface g_iface;

  void       (*load_async)  (LobeAccountSource    *self,
                             GCancellable         *cancellable,
                             GAsyncReadyCallback   callback,
                             gpointer              user_data);
  GPtrArray *(*load_finish) (LobeAccountSource    *self,
                             GAsyncResult         *result,
                             GError              **error);
  void       (*save)        (LobeAccountSource    *self,
                             const LobeAccount    *account,
                             gboolean              added);
  void       (*remove)      (LobeAccountSource    *self,
                             const char           *id);
  void       (*order)       (LobeAccountSource    *self,
                             const char * const   *ids);
};

void       lobe_account_source_load_async  (LobeAccountSource    *self,
                                            GCancellable         *cancellable,
                                            GAsyncReadyCallback   callback,
                                            gpointer              user_data);
GPtrArray *lobe_account_source_load_finish (LobeAccountSource    *self,
                                            GAsyncResult         *result,
                                            GError              **error);
void       lobe_account_source_save        (LobeAccountSource    *self,
                                            const LobeAccount    *account,
                                            gboolean              added);
void       lobe_account_source_remove      (LobeAccountSource    *self,
                                            const char           *id);
void       lobe_account_source_order       (LobeAccountSource    *self,
                                            const char * const   *ids);

G_END_DECLS
