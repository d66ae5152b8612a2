/* lobe-line.h: going through a text by lines */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gsize    lobe_line_start    (const char *text,
                             gsize       limit,
                             gsize       offset);
gsize    lobe_line_end      (const char *text,
                             gsize       length,
                             gsize       offset);
gsize    lobe_line_next     (const char *text,
                             gsize       length,
                             gsize       offset);
gsize    lobe_line_previous (const char *text,
                             gsize       limit,
                             gsize       start);
gsize    lobe_line_contents (const char *text,
                             gsize       start,
                             gsize       end);
gboolean lobe_line_is_blank (const char *text,
                             gsize       start,
                             gsize       end);

G_END_DECLS
