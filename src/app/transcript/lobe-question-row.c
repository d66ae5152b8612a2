/* lobe-question-row.c: what the person said, in a bubble, with what they attached */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-question-row.h"

#include "app/transcript/lobe-prose.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <string.h>

#define MAX_CHARS 56
#define GAP 6
/* Longer texts are as wide as can be, so their natural width need not be known. */
#define SHORT 400

struct _LobeQuestionRow
{
  GtkWidget  parent_instance;
  GtkWidget *chips;
  GtkWidget *bubble;
  GtkWidget *prose;
  int        natural; /* width of the text, 0 when not known */
};

G_DEFINE_FINAL_TYPE (LobeQuestionRow, lobe_question_row, GTK_TYPE_WIDGET)

static int
bubble_width (LobeQuestionRow *self,
              int              width)
{
  int padding;

  if (self->natural == 0)
    {
      LobeProse *prose = LOBE_PROSE (self->prose);

      self->natural = lobe_prose_get_max_chars_width (prose, MAX_CHARS);
      if (strlen (lobe_prose_get_text (prose)) < SHORT)
        self->natural = MIN (self->natural, lobe_prose_get_natural_width (prose));
    }

  /* the text itself asks for 1 */
  gtk_widget_measure (self->bubble, GTK_ORIENTATION_HORIZONTAL, -1, &padding, NULL, NULL, NULL);

  return MIN (width, self->natural + padding - 1);
}

static GtkSizeRequestMode
lobe_question_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static int
chips_height (LobeQuestionRow *self,
              int              width)
{
  int height;

  if (!self->chips)
    return 0;
  gtk_widget_measure (self->chips, GTK_ORIENTATION_VERTICAL, width, &height, NULL, NULL, NULL);

  return height + (gtk_widget_get_visible (self->bubble) ? GAP : 0);
}

static void
lobe_question_row_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  LobeQuestionRow *self = LOBE_QUESTION_ROW (widget);
  int height = 0;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = *natural = 1;
      return;
    }

  if (gtk_widget_get_visible (self->bubble))
    gtk_widget_measure (self->bubble, GTK_ORIENTATION_VERTICAL, for_size < 0 ? -1 : bubble_width (self, for_size), &height, NULL, NULL, NULL);
  *minimum = *natural = height + chips_height (self, for_size);
}

static void
lobe_question_row_size_allocate (GtkWidget *widget,
                                 int        width,
                                 int        height,
                                 int        baseline)
{
  LobeQuestionRow *self = LOBE_QUESTION_ROW (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int top = chips_height (self, width);

  if (self->chips)
    gtk_widget_allocate (self->chips, width, gtk_widget_get_visible (self->bubble) ? top - GAP : top, -1, NULL);
  if (gtk_widget_get_visible (self->bubble))
    {
      int bubble = bubble_width (self, width);

      gtk_widget_allocate (self->bubble, bubble, height - top, -1,
                           gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (rtl ? 0 : width - bubble, top)));
    }
}

static void
lobe_question_row_css_changed (GtkWidget         *widget,
                               GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (lobe_question_row_parent_class)->css_changed (widget, change);
  LOBE_QUESTION_ROW (widget)->natural = 0;
}

static void
lobe_question_row_dispose (GObject *object)
{
  LobeQuestionRow *self = LOBE_QUESTION_ROW (object);

  g_clear_pointer (&self->chips, gtk_widget_unparent);
  g_clear_pointer (&self->bubble, gtk_widget_unparent);

  G_OBJECT_CLASS (lobe_question_row_parent_class)->dispose (object);
}

static void
lobe_question_row_class_init (LobeQuestionRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lobe_question_row_dispose;
  widget_class->get_request_mode = lobe_question_row_get_request_mode;
  widget_class->measure = lobe_question_row_measure;
  widget_class->size_allocate = lobe_question_row_size_allocate;
  widget_class->css_changed = lobe_question_row_css_changed;

  gtk_widget_class_set_css_name (widget_class, "question");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
lobe_question_row_init (LobeQuestionRow *self)
{
  self->prose = lobe_prose_new ();
  self->bubble = adw_bin_new ();
  adw_bin_set_child (ADW_BIN (self->bubble), self->prose);
  gtk_widget_add_css_class (self->bubble, "bubble");
  gtk_widget_set_parent (self->bubble, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("You"), -1);
}

GtkWidget *
lobe_question_row_new (void)
{
  return g_object_new (LOBE_TYPE_QUESTION_ROW, NULL);
}

static GtkWidget *
make_chip (LobePart *part)
{
  GtkWidget *chip = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6), *label;
  g_autofree char *size = g_format_size (MAX (lobe_part_get_size (part), 0));

  gtk_widget_set_css_classes (chip, (const char *[]) { "chip", "attachment", NULL });
  gtk_box_append (GTK_BOX (chip), gtk_image_new_from_icon_name (lobe_part_get_kind (part) == LOBE_PART_IMAGE ? "image-x-generic-symbolic" : "text-x-generic-symbolic"));
  label = gtk_label_new (lobe_part_get_name (part));
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 24);
  gtk_box_append (GTK_BOX (chip), label);
  label = gtk_label_new (size);
  gtk_widget_set_css_classes (label, (const char *[]) { "dimmed", "numeric", NULL });
  gtk_box_append (GTK_BOX (chip), label);

  return chip;
}

/**
 * lobe_question_row_set_row:
 * @self: the widget
 * @row: a row of a person's message
 */
void
lobe_question_row_set_row (LobeQuestionRow *self,
                           LobeRow         *row)
{
  LobeMessage *message = lobe_row_get_message (row);
  GPtrArray *parts = lobe_message_get_parts (message);
  const char *text = lobe_message_get_text (message);
  gsize length = strlen (text ? text : "");

  g_clear_pointer (&self->chips, gtk_widget_unparent);
  for (guint i = 0; parts && i < parts->len; i++)
    {
      LobePart *part = g_ptr_array_index (parts, i);

      if (lobe_part_get_kind (part) != LOBE_PART_IMAGE && lobe_part_get_kind (part) != LOBE_PART_FILE)
        continue;
      if (!self->chips)
        {
          self->chips = adw_wrap_box_new ();
          adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (self->chips), 6);
          adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (self->chips), 6);
          adw_wrap_box_set_align (ADW_WRAP_BOX (self->chips), 1);
          gtk_widget_set_parent (self->chips, GTK_WIDGET (self));
        }
      adw_wrap_box_append (ADW_WRAP_BOX (self->chips), make_chip (part));
    }

  /* of a stretch of it, if it was too long for one row */
  if (lobe_row_get_end (row) <= length)
    {
      text += lobe_row_get_start (row);
      length = lobe_row_get_end (row) - lobe_row_get_start (row);
    }
  if (length > 0 && text[length - 1] == '\n')
    length--;

  self->natural = 0;
  gtk_widget_set_visible (self->bubble, length > 0);
  lobe_prose_set_text (LOBE_PROSE (self->prose), text ? text : "", length, NULL, 0);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}
