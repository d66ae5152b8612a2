/* lobe-prose-layout.c: text and its spans as Pango wants them */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-prose-layout.h"

#include <string.h>

#define THIN_SPACE "\342\200\211"
#define THIN_SPACE_LENGTH 3

/* What of a span lies in the stretch [from, from + length) of the text that the spans count in. */
static gboolean
clip (const LobeSpan *span,
      gsize           from,
      gsize           length,
      gsize          *start,
      gsize          *end)
{
  if (span->end <= from || span->start >= from + length)
    return FALSE;

  *start = MAX (span->start, from) - from;
  *end = MIN (span->end - from, length);

  return *start < *end;
}

/**
 * lobe_shown_init:
 * @self: what to fill
 * @text: a stretch of a block's text
 * @length: bytes in @text
 * @spans: (nullable) (element-type LobeSpan): the spans of the block
 * @spans_from: where in the block @text begins
 *
 * Pads the inline code of @text.
 */
void
lobe_shown_init (LobeShown  *self,
                 const char *text,
                 gsize       length,
                 GArray     *spans,
                 gsize       spans_from)
{
  GString *shown;
  gsize at = 0, start, end;

  self->padding = NULL;
  self->pills = NULL;

  for (guint i = 0; spans && i < spans->len; i++)
    if (g_array_index (spans, LobeSpan, i).kind == LOBE_SPAN_CODE)
      {
        self->padding = g_array_new (FALSE, FALSE, sizeof (guint));
        self->pills = g_array_new (FALSE, FALSE, sizeof (guint));
        break;
      }

  if (!self->padding)
    {
      self->text = g_strndup (text, length);
      self->length = length;
      return;
    }

  shown = g_string_sized_new (length + 32);
  for (guint i = 0; i < spans->len; i++)
    {
      const LobeSpan *span = &g_array_index (spans, LobeSpan, i);
      guint mark;

      if (span->kind != LOBE_SPAN_CODE || !clip (span, spans_from, length, &start, &end) || start < at)
        continue;

      g_string_append_len (shown, text + at, start - at);
      mark = shown->len;
      g_array_append_val (self->padding, mark);
      g_array_append_val (self->pills, mark);
      g_string_append (shown, THIN_SPACE);
      g_string_append_len (shown, text + start, end - start);
      mark = shown->len;
      g_array_append_val (self->padding, mark);
      g_string_append (shown, THIN_SPACE);
      mark = shown->len;
      g_array_append_val (self->pills, mark);
      at = end;
    }
  g_string_append_len (shown, text + at, length - at);

  self->length = shown->len;
  self->text = g_string_free_and_steal (shown);
}

void
lobe_shown_clear (LobeShown *self)
{
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->padding, g_array_unref);
  g_clear_pointer (&self->pills, g_array_unref);
  self->length = 0;
}

/**
 * lobe_shown_to:
 * @self: a shown text
 * @index: a byte of the text that was given
 *
 * Returns: the byte of the text that is shown
 */
gsize
lobe_shown_to (LobeShown *self,
               gsize      index)
{
  for (guint i = 0; self->padding && i < self->padding->len; i++)
    {
      guint mark = g_array_index (self->padding, guint, i);

      /* The opening space stands before the byte at its place, the closing one after the byte before. */
      if (mark > index || (mark == index && i % 2 == 1))
        break;
      index += THIN_SPACE_LENGTH;
    }

  return index;
}

/**
 * lobe_shown_from:
 * @self: a shown text
 * @index: a byte of the text that is shown
 *
 * Returns: the byte of the text that was given
 */
gsize
lobe_shown_from (LobeShown *self,
                 gsize      index)
{
  gsize padding = 0;

  for (guint i = 0; self->padding && i < self->padding->len; i++)
    {
      guint mark = g_array_index (self->padding, guint, i);

      if (mark >= index)
        break;
      padding += MIN (THIN_SPACE_LENGTH, index - mark);
    }

  return index - padding;
}

static void
add (PangoAttrList  *attrs,
     PangoAttribute *attr,
     gsize           start,
     gsize           end)
{
  attr->start_index = start;
  attr->end_index = end;
  pango_attr_list_insert (attrs, attr);
}

/**
 * lobe_shown_add_spans:
 * @self: a shown text
 * @attrs: where to put the attributes
 * @spans: (nullable) (element-type LobeSpan): the spans of the block
 * @spans_from: where in the block the text begins
 * @monospace: family of the desktop's monospace font
 * @link: colour of links
 */
void
lobe_shown_add_spans (LobeShown     *self,
                      PangoAttrList *attrs,
                      GArray        *spans,
                      gsize          spans_from,
                      const char    *monospace,
                      PangoColor    *link)
{
  gsize length = lobe_shown_from (self, self->length), start, end;

  for (guint i = 0; spans && i < spans->len; i++)
    {
      const LobeSpan *span = &g_array_index (spans, LobeSpan, i);

      if (!clip (span, spans_from, length, &start, &end))
        continue;

      start = lobe_shown_to (self, start);
      end = lobe_shown_to (self, end);

      switch (span->kind)
        {
        case LOBE_SPAN_EMPHASIS:
          add (attrs, pango_attr_style_new (PANGO_STYLE_ITALIC), start, end);
          break;
        case LOBE_SPAN_STRONG:
          add (attrs, pango_attr_weight_new (PANGO_WEIGHT_BOLD), start, end);
          break;
        case LOBE_SPAN_STRIKE:
          add (attrs, pango_attr_strikethrough_new (TRUE), start, end);
          break;
        case LOBE_SPAN_CODE:
          add (attrs, pango_attr_family_new (monospace), start, end);
          add (attrs, pango_attr_scale_new (0.95), start, end);
          break;
        case LOBE_SPAN_LINK:
        case LOBE_SPAN_IMAGE:
        default:
          add (attrs, pango_attr_foreground_new (link->red, link->green, link->blue), start, end);
          add (attrs, pango_attr_underline_new (PANGO_UNDERLINE_SINGLE), start, end);
          break;
        }
    }
}
