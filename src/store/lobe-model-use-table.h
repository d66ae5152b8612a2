/* lobe-model-use-table.h: the table of how models are used */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-model-use.h"
#include "store/lobe-database.h"

G_BEGIN_DECLS

GPtrArray *lobe_model_use_table_load (LobeDatabase        *database,
                                      GError             **error);
gboolean   lobe_model_use_table_save (LobeDatabase        *database,
                                      const LobeModelUse  *use,
                                      GError             **error);

G_END_DECLS
