/* lobe-note-row.h: what the person should know of a message: it is pinned, was not read whole, or a summary ends here */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/transcript/lobe-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_NOTE_ROW (lobe_note_row_get_type ())

G_DECLARE_FINAL_TYPE (LobeNoteRow, lobe_note_row, LOBE, NOTE_ROW, GtkWidget)

GtkWidget *lobe_note_row_new     (void);
void       lobe_note_row_set_row (LobeNoteRow *self,
                                  LobeRow     *row);

G_END_DECLS
