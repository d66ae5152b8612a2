/* lobe-discovery-private.h: where discovery looks, so that tests can say it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-discovery.h"

G_BEGIN_DECLS

/**
 * LobeDiscoveryPlace:
 * @port: a TCP port
 * @usual: (nullable): the server that is usually there, where its answers don't tell
 *
 * One port to look at.
 */
typedef struct
{
  guint16     port;
  const char *usual;
} LobeDiscoveryPlace;

void lobe_discovery_run_places_async (LobeHttp                 *http,
                                      LobeDriverRegistry       *drivers,
                                      const char               *host,
                                      const LobeDiscoveryPlace *places,
                                      gsize                     n_places,
                                      GCancellable             *cancellable,
                                      GAsyncReadyCallback       callback,
                                      gpointer                  user_data);

G_END_DECLS
