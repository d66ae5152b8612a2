/* lobe-cli-library.c: lobe-chat models get, remove, downloads: which models there are is up to the person */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "cli/lobe-cli.h"

#include "base/lobe-error.h"
#include "engine/lobe-fit.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

static char *option_server;
static char *option_sha256;
static gboolean option_json;

static GOptionEntry get_entries[] = {
  { "server", 's', 0, G_OPTION_ARG_STRING, &option_server, N_("Have this server fetch it"), N_("SERVER") },
  { "sha256", 0, 0, G_OPTION_ARG_STRING, &option_sha256, N_("What the file's checksum must be"), N_("DIGITS") },
  { "json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_("Print one JSON object at the end"), NULL },
  { NULL }
};

static GOptionEntry remove_entries[] = {
  { "server", 's', 0, G_OPTION_ARG_STRING, &option_server, N_("The server that has it"), N_("SERVER") },
  { NULL }
};

static GOptionEntry downloads_entries[] = {
  { "json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_("Print one JSON object a line for each"), NULL },
  { NULL }
};

/* By its id, or by its name in any case. */
static LobeServer *
get_server (LobeCore   *core,
            const char *words)
{
  GListModel *servers = G_LIST_MODEL (lobe_core_get_servers (core));
  LobeServer *found = lobe_servers_get (LOBE_SERVERS (servers), words);

  for (guint i = 0; found == NULL && i < g_list_model_get_n_items (servers); i++)
    {
      g_autoptr (LobeServer) server = g_list_model_get_item (servers, i);

      if (g_ascii_strcasecmp (lobe_server_get_name (server), words) == 0)
        found = server;
    }

  return found;
}

static gboolean
load_transfers (LobeCore  *core,
                GError   **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  lobe_transfers_load_async (lobe_core_get_transfers (core), NULL, lobe_cli_result_cb, &result);

  return lobe_transfers_load_finish (lobe_core_get_transfers (core), lobe_cli_await (&result), error);
}

static gboolean
is_called (LobeCatalogueEntry *entry,
           const char         *words)
{
  const char *file_name = lobe_catalogue_entry_get_file_name (entry);
  gsize length = strlen (file_name) - strlen (".gguf");

  return g_ascii_strcasecmp (lobe_catalogue_entry_get_name (entry), words) == 0
         || g_ascii_strcasecmp (file_name, words) == 0
         || (strlen (words) == length && g_ascii_strncasecmp (file_name, words, length) == 0);
}

/* An unfinished download that is called so. */
static LobeDownload *
find_download (LobeCore   *core,
               const char *words)
{
  GListModel *transfers = G_LIST_MODEL (lobe_core_get_transfers (core));

  for (guint i = 0; i < g_list_model_get_n_items (transfers); i++)
    {
      g_autoptr (LobeTransfer) transfer = g_list_model_get_item (transfers, i);

      if (LOBE_IS_DOWNLOAD (transfer) && is_called (lobe_download_get_entry (LOBE_DOWNLOAD (transfer)), words))
        return LOBE_DOWNLOAD (transfer);
    }

  return NULL;
}

static LobeCatalogueEntry *
find_entry (LobeCore   *core,
            const char *words)
{
  g_autoptr (GListModel) catalogue = lobe_catalogue_load_built_in ();
  LobeDownload *download = find_download (core, words);

  if (download != NULL)
    return g_object_ref (lobe_download_get_entry (download));

  for (guint i = 0; i < g_list_model_get_n_items (catalogue); i++)
    {
      g_autoptr (LobeCatalogueEntry) entry = g_list_model_get_item (catalogue, i);

      if (is_called (entry, words))
        return g_steal_pointer (&entry);
    }

  return NULL;
}

/* The first server that fetches models itself. */
static LobeServer *
find_puller (LobeCore *core)
{
  GListModel *servers = G_LIST_MODEL (lobe_core_get_servers (core));

  for (guint i = 0; i < g_list_model_get_n_items (servers); i++)
    {
      g_autoptr (LobeServer) server = g_list_model_get_item (servers, i);

      if (lobe_server_get_library_actions (server) & LOBE_LIBRARY_PULL)
        return server;
    }

  return NULL;
}

/* What is meant: an address, a model that the catalogue has or whose download waits, else the name of one that a server
 * fetches. */
static LobeTransfer *
begin_transfer (LobeCore    *core,
                const char  *words,
                GError     **error)
{
  LobeTransfers *transfers = lobe_core_get_transfers (core);
  g_autoptr (LobeCatalogueEntry) entry = NULL;
  LobeServer *server;

  if (option_server == NULL && strstr (words, "://") != NULL)
    {
      entry = lobe_catalogue_entry_new_for_uri (words, option_sha256, error);
      return entry != NULL ? lobe_transfers_fetch (transfers, entry) : NULL;
    }

  entry = option_server == NULL ? find_entry (core, words) : NULL;
  if (entry != NULL)
    return lobe_transfers_fetch (transfers, entry);

  server = option_server != NULL ? get_server (core, option_server) : find_puller (core);
  if (server == NULL)
    {
      if (option_server != NULL)
        g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("There is no server “%s”."), option_server);
      else
        g_set_error (error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND,
                     _("“%s” is no address, the catalogue has no such model, and no server is set up that fetches models."),
                     words);
      return NULL;
    }

  return lobe_transfers_pull (transfers, server, words);
}

static void
print_progress (LobeTransfer *transfer)
{
  gint64 size = lobe_transfer_get_size (transfer);
  gint64 received = lobe_transfer_get_received (transfer);
  g_autofree char *received_words = g_format_size (received);
  g_autofree char *size_words = g_format_size (size);
  g_autofree char *amount = NULL;

  if (!isatty (STDERR_FILENO))
    return;

  if (lobe_transfer_get_words (transfer) != NULL)
    amount = g_strdup (lobe_transfer_get_words (transfer));
  else if (size > 0)
    /* Translators: how much of a file is here, how much it is in all, and that in per cent */
    amount = g_strdup_printf (_("%s of %s (%d %%)"), received_words, size_words, (int) (received * 100.0 / size));
  else
    amount = g_strdup (received_words);

  g_printerr ("\r\033[K%s", amount);
}

/* A model for this computer that will not run on it is not worth the wait. */
static void
print_fit (LobeTransfer *transfer)
{
  LobeMemory memory = lobe_memory_read ();
  gint64 need = lobe_fit_need (lobe_transfer_get_size (transfer), 0, 0);
  LobeFit fit = lobe_fit_judge (need, memory);
  g_autofree char *words = lobe_fit_dup_words (fit, need, memory);

  if (LOBE_IS_DOWNLOAD (transfer) && fit >= LOBE_FIT_TIGHT)
    g_printerr ("%s\n", words);
}

static gboolean
interrupted_cb (gpointer user_data)
{
  lobe_transfer_pause (user_data);

  return G_SOURCE_CONTINUE;
}

static void
print_arrived (LobeTransfer *transfer)
{
  LobeDownload *download = LOBE_IS_DOWNLOAD (transfer) ? LOBE_DOWNLOAD (transfer) : NULL;
  g_autoptr (JsonBuilder) builder = NULL;

  if (!option_json)
    {
      /* as sha256sum has it, which can check it again */
      if (download != NULL)
        g_print ("%s  %s\n", lobe_download_get_sha256 (download), lobe_download_get_path (download));
      else
        g_print ("%s\n", lobe_transfer_get_name (transfer));
      return;
    }

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "name", lobe_transfer_get_name (transfer));
  lobe_json_add_int (builder, "size", lobe_transfer_get_size (transfer));
  if (download != NULL)
    {
      lobe_json_add_string (builder, "path", lobe_download_get_path (download));
      lobe_json_add_string (builder, "sha256", lobe_download_get_sha256 (download));
    }
  else
    {
      lobe_json_add_string (builder, "server", lobe_server_get_id (lobe_pull_get_server (LOBE_PULL (transfer))));
    }
  json_builder_end_object (builder);
  lobe_cli_print (builder);
}

static int
wait_for_transfer (LobeTransfer *transfer)
{
  guint signal_id = g_unix_signal_add (SIGINT, interrupted_cb, transfer);
  LobeTransferState state;

  g_signal_connect (transfer, "notify::size", G_CALLBACK (print_fit), NULL);
  g_signal_connect (transfer, "notify::received", G_CALLBACK (print_progress), NULL);
  g_signal_connect (transfer, "notify::words", G_CALLBACK (print_progress), NULL);
  while ((state = lobe_transfer_get_state (transfer)) == LOBE_TRANSFER_RUNNING)
    g_main_context_iteration (NULL, TRUE);
  g_source_remove (signal_id);
  if (isatty (STDERR_FILENO))
    g_printerr ("\r\033[K");

  switch (state)
    {
    case LOBE_TRANSFER_DONE:
      print_arrived (transfer);
      return 0;
    case LOBE_TRANSFER_PAUSED:
      g_printerr ("lobe-chat: %s\n", _("Paused. What has come is kept; the same command goes on."));
      return 130;
    default:
      return lobe_cli_fail (lobe_transfer_get_error (transfer));
    }
}

/**
 * lobe_cli_models_get:
 * @argc: arguments
 * @argv: arguments, the command's name first
 *
 * Brings a model: a GGUF file to this computer, or one that a server fetches. Interrupted, it keeps what has come.
 *
 * Returns: the exit status
 */
int
lobe_cli_models_get (int    argc,
                     char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LobeTransfer) transfer = NULL;
  LobeCore *core;
  int status = 0;

  if (!lobe_cli_parse (&argc, &argv, _("ADDRESS|NAME"),
                       _("Brings a model: the GGUF file at an address, a model of the catalogue, or one that a server fetches."),
                       get_entries, &status))
    return status;
  if (argc != 2)
    {
      g_printerr ("lobe-chat: %s\n", _("Usage: lobe-chat models get [--server SERVER] [--sha256 DIGITS] ADDRESS|NAME"));
      return LOBE_CLI_USAGE;
    }

  core = lobe_cli_open (&error);
  if (core == NULL)
    return lobe_cli_fail (error);

  if (load_transfers (core, &error))
    {
      LobeTransfer *begun = begin_transfer (core, argv[1], &error);

      transfer = begun != NULL ? g_object_ref (begun) : NULL;
    }
  if (transfer != NULL)
    status = wait_for_transfer (transfer);
  else
    status = lobe_cli_fail (error);

  lobe_cli_close (core);

  return status;
}

static LobeServer *
find_model (LobeCore       *core,
            const char     *words,
            LobeModelInfo **info,
            GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  LobeServer *server;
  LobeModelInfo *found;

  if (option_server == NULL)
    {
      LobeServers *servers = lobe_core_get_servers (core);
      LobeServer *here = lobe_core_get_engine_server (core);
      g_autoptr (GAsyncResult) refreshed = NULL;

      /* a file is a file also where no engine is */
      lobe_server_refresh_async (here, NULL, lobe_cli_result_cb, &refreshed);
      lobe_server_refresh_finish (here, lobe_cli_await (&refreshed), NULL);
      found = lobe_server_find_model (here, words);
      if (found != NULL)
        {
          *info = g_object_ref (found);
          return g_object_ref (here);
        }

      lobe_servers_find_async (servers, words, NULL, lobe_cli_result_cb, &result);
      return lobe_servers_find_finish (servers, lobe_cli_await (&result), info, error);
    }

  server = get_server (core, option_server);
  if (server == NULL)
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("There is no server “%s”."), option_server);
      return NULL;
    }
  lobe_server_refresh_async (server, NULL, lobe_cli_result_cb, &result);
  if (!lobe_server_refresh_finish (server, lobe_cli_await (&result), error)
      && !g_error_matches (*error, LOBE_ERROR, LOBE_ERROR_NOT_INSTALLED))
    return NULL;

  g_clear_error (error);
  found = lobe_server_find_model (server, words);
  if (found == NULL)
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND, _("%s has no model “%s”."), lobe_server_get_name (server),
                   words);
      return NULL;
    }
  *info = g_object_ref (found);

  return g_object_ref (server);
}

static int
remove_model (LobeCore   *core,
              const char *words)
{
  g_autofree char *name = g_str_has_suffix (words, ".gguf") ? g_strndup (words, strlen (words) - 5) : g_strdup (words);
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (LobeModelInfo) info = NULL;
  g_autoptr (LobeServer) server = NULL;
  LobeDownload *download = option_server == NULL ? find_download (core, words) : NULL;

  if (download != NULL)
    {
      lobe_transfer_discard (LOBE_TRANSFER (download));
      return 0;
    }

  server = find_model (core, name, &info, &error);
  if (server == NULL)
    return lobe_cli_fail (error);

  lobe_server_run_library_async (server, LOBE_LIBRARY_REMOVE, info, NULL, NULL, NULL, lobe_cli_result_cb, &result);
  if (!lobe_server_run_library_finish (server, lobe_cli_await (&result), &error))
    return lobe_cli_fail (error);

  return 0;
}

/**
 * lobe_cli_models_remove:
 * @argc: arguments
 * @argv: arguments, the command's name first
 *
 * Deletes a model, or what has come of one that is not whole.
 *
 * Returns: the exit status
 */
int
lobe_cli_models_remove (int    argc,
                        char **argv)
{
  g_autoptr (GError) error = NULL;
  LobeCore *core;
  int status = 0;

  if (!lobe_cli_parse (&argc, &argv, _("NAME"), _("Deletes a model, or what has come of one that is not whole."),
                       remove_entries, &status))
    return status;
  if (argc != 2)
    {
      g_printerr ("lobe-chat: %s\n", _("Usage: lobe-chat models remove [--server SERVER] NAME"));
      return LOBE_CLI_USAGE;
    }

  core = lobe_cli_open (&error);
  if (core == NULL)
    return lobe_cli_fail (error);

  if (load_transfers (core, &error))
    status = remove_model (core, argv[1]);
  else
    status = lobe_cli_fail (error);

  lobe_cli_close (core);

  return status;
}

static void
print_download (LobeDownload *download)
{
  LobeTransfer *transfer = LOBE_TRANSFER (download);
  LobeCatalogueEntry *entry = lobe_download_get_entry (download);
  g_autofree char *received = g_format_size (lobe_transfer_get_received (transfer));
  g_autofree char *size = lobe_transfer_get_size (transfer) > 0 ? g_format_size (lobe_transfer_get_size (transfer)) : g_strdup ("?");
  g_autoptr (JsonBuilder) builder = NULL;

  if (!option_json)
    {
      g_print ("%s\t%s/%s\t%s\n", lobe_catalogue_entry_get_file_name (entry), received, size, lobe_catalogue_entry_get_uri (entry));
      return;
    }

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "name", lobe_transfer_get_name (transfer));
  lobe_json_add_string (builder, "file", lobe_catalogue_entry_get_file_name (entry));
  lobe_json_add_string (builder, "address", lobe_catalogue_entry_get_uri (entry));
  lobe_json_add_int (builder, "received", lobe_transfer_get_received (transfer));
  lobe_json_add_int (builder, "size", lobe_transfer_get_size (transfer));
  lobe_json_add_string (builder, "sha256", lobe_catalogue_entry_get_sha256 (entry));
  json_builder_end_object (builder);
  lobe_cli_print (builder);
}

/**
 * lobe_cli_models_downloads:
 * @argc: arguments
 * @argv: arguments, the command's name first
 *
 * Lists the downloads that are not whole; `models get` with the name goes on with one.
 *
 * Returns: the exit status
 */
int
lobe_cli_models_downloads (int    argc,
                           char **argv)
{
  g_autoptr (GError) error = NULL;
  GListModel *transfers;
  LobeCore *core;
  int status = 0;

  if (!lobe_cli_parse (&argc, &argv, NULL, _("Lists the downloads that are not whole."), downloads_entries, &status))
    return status;

  core = lobe_cli_open (&error);
  if (core == NULL)
    return lobe_cli_fail (error);

  if (!load_transfers (core, &error))
    status = lobe_cli_fail (error);

  transfers = G_LIST_MODEL (lobe_core_get_transfers (core));
  for (guint i = 0; i < g_list_model_get_n_items (transfers); i++)
    {
      g_autoptr (LobeTransfer) transfer = g_list_model_get_item (transfers, i);

      if (LOBE_IS_DOWNLOAD (transfer))
        print_download (LOBE_DOWNLOAD (transfer));
    }

  lobe_cli_close (core);

  return status;
}
