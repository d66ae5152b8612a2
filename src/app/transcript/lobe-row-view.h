/* lobe-row-view.h: a row's widget in the list: its place on the page, list markers, quote bars */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/transcript/lobe-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_ROW_VIEW (lobe_row_view_get_type ())

G_DECLARE_FINAL_TYPE (LobeRowView, lobe_row_view, LOBE, ROW_VIEW, GtkWidget)

GtkWidget *lobe_row_view_new     (void);
void       lobe_row_view_set_row (LobeRowView *self,
                                  LobeRow *row);
void       lobe_row_view_prepare (LobeRowView *self);
void       lobe_row_view_release (LobeRowView *self);
LobeRow   *lobe_row_view_get_row (LobeRowView *self);

G_END_DECLS
