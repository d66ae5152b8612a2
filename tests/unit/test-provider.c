/* test-provider.c: the well-known providers are data, and a new one needs nothing else */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "server/lobe-address.h"
#include "server/lobe-provider.h"
#include "server/lobe-server.h"

#include "fake-server.h"

/* as issue 4 names them */
static const char *const protocols[] = { "openai", "openai-responses", "azure", "ollama", "vllm", "tgi", "localai",
                                         "llama-server", "lmstudio", "anthropic", "gemini", NULL };

static void
test_data (void)
{
  g_autoptr (GPtrArray) providers = lobe_provider_load ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_local = 0;

  for (guint i = 0; i < providers->len; i++)
    {
      LobeProvider *provider = providers->pdata[i];
      const char *url = lobe_provider_get_url (provider);
      g_autofree char *normal = url != NULL ? lobe_address_normalize (url, lobe_provider_get_protocol (provider), NULL) : NULL;

      g_test_message ("%s", lobe_provider_get_id (provider));
      g_assert_true (g_hash_table_add (seen, (gpointer) lobe_provider_get_id (provider)));
      g_assert_true (g_strv_contains (protocols, lobe_provider_get_protocol (provider)));
      g_assert_cmpstr (normal, ==, url);
      n_local += lobe_provider_is_local (provider);
      if (lobe_provider_is_local (provider))
        continue;
      /* a key is sent nowhere in the open */
      g_assert_true (g_str_has_prefix (url != NULL ? url : lobe_provider_get_example (provider), "https://"));
      g_assert_cmpint (lobe_provider_get_key (provider), ==, LOBE_PROVIDER_KEY_REQUIRED);
      g_assert_true (g_str_has_prefix (lobe_provider_get_key_page (provider), "https://"));
    }

  g_assert_cmpuint (providers->len, >=, 18);
  g_assert_cmpuint (n_local, >=, 6);
  g_assert_nonnull (lobe_provider_find (providers, "anthropic"));
  g_assert_null (lobe_provider_find (providers, "nobody"));
}

static void
test_damaged (void)
{
  static const char *const texts[] = {
    "", "[]", "{}", "{\"providers\":{}}", "{\"providers\":[3]}",
    "{\"providers\":[{\"id\":\"a\",\"name\":\"A\",\"protocol\":\"openai\",\"key\":\"none\"}]}",
    "{\"providers\":[{\"id\":\"a\",\"name\":\"A\",\"protocol\":\"openai\",\"url\":\"http://a\",\"key\":\"perhaps\"}]}",
    "{\"providers\":[{\"id\":\"a\",\"name\":\"A\",\"protocol\":\"openai\",\"url\":\"http://a\",\"example\":\"b\",\"key\":\"none\"}]}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (lobe_provider_parse (texts[i], -1, &error));
      g_assert_error (error, LOBE_ERROR, LOBE_ERROR_INVALID);
    }
}

/* A line of data is all that a new provider with OpenAI's protocol takes. */
static void
test_new (void)
{
  static const FakeAnswer answers[] = {
    { "/paas/v7/models", 200, "{\"object\":\"list\",\"data\":[{\"id\":\"new-model\",\"object\":\"model\"}]}" },
    { NULL }
  };
  g_autoptr (FakeServer) server = fake_server_new (answers);
  g_autofree char *json = g_strdup_printf ("{\"providers\":[{\"id\":\"new\",\"name\":\"New\",\"protocol\":\"openai\","
                                           "\"url\":\"%s/paas/v7\",\"key\":\"optional\","
                                           "\"options\":{\"headers\":{\"Authorization\":\"Bearer by data\"}}}]}",
                                           server->url);
  g_autoptr (GPtrArray) providers = lobe_provider_parse (json, -1, NULL);
  g_autoptr (LobeDriverRegistry) drivers = lobe_driver_registry_new ();
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeAccount) account = lobe_provider_make_account (providers->pdata[0]);
  g_autoptr (LobeServer) new_server = NULL;
  g_autoptr (GAsyncResult) result = NULL;

  account->id = g_strdup ("new");
  new_server = lobe_server_new_for_account (http, lobe_driver_registry_lookup (drivers, account->protocol), account);
  lobe_server_refresh_async (new_server, NULL, fake_keep_result, &result);
  g_assert_true (lobe_server_refresh_finish (new_server, fake_wait (&result), NULL));
  g_assert_nonnull (lobe_server_find_model (new_server, "new-model"));
  g_assert_cmpstr (server->authorization, ==, "Bearer by data");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/provider/data", test_data);
  g_test_add_func ("/provider/damaged", test_damaged);
  g_test_add_func ("/provider/new", test_new);

  return g_test_run ();
}
