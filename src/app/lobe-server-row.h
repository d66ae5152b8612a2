/* lobe-server-row.h: a server in the preferences: name, address, state in words; can be moved */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-server.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_SERVER_ROW (lobe_server_row_get_type ())

G_DECLARE_FINAL_TYPE (LobeServerRow, lobe_server_row, LOBE, SERVER_ROW, AdwActionRow)

/*
 * Signals:
 *  move (LobeServer *server, LobeServer *to, int by): the person wants @server in the place of @to, or, without @to,
 *    @by places further down
 */
GtkWidget  *lobe_server_row_new        (LobeServer    *server);
LobeServer *lobe_server_row_get_server (LobeServerRow *self);

G_END_DECLS
