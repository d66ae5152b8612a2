/* lobe-gemini-body.c: what is asked of Gemini */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-gemini-body.h"

#include "base/lobe-json.h"
#include "driver/lobe-attachments.h"
#include "driver/lobe-exchange.h"
#include "driver/lobe-signature.h"

#include <string.h>

/* From 2.5 on models think; from 3 on they have levels for it in place of a budget. */
#define THINKING_VERSION 205
#define LEVELS_VERSION 300

/* What stands in for a signature that is not there, by "Thought signatures" in the documents of the Gemini API. */
#define NO_SIGNATURE "skip_thought_signature_validator"

/* What a model has refused, and is left out. */
enum
{
  PLAIN_THINKING = 1 << 0,
  PLAIN_SIGNATURES = 1 << 1,
  PLAIN_LIMIT = 1 << 2,
};

static void
add_text (JsonBuilder *builder,
          const char  *text,
          const char  *signature)
{
  if (*text == '\0' && signature == NULL)
    return;

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "text", text);
  lobe_json_add_string (builder, "thoughtSignature", signature);
  json_builder_end_object (builder);
}

static void
add_image (JsonBuilder *builder,
           LobePart    *part,
           GHashTable  *attachments)
{
  g_autofree char *data = lobe_attachments_dup_base64 (attachments, part);

  if (data == NULL)
    return;

  json_builder_begin_object (builder);
  lobe_json_begin_object (builder, "inlineData");
  lobe_json_add_string (builder, "mimeType", lobe_part_get_mime_type (part));
  lobe_json_add_string (builder, "data", data);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

static gboolean
is_object (const char *text)
{
  g_autoptr (JsonNode) node = lobe_json_parse (text, -1, NULL);

  return lobe_json_get_object (node) != NULL;
}

static void
add_call (JsonBuilder *builder,
          LobePart    *part,
          const char  *signature)
{
  const char *arguments = lobe_part_get_text (part);

  json_builder_begin_object (builder);
  lobe_json_begin_object (builder, "functionCall");
  lobe_json_add_string (builder, "id", lobe_part_get_call_id (part));
  lobe_json_add_string (builder, "name", lobe_part_get_name (part));
  lobe_json_add_text (builder, "args", is_object (arguments) ? arguments : "{}");
  json_builder_end_object (builder);
  lobe_json_add_string (builder, "thoughtSignature", signature);
  json_builder_end_object (builder);
}

/* A result has to be an object; "result" is the name that the documents give to anything else. */
static void
add_result (JsonBuilder *builder,
            LobePart    *part)
{
  const char *result = lobe_part_get_text (part);

  json_builder_begin_object (builder);
  lobe_json_begin_object (builder, "functionResponse");
  lobe_json_add_string (builder, "id", lobe_part_get_call_id (part));
  lobe_json_add_string (builder, "name", lobe_part_get_name (part));
  if (is_object (result))
    {
      lobe_json_add_text (builder, "response", result);
    }
  else
    {
      lobe_json_begin_object (builder, "response");
      lobe_json_add_string (builder, "result", result);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

/* What came with the last part that is no call. */
static const char *
find_signature (LobeRequest *request,
                LobeMessage *message)
{
  GPtrArray *parts = lobe_message_get_parts (message);

  for (guint i = parts->len; i-- > 0;)
    {
      const char *signature = lobe_signature_open (request, message, parts->pdata[i], LOBE_GEMINI_OWNER);

      if (signature != NULL && lobe_part_get_kind (parts->pdata[i]) != LOBE_PART_TOOL_CALL)
        return signature;
    }

  return NULL;
}

static void
add_model (JsonBuilder *builder,
           LobeRequest *request,
           LobeMessage *message,
           const char  *text,
           guint        plain)
{
  GPtrArray *parts = lobe_message_get_parts (message);
  gboolean first = TRUE;

  add_text (builder, text, plain & PLAIN_SIGNATURES ? NULL : find_signature (request, message));

  /* only the first of calls that were made at once is signed */
  for (guint i = 0; i < parts->len; i++)
    {
      LobePart *part = parts->pdata[i];
      const char *signature;

      if (lobe_part_get_kind (part) != LOBE_PART_TOOL_CALL)
        continue;

      signature = plain & PLAIN_SIGNATURES ? NULL : lobe_signature_open (request, message, part, LOBE_GEMINI_OWNER);
      if (first && plain & PLAIN_SIGNATURES)
        signature = NO_SIGNATURE;
      add_call (builder, part, signature);
      first = FALSE;
    }
}

static void
add_user (JsonBuilder *builder,
          LobeMessage *message,
          const char  *text,
          GHashTable  *attachments)
{
  GPtrArray *parts = lobe_message_get_parts (message);

  for (guint i = 0; i < parts->len; i++)
    {
      if (lobe_part_get_kind (parts->pdata[i]) == LOBE_PART_TOOL_RESULT)
        add_result (builder, parts->pdata[i]);
      else
        add_image (builder, parts->pdata[i], attachments);
    }
  add_text (builder, text, NULL);
}

static gboolean
is_empty (LobeMessage *message,
          const char  *text)
{
  return *text == '\0' && lobe_message_get_part (message, LOBE_PART_IMAGE) == NULL &&
         lobe_message_get_part (message, LOBE_PART_TOOL_CALL) == NULL &&
         lobe_message_get_part (message, LOBE_PART_TOOL_RESULT) == NULL;
}

/* Messages of one role become one content: results of calls that were made at once belong together. */
static void
add_contents (JsonBuilder *builder,
              LobeRequest *request,
              GHashTable  *attachments,
              guint        plain)
{
  GPtrArray *messages = lobe_request_get_messages (request);
  const char *current = NULL;

  lobe_json_begin_array (builder, "contents");
  for (guint i = 0; i < messages->len; i++)
    {
      LobeMessage *message = messages->pdata[i];
      LobeRole role = lobe_message_get_role (message);
      const char *name = role == LOBE_ROLE_ASSISTANT ? "model" : "user";
      g_autofree char *text = lobe_attachments_dup_text (attachments, message);

      if (role == LOBE_ROLE_SYSTEM || is_empty (message, text))
        continue;

      if (current != NULL && strcmp (current, name) != 0)
        {
          json_builder_end_array (builder);
          json_builder_end_object (builder);
        }
      if (current == NULL || strcmp (current, name) != 0)
        {
          json_builder_begin_object (builder);
          lobe_json_add_string (builder, "role", name);
          lobe_json_begin_array (builder, "parts");
        }
      current = name;

      if (role == LOBE_ROLE_ASSISTANT)
        add_model (builder, request, message, text, plain);
      else
        add_user (builder, message, text, attachments);
    }
  if (current != NULL)
    {
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_system (JsonBuilder *builder,
            LobeRequest *request,
            GHashTable  *attachments)
{
  const char *prompt = lobe_request_get_system_prompt (request);
  GPtrArray *messages = lobe_request_get_messages (request);
  gboolean any = prompt != NULL && *prompt != '\0';

  for (guint i = 0; i < messages->len; i++)
    any |= lobe_message_get_role (messages->pdata[i]) == LOBE_ROLE_SYSTEM;
  if (!any)
    return;

  lobe_json_begin_object (builder, "systemInstruction");
  lobe_json_begin_array (builder, "parts");
  if (prompt != NULL)
    add_text (builder, prompt, NULL);
  for (guint i = 0; i < messages->len; i++)
    {
      g_autofree char *text = NULL;

      if (lobe_message_get_role (messages->pdata[i]) != LOBE_ROLE_SYSTEM)
        continue;
      text = lobe_attachments_dup_text (attachments, messages->pdata[i]);
      add_text (builder, text, NULL);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

static void
add_tools (JsonBuilder *builder,
           LobeRequest *request)
{
  GPtrArray *tools = lobe_request_get_tools (request);

  if (tools->len == 0)
    return;

  lobe_json_begin_array (builder, "tools");
  json_builder_begin_object (builder);
  lobe_json_begin_array (builder, "functionDeclarations");
  for (guint i = 0; i < tools->len; i++)
    {
      json_builder_begin_object (builder);
      lobe_json_add_string (builder, "name", lobe_tool_spec_get_name (tools->pdata[i]));
      lobe_json_add_string (builder, "description", lobe_tool_spec_get_description (tools->pdata[i]));
      /* "parameters" takes only a part of JSON Schema */
      lobe_json_add_text (builder, "parametersJsonSchema", lobe_tool_spec_get_parameters (tools->pdata[i]));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  json_builder_end_array (builder);
}

/* The level for a model of version 3; it cannot be switched off there. */
static const char *
get_level (LobeThink think)
{
  switch (think)
    {
    case LOBE_THINK_OFF:
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

/* The budget for a model before that, tokens, of at most 24576; -1: as much as it wants. */
static int
get_budget (LobeThink think)
{
  switch (think)
    {
    case LOBE_THINK_OFF:
      return 0;
    case LOBE_THINK_LOW:
      return 1024;
    case LOBE_THINK_MEDIUM:
      return 8192;
    case LOBE_THINK_HIGH:
      return 24576;
    case LOBE_THINK_DEFAULT:
    case LOBE_THINK_ON:
    default:
      return -1;
    }
}

/* "Thinking" in the documents of the Gemini API. A model thinks unasked, but shows it only when it is asked to. */
static void
add_thinking (JsonBuilder *builder,
              LobeRequest *request,
              guint        plain)
{
  LobeThink think = lobe_request_get_think (request);
  guint version = lobe_exchange_version (lobe_request_get_model (request), "gemini-");

  if (plain & PLAIN_THINKING || (think == LOBE_THINK_DEFAULT && version < THINKING_VERSION))
    return;

  lobe_json_begin_object (builder, "thinkingConfig");
  lobe_json_add_boolean (builder, "includeThoughts", think != LOBE_THINK_OFF);
  if (version >= LEVELS_VERSION)
    {
      lobe_json_add_string (builder, "thinkingLevel", get_level (think));
    }
  else if (think != LOBE_THINK_DEFAULT)
    {
      json_builder_set_member_name (builder, "thinkingBudget");
      json_builder_add_int_value (builder, get_budget (think));
    }
  json_builder_end_object (builder);
}

static void
add_config (JsonBuilder *builder,
            LobeRequest *request,
            guint        plain)
{
  const char *const *stop = lobe_request_get_stop (request);
  const char *schema = lobe_request_get_schema (request);
  int limit = lobe_request_get_max_tokens (request);
  int top_k = lobe_request_get_top_k (request);

  lobe_json_begin_object (builder, "generationConfig");
  if (!(plain & PLAIN_LIMIT))
    lobe_json_add_int (builder, "maxOutputTokens", limit > 0 ? limit : LOBE_STREAM_MAX_TOKENS);
  lobe_json_add_double (builder, "temperature", lobe_request_get_temperature (request));
  lobe_json_add_double (builder, "topP", lobe_request_get_top_p (request));
  if (top_k > 0)
    lobe_json_add_int (builder, "topK", top_k);
  lobe_json_add_int (builder, "seed", lobe_request_get_seed (request));
  if (stop != NULL && stop[0] != NULL)
    {
      lobe_json_begin_array (builder, "stopSequences");
      for (guint i = 0; stop[i] != NULL; i++)
        json_builder_add_string_value (builder, stop[i]);
      json_builder_end_array (builder);
    }
  if (schema != NULL)
    {
      lobe_json_add_string (builder, "responseMimeType", "application/json");
      lobe_json_add_text (builder, "responseJsonSchema", schema);
    }
  add_thinking (builder, request, plain);
  json_builder_end_object (builder);
}

/*
 * lobe_gemini_body_new:
 * @plain: what lobe_gemini_body_plainer () has said
 *
 * Returns: (transfer full): a whole body for streamGenerateContent; the model stands in the address
 */
JsonBuilder *
lobe_gemini_body_new (LobeRequest *request,
                      GHashTable  *attachments,
                      guint        plain)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_system (builder, request, attachments);
  add_contents (builder, request, attachments, plain);
  add_tools (builder, request);
  add_config (builder, request, plain);
  json_builder_end_object (builder);

  return builder;
}

/*
 * lobe_gemini_body_plainer:
 *
 * What one model wants another refuses: to think less, or at all; more tokens than it can write; and a signature that is
 * missing or no longer good ("Function call is missing a thought_signature", "Corrupted thought signature").
 */
guint
lobe_gemini_body_plainer (const LobeRefusal *refusal,
                          LobeRequest       *request,
                          guint              plain)
{
  if (lobe_exchange_mentions (refusal, "thought_signature") || lobe_exchange_mentions (refusal, "hought signature"))
    return PLAIN_SIGNATURES;
  if (lobe_exchange_mentions (refusal, "hinking"))
    return PLAIN_THINKING;
  if (lobe_exchange_mentions (refusal, "max") && lobe_exchange_mentions (refusal, "utput") &&
      lobe_exchange_mentions (refusal, "oken") && lobe_request_get_max_tokens (request) <= 0)
    return PLAIN_LIMIT;

  return 0;
}
