/* test-servers.c: which servers there are, and which of them has the model that is wanted */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "server/lobe-servers.h"

#include "fake-server.h"

#define MODELS(...) "{\"object\":\"list\",\"data\":[" __VA_ARGS__ "]}"
#define MODEL(id) "{\"id\":\"" id "\",\"object\":\"model\"}"

static const FakeAnswer openai_answers[] = {
  { "/v1/models", 200, MODELS (MODEL ("hf.co/x/y") "," MODEL ("both")) },
  { NULL }
};
static const FakeAnswer other_answers[] = {
  { "/v1/models", 200, MODELS (MODEL ("both") "," MODEL ("late")) },
  { NULL }
};
static const FakeAnswer silent_answers[] = {
  { "/v1/models", 200, NULL },
  { NULL }
};
static const FakeAnswer ollama_answers[] = {
  { "/api/tags", 200,
    "{\"models\":[{\"name\":\"embed:latest\",\"model\":\"embed:latest\",\"capabilities\":[\"embedding\"]},"
    "{\"name\":\"first:7b\",\"model\":\"first:7b\"},{\"name\":\"qwen3:latest\",\"model\":\"qwen3:latest\"}]}" },
  { "/api/ps", 200, "{\"models\":[{\"name\":\"qwen3:latest\",\"model\":\"qwen3:latest\"}]}" },
  { "/api/version", 200, "{\"version\":\"0.17.4\"}" },
  { NULL }
};

typedef struct
{
  LobeHttp           *http;
  LobeDriverRegistry *drivers;
  LobeServers        *servers;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->http = lobe_http_new (NULL, NULL);
  fixture->drivers = lobe_driver_registry_new ();
  fixture->servers = lobe_servers_new (fixture->http, fixture->drivers);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->servers);
  g_object_unref (fixture->drivers);
  g_object_unref (fixture->http);
}

static void
add_environment (Fixture    *fixture,
                 const char *first,
                 ...)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) environment = NULL;
  va_list args;

  va_start (args, first);
  for (const char *variable = first; variable != NULL; variable = va_arg (args, const char *))
    g_strv_builder_add (builder, variable);
  va_end (args);

  environment = g_strv_builder_end (builder);
  lobe_servers_add_environment (fixture->servers, (const char * const *) environment);
}

static LobeServer *
find (Fixture        *fixture,
      const char     *model,
      LobeModelInfo **info,
      GError        **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  lobe_servers_find_async (fixture->servers, model, NULL, fake_keep_result, &result);

  return lobe_servers_find_finish (fixture->servers, fake_wait (&result), info, error);
}

static void
assert_found (Fixture    *fixture,
              const char *spec,
              const char *server_id,
              const char *model_id)
{
  g_autoptr (LobeModelInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (LobeServer) server = find (fixture, spec, &info, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (lobe_server_get_id (server), ==, server_id);
  g_assert_cmpstr (lobe_model_info_get_id (info), ==, model_id);
  g_assert_cmpstr (lobe_model_info_get_server (info), ==, server_id);
}

static LobeServer *
get (Fixture    *fixture,
     const char *id)
{
  LobeServer *server = lobe_servers_get (fixture->servers, id);

  g_assert_nonnull (server);

  return server;
}

static void
test_environment (Fixture       *fixture,
                  gconstpointer  data)
{
  add_environment (fixture, "OLLAMA_HOST=0.0.0.0", "OPENAI_BASE_URL=http://localhost:8000/v1/", "OPENAI_API_KEY=sk-real",
                   "LOBE_DEFAULT_MODEL=qwen3", NULL);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->servers)), ==, 2);
  g_assert_cmpstr (lobe_server_get_base_url (get (fixture, "ollama")), ==, "http://127.0.0.1:11434");
  g_assert_cmpstr (lobe_server_get_protocol (get (fixture, "ollama")), ==, "ollama");
  g_assert_cmpstr (lobe_server_get_base_url (get (fixture, "openai")), ==, "http://localhost:8000/v1");
  g_assert_cmpstr (lobe_server_get_secret (get (fixture, "openai")), ==, "env:OPENAI_API_KEY");
  g_assert_cmpint (lobe_server_get_origin (get (fixture, "openai")), ==, LOBE_SERVER_ENVIRONMENT);
  g_assert_true (lobe_server_is_local (get (fixture, "openai")));
  g_assert_false (lobe_server_get_on_demand (get (fixture, "openai")));
  g_assert_cmpstr (lobe_servers_get_default_model (fixture->servers), ==, "qwen3");
}

static void
test_environment_prefers_base_url (Fixture       *fixture,
                                   gconstpointer  data)
{
  add_environment (fixture, "OLLAMA_HOST=1.1.1.1", "OLLAMA_BASE_URL=http://gpu:11434", NULL);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->servers)), ==, 1);
  g_assert_cmpstr (lobe_server_get_base_url (get (fixture, "ollama")), ==, "http://gpu:11434");
  g_assert_false (lobe_server_is_local (get (fixture, "ollama")));
}

static void
test_no_key (Fixture       *fixture,
             gconstpointer  data)
{
  const char *variable = data;

  add_environment (fixture, "OPENAI_BASE_URL=http://localhost:8000", variable, NULL);

  g_assert_null (lobe_server_get_secret (get (fixture, "openai")));
}

static void
test_key_alone (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  add_environment (fixture, "OPENAI_API_KEY=sk-real", "LOBE_DEFAULT_MODEL=", NULL);

  g_assert_cmpstr (lobe_server_get_base_url (get (fixture, "openai")), ==, "https://api.openai.com/v1");
  g_assert_cmpstr (lobe_server_get_name (get (fixture, "openai")), ==, "OpenAI");
  g_assert_true (lobe_server_get_on_demand (get (fixture, "openai")));
  g_assert_null (lobe_servers_get_default_model (fixture->servers));

  lobe_servers_refresh_async (fixture->servers, NULL, fake_keep_result, &result);
  g_assert_true (lobe_servers_refresh_finish (fixture->servers, fake_wait (&result), &error));
  g_assert_cmpint (lobe_server_get_state (get (fixture, "openai")), ==, LOBE_SERVER_UNKNOWN);

  g_assert_null (find (fixture, NULL, NULL, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "OpenAI/MODEL"));
  g_assert_cmpint (lobe_server_get_state (get (fixture, "openai")), ==, LOBE_SERVER_UNKNOWN);
}

static void
test_placeholder_key_alone (Fixture       *fixture,
                            gconstpointer  data)
{
  add_environment (fixture, "OPENAI_API_KEY=sk-none-required-for-local", NULL);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->servers)), ==, 0);
}

/* The one that is asked on demand comes into play when it is named, and when nobody else has the model. */
static void
test_on_demand (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (FakeServer) near = fake_server_new (openai_answers);
  g_autoptr (FakeServer) far = fake_server_new (other_answers);
  g_autofree char *near_url = g_strconcat (near->url, "/v1", NULL);
  g_autofree char *far_url = g_strconcat (far->url, "/v1", NULL);
  g_autoptr (LobeServer) on_demand = NULL;
  LobeServer *added;

  on_demand = g_object_new (LOBE_TYPE_SERVER, "http", fixture->http,
                            "driver", lobe_driver_registry_lookup (fixture->drivers, "openai"), "id", "openai",
                            "name", "OpenAI", "base-url", far_url, "origin", (guint) LOBE_SERVER_ENVIRONMENT,
                            "on-demand", TRUE, NULL);
  lobe_servers_add (fixture->servers, on_demand);
  added = lobe_servers_add_address (fixture->servers, "openai", "Near", near_url, NULL);

  assert_found (fixture, "both", lobe_server_get_id (added), "both");
  assert_found (fixture, "hf.co/x/y", lobe_server_get_id (added), "hf.co/x/y");
  assert_found (fixture, NULL, lobe_server_get_id (added), "hf.co/x/y");
  g_assert_cmpstr (far->asked->str, ==, "");

  assert_found (fixture, "late", "openai", "late");
  assert_found (fixture, "openai/both", "openai", "both");
}

static void
test_find (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (FakeServer) ollama = fake_server_new (ollama_answers);
  g_autoptr (FakeServer) openai = fake_server_new (openai_answers);
  g_autoptr (FakeServer) other = fake_server_new (other_answers);
  g_autofree char *ollama_variable = g_strconcat ("OLLAMA_BASE_URL=", ollama->url, NULL);
  g_autofree char *openai_variable = g_strconcat ("OPENAI_BASE_URL=", openai->url, NULL);
  g_autoptr (GError) error = NULL;
  LobeServer *saved;
  const char *saved_id;

  add_environment (fixture, ollama_variable, openai_variable, NULL);
  saved = lobe_servers_add_address (fixture->servers, "openai", "The Other", other->url, &error);
  g_assert_no_error (error);
  saved_id = lobe_server_get_id (saved);

  /* A loaded model before others, and no embedding model ever */
  assert_found (fixture, NULL, "ollama", "qwen3:latest");
  assert_found (fixture, "qwen3", "ollama", "qwen3:latest");
  assert_found (fixture, "QWEN3:latest", "ollama", "qwen3:latest");
  assert_found (fixture, "both", "openai", "both");
  assert_found (fixture, "late", saved_id, "late");
  assert_found (fixture, "the other/both", saved_id, "both");
  assert_found (fixture, "OLLAMA/qwen3", "ollama", "qwen3:latest");
  assert_found (fixture, "openai/hf.co/x/y", "openai", "hf.co/x/y");
  assert_found (fixture, "hf.co/x/y", "openai", "hf.co/x/y");

  g_assert_null (find (fixture, "ollama/late", NULL, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND);
  g_clear_error (&error);

  g_assert_null (find (fixture, "nobody", NULL, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "Ollama"));
  g_assert_nonnull (strstr (error->message, "The Other"));
}

/* Nobody said which it is: its list does. What the person chose stays. */
static void
test_recognised (Fixture       *fixture,
                 gconstpointer  data)
{
  static const FakeAnswer vllm_answers[] = {
    { "/v1/models", 200, "{\"data\":[{\"id\":\"m\",\"owned_by\":\"vllm\",\"max_model_len\":512}]}" },
    { NULL }
  };
  g_autoptr (FakeServer) vllm = fake_server_new (vllm_answers);
  g_autoptr (FakeServer) other = fake_server_new (vllm_answers);
  g_autofree char *variable = g_strconcat ("OPENAI_BASE_URL=", vllm->url, NULL);
  LobeServer *chosen;

  add_environment (fixture, variable, NULL);
  chosen = lobe_servers_add_address (fixture->servers, "openai", "Chosen", other->url, NULL);
  g_assert_cmpstr (lobe_server_get_protocol (get (fixture, "openai")), ==, "openai");

  assert_found (fixture, "openai/m", "openai", "m");
  g_assert_cmpstr (lobe_server_get_protocol (get (fixture, "openai")), ==, "vllm");
  g_assert_true (lobe_server_can_prefill (get (fixture, "openai")));
  assert_found (fixture, "chosen/m", lobe_server_get_id (chosen), "m");
  g_assert_cmpstr (lobe_server_get_protocol (chosen), ==, "openai");
}

static void
test_default_model (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (FakeServer) ollama = fake_server_new (ollama_answers);
  g_autofree char *variable = g_strconcat ("OLLAMA_BASE_URL=", ollama->url, NULL);

  add_environment (fixture, variable, "LOBE_DEFAULT_MODEL=ollama/first:7b", NULL);

  assert_found (fixture, NULL, "ollama", "first:7b");
}

static void
test_down_and_silent_hide_nobody (Fixture       *fixture,
                                  gconstpointer  data)
{
  g_autoptr (FakeServer) silent = fake_server_new (silent_answers);
  g_autoptr (FakeServer) other = fake_server_new (other_answers);
  g_autofree char *down = g_strdup_printf ("OLLAMA_HOST=127.0.0.1:%u", fake_server_find_closed_port ());
  g_autofree char *variable = g_strconcat ("OPENAI_BASE_URL=", silent->url, NULL);
  g_autoptr (GError) error = NULL;
  LobeServer *saved;
  gint64 begin;

  add_environment (fixture, down, variable, NULL);
  saved = lobe_servers_add_address (fixture->servers, "openai", NULL, other->url, NULL);

  begin = g_get_monotonic_time ();
  assert_found (fixture, "late", lobe_server_get_id (saved), "late");
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 5 * G_USEC_PER_SEC);
  g_assert_cmpint (lobe_server_get_state (get (fixture, "ollama")), ==, LOBE_SERVER_OFFLINE);

  g_assert_null (find (fixture, "nobody", NULL, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND);
  g_assert_cmpint (lobe_server_get_state (get (fixture, "openai")), ==, LOBE_SERVER_OFFLINE);
  g_assert_error (lobe_server_get_error (get (fixture, "openai")), LOBE_ERROR, LOBE_ERROR_TIMED_OUT);
  g_clear_error (&error);

  /* Who names a server that is down hears why. */
  g_assert_null (find (fixture, "Ollama/x", NULL, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_UNREACHABLE);
}

static void
test_find_cancelled (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (FakeServer) silent = fake_server_new (silent_answers);
  g_autofree char *variable = g_strconcat ("OPENAI_BASE_URL=", silent->url, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  add_environment (fixture, variable, NULL);
  lobe_servers_find_async (fixture->servers, "x", cancellable, fake_keep_result, &result);
  while (silent->asked->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cancellable);

  g_assert_null (lobe_servers_find_finish (fixture->servers, fake_wait (&result), NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpint (lobe_server_get_state (get (fixture, "openai")), ==, LOBE_SERVER_UNKNOWN);
}

static void
test_key_is_sent (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (FakeServer) openai = fake_server_new (openai_answers);
  g_autofree char *variable = g_strconcat ("OPENAI_BASE_URL=", openai->url, NULL);

  g_setenv ("OPENAI_API_KEY", "sk-secret", TRUE);
  add_environment (fixture, variable, "OPENAI_API_KEY=sk-secret", NULL);
  assert_found (fixture, "both", "openai", "both");
  g_unsetenv ("OPENAI_API_KEY");

  g_assert_cmpstr (openai->authorization, ==, "Bearer sk-secret");
}

static void
test_order (Fixture       *fixture,
            gconstpointer  data)
{
  LobeDriver *driver = lobe_driver_registry_lookup (fixture->drivers, "openai");
  g_autoptr (LobeServer) engine = lobe_server_new (fixture->http, driver, "local", "This Computer", "http://localhost/v1",
                                                   NULL, LOBE_SERVER_ENGINE);
  static const char *const expected[] = { "ollama", "local", "openai-a", "openai-b" };

  lobe_servers_add_address (fixture->servers, "openai", NULL, "http://a", NULL);
  lobe_servers_add (fixture->servers, engine);
  lobe_servers_add_address (fixture->servers, "openai", NULL, "http://b", NULL);
  add_environment (fixture, "OLLAMA_HOST=localhost", NULL);
  lobe_servers_add_address (fixture->servers, "openai", NULL, "http://a/v1/", NULL);
  lobe_servers_add (fixture->servers, engine);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (fixture->servers)), ==, G_N_ELEMENTS (expected));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    {
      g_autoptr (LobeServer) server = g_list_model_get_item (G_LIST_MODEL (fixture->servers), i);

      g_assert_cmpstr (lobe_server_get_id (server), ==, expected[i]);
    }

  lobe_servers_remove (fixture->servers, engine);
  g_assert_null (lobe_servers_get (fixture->servers, "local"));
}

static void
test_models_stay (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (FakeServer) ollama = fake_server_new (ollama_answers);
  LobeServer *server = lobe_servers_add_address (fixture->servers, "ollama", NULL, ollama->url, NULL);
  LobeModelInfo *before;

  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;

      lobe_server_refresh_async (server, NULL, fake_keep_result, &result);
      g_assert_cmpint (lobe_server_get_state (server), ==, LOBE_SERVER_CONNECTING);
      g_assert_true (lobe_server_refresh_finish (server, fake_wait (&result), NULL));
      g_assert_cmpint (lobe_server_get_state (server), ==, LOBE_SERVER_ONLINE);
      if (i == 0)
        before = lobe_server_find_model (server, "qwen3");
    }

  g_assert_nonnull (before);
  g_assert_true (lobe_server_find_model (server, "qwen3:latest") == before);
  g_assert_true (lobe_model_info_get_loaded (before));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, data, func) g_test_add (path, Fixture, data, set_up, func, tear_down)
  ADD ("/servers/environment", NULL, test_environment);
  ADD ("/servers/recognised", NULL, test_recognised);
  ADD ("/servers/environment/base-url-first", NULL, test_environment_prefers_base_url);
  ADD ("/servers/environment/key-unset", NULL, test_no_key);
  ADD ("/servers/environment/key-empty", "OPENAI_API_KEY=", test_no_key);
  ADD ("/servers/environment/key-placeholder", "OPENAI_API_KEY=sk-none-required-for-local", test_no_key);
  ADD ("/servers/environment/key-alone", NULL, test_key_alone);
  ADD ("/servers/environment/placeholder-alone", NULL, test_placeholder_key_alone);
  ADD ("/servers/find", NULL, test_find);
  ADD ("/servers/find/on-demand", NULL, test_on_demand);
  ADD ("/servers/find/default-model", NULL, test_default_model);
  ADD ("/servers/find/down-and-silent", NULL, test_down_and_silent_hide_nobody);
  ADD ("/servers/find/cancelled", NULL, test_find_cancelled);
  ADD ("/servers/key-is-sent", NULL, test_key_is_sent);
  ADD ("/servers/order", NULL, test_order);
  ADD ("/servers/models-stay", NULL, test_models_stay);

  return g_test_run ();
}
