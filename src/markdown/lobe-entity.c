/* lobe-entity.c: what an HTML character reference stands for */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "markdown/lobe-entity.h"

#include <stdlib.h>
#include <string.h>

typedef struct
{
  char name[32];
  char text[8];
} Entity;

/* The 2,125 names that end with a semicolon of the HTML standard's section "Named character references", sorted. */
static const Entity entities[] = {
#include "lobe-entity-names.inc"
};

static int
compare (gconstpointer key,
         gconstpointer member)
{
  return strcmp (key, ((const Entity *) member)->name);
}

/* The digits are the parser's: 1 to 7 decimal, or 1 to 6 hexadecimal ones after an x. */
static gunichar
parse_number (const char *digits)
{
  gboolean hex = *digits == 'x' || *digits == 'X';
  guint64 c = g_ascii_strtoull (digits + (hex ? 1 : 0), NULL, hex ? 16 : 10);

  /* CommonMark 0.31, 6.2: what is no character, and U+0000, become U+FFFD. */
  return c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? 0xfffd : (gunichar) c;
}

/**
 * lobe_entity_append: (skip)
 * @to: appended to
 * @entity: a character reference with its ampersand and semicolon, as in `&amp;`
 * @length: its bytes
 *
 * Appends what the reference stands for, or the reference itself if there is none of that name.
 */
void
lobe_entity_append (GString    *to,
                    const char *entity,
                    gsize       length)
{
  char name[32];
  const Entity *found;

  if (length < 3 || length - 2 >= sizeof name)
    {
      g_string_append_len (to, entity, length);
      return;
    }

  memcpy (name, entity + 1, length - 2);
  name[length - 2] = '\0';

  if (name[0] == '#')
    {
      g_string_append_unichar (to, parse_number (name + 1));
      return;
    }

  found = bsearch (name, entities, G_N_ELEMENTS (entities), sizeof (Entity), compare);
  if (found != NULL)
    g_string_append (to, found->text);
  else
    g_string_append_len (to, entity, length);
}
