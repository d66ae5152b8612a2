/* lobe-http.h: the one door through which every request of the program leaves */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/lobe-http-request.h"
#include "net/lobe-http-response.h"
#include "net/lobe-policy.h"

G_BEGIN_DECLS

#define LOBE_TYPE_HTTP (lobe_http_get_type ())

G_DECLARE_FINAL_TYPE (LobeHttp, lobe_http, LOBE, HTTP, GObject)

LobeHttp         *lobe_http_new          (LobePolicy           *policy,
                                          LobeLedger           *ledger);
void              lobe_http_send_async   (LobeHttp             *self,
                                          LobeHttpRequest      *request,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
LobeHttpResponse *lobe_http_send_finish  (LobeHttp             *self,
                                          GAsyncResult         *result,
                                          GError              **error);
void              lobe_http_fetch_async  (LobeHttp             *self,
                                          LobeHttpRequest      *request,
                                          gsize                 max_length,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
GBytes           *lobe_http_fetch_finish (LobeHttp             *self,
                                          GAsyncResult         *result,
                                          guint                *status,
                                          GError              **error);

gboolean          lobe_http_is_loopback  (const char           *host);

G_END_DECLS
