/* lobe-discovery.h: which model servers run on this machine? */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-servers.h"

G_BEGIN_DECLS

void       lobe_discovery_run_async   (LobeHttp             *http,
                                       LobeDriverRegistry   *drivers,
                                       const char           *host,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
GPtrArray *lobe_discovery_run_finish  (GAsyncResult         *result,
                                       GError              **error);
void       lobe_discovery_probe_async (LobeHttp             *http,
                                       LobeDriverRegistry   *drivers,
                                       const char           *address,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
LobeServer *lobe_discovery_probe_finish (GAsyncResult       *result,
                                       GError              **error);

G_END_DECLS
