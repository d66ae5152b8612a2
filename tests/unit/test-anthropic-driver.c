/* test-anthropic-driver.c: Messages, as Anthropic and the servers that speak it send and refuse them */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "vendor-fixture.h"

#include "base/lobe-error.h"
#include "driver/lobe-anthropic-decoder.h"
#include "driver/lobe-anthropic-driver.h"

#include <string.h>

#define STOP "message_stop"
#define LF "\n\n"
#define CRLF "\r\n\r\n"

#define THOUGHT "{\"type\":\"thinking\",\"thinking\":\"Two and two.\",\"signature\":\"EqQBCg==\"}"
#define REDACTED "{\"type\":\"redacted_thinking\",\"data\":\"EmwK\"}"
#define ROME "{\"type\":\"thinking\",\"thinking\":\"Rome?\",\"signature\":\"U2ln\"}"

static const StreamCase streams[] = {
  { "anthropic/llama-server.sse", LF, STOP, LOBE_STOP_END, -1, " Tokyo.\n", NULL, NULL, 73, 5 },
  { "anthropic/llama-server-tool.sse", LF, STOP, LOBE_STOP_TOOL_CALLS, -1, "", NULL,
    "w8kZs9FcTKgCTpaLZQ30YPPmv2HFLS0F get_weather { \"city\" :\"Rome\" }\n", 173, 53 },
  { "anthropic/litellm.sse", LF, STOP, LOBE_STOP_END, -1,
    " The capital of France is Paris.\n\nUser: What is the capital of England", NULL, NULL, 73, 16 },
  { "anthropic/litellm-tool.sse", LF, STOP, LOBE_STOP_TOOL_CALLS, -1, "", NULL,
    "call_fcWCJP0l44t5CVdg8CFWn9dC4mZYwcbP get_weather { \"city\" :\"Rome\" }\n", 169, 52 },
  { "anthropic/ollama.sse", LF, STOP, LOBE_STOP_LENGTH, -1, ", I am currently building a", NULL, NULL, 2, 6 },
  { "anthropic/vllm.sse", LF, STOP, LOBE_STOP_LENGTH, -1, "achating alpondingility", NULL, NULL, 14, 5 },
  { "anthropic/made-thinking-tool.sse", LF, STOP, LOBE_STOP_TOOL_CALLS, -1, "I look.", "Two and two.Rome?",
    "toolu_1 get_weather {\"city\": \"Rome\"}\ntoolu_2 get_time {}\n", 1125, 89,
    "-1 anthropic [" THOUGHT "," REDACTED "]\n0 anthropic [" ROME "]\n" },
  { "anthropic/made-omitted-refusal.sse", LF, STOP, LOBE_STOP_CONTENT_FILTER, -1, "No", NULL, NULL, 7, 9,
    "-1 anthropic [{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"T21p\"}]\n" },
  { "anthropic/made-error.sse", LF, NULL, LOBE_STOP_NONE, LOBE_ERROR_OVERLOADED, "Half an ans", NULL, NULL, 7, 1 },
  { "anthropic/made-server-tools.sse", LF, STOP, LOBE_STOP_OTHER, -1, "Found", NULL, NULL, 7, 12 },
  { "anthropic/made-crlf-no-names.sse", CRLF, STOP, LOBE_STOP_LENGTH, -1, "Grüße, 世界 🌍!", NULL, NULL, 7, 5 },
  { "anthropic/made-whole-input.sse", LF, STOP, LOBE_STOP_TOOL_CALLS, -1, "", NULL, "a one {\"x\":1}\nb two {}\n", 7, 3 },
};

static const DriverCase driver_case = {
  .new_driver = lobe_anthropic_driver_new,
  .new_stream = lobe_anthropic_stream_new,
  .content_type = "text/event-stream",
  .streams = streams,
  .n_streams = G_N_ELEMENTS (streams),
  .error_event = "event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}",
  .error = LOBE_ERROR_OVERLOADED,
};

#define WHOLE "{\"type\":\"message\",\"role\":\"assistant\",\"content\":[{\"type\":\"thinking\",\"thinking\":\"Hm\",\"signature\":\"s\"}," \
  "{\"type\":\"text\",\"text\":\"Four\"},{\"type\":\"tool_use\",\"id\":\"t\",\"name\":\"f\",\"input\":{\"x\":1}}]," \
  "\"stop_reason\":\"tool_use\",\"usage\":{\"input_tokens\":3,\"output_tokens\":2}}"

static void
set_up (Vendor        *vendor,
        gconstpointer  data)
{
  vendor_set_up (vendor, lobe_anthropic_driver_new (), "");
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
  g_autoptr (LobeRequest) request = lobe_request_new ("claude-sonnet-4-5-20250929");
  g_autoptr (LobeToolSpec) tool = lobe_tool_spec_new ("get_weather", "Weather", "{\"type\":\"object\",\"properties\":{}}");
  g_autofree char *head = NULL;
  g_autofree char *body = NULL;

  lobe_request_set_system_prompt (request, "Be brief.");
  lobe_request_set_max_tokens (request, 32);
  lobe_request_set_temperature (request, 1.5);
  lobe_request_set_top_k (request, 40);
  lobe_request_set_stop (request, stop);
  lobe_request_set_schema (request, "{\"type\":\"object\"}");
  lobe_request_add_tool (request, tool);
  vendor_add (request, LOBE_ROLE_ASSISTANT, "Hello");
  vendor_add (request, LOBE_ROLE_USER, "One");
  vendor_add (request, LOBE_ROLE_SYSTEM, "Be kind.");
  vendor_add (request, LOBE_ROLE_ASSISTANT, "");
  vendor_add_image (request, "Two");

  lobe_endpoint_set_key (vendor->endpoint, "sk-ant-secret");
  vendor_ask (vendor, request, WHOLE);
  g_assert_no_error (vendor->heard->error);

  body = vendor_take (vendor, &head);
  g_assert_true (g_str_has_prefix (head, "POST /v1/messages HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (head, "\r\nx-api-key: sk-ant-secret\r\n"));
  g_assert_nonnull (strstr (head, "\r\nanthropic-version: 2023-06-01\r\n"));
  g_assert_null (strstr (head, "Authorization"));
  g_assert_cmpstr (body, ==,
                   "{\"model\":\"claude-sonnet-4-5-20250929\",\"system\":\"Be brief.\\n\\nBe kind.\",\"messages\":["
                   "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"…\"}]},"
                   "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Hello\"}]},"
                   "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"One\"},"
                   "{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\"iVBORw==\"}},"
                   "{\"type\":\"text\",\"text\":\"Two\"}]}],"
                   "\"tools\":[{\"name\":\"get_weather\",\"description\":\"Weather\",\"input_schema\":{\"type\":\"object\",\"properties\":{}}}],"
                   "\"stream\":true,\"max_tokens\":32,"
                   "\"output_config\":{\"format\":{\"type\":\"json_schema\",\"schema\":{\"type\":\"object\"}}},"
                   "\"temperature\":1.0,\"top_k\":40,\"stop_sequences\":[\"END\"]}");
}

/* An address with its version and without, and one of a gateway. */
static void
test_address (Vendor        *vendor,
              gconstpointer  data)
{
  static const struct
  {
    const char *path;
    const char *line;
  } addresses[] = {
    { "/", "POST /v1/messages " },
    { "/v1", "POST /v1/messages " },
    { "/anthropic", "POST /anthropic/v1/messages " },
    { "/anthropic/v1/", "POST /anthropic/v1/messages " },
  };

  for (guint i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autofree char *url = g_strconcat (script_server_get_url (vendor->server), addresses[i].path, NULL);
      g_autoptr (LobeRequest) request = lobe_request_new ("m");
      g_autofree char *head = NULL;
      g_autofree char *body = NULL;

      g_clear_object (&vendor->endpoint);
      vendor->endpoint = lobe_endpoint_new (vendor->http, "test", url);
      vendor_add (request, LOBE_ROLE_USER, "x");
      vendor_ask (vendor, request, WHOLE);
      g_assert_no_error (vendor->heard->error);
      body = vendor_take (vendor, &head);
      g_assert_true (g_str_has_prefix (head, addresses[i].line));
    }
}

/* Which way to think is right depends on the model; a limit that the person set stays. */
static void
test_thinking (Vendor        *vendor,
               gconstpointer  data)
{
  static const struct
  {
    const char *model;
    LobeThink   think;
    int         limit;
    const char *rest;
  } cases[] = {
    { "claude-3-7-sonnet-20250219", LOBE_THINK_DEFAULT, 0, "\"max_tokens\":8192,\"temperature\":0.5}" },
    { "claude-3-7-sonnet-20250219", LOBE_THINK_OFF, 0, "\"max_tokens\":8192,\"thinking\":{\"type\":\"disabled\"},\"temperature\":0.5}" },
    { "claude-opus-4-20250514", LOBE_THINK_LOW, 0, "\"max_tokens\":10240,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":2048}}" },
    { "claude-sonnet-4-5", LOBE_THINK_HIGH, 4000, "\"max_tokens\":4000,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":3000}}" },
    { "claude-sonnet-4-5", LOBE_THINK_HIGH, 1000, "\"max_tokens\":1000}" },
    { "claude-opus-4-7", LOBE_THINK_HIGH, 4000,
      "\"max_tokens\":4000,\"thinking\":{\"type\":\"adaptive\",\"display\":\"summarized\"},\"output_config\":{\"effort\":\"high\"}}" },
    { "claude-sonnet-5", LOBE_THINK_ON, 0, "\"max_tokens\":16384,\"thinking\":{\"type\":\"adaptive\",\"display\":\"summarized\"}}" },
    { "tiny", LOBE_THINK_MEDIUM, 0, "\"max_tokens\":16384,\"thinking\":{\"type\":\"enabled\",\"budget_tokens\":8192}}" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LobeRequest) request = lobe_request_new (cases[i].model);
      g_autofree char *body = NULL;

      lobe_request_set_think (request, cases[i].think);
      lobe_request_set_max_tokens (request, cases[i].limit);
      lobe_request_set_temperature (request, 0.5);
      vendor_add (request, LOBE_ROLE_USER, "x");
      vendor_ask (vendor, request, WHOLE);
      body = vendor_take (vendor, NULL);
      if (!g_str_has_suffix (body, cases[i].rest))
        g_assert_cmpstr (body, ==, cases[i].rest);
    }
}

/* Calls and results; thinking goes back only in the turn under way, and only to the model that thought it. */
static void
test_tool_turn (Vendor        *vendor,
                gconstpointer  data)
{
  static const struct
  {
    const char *model;
    const char *thought;
    const char *rome;
  } models[] = {
    { "claude-x", THOUGHT "," REDACTED ",", ROME "," },
    { "claude-y", "", "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (models); i++)
    {
      g_autoptr (LobeRequest) request = lobe_request_new (models[i].model);
      g_autofree char *body = NULL;
      g_autofree char *expected = NULL;
      LobeMessage *message;

      vendor_add (request, LOBE_ROLE_USER, "Before");
      message = vendor_add (request, LOBE_ROLE_ASSISTANT, "Old");
      lobe_message_set_origin (message, "s", "claude-x");
      vendor_add_part (message, lobe_part_new (LOBE_PART_REASONING, "Old thought"), "anthropic [" THOUGHT "]");
      vendor_add (request, LOBE_ROLE_USER, "Weather?");
      message = vendor_add (request, LOBE_ROLE_ASSISTANT, "I look.");
      lobe_message_set_origin (message, "s", "claude-x");
      vendor_add_part (message, lobe_part_new (LOBE_PART_REASONING, "Two and two."), "anthropic [" THOUGHT "," REDACTED "]");
      vendor_add_part (message, lobe_part_new_tool_call ("toolu_1", "get_weather", "{\"city\":\"Rome\"}"), "anthropic [" ROME "]");
      vendor_add_part (message, lobe_part_new_tool_call ("toolu_2", "get_time", "{\"cut"), "gemini c2ln");
      message = vendor_add (request, LOBE_ROLE_TOOL, "");
      vendor_add_part (message, lobe_part_new_tool_result ("toolu_1", "get_weather", "Sun"), NULL);
      message = vendor_add (request, LOBE_ROLE_TOOL, "");
      vendor_add_part (message, lobe_part_new_tool_result ("toolu_2", "get_time", "12:00"), NULL);

      vendor_ask (vendor, request, WHOLE);
      g_assert_no_error (vendor->heard->error);
      body = vendor_take (vendor, NULL);
      expected = g_strdup_printf (
          "{\"model\":\"%s\",\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Before\"}]},"
          "{\"role\":\"assistant\",\"content\":[{\"type\":\"text\",\"text\":\"Old\"}]},"
          "{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"Weather?\"}]},"
          "{\"role\":\"assistant\",\"content\":[%s{\"type\":\"text\",\"text\":\"I look.\"},%s"
          "{\"type\":\"tool_use\",\"id\":\"toolu_1\",\"name\":\"get_weather\",\"input\":{\"city\":\"Rome\"}},"
          "{\"type\":\"tool_use\",\"id\":\"toolu_2\",\"name\":\"get_time\",\"input\":{}}]},"
          "{\"role\":\"user\",\"content\":[{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_1\",\"content\":\"Sun\"},"
          "{\"type\":\"tool_result\",\"tool_use_id\":\"toolu_2\",\"content\":\"12:00\"}]}],"
          "\"stream\":true,\"max_tokens\":8192}", models[i].model, models[i].thought, models[i].rome);
      g_assert_cmpstr (body, ==, expected);
    }
}

/* What one model wants and another refuses is asked in another way, until there is nothing left to leave out. */
static void
test_plainer (Vendor        *vendor,
              gconstpointer  data)
{
  static const struct
  {
    const char *words;
    const char *without;
    const char *with;
  } cases[] = {
    { "`temperature` and `top_p` cannot both be specified for this model.", "\"temperature\"", "\"thinking\":{\"type\":\"disabled\"}" },
    { "messages.1.content.0: Invalid `signature` in `thinking` block", "U2ln", "\"tool_use\"" },
    { "max_tokens: 8192 > 4096, which is the maximum allowed number of output tokens for claude-3-haiku-20240307", "8192", "\"max_tokens\":4096" },
    { "thinking: this model does not support disabling it", NULL, "\"thinking\"" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LobeRequest) request = lobe_request_new ("claude-x");
      g_autofree char *refusal = g_strdup_printf ("{\"type\":\"error\",\"error\":{\"type\":\"invalid_request_error\",\"message\":\"%s\"}}",
                                                  cases[i].words);
      g_autofree char *first = NULL;
      g_autofree char *second = NULL;
      LobeMessage *message;

      lobe_request_set_temperature (request, 0.5);
      lobe_request_set_think (request, LOBE_THINK_OFF);
      vendor_add (request, LOBE_ROLE_USER, "x");
      message = vendor_add (request, LOBE_ROLE_ASSISTANT, "");
      vendor_add_part (message, lobe_part_new_tool_call ("t", "f", "{}"), "anthropic [" ROME "]");

      vendor_refuse (vendor, "400 Bad Request", refusal);
      vendor_ask (vendor, request, WHOLE);
      g_assert_no_error (vendor->heard->error);
      first = vendor_take (vendor, NULL);
      second = vendor_take (vendor, NULL);
      if (cases[i].without != NULL)
        {
          g_assert_nonnull (strstr (first, cases[i].without));
          g_assert_null (strstr (second, cases[i].without));
        }
      g_assert_nonnull (strstr (second, cases[i].with));
    }
}

static void
test_refusals (Vendor        *vendor,
               gconstpointer  data)
{
  static const struct
  {
    const char *status;
    const char *type;
    const char *message;
    LobeError   error;
  } cases[] = {
    { "401 Unauthorized", "authentication_error", "invalid x-api-key", LOBE_ERROR_AUTHENTICATION },
    { "403 Forbidden", "permission_error", "no", LOBE_ERROR_FORBIDDEN },
    { "404 Not Found", "not_found_error", "model: claude-none", LOBE_ERROR_MODEL_NOT_FOUND },
    { "400 Bad Request", "invalid_request_error", "prompt is too long: 208310 tokens > 200000 maximum", LOBE_ERROR_CONTEXT_OVERFLOW },
    { "400 Bad Request", "invalid_request_error", "Your credit balance is too low to access the Anthropic API.", LOBE_ERROR_QUOTA },
    { "413 Request Entity Too Large", "request_too_large", "Request exceeds the maximum size", LOBE_ERROR_BAD_REQUEST },
    { "429 Too Many Requests", "rate_limit_error", "slow down", LOBE_ERROR_RATE_LIMITED },
    { "500 Internal Server Error", "api_error", "Internal server error", LOBE_ERROR_SERVER },
    { "529 Overloaded", "overloaded_error", "Overloaded", LOBE_ERROR_OVERLOADED },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LobeRequest) request = lobe_request_new ("claude-x");
      g_autofree char *refusal = g_strdup_printf ("{\"type\":\"error\",\"error\":{\"type\":\"%s\",\"message\":\"%s\"}}",
                                                  cases[i].type, cases[i].message);
      g_autofree char *body = NULL;

      vendor_add (request, LOBE_ROLE_USER, "x");
      vendor_refuse (vendor, cases[i].status, refusal);
      vendor_ask (vendor, request, NULL);
      g_assert_error (vendor->heard->error, LOBE_ERROR, (int) cases[i].error);
      g_assert_nonnull (strstr (vendor->heard->error->message, cases[i].message));
      body = vendor_take (vendor, NULL);
    }
}

static void
test_whole (Vendor        *vendor,
            gconstpointer  data)
{
  g_autoptr (LobeRequest) request = lobe_request_new ("claude-x");

  vendor_add (request, LOBE_ROLE_USER, "x");
  vendor_ask (vendor, request, WHOLE);
  g_assert_no_error (vendor->heard->error);
  g_assert_cmpint (vendor->heard->reason, ==, LOBE_STOP_TOOL_CALLS);
  g_assert_cmpstr (vendor->heard->text->str, ==, "Four");
  g_assert_cmpstr (vendor->heard->reasoning->str, ==, "Hm");
  g_assert_cmpstr (((GString *) vendor->heard->calls->pdata[0])->str, ==, "t f {\"x\":1}");
  g_assert_cmpint (vendor->heard->usage.prompt_tokens, ==, 3);
}

/* Of usage the parts too; wrong types anywhere are read over. */
static void
test_details (Vendor        *vendor,
              gconstpointer  data)
{
  static const char wrong[] =
      "data: {\"type\":\"message_start\",\"message\":7}\n\n"
      "data: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"text\":\"lost\"}}\n\n"
      "data: {\"type\":\"content_block_stop\",\"index\":9}\n\n"
      "data: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":null}\n\n"
      "data: {\"type\":\"content_block_start\",\"index\":1,\"content_block\":{\"type\":\"text\",\"text\":[]}}\n\n"
      "data: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"text\":7}}\n\n"
      "data: {\"type\":\"content_block_delta\",\"index\":1,\"delta\":{\"text\":\"Ok\"}}\n\n"
      "data: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"new\"},\"usage\":[]}\n\n"
      "data: {\"type\":\"message_stop\"}\n\n";
  g_autoptr (LobeRequest) request = lobe_request_new ("claude-x");
  gsize length;
  g_autofree char *stream = load_fixture ("streams", "anthropic/made-thinking-tool.sse", &length);

  vendor_add (request, LOBE_ROLE_USER, "x");
  vendor_ask (vendor, request, stream);
  g_assert_no_error (vendor->heard->error);
  g_assert_cmpint (vendor->heard->usage.cached_tokens, ==, 1000);
  g_assert_cmpint (vendor->heard->usage.reasoning_tokens, ==, 40);

  vendor_ask (vendor, request, wrong);
  g_assert_no_error (vendor->heard->error);
  g_assert_cmpstr (vendor->heard->text->str, ==, "Ok");
  g_assert_cmpint (vendor->heard->reason, ==, LOBE_STOP_OTHER);
}

static void
test_models (Vendor        *vendor,
             gconstpointer  data)
{
  static const char first[] =
      "{\"data\":[{\"type\":\"model\",\"id\":\"claude-opus-4-6\",\"display_name\":\"Claude Opus 4.6\",\"lifecycle\":\"active\","
      "\"max_input_tokens\":200000,\"capabilities\":{\"image_input\":{\"supported\":true},\"thinking\":{\"supported\":true}}},"
      "{\"type\":\"model\",\"id\":\"claude-3-opus-20240229\",\"display_name\":\"Claude Opus 3\",\"lifecycle\":\"retired\"},7,{}],"
      "\"has_more\":true,\"first_id\":\"a\",\"last_id\":\"b c\"}";
  static const char second[] =
      "{\"data\":[{\"id\":\"tiny\",\"object\":\"model\",\"max_model_len\":512}],\"has_more\":false,\"last_id\":\"tiny\"}";
  g_autoptr (GPtrArray) models = NULL;
  g_autofree char *head = NULL;
  g_autofree char *second_head = NULL;

  lobe_endpoint_set_key (vendor->endpoint, "sk-ant-secret");
  script_server_reply (vendor->server, "200 OK\r\nContent-Type: application/json", first, -1);
  models = vendor_list_models (vendor, second);
  g_assert_cmpuint (models->len, ==, 2);
  g_assert_cmpstr (lobe_model_info_get_id (models->pdata[0]), ==, "claude-opus-4-6");
  g_assert_cmpstr (lobe_model_info_get_name (models->pdata[0]), ==, "Claude Opus 4.6");
  g_assert_cmpint (lobe_model_info_get_context_length (models->pdata[0]), ==, 200000);
  g_assert_cmpuint (lobe_model_info_get_capabilities (models->pdata[0]), ==,
                    LOBE_CAPABILITY_VISION | LOBE_CAPABILITY_THINKING | LOBE_CAPABILITY_TOOLS);
  g_assert_cmpint (lobe_model_info_get_context_length (models->pdata[1]), ==, 512);

  g_free (vendor_take (vendor, &head));
  g_free (vendor_take (vendor, &second_head));
  g_assert_true (g_str_has_prefix (head, "GET /v1/models?limit=1000 HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (head, "\r\nx-api-key: sk-ant-secret\r\n"));
  g_assert_true (g_str_has_prefix (second_head, "GET /v1/models?limit=1000&after_id=b%20c HTTP/1.1\r\n"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  conformance_add ("anthropic", &driver_case);
  g_test_add ("/anthropic/request", Vendor, NULL, set_up, test_request, tear_down);
  g_test_add ("/anthropic/address", Vendor, NULL, set_up, test_address, tear_down);
  g_test_add ("/anthropic/thinking", Vendor, NULL, set_up, test_thinking, tear_down);
  g_test_add ("/anthropic/tool-turn", Vendor, NULL, set_up, test_tool_turn, tear_down);
  g_test_add ("/anthropic/plainer", Vendor, NULL, set_up, test_plainer, tear_down);
  g_test_add ("/anthropic/refusals", Vendor, NULL, set_up, test_refusals, tear_down);
  g_test_add ("/anthropic/whole", Vendor, NULL, set_up, test_whole, tear_down);
  g_test_add ("/anthropic/details", Vendor, NULL, set_up, test_details, tear_down);
  g_test_add ("/anthropic/models", Vendor, NULL, set_up, test_models, tear_down);

  return g_test_run ();
}
