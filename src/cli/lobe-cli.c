/* lobe-cli.c: what the commands of the command line share */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "cli/lobe-cli.h"

#include "base/lobe-error.h"

#include <glib/gi18n.h>

/**
 * lobe_cli_result_cb:
 * @object: who was asked
 * @result: the result
 * @user_data: a `GAsyncResult *` that is %NULL, where to put it
 *
 * Callback for operations that the command waits for with [func@cli_await].
 */
void
lobe_cli_result_cb (GObject      *object,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  GAsyncResult **slot = user_data;

  *slot = g_object_ref (result);
}

/**
 * lobe_cli_await:
 * @result: where lobe_cli_result_cb() puts the result
 *
 * Runs the main loop until the result is there: a command has nothing to do meanwhile.
 *
 * Returns: (transfer none): the result
 */
GAsyncResult *
lobe_cli_await (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

/**
 * lobe_cli_parse:
 * @argc: (inout): the command's arguments, its name first
 * @argv: (inout): the same
 * @arguments: what goes after the options, for its help
 * @summary: what the command does
 * @entries: its options
 * @status: (out): the exit status when %FALSE is returned
 *
 * Reads a command's options, and answers --help.
 *
 * Returns: whether to go on
 */
gboolean
lobe_cli_parse (int          *argc,
                char       ***argv,
                const char   *arguments,
                const char   *summary,
                GOptionEntry *entries,
                int          *status)
{
  g_autoptr (GOptionContext) context = g_option_context_new (arguments);
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context, summary);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
  if (g_option_context_parse (context, argc, argv, &error))
    return TRUE;

  g_printerr ("lobe-chat: %s\n", error->message);
  *status = LOBE_CLI_USAGE;

  return FALSE;
}

/**
 * lobe_cli_open:
 * @error: where to put what went wrong
 *
 * Returns: (transfer full) (nullable): a core whose store is open
 */
LobeCore *
lobe_cli_open (GError **error)
{
  g_autoptr (LobeCore) core = lobe_core_new_for_user ();
  g_autoptr (GAsyncResult) result = NULL;

  lobe_core_open_async (core, NULL, lobe_cli_result_cb, &result);
  if (!lobe_core_open_finish (core, lobe_cli_await (&result), error))
    return NULL;

  return g_steal_pointer (&core);
}

/**
 * lobe_cli_close:
 * @core: (transfer full): a core
 *
 * Waits until everything is on disk, and ends the engine.
 */
void
lobe_cli_close (LobeCore *core)
{
  lobe_core_close (core);
  g_object_unref (core);
}

/**
 * lobe_cli_fail:
 * @error: what went wrong
 *
 * Says it on standard error.
 *
 * Returns: the exit status
 */
int
lobe_cli_fail (const GError *error)
{
  g_printerr ("lobe-chat: %s\n", error->message);

  return lobe_error_get_exit_code (error);
}

/**
 * lobe_cli_print:
 * @builder: (transfer none): a builder whose root is complete
 *
 * Prints it as one line of JSON, at once.
 */
void
lobe_cli_print (JsonBuilder *builder)
{
  g_autofree char *line = lobe_json_take_string (builder);

  g_print ("%s\n", line);
}
