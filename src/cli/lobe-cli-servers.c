/* lobe-cli-servers.c: lobe-chat servers: which model servers there are, and what becomes of them */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "cli/lobe-cli-account.h"

#include "base/lobe-error.h"
#include "secret/lobe-keyring.h"
#include "server/lobe-provider.h"
#include "server/lobe-pool.h"
#include "server/lobe-server-test.h"

#include <glib/gi18n.h>

#include <string.h>

static gboolean option_json;
static char *option_model;

static GOptionEntry list_entries[] = {
  { "json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_("Print one JSON object a line for each server"), NULL },
  { NULL }
};

static GOptionEntry test_entries[] = {
  { "model", 'm', 0, G_OPTION_ARG_STRING, &option_model, N_("Have this model say a word, too"), N_("MODEL") },
  { NULL }
};

static GOptionEntry no_entries[] = {
  { NULL }
};

typedef int (*Command) (LobeCore    *core,
                        LobeServer  *server,
                        const char  *argument);

static int
usage_error (const char *text)
{
  g_printerr ("lobe-chat: %s\n", text);

  return LOBE_CLI_USAGE;
}

/* Waits until what was changed is on disk. */
static int
flush (LobeCore *core)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  lobe_store_flush_async (lobe_core_get_store (core), NULL, lobe_cli_result_cb, &result);
  if (!lobe_store_flush_finish (lobe_core_get_store (core), lobe_cli_await (&result), &error))
    return lobe_cli_fail (error);

  return 0;
}

static int
store_key (LobeAccount *account)
{
  g_autoptr (GError) error = NULL;
  int status;

  if (lobe_cli_account_store_key (account, &error))
    return 0;

  status = lobe_cli_fail (error);
  if (g_error_matches (error, LOBE_ERROR, LOBE_ERROR_KEYRING))
    g_printerr ("lobe-chat: %s\n", _("Use --key-env VARIABLE or --key-file FILE in place of --key-stdin."));

  return status;
}

static gboolean
check_name (LobeCore    *core,
            LobeAccount *account,
            LobeServer  *self,
            int         *status)
{
  LobeServer *other;

  if (account->name == NULL || *account->name == '\0' || !g_utf8_validate (account->name, -1, NULL)
      || strchr (account->name, '/') != NULL)
    {
      *status = usage_error (_("A server needs a name, without a slash."));
      return FALSE;
    }

  other = lobe_servers_find_named (lobe_core_get_servers (core), account->name);
  if (other == NULL || other == self)
    return TRUE;

  g_printerr ("lobe-chat: ");
  g_printerr (_("There is a server “%s” already.\n"), account->name);
  *status = 34;

  return FALSE;
}

static int
run_add (LobeCore   *core,
         const char *name)
{
  g_autoptr (LobeAccount) account = lobe_account_new (NULL, name, NULL, NULL);
  g_autoptr (LobeServer) server = NULL;
  LobeServers *servers = lobe_core_get_servers (core);
  int status = 0;

  if (!lobe_cli_account_apply (core, account, &status) || !check_name (core, account, NULL, &status))
    return status;

  account->id = lobe_servers_make_id (servers, account->name);
  status = store_key (account);
  if (status != 0)
    return status;

  server = lobe_server_new_for_account (lobe_core_get_http (core),
                                        lobe_driver_registry_lookup (lobe_core_get_drivers (core), account->protocol), account);
  lobe_servers_add (servers, server);

  return flush (core);
}

static void
forget_key (const char *reference)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (reference == NULL || !g_str_has_prefix (reference, LOBE_KEYRING_PREFIX))
    return;

  lobe_keyring_clear_async (reference, NULL, lobe_cli_result_cb, &result);
  if (!lobe_keyring_clear_finish (lobe_cli_await (&result), &error))
    g_printerr ("lobe-chat: %s\n", error->message);
}

static int
save (LobeCore          *core,
      LobeServer        *server,
      const LobeAccount *account)
{
  lobe_server_set_account (server, lobe_driver_registry_lookup (lobe_core_get_drivers (core), account->protocol), account);
  lobe_servers_save (lobe_core_get_servers (core), server);

  return flush (core);
}

static int
run_edit (LobeCore   *core,
          LobeServer *server,
          const char *argument)
{
  g_autoptr (LobeAccount) account = lobe_account_copy (lobe_server_get_account (server));
  g_autofree char *old_secret = g_strdup (account->secret);
  int status = 0;

  if (!lobe_cli_account_apply (core, account, &status) || !check_name (core, account, server, &status))
    return status;

  status = store_key (account);
  if (status != 0)
    return status;

  status = save (core, server, account);
  if (status == 0 && g_strcmp0 (old_secret, account->secret) != 0)
    forget_key (old_secret);

  return status;
}

static int
run_remove (LobeCore   *core,
            LobeServer *server,
            const char *argument)
{
  g_autofree char *secret = g_strdup (lobe_server_get_secret (server));
  int status;

  lobe_servers_remove (lobe_core_get_servers (core), server);
  status = flush (core);
  if (status == 0)
    forget_key (secret);

  return status;
}

static int
set_enabled (LobeCore   *core,
             LobeServer *server,
             gboolean    enabled)
{
  g_autoptr (LobeAccount) account = lobe_account_copy (lobe_server_get_account (server));

  account->enabled = enabled;

  return save (core, server, account);
}

static int
run_enable (LobeCore   *core,
            LobeServer *server,
            const char *argument)
{
  return set_enabled (core, server, TRUE);
}

static int
run_disable (LobeCore   *core,
             LobeServer *server,
             const char *argument)
{
  return set_enabled (core, server, FALSE);
}

static int
run_move (LobeCore   *core,
          LobeServer *server,
          const char *argument)
{
  guint64 position;

  if (argument == NULL || !g_ascii_string_to_unsigned (argument, 10, 1, G_MAXINT, &position, NULL))
    return usage_error (_("A position is a number from 1."));

  lobe_servers_move (lobe_core_get_servers (core), server, position - 1);

  return flush (core);
}

static int
run_test (LobeCore   *core,
          LobeServer *server,
          const char *argument)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *advice = NULL;
  guint n;
  int status;

  lobe_server_test_async (server, lobe_core_get_drivers (core), option_model, NULL, lobe_cli_result_cb, &result);
  if (lobe_server_test_finish (server, lobe_cli_await (&result), &advice, &error))
    {
      n = g_list_model_get_n_items (lobe_server_get_models (server));
      /* Translators: the name of a server, and how many models it has */
      g_print (ngettext ("%s works and has %u model.\n", "%s works and has %u models.\n", n), lobe_server_get_name (server), n);
      return 0;
    }

  status = lobe_cli_fail (error);
  if (advice != NULL)
    g_printerr ("lobe-chat: %s\n", advice);

  return status;
}

static void
print_json (LobeServer *server)
{
  static const char *const origins[] = { "environment", "engine", "pool", "saved" };
  const LobeAccount *account = lobe_server_get_account (server);
  g_autofree char *options = lobe_account_get_options (account);
  g_autoptr (JsonNode) node = lobe_json_parse (options, -1, NULL);
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "id", account->id);
  lobe_json_add_string (builder, "name", account->name);
  lobe_json_add_string (builder, "protocol", account->protocol);
  lobe_json_add_string (builder, "url", account->url);
  lobe_json_add_string (builder, "origin", origins[lobe_server_get_origin (server)]);
  lobe_json_add_boolean (builder, "enabled", account->enabled);
  lobe_json_add_string (builder, "secret", account->secret);
  lobe_json_add_string (builder, "pool", account->pool);
  lobe_json_add_int (builder, "concurrency", account->concurrency);
  lobe_json_add_int (builder, "requests_per_minute", account->requests_per_minute);
  json_builder_set_member_name (builder, "options");
  json_builder_add_value (builder, g_steal_pointer (&node));
  json_builder_end_object (builder);
  lobe_cli_print (builder);
}

static char *
get_place (LobeServer *server)
{
  guint n;

  switch (lobe_server_get_origin (server))
    {
    case LOBE_SERVER_ENGINE:
      return g_strdup (_("on this computer"));

    case LOBE_SERVER_POOLED:
      n = lobe_pool_get_n_members (LOBE_POOL (server));
      return g_strdup_printf (ngettext ("a pool of %u server", "a pool of %u servers", n), n);

    default:
      return g_strdup (lobe_server_get_base_url (server));
    }
}

static int
run_list (LobeCore *core)
{
  GListModel *servers = G_LIST_MODEL (lobe_core_get_servers (core));

  for (guint i = 0; i < g_list_model_get_n_items (servers); i++)
    {
      g_autoptr (LobeServer) server = g_list_model_get_item (servers, i);
      g_autofree char *place = get_place (server);

      if (option_json)
        print_json (server);
      else
        g_print ("%s\t%s\t%s%s\n", lobe_server_get_name (server), lobe_server_get_protocol (server), place,
                 lobe_server_get_enabled (server) ? "" : _("\t(off)"));
    }

  return 0;
}

static int
run_providers (void)
{
  g_autoptr (GPtrArray) providers = lobe_provider_load ();

  for (guint i = 0; i < providers->len; i++)
    {
      LobeProvider *provider = providers->pdata[i];
      const char *url = lobe_provider_get_url (provider);

      if (option_json)
        {
          g_autoptr (JsonBuilder) builder = json_builder_new ();

          json_builder_begin_object (builder);
          lobe_json_add_string (builder, "id", lobe_provider_get_id (provider));
          lobe_json_add_string (builder, "name", lobe_provider_get_name (provider));
          lobe_json_add_string (builder, "protocol", lobe_provider_get_protocol (provider));
          lobe_json_add_string (builder, "url", url);
          lobe_json_add_string (builder, "key_page", lobe_provider_get_key_page (provider));
          json_builder_end_object (builder);
          lobe_cli_print (builder);
        }
      else
        g_print ("%s\t%s\t%s\t%s\n", lobe_provider_get_id (provider), lobe_provider_get_name (provider),
                 lobe_provider_get_protocol (provider), url != NULL ? url : lobe_provider_get_example (provider));
    }

  return 0;
}

static const struct
{
  const char   *name;
  Command       run;
  const char   *arguments;
  const char   *summary;
  GOptionEntry *options;  /* NULL: those of an account */
  gboolean      any;      /* also one that the person did not add */
} commands[] = {
  { "list", NULL, NULL, N_("Lists the servers."), list_entries },
  { "providers", NULL, NULL, N_("Lists well-known providers and programs."), list_entries },
  { "add", NULL, N_("NAME"), N_("Adds a server."), NULL },
  { "edit", run_edit, N_("NAME"), N_("Changes a server."), NULL },
  { "test", run_test, N_("NAME"), N_("Tries a server, and says what is wrong."), test_entries, TRUE },
  { "remove", run_remove, N_("NAME"), N_("Removes a server, and its key from the keyring."), no_entries },
  { "enable", run_enable, N_("NAME"), N_("Uses a server again."), no_entries },
  { "disable", run_disable, N_("NAME"), N_("Keeps a server, but does not use it."), no_entries },
  { "move", run_move, N_("NAME POSITION"), N_("Moves a server within the list; the first is searched first."), no_entries },
};

static int
print_help (void)
{
  g_print ("%s\n\n", _("Usage: lobe-chat servers COMMAND [NAME] [OPTION…]"));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    g_print ("  %-9s %s\n", commands[i].name, _(commands[i].summary));
  g_print ("\n%s\n", _("“lobe-chat servers COMMAND --help” tells more."));

  return 0;
}

/* To try a pool is to try each of its servers. */
static int
run_on_pool (LobeCore   *core,
             guint       command,
             LobeServer *pool)
{
  int status = 0;

  if (!commands[command].any)
    {
      g_printerr ("lobe-chat: ");
      g_printerr (_("“%s” is a pool: change its servers.\n"), lobe_server_get_name (pool));
      return 34;
    }

  for (guint i = 0; i < lobe_pool_get_n_members (LOBE_POOL (pool)); i++)
    {
      int one = commands[command].run (core, lobe_pool_get_member (LOBE_POOL (pool), i), NULL);

      status = status != 0 ? status : one;
    }

  return status;
}

static int
run_on (LobeCore   *core,
        guint       command,
        const char *name,
        const char *argument)
{
  LobeServer *server = lobe_servers_find_named (lobe_core_get_servers (core), name);
  g_autoptr (LobeServer) kept = NULL;

  if (server == NULL)
    {
      g_printerr ("lobe-chat: ");
      g_printerr (_("There is no server “%s”.\n"), name);
      return 34;
    }
  if (LOBE_IS_POOL (server))
    return run_on_pool (core, command, server);
  if (!commands[command].any && lobe_server_get_origin (server) != LOBE_SERVER_SAVED)
    {
      g_printerr ("lobe-chat: ");
      g_printerr (_("“%s” comes from the environment or is built in, so it cannot be changed here.\n"), name);
      return 34;
    }

  kept = g_object_ref (server);

  return commands[command].run (core, server, argument);
}

static int
run (guint   i,
     int     argc,
     char  **argv)
{
  gboolean list = g_str_equal (commands[i].name, "list"), add = g_str_equal (commands[i].name, "add");
  gboolean move = g_str_equal (commands[i].name, "move"), providers = g_str_equal (commands[i].name, "providers");
  g_autoptr (GError) error = NULL;
  LobeCore *core;
  int status = 0;

  if (!lobe_cli_parse (&argc, &argv, commands[i].arguments != NULL ? _(commands[i].arguments) : NULL, _(commands[i].summary),
                       commands[i].options != NULL ? commands[i].options : lobe_cli_account_get_options (), &status))
    return status;
  if (argc != (list || providers ? 1 : move ? 3 : 2))
    return usage_error (list || providers ? _("There are words too many.") : move ? _("Give a server's name and a position.")
                                                                     : _("Give the name of one server."));

  if (providers)
    return run_providers ();

  core = lobe_cli_open (&error);
  if (core == NULL)
    return lobe_cli_fail (error);

  if (list)
    status = run_list (core);
  else if (add)
    status = run_add (core, argv[1]);
  else
    status = run_on (core, i, argv[1], move ? argv[2] : NULL);
  lobe_cli_close (core);

  return status;
}

/**
 * lobe_cli_servers:
 * @argc: arguments
 * @argv: arguments, the command's name first
 *
 * Lists, adds, changes, tries and removes servers.
 *
 * Returns: the exit status
 */
int
lobe_cli_servers (int    argc,
                  char **argv)
{
  if (argc < 2)
    return usage_error (_("What about servers? See “lobe-chat servers --help”."));
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h"))
    return print_help ();

  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      if (g_str_equal (argv[1], commands[i].name))
        return run (i, argc - 1, argv + 1);
    }

  g_printerr ("lobe-chat: ");
  g_printerr (_("There is no command “servers %s”; see “lobe-chat servers --help”.\n"), argv[1]);

  return LOBE_CLI_USAGE;
}
