/* lobe-http-session.h: a SoupSession that suits a request: its socket, proxy and certificates */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/lobe-http-request.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

typedef struct _LobeHttpSession LobeHttpSession;

LobeHttpSession *lobe_http_session_new     (LobeHttpRequest       *request,
                                            GError               **error);
LobeHttpSession *lobe_http_session_ref     (LobeHttpSession       *self);
void             lobe_http_session_unref   (LobeHttpSession       *self);
gboolean         lobe_http_session_suits   (LobeHttpSession       *self,
                                            LobeHttpRequest       *request);
SoupSession     *lobe_http_session_get     (LobeHttpSession       *self);
void             lobe_http_session_prepare (LobeHttpSession       *self,
                                            SoupMessage           *message,
                                            GTlsCertificateFlags  *tls_errors);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeHttpSession, lobe_http_session_unref)

G_END_DECLS
