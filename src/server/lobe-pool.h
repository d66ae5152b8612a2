/* lobe-pool.h: several servers with the same models that stand in for each other, shown as one */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-server.h"

G_BEGIN_DECLS

#define LOBE_TYPE_POOL (lobe_pool_get_type ())

G_DECLARE_FINAL_TYPE (LobePool, lobe_pool, LOBE, POOL, LobeServer)

/* Properties: n-members, n-reachable (uint; notify). */
LobePool   *lobe_pool_new             (const char           *name,
                                       LobeServer           *first);
char       *lobe_pool_make_id         (const char           *name);
void        lobe_pool_add             (LobePool             *self,
                                       LobeServer           *member);
void        lobe_pool_remove          (LobePool             *self,
                                       LobeServer           *member);
gboolean    lobe_pool_contains        (LobePool             *self,
                                       LobeServer           *server);
guint       lobe_pool_get_n_members   (LobePool             *self);
LobeServer *lobe_pool_get_member      (LobePool             *self,
                                       guint                 index);
guint       lobe_pool_get_n_reachable (LobePool             *self);
void        lobe_pool_measure_async   (LobePool             *self,
                                       LobeClock            *clock,
                                       const char           *model,
                                       GCancellable         *cancellable,
                                       GAsyncReadyCallback   callback,
                                       gpointer              user_data);
gboolean    lobe_pool_measure_finish  (LobePool             *self,
                                       GAsyncResult         *result,
                                       GError              **error);
LobeServer *lobe_pool_choose          (LobePool             *self,
                                       LobeClock            *clock,
                                       const char           *model,
                                       const char           *preferred,
                                       GPtrArray            *except);
void        lobe_pool_report          (LobePool             *self,
                                       LobeClock            *clock,
                                       LobeServer           *member,
                                       const GError         *error);

G_END_DECLS
