/* lobe-row.c: one row of the transcript: a block of a message, or a stretch of a long one, or what goes with a message */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-row.h"

#include <math.h>
#include <string.h>

struct _LobeRow
{
  GObject        parent_instance;
  LobeMessage   *message;
  LobeRowPlan    plan;
  PangoAttrList *colors;
  guint          scheme; /* that the colours are of */

  /* The height lives here and not in the widget: widgets are recycled, and a row that comes back into view
   * shall not be laid out again to know how tall it is. */
  int            width;
  int            height;
  guint          font;
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeRow, lobe_row, G_TYPE_OBJECT)

static void
lobe_row_finalize (GObject *object)
{
  LobeRow *self = LOBE_ROW (object);

  g_clear_object (&self->message);
  g_clear_pointer (&self->plan.block, lobe_block_unref);
  g_clear_pointer (&self->colors, pango_attr_list_unref);

  G_OBJECT_CLASS (lobe_row_parent_class)->finalize (object);
}

static void
lobe_row_class_init (LobeRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_row_finalize;

  signals[CHANGED] = g_signal_new ("changed", LOBE_TYPE_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lobe_row_init (LobeRow *self)
{
  self->width = -1;
}

/**
 * lobe_row_new:
 * @message: (nullable): the message it belongs to; %NULL for the tail
 * @plan: what it shows
 *
 * Returns: (transfer full): a new row
 */
LobeRow *
lobe_row_new (LobeMessage       *message,
              const LobeRowPlan *plan)
{
  LobeRow *self = g_object_new (LOBE_TYPE_ROW, NULL);

  g_set_object (&self->message, message);
  self->plan = *plan;
  if (self->plan.block)
    lobe_block_ref (self->plan.block);

  return self;
}

void
lobe_row_changed (LobeRow *self)
{
  g_return_if_fail (LOBE_IS_ROW (self));

  self->width = -1;
  g_signal_emit (self, signals[CHANGED], 0);
}

/* Whether two versions of a block give one stretch the same text and spans: while a long block streams, only its last
 * stretch differs. */
static gboolean
same_stretch (const LobeBlock *a,
              const LobeBlock *b,
              gsize            start,
              gsize            end)
{
  guint i = 0, j = 0;

  if (a->kind != b->kind || a->level != b->level || a->closed != b->closed || g_strcmp0 (a->info, b->info) != 0)
    return FALSE;
  if (end > a->length || end > b->length || memcmp (a->text + start, b->text + start, end - start) != 0)
    return FALSE;
  if (a->containers->len != b->containers->len)
    return FALSE;
  for (guint k = 0; k < a->containers->len; k++)
    {
      const LobeContainer *c = &g_array_index (a->containers, LobeContainer, k);
      const LobeContainer *d = &g_array_index (b->containers, LobeContainer, k);

      if (c->kind != d->kind || c->ordered != d->ordered || c->number != d->number || c->task != d->task ||
          c->tight != d->tight || c->first != d->first)
        return FALSE;
    }

  while (TRUE)
    {
      const LobeSpan *s, *t;

      while (i < a->spans->len && (g_array_index (a->spans, LobeSpan, i).end <= start || g_array_index (a->spans, LobeSpan, i).start >= end))
        i++;
      while (j < b->spans->len && (g_array_index (b->spans, LobeSpan, j).end <= start || g_array_index (b->spans, LobeSpan, j).start >= end))
        j++;
      if (i >= a->spans->len || j >= b->spans->len)
        return i >= a->spans->len && j >= b->spans->len;

      s = &g_array_index (a->spans, LobeSpan, i++);
      t = &g_array_index (b->spans, LobeSpan, j++);
      if (s->kind != t->kind || s->start != t->start || s->end != t->end || g_strcmp0 (s->target, t->target) != 0)
        return FALSE;
    }
}

static gboolean
same_content (const LobeRowPlan *a,
              const LobeRowPlan *b)
{
  if (a->kind != b->kind || a->start != b->start || a->end != b->end)
    return FALSE;
  if (a->block == b->block)
    return TRUE;
  if (!a->block || !b->block)
    return FALSE;
  if (a->block->kind == LOBE_BLOCK_TABLE)
    return lobe_block_equal (a->block, b->block);

  return same_stretch (a->block, b->block, a->start, a->end);
}

/**
 * lobe_row_update:
 * @self: the row
 * @plan: what it shows from now on
 *
 * Emits changed if anything is different.
 *
 * Returns: whether anything was
 */
gboolean
lobe_row_update (LobeRow           *self,
                 const LobeRowPlan *plan)
{
  gboolean content = !same_content (&self->plan, plan);
  LobeRowFlags hovered = self->plan.flags & LOBE_ROW_HOVERED;

  if (plan->block)
    lobe_block_ref (plan->block);
  g_clear_pointer (&self->plan.block, lobe_block_unref);
  self->plan.block = plan->block;

  if (!content && self->plan.spacing == plan->spacing && (self->plan.flags & ~LOBE_ROW_HOVERED) == plan->flags)
    return FALSE;

  if (content)
    g_clear_pointer (&self->colors, pango_attr_list_unref);

  self->plan = *plan;
  self->plan.flags |= hovered;
  lobe_row_changed (self);

  return TRUE;
}

void
lobe_row_set_flag (LobeRow      *self,
                   LobeRowFlags  flag,
                   gboolean      set)
{
  LobeRowFlags flags = set ? self->plan.flags | flag : self->plan.flags & ~flag;

  if (flags == self->plan.flags)
    return;

  self->plan.flags = flags;
  lobe_row_changed (self);
}

LobeMessage *
lobe_row_get_message (LobeRow *self)
{
  return self->message;
}

LobeRowKind
lobe_row_get_kind (LobeRow *self)
{
  return self->plan.kind;
}

LobeBlock *
lobe_row_get_block (LobeRow *self)
{
  return self->plan.block;
}

gsize
lobe_row_get_start (LobeRow *self)
{
  return self->plan.start;
}

gsize
lobe_row_get_end (LobeRow *self)
{
  return self->plan.end;
}

int
lobe_row_get_spacing (LobeRow *self)
{
  return self->plan.spacing;
}

LobeRowFlags
lobe_row_get_flags (LobeRow *self)
{
  return self->plan.flags;
}

/**
 * lobe_row_get_colors:
 * @self: a row of code
 * @scheme: (out) (optional): the scheme that they are of
 *
 * Returns: (transfer none) (nullable): its colours
 */
PangoAttrList *
lobe_row_get_colors (LobeRow *self,
                     guint   *scheme)
{
  if (scheme)
    *scheme = self->scheme;

  return self->colors;
}

/**
 * lobe_row_set_colors:
 * @self: a row of code
 * @colors: (nullable): its colours; offsets count from the row's start
 * @scheme: stands for the style scheme that they are of
 *
 * Colours change no height, so the memo stays.
 */
void
lobe_row_set_colors (LobeRow       *self,
                     PangoAttrList *colors,
                     guint          scheme)
{
  if (colors)
    pango_attr_list_ref (colors);
  g_clear_pointer (&self->colors, pango_attr_list_unref);
  self->colors = colors;
  self->scheme = scheme;
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * lobe_row_get_height:
 * @self: the row
 * @width: for which width, in pixels; -1 for whichever was asked last
 * @font: what stands for the font and its size
 * @height: (out): height in pixels
 *
 * Returns: whether the height is known
 */
gboolean
lobe_row_get_height (LobeRow *self,
                     int      width,
                     guint    font,
                     int     *height)
{
  if (self->width < 0 || self->font != font || (width >= 0 && self->width != width))
    return FALSE;

  *height = self->height;
  return TRUE;
}

void
lobe_row_set_height (LobeRow *self,
                     int      width,
                     guint    font,
                     int      height)
{
  self->width = width;
  self->font = font;
  self->height = height;
}

/* Of an ordinary page, in pixels at 100 % text. They only have to be near. */
#define BYTE_WIDTH 6.5 /* Latin letters are wider, but Chinese ones have three bytes */
#define LINE 24
#define CODE_LINE 19
#define CODE_FRAME 54
#define TABLE_LINE 37
#define BUBBLE_FRAME 18
#define BUBBLE_WIDTH 500
#define SMALL 30

static int
guess_text (gsize length,
            int   width)
{
  return MAX (ceil (length * BYTE_WIDTH / MAX (width, 1)), 1) * LINE;
}

/**
 * lobe_row_guess_height:
 * @self: the row
 * @width: for which width, in pixels
 *
 * Returns: what it had when it was last measured at that width, or about what it will have, in pixels
 */
int
lobe_row_guess_height (LobeRow *self,
                       int      width)
{
  LobeBlock *block = self->plan.block;
  gsize length = self->plan.end - self->plan.start;
  int lines = 1;

  if (self->width == width)
    return self->height;

  switch (self->plan.kind)
    {
    case LOBE_ROW_TEXT:
      return guess_text (length, width);
    case LOBE_ROW_QUESTION:
      return guess_text (length, MIN (width, BUBBLE_WIDTH)) + BUBBLE_FRAME;
    case LOBE_ROW_CODE:
      for (const char *p = block->text + self->plan.start, *end = p + length; (p = memchr (p, '\n', end - p)); p++)
        lines++;
      return lines * CODE_LINE + (self->plan.flags & LOBE_ROW_FIRST ? CODE_FRAME : 0);
    case LOBE_ROW_TABLE:
      return length * TABLE_LINE;
    case LOBE_ROW_RULE:
      return 1;
    case LOBE_ROW_ERROR:
      return 4 * LINE;
    case LOBE_ROW_NOTE:
      return self->plan.start == LOBE_NOTE_PINNED ? SMALL : 2 * LINE + guess_text (self->plan.end, width);
    case LOBE_ROW_THINKING:
    case LOBE_ROW_WAITING:
    case LOBE_ROW_ACTIONS:
    case LOBE_ROW_PLACEHOLDER:
    case LOBE_ROW_TAIL:
    default:
      return SMALL;
    }
}
