/* lobe-core.h: everything below the window, put together once: clock, door, drivers, servers, engine, store */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/lobe-engine-server.h"
#include "server/lobe-servers.h"
#include "session/lobe-context-book.h"
#include "session/lobe-model-uses.h"
#include "session/lobe-transfers.h"
#include "store/lobe-store.h"

G_BEGIN_DECLS

#define LOBE_TYPE_CORE (lobe_core_get_type ())

G_DECLARE_FINAL_TYPE (LobeCore, lobe_core, LOBE, CORE, GObject)

LobeCore           *lobe_core_new               (const char           *data_dir,
                                                 const char           *runtime_dir,
                                                 const char * const   *environment);
LobeCore           *lobe_core_new_for_user      (void);
LobeClock          *lobe_core_get_clock         (LobeCore             *self);
LobeHttp           *lobe_core_get_http          (LobeCore             *self);
LobeDriverRegistry *lobe_core_get_drivers       (LobeCore             *self);
LobeServers        *lobe_core_get_servers       (LobeCore             *self);
LobeEngine         *lobe_core_get_engine        (LobeCore             *self);
LobeServer         *lobe_core_get_engine_server (LobeCore             *self);
LobeStore          *lobe_core_get_store         (LobeCore             *self);
LobeContextBook    *lobe_core_get_context_book  (LobeCore             *self);
LobeTransfers      *lobe_core_get_transfers     (LobeCore             *self);
LobeModelUses      *lobe_core_get_model_uses    (LobeCore             *self);
void                lobe_core_open_async        (LobeCore             *self,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
gboolean            lobe_core_open_finish       (LobeCore             *self,
                                                 GAsyncResult         *result,
                                                 GError              **error);
LobeChat           *lobe_core_new_chat          (LobeCore             *self);
void                lobe_core_close             (LobeCore             *self);

G_END_DECLS
