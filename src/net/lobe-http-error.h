/* lobe-http-error.h: what the transport says went wrong, in our codes and plain words */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/lobe-http-request.h"

G_BEGIN_DECLS

GError *lobe_http_error_new       (LobeHttpRequest      *request,
                                   const GError         *error,
                                   gboolean              via_proxy,
                                   GTlsCertificateFlags  tls_errors);
GError *lobe_http_error_new_late  (LobeHttpRequest *request);
GError *lobe_http_error_new_short (LobeHttpRequest *request);

G_END_DECLS
