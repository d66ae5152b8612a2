/* driver-conformance.c: what every driver must do with answers that are whole, cut, broken or unwanted */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver-conformance.h"

#include "base/lobe-json.h"
#include "driver/lobe-sink-private.h"

#include <string.h>

static void
string_free (gpointer data)
{
  g_string_free (data, TRUE);
}

Heard *
heard_new (void)
{
  Heard *self = g_new0 (Heard, 1);

  self->text = g_string_new (NULL);
  self->reasoning = g_string_new (NULL);
  self->calls = g_ptr_array_new_with_free_func (string_free);
  self->signatures = g_string_new (NULL);
  self->usage = LOBE_USAGE_UNKNOWN;
  self->progress = -1.0;

  return self;
}

void
heard_free (Heard *self)
{
  g_string_free (self->text, TRUE);
  g_string_free (self->reasoning, TRUE);
  g_ptr_array_unref (self->calls);
  g_string_free (self->signatures, TRUE);
  g_clear_error (&self->error);
  g_clear_object (&self->cancellable);
  g_free (self);
}

static void
on_delta (const LobeDelta *delta,
          gpointer         user_data)
{
  Heard *self = user_data;

  g_assert_false (self->ended);
  self->n_deltas++;

  switch (delta->kind)
    {
    case LOBE_DELTA_TEXT:
      g_string_append_len (self->text, delta->text, delta->length);
      break;
    case LOBE_DELTA_REASONING:
      g_string_append_len (self->reasoning, delta->text, delta->length);
      break;
    case LOBE_DELTA_TOOL_CALL:
      {
        g_autofree char *arguments = g_strndup (delta->text, delta->length);
        GString *call;
        char **fields;

        g_assert_cmpuint (delta->index, <=, self->calls->len);
        if (delta->index == self->calls->len)
          g_ptr_array_add (self->calls, g_string_new ("- - "));
        call = g_ptr_array_index (self->calls, delta->index);
        fields = g_strsplit (call->str, " ", 3);
        g_string_printf (call, "%s %s %s%s", delta->call_id != NULL ? delta->call_id : fields[0],
                         delta->name != NULL ? delta->name : fields[1], fields[2], arguments);
        g_strfreev (fields);
      }
      break;
    case LOBE_DELTA_USAGE:
      self->usage = *delta->usage;
      break;
    case LOBE_DELTA_PROGRESS:
      g_assert_cmpfloat (delta->progress, >=, self->progress);
      self->progress = delta->progress;
      break;
    case LOBE_DELTA_SIGNATURE:
      {
        g_autofree char *signature = lobe_delta_dup_text (delta);

        g_assert_true (delta->index == LOBE_DELTA_NO_CALL || delta->index < self->calls->len);
        g_string_append_printf (self->signatures, "%d %s\n", (int) delta->index, signature);
      }
      break;
    case LOBE_DELTA_ANSWER_ID:
      g_assert_cmpuint (delta->length, >, 0);
      break;
    default:
      g_assert_not_reached ();
    }

  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
}

static char *
dup_calls (Heard *self)
{
  g_autoptr (GString) calls = g_string_new (NULL);

  for (guint i = 0; i < self->calls->len; i++)
    g_string_append_printf (calls, "%s\n", ((GString *) g_ptr_array_index (self->calls, i))->str);

  return g_string_free_and_steal (g_steal_pointer (&calls));
}

/* All that was heard, but for how it ended. */
char *
heard_dup (Heard *self)
{
  g_autofree char *calls = dup_calls (self);

  return g_strdup_printf ("text %s\nreasoning %s\ncalls %ssignatures %susage %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %.3f\nprogress %.3f",
                          self->text->str, self->reasoning->str, calls, self->signatures->str,
                          self->usage.prompt_tokens,
                          self->usage.completion_tokens, self->usage.tokens_per_second, self->progress);
}

void
heard_wait (Heard *self)
{
  while (!self->ended)
    g_main_context_iteration (NULL, TRUE);
  /* what was closed at the end lets go of what it holds */
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
on_chat (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Heard *self = user_data;

  g_assert_false (self->ended);
  self->reason = lobe_driver_chat_finish (LOBE_DRIVER (object), result, &self->error);
  self->ended = TRUE;
}

void
heard_chat (Heard        *self,
            LobeDriver   *driver,
            LobeEndpoint *endpoint,
            LobeRequest  *request)
{
  lobe_driver_chat_async (driver, endpoint, request, on_delta, self, NULL, self->cancellable, on_chat, self);
  heard_wait (self);
}

char *
load_fixture (const char *folder,
              const char *file,
              gsize      *length)
{
  g_autofree char *path = g_build_filename (g_getenv ("LOBE_FIXTURES"), folder, file, NULL);
  g_autoptr (GError) error = NULL;
  char *data;

  g_file_get_contents (path, &data, length, &error);
  g_assert_no_error (error);

  return data;
}

static void
on_decoded (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  Heard *self = user_data;

  self->reason = g_task_propagate_int (G_TASK (result), &self->error);
  self->ended = TRUE;
}

/* Has a decoder alone read @data, in two pieces. */
static Heard *
decode (const DriverCase *driver,
        const char       *data,
        gsize             length,
        gsize             split)
{
  Heard *heard = heard_new ();
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_decoded, heard);
  g_autoptr (LobeSink) sink = lobe_sink_new (task, on_delta, heard, NULL);
  g_autoptr (LobeStream) stream = driver->new_stream (sink);
  /* pieces of their own, so that reading past one is noticed */
  g_autofree char *first = g_memdup2 (data, split);
  g_autofree char *second = g_memdup2 (data + split, length - split);

  if (lobe_stream_push (stream, first, split, NULL))
    lobe_stream_push (stream, second, length - split, NULL);
  lobe_stream_end (stream, NULL);

  g_clear_pointer (&stream, lobe_stream_free);
  g_clear_object (&sink);
  g_clear_object (&task);
  heard_wait (heard);

  return heard;
}

static void
assert_whole (const StreamCase *stream,
              Heard            *heard)
{
  g_autofree char *calls = dup_calls (heard);

  g_assert_cmpstr (heard->text->str, ==, stream->text);
  g_assert_cmpstr (heard->reasoning->str, ==, stream->reasoning != NULL ? stream->reasoning : "");
  g_assert_cmpstr (calls, ==, stream->calls != NULL ? stream->calls : "");
  g_assert_cmpstr (heard->signatures->str, ==, stream->signatures != NULL ? stream->signatures : "");
  g_assert_cmpint (heard->usage.prompt_tokens, ==, stream->prompt_tokens);
  g_assert_cmpint (heard->usage.completion_tokens, ==, stream->completion_tokens);
  if (stream->error >= 0)
    {
      g_assert_error (heard->error, LOBE_ERROR, stream->error);
    }
  else
    {
      g_assert_no_error (heard->error);
      g_assert_cmpint (heard->reason, ==, stream->reason);
    }
}

/* The offset behind the last byte of the event that completes the answer; G_MAXSIZE when none does. */
static gsize
find_completion (const StreamCase *stream,
                 const char       *data)
{
  const char *event = stream->completes != NULL ? strstr (data, stream->completes) : NULL;
  const char *end;

  if (event == NULL)
    return G_MAXSIZE;

  end = strstr (event, stream->separator);

  return end != NULL ? (gsize) (end - data) : strlen (data);
}

static void
assert_cut (const StreamCase *stream,
            Heard            *heard,
            gboolean          complete)
{
  if (complete)
    {
      g_assert_no_error (heard->error);
      g_assert_cmpint (heard->reason, ==, stream->reason);
    }
  else
    {
      g_assert_error (heard->error, LOBE_ERROR, LOBE_ERROR_INTERRUPTED);
    }
}

static void
test_decode (gconstpointer data)
{
  const DriverCase *driver = data;

  for (guint i = 0; i < driver->n_streams; i++)
    {
      const StreamCase *stream = &driver->streams[i];
      gsize length;
      g_autofree char *body = load_fixture ("streams", stream->file, &length);
      g_autoptr (Heard) whole = decode (driver, body, length, 0);
      g_autofree char *expected = heard_dup (whole);

      g_test_message ("%s", stream->file);
      assert_whole (stream, whole);

      /* long recordings, whose events are all alike, at every third byte or fifth */
      for (gsize split = 1; split < length; split += 1 + length / 2000 * 2)
        {
          g_autoptr (Heard) heard = decode (driver, body, length, split);
          g_autofree char *actual = heard_dup (heard);

          g_assert_cmpstr (actual, ==, expected);
          assert_whole (stream, heard);
        }
    }
}

/* Cut behind every byte: what whole events told is there, and only what they told. */
static void
test_cut (gconstpointer data)
{
  const DriverCase *driver = data;

  for (guint i = 0; i < driver->n_streams; i++)
    {
      const StreamCase *stream = &driver->streams[i];
      gsize length;
      g_autofree char *body = load_fixture ("streams", stream->file, &length);
      gsize completion = find_completion (stream, body);
      g_autofree char *expected = NULL;
      gsize last_whole = 0;

      /* the rest is read as one more event */
      if (stream->error >= 0)
        continue;
      g_test_message ("%s: complete from byte %" G_GSIZE_FORMAT " of %" G_GSIZE_FORMAT, stream->file, completion, length);
      g_assert_cmpuint (completion, <=, length);

      for (gsize cut = 0; cut <= length; cut++)
        {
          g_autoptr (Heard) heard = decode (driver, body, cut, cut / 2);
          g_autofree char *actual = heard_dup (heard);

          /* an event is whole from its last byte on, whether or not its separator came */
          if (cut == length || strncmp (body + cut, stream->separator, strlen (stream->separator)) == 0)
            {
              g_autoptr (GString) events = g_string_new_len (body, cut);
              g_autoptr (Heard) events_heard = NULL;

              g_string_append (events, stream->separator);
              events_heard = decode (driver, events->str, events->len, 0);
              g_free (expected);
              expected = heard_dup (events_heard);
              last_whole = cut;
            }
          if (expected == NULL)
            {
              g_assert_cmpuint (heard->n_deltas, ==, 0);
            }
          else if (g_strcmp0 (actual, expected) != 0)
            {
              g_test_message ("cut at %" G_GSIZE_FORMAT ", last whole event ends at %" G_GSIZE_FORMAT, cut, last_whole);
              g_assert_cmpstr (actual, ==, expected);
            }
          assert_cut (stream, heard, cut >= completion);
        }
    }
}

static gboolean
is_sse (const DriverCase *driver)
{
  return g_str_has_prefix (driver->content_type, "text/event-stream");
}

/* The same answer as other servers, or what stands between, would write it. */
static char *
vary (const DriverCase *driver,
      const StreamCase *stream,
      const char       *body,
      guint             variant)
{
  g_autoptr (GString) varied = g_string_new (body);

  switch (variant)
    {
    case 0: /* CR LF */
      g_string_replace (varied, "\r\n", "\n", 0);
      g_string_replace (varied, "\n", "\r\n", 0);
      break;
    case 1: /* to keep the connection alive: comments, empty lines */
      g_string_replace (varied, stream->separator, is_sse (driver) ? "\n\n: ping\n\n:\n\n" : "\n\n", 0);
      g_string_prepend (varied, is_sse (driver) ? ":ok\n\n" : "\n");
      break;
    case 2: /* a space less, or more */
      if (is_sse (driver))
        g_string_replace (varied, "data: ", "data:", 0);
      else
        g_string_replace (varied, stream->separator, " \n", 0);
      break;
    case 3: /* fields that nobody needs */
    default:
      if (is_sse (driver))
        g_string_replace (varied, "data:", "id: 7\nretry: 100\nfoo: bar\nnonsense\ndata:", 0);
      break;
    }

  return g_string_free_and_steal (g_steal_pointer (&varied));
}

static void
test_variants (gconstpointer data)
{
  const DriverCase *driver = data;

  for (guint i = 0; i < driver->n_streams; i++)
    {
      const StreamCase *stream = &driver->streams[i];
      gsize length;
      g_autofree char *body = load_fixture ("streams", stream->file, &length);
      g_autoptr (Heard) whole = decode (driver, body, length, 0);
      g_autofree char *expected = heard_dup (whole);

      for (guint variant = 0; variant < 4; variant++)
        {
          g_autofree char *varied = vary (driver, stream, body, variant);
          g_autoptr (Heard) heard = decode (driver, varied, strlen (varied), strlen (varied) / 2);
          g_autofree char *actual = heard_dup (heard);

          g_test_message ("%s, variant %u", stream->file, variant);
          g_assert_cmpstr (actual, ==, expected);
          assert_whole (stream, heard);
        }
    }
}

/* After 200 and after any event, also before the first: an error ends the answer with its own code, the text is kept. */
static void
test_error_within (gconstpointer data)
{
  const DriverCase *driver = data;
  const StreamCase *stream = &driver->streams[0];
  gsize length;
  g_autofree char *body = load_fixture ("streams", stream->file, &length);
  gsize completion = find_completion (stream, body);
  const char *event = body;
  guint n_events = 0;

  while (event != NULL && (gsize) (event - body) < completion)
    {
      g_autoptr (GString) broken = g_string_new_len (body, event - body);
      g_autofree char *told = NULL;
      g_autofree char *expected = NULL;
      g_autoptr (Heard) before = decode (driver, body, event - body, 0);
      g_autoptr (Heard) heard = NULL;

      g_string_append (broken, driver->error_event);
      g_string_append (broken, stream->separator);
      g_string_append (broken, event);
      heard = decode (driver, broken->str, broken->len, broken->len / 3);
      told = heard_dup (heard);
      expected = heard_dup (before);
      g_assert_error (heard->error, LOBE_ERROR, (int) driver->error);
      g_assert_cmpstr (told, ==, expected);

      n_events++;
      event = strstr (event, stream->separator);
      if (event != NULL)
        event += strlen (stream->separator);
    }

  g_assert_cmpuint (n_events, >, 1);
}

static LobeRequest *
make_request (void)
{
  LobeRequest *request = lobe_request_new ("m");
  g_autoptr (LobeMessage) message = lobe_message_new ("1", NULL, LOBE_ROLE_USER, 0);

  lobe_message_append (message, LOBE_PART_TEXT, "Hello?", -1);
  lobe_request_add_message (request, message);

  return request;
}

typedef struct
{
  ScriptServer *server;
  LobeHttp     *http;
  LobeEndpoint *endpoint;
  LobeDriver   *driver;
  LobeRequest  *request;
  char         *head;
} Fixture;

static void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  const DriverCase *driver = data;
  g_autofree char *url = NULL;

  fixture->server = script_server_new ();
  fixture->http = lobe_http_new (NULL, NULL);
  url = g_strconcat (script_server_get_url (fixture->server), driver->path, NULL);
  fixture->endpoint = lobe_endpoint_new (fixture->http, "test", url);
  fixture->driver = driver->new_driver ();
  fixture->request = make_request ();
  fixture->head = g_strdup_printf ("200 OK\r\nContent-Type: %s", driver->content_type);
}

static void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_assert_finalize_object (fixture->driver);
  g_assert_finalize_object (fixture->request);
  g_assert_finalize_object (fixture->endpoint);
  g_assert_finalize_object (fixture->http);
  script_server_free (fixture->server);
  g_free (fixture->head);
}

/* From a server: ended by closing, ended by breaking off, and cut around the byte that completes the answer. */
static void
test_server (Fixture       *fixture,
             gconstpointer  data)
{
  const DriverCase *driver = data;

  for (guint i = 0; i < driver->n_streams; i++)
    {
      const StreamCase *stream = &driver->streams[i];
      gsize length;
      g_autofree char *body = load_fixture ("streams", stream->file, &length);
      gsize completion = find_completion (stream, body);
      g_autoptr (Heard) whole = heard_new ();
      g_autoptr (Heard) broken = heard_new ();

      g_test_message ("%s", stream->file);
      script_server_reply (fixture->server, fixture->head, body, length);
      heard_chat (whole, fixture->driver, fixture->endpoint, fixture->request);
      assert_whole (stream, whole);

      script_server_reply_chunks (fixture->server, fixture->head, body, length);
      heard_chat (broken, fixture->driver, fixture->endpoint, fixture->request);
      assert_whole (stream, broken);

      if (completion > length)
        continue;

      for (gsize cut = completion - 1; cut <= MIN (completion + 1, length); cut++)
        {
          g_autoptr (Heard) closed = heard_new ();
          g_autoptr (Heard) reset = heard_new ();

          script_server_reply (fixture->server, fixture->head, body, cut);
          heard_chat (closed, fixture->driver, fixture->endpoint, fixture->request);
          assert_cut (stream, closed, cut >= completion);

          script_server_reply_chunks (fixture->server, fixture->head, body, cut);
          heard_chat (reset, fixture->driver, fixture->endpoint, fixture->request);
          assert_cut (stream, reset, cut >= completion);
        }
    }
}

/* Byte by byte, as over a very slow line. */
static void
test_drip (Fixture       *fixture,
           gconstpointer  data)
{
  const DriverCase *driver = data;
  const StreamCase *stream = &driver->streams[0];
  gsize length;
  g_autofree char *body = load_fixture ("streams", stream->file, &length);
  g_autoptr (Heard) heard = heard_new ();

  script_server_reply_drip (fixture->server, fixture->head, body, length);
  heard_chat (heard, fixture->driver, fixture->endpoint, fixture->request);
  assert_whole (stream, heard);
}

/* An event without an end: a clear error, and no more is read than an event may have. */
static void
test_gigantic (Fixture       *fixture,
               gconstpointer  data)
{
  const DriverCase *driver = data;
  g_autoptr (Heard) heard = heard_new ();

  script_server_reply_endless (fixture->server, fixture->head, is_sse (driver) ? "data: {\"x\":\"" : "{\"x\":\"", -1);
  heard_chat (heard, fixture->driver, fixture->endpoint, fixture->request);
  g_assert_error (heard->error, LOBE_ERROR, LOBE_ERROR_PROTOCOL);
  g_assert_cmpuint (heard->n_deltas, ==, 0);
  g_assert_cmpuint (script_server_take_written (fixture->server), <, 64 * 1024 * 1024);
}

/* A server that goes away before it has said anything, or half a head, or no event. */
static void
test_early_close (Fixture       *fixture,
                  gconstpointer  data)
{
  const char *beginnings[] = { "", "HTTP/1.1 20", "HTTP/1.1 200 OK\r\nContent-Type: ", NULL };
  g_autofree char *no_body = g_strdup_printf ("HTTP/1.1 %s\r\nConnection: close\r\n\r\n", fixture->head);
  g_autofree char *no_chunk = g_strdup_printf ("HTTP/1.1 %s\r\nTransfer-Encoding: chunked\r\n\r\n1", fixture->head);

  for (guint i = 0; i < 5; i++)
    {
      const char *bytes = i == 3 ? no_body : i == 4 ? no_chunk : beginnings[i];
      g_autoptr (Heard) heard = heard_new ();

      g_test_message ("%s", bytes);
      script_server_reply_raw (fixture->server, bytes, -1);
      heard_chat (heard, fixture->driver, fixture->endpoint, fixture->request);
      g_assert_nonnull (heard->error);
      g_assert_true (heard->error->domain == LOBE_ERROR);
      g_assert_true (heard->error->code == LOBE_ERROR_INTERRUPTED || heard->error->code == LOBE_ERROR_UNREACHABLE ||
                     heard->error->code == LOBE_ERROR_PROTOCOL);
      g_assert_cmpuint (heard->n_deltas, ==, 0);
    }
}

/* A page that says it is a stream. */
static void
test_page_within (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autoptr (Heard) heard = heard_new ();

  script_server_reply (fixture->server, fixture->head, "<!DOCTYPE html>\n\n<html><body>data: none</body></html>\n", -1);
  heard_chat (heard, fixture->driver, fixture->endpoint, fixture->request);
  g_assert_nonnull (heard->error);
  g_assert_true (heard->error->domain == LOBE_ERROR);
  g_assert_cmpuint (heard->n_deltas, ==, 0);
}

/* What the person adds to requests is in them: headers that show and that don't, members of the body. */
static void
test_extras (Fixture       *fixture,
             gconstpointer  data)
{
  const DriverCase *driver = data;
  gsize length;
  g_autofree char *body = load_fixture ("streams", driver->streams[0].file, &length);
  g_autoptr (JsonNode) extra = lobe_json_parse ("{\"lobe_test\": {\"a\": [7]}}", -1, NULL);
  g_autoptr (Heard) heard = heard_new ();
  g_autofree char *sent = NULL;

  lobe_endpoint_set_header (fixture->endpoint, "X-Lobe-Shown", "one");
  lobe_endpoint_set_secret_header (fixture->endpoint, "X-Lobe-Secret", "two-two-two");
  lobe_endpoint_set_extra_body (fixture->endpoint, lobe_json_get_object (extra));
  script_server_reply (fixture->server, fixture->head, body, length);
  heard_chat (heard, fixture->driver, fixture->endpoint, fixture->request);
  assert_whole (&driver->streams[0], heard);

  sent = script_server_take_request (fixture->server);
  g_assert_nonnull (strstr (sent, "\r\nx-lobe-shown: one\r\n"));
  g_assert_nonnull (strstr (sent, "\r\nx-lobe-secret: two-two-two\r\n"));
  g_assert_nonnull (strstr (sent, "\"lobe_test\":{\"a\":[7]}"));
  g_assert_nonnull (strstr (sent, "Hello?"));
}

/* A server that does not close after the answer keeps nobody waiting for long. */
static void
test_held_open (Fixture       *fixture,
                gconstpointer  data)
{
  const DriverCase *driver = data;
  const StreamCase *stream = &driver->streams[0];
  gsize length;
  g_autofree char *body = load_fixture ("streams", stream->file, &length);
  g_autoptr (Heard) heard = heard_new ();

  script_server_reply_hold (fixture->server, fixture->head, body, length);
  heard_chat (heard, fixture->driver, fixture->endpoint, fixture->request);
  assert_whole (stream, heard);
  script_server_wait_left (fixture->server);
}

/* Stopped by the person: the server sees it, and nothing more is heard. */
static void
test_cancel (Fixture       *fixture,
             gconstpointer  data)
{
  const DriverCase *driver = data;
  const StreamCase *stream = &driver->streams[0];
  gsize length;
  g_autofree char *body = load_fixture ("streams", stream->file, &length);
  g_autoptr (Heard) heard = heard_new ();

  heard->cancellable = g_cancellable_new ();
  script_server_reply_hold (fixture->server, fixture->head, body, find_completion (stream, body) - 1);
  heard_chat (heard, fixture->driver, fixture->endpoint, fixture->request);
  g_assert_error (heard->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (heard->n_deltas, ==, 1);
  script_server_wait_left (fixture->server);
}

static void
test_cancel_before (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autoptr (Heard) heard = heard_new ();
  g_autofree char *request = NULL;

  heard->cancellable = g_cancellable_new ();
  g_cancellable_cancel (heard->cancellable);
  heard_chat (heard, fixture->driver, fixture->endpoint, fixture->request);
  g_assert_error (heard->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  request = script_server_take_request (fixture->server);
  g_assert_null (request);
}

/* In place of an answer. */
static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  static const struct
  {
    const char *head;
    const char *body;
    LobeError   error;
    const char *message;
  } refusals[] = {
    { "401 Unauthorized\r\nContent-Type: application/json", "{\"error\":\"Unauthorized\"}", LOBE_ERROR_AUTHENTICATION, "Unauthorized" },
    { "503 Service Unavailable\r\nContent-Type: application/json",
      "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}", LOBE_ERROR_LOADING, "Loading model" },
    { "502 Bad Gateway\r\nContent-Type: text/html", "<html><body><h1>Bad Gateway</h1></body></html>", LOBE_ERROR_SERVER, "HTTP 502" },
    { "429 Too Many Requests\r\nRetry-After: 20", "", LOBE_ERROR_RATE_LIMITED, "20 seconds" },
    { "200 OK\r\nContent-Type: text/html; charset=utf-8", "<html></html>", LOBE_ERROR_PROTOCOL, "web page" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autoptr (Heard) heard = heard_new ();

      script_server_reply (fixture->server, refusals[i].head, refusals[i].body, -1);
      heard_chat (heard, fixture->driver, fixture->endpoint, fixture->request);
      g_assert_error (heard->error, LOBE_ERROR, (int) refusals[i].error);
      g_assert_nonnull (strstr (heard->error->message, refusals[i].message));
      g_assert_cmpuint (heard->n_deltas, ==, 0);
    }
}

static void
on_list_refused (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  GError **error = user_data;

  g_assert_null (lobe_driver_list_models_finish (LOBE_DRIVER (object), result, error));
}

/* A server that repeats the key which it refuses: in a short text, where a long one is cut, in a list of models. */
static void
test_key_repeated (Fixture       *fixture,
                   gconstpointer  data)
{
  const char *head = "401 Unauthorized\r\nContent-Type: application/json";
  const char *key = "sk-0123456789abcdef0123456789abcdef";

  lobe_endpoint_set_key (fixture->endpoint, key);

  for (guint padding = 0; padding <= 500; padding += 10)
    {
      g_autofree char *words = g_strnfill (padding, '-');
      g_autofree char *body = g_strdup_printf ("{\"error\":{\"message\":\"%sWrong key: %s\"}}", words, key);
      g_autoptr (Heard) heard = heard_new ();

      script_server_reply (fixture->server, head, body, -1);
      heard_chat (heard, fixture->driver, fixture->endpoint, fixture->request);
      g_assert_error (heard->error, LOBE_ERROR, LOBE_ERROR_AUTHENTICATION);
      g_assert_null (strstr (heard->error->message, "sk-01"));
      if (padding == 0)
        {
          g_autoptr (GError) error = NULL;

          g_assert_cmpstr (heard->error->message, ==, "Wrong key: •••");

          script_server_reply (fixture->server, head, body, -1);
          lobe_driver_list_models_async (fixture->driver, fixture->endpoint, NULL, on_list_refused, &error);
          while (error == NULL)
            g_main_context_iteration (NULL, TRUE);
          g_assert_cmpstr (error->message, ==, "Wrong key: •••");
        }
    }
}

/* A refusal without end is not read to its end. */
static void
test_endless_refusal (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (GString) body = g_string_new (NULL);
  g_autoptr (Heard) heard = heard_new ();

  for (guint i = 0; i < 20000; i++)
    g_string_append (body, "no and ");

  script_server_reply_hold (fixture->server, "500 Oh\r\nContent-Type: text/plain", body->str, body->len);
  heard_chat (heard, fixture->driver, fixture->endpoint, fixture->request);
  g_assert_error (heard->error, LOBE_ERROR, LOBE_ERROR_SERVER);
  g_assert_cmpuint (strlen (heard->error->message), <, 600);
  script_server_wait_left (fixture->server);
}

static void
test_unreachable (Fixture       *fixture,
                  gconstpointer  data)
{
  const DriverCase *driver = data;
  g_autoptr (LobeEndpoint) endpoint = NULL;
  g_autoptr (Heard) heard = heard_new ();
  g_autofree char *url = NULL;
  ScriptServer *gone = script_server_new ();

  url = g_strconcat (script_server_get_url (gone), driver->path, NULL);
  endpoint = lobe_endpoint_new (fixture->http, "gone", url);
  script_server_free (gone);
  heard_chat (heard, fixture->driver, endpoint, fixture->request);
  g_assert_error (heard->error, LOBE_ERROR, LOBE_ERROR_UNREACHABLE);
}

/* An attached file that is gone is told by its name, and nothing is sent. */
static void
test_missing_attachment (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (LobeMessage) message = lobe_message_new ("2", NULL, LOBE_ROLE_USER, 0);
  g_autoptr (LobePart) part = lobe_part_new_attachment (LOBE_PART_FILE, "notes.txt", "text/plain", "00", "/nonexistent/00", 3);
  g_autoptr (LobeRequest) request = make_request ();
  g_autoptr (Heard) heard = heard_new ();
  g_autofree char *sent = NULL;

  lobe_message_add_part (message, part);
  lobe_request_add_message (request, message);
  heard_chat (heard, fixture->driver, fixture->endpoint, request);
  g_assert_error (heard->error, LOBE_ERROR, LOBE_ERROR_INVALID);
  g_assert_nonnull (strstr (heard->error->message, "notes.txt"));

  sent = script_server_take_request (fixture->server);
  g_assert_null (sent);
}

/*
 * conformance_add:
 * @name: the protocol
 * @driver: (transfer none): stays
 *
 * Adds all tests for a driver.
 */
void
conformance_add (const char       *name,
                 const DriverCase *driver)
{
  static const struct
  {
    const char *name;
    void      (*func) (Fixture       *fixture,
                       gconstpointer  data);
  } tests[] = {
    { "server", test_server },
    { "drip", test_drip },
    { "gigantic", test_gigantic },
    { "early-close", test_early_close },
    { "page-within", test_page_within },
    { "extras", test_extras },
    { "held-open", test_held_open },
    { "cancel", test_cancel },
    { "cancel-before", test_cancel_before },
    { "refused", test_refused },
    { "key-repeated", test_key_repeated },
    { "endless-refusal", test_endless_refusal },
    { "unreachable", test_unreachable },
    { "missing-attachment", test_missing_attachment },
  };

  if (driver->new_stream != NULL)
    {
      g_autofree char *decode_path = g_strdup_printf ("/%s/decode", name);
      g_autofree char *cut_path = g_strdup_printf ("/%s/cut", name);
      g_autofree char *variants_path = g_strdup_printf ("/%s/variants", name);
      g_autofree char *error_path = g_strdup_printf ("/%s/error-within", name);

      g_test_add_data_func (decode_path, driver, test_decode);
      g_test_add_data_func (cut_path, driver, test_cut);
      g_test_add_data_func (variants_path, driver, test_variants);
      if (driver->error_event != NULL)
        g_test_add_data_func (error_path, driver, test_error_within);
    }
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/%s/%s", name, tests[i].name);

      g_test_add (path, Fixture, driver, fixture_set_up, tests[i].func, fixture_tear_down);
    }
}
