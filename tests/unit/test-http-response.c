/* test-http-response.c: a body comes whole, or it says that it does not */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "net/lobe-http.h"

#include "raw-server.h"

#define EVENT_STREAM "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\n"

typedef struct
{
  const char *name;
  const char *answer;
  int         code;     /* of LOBE_ERROR; -1 when the body is whole */
  const char *body;
} Case;

static const Case cases[] = {
  { "length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", -1, "hello" },
  { "length and close", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello", -1, "hello" },
  { "empty", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", -1, "" },
  { "until it closes", EVENT_STREAM "\r\nhello", -1, "hello" },
  { "until it closes, HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nhello", -1, "hello" },
  { "chunked", EVENT_STREAM "Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n", -1, "hello" },
  { "chunked and close",
    EVENT_STREAM "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", -1, "hello" },
  { "length cut", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhello", LOBE_ERROR_INTERRUPTED, "hello" },
  { "length and close cut",
    "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nConnection: close\r\n\r\nhello", LOBE_ERROR_INTERRUPTED, "hello" },
  { "cut in a chunk", EVENT_STREAM "Transfer-Encoding: chunked\r\n\r\n9\r\nhello", LOBE_ERROR_INTERRUPTED, "hello" },
  { "cut after a chunk", EVENT_STREAM "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", LOBE_ERROR_INTERRUPTED, "hello" },
  { "cut in a chunk's size",
    EVENT_STREAM "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1", LOBE_ERROR_INTERRUPTED, "hello" },
  { "cut in the last chunk",
    EVENT_STREAM "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n", LOBE_ERROR_INTERRUPTED, "hello" },
  { "cut after a chunk and close",
    EVENT_STREAM "Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", LOBE_ERROR_INTERRUPTED, "hello" },
  { "cut before any body", EVENT_STREAM "Transfer-Encoding: chunked\r\n\r\n", LOBE_ERROR_INTERRUPTED, "" },
};

static void
answer_and_close (RawServer  *server,
                  RawClient  *client,
                  const char *request)
{
  raw_write (client, server->data);
  raw_close (client);
}

static void
answer_and_keep (RawServer  *server,
                 RawClient  *client,
                 const char *request)
{
  raw_write (client, server->data);
}

static gboolean
collect (const guint8  *bytes,
         gsize          length,
         gpointer       user_data,
         GError       **error)
{
  g_assert_cmpuint (length, >, 0);
  g_assert_cmpuint (length, <=, 32 * 1024);
  g_string_append_len (user_data, (const char *) bytes, length);

  return TRUE;
}

static LobeHttpRequest *
make_request (RawServer  *server,
              const char *method)
{
  g_autofree char *uri = raw_server_uri (server, "/v1/chat");

  return lobe_http_request_new (method, uri, LOBE_PURPOSE_CHAT, "Test");
}

static LobeHttpResponse *
send_request (LobeHttp        *http,
              LobeHttpRequest *request)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  LobeHttpResponse *response;

  lobe_http_send_async (http, request, NULL, keep_result, &result);
  run_until (result != NULL);
  response = lobe_http_send_finish (http, result, &error);
  g_assert_no_error (error);

  return response;
}

static gboolean
read_body (LobeHttpResponse  *response,
           GString           *body,
           GError           **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  lobe_http_response_read_async (response, collect, body, NULL, NULL, keep_result, &result);
  run_until (result != NULL);

  return lobe_http_response_read_finish (response, result, error);
}

/* What GTask and libsoup still hold goes with the main loop's next turns */
#define assert_finalized(object) \
  G_STMT_START { \
    while (g_main_context_iteration (NULL, FALSE)) \
      ; \
    g_assert_finalize_object (object); \
  } G_STMT_END

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_and_close, c->answer);
  LobeHttp *http = lobe_http_new (NULL, NULL);
  LobeHttpRequest *request = make_request (server, "POST");
  LobeHttpResponse *response = send_request (http, request);
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  gboolean whole = read_body (response, body, &error);

  if (c->code >= 0)
    g_assert_error (error, LOBE_ERROR, c->code);
  else
    g_assert_no_error (error);
  g_assert_cmpint (whole, ==, c->code < 0);
  g_assert_cmpstr (body->str, ==, c->body);

  assert_finalized (response);
  assert_finalized (request);
  assert_finalized (http);
}

static void
test_headers (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_and_keep,
                                                 "HTTP/1.1 429 Slow down\r\nContent-Type: text/event-stream; charset=utf-8\r\n"
                                                 "Retry-After: 7\r\nContent-Length: 0\r\n\r\n");
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeHttpRequest) request = make_request (server, "GET");
  g_autoptr (LobeHttpResponse) response = send_request (http, request);

  g_assert_cmpuint (lobe_http_response_get_status (response), ==, 429);
  g_assert_cmpstr (lobe_http_response_get_header (response, "retry-after"), ==, "7");
  g_assert_null (lobe_http_response_get_header (response, "x-other"));
  g_assert_cmpstr (lobe_http_response_get_content_type (response), ==, "text/event-stream");
  g_assert_true (G_IS_INPUT_STREAM (lobe_http_response_get_stream (response)));
}

/* Seconds, a moment by the server's own clock, or milliseconds beside them. */
static void
test_retry_after (void)
{
  static const struct
  {
    const char *headers;
    gint64      seconds;
  } rows[] = {
    { "", -1 },
    { "Retry-After: 12\r\n", 12 },
    { "Retry-After: 0\r\n", 0 },
    { "Retry-After: 99999999999999999999\r\n", G_MAXINT },
    { "Retry-After: soon\r\n", -1 },
    { "Retry-After: -5\r\n", -1 },
    { "Date: Tue, 24 Nov 2026 02:00:00 GMT\r\nRetry-After: Tue, 24 Nov 2026 02:01:30 GMT\r\n", 90 },
    { "Date: Tue, 24 Nov 2026 02:00:00 GMT\r\nRetry-After: Tue, 24 Nov 2026 01:00:00 GMT\r\n", 0 },
    { "Retry-After: Tue, 24 Nov 2015 01:00:00 GMT\r\n", 0 },
    { "retry-after-ms: 1200\r\nRetry-After: 2\r\n", 2 },
    { "retry-after-ms: 100\r\n", 1 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *answer = g_strconcat ("HTTP/1.1 429 Slow down\r\n", rows[i].headers, "Content-Length: 0\r\n\r\n", NULL);
      g_autoptr (RawServer) server = raw_server_new (NULL, answer_and_keep, answer);
      g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
      g_autoptr (LobeHttpRequest) request = make_request (server, "GET");
      g_autoptr (LobeHttpResponse) response = send_request (http, request);

      g_assert_cmpint (lobe_http_response_get_retry_after (response), ==, rows[i].seconds);
    }
}

static void
test_head (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_and_keep, "HTTP/1.1 200 OK\r\nContent-Length: 98362432\r\n\r\n");
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeHttpRequest) request = make_request (server, "HEAD");
  g_autoptr (LobeHttpResponse) response = send_request (http, request);
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (read_body (response, body, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (body->len, ==, 0);
}

static void
answer_nothing (RawServer  *server,
                RawClient  *client,
                const char *request)
{
}

/* Each piece is there before the next is sent: nothing waits for a buffer to fill */
static void
test_at_once (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_and_keep, EVENT_STREAM "Transfer-Encoding: chunked\r\n\r\n");
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeHttpRequest) request = make_request (server, "POST");
  g_autoptr (LobeHttpResponse) response = send_request (http, request);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  lobe_http_response_read_async (response, collect, body, NULL, NULL, keep_result, &result);
  for (guint i = 1; i <= 20; i++)
    {
      raw_write (raw_client (server, 0), "1\r\nx\r\n");
      run_until (body->len == i);
    }
  raw_write (raw_client (server, 0), "0\r\n\r\n");
  run_until (result != NULL);
  g_assert_true (lobe_http_response_read_finish (response, result, &error));
  g_assert_no_error (error);
}

/* A body of many pieces comes byte for byte, and the connection serves the next request */
static void
test_large (void)
{
  g_autoptr (GString) answer = g_string_new ("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
  g_autoptr (RawServer) server = NULL;
  LobeHttp *http = lobe_http_new (NULL, NULL);
  gsize head = answer->len;

  for (guint i = 0; i < 100000; i++)
    g_string_append_printf (answer, "%09u ", i);
  server = raw_server_new (NULL, answer_nothing, NULL);

  for (guint round = 0; round < 2; round++)
    {
      LobeHttpRequest *request = make_request (server, "GET");
      g_autoptr (GAsyncResult) sent = NULL;
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GString) body = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      LobeHttpResponse *response;
      gsize written = 0;

      lobe_http_send_async (http, request, NULL, keep_result, &sent);
      run_until (server->requests->len == round + 1);
      raw_write_bytes (raw_client (server, 0), answer->str, head);
      written = head;
      run_until (sent != NULL);
      response = lobe_http_send_finish (http, sent, &error);
      g_assert_no_error (error);
      g_clear_object (&sent);

      lobe_http_response_read_async (response, collect, body, NULL, NULL, keep_result, &result);
      while (written < answer->len)
        {
          gsize piece = MIN (50001, answer->len - written);

          raw_write_bytes (raw_client (server, 0), answer->str + written, piece);
          written += piece;
          run_until (body->len == written - head);
        }
      run_until (result != NULL);
      g_assert_true (lobe_http_response_read_finish (response, result, &error));
      g_assert_no_error (error);
      g_clear_object (&result);
      g_assert_cmpmem (body->str, body->len, answer->str + head, answer->len - head);

      assert_finalized (response);
      assert_finalized (request);
    }

  g_assert_cmpuint (server->clients->len, ==, 1);
  assert_finalized (http);
}

static void
test_cancel_closes (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_and_keep,
                                                 EVENT_STREAM "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  LobeHttp *http = lobe_http_new (NULL, NULL);
  LobeHttpRequest *request = make_request (server, "POST");
  LobeHttpResponse *response = send_request (http, request);
  GCancellable *cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  lobe_http_response_read_async (response, collect, body, NULL, cancellable, keep_result, &result);
  run_until (body->len == 5);
  g_assert_cmpuint (server->gone, ==, 0);
  g_cancellable_cancel (cancellable);
  run_until (result != NULL);
  g_assert_false (lobe_http_response_read_finish (response, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  run_until (server->gone == 1); /* though the response is still held */
  g_assert_cmpstr (body->str, ==, "hello");

  g_clear_object (&result);
  assert_finalized (response);
  assert_finalized (request);
  assert_finalized (http);
  assert_finalized (cancellable);
}

static void
test_drop_closes (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_and_keep,
                                                 EVENT_STREAM "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeHttpRequest) request = make_request (server, "POST");
  LobeHttpResponse *response = send_request (http, request);

  g_assert_cmpuint (server->gone, ==, 0);
  assert_finalized (response);
  run_until (server->gone == 1);
}

static gboolean
refuse (const guint8  *bytes,
        gsize          length,
        gpointer       user_data,
        GError       **error)
{
  g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_CONTENT_FILTER, "not that");

  return FALSE;
}

static void
count_destroy (gpointer data)
{
  guint *count = data;

  ++*count;
}

static void
test_refuse_closes (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_and_keep,
                                                 EVENT_STREAM "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeHttpRequest) request = make_request (server, "POST");
  LobeHttpResponse *response = send_request (http, request);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint destroyed = 0;

  lobe_http_response_read_async (response, refuse, &destroyed, count_destroy, NULL, keep_result, &result);
  run_until (result != NULL);
  g_assert_false (lobe_http_response_read_finish (response, result, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_CONTENT_FILTER);
  run_until (server->gone == 1);
  g_clear_object (&result);
  assert_finalized (response);
  g_assert_cmpuint (destroyed, ==, 1);
}

/* The stream goes on when the door itself has been let go */
static void
test_outlives_the_door (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_and_keep,
                                                 EVENT_STREAM "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  LobeHttp *http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeHttpRequest) request = make_request (server, "POST");
  g_autoptr (LobeHttpResponse) response = send_request (http, request);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  assert_finalized (http);
  lobe_http_response_read_async (response, collect, body, NULL, NULL, keep_result, &result);
  run_until (body->len == 5);
  raw_write (raw_client (server, 0), "0\r\n\r\n");
  run_until (result != NULL);
  g_assert_true (lobe_http_response_read_finish (response, result, &error));
  g_assert_no_error (error);
}

static void
test_timeout (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_and_keep,
                                                 EVENT_STREAM "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeHttpRequest) request = make_request (server, "POST");
  g_autoptr (LobeHttpResponse) response = NULL;
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  lobe_http_request_set_timeout (request, 1);
  response = send_request (http, request);
  g_assert_false (read_body (response, body, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_TIMED_OUT);
  g_assert_cmpstr (body->str, ==, "hello");
  run_until (server->gone == 1);
}

static GBytes *
compress (const char *text)
{
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, -1);
  g_autoptr (GBytes) plain = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  GBytes *bytes = g_converter_convert_bytes (G_CONVERTER (compressor), plain, &error);

  g_assert_no_error (error);

  return bytes;
}

static void
test_compressed (void)
{
  g_autoptr (GBytes) packed = compress ("hello hello hello hello hello");
  gsize length = g_bytes_get_size (packed);

  for (guint cut = 0; cut < 2; cut++)
    {
      g_autofree char *head = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %" G_GSIZE_FORMAT
                                               "\r\n\r\n", length);
      g_autoptr (RawServer) server = raw_server_new (NULL, answer_and_keep, head);
      g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
      g_autoptr (LobeHttpRequest) request = make_request (server, "POST");
      g_autoptr (LobeHttpResponse) response = send_request (http, request);
      g_autoptr (GString) body = g_string_new (NULL);
      g_autoptr (GError) error = NULL;

      raw_write_bytes (raw_client (server, 0), g_bytes_get_data (packed, NULL), length - cut * 9);
      if (cut > 0)
        raw_close (raw_client (server, 0));
      g_assert_cmpint (read_body (response, body, &error), ==, cut == 0);
      if (cut > 0)
        {
          g_assert_error (error, LOBE_ERROR, LOBE_ERROR_INTERRUPTED);
        }
      else
        {
          g_assert_no_error (error);
          g_assert_cmpstr (body->str, ==, "hello hello hello hello hello");
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/http-response/case/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/http-response/headers", test_headers);
  g_test_add_func ("/http-response/retry-after", test_retry_after);
  g_test_add_func ("/http-response/head", test_head);
  g_test_add_func ("/http-response/at-once", test_at_once);
  g_test_add_func ("/http-response/large", test_large);
  g_test_add_func ("/http-response/cancel-closes", test_cancel_closes);
  g_test_add_func ("/http-response/drop-closes", test_drop_closes);
  g_test_add_func ("/http-response/refuse-closes", test_refuse_closes);
  g_test_add_func ("/http-response/outlives-the-door", test_outlives_the_door);
  g_test_add_func ("/http-response/timeout", test_timeout);
  g_test_add_func ("/http-response/compressed", test_compressed);

  return g_test_run ();
}
