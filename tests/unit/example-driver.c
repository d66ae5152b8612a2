/* example-driver.c: a whole driver for a made-up protocol, to begin a new one from */
/* SPDX-License-Identifier: GPL-3.0-or-later */

/* POST {base}/say of {"voice", "limit", "heard": []} is answered by lines of JSON: {"word"} each, then {"end", "heard",
 * "said"}; or {"error"}. GET {base}/voices is {"voices": [{"name"}]}. CONTRIBUTING.md goes through this file. */

#include "example-driver.h"

#include "base/lobe-json.h"
#include "driver/lobe-attachments.h"
#include "driver/lobe-exchange.h"
#include "driver/lobe-model-pages.h"

/* One event of an answer. Parse it first; tell the sink what is in it; say which one completes the answer. */
static gboolean
read_line (LobeStream *stream, const char *data, gsize length, gpointer state, GError **error)
{
  JsonObject *line = lobe_stream_parse (stream, data, length, error);
  const char *word = lobe_json_string (line, "word");
  const char *end = lobe_json_string (line, "end");
  const LobeUsage usage = { lobe_json_int (line, "heard", -1), -1, lobe_json_int (line, "said", -1), -1, -1.0 };

  if (line == NULL)
    return FALSE;
  if (json_object_has_member (line, "error"))
    return lobe_refusal_throw (line, error);

  if (word != NULL)
    lobe_sink_text (lobe_stream_get_sink (stream), word, -1);
  if (end != NULL)
    {
      lobe_sink_usage (lobe_stream_get_sink (stream), &usage);
      lobe_stream_complete (stream, g_str_equal (end, "full") ? LOBE_STOP_END : LOBE_STOP_LENGTH);
    }

  return TRUE;
}

LobeStream *
lobe_example_stream_new (LobeSink *sink)
{
  static const LobeDecoder decoder = { .framing = LOBE_FRAMING_NDJSON, .event = read_line, .free = g_free };

  return lobe_stream_new (&decoder, NULL, sink);
}

/* What is asked: always with a limit; lobe_endpoint_take_body () adds what the person wants to have in it. */
static LobeHttpRequest *
make_request (LobeEndpoint *endpoint, LobeRequest *request, GHashTable *attachments, guint plain)
{
  LobeHttpRequest *http_request = lobe_endpoint_request (endpoint, "POST", "/say", LOBE_PURPOSE_CHAT);
  GPtrArray *messages = lobe_request_get_messages (request);
  int limit = lobe_request_get_max_tokens (request);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GBytes) body = NULL;

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "voice", lobe_request_get_model (request));
  lobe_json_add_int (builder, "limit", limit > 0 ? limit : LOBE_STREAM_MAX_TOKENS);
  lobe_json_begin_array (builder, "heard");
  for (guint i = 0; i < messages->len; i++)
    {
      g_autofree char *text = lobe_attachments_dup_text (attachments, g_ptr_array_index (messages, i));

      json_builder_add_string_value (builder, text);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  body = lobe_endpoint_take_body (endpoint, builder);
  lobe_http_request_set_body (http_request, "application/json", body);
  return http_request;
}

static void
lobe_example_driver_chat (LobeDriver *driver, LobeEndpoint *endpoint, LobeRequest *request, LobeSink *sink,
                          GCancellable *cancellable)
{
  static const LobeExchange exchange = { lobe_example_stream_new, make_request, NULL };

  lobe_exchange_run (&exchange, endpoint, request, sink, cancellable);
}

static LobeHttpRequest *
make_voices (LobeEndpoint *endpoint, const char *after)
{
  return lobe_endpoint_request (endpoint, "GET", "/voices", LOBE_PURPOSE_MODELS);
}

static LobeModelInfo *
read_voice (JsonObject *voice)
{
  const char *name = lobe_json_string (voice, "name");

  return name != NULL ? lobe_model_info_new (name, name) : NULL;
}

static void
lobe_example_driver_list_models (LobeDriver *driver, LobeEndpoint *endpoint, LobeModelReply *reply,
                                 GCancellable *cancellable)
{
  static const LobeModelPages pages = { make_voices, "voices", NULL, NULL, read_voice };

  lobe_model_pages_list (&pages, endpoint, reply, cancellable);
}

static const char *
lobe_example_driver_get_protocol (LobeDriver *driver)
{
  return "example";
}

static void
lobe_example_driver_driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = lobe_example_driver_get_protocol;
  iface->chat = lobe_example_driver_chat;
  iface->list_models = lobe_example_driver_list_models;
}

struct _LobeExampleDriver
{
  GObject parent_instance;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeExampleDriver, lobe_example_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, lobe_example_driver_driver_init))

static void
lobe_example_driver_class_init (LobeExampleDriverClass *klass)
{
}

static void
lobe_example_driver_init (LobeExampleDriver *self)
{
}

LobeDriver *
lobe_example_driver_new (void)
{
  return g_object_new (LOBE_TYPE_EXAMPLE_DRIVER, NULL);
}
