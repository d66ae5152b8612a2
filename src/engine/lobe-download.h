/* lobe-download.h: brings one catalogue entry into a folder: resumed, verified, whole or not at all */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/lobe-catalogue.h"
#include "model/lobe-transfer.h"
#include "net/lobe-http.h"

G_BEGIN_DECLS

#define LOBE_TYPE_DOWNLOAD (lobe_download_get_type ())

G_DECLARE_FINAL_TYPE (LobeDownload, lobe_download, LOBE, DOWNLOAD, LobeTransfer)

LobeDownload       *lobe_download_new          (LobeHttp             *http,
                                                LobeCatalogueEntry   *entry,
                                                const char           *folder);
LobeCatalogueEntry *lobe_download_get_entry    (LobeDownload         *self);
const char         *lobe_download_get_path     (LobeDownload         *self);
gint64              lobe_download_get_received (LobeDownload         *self);
const char         *lobe_download_get_sha256   (LobeDownload         *self);
void                lobe_download_run_async    (LobeDownload         *self,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
char               *lobe_download_run_finish   (LobeDownload         *self,
                                                GAsyncResult         *result,
                                                GError              **error);
void                lobe_download_list_async   (LobeHttp             *http,
                                                const char           *folder,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
GPtrArray          *lobe_download_list_finish  (GAsyncResult         *result,
                                                GError              **error);

G_END_DECLS
