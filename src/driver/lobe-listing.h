/* lobe-listing.h: a list of models on its way, as any protocol over HTTP fetches one */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/lobe-http.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

void     lobe_listing_fetch_async  (LobeHttp             *http,
                                    LobeHttpRequest      *request,
                                    GCancellable         *cancellable,
                                    GAsyncReadyCallback   callback,
                                    gpointer              user_data);
gboolean lobe_listing_fetch_finish (LobeHttp             *http,
                                    GAsyncResult         *result,
                                    JsonNode            **root,
                                    GError              **error);

G_END_DECLS
