/* lobe-block-private.h: making the cells of a table */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "markdown/lobe-block.h"

G_BEGIN_DECLS

LobeCell *lobe_cell_new  (void);
void      lobe_cell_free (LobeCell *self);

G_END_DECLS
