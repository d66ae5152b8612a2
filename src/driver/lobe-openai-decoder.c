/* lobe-openai-decoder.c: reads the chunks of chat completions */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-openai-decoder.h"

#include "lobe-config.h"

#include "base/lobe-error.h"
#include "driver/lobe-think-filter.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* An answer with more tool calls than this is no answer. */
#define MAX_CALLS 256

typedef struct
{
  char   *id;    /* NULL: none so far */
  char   *name;  /* NULL: none so far */
  gint64  index; /* the server's number, -1: none */
} Call;

typedef struct
{
  LobeThinkFilter  think;
  LobeUsage        usage;
  GArray          *calls;
  gboolean         over;   /* [DONE] was read */
  gboolean         named;  /* the sink knows the answer's id */
  LobeStopReason   reason;
} Decoder;

static void
call_clear (gpointer data)
{
  Call *call = data;

  g_free (call->id);
  g_free (call->name);
}

static void
decoder_free (gpointer data)
{
  Decoder *self = data;

  g_clear_pointer (&self->calls, g_array_unref);
  g_free (self);
}

static const char *
non_empty (const char *text)
{
  return text != NULL && *text != '\0' ? text : NULL;
}

/*
 * Which call a delta goes on with. The official rule is the index; what servers do besides (same index for different
 * calls, no index, first index not zero: wire notes of August 2026, section 1) makes it: a known id wins, a new id
 * opens a call, without an id a known index goes on, without both the last one does.
 */
static Call *
decoder_find_call (Decoder    *self,
                   const char *id,
                   gint64      index,
                   const char *name,
                   guint      *position)
{
  Call call = { g_strdup (id), NULL, index };

  for (guint i = self->calls->len; i-- > 0;)
    {
      Call *known = &g_array_index (self->calls, Call, i);
      gboolean same;

      if (id != NULL)
        same = g_strcmp0 (known->id, id) == 0 || (known->id == NULL && index >= 0 && known->index == index);
      else if (index >= 0)
        same = known->index == index;
      else
        same = name == NULL || known->name == NULL || strcmp (known->name, name) == 0;

      if (same)
        {
          g_free (call.id);
          if (known->id == NULL)
            known->id = g_strdup (id);
          *position = i;
          return known;
        }

      if (id == NULL && index < 0)
        break;
    }

  *position = self->calls->len;
  g_array_append_val (self->calls, call);

  return &g_array_index (self->calls, Call, *position);
}

static gboolean
decoder_read_call (Decoder     *self,
                   LobeSink    *sink,
                   JsonObject  *object,
                   GError     **error)
{
  JsonObject *function = lobe_json_object (object, "function");
  const char *name = non_empty (lobe_json_string (function, "name"));
  g_autofree char *whole = NULL;
  JsonNode *arguments = NULL;
  const char *fragment;
  guint position;
  Call *call;

  call = decoder_find_call (self, non_empty (lobe_json_string (object, "id")), lobe_json_int (object, "index", -1), name,
                            &position);
  if (self->calls->len > MAX_CALLS)
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_PROTOCOL, _("The answer has too many tool calls"));
      return FALSE;
    }

  /* some servers repeat the name, some send it after the arguments */
  if (call->name == NULL)
    call->name = g_strdup (name);

  /* an object in place of its text: gateways, and TGI 1.4, which calls it parameters */
  fragment = lobe_json_string (function, "arguments");
  if (fragment == NULL && function != NULL)
    {
      arguments = json_object_get_member (function, "arguments");
      if (arguments == NULL)
        arguments = json_object_get_member (function, "parameters");
    }
  if (lobe_json_get_object (arguments) != NULL)
    fragment = whole = lobe_json_to_string (arguments, FALSE);

  lobe_sink_tool_call (sink, position, call->id, call->name, fragment, -1);

  return TRUE;
}

/* An array of calls, or in place of it one call: TGI before 3. */
static gboolean
decoder_read_calls (Decoder   *self,
                    LobeSink  *sink,
                    JsonNode  *node,
                    GError   **error)
{
  JsonArray *calls;

  if (lobe_json_get_object (node) != NULL)
    return decoder_read_call (self, sink, lobe_json_get_object (node), error);
  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return TRUE;

  calls = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (calls); i++)
    {
      JsonObject *object = lobe_json_element (calls, i);

      if (object != NULL && !decoder_read_call (self, sink, object, error))
        return FALSE;
    }

  return TRUE;
}

/* Text as a string, or in parts: [{"type": "text", "text": …}, {"type": "thinking", "thinking": [{…}]}] (Mistral). */
static void
decoder_read_content (Decoder  *self,
                      LobeSink *sink,
                      JsonNode *content)
{
  JsonArray *parts;

  if (JSON_NODE_HOLDS_VALUE (content) && json_node_get_value_type (content) == G_TYPE_STRING)
    {
      const char *text = json_node_get_string (content);

      lobe_think_filter_push (&self->think, sink, text, strlen (text));
      return;
    }
  if (!JSON_NODE_HOLDS_ARRAY (content))
    return;

  parts = json_node_get_array (content);
  for (guint i = 0; i < json_array_get_length (parts); i++)
    {
      JsonObject *part = lobe_json_element (parts, i);
      JsonArray *thinking = lobe_json_array (part, "thinking");
      const char *text = lobe_json_string (part, "text");

      if (text != NULL)
        lobe_think_filter_push (&self->think, sink, text, strlen (text));
      for (guint j = 0; thinking != NULL && j < json_array_get_length (thinking); j++)
        {
          const char *thought = lobe_json_string (lobe_json_element (thinking, j), "text");

          if (thought != NULL)
            lobe_sink_reasoning (sink, thought, -1);
        }
    }
}

static LobeStopReason
stop_reason_from_string (const char *reason)
{
  static const struct
  {
    const char     *name;
    LobeStopReason  reason;
  } reasons[] = {
    { "stop", LOBE_STOP_END },
    { "length", LOBE_STOP_LENGTH },
    { "tool_calls", LOBE_STOP_TOOL_CALLS },
    { "function_call", LOBE_STOP_TOOL_CALLS },
    { "content_filter", LOBE_STOP_CONTENT_FILTER },
    { "eos_token", LOBE_STOP_END },     /* TGI */
    { "stop_sequence", LOBE_STOP_END }, /* TGI */
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      if (strcmp (reason, reasons[i].name) == 0)
        return reasons[i].reason;
    }

  return LOBE_STOP_OTHER;
}

/* Only who thinks can be told to stop it. */
static void
decoder_read_id (Decoder    *self,
                 LobeSink   *sink,
                 JsonObject *event)
{
  const char *id = non_empty (lobe_json_string (event, "id"));

  if (self->named || id == NULL)
    return;

  self->named = TRUE;
  lobe_sink_answer_id (sink, id);
}

/* OpenRouter: [{"type": "reasoning.text", "text": …}, {"type": "reasoning.summary", "summary": …}] */
static void
decoder_read_details (LobeSink  *sink,
                      JsonArray *details)
{
  for (guint i = 0; details != NULL && i < json_array_get_length (details); i++)
    {
      JsonObject *detail = lobe_json_element (details, i);
      const char *text = non_empty (lobe_json_string (detail, "text"));

      if (text == NULL)
        text = non_empty (lobe_json_string (detail, "summary"));
      if (text != NULL)
        lobe_sink_reasoning (sink, text, -1);
    }
}

static gboolean
decoder_read_choice (Decoder     *self,
                     LobeStream  *stream,
                     JsonObject  *event,
                     JsonObject  *choice,
                     GError     **error)
{
  LobeSink *sink = lobe_stream_get_sink (stream);
  JsonObject *delta = lobe_json_object (choice, "delta");
  const char *finish_reason = non_empty (lobe_json_string (choice, "finish_reason"));

  /* a server that does not stream */
  if (delta == NULL)
    delta = lobe_json_object (choice, "message");

  if (delta != NULL)
    {
      /* reasoning_content: llama-server, DeepSeek; reasoning: vLLM since 0.16, OpenRouter, Groq; some send both */
      const char *reasoning = non_empty (lobe_json_string (delta, "reasoning_content"));
      const char *refusal = lobe_json_string (delta, "refusal");
      JsonNode *content = json_object_get_member (delta, "content");
      JsonNode *calls = json_object_get_member (delta, "tool_calls");

      if (reasoning == NULL)
        reasoning = non_empty (lobe_json_string (delta, "reasoning"));
      if (reasoning != NULL)
        {
          decoder_read_id (self, sink, event);
          lobe_sink_reasoning (sink, reasoning, -1);
        }
      else
        {
          decoder_read_details (sink, lobe_json_array (delta, "reasoning_details"));
        }
      if (content != NULL)
        decoder_read_content (self, sink, content);
      if (refusal != NULL)
        lobe_sink_text (sink, refusal, -1);
      if (!decoder_read_calls (self, sink, calls, error))
        return FALSE;
    }

  if (finish_reason != NULL)
    {
      self->reason = stop_reason_from_string (finish_reason);
      if (self->reason == LOBE_STOP_END && self->calls->len > 0)
        self->reason = LOBE_STOP_TOOL_CALLS;
      lobe_stream_complete (stream, self->reason);
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

/* Some servers repeat usage in every chunk, with zeros until the end or after it: the last that is not zero counts. */
static void
decoder_read_usage (Decoder    *self,
                    LobeSink   *sink,
                    JsonObject *usage,
                    JsonObject *timings)
{
  gboolean changed = FALSE;
  double speed;

  if (usage != NULL)
    {
      changed |= take_count (&self->usage.prompt_tokens, usage, "prompt_tokens");
      changed |= take_count (&self->usage.completion_tokens, usage, "completion_tokens");
      changed |= take_count (&self->usage.cached_tokens, lobe_json_object (usage, "prompt_tokens_details"), "cached_tokens");
      changed |= take_count (&self->usage.reasoning_tokens, lobe_json_object (usage, "completion_tokens_details"),
                             "reasoning_tokens");
    }

  /* llama-server; while it still reads the request, this is zero */
  speed = lobe_json_double (timings, "predicted_per_second", 0.0);
  if (speed > 0.0 && speed != self->usage.tokens_per_second)
    {
      self->usage.tokens_per_second = speed;
      changed = TRUE;
    }

  if (changed)
    lobe_sink_usage (sink, &self->usage);
}

/*
 * An error can be an object, a text, or flat: {"object": "error", "message": …} (vLLM before 0.10), {"detail": …}
 * (FastAPI).
 */
static gboolean
is_error (JsonObject *event)
{
  JsonNode *error = json_object_get_member (event, "error");

  if (error != NULL && !JSON_NODE_HOLDS_NULL (error))
    return TRUE;

  return !json_object_has_member (event, "choices") &&
         (lobe_json_string (event, "message") != NULL || json_object_has_member (event, "detail"));
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
  JsonObject *event;
  JsonObject *progress;
  JsonArray *choices;

  if (self->over)
    return TRUE;

  /* OpenAI's own client tests the beginning only */
  if (g_str_has_prefix (data, "[DONE]"))
    {
      self->over = TRUE;
      if (self->reason == LOBE_STOP_NONE)
        lobe_stream_complete (stream, self->calls->len > 0 ? LOBE_STOP_TOOL_CALLS : LOBE_STOP_END);
      return TRUE;
    }

  event = lobe_stream_parse (stream, data, length, error);
  if (event == NULL)
    return FALSE;

  if (is_error (event))
    return lobe_refusal_throw (event, error);

  /* llama-server, when asked with return_progress */
  progress = lobe_json_object (event, "prompt_progress");
  if (progress != NULL)
    {
      double total = lobe_json_double (progress, "total", 0.0);

      if (total > 0.0)
        lobe_sink_progress (sink, lobe_json_double (progress, "processed", 0.0) / total);
    }

  /* we ask for one choice; a chunk may have none (usage, Azure's first) */
  choices = lobe_json_array (event, "choices");
  for (guint i = 0; choices != NULL && i < json_array_get_length (choices); i++)
    {
      JsonObject *choice = lobe_json_element (choices, i);

      if (choice != NULL && lobe_json_int (choice, "index", 0) == 0 && !decoder_read_choice (self, stream, event, choice, error))
        return FALSE;
    }

  decoder_read_usage (self, sink, lobe_json_object (event, "usage"), lobe_json_object (event, "timings"));

  return TRUE;
}

static void
decoder_flush (LobeStream *stream,
               gpointer    state)
{
  Decoder *self = state;

  lobe_think_filter_flush (&self->think, lobe_stream_get_sink (stream));
}

/*
 * What completes an answer in this protocol: the event with a finish_reason, or [DONE] where there was none. Several
 * servers end after the first (wire notes of August 2026, section 1).
 */
static const LobeDecoder decoder = {
  .framing = LOBE_FRAMING_SSE,
  .event = decoder_event,
  .flush = decoder_flush,
  .free = decoder_free,
};

/*
 * lobe_openai_stream_new:
 *
 * Returns: (transfer full): what reads an answer of chat completions into @sink
 */
LobeStream *
lobe_openai_stream_new (LobeSink *sink)
{
  Decoder *self = g_new0 (Decoder, 1);

  self->usage = LOBE_USAGE_UNKNOWN;
  self->calls = g_array_new (FALSE, FALSE, sizeof (Call));
  g_array_set_clear_func (self->calls, call_clear);

  return lobe_stream_new (&decoder, self, sink);
}
