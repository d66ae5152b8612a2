/* main.c: the window's program; lobe-chat starts it when it is given no command */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-application.h"

#include <glib/gi18n.h>
#include <locale.h>

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GApplication) application = NULL;
  const char *translations = g_getenv ("LOBE_LOCALEDIR"); /* those of a build folder */

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, translations != NULL ? translations : LOBE_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_application_name (_("Lobe Chat"));

  application = lobe_application_new ();

  return g_application_run (application, argc, argv);
}
