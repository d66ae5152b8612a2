/* lobe-valid.h: text made valid, with the way back to where it came from */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gsize    lobe_valid_complete (const char *text,
                              gsize       length);
void     lobe_valid_append   (GString    *to,
                              const char *text,
                              gsize       length);
GString *lobe_valid_new      (const char *text,
                              gsize       length,
                              GArray    **places);
gsize    lobe_valid_origin   (GArray     *places,
                              gsize       offset);

G_END_DECLS
