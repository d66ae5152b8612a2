/* lobe-transfers.h: all models that are on their way, or wait for going on */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/lobe-download.h"
#include "engine/lobe-engine-server.h"
#include "server/lobe-pull.h"
#include "server/lobe-servers.h"
#include "store/lobe-store.h"

G_BEGIN_DECLS

#define LOBE_TYPE_TRANSFERS (lobe_transfers_get_type ())

G_DECLARE_FINAL_TYPE (LobeTransfers, lobe_transfers, LOBE, TRANSFERS, GObject)

/*
 * A GListModel of LobeTransfer.
 *
 * Signals:
 *  arrived (LobeTransfer *transfer, LobeServer *server): it is there, and the server that has it now knows it
 */
LobeTransfers *lobe_transfers_new         (LobeHttp             *http,
                                           LobeServers          *servers,
                                           LobeEngineServer     *engine_server,
                                           LobeStore            *store);
LobeTransfer  *lobe_transfers_fetch       (LobeTransfers        *self,
                                           LobeCatalogueEntry   *entry);
LobeTransfer  *lobe_transfers_pull        (LobeTransfers        *self,
                                           LobeServer           *server,
                                           const char           *model);
LobeTransfer  *lobe_transfers_find        (LobeTransfers        *self,
                                           LobeCatalogueEntry   *entry);
void           lobe_transfers_load_async  (LobeTransfers        *self,
                                           GCancellable         *cancellable,
                                           GAsyncReadyCallback   callback,
                                           gpointer              user_data);
gboolean       lobe_transfers_load_finish (LobeTransfers        *self,
                                           GAsyncResult         *result,
                                           GError              **error);
void           lobe_transfers_pause_all   (LobeTransfers        *self);

G_END_DECLS
