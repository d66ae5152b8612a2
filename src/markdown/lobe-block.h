/* lobe-block.h: one leaf block of Markdown, with what it stands in; one row of a transcript */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * LobeBlockKind:
 * @LOBE_BLOCK_PARAGRAPH: running text
 * @LOBE_BLOCK_HEADING: a heading; see level
 * @LOBE_BLOCK_CODE: fenced or indented code; see info and closed
 * @LOBE_BLOCK_TABLE: a table; see columns and cells
 * @LOBE_BLOCK_RULE: a thematic break
 * @LOBE_BLOCK_HTML: raw HTML, shown as text
 */
typedef enum
{
  LOBE_BLOCK_PARAGRAPH,
  LOBE_BLOCK_HEADING,
  LOBE_BLOCK_CODE,
  LOBE_BLOCK_TABLE,
  LOBE_BLOCK_RULE,
  LOBE_BLOCK_HTML,
} LobeBlockKind;

/**
 * LobeSpanKind:
 * @LOBE_SPAN_EMPHASIS: emphasised
 * @LOBE_SPAN_STRONG: strong
 * @LOBE_SPAN_STRIKE: struck through
 * @LOBE_SPAN_CODE: code
 * @LOBE_SPAN_LINK: a link; target is where to
 * @LOBE_SPAN_IMAGE: an image, shown as its alternative text; target is its address
 */
typedef enum
{
  LOBE_SPAN_EMPHASIS,
  LOBE_SPAN_STRONG,
  LOBE_SPAN_STRIKE,
  LOBE_SPAN_CODE,
  LOBE_SPAN_LINK,
  LOBE_SPAN_IMAGE,
} LobeSpanKind;

/**
 * LobeSpan:
 * @kind: what it is
 * @start: first byte in the block's or cell's text
 * @end: byte after its last
 * @target: (nullable): for links and images; hostile, see lobe_link_is_allowed()
 *
 * A stretch of a text. Spans nest; outer ones come first. Only an image's may be empty.
 */
typedef struct
{
  LobeSpanKind kind;
  guint        start;
  guint        end;
  char        *target;
} LobeSpan;

/**
 * LobeContainerKind:
 * @LOBE_CONTAINER_QUOTE: a block quote
 * @LOBE_CONTAINER_ITEM: an item of a list
 */
typedef enum
{
  LOBE_CONTAINER_QUOTE,
  LOBE_CONTAINER_ITEM,
} LobeContainerKind;

/**
 * LobeContainer:
 * @kind: quote or item
 * @ordered: for items: numbered
 * @number: for items of ordered lists: its number
 * @task: for items: ' ' open or 'x' done task, 0 no task
 * @tight: for items: of a tight list
 * @first: whether the block is the first one in it, and so shows its marker
 *
 * One of the things that a block stands in, from the outside in. One in which there is nothing has an empty paragraph.
 */
typedef struct
{
  LobeContainerKind kind;
  gboolean          ordered;
  guint             number;
  char              task;
  gboolean          tight;
  gboolean          first;
} LobeContainer;

/**
 * LobeCell:
 * @text: what it says
 * @spans: (element-type LobeSpan): the spans of @text
 */
typedef struct
{
  char   *text;
  GArray *spans;
} LobeCell;

/**
 * LobeAlign:
 * @LOBE_ALIGN_DEFAULT: as the language has it
 * @LOBE_ALIGN_START: to the left
 * @LOBE_ALIGN_CENTER: in the middle
 * @LOBE_ALIGN_END: to the right
 *
 * How a table's column is aligned.
 */
typedef enum
{
  LOBE_ALIGN_DEFAULT,
  LOBE_ALIGN_START,
  LOBE_ALIGN_CENTER,
  LOBE_ALIGN_END,
} LobeAlign;

/**
 * LobeBlock:
 * @kind: what it is
 * @level: of a heading, 1 to 6
 * @text: the text without markup; of code and HTML the source without its last line end; empty for tables and rules
 * @length: bytes in @text
 * @spans: (element-type LobeSpan): the spans of @text
 * @containers: (element-type LobeContainer): what it stands in, from the outside in
 * @info: (nullable): first word of a fence's info string
 * @closed: %FALSE only for code at the end of a stream that may still grow, as its fence has not been closed
 * @n_columns: columns of a table
 * @align: (array length=n_columns): how each column is aligned
 * @cells: (element-type LobeCell): row by row, the head row first; a multiple of @n_columns
 * @source_start: where the first of its lines begins in the message's Markdown, in bytes
 * @source_end: where the last of its lines ends, without the line end
 *
 * A leaf block. Read only for everybody but the room markdown. Blocks do not change once they are made, except for code
 * that is not @closed: see #LobeMarkdownStream.
 */
typedef struct _LobeBlock LobeBlock;
struct _LobeBlock
{
  LobeBlockKind  kind;
  guint          level;
  char          *text;
  gsize          length;
  GArray        *spans;
  GArray        *containers;
  char          *info;
  gboolean       closed;
  guint          n_columns;
  LobeAlign     *align;
  GPtrArray     *cells;
  gsize          source_start;
  gsize          source_end;
  /*< private >*/
  gatomicrefcount ref_count;
};

#define LOBE_TYPE_BLOCK (lobe_block_get_type ())

GType      lobe_block_get_type (void) G_GNUC_CONST;
LobeBlock *lobe_block_new      (LobeBlockKind    kind);
LobeBlock *lobe_block_ref      (LobeBlock       *self);
void       lobe_block_unref    (LobeBlock       *self);
gboolean   lobe_block_equal    (const LobeBlock *a,
                                const LobeBlock *b);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeBlock, lobe_block_unref)

G_END_DECLS
