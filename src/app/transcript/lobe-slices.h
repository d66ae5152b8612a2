/* lobe-slices.h: where a block that would outgrow the window is cut into rows */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "markdown/lobe-block.h"

G_BEGIN_DECLS

gsize lobe_slices_length    (LobeBlock  *block);
gsize lobe_slices_next      (LobeBlock  *block,
                             gsize       start);
gsize lobe_slices_next_text (const char *text,
                             gsize       length,
                             gsize       start);

G_END_DECLS
