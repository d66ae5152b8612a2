/* lobe-library-row.c: a model that a server has: how large, how it fits, and buttons to unload and delete it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-library-row.h"

#include "engine/lobe-fit.h"

#include <glib/gi18n.h>

struct _LobeLibraryRow
{
  AdwActionRow   parent_instance;

  GtkWidget     *loaded;
  GtkWidget     *unload_button;
  GtkWidget     *delete_button;
  GtkWidget     *spinner;

  LobeServer    *server;
  LobeModelInfo *model;
  gboolean       busy;
};

enum
{
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeLibraryRow, lobe_library_row, ADW_TYPE_ACTION_ROW)

/* What runs has its memory already; of another computer nobody knows. */
static char *
dup_fit (LobeLibraryRow *self)
{
  LobeMemory memory = lobe_memory_read ();
  gint64 need = lobe_model_info_get_memory (self->model);

  if (lobe_model_info_get_loaded (self->model) || !lobe_server_is_local (self->server))
    return NULL;
  if (need == 0)
    need = lobe_fit_need (lobe_model_info_get_size (self->model), 0, 0);

  return lobe_fit_dup_words (lobe_fit_judge (need, memory), need, memory);
}

static void
update (LobeLibraryRow *self)
{
  LobeModelInfo *model = self->model;
  LobeLibraryAction actions = lobe_server_get_library_actions (self->server);
  gboolean loaded = lobe_model_info_get_loaded (model);
  g_autofree char *size = g_format_size (lobe_model_info_get_size (model));
  g_autofree char *fit = dup_fit (self);
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  g_autofree char *subtitle = NULL;

  if (lobe_model_info_get_size (model) > 0)
    g_ptr_array_add (parts, size);
  if (lobe_model_info_get_parameters (model) != NULL)
    g_ptr_array_add (parts, (gpointer) lobe_model_info_get_parameters (model));
  if (lobe_model_info_get_quantization (model) != NULL)
    g_ptr_array_add (parts, (gpointer) lobe_model_info_get_quantization (model));
  if (lobe_model_info_get_licence (model) != NULL)
    g_ptr_array_add (parts, (gpointer) lobe_model_info_get_licence (model));
  if (lobe_model_info_get_capabilities (model) & LOBE_CAPABILITY_EMBEDDING)
    g_ptr_array_add (parts, _("For embeddings, not for chats"));
  if (fit != NULL)
    g_ptr_array_add (parts, fit);
  g_ptr_array_add (parts, NULL);
  subtitle = g_strjoinv (" · ", (char **) parts->pdata);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), lobe_model_info_get_name (model));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self), lobe_model_info_get_id (model));
  gtk_widget_set_visible (self->loaded, loaded);
  gtk_widget_set_visible (self->unload_button, loaded && !self->busy && (actions & LOBE_LIBRARY_UNLOAD));
  gtk_widget_set_visible (self->delete_button, !self->busy && (actions & LOBE_LIBRARY_REMOVE));
  gtk_widget_set_visible (self->spinner, self->busy);
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
done_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (LobeLibraryRow) self = LOBE_LIBRARY_ROW (user_data);
  g_autoptr (GError) error = NULL;

  self->busy = FALSE;
  if (!lobe_server_run_library_finish (LOBE_SERVER (object), result, &error))
    g_signal_emit (self, signals[FAILED], 0, error->message);

  lobe_server_refresh_async (LOBE_SERVER (object), NULL, refreshed_cb, NULL);
  if (self->model != NULL)
    update (self);
}

static void
run (LobeLibraryRow    *self,
     LobeLibraryAction  action)
{
  self->busy = TRUE;
  update (self);
  lobe_server_run_library_async (self->server, action, self->model, NULL, NULL, NULL, done_cb, g_object_ref (self));
}

static void
unload_cb (LobeLibraryRow *self)
{
  run (self, LOBE_LIBRARY_UNLOAD);
}

static void
answered_cb (LobeLibraryRow *self,
             const char     *response)
{
  if (g_str_equal (response, "delete") && self->model != NULL && !self->busy)
    run (self, LOBE_LIBRARY_REMOVE);
}

/* It may be many gigabytes that nobody can bring back but by fetching them again. */
static void
delete_cb (LobeLibraryRow *self)
{
  AdwDialog *dialog = adw_alert_dialog_new (NULL, NULL);
  g_autofree char *size = g_format_size (lobe_model_info_get_size (self->model));

  adw_alert_dialog_format_heading (ADW_ALERT_DIALOG (dialog), _("Delete “%s”?"), lobe_model_info_get_name (self->model));
  if (lobe_model_info_get_size (self->model) > 0)
    /* Translators: the first is an amount of disk space, the second the name of a server */
    adw_alert_dialog_format_body (ADW_ALERT_DIALOG (dialog), _("This frees %s on %s. To use it again, it has to be downloaded again."),
                                  size, lobe_server_get_name (self->server));
  else
    adw_alert_dialog_format_body (ADW_ALERT_DIALOG (dialog), _("To use it again, it has to be downloaded again."));
  adw_alert_dialog_add_responses (ADW_ALERT_DIALOG (dialog), "cancel", _("_Cancel"), "delete", _("_Delete"), NULL);
  adw_alert_dialog_set_response_appearance (ADW_ALERT_DIALOG (dialog), "delete", ADW_RESPONSE_DESTRUCTIVE);
  adw_alert_dialog_set_close_response (ADW_ALERT_DIALOG (dialog), "cancel");
  adw_alert_dialog_set_default_response (ADW_ALERT_DIALOG (dialog), "cancel");
  g_signal_connect_object (dialog, "response", G_CALLBACK (answered_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
lobe_library_row_dispose (GObject *object)
{
  LobeLibraryRow *self = LOBE_LIBRARY_ROW (object);

  g_clear_object (&self->server);
  g_clear_object (&self->model);

  G_OBJECT_CLASS (lobe_library_row_parent_class)->dispose (object);
}

static void
lobe_library_row_class_init (LobeLibraryRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lobe_library_row_dispose;

  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static GtkWidget *
add_button (LobeLibraryRow *self,
            const char     *icon,
            const char     *words,
            GCallback       callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, words);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), button);

  return button;
}

static void
lobe_library_row_init (LobeLibraryRow *self)
{
  /* what a file says of itself may have anything in it */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 3);

  self->loaded = gtk_label_new (_("Loaded"));
  gtk_widget_add_css_class (self->loaded, "caption");
  gtk_widget_add_css_class (self->loaded, "success");
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->loaded);
  self->unload_button = add_button (self, "media-eject-symbolic", _("Unload, so that its memory is free"), G_CALLBACK (unload_cb));
  self->delete_button = add_button (self, "user-trash-symbolic", _("Delete"), G_CALLBACK (delete_cb));
  self->spinner = adw_spinner_new ();
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->spinner);
}

/**
 * lobe_library_row_new:
 * @server: a server whose models can be looked after
 * @model: one of its models
 *
 * Returns: (transfer floating): a row for a boxed list
 */
GtkWidget *
lobe_library_row_new (LobeServer    *server,
                      LobeModelInfo *model)
{
  LobeLibraryRow *self = g_object_new (LOBE_TYPE_LIBRARY_ROW, NULL);
  /* Translators: %s is the name of a model */
  g_autofree char *delete_label = g_strdup_printf (_("Delete %s"), lobe_model_info_get_name (model));
  g_autofree char *unload_label = g_strdup_printf (_("Unload %s"), lobe_model_info_get_name (model));

  self->server = g_object_ref (server);
  self->model = g_object_ref (model);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->delete_button), GTK_ACCESSIBLE_PROPERTY_LABEL, delete_label, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->unload_button), GTK_ACCESSIBLE_PROPERTY_LABEL, unload_label, -1);
  g_signal_connect_object (model, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  update (self);
  lobe_server_learn (server, model);

  return GTK_WIDGET (self);
}
