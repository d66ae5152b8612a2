/* vendor-fixture.h: a driver, a server that plays its part, and what was sent to it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver-conformance.h"

#include "base/lobe-json.h"

G_BEGIN_DECLS

typedef struct
{
  ScriptServer *server;
  LobeHttp     *http;
  LobeEndpoint *endpoint;
  LobeDriver   *driver;
  Heard        *heard;  /* of the last exchange */
} Vendor;

void         vendor_set_up      (Vendor       *self,
                                 LobeDriver   *driver,
                                 const char   *path);
void         vendor_tear_down   (Vendor       *self);
LobeMessage *vendor_add         (LobeRequest  *request,
                                 LobeRole      role,
                                 const char   *text);
void         vendor_add_part    (LobeMessage  *message,
                                 LobePart     *part,
                                 const char   *signature);
LobeMessage *vendor_add_image   (LobeRequest  *request,
                                 const char   *text);
void         vendor_refuse      (Vendor       *self,
                                 const char   *status,
                                 const char   *body);
void         vendor_ask         (Vendor       *self,
                                 LobeRequest  *request,
                                 const char   *answer);
char        *vendor_take        (Vendor       *self,
                                 char        **head);
GPtrArray   *vendor_list_models (Vendor       *self,
                                 const char   *body);

G_END_DECLS
