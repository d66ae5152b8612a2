/* lobe-library-group.c: the models that one server has, and how much disk they take */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-library-group.h"

#include "app/lobe-library-row.h"
#include "app/lobe-words.h"

#include <glib/gi18n.h>

struct _LobeLibraryGroup
{
  AdwPreferencesGroup  parent_instance;

  GtkListBox          *list;
  GtkWidget           *empty;
  GtkWidget           *retry_button;

  LobeServer          *server;
};

enum
{
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeLibraryGroup, lobe_library_group, ADW_TYPE_PREFERENCES_GROUP)

static char *
dup_description (LobeLibraryGroup *self)
{
  GListModel *models = lobe_server_get_models (self->server);
  guint n_models = g_list_model_get_n_items (models);
  gint64 size = 0;
  g_autofree char *count = NULL;
  g_autofree char *size_words = NULL;

  if (n_models == 0)
    return NULL;

  for (guint i = 0; i < n_models; i++)
    {
      g_autoptr (LobeModelInfo) model = g_list_model_get_item (models, i);

      size += lobe_model_info_get_size (model);
    }

  count = g_strdup_printf (ngettext ("%u model", "%u models", n_models), n_models);
  if (size == 0)
    return g_steal_pointer (&count);

  size_words = g_format_size (size);

  /* Translators: how many models, and how much disk space they take */
  return g_strdup_printf (_("%s · %s on disk"), count, size_words);
}

static void
update (LobeLibraryGroup *self)
{
  LobeServerState state = lobe_server_get_state (self->server);
  gboolean empty = g_list_model_get_n_items (lobe_server_get_models (self->server)) == 0;
  gboolean files = lobe_server_get_origin (self->server) == LOBE_SERVER_ENGINE;
  g_autofree char *description = dup_description (self);
  g_autofree char *words = NULL;

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (self), lobe_server_get_name (self->server));
  adw_preferences_group_set_description (ADW_PREFERENCES_GROUP (self), description);

  /* files are there also without an engine */
  if (state == LOBE_SERVER_ONLINE || (files && state == LOBE_SERVER_OFFLINE))
    words = g_strdup (_("No models yet"));
  else
    words = lobe_words_for_server (self->server);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->empty), words);
  gtk_widget_set_visible (self->retry_button, state == LOBE_SERVER_OFFLINE && !files);
  gtk_widget_set_visible (self->empty, empty || (state == LOBE_SERVER_OFFLINE && !files));
}

static void
failed_cb (LobeLibraryGroup *self,
           const char       *words)
{
  g_signal_emit (self, signals[FAILED], 0, words);
}

static GtkWidget *
create_row (gpointer item,
            gpointer user_data)
{
  LobeLibraryGroup *self = LOBE_LIBRARY_GROUP (user_data);
  GtkWidget *row = lobe_library_row_new (self->server, item);

  g_signal_connect_object (row, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);

  return row;
}

static void
refreshed_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  /* how it went is the server's state */
  lobe_server_refresh_finish (LOBE_SERVER (object), result, NULL);
}

static void
retry_cb (LobeLibraryGroup *self)
{
  lobe_server_refresh_async (self->server, NULL, refreshed_cb, NULL);
}

static void
lobe_library_group_dispose (GObject *object)
{
  g_clear_object (&LOBE_LIBRARY_GROUP (object)->server);

  G_OBJECT_CLASS (lobe_library_group_parent_class)->dispose (object);
}

static void
lobe_library_group_class_init (LobeLibraryGroupClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lobe_library_group_dispose;

  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
lobe_library_group_init (LobeLibraryGroup *self)
{
  GtkWidget *empty_list = gtk_list_box_new ();

  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");

  self->empty = adw_action_row_new ();
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self->empty), FALSE);
  gtk_widget_add_css_class (self->empty, "dimmed");
  self->retry_button = gtk_button_new_with_mnemonic (_("_Retry"));
  gtk_widget_set_valign (self->retry_button, GTK_ALIGN_CENTER);
  g_signal_connect_object (self->retry_button, "clicked", G_CALLBACK (retry_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self->empty), self->retry_button);
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (empty_list), GTK_SELECTION_NONE);
  gtk_widget_add_css_class (empty_list, "boxed-list");
  gtk_list_box_append (GTK_LIST_BOX (empty_list), self->empty);
  g_object_bind_property (self->empty, "visible", empty_list, "visible", G_BINDING_SYNC_CREATE);

  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), empty_list);
  adw_preferences_group_add (ADW_PREFERENCES_GROUP (self), GTK_WIDGET (self->list));
}

static void
models_changed_cb (LobeLibraryGroup *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->list), g_list_model_get_n_items (lobe_server_get_models (self->server)) > 0);
  update (self);
}

/**
 * lobe_library_group_new:
 * @server: a server whose models can be looked after
 *
 * Returns: (transfer floating): a group for a page of preferences
 */
GtkWidget *
lobe_library_group_new (LobeServer *server)
{
  LobeLibraryGroup *self = g_object_new (LOBE_TYPE_LIBRARY_GROUP, NULL);

  self->server = g_object_ref (server);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, lobe_server_get_name (server), -1);
  gtk_list_box_bind_model (self->list, lobe_server_get_models (server), create_row, self, NULL);
  g_signal_connect_object (server, "notify::state", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lobe_server_get_models (server), "items-changed", G_CALLBACK (models_changed_cb), self, G_CONNECT_SWAPPED);
  models_changed_cb (self);

  return GTK_WIDGET (self);
}
