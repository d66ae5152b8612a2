/* lobe-actions-row.c: what can be done with an answer, and what it cost */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-actions-row.h"

#include "app/transcript/lobe-figures.h"
#include "app/transcript/lobe-transcript.h"

#include <glib/gi18n.h>

struct _LobeActionsRow
{
  GtkWidget  parent_instance;
  GtkWidget *box;
  GtkWidget *caption;
  GtkWidget *resume;
  GtkWidget *copy;
  GtkWidget *regenerate;
  GtkWidget *previous;
  GtkWidget *place;
  GtkWidget *next;
  GtkWidget *more;
  GtkWidget *statistics;
  LobeMessage *message;
  gboolean   pinned;
};

G_DEFINE_FINAL_TYPE (LobeActionsRow, lobe_actions_row, GTK_TYPE_WIDGET)

static void
lobe_actions_row_dispose (GObject *object)
{
  LobeActionsRow *self = LOBE_ACTIONS_ROW (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->message);

  G_OBJECT_CLASS (lobe_actions_row_parent_class)->dispose (object);
}

static void show_figures (GtkWidget  *widget,
                          const char *action_name,
                          GVariant   *parameter);

static void
lobe_actions_row_class_init (LobeActionsRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lobe_actions_row_dispose;
  gtk_widget_class_install_action (widget_class, "actions.figures", NULL, show_figures);
  gtk_widget_class_set_css_name (widget_class, "actions");
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TOOLBAR);
}

static GVariant *
empty_target (const char *type)
{
  return *type == '(' ? g_variant_new (type, "", 0) : g_variant_new (type, "");
}

static GtkWidget *
add_button (LobeActionsRow *self,
            const char     *icon,
            const char     *name,
            const char     *action,
            const char     *type)
{
  GtkWidget *button = gtk_button_new_from_icon_name (icon);

  gtk_widget_set_css_classes (button, (const char *[]) { "flat", "small", NULL });
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_actionable_set_action_target_value (GTK_ACTIONABLE (button), empty_target (type)); /* the type has to be right from the start */
  gtk_actionable_set_action_name (GTK_ACTIONABLE (button), action);
  gtk_box_append (GTK_BOX (self->box), button);

  return button;
}

static GtkWidget *
add_caption (LobeActionsRow *self)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_widget_set_css_classes (label, (const char *[]) { "caption", "dimmed", "numeric", NULL });
  gtk_box_append (GTK_BOX (self->box), label);

  return label;
}

static void
create_menu_cb (GtkMenuButton *button,
                gpointer       user_data)
{
  LobeActionsRow *self = user_data;
  const char *id = lobe_message_get_id (self->message);
  g_autoptr (GMenu) menu = g_menu_new ();
  g_autofree char *compare = g_strdup_printf ("win.compare('%s')", id);
  g_autofree char *pin = g_strdup_printf ("win.pin-message('%s')", id);

  g_menu_append (menu, _("Co_mpare Models…"), compare);
  g_menu_append (menu, _("_Figures"), "actions.figures");
  g_menu_append (menu, lobe_message_get_pinned (self->message) ? _("Un_pin") : _("_Pin"), pin);
  gtk_menu_button_set_menu_model (button, G_MENU_MODEL (menu));
}

static void
figures_closed_cb (GtkWidget *popover)
{
  gtk_widget_unparent (popover);
}

static void
show_figures (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  LobeActionsRow *self = LOBE_ACTIONS_ROW (widget);
  GtkWidget *transcript = gtk_widget_get_ancestor (widget, LOBE_TYPE_TRANSCRIPT);
  GtkWidget *anchor = gtk_widget_get_visible (self->statistics) ? self->statistics : self->more;
  g_autofree char *model = NULL;
  g_autofree char *server = NULL;
  LobePrice price = LOBE_PRICE_UNKNOWN;
  GtkWidget *popover;

  if (self->message == NULL)
    return;

  if (transcript != NULL)
    lobe_transcript_get_names (LOBE_TRANSCRIPT (transcript), self->message, &model, &server);
  if (transcript != NULL)
    price = lobe_transcript_get_price (LOBE_TRANSCRIPT (transcript), self->message);

  popover = lobe_figures_new (self->message, model, server, price);
  gtk_widget_set_parent (popover, anchor);
  g_signal_connect (popover, "closed", G_CALLBACK (figures_closed_cb), NULL);
  gtk_popover_popup (GTK_POPOVER (popover));
}

static void
lobe_actions_row_init (LobeActionsRow *self)
{
  GtkWidget *spring;

  self->box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));

  self->caption = add_caption (self);
  self->resume = gtk_button_new_with_mnemonic (_("_Continue"));
  gtk_widget_set_css_classes (self->resume, (const char *[]) { "flat", "small", "text-button", NULL });
  gtk_widget_set_valign (self->resume, GTK_ALIGN_CENTER);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->resume), "s", "");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->resume), "win.continue");
  gtk_box_append (GTK_BOX (self->box), self->resume);

  self->copy = add_button (self, "edit-copy-symbolic", _("Copy"), "win.copy-message", "s");
  self->regenerate = add_button (self, "view-refresh-symbolic", _("Regenerate"), "win.regenerate", "s");
  self->previous = add_button (self, "go-previous-symbolic", _("Previous Answer"), "win.sibling", "(si)");
  self->place = add_caption (self);
  self->next = add_button (self, "go-next-symbolic", _("Next Answer"), "win.sibling", "(si)");

  self->more = gtk_menu_button_new ();
  gtk_menu_button_set_icon_name (GTK_MENU_BUTTON (self->more), "view-more-symbolic");
  gtk_widget_set_css_classes (self->more, (const char *[]) { "flat", "small", NULL });
  gtk_widget_set_valign (self->more, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (self->more, _("More"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->more), GTK_ACCESSIBLE_PROPERTY_LABEL, _("More"), -1);
  /* made when it is wanted: there is such a row for each answer in view */
  gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->more), create_menu_cb, self, NULL);
  gtk_box_append (GTK_BOX (self->box), self->more);

  spring = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_set_hexpand (spring, TRUE);
  gtk_box_append (GTK_BOX (self->box), spring);

  self->statistics = gtk_button_new_with_label ("");
  gtk_widget_set_css_classes (self->statistics, (const char *[]) { "flat", "small", "text-button", "statistics", "caption", "numeric", NULL });
  gtk_widget_set_valign (self->statistics, GTK_ALIGN_CENTER);
  gtk_button_set_can_shrink (GTK_BUTTON (self->statistics), TRUE);
  gtk_widget_set_tooltip_text (self->statistics, _("Figures of This Answer"));
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->statistics), "actions.figures");
  gtk_box_append (GTK_BOX (self->box), self->statistics);
}

GtkWidget *
lobe_actions_row_new (void)
{
  return g_object_new (LOBE_TYPE_ACTIONS_ROW, NULL);
}

/* Why the answer ends where it does, if not because all was said. */
static const char *
caption_for (LobeMessage *message)
{
  switch (lobe_message_get_state (message))
    {
    case LOBE_MESSAGE_INTERRUPTED:
      return _("Interrupted");
    case LOBE_MESSAGE_STOPPED:
      return _("Stopped");
    case LOBE_MESSAGE_DONE:
      return lobe_message_get_stop_reason (message) == LOBE_STOP_LENGTH ? _("Length limit reached") : NULL;
    case LOBE_MESSAGE_FAILED:
    case LOBE_MESSAGE_STREAMING:
    default:
      return NULL;
    }
}

/**
 * lobe_actions_row_set_row:
 * @self: the widget
 * @row: the last row of an answer
 */
void
lobe_actions_row_set_row (LobeActionsRow *self,
                          LobeRow        *row)
{
  LobeMessage *message = lobe_row_get_message (row);
  const char *id = lobe_message_get_id (message), *caption = caption_for (message);
  GtkWidget *transcript = gtk_widget_get_ancestor (GTK_WIDGET (self), LOBE_TYPE_TRANSCRIPT);
  LobeConversation *conversation = transcript ? lobe_transcript_get_conversation (LOBE_TRANSCRIPT (transcript)) : NULL;
  guint position = 0, n = conversation ? lobe_conversation_count_siblings (conversation, message, &position) : 1;
  g_autofree char *statistics = NULL, *place = NULL;
  gboolean shown = (lobe_row_get_flags (row) & (LOBE_ROW_LATEST | LOBE_ROW_HOVERED)) || caption;

  /* another menu for another message */
  if (g_set_object (&self->message, message) || self->pinned != lobe_message_get_pinned (message))
    {
      self->pinned = lobe_message_get_pinned (message);
      gtk_menu_button_set_menu_model (GTK_MENU_BUTTON (self->more), NULL);
      gtk_menu_button_set_create_popup_func (GTK_MENU_BUTTON (self->more), create_menu_cb, self, NULL);
    }

  if (shown)
    gtk_widget_add_css_class (GTK_WIDGET (self), "shown");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self), "shown");

  gtk_widget_set_visible (self->caption, caption != NULL);
  gtk_widget_set_visible (self->resume, caption != NULL);
  gtk_label_set_text (GTK_LABEL (self->caption), caption ? caption : "");
  gtk_widget_set_tooltip_text (self->caption, lobe_message_get_error_text (message));

  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->resume), "s", id);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->copy), "s", id);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->regenerate), "s", id);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->previous), "(si)", id, -1);
  gtk_actionable_set_action_target (GTK_ACTIONABLE (self->next), "(si)", id, 1);

  gtk_widget_set_visible (self->previous, n > 1);
  gtk_widget_set_visible (self->place, n > 1);
  gtk_widget_set_visible (self->next, n > 1);
  if (n > 1)
    {
      /* Translators: which one of several answers is shown */
      place = g_strdup_printf (_("%u / %u"), position + 1, n);
      gtk_label_set_text (GTK_LABEL (self->place), place);
    }

  statistics = lobe_figures_dup_speed (message);
  gtk_button_set_label (GTK_BUTTON (self->statistics), statistics ? statistics : "");
  gtk_widget_set_visible (self->statistics, statistics != NULL);
}
