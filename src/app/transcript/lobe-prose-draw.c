/* lobe-prose-draw.c: a text as it is drawn: selection, pills of inline code, the focus, the caret of what streams */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-prose-private.h"

#include <adwaita.h>
#include <math.h>

#define PILL_HEIGHT 21
#define PILL_RADIUS 6
#define CARET_WIDTH 4

static void
draw_pills (LobeProse   *self,
            GtkSnapshot *snapshot,
            GdkRGBA     *color)
{
  PangoLayoutIter *iter = pango_layout_get_iter (self->layout);

  color->alpha *= 0.08;

  do
    {
      PangoLayoutLine *line = pango_layout_iter_get_line_readonly (iter);
      int start = pango_layout_line_get_start_index (line), end = start + pango_layout_line_get_length (line);
      PangoRectangle extents;
      int top, bottom;

      pango_layout_iter_get_line_extents (iter, NULL, &extents);
      pango_layout_iter_get_line_yrange (iter, &top, &bottom);

      for (guint i = 0; i + 1 < self->shown.pills->len; i += 2)
        {
          int pill_start = g_array_index (self->shown.pills, guint, i), pill_end = g_array_index (self->shown.pills, guint, i + 1);
          g_autofree int *ranges = NULL;
          int n_ranges;

          if (pill_start >= end || pill_end <= start)
            continue;

          pango_layout_line_get_x_ranges (line, MAX (pill_start, start), MIN (pill_end, end), &ranges, &n_ranges);
          for (int j = 0; j < n_ranges; j++)
            {
              graphene_rect_t rect;
              GskRoundedRect rounded;
              float x = (float) ranges[2 * j] / PANGO_SCALE, width = (float) (ranges[2 * j + 1] - ranges[2 * j]) / PANGO_SCALE;

              graphene_rect_init (&rect, x, roundf ((float) (top + bottom) / 2 / PANGO_SCALE - PILL_HEIGHT / 2.f), width, PILL_HEIGHT);
              gsk_rounded_rect_init_from_rect (&rounded, &rect, PILL_RADIUS);
              gtk_snapshot_push_rounded_clip (snapshot, &rounded);
              gtk_snapshot_append_color (snapshot, color, &rect);
              gtk_snapshot_pop (snapshot);
            }
        }
    }
  while (pango_layout_iter_next_line (iter));

  pango_layout_iter_free (iter);
}

static void
draw_selection (LobeProse   *self,
                GtkSnapshot *snapshot)
{
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));
  g_autoptr(GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (manager);
  int range[2] = { MIN (self->selected_start, self->selected_end), MAX (self->selected_start, self->selected_end) };
  cairo_region_t *region = gdk_pango_layout_get_clip_region (self->layout, 0, 0, range, 1);

  accent->alpha = 0.3;
  for (int i = 0; i < cairo_region_num_rectangles (region); i++)
    {
      cairo_rectangle_int_t rect;

      cairo_region_get_rectangle (region, i, &rect);
      gtk_snapshot_append_color (snapshot, accent, &GRAPHENE_RECT_INIT (rect.x, rect.y, rect.width, rect.height));
    }
  cairo_region_destroy (region);
}

static void
draw_focus (LobeProse   *self,
            GtkSnapshot *snapshot)
{
  const LobeSpan *span = &g_array_index (self->spans, LobeSpan, self->link);
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));
  g_autoptr(GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (manager);
  gsize start = MAX (span->start, self->spans_from) - self->spans_from;
  gsize end = MIN (span->end - self->spans_from, self->length);
  int range[2] = { lobe_shown_to (&self->shown, start), lobe_shown_to (&self->shown, end) };
  cairo_region_t *region = gdk_pango_layout_get_clip_region (self->layout, 0, 0, range, 1);

  for (int i = 0; i < cairo_region_num_rectangles (region); i++)
    {
      cairo_rectangle_int_t rect;
      GskRoundedRect outline;

      cairo_region_get_rectangle (region, i, &rect);
      gsk_rounded_rect_init_from_rect (&outline, &GRAPHENE_RECT_INIT (rect.x - 2, rect.y, rect.width + 4, rect.height), PILL_RADIUS);
      gtk_snapshot_append_border (snapshot, &outline, (float[4]) { 2, 2, 2, 2 }, (GdkRGBA[4]) { *accent, *accent, *accent, *accent });
    }
  cairo_region_destroy (region);
}

static void
draw_caret (LobeProse   *self,
            GtkSnapshot *snapshot)
{
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));
  g_autoptr(GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (manager);
  PangoRectangle pos;
  float x, y, height = roundf (self->em * 1.2);

  pango_layout_get_cursor_pos (self->layout, self->shown.length, &pos, NULL);
  x = (float) pos.x / PANGO_SCALE;
  y = (float) pos.y / PANGO_SCALE + ((float) pos.height / PANGO_SCALE - height) / 2;
  if (pango_layout_get_direction (self->layout, self->shown.length) == PANGO_DIRECTION_RTL)
    x = MAX (x - 2 - CARET_WIDTH, 0);
  else
    x = MIN (x + 2, gtk_widget_get_width (GTK_WIDGET (self)) - CARET_WIDTH);

  /* 1 to .3 and back in a cycle; steady while words come */
  accent->alpha = 0.8 * (0.65 + 0.35 * cos (2 * G_PI * self->blink / LOBE_PROSE_BLINK_CYCLE));
  gtk_snapshot_append_color (snapshot, accent, &GRAPHENE_RECT_INIT (x, roundf (y), CARET_WIDTH, height));
}

void
lobe_prose_snapshot (GtkWidget   *widget,
                     GtkSnapshot *snapshot)
{
  LobeProse *self = LOBE_PROSE (widget);
  GdkRGBA color;

  lobe_prose_ensure_layout (self, self->style == LOBE_PROSE_CODE ? -1 : gtk_widget_get_width (widget));
  gtk_widget_get_color (widget, &color);

  if (self->selected_start != self->selected_end)
    draw_selection (self, snapshot);
  if (self->shown.pills)
    draw_pills (self, snapshot, &(GdkRGBA) { color.red, color.green, color.blue, color.alpha });
  gtk_snapshot_append_layout (snapshot, self->layout, &color);
  if (self->link >= 0 && gtk_widget_has_visible_focus (widget))
    draw_focus (self, snapshot);
  if (self->caret)
    draw_caret (self, snapshot);
}
