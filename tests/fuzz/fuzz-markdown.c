/* fuzz-markdown.c: no text breaks the parser, and none reads otherwise for the way it arrives */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "markdown/lobe-link.h"
#include "markdown/lobe-markdown-private.h"

#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_spans (GArray *spans,
             gsize   length)
{
  for (guint i = 0; i < spans->len; i++)
    {
      LobeSpan *span = &g_array_index (spans, LobeSpan, i);

      g_assert_cmpuint (span->start, <=, span->end);
      g_assert_cmpuint (span->end, <=, length);
      lobe_link_is_allowed (span->target);
    }
}

static void
check_blocks (GPtrArray *blocks,
              gsize      length)
{
  gsize end = 0;

  for (guint i = 0; i < blocks->len; i++)
    {
      LobeBlock *block = g_ptr_array_index (blocks, i);

      g_assert_cmpuint (strlen (block->text), ==, block->length);
      g_assert_true (g_utf8_validate (block->text, block->length, NULL));
      g_assert_cmpuint (block->source_start, >=, end);
      g_assert_cmpuint (block->source_end, >=, block->source_start);
      g_assert_cmpuint (block->source_end, <=, length);
      end = block->source_end;
      check_spans (block->spans, block->length);

      g_assert_true (block->kind == LOBE_BLOCK_TABLE || block->cells->len == 0);
      g_assert_true (block->n_columns == 0 || block->cells->len % block->n_columns == 0);
      for (guint j = 0; j < block->cells->len; j++)
        {
          LobeCell *cell = g_ptr_array_index (block->cells, j);

          g_assert_true (g_utf8_validate (cell->text, -1, NULL));
          check_spans (cell->spans, strlen (cell->text));
        }
    }
}

static void
check_stream (LobeMarkdownStream *stream,
              GPtrArray          *expected,
              gboolean            ended)
{
  g_assert_cmpuint (lobe_markdown_stream_get_n_blocks (stream), ==, expected->len);
  for (guint i = 0; i < expected->len; i++)
    {
      LobeBlock *one = lobe_markdown_stream_get_block (stream, i);
      LobeBlock *two = g_ptr_array_index (expected, i);

      if (!ended && i + 1 == expected->len && one->kind == LOBE_BLOCK_CODE)
        two->closed = one->closed;
      g_assert_true (lobe_block_equal (one, two));
    }
}

/* The first byte says in how large parts the rest arrives. */
int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  const char *text = (const char *) data + 1;
  gsize length = size - 1;
  gsize step;
  gboolean has_definitions;
  g_autoptr (GPtrArray) whole = NULL;
  g_autoptr (LobeMarkdownStream) stream = NULL;

  if (size == 0 || size > 4096)
    return 0;

  whole = lobe_markdown_parse (text, length);
  check_blocks (whole, length);

  step = 1 + data[0] % 64;
  has_definitions = memmem (text, length, "]:", 2) != NULL;
  stream = lobe_markdown_stream_new ();
  for (gsize n = step; n < length; n += step)
    {
      guint first;
      guint before;

      lobe_markdown_stream_update (stream, text, n, &first, &before);
      g_assert_cmpuint (first, <=, before);
      g_assert_cmpuint (first, <=, lobe_markdown_stream_get_n_blocks (stream));

      /* Before the end only a link whose definition has come too late may differ. */
      if (!has_definitions)
        {
          g_autoptr (GPtrArray) prefix = lobe_markdown_parse (text, lobe_markdown_settled (text, n));

          check_stream (stream, prefix, FALSE);
        }
    }

  lobe_markdown_stream_end (stream, text, length, NULL, NULL);
  check_stream (stream, whole, TRUE);

  return 0;
}
