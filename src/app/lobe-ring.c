/* lobe-ring.c: a small ring that is filled in part */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/lobe-ring.h"

#include <math.h>

#define SIZE 16
#define LINE 2.5f

/**
 * LobeRing:
 *
 * A ring the size of an icon. The filled part has the colour of its own style, the rest that of what it stands in.
 */
struct _LobeRing
{
  GtkWidget parent_instance;

  double    fraction; /* negative: not known, and nothing is filled */
};

G_DEFINE_FINAL_TYPE (LobeRing, lobe_ring, GTK_TYPE_WIDGET)

static void
lobe_ring_measure (GtkWidget      *widget,
                   GtkOrientation  orientation,
                   int             for_size,
                   int            *minimum,
                   int            *natural,
                   int            *minimum_baseline,
                   int            *natural_baseline)
{
  *minimum = *natural = SIZE;
}

static void
lobe_ring_snapshot (GtkWidget   *widget,
                    GtkSnapshot *snapshot)
{
  LobeRing *self = LOBE_RING (widget);
  g_autoptr (GskStroke) stroke = gsk_stroke_new (LINE);
  float x = (float) gtk_widget_get_width (widget) / 2;
  float y = (float) gtk_widget_get_height (widget) / 2;
  float radius = (SIZE - LINE) / 2 - 0.5f;
  GdkRGBA color;
  GdkRGBA track;

  gtk_widget_get_color (widget, &color);
  gtk_widget_get_color (gtk_widget_get_parent (widget), &track);
  track.alpha *= 0.18f;

  {
    g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
    g_autoptr (GskPath) path = NULL;

    gsk_path_builder_add_circle (builder, &GRAPHENE_POINT_INIT (x, y), radius);
    path = gsk_path_builder_to_path (builder);
    gtk_snapshot_append_stroke (snapshot, path, stroke, &track);
  }

  if (self->fraction >= 1.0)
    {
      g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
      g_autoptr (GskPath) path = NULL;

      gsk_path_builder_add_circle (builder, &GRAPHENE_POINT_INIT (x, y), radius);
      path = gsk_path_builder_to_path (builder);
      gtk_snapshot_append_stroke (snapshot, path, stroke, &color);
    }
  else if (self->fraction > 0.0)
    {
      g_autoptr (GskPathBuilder) builder = gsk_path_builder_new ();
      g_autoptr (GskPath) path = NULL;
      double angle = 2 * G_PI * self->fraction;
      gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;

      gsk_stroke_set_line_cap (stroke, GSK_LINE_CAP_ROUND);
      gsk_path_builder_move_to (builder, x, y - radius);
      gsk_path_builder_svg_arc_to (builder, radius, radius, 0, self->fraction > 0.5, !rtl,
                                   x + (rtl ? -1 : 1) * radius * (float) sin (angle), y - radius * (float) cos (angle));
      path = gsk_path_builder_to_path (builder);
      gtk_snapshot_append_stroke (snapshot, path, stroke, &color);
    }
}

static void
lobe_ring_class_init (LobeRingClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  widget_class->measure = lobe_ring_measure;
  widget_class->snapshot = lobe_ring_snapshot;

  gtk_widget_class_set_css_name (widget_class, "ring");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_METER);
}

static void
lobe_ring_init (LobeRing *self)
{
  gtk_widget_set_halign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
  gtk_widget_set_valign (GTK_WIDGET (self), GTK_ALIGN_CENTER);
}

/**
 * lobe_ring_set_fraction:
 * @self: a ring
 * @fraction: how much of it is filled, 0 to 1; negative when that is not known
 */
void
lobe_ring_set_fraction (LobeRing *self,
                        double    fraction)
{
  g_return_if_fail (LOBE_IS_RING (self));

  fraction = MIN (fraction, 1.0);
  if (self->fraction == fraction)
    return;

  self->fraction = fraction;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
