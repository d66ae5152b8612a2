/* lobe-endpoint.h: an address, what proves that we may use it, and the door that leads there */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/lobe-http.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

#define LOBE_TYPE_ENDPOINT (lobe_endpoint_get_type ())

G_DECLARE_FINAL_TYPE (LobeEndpoint, lobe_endpoint, LOBE, ENDPOINT, GObject)

LobeEndpoint    *lobe_endpoint_new             (LobeHttp     *http,
                                                const char   *name,
                                                const char   *base_url);
LobeHttp        *lobe_endpoint_get_http        (LobeEndpoint *self);
const char      *lobe_endpoint_get_name        (LobeEndpoint *self);
const char      *lobe_endpoint_get_base_url    (LobeEndpoint *self);
void             lobe_endpoint_set_key         (LobeEndpoint *self,
                                                const char   *key);
const char      *lobe_endpoint_get_key         (LobeEndpoint *self);
char            *lobe_endpoint_redact          (LobeEndpoint *self,
                                                const char   *text);
void             lobe_endpoint_set_header      (LobeEndpoint *self,
                                                const char   *name,
                                                const char   *value);
void             lobe_endpoint_set_secret_header (LobeEndpoint *self,
                                                const char   *name,
                                                const char   *value);
void             lobe_endpoint_set_extra_body  (LobeEndpoint *self,
                                                JsonObject   *body);
GBytes          *lobe_endpoint_take_body       (LobeEndpoint *self,
                                                JsonBuilder  *builder);
void             lobe_endpoint_set_unix_socket (LobeEndpoint *self,
                                                const char   *path);
void             lobe_endpoint_set_route       (LobeEndpoint *self,
                                                LobeRoute    *route);
void             lobe_endpoint_set_recognised  (LobeEndpoint *self,
                                                const char   *protocol);
const char      *lobe_endpoint_get_recognised  (LobeEndpoint *self);
LobeHttpRequest *lobe_endpoint_request         (LobeEndpoint *self,
                                                const char   *method,
                                                const char   *path,
                                                LobePurpose   purpose);
LobeHttpRequest *lobe_endpoint_request_with_key (LobeEndpoint *self,
                                                const char   *method,
                                                const char   *path,
                                                LobePurpose   purpose,
                                                const char   *key_header);
LobeHttpRequest *lobe_endpoint_request_beside  (LobeEndpoint *self,
                                                const char   *method,
                                                const char   *version,
                                                const char   *path,
                                                LobePurpose   purpose,
                                                const char   *key_header);

G_END_DECLS
