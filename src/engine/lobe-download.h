/* lobe-download.h: brings one catalogue entry into a folder: resumed, verified, whole or not at all */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/lobe-catalogue.h"
#include "net/lobe-http.h"

G_BEGIN_DECLS

#define LOBE_TYPE_DOWNLOAD (lobe_download_get_type ())

G_DECLARE_FINAL_TYPE (LobeDownload, lobe_download, LOBE, DOWNLOAD, GObject)

/* Properties: received (bytes so far, what was resumed included; notifies at most a few times a second), running */
LobeDownload       *lobe_download_new          (LobeHttp             *http,
                                                LobeCatalogueEntry   *entry,
                                                const char           *folder);
gint64              lobe_download_get_received (LobeDownload         *self);
void                lobe_download_run_async    (LobeDownload         *self,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
char               *lobe_download_run_finish   (LobeDownload         *self,
                                                GAsyncResult         *result,
                                                GError              **error);

G_END_DECLS
