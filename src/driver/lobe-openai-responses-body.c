/* lobe-openai-responses-body.c: what is asked of Responses */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-openai-responses-body.h"

#include "base/lobe-json.h"
#include "driver/lobe-attachments.h"
#include "driver/lobe-exchange.h"
#include "driver/lobe-signature.h"

#include <string.h>

/* From 5 on OpenAI's models with a number think; those before do not. */
#define THINKING_VERSION 500

/* What a model has refused, and is left out. */
enum
{
  PLAIN_SAMPLERS = 1 << 0,
  PLAIN_SUMMARY = 1 << 1,
  PLAIN_ENCRYPTED = 1 << 2,
  PLAIN_EFFORT_MINIMAL = 1 << 3, /* not "none" */
  PLAIN_EFFORT = 1 << 4,
  PLAIN_SIGNATURES = 1 << 5,
  PLAIN_LIMIT = 1 << 6,
};

static void
add_image (JsonBuilder *builder,
           LobePart    *part,
           GHashTable  *attachments)
{
  g_autofree char *data = lobe_attachments_dup_base64 (attachments, part);
  g_autofree char *uri = NULL;

  if (data == NULL)
    return;

  uri = g_strconcat ("data:", lobe_part_get_mime_type (part), ";base64,", data, NULL);
  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "type", "input_image");
  lobe_json_add_string (builder, "image_url", uri);
  json_builder_end_object (builder);
}

/* Text alone is a string, which every server takes; with pictures it is an array of parts. */
static void
add_said (JsonBuilder *builder,
          LobeMessage *message,
          const char  *text,
          GHashTable  *attachments)
{
  gboolean images = lobe_message_get_part (message, LOBE_PART_IMAGE) != NULL;
  GPtrArray *parts = lobe_message_get_parts (message);

  if (*text == '\0' && !images)
    return;

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "type", "message");
  lobe_json_add_string (builder, "role", lobe_role_get_nick (lobe_message_get_role (message)));
  if (images)
    {
      lobe_json_begin_array (builder, "content");
      if (*text != '\0')
        {
          json_builder_begin_object (builder);
          lobe_json_add_string (builder, "type", "input_text");
          lobe_json_add_string (builder, "text", text);
          json_builder_end_object (builder);
        }
      for (guint i = 0; i < parts->len; i++)
        add_image (builder, parts->pdata[i], attachments);
      json_builder_end_array (builder);
    }
  else
    {
      lobe_json_add_string (builder, "content", text);
    }
  json_builder_end_object (builder);
}

static void
add_signed (JsonBuilder *builder,
            LobeRequest *request,
            LobeMessage *message,
            LobePart    *part,
            guint        plain)
{
  g_autoptr (JsonNode) items = NULL;
  JsonArray *array;

  if (plain & PLAIN_SIGNATURES)
    return;

  items = lobe_signature_open_json (request, message, part, LOBE_OPENAI_RESPONSES_OWNER);
  array = items != NULL ? json_node_get_array (items) : NULL;
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    json_builder_add_value (builder, json_array_dup_element (array, i));
}

static const char *
get_call_id (LobePart *part)
{
  const char *id = lobe_part_get_call_id (part);

  return id != NULL && *id != '\0' ? id : lobe_part_get_name (part);
}

/* Reasoning, what was said, calls with the reasoning before each, and results: each is an item of its own. */
static void
add_message (JsonBuilder *builder,
             LobeRequest *request,
             LobeMessage *message,
             GHashTable  *attachments,
             guint        plain)
{
  g_autofree char *text = lobe_attachments_dup_text (attachments, message);
  GPtrArray *parts = lobe_message_get_parts (message);

  /* reasoning whose answer never came is refused */
  for (guint i = 0; *text != '\0' && i < parts->len; i++)
    {
      if (lobe_part_get_kind (parts->pdata[i]) != LOBE_PART_TOOL_CALL)
        add_signed (builder, request, message, parts->pdata[i], plain);
    }

  add_said (builder, message, text, attachments);

  for (guint i = 0; i < parts->len; i++)
    {
      LobePart *part = parts->pdata[i];
      LobePartKind kind = lobe_part_get_kind (part);
      const char *words = lobe_part_get_text (part);

      if (kind == LOBE_PART_TOOL_CALL)
        {
          add_signed (builder, request, message, part, plain);
          json_builder_begin_object (builder);
          lobe_json_add_string (builder, "type", "function_call");
          lobe_json_add_string (builder, "call_id", get_call_id (part));
          lobe_json_add_string (builder, "name", lobe_part_get_name (part));
          lobe_json_add_string (builder, "arguments", *words != '\0' ? words : "{}");
          json_builder_end_object (builder);
        }
      else if (kind == LOBE_PART_TOOL_RESULT)
        {
          json_builder_begin_object (builder);
          lobe_json_add_string (builder, "type", "function_call_output");
          lobe_json_add_string (builder, "call_id", get_call_id (part));
          lobe_json_add_string (builder, "output", words);
          json_builder_end_object (builder);
        }
    }
}

/* Left to itself a server makes every schema strict, which few schemas are fit for. */
static void
add_tools (JsonBuilder *builder,
           LobeRequest *request)
{
  GPtrArray *tools = lobe_request_get_tools (request);

  if (tools->len == 0)
    return;

  lobe_json_begin_array (builder, "tools");
  for (guint i = 0; i < tools->len; i++)
    {
      json_builder_begin_object (builder);
      lobe_json_add_string (builder, "type", "function");
      lobe_json_add_string (builder, "name", lobe_tool_spec_get_name (tools->pdata[i]));
      lobe_json_add_string (builder, "description", lobe_tool_spec_get_description (tools->pdata[i]));
      lobe_json_add_text (builder, "parameters", lobe_tool_spec_get_parameters (tools->pdata[i]));
      lobe_json_add_boolean (builder, "strict", FALSE);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_schema (JsonBuilder *builder,
            LobeRequest *request)
{
  if (lobe_request_get_schema (request) == NULL)
    return;

  lobe_json_begin_object (builder, "text");
  lobe_json_begin_object (builder, "format");
  lobe_json_add_string (builder, "type", "json_schema");
  lobe_json_add_string (builder, "name", "answer");
  lobe_json_add_text (builder, "schema", lobe_request_get_schema (request));
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

static const char *
get_effort (LobeThink think,
            guint     plain)
{
  if (plain & PLAIN_EFFORT)
    return NULL;

  switch (think)
    {
    case LOBE_THINK_OFF:
      return plain & PLAIN_EFFORT_MINIMAL ? "minimal" : "none";
    case LOBE_THINK_LOW:
      return "low";
    case LOBE_THINK_MEDIUM:
      return "medium";
    case LOBE_THINK_HIGH:
      return "high";
    case LOBE_THINK_DEFAULT:
    case LOBE_THINK_ON:
    default:
      return NULL;
    }
}

/*
 * A model thinks unasked, but tells only when it is asked to, and gives what it needs again only encrypted, as nothing is
 * stored ("Reasoning" in OpenAI's documents; response_create_params.py). Which model thinks is nowhere told: those that
 * are known not to are not asked, the others may refuse.
 */
static void
add_reasoning (JsonBuilder *builder,
               LobeRequest *request,
               guint        plain)
{
  LobeThink think = lobe_request_get_think (request);
  guint version = lobe_exchange_version (lobe_request_get_model (request), "gpt-");
  const char *effort = get_effort (think, plain);
  gboolean thinks = think != LOBE_THINK_OFF && (version == 0 || version >= THINKING_VERSION);
  gboolean summary = thinks && !(plain & PLAIN_SUMMARY);

  if (thinks && !(plain & PLAIN_ENCRYPTED))
    {
      lobe_json_begin_array (builder, "include");
      json_builder_add_string_value (builder, "reasoning.encrypted_content");
      json_builder_end_array (builder);
    }

  if (effort == NULL && !summary)
    return;

  lobe_json_begin_object (builder, "reasoning");
  lobe_json_add_string (builder, "effort", effort);
  if (summary)
    lobe_json_add_string (builder, "summary", "auto");
  json_builder_end_object (builder);
}

/*
 * lobe_openai_responses_body_new:
 * @plain: what lobe_openai_responses_body_plainer () has said
 *
 * Returns: (transfer full): a whole body for POST /v1/responses. The protocol has no stop sequences, seed or top_k
 */
JsonBuilder *
lobe_openai_responses_body_new (LobeRequest *request,
                                GHashTable  *attachments,
                                guint        plain)
{
  JsonBuilder *builder = json_builder_new ();
  GPtrArray *messages = lobe_request_get_messages (request);
  const char *system_prompt = lobe_request_get_system_prompt (request);
  int limit = lobe_request_get_max_tokens (request);

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "model", lobe_request_get_model (request));
  if (system_prompt != NULL && *system_prompt != '\0')
    lobe_json_add_string (builder, "instructions", system_prompt);

  lobe_json_begin_array (builder, "input");
  for (guint i = 0; i < messages->len; i++)
    add_message (builder, request, messages->pdata[i], attachments, plain);
  json_builder_end_array (builder);

  add_tools (builder, request);
  lobe_json_add_boolean (builder, "stream", TRUE);
  /* what is said is kept here and nowhere else */
  lobe_json_add_boolean (builder, "store", FALSE);
  if (!(plain & PLAIN_LIMIT))
    lobe_json_add_int (builder, "max_output_tokens", limit > 0 ? limit : LOBE_STREAM_MAX_TOKENS);
  if (!(plain & PLAIN_SAMPLERS))
    {
      lobe_json_add_double (builder, "temperature", lobe_request_get_temperature (request));
      lobe_json_add_double (builder, "top_p", lobe_request_get_top_p (request));
    }
  add_reasoning (builder, request, plain);
  add_schema (builder, request);
  json_builder_end_object (builder);

  return builder;
}

/*
 * lobe_openai_responses_body_plainer:
 *
 * What one model wants another refuses: temperature where it thinks, reasoning where it does not, a summary where the
 * organisation is not verified, no effort at all; and encrypted reasoning that is no longer good.
 */
guint
lobe_openai_responses_body_plainer (const LobeRefusal *refusal,
                                    LobeRequest       *request,
                                    guint              plain)
{
  if (g_strcmp0 (refusal->code, "invalid_encrypted_content") == 0 ||
      lobe_exchange_mentions (refusal, "could not be verified") || lobe_exchange_mentions (refusal, "of type 'reasoning'"))
    return PLAIN_SIGNATURES;
  if (lobe_exchange_mentions (refusal, "ncrypted content is not supported") || lobe_exchange_mentions (refusal, "include"))
    return PLAIN_ENCRYPTED;
  if (lobe_exchange_mentions (refusal, "summar"))
    return PLAIN_SUMMARY;
  if (lobe_exchange_mentions (refusal, "effort"))
    return lobe_request_get_think (request) == LOBE_THINK_OFF && !(plain & PLAIN_EFFORT_MINIMAL) ? PLAIN_EFFORT_MINIMAL
                                                                                                  : PLAIN_EFFORT;
  if (lobe_exchange_mentions (refusal, "reasoning"))
    return PLAIN_SUMMARY | PLAIN_ENCRYPTED | PLAIN_EFFORT;
  if (lobe_exchange_mentions (refusal, "temperature") || lobe_exchange_mentions (refusal, "top_p"))
    return PLAIN_SAMPLERS;
  if ((lobe_exchange_mentions (refusal, "max_output_tokens") || lobe_exchange_mentions (refusal, "max_tokens") ||
       lobe_exchange_mentions (refusal, "input_tokens")) && lobe_request_get_max_tokens (request) <= 0)
    return PLAIN_LIMIT;

  return 0;
}
