/* lobe-message-head.c: who speaks and when, above an answer */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-message-head.h"

#include "app/transcript/lobe-transcript.h"

#include <adwaita.h>

#define MEASURE 760 /* sp */

struct _LobeMessageHead
{
  GtkWidget    parent_instance;
  GtkWidget   *box;
  GtkWidget   *disc;
  GtkWidget   *name;
  GtkWidget   *origin;
  GtkWidget   *time;
  LobeMessage *message;
};

G_DEFINE_FINAL_TYPE (LobeMessageHead, lobe_message_head, GTK_TYPE_WIDGET)

static void
lobe_message_head_dispose (GObject *object)
{
  LobeMessageHead *self = LOBE_MESSAGE_HEAD (object);

  lobe_message_head_set_message (self, NULL, FALSE);
  g_clear_pointer (&self->box, gtk_widget_unparent);

  G_OBJECT_CLASS (lobe_message_head_parent_class)->dispose (object);
}

/* The list sets the message first, and only then is there a transcript to ask for names. */
static void
lobe_message_head_root (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (lobe_message_head_parent_class)->root (widget);
  lobe_message_head_update (LOBE_MESSAGE_HEAD (widget));
}

static void
lobe_message_head_class_init (LobeMessageHeadClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lobe_message_head_dispose;
  widget_class->root = lobe_message_head_root;
  gtk_widget_class_set_css_name (widget_class, "message-head");
  gtk_widget_class_set_layout_manager_type (widget_class, ADW_TYPE_CLAMP_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static GtkWidget *
add_label (LobeMessageHead *self,
           const char      *class_names[])
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_set_css_classes (label, class_names);
  gtk_box_append (GTK_BOX (self->box), label);

  return label;
}

static void
lobe_message_head_init (LobeMessageHead *self)
{
  GtkLayoutManager *clamp = gtk_widget_get_layout_manager (GTK_WIDGET (self));

  adw_clamp_layout_set_maximum_size (ADW_CLAMP_LAYOUT (clamp), MEASURE);
  adw_clamp_layout_set_tightening_threshold (ADW_CLAMP_LAYOUT (clamp), MEASURE);

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
  self->disc = add_label (self, (const char *[]) { "disc", NULL });
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->disc), GTK_ACCESSIBLE_STATE_HIDDEN, TRUE, -1);
  self->name = add_label (self, (const char *[]) { "heading", NULL });
  gtk_label_set_ellipsize (GTK_LABEL (self->name), PANGO_ELLIPSIZE_END);
  self->origin = add_label (self, (const char *[]) { "caption", "dimmed", NULL });
  gtk_label_set_ellipsize (GTK_LABEL (self->origin), PANGO_ELLIPSIZE_END);
  self->time = add_label (self, (const char *[]) { "caption", "dimmed", "numeric", NULL });
}

GtkWidget *
lobe_message_head_new (void)
{
  return g_object_new (LOBE_TYPE_MESSAGE_HEAD, NULL);
}

/* The hour is enough for today; a person who reads an old chat wants the day. */
static char *
format_time (gint64 created)
{
  g_autoptr(GDateTime) time = g_date_time_new_from_unix_local (created / G_USEC_PER_SEC);
  g_autoptr(GDateTime) now = g_date_time_new_now_local ();

  if (!time)
    return g_strdup ("");
  if (g_date_time_get_year (time) == g_date_time_get_year (now) && g_date_time_get_day_of_year (time) == g_date_time_get_day_of_year (now))
    return g_date_time_format (time, "%H:%M");

  return g_date_time_format (time, "%x %H:%M");
}

/**
 * lobe_message_head_update:
 * @self: the head
 *
 * Shows what is known now.
 */
void
lobe_message_head_update (LobeMessageHead *self)
{
  GtkWidget *transcript = gtk_widget_get_ancestor (GTK_WIDGET (self), LOBE_TYPE_TRANSCRIPT);
  g_autofree char *model = NULL, *server = NULL, *time = NULL, *initial = NULL, *label = NULL;

  if (!self->message || lobe_message_get_role (self->message) != LOBE_ROLE_ASSISTANT)
    return;

  if (transcript)
    lobe_transcript_get_names (LOBE_TRANSCRIPT (transcript), self->message, &model, &server);
  if (!model || !*model)
    g_set_str (&model, "…");
  time = format_time (lobe_message_get_created (self->message));

  initial = g_utf8_strup (model, g_utf8_next_char (model) - model);
  gtk_label_set_text (GTK_LABEL (self->disc), initial);
  gtk_label_set_text (GTK_LABEL (self->name), model);
  gtk_label_set_text (GTK_LABEL (self->origin), server ? server : "");
  gtk_widget_set_visible (self->origin, server && *server);
  gtk_label_set_text (GTK_LABEL (self->time), time);

  label = g_strjoin (", ", model, time, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
}

/**
 * lobe_message_head_set_message:
 * @self: the head
 * @message: (nullable): whose head; only answers have one
 * @first: whether it is the first one on the page
 */
void
lobe_message_head_set_message (LobeMessageHead *self,
                               LobeMessage     *message,
                               gboolean         first)
{
  gboolean answer = message && lobe_message_get_role (message) == LOBE_ROLE_ASSISTANT;

  if (self->message)
    g_signal_handlers_disconnect_by_data (self->message, self);
  g_set_object (&self->message, message);

  gtk_widget_set_visible (GTK_WIDGET (self), answer);
  if (!answer)
    return;

  if (first)
    gtk_widget_add_css_class (GTK_WIDGET (self), "first");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "first");
  g_signal_connect_swapped (message, "changed", G_CALLBACK (lobe_message_head_update), self);
  lobe_message_head_update (self);
}
