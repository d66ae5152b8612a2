/* lobe-ollama-decoder.c: what Ollama's lines say */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-ollama-driver-private.h"

#include "base/lobe-json.h"
#include "driver/lobe-think-filter.h"

#include <string.h>

typedef struct
{
  LobeThinkFilter think;
  guint           n_calls;
} Decoder;

static LobeStopReason
stop_reason_from_string (const char *reason,
                         guint       n_calls)
{
  /* older versions don't say */
  if (reason == NULL || strcmp (reason, "stop") == 0)
    return n_calls > 0 ? LOBE_STOP_TOOL_CALLS : LOBE_STOP_END;
  if (strcmp (reason, "length") == 0)
    return LOBE_STOP_LENGTH;

  return LOBE_STOP_OTHER;
}

static void
decoder_read_text (Decoder    *self,
                   LobeSink   *sink,
                   JsonObject *object,
                   const char *member)
{
  const char *thinking = lobe_json_string (object, "thinking");
  const char *content = lobe_json_string (object, member);

  if (thinking != NULL)
    lobe_sink_reasoning (sink, thinking, -1);
  if (content != NULL)
    lobe_think_filter_push (&self->think, sink, content, strlen (content));
}

static void
decoder_read_message (Decoder    *self,
                      LobeSink   *sink,
                      JsonObject *message)
{
  JsonArray *calls = lobe_json_array (message, "tool_calls");

  decoder_read_text (self, sink, message, "content");

  /* each call comes whole, its arguments as an object */
  for (guint i = 0; calls != NULL && i < json_array_get_length (calls); i++)
    {
      JsonObject *call = lobe_json_element (calls, i);
      JsonObject *function = lobe_json_object (call, "function");
      JsonObject *arguments = lobe_json_object (function, "arguments");
      g_autofree char *text = NULL;

      if (function == NULL)
        continue;

      text = arguments != NULL ? lobe_json_to_string (json_object_get_member (function, "arguments"), FALSE)
                               : g_strdup (lobe_json_string (function, "arguments"));
      lobe_sink_tool_call (sink, self->n_calls++, lobe_json_string (call, "id"), lobe_json_string (function, "name"),
                           text, -1);
    }
}

static void
read_usage (LobeSink   *sink,
            JsonObject *event)
{
  LobeUsage usage = LOBE_USAGE_UNKNOWN;
  double duration = lobe_json_double (event, "eval_duration", 0.0); /* ns */

  usage.prompt_tokens = lobe_json_int (event, "prompt_eval_count", -1);
  usage.completion_tokens = lobe_json_int (event, "eval_count", -1);
  if (duration > 0.0 && usage.completion_tokens > 0)
    usage.tokens_per_second = usage.completion_tokens * 1e9 / duration;

  if (usage.prompt_tokens >= 0 || usage.completion_tokens >= 0)
    lobe_sink_usage (sink, &usage);
}

static gboolean
decoder_event (LobeStream  *stream,
               const char  *data,
               gsize        length,
               gpointer     state,
               GError     **error)
{
  Decoder *self = state;
  LobeSink *sink = lobe_stream_get_sink (stream);
  JsonObject *event = lobe_stream_parse (stream, data, length, error);
  JsonNode *failure;

  if (event == NULL)
    return FALSE;

  failure = json_object_get_member (event, "error");
  if (failure != NULL && !JSON_NODE_HOLDS_NULL (failure))
    return lobe_refusal_throw (event, error);

  decoder_read_message (self, sink, lobe_json_object (event, "message"));
  /* of /api/generate */
  decoder_read_text (self, sink, event, "response");

  if (lobe_json_boolean (event, "done", FALSE))
    {
      read_usage (sink, event);
      lobe_stream_complete (stream, stop_reason_from_string (lobe_json_string (event, "done_reason"), self->n_calls));
    }

  return TRUE;
}

static void
decoder_flush (LobeStream *stream,
               gpointer    state)
{
  Decoder *self = state;

  lobe_think_filter_flush (&self->think, lobe_stream_get_sink (stream));
}

/* What completes an answer in this protocol: the line with "done": true. An error can come in any line before it. */
static const LobeDecoder decoder = {
  .framing = LOBE_FRAMING_NDJSON,
  .event = decoder_event,
  .flush = decoder_flush,
  .free = g_free,
};

/*
 * lobe_ollama_stream_new:
 *
 * Returns: (transfer full): what reads an answer of /api/chat or /api/generate into @sink
 */
LobeStream *
lobe_ollama_stream_new (LobeSink *sink)
{
  return lobe_stream_new (&decoder, g_new0 (Decoder, 1), sink);
}
