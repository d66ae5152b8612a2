/* lobe-http-request.h: one request that wants to leave the program: who asks, why, and what */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/lobe-route.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LobePurpose:
 * @LOBE_PURPOSE_CHAT: an answer from a model; carries the person's words
 * @LOBE_PURPOSE_MODELS: a server's list of models or its state
 * @LOBE_PURPOSE_DISCOVERY: looking whether a server runs on this machine
 * @LOBE_PURPOSE_DOWNLOAD: a model that the person asked for
 * @LOBE_PURPOSE_ENGINE: our own local engine
 *
 * Why a request is made.
 */
typedef enum
{
  LOBE_PURPOSE_CHAT,
  LOBE_PURPOSE_MODELS,
  LOBE_PURPOSE_DISCOVERY,
  LOBE_PURPOSE_DOWNLOAD,
  LOBE_PURPOSE_ENGINE,
} LobePurpose;

#define LOBE_TYPE_HTTP_REQUEST (lobe_http_request_get_type ())

G_DECLARE_FINAL_TYPE (LobeHttpRequest, lobe_http_request, LOBE, HTTP_REQUEST, GObject)

LobeHttpRequest *lobe_http_request_new             (const char      *method,
                                                    const char      *uri,
                                                    LobePurpose      purpose,
                                                    const char      *asker);
const char      *lobe_http_request_get_method      (LobeHttpRequest *self);
const char      *lobe_http_request_get_uri         (LobeHttpRequest *self);
LobePurpose      lobe_http_request_get_purpose     (LobeHttpRequest *self);
const char      *lobe_http_request_get_asker       (LobeHttpRequest *self);
void             lobe_http_request_set_header      (LobeHttpRequest *self,
                                                    const char      *name,
                                                    const char      *value);
void             lobe_http_request_set_secret      (LobeHttpRequest *self,
                                                    const char      *name,
                                                    const char      *value);
void             lobe_http_request_set_body        (LobeHttpRequest *self,
                                                    const char      *content_type,
                                                    GBytes          *body);
GBytes          *lobe_http_request_get_body        (LobeHttpRequest *self);
void             lobe_http_request_set_unix_socket (LobeHttpRequest *self,
                                                    const char      *path);
const char      *lobe_http_request_get_unix_socket (LobeHttpRequest *self);
void             lobe_http_request_set_route       (LobeHttpRequest *self,
                                                    LobeRoute       *route);
LobeRoute       *lobe_http_request_get_route       (LobeHttpRequest *self);
void             lobe_http_request_set_timeout     (LobeHttpRequest *self,
                                                    guint            seconds);
char            *lobe_http_request_describe        (LobeHttpRequest *self);

G_END_DECLS
