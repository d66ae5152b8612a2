/* lobe-models-dialog.c: models: get, pause, resume, unload and delete them, and see what they take */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-models-dialog.h"

#include "app/lobe-library-group.h"
#include "app/lobe-transfer-row.h"
#include "engine/lobe-fit.h"

#include <glib/gi18n.h>

struct _LobeModelsDialog
{
  AdwDialog            parent_instance;

  AdwToastOverlay     *toasts;
  AdwPreferencesPage  *page;
  GtkWidget           *name_row;
  GtkDropDown         *server_drop;
  GtkWidget           *get_button;
  GtkWidget           *error_group;
  GtkLabel            *error_label;
  GtkWidget           *transfers_group;
  GtkListBox          *transfers_list;
  GtkWidget           *catalogue_group;
  GtkListBox          *catalogue_list;

  LobeCore            *core;
  GListModel          *catalogue;
  GListStore          *pullers;   /* servers that fetch models */
  GHashTable          *groups;    /* LobeServer → LobeLibraryGroup */
};

G_DEFINE_FINAL_TYPE (LobeModelsDialog, lobe_models_dialog, ADW_TYPE_DIALOG)

static LobeTransfers *
get_transfers (LobeModelsDialog *self)
{
  return lobe_core_get_transfers (self->core);
}

static void
set_error (LobeModelsDialog *self,
           const char       *words)
{
  gtk_label_set_label (self->error_label, words != NULL ? words : "");
  gtk_widget_set_visible (self->error_group, words != NULL);
  if (words != NULL)
    gtk_widget_add_css_class (self->name_row, "error");
  else
    gtk_widget_remove_css_class (self->name_row, "error");
}

/* getting by name or address */

static gboolean
is_address (const char *text)
{
  return strstr (text, "://") != NULL;
}

static char *
dup_wanted (LobeModelsDialog *self)
{
  return g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->name_row))));
}

static void
changed_cb (LobeModelsDialog *self)
{
  g_autofree char *wanted = dup_wanted (self);

  set_error (self, NULL);
  gtk_widget_set_sensitive (self->get_button, *wanted != '\0');
  gtk_widget_set_visible (GTK_WIDGET (self->server_drop),
                          g_list_model_get_n_items (G_LIST_MODEL (self->pullers)) > 1 && !is_address (wanted));
}

static void
get_cb (LobeModelsDialog *self)
{
  g_autofree char *wanted = dup_wanted (self);
  LobeServer *server = gtk_drop_down_get_selected_item (self->server_drop);

  if (*wanted == '\0')
    return;

  if (is_address (wanted))
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (LobeCatalogueEntry) entry = lobe_catalogue_entry_new_for_uri (wanted, NULL, &error);

      if (entry == NULL)
        {
          set_error (self, error->message);
          return;
        }
      lobe_transfers_fetch (get_transfers (self), entry);
    }
  else if (server != NULL)
    {
      lobe_transfers_pull (get_transfers (self), server, wanted);
    }
  else
    {
      set_error (self, _("No server is set up that fetches models by their names, as Ollama does. Give the address of a .gguf file, which begins with https://."));
      return;
    }

  gtk_editable_set_text (GTK_EDITABLE (self->name_row), "");
}

/* what is on its way */

static GtkWidget *
create_transfer_row (gpointer item,
                     gpointer user_data)
{
  return lobe_transfer_row_new (item);
}

static void
arrived_cb (LobeModelsDialog *self,
            LobeTransfer     *transfer)
{
  /* Translators: %s is the name of a model */
  AdwToast *toast = adw_toast_new_format (_("%s is here"), lobe_transfer_get_name (transfer));

  adw_toast_set_use_markup (toast, FALSE);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

/* the catalogue */

static void
get_entry_cb (GtkButton        *button,
              LobeModelsDialog *self)
{
  lobe_transfers_fetch (get_transfers (self), g_object_get_data (G_OBJECT (button), "entry"));
}

static GtkWidget *
create_entry_row (LobeModelsDialog   *self,
                  LobeCatalogueEntry *entry)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *button = gtk_button_new_with_mnemonic (_("_Get"));
  LobeMemory memory = lobe_memory_read ();
  gint64 need = lobe_fit_need (lobe_catalogue_entry_get_size (entry), 0, 0);
  g_autofree char *fit = lobe_fit_dup_words (lobe_fit_judge (need, memory), need, memory);
  g_autofree char *size = g_format_size (lobe_catalogue_entry_get_size (entry));
  /* Translators: %s is the name of a model */
  g_autofree char *label = g_strdup_printf (_("Get %s"), lobe_catalogue_entry_get_name (entry));
  g_autofree char *from = g_strdup_printf (_("from %s"), lobe_catalogue_entry_get_host (entry));
  g_autofree char *subtitle = g_strjoin (" · ", size, lobe_catalogue_entry_get_licence (entry), from, fit, NULL);

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), lobe_catalogue_entry_get_name (entry));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), subtitle);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  g_object_set_data_full (G_OBJECT (button), "entry", g_object_ref (entry), g_object_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (get_entry_cb), self, 0);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), button);

  return row;
}

static gboolean
is_here (LobeModelsDialog   *self,
         LobeCatalogueEntry *entry)
{
  const char *file_name = lobe_catalogue_entry_get_file_name (entry);
  g_autofree char *id = g_strndup (file_name, strlen (file_name) - strlen (".gguf"));

  return lobe_server_find_model (lobe_core_get_engine_server (self->core), id) != NULL
         || lobe_transfers_find (get_transfers (self), entry) != NULL;
}

/* What is neither here nor on its way. */
static void
update_catalogue (LobeModelsDialog *self)
{
  guint n_rows = 0;

  gtk_list_box_remove_all (self->catalogue_list);
  for (guint i = 0; i < g_list_model_get_n_items (self->catalogue); i++)
    {
      g_autoptr (LobeCatalogueEntry) entry = g_list_model_get_item (self->catalogue, i);

      if (is_here (self, entry))
        continue;
      gtk_list_box_append (self->catalogue_list, create_entry_row (self, entry));
      n_rows++;
    }
  gtk_widget_set_visible (self->catalogue_group, n_rows > 0);
}

static void
transfers_changed_cb (LobeModelsDialog *self)
{
  gtk_widget_set_visible (self->transfers_group, g_list_model_get_n_items (G_LIST_MODEL (get_transfers (self))) > 0);
  update_catalogue (self);
}

/* what the servers have */

static void
failed_cb (LobeModelsDialog *self,
           const char       *words)
{
  AdwDialog *dialog = adw_alert_dialog_new (_("That Did Not Work"), words);

  adw_alert_dialog_add_response (ADW_ALERT_DIALOG (dialog), "close", _("_Close"));
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
refreshed_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  /* how it went is the server's state, which its group shows */
  lobe_server_refresh_finish (LOBE_SERVER (object), result, NULL);
}

static void
add_group (LobeModelsDialog *self,
           LobeServer       *server)
{
  GtkWidget *group = lobe_library_group_new (server);

  g_signal_connect_object (group, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
  g_hash_table_insert (self->groups, g_object_ref (server), group);
  adw_preferences_page_add (self->page, ADW_PREFERENCES_GROUP (group));
  if (lobe_server_get_library_actions (server) & LOBE_LIBRARY_PULL)
    g_list_store_append (self->pullers, server);
  lobe_server_refresh_async (server, NULL, refreshed_cb, NULL);
}

static gboolean
is_listed (LobeModelsDialog *self,
           LobeServer       *server)
{
  GListModel *servers = G_LIST_MODEL (lobe_core_get_servers (self->core));

  for (guint i = 0; i < g_list_model_get_n_items (servers); i++)
    {
      g_autoptr (LobeServer) other = g_list_model_get_item (servers, i);

      if (other == server)
        return TRUE;
    }

  return FALSE;
}

static void
servers_changed_cb (LobeModelsDialog *self)
{
  GListModel *servers = G_LIST_MODEL (lobe_core_get_servers (self->core));
  GHashTableIter iter;
  gpointer server, group;

  g_hash_table_iter_init (&iter, self->groups);
  while (g_hash_table_iter_next (&iter, &server, &group))
    {
      guint position;

      if (is_listed (self, server))
        continue;
      if (g_list_store_find (self->pullers, server, &position))
        g_list_store_remove (self->pullers, position);
      adw_preferences_page_remove (self->page, group);
      g_hash_table_iter_remove (&iter);
    }

  for (guint i = 0; i < g_list_model_get_n_items (servers); i++)
    {
      g_autoptr (LobeServer) added = g_list_model_get_item (servers, i);

      /* where nothing can be removed or fetched, there is nothing to do here */
      if ((lobe_server_get_library_actions (added) & (LOBE_LIBRARY_PULL | LOBE_LIBRARY_REMOVE)) != 0
          && !g_hash_table_contains (self->groups, added))
        add_group (self, added);
    }
  changed_cb (self);
}

static char *
name_server (LobeServer *server)
{
  return g_strdup (lobe_server_get_name (server));
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  /* what cannot be looked up does not wait for going on */
  lobe_transfers_load_finish (LOBE_TRANSFERS (object), result, NULL);
}

static void
lobe_models_dialog_dispose (GObject *object)
{
  LobeModelsDialog *self = LOBE_MODELS_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), LOBE_TYPE_MODELS_DIALOG);
  g_clear_object (&self->core);
  g_clear_object (&self->catalogue);
  g_clear_object (&self->pullers);
  g_clear_pointer (&self->groups, g_hash_table_unref);

  G_OBJECT_CLASS (lobe_models_dialog_parent_class)->dispose (object);
}

static void
lobe_models_dialog_class_init (LobeModelsDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lobe_models_dialog_dispose;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/lobe/Chat/ui/lobe-models-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LobeModelsDialog, toasts);
  gtk_widget_class_bind_template_child (widget_class, LobeModelsDialog, page);
  gtk_widget_class_bind_template_child (widget_class, LobeModelsDialog, name_row);
  gtk_widget_class_bind_template_child (widget_class, LobeModelsDialog, server_drop);
  gtk_widget_class_bind_template_child (widget_class, LobeModelsDialog, get_button);
  gtk_widget_class_bind_template_child (widget_class, LobeModelsDialog, error_group);
  gtk_widget_class_bind_template_child (widget_class, LobeModelsDialog, error_label);
  gtk_widget_class_bind_template_child (widget_class, LobeModelsDialog, transfers_group);
  gtk_widget_class_bind_template_child (widget_class, LobeModelsDialog, transfers_list);
  gtk_widget_class_bind_template_child (widget_class, LobeModelsDialog, catalogue_group);
  gtk_widget_class_bind_template_child (widget_class, LobeModelsDialog, catalogue_list);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, get_cb);
}

static void
lobe_models_dialog_init (LobeModelsDialog *self)
{
  g_autoptr (GtkExpression) name = NULL;

  self->pullers = g_list_store_new (LOBE_TYPE_SERVER);
  self->groups = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));

  name = gtk_cclosure_expression_new (G_TYPE_STRING, NULL, 0, NULL, G_CALLBACK (name_server), NULL, NULL);
  gtk_drop_down_set_expression (self->server_drop, name);
  gtk_drop_down_set_model (self->server_drop, G_LIST_MODEL (self->pullers));
}

/**
 * lobe_models_dialog_new:
 * @core: has the servers, and what is on its way
 *
 * Returns: (transfer floating): a dialog
 */
AdwDialog *
lobe_models_dialog_new (LobeCore *core)
{
  LobeModelsDialog *self = g_object_new (LOBE_TYPE_MODELS_DIALOG, NULL);
  LobeTransfers *transfers = lobe_core_get_transfers (core);

  self->core = g_object_ref (core);
  self->catalogue = lobe_catalogue_load_built_in ();

  gtk_list_box_bind_model (self->transfers_list, G_LIST_MODEL (transfers), create_transfer_row, NULL, NULL);
  g_signal_connect_object (transfers, "items-changed", G_CALLBACK (transfers_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (transfers, "arrived", G_CALLBACK (arrived_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lobe_server_get_models (lobe_core_get_engine_server (core)), "items-changed",
                           G_CALLBACK (update_catalogue), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lobe_core_get_servers (core), "items-changed", G_CALLBACK (servers_changed_cb), self, G_CONNECT_SWAPPED);
  transfers_changed_cb (self);
  servers_changed_cb (self);
  lobe_transfers_load_async (transfers, NULL, loaded_cb, NULL);

  return ADW_DIALOG (self);
}

/**
 * lobe_models_dialog_want:
 * @self: the dialog
 * @server: (nullable): who is to fetch it
 * @model: what a server calls it, or an address
 *
 * Has it ready to be got: the person only has to say so.
 */
void
lobe_models_dialog_want (LobeModelsDialog *self,
                         LobeServer       *server,
                         const char       *model)
{
  guint position;

  g_return_if_fail (LOBE_IS_MODELS_DIALOG (self));
  g_return_if_fail (model != NULL);

  if (server != NULL && g_list_store_find (self->pullers, server, &position))
    gtk_drop_down_set_selected (self->server_drop, position);
  gtk_editable_set_text (GTK_EDITABLE (self->name_row), model);
}
