/* lobe-summary-dialog.c: reads and changes what stands for the older part of a chat */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-summary-dialog.h"

#include <glib/gi18n.h>

typedef struct
{
  AdwDialog     *dialog;
  GtkTextBuffer *buffer;
  LobeChat      *chat;
  LobeStore     *store;
} Edit;

static void
edit_free (gpointer  data,
           GClosure *closure)
{
  Edit *self = data;

  g_object_unref (self->chat);
  g_object_unref (self->store);
  g_free (self);
}

static void
save_cb (GtkButton *button,
         Edit      *self)
{
  g_autofree char *text = NULL;
  GtkTextIter start;
  GtkTextIter end;

  gtk_text_buffer_get_bounds (self->buffer, &start, &end);
  text = g_strstrip (gtk_text_buffer_get_text (self->buffer, &start, &end, FALSE));

  /* without words there is none, and the messages are sent again as far as they fit */
  lobe_chat_set_summary (self->chat, *text != '\0' ? text : NULL,
                         *text != '\0' ? lobe_chat_get_summary_leaf_id (self->chat) : NULL);
  lobe_store_save_chat (self->store, self->chat);
  adw_dialog_close (self->dialog);
}

static GtkWidget *
create_text (GtkTextBuffer *buffer)
{
  GtkWidget *view = gtk_text_view_new_with_buffer (buffer);
  GtkWidget *scroller = gtk_scrolled_window_new ();

  gtk_text_view_set_wrap_mode (GTK_TEXT_VIEW (view), GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_accepts_tab (GTK_TEXT_VIEW (view), FALSE);
  gtk_text_view_set_left_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_right_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_top_margin (GTK_TEXT_VIEW (view), 12);
  gtk_text_view_set_bottom_margin (GTK_TEXT_VIEW (view), 12);
  gtk_accessible_update_property (GTK_ACCESSIBLE (view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Summary"), -1);
  gtk_widget_add_css_class (view, "summary-text");
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  gtk_widget_set_vexpand (scroller, TRUE);
  gtk_widget_add_css_class (scroller, "card");
  gtk_widget_set_margin_start (scroller, 12);
  gtk_widget_set_margin_end (scroller, 12);
  gtk_widget_set_margin_bottom (scroller, 12);

  return scroller;
}

/**
 * lobe_summary_dialog_new:
 * @chat: a chat with a summary
 * @store: where it is kept
 *
 * Returns: (transfer floating): a dialog
 */
AdwDialog *
lobe_summary_dialog_new (LobeChat  *chat,
                         LobeStore *store)
{
  AdwDialog *dialog = adw_dialog_new ();
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *bar = adw_header_bar_new ();
  GtkWidget *cancel = gtk_button_new_with_mnemonic (_("_Cancel"));
  GtkWidget *save = gtk_button_new_with_mnemonic (_("_Save"));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  GtkWidget *hint = gtk_label_new (_("The model gets this in place of the messages before it."));
  g_autoptr (GtkTextBuffer) buffer = gtk_text_buffer_new (NULL);
  GtkWidget *text;
  Edit *edit = g_new0 (Edit, 1);

  gtk_text_buffer_set_text (buffer, lobe_chat_get_summary (chat) != NULL ? lobe_chat_get_summary (chat) : "", -1);
  edit->dialog = dialog;
  edit->buffer = buffer;
  edit->chat = g_object_ref (chat);
  edit->store = g_object_ref (store);

  adw_header_bar_set_show_start_title_buttons (ADW_HEADER_BAR (bar), FALSE);
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (bar), FALSE);
  gtk_actionable_set_action_name (GTK_ACTIONABLE (cancel), "window.close");
  gtk_widget_add_css_class (save, "suggested-action");
  g_signal_connect_data (save, "clicked", G_CALLBACK (save_cb), edit, edit_free, G_CONNECT_DEFAULT);
  adw_header_bar_pack_start (ADW_HEADER_BAR (bar), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (bar), save);

  gtk_label_set_wrap (GTK_LABEL (hint), TRUE);
  gtk_label_set_xalign (GTK_LABEL (hint), 0);
  gtk_widget_set_margin_start (hint, 18);
  gtk_widget_set_margin_end (hint, 18);
  gtk_box_append (GTK_BOX (box), hint);
  text = create_text (buffer);
  gtk_box_append (GTK_BOX (box), text);

  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), bar);
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), box);
  adw_dialog_set_title (dialog, _("Summary"));
  adw_dialog_set_content_width (dialog, 560);
  adw_dialog_set_content_height (dialog, 420);
  adw_dialog_set_child (dialog, view);
  adw_dialog_set_focus (dialog, gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (text)));

  return dialog;
}
