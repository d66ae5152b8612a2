/* test-openai-responses-driver.c: Responses, as OpenAI and the servers that speak it send and refuse them */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "vendor-fixture.h"

#include "base/lobe-error.h"
#include "driver/lobe-openai-responses-decoder.h"
#include "driver/lobe-openai-responses-driver.h"

#include <string.h>

#define COMPLETED "\"type\":\"response.completed\""
#define INCOMPLETE "\"type\":\"response.incomplete\""
#define LF "\n\n"
#define CRLF "\r\n\r\n"

#define ITEM_1 "{\"type\":\"reasoning\",\"id\":\"rs_1\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"Two and two.\"}," \
  "{\"type\":\"summary_text\",\"text\":\"Sum.\"}],\"encrypted_content\":\"gAAA1\"}"
#define ITEM_2 "{\"type\":\"reasoning\",\"id\":\"rs_2\",\"summary\":[],\"encrypted_content\":\"gAAA2\"}"

static const StreamCase streams[] = {
  { "openai-responses/llama-server.sse", LF, COMPLETED, LOBE_STOP_END, -1,
    " Tokyo.\n\nUser: What is the largest city in China?\nAssistant:", NULL, NULL, 73, 16 },
  { "openai-responses/llama-server-tool.sse", LF, COMPLETED, LOBE_STOP_TOOL_CALLS, -1, "", NULL,
    "call_WyUTDpTPBTUDSQmXDxc2hKdvFg9P11fS get_weather { \"city\" :\"Rome\" }\n", 173, 53 },
  { "openai-responses/litellm.sse", LF, COMPLETED, LOBE_STOP_END, -1,
    " The capital of France is Paris.\nUser: What is the currency of France", NULL, NULL, 73, 16 },
  { "openai-responses/ollama.sse", LF, COMPLETED, LOBE_STOP_END, -1, ",\n\nI'm looking", NULL, NULL, 2, 6 },
  { "openai-responses/vllm.sse", LF, "\"type\":\"response.completed\"", LOBE_STOP_LENGTH, -1, " V only formty de", NULL, NULL, 14, 5 },
  { "openai-responses/made-reasoning.sse", LF, COMPLETED, LOBE_STOP_END, -1, "Four", "Two and two.\n\nSum.", NULL, 30, 50,
    "-1 openai-responses [" ITEM_1 "]\n" },
  { "openai-responses/made-tools.sse", LF, COMPLETED, LOBE_STOP_TOOL_CALLS, -1, "", NULL,
    "call_1 get_weather {\"city\":\"Rome\"}\ncall_2 now {}\n", 30, 50, "0 openai-responses [" ITEM_2 "]\n" },
  { "openai-responses/made-incomplete.sse", LF, INCOMPLETE, LOBE_STOP_LENGTH, -1, "Once upon", NULL, NULL, 30, 50 },
  { "openai-responses/made-refusal.sse", LF, INCOMPLETE, LOBE_STOP_CONTENT_FILTER, -1, "I can't", NULL, NULL, -1, -1 },
  { "openai-responses/made-failed.sse", LF, NULL, LOBE_STOP_NONE, LOBE_ERROR_SERVER, "Half an ans", NULL, NULL, -1, -1 },
  { "openai-responses/made-error.sse", LF, NULL, LOBE_STOP_NONE, LOBE_ERROR_RATE_LIMITED, "Half an ans", NULL, NULL, -1, -1 },
  { "openai-responses/made-crlf-whole.sse", CRLF, COMPLETED, LOBE_STOP_TOOL_CALLS, -1, "Grüße, 世界 🌍!", "Hm.",
    "call_1 get_weather {\"city\":\"Rome\"}\n", 30, 50,
    "0 openai-responses [{\"type\":\"reasoning\",\"id\":\"rs_2\",\"summary\":[{\"type\":\"summary_text\",\"text\":\"Hm.\"}],"
    "\"encrypted_content\":\"gAAA2\"}]\n" },
  { "openai-responses/made-only-completed.sse", LF, COMPLETED, LOBE_STOP_END, -1, "Four", "Two and two.Sum.", NULL, 30, 50,
    "-1 openai-responses [" ITEM_1 "]\n" },
};

static const DriverCase driver_case = {
  .new_driver = lobe_openai_responses_driver_new,
  .new_stream = lobe_openai_responses_stream_new,
  .content_type = "text/event-stream",
  .streams = streams,
  .n_streams = G_N_ELEMENTS (streams),
  .path = "/v1",
  .error_event = "event: error\ndata: {\"type\":\"error\",\"code\":\"rate_limit_exceeded\",\"message\":\"Slow down\"}",
  .error = LOBE_ERROR_RATE_LIMITED,
};

#define WHOLE "{\"object\":\"response\",\"status\":\"completed\",\"error\":null,\"output\":[{\"type\":\"message\",\"content\":" \
  "[{\"type\":\"output_text\",\"text\":\"Four\"}]}],\"usage\":{\"input_tokens\":3,\"output_tokens\":1}}"

static void
set_up (Vendor        *vendor,
        gconstpointer  data)
{
  vendor_set_up (vendor, lobe_openai_responses_driver_new (), "/v1");
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
  g_autoptr (LobeRequest) request = lobe_request_new ("gpt-4o");
  g_autoptr (LobeToolSpec) tool = lobe_tool_spec_new ("get_weather", "Weather", "{\"type\":\"object\"}");
  g_autofree char *head = NULL;
  g_autofree char *body = NULL;

  lobe_request_set_system_prompt (request, "Be brief.");
  lobe_request_set_temperature (request, 1.5);
  lobe_request_set_max_tokens (request, 32);
  lobe_request_set_schema (request, "{\"type\":\"object\"}");
  lobe_request_add_tool (request, tool);
  vendor_add (request, LOBE_ROLE_USER, "One");
  vendor_add (request, LOBE_ROLE_ASSISTANT, "");
  vendor_add (request, LOBE_ROLE_ASSISTANT, "Yes");
  vendor_add_image (request, "Two");

  lobe_endpoint_set_key (vendor->endpoint, "sk-secret");
  vendor_ask (vendor, request, WHOLE);
  g_assert_no_error (vendor->heard->error);
  g_assert_cmpstr (vendor->heard->text->str, ==, "Four");
  g_assert_cmpint (vendor->heard->usage.prompt_tokens, ==, 3);

  body = vendor_take (vendor, &head);
  g_assert_true (g_str_has_prefix (head, "POST /v1/responses HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (head, "\r\nAuthorization: Bearer sk-secret\r\n"));
  g_assert_cmpstr (body, ==,
                   "{\"model\":\"gpt-4o\",\"instructions\":\"Be brief.\",\"input\":["
                   "{\"type\":\"message\",\"role\":\"user\",\"content\":\"One\"},"
                   "{\"type\":\"message\",\"role\":\"assistant\",\"content\":\"Yes\"},"
                   "{\"type\":\"message\",\"role\":\"user\",\"content\":[{\"type\":\"input_text\",\"text\":\"Two\"},"
                   "{\"type\":\"input_image\",\"image_url\":\"data:image/png;base64,iVBORw==\"}]}],"
                   "\"tools\":[{\"type\":\"function\",\"name\":\"get_weather\",\"description\":\"Weather\","
                   "\"parameters\":{\"type\":\"object\"},\"strict\":false}],"
                   "\"stream\":true,\"store\":false,\"max_output_tokens\":32,\"temperature\":1.5,"
                   "\"text\":{\"format\":{\"type\":\"json_schema\",\"name\":\"answer\",\"schema\":{\"type\":\"object\"}}}}");
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
    { "gpt-4.1", LOBE_THINK_DEFAULT, "\"max_output_tokens\":8192}" },
    { "gpt-5-mini", LOBE_THINK_DEFAULT, "\"include\":[\"reasoning.encrypted_content\"],\"reasoning\":{\"summary\":\"auto\"}}" },
    { "o3", LOBE_THINK_HIGH, "\"include\":[\"reasoning.encrypted_content\"],\"reasoning\":{\"effort\":\"high\",\"summary\":\"auto\"}}" },
    { "gpt-5.1", LOBE_THINK_OFF, "\"max_output_tokens\":8192,\"reasoning\":{\"effort\":\"none\"}}" },
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

static LobeRequest *
make_tool_request (const char *model)
{
  LobeRequest *request = lobe_request_new (model);
  LobeMessage *message;

  vendor_add (request, LOBE_ROLE_USER, "Sum?");
  message = vendor_add (request, LOBE_ROLE_ASSISTANT, "Four");
  lobe_message_set_origin (message, "s", "gpt-5");
  vendor_add_part (message, lobe_part_new (LOBE_PART_REASONING, "Two and two."), "openai-responses [" ITEM_1 "]");
  message = vendor_add (request, LOBE_ROLE_ASSISTANT, "");
  lobe_message_set_origin (message, "s", "gpt-5");
  vendor_add_part (message, lobe_part_new (LOBE_PART_REASONING, "Stopped."), "openai-responses [" ITEM_1 "]");
  vendor_add (request, LOBE_ROLE_USER, "Weather?");
  message = vendor_add (request, LOBE_ROLE_ASSISTANT, "");
  lobe_message_set_origin (message, "s", "gpt-5");
  vendor_add_part (message, lobe_part_new_tool_call ("call_1", "get_weather", "{\"city\":\"Rome\"}"), "openai-responses [" ITEM_2 "]");
  vendor_add_part (message, lobe_part_new_tool_call (NULL, "now", ""), "anthropic []");
  message = vendor_add (request, LOBE_ROLE_TOOL, "");
  vendor_add_part (message, lobe_part_new_tool_result ("call_1", "get_weather", "Sun"), NULL);
  vendor_add_part (message, lobe_part_new_tool_result (NULL, "now", "12:00"), NULL);

  return request;
}

#define INPUT(one, two) \
  "\"input\":[{\"type\":\"message\",\"role\":\"user\",\"content\":\"Sum?\"}," one \
  "{\"type\":\"message\",\"role\":\"assistant\",\"content\":\"Four\"}," \
  "{\"type\":\"message\",\"role\":\"user\",\"content\":\"Weather?\"}," two \
  "{\"type\":\"function_call\",\"call_id\":\"call_1\",\"name\":\"get_weather\",\"arguments\":\"{\\\"city\\\":\\\"Rome\\\"}\"}," \
  "{\"type\":\"function_call\",\"call_id\":\"now\",\"name\":\"now\",\"arguments\":\"{}\"}," \
  "{\"type\":\"function_call_output\",\"call_id\":\"call_1\",\"output\":\"Sun\"}," \
  "{\"type\":\"function_call_output\",\"call_id\":\"now\",\"output\":\"12:00\"}]"

static void
assert_has (const char *body,
            const char *words)
{
  if (strstr (body, words) == NULL)
    g_assert_cmpstr (body, ==, words);
}

/* Reasoning goes back before what it led to, and only to the model that it came from. */
static void
test_tool_turn (Vendor        *vendor,
                gconstpointer  data)
{
  g_autoptr (LobeRequest) same = make_tool_request ("gpt-5");
  g_autoptr (LobeRequest) other = make_tool_request ("gpt-6");
  g_autofree char *to_same = NULL;
  g_autofree char *to_other = NULL;

  vendor_ask (vendor, same, WHOLE);
  to_same = vendor_take (vendor, NULL);
  assert_has (to_same, INPUT (ITEM_1 ",", ITEM_2 ","));

  vendor_ask (vendor, other, WHOLE);
  to_other = vendor_take (vendor, NULL);
  assert_has (to_other, INPUT ("", ""));
}

static void
test_plainer (Vendor        *vendor,
              gconstpointer  data)
{
  static const struct
  {
    const char *refusal;
    LobeThink   think;
    const char *without;
    const char *with;
  } cases[] = {
    { "{\"error\":{\"message\":\"The encrypted content could not be verified.\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"invalid_encrypted_content\"}}",
      LOBE_THINK_DEFAULT, "gAAA", INPUT ("", "") },
    { "{\"error\":{\"message\":\"Unsupported parameter: 'temperature' is not supported with this model.\",\"type\":\"invalid_request_error\",\"param\":\"temperature\",\"code\":null}}",
      LOBE_THINK_DEFAULT, "temperature", "include" },
    { "{\"error\":{\"message\":\"Your organization must be verified to generate reasoning summaries.\",\"type\":\"invalid_request_error\",\"param\":\"reasoning.summary\",\"code\":\"unsupported_value\"}}",
      LOBE_THINK_HIGH, "\"auto\"", "\"effort\":\"high\"" },
    { "{\"error\":{\"message\":\"Encrypted content is not supported with this model.\",\"type\":\"invalid_request_error\",\"param\":\"include\",\"code\":null}}",
      LOBE_THINK_DEFAULT, "\"include\"", "temperature" },
    { "{\"error\":{\"message\":\"Unsupported value: 'none' is not supported with the 'gpt-5' model.\",\"type\":\"invalid_request_error\",\"param\":\"reasoning.effort\",\"code\":\"unsupported_value\"}}",
      LOBE_THINK_OFF, "\"none\"", "\"effort\":\"minimal\"" },
    { "{\"error\":{\"message\":\"max_output_tokens is too large\",\"type\":\"invalid_request_error\",\"param\":\"max_output_tokens\",\"code\":null}}",
      LOBE_THINK_DEFAULT, "max_output_tokens", "temperature" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (LobeRequest) request = make_tool_request ("gpt-5");
      g_autofree char *first = NULL;
      g_autofree char *second = NULL;

      lobe_request_set_temperature (request, 0.5);
      lobe_request_set_think (request, cases[i].think);
      vendor_refuse (vendor, "400 Bad Request", cases[i].refusal);
      vendor_ask (vendor, request, WHOLE);
      g_assert_no_error (vendor->heard->error);
      first = vendor_take (vendor, NULL);
      second = vendor_take (vendor, NULL);
      g_assert_nonnull (strstr (first, cases[i].without));
      g_assert_null (strstr (second, cases[i].without));
      assert_has (second, cases[i].with);
    }
}

/* Of usage the parts too; wrong types anywhere are read over; [DONE] alone completes nothing. */
static void
test_details (Vendor        *vendor,
              gconstpointer  data)
{
  static const char wrong[] =
      "data: {\"type\":7}\n\n"
      "data: {\"type\":\"response.output_text.delta\",\"delta\":[]}\n\n"
      "data: {\"type\":\"response.output_item.added\",\"item\":7}\n\n"
      "data: {\"type\":\"response.output_item.done\",\"item\":{\"type\":\"message\",\"content\":[7,{}]}}\n\n"
      "data: {\"type\":\"response.function_call_arguments.delta\",\"delta\":\"lost\"}\n\n"
      "data: {\"type\":\"response.output_text.delta\",\"delta\":\"Ok\"}\n\n"
      "data: {\"type\":\"response.completed\",\"response\":{\"status\":[],\"output\":7,\"usage\":{\"input_tokens\":\"9\"}}}\n\n";
  static const char done[] = "data: {\"type\":\"response.output_text.delta\",\"delta\":\"Ok\"}\n\ndata: [DONE]\n\n";
  g_autoptr (LobeRequest) request = lobe_request_new ("gpt-x");
  gsize length;
  g_autofree char *stream = load_fixture ("streams", "openai-responses/made-reasoning.sse", &length);

  vendor_add (request, LOBE_ROLE_USER, "x");
  vendor_ask (vendor, request, stream);
  g_assert_no_error (vendor->heard->error);
  g_assert_cmpint (vendor->heard->usage.cached_tokens, ==, 16);
  g_assert_cmpint (vendor->heard->usage.reasoning_tokens, ==, 32);

  vendor_ask (vendor, request, wrong);
  g_assert_no_error (vendor->heard->error);
  g_assert_cmpstr (vendor->heard->text->str, ==, "Ok");
  g_assert_cmpint (vendor->heard->reason, ==, LOBE_STOP_END);

  vendor_ask (vendor, request, done);
  g_assert_error (vendor->heard->error, LOBE_ERROR, LOBE_ERROR_INTERRUPTED);

  vendor_ask (vendor, request, "{\"error\":{\"message\":\"Model not loaded\",\"code\":\"model_not_found\"}}");
  g_assert_error (vendor->heard->error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND);
}

static void
test_models (Vendor        *vendor,
             gconstpointer  data)
{
  g_autoptr (GPtrArray) models = NULL;
  g_autofree char *head = NULL;

  models = vendor_list_models (vendor, "{\"object\":\"list\",\"data\":[{\"id\":\"gpt-5\",\"object\":\"model\",\"owned_by\":\"openai\"}]}");
  g_assert_cmpuint (models->len, ==, 1);
  g_assert_cmpstr (lobe_model_info_get_id (models->pdata[0]), ==, "gpt-5");
  g_free (vendor_take (vendor, &head));
  g_assert_true (g_str_has_prefix (head, "GET /v1/models HTTP/1.1\r\n"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  conformance_add ("openai-responses", &driver_case);
  g_test_add ("/openai-responses/request", Vendor, NULL, set_up, test_request, tear_down);
  g_test_add ("/openai-responses/thinking", Vendor, NULL, set_up, test_thinking, tear_down);
  g_test_add ("/openai-responses/tool-turn", Vendor, NULL, set_up, test_tool_turn, tear_down);
  g_test_add ("/openai-responses/plainer", Vendor, NULL, set_up, test_plainer, tear_down);
  g_test_add ("/openai-responses/details", Vendor, NULL, set_up, test_details, tear_down);
  g_test_add ("/openai-responses/models", Vendor, NULL, set_up, test_models, tear_down);

  return g_test_run ();
}
