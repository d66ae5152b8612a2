/* lobe-private-file.h: a small file with a secret that nobody else may read */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *lobe_private_file_read (const char  *path,
                              gsize        max,
                              gsize       *length,
                              GError     **error);
void  lobe_private_file_free (char        *contents);

G_END_DECLS
