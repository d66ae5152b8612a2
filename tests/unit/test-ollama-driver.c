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
  { "ollama/generate.ndjson", LF, DONE, LOBE_STOP_LENGTH, -1,
    " the capital of the country of France. It is the capital", NULL, NULL, 6, 12 },
  { "ollama/made-error.ndjson", LF, NULL, LOBE_STOP_NONE, LOBE_ERROR_SERVER, "Half an ans", NULL, NULL, -1, -1 },
};

/* answers alone: that it asks about a model first is tried below */
static LobeDriver *
new_driver (void)
{
  LobeDriver *driver = lobe_ollama_driver_new ();

  lobe_ollama_driver_set_asks (LOBE_OLLAMA_DRIVER (driver), FALSE);

  return driver;
}

static const DriverCase driver_case = {
  new_driver, lobe_ollama_stream_new, "application/x-ndjson", streams, G_N_ELEMENTS (streams),
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
  fixture->driver = new_driver ();
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

/* All that a request can carry. */
static void
test_request_whole (Fixture       *fixture,
                    gconstpointer  data)
{
  static const char *const stops[] = { "END", NULL };
  g_autoptr (LobeRequest) request = lobe_request_new ("m");
  g_autoptr (LobeMessage) question = lobe_message_new ("1", NULL, LOBE_ROLE_USER, 0);
  g_autoptr (LobeMessage) call = lobe_message_new ("2", "1", LOBE_ROLE_ASSISTANT, 0);
  g_autoptr (LobeMessage) answer = lobe_message_new ("3", "2", LOBE_ROLE_TOOL, 0);
  g_autoptr (LobePart) call_part = lobe_part_new_tool_call ("c1", "weather", "{\"city\":\"Paris\"}");
  g_autoptr (LobePart) result_part = lobe_part_new_tool_result ("c1", "weather", "Rain");
  g_autoptr (LobeToolSpec) tool = lobe_tool_spec_new ("weather", "Tells it", "{\"type\":\"object\"}");
  g_autoptr (JsonObject) extra = json_object_new ();
  g_autofree char *sent = NULL;

  lobe_message_append (question, LOBE_PART_TEXT, "Paris?", -1);
  lobe_message_add_part (call, call_part);
  lobe_message_add_part (answer, result_part);
  lobe_request_add_message (request, question);
  lobe_request_add_message (request, call);
  lobe_request_add_message (request, answer);
  lobe_request_add_tool (request, tool);
  lobe_request_set_schema (request, "{\"type\":\"string\"}");
  lobe_request_set_think (request, LOBE_THINK_HIGH);
  lobe_request_set_top_k (request, 20);
  lobe_request_set_min_p (request, 0.5);
  lobe_request_set_seed (request, 7);
  lobe_request_set_stop (request, stops);
  json_object_set_int_member (extra, "keep_alive", 60);
  lobe_endpoint_set_extra_body (fixture->endpoint, extra);

  script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/x-ndjson", "{\"done\":true}", -1);
  heard_chat (fixture->heard, fixture->driver, fixture->endpoint, request);
  g_assert_no_error (fixture->heard->error);

  sent = script_server_take_request (fixture->server);
  g_assert_cmpstr (strstr (sent, "\r\n\r\n") + 4, ==,
                   "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Paris?\"},"
                   "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"c1\",\"function\":{\"name\":\"weather\","
                   "\"arguments\":{\"city\":\"Paris\"}}}]},"
                   "{\"role\":\"tool\",\"content\":\"Rain\",\"tool_name\":\"weather\",\"tool_call_id\":\"c1\"}],"
                   "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"weather\",\"description\":\"Tells it\","
                   "\"parameters\":{\"type\":\"object\"}}}],\"format\":{\"type\":\"string\"},\"stream\":true,"
                   "\"think\":\"high\",\"options\":{\"num_predict\":8192,\"top_k\":20,\"min_p\":0.5,\"seed\":7,"
                   "\"stop\":[\"END\"]},\"keep_alive\":60}");
}

/* A model without a template is given a text to continue; it is asked about once. */
static void
test_plain (Fixture       *fixture,
            gconstpointer  data)
{
  gsize length;
  g_autofree char *show = load_fixture ("models", "ollama-show.json", &length);
  g_autoptr (LobeRequest) request = lobe_request_new ("gemma270");
  g_autoptr (LobeMessage) question = lobe_message_new ("1", NULL, LOBE_ROLE_USER, 0);
  g_autoptr (LobeMessage) answer = lobe_message_new ("2", "1", LOBE_ROLE_ASSISTANT, 0);
  g_autoptr (LobeMessage) second = lobe_message_new ("3", "2", LOBE_ROLE_USER, 0);

  lobe_ollama_driver_set_asks (LOBE_OLLAMA_DRIVER (fixture->driver), TRUE);
  lobe_message_append (question, LOBE_PART_TEXT, "Hello", -1);
  lobe_message_append (answer, LOBE_PART_TEXT, "Hi.", -1);
  lobe_message_append (second, LOBE_PART_TEXT, "Who?", -1);
  lobe_request_add_message (request, question);
  lobe_request_add_message (request, answer);
  lobe_request_add_message (request, second);
  lobe_request_set_system_prompt (request, "Be brief.");

  script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/json", show, length);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (Heard) heard = heard_new ();
      g_autofree char *asked = NULL;
      g_autofree char *sent = NULL;

      script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/x-ndjson",
                           "{\"response\":\"Me\",\"done\":false}\n{\"response\":\"\",\"done\":true}\n", -1);
      heard_chat (heard, fixture->driver, fixture->endpoint, request);
      g_assert_no_error (heard->error);
      g_assert_cmpstr (heard->text->str, ==, "Me");

      asked = i == 0 ? script_server_take_request (fixture->server) : NULL;
      sent = script_server_take_request (fixture->server);
      if (i == 0)
        g_assert_true (g_str_has_prefix (asked, "POST /api/show "));
      g_assert_true (g_str_has_prefix (sent, "POST /api/generate "));
      g_assert_nonnull (strstr (sent, "\"prompt\":\"Be brief.\\n\\nUser: Hello\\nAssistant: Hi.\\nUser: Who?\\nAssistant:\","
                                      "\"raw\":true"));
      g_assert_nonnull (strstr (sent, "\"stop\":[\"\\nUser:\"]"));
    }
}

/* One with a template is chatted with, and one that cannot think is not asked to; so is one that cannot be shown. */
static void
test_asks (Fixture       *fixture,
           gconstpointer  data)
{
  static const char *const stops[] = { "END", NULL };
  static const char *const shown[] = {
    "{\"template\":\"{{ .System }} {{ .Prompt }}\",\"capabilities\":[\"completion\"],"
    "\"parameters\":\"num_ctx   2048\\nstop      \\\"<|end|>\\\"\\nstop      plain\"}",
    "{\"template\":\"{{ .Prompt }}\",\"modelfile\":\"FROM x\\nRENDERER qwen3\\n\",\"capabilities\":[\"completion\"]}",
    "[]",
  };

  lobe_ollama_driver_set_asks (LOBE_OLLAMA_DRIVER (fixture->driver), TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (shown); i++)
    {
      g_autofree char *name = g_strdup_printf ("m%u", i);
      g_autoptr (LobeRequest) request = lobe_request_new (name);
      g_autoptr (Heard) heard = heard_new ();
      g_autofree char *asked = NULL;
      g_autofree char *sent = NULL;

      lobe_request_set_think (request, LOBE_THINK_ON);
      lobe_request_set_stop (request, stops);
      script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/json", shown[i], -1);
      script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/x-ndjson", "{\"done\":true}\n", -1);
      heard_chat (heard, fixture->driver, fixture->endpoint, request);
      g_assert_no_error (heard->error);

      asked = script_server_take_request (fixture->server);
      sent = script_server_take_request (fixture->server);
      g_assert_true (g_str_has_prefix (asked, "POST /api/show "));
      g_assert_true (g_str_has_prefix (sent, "POST /api/chat "));
      g_assert_cmpint (strstr (sent, "\"think\"") != NULL, ==, i == 2);
      g_assert_nonnull (strstr (sent, i == 0 ? "\"stop\":[\"<|end|>\",\"plain\",\"END\"]" : "\"stop\":[\"END\"]"));
    }
}

typedef struct
{
  gint64  received;
  gint64  size;
  char   *words;
  guint   n_told;
} Progress;

static void
progress_cb (gint64      received,
             gint64      size,
             const char *words,
             gpointer    user_data)
{
  Progress *progress = user_data;

  progress->received = received;
  progress->size = size;
  g_set_str (&progress->words, words);
  progress->n_told++;
}

static gboolean
do_with (Fixture            *fixture,
         LobeLibraryAction   action,
         LobeModelInfo      *info,
         Progress           *progress,
         GError            **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  LobeModelLibrary *library = LOBE_MODEL_LIBRARY (fixture->driver);

  lobe_model_library_run_async (library, action, fixture->endpoint, info, progress != NULL ? progress_cb : NULL, progress,
                                NULL, on_models, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return lobe_model_library_run_finish (library, result, error);
}

static void
test_show (Fixture       *fixture,
           gconstpointer  data)
{
  gsize length;
  g_autofree char *show = load_fixture ("models", "ollama-show.json", &length);
  g_autoptr (LobeModelInfo) info = lobe_model_info_new ("gemma270", NULL);
  g_autoptr (LobeModelInfo) other = lobe_model_info_new ("other", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *sent = NULL;

  script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/json", show, length);
  g_assert_true (do_with (fixture, LOBE_LIBRARY_SHOW, info, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (lobe_model_info_get_licence (info), ==, "gemma");
  g_assert_cmpstr (lobe_model_info_get_quantization (info), ==, "Q4_K_M");
  g_assert_cmpstr (lobe_model_info_get_parameters (info), ==, "268.10M");
  /* what its Modelfile says, not what it was made for */
  g_assert_cmpint (lobe_model_info_get_context_length (info), ==, 2048);
  sent = script_server_take_request (fixture->server);
  g_assert_true (g_str_has_suffix (sent, "\r\n\r\n{\"model\":\"gemma270\"}"));

  script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/json",
                       "{\"license\":\"\\n  MIT License\\nCopyright\",\"capabilities\":[\"completion\",\"tools\",\"vision\"],"
                       "\"model_info\":{\"general.architecture\":\"qwen3\",\"qwen3.context_length\":40960}}", -1);
  g_assert_true (do_with (fixture, LOBE_LIBRARY_SHOW, other, NULL, &error));
  g_assert_cmpstr (lobe_model_info_get_licence (other), ==, "MIT License");
  /* what it can, and what is asked for as long as nobody wants more */
  g_assert_cmpint (lobe_model_info_get_max_context_length (other), ==, 40960);
  g_assert_cmpint (lobe_model_info_get_context_length (other), ==, 8192);
  g_assert_cmpint (lobe_model_info_get_capabilities (other), ==, LOBE_CAPABILITY_TOOLS | LOBE_CAPABILITY_VISION);

  script_server_reply (fixture->server, "404 Not Found\r\nContent-Type: application/json",
                       "{\"error\":\"model 'gemma270' not found\"}", -1);
  g_assert_false (do_with (fixture, LOBE_LIBRARY_SHOW, info, NULL, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND);
}

static void
test_pull (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (LobeModelInfo) info = lobe_model_info_new ("qwen3:8b", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *sent = NULL;
  Progress progress = { 0 };

  script_server_reply_chunks (fixture->server, "200 OK\r\nContent-Type: application/x-ndjson",
                              "{\"status\":\"pulling manifest\"}\n"
                              "{\"status\":\"pulling aa\",\"digest\":\"sha256:aa\",\"total\":1000}\n"
                              "{\"status\":\"pulling aa\",\"digest\":\"sha256:aa\",\"total\":1000,\"completed\":600}\n"
                              "{\"status\":\"pulling aa\",\"digest\":\"sha256:aa\",\"total\":1000,\"completed\":1000}\n"
                              "{\"status\":\"pulling bb\",\"digest\":\"sha256:bb\",\"total\":50,\"completed\":50}\n"
                              "{\"status\":\"verifying sha256 digest\"}\n{\"status\":\"writing manifest\"}\n"
                              "{\"status\":\"success\"}\n", -1);
  g_assert_true (do_with (fixture, LOBE_LIBRARY_PULL, info, &progress, &error));
  g_assert_no_error (error);
  g_assert_cmpint (progress.received, ==, 1050);
  g_assert_cmpint (progress.size, ==, 1050);
  g_assert_cmpuint (progress.n_told, ==, 8);
  sent = script_server_take_request (fixture->server);
  g_assert_true (g_str_has_prefix (sent, "POST /api/pull "));
  g_free (progress.words);
}

static void
assert_pull_fails (Fixture    *fixture,
                   const char *head,
                   const char *body,
                   LobeError   code)
{
  g_autoptr (LobeModelInfo) info = lobe_model_info_new ("m", NULL);
  g_autoptr (GError) error = NULL;

  script_server_reply (fixture->server, head, body, -1);
  g_assert_false (do_with (fixture, LOBE_LIBRARY_PULL, info, NULL, &error));
  g_assert_error (error, LOBE_ERROR, (int) code);
}

static void
test_pull_fails (Fixture       *fixture,
                 gconstpointer  data)
{
  const char *ok = "200 OK\r\nContent-Type: application/x-ndjson";

  assert_pull_fails (fixture, ok, "{\"status\":\"pulling manifest\"}\n"
                     "{\"error\":\"pull model manifest: file does not exist\"}\n", LOBE_ERROR_MODEL_NOT_FOUND);
  assert_pull_fails (fixture, ok, "{\"error\":\"pull model manifest: Get \\\"https://r/\\\": dial tcp: lookup r: no such host\"}\n",
                     LOBE_ERROR_UNREACHABLE);
  assert_pull_fails (fixture, ok, "{\"error\":\"no space left on device\"}", LOBE_ERROR_SERVER);
  assert_pull_fails (fixture, ok, "{\"status\":\"pulling manifest\"}\n", LOBE_ERROR_INTERRUPTED);
  assert_pull_fails (fixture, ok, "{\"status\":\"success\"}\n{\"status\":\"more\"}\n", LOBE_ERROR_INTERRUPTED);
  assert_pull_fails (fixture, ok, "<html>", LOBE_ERROR_PROTOCOL);
  assert_pull_fails (fixture, "401 Unauthorized", "{\"error\":\"unauthorized\"}", LOBE_ERROR_AUTHENTICATION);
  assert_pull_fails (fixture, "500 Internal Server Error", "", LOBE_ERROR_SERVER);
}

static void
test_pull_cancelled (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (LobeModelInfo) info = lobe_model_info_new ("m", NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  Progress progress = { 0 };

  script_server_reply_hold (fixture->server, "200 OK\r\nContent-Type: application/x-ndjson",
                            "{\"status\":\"pulling aa\",\"digest\":\"a\",\"total\":9,\"completed\":4}\n", -1);
  lobe_model_library_run_async (LOBE_MODEL_LIBRARY (fixture->driver), LOBE_LIBRARY_PULL, fixture->endpoint, info,
                                progress_cb, &progress, cancellable, on_models, &result);
  while (progress.n_told == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (progress.received, ==, 4);
  g_cancellable_cancel (cancellable);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (lobe_model_library_run_finish (LOBE_MODEL_LIBRARY (fixture->driver), result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  script_server_wait_left (fixture->server);
  g_free (progress.words);
}

static void
test_remove (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (LobeModelInfo) info = lobe_model_info_new ("m", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *removed = NULL;
  g_autofree char *unloaded = NULL;

  g_assert_cmpint (lobe_model_library_get_actions (LOBE_MODEL_LIBRARY (fixture->driver)), ==,
                   LOBE_LIBRARY_PULL | LOBE_LIBRARY_REMOVE | LOBE_LIBRARY_LOAD | LOBE_LIBRARY_UNLOAD | LOBE_LIBRARY_SHOW);

  script_server_reply (fixture->server, "200 OK", "", -1);
  g_assert_true (do_with (fixture, LOBE_LIBRARY_REMOVE, info, NULL, &error));
  removed = script_server_take_request (fixture->server);
  g_assert_true (g_str_has_prefix (removed, "DELETE /api/delete "));
  g_assert_true (g_str_has_suffix (removed, "{\"model\":\"m\"}"));

  script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/json",
                       "{\"done\":true,\"done_reason\":\"unload\"}", -1);
  g_assert_true (do_with (fixture, LOBE_LIBRARY_UNLOAD, info, NULL, &error));
  unloaded = script_server_take_request (fixture->server);
  g_assert_true (g_str_has_suffix (unloaded, "{\"model\":\"m\",\"stream\":false,\"keep_alive\":0}"));

  script_server_reply (fixture->server, "404 Not Found", "{\"error\":\"model 'm' not found\"}", -1);
  g_assert_false (do_with (fixture, LOBE_LIBRARY_REMOVE, info, NULL, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND);
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

  g_test_add ("/ollama-driver/request-whole", Fixture, NULL, set_up, test_request_whole, tear_down);
  g_test_add ("/ollama-driver/plain", Fixture, NULL, set_up, test_plain, tear_down);
  g_test_add ("/ollama-driver/asks", Fixture, NULL, set_up, test_asks, tear_down);
  g_test_add ("/ollama-driver/show", Fixture, NULL, set_up, test_show, tear_down);
  g_test_add ("/ollama-driver/pull", Fixture, NULL, set_up, test_pull, tear_down);
  g_test_add ("/ollama-driver/pull-fails", Fixture, NULL, set_up, test_pull_fails, tear_down);
  g_test_add ("/ollama-driver/pull-cancelled", Fixture, NULL, set_up, test_pull_cancelled, tear_down);
  g_test_add ("/ollama-driver/remove", Fixture, NULL, set_up, test_remove, tear_down);

  return g_test_run ();
}
