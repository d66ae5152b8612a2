/* lobe-application.c: one process, one window, one core */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-application.h"

#include "app/lobe-actions.h"
#include "app/lobe-preferences.h"
#include "app/lobe-window.h"
#include "session/lobe-core.h"

struct _LobeApplication
{
  AdwApplication  parent_instance;

  LobeCore       *core;
  GSettings      *settings;
};

G_DEFINE_FINAL_TYPE (LobeApplication, lobe_application, ADW_TYPE_APPLICATION)

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (user_data));

  /* closing keeps the draft and the window's state, and the last window takes the application with it */
  if (window != NULL)
    gtk_window_close (window);
  else
    g_application_quit (G_APPLICATION (user_data));
}

static void
apply_idle_limit (LobeApplication *self)
{
  lobe_preferences_apply_idle_limit (self->core, self->settings);
}

static void
open_core_cb (GtkWidget       *window,
              LobeApplication *self)
{
  g_signal_handlers_disconnect_by_func (window, open_core_cb, self);
  lobe_window_open_core (LOBE_WINDOW (window));
}

static void
lobe_application_activate (GApplication *application)
{
  LobeApplication *self = LOBE_APPLICATION (application);
  GtkWindow *window = gtk_application_get_active_window (GTK_APPLICATION (self));

  if (window == NULL)
    {
      window = lobe_window_new (GTK_APPLICATION (self), self->core, self->settings);
      g_signal_connect_after (window, "map", G_CALLBACK (open_core_cb), self);
    }

  gtk_window_present (window);
}

static void
lobe_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = {
    { "quit", quit_cb },
  };
  LobeApplication *self = LOBE_APPLICATION (application);

  G_APPLICATION_CLASS (lobe_application_parent_class)->startup (application);

  self->settings = g_settings_new (LOBE_APP_ID);
  self->core = lobe_core_new_for_user ();

  lobe_preferences_apply_style (self->settings);
  g_signal_connect (self->settings, "changed::style", G_CALLBACK (lobe_preferences_apply_style), NULL);
  apply_idle_limit (self);
  g_signal_connect_object (self->settings, "changed::idle-minutes", G_CALLBACK (apply_idle_limit), self, G_CONNECT_SWAPPED);

  g_action_map_add_action_entries (G_ACTION_MAP (self), entries, G_N_ELEMENTS (entries), self);
  lobe_actions_install (GTK_APPLICATION (self));
}

static void
lobe_application_shutdown (GApplication *application)
{
  LobeApplication *self = LOBE_APPLICATION (application);

  G_APPLICATION_CLASS (lobe_application_parent_class)->shutdown (application);

  /* after the windows, whose last words are stored here */
  if (self->core != NULL)
    lobe_core_close (self->core);
  g_clear_object (&self->core);
  g_clear_object (&self->settings);
}

static void
lobe_application_class_init (LobeApplicationClass *klass)
{
  GApplicationClass *application_class = G_APPLICATION_CLASS (klass);

  application_class->activate = lobe_application_activate;
  application_class->startup = lobe_application_startup;
  application_class->shutdown = lobe_application_shutdown;
}

static void
lobe_application_init (LobeApplication *self)
{
}

GApplication *
lobe_application_new (void)
{
  return g_object_new (LOBE_TYPE_APPLICATION,
                       "application-id", LOBE_APP_ID,
                       "resource-base-path", "/org/lobe/Chat",
                       NULL);
}
