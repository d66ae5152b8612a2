/* markdown-dump.h: blocks written out, for tests to compare and to show */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "markdown/lobe-markdown.h"

/* One line a block: its containers, its kind, its text, and its spans as kind:start-end. */

static inline void
dump_text (GString    *to,
           const char *text,
           GArray     *spans)
{
  static const char * const kinds[] = { "em", "strong", "strike", "code", "link", "image" };

  g_string_append_c (to, '"');
  for (const char *p = text; *p != '\0'; p++)
    if (*p == '\n')
      g_string_append (to, "\\n");
    else if (*p == '\t')
      g_string_append (to, "\\t");
    else
      g_string_append_c (to, *p);
  g_string_append_c (to, '"');

  for (guint i = 0; i < spans->len; i++)
    {
      LobeSpan *span = &g_array_index (spans, LobeSpan, i);

      g_string_append_printf (to, " %s:%u-%u", kinds[span->kind], span->start, span->end);
      if (span->target != NULL)
        g_string_append_printf (to, "(%s)", span->target);
    }
}

static inline void
dump_block (GString   *to,
            LobeBlock *block)
{
  static const char * const kinds[] = { "p", "h", "code", "table", "rule", "html" };

  for (guint i = 0; i < block->containers->len; i++)
    {
      LobeContainer *container = &g_array_index (block->containers, LobeContainer, i);

      if (container->kind == LOBE_CONTAINER_QUOTE)
        g_string_append (to, container->first ? "> " : "| ");
      else if (!container->first)
        g_string_append (to, container->tight ? "  " : "_ ");
      else
        {
          if (container->ordered)
            g_string_append_printf (to, "%u.", container->number);
          else
            g_string_append_c (to, '-');
          if (container->task != 0)
            g_string_append_printf (to, "[%c]", container->task);
          g_string_append (to, container->tight ? " " : "~ ");
        }
    }

  g_string_append (to, kinds[block->kind]);
  if (block->level > 0)
    g_string_append_printf (to, "%u", block->level);
  if (block->info != NULL)
    g_string_append_printf (to, ":%s", block->info);
  if (!block->closed)
    g_string_append (to, " open");

  if (block->kind == LOBE_BLOCK_TABLE)
    {
      for (guint i = 0; i < block->cells->len; i++)
        {
          LobeCell *cell = g_ptr_array_index (block->cells, i);

          if (i < block->n_columns)
            g_string_append_printf (to, " %c", "dsce"[block->align[i]]);
          g_string_append (to, i % block->n_columns == 0 ? " / " : " ");
          dump_text (to, cell->text, cell->spans);
        }
    }
  else if (block->kind != LOBE_BLOCK_RULE)
    {
      g_string_append_c (to, ' ');
      dump_text (to, block->text, block->spans);
    }

  g_string_append_c (to, '\n');
}

static inline char *
dump_blocks (GPtrArray *blocks)
{
  GString *string = g_string_new (NULL);

  for (guint i = 0; i < blocks->len; i++)
    dump_block (string, g_ptr_array_index (blocks, i));

  return g_string_free_and_steal (string);
}
