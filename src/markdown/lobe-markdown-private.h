/* lobe-markdown-private.h: a parse of part of a text, for the stream and its tests */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "markdown/lobe-markdown.h"

G_BEGIN_DECLS

/*
 * LobeLeaf:
 * @top: which of the text's top-level blocks the leaf is in, counted from 0
 * @depth: how many containers it stands in
 * @has_text: whether it has text that comes from the source
 * @first: where its text begins in the source, or that of the next one that has any
 * @last: where its text ends
 * @fence: '`' or '~' of fenced code, otherwise 0
 * @fence_closed: for fenced code: whether the closing fence is there
 *
 * What is known of a leaf block besides what is seen of it.
 */
typedef struct
{
  guint    top;
  guint    depth;
  gboolean has_text;
  gsize    first;
  gsize    last;
  char     fence;
  gboolean fence_closed;
} LobeLeaf;

/* Containers further in than this are left out of a block: nobody could see them, and nothing needs to draw them. */
#define LOBE_MARKDOWN_MAX_DEPTH 64

GPtrArray *lobe_markdown_parse_part (const char  *definitions,
                                     const char  *text,
                                     gsize        length,
                                     GArray     **leaves);
void       lobe_markdown_locate     (const char  *text,
                                     gsize        start,
                                     gsize        length,
                                     GPtrArray   *blocks,
                                     GArray      *leaves);
gsize      lobe_markdown_settled    (const char  *text,
                                     gsize        length);

G_END_DECLS
