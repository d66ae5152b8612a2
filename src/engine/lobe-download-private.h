/* lobe-download-private.h: a download, and one run of it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/lobe-download.h"

G_BEGIN_DECLS

/* lobe-download.c */
void lobe_download_run_ended (LobeDownload       *self,
                              const char         *sha256);

/* lobe-download-run.c */
void lobe_download_run_begin (GTask              *task,
                              LobeHttp           *http,
                              LobeCatalogueEntry *entry,
                              const char         *path);

G_END_DECLS
