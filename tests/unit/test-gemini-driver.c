/* test-gemini-driver.c: Gemini, as its documents and LiteLLM have it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "vendor-fixture.h"

#include "base/lobe-error.h"
#include "driver/lobe-gemini-decoder.h"
#include "driver/lobe-gemini-driver.h"

#include <string.h>

#define REASON "\"finishReason\":\""
#define LF "\n\n"
#define CRLF "\r\n\r\n"

static const StreamCase streams[] = {
  { "gemini/litellm.sse", LF, "\"finishReason\": \"", LOBE_STOP_LENGTH, -1,
    " The capital of France is Paris.\nUser: What is the capital of England", NULL, NULL, -1, -1 },
  { "gemini/made-thoughts.sse", LF, REASON, LOBE_STOP_END, -1, "Four", "Two and two.", NULL, 8, 9, "-1 gemini Co4DAXLI\n" },
  { "gemini/made-tools.sse", LF, REASON, LOBE_STOP_TOOL_CALLS, -1, "", NULL,
    "- get_weather {\"city\":\"Rome\"}\nc2 get_time {}\n- now {}\n", 30, 12, "0 gemini Q2Fs\n" },
  { "gemini/made-safety.sse", LF, REASON, LOBE_STOP_CONTENT_FILTER, -1, "Well", NULL, NULL, 4, 1 },
  { "gemini/made-blocked.sse", LF, NULL, LOBE_STOP_NONE, LOBE_ERROR_CONTENT_FILTER, "", NULL, NULL, 4, -1 },
  { "gemini/made-raw-error.sse", LF, NULL, LOBE_STOP_NONE, LOBE_ERROR_OVERLOADED, "Half an ans", NULL, NULL, 4, 3 },
  { "gemini/made-array-error.sse", LF, NULL, LOBE_STOP_NONE, LOBE_ERROR_OVERLOADED, "Half", NULL, NULL, 4, 1 },
  { "gemini/made-error-event.sse", LF, NULL, LOBE_STOP_NONE, LOBE_ERROR_RATE_LIMITED, "Half", NULL, NULL, -1, -1 },
  { "gemini/made-crlf.sse", CRLF, REASON, LOBE_STOP_OTHER, -1, "Grüße, 世界 🌍!", NULL, NULL, 4, 6 },
};

static const DriverCase driver_case = {
  .new_driver = lobe_gemini_driver_new,
  .new_stream = lobe_gemini_stream_new,
  .content_type = "text/event-stream",
  .streams = streams,
  .n_streams = G_N_ELEMENTS (streams),
  .error_event = "data: {\"error\":{\"code\":429,\"message\":\"Exhausted\",\"status\":\"RESOURCE_EXHAUSTED\"}}",
  .error = LOBE_ERROR_RATE_LIMITED,
};

/* As without alt=sse: an array of chunks. */
#define WHOLE "[{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Fo\"}]}}]},\n" \
  "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"ur\"}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":3}}]"

static void
set_up (Vendor        *vendor,
        gconstpointer  data)
{
  vendor_set_up (vendor, lobe_gemini_driver_new (), "");
}

static void
tear_down (Vendor        *vendor,
           gconstpointer  data)
{
  vendor_tear_down (vendor);
}

static void
test_request (Vendor        *vendor,
              gconstpointer  data)
{
  const char *stop[] = { "END", NULL };
  g_autoptr (LobeRequest) request = lobe_request_new ("gemma-3:4b");
  g_autoptr (LobeToolSpec) tool = lobe_tool_spec_new ("get_weather", "Weather", "{\"type\":\"object\"}");
  g_autofree char *head = NULL;
  g_autofree char *body = NULL;

  lobe_request_set_system_prompt (request, "Be brief.");
  lobe_request_set_temperature (request, 1.5);
  lobe_request_set_top_p (request, 0.5);
  lobe_request_set_top_k (request, 40);
  lobe_request_set_seed (request, 7);
  lobe_request_set_stop (request, stop);
  lobe_request_set_schema (request, "{\"type\":\"object\"}");
  lobe_request_add_tool (request, tool);
  vendor_add (request, LOBE_ROLE_USER, "One");
  vendor_add (request, LOBE_ROLE_ASSISTANT, "");
  vendor_add_image (request, "Two");

  lobe_endpoint_set_key (vendor->endpoint, "AIza-secret");
  vendor_ask (vendor, request, WHOLE);
  g_assert_no_error (vendor->heard->error);
  g_assert_cmpstr (vendor->heard->text->str, ==, "Four");

  body = vendor_take (vendor, &head);
  g_assert_true (g_str_has_prefix (head, "POST /v1beta/models/gemma-3%3A4b:streamGenerateContent?alt=sse HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (head, "\r\nx-goog-api-key: AIza-secret\r\n"));
  g_assert_null (strstr (head, "Authorization"));
  g_assert_cmpstr (body, ==,
                   "{\"systemInstruction\":{\"parts\":[{\"text\":\"Be brief.\"}]},"
                   "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"One\"},"
                   "{\"inlineData\":{\"mimeType\":\"image/png\",\"data\":\"iVBORw==\"}},{\"text\":\"Two\"}]}],"
                   "\"tools\":[{\"functionDeclarations\":[{\"name\":\"get_weather\",\"description\":\"Weather\","
                   "\"parametersJsonSchema\":{\"type\":\"object\"}}]}],"
                   "\"generationConfig\":{\"maxOutputTokens\":8192,\"temperature\":1.5,\"topP\":0.5,\"topK\":40,\"seed\":7,"
                   "\"stopSequences\":[\"END\"],\"responseMimeType\":\"application/json\",\"responseJsonSchema\":{\"type\":\"object\"}}}");
}

static void
test_thinking (Vendor        *vendor,
               gconstpointer  data)
{
  static const struct
  {
    const char *model;
    LobeThink   think;
    const char *rest;
  } cases[] = {
    { "gemini-2.0-flash", LOBE_THINK_DEFAULT, "{\"maxOutputTokens\":8192}}" },
    { "gemini-2.5-flash", LOBE_THINK_DEFAULT, "\"thinkingConfig\":{\"includeThoughts\":true}}}" },
    { "gemini-2.5-flash", LOBE_THINK_OFF, "\"thinkingConfig\":{\"includeThoughts\":false,\"thinkingBudget\":0}}}" },
    { "gemini-2.5-pro", LOBE_THINK_ON, "\"thinkingConfig\":{\"includeThoughts\":true,\"thinkingBudget\":-1}}}" },
    { "gemini-2.5-pro", LOBE_THINK_LOW, "\"thinkingConfig\":{\"includeThoughts\":true,\"thinkingBudget\":1024}}}" },
    { "gemini-3-pro-preview", LOBE_THINK_ON, "\"thinkingConfig\":{\"includeThoughts\":true}}}" },
    { "gemini-3-pro-preview", LOBE_THINK_HIGH, "\"thinkingConfig\":{\"includeThoughts\":true,\"thinkingLevel\":\"high\"}}}" },
    { "gemini-flash-latest", LOBE_THINK_MEDIUM, "\"thinkingConfig\":{\"includeThoughts\":true,\"thinkingBudget\":8192}}}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LobeRequest) request = lobe_request_new (cases[i].model);
      g_autofree char *body = NULL;

      lobe_request_set_think (request, cases[i].think);
      vendor_add (request, LOBE_ROLE_USER, "x");
      vendor_ask (vendor, request, WHOLE);
      body = vendor_take (vendor, NULL);
      if (!g_str_has_suffix (body, cases[i].rest))
        g_assert_cmpstr (body, ==, cases[i].rest);
    }
}

/* Signatures go back where they were, always; results of calls that were made at once are one content. */
static LobeRequest *
make_tool_request (void)
{
  LobeRequest *request = lobe_request_new ("gemini-3-pro-preview");
  LobeMessage *message;

  vendor_add (request, LOBE_ROLE_USER, "Hi");
  message = vendor_add (request, LOBE_ROLE_ASSISTANT, "Hello");
  vendor_add_part (message, lobe_part_new (LOBE_PART_REASONING, "Greet"), "gemini c2ln");
  vendor_add (request, LOBE_ROLE_USER, "Weather?");
  message = vendor_add (request, LOBE_ROLE_ASSISTANT, "");
  vendor_add_part (message, lobe_part_new_tool_call (NULL, "get_weather", "{\"city\":\"Rome\"}"), "gemini Q2Fs");
  vendor_add_part (message, lobe_part_new_tool_call ("c2", "get_time", ""), NULL);
  message = vendor_add (request, LOBE_ROLE_TOOL, "");
  vendor_add_part (message, lobe_part_new_tool_result (NULL, "get_weather", "{\"sky\":\"blue\"}"), NULL);
  message = vendor_add (request, LOBE_ROLE_TOOL, "");
  vendor_add_part (message, lobe_part_new_tool_result ("c2", "get_time", "12:00"), NULL);

  return request;
}

#define CONTENTS(hello, call) \
  "\"contents\":[{\"role\":\"user\",\"parts\":[{\"text\":\"Hi\"}]}," \
  "{\"role\":\"model\",\"parts\":[{\"text\":\"Hello\"" hello "}]}," \
  "{\"role\":\"user\",\"parts\":[{\"text\":\"Weather?\"}]}," \
  "{\"role\":\"model\",\"parts\":[{\"functionCall\":{\"name\":\"get_weather\",\"args\":{\"city\":\"Rome\"}},\"thoughtSignature\":\"" call "\"}," \
  "{\"functionCall\":{\"id\":\"c2\",\"name\":\"get_time\",\"args\":{}}}]}," \
  "{\"role\":\"user\",\"parts\":[{\"functionResponse\":{\"name\":\"get_weather\",\"response\":{\"sky\":\"blue\"}}}," \
  "{\"functionResponse\":{\"id\":\"c2\",\"name\":\"get_time\",\"response\":{\"result\":\"12:00\"}}}]}]"

static void
test_tool_turn (Vendor        *vendor,
                gconstpointer  data)
{
  g_autoptr (LobeRequest) request = make_tool_request ();
  g_autofree char *body = NULL;

  vendor_ask (vendor, request, WHOLE);
  g_assert_no_error (vendor->heard->error);
  body = vendor_take (vendor, NULL);
  if (strstr (body, CONTENTS (",\"thoughtSignature\":\"c2ln\"", "Q2Fs")) == NULL)
    g_assert_cmpstr (body, ==, CONTENTS (",\"thoughtSignature\":\"c2ln\"", "Q2Fs"));
}

/* What is no longer good is left out, and what a model does not do is not asked again. */
static void
test_plainer (Vendor        *vendor,
              gconstpointer  data)
{
  g_autoptr (LobeRequest) request = make_tool_request ();
  g_autofree char *first = NULL;
  g_autofree char *second = NULL;
  g_autofree char *third = NULL;

  vendor_refuse (vendor, "400 Bad Request",
                 "{\"error\":{\"code\":400,\"message\":\"Corrupted thought signature.\",\"status\":\"INVALID_ARGUMENT\"}}");
  vendor_ask (vendor, request, WHOLE);
  g_assert_no_error (vendor->heard->error);
  first = vendor_take (vendor, NULL);
  second = vendor_take (vendor, NULL);
  if (strstr (second, CONTENTS ("", "skip_thought_signature_validator")) == NULL)
    g_assert_cmpstr (second, ==, CONTENTS ("", "skip_thought_signature_validator"));
  g_assert_nonnull (strstr (second, "thinkingConfig"));

  vendor_refuse (vendor, "400 Bad Request",
                 "[{\"error\":{\"code\":400,\"message\":\"Thinking is not enabled for models/x\",\"status\":\"INVALID_ARGUMENT\"}}]");
  vendor_ask (vendor, request, WHOLE);
  g_assert_no_error (vendor->heard->error);
  g_free (vendor_take (vendor, NULL));
  third = vendor_take (vendor, NULL);
  g_assert_null (strstr (third, "thinkingConfig"));
}

static void
test_refusals (Vendor        *vendor,
               gconstpointer  data)
{
  static const struct
  {
    const char *status;
    const char *name;
    const char *message;
    LobeError   error;
  } cases[] = {
    { "400 Bad Request", "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", LOBE_ERROR_AUTHENTICATION },
    { "400 Bad Request", "INVALID_ARGUMENT", "The input token count (9) exceeds the maximum number of tokens allowed (8).", LOBE_ERROR_CONTEXT_OVERFLOW },
    { "400 Bad Request", "FAILED_PRECONDITION", "User location is not supported for the API use.", LOBE_ERROR_FORBIDDEN },
    { "400 Bad Request", "INVALID_ARGUMENT", "Invalid JSON payload received.", LOBE_ERROR_BAD_REQUEST },
    { "403 Forbidden", "PERMISSION_DENIED", "no", LOBE_ERROR_FORBIDDEN },
    { "404 Not Found", "NOT_FOUND", "models/none is not found for API version v1beta", LOBE_ERROR_MODEL_NOT_FOUND },
    { "429 Too Many Requests", "RESOURCE_EXHAUSTED", "You exceeded your current quota", LOBE_ERROR_RATE_LIMITED },
    { "500 Internal Server Error", "INTERNAL", "An internal error has occurred.", LOBE_ERROR_SERVER },
    { "503 Service Unavailable", "UNAVAILABLE", "The model is overloaded.", LOBE_ERROR_OVERLOADED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LobeRequest) request = lobe_request_new ("gemini-2.0-flash");
      g_autofree char *refusal = g_strdup_printf (
          "%s{\"error\":{\"code\":%.3s,\"message\":\"%s\",\"status\":\"%s\",\"details\":[{\"@type\":\"x\"},"
          "{\"@type\":\"type.googleapis.com/google.rpc.RetryInfo\",\"retryDelay\":\"19.2s\"}]}}%s",
          i % 2 ? "[" : "", cases[i].status, cases[i].message, cases[i].name, i % 2 ? "]" : "");

      vendor_add (request, LOBE_ROLE_USER, "x");
      vendor_refuse (vendor, cases[i].status, refusal);
      vendor_ask (vendor, request, NULL);
      g_assert_error (vendor->heard->error, LOBE_ERROR, (int) cases[i].error);
      g_assert_nonnull (strstr (vendor->heard->error->message, cases[i].message));
      if (cases[i].error == LOBE_ERROR_RATE_LIMITED)
        g_assert_nonnull (strstr (vendor->heard->error->message, "20 seconds"));
      g_free (vendor_take (vendor, NULL));
    }
}

/* Of usage the parts too; wrong types anywhere are read over; an error behind the end changes nothing. */
static void
test_details (Vendor        *vendor,
              gconstpointer  data)
{
  static const char wrong[] =
      "data: {\"candidates\":7,\"usageMetadata\":[],\"promptFeedback\":{}}\n\n"
      "data: {\"candidates\":[null,{\"index\":1,\"content\":{\"parts\":[{\"text\":\"other\"}]}},{\"content\":{\"parts\":[7,{\"text\":[]},"
      "{\"functionCall\":7},{\"text\":\"Ok\"}]}}]}\n\n"
      "data: {\"candidates\":[{\"finishReason\":\"NEW\"}]}\n\n"
      "{\"error\":{\"code\":500}}\n";
  static const char unfinished[] = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"Hi\"}]}}]}\n\n{\n \"error\": {\n";
  g_autoptr (LobeRequest) request = lobe_request_new ("gemini-x");
  gsize length;
  g_autofree char *stream = load_fixture ("streams", "gemini/made-thoughts.sse", &length);

  vendor_add (request, LOBE_ROLE_USER, "x");
  vendor_ask (vendor, request, stream);
  g_assert_no_error (vendor->heard->error);
  g_assert_cmpint (vendor->heard->usage.cached_tokens, ==, 5);
  g_assert_cmpint (vendor->heard->usage.reasoning_tokens, ==, 7);

  vendor_ask (vendor, request, wrong);
  g_assert_no_error (vendor->heard->error);
  g_assert_cmpstr (vendor->heard->text->str, ==, "Ok");
  g_assert_cmpint (vendor->heard->reason, ==, LOBE_STOP_OTHER);

  vendor_ask (vendor, request, unfinished);
  g_assert_error (vendor->heard->error, LOBE_ERROR, LOBE_ERROR_INTERRUPTED);

  vendor_ask (vendor, request, "[7]");
  g_assert_error (vendor->heard->error, LOBE_ERROR, LOBE_ERROR_PROTOCOL);
}

static void
test_models (Vendor        *vendor,
             gconstpointer  data)
{
  static const char first[] =
      "{\"models\":[{\"name\":\"models/gemini-2.5-flash\",\"displayName\":\"Gemini 2.5 Flash\",\"inputTokenLimit\":1048576,"
      "\"supportedGenerationMethods\":[\"generateContent\",\"countTokens\"],\"thinking\":true},"
      "{\"name\":\"models/imagen-4\",\"supportedGenerationMethods\":[\"predict\"]}],\"nextPageToken\":\"n+1\"}";
  static const char second[] =
      "{\"models\":[{\"name\":\"models/gemini-embedding-001\",\"supportedGenerationMethods\":[\"embedContent\"],\"inputTokenLimit\":2048}]}";
  g_autoptr (GPtrArray) models = NULL;
  g_autofree char *head = NULL;
  g_autofree char *second_head = NULL;

  script_server_reply (vendor->server, "200 OK\r\nContent-Type: application/json", first, -1);
  models = vendor_list_models (vendor, second);
  g_assert_cmpuint (models->len, ==, 2);
  g_assert_cmpstr (lobe_model_info_get_id (models->pdata[0]), ==, "gemini-2.5-flash");
  g_assert_cmpstr (lobe_model_info_get_name (models->pdata[0]), ==, "Gemini 2.5 Flash");
  g_assert_cmpint (lobe_model_info_get_context_length (models->pdata[0]), ==, 1048576);
  g_assert_cmpuint (lobe_model_info_get_capabilities (models->pdata[0]), ==,
                    LOBE_CAPABILITY_VISION | LOBE_CAPABILITY_THINKING | LOBE_CAPABILITY_TOOLS);
  g_assert_cmpuint (lobe_model_info_get_capabilities (models->pdata[1]), ==, LOBE_CAPABILITY_EMBEDDING);

  g_free (vendor_take (vendor, &head));
  g_free (vendor_take (vendor, &second_head));
  g_assert_true (g_str_has_prefix (head, "GET /v1beta/models?pageSize=1000 HTTP/1.1\r\n"));
  g_assert_true (g_str_has_prefix (second_head, "GET /v1beta/models?pageSize=1000&pageToken=n%2B1 HTTP/1.1\r\n"));
}

/* A gateway that has only OpenAI's list. */
static void
test_gateway_models (Vendor        *vendor,
                     gconstpointer  data)
{
  g_autoptr (GPtrArray) models = NULL;
  g_autofree char *url = g_strconcat (script_server_get_url (vendor->server), "/gemini/v1beta", NULL);
  g_autofree char *head = NULL;

  g_clear_object (&vendor->endpoint);
  vendor->endpoint = lobe_endpoint_new (vendor->http, "test", url);
  lobe_endpoint_set_key (vendor->endpoint, "sk-litellm");
  vendor_refuse (vendor, "404 Not Found", "{\"detail\":\"Not Found\"}");
  models = vendor_list_models (vendor, "{\"data\":[{\"id\":\"tiny\",\"object\":\"model\",\"owned_by\":\"openai\"}],\"object\":\"list\"}");
  g_assert_cmpuint (models->len, ==, 1);
  g_assert_cmpstr (lobe_model_info_get_id (models->pdata[0]), ==, "tiny");

  g_free (vendor_take (vendor, NULL));
  g_free (vendor_take (vendor, &head));
  g_assert_true (g_str_has_prefix (head, "GET /gemini/v1/models HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (head, "\r\nAuthorization: Bearer sk-litellm\r\n"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  conformance_add ("gemini", &driver_case);
  g_test_add ("/gemini/request", Vendor, NULL, set_up, test_request, tear_down);
  g_test_add ("/gemini/thinking", Vendor, NULL, set_up, test_thinking, tear_down);
  g_test_add ("/gemini/tool-turn", Vendor, NULL, set_up, test_tool_turn, tear_down);
  g_test_add ("/gemini/plainer", Vendor, NULL, set_up, test_plainer, tear_down);
  g_test_add ("/gemini/refusals", Vendor, NULL, set_up, test_refusals, tear_down);
  g_test_add ("/gemini/details", Vendor, NULL, set_up, test_details, tear_down);
  g_test_add ("/gemini/models", Vendor, NULL, set_up, test_models, tear_down);
  g_test_add ("/gemini/gateway-models", Vendor, NULL, set_up, test_gateway_models, tear_down);

  return g_test_run ();
}
