/* lobe-openai-responses-decoder.c: reads the events of Responses */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-openai-responses-decoder.h"

#include "lobe-config.h"

#include "base/lobe-error.h"
#include "driver/lobe-openai-responses-body.h"
#include "driver/lobe-signature.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* An answer with more tool calls than this is no answer. */
#define MAX_CALLS 256

typedef struct
{
  char     *item_id;      /* NULL: none was given */
  gint64    output_index; /* -1: none was given */
  gboolean  told;         /* some of its arguments came */
} Call;

/*
 * Encrypted reasoning goes back in items as they came, each before what it led to: those before a call are that call's
 * signature, all others are the reasoning's.
 */
typedef struct
{
  GArray         *calls;
  JsonArray      *pending;        /* items, before it is known what follows */
  JsonArray      *kept;           /* those that belong to no call */
  gboolean        text_told;      /* of the part of a message that comes */
  gboolean        reasoning_told; /* of the item that comes */
  gboolean        anything;       /* any item was told */
  LobeUsage       usage;
} Decoder;

static void
call_clear (gpointer data)
{
  g_free (((Call *) data)->item_id);
}

static void
decoder_free (gpointer data)
{
  Decoder *self = data;

  g_array_unref (self->calls);
  json_array_unref (self->pending);
  json_array_unref (self->kept);
  g_free (self);
}

static gboolean
has_words (const char *text)
{
  return text != NULL && *text != '\0';
}

/* The call that an event means: by its item's id, else by its place, else the last one. */
static Call *
find_call (Decoder    *self,
           const char *item_id,
           gint64      output_index,
           guint      *position)
{
  for (guint i = self->calls->len; i-- > 0;)
    {
      Call *call = &g_array_index (self->calls, Call, i);

      *position = i;
      if (item_id != NULL && call->item_id != NULL ? strcmp (item_id, call->item_id) == 0
                                                   : output_index < 0 || call->output_index == output_index)
        return call;
    }

  return NULL;
}

static void
replace_array (JsonArray **array)
{
  json_array_unref (*array);
  *array = json_array_new ();
}

static void
keep_pending (Decoder  *self,
              LobeSink *sink)
{
  if (json_array_get_length (self->pending) == 0)
    return;

  for (guint i = 0; i < json_array_get_length (self->pending); i++)
    json_array_add_element (self->kept, json_array_dup_element (self->pending, i));
  replace_array (&self->pending);
  lobe_signature_tell_json (sink, LOBE_DELTA_NO_CALL, LOBE_OPENAI_RESPONSES_OWNER, self->kept);
}

static void
tell_text (Decoder    *self,
           LobeSink   *sink,
           const char *text)
{
  if (!has_words (text))
    return;

  self->text_told = self->anything = TRUE;
  lobe_sink_text (sink, text, -1);
}

static void
tell_reasoning (Decoder    *self,
                LobeSink   *sink,
                const char *text)
{
  if (!has_words (text))
    return;

  self->reasoning_told = self->anything = TRUE;
  lobe_sink_reasoning (sink, text, -1);
}

static Call *
open_call (Decoder     *self,
           LobeSink    *sink,
           JsonObject  *item,
           gint64       output_index,
           guint       *position,
           GError     **error)
{
  Call call = { g_strdup (lobe_json_string (item, "id")), output_index, FALSE };

  if (self->calls->len >= MAX_CALLS)
    {
      g_free (call.item_id);
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_PROTOCOL, _("The answer has too many tool calls"));
      return NULL;
    }

  *position = self->calls->len;
  g_array_append_val (self->calls, call);
  self->anything = TRUE;
  lobe_sink_tool_call (sink, *position, lobe_json_string (item, "call_id"), lobe_json_string (item, "name"), NULL, 0);
  if (json_array_get_length (self->pending) > 0)
    {
      lobe_signature_tell_json (sink, *position, LOBE_OPENAI_RESPONSES_OWNER, self->pending);
      replace_array (&self->pending);
    }

  return &g_array_index (self->calls, Call, *position);
}

/* Arguments, in a fragment or whole where no fragment came; older gateways send an object. */
static void
tell_arguments (LobeSink   *sink,
                Call       *call,
                guint       position,
                JsonObject *object,
                const char *member)
{
  const char *text = lobe_json_string (object, member);
  JsonNode *node = json_object_get_member (object, member);
  g_autofree char *whole = NULL;

  if (text == NULL && lobe_json_get_object (node) != NULL)
    text = whole = lobe_json_to_string (node, FALSE);
  if (!has_words (text))
    return;

  call->told = TRUE;
  lobe_sink_tool_call (sink, position, NULL, NULL, text, -1);
}

static gboolean
read_call (Decoder     *self,
           LobeSink    *sink,
           JsonObject  *item,
           gint64       output_index,
           gboolean     done,
           GError     **error)
{
  guint position;
  Call *call = NULL;

  /* opened before, when it is done; what has neither id nor place is a new one unless one is open */
  if (done)
    call = find_call (self, lobe_json_string (item, "id"), output_index, &position);
  if (call == NULL)
    call = open_call (self, sink, item, output_index, &position, error);
  if (call == NULL)
    return FALSE;

  if (!call->told)
    tell_arguments (sink, call, position, item, "arguments");
  if (done && !call->told)
    {
      call->told = TRUE;
      lobe_sink_tool_call (sink, position, NULL, NULL, "{}", -1);
    }

  return TRUE;
}

/* The texts of an item's parts, where none came before it was done. */
static void
read_texts (Decoder    *self,
            LobeSink   *sink,
            JsonObject *item,
            const char *member,
            gboolean    reasoning)
{
  JsonArray *parts = lobe_json_array (item, member);

  for (guint i = 0; parts != NULL && i < json_array_get_length (parts); i++)
    {
      JsonObject *part = lobe_json_element (parts, i);
      const char *text = lobe_json_string (part, "text");

      if (reasoning)
        tell_reasoning (self, sink, text);
      else
        tell_text (self, sink, text != NULL ? text : lobe_json_string (part, "refusal"));
    }
}

/* Only what is encrypted can go back where nothing is stored; and of an item only what is asked for comes back. */
static void
keep_reasoning (Decoder    *self,
                JsonObject *item)
{
  const char *encrypted = lobe_json_string (item, "encrypted_content");
  JsonArray *summary = lobe_json_array (item, "summary");
  JsonObject *kept;

  if (!has_words (encrypted))
    return;

  kept = json_object_new ();
  json_object_set_string_member (kept, "type", "reasoning");
  if (lobe_json_string (item, "id") != NULL)
    json_object_set_string_member (kept, "id", lobe_json_string (item, "id"));
  if (summary != NULL)
    json_object_set_member (kept, "summary", json_node_copy (json_object_get_member (item, "summary")));
  else
    json_object_set_array_member (kept, "summary", json_array_new ());
  json_object_set_string_member (kept, "encrypted_content", encrypted);
  json_array_add_object_element (self->pending, kept);
}

/* An item as it begins or, when @done, as it is; the second alone is enough. */
static gboolean
read_item (Decoder     *self,
           LobeSink    *sink,
           JsonObject  *item,
           gint64       output_index,
           gboolean     done,
           GError     **error)
{
  const char *type = lobe_json_string (item, "type");

  if (g_strcmp0 (type, "function_call") == 0)
    return read_call (self, sink, item, output_index, done, error);

  if (g_strcmp0 (type, "message") == 0)
    {
      keep_pending (self, sink);
      if (done && !self->text_told)
        read_texts (self, sink, item, "content", FALSE);
      self->text_told = FALSE;
    }
  else if (g_strcmp0 (type, "reasoning") == 0 && done)
    {
      if (!self->reasoning_told)
        read_texts (self, sink, item, "summary", TRUE);
      if (!self->reasoning_told)
        read_texts (self, sink, item, "content", TRUE);
      self->reasoning_told = FALSE;
      keep_reasoning (self, item);
    }

  return TRUE;
}

static void
take_count (gint64     *count,
            JsonObject *object,
            const char *member)
{
  gint64 value = lobe_json_int (object, member, -1);

  if (value >= 0)
    *count = value;
}

static void
read_usage (Decoder    *self,
            LobeSink   *sink,
            JsonObject *usage,
            JsonObject *timings)
{
  double speed = lobe_json_double (timings, "predicted_per_second", 0.0); /* llama-server */

  if (usage == NULL)
    return;

  take_count (&self->usage.prompt_tokens, usage, "input_tokens");
  take_count (&self->usage.cached_tokens, lobe_json_object (usage, "input_tokens_details"), "cached_tokens");
  take_count (&self->usage.completion_tokens, usage, "output_tokens");
  take_count (&self->usage.reasoning_tokens, lobe_json_object (usage, "output_tokens_details"), "reasoning_tokens");
  if (speed > 0.0)
    self->usage.tokens_per_second = speed;

  lobe_sink_usage (sink, &self->usage);
}

static gboolean
fail (JsonObject  *object,
      GError     **error)
{
  g_autoptr (LobeRefusal) refusal = lobe_refusal_new_json (0, object);

  g_propagate_error (error, lobe_refusal_to_error (refusal));

  return FALSE;
}

static LobeStopReason
get_reason (Decoder    *self,
            JsonObject *response)
{
  const char *reason = lobe_json_string (lobe_json_object (response, "incomplete_details"), "reason");

  /* vLLM says so in a response.completed */
  if (g_strcmp0 (reason, "max_output_tokens") == 0 || g_strcmp0 (reason, "max_tokens") == 0)
    return LOBE_STOP_LENGTH;
  if (g_strcmp0 (reason, "content_filter") == 0)
    return LOBE_STOP_CONTENT_FILTER;
  if (reason != NULL || g_strcmp0 (lobe_json_string (response, "status"), "incomplete") == 0)
    return LOBE_STOP_OTHER;

  return self->calls->len > 0 ? LOBE_STOP_TOOL_CALLS : LOBE_STOP_END;
}

/* The whole response, in a terminal event or as the whole body. Its items count where none came before. */
static gboolean
read_response (Decoder     *self,
               LobeStream  *stream,
               JsonObject  *response,
               JsonObject  *timings,
               GError     **error)
{
  LobeSink *sink = lobe_stream_get_sink (stream);
  JsonArray *output = lobe_json_array (response, "output");

  if (lobe_json_object (response, "error") != NULL || g_strcmp0 (lobe_json_string (response, "status"), "failed") == 0)
    return fail (response, error);

  if (!self->anything)
    {
      for (guint i = 0; output != NULL && i < json_array_get_length (output); i++)
        {
          JsonObject *item = lobe_json_element (output, i);

          if (item != NULL && !read_item (self, sink, item, i, TRUE, error))
            return FALSE;
        }
    }

  keep_pending (self, sink);
  read_usage (self, sink, lobe_json_object (response, "usage"), timings);
  if (g_strcmp0 (lobe_json_string (response, "status"), "cancelled") != 0)
    lobe_stream_complete (stream, get_reason (self, response));

  return TRUE;
}

static gboolean
read_arguments (Decoder    *self,
                LobeSink   *sink,
                JsonObject *event,
                gboolean    done)
{
  guint position;
  Call *call = find_call (self, lobe_json_string (event, "item_id"), lobe_json_int (event, "output_index", -1), &position);

  /* the item tells the same once more when it is done */
  if (call != NULL && !(done && call->told))
    tell_arguments (sink, call, position, event, done ? "arguments" : "delta");

  return TRUE;
}

typedef enum
{
  EVENT_OTHER,
  EVENT_TEXT,
  EVENT_TEXT_DONE,
  EVENT_REFUSAL_DONE,
  EVENT_PART,
  EVENT_REASONING,
  EVENT_SUMMARY_PART,
  EVENT_ARGUMENTS,
  EVENT_ARGUMENTS_DONE,
  EVENT_ITEM,
  EVENT_ITEM_DONE,
  EVENT_RESPONSE,
  EVENT_ERROR,
} EventKind;

/*
 * What a type means; the progress of a provider's own tools and whatever else is not here is read over. From
 * types/responses/…_event.py of OpenAI's Python client; the two names of reasoning without "text" are vLLM's before 0.11.
 */
static EventKind
get_kind (const char *type)
{
  static const struct
  {
    const char *type;
    EventKind   kind;
  } kinds[] = {
    { "response.output_text.delta", EVENT_TEXT },
    { "response.refusal.delta", EVENT_TEXT },
    { "response.output_text.done", EVENT_TEXT_DONE },
    { "response.refusal.done", EVENT_REFUSAL_DONE },
    { "response.content_part.added", EVENT_PART },
    { "response.reasoning_summary_text.delta", EVENT_REASONING },
    { "response.reasoning_text.delta", EVENT_REASONING },
    { "response.reasoning_summary.delta", EVENT_REASONING },
    { "response.reasoning.delta", EVENT_REASONING },
    { "response.reasoning_summary_part.added", EVENT_SUMMARY_PART },
    { "response.function_call_arguments.delta", EVENT_ARGUMENTS },
    { "response.function_call_arguments.done", EVENT_ARGUMENTS_DONE },
    { "response.output_item.added", EVENT_ITEM },
    { "response.output_item.done", EVENT_ITEM_DONE },
    { "response.completed", EVENT_RESPONSE },
    { "response.incomplete", EVENT_RESPONSE },
    { "response.failed", EVENT_RESPONSE },
    { "response.cancelled", EVENT_RESPONSE },
    { "error", EVENT_ERROR },
  };

  for (guint i = 0; type != NULL && i < G_N_ELEMENTS (kinds); i++)
    {
      if (strcmp (type, kinds[i].type) == 0)
        return kinds[i].kind;
    }

  return EVENT_OTHER;
}

/*
 * The type of an event stands in its data too; some servers send no "event:" lines (LiteLLM). Events are taken as they
 * come, whatever their sequence_number: a stream keeps their order, and some servers leave the numbers out.
 */
static gboolean
decoder_event (LobeStream  *stream,
               const char  *data,
               gsize        length,
               gpointer     state,
               GError     **error)
{
  Decoder *self = state;
  LobeSink *sink = lobe_stream_get_sink (stream);
  JsonObject *event, *response;
  JsonNode *failure;

  /* of chat completions; LiteLLM adds it */
  if (g_str_has_prefix (data, "[DONE]"))
    return TRUE;

  event = lobe_stream_parse (stream, data, length, error);
  if (event == NULL)
    return FALSE;

  switch (get_kind (lobe_json_string (event, "type")))
    {
    case EVENT_TEXT:
      tell_text (self, sink, lobe_json_string (event, "delta"));
      return TRUE;
    case EVENT_PART:
      self->text_told = FALSE;
      return TRUE;
    case EVENT_TEXT_DONE:
    case EVENT_REFUSAL_DONE:
      if (!self->text_told)
        tell_text (self, sink, lobe_json_string (event, "text") != NULL ? lobe_json_string (event, "text")
                                                                         : lobe_json_string (event, "refusal"));
      return TRUE;
    case EVENT_REASONING:
      tell_reasoning (self, sink, lobe_json_string (event, "delta"));
      return TRUE;
    case EVENT_SUMMARY_PART:
      if (self->reasoning_told)
        lobe_sink_reasoning (sink, "\n\n", -1);
      return TRUE;
    case EVENT_ARGUMENTS:
      return read_arguments (self, sink, event, FALSE);
    case EVENT_ARGUMENTS_DONE:
      return read_arguments (self, sink, event, TRUE);
    case EVENT_ITEM:
    case EVENT_ITEM_DONE:
      {
        gboolean done = get_kind (lobe_json_string (event, "type")) == EVENT_ITEM_DONE;
        JsonObject *item = lobe_json_object (event, "item");

        return item == NULL || read_item (self, sink, item, lobe_json_int (event, "output_index", -1), done, error);
      }
    case EVENT_RESPONSE:
      response = lobe_json_object (event, "response");
      return read_response (self, stream, response != NULL ? response : event, lobe_json_object (event, "timings"), error);
    case EVENT_ERROR:
      return fail (event, error);
    case EVENT_OTHER:
    default:
      break;
    }

  /* a gateway's own error; a server that does not stream */
  failure = json_object_get_member (event, "error");
  if (failure != NULL && !JSON_NODE_HOLDS_NULL (failure))
    return fail (event, error);
  if (g_strcmp0 (lobe_json_string (event, "object"), "response") == 0)
    return read_response (self, stream, event, NULL, error);

  return TRUE;
}

/*
 * What completes an answer in this protocol:
 *
 *   response.completed               done; by incomplete_details cut, where a server says it here
 *   response.incomplete              done: cut by the limit or the filter, as incomplete_details says
 *   a response as the whole body     the same
 *   response.failed, error           that error, also after HTTP 200
 *   anything else, then the end      interrupted, also after [DONE]
 */
static const LobeDecoder decoder = {
  .framing = LOBE_FRAMING_SSE,
  .event = decoder_event,
  .free = decoder_free,
};

/*
 * lobe_openai_responses_stream_new:
 *
 * Returns: (transfer full): what reads an answer of Responses into @sink
 */
LobeStream *
lobe_openai_responses_stream_new (LobeSink *sink)
{
  Decoder *self = g_new0 (Decoder, 1);

  self->calls = g_array_new (FALSE, FALSE, sizeof (Call));
  g_array_set_clear_func (self->calls, call_clear);
  self->pending = json_array_new ();
  self->kept = json_array_new ();
  self->usage = LOBE_USAGE_UNKNOWN;

  return lobe_stream_new (&decoder, self, sink);
}
