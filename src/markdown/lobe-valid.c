/* lobe-valid.c: text made valid, with the way back to where it came from */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "markdown/lobe-valid.h"

#define REPLACEMENT "\357\277\275"

/* The bytes up to the first one that begins no character. To GLib a nul is none, and so it is here, as CommonMark wants it
 * replaced (0.31, 2.3). */
static gsize
valid_prefix (const char *text,
              gsize       length)
{
  const char *end;

  g_utf8_validate_len (text, length, &end);

  return end - text;
}

/*
 * lobe_valid_complete:
 * @text: some text
 * @length: its bytes
 *
 * Returns: @length without the bytes of a last character that has not wholly arrived
 */
gsize
lobe_valid_complete (const char *text,
                     gsize       length)
{
  for (gsize n = 1; n <= MIN (3, length); n++)
    {
      guchar c = text[length - n];

      if (c >= 0xc0)
        return g_utf8_get_char_validated (text + length - n, n) == (gunichar) -2 ? length - n : length;
      if (c < 0x80)
        break;
    }

  return length;
}

/*
 * lobe_valid_append:
 * @to: appended to
 * @text: some bytes
 * @length: how many
 *
 * Appends the text with U+FFFD for every nul and every byte that is part of no character.
 */
void
lobe_valid_append (GString    *to,
                   const char *text,
                   gsize       length)
{
  while (length > 0)
    {
      gsize n = valid_prefix (text, length);

      g_string_append_len (to, text, n);
      text += n;
      length -= n;
      if (length > 0)
        {
          g_string_append (to, REPLACEMENT);
          text++;
          length--;
        }
    }
}

/*
 * lobe_valid_new:
 * @text: some bytes
 * @length: how many
 * @places: (out) (transfer full) (element-type gsize): where bytes were replaced, as offsets in what is returned
 *
 * Makes the text valid if it is not.
 *
 * Returns: (nullable) (transfer full): valid text, or %NULL if @text is valid
 */
GString *
lobe_valid_new (const char *text,
                gsize       length,
                GArray    **places)
{
  gsize done = valid_prefix (text, length);
  GString *valid;

  *places = NULL;
  if (done == length)
    return NULL;

  valid = g_string_sized_new (length + 16);
  *places = g_array_new (FALSE, FALSE, sizeof (gsize));
  g_string_append_len (valid, text, done);
  while (done < length)
    {
      gsize n;

      g_array_append_val (*places, valid->len);
      g_string_append (valid, REPLACEMENT);
      done++;
      n = valid_prefix (text + done, length - done);
      g_string_append_len (valid, text + done, n);
      done += n;
    }

  return valid;
}

/*
 * lobe_valid_origin:
 * @places: (nullable): from lobe_valid_new()
 * @offset: an offset in what that returned
 *
 * Returns: the offset in what it was made from
 */
gsize
lobe_valid_origin (GArray *places,
                   gsize   offset)
{
  guint low = 0;
  guint high = places != NULL ? places->len : 0;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (places, gsize, middle) < offset)
        low = middle + 1;
      else
        high = middle;
    }

  return offset - low * (sizeof REPLACEMENT - 2);
}
