/* test-refusal.c: what servers say in place of an answer becomes a code to act on and words to show */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "driver/lobe-refusal.h"

#include <string.h>

/* Recorded with their headers, in tests/fixtures/refusals. */
static void
test_recorded (void)
{
  static const struct
  {
    const char *file;
    LobeError   error;
    const char *words;
  } recorded[] = {
    { "llama-server-err-context.resp", LOBE_ERROR_CONTEXT_OVERFLOW, "3066 tokens" },
    { "llama-server-err-noauth.resp", LOBE_ERROR_AUTHENTICATION, "Invalid API Key" },
    { "llama-server-err-404.resp", LOBE_ERROR_NOT_FOUND, "File Not Found" },
    { "llama-server-err-badjson.resp", LOBE_ERROR_BAD_REQUEST, "parse error" },
    { "llama-server-err-image.resp", LOBE_ERROR_UNSUPPORTED, "image input" },
    { "llama-server-err-rerank.resp", LOBE_ERROR_UNSUPPORTED, "reranking" },
    { "llama-server-chat-while-loading.resp", LOBE_ERROR_LOADING, "Loading model" },
    { "llama-server-router-chat-badmodel.resp", LOBE_ERROR_MODEL_NOT_FOUND, "'nope'" },
    { "ollama-err-nomodel.resp", LOBE_ERROR_MODEL_NOT_FOUND, "'nope'" },
    { "ollama-err-think-unsupported.resp", LOBE_ERROR_UNSUPPORTED, "thinking" },
    { "ollama-err-tools-unsupported.resp", LOBE_ERROR_UNSUPPORTED, "tools" },
    { "ollama-err-badjson.resp", LOBE_ERROR_BAD_REQUEST, "unexpected EOF" },
    { "vllm-err-context.resp", LOBE_ERROR_CONTEXT_OVERFLOW, "512 tokens" },
    { "vllm-err-maxtokens.resp", LOBE_ERROR_BAD_REQUEST, "max_tokens=9999" },
    { "vllm-err-noauth.resp", LOBE_ERROR_AUTHENTICATION, "Unauthorized" },
    { "vllm-err-nomodel.resp", LOBE_ERROR_MODEL_NOT_FOUND, "`nope`" },
    { "vllm-err-validation.resp", LOBE_ERROR_BAD_REQUEST, "validation error" },
    { "litellm-err-model.resp", LOBE_ERROR_MODEL_NOT_FOUND, "model=nope" },
    { "litellm-err-auth.resp", LOBE_ERROR_BAD_REQUEST, "No connected db" },
    { "nginx-no-certificate.resp", LOBE_ERROR_TLS, "wants a client certificate" },
    { "nginx-wrong-certificate.resp", LOBE_ERROR_TLS, "does not accept the client certificate" },
    { "nginx-plain-http.resp", LOBE_ERROR_TLS, "https://" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (recorded); i++)
    {
      g_autofree char *path = g_build_filename (g_getenv ("LOBE_FIXTURES"), "refusals", recorded[i].file, NULL);
      g_autofree char *text = NULL;
      g_autoptr (LobeRefusal) refusal = NULL;
      g_autoptr (GError) error = NULL;
      const char *body;

      g_test_message ("%s", recorded[i].file);
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      body = strstr (text, "\r\n\r\n");
      g_assert_nonnull (body);
      refusal = lobe_refusal_new (g_ascii_strtoull (text + strlen ("HTTP/1.1 "), NULL, 10), NULL, body + 4, -1);
      error = lobe_refusal_to_error (refusal);
      g_assert_error (error, LOBE_ERROR, (int) recorded[i].error);
      g_assert_nonnull (strstr (error->message, recorded[i].words));
    }
}

/* By their documents, or as gateways send them. */
static void
test_made (void)
{
  static const struct
  {
    guint       status;
    const char *retry_after;
    const char *body;
    LobeError   error;
    const char *message;
  } made[] = {
    { 401, NULL, "{\"error\":{\"message\":\"Incorrect key\",\"type\":\"invalid_request_error\",\"param\":null,\"code\":\"invalid_api_key\"}}",
      LOBE_ERROR_AUTHENTICATION, "Incorrect key" },
    { 403, NULL, "", LOBE_ERROR_FORBIDDEN, "The server does not allow this with the key it was given (HTTP 403)" },
    { 404, NULL, "{\"error\":{\"message\":\"No such thing\",\"code\":\"model_not_found\"}}", LOBE_ERROR_MODEL_NOT_FOUND, "No such thing" },
    { 404, NULL, "404 page not found", LOBE_ERROR_NOT_FOUND, "404 page not found" },
    { 405, NULL, "{\"detail\":\"Method Not Allowed\"}", LOBE_ERROR_NOT_FOUND, "Method Not Allowed" },
    { 422, NULL, "{\"detail\":[{\"loc\":[\"body\"],\"msg\":\"field required\"}]}", LOBE_ERROR_BAD_REQUEST, "field required" },
    { 400, NULL, "{\"error\":{\"message\":\"Filtered\",\"code\":\"content_filter\",\"innererror\":{}}}", LOBE_ERROR_CONTENT_FILTER, "Filtered" },
    { 400, NULL, "{\"error\":{\"message\":\"Too long\",\"code\":\"context_length_exceeded\"}}", LOBE_ERROR_CONTEXT_OVERFLOW, "Too long" },
    { 400, NULL, "{\"object\":\"error\",\"message\":\"This model's maximum context length is 9\",\"code\":40303}",
      LOBE_ERROR_CONTEXT_OVERFLOW, "This model's maximum context length is 9" },
    { 400, NULL, "[{\"error\":{\"code\":400,\"message\":\"Wrapped\",\"status\":\"INVALID_ARGUMENT\"}}]", LOBE_ERROR_BAD_REQUEST, "Wrapped" },
    { 407, NULL, "", LOBE_ERROR_PROXY, "The proxy wants a password (HTTP 407)" },
    { 429, "1", "{\"message\":\"Slow down\"}", LOBE_ERROR_RATE_LIMITED, "Slow down (it asks to wait 1 second)" },
    { 429, "Wed, 21 Oct 2026 07:28:00 GMT", "{}", LOBE_ERROR_RATE_LIMITED,
      "The server wants fewer requests (HTTP 429) (it asks to wait until Wed, 21 Oct 2026 07:28:00 GMT)" },
    { 429, NULL, "{\"error\":{\"message\":\"You exceeded your current quota\",\"type\":\"insufficient_quota\",\"code\":\"insufficient_quota\"}}",
      LOBE_ERROR_QUOTA, "You exceeded your current quota" },
    { 402, NULL, "{\"error\":{\"message\":\"Insufficient Balance\",\"type\":\"unknown_error\"}}", LOBE_ERROR_QUOTA, "Insufficient Balance" },
    { 402, NULL, "", LOBE_ERROR_QUOTA, "The account has no credit left (HTTP 402)" },
    { 500, NULL, "{\"error\":\"boom\",\"error_type\":\"generation\"}", LOBE_ERROR_SERVER, "boom" },
    { 502, NULL, " <!DOCTYPE html><title>Bad Gateway</title>", LOBE_ERROR_SERVER, "The server failed (HTTP 502)" },
    { 503, NULL, "{\"error\":{\"message\":\"no slot available\",\"type\":\"unavailable_error\"}}", LOBE_ERROR_OVERLOADED, "no slot available" },
    { 504, NULL, "", LOBE_ERROR_TIMED_OUT, "The server took too long (HTTP 504)" },
    { 529, NULL, "{\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}", LOBE_ERROR_OVERLOADED, "Overloaded" },
    { 302, NULL, "", LOBE_ERROR_PROTOCOL, "The server answered in an unexpected way (HTTP 302)" },
    { 400, NULL, "{\"error\":{\"message\":\" two\\n\\n  lines\\u0007 \"}}", LOBE_ERROR_BAD_REQUEST, "two lines" },
    { 400, NULL, "{\"error\":[]}", LOBE_ERROR_BAD_REQUEST, "The server did not accept the request (HTTP 400)" },
    { 400, NULL, "\377\376 not text", LOBE_ERROR_BAD_REQUEST, "\357\277\275\357\277\275 not text" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (made); i++)
    {
      g_autoptr (LobeRefusal) refusal = lobe_refusal_new (made[i].status, made[i].retry_after, made[i].body, -1);
      g_autoptr (GError) error = lobe_refusal_to_error (refusal);

      g_assert_error (error, LOBE_ERROR, (int) made[i].error);
      g_assert_cmpstr (error->message, ==, made[i].message);
    }
}

static void
test_long (void)
{
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (LobeRefusal) refusal = NULL;

  for (guint i = 0; i < 3000; i++)
    g_string_append (body, "世");
  refusal = lobe_refusal_new (500, NULL, body->str, body->len);
  g_assert_cmpint (g_utf8_strlen (refusal->message, -1), ==, 501);
  g_assert_true (g_str_has_suffix (refusal->message, "世…"));
}

/* Within an answer the number in the object is the only status. */
static void
test_within (void)
{
  g_autoptr (JsonNode) root = lobe_json_parse ("{\"error\":{\"code\":\"429\",\"message\":\"Slow\"}}", -1, NULL);
  g_autoptr (LobeRefusal) refusal = lobe_refusal_new_json (0, lobe_json_get_object (root));
  g_autoptr (GError) error = lobe_refusal_to_error (refusal);

  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_RATE_LIMITED);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/refusal/recorded", test_recorded);
  g_test_add_func ("/refusal/made", test_made);
  g_test_add_func ("/refusal/long", test_long);
  g_test_add_func ("/refusal/within", test_within);

  return g_test_run ();
}
