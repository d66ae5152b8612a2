/* lobe-thinking-row.c: the line that tells of thinking and opens the thoughts */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-thinking-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _LobeThinkingRow
{
  GtkWidget  parent_instance;
  GtkWidget *line;
  GtkWidget *button;
  GtkWidget *enough;
  GtkWidget *icon;
  GtkWidget *spinner;
  GtkWidget *label;
  GtkWidget *arrow;
};

G_DEFINE_FINAL_TYPE (LobeThinkingRow, lobe_thinking_row, GTK_TYPE_WIDGET)

static void
lobe_thinking_row_dispose (GObject *object)
{
  g_clear_pointer (&LOBE_THINKING_ROW (object)->line, gtk_widget_unparent);

  G_OBJECT_CLASS (lobe_thinking_row_parent_class)->dispose (object);
}

static void
lobe_thinking_row_class_init (LobeThinkingRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lobe_thinking_row_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GENERIC);
}

static void
lobe_thinking_row_init (LobeThinkingRow *self)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  self->spinner = adw_spinner_new ();
  self->icon = gtk_image_new_from_icon_name ("lobe-think-symbolic");
  self->label = gtk_label_new (NULL);
  self->arrow = gtk_image_new ();
  gtk_box_append (GTK_BOX (box), self->spinner);
  gtk_box_append (GTK_BOX (box), self->icon);
  gtk_box_append (GTK_BOX (box), self->label);
  gtk_box_append (GTK_BOX (box), self->arrow);

  self->button = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->button), box);
  gtk_widget_set_css_classes (self->button, (const char *[]) { "flat", "disclosure", NULL });
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->button), "s", ""); /* the type has to be right from the start */
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), "transcript.toggle-thoughts");

  self->enough = gtk_button_new_with_mnemonic (_("A_nswer Now"));
  gtk_widget_set_tooltip_text (self->enough, _("Answer with what was thought so far"));
  gtk_widget_set_css_classes (self->enough, (const char *[]) { "flat", "disclosure", NULL });
  gtk_widget_set_sensitive (self->enough, FALSE);
  g_object_bind_property (self->enough, "sensitive", self->enough, "visible", G_BINDING_SYNC_CREATE);

  self->line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_box_append (GTK_BOX (self->line), self->button);
  gtk_box_append (GTK_BOX (self->line), self->enough);
  gtk_widget_set_halign (self->line, GTK_ALIGN_START);
  gtk_widget_set_parent (self->line, GTK_WIDGET (self));
}

GtkWidget *
lobe_thinking_row_new (void)
{
  return g_object_new (LOBE_TYPE_THINKING_ROW, NULL);
}

/**
 * lobe_thinking_row_set_row:
 * @self: the widget
 * @row: its row; the start tells whether thinking goes on, the end how many seconds it took
 */
void
lobe_thinking_row_set_row (LobeThinkingRow *self,
                           LobeRow         *row)
{
  gboolean running = lobe_row_get_start (row) != 0, open = (lobe_row_get_flags (row) & LOBE_ROW_OPEN) != 0;
  guint seconds = lobe_row_get_end (row);
  g_autofree char *text = NULL;

  if (running)
    text = g_strdup (_("Thinking…"));
  else if (seconds > 0)
    text = g_strdup_printf (ngettext ("Thought for %u second", "Thought for %u seconds", seconds), seconds);
  else
    text = g_strdup (_("Thought"));

  /* only where the server can be told; the action says so */
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->enough), running ? "win.stop-thinking" : NULL);
  if (!running)
    gtk_widget_set_sensitive (self->enough, FALSE);

  gtk_widget_set_visible (self->spinner, running);
  gtk_widget_set_visible (self->icon, !running);
  gtk_label_set_text (GTK_LABEL (self->label), text);
  gtk_image_set_from_icon_name (GTK_IMAGE (self->arrow), open ? "pan-down-symbolic" : "pan-end-symbolic");
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_STATE_EXPANDED, open, -1);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->button), "s", lobe_message_get_id (lobe_row_get_message (row)));
}
