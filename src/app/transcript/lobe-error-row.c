/* lobe-error-row.c: a card that says why there is no answer, and what to do */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-error-row.h"

#include "base/lobe-error.h"

#include <glib/gi18n.h>

struct _LobeErrorRow
{
  GtkWidget  parent_instance;
  GtkWidget *card;
  GtkWidget *title;
  GtkWidget *body;
  GtkWidget *retry;
};

G_DEFINE_FINAL_TYPE (LobeErrorRow, lobe_error_row, GTK_TYPE_WIDGET)

static void
lobe_error_row_dispose (GObject *object)
{
  g_clear_pointer (&LOBE_ERROR_ROW (object)->card, gtk_widget_unparent);

  G_OBJECT_CLASS (lobe_error_row_parent_class)->dispose (object);
}

static void
lobe_error_row_class_init (LobeErrorRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lobe_error_row_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_ALERT);
}

static GtkWidget *
text_label (const char *css_class)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_width_chars (GTK_LABEL (label), 12);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (css_class)
    gtk_widget_add_css_class (label, css_class);

  return label;
}

static void
lobe_error_row_init (LobeErrorRow *self)
{
  GtkWidget *line = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12), *text = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3), *icon;

  self->card = gtk_box_new (GTK_ORIENTATION_VERTICAL, 12);
  gtk_widget_set_css_classes (self->card, (const char *[]) { "card", "notice", NULL });

  icon = gtk_image_new_from_icon_name ("dialog-error-symbolic");
  gtk_widget_set_valign (icon, GTK_ALIGN_START);
  gtk_widget_set_margin_top (icon, 2);
  gtk_widget_add_css_class (icon, "error");
  gtk_box_append (GTK_BOX (line), icon);

  self->title = text_label ("heading");
  self->body = text_label (NULL);
  gtk_label_set_selectable (GTK_LABEL (self->body), TRUE);
  gtk_widget_set_focusable (self->body, FALSE);
  gtk_widget_set_hexpand (text, TRUE);
  gtk_box_append (GTK_BOX (text), self->title);
  gtk_box_append (GTK_BOX (text), self->body);
  gtk_box_append (GTK_BOX (line), text);
  gtk_box_append (GTK_BOX (self->card), line);

  self->retry = gtk_button_new_with_mnemonic (_("_Retry"));
  gtk_widget_set_halign (self->retry, GTK_ALIGN_END);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->retry), "s", "");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->retry), "win.retry");
  gtk_box_append (GTK_BOX (self->card), self->retry);

  gtk_widget_set_parent (self->card, GTK_WIDGET (self));
}

GtkWidget *
lobe_error_row_new (void)
{
  return g_object_new (LOBE_TYPE_ERROR_ROW, NULL);
}

static const char *
title_for (int code)
{
  switch (code)
    {
    case LOBE_ERROR_UNREACHABLE:
      return _("The server does not answer");
    case LOBE_ERROR_TIMED_OUT:
      return _("The server took too long");
    case LOBE_ERROR_TLS:
      return _("The connection is not secure");
    case LOBE_ERROR_PROXY:
      return _("The proxy refused the connection");
    case LOBE_ERROR_POLICY:
      return _("This request was not let out");
    case LOBE_ERROR_AUTHENTICATION:
      return _("The server wants a valid key");
    case LOBE_ERROR_FORBIDDEN:
      return _("The server does not allow this");
    case LOBE_ERROR_NOT_FOUND:
      return _("There is no such service at this address");
    case LOBE_ERROR_MODEL_NOT_FOUND:
      return _("The server does not have this model");
    case LOBE_ERROR_CONTEXT_OVERFLOW:
      return _("This chat is too long for the model");
    case LOBE_ERROR_RATE_LIMITED:
      return _("Too many requests");
    case LOBE_ERROR_OVERLOADED:
      return _("The server is busy");
    case LOBE_ERROR_LOADING:
      return _("The model is still loading");
    case LOBE_ERROR_BAD_REQUEST:
      return _("The server did not accept the request");
    case LOBE_ERROR_CONTENT_FILTER:
      return _("The provider's filter refused this");
    case LOBE_ERROR_SERVER:
      return _("The server failed");
    case LOBE_ERROR_PROTOCOL:
      return _("The server's answer makes no sense");
    case LOBE_ERROR_INTERRUPTED:
      return _("The answer broke off");
    case LOBE_ERROR_UNSUPPORTED:
      return _("This is not supported");
    case LOBE_ERROR_STORE:
      return _("The chat could not be saved");
    case LOBE_ERROR_NOT_INSTALLED:
      return _("Something is not installed");
    case LOBE_ERROR_CRASHED:
      return _("The built-in model stopped unexpectedly");
    default:
      return _("There is no answer");
    }
}

/**
 * lobe_error_row_set_row:
 * @self: the widget
 * @row: a row of a failed answer
 */
void
lobe_error_row_set_row (LobeErrorRow *self,
                        LobeRow      *row)
{
  LobeMessage *message = lobe_row_get_message (row);
  const char *text = lobe_message_get_error_text (message);

  gtk_label_set_text (GTK_LABEL (self->title), title_for (lobe_message_get_error_code (message)));
  gtk_label_set_text (GTK_LABEL (self->body), text ? text : "");
  gtk_widget_set_visible (self->body, text && *text);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->retry), "s", lobe_message_get_id (message));
}
