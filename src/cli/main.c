/* main.c: lobe-chat: a command, or without one the window, which is a program of its own so that no command loads GTK */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "cli/lobe-cli.h"

#include <glib/gi18n.h>

#include <errno.h>
#include <locale.h>
#include <unistd.h>

static const struct
{
  const char     *name;
  LobeCliCommand  run;
  const char     *summary;
} commands[] = {
  { "ask", lobe_cli_ask, N_("ask a question and stream the answer") },
  { "models", lobe_cli_models, N_("list the models that can be asked") },
  { "servers", lobe_cli_servers, N_("list, add, change, try and remove servers") },
  { "chats", lobe_cli_chats, N_("list the chats") },
  { "show", lobe_cli_show, N_("print a chat") },
};

static void
print_help (void)
{
  g_print ("%s\n\n", _("Usage: lobe-chat [COMMAND [OPTION…]]"));
  g_print ("%s\n\n", _("Without a command the window opens. Commands:"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-8s %s\n", commands[i].name, _(commands[i].summary));
  g_print ("\n%s\n", _("“lobe-chat COMMAND --help” tells more."));
}

static int
open_window (char **argv)
{
  const char *program = g_getenv ("LOBE_WINDOW");

  if (program == NULL)
    program = LOBE_PKGLIBEXECDIR "/lobe-chat-window";
  argv[0] = (char *) program;
  execv (program, argv);
  g_printerr ("lobe-chat: ");
  g_printerr (_("The window cannot be opened: %s: %s"), program, g_strerror (errno));
  g_printerr ("\n");

  return 50;
}

int
main (int   argc,
      char *argv[])
{
  const char *translations = g_getenv ("LOBE_LOCALEDIR"); /* those of a build folder */

  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, translations != NULL ? translations : LOBE_LOCALEDIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  g_set_prgname ("lobe-chat");

  if (argc < 2)
    return open_window (argv);

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (g_str_equal (argv[1], commands[i].name))
        return commands[i].run (argc - 1, argv + 1);
    }

  if (g_str_equal (argv[1], "--version"))
    {
      g_print ("lobe-chat %s\n", LOBE_VERSION);
      return 0;
    }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h"))
    {
      print_help ();
      return 0;
    }
  if (*argv[1] == '-' || g_str_has_prefix (argv[1], "lobe:"))
    return open_window (argv); /* GTK's and GApplication's own options */

  g_printerr ("lobe-chat: ");
  g_printerr (_("There is no command “%s”; see “lobe-chat --help”."), argv[1]);
  g_printerr ("\n");

  return LOBE_CLI_USAGE;
}
