/* lobe-error-row.c: a card that says why there is no answer, and what to do */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-error-row.h"

#include "app/transcript/lobe-remedy.h"
#include "app/transcript/lobe-transcript.h"
#include "base/lobe-error.h"

#include <adwaita.h>
#include <glib/gi18n.h>

struct _LobeErrorRow
{
  GtkWidget    parent_instance;
  GtkWidget   *card;
  GtkWidget   *title;
  GtkWidget   *body;
  GtkWidget   *advice;
  GtkWidget   *open;
  GtkWidget   *buttons[2];
  GtkWidget   *extra;
  GtkWidget   *details;
  LobeMessage *message;
  guint        tick_id;
};

G_DEFINE_FINAL_TYPE (LobeErrorRow, lobe_error_row, GTK_TYPE_WIDGET)

static void
lobe_error_row_dispose (GObject *object)
{
  LobeErrorRow *self = LOBE_ERROR_ROW (object);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  g_clear_pointer (&self->card, gtk_widget_unparent);
  g_clear_object (&self->message);

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

static void open_cb (LobeErrorRow *self);
static void copy_cb (LobeErrorRow *self);

static GtkWidget *
make_bar (LobeErrorRow *self)
{
  GtkWidget *bar = adw_wrap_box_new ();
  GtkWidget *content = adw_button_content_new ();
  GtkWidget *buttons = adw_wrap_box_new ();

  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (bar), 6);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (bar), 6);

  adw_button_content_set_label (ADW_BUTTON_CONTENT (content), _("_Details"));
  adw_button_content_set_use_underline (ADW_BUTTON_CONTENT (content), TRUE);
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (content), "pan-end-symbolic");
  self->open = gtk_button_new ();
  gtk_button_set_child (GTK_BUTTON (self->open), content);
  gtk_widget_add_css_class (self->open, "flat");
  gtk_widget_add_css_class (self->open, "disclosure");
  gtk_widget_set_valign (self->open, GTK_ALIGN_CENTER);
  g_signal_connect_swapped (self->open, "clicked", G_CALLBACK (open_cb), self);
  adw_wrap_box_append (ADW_WRAP_BOX (bar), self->open);

  /* they go below the details, and below each other, where the window is too narrow */
  adw_wrap_box_set_child_spacing (ADW_WRAP_BOX (buttons), 6);
  adw_wrap_box_set_line_spacing (ADW_WRAP_BOX (buttons), 6);
  adw_wrap_box_set_align (ADW_WRAP_BOX (buttons), 1);
  gtk_widget_set_hexpand (buttons, TRUE);
  adw_wrap_box_append (ADW_WRAP_BOX (bar), buttons);

  for (guint i = 0; i < G_N_ELEMENTS (self->buttons); i++)
    {
      self->buttons[i] = gtk_button_new_with_mnemonic ("");
      adw_wrap_box_append (ADW_WRAP_BOX (buttons), self->buttons[i]);
    }

  return bar;
}

static GtkWidget *
make_details (LobeErrorRow *self)
{
  GtkWidget *copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");

  self->details = text_label ("caption");
  gtk_widget_add_css_class (self->details, "monospace");
  gtk_label_set_selectable (GTK_LABEL (self->details), TRUE);
  gtk_widget_set_hexpand (self->details, TRUE);

  gtk_widget_set_css_classes (copy, (const char *[]) { "flat", "small", NULL });
  gtk_widget_set_valign (copy, GTK_ALIGN_START);
  gtk_widget_set_tooltip_text (copy, _("Copy Details"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (copy), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Copy Details"), -1);
  g_signal_connect_swapped (copy, "clicked", G_CALLBACK (copy_cb), self);

  self->extra = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_box_append (GTK_BOX (self->extra), self->details);
  gtk_box_append (GTK_BOX (self->extra), copy);
  gtk_widget_set_visible (self->extra, FALSE);

  return self->extra;
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

  self->advice = text_label (NULL);
  gtk_box_append (GTK_BOX (text), self->advice);

  gtk_box_append (GTK_BOX (self->card), make_bar (self));
  gtk_box_append (GTK_BOX (self->card), make_details (self));

  gtk_widget_set_parent (self->card, GTK_WIDGET (self));
}

GtkWidget *
lobe_error_row_new (void)
{
  return g_object_new (LOBE_TYPE_ERROR_ROW, NULL);
}

/* What a person who helps wants to know. The server's own words may come from anywhere, and are only text here. */
static char *
describe (LobeErrorRow *self)
{
  GtkWidget *transcript = gtk_widget_get_ancestor (GTK_WIDGET (self), LOBE_TYPE_TRANSCRIPT);
  g_autoptr (GError) error = g_error_new_literal (LOBE_ERROR, MAX (lobe_message_get_error_code (self->message), 0), "");
  const char *text = lobe_message_get_error_text (self->message);
  g_autofree char *name = NULL;
  g_autofree char *server = NULL;
  GString *details = g_string_new (NULL);

  if (transcript != NULL)
    lobe_transcript_get_names (LOBE_TRANSCRIPT (transcript), self->message, &name, &server);
  if (server != NULL && *server != '\0')
    g_string_append_printf (details, _("Server: %s"), server);
  if (lobe_message_get_model (self->message) != NULL)
    {
      g_string_append (details, details->len > 0 ? "\n" : "");
      g_string_append_printf (details, _("Model: %s"), lobe_message_get_model (self->message));
    }
  g_string_append (details, details->len > 0 ? "\n" : "");
  /* Translators: the name of a class of errors, which is not translated, as in “rate-limited” */
  g_string_append_printf (details, _("Error: %s"), lobe_error_get_nick (error));
  if (text != NULL && *text != '\0')
    g_string_append_printf (details, "\n%s", text);

  return g_string_free_and_steal (details);
}

static void
set_open (LobeErrorRow *self,
          gboolean      open)
{
  g_autofree char *details = open ? describe (self) : NULL;

  if (open)
    gtk_label_set_text (GTK_LABEL (self->details), details);
  gtk_widget_set_visible (self->extra, open);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->open), GTK_ACCESSIBLE_STATE_EXPANDED, open, -1);
  adw_button_content_set_icon_name (ADW_BUTTON_CONTENT (gtk_button_get_child (GTK_BUTTON (self->open))),
                                    open ? "pan-down-symbolic" : "pan-end-symbolic");
}

static void
open_cb (LobeErrorRow *self)
{
  set_open (self, !gtk_widget_get_visible (self->extra));
}

static void
copy_cb (LobeErrorRow *self)
{
  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), gtk_label_get_text (GTK_LABEL (self->details)));
}

static void
set_button (GtkWidget              *button,
            const LobeRemedyButton *remedy,
            LobeMessage            *message)
{
  const char *server = lobe_message_get_server (message);
  gboolean shown = remedy->label != NULL && (remedy->target != LOBE_REMEDY_SERVER || server != NULL);

  gtk_widget_set_visible (button, shown);
  if (!shown)
    return;

  /* with no action in between, whose type another target would not have */
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), NULL);
  if (remedy->target == LOBE_REMEDY_PLAIN)
    gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), NULL);
  else
    gtk_actionable_set_action_target (GTK_ACTIONABLE (button), "s",
                                      remedy->target == LOBE_REMEDY_SERVER ? server : lobe_message_get_id (message));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), remedy->action);
  gtk_button_set_label (GTK_BUTTON (button), _(remedy->label));
}

static char *
dup_retry_label (gint64 seconds)
{
  if (seconds < 100)
    return g_strdup_printf (ngettext ("_Try Again in %u s", "_Try Again in %u s", (gulong) seconds), (guint) seconds);

  return g_strdup_printf (ngettext ("_Try Again in %u min", "_Try Again in %u min", (gulong) ((seconds + 59) / 60)),
                          (guint) ((seconds + 59) / 60));
}

/* The server has named a time: the button tells how long that is. Whoever knows better may press it before. */
static gboolean
count_down (gpointer user_data)
{
  LobeErrorRow *self = LOBE_ERROR_ROW (user_data);
  gint64 wait = lobe_message_get_retry_time (self->message) - g_get_real_time ();
  g_autofree char *label = wait > 0 ? dup_retry_label ((wait + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC) : g_strdup (_("_Retry"));

  for (guint i = 0; i < G_N_ELEMENTS (self->buttons); i++)
    {
      if (g_strcmp0 (gtk_actionable_get_action_name (GTK_ACTIONABLE (self->buttons[i])), "win.retry") == 0)
        gtk_button_set_label (GTK_BUTTON (self->buttons[i]), label);
    }

  if (wait > 0)
    return G_SOURCE_CONTINUE;

  self->tick_id = 0;

  return G_SOURCE_REMOVE;
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
  const LobeRemedy *remedy = lobe_remedy_get (lobe_message_get_error_code (message));

  if (g_set_object (&self->message, message))
    set_open (self, FALSE);

  gtk_label_set_text (GTK_LABEL (self->title), _(remedy->title));
  gtk_label_set_text (GTK_LABEL (self->body), text ? text : "");
  gtk_widget_set_visible (self->body, text && *text);
  gtk_label_set_text (GTK_LABEL (self->advice), _(remedy->advice));
  for (guint i = 0; i < G_N_ELEMENTS (self->buttons); i++)
    set_button (self->buttons[i], &remedy->buttons[i], message);

  g_clear_handle_id (&self->tick_id, g_source_remove);
  if (lobe_message_get_retry_time (message) > g_get_real_time ())
    {
      self->tick_id = g_timeout_add_seconds (1, count_down, self);
      count_down (self);
    }
}
