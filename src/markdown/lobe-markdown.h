/* lobe-markdown.h: Markdown into blocks, at once or while it streams in */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "markdown/lobe-block.h"

G_BEGIN_DECLS

GPtrArray *lobe_markdown_parse (const char *text,
                                gssize      length);

#define LOBE_TYPE_MARKDOWN_STREAM (lobe_markdown_stream_get_type ())

G_DECLARE_FINAL_TYPE (LobeMarkdownStream, lobe_markdown_stream, LOBE, MARKDOWN_STREAM, GObject)

LobeMarkdownStream *lobe_markdown_stream_new          (void);
void                lobe_markdown_stream_update       (LobeMarkdownStream *self,
                                                       const char         *text,
                                                       gsize               length,
                                                       guint              *first_changed,
                                                       guint              *n_before);
void                lobe_markdown_stream_end          (LobeMarkdownStream *self,
                                                       const char         *text,
                                                       gsize               length,
                                                       guint              *first_changed,
                                                       guint              *n_before);
guint               lobe_markdown_stream_get_n_blocks (LobeMarkdownStream *self);
LobeBlock          *lobe_markdown_stream_get_block    (LobeMarkdownStream *self,
                                                       guint               index);

G_END_DECLS
