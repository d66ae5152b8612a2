/* lobe-server-row.c: a server in the preferences: name, address, state in words */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-server-row.h"

#include "app/lobe-words.h"

#include <glib/gi18n.h>

struct _LobeServerRow
{
  AdwActionRow  parent_instance;

  GtkWidget    *state;
  GtkWidget    *remove_button;
  LobeServer   *server;
};

enum
{
  REMOVE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeServerRow, lobe_server_row, ADW_TYPE_ACTION_ROW)

static void
update (LobeServerRow *self)
{
  g_autofree char *address = lobe_words_for_address (self->server);
  g_autofree char *words = lobe_words_for_server (self->server);
  const GError *error = lobe_server_get_error (self->server);
  const char *classes[] = { "caption", "dimmed", NULL };

  if (lobe_server_get_state (self->server) == LOBE_SERVER_ONLINE)
    classes[1] = "success";
  else if (lobe_server_get_state (self->server) == LOBE_SERVER_OFFLINE)
    classes[1] = "error";

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), lobe_server_get_name (self->server));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), address);
  gtk_label_set_label (GTK_LABEL (self->state), words);
  gtk_widget_set_css_classes (self->state, classes);
  gtk_widget_set_tooltip_text (self->state, error != NULL ? error->message : NULL);
}

static void
remove_cb (LobeServerRow *self)
{
  g_signal_emit (self, signals[REMOVE], 0, self->server);
}

static void
lobe_server_row_dispose (GObject *object)
{
  g_clear_object (&LOBE_SERVER_ROW (object)->server);

  G_OBJECT_CLASS (lobe_server_row_parent_class)->dispose (object);
}

static void
lobe_server_row_class_init (LobeServerRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lobe_server_row_dispose;

  signals[REMOVE] = g_signal_new ("remove", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, LOBE_TYPE_SERVER);
}

static void
lobe_server_row_init (LobeServerRow *self)
{
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  self->state = gtk_label_new (NULL);
  gtk_label_set_ellipsize (GTK_LABEL (self->state), PANGO_ELLIPSIZE_END);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->state);
}

/**
 * lobe_server_row_new:
 * @server: a server
 *
 * Returns: (transfer floating): a row for a boxed list
 */
GtkWidget *
lobe_server_row_new (LobeServer *server)
{
  LobeServerRow *self = g_object_new (LOBE_TYPE_SERVER_ROW, NULL);
  gboolean engine = lobe_server_get_origin (server) == LOBE_SERVER_ENGINE;

  self->server = g_object_ref (server);
  adw_action_row_add_prefix (ADW_ACTION_ROW (self),
                             gtk_image_new_from_icon_name (engine ? "computer-symbolic" : "network-server-symbolic"));

  /* what the environment sets, and the engine, come back by themselves */
  if (lobe_server_get_origin (server) == LOBE_SERVER_SAVED)
    {
      g_autofree char *label = g_strdup_printf (_("Remove “%s”"), lobe_server_get_name (server));

      self->remove_button = gtk_button_new_from_icon_name ("user-trash-symbolic");
      gtk_widget_set_tooltip_text (self->remove_button, _("Remove"));
      gtk_accessible_update_property (GTK_ACCESSIBLE (self->remove_button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
      gtk_widget_set_valign (self->remove_button, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (self->remove_button, "flat");
      g_signal_connect_object (self->remove_button, "clicked", G_CALLBACK (remove_cb), self, G_CONNECT_SWAPPED);
      adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->remove_button);
    }

  g_signal_connect_object (server, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lobe_server_get_models (server), "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}
