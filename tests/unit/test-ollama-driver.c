/* test-ollama-driver.c: Ollama's own protocol, as Ollama sends it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver-conformance.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "driver/lobe-ollama-driver-private.h"

#include <glib/gstdio.h>
#include <string.h>

#define DONE "\"done\":true"
#define LF "\n"

static const StreamCase streams[] = {
  { "ollama/chat.ndjson", LF, DONE, LOBE_STOP_LENGTH, -1,
    " The answer is, of course, Paris. Paris is a city of contrasts, a city that has a history of being", NULL, NULL, 10, 24 },
  { "ollama/tool.ndjson", LF, DONE, LOBE_STOP_TOOL_CALLS, -1, "", NULL, "call_wzfnowro get_weather {\"city\":\"Paris\"}\n", 73, 32 },
  { "ollama/unload.ndjson", LF, DONE, LOBE_STOP_OTHER, -1, "", NULL, NULL, -1, -1 },
  { "ollama/made-thinking.ndjson", LF, DONE, LOBE_STOP_END, -1, "Vier ✓", "Two and two.", NULL, 9, 5 },
  { "ollama/made-think-tags.ndjson", LF, DONE, LOBE_STOP_END, -1, "Yes", "Hm", NULL, -1, -1 },
  { "ollama/made-error.ndjson", LF, NULL, LOBE_STOP_NONE, LOBE_ERROR_SERVER, "Half an ans", NULL, NULL, -1, -1 },
};

static const DriverCase driver_case = {
  lobe_ollama_driver_new, lobe_ollama_stream_new, "application/x-ndjson", streams, G_N_ELEMENTS (streams),
};

typedef struct
{
  ScriptServer *server;
  LobeHttp     *http;
  LobeEndpoint *endpoint;
  LobeDriver   *driver;
  Heard        *heard;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->server = script_server_new ();
  fixture->http = lobe_http_new (NULL, NULL);
  fixture->endpoint = lobe_endpoint_new (fixture->http, "test", script_server_get_url (fixture->server));
  fixture->driver = lobe_ollama_driver_new ();
  fixture->heard = heard_new ();
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_assert_finalize_object (fixture->driver);
  g_assert_finalize_object (fixture->endpoint);
  g_assert_finalize_object (fixture->http);
  script_server_free (fixture->server);
  heard_free (fixture->heard);
}

static void
test_request (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (LobeRequest) request = lobe_request_new ("a-model");
  g_autoptr (LobeMessage) message = lobe_message_new ("1", NULL, LOBE_ROLE_USER, 0);
  g_autoptr (LobePart) image = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("lobe-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "bb", NULL);
  g_autofree char *sent = NULL;

  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (path, "\211PNG", 4, NULL));
  image = lobe_part_new_attachment (LOBE_PART_IMAGE, "a.png", "image/png", "bb", path, 4);
  lobe_message_append (message, LOBE_PART_TEXT, "What is it?", -1);
  lobe_message_add_part (message, image);
  lobe_request_add_message (request, message);
  lobe_request_set_system_prompt (request, "Be brief.");
  lobe_request_set_max_tokens (request, 32);
  lobe_request_set_top_p (request, 0.5);
  lobe_request_set_think (request, LOBE_THINK_OFF);

  script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/x-ndjson", "{\"done\":true}", -1);
  heard_chat (fixture->heard, fixture->driver, fixture->endpoint, request);
  g_assert_no_error (fixture->heard->error);
  g_assert_cmpint (fixture->heard->reason, ==, LOBE_STOP_END);

  sent = script_server_take_request (fixture->server);
  g_assert_true (g_str_has_prefix (sent, "POST /api/chat HTTP/1.1\r\n"));
  g_assert_cmpstr (strstr (sent, "\r\n\r\n") + 4, ==,
                   "{\"model\":\"a-model\",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                   "{\"role\":\"user\",\"content\":\"What is it?\",\"images\":[\"iVBORw==\"]}],"
                   "\"stream\":true,\"think\":false,\"options\":{\"num_predict\":32,\"top_p\":0.5}}");

  g_unlink (path);
  g_rmdir (folder);
}

static void
test_speed (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (LobeRequest) request = lobe_request_new ("m");

  script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/x-ndjson",
                       "{\"done\":true,\"done_reason\":\"stop\",\"eval_count\":30,\"eval_duration\":1500000000}\n", -1);
  heard_chat (fixture->heard, fixture->driver, fixture->endpoint, request);
  g_assert_no_error (fixture->heard->error);
  g_assert_cmpfloat_with_epsilon (fixture->heard->usage.tokens_per_second, 20.0, 1e-9);
}

static void
on_models (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

static GPtrArray *
list_models (Fixture  *fixture,
             GError  **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  lobe_driver_list_models_async (fixture->driver, fixture->endpoint, NULL, on_models, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return lobe_driver_list_models_finish (fixture->driver, result, error);
}

static void
test_models (Fixture       *fixture,
             gconstpointer  data)
{
  gsize n_tags, n_running;
  g_autofree char *tags = load_fixture ("models", "ollama-tags.json", &n_tags);
  g_autofree char *running = load_fixture ("models", "ollama-ps.json", &n_running);
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  LobeModelInfo *info;

  script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/json", tags, n_tags);
  script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/json", running, n_running);
  models = list_models (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (models->len, ==, 1);
  info = g_ptr_array_index (models, 0);
  g_assert_cmpstr (lobe_model_info_get_id (info), ==, "gemma270:latest");
  g_assert_cmpstr (lobe_model_info_get_name (info), ==, "gemma270");
  g_assert_cmpint (lobe_model_info_get_size (info), ==, 253113403);
  g_assert_true (lobe_model_info_get_loaded (info));

  first = script_server_take_request (fixture->server);
  second = script_server_take_request (fixture->server);
  g_assert_true (g_str_has_prefix (first, "GET /api/tags "));
  g_assert_true (g_str_has_prefix (second, "GET /api/ps "));
}

/* Without /api/ps the list is a list; capabilities where the version tells them. */
static void
test_models_alone (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GPtrArray) none = NULL;
  g_autoptr (GError) error = NULL;

  script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/json",
                       "{\"models\":[{\"model\":\"a:7b\",\"size\":-4,\"capabilities\":[\"completion\",\"vision\",\"tools\",\"thinking\",7]},"
                       "{\"name\":\"nomic\",\"details\":{\"family\":\"nomic-bert\"}},{},null]}", -1);
  script_server_reply (fixture->server, "404 Not Found", "404 page not found", -1);
  models = list_models (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (models->len, ==, 2);
  g_assert_cmpint (lobe_model_info_get_capabilities (g_ptr_array_index (models, 0)), ==,
                   LOBE_CAPABILITY_VISION | LOBE_CAPABILITY_TOOLS | LOBE_CAPABILITY_THINKING);
  g_assert_cmpint (lobe_model_info_get_size (g_ptr_array_index (models, 0)), ==, 0);
  g_assert_false (lobe_model_info_get_loaded (g_ptr_array_index (models, 0)));
  g_assert_cmpint (lobe_model_info_get_capabilities (g_ptr_array_index (models, 1)), ==, LOBE_CAPABILITY_EMBEDDING);

  script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/json", "{\"models\":null}", -1);
  script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/json", "{\"models\":null}", -1);
  none = list_models (fixture, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (none->len, ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  conformance_add ("ollama-driver", &driver_case);
  g_test_add ("/ollama-driver/request", Fixture, NULL, set_up, test_request, tear_down);
  g_test_add ("/ollama-driver/speed", Fixture, NULL, set_up, test_speed, tear_down);
  g_test_add ("/ollama-driver/models", Fixture, NULL, set_up, test_models, tear_down);
  g_test_add ("/ollama-driver/models-alone", Fixture, NULL, set_up, test_models_alone, tear_down);

  return g_test_run ();
}
