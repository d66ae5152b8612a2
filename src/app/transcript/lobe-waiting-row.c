/* lobe-waiting-row.c: an answer before its first word */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-waiting-row.h"

#include "app/transcript/lobe-prose.h"
#include "app/transcript/lobe-transcript.h"

/* The caret alone says that something comes; only a long wait needs words. */
#define PATIENCE 3 /* s */

struct _LobeWaitingRow
{
  GtkWidget       parent_instance;
  GtkWidget      *prose;
  GtkWidget      *label;
  guint           timeout_id;
};

G_DEFINE_FINAL_TYPE (LobeWaitingRow, lobe_waiting_row, GTK_TYPE_WIDGET)

static gboolean
patience_cb (gpointer data)
{
  LobeWaitingRow *self = data;
  GtkWidget *transcript = gtk_widget_get_ancestor (GTK_WIDGET (self), LOBE_TYPE_TRANSCRIPT);

  self->timeout_id = 0;
  if (transcript)
    g_object_bind_property (transcript, "activity", self->label, "label", G_BINDING_SYNC_CREATE);

  return G_SOURCE_REMOVE;
}

static void
lobe_waiting_row_map (GtkWidget *widget)
{
  LobeWaitingRow *self = LOBE_WAITING_ROW (widget);

  GTK_WIDGET_CLASS (lobe_waiting_row_parent_class)->map (widget);
  if (self->timeout_id == 0)
    self->timeout_id = g_timeout_add_seconds (PATIENCE, patience_cb, self);
}

static void
lobe_waiting_row_dispose (GObject *object)
{
  LobeWaitingRow *self = LOBE_WAITING_ROW (object);

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_pointer (&self->prose, gtk_widget_unparent);
  g_clear_pointer (&self->label, gtk_widget_unparent);

  G_OBJECT_CLASS (lobe_waiting_row_parent_class)->dispose (object);
}

static void
lobe_waiting_row_class_init (LobeWaitingRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lobe_waiting_row_dispose;
  widget_class->map = lobe_waiting_row_map;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GENERIC);
}

static void
lobe_waiting_row_init (LobeWaitingRow *self)
{
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 6);

  self->prose = lobe_prose_new ();
  gtk_widget_set_size_request (self->prose, 6, -1);
  lobe_prose_set_text (LOBE_PROSE (self->prose), "", 0, NULL, 0);
  lobe_prose_set_caret (LOBE_PROSE (self->prose), TRUE);
  gtk_widget_set_parent (self->prose, GTK_WIDGET (self));

  self->label = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (self->label, "dimmed");
  gtk_widget_set_parent (self->label, GTK_WIDGET (self));
}

GtkWidget *
lobe_waiting_row_new (void)
{
  return g_object_new (LOBE_TYPE_WAITING_ROW, NULL);
}

/**
 * lobe_waiting_row_set_row:
 * @self: the widget
 * @row: its row
 */
void
lobe_waiting_row_set_row (LobeWaitingRow *self,
                          LobeRow        *row)
{
}
