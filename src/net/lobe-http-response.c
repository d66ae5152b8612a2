/* lobe-http-response.c: status, headers, and a body still to be read */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "net/lobe-http-response-private.h"

#include "net/lobe-http-error.h"
#include "net/lobe-http-request-private.h"
#include "base/lobe-wait.h"

#define PIECE (32 * 1024)

/**
 * LobeHttpResponse:
 *
 * The answer to a request from its headers on. To drop it, or to cancel the reading, closes the connection, so that a
 * server notices that nobody listens any more and stops its model.
 */
struct _LobeHttpResponse
{
  GObject          parent_instance;

  LobeHttpRequest *request;
  SoupSession     *session;
  SoupMessage     *message;
  GInputStream    *stream;
};

G_DEFINE_FINAL_TYPE (LobeHttpResponse, lobe_http_response, G_TYPE_OBJECT)

/* One reading of a body, from start to end */
typedef struct
{
  LobeHttpChunkFunc  func;
  gpointer           func_data;
  GDestroyNotify     func_destroy;
  LobeWait      *wait;
  goffset            expected; /* bytes by the headers, or 0 */
  goffset            total;
  guint8             piece[PIECE];
} Reading;

static void
reading_free (Reading *reading)
{
  if (reading->func_destroy != NULL)
    reading->func_destroy (reading->func_data);
  lobe_wait_free (reading->wait);
  g_free (reading);
}

static void
lobe_http_response_dispose (GObject *object)
{
  LobeHttpResponse *self = LOBE_HTTP_RESPONSE (object);

  /* Closing never reads what is left: libsoup gives up the connection then. Somebody who still has the stream and
   * reads from it keeps it. */
  if (self->stream != NULL && !g_input_stream_is_closed (self->stream) && !g_input_stream_has_pending (self->stream))
    g_input_stream_close_async (self->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_clear_object (&self->stream);
  g_clear_object (&self->message);
  g_clear_object (&self->session);
  g_clear_object (&self->request);

  G_OBJECT_CLASS (lobe_http_response_parent_class)->dispose (object);
}

static void
lobe_http_response_class_init (LobeHttpResponseClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lobe_http_response_dispose;
}

static void
lobe_http_response_init (LobeHttpResponse *self)
{
}

/* The answer to @request, whose headers are there; it keeps its session alive, with which the connection would go */
LobeHttpResponse *
lobe_http_response_new (LobeHttpRequest *request,
                        SoupSession     *session,
                        SoupMessage     *message,
                        GInputStream    *stream)
{
  LobeHttpResponse *self = g_object_new (LOBE_TYPE_HTTP_RESPONSE, NULL);

  self->request = g_object_ref (request);
  self->session = g_object_ref (session);
  self->message = g_object_ref (message);
  self->stream = g_object_ref (stream);

  return self;
}

/**
 * lobe_http_response_get_status:
 * @self: a response
 *
 * Returns: the HTTP status
 */
guint
lobe_http_response_get_status (LobeHttpResponse *self)
{
  g_return_val_if_fail (LOBE_IS_HTTP_RESPONSE (self), 0);

  return soup_message_get_status (self->message);
}

/**
 * lobe_http_response_get_header:
 * @self: a response
 * @name: a header's name, in any case
 *
 * Returns: (transfer none) (nullable): its value; %NULL where the response has no such header
 */
const char *
lobe_http_response_get_header (LobeHttpResponse *self,
                               const char       *name)
{
  g_return_val_if_fail (LOBE_IS_HTTP_RESPONSE (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  return soup_message_headers_get_one (soup_message_get_response_headers (self->message), name);
}

static gint64
parse_date (const char *text)
{
  g_autoptr (GDateTime) date = text != NULL ? soup_date_time_new_from_http_string (text) : NULL;

  return date != NULL ? g_date_time_to_unix (date) : -1;
}

/**
 * lobe_http_response_get_retry_after:
 * @self: a response
 *
 * When the server wants to be asked again. A moment (RFC 9110, section 10.2.3) is taken by the server's own clock, which
 * its header "Date" tells; OpenAI and Azure tell milliseconds in "retry-after-ms" beside the standard header.
 *
 * Returns: in how many seconds, rounded up; -1 when it does not say
 */
gint64
lobe_http_response_get_retry_after (LobeHttpResponse *self)
{
  const char *milliseconds = lobe_http_response_get_header (self, "retry-after-ms");
  const char *text = lobe_http_response_get_header (self, "Retry-After");
  gint64 then, now;

  g_return_val_if_fail (LOBE_IS_HTTP_RESPONSE (self), -1);

  if (milliseconds != NULL && g_ascii_isdigit (milliseconds[0]))
    return (gint64) (MIN (g_ascii_strtoull (milliseconds, NULL, 10), G_MAXINT) + 999) / 1000;
  if (text == NULL)
    return -1;
  if (g_ascii_isdigit (text[0]))
    return (gint64) MIN (g_ascii_strtoull (text, NULL, 10), G_MAXINT);

  then = parse_date (text);
  now = parse_date (lobe_http_response_get_header (self, "Date"));
  if (now < 0)
    now = g_get_real_time () / G_USEC_PER_SEC;

  return then < 0 ? -1 : CLAMP (then - now, 0, G_MAXINT);
}

/**
 * lobe_http_response_get_content_type:
 * @self: a response
 *
 * Returns: (transfer none) (nullable): the media type without its parameters: "text/event-stream"
 */
const char *
lobe_http_response_get_content_type (LobeHttpResponse *self)
{
  g_return_val_if_fail (LOBE_IS_HTTP_RESPONSE (self), NULL);

  return soup_message_headers_get_content_type (soup_message_get_response_headers (self->message), NULL);
}

/* How many bytes must come; 0 where that can't be told, or where they are counted compressed */
goffset
lobe_http_response_get_length (LobeHttpResponse *self)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (self->message);

  if (soup_message_headers_get_encoding (headers) != SOUP_ENCODING_CONTENT_LENGTH ||
      soup_message_headers_get_one (headers, "Content-Encoding") != NULL ||
      soup_message_get_method (self->message) == SOUP_METHOD_HEAD)
    return 0;

  return soup_message_headers_get_content_length (headers);
}

/**
 * lobe_http_response_get_stream:
 * @self: a response
 *
 * The body itself, for who wants to read it in another way than [method@HttpResponse.read_async]. Its errors are those
 * of GIO, no timeout holds, and where the connection is not to be kept a body shorter than its Content-Length ends as
 * if it were whole.
 *
 * Returns: (transfer none): the body's stream
 */
GInputStream *
lobe_http_response_get_stream (LobeHttpResponse *self)
{
  g_return_val_if_fail (LOBE_IS_HTTP_RESPONSE (self), NULL);

  return self->stream;
}

static void
close_stream (LobeHttpResponse *self)
{
  if (!g_input_stream_is_closed (self->stream))
    g_input_stream_close_async (self->stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
}

static void
fail_reading (GTask  *task,
              GError *error)
{
  LobeHttpResponse *self = g_task_get_source_object (task);
  Reading *reading = g_task_get_task_data (task);

  close_stream (self);

  if (lobe_wait_is_over (reading->wait))
    g_task_return_error (task, lobe_http_error_new_late (self->request));
  else
    g_task_return_error (task, lobe_http_error_new (self->request, error, FALSE, 0));
  g_error_free (error);
}

/* More of what is already here, so that a server that sends a word in each chunk does not cost a turn of the main loop
 * for each. Returns the bytes now in the piece, and sets @ended or @error where the body is over. */
static gsize
fill_piece (LobeHttpResponse  *self,
            Reading           *reading,
            gsize              filled,
            gboolean          *ended,
            GError           **error)
{
  GPollableInputStream *pollable;

  if (!G_IS_POLLABLE_INPUT_STREAM (self->stream) ||
      !g_pollable_input_stream_can_poll (G_POLLABLE_INPUT_STREAM (self->stream)))
    return filled;

  pollable = G_POLLABLE_INPUT_STREAM (self->stream);
  while (filled < PIECE)
    {
      g_autoptr (GError) local_error = NULL;
      gssize n = g_pollable_input_stream_read_nonblocking (pollable, reading->piece + filled, PIECE - filled, NULL,
                                                           &local_error);

      if (n > 0)
        {
          filled += n;
          continue;
        }

      if (n == 0)
        *ended = TRUE;
      else if (!g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
        g_propagate_error (error, g_steal_pointer (&local_error));
      break;
    }

  return filled;
}

static void read_piece (GTask *task);

static void
piece_read (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LobeHttpResponse *self = g_task_get_source_object (task);
  Reading *reading = g_task_get_task_data (task);
  GError *error = NULL;
  GError *refusal = NULL;
  gboolean ended = FALSE;
  gsize length = 0;
  gssize n;

  n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);
  if (n == 0)
    ended = TRUE;
  else if (n > 0)
    length = fill_piece (self, reading, n, &ended, &error);

  reading->total += length;

  /* what came is kept, also when an error follows it */
  if (length > 0 && !reading->func (reading->piece, length, reading->func_data, &refusal))
    {
      g_clear_error (&error);
      close_stream (self);
      if (refusal == NULL)
        refusal = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the body is not wanted any more");
      g_task_return_error (task, refusal);
      return;
    }

  if (error != NULL)
    {
      fail_reading (task, error);
    }
  else if (ended && reading->total < reading->expected)
    {
      close_stream (self);
      g_task_return_error (task, lobe_http_error_new_short (self->request));
    }
  else if (ended)
    {
      close_stream (self);
      g_task_return_boolean (task, TRUE);
    }
  else if (g_cancellable_is_cancelled (lobe_wait_get_cancellable (reading->wait)))
    {
      fail_reading (task, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled"));
    }
  else
    {
      read_piece (g_steal_pointer (&task));
    }
}

static void
read_piece (GTask *task)
{
  LobeHttpResponse *self = g_task_get_source_object (task);
  Reading *reading = g_task_get_task_data (task);

  lobe_wait_set_timeout (reading->wait, lobe_http_request_get_timeout (self->request) * G_GINT64_CONSTANT (1000));
  g_input_stream_read_async (self->stream, reading->piece, PIECE, G_PRIORITY_DEFAULT,
                             lobe_wait_get_cancellable (reading->wait), piece_read, task);
}

/**
 * lobe_http_response_read_async:
 * @self: a response whose body was not read yet
 * @func: (scope notified) (closure func_data) (destroy func_destroy): what takes the pieces
 * @func_data: what to give to @func
 * @func_destroy: (nullable): what frees @func_data when the reading is over
 * @cancellable: (nullable): to stop; the connection is closed then
 * @callback: (scope async) (closure user_data): what to call at the end
 * @user_data: what to give to @callback
 *
 * Reads the body to its end, up to 32 KiB at a time, and gives what comes to @func at once.
 */
void
lobe_http_response_read_async (LobeHttpResponse    *self,
                               LobeHttpChunkFunc    func,
                               gpointer             func_data,
                               GDestroyNotify       func_destroy,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  GTask *task;
  Reading *reading;

  g_return_if_fail (LOBE_IS_HTTP_RESPONSE (self));
  g_return_if_fail (func != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_http_response_read_async);

  reading = g_new0 (Reading, 1);
  reading->func = func;
  reading->func_data = func_data;
  reading->func_destroy = func_destroy;
  reading->wait = lobe_wait_new (cancellable);
  reading->expected = lobe_http_response_get_length (self);
  g_task_set_task_data (task, reading, (GDestroyNotify) reading_free);

  read_piece (task);
}

/**
 * lobe_http_response_read_finish:
 * @self: a response
 * @result: what the callback was given
 * @error: where to put what went wrong: what the chunk function said (%G_IO_ERROR_CANCELLED where it said nothing),
 *   %LOBE_ERROR_INTERRUPTED when the body broke off before its end, %LOBE_ERROR_TIMED_OUT, %LOBE_ERROR_PROTOCOL,
 *   %G_IO_ERROR_CANCELLED
 *
 * Returns: whether the body came whole
 */
gboolean
lobe_http_response_read_finish (LobeHttpResponse  *self,
                                GAsyncResult      *result,
                                GError           **error)
{
  g_return_val_if_fail (LOBE_IS_HTTP_RESPONSE (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
