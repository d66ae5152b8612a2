/* lobe-error-row.h: a card that says why there is no answer, and what to do */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/transcript/lobe-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_ERROR_ROW (lobe_error_row_get_type ())

G_DECLARE_FINAL_TYPE (LobeErrorRow, lobe_error_row, LOBE, ERROR_ROW, GtkWidget)

GtkWidget *lobe_error_row_new     (void);
void       lobe_error_row_set_row (LobeErrorRow *self,
                                   LobeRow *row);

G_END_DECLS
