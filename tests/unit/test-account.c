/* test-account.c: what a person says of servers is kept, by several processes at once, and comes back */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store-fixture.h"

#include "server/lobe-servers.h"

static LobeAccount *
make_account (const char *id)
{
  LobeAccount *account = lobe_account_new (id, "Desk", "openai", "http://127.0.0.1:8000/v1");

  account->secret = g_strdup ("keyring:desk");
  account->enabled = FALSE;
  account->pool = g_strdup ("gpu");
  account->concurrency = 2;
  account->requests_per_minute = 60;
  lobe_account_set_header (account, "X-Team", "research", NULL);
  lobe_account_set_header (account, "X-Key", NULL, "env:KEY");
  g_assert_true (lobe_account_set_body (account, "{\"options\": {\"num_gpu\": 1}}", NULL));
  account->ca_file = g_strdup ("/ca.pem");
  account->certificate_file = g_strdup ("/me.pem");
  account->key_file = g_strdup ("/me.key");
  account->proxy = g_strdup ("http://proxy:3128");

  return account;
}

static void
test_value (void)
{
  g_autoptr (LobeAccount) account = make_account ("desk");
  g_autoptr (LobeAccount) copy = lobe_account_copy (account);
  g_autofree char *options = lobe_account_get_options (account);
  g_autoptr (GError) error = NULL;

  g_assert_true (lobe_account_equal (account, copy));
  g_assert_cmpstr (options, ==,
                   "{\"headers\":{\"x-team\":\"research\"},\"secret_headers\":{\"x-key\":\"env:KEY\"},"
                   "\"body\":{\"options\":{\"num_gpu\":1}},\"ca\":\"/ca.pem\",\"certificate\":\"/me.pem\",\"key\":\"/me.key\","
                   "\"proxy\":\"http://proxy:3128\"}");

  /* a header is plain or secret, not both, and in one case only */
  lobe_account_set_header (copy, "x-TEAM", NULL, "file:/team");
  g_assert_cmpuint (g_hash_table_size (copy->headers), ==, 0);
  g_assert_cmpuint (g_hash_table_size (copy->secret_headers), ==, 2);
  g_assert_false (lobe_account_equal (account, copy));

  /* what is damaged counts as not there */
  lobe_account_set_options (copy, "{\"headers\": {\"a\": 3, \"b\": \"c\"}, \"body\": [1], \"ca\": {}, \"x\": 1}");
  g_assert_cmpuint (g_hash_table_size (copy->headers), ==, 1);
  g_assert_null (copy->body);
  g_assert_null (copy->ca_file);
  lobe_account_set_options (copy, "[}");
  g_clear_pointer (&options, g_free);
  options = lobe_account_get_options (copy);
  g_assert_cmpstr (options, ==, "{}");

  g_assert_false (lobe_account_set_body (account, "[1]", &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_INVALID);
  g_assert_cmpstr (account->body, ==, "{\"options\":{\"num_gpu\":1}}");
}

static GPtrArray *
load_accounts (LobeStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *accounts;

  lobe_account_source_load_async (LOBE_ACCOUNT_SOURCE (store), NULL, on_result, &result);
  accounts = lobe_account_source_load_finish (LOBE_ACCOUNT_SOURCE (store), wait_result (&result), &error);
  g_assert_no_error (error);

  return accounts;
}

static void
assert_ids (LobeStore  *store,
            const char *expected)
{
  g_autoptr (GPtrArray) accounts = load_accounts (store);
  g_autoptr (GString) ids = g_string_new (NULL);

  for (guint i = 0; i < accounts->len; i++)
    g_string_append_printf (ids, "%s ", ((LobeAccount *) accounts->pdata[i])->id);
  g_assert_cmpstr (ids->str, ==, expected);
}

static void
test_store (Fixture       *fixture,
            gconstpointer  data)
{
  LobeAccountSource *source = LOBE_ACCOUNT_SOURCE (fixture->store);
  g_autoptr (LobeStore) other = lobe_store_new (fixture->folder, fixture->clock);
  g_autoptr (LobeAccount) account = make_account ("desk");
  g_autoptr (LobeAccount) second = lobe_account_new ("b", "B", "of tomorrow", "http://b/v1");
  g_autoptr (GPtrArray) accounts = NULL;

  g_assert_true (open_store (other, NULL));
  lobe_account_source_save (source, account, TRUE);
  flush_store (fixture->store);
  accounts = load_accounts (other);
  g_assert_cmpuint (accounts->len, ==, 1);
  g_assert_true (lobe_account_equal (account, accounts->pdata[0]));

  /* the other process adds one and puts it first; what is not written yet is read, too */
  lobe_account_source_save (LOBE_ACCOUNT_SOURCE (other), second, TRUE);
  lobe_account_source_order (LOBE_ACCOUNT_SOURCE (other), (const char *const[]) { "b", "desk", NULL });
  assert_ids (other, "b desk ");
  assert_ids (fixture->store, "b desk ");

  /* what one removes, a change by the other does not bring back, but Undo does */
  lobe_account_source_remove (LOBE_ACCOUNT_SOURCE (other), "desk");
  flush_store (other);
  g_set_str (&account->name, "Renamed");
  lobe_account_source_save (source, account, FALSE);
  assert_ids (fixture->store, "b ");
  lobe_account_source_save (source, account, TRUE);
  g_set_str (&account->name, "Renamed again");
  lobe_account_source_save (source, account, FALSE);
  assert_ids (fixture->store, "b desk ");
  flush_store (fixture->store);
  assert_plain (fixture->folder, "SELECT name FROM server WHERE id = 'desk'", "Renamed again");
  assert_plain (fixture->folder, "SELECT protocol FROM server WHERE id = 'b'", "of tomorrow");
}

static LobeServers *
new_servers (LobeHttp           *http,
             LobeDriverRegistry *drivers,
             LobeStore          *store)
{
  LobeServers *servers = lobe_servers_new (http, drivers);
  const char *const environment[] = { "OPENAI_API_KEY=sk-real", NULL };

  lobe_servers_add_environment (servers, environment);
  lobe_servers_set_source (servers, LOBE_ACCOUNT_SOURCE (store));

  return servers;
}

static void
load (LobeServers *servers)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  lobe_servers_load_async (servers, NULL, on_result, &result);
  g_assert_true (lobe_servers_load_finish (servers, wait_result (&result), &error));
  g_assert_no_error (error);
}

static void
test_servers (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeDriverRegistry) drivers = lobe_driver_registry_new ();
  g_autoptr (LobeStore) other_store = lobe_store_new (fixture->folder, fixture->clock);
  g_autoptr (LobeServers) here = new_servers (http, drivers, fixture->store);
  g_autoptr (LobeServers) there = NULL;
  g_autoptr (LobeAccount) foreign = lobe_account_new ("z", "Z", "of tomorrow", "http://z/v1");
  g_autoptr (LobeAccount) changed = NULL;
  LobeServer *desk;

  g_assert_true (open_store (other_store, NULL));
  there = new_servers (http, drivers, other_store);

  desk = lobe_servers_add_address (here, "ollama", "GPU “box”", "gpu", NULL);
  lobe_servers_add_address (here, "openai", "Two", "http://two", NULL);
  lobe_account_source_save (LOBE_ACCOUNT_SOURCE (fixture->store), foreign, TRUE);
  lobe_servers_move (here, desk, 7);
  g_assert_cmpint (lobe_servers_get_position (here, desk), ==, 1);
  flush_store (fixture->store);
  assert_plain (fixture->folder, "SELECT count (*) FROM server WHERE url LIKE '%api.openai.com%'", "0");

  load (there);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (there)), ==, 3);
  g_assert_cmpstr (lobe_server_get_name (lobe_servers_find_named (there, "gpu “BOX”")), ==, "GPU “box”");
  g_assert_cmpint (lobe_servers_get_position (there, lobe_servers_get (there, lobe_server_get_id (desk))), ==, 1);

  /* it stays the same object when it is changed elsewhere, and goes when it is removed there */
  desk = lobe_servers_get (there, lobe_server_get_id (desk));
  changed = lobe_account_copy (lobe_server_get_account (desk));
  g_set_str (&changed->name, "Renamed");
  changed->enabled = FALSE;
  lobe_server_set_account (desk, lobe_server_get_driver (desk), changed);
  lobe_servers_save (there, desk);
  flush_store (other_store);
  desk = lobe_servers_get (here, changed->id);
  load (here);
  g_assert_true (desk == lobe_servers_get (here, changed->id));
  g_assert_cmpstr (lobe_server_get_name (desk), ==, "Renamed");
  g_assert_false (lobe_server_get_enabled (desk));

  lobe_servers_remove (there, lobe_servers_get (there, changed->id));
  flush_store (other_store);
  load (here);
  g_assert_null (lobe_servers_get (here, changed->id));
  assert_ids (fixture->store, "openai-two z ");
}

static void
test_ids (void)
{
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeDriverRegistry) drivers = lobe_driver_registry_new ();
  g_autoptr (LobeServers) servers = lobe_servers_new (http, drivers);
  static const char *const names[][2] = {
    { "Desk", "desk" }, { "GPU box / 2", "gpu-box-2" }, { "Ollama", "ollama-2" }, { "桌子", "server" }, { "--", "server" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *id = lobe_servers_make_id (servers, names[i][0]);

      g_assert_cmpstr (id, ==, names[i][1]);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/account/value", test_value);
  g_test_add_func ("/account/ids", test_ids);
  g_test_add ("/account/store", Fixture, NULL, fixture_set_up, test_store, fixture_tear_down);
  g_test_add ("/account/servers", Fixture, NULL, fixture_set_up, test_servers, fixture_tear_down);

  return g_test_run ();
}
