/* lobe-servers.h: all servers of the person, in the order in which they are searched: environment, engine, saved */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-account-source.h"
#include "server/lobe-server.h"

G_BEGIN_DECLS

#define LOBE_TYPE_SERVERS (lobe_servers_get_type ())

G_DECLARE_FINAL_TYPE (LobeServers, lobe_servers, LOBE, SERVERS, GObject)

/* A GListModel of LobeServer. */
LobeServers *lobe_servers_new               (LobeHttp             *http,
                                             LobeDriverRegistry   *drivers);
void         lobe_servers_add_environment   (LobeServers          *self,
                                             const char * const   *environment);
const char  *lobe_servers_get_default_model (LobeServers          *self);
void         lobe_servers_add               (LobeServers          *self,
                                             LobeServer           *server);
void         lobe_servers_remove            (LobeServers          *self,
                                             LobeServer           *server);
LobeServer  *lobe_servers_get               (LobeServers          *self,
                                             const char           *id);
LobeServer  *lobe_servers_add_address       (LobeServers          *self,
                                             const char           *protocol,
                                             const char           *name,
                                             const char           *address,
                                             GError              **error);
LobeServer  *lobe_servers_find_named        (LobeServers          *self,
                                             const char           *name);
char        *lobe_servers_make_id           (LobeServers          *self,
                                             const char           *name);

/* those that the person added */
void         lobe_servers_set_source        (LobeServers          *self,
                                             LobeAccountSource    *source);
void         lobe_servers_load_async        (LobeServers          *self,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
gboolean     lobe_servers_load_finish       (LobeServers          *self,
                                             GAsyncResult         *result,
                                             GError              **error);
void         lobe_servers_save              (LobeServers          *self,
                                             LobeServer           *server);
int          lobe_servers_get_position      (LobeServers          *self,
                                             LobeServer           *server);
void         lobe_servers_move              (LobeServers          *self,
                                             LobeServer           *server,
                                             guint                 position);

/* asking them */
void         lobe_servers_find_async        (LobeServers          *self,
                                             const char           *model,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
LobeServer  *lobe_servers_find_finish       (LobeServers          *self,
                                             GAsyncResult         *result,
                                             LobeModelInfo       **info,
                                             GError              **error);
void         lobe_servers_refresh_async     (LobeServers          *self,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
gboolean     lobe_servers_refresh_finish    (LobeServers          *self,
                                             GAsyncResult         *result,
                                             GError              **error);

G_END_DECLS
