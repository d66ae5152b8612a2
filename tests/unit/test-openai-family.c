/* test-openai-family.c: the servers that speak chat completions with something of their own, each in the whole suite */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver-conformance.h"

#include "base/lobe-json.h"
#include "driver/lobe-azure-driver.h"
#include "driver/lobe-llama-server-driver.h"
#include "driver/lobe-lmstudio-driver.h"
#include "driver/lobe-localai-driver.h"
#include "driver/lobe-openai-decoder.h"
#include "driver/lobe-openai-driver.h"
#include "driver/lobe-load-gauge.h"
#include "driver/lobe-metrics.h"
#include "driver/lobe-model-library.h"
#include "driver/lobe-tgi-driver.h"
#include "driver/lobe-tgi-generate.h"
#include "driver/lobe-think-stopper.h"
#include "driver/lobe-token-counter.h"
#include "driver/lobe-vllm-driver.h"

#include <glib/gstdio.h>
#include <string.h>

#define REASON "\"finish_reason\":\""
#define LF "\n\n"

static const StreamCase azure_streams[] = {
  { "openai/litellm-azure.sse", LF, REASON, LOBE_STOP_END, -1, " Paris.\n", NULL, NULL, -1, -1 },
  { "openai/made-azure.sse", LF, REASON, LOBE_STOP_CONTENT_FILTER, -1, "Hello", NULL, NULL, -1, -1 },
};

static const StreamCase vllm_streams[] = {
  { "openai/vllm-chat.sse", LF, REASON, LOBE_STOP_LENGTH, -1, "abarrantyab 6 theseINased\357\277\275x works you author", NULL, NULL, 16, 12 },
  { "openai/vllm-continuous-usage.sse", LF, REASON, LOBE_STOP_LENGTH, -1, "abarranty pro 6", NULL, NULL, 16, 4 },
  { "openai/vllm-tool.sse", LF, REASON, LOBE_STOP_LENGTH, -1, "", NULL, "chatcmpl-tool-a20a1f082fd0771d get_weather {\n", -1, -1 },
  { "openai/vllm-schema.sse", LF, REASON, LOBE_STOP_END, -1, "{\"ok\":true}", NULL, NULL, -1, -1 },
  { "openai/made-vllm-reasoning-old.sse", LF, REASON, LOBE_STOP_END, -1, "Four", "Two and two.", NULL, 9, 5 },
  { "openai/made-vllm-reasoning-new.sse", LF, REASON, LOBE_STOP_END, -1, "Four", "Two and two.", NULL, 9, 5 },
};

static const StreamCase tgi_streams[] = {
  { "openai/made-tgi-chat.sse", LF, REASON, LOBE_STOP_END, -1, "Four.", NULL, NULL, 9, 2 },
  { "openai/made-tgi-tool.sse", LF, REASON, LOBE_STOP_TOOL_CALLS, -1, "", NULL, "0 get_weather {\"city\":\"Paris\"}\n", -1, -1 },
  { "openai/made-tgi-tool-object.sse", LF, REASON, LOBE_STOP_TOOL_CALLS, -1, "", NULL, "- get_weather {\"city\":\"Paris\"}\n", -1, -1 },
  { "openai/made-tgi-error.sse", LF, NULL, LOBE_STOP_NONE, LOBE_ERROR_SERVER, "Half", NULL, NULL, -1, -1 },
};

static const StreamCase generate_streams[] = {
  { "tgi/made-generate.sse", LF, "\"generated_text\":\"", LOBE_STOP_END, -1, "Four apples.", NULL, NULL, 12, 4 },
  { "tgi/made-stop-words.sse", LF, "\"generated_text\":\"", LOBE_STOP_END, -1, "Grüße\n世界", NULL, NULL, 12, 5 },
  { "tgi/made-length.sse", LF, "\"generated_text\":\"", LOBE_STOP_LENGTH, -1, "One\nUser", NULL, NULL, 3, 2 },
  { "tgi/made-error.sse", LF, NULL, LOBE_STOP_NONE, LOBE_ERROR_OVERLOADED, "Half", NULL, NULL, -1, -1 },
};

static const StreamCase localai_streams[] = {
  { "openai/made-localai.sse", LF, REASON "stop", LOBE_STOP_END, -1, "Hi", NULL, NULL, 7, 2 },
  { "openai/made-localai-no-reason.sse", LF, "[DONE]", LOBE_STOP_END, -1, "Hi", NULL, NULL, -1, -1 },
};

static const StreamCase llama_streams[] = {
  { "openai/llama-server-chat.sse", LF, REASON, LOBE_STOP_END, -1, " The capital of France is Paris.\n", NULL, NULL, 78, 10 },
  { "openai/llama-server-progress.sse", LF, REASON, LOBE_STOP_LENGTH, -1, " Spain is Peninsula", NULL, NULL, -1, -1 },
  { "openai/llama-server-reasoning.sse", LF, REASON, LOBE_STOP_END, -1, "", "\nThe answer is 7.", NULL, 18, 8 },
  { "openai/llama-server-router.sse", LF, REASON, LOBE_STOP_LENGTH, -1, "<|im_", NULL, NULL, -1, -1 },
  { "openai/llama-server-tool.sse", LF, REASON, LOBE_STOP_LENGTH, -1, "", NULL,
    "fZgBQkun1IGd6AH3T6P25jUHOTHR4aB4 get_weather { \"city\" :\"Paris\" }\n", -1, -1 },
};

static const StreamCase lmstudio_streams[] = {
  { "openai/made-only-done.sse", LF, "[DONE]", LOBE_STOP_END, -1, "No reason given", NULL, NULL, -1, -1 },
  { "openai/made-lmstudio.sse", LF, REASON, LOBE_STOP_END, -1, "Four", "Two and two.", NULL, 9, 5 },
};

#define SSE "text/event-stream"
#define OPENAI_ERROR "data: {\"error\":{\"message\":\"Slow down\",\"type\":\"requests\",\"code\":\"rate_limit_exceeded\"}}"
#define VLLM_ERROR "data: {\"error\":{\"object\":\"error\",\"message\":\"Dead\",\"type\":\"InternalServerError\",\"code\":500}}"
#define TGI_ERROR "data:{\"error\":\"Model is overloaded\",\"error_type\":\"overloaded\"}"
#define LLAMA_ERROR "data: {\"error\":{\"code\":500,\"message\":\"Compute error.\",\"type\":\"server_error\"}}"
#define STREAMS(array) array, G_N_ELEMENTS (array)

static const struct
{
  const char *name;
  DriverCase  driver;
} drivers[] = {
  { "azure", { lobe_azure_driver_new, lobe_openai_stream_new, SSE, STREAMS (azure_streams), NULL, OPENAI_ERROR, LOBE_ERROR_RATE_LIMITED } },
  { "azure-v1", { lobe_azure_driver_new, NULL, SSE, STREAMS (azure_streams), "/openai/v1" } },
  { "llama-server", { lobe_llama_server_driver_new, lobe_openai_stream_new, SSE, STREAMS (llama_streams), "/v1", LLAMA_ERROR, LOBE_ERROR_SERVER } },
  { "lmstudio", { lobe_lmstudio_driver_new, lobe_openai_stream_new, SSE, STREAMS (lmstudio_streams), "/v1", OPENAI_ERROR, LOBE_ERROR_RATE_LIMITED } },
  { "localai", { lobe_localai_driver_new, lobe_openai_stream_new, SSE, STREAMS (localai_streams), "/v1", OPENAI_ERROR, LOBE_ERROR_RATE_LIMITED } },
  { "tgi", { lobe_tgi_driver_new, lobe_openai_stream_new, SSE, STREAMS (tgi_streams), "/v1", TGI_ERROR, LOBE_ERROR_OVERLOADED } },
  { "tgi-generate", { lobe_tgi_driver_new, lobe_tgi_generate_stream_new, SSE, STREAMS (generate_streams), "/generate_stream", TGI_ERROR, LOBE_ERROR_OVERLOADED } },
  { "vllm", { lobe_vllm_driver_new, lobe_openai_stream_new, SSE, STREAMS (vllm_streams), "/v1", VLLM_ERROR, LOBE_ERROR_SERVER } },
};

typedef struct
{
  ScriptServer *server;
  LobeHttp     *http;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->server = script_server_new ();
  fixture->http = lobe_http_new (NULL, NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->http);
  script_server_free (fixture->server);
}

static LobeEndpoint *
make_endpoint (Fixture    *fixture,
               const char *path)
{
  g_autofree char *url = g_strconcat (script_server_get_url (fixture->server), path, NULL);

  return lobe_endpoint_new (fixture->http, "test", url);
}

static void
reply_json (Fixture    *fixture,
            const char *json)
{
  script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/json", json, -1);
}

static void
reply_file (Fixture    *fixture,
            const char *file)
{
  gsize length;
  g_autofree char *body = load_fixture ("models", file, &length);

  script_server_reply (fixture->server, "200 OK\r\nContent-Type: application/json", body, length);
}

/* The oldest request's first line, and its body if it is to be had. */
static char *
take_line (Fixture   *fixture,
           JsonNode **body)
{
  g_autofree char *request = script_server_take_request (fixture->server);

  g_assert_nonnull (request);
  if (body != NULL)
    *body = lobe_json_parse (strstr (request, "\r\n\r\n") + 4, -1, NULL);

  return g_strndup (request, strstr (request, " HTTP/1.1") - request);
}

static void
assert_next_line (Fixture    *fixture,
                  const char *expected)
{
  g_autofree char *line = take_line (fixture, NULL);

  g_assert_cmpstr (line, ==, expected);
}

static void
add_text (LobeRequest *request,
          LobeRole     role,
          const char  *text)
{
  g_autoptr (LobeMessage) message = lobe_message_new (text, NULL, role, 0);

  lobe_message_append (message, LOBE_PART_TEXT, text, -1);
  lobe_request_add_message (request, message);
}

/* Everything that can be asked for at once. */
static LobeRequest *
make_full_request (void)
{
  const char *const stop[] = { "END", NULL };
  LobeRequest *request = lobe_request_new ("m");
  g_autoptr (LobeToolSpec) tool = lobe_tool_spec_new ("get_weather", "Weather", "{\"type\":\"object\",\"properties\":{\"city\":{}}}");
  g_autoptr (LobeMessage) calling = lobe_message_new ("2", NULL, LOBE_ROLE_ASSISTANT, 0);
  g_autoptr (LobeMessage) returned = lobe_message_new ("3", NULL, LOBE_ROLE_TOOL, 0);
  g_autoptr (LobePart) call = lobe_part_new_tool_call ("c7", "get_weather", "{\"city\":\"Paris\"}");
  g_autoptr (LobePart) result = lobe_part_new_tool_result ("c7", "get_weather", "Rain");

  add_text (request, LOBE_ROLE_USER, "Weather?");
  lobe_message_append (calling, LOBE_PART_REASONING, "Hm", -1);
  lobe_message_add_part (calling, call);
  lobe_request_add_message (request, calling);
  lobe_message_add_part (returned, result);
  lobe_request_add_message (request, returned);
  lobe_request_add_tool (request, tool);
  lobe_request_set_temperature (request, 0.5);
  lobe_request_set_top_p (request, 0.75);
  lobe_request_set_top_k (request, 40);
  lobe_request_set_min_p (request, 0.25);
  lobe_request_set_repeat_penalty (request, 1.5);
  lobe_request_set_seed (request, 7);
  lobe_request_set_stop (request, stop);
  lobe_request_set_max_tokens (request, 9);
  lobe_request_set_think (request, LOBE_THINK_LOW);
  lobe_request_set_schema (request, "{\"type\":\"object\"}");

  return request;
}

#define BEGIN \
  "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Weather?\"}," \
  "{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{\"id\":\"c7\",\"type\":\"function\",\"function\":" \
  "{\"name\":\"get_weather\",\"arguments\":\"{\\\"city\\\":\\\"Paris\\\"}\"}}]}," \
  "{\"role\":\"tool\",\"tool_call_id\":\"c7\",\"content\":\"Rain\"}]," \
  "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"get_weather\",\"description\":\"Weather\"," \
  "\"parameters\":{\"type\":\"object\",\"properties\":{\"city\":{}}}}}]," \
  "\"stream\":true,\"stream_options\":{\"include_usage\":true},\"max_tokens\":9,\"temperature\":0.5,\"top_p\":0.75,"
#define STOP "\"seed\":7,\"stop\":[\"END\"]"
#define EFFORT ",\"reasoning_effort\":\"low\""
#define TEMPLATE ",\"chat_template_kwargs\":{\"enable_thinking\":true,\"thinking\":true,\"reasoning_effort\":\"low\"}"
#define SCHEMA ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"answer\",\"schema\":{\"type\":\"object\"}}}"

/* A strict server gets nothing that it does not know, and each of the others all that it takes. */
static void
test_requests (Fixture       *fixture,
               gconstpointer  data)
{
  static const struct
  {
    LobeDriver *(*new_driver) (void);
    const char   *path;
    const char   *line;
    const char   *body;
  } requests[] = {
    { lobe_openai_driver_new, "/v1", "POST /v1/chat/completions", BEGIN STOP EFFORT SCHEMA "}" },
    { lobe_azure_driver_new, "", "POST /openai/deployments/m/chat/completions?api-version=2024-10-21", BEGIN STOP EFFORT SCHEMA "}" },
    { lobe_vllm_driver_new, "/v1", "POST /v1/chat/completions",
      BEGIN "\"min_p\":0.25,\"repetition_penalty\":1.5,\"top_k\":40," STOP EFFORT TEMPLATE SCHEMA "}" },
    { lobe_tgi_driver_new, "/v1", "POST /v1/chat/completions",
      BEGIN STOP ",\"response_format\":{\"type\":\"json\",\"value\":{\"type\":\"object\"}}}" },
    { lobe_localai_driver_new, "/v1", "POST /v1/chat/completions",
      BEGIN "\"min_p\":0.25,\"repeat_penalty\":1.5,\"top_k\":40," STOP EFFORT SCHEMA "}" },
    { lobe_lmstudio_driver_new, "/v1", "POST /v1/chat/completions",
      BEGIN "\"min_p\":0.25,\"repeat_penalty\":1.5,\"top_k\":40," STOP EFFORT SCHEMA "}" },
    { lobe_llama_server_driver_new, "/v1", "POST /v1/chat/completions",
      BEGIN "\"min_p\":0.25,\"repeat_penalty\":1.5,\"top_k\":40," STOP TEMPLATE SCHEMA
      ",\"return_progress\":true,\"reasoning_control\":true}" },
    { lobe_tgi_driver_new, "/generate_stream", "POST /generate_stream",
      "{\"inputs\":\"User: Weather?\\nAssistant:\",\"parameters\":{\"details\":true,\"max_new_tokens\":9,"
      "\"temperature\":0.5,\"top_p\":0.75,\"repetition_penalty\":1.5,\"top_k\":40,\"seed\":7,\"stop\":[\"\\nUser:\",\"END\"],"
      "\"grammar\":{\"type\":\"json\",\"value\":{\"type\":\"object\"}}}}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (requests); i++)
    {
      g_autoptr (LobeDriver) driver = requests[i].new_driver ();
      g_autoptr (LobeEndpoint) endpoint = make_endpoint (fixture, requests[i].path);
      g_autoptr (LobeRequest) request = make_full_request ();
      g_autoptr (Heard) heard = heard_new ();
      g_autoptr (JsonNode) body = NULL;
      g_autofree char *line = NULL;
      g_autofree char *text = NULL;

      script_server_reply (fixture->server, "200 OK\r\nContent-Type: text/event-stream",
                           "data: {\"choices\":[],\"generated_text\":\"\"}\n\ndata: [DONE]\n\n", -1);
      heard_chat (heard, driver, endpoint, request);
      line = take_line (fixture, &body);
      g_assert_cmpstr (line, ==, requests[i].line);
      text = lobe_json_to_string (body, FALSE);
      g_assert_cmpstr (text, ==, requests[i].body);
    }
}

/* A last assistant message is gone on with, and not thought about again. */
static void
test_prefill (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct
  {
    LobeDriver *(*new_driver) (void);
    gboolean      can;
    const char   *rest;
  } prefills[] = {
    { lobe_openai_driver_new, FALSE, NULL },
    { lobe_azure_driver_new, FALSE, NULL },
    { lobe_tgi_driver_new, FALSE, NULL },
    { lobe_llama_server_driver_new, TRUE,
      "\"chat_template_kwargs\":{\"enable_thinking\":false,\"thinking\":false},\"return_progress\":true}" },
    { lobe_vllm_driver_new, TRUE,
      "\"chat_template_kwargs\":{\"enable_thinking\":false,\"thinking\":false},"
      "\"add_generation_prompt\":false,\"continue_final_message\":true}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (prefills); i++)
    {
      g_autoptr (LobeDriver) driver = prefills[i].new_driver ();
      g_autoptr (LobeEndpoint) endpoint = make_endpoint (fixture, "/v1");
      g_autoptr (LobeRequest) request = lobe_request_new ("m");
      g_autoptr (Heard) heard = heard_new ();
      g_autofree char *sent = NULL;

      g_assert_cmpint (lobe_driver_can_prefill (driver), ==, prefills[i].can);
      if (!prefills[i].can)
        continue;

      add_text (request, LOBE_ROLE_ASSISTANT, "Once upon");
      lobe_request_set_prefill (request, TRUE);
      script_server_reply (fixture->server, "200 OK\r\nContent-Type: text/event-stream", "data: [DONE]\n\n", -1);
      heard_chat (heard, driver, endpoint, request);
      g_assert_no_error (heard->error);
      sent = script_server_take_request (fixture->server);
      g_assert_true (g_str_has_suffix (sent, prefills[i].rest));
    }
}

/* The address as people copy it, and the two kinds of keys. */
static void
test_azure (Fixture       *fixture,
            gconstpointer  data)
{
  static const struct
  {
    const char *path;
    const char *key;
    const char *line;
    const char *header;
  } addresses[] = {
    { "", "0123456789", "POST /openai/deployments/m%2F1/chat/completions?api-version=2024-10-21", "\r\napi-key: 0123456789\r\n" },
    { "/openai", "0123456789", "POST /openai/deployments/m%2F1/chat/completions?api-version=2024-10-21", "\r\napi-key: 0123456789\r\n" },
    { "/v1", "0123456789", "POST /openai/deployments/m%2F1/chat/completions?api-version=2024-10-21", "\r\napi-key: 0123456789\r\n" },
    { "?api-version=2025-01-01-preview", "eyJ0eXAi.eyJhdWQi.c2ln",
      "POST /openai/deployments/m%2F1/chat/completions?api-version=2025-01-01-preview", "\r\nAuthorization: Bearer eyJ0eXAi.eyJhdWQi.c2ln\r\n" },
    { "/openai/deployments/mine/chat/completions?api-version=2025-01-01-preview", "0123456789",
      "POST /openai/deployments/mine/chat/completions?api-version=2025-01-01-preview", "\r\napi-key: 0123456789\r\n" },
    { "/openai/deployments/mine", "0123456789", "POST /openai/deployments/mine/chat/completions?api-version=2024-10-21", "\r\napi-key: 0123456789\r\n" },
    { "/openai/v1/", "0123456789", "POST /openai/v1/chat/completions", "\r\napi-key: 0123456789\r\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (LobeDriver) driver = lobe_azure_driver_new ();
      g_autoptr (LobeEndpoint) endpoint = make_endpoint (fixture, addresses[i].path);
      g_autoptr (LobeRequest) request = lobe_request_new ("m/1");
      g_autoptr (Heard) heard = heard_new ();
      g_autofree char *sent = NULL;

      lobe_endpoint_set_key (endpoint, addresses[i].key);
      add_text (request, LOBE_ROLE_USER, "x");
      script_server_reply (fixture->server, "200 OK\r\nContent-Type: text/event-stream", "data: [DONE]\n\n", -1);
      heard_chat (heard, driver, endpoint, request);
      g_assert_no_error (heard->error);
      sent = script_server_take_request (fixture->server);
      g_test_message ("%s", sent);
      g_assert_true (g_str_has_prefix (sent, addresses[i].line));
      g_assert_cmpint (sent[strlen (addresses[i].line)], ==, ' ');
      g_assert_nonnull (strstr (sent, addresses[i].header));
    }
}

/* Members that there is an answer without are left out where a server refuses them, each once. */
static void
test_unwanted (Fixture       *fixture,
               gconstpointer  data)
{
  static const char *const refusals[] = {
    "{\"error\":{\"message\":\"Unsupported parameter: 'max_tokens' is not supported with this model.\",\"param\":\"max_tokens\",\"code\":\"unsupported_parameter\"}}",
    "{\"error\":{\"message\":\"Unsupported value: 'temperature' does not support 0.5 with this model.\",\"param\":\"temperature\",\"code\":\"unsupported_value\"}}",
    "{\"error\":{\"message\":\"Unrecognized request argument supplied: stream_options\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":null}}",
  };
  g_autoptr (LobeDriver) driver = lobe_openai_driver_new ();
  g_autoptr (LobeEndpoint) endpoint = make_endpoint (fixture, "/v1");
  g_autoptr (LobeRequest) request = make_full_request ();
  g_autoptr (Heard) heard = heard_new ();
  g_autoptr (Heard) again = heard_new ();
  g_autoptr (JsonNode) body = NULL;
  g_autofree char *line = NULL;
  JsonObject *last;

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    script_server_reply (fixture->server, "400 Bad Request\r\nContent-Type: application/json", refusals[i], -1);
  script_server_reply (fixture->server, "200 OK\r\nContent-Type: text/event-stream", "data: [DONE]\n\n", -1);
  heard_chat (heard, driver, endpoint, request);
  g_assert_no_error (heard->error);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    g_free (script_server_take_request (fixture->server));

  line = take_line (fixture, &body);
  last = lobe_json_get_object (body);
  g_assert_cmpint (lobe_json_int (last, "max_completion_tokens", 0), ==, 9);
  g_assert_false (json_object_has_member (last, "max_tokens"));
  g_assert_false (json_object_has_member (last, "temperature"));
  g_assert_false (json_object_has_member (last, "stream_options"));
  g_assert_true (json_object_has_member (last, "top_p"));

  /* one that stays at it is told to the person */
  script_server_reply (fixture->server, "400 Bad Request\r\nContent-Type: application/json", refusals[1], -1);
  script_server_reply (fixture->server, "400 Bad Request\r\nContent-Type: application/json", refusals[1], -1);
  heard_chat (again, driver, endpoint, request);
  g_assert_error (again->error, LOBE_ERROR, LOBE_ERROR_BAD_REQUEST);
}

/* A model without a chat template is asked again, in the way that needs none. */
static void
test_tgi_template (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (LobeDriver) driver = lobe_tgi_driver_new ();
  g_autoptr (LobeEndpoint) endpoint = make_endpoint (fixture, "/v1");
  g_autoptr (LobeRequest) request = lobe_request_new ("m");
  g_autoptr (Heard) heard = heard_new ();
  gsize length;
  g_autofree char *body = load_fixture ("streams", "tgi/made-generate.sse", &length);

  add_text (request, LOBE_ROLE_USER, "x");
  script_server_reply (fixture->server, "422 Unprocessable Entity\r\nContent-Type: application/json",
                       "{\"error\":\"Template error: template not found\",\"error_type\":\"template_error\"}", -1);
  script_server_reply (fixture->server, "200 OK\r\nContent-Type: text/event-stream", body, length);
  heard_chat (heard, driver, endpoint, request);
  g_assert_no_error (heard->error);
  g_assert_cmpstr (heard->text->str, ==, "Four apples.");
  assert_next_line (fixture, "POST /v1/chat/completions");
  assert_next_line (fixture, "POST /generate_stream");
}

static void
keep_result (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  *kept = g_object_ref (result);
}

static void
wait_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static GPtrArray *
list_models (LobeDriver    *driver,
             LobeEndpoint  *endpoint,
             GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  lobe_driver_list_models_async (driver, endpoint, NULL, keep_result, &result);
  wait_result (&result);

  return lobe_driver_list_models_finish (driver, result, error);
}

static void
assert_model (GPtrArray        *models,
              guint             position,
              const char       *id,
              gint64            context_length,
              gboolean          loaded,
              LobeCapabilities  capabilities)
{
  LobeModelInfo *info;

  g_assert_nonnull (models);
  g_assert_cmpuint (models->len, >, position);
  info = g_ptr_array_index (models, position);
  g_assert_cmpstr (lobe_model_info_get_id (info), ==, id);
  g_assert_cmpint (lobe_model_info_get_context_length (info), ==, context_length);
  g_assert_cmpint (lobe_model_info_get_loaded (info), ==, loaded);
  g_assert_cmpint (lobe_model_info_get_capabilities (info), ==, capabilities);
}

static void
test_llama_models (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (LobeDriver) driver = lobe_llama_server_driver_new ();
  g_autoptr (LobeEndpoint) endpoint = make_endpoint (fixture, "/v1");
  g_autoptr (GPtrArray) single = NULL;
  g_autoptr (GPtrArray) able = NULL;
  g_autoptr (GPtrArray) bare = NULL;
  g_autoptr (GPtrArray) router = NULL;

  reply_file (fixture, "llama-server.json");
  reply_file (fixture, "llama-server-props.json");
  single = list_models (driver, endpoint, NULL);
  assert_model (single, 0, "gemma-270m", 2048, TRUE, 0);
  assert_next_line (fixture, "GET /v1/models");
  assert_next_line (fixture, "GET /props?autoload=false&model=gemma-270m");

  reply_file (fixture, "llama-server.json");
  reply_json (fixture, "{\"default_generation_settings\":{\"n_ctx\":1024},\"modalities\":{\"vision\":true},"
                       "\"chat_template\":\"{% if enable_thinking %}\","
                       "\"chat_template_caps\":{\"supports_tools\":true,\"supports_tool_calls\":true}}");
  able = list_models (driver, endpoint, NULL);
  assert_model (able, 0, "gemma-270m", 1024, TRUE, LOBE_CAPABILITY_VISION | LOBE_CAPABILITY_TOOLS | LOBE_CAPABILITY_THINKING);

  reply_file (fixture, "llama-server.json");
  script_server_reply (fixture->server, "501 Not Implemented", "", -1);
  bare = list_models (driver, endpoint, NULL);
  assert_model (bare, 0, "gemma-270m", 2048, TRUE, 0);

  for (guint i = 0; i < 4; i++)
    g_free (script_server_take_request (fixture->server));
  reply_file (fixture, "llama-server-router.json");
  reply_json (fixture, "{}");
  reply_json (fixture, "{}");
  router = list_models (driver, endpoint, NULL);
  g_assert_cmpuint (router->len, ==, 2);
  assert_next_line (fixture, "GET /v1/models");
}

static void
test_lmstudio_models (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (LobeDriver) driver = lobe_lmstudio_driver_new ();
  g_autoptr (LobeEndpoint) endpoint = make_endpoint (fixture, "/v1");
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GPtrArray) old = NULL;
  g_autoptr (GPtrArray) older = NULL;
  g_autoptr (GPtrArray) refused = NULL;
  g_autoptr (GError) error = NULL;

  reply_json (fixture, "{\"object\":\"list\",\"data\":[{\"id\":\"qwen2-vl-7b\",\"object\":\"model\",\"type\":\"vlm\",\"state\":\"loaded\","
                       "\"max_context_length\":32768,\"loaded_context_length\":4096,\"capabilities\":[\"tool_use\"]},"
                       "{\"id\":\"some-bert\",\"type\":\"embeddings\",\"state\":\"not-loaded\",\"max_context_length\":2048},{}]}");
  models = list_models (driver, endpoint, NULL);
  assert_model (models, 0, "qwen2-vl-7b", 4096, TRUE, LOBE_CAPABILITY_VISION | LOBE_CAPABILITY_TOOLS);
  assert_model (models, 1, "some-bert", 2048, FALSE, LOBE_CAPABILITY_EMBEDDING);
  g_assert_cmpuint (models->len, ==, 2);
  assert_next_line (fixture, "GET /api/v0/models");

  reply_json (fixture, "{\"error\":\"Unexpected endpoint or method. (GET /api/v0/models)\"}");
  reply_json (fixture, "{\"data\":[{\"id\":\"x\",\"owned_by\":\"organization_owner\"}]}");
  old = list_models (driver, endpoint, NULL);
  assert_model (old, 0, "x", 0, FALSE, 0);

  script_server_reply (fixture->server, "404 Not Found", "", -1);
  reply_json (fixture, "{\"data\":[{\"id\":\"x\"}]}");
  older = list_models (driver, endpoint, NULL);
  assert_model (older, 0, "x", 0, FALSE, 0);

  script_server_reply (fixture->server, "401 Unauthorized", "", -1);
  refused = list_models (driver, endpoint, &error);
  g_assert_null (refused);
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_AUTHENTICATION);
}

static void
test_tgi_models (Fixture       *fixture,
                 gconstpointer  data)
{
  static const char info[] = "{\"model_id\":\"bigscience/bloom\",\"max_input_tokens\":1024,\"max_total_tokens\":2048,\"version\":\"3.3.6\"}";
  g_autoptr (LobeDriver) driver = lobe_tgi_driver_new ();
  g_autoptr (LobeEndpoint) endpoint = make_endpoint (fixture, "/v1");
  g_autoptr (LobeEndpoint) generating = make_endpoint (fixture, "/generate_stream");
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GPtrArray) again = NULL;
  g_autoptr (GPtrArray) gateway = NULL;

  reply_json (fixture, info);
  models = list_models (driver, endpoint, NULL);
  assert_model (models, 0, "bigscience/bloom", 2048, TRUE, 0);
  assert_next_line (fixture, "GET /info");

  reply_json (fixture, info);
  again = list_models (driver, generating, NULL);
  assert_model (again, 0, "bigscience/bloom", 2048, TRUE, 0);
  assert_next_line (fixture, "GET /info");

  script_server_reply (fixture->server, "404 Not Found", "", -1);
  reply_json (fixture, "{\"data\":[{\"id\":\"x\",\"object\":\"model\",\"created\":0,\"owned_by\":\"x\"}]}");
  gateway = list_models (driver, endpoint, NULL);
  assert_model (gateway, 0, "x", 0, FALSE, 0);
  g_assert_cmpstr (lobe_endpoint_get_recognised (endpoint), ==, "tgi");
}

static void
test_azure_models (Fixture       *fixture,
                   gconstpointer  data)
{
  static const char list[] =
      "{\"data\":[{\"id\":\"gpt-4o\",\"capabilities\":{\"chat_completion\":true,\"embeddings\":false,\"inference\":true}},"
      "{\"id\":\"dall-e-3\",\"capabilities\":{\"chat_completion\":false,\"embeddings\":false}},"
      "{\"id\":\"ada\",\"capabilities\":{\"chat_completion\":false,\"embeddings\":true}}]}";
  g_autoptr (LobeDriver) driver = lobe_azure_driver_new ();
  g_autoptr (LobeEndpoint) endpoint = make_endpoint (fixture, "");
  g_autoptr (LobeEndpoint) v1 = make_endpoint (fixture, "/openai/v1");
  g_autoptr (LobeEndpoint) named = make_endpoint (fixture, "/openai/deployments/my%20own/chat/completions?api-version=1");
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GPtrArray) v1_models = NULL;
  g_autoptr (GPtrArray) named_models = NULL;
  g_autoptr (GPtrArray) gateway = NULL;
  g_autoptr (GPtrArray) litellm = NULL;

  reply_json (fixture, list);
  models = list_models (driver, endpoint, NULL);
  g_assert_cmpuint (models->len, ==, 2);
  assert_model (models, 0, "gpt-4o", 0, FALSE, 0);
  assert_model (models, 1, "ada", 0, FALSE, LOBE_CAPABILITY_EMBEDDING);
  assert_next_line (fixture, "GET /openai/models?api-version=2024-10-21");

  reply_json (fixture, list);
  v1_models = list_models (driver, v1, NULL);
  g_assert_cmpuint (v1_models->len, ==, 2);
  assert_next_line (fixture, "GET /openai/v1/models");

  script_server_reply (fixture->server, "404 Not Found", "", -1);
  named_models = list_models (driver, named, NULL);
  assert_model (named_models, 0, "my own", 0, FALSE, 0);
  assert_next_line (fixture, "GET /openai/models?api-version=1");

  script_server_reply (fixture->server, "404 Not Found", "", -1);
  reply_json (fixture, "{\"data\":[{\"id\":\"x\"}]}");
  gateway = list_models (driver, endpoint, NULL);
  assert_model (gateway, 0, "x", 0, FALSE, 0);

  /* LiteLLM's proxy */
  script_server_reply (fixture->server, "500 Internal Server Error", "Internal Server Error", -1);
  reply_json (fixture, "{\"data\":[{\"id\":\"y\"}]}");
  litellm = list_models (driver, endpoint, NULL);
  assert_model (litellm, 0, "y", 0, FALSE, 0);
}

/* What providers add to the list: a new one of them is data, and no code. */
static void
test_provider_models (Fixture       *fixture,
                      gconstpointer  data)
{
  static const char list[] =
      "[{\"id\":\"openrouter\",\"context_length\":1000,\"architecture\":{\"input_modalities\":[\"text\",\"image\"]},"
      "\"supported_parameters\":[\"tools\",\"reasoning\"]},"
      "{\"id\":\"mistral\",\"max_context_length\":2000,\"capabilities\":{\"completion_chat\":true,\"function_calling\":true,\"vision\":true}},"
      "{\"id\":\"groq\",\"context_window\":3000},"
      "{\"id\":\"fireworks\",\"context_length\":4000,\"supports_image_input\":true,\"supports_tools\":true},"
      "{\"id\":\"together\",\"type\":\"embedding\"},{\"id\":\"text-Embedding-3-small\"},7,{\"id\":\"\"}]";
  g_autoptr (LobeDriver) driver = lobe_openai_driver_new ();
  g_autoptr (LobeEndpoint) endpoint = make_endpoint (fixture, "/v1");
  g_autoptr (GPtrArray) models = NULL;

  reply_json (fixture, list);
  models = list_models (driver, endpoint, NULL);
  g_assert_cmpuint (models->len, ==, 6);
  assert_model (models, 0, "openrouter", 1000, FALSE, LOBE_CAPABILITY_VISION | LOBE_CAPABILITY_TOOLS | LOBE_CAPABILITY_THINKING);
  assert_model (models, 1, "mistral", 2000, FALSE, LOBE_CAPABILITY_VISION | LOBE_CAPABILITY_TOOLS);
  assert_model (models, 2, "groq", 3000, FALSE, 0);
  assert_model (models, 3, "fireworks", 4000, FALSE, LOBE_CAPABILITY_VISION | LOBE_CAPABILITY_TOOLS);
  assert_model (models, 4, "together", 0, FALSE, LOBE_CAPABILITY_EMBEDDING);
  assert_model (models, 5, "text-Embedding-3-small", 0, FALSE, LOBE_CAPABILITY_EMBEDDING);
}

static gint64
count_tokens (LobeDriver    *driver,
              LobeEndpoint  *endpoint,
              GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (LobeRequest) request = make_full_request ();

  lobe_token_counter_count_async (LOBE_TOKEN_COUNTER (driver), endpoint, request, NULL, keep_result, &result);
  wait_result (&result);

  return lobe_token_counter_count_finish (LOBE_TOKEN_COUNTER (driver), result, error);
}

static void
test_count (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (LobeDriver) llama = lobe_llama_server_driver_new ();
  g_autoptr (LobeDriver) vllm = lobe_vllm_driver_new ();
  g_autoptr (LobeEndpoint) endpoint = make_endpoint (fixture, "/v1");
  g_autoptr (JsonNode) preview = NULL;
  g_autoptr (JsonNode) tokenize = NULL;
  g_autoptr (GError) unsupported = NULL;
  g_autoptr (GError) nonsense = NULL;
  g_autofree char *preview_line = NULL;
  g_autofree char *tokenize_line = NULL;

  reply_json (fixture, "{\"prompt\":\"<s>Weather?\"}");
  reply_json (fixture, "{\"tokens\":[1,2,3]}");
  g_assert_cmpint (count_tokens (llama, endpoint, NULL), ==, 3);
  preview_line = take_line (fixture, &preview);
  g_assert_cmpstr (preview_line, ==, "POST /apply-template");
  g_assert_true (json_object_has_member (lobe_json_get_object (preview), "tools"));
  tokenize_line = take_line (fixture, &tokenize);
  g_assert_cmpstr (tokenize_line, ==, "POST /tokenize");
  g_assert_cmpstr (lobe_json_string (lobe_json_get_object (tokenize), "content"), ==, "<s>Weather?");

  reply_file (fixture, "vllm-tokenize.json");
  g_assert_cmpint (count_tokens (vllm, endpoint, NULL), ==, 4);
  assert_next_line (fixture, "POST /tokenize");

  script_server_reply (fixture->server, "404 Not Found", "", -1);
  g_assert_cmpint (count_tokens (vllm, endpoint, &unsupported), ==, -1);
  g_assert_error (unsupported, LOBE_ERROR, LOBE_ERROR_UNSUPPORTED);

  reply_json (fixture, "{}");
  g_assert_cmpint (count_tokens (llama, endpoint, &nonsense), ==, -1);
  g_assert_error (nonsense, LOBE_ERROR, LOBE_ERROR_PROTOCOL);
}

static gint64
measure (LobeDriver    *driver,
         LobeEndpoint  *endpoint,
         GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  lobe_load_gauge_measure_async (LOBE_LOAD_GAUGE (driver), endpoint, "m", NULL, keep_result, &result);
  wait_result (&result);

  return lobe_load_gauge_measure_finish (LOBE_LOAD_GAUGE (driver), result, error);
}

static void
test_load (Fixture       *fixture,
           gconstpointer  data)
{
  static const char metrics[] =
      "# HELP vllm:num_requests_running Number of requests in model execution batches.\n"
      "# TYPE vllm:num_requests_running gauge\n"
      "vllm:num_requests_running{engine=\"0\",model_name=\"a } b\"} 2.0\n"
      "vllm:num_requests_running{engine=\"1\",model_name=\"a\"} 1.0\n"
      "vllm:num_requests_waiting{engine=\"0\"} 4.0\n"
      "vllm:num_requests_waiting_by_reason{engine=\"0\"} 100.0\n"
      "tgi_queue_size 1\ntgi_batch_current_size 2\n";
  g_autoptr (LobeDriver) llama = lobe_llama_server_driver_new ();
  g_autoptr (LobeDriver) vllm = lobe_vllm_driver_new ();
  g_autoptr (LobeDriver) tgi = lobe_tgi_driver_new ();
  g_autoptr (LobeEndpoint) endpoint = make_endpoint (fixture, "/v1");
  g_autoptr (GError) error = NULL;

  reply_json (fixture, "[{\"id\":0,\"is_processing\":true},{\"id\":1,\"is_processing\":false},7]");
  g_assert_cmpint (measure (llama, endpoint, NULL), ==, 1);
  assert_next_line (fixture, "GET /slots?autoload=false&model=m");
  reply_file (fixture, "llama-server-slots.json");
  g_assert_cmpint (measure (llama, endpoint, NULL), ==, 0);
  g_free (script_server_take_request (fixture->server));

  script_server_reply (fixture->server, "501 Not Implemented", "", -1);
  reply_file (fixture, "llama-server-metrics.txt");
  g_assert_cmpint (measure (llama, endpoint, NULL), ==, 0);
  g_free (script_server_take_request (fixture->server));
  assert_next_line (fixture, "GET /metrics?autoload=false&model=m");

  reply_json (fixture, metrics);
  g_assert_cmpint (measure (vllm, endpoint, NULL), ==, 7);
  reply_json (fixture, metrics);
  g_assert_cmpint (measure (tgi, endpoint, NULL), ==, 3);
  reply_json (fixture, "nothing of that kind 1\n");
  g_assert_cmpint (measure (tgi, endpoint, &error), ==, -1);
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_UNSUPPORTED);
}

static void
test_tell (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (LobeDriver) driver = lobe_llama_server_driver_new ();
  g_autoptr (LobeEndpoint) endpoint = make_endpoint (fixture, "/v1");
  g_autoptr (LobeModelInfo) model = lobe_model_info_new ("tiny", "tiny");
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (GAsyncResult) unloaded = NULL;
  g_autoptr (GAsyncResult) stopped = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) body = NULL;
  g_autofree char *line = NULL;
  g_autofree char *text = NULL;

  reply_json (fixture, "{\"success\":true}");
  reply_json (fixture, "{}");
  g_assert_cmpint (lobe_model_library_get_actions (LOBE_MODEL_LIBRARY (driver)), ==, LOBE_LIBRARY_LOAD | LOBE_LIBRARY_UNLOAD);
  lobe_model_library_run_async (LOBE_MODEL_LIBRARY (driver), LOBE_LIBRARY_LOAD, endpoint, model, NULL, NULL, NULL,
                                keep_result, &loaded);
  wait_result (&loaded);
  g_assert_true (lobe_model_library_run_finish (LOBE_MODEL_LIBRARY (driver), loaded, NULL));
  assert_next_line (fixture, "POST /models/load");
  assert_next_line (fixture, "GET /props?autoload=true&model=tiny");

  script_server_reply (fixture->server, "404 Not Found", "", -1);
  lobe_model_library_run_async (LOBE_MODEL_LIBRARY (driver), LOBE_LIBRARY_UNLOAD, endpoint, model, NULL, NULL, NULL,
                                keep_result, &unloaded);
  wait_result (&unloaded);
  g_assert_false (lobe_model_library_run_finish (LOBE_MODEL_LIBRARY (driver), unloaded, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_UNSUPPORTED);
  assert_next_line (fixture, "POST /models/unload");

  reply_json (fixture, "{\"success\":true}");
  lobe_think_stopper_stop_async (LOBE_THINK_STOPPER (driver), endpoint, "tiny", "chatcmpl-7", NULL, keep_result, &stopped);
  wait_result (&stopped);
  g_assert_true (lobe_think_stopper_stop_finish (LOBE_THINK_STOPPER (driver), stopped, NULL));
  line = take_line (fixture, &body);
  g_assert_cmpstr (line, ==, "POST /v1/chat/completions/control");
  text = lobe_json_to_string (body, FALSE);
  g_assert_cmpstr (text, ==, "{\"id\":\"chatcmpl-7\",\"action\":\"reasoning_end\",\"model\":\"tiny\"}");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (drivers); i++)
    conformance_add (drivers[i].name, &drivers[i].driver);
  g_test_add ("/openai-family/requests", Fixture, NULL, set_up, test_requests, tear_down);
  g_test_add ("/openai-family/prefill", Fixture, NULL, set_up, test_prefill, tear_down);
  g_test_add ("/openai-family/azure", Fixture, NULL, set_up, test_azure, tear_down);
  g_test_add ("/openai-family/unwanted", Fixture, NULL, set_up, test_unwanted, tear_down);
  g_test_add ("/openai-family/tgi-template", Fixture, NULL, set_up, test_tgi_template, tear_down);
  g_test_add ("/openai-family/llama-models", Fixture, NULL, set_up, test_llama_models, tear_down);
  g_test_add ("/openai-family/lmstudio-models", Fixture, NULL, set_up, test_lmstudio_models, tear_down);
  g_test_add ("/openai-family/tgi-models", Fixture, NULL, set_up, test_tgi_models, tear_down);
  g_test_add ("/openai-family/azure-models", Fixture, NULL, set_up, test_azure_models, tear_down);
  g_test_add ("/openai-family/provider-models", Fixture, NULL, set_up, test_provider_models, tear_down);
  g_test_add ("/openai-family/count", Fixture, NULL, set_up, test_count, tear_down);
  g_test_add ("/openai-family/load", Fixture, NULL, set_up, test_load, tear_down);
  g_test_add ("/openai-family/tell", Fixture, NULL, set_up, test_tell, tear_down);

  return g_test_run ();
}
