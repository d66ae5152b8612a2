/* lobe-model-row.h: a model in the switcher: name, what it can do, context window, whether it is chosen */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-server.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_MODEL_ROW (lobe_model_row_get_type ())

G_DECLARE_FINAL_TYPE (LobeModelRow, lobe_model_row, LOBE, MODEL_ROW, GtkWidget)

/*
 * Signals:
 *  retry (LobeServer *server): the person wants a server that shows no models asked
 *  starred (LobeModelInfo *model): the person wants it to be a favourite, or none any more
 */
GtkWidget *lobe_model_row_new        (void);
void       lobe_model_row_set_model  (LobeModelRow  *self,
                                      LobeModelInfo *model,
                                      const char    *origin,
                                      gboolean       chosen,
                                      gboolean       favourite);
void       lobe_model_row_set_server (LobeModelRow  *self,
                                      LobeServer    *server);
char      *lobe_model_row_dup_words  (LobeModelRow  *self);

G_END_DECLS
