/* lobe-sums.c: counts with prefix sums, so that a row number leads to its message in O(log n) */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-sums.h"

/* A Fenwick tree beside the plain counts: tree[i] is the sum of the counts (i - lowbit (i), i], counted from 1. */
struct _LobeSums
{
  GArray *counts;
  GArray *tree;
};

#define COUNT(self, i) g_array_index ((self)->counts, guint, i)
#define TREE(self, i) g_array_index ((self)->tree, guint, i)

LobeSums *
lobe_sums_new (void)
{
  LobeSums *self = g_new0 (LobeSums, 1);

  self->counts = g_array_new (FALSE, FALSE, sizeof (guint));
  self->tree = g_array_new (FALSE, FALSE, sizeof (guint));

  return self;
}

void
lobe_sums_free (LobeSums *self)
{
  g_array_unref (self->counts);
  g_array_unref (self->tree);
  g_free (self);
}

guint
lobe_sums_size (LobeSums *self)
{
  return self->counts->len;
}

guint
lobe_sums_get (LobeSums *self,
               guint     index)
{
  g_return_val_if_fail (index < self->counts->len, 0);

  return COUNT (self, index);
}

/**
 * lobe_sums_set:
 * @self: the sums
 * @index: which count
 * @count: its new value
 *
 * Changes one count, in O(log n).
 */
void
lobe_sums_set (LobeSums *self,
               guint     index,
               guint     count)
{
  guint delta;

  g_return_if_fail (index < self->counts->len);

  delta = count - COUNT (self, index); /* wraps around for a decrease, and so do the sums: unsigned arithmetic is right */
  COUNT (self, index) = count;

  for (guint i = index + 1; i <= self->tree->len; i += i & -i)
    TREE (self, i - 1) += delta;
}

/**
 * lobe_sums_before:
 * @self: the sums
 * @index: a count's index, or the number of counts
 *
 * Returns: the sum of all counts before @index
 */
guint
lobe_sums_before (LobeSums *self,
                  guint     index)
{
  guint sum = 0;

  g_return_val_if_fail (index <= self->counts->len, 0);

  for (guint i = index; i > 0; i -= i & -i)
    sum += TREE (self, i - 1);

  return sum;
}

/**
 * lobe_sums_find:
 * @self: the sums
 * @position: a position below the sum of all counts
 * @offset: (out): how far @position is into the count found
 *
 * Returns: the index of the count that @position falls into, or the number of counts if it lies beyond all of them
 */
guint
lobe_sums_find (LobeSums *self,
                guint     position,
                guint    *offset)
{
  guint index = 0, step = 1;

  while (step * 2 <= self->tree->len)
    step *= 2;

  for (; step > 0 && self->tree->len > 0; step /= 2)
    if (index + step <= self->tree->len && TREE (self, index + step - 1) <= position)
      {
        index += step;
        position -= TREE (self, index - 1);
      }

  *offset = position;
  return index;
}

/**
 * lobe_sums_splice:
 * @self: the sums
 * @index: where
 * @n_removed: how many counts go
 * @added: (array length=n_added): the counts that come in their place
 * @n_added: how many come
 *
 * At the end, which is where a conversation grows, this costs O(n_added log n); elsewhere O(n).
 */
void
lobe_sums_splice (LobeSums    *self,
                  guint        index,
                  guint        n_removed,
                  const guint *added,
                  guint        n_added)
{
  guint from = index;

  g_return_if_fail (index + n_removed <= self->counts->len);

  if (n_removed > 0)
    g_array_remove_range (self->counts, index, n_removed);
  if (n_added > 0)
    g_array_insert_vals (self->counts, index, added, n_added);

  g_array_set_size (self->tree, self->counts->len);

  for (guint i = from + 1; i <= self->counts->len; i++)
    {
      guint sum = COUNT (self, i - 1);

      /* nodes below this one, all of them done already */
      for (guint child = i - 1, stop = i - (i & -i); child > stop; child -= child & -child)
        sum += TREE (self, child - 1);

      TREE (self, i - 1) = sum;
    }
}
