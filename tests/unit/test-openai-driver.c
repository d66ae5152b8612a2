/* test-openai-driver.c: chat completions, as the servers that speak them send and refuse them */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver-conformance.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "driver/lobe-openai-decoder.h"
#include "driver/lobe-openai-driver.h"

#include <glib/gstdio.h>
#include <string.h>

#define REASON "\"finish_reason\":\""
#define LF "\n\n"
#define CRLF "\r\n\r\n"

static const StreamCase streams[] = {
  { "openai/llama-server-chat.sse", LF, REASON, LOBE_STOP_END, -1, " The capital of France is Paris.\n", NULL, NULL, 78, 10 },
  { "openai/llama-server-chinese.sse", LF, REASON, LOBE_STOP_END, -1, " The first is China.\n", NULL, NULL, -1, -1 },
  { "openai/llama-server-length.sse", LF, REASON, LOBE_STOP_LENGTH, -1, " One person lives at a", NULL, NULL, -1, -1 },
  { "openai/llama-server-progress.sse", LF, REASON, LOBE_STOP_LENGTH, -1, " Spain is Peninsula", NULL, NULL, -1, -1 },
  { "openai/llama-server-tool.sse", LF, REASON, LOBE_STOP_LENGTH, -1, "", NULL,
    "fZgBQkun1IGd6AH3T6P25jUHOTHR4aB4 get_weather { \"city\" :\"Paris\" }\n", -1, -1 },
  { "openai/llama-server-tool-cut.sse", LF, REASON, LOBE_STOP_LENGTH, -1, "", NULL, NULL, -1, -1 },
  { "openai/vllm-chat.sse", LF, REASON, LOBE_STOP_LENGTH, -1, "abarrantyab 6 theseINased\357\277\275x works you author", NULL, NULL, 16, 12 },
  { "openai/vllm-continuous-usage.sse", LF, REASON, LOBE_STOP_LENGTH, -1, "abarranty pro 6", NULL, NULL, 16, 4 },
  { "openai/vllm-tool.sse", LF, REASON, LOBE_STOP_LENGTH, -1, "", NULL, "chatcmpl-tool-a20a1f082fd0771d get_weather {\n", -1, -1 },
  { "openai/litellm-chat.sse", LF, REASON, LOBE_STOP_END, -1, " The capital of France is Paris.\n", NULL, NULL, 73, 10 },
  { "openai/litellm-tool.sse", LF, REASON, LOBE_STOP_TOOL_CALLS, -1, "", NULL,
    "anvDBhuCSqfhJlX3qvy4yS5TdW4hGWV8 get_weather { \"city\" :\"Paris\" }\n", -1, -1 },
  { "openai/ollama-chat.sse", LF, REASON, LOBE_STOP_LENGTH, -1, " all! This is a question", NULL, NULL, 2, 6 },
  { "openai/made-reasoning-both.sse", LF, REASON, LOBE_STOP_END, -1, "Four", "Two and two.", NULL, -1, -1 },
  { "openai/made-think-tags.sse", LF, REASON, LOBE_STOP_END, -1, "Four <b4", "Two and two.", NULL, -1, -1 },
  { "openai/made-azure.sse", LF, REASON, LOBE_STOP_CONTENT_FILTER, -1, "Hello", NULL, NULL, -1, -1 },
  { "openai/made-localai.sse", LF, REASON "stop", LOBE_STOP_END, -1, "Hi", NULL, NULL, 7, 2 },
  { "openai/made-only-done.sse", LF, "[DONE]", LOBE_STOP_END, -1, "No reason given", NULL, NULL, -1, -1 },
  { "openai/made-error.sse", LF, NULL, LOBE_STOP_NONE, LOBE_ERROR_OVERLOADED, "Half an ans", NULL, NULL, -1, -1 },
  { "openai/made-tools-same-index.sse", LF, REASON, LOBE_STOP_TOOL_CALLS, -1, "", NULL,
    "a one {\"x\":1}\nb two {\"y\":2}\n", -1, -1 },
  { "openai/made-tools-no-index.sse", LF, REASON, LOBE_STOP_TOOL_CALLS, -1, "", NULL,
    "a one {\"x\":1}\nb two {\"y\":2}\n", -1, -1 },
  { "openai/made-tools-first-index-one.sse", LF, REASON, LOBE_STOP_TOOL_CALLS, -1, "", NULL,
    "a one {\"x\":1}\nb two {\"y\":2}\n", -1, -1 },
  { "openai/made-tools-arguments-object.sse", LF, REASON, LOBE_STOP_TOOL_CALLS, -1, "", NULL, "a one {\"x\":1}\n", -1, -1 },
  { "openai/made-reasoning-details.sse", LF, REASON, LOBE_STOP_END, -1, "Four", "Two and two.", NULL, 9, 5 },
  { "openai/made-detail-error.sse", LF, NULL, LOBE_STOP_NONE, LOBE_ERROR_SERVER, "Half", NULL, NULL, -1, -1 },
  { "openai/made-crlf-comments.sse", CRLF, REASON, LOBE_STOP_LENGTH, -1, "Grüße, 世界 🌍!", NULL, NULL, -1, -1 },
};

static const DriverCase driver_case = {
  lobe_openai_driver_new, lobe_openai_stream_new, "text/event-stream", streams, G_N_ELEMENTS (streams), NULL,
  "data: {\"error\":{\"message\":\"Rate limit reached\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}",
  LOBE_ERROR_RATE_LIMITED,
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
  fixture->driver = lobe_openai_driver_new ();
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
add_message (LobeRequest *request,
             LobeRole     role,
             const char  *text)
{
  g_autoptr (LobeMessage) message = lobe_message_new (text, NULL, role, 0);

  if (*text != '\0')
    lobe_message_append (message, LOBE_PART_TEXT, text, -1);
  lobe_request_add_message (request, message);
}

/* What was sent: the head as text and the body as an object. */
static JsonNode *
take_body (Fixture  *fixture,
           char    **head)
{
  g_autofree char *request = script_server_take_request (fixture->server);
  g_autoptr (GError) error = NULL;
  const char *body;
  JsonNode *root;

  g_assert_nonnull (request);
  body = strstr (request, "\r\n\r\n") + 4;
  root = lobe_json_parse (body, -1, &error);
  g_assert_no_error (error);
  if (head != NULL)
    *head = g_strndup (request, body - request);

  return root;
}

static void
reply_done (Fixture *fixture)
{
  script_server_reply (fixture->server, "200 OK\r\nContent-Type: text/event-stream", "data: [DONE]\n\n", -1);
}

static void
test_request (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (LobeRequest) request = lobe_request_new ("a-model");
  g_autoptr (JsonNode) root = NULL;
  g_autofree char *head = NULL;
  g_autofree char *text = NULL;

  lobe_request_set_system_prompt (request, "Be brief.");
  lobe_request_set_max_tokens (request, 32);
  lobe_request_set_temperature (request, 0.5);
  lobe_request_set_think (request, LOBE_THINK_OFF);
  add_message (request, LOBE_ROLE_USER, "Say \"hi\"");
  add_message (request, LOBE_ROLE_ASSISTANT, "");
  add_message (request, LOBE_ROLE_ASSISTANT, "hi");

  lobe_endpoint_set_key (fixture->endpoint, "sk-secret");
  reply_done (fixture);
  heard_chat (fixture->heard, fixture->driver, fixture->endpoint, request);
  g_assert_no_error (fixture->heard->error);

  root = take_body (fixture, &head);
  g_assert_true (g_str_has_prefix (head, "POST /v1/chat/completions HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (head, "\r\nAuthorization: Bearer sk-secret\r\n"));
  text = lobe_json_to_string (root, FALSE);
  g_assert_cmpstr (text, ==,
                   "{\"model\":\"a-model\",\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},"
                   "{\"role\":\"user\",\"content\":\"Say \\\"hi\\\"\"},{\"role\":\"assistant\",\"content\":\"hi\"}],"
                   "\"stream\":true,\"stream_options\":{\"include_usage\":true},\"max_tokens\":32,\"temperature\":0.5}");
}

/* The address as people type it. */
static void
test_address (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct
  {
    const char *typed;
    const char *line;
  } addresses[] = {
    { "", "POST /v1/chat/completions " },
    { "/", "POST /v1/chat/completions " },
    { "/v1", "POST /v1/chat/completions " },
    { "/v1/", "POST /v1/chat/completions " },
    { "/api/v3//", "POST /api/v3/chat/completions " },
    { "/deployments/x?api-version=1", "POST /deployments/x/chat/completions?api-version=1 " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autofree char *url = g_strconcat (script_server_get_url (fixture->server), addresses[i].typed, NULL);
      g_autoptr (LobeEndpoint) endpoint = lobe_endpoint_new (fixture->http, "test", url);
      g_autoptr (LobeRequest) request = lobe_request_new ("m");
      g_autoptr (Heard) heard = heard_new ();
      g_autofree char *sent = NULL;

      add_message (request, LOBE_ROLE_USER, "x");
      reply_done (fixture);
      heard_chat (heard, fixture->driver, endpoint, request);
      g_assert_no_error (heard->error);
      sent = script_server_take_request (fixture->server);
      g_assert_true (g_str_has_prefix (sent, addresses[i].line));
      g_assert_null (strstr (sent, "Authorization"));
    }
}

static void
test_attachments (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (LobeRequest) request = lobe_request_new ("m");
  g_autoptr (LobeMessage) message = lobe_message_new ("1", NULL, LOBE_ROLE_USER, 0);
  g_autoptr (LobePart) file = NULL;
  g_autoptr (LobePart) image = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("lobe-XXXXXX", &error);
  g_autofree char *file_path = g_build_filename (folder, "aa", NULL);
  g_autofree char *image_path = g_build_filename (folder, "bb", NULL);
  JsonArray *content;

  g_assert_no_error (error);
  g_assert_true (g_file_set_contents (file_path, "has ``` in it", -1, NULL));
  g_assert_true (g_file_set_contents (image_path, "\211PNG", 4, NULL));
  file = lobe_part_new_attachment (LOBE_PART_FILE, "notes.md", "text/markdown", "aa", file_path, 13);
  image = lobe_part_new_attachment (LOBE_PART_IMAGE, "a.png", "image/png", "bb", image_path, 4);

  lobe_message_append (message, LOBE_PART_TEXT, "Sum up", -1);
  lobe_message_add_part (message, file);
  lobe_message_add_part (message, image);
  lobe_request_add_message (request, message);
  reply_done (fixture);
  heard_chat (fixture->heard, fixture->driver, fixture->endpoint, request);
  g_assert_no_error (fixture->heard->error);

  root = take_body (fixture, NULL);
  content = lobe_json_array (lobe_json_element (lobe_json_array (lobe_json_get_object (root), "messages"), 0), "content");
  g_assert_cmpuint (json_array_get_length (content), ==, 2);
  g_assert_cmpstr (lobe_json_string (lobe_json_element (content, 0), "text"), ==,
                   "notes.md:\n````\nhas ``` in it\n````\n\nSum up");
  g_assert_cmpstr (lobe_json_string (lobe_json_object (lobe_json_element (content, 1), "image_url"), "url"), ==,
                   "data:image/png;base64,iVBORw==");

  g_unlink (file_path);
  g_unlink (image_path);
  g_rmdir (folder);
}

/* The limit of tokens that we add by ourselves must not be why there is no answer. */
static void
test_limit (Fixture       *fixture,
            gconstpointer  data)
{
  static const struct
  {
    const char *refusal;
    int         max_tokens;
    const char *member; /* what the second request has in place of max_tokens */
    gboolean    again;
  } limits[] = {
    { "{\"error\":{\"message\":\"max_tokens=9999 cannot be greater than max_model_len=512.\",\"param\":\"max_tokens\",\"code\":400}}",
      0, NULL, TRUE },
    { "{\"error\":{\"message\":\"max_tokens=9999 cannot be greater than max_model_len=512.\",\"param\":\"max_tokens\",\"code\":400}}",
      9999, NULL, FALSE },
    { "{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens'\",\"param\":\"max_tokens\",\"code\":\"unsupported_parameter\"}}",
      77, "max_completion_tokens", TRUE },
    { "{\"error\":{\"message\":\"'messages' is required\",\"param\":\"messages\",\"code\":400}}", 0, NULL, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      g_autoptr (LobeRequest) request = lobe_request_new ("m");
      g_autoptr (JsonNode) first = NULL;
      g_autoptr (Heard) heard = heard_new ();
      JsonObject *body;

      lobe_request_set_max_tokens (request, limits[i].max_tokens);
      add_message (request, LOBE_ROLE_USER, "x");
      script_server_reply (fixture->server, "400 Bad Request\r\nContent-Type: application/json", limits[i].refusal, -1);
      if (limits[i].again)
        reply_done (fixture);
      heard_chat (heard, fixture->driver, fixture->endpoint, request);

      first = take_body (fixture, NULL);
      g_assert_true (json_object_has_member (lobe_json_get_object (first), "max_tokens"));
      if (!limits[i].again)
        {
          g_assert_error (heard->error, LOBE_ERROR, LOBE_ERROR_BAD_REQUEST);
        }
      else
        {
          g_autoptr (JsonNode) second = take_body (fixture, NULL);

          g_assert_no_error (heard->error);
          body = lobe_json_get_object (second);
          g_assert_false (json_object_has_member (body, "max_tokens"));
          if (limits[i].member != NULL)
            g_assert_cmpint (lobe_json_int (body, limits[i].member, 0), ==, limits[i].max_tokens);
        }
    }
}

/* A server that does not stream answers with one object. */
static void
test_not_streamed (Fixture       *fixture,
                   gconstpointer  data)
{
  static const char whole[] =
      "{\n \"object\": \"chat.completion\",\n \"choices\": [{\"index\": 0, \"message\": {\"role\": \"assistant\", \"content\": \"Four\"},\n"
      " \"finish_reason\": \"stop\"}], \"usage\": {\"prompt_tokens\": 3, \"completion_tokens\": 1}}\n";
  g_autoptr (LobeRequest) request = lobe_request_new ("m");
  g_autoptr (Heard) cut = heard_new ();

  add_message (request, LOBE_ROLE_USER, "x");
  script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/json", whole, -1);
  heard_chat (fixture->heard, fixture->driver, fixture->endpoint, request);
  g_assert_no_error (fixture->heard->error);
  g_assert_cmpstr (fixture->heard->text->str, ==, "Four");
  g_assert_cmpint (fixture->heard->reason, ==, LOBE_STOP_END);
  g_assert_cmpint (fixture->heard->usage.completion_tokens, ==, 1);

  script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/json", whole, strlen (whole) / 2);
  heard_chat (cut, fixture->driver, fixture->endpoint, request);
  g_assert_error (cut->error, LOBE_ERROR, LOBE_ERROR_PROTOCOL);
  g_assert_cmpuint (cut->n_deltas, ==, 0);
}

static void
test_garbage (Fixture       *fixture,
              gconstpointer  data)
{
  static const char *bodies[] = { "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: nonsense\n\n",
                                  "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: [1]\n\n",
                                  "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\ndata: {\"choices\":[nul]}\n\n" };

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (LobeRequest) request = lobe_request_new ("m");
      g_autoptr (Heard) heard = heard_new ();

      add_message (request, LOBE_ROLE_USER, "x");
      script_server_reply (fixture->server, "200 OK\r\nContent-Type: text/event-stream", bodies[i], -1);
      heard_chat (heard, fixture->driver, fixture->endpoint, request);
      g_assert_error (heard->error, LOBE_ERROR, LOBE_ERROR_PROTOCOL);
      g_assert_cmpstr (heard->text->str, ==, "Hi");
    }
}

/* Wrong types anywhere are read over: what can be told is told. */
static void
test_wrong_types (Fixture       *fixture,
                  gconstpointer  data)
{
  static const char body[] =
      "data: {\"choices\":null,\"usage\":7,\"timings\":[],\"error\":null}\n\n"
      "data: {\"choices\":[null,7,{\"index\":\"0\",\"delta\":[]},{\"index\":1,\"delta\":{\"content\":\"other\"}}]}\n\n"
      "data: {\"choices\":[{\"delta\":{\"content\":7,\"reasoning\":{},\"tool_calls\":[null,{},{\"function\":7}]}}]}\n\n"
      "data: {\"choices\":[{\"delta\":{\"content\":[{\"type\":\"text\",\"text\":\"Ok\"},7]},\"finish_reason\":{}}]}\n\n"
      "data: {\"choices\":[{\"delta\":null,\"finish_reason\":\"whatever\"}],\"usage\":{\"prompt_tokens\":\"9\",\"completion_tokens\":1e300}}\n\n";
  g_autoptr (LobeRequest) request = lobe_request_new ("m");

  add_message (request, LOBE_ROLE_USER, "x");
  script_server_reply (fixture->server, "200 OK\r\nContent-Type: text/event-stream", body, -1);
  heard_chat (fixture->heard, fixture->driver, fixture->endpoint, request);
  g_assert_no_error (fixture->heard->error);
  g_assert_cmpstr (fixture->heard->text->str, ==, "Ok");
  g_assert_cmpint (fixture->heard->reason, ==, LOBE_STOP_OTHER);
  g_assert_cmpint (fixture->heard->usage.prompt_tokens, ==, -1);
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
  static const struct
  {
    const char       *file;
    guint             n_models;
    const char       *id;
    gint64            context_length;
    gboolean          loaded;
    LobeCapabilities  capabilities;
    const char       *recognised;
  } lists[] = {
    { "llama-server.json", 1, "gemma-270m", 2048, TRUE, 0, "llama-server" },
    { "llama-server-router.json", 2, "tiny", 2048, TRUE, 0, "llama-server" },
    { "vllm.json", 1, "tiny", 512, TRUE, 0, "vllm" },
    { "litellm.json", 3, "gpt-4o", 128000, FALSE, 0, NULL },
    { "made-llama-server-vision.json", 1, "/models/Some-VL.gguf", 4096, TRUE, LOBE_CAPABILITY_VISION, "llama-server" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    {
      gsize length;
      g_autofree char *body = load_fixture ("models", lists[i].file, &length);
      g_autofree char *request = NULL;
      g_autoptr (GPtrArray) models = NULL;
      g_autoptr (GError) error = NULL;
      LobeModelInfo *info = NULL;

      g_test_message ("%s", lists[i].file);
      script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/json", body, length);
      models = list_models (fixture, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (models->len, ==, lists[i].n_models);
      for (guint j = 0; j < models->len; j++)
        {
          if (g_strcmp0 (lobe_model_info_get_id (g_ptr_array_index (models, j)), lists[i].id) == 0)
            info = g_ptr_array_index (models, j);
        }
      g_assert_nonnull (info);
      g_assert_cmpint (lobe_model_info_get_context_length (info), ==, lists[i].context_length);
      g_assert_cmpint (lobe_model_info_get_loaded (info), ==, lists[i].loaded);
      g_assert_cmpint (lobe_model_info_get_capabilities (info), ==, lists[i].capabilities);
      g_assert_cmpstr (lobe_endpoint_get_recognised (fixture->endpoint), ==, lists[i].recognised);

      request = script_server_take_request (fixture->server);
      g_assert_true (g_str_has_prefix (request, "GET /v1/models "));
    }
}

static void
test_models_refused (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autoptr (GPtrArray) refused = NULL;
  g_autoptr (GPtrArray) page = NULL;
  g_autoptr (GError) refused_error = NULL;
  g_autoptr (GError) page_error = NULL;

  script_server_reply (fixture->server, "401 Unauthorized", "", -1);
  refused = list_models (fixture, &refused_error);
  g_assert_null (refused);
  g_assert_error (refused_error, LOBE_ERROR, LOBE_ERROR_AUTHENTICATION);

  script_server_reply (fixture->server, "200 OK\r\nContent-Type: text/html", "<html></html>", -1);
  page = list_models (fixture, &page_error);
  g_assert_null (page);
  g_assert_error (page_error, LOBE_ERROR, LOBE_ERROR_PROTOCOL);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  conformance_add ("openai-driver", &driver_case);
  g_test_add ("/openai-driver/request", Fixture, NULL, set_up, test_request, tear_down);
  g_test_add ("/openai-driver/address", Fixture, NULL, set_up, test_address, tear_down);
  g_test_add ("/openai-driver/attachments", Fixture, NULL, set_up, test_attachments, tear_down);
  g_test_add ("/openai-driver/limit", Fixture, NULL, set_up, test_limit, tear_down);
  g_test_add ("/openai-driver/not-streamed", Fixture, NULL, set_up, test_not_streamed, tear_down);
  g_test_add ("/openai-driver/garbage", Fixture, NULL, set_up, test_garbage, tear_down);
  g_test_add ("/openai-driver/wrong-types", Fixture, NULL, set_up, test_wrong_types, tear_down);
  g_test_add ("/openai-driver/models", Fixture, NULL, set_up, test_models, tear_down);
  g_test_add ("/openai-driver/models-refused", Fixture, NULL, set_up, test_models_refused, tear_down);

  return g_test_run ();
}
