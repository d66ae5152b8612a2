/* lobe-transfer-row.c: a model on its way: how far it is, and buttons to pause it, go on or give it up */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-transfer-row.h"

#include "engine/lobe-download.h"
#include "engine/lobe-fit.h"

#include <glib/gi18n.h>

struct _LobeTransferRow
{
  AdwActionRow   parent_instance;

  GtkWidget     *progress;
  GtkButton     *run_button;
  GtkWidget     *discard_button;

  LobeTransfer  *transfer;
};

G_DEFINE_FINAL_TYPE (LobeTransferRow, lobe_transfer_row, ADW_TYPE_ACTION_ROW)

/* For this computer only: of another nobody knows. */
static char *
dup_warning (LobeTransferRow *self)
{
  LobeMemory memory = lobe_memory_read ();
  gint64 need = lobe_fit_need (lobe_transfer_get_size (self->transfer), 0, 0);
  LobeFit fit = LOBE_IS_DOWNLOAD (self->transfer) ? lobe_fit_judge (need, memory) : LOBE_FIT_UNKNOWN;

  return fit >= LOBE_FIT_TIGHT ? lobe_fit_dup_words (fit, need, memory) : NULL;
}

static char *
dup_amount (LobeTransferRow *self)
{
  gint64 size = lobe_transfer_get_size (self->transfer);
  g_autofree char *received = g_format_size (lobe_transfer_get_received (self->transfer));
  g_autofree char *all = g_format_size (size);

  if (size > 0)
    return g_strdup_printf (_("%s of %s"), received, all);

  return lobe_transfer_get_received (self->transfer) > 0 ? g_steal_pointer (&received) : NULL;
}

static void
set_run_button (LobeTransferRow *self,
                const char      *icon,
                const char      *words,
                const char      *name)
{
  /* Translators: what a button does with a model: “Pause Qwen3 8B” */
  g_autofree char *label = g_strdup_printf ("%s %s", words, name);

  gtk_button_set_icon_name (self->run_button, icon);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->run_button), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->run_button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

static void
update (LobeTransferRow *self)
{
  LobeTransferState state = lobe_transfer_get_state (self->transfer);
  const GError *error = lobe_transfer_get_error (self->transfer);
  const char *name = lobe_transfer_get_name (self->transfer);
  gint64 size = lobe_transfer_get_size (self->transfer);
  gboolean running = state == LOBE_TRANSFER_RUNNING;
  g_autofree char *amount = dup_amount (self);
  g_autofree char *warning = dup_warning (self);
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();
  g_autofree char *subtitle = NULL;

  if (error != NULL)
    g_ptr_array_add (parts, error->message);
  else if (running && lobe_transfer_get_words (self->transfer) != NULL)
    g_ptr_array_add (parts, (gpointer) lobe_transfer_get_words (self->transfer));
  else if (state == LOBE_TRANSFER_PAUSED)
    g_ptr_array_add (parts, _("Paused"));
  if (amount != NULL)
    g_ptr_array_add (parts, amount);
  g_ptr_array_add (parts, (gpointer) lobe_transfer_get_source (self->transfer));
  if (warning != NULL)
    g_ptr_array_add (parts, warning);
  g_ptr_array_add (parts, NULL);
  subtitle = g_strjoinv (" · ", (char **) parts->pdata);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self), name);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (self), subtitle);
  gtk_widget_set_visible (self->progress, size > 0);
  gtk_progress_bar_set_fraction (GTK_PROGRESS_BAR (self->progress),
                                 size > 0 ? CLAMP ((double) lobe_transfer_get_received (self->transfer) / size, 0, 1) : 0);

  if (running)
    set_run_button (self, "media-playback-pause-symbolic", _("Pause"), name);
  else if (error != NULL)
    set_run_button (self, "view-refresh-symbolic", _("Try Again"), name);
  else
    set_run_button (self, "media-playback-start-symbolic", _("Resume"), name);
}

static void
run_cb (LobeTransferRow *self)
{
  if (lobe_transfer_get_state (self->transfer) == LOBE_TRANSFER_RUNNING)
    lobe_transfer_pause (self->transfer);
  else
    lobe_transfer_start (self->transfer);
}

static void
discard_cb (LobeTransferRow *self)
{
  lobe_transfer_discard (self->transfer);
}

static GtkWidget *
add_button (LobeTransferRow *self,
            const char      *icon,
            GCallback        callback)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  g_signal_connect_object (button, "clicked", callback, self, G_CONNECT_SWAPPED);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), button);

  return button;
}

static void
lobe_transfer_row_dispose (GObject *object)
{
  g_clear_object (&LOBE_TRANSFER_ROW (object)->transfer);

  G_OBJECT_CLASS (lobe_transfer_row_parent_class)->dispose (object);
}

static void
lobe_transfer_row_class_init (LobeTransferRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lobe_transfer_row_dispose;
}

static void
lobe_transfer_row_init (LobeTransferRow *self)
{
  /* a name and an error may have anything in them */
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (self), FALSE);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (self), 4);

  self->progress = gtk_progress_bar_new ();
  gtk_widget_set_size_request (self->progress, 72, -1);
  gtk_widget_set_valign (self->progress, GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (ADW_ACTION_ROW (self), self->progress);

  self->run_button = GTK_BUTTON (add_button (self, "media-playback-pause-symbolic", G_CALLBACK (run_cb)));
  self->discard_button = add_button (self, "process-stop-symbolic", G_CALLBACK (discard_cb));
}

/**
 * lobe_transfer_row_new:
 * @transfer: a model on its way
 *
 * Returns: (transfer floating): a row for a boxed list
 */
GtkWidget *
lobe_transfer_row_new (LobeTransfer *transfer)
{
  LobeTransferRow *self = g_object_new (LOBE_TYPE_TRANSFER_ROW, NULL);
  g_autofree char *label = NULL;

  self->transfer = g_object_ref (transfer);
  g_signal_connect_object (transfer, "notify", G_CALLBACK (update), self, G_CONNECT_SWAPPED);

  /* Translators: %s is the name of a model that is being downloaded */
  label = g_strdup_printf (_("Give Up %s"), lobe_transfer_get_name (transfer));
  gtk_widget_set_tooltip_text (self->discard_button, _("Give Up"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->discard_button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  update (self);

  return GTK_WIDGET (self);
}
