/* lobe-model-button.c: title of the window: who answers here; opens the model switcher */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-model-button.h"

#include <glib/gi18n.h>

struct _LobeModelButton
{
  GtkWidget   parent_instance;

  GtkWidget  *button;
  GtkLabel   *model;
  GtkLabel   *server;
  GtkPopover *popover;
};

G_DEFINE_FINAL_TYPE (LobeModelButton, lobe_model_button, GTK_TYPE_WIDGET)

static void
popover_visible_cb (LobeModelButton *self)
{
  gboolean visible = gtk_widget_get_visible (GTK_WIDGET (self->popover));

  if (visible)
    gtk_widget_set_state_flags (self->button, GTK_STATE_FLAG_CHECKED, FALSE);
  else
    gtk_widget_unset_state_flags (self->button, GTK_STATE_FLAG_CHECKED);
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_STATE_EXPANDED, visible, -1);
}

static void
lobe_model_button_measure (GtkWidget      *widget,
                           GtkOrientation  orientation,
                           int             for_size,
                           int            *minimum,
                           int            *natural,
                           int            *minimum_baseline,
                           int            *natural_baseline)
{
  gtk_widget_measure (LOBE_MODEL_BUTTON (widget)->button, orientation, for_size,
                      minimum, natural, minimum_baseline, natural_baseline);
}

/* not a layout manager's: the popover has to follow */
static void
lobe_model_button_size_allocate (GtkWidget *widget,
                                 int        width,
                                 int        height,
                                 int        baseline)
{
  LobeModelButton *self = LOBE_MODEL_BUTTON (widget);

  gtk_widget_allocate (self->button, width, height, baseline, NULL);

  if (self->popover != NULL)
    gtk_popover_present (self->popover);
}

static void
lobe_model_button_dispose (GObject *object)
{
  LobeModelButton *self = LOBE_MODEL_BUTTON (object);

  lobe_model_button_set_popover (self, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), LOBE_TYPE_MODEL_BUTTON);

  G_OBJECT_CLASS (lobe_model_button_parent_class)->dispose (object);
}

static void
lobe_model_button_class_init (LobeModelButtonClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lobe_model_button_dispose;
  widget_class->measure = lobe_model_button_measure;
  widget_class->size_allocate = lobe_model_button_size_allocate;

  gtk_widget_class_set_template_from_resource (widget_class, "/org/lobe/Chat/ui/lobe-model-button.ui");
  gtk_widget_class_bind_template_child (widget_class, LobeModelButton, button);
  gtk_widget_class_bind_template_child (widget_class, LobeModelButton, model);
  gtk_widget_class_bind_template_child (widget_class, LobeModelButton, server);
}

static void
lobe_model_button_init (LobeModelButton *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * lobe_model_button_set_names:
 * @self: a model button
 * @model: (nullable): name of the model; `NULL` asks to choose one
 * @server: (nullable): name of its server
 */
void
lobe_model_button_set_names (LobeModelButton *self,
                             const char      *model,
                             const char      *server)
{
  g_autofree char *description = NULL;

  g_return_if_fail (LOBE_IS_MODEL_BUTTON (self));

  gtk_label_set_label (self->model, model != NULL ? model : _("Choose a Model"));
  gtk_label_set_label (self->server, server != NULL ? server : "");
  gtk_widget_set_visible (GTK_WIDGET (self->server), server != NULL);

  if (model != NULL && server != NULL)
    description = g_strdup_printf ("%s, %s", model, server);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                  description != NULL ? description : gtk_label_get_label (self->model), -1);
}

/**
 * lobe_model_button_set_popover:
 * @self: a model button
 * @popover: (nullable): what opens beneath it
 */
void
lobe_model_button_set_popover (LobeModelButton *self,
                               GtkPopover      *popover)
{
  g_return_if_fail (LOBE_IS_MODEL_BUTTON (self));

  if (self->popover == popover)
    return;

  if (self->popover != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->popover));

  self->popover = popover;

  if (popover != NULL)
    {
      gtk_widget_set_parent (GTK_WIDGET (popover), GTK_WIDGET (self));
      g_signal_connect_object (popover, "notify::visible", G_CALLBACK (popover_visible_cb), self, G_CONNECT_SWAPPED);
    }
}
