/* lobe-prose-accessible.c: a text as screen readers get it; offsets are in characters */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-prose-private.h"

static GBytes *
lobe_prose_get_contents (GtkAccessibleText *text,
                         unsigned int       start,
                         unsigned int       end)
{
  LobeProse *self = LOBE_PROSE (text);
  const char *string = lobe_prose_get_text (self), *from, *to;
  guint n = g_utf8_strlen (string, -1);

  from = g_utf8_offset_to_pointer (string, MIN (start, n));
  to = g_utf8_offset_to_pointer (string, MIN (end, n));

  /* The terminating zero belongs to what GTK expects. */
  return g_bytes_new_take (g_strndup (from, MAX (to - from, 0)), MAX (to - from, 0) + 1);
}

static GBytes *
lobe_prose_get_contents_at (GtkAccessibleText            *text,
                            unsigned int                  offset,
                            GtkAccessibleTextGranularity  granularity,
                            unsigned int                 *start,
                            unsigned int                 *end)
{
  LobeProse *self = LOBE_PROSE (text);
  const char *string = lobe_prose_get_text (self);
  guint n = g_utf8_strlen (string, -1);
  g_autofree PangoLogAttr *attrs = g_new0 (PangoLogAttr, n + 1);
  guint from, to;

  offset = MIN (offset, n);
  pango_get_log_attrs (string, self->length, -1, pango_language_get_default (), attrs, n + 1);

#define IS_START(i) (granularity == GTK_ACCESSIBLE_TEXT_GRANULARITY_CHARACTER ? attrs[i].is_cursor_position : \
                     granularity == GTK_ACCESSIBLE_TEXT_GRANULARITY_WORD ? attrs[i].is_word_start : \
                     granularity == GTK_ACCESSIBLE_TEXT_GRANULARITY_SENTENCE ? attrs[i].is_sentence_start : FALSE)

  for (from = offset; from > 0 && !IS_START (from); from--)
    ;
  for (to = MIN (offset + 1, n); to < n && !IS_START (to); to++)
    ;

#undef IS_START

  *start = from;
  *end = to;
  return lobe_prose_get_contents (text, from, to);
}

static unsigned int
lobe_prose_get_caret_position (GtkAccessibleText *text)
{
  LobeProse *self = LOBE_PROSE (text);

  if (!self->shown.text || !self->text)
    return 0;

  return g_utf8_pointer_to_offset (self->text, self->text + MIN (lobe_shown_from (&self->shown, self->selected_end), self->length));
}

static gboolean
lobe_prose_get_selection (GtkAccessibleText       *text,
                          gsize                   *n_ranges,
                          GtkAccessibleTextRange **ranges)
{
  LobeProse *self = LOBE_PROSE (text);
  gsize start, end;

  if (self->selected_start == self->selected_end)
    return FALSE;

  start = lobe_shown_from (&self->shown, MIN (self->selected_start, self->selected_end));
  end = lobe_shown_from (&self->shown, MAX (self->selected_start, self->selected_end));
  *n_ranges = 1;
  *ranges = g_new (GtkAccessibleTextRange, 1);
  (*ranges)->start = g_utf8_pointer_to_offset (self->text, self->text + start);
  (*ranges)->length = g_utf8_pointer_to_offset (self->text + start, self->text + end);

  return TRUE;
}

static gboolean
lobe_prose_get_attributes (GtkAccessibleText        *text,
                           unsigned int              offset,
                           gsize                    *n_ranges,
                           GtkAccessibleTextRange  **ranges,
                           char                   ***attribute_names,
                           char                   ***attribute_values)
{
  *n_ranges = 0;
  *ranges = NULL;
  *attribute_names = g_new0 (char *, 1);
  *attribute_values = g_new0 (char *, 1);

  return FALSE;
}

static void
lobe_prose_get_default_attributes (GtkAccessibleText   *text,
                                   char              ***attribute_names,
                                   char              ***attribute_values)
{
  *attribute_names = g_new0 (char *, 1);
  *attribute_values = g_new0 (char *, 1);
}

void
lobe_prose_accessible_text_init (GtkAccessibleTextInterface *iface)
{
  iface->get_contents = lobe_prose_get_contents;
  iface->get_contents_at = lobe_prose_get_contents_at;
  iface->get_caret_position = lobe_prose_get_caret_position;
  iface->get_selection = lobe_prose_get_selection;
  iface->get_attributes = lobe_prose_get_attributes;
  iface->get_default_attributes = lobe_prose_get_default_attributes;
}
