/* lobe-link.c: which links a person may follow from a model's text */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "markdown/lobe-link.h"

#include <string.h>

/* What a browser or a mail program opens and nothing else does: file:, data:, javascript: and every handler that some
 * application has registered stay out. */
static const char * const allowed[] = { "http://", "https://", "mailto:" };

static gboolean
is_control (char c)
{
  return (guchar) c <= 0x20 || c == 0x7f;
}

/**
 * lobe_link_is_allowed:
 * @target: (nullable): where a link in a model's text points to
 *
 * Whether a link may be opened at a click. Models' text is hostile, so that schemes are allowed by a list: http, https
 * and mailto in any case. Spaces and control characters around the target are looked over; one within it is refused, as
 * programs disagree on what such an address means. A target without a scheme has nothing to be relative to and is
 * refused, and so is a scheme with nothing behind it.
 *
 * Returns: %TRUE if it may be opened
 */
gboolean
lobe_link_is_allowed (const char *target)
{
  gsize length;

  if (target == NULL)
    return FALSE;

  length = strlen (target);
  while (length > 0 && is_control (target[length - 1]))
    length--;
  while (length > 0 && is_control (*target))
    {
      target++;
      length--;
    }

  for (gsize i = 0; i < length; i++)
    if (is_control (target[i]))
      return FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (allowed); i++)
    if (length > strlen (allowed[i]) && g_ascii_strncasecmp (target, allowed[i], strlen (allowed[i])) == 0)
      return TRUE;

  return FALSE;
}
