/* lobe-actions-row.h: what can be done with an answer, and what it cost */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/transcript/lobe-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_ACTIONS_ROW (lobe_actions_row_get_type ())

G_DECLARE_FINAL_TYPE (LobeActionsRow, lobe_actions_row, LOBE, ACTIONS_ROW, GtkWidget)

GtkWidget *lobe_actions_row_new     (void);
void       lobe_actions_row_set_row (LobeActionsRow *self,
                                     LobeRow *row);

G_END_DECLS
