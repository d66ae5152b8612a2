/* lobe-fence.h: the lines of a fenced code block, as the parser reads them */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * LobeFence:
 * @mark: '`' or '~'
 * @length: how many of them opened the block
 * @indent: columns before them, 0 to 3
 */
typedef struct
{
  char  mark;
  guint length;
  guint indent;
} LobeFence;

gboolean lobe_fence_open        (LobeFence       *self,
                                 const char      *line,
                                 gsize            length);
gboolean lobe_fence_is_closed   (const LobeFence *self,
                                 const char      *line,
                                 gsize            length);
void     lobe_fence_append_line (const LobeFence *self,
                                 GString         *to,
                                 const char      *line,
                                 gsize            length);
void     lobe_fence_append_indentation
                                (GString         *to,
                                 const char      *line,
                                 const char      *end,
                                 guint            columns);

G_END_DECLS
