/* lobe-anthropic-decoder.c: reads the events of Messages */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-anthropic-decoder.h"

#include "lobe-config.h"

#include "base/lobe-error.h"
#include "driver/lobe-anthropic-body.h"
#include "driver/lobe-signature.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* An answer with more blocks than this is no answer. */
#define MAX_BLOCKS 4096

typedef enum
{
  BLOCK_OTHER, /* what a server's own tools do, and what is not known yet */
  BLOCK_TEXT,
  BLOCK_THINKING,
  BLOCK_CALL,
} BlockKind;

typedef struct
{
  gint64    index;
  BlockKind kind;
  guint     call;  /* which tool call */
  gboolean  told;  /* some of its arguments came */
  gboolean  over;
} Block;

/*
 * Thinking goes back in blocks as it came, each before what it led to: the blocks before a call are that call's
 * signature, all others are the reasoning's.
 */
typedef struct
{
  GArray         *blocks;
  guint           n_calls;
  GString        *thinking;   /* of the block that comes */
  GString        *signature;  /* of the same */
  JsonArray      *pending;    /* whole blocks, before it is known what follows */
  JsonArray      *kept;       /* those that belong to no call */

  gint64          input_tokens;
  gint64          cache_read_tokens;
  gint64          cache_creation_tokens;
  LobeUsage       usage;
  LobeStopReason  reason;
} Decoder;

static void
decoder_free (gpointer data)
{
  Decoder *self = data;

  g_array_unref (self->blocks);
  g_string_free (self->thinking, TRUE);
  g_string_free (self->signature, TRUE);
  json_array_unref (self->pending);
  json_array_unref (self->kept);
  g_free (self);
}

/* The block that an event means; servers that don't number mean the last one. */
static Block *
find_block (Decoder    *self,
            JsonObject *event)
{
  gint64 index = lobe_json_int (event, "index", -1);

  for (guint i = self->blocks->len; i-- > 0;)
    {
      Block *block = &g_array_index (self->blocks, Block, i);

      if (index < 0 || block->index == index)
        return block;
    }

  return NULL;
}

/* The thinking block is whole. Without a signature it is nothing that its provider would take back. */
static void
end_thinking (Decoder *self)
{
  if (self->signature->len > 0)
    {
      JsonObject *block = json_object_new ();

      json_object_set_string_member (block, "type", "thinking");
      json_object_set_string_member (block, "thinking", self->thinking->str);
      json_object_set_string_member (block, "signature", self->signature->str);
      json_array_add_object_element (self->pending, block);
    }
  g_string_truncate (self->thinking, 0);
  g_string_truncate (self->signature, 0);
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
  end_thinking (self);
  if (json_array_get_length (self->pending) == 0)
    return;

  for (guint i = 0; i < json_array_get_length (self->pending); i++)
    json_array_add_element (self->kept, json_array_dup_element (self->pending, i));
  replace_array (&self->pending);
  lobe_signature_tell_json (sink, LOBE_DELTA_NO_CALL, LOBE_ANTHROPIC_OWNER, self->kept);
}

static void
tell_thinking (Decoder    *self,
               LobeSink   *sink,
               const char *text)
{
  if (text == NULL || *text == '\0')
    return;

  g_string_append (self->thinking, text);
  lobe_sink_reasoning (sink, text, -1);
}

static void
tell_arguments (Block      *block,
                LobeSink   *sink,
                const char *text)
{
  if (text == NULL || *text == '\0')
    return;

  block->told = TRUE;
  lobe_sink_tool_call (sink, block->call, NULL, NULL, text, -1);
}

/* The arguments where they come whole, as an object; {} is what stands there before they come. */
static void
tell_input (Block      *block,
            LobeSink   *sink,
            JsonObject *content)
{
  JsonObject *input = lobe_json_object (content, "input");
  g_autofree char *text = NULL;

  if (input == NULL || json_object_get_size (input) == 0)
    return;

  text = lobe_json_to_string (json_object_get_member (content, "input"), FALSE);
  tell_arguments (block, sink, text);
}

static void
start_call (Decoder    *self,
            LobeSink   *sink,
            Block      *block,
            JsonObject *content)
{
  block->kind = BLOCK_CALL;
  block->call = self->n_calls++;
  lobe_sink_tool_call (sink, block->call, lobe_json_string (content, "id"), lobe_json_string (content, "name"), NULL, 0);

  end_thinking (self);
  if (json_array_get_length (self->pending) > 0)
    {
      lobe_signature_tell_json (sink, block->call, LOBE_ANTHROPIC_OWNER, self->pending);
      replace_array (&self->pending);
    }
  tell_input (block, sink, content);
}

static void
add_redacted (Decoder    *self,
              JsonObject *content)
{
  const char *data = lobe_json_string (content, "data");
  JsonObject *block;

  end_thinking (self);
  if (data == NULL)
    return;

  block = json_object_new ();
  json_object_set_string_member (block, "type", "redacted_thinking");
  json_object_set_string_member (block, "data", data);
  json_array_add_object_element (self->pending, block);
}

static gboolean
start_block (Decoder     *self,
             LobeSink    *sink,
             gint64       index,
             JsonObject  *content,
             GError     **error)
{
  Block added = { index, BLOCK_OTHER, 0, FALSE, FALSE };
  const char *type = lobe_json_string (content, "type");
  const char *text = lobe_json_string (content, "text");
  const char *signature = lobe_json_string (content, "signature");
  Block *block;

  if (self->blocks->len >= MAX_BLOCKS)
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_PROTOCOL, _("The answer has too many parts"));
      return FALSE;
    }

  g_array_append_val (self->blocks, added);
  block = &g_array_index (self->blocks, Block, self->blocks->len - 1);

  if (g_strcmp0 (type, "text") == 0)
    {
      block->kind = BLOCK_TEXT;
      keep_pending (self, sink);
      if (text != NULL)
        lobe_sink_text (sink, text, -1);
    }
  else if (g_strcmp0 (type, "thinking") == 0)
    {
      block->kind = BLOCK_THINKING;
      end_thinking (self);
      tell_thinking (self, sink, lobe_json_string (content, "thinking"));
      if (signature != NULL)
        g_string_append (self->signature, signature);
    }
  else if (g_strcmp0 (type, "redacted_thinking") == 0)
    {
      add_redacted (self, content);
    }
  else if (g_strcmp0 (type, "tool_use") == 0)
    {
      start_call (self, sink, block, content);
    }

  return TRUE;
}

static void
read_delta (Decoder    *self,
            LobeSink   *sink,
            Block      *block,
            JsonObject *delta)
{
  const char *text = lobe_json_string (delta, "text");
  const char *signature = lobe_json_string (delta, "signature");

  switch (block->kind)
    {
    case BLOCK_TEXT:
      if (text != NULL)
        lobe_sink_text (sink, text, -1);
      break;
    case BLOCK_THINKING:
      tell_thinking (self, sink, lobe_json_string (delta, "thinking"));
      if (signature != NULL)
        g_string_append (self->signature, signature);
      break;
    case BLOCK_CALL:
      tell_arguments (block, sink, lobe_json_string (delta, "partial_json"));
      break;
    case BLOCK_OTHER:
    default:
      break;
    }
}

static void
stop_block (Decoder  *self,
            LobeSink *sink,
            Block    *block)
{
  if (block->over)
    return;

  block->over = TRUE;
  if (block->kind == BLOCK_THINKING)
    end_thinking (self);
  else if (block->kind == BLOCK_CALL && !block->told)
    tell_arguments (block, sink, "{}"); /* a tool without arguments */
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

/*
 * Usage is of the whole answer so far and replaces what came before (message_delta_usage.py of Anthropic's Python
 * client). Its input does not count what comes out of the cache or goes into it; ours does.
 */
static void
read_usage (Decoder    *self,
            LobeSink   *sink,
            JsonObject *usage)
{
  if (usage == NULL)
    return;

  take_count (&self->input_tokens, usage, "input_tokens");
  take_count (&self->cache_read_tokens, usage, "cache_read_input_tokens");
  take_count (&self->cache_creation_tokens, usage, "cache_creation_input_tokens");
  take_count (&self->usage.completion_tokens, usage, "output_tokens");
  take_count (&self->usage.reasoning_tokens, lobe_json_object (usage, "output_tokens_details"), "thinking_tokens");

  self->usage.cached_tokens = self->cache_read_tokens;
  if (self->input_tokens >= 0)
    self->usage.prompt_tokens = self->input_tokens + MAX (self->cache_read_tokens, 0) + MAX (self->cache_creation_tokens, 0);

  lobe_sink_usage (sink, &self->usage);
}

static LobeStopReason
stop_reason_from_string (const char *reason)
{
  static const struct
  {
    const char     *name;
    LobeStopReason  reason;
  } reasons[] = {
    { "end_turn", LOBE_STOP_END },
    { "stop_sequence", LOBE_STOP_END },
    { "max_tokens", LOBE_STOP_LENGTH },
    { "model_context_window_exceeded", LOBE_STOP_LENGTH },
    { "tool_use", LOBE_STOP_TOOL_CALLS },
    { "refusal", LOBE_STOP_CONTENT_FILTER },
    { "pause_turn", LOBE_STOP_OTHER }, /* a long turn of the provider's own tools */
  };

  for (guint i = 0; i < G_N_ELEMENTS (reasons); i++)
    {
      if (strcmp (reason, reasons[i].name) == 0)
        return reasons[i].reason;
    }

  return LOBE_STOP_OTHER;
}

static void
read_stop_reason (Decoder    *self,
                  JsonObject *object)
{
  const char *reason = lobe_json_string (object, "stop_reason");

  if (reason != NULL)
    self->reason = stop_reason_from_string (reason);
}

static void
complete (Decoder    *self,
          LobeStream *stream)
{
  keep_pending (self, lobe_stream_get_sink (stream));
  if (self->reason == LOBE_STOP_NONE)
    self->reason = self->n_calls > 0 ? LOBE_STOP_TOOL_CALLS : LOBE_STOP_END;
  lobe_stream_complete (stream, self->reason);
}

/* A server that does not stream: the whole message. */
static gboolean
read_message (Decoder     *self,
              LobeStream  *stream,
              JsonObject  *message,
              GError     **error)
{
  LobeSink *sink = lobe_stream_get_sink (stream);
  JsonArray *content = lobe_json_array (message, "content");

  for (guint i = 0; content != NULL && i < json_array_get_length (content); i++)
    {
      if (!start_block (self, sink, i, lobe_json_element (content, i), error))
        return FALSE;
      stop_block (self, sink, &g_array_index (self->blocks, Block, self->blocks->len - 1));
    }

  read_usage (self, sink, lobe_json_object (message, "usage"));
  read_stop_reason (self, message);
  complete (self, stream);

  return TRUE;
}

/*
 * The name of an event stands in its data too; some servers send no "event:" lines. Whatever is not known is read over,
 * "ping" as well: that is what Anthropic's versioning policy asks for.
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
  JsonObject *event;
  JsonNode *failure;
  const char *type;
  Block *block;

  /* of OpenAI; gateways add it */
  if (g_str_has_prefix (data, "[DONE]"))
    return TRUE;

  event = lobe_stream_parse (stream, data, length, error);
  if (event == NULL)
    return FALSE;

  type = lobe_json_string (event, "type");
  failure = json_object_get_member (event, "error");
  if (g_strcmp0 (type, "error") == 0 || (failure != NULL && !JSON_NODE_HOLDS_NULL (failure)))
    {
      g_autoptr (LobeRefusal) refusal = lobe_refusal_new_json (0, event);

      g_propagate_error (error, lobe_refusal_to_error (refusal));
      return FALSE;
    }

  if (g_strcmp0 (type, "content_block_delta") == 0)
    {
      block = find_block (self, event);
      if (block != NULL)
        read_delta (self, sink, block, lobe_json_object (event, "delta"));
    }
  else if (g_strcmp0 (type, "content_block_start") == 0)
    {
      return start_block (self, sink, lobe_json_int (event, "index", -1), lobe_json_object (event, "content_block"), error);
    }
  else if (g_strcmp0 (type, "content_block_stop") == 0)
    {
      block = find_block (self, event);
      if (block != NULL)
        stop_block (self, sink, block);
    }
  else if (g_strcmp0 (type, "message_start") == 0)
    {
      read_usage (self, sink, lobe_json_object (lobe_json_object (event, "message"), "usage"));
    }
  else if (g_strcmp0 (type, "message_delta") == 0)
    {
      read_stop_reason (self, lobe_json_object (event, "delta"));
      read_usage (self, sink, lobe_json_object (event, "usage"));
    }
  else if (g_strcmp0 (type, "message_stop") == 0)
    {
      complete (self, stream);
    }
  else if (g_strcmp0 (type, "message") == 0)
    {
      return read_message (self, stream, event, error);
    }

  return TRUE;
}

/*
 * What completes an answer in this protocol:
 *
 *   message_stop                     done, with the stop_reason of message_delta
 *   message, as the whole body       done, with its own stop_reason
 *   error                            that error, also after HTTP 200
 *   anything else, then the end      interrupted, also after message_delta: what comes is not whole without message_stop
 *
 * Read in _streaming.py and types/raw_*.py of Anthropic's Python client, and seen in recordings of llama-server, vLLM,
 * Ollama and LiteLLM.
 */
static const LobeDecoder decoder = {
  .framing = LOBE_FRAMING_SSE,
  .event = decoder_event,
  .free = decoder_free,
};

/*
 * lobe_anthropic_stream_new:
 *
 * Returns: (transfer full): what reads an answer of Messages into @sink
 */
LobeStream *
lobe_anthropic_stream_new (LobeSink *sink)
{
  Decoder *self = g_new0 (Decoder, 1);

  self->blocks = g_array_new (FALSE, FALSE, sizeof (Block));
  self->thinking = g_string_new (NULL);
  self->signature = g_string_new (NULL);
  self->pending = json_array_new ();
  self->kept = json_array_new ();
  self->input_tokens = self->cache_read_tokens = self->cache_creation_tokens = -1;
  self->usage = LOBE_USAGE_UNKNOWN;

  return lobe_stream_new (&decoder, self, sink);
}
