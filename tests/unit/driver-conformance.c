/* driver-conformance.c: what every driver must do with answers that are whole, cut, broken or unwanted */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver-conformance.h"

#include "base/lobe-error.h"
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

  return g_strdup_printf ("text %s\nreasoning %s\ncalls %susage %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %.3f\nprogress %.3f",
                          self->text->str, self->reasoning->str, calls, self->usage.prompt_tokens,
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

  fixture->server = script_server_new ();
  fixture->http = lobe_http_new (NULL, NULL);
  fixture->endpoint = lobe_endpoint_new (fixture->http, "test", script_server_get_url (fixture->server));
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
  script_server_reply_hold (fixture->server, fixture->head, body, length / 2);
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
  g_autoptr (LobeEndpoint) endpoint = NULL;
  g_autoptr (Heard) heard = heard_new ();
  ScriptServer *gone = script_server_new ();

  endpoint = lobe_endpoint_new (fixture->http, "gone", script_server_get_url (gone));
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

      g_test_add_data_func (decode_path, driver, test_decode);
      g_test_add_data_func (cut_path, driver, test_cut);
    }
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strdup_printf ("/%s/%s", name, tests[i].name);

      g_test_add (path, Fixture, driver, fixture_set_up, tests[i].func, fixture_tear_down);
    }
}
