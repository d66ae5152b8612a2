/* lobe-engine-row.c: the built-in model, as a row: use it, or bring it first */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-engine-row.h"

#include <glib/gi18n.h>

struct _LobeEngineRow
{
  AdwActionRow        parent_instance;

  GtkWidget          *progress;
  GtkWidget          *cancel_button;
  GtkWidget          *arrow;

  LobeCore           *core;
  LobeCatalogueEntry *entry;       /* the model that is offered */
  LobeTransfer       *transfer;    /* that brings it */
  char               *program;     /* NULL: the engine is not installed */
  char               *error;
};

enum
{
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeEngineRow, lobe_engine_row, ADW_TYPE_ACTION_ROW)

static gboolean
has_model (LobeEngineRow *self)
{
  LobeServer *server = lobe_core_get_engine_server (self->core);

  return server != NULL && g_list_model_get_n_items (lobe_server_get_models (server)) > 0;
}

static void
update (LobeEngineRow *self)
{
  AdwPreferencesRow *row = ADW_PREFERENCES_ROW (self);
  gboolean running = self->transfer != NULL && lobe_transfer_get_state (self->transfer) == LOBE_TRANSFER_RUNNING;
  g_autofree char *subtitle = NULL;
  gboolean can_act = TRUE;

  gtk_widget_set_visible (self->progress, running);
  gtk_widget_set_visible (self->cancel_button, running);

  if (self->program == NULL)
    {
      adw_preferences_row_set_title (row, _("The Built-in Model Needs llama.cpp"));
      /* inside a Flatpak nobody can install a program */
      subtitle = g_strdup (g_file_test ("/.flatpak-info", G_FILE_TEST_EXISTS)
                               ? _("This Flatpak comes without it; use a server on this computer or in your network")
                               : _("Install the program llama-server, and it appears here"));
      can_act = FALSE;
    }
  else if (has_model (self))
    {
      adw_preferences_row_set_title (row, _("Use the Built-in Model"));
      subtitle = g_strdup (_("Works offline, for simple questions"));
    }
  else if (self->entry == NULL)
    {
      adw_preferences_row_set_title (row, _("No Built-in Model"));
      subtitle = g_strdup (_("This copy of Lobe Chat knows none to bring"));
      can_act = FALSE;
    }
  else
    {
      g_autofree char *size = g_format_size (lobe_catalogue_entry_get_size (self->entry));

      adw_preferences_row_set_title (row, running ? _("Getting the Model") : _("Get the Built-in Model"));

      if (running)
        {
          gint64 received = lobe_transfer_get_received (self->transfer);
          g_autofree char *so_far = g_format_size (received);

          /* Translators: how much of a file is here, and how much it is in all */
          subtitle = g_strdup_printf (_("%s of %s"), so_far, size);
          if (lobe_catalogue_entry_get_size (self->entry) > 0)
            gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress),
                                           CLAMP ((double) received / lobe_catalogue_entry_get_size (self->entry), 0, 1));
          can_act = FALSE;
        }
      else if (self->error != NULL)
        subtitle = g_strdup_printf ("%s\n%s", self->error, _("Press to try again"));
      else
        /* Translators: name of a model, size, licence, host that it comes from */
        subtitle = g_strdup_printf (_("%s · %s · %s · from %s"), lobe_catalogue_entry_get_name (self->entry), size,
                                    lobe_catalogue_entry_get_licence (self->entry), lobe_catalogue_entry_get_host (self->entry));
    }

  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (self), can_act);
  gtk_widget_set_visible (self->arrow, can_act);
}

static void
models_changed_cb (LobeEngineRow *self)
{
  update (self);
}

static void
arrived_cb (LobeEngineRow *self,
            LobeTransfer  *transfer,
            LobeServer    *server)
{
  if (transfer != self->transfer)
    return;

  if (lobe_server_get_error (server) != NULL)
    g_set_str (&self->error, lobe_server_get_error (server)->message);
  update (self);
  if (has_model (self))
    g_signal_emit (self, signals[CHOSEN], 0, server);
}

static void
transfer_changed_cb (LobeEngineRow *self)
{
  const GError *error = lobe_transfer_get_error (self->transfer);

  g_set_str (&self->error, error != NULL ? error->message : NULL);
  update (self);
}

static void
cancel_cb (LobeEngineRow *self)
{
  if (self->transfer != NULL)
    lobe_transfer_pause (self->transfer);
}

static void
lobe_engine_row_activate (AdwActionRow *row)
{
  LobeEngineRow *self = LOBE_ENGINE_ROW (row);
  LobeTransfer *transfer;

  if (has_model (self))
    {
      g_signal_emit (self, signals[CHOSEN], 0, lobe_core_get_engine_server (self->core));
      return;
    }

  if (self->program == NULL || self->entry == NULL)
    return;

  transfer = lobe_transfers_fetch (lobe_core_get_transfers (self->core), self->entry);
  if (g_set_object (&self->transfer, transfer))
    g_signal_connect_object (transfer, "notify", G_CALLBACK (transfer_changed_cb), self, G_CONNECT_SWAPPED);
  transfer_changed_cb (self);
}

static void
lobe_engine_row_dispose (GObject *object)
{
  LobeEngineRow *self = LOBE_ENGINE_ROW (object);

  cancel_cb (self);
  self->arrow = NULL;
  g_clear_object (&self->core);
  g_clear_object (&self->entry);
  g_clear_object (&self->transfer);
  g_clear_pointer (&self->program, g_free);
  g_clear_pointer (&self->error, g_free);

  G_OBJECT_CLASS (lobe_engine_row_parent_class)->dispose (object);
}

static void
lobe_engine_row_class_init (LobeEngineRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lobe_engine_row_dispose;
  ADW_ACTION_ROW_CLASS (klass)->activate = lobe_engine_row_activate;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, LOBE_TYPE_SERVER);
}

static void
lobe_engine_row_init (LobeEngineRow *self)
{
  GtkWidget *icon = gtk_image_new_from_icon_name ("computer-symbolic");

  gtk_image_set_pixel_size (GTK_IMAGE (icon), 20);
  gtk_widget_add_css_class (icon, "choice-icon");
  adw_action_row_add_prefix (ADW_ACTION_ROW (self), icon);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 4);
  /* an error message may have anything in it */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);

  self->progress = gtk_progress_bar_new ();
  gtk_widget_set_size_request (self->progress, 96, -1);
  gtk_widget_set_valign (self->progress, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->progress);

  self->cancel_button = gtk_button_new_from_icon_name ("process-stop-symbolic");
  gtk_widget_set_tooltip_text (self->cancel_button, _("Cancel"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->cancel_button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Cancel"), -1);
  gtk_widget_set_valign (self->cancel_button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (self->cancel_button, "flat");
  gtk_widget_add_css_class (self->cancel_button, "circular");
  g_signal_connect_object (self->cancel_button, "clicked", G_CALLBACK (cancel_cb), self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->cancel_button);

  self->arrow = gtk_image_new_from_icon_name ("go-next-symbolic");
  gtk_widget_add_css_class (self->arrow, "dimmed");
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->arrow);
}

/**
 * lobe_engine_row_new:
 * @core: has the engine
 *
 * Returns: (transfer floating): a row for a boxed list
 */
GtkWidget *
lobe_engine_row_new (LobeCore *core)
{
  LobeEngineRow *self = g_object_new (LOBE_TYPE_ENGINE_ROW, NULL);
  g_autoptr (GListModel) catalogue = lobe_catalogue_load_built_in ();
  g_auto (GStrv) environment = g_get_environ ();

  self->core = g_object_ref (core);
  self->entry = catalogue != NULL ? g_list_model_get_item (catalogue, 0) : NULL;
  self->program = lobe_engine_find_program ((const char * const *) environment);

  g_signal_connect_object (lobe_server_get_models (lobe_core_get_engine_server (core)), "items-changed",
                           G_CALLBACK (models_changed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lobe_core_get_transfers (core), "arrived", G_CALLBACK (arrived_cb), self, G_CONNECT_SWAPPED);
  update (self);

  return GTK_WIDGET (self);
}
