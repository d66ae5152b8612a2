/* lobe-waiting-row.h: an answer before its first word */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/transcript/lobe-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_WAITING_ROW (lobe_waiting_row_get_type ())

G_DECLARE_FINAL_TYPE (LobeWaitingRow, lobe_waiting_row, LOBE, WAITING_ROW, GtkWidget)

GtkWidget *lobe_waiting_row_new     (void);
void       lobe_waiting_row_set_row (LobeWaitingRow *self,
                                     LobeRow *row);

G_END_DECLS
