/* script-server.h: a server on loopback that sends exactly the bytes it was given */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _ScriptServer ScriptServer;

ScriptServer *script_server_new          (void);
void          script_server_free         (ScriptServer *self);
const char   *script_server_get_url      (ScriptServer *self);
void          script_server_reply        (ScriptServer *self,
                                          const char   *head,
                                          const char   *body,
                                          gssize        length);
void          script_server_reply_chunks (ScriptServer *self,
                                          const char   *head,
                                          const char   *body,
                                          gssize        length);
void          script_server_reply_hold   (ScriptServer *self,
                                          const char   *head,
                                          const char   *body,
                                          gssize        length);
void          script_server_reply_drip   (ScriptServer *self,
                                          const char   *head,
                                          const char   *body,
                                          gssize        length);
void          script_server_reply_endless (ScriptServer *self,
                                          const char   *head,
                                          const char   *body,
                                          gssize        length);
void          script_server_reply_raw    (ScriptServer *self,
                                          const char   *bytes,
                                          gssize        length);
gsize         script_server_take_written (ScriptServer *self);
char         *script_server_take_request (ScriptServer *self);
void          script_server_wait_left    (ScriptServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ScriptServer, script_server_free)

G_END_DECLS
