/* lobe-fence.c: the lines of a fenced code block, as the parser reads them */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "markdown/lobe-fence.h"

#include "markdown/lobe-valid.h"

#include <string.h>

/* CommonMark 0.31, 2.2: a tab reaches to the next multiple of four columns. */
static guint
column_after (guint column,
              char  c)
{
  return c == '\t' ? (column + 4) & ~3u : column + 1;
}

static gsize
skip_blank (const char *line,
            gsize       length,
            guint      *columns)
{
  gsize i;

  *columns = 0;
  for (i = 0; i < length && (line[i] == ' ' || line[i] == '\t'); i++)
    *columns = column_after (*columns, line[i]);

  return i;
}

static gsize
count_marks (const char *line,
             gsize       length,
             char        mark)
{
  gsize n = 0;

  while (n < length && line[n] == mark)
    n++;

  return n;
}

/*
 * lobe_fence_open:
 * @self: (out): filled in if the line opens a block
 * @line: a line that stands in no container
 * @length: its bytes without the line end
 *
 * Returns: whether the line is an opening code fence (CommonMark 0.31, 4.5)
 */
gboolean
lobe_fence_open (LobeFence  *self,
                 const char *line,
                 gsize       length)
{
  gsize start = skip_blank (line, length, &self->indent);
  gsize n;

  if (start == length || self->indent > 3 || (line[start] != '`' && line[start] != '~'))
    return FALSE;

  self->mark = line[start];
  n = count_marks (line + start, length - start, self->mark);
  self->length = n;

  return n >= 3 && (self->mark == '~' || memchr (line + start + n, '`', length - start - n) == NULL);
}

/*
 * lobe_fence_is_closed:
 * @self: what opened the block
 * @line: a line in it
 * @length: its bytes without the line end
 *
 * Returns: whether the line is the block's closing fence
 */
gboolean
lobe_fence_is_closed (const LobeFence *self,
                      const char      *line,
                      gsize            length)
{
  guint indent;
  gsize i = skip_blank (line, length, &indent);
  gsize n = count_marks (line + i, length - i, self->mark);

  if (indent > 3 || n < self->length)
    return FALSE;

  for (i += n; i < length; i++)
    if (line[i] != ' ')
      return FALSE;

  return TRUE;
}

/*
 * lobe_fence_append_indentation:
 * @to: appended to
 * @line: where the line starts in the source
 * @end: where its contents start
 * @columns: how many of the columns before @end belong to the contents
 *
 * Appends the white space that belongs to a line of code. The parser gives it as spaces, which would break what a person
 * copies from a Makefile, so tabs are taken over from the source; one that belongs to the code in part becomes spaces
 * (CommonMark 0.31, 2.2).
 */
void
lobe_fence_append_indentation (GString    *to,
                               const char *line,
                               const char *end,
                               guint       columns)
{
  guint width = 0;
  guint column = 0;
  guint from;

  for (const char *p = line; p < end; p++)
    width = column_after (width, *p);
  from = width - MIN (width, columns);

  for (const char *p = line; p < end; p++)
    {
      guint after = column_after (column, *p);

      if (column >= from)
        g_string_append_c (to, *p == '\t' ? '\t' : ' ');
      else
        for (guint i = from; i < after; i++)
          g_string_append_c (to, ' ');
      column = after;
    }
}

/*
 * lobe_fence_append_line:
 * @self: what opened the block
 * @to: appended to
 * @line: a line of the block's contents
 * @length: its bytes without the line end
 *
 * Appends the line as the parser gives it in a whole parse: without the fence's own indentation, a line of white space
 * as spaces, and what is no character as U+FFFD.
 */
void
lobe_fence_append_line (const LobeFence *self,
                        GString         *to,
                        const char      *line,
                        gsize            length)
{
  guint columns;
  gsize start = skip_blank (line, length, &columns);

  columns -= MIN (columns, self->indent);
  if (start == length)
    for (guint i = 0; i < columns; i++)
      g_string_append_c (to, ' ');
  else
    lobe_fence_append_indentation (to, line, line + start, columns);

  lobe_valid_append (to, line + start, length - start);
}
