/* lobe-keyring.h: keys in the desktop's Secret Service, the only place where we put one */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LOBE_KEYRING_PREFIX "keyring:"

void      lobe_keyring_store_async   (const char           *reference,
                                      const char           *label,
                                      const char           *key,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean  lobe_keyring_store_finish  (GAsyncResult         *result,
                                      GError              **error);
void      lobe_keyring_lookup_async  (const char           *reference,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
char     *lobe_keyring_lookup_finish (GAsyncResult         *result,
                                      GError              **error);
void      lobe_keyring_clear_async   (const char           *reference,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
gboolean  lobe_keyring_clear_finish  (GAsyncResult         *result,
                                      GError              **error);

G_END_DECLS
