/* lobe-sidebar-row.c: a chat in the sidebar: its title, and at the end at most one mark */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-sidebar-row.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _LobeSidebarRow
{
  GtkWidget    parent_instance;

  GtkWidget   *title;
  GtkWidget   *spinner; /* made when first needed: the list keeps some two hundred rows */
  GtkWidget   *dot;
  LobeChat    *chat;
  GSignalGroup *signals;
};

G_DEFINE_FINAL_TYPE (LobeSidebarRow, lobe_sidebar_row, GTK_TYPE_WIDGET)

static void
update_title (LobeSidebarRow *self)
{
  const char *title = self->chat != NULL ? lobe_chat_get_title (self->chat) : NULL;

  if (title == NULL || *title == '\0')
    title = _("New Chat");

  gtk_label_set_label (GTK_LABEL (self->title), title);
}

static void
update_mark (LobeSidebarRow *self)
{
  gboolean answering = self->chat != NULL && lobe_chat_get_answering (self->chat);
  gboolean unseen = self->chat != NULL && lobe_chat_get_unseen (self->chat) && !answering;

  if (answering && self->spinner == NULL)
    {
      self->spinner = adw_spinner_new ();
      gtk_widget_set_size_request (self->spinner, 14, 14);
      gtk_widget_set_valign (self->spinner, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (self->spinner, "dimmed");
      gtk_widget_set_tooltip_text (self->spinner, _("Answering"));
      gtk_widget_set_parent (self->spinner, GTK_WIDGET (self));
    }
  else if (!answering)
    g_clear_pointer (&self->spinner, gtk_widget_unparent);

  if (unseen && self->dot == NULL)
    {
      self->dot = gtk_image_new_from_icon_name ("media-record-symbolic");
      gtk_image_set_pixel_size (GTK_IMAGE (self->dot), 8);
      gtk_widget_add_css_class (self->dot, "accent");
      gtk_widget_set_tooltip_text (self->dot, _("New answer"));
      gtk_widget_set_parent (self->dot, GTK_WIDGET (self));
    }
  else if (!unseen)
    g_clear_pointer (&self->dot, gtk_widget_unparent);
}

static void
lobe_sidebar_row_dispose (GObject *object)
{
  LobeSidebarRow *self = LOBE_SIDEBAR_ROW (object);

  if (self->signals != NULL)
    g_signal_group_set_target (self->signals, NULL);
  g_clear_object (&self->signals);
  g_clear_object (&self->chat);
  g_clear_pointer (&self->title, gtk_widget_unparent);
  g_clear_pointer (&self->spinner, gtk_widget_unparent);
  g_clear_pointer (&self->dot, gtk_widget_unparent);

  G_OBJECT_CLASS (lobe_sidebar_row_parent_class)->dispose (object);
}

static void
lobe_sidebar_row_class_init (LobeSidebarRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lobe_sidebar_row_dispose;

  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "chatrow");
}

static void
lobe_sidebar_row_init (LobeSidebarRow *self)
{
  gtk_box_layout_set_spacing (GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self))), 8);

  self->title = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->title), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->title), PANGO_ELLIPSIZE_END);
  gtk_label_set_single_line_mode (GTK_LABEL (self->title), TRUE);
  gtk_widget_set_hexpand (self->title, TRUE);
  gtk_widget_set_parent (self->title, GTK_WIDGET (self));

  self->signals = g_signal_group_new (LOBE_TYPE_CHAT);
  g_signal_group_connect_swapped (self->signals, "notify::title", G_CALLBACK (update_title), self);
  g_signal_group_connect_swapped (self->signals, "notify::answering", G_CALLBACK (update_mark), self);
  g_signal_group_connect_swapped (self->signals, "notify::unseen", G_CALLBACK (update_mark), self);
}

GtkWidget *
lobe_sidebar_row_new (void)
{
  return g_object_new (LOBE_TYPE_SIDEBAR_ROW, NULL);
}

/**
 * lobe_sidebar_row_get_chat:
 * @self: a row
 *
 * Returns: (transfer none) (nullable): the chat that is shown
 */
LobeChat *
lobe_sidebar_row_get_chat (LobeSidebarRow *self)
{
  g_return_val_if_fail (LOBE_IS_SIDEBAR_ROW (self), NULL);

  return self->chat;
}

/**
 * lobe_sidebar_row_set_chat:
 * @self: a row
 * @chat: (nullable): what to show
 */
void
lobe_sidebar_row_set_chat (LobeSidebarRow *self,
                        LobeChat    *chat)
{
  g_return_if_fail (LOBE_IS_SIDEBAR_ROW (self));

  if (!g_set_object (&self->chat, chat))
    return;

  g_signal_group_set_target (self->signals, chat);
  update_title (self);
  update_mark (self);
}
