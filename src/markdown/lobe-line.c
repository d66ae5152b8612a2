/* lobe-line.c: going through a text by lines */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "markdown/lobe-line.h"

/* CommonMark's line ends: a newline, a carriage return, or both in this order. */
static gboolean
is_end (char c)
{
  return c == '\n' || c == '\r';
}

/*
 * lobe_line_start:
 * @text: a text
 * @limit: go back no further than this
 * @offset: an offset in a line
 *
 * Returns: where the line starts
 */
gsize
lobe_line_start (const char *text,
                 gsize       limit,
                 gsize       offset)
{
  while (offset > limit && !is_end (text[offset - 1]))
    offset--;

  return offset;
}

/*
 * lobe_line_end:
 * @text: a text
 * @length: its bytes
 * @offset: an offset in a line
 *
 * Returns: where the line end begins
 */
gsize
lobe_line_end (const char *text,
               gsize       length,
               gsize       offset)
{
  while (offset < length && !is_end (text[offset]))
    offset++;

  return offset;
}

/*
 * lobe_line_next:
 * @text: a text
 * @length: its bytes
 * @offset: an offset in a line
 *
 * Returns: where the next line starts, or @length
 */
gsize
lobe_line_next (const char *text,
                gsize       length,
                gsize       offset)
{
  offset = lobe_line_end (text, length, offset);
  if (offset < length && text[offset] == '\r')
    offset++;
  else if (offset < length)
    return offset + 1;
  if (offset < length && text[offset] == '\n')
    offset++;

  return offset;
}

/*
 * lobe_line_previous:
 * @text: a text
 * @limit: go back no further than this
 * @start: where a line starts, more than @limit
 *
 * Returns: where the line before it starts
 */
gsize
lobe_line_previous (const char *text,
                    gsize       limit,
                    gsize       start)
{
  if (start > limit && text[start - 1] == '\n')
    {
      start--;
      if (start > limit && text[start - 1] == '\r')
        start--;
    }
  else if (start > limit && text[start - 1] == '\r')
    {
      start--;
    }

  return lobe_line_start (text, limit, start);
}

/*
 * lobe_line_contents:
 * @text: a text
 * @start: where a line starts
 * @end: where it ends
 *
 * Looks over white space and what may be marks of quotes and list items.
 *
 * Returns: where the rest begins
 */
gsize
lobe_line_contents (const char *text,
                    gsize       start,
                    gsize       end)
{
  while (start < end)
    {
      gsize i = start;

      if (text[i] == ' ' || text[i] == '\t' || text[i] == '>')
        {
          start++;
          continue;
        }

      if (text[i] == '-' || text[i] == '+' || text[i] == '*')
        {
          i++;
        }
      else
        {
          while (i < end && i - start < 9 && g_ascii_isdigit (text[i]))
            i++;
          if (i == start || i == end || (text[i] != '.' && text[i] != ')'))
            break;
          i++;
        }
      if (i < end && text[i] != ' ' && text[i] != '\t')
        break;
      start = i;
    }

  return start;
}

/*
 * lobe_line_is_blank:
 * @text: a text
 * @start: where a line starts
 * @end: where it ends
 *
 * Returns: whether there is nothing but white space and marks of quotes in it
 */
gboolean
lobe_line_is_blank (const char *text,
                    gsize       start,
                    gsize       end)
{
  while (start < end && (text[start] == ' ' || text[start] == '\t' || text[start] == '>'))
    start++;

  return start == end;
}
