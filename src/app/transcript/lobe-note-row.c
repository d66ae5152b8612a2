/* lobe-note-row.c: what the person should know of a message: it is pinned, was not read whole, or a summary ends here */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-note-row.h"

#include "app/transcript/lobe-transcript.h"

#include <glib/gi18n.h>

struct _LobeNoteRow
{
  GtkWidget  parent_instance;
  GtkWidget *box;
  GtkWidget *icon;
  GtkWidget *title;
  GtkWidget *body;
  GtkWidget *button;
};

G_DEFINE_FINAL_TYPE (LobeNoteRow, lobe_note_row, GTK_TYPE_WIDGET)

static void
lobe_note_row_dispose (GObject *object)
{
  g_clear_pointer (&LOBE_NOTE_ROW (object)->box, gtk_widget_unparent);

  G_OBJECT_CLASS (lobe_note_row_parent_class)->dispose (object);
}

static void
lobe_note_row_class_init (LobeNoteRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lobe_note_row_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_NOTE);
}

static GtkWidget *
text_label (GtkWidget *box)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (label), 8);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_box_append (GTK_BOX (box), label);

  return label;
}

static void
lobe_note_row_init (LobeNoteRow *self)
{
  GtkWidget *text = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  self->icon = gtk_image_new ();
  gtk_widget_set_valign (self->icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (self->icon, 2);
  gtk_box_append (GTK_BOX (self->box), self->icon);

  gtk_widget_set_hexpand (text, TRUE);
  gtk_box_append (GTK_BOX (self->box), text);
  self->title = text_label (text);
  self->body = text_label (text);
  gtk_label_set_selectable (GTK_LABEL (self->body), TRUE);
  gtk_widget_set_focusable (self->body, FALSE);

  self->button = gtk_button_new ();
  gtk_button_set_use_underline (GTK_BUTTON (self->button), TRUE);
  gtk_widget_set_valign (self->button, GTK_ALIGN_START);
  gtk_box_append (GTK_BOX (self->box), self->button);
}

GtkWidget *
lobe_note_row_new (void)
{
  return g_object_new (LOBE_TYPE_NOTE_ROW, NULL);
}

static void
set_look (LobeNoteRow *self,
          const char  *icon,
          const char  *icon_class,
          gboolean     card)
{
  gtk_image_set_from_icon_name (GTK_IMAGE (self->icon), icon);
  gtk_widget_set_css_classes (self->icon, (const char *[]) { icon_class, NULL });
  gtk_widget_set_css_classes (self->box, card ? (const char *[]) { "card", "notice", NULL } : (const char *[]) { NULL });
  gtk_widget_set_css_classes (self->title, card ? (const char *[]) { "heading", NULL } : (const char *[]) { "caption", "dimmed", NULL });
  gtk_widget_set_css_classes (self->button, card ? (const char *[]) { NULL } : (const char *[]) { "flat", "small", "text-button", NULL });
  gtk_box_set_spacing (GTK_BOX (self->box), card ? 12 : 6);
  gtk_widget_set_valign (self->title, card ? GTK_ALIGN_START : GTK_ALIGN_CENTER);
}

static void
set_texts (LobeNoteRow *self,
           const char  *title,
           const char  *body,
           const char  *button)
{
  gtk_label_set_text (GTK_LABEL (self->title), title);
  gtk_label_set_text (GTK_LABEL (self->body), body != NULL ? body : "");
  gtk_widget_set_visible (self->body, body != NULL);
  gtk_button_set_label (GTK_BUTTON (self->button), button != NULL ? button : "");
  gtk_widget_set_visible (self->button, button != NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
}

/**
 * lobe_note_row_set_row:
 * @self: the widget
 * @row: a note
 */
void
lobe_note_row_set_row (LobeNoteRow *self,
                       LobeRow     *row)
{
  LobeMessage *message = lobe_row_get_message (row);
  GtkWidget *transcript = gtk_widget_get_ancestor (GTK_WIDGET (self), LOBE_TYPE_TRANSCRIPT);

  switch ((LobeNote) lobe_row_get_start (row))
    {
    case LOBE_NOTE_PINNED:
      set_look (self, "view-pin-symbolic", "dimmed", FALSE);
      set_texts (self, _("Pinned: always sent to the model"), NULL, _("_Unpin"));
      gtk_actionable_set_action_target (GTK_ACTIONABLE (self->button), "s", lobe_message_get_id (message));
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), "win.pin-message");
      break;

    case LOBE_NOTE_SUMMARY:
      set_look (self, "view-list-symbolic", "dimmed", TRUE);
      set_texts (self, _("Summary of what is above"), transcript != NULL ? lobe_transcript_get_summary (LOBE_TRANSCRIPT (transcript)) : NULL,
                 _("_Edit"));
      gtk_actionable_set_action_target_value (GTK_ACTIONABLE (self->button), NULL);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), "win.edit-summary");
      break;

    case LOBE_NOTE_CUT:
    default:
      set_look (self, "dialog-warning-symbolic", "warning", TRUE);
      set_texts (self, _("The context window was too small"), lobe_message_get_error_text (message), NULL);
      gtk_actionable_set_action_name (GTK_ACTIONABLE (self->button), NULL);
      break;
    }
}
