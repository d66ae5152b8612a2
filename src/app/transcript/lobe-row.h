/* lobe-row.h: one row of the transcript: a block of a message, or a stretch of a long one, or what goes with a message */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "markdown/lobe-block.h"
#include "model/lobe-message.h"

#include <pango/pango.h>

G_BEGIN_DECLS

/**
 * LobeRowKind:
 * @LOBE_ROW_PLACEHOLDER: a block whose text has not come from the store yet
 * @LOBE_ROW_QUESTION: what the person said
 * @LOBE_ROW_THINKING: the line that opens what the model thought
 * @LOBE_ROW_TEXT: a paragraph, heading or HTML
 * @LOBE_ROW_CODE: code
 * @LOBE_ROW_TABLE: a table
 * @LOBE_ROW_RULE: a thematic break
 * @LOBE_ROW_WAITING: an answer without a first word yet
 * @LOBE_ROW_ERROR: why there is no answer
 * @LOBE_ROW_NOTE: what the person should know of the message, a LobeNote
 * @LOBE_ROW_ACTIONS: what can be done with an answer
 * @LOBE_ROW_TAIL: the end of the list, of constant height and never removed, which keeps the end in view
 */
typedef enum
{
  LOBE_ROW_PLACEHOLDER,
  LOBE_ROW_QUESTION,
  LOBE_ROW_THINKING,
  LOBE_ROW_TEXT,
  LOBE_ROW_CODE,
  LOBE_ROW_TABLE,
  LOBE_ROW_RULE,
  LOBE_ROW_WAITING,
  LOBE_ROW_ERROR,
  LOBE_ROW_NOTE,
  LOBE_ROW_ACTIONS,
  LOBE_ROW_TAIL,
} LobeRowKind;

/**
 * LobeNote:
 * @LOBE_NOTE_CUT: the answer is to less than was sent, or had no room
 * @LOBE_NOTE_PINNED: it is always sent
 * @LOBE_NOTE_SUMMARY: what stands for all messages up to this one
 *
 * The start of a row that is a note.
 */
typedef enum
{
  LOBE_NOTE_CUT,
  LOBE_NOTE_PINNED,
  LOBE_NOTE_SUMMARY,
} LobeNote;

/**
 * LobeRowFlags:
 * @LOBE_ROW_FIRST: the first row of its block
 * @LOBE_ROW_LAST: the last row of its block
 * @LOBE_ROW_CARET: text is still being written at its end
 * @LOBE_ROW_THOUGHT: part of what the model thought
 * @LOBE_ROW_OPEN: the thoughts are shown
 * @LOBE_ROW_LATEST: belongs to the last message, so its actions are always shown
 * @LOBE_ROW_HOVERED: the pointer is on its message
 */
typedef enum
{
  LOBE_ROW_FIRST = 1 << 0,
  LOBE_ROW_LAST = 1 << 1,
  LOBE_ROW_CARET = 1 << 2,
  LOBE_ROW_THOUGHT = 1 << 3,
  LOBE_ROW_OPEN = 1 << 4,
  LOBE_ROW_LATEST = 1 << 5,
  LOBE_ROW_HOVERED = 1 << 6,
} LobeRowFlags;

/**
 * LobeRowPlan:
 * @kind: what it shows
 * @block: (nullable): of which block
 * @start: first byte of the block's text, or first row of its cells, that it shows
 * @end: byte, or row, after the last
 * @spacing: space above it, in pixels
 * @flags: more about it
 *
 * What a row is to show.
 */
typedef struct
{
  LobeRowKind   kind;
  LobeBlock    *block;
  gsize         start;
  gsize         end;
  int           spacing;
  LobeRowFlags  flags;
} LobeRowPlan;

#define LOBE_TYPE_ROW (lobe_row_get_type ())

G_DECLARE_FINAL_TYPE (LobeRow, lobe_row, LOBE, ROW, GObject)

/*
 * Signal changed: what it shows is different now; emitted at most once a frame while text streams.
 */
LobeRow      *lobe_row_new          (LobeMessage       *message,
                                     const LobeRowPlan *plan);
gboolean      lobe_row_update       (LobeRow           *self,
                                     const LobeRowPlan *plan);
void          lobe_row_set_flag     (LobeRow           *self,
                                     LobeRowFlags       flag,
                                     gboolean           set);
void          lobe_row_changed      (LobeRow           *self);
LobeMessage  *lobe_row_get_message  (LobeRow           *self);
LobeRowKind   lobe_row_get_kind     (LobeRow           *self);
LobeBlock    *lobe_row_get_block    (LobeRow           *self);
gsize         lobe_row_get_start    (LobeRow           *self);
gsize         lobe_row_get_end      (LobeRow           *self);
int           lobe_row_get_spacing  (LobeRow           *self);
LobeRowFlags  lobe_row_get_flags    (LobeRow           *self);
PangoAttrList *lobe_row_get_colors  (LobeRow           *self,
                                     guint             *scheme);
void          lobe_row_set_colors   (LobeRow           *self,
                                     PangoAttrList     *colors,
                                     guint              scheme);
gboolean      lobe_row_get_height   (LobeRow           *self,
                                     int                width,
                                     guint              font,
                                     int               *height);
int           lobe_row_guess_height (LobeRow           *self,
                                     int                width);
void          lobe_row_set_height   (LobeRow           *self,
                                     int                width,
                                     guint              font,
                                     int                height);

G_END_DECLS
