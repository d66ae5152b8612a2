/* lobe-text-selection.h: pointing at texts of the transcript: links, selecting, the menu */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_TEXT_SELECTION (lobe_text_selection_get_type ())

G_DECLARE_FINAL_TYPE (LobeTextSelection, lobe_text_selection, LOBE, TEXT_SELECTION, GObject)

LobeTextSelection *lobe_text_selection_new      (GtkWidget         *list);
char              *lobe_text_selection_get_text (LobeTextSelection *self);
gboolean           lobe_text_selection_is_in    (LobeTextSelection *self,
                                                 GtkWidget         *widget);
void               lobe_text_selection_clear    (LobeTextSelection *self);

G_END_DECLS
