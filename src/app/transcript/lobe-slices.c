/* lobe-slices.c: where a block that would outgrow the window is cut into rows */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-slices.h"

#include <string.h>

/* A cut depends only on the text before it and on there being enough after it, so that the cuts of a block that
 * streams stay where they are, and a frame costs the last slice and not the whole block. */
#define CODE_LINES 60      /* a slice has this many lines ... */
#define CODE_LINES_MAX 80  /* ... once there are more than these */
#define CODE_BYTES 8192    /* a slice of long lines ends here, if need be inside a line */
#define TEXT_BYTES 3000    /* a slice of running text has about this many bytes ... */
#define TEXT_BYTES_MAX 6000 /* ... once there are more than these */
#define TABLE_ROWS 20

static gsize
char_boundary (const char *text,
               gsize       at)
{
  while (at > 0 && ((guchar) text[at] & 0xc0) == 0x80)
    at--;

  return at;
}

static gsize
next_code (const char *text,
           gsize       length,
           gsize       start)
{
  gsize at = start, cut = length;
  guint lines = 0;

  while (at < length)
    {
      const char *newline = memchr (text + at, '\n', length - at);
      gsize end = newline ? (gsize) (newline - text) + 1 : length;

      if (end - start > CODE_BYTES)
        return at > start ? at : (length - start > 2 * CODE_BYTES ? char_boundary (text, start + CODE_BYTES) : end);

      at = end;
      if (++lines == CODE_LINES)
        cut = at;
      if (lines > CODE_LINES_MAX)
        return cut;
    }

  return length;
}

/**
 * lobe_slices_next_text:
 * @text: running text
 * @length: its length in bytes
 * @start: where the slice begins
 *
 * Returns: where the slice ends: after a line, else a sentence, else a word, else a character
 */
gsize
lobe_slices_next_text (const char *text,
                       gsize       length,
                       gsize       start)
{
  gsize from = start + TEXT_BYTES, to = start + TEXT_BYTES_MAX;
  gsize sentence = 0, word = 0;

  if (length - start <= TEXT_BYTES_MAX)
    return length;

  for (gsize i = from; i < to; i++)
    {
      if (text[i] == '\n')
        return i + 1;
      if (text[i] == ' ')
        {
          if (!sentence && strchr (".!?:;", text[i - 1]))
            sentence = i + 1;
          if (!word)
            word = i + 1;
        }
      else if (!sentence && i + 3 < to && (memcmp (text + i, "。", 3) == 0 || memcmp (text + i, "！", 3) == 0 || memcmp (text + i, "？", 3) == 0))
        {
          sentence = i + 3;
        }
    }

  return sentence ? sentence : word ? word : char_boundary (text, from);
}

/**
 * lobe_slices_length:
 * @block: a block
 *
 * Returns: what the rows of @block divide among them: table rows without the head, or bytes of text
 */
gsize
lobe_slices_length (LobeBlock *block)
{
  if (block->kind == LOBE_BLOCK_TABLE)
    return block->n_columns > 0 ? block->cells->len / block->n_columns : 0;
  if (block->kind == LOBE_BLOCK_CODE && block->length > 0 && block->text[block->length - 1] == '\n')
    return block->length - 1; /* the last line's end would be one more, empty, line */

  return block->length;
}

/**
 * lobe_slices_next:
 * @block: a block
 * @start: where the slice begins, in bytes of its text, or rows of a table
 *
 * Returns: where the slice ends
 */
gsize
lobe_slices_next (LobeBlock *block,
                  gsize      start)
{
  gsize length = lobe_slices_length (block);

  switch (block->kind)
    {
    case LOBE_BLOCK_TABLE:
      return length - start > 2 * TABLE_ROWS ? start + TABLE_ROWS : length;
    case LOBE_BLOCK_CODE:
      return next_code (block->text, length, start);
    case LOBE_BLOCK_PARAGRAPH:
    case LOBE_BLOCK_HEADING:
    case LOBE_BLOCK_HTML:
      return lobe_slices_next_text (block->text, length, start);
    case LOBE_BLOCK_RULE:
    default:
      return length;
    }
}
