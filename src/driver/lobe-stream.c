/* lobe-stream.c: an answer that comes as a stream of events, from the request to its end */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-stream.h"

#include "lobe-config.h"

#include "base/lobe-error.h"
#include "base/lobe-wait.h"
#include "net/lobe-ndjson-parser.h"
#include "net/lobe-sse-parser.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* No event of an answer is as long as this, bytes. */
#define MAX_EVENT (16 * 1024 * 1024)

/* How long what follows a complete answer (usage) is waited for, when a server does not close, ms. */
#define LINGER 1000

/* How often a request is changed for a server that refuses it. */
#define MAX_RETRIES 4

/*
 * LobeStream:
 *
 * The part that all streaming protocols share, between bytes and a sink. The first half is pure: bytes are pushed in,
 * a LobeDecoder hears events and says which one completes the answer, and lobe_stream_end () tells done from
 * interrupted. The second half, lobe_stream_run (), feeds it from a server.
 */
struct _LobeStream
{
  const LobeDecoder *decoder;
  gpointer           state;
  LobeSink          *sink;

  LobeSseParser     *sse;
  LobeNdjsonParser  *ndjson;
  GByteArray        *whole;    /* the body is one JSON text: a server that does not stream */
  JsonParser        *json;
  gboolean           complete;
  LobeStopReason     reason;
  GError            *error;    /* what an event said went wrong */

  LobeHttp          *http;
  LobeHttpRequest   *request;
  LobeHttpResponse  *response;
  GByteArray        *refusal;
  LobeRetryFunc      retry;
  gpointer           retry_data;
  GDestroyNotify     retry_destroy;
  guint              n_retries;
  LobeWait          *reading;
  gboolean           lingering; /* the answer is complete; what may follow has not long to come */
};

/* Takes @state. */
LobeStream *
lobe_stream_new (const LobeDecoder *decoder,
                 gpointer           state,
                 LobeSink          *sink)
{
  LobeStream *self = g_new0 (LobeStream, 1);

  self->decoder = decoder;
  self->state = state;
  self->sink = g_object_ref (sink);
  self->json = json_parser_new ();
  if (decoder->framing == LOBE_FRAMING_SSE)
    self->sse = lobe_sse_parser_new (MAX_EVENT);
  else
    self->ndjson = lobe_ndjson_parser_new (MAX_EVENT);

  return self;
}

void
lobe_stream_free (LobeStream *self)
{
  if (self->retry_destroy != NULL)
    self->retry_destroy (self->retry_data);
  self->decoder->free (self->state);
  g_clear_object (&self->sink);
  g_clear_pointer (&self->sse, lobe_sse_parser_free);
  g_clear_pointer (&self->ndjson, lobe_ndjson_parser_free);
  g_clear_pointer (&self->whole, g_byte_array_unref);
  g_clear_pointer (&self->refusal, g_byte_array_unref);
  g_clear_object (&self->json);
  g_clear_error (&self->error);
  g_clear_object (&self->http);
  g_clear_object (&self->request);
  g_clear_object (&self->response);
  g_clear_pointer (&self->reading, lobe_wait_free);
  g_free (self);
}

/*
 * lobe_stream_set_decoder:
 * @decoder: of the same framing
 * @state: (transfer full): for @decoder
 *
 * For what asks again in another way after a refusal: before anything was pushed.
 */
void
lobe_stream_set_decoder (LobeStream        *self,
                         const LobeDecoder *decoder,
                         gpointer           state)
{
  g_return_if_fail (decoder->framing == self->decoder->framing);

  self->decoder->free (self->state);
  self->decoder = decoder;
  self->state = state;
}

LobeSink *
lobe_stream_get_sink (LobeStream *self)
{
  return self->sink;
}

/*
 * lobe_stream_parse:
 *
 * For a decoder: @data as JSON. One parser serves a whole answer.
 *
 * Returns: (transfer none) (nullable): the object, until the next event; %NULL and %LOBE_ERROR_PROTOCOL when it is none
 */
JsonObject *
lobe_stream_parse (LobeStream  *self,
                   const char  *data,
                   gsize        length,
                   GError     **error)
{
  JsonObject *object = NULL;

  if (json_parser_load_from_data (self->json, data, length, NULL))
    object = lobe_json_get_object (json_parser_get_root (self->json));
  if (object == NULL)
    g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_PROTOCOL,
                         _("The server sent something that is not part of an answer"));

  return object;
}

/*
 * lobe_stream_complete:
 *
 * For a decoder: the event that it reads completes the answer. What follows may still tell usage, but is not needed.
 */
void
lobe_stream_complete (LobeStream     *self,
                      LobeStopReason  reason)
{
  self->complete = TRUE;
  self->reason = reason;
}

static gboolean
lobe_stream_event (LobeStream *self,
                   const char *data,
                   gsize       length)
{
  if (length == 0 || self->error != NULL)
    return self->error == NULL;

  return self->decoder->event (self, data, length, self->state, &self->error);
}

static gboolean
on_sse_event (const LobeSseEvent *event,
              gpointer            user_data)
{
  return lobe_stream_event (user_data, event->data, event->length);
}

static gboolean
on_ndjson_line (const char *line,
                gsize       length,
                gpointer    user_data)
{
  return lobe_stream_event (user_data, line, length);
}

/*
 * lobe_stream_push:
 *
 * Takes a piece of the body.
 *
 * Returns: whether to go on; otherwise @error, which lobe_stream_end () tells the sink
 */
gboolean
lobe_stream_push (LobeStream  *self,
                  const void  *bytes,
                  gsize        length,
                  GError     **error)
{
  GError *parse_error = NULL;

  if (self->error == NULL && self->whole != NULL)
    {
      if (self->whole->len + length > MAX_EVENT)
        g_set_error_literal (&self->error, LOBE_ERROR, LOBE_ERROR_PROTOCOL, _("The answer is too long"));
      else
        g_byte_array_append (self->whole, bytes, length);
    }
  else if (self->error == NULL)
    {
      if (self->sse != NULL)
        lobe_sse_parser_push (self->sse, bytes, length, on_sse_event, self, &parse_error);
      else
        lobe_ndjson_parser_push (self->ndjson, bytes, length, on_ndjson_line, self, &parse_error);
      if (self->error == NULL)
        self->error = g_steal_pointer (&parse_error);
      g_clear_error (&parse_error);
    }

  if (self->error == NULL)
    return TRUE;

  g_propagate_error (error, g_error_copy (self->error));

  return FALSE;
}

/*
 * lobe_stream_end:
 * @read_error: (nullable): why the body ended; %NULL when it ended as it should
 *
 * Nothing more comes. An event whose end is missing counts if it parses whole. Then tells the sink how the answer
 * ended: done from the last byte of the completing event on, interrupted before.
 */
void
lobe_stream_end (LobeStream   *self,
                 const GError *read_error)
{
  g_autoptr (GError) error = NULL;

  if (self->error == NULL)
    {
      if (self->whole != NULL)
        {
          g_byte_array_append (self->whole, (const guint8 *) "", 1);
          lobe_stream_event (self, (const char *) self->whole->data, self->whole->len - 1);
        }
      else if (self->sse != NULL)
        {
          const char *stray;

          lobe_sse_parser_end (self->sse, on_sse_event, self);
          /* an error in place of the rest of the answer, not as an event */
          stray = self->complete || self->error != NULL ? NULL : lobe_sse_parser_get_stray (self->sse);
          if (stray != NULL)
            lobe_stream_event (self, stray, strlen (stray));
        }
      else
        {
          lobe_ndjson_parser_end (self->ndjson, on_ndjson_line, self);
        }

      /* half an event is no fault of the protocol: the stream broke off there */
      if (self->whole == NULL && g_error_matches (self->error, LOBE_ERROR, LOBE_ERROR_PROTOCOL))
        g_clear_error (&self->error);
    }

  if (self->decoder->flush != NULL)
    self->decoder->flush (self, self->state);

  if (self->error != NULL)
    error = g_error_copy (self->error);
  else if (self->complete)
    lobe_sink_done (self->sink, self->reason);
  else if (g_error_matches (read_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    error = g_error_copy (read_error);
  else if (read_error != NULL)
    error = g_error_new (LOBE_ERROR, LOBE_ERROR_INTERRUPTED, _("The connection broke before the answer was complete: %s"),
                         read_error->message);
  else
    error = g_error_new_literal (LOBE_ERROR, LOBE_ERROR_INTERRUPTED,
                                 _("The server ended the stream before the answer was complete"));

  if (error != NULL)
    lobe_sink_fail (self->sink, error);
}

/* From here on: feeding it from a server. */

static void lobe_stream_send (LobeStream *self);

static gboolean
on_chunk (const guint8  *bytes,
          gsize          length,
          gpointer       user_data,
          GError       **error)
{
  LobeStream *self = user_data;

  if (lobe_sink_is_closed (self->sink))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Nobody waits for the answer any more");
      return FALSE;
    }

  if (!lobe_stream_push (self, bytes, length, error))
    return FALSE;

  if (self->complete && !self->lingering)
    {
      self->lingering = TRUE;
      lobe_wait_set_timeout (self->reading, LINGER);
    }

  return TRUE;
}

static void
on_read (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (LobeStream) self = user_data;
  g_autoptr (GError) error = NULL;

  lobe_http_response_read_finish (LOBE_HTTP_RESPONSE (object), result, &error);
  lobe_stream_end (self, error);
}

static gboolean
on_refusal_chunk (const guint8  *bytes,
                  gsize          length,
                  gpointer       user_data,
                  GError       **error)
{
  LobeStream *self = user_data;

  g_byte_array_append (self->refusal, bytes, MIN (length, LOBE_REFUSAL_MAX_BODY - self->refusal->len));
  if (self->refusal->len < LOBE_REFUSAL_MAX_BODY)
    return TRUE;

  g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_PROTOCOL, "That is enough of it");

  return FALSE;
}

static void
on_refusal_read (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (LobeStream) self = user_data;
  g_autoptr (LobeRefusal) refusal = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *retry_after = NULL;
  gint64 seconds;

  /* what could be read of it is as good as the whole, unless we were told to stop */
  lobe_http_response_read_finish (self->response, result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      lobe_sink_fail (self->sink, error);
      return;
    }
  g_clear_error (&error);

  seconds = lobe_http_response_get_retry_after (self->response);
  if (seconds >= 0)
    retry_after = g_strdup_printf ("%" G_GINT64_FORMAT, seconds);
  refusal = lobe_refusal_new (lobe_http_response_get_status (self->response), retry_after,
                              (const char *) self->refusal->data, self->refusal->len);
  if (self->retry != NULL && self->n_retries < MAX_RETRIES)
    {
      g_autoptr (LobeHttpRequest) request = self->retry (refusal, self->retry_data);

      if (request != NULL)
        {
          self->n_retries++;
          g_set_object (&self->request, request);
          lobe_stream_send (g_steal_pointer (&self));
          return;
        }
    }

  error = lobe_refusal_to_error (refusal);
  lobe_sink_fail (self->sink, error);
}

static void
on_sent (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (LobeStream) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree char *type = NULL;
  LobeHttpResponse *response;
  guint status;

  g_clear_object (&self->response);
  self->response = response = lobe_http_send_finish (LOBE_HTTP (object), result, &error);
  if (response == NULL)
    {
      lobe_sink_fail (self->sink, error);
      return;
    }

  status = lobe_http_response_get_status (response);
  if (status < 200 || status > 299)
    {
      g_clear_pointer (&self->refusal, g_byte_array_unref);
      self->refusal = g_byte_array_new ();
      lobe_http_response_read_async (response, on_refusal_chunk, self, NULL, lobe_wait_get_cancellable (self->reading), on_refusal_read, self);
      self = NULL;
      return;
    }

  type = g_ascii_strdown (lobe_http_response_get_content_type (response) != NULL
                              ? lobe_http_response_get_content_type (response)
                              : "", -1);
  if (g_str_has_prefix (type, "text/html"))
    {
      error = g_error_new_literal (LOBE_ERROR, LOBE_ERROR_PROTOCOL,
                                   _("There is a web page at this address, and no model server"));
      lobe_sink_fail (self->sink, error);
      return;
    }
  if (self->sse != NULL && g_str_has_prefix (type, "application/json"))
    self->whole = g_byte_array_new ();

  lobe_http_response_read_async (response, on_chunk, self, NULL, lobe_wait_get_cancellable (self->reading), on_read, self);
  self = NULL;
}

/* Takes @self. */
static void
lobe_stream_send (LobeStream *self)
{
  lobe_http_send_async (self->http, self->request, lobe_wait_get_cancellable (self->reading), on_sent, self);
}

/*
 * lobe_stream_run:
 * @self: (transfer full): a new stream
 * @http: the door
 * @request: what to send
 * @retry: (nullable): may answer a refusal with another request
 * @retry_data: for @retry
 * @retry_destroy: (nullable): frees @retry_data
 * @cancellable: (nullable): closes the connection
 *
 * Sends, reads, and tells the sink everything, in particular the end.
 */
void
lobe_stream_run (LobeStream      *self,
                 LobeHttp        *http,
                 LobeHttpRequest *request,
                 LobeRetryFunc    retry,
                 gpointer         retry_data,
                 GDestroyNotify   retry_destroy,
                 GCancellable    *cancellable)
{
  self->http = g_object_ref (http);
  self->request = g_object_ref (request);
  self->retry = retry;
  self->retry_data = retry_data;
  self->retry_destroy = retry_destroy;
  /* one of our own, as a server that does not close after its answer is left in the same way */
  self->reading = lobe_wait_new (cancellable);

  lobe_stream_send (self);
}
