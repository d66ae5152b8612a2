/* lobe-cli-models.c: lobe-chat models: which models can be asked */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "cli/lobe-cli.h"

#include <glib/gi18n.h>

static gboolean option_json;

static GOptionEntry entries[] = {
  { "json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_("Print one JSON object a line for each model"), NULL },
  { NULL }
};

static const struct
{
  LobeCapabilities capability;
  const char      *name;
} capabilities[] = {
  { LOBE_CAPABILITY_VISION, "vision" },
  { LOBE_CAPABILITY_TOOLS, "tools" },
  { LOBE_CAPABILITY_THINKING, "thinking" },
  { LOBE_CAPABILITY_EMBEDDING, "embedding" },
};

static void
print_json (LobeServer    *server,
            LobeModelInfo *info)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "server", lobe_server_get_id (server));
  lobe_json_add_string (builder, "model", lobe_model_info_get_id (info));
  lobe_json_add_string (builder, "name", lobe_model_info_get_name (info));
  lobe_json_add_int (builder, "context_length", lobe_model_info_get_context_length (info));
  lobe_json_add_boolean (builder, "loaded", lobe_model_info_get_loaded (info));
  lobe_json_begin_array (builder, "capabilities");
  for (guint i = 0; i < G_N_ELEMENTS (capabilities); i++)
    {
      if (lobe_model_info_get_capabilities (info) & capabilities[i].capability)
        json_builder_add_string_value (builder, capabilities[i].name);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  lobe_cli_print (builder);
}

static void
print_server (LobeServer *server)
{
  GListModel *models = lobe_server_get_models (server);
  guint n = g_list_model_get_n_items (models);

  if (lobe_server_get_error (server) != NULL)
    g_printerr ("lobe-chat: %s: %s\n", lobe_server_get_name (server), lobe_server_get_error (server)->message);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LobeModelInfo) info = g_list_model_get_item (models, i);

      if (option_json)
        print_json (server, info);
      else
        g_print ("%s/%s%s\n", lobe_server_get_id (server), lobe_model_info_get_id (info),
                 lobe_model_info_get_loaded (info) ? "\t*" : "");
    }
}

static const struct
{
  const char     *name;
  LobeCliCommand  run;
} commands[] = {
  { "get", lobe_cli_models_get },
  { "remove", lobe_cli_models_remove },
  { "downloads", lobe_cli_models_downloads },
};

/**
 * lobe_cli_models:
 * @argc: arguments
 * @argv: arguments, the command's name first
 *
 * Lists the models of all servers, or does with them what the first argument says; a star marks those in memory. Servers that are down are named on standard error.
 *
 * Returns: the exit status
 */
int
lobe_cli_models (int    argc,
                 char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  LobeServers *servers;
  LobeCore *core;
  int status = 0;
  guint n;

  for (guint i = 0; argc > 1 && i < G_N_ELEMENTS (commands); i++)
    {
      if (g_str_equal (argv[1], commands[i].name))
        return commands[i].run (argc - 1, argv + 1);
    }

  if (!lobe_cli_parse (&argc, &argv, _("[get|remove|downloads]"), _("Lists the models that can be asked."), entries, &status))
    return status;
  if (argc > 1)
    {
      g_printerr ("lobe-chat: ");
      g_printerr (_("There is no command “models %s”; see “lobe-chat models --help”."), argv[1]);
      g_printerr ("\n");
      return LOBE_CLI_USAGE;
    }
  core = lobe_cli_open (&error);
  if (core == NULL)
    return lobe_cli_fail (error);

  servers = lobe_core_get_servers (core);
  lobe_servers_refresh_async (servers, NULL, lobe_cli_result_cb, &result);
  if (!lobe_servers_refresh_finish (servers, lobe_cli_await (&result), &error))
    status = lobe_cli_fail (error);

  n = g_list_model_get_n_items (G_LIST_MODEL (servers));
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LobeServer) server = g_list_model_get_item (G_LIST_MODEL (servers), i);

      /* what a member offers its pool has told */
      if (lobe_server_get_pool (server) == NULL)
        print_server (server);
    }

  lobe_cli_close (core);

  return status;
}
