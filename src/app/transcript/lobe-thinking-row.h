/* lobe-thinking-row.h: the line that tells of thinking and opens the thoughts */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/transcript/lobe-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_THINKING_ROW (lobe_thinking_row_get_type ())

G_DECLARE_FINAL_TYPE (LobeThinkingRow, lobe_thinking_row, LOBE, THINKING_ROW, GtkWidget)

GtkWidget *lobe_thinking_row_new     (void);
void       lobe_thinking_row_set_row (LobeThinkingRow *self,
                                      LobeRow *row);

G_END_DECLS
