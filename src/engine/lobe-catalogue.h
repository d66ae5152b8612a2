/* lobe-catalogue.h: models that can be had for the local engine: name, size, licence, checksum, address */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-request.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define LOBE_TYPE_CATALOGUE_ENTRY (lobe_catalogue_entry_get_type ())

G_DECLARE_FINAL_TYPE (LobeCatalogueEntry, lobe_catalogue_entry, LOBE, CATALOGUE_ENTRY, GObject)

/* Properties (read only): name, file-name, licence, size (bytes), sha256, uri, host; of an address that the person gave,
 * size may be 0 and licence and sha256 NULL */
LobeCatalogueEntry *
            lobe_catalogue_entry_new_for_uri (const char        *uri,
                                              const char        *sha256,
                                              GError           **error);
LobeCatalogueEntry *
            lobe_catalogue_entry_restore   (const char          *text);
char       *lobe_catalogue_entry_save      (LobeCatalogueEntry  *self,
                                            gint64               size);
const char *lobe_catalogue_entry_get_name      (LobeCatalogueEntry  *self);
const char *lobe_catalogue_entry_get_file_name (LobeCatalogueEntry  *self);
const char *lobe_catalogue_entry_get_licence   (LobeCatalogueEntry  *self);
gint64      lobe_catalogue_entry_get_size      (LobeCatalogueEntry  *self);
const char *lobe_catalogue_entry_get_sha256    (LobeCatalogueEntry  *self);
const char *lobe_catalogue_entry_get_uri       (LobeCatalogueEntry  *self);
const char *lobe_catalogue_entry_get_host      (LobeCatalogueEntry  *self);
void        lobe_catalogue_entry_tune_request  (LobeCatalogueEntry  *self,
                                                LobeRequest         *request);

GListModel *lobe_catalogue_load                (GBytes              *json,
                                                GError             **error);
GListModel *lobe_catalogue_load_built_in       (void);

G_END_DECLS
