/* lobe-utf8.h: bytes that ought to be UTF-8, made so */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean lobe_utf8_is_valid (const char *bytes,
                             gsize       length);
void     lobe_utf8_decode   (const char *bytes,
                             gsize       length,
                             GString    *text);

G_END_DECLS
