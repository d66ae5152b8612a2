/* lobe-question-row.h: what the person said, in a bubble, with what they attached */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/transcript/lobe-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_QUESTION_ROW (lobe_question_row_get_type ())

G_DECLARE_FINAL_TYPE (LobeQuestionRow, lobe_question_row, LOBE, QUESTION_ROW, GtkWidget)

GtkWidget *lobe_question_row_new     (void);
void       lobe_question_row_set_row (LobeQuestionRow *self,
                                      LobeRow *row);

G_END_DECLS
