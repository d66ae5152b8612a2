/* lobe-address-dialog.c: asks for the address of a server, finds out what it speaks and adds it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-address-dialog.h"

#include "base/lobe-error.h"
#include "server/lobe-discovery.h"

#include <glib/gi18n.h>

struct _LobeAddressDialog
{
  AdwDialog     parent_instance;

  GtkStack     *connect_stack;
  GtkWidget    *connect_button;
  GtkWidget    *address_row;
  GtkLabel     *hint_label;
  GtkLabel     *error_label;

  LobeCore     *core;
  GCancellable *cancellable;
};

enum
{
  ADDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeAddressDialog, lobe_address_dialog, ADW_TYPE_DIALOG)

static void
set_error (LobeAddressDialog *self,
           const char        *text)
{
  gtk_label_set_label (self->error_label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), text != NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->hint_label), text == NULL);
  if (text != NULL)
    gtk_widget_add_css_class (self->address_row, "error");
  else
    gtk_widget_remove_css_class (self->address_row, "error");
}

static void
set_busy (LobeAddressDialog *self,
          gboolean           busy)
{
  gtk_stack_set_visible_child_name (self->connect_stack, busy ? "spinner" : "button");
  gtk_editable_set_editable (GTK_EDITABLE (self->address_row), !busy);
}

static char *
advise (const GError *error)
{
  if (error->domain == LOBE_ERROR)
    switch ((LobeError) error->code)
      {
      case LOBE_ERROR_UNREACHABLE:
        return g_strdup (_("Nothing answers there. Is the server running, and does it accept connections from this computer?"));
      case LOBE_ERROR_TIMED_OUT:
        return g_strdup (_("The server did not answer in time. Check the address, and whether a firewall is in the way."));
      case LOBE_ERROR_AUTHENTICATION:
      case LOBE_ERROR_FORBIDDEN:
        return g_strdup (_("This server wants a key. Add it in Preferences under Servers, where a key can be entered."));
      case LOBE_ERROR_NOT_FOUND:
      case LOBE_ERROR_PROTOCOL:
        return g_strdup (_("Something answers there, but it is not a model server that Lobe Chat knows. Often the address has to end in /v1."));
      default:
        break;
      }

  return g_strdup (error->message);
}

static void
probed_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (LobeAddressDialog) self = LOBE_ADDRESS_DIALOG (user_data);
  g_autoptr (GError) error = NULL;
  g_autoptr (LobeServer) server = lobe_discovery_probe_finish (result, &error);

  if (self->address_row == NULL || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  set_busy (self, FALSE);

  if (server == NULL)
    {
      g_autofree char *text = advise (error);

      set_error (self, text);
      gtk_widget_grab_focus (self->address_row);
      return;
    }

  lobe_servers_add (lobe_core_get_servers (self->core), server);
  g_signal_emit (self, signals[ADDED], 0, server);
  adw_dialog_close (ADW_DIALOG (self));
}

static void
connect_cb (LobeAddressDialog *self)
{
  g_autofree char *address = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (self->address_row))));

  if (*address == '\0' || !gtk_editable_get_editable (GTK_EDITABLE (self->address_row)))
    return;

  set_error (self, NULL);
  set_busy (self, TRUE);
  lobe_discovery_probe_async (lobe_core_get_http (self->core), lobe_core_get_drivers (self->core), address,
                              self->cancellable, probed_cb, g_object_ref (self));
}

static void
changed_cb (LobeAddressDialog *self)
{
  set_error (self, NULL);
  gtk_widget_set_sensitive (self->connect_button, *gtk_editable_get_text (GTK_EDITABLE (self->address_row)) != '\0');
}

static void
lobe_address_dialog_closed (AdwDialog *dialog)
{
  g_cancellable_cancel (LOBE_ADDRESS_DIALOG (dialog)->cancellable);
}

static void
lobe_address_dialog_dispose (GObject *object)
{
  LobeAddressDialog *self = LOBE_ADDRESS_DIALOG (object);

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), LOBE_TYPE_ADDRESS_DIALOG);
  g_clear_object (&self->core);

  G_OBJECT_CLASS (lobe_address_dialog_parent_class)->dispose (object);
}

static void
lobe_address_dialog_finalize (GObject *object)
{
  g_clear_object (&LOBE_ADDRESS_DIALOG (object)->cancellable);

  G_OBJECT_CLASS (lobe_address_dialog_parent_class)->finalize (object);
}

static void
lobe_address_dialog_class_init (LobeAddressDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lobe_address_dialog_dispose;
  object_class->finalize = lobe_address_dialog_finalize;
  ADW_DIALOG_CLASS (klass)->closed = lobe_address_dialog_closed;

  signals[ADDED] = g_signal_new ("added", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, LOBE_TYPE_SERVER);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/lobe/Chat/ui/lobe-address-dialog.ui");
  gtk_widget_class_bind_template_child (widget_class, LobeAddressDialog, connect_stack);
  gtk_widget_class_bind_template_child (widget_class, LobeAddressDialog, connect_button);
  gtk_widget_class_bind_template_child (widget_class, LobeAddressDialog, address_row);
  gtk_widget_class_bind_template_child (widget_class, LobeAddressDialog, hint_label);
  gtk_widget_class_bind_template_child (widget_class, LobeAddressDialog, error_label);
  gtk_widget_class_bind_template_callback (widget_class, changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, connect_cb);
}

static void
lobe_address_dialog_init (LobeAddressDialog *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
  changed_cb (self);
}

/**
 * lobe_address_dialog_new:
 * @core: whose servers get one more
 *
 * Returns: (transfer floating): a dialog
 */
AdwDialog *
lobe_address_dialog_new (LobeCore *core)
{
  LobeAddressDialog *self = g_object_new (LOBE_TYPE_ADDRESS_DIALOG, NULL);

  self->core = g_object_ref (core);

  return ADW_DIALOG (self);
}
