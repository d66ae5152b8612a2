/* lobe-http-response-private.h: how the door makes a response */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/lobe-http-request.h"
#include "net/lobe-http-response.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

LobeHttpResponse *lobe_http_response_new        (LobeHttpRequest  *request,
                                                 SoupSession      *session,
                                                 SoupMessage      *message,
                                                 GInputStream     *stream);
goffset           lobe_http_response_get_length (LobeHttpResponse *self);

G_END_DECLS
