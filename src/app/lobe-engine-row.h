/* lobe-engine-row.h: the built-in model, as a row: use it, or bring it first */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session/lobe-core.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_ENGINE_ROW (lobe_engine_row_get_type ())

G_DECLARE_FINAL_TYPE (LobeEngineRow, lobe_engine_row, LOBE, ENGINE_ROW, AdwActionRow)

/*
 * Signals:
 *  chosen (LobeServer *server): the model is here, and the person wants it
 */
GtkWidget *lobe_engine_row_new (LobeCore *core);

G_END_DECLS
