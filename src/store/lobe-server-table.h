/* lobe-server-table.h: the table of accounts on model servers */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-account.h"
#include "store/lobe-database.h"

G_BEGIN_DECLS

GPtrArray *lobe_server_table_load   (LobeDatabase        *database,
                                     GError             **error);
gboolean   lobe_server_table_save   (LobeDatabase        *database,
                                     const LobeAccount   *account,
                                     gboolean             added,
                                     GError             **error);
gboolean   lobe_server_table_remove (LobeDatabase        *database,
                                     const char          *id,
                                     GError             **error);
gboolean   lobe_server_table_order  (LobeDatabase        *database,
                                     const char * const  *ids,
                                     GError             **error);

G_END_DECLS
