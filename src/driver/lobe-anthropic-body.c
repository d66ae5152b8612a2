/* lobe-anthropic-body.c: what is asked of Messages */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-anthropic-body.h"

#include "base/lobe-json.h"
#include "driver/lobe-attachments.h"
#include "driver/lobe-exchange.h"
#include "driver/lobe-signature.h"

#include <string.h>

/* The least budget for thinking that the protocol takes, tokens. */
#define MIN_BUDGET 1024

/* What every model of Anthropic's can write, tokens: the first ones of version 3 refuse more. */
#define SAFE_LIMIT 4096

/* From here on a model thinks as much as it wants ("adaptive"); a budget is refused from 4.7 on, and not wanted before. */
#define ADAPTIVE_VERSION 406

/* What a model has refused, and is left out. */
enum
{
  PLAIN_SAMPLERS = 1 << 0,
  PLAIN_OTHER_THINKING = 1 << 1,  /* a budget where it was "adaptive", and the other way round */
  PLAIN_NO_THINKING = 1 << 2,
  PLAIN_EFFORT = 1 << 3,
  PLAIN_SIGNATURES = 1 << 4,
  PLAIN_LIMIT = 1 << 5,
};

static void
begin_block (JsonBuilder *builder,
             const char  *type)
{
  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "type", type);
}

static void
add_text (JsonBuilder *builder,
          const char  *text)
{
  /* an empty block is refused */
  if (*text == '\0')
    return;

  begin_block (builder, "text");
  lobe_json_add_string (builder, "text", text);
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

  begin_block (builder, "image");
  lobe_json_begin_object (builder, "source");
  lobe_json_add_string (builder, "type", "base64");
  lobe_json_add_string (builder, "media_type", lobe_part_get_mime_type (part));
  lobe_json_add_string (builder, "data", data);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

/* What a call is known by; servers that don't name their calls run one of a tool at a time. */
static const char *
get_call_id (LobePart *part)
{
  const char *id = lobe_part_get_call_id (part);

  return id != NULL && *id != '\0' ? id : lobe_part_get_name (part);
}

static void
add_input (JsonBuilder *builder,
           const char  *arguments)
{
  g_autoptr (JsonNode) node = lobe_json_parse (arguments, -1, NULL);

  /* what was cut off is no JSON, and the protocol takes nothing else */
  if (lobe_json_get_object (node) != NULL)
    lobe_json_add_text (builder, "input", arguments);
  else
    lobe_json_add_text (builder, "input", "{}");
}

static void
add_signed (JsonBuilder *builder,
            LobeRequest *request,
            LobeMessage *message,
            LobePart    *part)
{
  g_autoptr (JsonNode) blocks = lobe_signature_open_json (request, message, part, LOBE_ANTHROPIC_OWNER);
  JsonArray *array = blocks != NULL ? json_node_get_array (blocks) : NULL;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    json_builder_add_value (builder, json_array_dup_element (array, i));
}

static void
add_assistant (JsonBuilder *builder,
               LobeRequest *request,
               LobeMessage *message,
               const char  *text,
               gboolean     thinking)
{
  GPtrArray *parts = lobe_message_get_parts (message);

  for (guint i = 0; thinking && i < parts->len; i++)
    {
      if (lobe_part_get_kind (parts->pdata[i]) != LOBE_PART_TOOL_CALL)
        add_signed (builder, request, message, parts->pdata[i]);
    }

  add_text (builder, text);

  for (guint i = 0; i < parts->len; i++)
    {
      LobePart *part = parts->pdata[i];

      if (lobe_part_get_kind (part) != LOBE_PART_TOOL_CALL)
        continue;

      if (thinking)
        add_signed (builder, request, message, part);
      begin_block (builder, "tool_use");
      lobe_json_add_string (builder, "id", get_call_id (part));
      lobe_json_add_string (builder, "name", lobe_part_get_name (part));
      add_input (builder, lobe_part_get_text (part));
      json_builder_end_object (builder);
    }
}

static void
add_user (JsonBuilder *builder,
          LobeMessage *message,
          const char  *text,
          GHashTable  *attachments)
{
  GPtrArray *parts = lobe_message_get_parts (message);

  /* results first: the protocol wants them directly behind the calls; pictures before what is said of them */
  for (guint i = 0; i < parts->len; i++)
    {
      if (lobe_part_get_kind (parts->pdata[i]) != LOBE_PART_TOOL_RESULT)
        continue;

      begin_block (builder, "tool_result");
      lobe_json_add_string (builder, "tool_use_id", get_call_id (parts->pdata[i]));
      lobe_json_add_string (builder, "content", lobe_part_get_text (parts->pdata[i]));
      json_builder_end_object (builder);
    }
  for (guint i = 0; i < parts->len; i++)
    add_image (builder, parts->pdata[i], attachments);
  add_text (builder, text);
}

/* Whether a message says anything to a model: an answer that never came does not. */
static gboolean
is_empty (LobeMessage *message,
          const char  *text)
{
  return *text == '\0' && lobe_message_get_part (message, LOBE_PART_IMAGE) == NULL &&
         lobe_message_get_part (message, LOBE_PART_TOOL_CALL) == NULL &&
         lobe_message_get_part (message, LOBE_PART_TOOL_RESULT) == NULL;
}

/* The first message of the turn under way: all behind what the person said last. Only there thinking goes back. */
static guint
find_turn (GPtrArray *messages)
{
  for (guint i = messages->len; i-- > 0;)
    {
      if (lobe_message_get_role (messages->pdata[i]) == LOBE_ROLE_USER)
        return i + 1;
    }

  return 0;
}

static void
set_role (JsonBuilder  *builder,
          const char  **current,
          const char   *role)
{
  if (*current != NULL && strcmp (*current, role) == 0)
    return;

  /* a chat may begin with an answer, but a request has to begin with the person */
  if (*current == NULL && strcmp (role, "assistant") == 0)
    {
      set_role (builder, current, "user");
      add_text (builder, "…");
    }

  if (*current != NULL)
    {
      json_builder_end_array (builder);
      json_builder_end_object (builder);
    }
  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "role", role);
  lobe_json_begin_array (builder, "content");
  *current = role;
}

/* Roles have to alternate: messages of one role become one. Instructions between them stand in front of everything. */
static void
add_messages (JsonBuilder *builder,
              LobeRequest *request,
              GHashTable  *attachments,
              guint        plain)
{
  GPtrArray *messages = lobe_request_get_messages (request);
  guint turn = find_turn (messages);
  const char *current = NULL;

  lobe_json_begin_array (builder, "messages");
  for (guint i = 0; i < messages->len; i++)
    {
      LobeMessage *message = messages->pdata[i];
      g_autofree char *text = lobe_attachments_dup_text (attachments, message);

      if (lobe_message_get_role (message) == LOBE_ROLE_SYSTEM || is_empty (message, text))
        continue;

      if (lobe_message_get_role (message) == LOBE_ROLE_ASSISTANT)
        {
          set_role (builder, &current, "assistant");
          add_assistant (builder, request, message, text, i >= turn && !(plain & PLAIN_SIGNATURES));
        }
      else
        {
          set_role (builder, &current, "user");
          add_user (builder, message, text, attachments);
        }
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
  g_autoptr (GString) system = g_string_new (lobe_request_get_system_prompt (request));
  GPtrArray *messages = lobe_request_get_messages (request);

  for (guint i = 0; i < messages->len; i++)
    {
      g_autofree char *text = NULL;

      if (lobe_message_get_role (messages->pdata[i]) != LOBE_ROLE_SYSTEM)
        continue;

      text = lobe_attachments_dup_text (attachments, messages->pdata[i]);
      g_string_append_printf (system, "%s%s", system->len > 0 ? "\n\n" : "", text);
    }

  if (system->len > 0)
    lobe_json_add_string (builder, "system", system->str);
}

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
      const char *parameters = lobe_tool_spec_get_parameters (tools->pdata[i]);

      json_builder_begin_object (builder);
      lobe_json_add_string (builder, "name", lobe_tool_spec_get_name (tools->pdata[i]));
      lobe_json_add_string (builder, "description", lobe_tool_spec_get_description (tools->pdata[i]));
      lobe_json_add_text (builder, "input_schema", parameters != NULL ? parameters : "{\"type\":\"object\"}");
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* How much a level is worth where a model wants a number, tokens. */
static int
get_budget (LobeThink think)
{
  switch (think)
    {
    case LOBE_THINK_LOW:
      return 2048;
    case LOBE_THINK_HIGH:
      return 16384;
    case LOBE_THINK_ON:
    case LOBE_THINK_MEDIUM:
      return 8192;
    case LOBE_THINK_DEFAULT:
    case LOBE_THINK_OFF:
    default:
      return 0;
    }
}

static const char *
get_effort (LobeThink think)
{
  switch (think)
    {
    case LOBE_THINK_LOW:
      return "low";
    case LOBE_THINK_MEDIUM:
      return "medium";
    case LOBE_THINK_HIGH:
      return "high";
    case LOBE_THINK_DEFAULT:
    case LOBE_THINK_OFF:
    case LOBE_THINK_ON:
    default:
      return NULL;
    }
}

/*
 * Two ways to have a model think (thinking_config_*_param.py of Anthropic's Python client; "Adaptive thinking" in its
 * documents): "adaptive" with an effort from 4.6 on, a budget before. The limit of tokens counts thinking too, so a
 * budget comes on top of our own limit, and has to find room in one that the person set.
 */
static void
add_thinking (JsonBuilder *builder,
              LobeRequest *request,
              guint        plain)
{
  LobeThink think = plain & (PLAIN_NO_THINKING | PLAIN_SIGNATURES) ? LOBE_THINK_DEFAULT : lobe_request_get_think (request);
  gboolean adaptive = (lobe_exchange_version (lobe_request_get_model (request), "claude-") >= ADAPTIVE_VERSION) !=
                      ((plain & PLAIN_OTHER_THINKING) != 0);
  int limit = lobe_request_get_max_tokens (request);
  int budget = get_budget (think);

  if (!adaptive && limit > 0)
    budget = MIN (budget, limit - limit / 4);
  if (!adaptive && budget < MIN_BUDGET)
    budget = 0;
  if (limit <= 0)
    limit = plain & PLAIN_LIMIT ? SAFE_LIMIT : LOBE_STREAM_MAX_TOKENS + budget;
  lobe_json_add_int (builder, "max_tokens", limit);

  if (budget > 0)
    {
      lobe_json_begin_object (builder, "thinking");
      lobe_json_add_string (builder, "type", adaptive ? "adaptive" : "enabled");
      if (adaptive)
        lobe_json_add_string (builder, "display", "summarized"); /* newer models show nothing otherwise */
      else
        lobe_json_add_int (builder, "budget_tokens", budget);
      json_builder_end_object (builder);
    }
  else if (think == LOBE_THINK_OFF)
    {
      lobe_json_begin_object (builder, "thinking");
      lobe_json_add_string (builder, "type", "disabled");
      json_builder_end_object (builder);
    }

  if (!adaptive || plain & PLAIN_EFFORT)
    think = LOBE_THINK_DEFAULT;
  if (get_effort (think) == NULL && lobe_request_get_schema (request) == NULL)
    return;

  /* the schema of an answer: "Structured outputs" in Anthropic's documents, json_output_format_param.py */
  lobe_json_begin_object (builder, "output_config");
  lobe_json_add_string (builder, "effort", get_effort (think));
  if (lobe_request_get_schema (request) != NULL)
    {
      lobe_json_begin_object (builder, "format");
      lobe_json_add_string (builder, "type", "json_schema");
      lobe_json_add_text (builder, "schema", lobe_request_get_schema (request));
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
}

/* A model that thinks takes no temperature and no top_k ("Extended thinking" in Anthropic's documents). */
static void
add_samplers (JsonBuilder *builder,
              LobeRequest *request)
{
  const char *const *stop = lobe_request_get_stop (request);
  int top_k = lobe_request_get_top_k (request);

  if (lobe_request_get_think (request) <= LOBE_THINK_OFF)
    {
      /* 0 to 1 here, where others go to 2 */
      lobe_json_add_double (builder, "temperature", MIN (lobe_request_get_temperature (request), 1.0));
      lobe_json_add_double (builder, "top_p", lobe_request_get_top_p (request));
      if (top_k > 0)
        lobe_json_add_int (builder, "top_k", top_k);
    }

  if (stop == NULL || stop[0] == NULL)
    return;

  lobe_json_begin_array (builder, "stop_sequences");
  for (guint i = 0; stop[i] != NULL; i++)
    json_builder_add_string_value (builder, stop[i]);
  json_builder_end_array (builder);
}

/*
 * lobe_anthropic_body_new:
 * @plain: what lobe_anthropic_body_plainer () has said
 *
 * Returns: (transfer full): a whole body for POST /v1/messages
 */
JsonBuilder *
lobe_anthropic_body_new (LobeRequest *request,
                         GHashTable  *attachments,
                         guint        plain)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "model", lobe_request_get_model (request));
  add_system (builder, request, attachments);
  add_messages (builder, request, attachments, plain);
  add_tools (builder, request);
  lobe_json_add_boolean (builder, "stream", TRUE);
  add_thinking (builder, request, plain);
  if (!(plain & PLAIN_SAMPLERS))
    add_samplers (builder, request);
  json_builder_end_object (builder);

  return builder;
}

/*
 * lobe_anthropic_body_plainer:
 *
 * What one model wants another refuses: a budget or "adaptive", temperature and top_p at once or at all, an effort, more
 * tokens than the first models can write; and signatures that are no longer good.
 */
guint
lobe_anthropic_body_plainer (const LobeRefusal *refusal,
                             LobeRequest       *request,
                             guint              plain)
{
  gboolean thinks = lobe_request_get_think (request) != LOBE_THINK_DEFAULT;

  if (lobe_exchange_mentions (refusal, "signature") || lobe_exchange_mentions (refusal, "must start with a thinking block"))
    return PLAIN_SIGNATURES;
  if (lobe_exchange_mentions (refusal, "effort"))
    return PLAIN_EFFORT;
  if (thinks && (lobe_exchange_mentions (refusal, "thinking") || lobe_exchange_mentions (refusal, "budget_tokens")))
    return plain & PLAIN_OTHER_THINKING ? PLAIN_NO_THINKING : PLAIN_OTHER_THINKING;
  if (lobe_exchange_mentions (refusal, "temperature") || lobe_exchange_mentions (refusal, "top_p") ||
      lobe_exchange_mentions (refusal, "top_k"))
    return PLAIN_SAMPLERS;
  if (lobe_exchange_mentions (refusal, "max_tokens") && lobe_request_get_max_tokens (request) <= 0)
    return PLAIN_LIMIT | PLAIN_NO_THINKING;

  return 0;
}
