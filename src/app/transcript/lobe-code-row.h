/* lobe-code-row.h: code in a card, coloured once its fence is closed */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/transcript/lobe-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_CODE_ROW (lobe_code_row_get_type ())

G_DECLARE_FINAL_TYPE (LobeCodeRow, lobe_code_row, LOBE, CODE_ROW, GtkWidget)

GtkWidget *lobe_code_row_new     (void);
void       lobe_code_row_set_row (LobeCodeRow *self,
                                  LobeRow *row);

G_END_DECLS
