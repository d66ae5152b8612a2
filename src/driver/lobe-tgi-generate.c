/* lobe-tgi-generate.c: TGI's own protocol, which has no roles: one text goes on */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-tgi-generate.h"

#include "base/lobe-json.h"
#include "driver/lobe-exchange.h"
#include "driver/lobe-plain-prompt.h"

#include <string.h>

/*
 * POST /generate_stream, as its router's openapi.json (3.3.6) has it. For models that have no chat template: the
 * conversation is one text, which ends where the model begins to speak for the person.
 */
#define PERSON LOBE_PLAIN_PROMPT_STOP

static void
add_parameters (JsonBuilder *builder,
                LobeRequest *request)
{
  const char *const *stop = lobe_request_get_stop (request);
  int max_tokens = lobe_request_get_max_tokens (request);
  double temperature = lobe_request_get_temperature (request);
  double top_p = lobe_request_get_top_p (request);

  lobe_json_begin_object (builder, "parameters");
  lobe_json_add_boolean (builder, "details", TRUE);
  /* without a limit it says 20 tokens or 100; a limit beyond the window is refused, so one that nobody chose is small */
  lobe_json_add_int (builder, "max_new_tokens", max_tokens > 0 ? max_tokens : 1024);
  /* it refuses the ends of both ranges, which mean the same as nothing */
  lobe_json_add_double (builder, "temperature", temperature > 0.0 ? temperature : -1.0);
  lobe_json_add_double (builder, "top_p", top_p > 0.0 && top_p < 1.0 ? top_p : -1.0);
  lobe_json_add_double (builder, "repetition_penalty", lobe_request_get_repeat_penalty (request));
  if (lobe_request_get_top_k (request) > 0)
    lobe_json_add_int (builder, "top_k", lobe_request_get_top_k (request));
  lobe_json_add_int (builder, "seed", lobe_request_get_seed (request));
  lobe_json_begin_array (builder, "stop");
  json_builder_add_string_value (builder, PERSON);
  for (guint i = 0; stop != NULL && stop[i] != NULL; i++)
    json_builder_add_string_value (builder, stop[i]);
  json_builder_end_array (builder);
  if (lobe_request_get_schema (request) != NULL)
    {
      lobe_json_begin_object (builder, "grammar");
      lobe_json_add_string (builder, "type", "json");
      lobe_json_add_text (builder, "value", lobe_request_get_schema (request));
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
}

/*
 * lobe_tgi_generate_make_request:
 *
 * Returns: (transfer full): @request as one text that goes on
 */
LobeHttpRequest *
lobe_tgi_generate_make_request (LobeEndpoint *endpoint,
                                LobeRequest  *request,
                                GHashTable   *attachments)
{
  gboolean own = g_str_has_suffix (lobe_endpoint_get_base_url (endpoint), "/generate_stream");
  LobeHttpRequest *http_request = lobe_endpoint_request_beside (endpoint, "POST", own ? "/generate_stream" : "/v1",
                                                                "/generate_stream", LOBE_PURPOSE_CHAT, NULL);
  g_autofree char *prompt = lobe_plain_prompt_build (request, attachments);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GBytes) body = NULL;

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "inputs", prompt);
  add_parameters (builder, request);
  json_builder_end_object (builder);
  body = lobe_endpoint_take_body (endpoint, builder);
  lobe_http_request_set_header (http_request, "Accept", "text/event-stream");
  lobe_http_request_set_body (http_request, "application/json", body);

  return http_request;
}

typedef struct
{
  GString  *held;  /* what may be the beginning of PERSON */
  gboolean  begun; /* something other than white space came */
} Decoder;

static void
decoder_free (gpointer data)
{
  Decoder *self = data;

  g_string_free (self->held, TRUE);
  g_free (self);
}

/* The stop words are in the text too: what is before them is said, and what may yet become them waits. */
static void
decoder_push (Decoder    *self,
              LobeSink   *sink,
              const char *text)
{
  const char *stop;
  gsize n_keep;

  if (!self->begun)
    text += strspn (text, " ");
  self->begun |= *text != '\0';

  g_string_append (self->held, text);
  stop = strstr (self->held->str, PERSON);
  if (stop != NULL)
    {
      g_string_truncate (self->held, stop - self->held->str + strlen (PERSON));
      return;
    }

  n_keep = MIN (strlen (PERSON) - 1, self->held->len);
  while (n_keep > 0 && strncmp (self->held->str + self->held->len - n_keep, PERSON, n_keep) != 0)
    n_keep--;
  if (self->held->len > n_keep)
    lobe_sink_text (sink, self->held->str, self->held->len - n_keep);
  g_string_erase (self->held, 0, self->held->len - n_keep);
}

static void
decoder_flush (LobeStream *stream,
               gpointer    state)
{
  Decoder *self = state;

  if (g_str_has_suffix (self->held->str, PERSON))
    g_string_truncate (self->held, self->held->len - strlen (PERSON));
  if (self->held->len > 0)
    lobe_sink_text (lobe_stream_get_sink (stream), self->held->str, self->held->len);
  g_string_truncate (self->held, 0);
}

static gboolean
decoder_event (LobeStream  *stream,
               const char  *data,
               gsize        length,
               gpointer     state,
               GError     **error)
{
  JsonObject *event = lobe_stream_parse (stream, data, length, error);
  JsonObject *token = lobe_json_object (event, "token");
  JsonObject *details = lobe_json_object (event, "details");
  const char *text = lobe_json_string (token, "text");
  LobeUsage usage = LOBE_USAGE_UNKNOWN;

  if (event == NULL)
    return FALSE;

  if (token == NULL && lobe_json_string (event, "error") != NULL)
    return lobe_refusal_throw (event, error);

  if (text != NULL && !lobe_json_boolean (token, "special", FALSE))
    decoder_push (state, lobe_stream_get_sink (stream), text);

  usage.completion_tokens = lobe_json_int (details, "generated_tokens", -1);
  usage.prompt_tokens = lobe_json_int (details, "input_length", -1);
  if (details != NULL)
    lobe_sink_usage (lobe_stream_get_sink (stream), &usage);
  if (lobe_json_string (event, "generated_text") != NULL)
    lobe_stream_complete (stream, g_strcmp0 (lobe_json_string (details, "finish_reason"), "length") == 0 ? LOBE_STOP_LENGTH
                                                                                                         : LOBE_STOP_END);

  return TRUE;
}

/* What completes an answer in this protocol: the event with the generated_text. There is no [DONE]. */
static const LobeDecoder decoder = {
  .framing = LOBE_FRAMING_SSE,
  .event = decoder_event,
  .flush = decoder_flush,
  .free = decoder_free,
};

static Decoder *
decoder_new (void)
{
  Decoder *self = g_new0 (Decoder, 1);

  self->held = g_string_new (NULL);

  return self;
}

void
lobe_tgi_generate_set_decoder (LobeStream *stream)
{
  lobe_stream_set_decoder (stream, &decoder, decoder_new ());
}

/*
 * lobe_tgi_generate_stream_new:
 *
 * Returns: (transfer full): what reads tokens into @sink
 */
LobeStream *
lobe_tgi_generate_stream_new (LobeSink *sink)
{
  return lobe_stream_new (&decoder, decoder_new (), sink);
}

static LobeHttpRequest *
make_request (LobeEndpoint *endpoint,
              LobeRequest  *request,
              GHashTable   *attachments,
              guint         plain)
{
  return lobe_tgi_generate_make_request (endpoint, request, attachments);
}

/* What LobeDriverInterface.chat does, where the account says so. */
void
lobe_tgi_generate (LobeEndpoint *endpoint,
                   LobeRequest  *request,
                   LobeSink     *sink,
                   GCancellable *cancellable)
{
  static const LobeExchange exchange = { lobe_tgi_generate_stream_new, make_request, NULL };

  lobe_exchange_run (&exchange, endpoint, request, sink, cancellable);
}
