/* lobe-secret.h: a reference to a key, and where the key comes from; the key itself is never stored by us in the open */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean  lobe_secret_is_key        (const char           *value);
void      lobe_secret_lookup_async  (const char           *reference,
                                     GCancellable         *cancellable,
                                     GAsyncReadyCallback   callback,
                                     gpointer              user_data);
char     *lobe_secret_lookup_finish (GAsyncResult         *result,
                                     GError              **error);

G_END_DECLS
