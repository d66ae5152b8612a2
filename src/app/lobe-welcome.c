/* lobe-welcome.c: the first start: where shall answers come from? */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-welcome.h"

#include "app/lobe-actions.h"
#include "app/lobe-engine-row.h"
#include "server/lobe-discovery.h"

#include <glib/gi18n.h>

struct _LobeWelcome
{
  AdwBin         parent_instance;

  GtkMenuButton *menu_button;
  GtkListBox    *choices;

  LobeCore      *core;
  GCancellable  *cancellable;
  guint          n_found;
};

enum
{
  CHOSEN,
  ADD_SERVER,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeWelcome, lobe_welcome, ADW_TYPE_BIN)

static void
connect_cb (LobeWelcome *self)
{
  g_signal_emit (self, signals[ADD_SERVER], 0);
}

static void
engine_chosen_cb (LobeWelcome *self,
                  LobeServer  *server)
{
  g_signal_emit (self, signals[CHOSEN], 0, server);
}

static void
found_activated_cb (AdwActionRow *row,
                    LobeWelcome  *self)
{
  LobeServer *server = g_object_get_data (G_OBJECT (row), "server");

  lobe_servers_add (lobe_core_get_servers (self->core), server);
  g_signal_emit (self, signals[CHOSEN], 0, server);
}

static void
add_found (LobeWelcome *self,
           LobeServer  *server)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *icon = gtk_image_new_from_icon_name ("network-server-symbolic");
  GtkWidget *arrow = gtk_image_new_from_icon_name ("go-next-symbolic");
  guint n_models = g_list_model_get_n_items (lobe_server_get_models (server));
  /* Translators: %s is the name of a server such as Ollama */
  g_autofree char *title = g_strdup_printf (_("Use %s"), lobe_server_get_name (server));
  g_autofree char *subtitle = g_strdup_printf (ngettext ("Running on this computer · %u model",
                                                         "Running on this computer · %u models", n_models), n_models);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  gtk_image_set_pixel_size (GTK_IMAGE (icon), 20);
  gtk_widget_add_css_class (icon, "choice-icon");
  gtk_widget_add_css_class (arrow, "dimmed");
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), icon);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), arrow);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "server", g_object_ref (server), g_object_unref);
  g_signal_connect_object (row, "activated", G_CALLBACK (found_activated_cb), self, G_CONNECT_DEFAULT);

  gtk_list_box_insert (self->choices, row, self->n_found++);
}

static void
discovered_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (LobeWelcome) self = LOBE_WELCOME (user_data);
  g_autoptr (GPtrArray) found = lobe_discovery_run_finish (result, NULL);

  if (found == NULL || self->choices == NULL)
    return;

  for (guint i = 0; i < found->len; i++)
    add_found (self, g_ptr_array_index (found, i));
}

static void
create_menu_cb (GtkMenuButton *button,
                gpointer       user_data)
{
  g_autoptr (GMenuModel) menu = lobe_actions_create_menu (LOBE_ACTION_MAIN_MENU);

  gtk_menu_button_set_create_popup_func (button, NULL, NULL, NULL);
  gtk_menu_button_set_menu_model (button, menu);
}

/* What is offered first is what Return takes. */
static gboolean
lobe_welcome_grab_focus (GtkWidget *widget)
{
  LobeWelcome *self = LOBE_WELCOME (widget);

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->choices)); row != NULL; row = gtk_widget_get_next_sibling (row))
    if (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (row)) && gtk_widget_grab_focus (row))
      return TRUE;

  return FALSE;
}

static void
lobe_welcome_dispose (GObject *object)
{
  LobeWelcome *self = LOBE_WELCOME (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), LOBE_TYPE_WELCOME);
  g_clear_object (&self->core);

  G_OBJECT_CLASS (lobe_welcome_parent_class)->dispose (object);
}

static void
lobe_welcome_finalize (GObject *object)
{
  g_clear_object (&LOBE_WELCOME (object)->cancellable);

  G_OBJECT_CLASS (lobe_welcome_parent_class)->finalize (object);
}

static void
lobe_welcome_class_init (LobeWelcomeClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lobe_welcome_dispose;
  G_OBJECT_CLASS (klass)->finalize = lobe_welcome_finalize;
  widget_class->grab_focus = lobe_welcome_grab_focus;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, LOBE_TYPE_SERVER);
  signals[ADD_SERVER] = g_signal_new ("add-server", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/lobe/Chat/ui/lobe-welcome.ui");
  gtk_widget_class_bind_template_child (widget_class, LobeWelcome, menu_button);
  gtk_widget_class_bind_template_child (widget_class, LobeWelcome, choices);
  gtk_widget_class_bind_template_callback (widget_class, connect_cb);
}

static void
lobe_welcome_init (LobeWelcome *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_menu_button_set_create_popup_func (self->menu_button, create_menu_cb, NULL, NULL);
}

/**
 * lobe_welcome_new:
 * @core: the core
 *
 * Makes the page and looks what runs on this machine. Nothing leaves it.
 *
 * Returns: (transfer floating): the page
 */
GtkWidget *
lobe_welcome_new (LobeCore *core)
{
  LobeWelcome *self = g_object_new (LOBE_TYPE_WELCOME, NULL);
  GtkWidget *row;

  self->core = g_object_ref (core);

  row = lobe_engine_row_new (core);
  g_signal_connect_object (row, "chosen", G_CALLBACK (engine_chosen_cb), self, G_CONNECT_SWAPPED);
  gtk_list_box_insert (self->choices, row, 0);

  lobe_discovery_run_async (lobe_core_get_http (core), lobe_core_get_drivers (core), "127.0.0.1", self->cancellable,
                            discovered_cb, g_object_ref (self));

  return GTK_WIDGET (self);
}
