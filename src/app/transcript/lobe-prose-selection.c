/* lobe-prose-selection.c: what of a text is at a point, and what of it is selected */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-prose-private.h"

/* Returns the byte of shown at a point, or -1 beside the text. */
static int
shown_at (LobeProse *self,
          double     x,
          double     y,
          gboolean   exact)
{
  int index, trailing;
  gboolean inside;

  lobe_prose_ensure_layout (self, self->style == LOBE_PROSE_CODE ? -1 : gtk_widget_get_width (GTK_WIDGET (self)));
  inside = pango_layout_xy_to_index (self->layout, x * PANGO_SCALE, y * PANGO_SCALE, &index, &trailing);
  if (exact)
    return inside ? index : -1;

  for (; trailing > 0 && self->shown.text[index]; trailing--)
    index = g_utf8_next_char (self->shown.text + index) - self->shown.text;

  return index;
}

/**
 * lobe_prose_get_link_at:
 * @self: the text
 * @x: a place in the widget, in pixels
 * @y: a place in the widget, in pixels
 *
 * Returns: (nullable): the target of the link there
 */
const char *
lobe_prose_get_link_at (LobeProse *self,
                        double     x,
                        double     y)
{
  int index;

  if (!self->spans || self->spans->len == 0 || (index = shown_at (self, x, y, TRUE)) < 0)
    return NULL;

  index = lobe_shown_from (&self->shown, index) + self->spans_from;
  for (guint i = 0; i < self->spans->len; i++)
    {
      const LobeSpan *span = &g_array_index (self->spans, LobeSpan, i);

      if ((span->kind == LOBE_SPAN_LINK || span->kind == LOBE_SPAN_IMAGE) && (int) span->start <= index && index < (int) span->end)
        return span->target;
    }

  return NULL;
}

/**
 * lobe_prose_get_index_at:
 * @self: the text
 * @x: a place in the widget, in pixels
 * @y: a place in the widget, in pixels
 *
 * Returns: the place between two characters that is nearest, for lobe_prose_select ()
 */
int
lobe_prose_get_index_at (LobeProse *self,
                         double     x,
                         double     y)
{
  return shown_at (self, x, y, FALSE);
}

/**
 * lobe_prose_select:
 * @self: the text
 * @start: where the selection begins, from lobe_prose_get_index_at ()
 * @end: where it ends; before or after @start, G_MAXINT for the end of the text
 */
void
lobe_prose_select (LobeProse *self,
                   int        start,
                   int        end)
{
  lobe_prose_ensure_layout (self, self->layout ? self->layout_width : gtk_widget_get_width (GTK_WIDGET (self)));
  end = MIN (end, (int) self->shown.length);
  if (self->selected_start == start && self->selected_end == end)
    return;

  self->selected_start = start;
  self->selected_end = end;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  gtk_accessible_text_update_selection_bound (GTK_ACCESSIBLE_TEXT (self));
}

/**
 * lobe_prose_select_word:
 * @self: the text
 * @index: from lobe_prose_get_index_at ()
 */
void
lobe_prose_select_word (LobeProse *self,
                        int        index)
{
  const PangoLogAttr *attrs;
  int n, at, start, end;

  if (!self->layout || self->shown.length == 0)
    return;

  attrs = pango_layout_get_log_attrs_readonly (self->layout, &n);
  at = g_utf8_pointer_to_offset (self->shown.text, self->shown.text + MIN (index, (int) self->shown.length));
  for (start = MIN (at, n - 1); start > 0 && !attrs[start].is_word_start; start--)
    ;
  for (end = MIN (at + 1, n - 1); end < n - 1 && !attrs[end].is_word_end; end++)
    ;
  lobe_prose_select (self, g_utf8_offset_to_pointer (self->shown.text, start) - self->shown.text,
                     g_utf8_offset_to_pointer (self->shown.text, end) - self->shown.text);
}

/**
 * lobe_prose_get_selected:
 * @self: the text
 *
 * Returns: (transfer full) (nullable): the selected text as it was given, without the padding of inline code
 */
char *
lobe_prose_get_selected (LobeProse *self)
{
  gsize start, end;

  if (self->selected_start == self->selected_end || !self->text)
    return NULL;

  start = lobe_shown_from (&self->shown, MIN (self->selected_start, self->selected_end));
  end = lobe_shown_from (&self->shown, MAX (self->selected_start, self->selected_end));

  return g_strndup (self->text + start, end - start);
}
