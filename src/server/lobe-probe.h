/* lobe-probe.h: what kind of model server is at this address? */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-server.h"

G_BEGIN_DECLS

void        lobe_probe_async  (LobeHttp             *http,
                               LobeDriverRegistry   *drivers,
                               const char           *base_url,
                               const char           *usual,
                               GCancellable         *cancellable,
                               GAsyncReadyCallback   callback,
                               gpointer              user_data);
LobeServer *lobe_probe_finish (GAsyncResult         *result,
                               GError              **error);

G_END_DECLS
