/* lobe-http-request-private.h: what only the door itself may see of a request: its secrets */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/lobe-http-request.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

GUri            *lobe_http_request_peek_uri    (LobeHttpRequest  *self);
guint            lobe_http_request_get_timeout (LobeHttpRequest  *self);
SoupMessage     *lobe_http_request_to_message  (LobeHttpRequest  *self,
                                                GError          **error);
LobeHttpRequest *lobe_http_request_redirect    (LobeHttpRequest  *self,
                                                const char       *location);

G_END_DECLS
