/* test-discovery.c: what runs on this machine is found, and called by its name */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "server/lobe-discovery-private.h"

#include "fake-server.h"

static const FakeAnswer ollama[] = {
  { "/api/version", 200, "{\"version\":\"0.17.4\"}" },
  { "/api/tags", 200, "{\"models\":[{\"name\":\"a:latest\",\"model\":\"a:latest\"},{\"name\":\"b\",\"model\":\"b\"}]}" },
  { "/api/ps", 200, "{\"models\":[]}" },
  { "/v1/models", 200, "{\"object\":\"list\",\"data\":[{\"id\":\"a:latest\",\"owned_by\":\"library\"}]}" },
  { NULL }
};
static const FakeAnswer vllm[] = {
  { "/v1/models", 200, "{\"object\":\"list\",\"data\":[{\"id\":\"tiny\",\"owned_by\":\"vllm\",\"max_model_len\":512}]}" },
  { "/version", 200, "{\"version\":\"0.32.0\"}" },
  { NULL }
};
static const FakeAnswer llama[] = {
  { "/v1/models", 200, "{\"object\":\"list\",\"data\":[{\"id\":\"gemma\",\"owned_by\":\"llamacpp\",\"meta\":null}]}" },
  { "/health", 200, "{\"status\":\"ok\"}" },
  { NULL }
};
static const FakeAnswer llama_with_key[] = {
  { "/v1/models", 401, "{\"error\":{\"message\":\"Invalid API Key\",\"type\":\"authentication_error\",\"code\":401}}" },
  { "/health", 200, "{\"status\":\"ok\"}" },
  { NULL }
};
static const FakeAnswer llama_loading[] = {
  { "/v1/models", 503, "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}" },
  { "/health", 503, "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}" },
  { NULL }
};
static const FakeAnswer localai[] = {
  { "/api/version", 200, "{\"version\":\"0.9.0\"}" },
  { "/readyz", 200, "OK" },
  { "/v1/models", 200, "{\"object\":\"list\",\"data\":[{\"id\":\"phi\",\"object\":\"model\"}]}" },
  { NULL }
};
static const FakeAnswer lm_studio[] = {
  { "/v1/models", 200, "{\"data\":[{\"id\":\"x\",\"owned_by\":\"organization_owner\"},{\"id\":\"y\"}]}" },
  { NULL }
};
static const FakeAnswer generic[] = {
  { "/v1/models", 200, "{\"data\":[]}" },
  { NULL }
};
static const FakeAnswer needs_key[] = {
  { "/v1/models", 401, "{\"error\":\"Unauthorized\"}" },
  { NULL }
};
static const FakeAnswer web_page[] = {
  { "/api/version", 200, "<html>" },
  { "/v1/models", 200, "<html>" },
  { "/readyz", 200, "<html>" },
  { NULL }
};
static const FakeAnswer silent[] = {
  { "/api/version", 200, NULL },
  { NULL }
};

typedef struct
{
  LobeHttp           *http;
  LobeDriverRegistry *drivers;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->http = lobe_http_new (NULL, NULL);
  fixture->drivers = lobe_driver_registry_new ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_object_unref (fixture->drivers);
  g_assert_finalize_object (fixture->http);
}

static void
assert_server (GPtrArray       *servers,
               guint            position,
               const char      *name,
               const char      *protocol,
               LobeServerState  state,
               guint            n_models)
{
  LobeServer *server = g_ptr_array_index (servers, position);

  g_assert_cmpstr (lobe_server_get_name (server), ==, name);
  g_assert_cmpstr (lobe_server_get_protocol (server), ==, protocol);
  g_assert_cmpint (lobe_server_get_state (server), ==, state);
  g_assert_cmpuint (g_list_model_get_n_items (lobe_server_get_models (server)), ==, n_models);
  g_assert_true (lobe_server_is_local (server));
}

static void
test_run (Fixture       *fixture,
          gconstpointer  data)
{
  static const FakeAnswer *const tables[] = {
    ollama, vllm, llama, llama_with_key, llama_loading, localai, lm_studio, generic, needs_key, web_page, silent,
  };
  FakeServer *fakes[G_N_ELEMENTS (tables)];
  LobeDiscoveryPlace places[G_N_ELEMENTS (tables) + 2];
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) servers = NULL;
  g_autoptr (GError) error = NULL;
  gint64 begin = g_get_monotonic_time ();

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    {
      fakes[i] = fake_server_new (tables[i]);
      places[i] = (LobeDiscoveryPlace) { fakes[i]->port, NULL };
    }
  places[G_N_ELEMENTS (tables)] = (LobeDiscoveryPlace) { fake_server_find_closed_port (), NULL };
  /* At its usual place a server that says nothing of itself is taken for what is usual. */
  places[G_N_ELEMENTS (tables) + 1] = (LobeDiscoveryPlace) { fakes[7]->port, "LM Studio" };

  lobe_discovery_run_places_async (fixture->http, fixture->drivers, "127.0.0.1", places, G_N_ELEMENTS (places), NULL,
                                   fake_keep_result, &result);
  servers = lobe_discovery_run_finish (fake_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_get_monotonic_time () - begin, <, 4 * G_USEC_PER_SEC);

  g_assert_cmpuint (servers->len, ==, 9);
  assert_server (servers, 0, "Ollama", "ollama", LOBE_SERVER_ONLINE, 2);
  assert_server (servers, 1, "vLLM", "vllm", LOBE_SERVER_ONLINE, 1);
  assert_server (servers, 2, "llama.cpp", "llama-server", LOBE_SERVER_ONLINE, 1);
  assert_server (servers, 3, "llama.cpp", "llama-server", LOBE_SERVER_OFFLINE, 0);
  g_assert_error (lobe_server_get_error (servers->pdata[3]), LOBE_ERROR, LOBE_ERROR_AUTHENTICATION);
  assert_server (servers, 4, "llama.cpp", "llama-server", LOBE_SERVER_OFFLINE, 0);
  g_assert_error (lobe_server_get_error (servers->pdata[4]), LOBE_ERROR, LOBE_ERROR_LOADING);
  assert_server (servers, 5, "LocalAI", "localai", LOBE_SERVER_ONLINE, 1);
  assert_server (servers, 6, "LM Studio", "lmstudio", LOBE_SERVER_ONLINE, 2);
  assert_server (servers, 7, "OpenAI-compatible", "openai", LOBE_SERVER_ONLINE, 0);
  assert_server (servers, 8, "LM Studio", "lmstudio", LOBE_SERVER_ONLINE, 0);

  for (gsize i = 0; i < G_N_ELEMENTS (tables); i++)
    fake_server_free (fakes[i]);
}

static LobeServer *
probe (Fixture     *fixture,
       const char  *address,
       GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  lobe_discovery_probe_async (fixture->http, fixture->drivers, address, NULL, fake_keep_result, &result);

  return lobe_discovery_probe_finish (fake_wait (&result), error);
}

static void
test_probe (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (FakeServer) fake = fake_server_new (ollama);
  g_autoptr (FakeServer) keyed = fake_server_new (needs_key);
  g_autoptr (FakeServer) page = fake_server_new (web_page);
  g_autofree char *address = g_strdup_printf ("localhost:%u", fake->port);
  g_autofree char *closed = g_strdup_printf ("127.0.0.1:%u", fake_server_find_closed_port ());
  g_autofree char *id = g_strdup_printf ("ollama-localhost:%u", fake->port);
  g_autoptr (LobeServer) server = NULL;
  g_autoptr (GError) error = NULL;

  server = probe (fixture, address, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (lobe_server_get_protocol (server), ==, "ollama");
  g_assert_cmpstr (lobe_server_get_id (server), ==, id);
  g_assert_cmpint (lobe_server_get_origin (server), ==, LOBE_SERVER_SAVED);

  g_assert_null (probe (fixture, keyed->url, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_AUTHENTICATION);
  g_clear_error (&error);
  g_assert_null (probe (fixture, page->url, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (probe (fixture, closed, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_UNREACHABLE);
  g_clear_error (&error);
  g_assert_null (probe (fixture, "what is this", &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_INVALID);
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (FakeServer) fake = fake_server_new (silent);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  LobeDiscoveryPlace place = { fake->port, NULL };

  lobe_discovery_run_places_async (fixture->http, fixture->drivers, "127.0.0.1", &place, 1, cancellable,
                                   fake_keep_result, &result);
  while (fake->asked->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_cancellable_cancel (cancellable);
  g_assert_null (lobe_discovery_run_finish (fake_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add ("/discovery/run", Fixture, NULL, set_up, test_run, tear_down);
  g_test_add ("/discovery/probe", Fixture, NULL, set_up, test_probe, tear_down);
  g_test_add ("/discovery/cancelled", Fixture, NULL, set_up, test_cancelled, tear_down);

  return g_test_run ();
}
