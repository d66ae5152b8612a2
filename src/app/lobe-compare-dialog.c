/* lobe-compare-dialog.c: chooses the models that one question is put to */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-compare-dialog.h"

#include <glib/gi18n.h>
#include <string.h>

/* More columns than this can't be read beside each other. */
#define MAX_MODELS 4

struct _LobeCompareDialog
{
  AdwDialog       parent_instance;

  GtkSearchEntry *search_entry;
  GtkStack       *stack;
  GtkLabel       *hint_label;
  GtkListBox     *list;
  GtkWidget      *ask_button;

  LobeServers    *servers;
  char           *server;  /* that is chosen at first */
  char           *model;
  char          **words;
  guint           n_shown;
};

enum
{
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeCompareDialog, lobe_compare_dialog, ADW_TYPE_DIALOG)

static GtkCheckButton *
get_check (GtkListBoxRow *row)
{
  return GTK_CHECK_BUTTON (adw_action_row_get_activatable_widget (ADW_ACTION_ROW (row)));
}

static LobeModelInfo *
get_model (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "lobe-model");
}

static guint
count_chosen (LobeCompareDialog *self)
{
  GtkListBoxRow *row;
  guint n = 0;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    n += gtk_check_button_get_active (get_check (row));

  return n;
}

static void
update (LobeCompareDialog *self)
{
  guint n = count_chosen (self);
  GtkListBoxRow *row;
  g_autofree char *hint = NULL;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    gtk_widget_set_sensitive (GTK_WIDGET (row), n < MAX_MODELS || gtk_check_button_get_active (get_check (row)));

  if (n == 0)
    hint = g_strdup (_("Choose two to four models. Each answers the same question, side by side."));
  else
    hint = g_strdup_printf (ngettext ("%u model chosen", "%u models chosen", n), n);
  gtk_label_set_label (self->hint_label, hint);
  gtk_widget_set_sensitive (self->ask_button, n >= 2);
}

static gboolean
filter_cb (GtkListBoxRow *row,
           gpointer       user_data)
{
  LobeCompareDialog *self = user_data;
  LobeModelInfo *model = get_model (row);
  g_autofree char *text = g_strjoin (" ", lobe_model_info_get_name (model), lobe_model_info_get_id (model),
                                     adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), NULL);
  g_autofree char *folded = g_utf8_casefold (text, -1);

  for (guint i = 0; self->words != NULL && self->words[i] != NULL; i++)
    {
      if (strstr (folded, self->words[i]) == NULL)
        return FALSE;
    }

  self->n_shown++;

  return TRUE;
}

static void
search_changed_cb (LobeCompareDialog *self)
{
  g_autofree char *folded = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search_entry)), -1);

  g_strfreev (self->words);
  self->words = g_strsplit_set (folded, " \t", -1);
  self->n_shown = 0;
  gtk_list_box_invalidate_filter (self->list);
  gtk_stack_set_visible_child_name (self->stack, self->n_shown > 0 ? "models" : "empty");
}

static void
add_model (LobeCompareDialog *self,
           LobeServer        *server,
           LobeModelInfo     *model)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *check = gtk_check_button_new ();
  gboolean chosen = g_strcmp0 (self->server, lobe_server_get_id (server)) == 0 &&
                    g_strcmp0 (self->model, lobe_model_info_get_id (model)) == 0;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), lobe_model_info_get_name (model));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), lobe_server_get_name (server));
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 1);
  gtk_check_button_set_active (GTK_CHECK_BUTTON (check), chosen);
  gtk_widget_set_valign (check, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (check), GTK_ACCESSIBLE_PROPERTY_LABEL, lobe_model_info_get_name (model), -1);
  adw_action_row_add_prefix (ADW_ACTION_ROW (row), check);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), check);
  g_object_set_data_full (G_OBJECT (row), "lobe-model", g_object_ref (model), g_object_unref);
  g_signal_connect_swapped (check, "toggled", G_CALLBACK (update), self);
  /* the one that is chosen already is the first to be found */
  gtk_list_box_insert (self->list, row, chosen ? 0 : -1);
}

static gboolean
has_row (LobeCompareDialog *self,
         LobeModelInfo     *model)
{
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    {
      LobeModelInfo *present = get_model (row);

      if (g_strcmp0 (lobe_model_info_get_server (present), lobe_model_info_get_server (model)) == 0 &&
          strcmp (lobe_model_info_get_id (present), lobe_model_info_get_id (model)) == 0)
        return TRUE;
    }

  return FALSE;
}

/* What came in meanwhile is added; what is chosen stays. */
static void
add_models (LobeCompareDialog *self)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->servers)); i++)
    {
      g_autoptr (LobeServer) server = g_list_model_get_item (G_LIST_MODEL (self->servers), i);
      GListModel *models = lobe_server_get_models (server);

      /* the pool offers what its members do */
      if (lobe_server_get_pool (server) != NULL)
        continue;

      for (guint j = 0; j < g_list_model_get_n_items (models); j++)
        {
          g_autoptr (LobeModelInfo) model = g_list_model_get_item (models, j);

          if ((lobe_model_info_get_capabilities (model) & LOBE_CAPABILITY_EMBEDDING) == 0 && !has_row (self, model))
            add_model (self, server, model);
        }
    }

  update (self);
  search_changed_cb (self);
}

static void
refreshed_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (LobeCompareDialog) self = user_data;

  /* one that is off has no models to choose from */
  if (lobe_server_refresh_finish (LOBE_SERVER (object), result, NULL) && self->servers != NULL)
    add_models (self);
}

static void
ask_cb (LobeCompareDialog *self)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func (g_object_unref);
  GtkListBoxRow *row;

  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->list, i)) != NULL; i++)
    {
      if (gtk_check_button_get_active (get_check (row)))
        g_ptr_array_add (models, g_object_ref (get_model (row)));
    }

  g_signal_emit (self, signals[CHOSEN], 0, models);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
lobe_compare_dialog_dispose (GObject *object)
{
  LobeCompareDialog *self = LOBE_COMPARE_DIALOG (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), LOBE_TYPE_COMPARE_DIALOG);
  g_clear_object (&self->servers);

  G_OBJECT_CLASS (lobe_compare_dialog_parent_class)->dispose (object);
}

static void
lobe_compare_dialog_finalize (GObject *object)
{
  LobeCompareDialog *self = LOBE_COMPARE_DIALOG (object);

  g_free (self->server);
  g_free (self->model);
  g_strfreev (self->words);

  G_OBJECT_CLASS (lobe_compare_dialog_parent_class)->finalize (object);
}

static void
lobe_compare_dialog_class_init (LobeCompareDialogClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lobe_compare_dialog_dispose;
  G_OBJECT_CLASS (klass)->finalize = lobe_compare_dialog_finalize;

  signals[CHOSEN] = g_signal_new ("chosen", LOBE_TYPE_COMPARE_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                                  1, G_TYPE_PTR_ARRAY);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/lobe/Chat/ui/lobe-compare-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LobeCompareDialog, search_entry);
  gtk_widget_class_bind_template_child (widget_class, LobeCompareDialog, stack);
  gtk_widget_class_bind_template_child (widget_class, LobeCompareDialog, hint_label);
  gtk_widget_class_bind_template_child (widget_class, LobeCompareDialog, list);
  gtk_widget_class_bind_template_child (widget_class, LobeCompareDialog, ask_button);
  gtk_widget_class_bind_template_callback (widget_class, ask_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
}

static void
lobe_compare_dialog_init (LobeCompareDialog *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  gtk_list_box_set_filter_func (self->list, filter_cb, self, NULL);
}

/**
 * lobe_compare_dialog_new:
 * @servers: whose models can be chosen
 * @server: (nullable): the server of the model that is chosen at first
 * @model: (nullable): that model
 *
 * Servers on this machine that were not asked yet are asked; others are listed with what is known of them.
 *
 * Returns: (transfer floating): a dialog
 */
AdwDialog *
lobe_compare_dialog_new (LobeServers *servers,
                         const char  *server,
                         const char  *model)
{
  LobeCompareDialog *self = g_object_new (LOBE_TYPE_COMPARE_DIALOG, NULL);

  self->servers = g_object_ref (servers);
  self->server = g_strdup (server);
  self->model = g_strdup (model);
  add_models (self);

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (servers)); i++)
    {
      g_autoptr (LobeServer) item = g_list_model_get_item (G_LIST_MODEL (servers), i);

      if (lobe_server_get_state (item) == LOBE_SERVER_UNKNOWN && !lobe_server_get_on_demand (item))
        lobe_server_refresh_async (item, NULL, refreshed_cb, g_object_ref (self));
    }

  return ADW_DIALOG (self);
}
