/* lobe-section.c: the rows of one message */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-section.h"

#include "app/transcript/lobe-slices.h"
#include "markdown/lobe-markdown.h"

#include <string.h>

/* Spaces in pixels, from the look's 6 px grid. */
#define SPACE_TURN 24
#define SPACE_PAGE 12
#define SPACE_BLOCK 12
#define SPACE_QUIET 6
#define SPACE_HEADING 18
#define SPACE_ITEM 3

/* Blocks of one part of a message, whole or growing, and at which row each begins. */
typedef struct
{
  LobeMarkdownStream *stream;
  GPtrArray          *array;
  GArray             *rows;
} Blocks;

struct _LobeSection
{
  LobeMessage *message;
  GPtrArray   *rows;
  Blocks       text;
  Blocks       thought;
  gboolean     live;
  gboolean     open;
  gboolean     first;
  gboolean     latest;
  gsize        summary; /* bytes of the summary that ends here; 0: none does */
};

static guint
blocks_count (Blocks *self)
{
  return self->stream ? lobe_markdown_stream_get_n_blocks (self->stream) : self->array ? self->array->len : 0;
}

static LobeBlock *
blocks_get (Blocks *self,
            guint   index)
{
  return self->stream ? lobe_markdown_stream_get_block (self->stream, index) : g_ptr_array_index (self->array, index);
}

static void
blocks_clear (Blocks *self)
{
  g_clear_object (&self->stream);
  g_clear_pointer (&self->array, g_ptr_array_unref);
  g_array_set_size (self->rows, 0);
}

LobeSection *
lobe_section_new (LobeMessage *message)
{
  LobeSection *self = g_new0 (LobeSection, 1);

  self->message = g_object_ref (message);
  self->rows = g_ptr_array_new_with_free_func (g_object_unref);
  self->text.rows = g_array_new (FALSE, FALSE, sizeof (guint));
  self->thought.rows = g_array_new (FALSE, FALSE, sizeof (guint));

  return self;
}

void
lobe_section_free (LobeSection *self)
{
  blocks_clear (&self->text);
  blocks_clear (&self->thought);
  g_array_unref (self->text.rows);
  g_array_unref (self->thought.rows);
  g_ptr_array_unref (self->rows);
  g_object_unref (self->message);
  g_free (self);
}

/**
 * lobe_section_estimate:
 * @message: a message, loaded or not
 *
 * Returns: how many rows @message will probably have, without reading its text
 */
guint
lobe_section_estimate (LobeMessage *message)
{
  if (lobe_message_get_role (message) != LOBE_ROLE_ASSISTANT)
    return 1;

  return MAX (lobe_message_get_n_blocks (message), 1) + 1; /* the actions */
}

LobeMessage *
lobe_section_get_message (LobeSection *self)
{
  return self->message;
}

guint
lobe_section_get_n_rows (LobeSection *self)
{
  return self->rows->len;
}

LobeRow *
lobe_section_get_row (LobeSection *self,
                      guint        index)
{
  return g_ptr_array_index (self->rows, index);
}

gboolean
lobe_section_get_live (LobeSection *self)
{
  return self->live;
}

gboolean
lobe_section_get_open (LobeSection *self)
{
  return self->open;
}

static gsize
part_length (LobeMessage  *message,
             LobePartKind  kind)
{
  LobePart *part = lobe_message_get_part (message, kind);

  return part ? lobe_part_get_length (part) : 0;
}

static const LobeContainer *
innermost_item (LobeBlock *block)
{
  const LobeContainer *item = NULL;

  for (guint i = 0; i < block->containers->len; i++)
    if (g_array_index (block->containers, LobeContainer, i).kind == LOBE_CONTAINER_ITEM)
      item = &g_array_index (block->containers, LobeContainer, i);

  return item;
}

static int
block_spacing (LobeBlock *block,
               LobeBlock *before)
{
  const LobeContainer *item, *item_before;

  if (!before)
    return SPACE_BLOCK;
  if (block->kind == LOBE_BLOCK_HEADING)
    return SPACE_HEADING;
  if (before->kind == LOBE_BLOCK_HEADING)
    return SPACE_QUIET;

  item = innermost_item (block);
  item_before = innermost_item (before);
  if (!item || !item_before || !item->tight || block->kind != LOBE_BLOCK_PARAGRAPH || before->kind != LOBE_BLOCK_PARAGRAPH)
    return SPACE_BLOCK;

  /* Two lists may follow each other. */
  if (block->containers->len == before->containers->len && item->first &&
      (item->ordered != item_before->ordered || !item->task != !item_before->task || (item->ordered && item->number <= item_before->number)))
    return SPACE_BLOCK;

  return SPACE_ITEM;
}

static LobeRowKind
block_row_kind (LobeBlock *block)
{
  switch (block->kind)
    {
    case LOBE_BLOCK_CODE:
      return LOBE_ROW_CODE;
    case LOBE_BLOCK_TABLE:
      return LOBE_ROW_TABLE;
    case LOBE_BLOCK_RULE:
      return LOBE_ROW_RULE;
    case LOBE_BLOCK_PARAGRAPH:
    case LOBE_BLOCK_HEADING:
    case LOBE_BLOCK_HTML:
    default:
      return LOBE_ROW_TEXT;
    }
}

/* Plans the rows of the blocks from @from on. @row is the row that the first of them becomes. */
static void
plan_blocks (LobeSection  *self,
             Blocks       *blocks,
             guint         from,
             guint         row,
             LobeRowFlags  flags,
             GArray       *plans)
{
  guint n = blocks_count (blocks), base = row - plans->len;

  g_array_set_size (blocks->rows, n);

  for (guint i = from; i < n; i++)
    {
      LobeBlock *block = blocks_get (blocks, i);
      gsize length = lobe_slices_length (block), start = 0;
      LobeRowPlan plan = { .kind = block_row_kind (block), .block = block, .flags = flags };

      plan.spacing = block_spacing (block, i > 0 ? blocks_get (blocks, i - 1) : NULL);
      if (i == 0 && (flags & LOBE_ROW_THOUGHT))
        plan.spacing = SPACE_QUIET;
      plan.flags |= LOBE_ROW_FIRST;
      g_array_index (blocks->rows, guint, i) = base + plans->len;

      do
        {
          plan.start = start;
          plan.end = start = lobe_slices_next (block, start);
          if (start >= length)
            plan.flags |= LOBE_ROW_LAST;
          g_array_append_val (plans, plan);
          plan.flags &= ~LOBE_ROW_FIRST;
          plan.spacing = 0;
        }
      while (start < length);
    }
}

/* Makes the rows from @row on what @plans says: rows that are there are kept, so that one that only grew tells its
 * widget and not the list. */
static void
apply (LobeSection *self,
       guint        row,
       GArray      *plans)
{
  for (guint i = 0; i < plans->len; i++)
    {
      const LobeRowPlan *plan = &g_array_index (plans, LobeRowPlan, i);

      if (row + i < self->rows->len)
        lobe_row_update (g_ptr_array_index (self->rows, row + i), plan);
      else
        g_ptr_array_add (self->rows, lobe_row_new (self->message, plan));
    }

  if (self->rows->len > row + plans->len)
    g_ptr_array_set_size (self->rows, row + plans->len);
}

static void
plan_note (LobeNote  note,
           gsize     length,
           int       spacing,
           GArray   *plans)
{
  LobeRowPlan plan = { .kind = LOBE_ROW_NOTE, .start = note, .end = length, .spacing = spacing };

  g_array_append_val (plans, plan);
}

/* What follows all else of a message. */
static void
plan_notes (LobeSection *self,
            GArray      *plans)
{
  if (lobe_message_get_pinned (self->message))
    plan_note (LOBE_NOTE_PINNED, 0, SPACE_QUIET, plans);
  if (self->summary > 0)
    plan_note (LOBE_NOTE_SUMMARY, self->summary, SPACE_TURN, plans);
}

static void
plan_end (LobeSection *self,
          gboolean     thinking,
          GArray      *plans)
{
  LobeMessageState state = lobe_message_get_state (self->message);
  LobeRowPlan plan = { .spacing = SPACE_BLOCK, .flags = self->latest ? LOBE_ROW_LATEST : 0 };
  gboolean empty = blocks_count (&self->text) == 0;

  if (self->live)
    {
      if (empty && !thinking)
        {
          plan.kind = LOBE_ROW_WAITING;
          g_array_append_val (plans, plan);
        }
      else if (plans->len > 0 && (!thinking || self->open))
        {
          g_array_index (plans, LobeRowPlan, plans->len - 1).flags |= LOBE_ROW_CARET;
        }
      return;
    }

  if (state == LOBE_MESSAGE_FAILED)
    {
      plan.kind = LOBE_ROW_ERROR;
      g_array_append_val (plans, plan);
      if (empty)
        {
          plan_notes (self, plans);
          return;
        }
    }
  else if (state == LOBE_MESSAGE_DONE && lobe_message_get_error_code (self->message) >= 0)
    {
      const char *text = lobe_message_get_error_text (self->message);

      plan_note (LOBE_NOTE_CUT, text != NULL ? strlen (text) : 0, SPACE_BLOCK, plans);
    }

  plan.kind = LOBE_ROW_ACTIONS;
  plan.spacing = SPACE_QUIET;
  g_array_append_val (plans, plan);
  plan_notes (self, plans);
}

static gboolean
is_thinking (LobeSection *self)
{
  return self->live && part_length (self->message, LOBE_PART_REASONING) > 0 && part_length (self->message, LOBE_PART_TEXT) == 0;
}

/* Plans and applies everything from the given blocks on; G_MAXUINT leaves the blocks of a part as they are. */
static void
replan (LobeSection *self,
        gboolean     head,
        guint        thought_from,
        guint        text_from)
{
  g_autoptr(GArray) plans = g_array_new (FALSE, FALSE, sizeof (LobeRowPlan));
  gboolean thinking = is_thinking (self);
  gboolean thought = part_length (self->message, LOBE_PART_REASONING) > 0;
  guint row = 0;

  if (head)
    {
      if (thought)
        {
          LobeRowPlan plan = { .kind = LOBE_ROW_THINKING, .spacing = SPACE_BLOCK, .start = thinking };

          plan.end = lobe_message_get_think_time (self->message) / G_USEC_PER_SEC;
          if (self->open)
            plan.flags |= LOBE_ROW_OPEN;
          g_array_append_val (plans, plan);
        }
      thought_from = text_from = 0;
    }
  else if (thought_from != G_MAXUINT)
    {
      row = thought_from < self->thought.rows->len ? g_array_index (self->thought.rows, guint, thought_from) : 1;
      text_from = 0;
    }
  else
    {
      row = text_from < self->text.rows->len ? g_array_index (self->text.rows, guint, text_from) : self->rows->len;
    }

  if (thought_from != G_MAXUINT && self->open)
    plan_blocks (self, &self->thought, thought_from, row + plans->len, LOBE_ROW_THOUGHT, plans);
  plan_blocks (self, &self->text, text_from, row + plans->len, 0, plans);
  plan_end (self, thinking, plans);

  apply (self, row, plans);
}

static void
update_blocks (LobeSection  *self,
               Blocks       *blocks,
               LobePartKind  kind,
               gboolean      end,
               guint        *first)
{
  LobePart *part = lobe_message_get_part (self->message, kind);
  guint n_before;

  *first = G_MAXUINT;
  if (!part)
    return;

  if (!blocks->stream)
    blocks->stream = lobe_markdown_stream_new ();
  (end ? lobe_markdown_stream_end : lobe_markdown_stream_update) (blocks->stream, lobe_part_get_text (part), lobe_part_get_length (part), first, &n_before);
  if (*first >= blocks_count (blocks) && n_before == blocks_count (blocks))
    *first = G_MAXUINT;
}

/**
 * lobe_section_flush:
 * @self: a live section
 *
 * Takes what came in since the last frame into the rows. Only the blocks at the end are looked at.
 *
 * Returns: whether anything had come
 */
gboolean
lobe_section_flush (LobeSection *self)
{
  guint thought = G_MAXUINT, text = G_MAXUINT;
  gboolean thinking, was_thinking;

  if (!lobe_message_take_appended (self->message))
    return FALSE;
  if (!self->live)
    {
      lobe_section_rebuild (self);
      return TRUE;
    }

  was_thinking = self->rows->len > 0 && lobe_row_get_kind (g_ptr_array_index (self->rows, 0)) == LOBE_ROW_THINKING &&
                 lobe_row_get_start (g_ptr_array_index (self->rows, 0)) == TRUE;
  thinking = is_thinking (self);

  if (self->open && thinking)
    update_blocks (self, &self->thought, LOBE_PART_REASONING, FALSE, &thought);
  if (!thinking)
    update_blocks (self, &self->text, LOBE_PART_TEXT, FALSE, &text);

  if (thinking != was_thinking || self->text.rows->len == 0)
    replan (self, TRUE, 0, 0);
  else if (thought != G_MAXUINT)
    replan (self, FALSE, thought > 0 ? thought - 1 : 0, 0); /* the one before loses the caret */
  else if (text != G_MAXUINT)
    replan (self, FALSE, G_MAXUINT, text > 0 ? text - 1 : 0);

  return TRUE;
}

/* A part that was streamed keeps its blocks; one that was loaded is parsed here, once. */
static void
parse_part (LobeSection  *self,
            Blocks       *blocks,
            LobePartKind  kind)
{
  LobePart *part = lobe_message_get_part (self->message, kind);
  guint first;

  if (!part)
    {
      blocks_clear (blocks);
    }
  else if (self->live)
    {
      if (blocks->array)
        blocks_clear (blocks);
      update_blocks (self, blocks, kind, FALSE, &first);
    }
  else if (blocks->stream)
    {
      g_autoptr(GPtrArray) array = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_block_unref);

      update_blocks (self, blocks, kind, TRUE, &first);
      for (guint i = 0; i < blocks_count (blocks); i++)
        g_ptr_array_add (array, lobe_block_ref (blocks_get (blocks, i)));
      g_clear_object (&blocks->stream);
      blocks->array = g_steal_pointer (&array);
    }
  else
    {
      blocks_clear (blocks);
      blocks->array = lobe_markdown_parse (lobe_part_get_text (part), lobe_part_get_length (part));
    }
}

/**
 * lobe_section_rebuild:
 * @self: the section
 *
 * Makes the rows anew after anything but a flush changed; rows that stay the same are kept.
 */
void
lobe_section_rebuild (LobeSection *self)
{
  g_autoptr(GArray) plans = g_array_new (FALSE, FALSE, sizeof (LobeRowPlan));

  if (!lobe_message_get_loaded (self->message))
    {
      LobeRowPlan plan = { .kind = LOBE_ROW_PLACEHOLDER, .spacing = SPACE_BLOCK };

      for (guint i = lobe_section_estimate (self->message); i > 0; i--)
        g_array_append_val (plans, plan);
      apply (self, 0, plans);
      return;
    }

  if (lobe_message_get_role (self->message) != LOBE_ROLE_ASSISTANT)
    {
      LobeRowPlan plan = { .kind = LOBE_ROW_QUESTION, .spacing = self->first ? SPACE_PAGE : SPACE_TURN };

      plan.end = lobe_message_get_length (self->message);
      g_array_append_val (plans, plan);
      plan_notes (self, plans);
      apply (self, 0, plans);
      return;
    }

  self->live = lobe_message_get_state (self->message) == LOBE_MESSAGE_STREAMING;
  lobe_message_take_appended (self->message);
  parse_part (self, &self->text, LOBE_PART_TEXT);
  if (self->open)
    parse_part (self, &self->thought, LOBE_PART_REASONING);
  else
    blocks_clear (&self->thought);
  replan (self, TRUE, 0, 0);

  if (!self->live && lobe_message_get_n_blocks (self->message) != blocks_count (&self->text))
    lobe_message_set_n_blocks (self->message, blocks_count (&self->text));

  /* State, figures and errors are not in the plans. */
  for (guint i = self->rows->len; i > 0; i--)
    {
      LobeRow *row = g_ptr_array_index (self->rows, i - 1);

      if (lobe_row_get_kind (row) != LOBE_ROW_ACTIONS && lobe_row_get_kind (row) != LOBE_ROW_ERROR &&
          lobe_row_get_kind (row) != LOBE_ROW_NOTE)
        break;
      lobe_row_changed (row);
    }
}

/**
 * lobe_section_set_place:
 * @self: the section
 * @first: whether it is the conversation's first message
 * @latest: whether it is the last one
 */
void
lobe_section_set_place (LobeSection *self,
                        gboolean     first,
                        gboolean     latest)
{
  self->first = first;
  self->latest = latest;

  for (guint i = self->rows->len; i > 0; i--)
    if (lobe_row_get_kind (g_ptr_array_index (self->rows, i - 1)) == LOBE_ROW_ACTIONS)
      {
        lobe_row_set_flag (g_ptr_array_index (self->rows, i - 1), LOBE_ROW_LATEST, latest);
        break;
      }
}

/**
 * lobe_section_set_summary:
 * @self: the section
 * @length: bytes of the summary that stands for all up to here; 0: there is none
 */
void
lobe_section_set_summary (LobeSection *self,
                          gsize        length)
{
  /* another one of the same length is another one */
  if (self->summary == 0 && length == 0)
    return;

  self->summary = length;
  lobe_section_rebuild (self);
}

/**
 * lobe_section_set_open:
 * @self: the section
 * @open: whether the thoughts are shown
 */
void
lobe_section_set_open (LobeSection *self,
                       gboolean     open)
{
  self->open = open;
  lobe_section_rebuild (self);
}

void
lobe_section_set_hovered (LobeSection *self,
                          gboolean     hovered)
{
  for (guint i = self->rows->len; i > 0; i--)
    {
      LobeRow *row = g_ptr_array_index (self->rows, i - 1);

      if (lobe_row_get_kind (row) == LOBE_ROW_ACTIONS)
        lobe_row_set_flag (row, LOBE_ROW_HOVERED, hovered);
      if (lobe_row_get_kind (row) != LOBE_ROW_NOTE)
        break;
    }
}
