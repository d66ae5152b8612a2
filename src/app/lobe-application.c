/* lobe-application.c: one process, one window, one core */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-application.h"

#include "app/lobe-actions.h"
#include "app/lobe-preferences.h"
#include "app/lobe-window.h"
#include "session/lobe-core.h"

#include <time.h>

#include <glib-unix.h>

struct _LobeApplication
{
  AdwApplication  parent_instance;

  LobeCore       *core;
  GSettings      *settings;
  GtkWindow      *window; /* while there is one */
};

G_DEFINE_FINAL_TYPE (LobeApplication, lobe_application, ADW_TYPE_APPLICATION)

static void
quit_cb (GSimpleAction *action,
         GVariant      *parameter,
         gpointer       user_data)
{
  LobeApplication *self = LOBE_APPLICATION (user_data);

  /* closing keeps the draft and the window's state, and the last window takes the application with it */
  if (self->window != NULL)
    gtk_window_close (self->window);
  else
    g_application_quit (G_APPLICATION (self));
}

/* On the session bus, too: this is how another program asks something in the window. */
static void
ask_cb (GSimpleAction *action,
        GVariant      *parameter,
        gpointer       user_data)
{
  LobeApplication *self = LOBE_APPLICATION (user_data);

  g_application_activate (G_APPLICATION (self));
  lobe_window_ask (LOBE_WINDOW (self->window), g_variant_get_string (parameter, NULL));
}

/* The session ends, or somebody stops us by hand: drafts are kept and the engine goes with us. */
static gboolean
terminated_cb (gpointer user_data)
{
  g_action_group_activate_action (G_ACTION_GROUP (user_data), "quit", NULL);

  return G_SOURCE_CONTINUE;
}

static void
apply_idle_limit (LobeApplication *self)
{
  lobe_preferences_apply_idle_limit (self->core, self->settings);
}

static void
painted_cb (GdkFrameClock   *frame_clock,
            LobeApplication *self)
{
  g_signal_handlers_disconnect_by_func (frame_clock, painted_cb, self);

  /* for the benchmark of the start: what CPU time it took until the window was drawn */
  if (g_strcmp0 (g_getenv ("LOBE_TEST_QUIT"), "first-frame") == 0)
    {
      g_print ("%ld\n", (long) clock ());
      g_application_quit (G_APPLICATION (self));
      return;
    }

  if (self->window != NULL)
    lobe_window_open_core (LOBE_WINDOW (self->window));
}

/* The core opens when the window is drawn: what comes of it would else be in the first frame or not as chance has it, and
 * hold that up. */
static void
mapped_cb (GtkWidget       *window,
           LobeApplication *self)
{
  g_signal_handlers_disconnect_by_func (window, mapped_cb, self);
  g_signal_connect_object (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (painted_cb), self, G_CONNECT_DEFAULT);
}

static void
lobe_application_activate (GApplication *application)
{
  LobeApplication *self = LOBE_APPLICATION (application);

  if (self->window == NULL)
    {
      g_set_weak_pointer (&self->window, lobe_window_new (GTK_APPLICATION (self), self->core, self->settings));
      g_signal_connect_after (self->window, "map", G_CALLBACK (mapped_cb), self);
    }

  gtk_window_present (self->window);
}

static void
lobe_application_startup (GApplication *application)
{
  static const GActionEntry entries[] = {
    { "ask", ask_cb, "s" },
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

  g_unix_signal_add (SIGTERM, terminated_cb, self);
  g_unix_signal_add (SIGINT, terminated_cb, self);
  g_unix_signal_add (SIGHUP, terminated_cb, self);
}

static void
lobe_application_shutdown (GApplication *application)
{
  LobeApplication *self = LOBE_APPLICATION (application);

  G_APPLICATION_CLASS (lobe_application_parent_class)->shutdown (application);

  /* after the windows, whose last words are stored here */
  if (self->core != NULL)
    lobe_core_close (self->core);
  g_clear_weak_pointer (&self->window);
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
