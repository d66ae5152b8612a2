/* lobe-block.c: one leaf block of Markdown, with what it stands in; one row of a transcript */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "markdown/lobe-block-private.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (LobeBlock, lobe_block, lobe_block_ref, lobe_block_unref)

static void
span_clear (gpointer data)
{
  LobeSpan *span = data;

  g_clear_pointer (&span->target, g_free);
}

static GArray *
spans_new (void)
{
  GArray *spans = g_array_new (FALSE, FALSE, sizeof (LobeSpan));

  g_array_set_clear_func (spans, span_clear);

  return spans;
}

/**
 * lobe_cell_new: (skip)
 *
 * Returns: (transfer full): a cell without text
 */
LobeCell *
lobe_cell_new (void)
{
  LobeCell *self = g_new0 (LobeCell, 1);

  self->text = g_strdup ("");
  self->spans = spans_new ();

  return self;
}

/**
 * lobe_cell_free: (skip)
 * @self: (transfer full): a cell
 *
 * Frees it.
 */
void
lobe_cell_free (LobeCell *self)
{
  g_free (self->text);
  g_array_unref (self->spans);
  g_free (self);
}

/**
 * lobe_block_new:
 * @kind: what it is
 *
 * Returns: (transfer full): a closed block with no text that stands in nothing
 */
LobeBlock *
lobe_block_new (LobeBlockKind kind)
{
  LobeBlock *self = g_new0 (LobeBlock, 1);

  self->kind = kind;
  self->text = g_strdup ("");
  self->spans = spans_new ();
  self->containers = g_array_new (FALSE, FALSE, sizeof (LobeContainer));
  self->cells = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_cell_free);
  self->closed = TRUE;
  g_atomic_ref_count_init (&self->ref_count);

  return self;
}

/**
 * lobe_block_ref:
 * @self: a block
 *
 * Returns: (transfer full): the same block
 */
LobeBlock *
lobe_block_ref (LobeBlock *self)
{
  g_atomic_ref_count_inc (&self->ref_count);

  return self;
}

/**
 * lobe_block_unref:
 * @self: (transfer full): a block
 *
 * Gives up a reference, and frees the block with its last one.
 */
void
lobe_block_unref (LobeBlock *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_free (self->text);
  g_array_unref (self->spans);
  g_array_unref (self->containers);
  g_free (self->info);
  g_free (self->align);
  g_ptr_array_unref (self->cells);
  g_free (self);
}

static gboolean
spans_equal (GArray *a,
             GArray *b)
{
  if (a->len != b->len)
    return FALSE;

  for (guint i = 0; i < a->len; i++)
    {
      const LobeSpan *one = &g_array_index (a, LobeSpan, i);
      const LobeSpan *two = &g_array_index (b, LobeSpan, i);

      if (one->kind != two->kind || one->start != two->start || one->end != two->end ||
          !g_str_equal (one->target ? one->target : "", two->target ? two->target : ""))
        return FALSE;
    }

  return TRUE;
}

static gboolean
containers_equal (GArray *a,
                  GArray *b)
{
  if (a->len != b->len)
    return FALSE;

  for (guint i = 0; i < a->len; i++)
    {
      const LobeContainer *one = &g_array_index (a, LobeContainer, i);
      const LobeContainer *two = &g_array_index (b, LobeContainer, i);

      if (one->kind != two->kind || one->ordered != two->ordered || one->number != two->number ||
          one->task != two->task || one->tight != two->tight || one->first != two->first)
        return FALSE;
    }

  return TRUE;
}

static gboolean
cells_equal (GPtrArray *a,
             GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;

  for (guint i = 0; i < a->len; i++)
    {
      LobeCell *one = g_ptr_array_index (a, i);
      LobeCell *two = g_ptr_array_index (b, i);

      if (!g_str_equal (one->text, two->text) || !spans_equal (one->spans, two->spans))
        return FALSE;
    }

  return TRUE;
}

/**
 * lobe_block_equal:
 * @a: a block
 * @b: another
 *
 * Compares all that is seen of two blocks. Where they stand in the source is not compared, as nobody sees it.
 *
 * Returns: whether they look the same
 */
gboolean
lobe_block_equal (const LobeBlock *a,
                  const LobeBlock *b)
{
  if (a == b)
    return TRUE;

  return a->kind == b->kind && a->level == b->level && a->closed == b->closed &&
         a->length == b->length && memcmp (a->text, b->text, a->length) == 0 &&
         g_strcmp0 (a->info, b->info) == 0 &&
         a->n_columns == b->n_columns &&
         (a->n_columns == 0 || memcmp (a->align, b->align, a->n_columns * sizeof (LobeAlign)) == 0) &&
         spans_equal (a->spans, b->spans) &&
         containers_equal (a->containers, b->containers) &&
         cells_equal (a->cells, b->cells);
}
