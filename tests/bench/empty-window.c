/* empty-window.c: the least that an Adwaita program can do: one empty window; after its first frame it says how much CPU time (µs) that took, and ends. What start-up is measured against */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <adwaita.h>
#include <time.h>

static void
after_paint_cb (GdkFrameClock *frame_clock,
                GApplication  *application)
{
  g_print ("%ld\n", (long) clock ());
  g_application_quit (application);
}

static void
map_cb (GtkWidget    *window,
        GApplication *application)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (after_paint_cb), application);
}

static void
activate_cb (GtkApplication *application)
{
  GtkWidget *window = adw_application_window_new (application);

  gtk_window_set_default_size (GTK_WINDOW (window), 1200, 800);
  g_signal_connect_after (window, "map", G_CALLBACK (map_cb), application);
  gtk_window_present (GTK_WINDOW (window));
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (AdwApplication) application = adw_application_new ("org.lobe.EmptyWindow", G_APPLICATION_NON_UNIQUE);

  g_signal_connect (application, "activate", G_CALLBACK (activate_cb), NULL);

  return g_application_run (G_APPLICATION (application), argc, argv);
}
