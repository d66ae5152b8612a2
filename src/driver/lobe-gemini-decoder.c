/* lobe-gemini-decoder.c: reads the chunks of Gemini */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-gemini-decoder.h"

#include "lobe-config.h"

#include "base/lobe-error.h"
#include "driver/lobe-gemini-body.h"
#include "driver/lobe-signature.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* An answer with more tool calls than this is no answer. */
#define MAX_CALLS 256

typedef struct
{
  guint     n_calls;
  LobeUsage usage;
  gboolean  complete;
} Decoder;

/* A call comes whole, its arguments as an object; its signature stands beside it. */
static gboolean
read_call (Decoder     *self,
           LobeSink    *sink,
           JsonObject  *call,
           const char  *signature,
           GError     **error)
{
  JsonNode *arguments = json_object_get_member (call, "args");
  g_autofree char *text = lobe_json_get_object (arguments) != NULL ? lobe_json_to_string (arguments, FALSE) : NULL;

  if (self->n_calls >= MAX_CALLS)
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_PROTOCOL, _("The answer has too many tool calls"));
      return FALSE;
    }

  lobe_sink_tool_call (sink, self->n_calls, lobe_json_string (call, "id"), lobe_json_string (call, "name"),
                       text != NULL ? text : "{}", -1);
  if (signature != NULL)
    lobe_signature_tell (sink, self->n_calls, LOBE_GEMINI_OWNER, signature);
  self->n_calls++;

  return TRUE;
}

static gboolean
read_part (Decoder     *self,
           LobeSink    *sink,
           JsonObject  *part,
           GError     **error)
{
  const char *text = lobe_json_string (part, "text");
  const char *signature = lobe_json_string (part, "thoughtSignature");
  JsonObject *call = lobe_json_object (part, "functionCall");

  if (call != NULL)
    return read_call (self, sink, call, signature, error);

  if (text != NULL && lobe_json_boolean (part, "thought", FALSE))
    lobe_sink_reasoning (sink, text, -1);
  else if (text != NULL)
    lobe_sink_text (sink, text, -1);

  /* comes with the last part of an answer, which may be an empty text */
  if (signature != NULL)
    lobe_signature_tell (sink, LOBE_DELTA_NO_CALL, LOBE_GEMINI_OWNER, signature);

  return TRUE;
}

static LobeStopReason
stop_reason_from_string (const char *reason,
                         guint       n_calls)
{
  static const struct
  {
    const char     *name;
    LobeStopReason  reason;
  } reasons[] = {
    { "MAX_TOKENS", LOBE_STOP_LENGTH },
    { "SAFETY", LOBE_STOP_CONTENT_FILTER },
    { "RECITATION", LOBE_STOP_CONTENT_FILTER },
    { "BLOCKLIST", LOBE_STOP_CONTENT_FILTER },
    { "PROHIBITED_CONTENT", LOBE_STOP_CONTENT_FILTER },
    { "SPII", LOBE_STOP_CONTENT_FILTER },
    { "MODEL_ARMOR", LOBE_STOP_CONTENT_FILTER },
    { "IMAGE_SAFETY", LOBE_STOP_CONTENT_FILTER },
    { "IMAGE_PROHIBITED_CONTENT", LOBE_STOP_CONTENT_FILTER },
    { "IMAGE_RECITATION", LOBE_STOP_CONTENT_FILTER },
    /* LANGUAGE, OTHER, MALFORMED_FUNCTION_CALL, UNEXPECTED_TOOL_CALL, TOO_MANY_TOOL_CALLS … are other reasons */
  };

  if (strcmp (reason, "STOP") == 0)
    return n_calls > 0 ? LOBE_STOP_TOOL_CALLS : LOBE_STOP_END;
  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      if (strcmp (reason, reasons[i].name) == 0)
        return reasons[i].reason;
    }

  return LOBE_STOP_OTHER;
}

static gboolean
read_candidate (Decoder     *self,
                LobeStream  *stream,
                JsonObject  *candidate,
                GError     **error)
{
  JsonArray *parts = lobe_json_array (lobe_json_object (candidate, "content"), "parts");
  const char *reason = lobe_json_string (candidate, "finishReason");

  for (guint i = 0; parts != NULL && i < json_array_get_length (parts); i++)
    {
      JsonObject *part = lobe_json_element (parts, i);

      if (part != NULL && !read_part (self, lobe_stream_get_sink (stream), part, error))
        return FALSE;
    }

  if (reason != NULL && *reason != '\0')
    {
      self->complete = TRUE;
      lobe_stream_complete (stream, stop_reason_from_string (reason, self->n_calls));
    }

  return TRUE;
}

static gboolean
take_count (gint64     *count,
            JsonObject *object,
            const char *member)
{
  gint64 value = lobe_json_int (object, member, 0);

  if (value <= 0 || value == *count)
    return FALSE;

  *count = value;

  return TRUE;
}

/* Told anew in every chunk, of the whole answer so far. Thoughts are not among the candidates' tokens; in ours they are. */
static void
read_usage (Decoder    *self,
            LobeSink   *sink,
            JsonObject *usage)
{
  gint64 spoken = MAX (lobe_json_int (usage, "candidatesTokenCount", 0), 0);
  gint64 thought = MAX (lobe_json_int (usage, "thoughtsTokenCount", 0), 0);
  gboolean changed = FALSE;

  if (usage == NULL)
    return;

  changed |= take_count (&self->usage.prompt_tokens, usage, "promptTokenCount");
  changed |= take_count (&self->usage.cached_tokens, usage, "cachedContentTokenCount");
  changed |= take_count (&self->usage.reasoning_tokens, usage, "thoughtsTokenCount");
  if (spoken + thought > 0 && spoken + thought != self->usage.completion_tokens)
    {
      self->usage.completion_tokens = spoken + thought;
      changed = TRUE;
    }

  if (changed)
    lobe_sink_usage (sink, &self->usage);
}

static gboolean
read_chunk (Decoder     *self,
            LobeStream  *stream,
            JsonObject  *chunk,
            GError     **error)
{
  JsonArray *candidates = lobe_json_array (chunk, "candidates");
  const char *blocked = lobe_json_string (lobe_json_object (chunk, "promptFeedback"), "blockReason");
  JsonNode *failure = json_object_get_member (chunk, "error");

  if (failure != NULL && !JSON_NODE_HOLDS_NULL (failure))
    {
      g_autoptr (LobeRefusal) refusal = lobe_refusal_new_json (0, chunk);

      g_propagate_error (error, lobe_refusal_to_error (refusal));
      return FALSE;
    }

  /* we ask for one candidate */
  for (guint i = 0; candidates != NULL && i < json_array_get_length (candidates); i++)
    {
      JsonObject *candidate = lobe_json_element (candidates, i);

      if (candidate != NULL && lobe_json_int (candidate, "index", 0) == 0 && !read_candidate (self, stream, candidate, error))
        return FALSE;
    }

  read_usage (self, lobe_stream_get_sink (stream), lobe_json_object (chunk, "usageMetadata"));

  /* the question itself was blocked: no candidate comes */
  if (blocked != NULL && !self->complete)
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_CONTENT_FILTER, _("The provider's filter blocked the question (%s)"),
                   blocked);
      return FALSE;
    }

  return TRUE;
}

/*
 * Chunks come as events. An error can also come as JSON without "data:", and in an array of one; without alt=sse, as a
 * gateway may forget it, all chunks are one array.
 */
static gboolean
decoder_event (LobeStream  *stream,
               const char  *data,
               gsize        length,
               gpointer     state,
               GError     **error)
{
  Decoder *self = state;
  g_autoptr (JsonNode) root = NULL;
  JsonObject *chunk;
  JsonArray *chunks;

  if (g_str_has_prefix (data, "[DONE]"))
    return TRUE;

  if (data[0] != '[')
    {
      chunk = lobe_stream_parse (stream, data, length, error);
      return chunk != NULL && read_chunk (self, stream, chunk, error);
    }

  root = lobe_json_parse (data, length, NULL);
  chunks = root != NULL && JSON_NODE_HOLDS_ARRAY (root) ? json_node_get_array (root) : NULL;
  for (guint i = 0; chunks != NULL && i < json_array_get_length (chunks); i++)
    {
      chunk = lobe_json_element (chunks, i);
      if (chunk == NULL)
        chunks = NULL;
      else if (!read_chunk (self, stream, chunk, error))
        return FALSE;
    }
  if (chunks == NULL)
    g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_PROTOCOL,
                         _("The server sent something that is not part of an answer"));

  return chunks != NULL;
}

/*
 * What completes an answer in this protocol:
 *
 *   a chunk with finishReason            done; usage can follow, then the end of the body
 *   promptFeedback with blockReason      refused by the provider's filter
 *   error, in whatever wrapping          that error, also after HTTP 200
 *   anything else, then the end          interrupted
 *
 * Read in types.py, _api_client.py and errors.py of Google's Python client, and in the documents of the Gemini API.
 */
static const LobeDecoder decoder = {
  .framing = LOBE_FRAMING_SSE,
  .event = decoder_event,
  .free = g_free,
};

/*
 * lobe_gemini_stream_new:
 *
 * Returns: (transfer full): what reads an answer of streamGenerateContent into @sink
 */
LobeStream *
lobe_gemini_stream_new (LobeSink *sink)
{
  Decoder *self = g_new0 (Decoder, 1);

  self->usage = LOBE_USAGE_UNKNOWN;

  return lobe_stream_new (&decoder, self, sink);
}
