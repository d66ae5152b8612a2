/* lobe-table-row.h: a table in a card */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/transcript/lobe-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_TABLE_ROW (lobe_table_row_get_type ())

G_DECLARE_FINAL_TYPE (LobeTableRow, lobe_table_row, LOBE, TABLE_ROW, GtkWidget)

GtkWidget *lobe_table_row_new     (void);
void       lobe_table_row_set_row (LobeTableRow *self,
                                   LobeRow *row);

G_END_DECLS
