/* lobe-preferences.c: style, local engine, servers */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-preferences.h"

#include "app/lobe-provider-page.h"
#include "app/lobe-server-page.h"
#include "app/lobe-server-row.h"
#include "secret/lobe-keyring.h"

#include <glib/gi18n.h>

struct _LobePreferences
{
  AdwPreferencesDialog  parent_instance;

  AdwComboRow          *style_row;
  AdwSpinRow           *idle_row;
  GtkListBox           *servers_list;

  LobeCore             *core;
  GSettings            *settings;
  guint                 n_pages; /* that were pushed */
};

enum
{
  ADD_SERVER,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobePreferences, lobe_preferences, ADW_TYPE_PREFERENCES_DIALOG)

static const char * const styles[] = { "system", "light", "dark" };

static void
style_selected_cb (LobePreferences *self)
{
  guint selected = adw_combo_row_get_selected (self->style_row);

  if (self->settings != NULL && selected < G_N_ELEMENTS (styles))
    g_settings_set_string (self->settings, "style", styles[selected]);
}

/* servers */

static void
pop_all (LobePreferences *self)
{
  for (guint n = self->n_pages; n > 0; n--)
    adw_preferences_dialog_pop_subpage (ADW_PREFERENCES_DIALOG (self));
}

static void
hidden_cb (LobePreferences *self)
{
  self->n_pages--;
}

static void
push (LobePreferences   *self,
      AdwNavigationPage *page)
{
  self->n_pages++;
  g_signal_connect_object (page, "destroy", G_CALLBACK (hidden_cb), self, G_CONNECT_SWAPPED);
  adw_preferences_dialog_push_subpage (ADW_PREFERENCES_DIALOG (self), page);
}

/* The key goes when nobody can want it back any more. */
static void
forget_key_cb (AdwToast   *toast,
               LobeServer *server)
{
  const char *secret = lobe_server_get_secret (server);
  LobeCore *core = g_object_get_data (G_OBJECT (toast), "core");

  if (secret != NULL && g_str_has_prefix (secret, LOBE_KEYRING_PREFIX)
      && lobe_servers_get (lobe_core_get_servers (core), lobe_server_get_id (server)) == NULL)
    lobe_keyring_clear_async (secret, NULL, NULL, NULL);
}

static void
undo_remove_cb (AdwToast   *toast,
                LobeServer *server)
{
  LobeServers *servers = lobe_core_get_servers (g_object_get_data (G_OBJECT (toast), "core"));

  lobe_servers_add (servers, server);
  lobe_servers_move (servers, server, GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (toast), "position")));
}

static void
remove_cb (LobePreferences *self,
           LobeServer      *server)
{
  LobeServers *servers = lobe_core_get_servers (self->core);
  /* Translators: %s is the name of a server */
  AdwToast *toast = adw_toast_new_format (_("%s was removed"), lobe_server_get_name (server));

  adw_toast_set_button_label (toast, _("_Undo"));
  g_object_set_data_full (G_OBJECT (toast), "core", g_object_ref (self->core), g_object_unref);
  g_object_set_data (G_OBJECT (toast), "position", GUINT_TO_POINTER (lobe_servers_get_position (servers, server)));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_remove_cb), g_object_ref (server),
                         (GClosureNotify) (GCallback) g_object_unref, G_CONNECT_DEFAULT);
  g_signal_connect_data (toast, "dismissed", G_CALLBACK (forget_key_cb), g_object_ref (server),
                         (GClosureNotify) (GCallback) g_object_unref, G_CONNECT_DEFAULT);

  pop_all (self);
  lobe_servers_remove (servers, server);
  adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (self), toast);
}

static void
saved_cb (LobePreferences *self,
          LobeServer      *server,
          gboolean         added)
{
  pop_all (self);
  if (added)
    /* Translators: %s is the name of a server */
    adw_preferences_dialog_add_toast (ADW_PREFERENCES_DIALOG (self), adw_toast_new_format (_("%s was added"), lobe_server_get_name (server)));
}

static void
push_server (LobePreferences   *self,
             AdwNavigationPage *page)
{
  g_signal_connect_object (page, "saved", G_CALLBACK (saved_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "remove", G_CALLBACK (remove_cb), self, G_CONNECT_SWAPPED);
  push (self, page);
}

static void
chosen_cb (LobePreferences *self,
           LobeProvider    *provider)
{
  push_server (self, lobe_server_page_new_to_add (self->core, provider));
}

static void
find_cb (LobePreferences *self)
{
  pop_all (self);
  g_signal_emit (self, signals[ADD_SERVER], 0);
}

static void
add_server_cb (LobePreferences *self)
{
  AdwNavigationPage *page = lobe_provider_page_new ();

  g_signal_connect_object (page, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (page, "find", G_CALLBACK (find_cb), self, G_CONNECT_SWAPPED);
  push (self, page);
}

static void
row_activated_cb (LobePreferences *self,
                  GtkListBoxRow   *row)
{
  push_server (self, lobe_server_page_new (self->core, lobe_server_row_get_server (LOBE_SERVER_ROW (row))));
}

static void
move_cb (LobePreferences *self,
         LobeServer      *server,
         LobeServer      *to,
         int              by)
{
  LobeServers *servers = lobe_core_get_servers (self->core);
  int position = to != NULL ? lobe_servers_get_position (servers, to) : lobe_servers_get_position (servers, server) + by;
  GtkListBoxRow *row;

  if (position < 0 || lobe_servers_get_position (servers, server) < 0)
    return;

  lobe_servers_move (servers, server, position);

  /* the rows are new, and the keyboard goes on from the one that was moved */
  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->servers_list, i)) != NULL; i++)
    {
      if (lobe_server_row_get_server (LOBE_SERVER_ROW (row)) == server)
        gtk_widget_grab_focus (GTK_WIDGET (row));
    }
}

static GtkWidget *
create_row (gpointer item,
            gpointer user_data)
{
  GtkWidget *row = lobe_server_row_new (item);

  g_signal_connect_object (row, "move", G_CALLBACK (move_cb), user_data, G_CONNECT_SWAPPED);

  return row;
}

static void
lobe_preferences_dispose (GObject *object)
{
  LobePreferences *self = LOBE_PREFERENCES (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), LOBE_TYPE_PREFERENCES);
  g_clear_object (&self->core);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (lobe_preferences_parent_class)->dispose (object);
}

static void
lobe_preferences_class_init (LobePreferencesClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lobe_preferences_dispose;

  signals[ADD_SERVER] = g_signal_new ("add-server", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/lobe/Chat/ui/lobe-preferences.ui");
  gtk_widget_class_bind_template_child (widget_class, LobePreferences, style_row);
  gtk_widget_class_bind_template_child (widget_class, LobePreferences, idle_row);
  gtk_widget_class_bind_template_child (widget_class, LobePreferences, servers_list);
  gtk_widget_class_bind_template_callback (widget_class, add_server_cb);
  gtk_widget_class_bind_template_callback (widget_class, row_activated_cb);
  gtk_widget_class_bind_template_callback (widget_class, style_selected_cb);
}

static void
lobe_preferences_init (LobePreferences *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * lobe_preferences_new:
 * @core: the core
 * @settings: the application's settings
 *
 * Returns: (transfer floating): a dialog
 */
AdwDialog *
lobe_preferences_new (LobeCore  *core,
                      GSettings *settings)
{
  LobePreferences *self = g_object_new (LOBE_TYPE_PREFERENCES, NULL);
  g_autofree char *style = g_settings_get_string (settings, "style");

  self->core = g_object_ref (core);
  for (guint i = 0; i < G_N_ELEMENTS (styles); i++)
    if (g_str_equal (style, styles[i]))
      adw_combo_row_set_selected (self->style_row, i);
  self->settings = g_object_ref (settings);
  g_settings_bind (settings, "idle-minutes", self->idle_row, "value", G_SETTINGS_BIND_DEFAULT);
  gtk_list_box_bind_model (self->servers_list, G_LIST_MODEL (lobe_core_get_servers (core)), create_row, self, NULL);

  return ADW_DIALOG (self);
}

/**
 * lobe_preferences_show_server:
 * @self: the dialog
 * @id: (nullable): a server's id; %NULL or one that cannot be changed shows the list
 *
 * Shows the page of servers, and on it that of one of them.
 */
void
lobe_preferences_show_server (LobePreferences *self,
                              const char      *id)
{
  LobeServer *server;

  g_return_if_fail (LOBE_IS_PREFERENCES (self));

  server = lobe_servers_get (lobe_core_get_servers (self->core), id);
  adw_preferences_dialog_set_visible_page_name (ADW_PREFERENCES_DIALOG (self), "servers");
  if (server != NULL && lobe_server_get_origin (server) == LOBE_SERVER_SAVED)
    push_server (self, lobe_server_page_new (self->core, server));
}

/**
 * lobe_preferences_apply_style:
 * @settings: the application's settings
 *
 * Makes the application light, dark, or what the system is.
 */
void
lobe_preferences_apply_style (GSettings *settings)
{
  g_autofree char *style = g_settings_get_string (settings, "style");
  AdwColorScheme scheme = ADW_COLOR_SCHEME_DEFAULT;

  if (g_str_equal (style, "light"))
    scheme = ADW_COLOR_SCHEME_FORCE_LIGHT;
  else if (g_str_equal (style, "dark"))
    scheme = ADW_COLOR_SCHEME_FORCE_DARK;

  adw_style_manager_set_color_scheme (adw_style_manager_get_default (), scheme);
}

/**
 * lobe_preferences_apply_idle_limit:
 * @core: the core
 * @settings: the application's settings
 *
 * Tells the engine how long it may idle.
 */
void
lobe_preferences_apply_idle_limit (LobeCore  *core,
                                   GSettings *settings)
{
  lobe_engine_set_idle_limit (lobe_core_get_engine (core), 60 * g_settings_get_uint (settings, "idle-minutes"));
}
