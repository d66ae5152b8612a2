/* lobe-server-row.c: a server in the preferences: name, address, state in words; can be moved */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-server-row.h"

#include "app/lobe-words.h"

#include <glib/gi18n.h>

struct _LobeServerRow
{
  AdwActionRow  parent_instance;

  GtkWidget    *state;
  LobeServer   *server;
};

enum
{
  MOVE,
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

  if (!lobe_server_get_enabled (self->server))
    classes[1] = "dimmed";
  else if (lobe_server_get_state (self->server) == LOBE_SERVER_ONLINE)
    classes[1] = "success";
  else if (lobe_server_get_state (self->server) == LOBE_SERVER_OFFLINE)
    classes[1] = "error";

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), lobe_server_get_name (self->server));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), address);
  gtk_label_set_label (GTK_LABEL (self->state), words);
  gtk_widget_set_css_classes (self->state, classes);
  gtk_widget_set_tooltip_text (self->state, error != NULL ? error->message : NULL);
}

/* by keyboard */

static gboolean
move_by_key_cb (GtkWidget *widget,
                GVariant  *argument,
                gpointer   user_data)
{
  LobeServerRow *self = LOBE_SERVER_ROW (widget);

  g_signal_emit (self, signals[MOVE], 0, self->server, NULL, g_variant_get_int32 (argument));

  return TRUE;
}

static void
add_shortcut (GtkShortcutController *controller,
              guint                  key,
              int                    by)
{
  gtk_shortcut_controller_add_shortcut (controller,
                                        gtk_shortcut_new_with_arguments (gtk_keyval_trigger_new (key, GDK_ALT_MASK),
                                                                         gtk_callback_action_new (move_by_key_cb, NULL, NULL),
                                                                         "i", by));
}

/* by hand */

static GdkContentProvider *
prepare_cb (GtkDragSource *source,
            double         x,
            double         y,
            LobeServerRow *self)
{
  g_autoptr (GdkPaintable) picture = gtk_widget_paintable_new (GTK_WIDGET (self));

  gtk_drag_source_set_icon (source, picture, 12, 12);

  return gdk_content_provider_new_typed (LOBE_TYPE_SERVER, self->server);
}

static gboolean
drop_cb (GtkDropTarget *target,
         const GValue  *value,
         double         x,
         double         y,
         LobeServerRow *self)
{
  LobeServer *dropped = g_value_get_object (value);

  if (dropped == NULL || dropped == self->server)
    return FALSE;

  g_signal_emit (self, signals[MOVE], 0, dropped, self->server, 0);

  return TRUE;
}

static void
make_movable (LobeServerRow *self)
{
  GtkWidget *handle = gtk_image_new_from_icon_name ("list-drag-handle-symbolic");
  GtkDragSource *source = gtk_drag_source_new ();
  GtkDropTarget *target = gtk_drop_target_new (LOBE_TYPE_SERVER, GDK_ACTION_MOVE);
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();

  gtk_widget_add_css_class (handle, "dimmed");
  gtk_widget_set_tooltip_text (handle, _("Drag to move, or press Alt with the up or down arrow key"));
  adw_action_row_add_prefix (ADW_ACTION_ROW (self), handle);

  gtk_drag_source_set_actions (source, GDK_ACTION_MOVE);
  g_signal_connect (source, "prepare", G_CALLBACK (prepare_cb), self);
  gtk_widget_add_controller (handle, GTK_EVENT_CONTROLLER (source));
  g_signal_connect (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));

  add_shortcut (GTK_SHORTCUT_CONTROLLER (shortcuts), GDK_KEY_Up, -1);
  add_shortcut (GTK_SHORTCUT_CONTROLLER (shortcuts), GDK_KEY_Down, 1);
  gtk_widget_add_controller (GTK_WIDGET (self), shortcuts);
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

  signals[MOVE] = g_signal_new ("move", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 3, LOBE_TYPE_SERVER, LOBE_TYPE_SERVER, G_TYPE_INT);
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

  /* what the environment sets, and the engine, cannot be changed here */
  if (lobe_server_get_origin (server) == LOBE_SERVER_SAVED)
    {
      GtkWidget *arrow = gtk_image_new_from_icon_name ("go-next-symbolic");

      gtk_accessible_update_property (GTK_ACCESSIBLE (arrow), GTK_ACCESSIBLE_PROPERTY_LABEL, "", -1);
      adw_action_row_add_suffix (ADW_ACTION_ROW (self), arrow);
      gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), TRUE);
      make_movable (self);
    }
  else if (!engine)
    gtk_widget_set_tooltip_text (GTK_WIDGET (self), _("Set by an environment variable"));

  g_signal_connect_object (server, "notify::account", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (server, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lobe_server_get_models (server), "items-changed", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}

/**
 * lobe_server_row_get_server:
 * @self: a row
 *
 * Returns: (transfer none): its server
 */
LobeServer *
lobe_server_row_get_server (LobeServerRow *self)
{
  g_return_val_if_fail (LOBE_IS_SERVER_ROW (self), NULL);

  return self->server;
}
