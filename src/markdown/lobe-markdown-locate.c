/* lobe-markdown-locate.c: where blocks stand in their source */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "markdown/lobe-markdown-private.h"

#include "markdown/lobe-line.h"

#include <string.h>

/* md4c says nothing of where a block is, but the texts it gives point into the source, and no line belongs to two leaf
 * blocks. So each block has the lines of its texts, and what is left between these are fences, underlines, rules, items
 * with nothing in them, blank lines and link reference definitions. */

typedef struct
{
  const char *text;
  gsize       length;
} Source;

static gsize
trimmed_end (Source *self,
             gsize   start)
{
  gsize end = lobe_line_end (self->text, self->length, start);

  while (end > start && (self->text[end - 1] == ' ' || self->text[end - 1] == '\t'))
    end--;

  return end;
}

static gboolean
could_be_definition (Source *self,
                     gsize   start)
{
  gsize end = lobe_line_end (self->text, self->length, start);
  gsize i = lobe_line_contents (self->text, start, end);

  return i < end && self->text[i] == '[' && g_strstr_len (self->text + i, end - i, "]:") != NULL;
}

/* The length of the first run of three or more of the mark in the line, or 0. */
static guint
fence_length (Source *self,
              gsize   start,
              char    mark)
{
  gsize end = lobe_line_end (self->text, self->length, start);

  for (gsize i = start, n = 0; i <= end; i++)
    {
      if (i < end && self->text[i] == mark)
        {
          n++;
          continue;
        }
      if (n >= 3)
        return n;
      n = 0;
    }

  return 0;
}

static gboolean
could_be (Source          *self,
          gsize            start,
          gsize            end,
          const LobeBlock *block,
          const LobeLeaf  *leaf)
{
  if (end == start)
    return FALSE;
  if (block->kind == LOBE_BLOCK_RULE)
    return strchr ("-_*", self->text[end - 1]) != NULL;
  if (leaf->fence != 0)
    return fence_length (self, start, leaf->fence) > 0;

  /* What is empty because it has nothing but definitions is in a container. */
  return leaf->depth > 0 ? lobe_line_contents (self->text, start, end) > start : !could_be_definition (self, start);
}

/* The first line from start on that a block with no text of its own could be, before the stop. */
static gsize
find_line (Source          *self,
           gsize            start,
           gsize            stop,
           const LobeBlock *block,
           const LobeLeaf  *leaf)
{
  for (gsize line = start; line < stop; line = lobe_line_next (self->text, self->length, line))
    {
      gsize end = trimmed_end (self, line);

      if (end <= stop && could_be (self, line, end, block, leaf))
        return line;
    }

  return start;
}

/* From the first line of code that is not blank back to the fence. */
static gsize
find_opening_fence (Source *self,
                    gsize   limit,
                    gsize   line)
{
  while (line > limit)
    {
      line = lobe_line_previous (self->text, limit, line);
      if (!lobe_line_is_blank (self->text, line, lobe_line_end (self->text, self->length, line)))
        break;
    }

  return line;
}

/* Where the closing fence ends, or 0 if the next line after start that is not blank is none. */
static gsize
find_closing_fence (Source *self,
                    gsize   start,
                    gsize   stop,
                    char    mark,
                    guint   n_marks)
{
  for (gsize line = start; line < stop; line = lobe_line_next (self->text, self->length, line))
    {
      gsize end = lobe_line_end (self->text, self->length, line);
      gsize i = line;
      gsize n = 0;

      if (lobe_line_is_blank (self->text, line, end))
        continue;

      while (self->text[i] == ' ' || self->text[i] == '\t' || self->text[i] == '>')
        i++;
      for (; i < end && self->text[i] == mark; i++)
        n++;
      while (i < end && self->text[i] == ' ')
        i++;

      return n >= n_marks && i == end && end <= stop ? end : 0;
    }

  return 0;
}

/* The underline of a heading whose text ends at end, or end. */
static gsize
find_underline (Source *self,
                gsize   start,
                gsize   first,
                gsize   end,
                gsize   stop)
{
  gsize line = lobe_line_next (self->text, self->length, end);
  gsize line_end = trimmed_end (self, line);
  gsize i = line;

  if (memchr (self->text + start, '#', first - start) != NULL)
    return end;

  while (i < line_end && (self->text[i] == ' ' || self->text[i] == '\t' || self->text[i] == '>'))
    i++;

  return line_end <= stop && i < line_end && (self->text[i] == '=' || self->text[i] == '-') ? line_end : end;
}

static gboolean
head_has_text (const LobeBlock *table)
{
  for (guint i = 0; i < MIN (table->n_columns, table->cells->len); i++)
    if (*((LobeCell *) g_ptr_array_index (table->cells, i))->text != '\0')
      return TRUE;

  return FALSE;
}

/*
 * lobe_markdown_locate:
 * @text: a text
 * @start: where what was parsed of it starts
 * @length: its bytes
 * @blocks: (element-type LobeBlock): the blocks of it
 * @leaves: (element-type LobeLeaf): what the parser knows of them
 *
 * Sets where the blocks begin and end, and whether fences are closed.
 */
void
lobe_markdown_locate (const char *text,
                      gsize       start,
                      gsize       length,
                      GPtrArray  *blocks,
                      GArray     *leaves)
{
  Source self = { text, length };
  gsize limit = start;

  /* A leaf without text lies before the text of the next one that has any. */
  for (gsize i = leaves->len, stop = length; i > 0; i--)
    {
      LobeLeaf *leaf = &g_array_index (leaves, LobeLeaf, i - 1);

      if (!leaf->has_text)
        leaf->first = leaf->last = stop;
      stop = leaf->first;
    }

  for (guint i = 0; i < blocks->len; i++)
    {
      LobeBlock *block = g_ptr_array_index (blocks, i);
      LobeLeaf *leaf = &g_array_index (leaves, LobeLeaf, i);
      gsize stop = i + 1 < leaves->len ? g_array_index (leaves, LobeLeaf, i + 1).first : length;
      gsize begin;
      gsize end;

      if (leaf->has_text)
        {
          begin = lobe_line_start (text, limit, leaf->first);
          end = lobe_line_end (text, length, leaf->last);
          if (leaf->fence != 0)
            begin = find_opening_fence (&self, limit, begin);
          else if (block->kind == LOBE_BLOCK_TABLE && !head_has_text (block))
            begin = find_line (&self, limit, leaf->first, block, leaf);
          else if (block->kind == LOBE_BLOCK_HEADING)
            end = find_underline (&self, begin, leaf->first, end, stop);
        }
      else
        {
          begin = find_line (&self, limit, stop, block, leaf);
          end = MIN (lobe_line_end (text, length, begin), stop);
        }

      if (leaf->fence != 0)
        {
          gsize closing = find_closing_fence (&self, lobe_line_next (text, length, end), stop, leaf->fence,
                                              MAX (3, fence_length (&self, begin, leaf->fence)));

          leaf->fence_closed = closing > 0;
          end = MAX (end, closing);
        }

      block->source_start = begin;
      block->source_end = end;
      limit = lobe_line_next (text, length, end);
    }
}
