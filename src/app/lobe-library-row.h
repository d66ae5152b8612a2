/* lobe-library-row.h: a model that a server has: how large, how it fits, and buttons to unload and delete it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-server.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_LIBRARY_ROW (lobe_library_row_get_type ())

G_DECLARE_FINAL_TYPE (LobeLibraryRow, lobe_library_row, LOBE, LIBRARY_ROW, AdwActionRow)

/* Signals: failed (const char *words): what was wanted could not be done */
GtkWidget *lobe_library_row_new (LobeServer    *server,
                                 LobeModelInfo *model);

G_END_DECLS
