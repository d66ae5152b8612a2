/* lobe-openai-body.c: what is asked of chat completions, and what a server of that family takes beside it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-openai-body.h"

#include "base/lobe-json.h"
#include "driver/lobe-attachments.h"

static void
add_text_part (JsonBuilder *builder,
               const char  *text)
{
  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "type", "text");
  lobe_json_add_string (builder, "text", text);
  json_builder_end_object (builder);
}

static void
add_image_part (JsonBuilder *builder,
                LobePart    *part,
                GHashTable  *attachments)
{
  g_autofree char *data = lobe_attachments_dup_base64 (attachments, part);
  g_autofree char *uri = NULL;

  if (data == NULL)
    return;

  uri = g_strconcat ("data:", lobe_part_get_mime_type (part), ";base64,", data, NULL);
  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "type", "image_url");
  lobe_json_begin_object (builder, "image_url");
  lobe_json_add_string (builder, "url", uri);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

/* Text alone is a string, which every server takes; with pictures it is an array of parts. */
static void
add_content (JsonBuilder *builder,
             LobeMessage *message,
             const char  *text,
             GHashTable  *attachments)
{
  GPtrArray *parts = lobe_message_get_parts (message);

  json_builder_set_member_name (builder, "content");
  if (lobe_message_get_part (message, LOBE_PART_IMAGE) == NULL)
    {
      json_builder_add_string_value (builder, text);
      return;
    }

  json_builder_begin_array (builder);
  if (*text != '\0')
    add_text_part (builder, text);
  for (guint i = 0; i < parts->len; i++)
    add_image_part (builder, g_ptr_array_index (parts, i), attachments);
  json_builder_end_array (builder);
}

/* What the model called before; each call is answered by a message of its own. */
static void
add_calls (JsonBuilder *builder,
           LobeMessage *message)
{
  GPtrArray *parts = lobe_message_get_parts (message);

  lobe_json_begin_array (builder, "tool_calls");
  for (guint i = 0; i < parts->len; i++)
    {
      LobePart *part = g_ptr_array_index (parts, i);
      const char *arguments = lobe_part_get_text (part);

      if (lobe_part_get_kind (part) != LOBE_PART_TOOL_CALL)
        continue;

      json_builder_begin_object (builder);
      lobe_json_add_string (builder, "id", lobe_part_get_call_id (part));
      lobe_json_add_string (builder, "type", "function");
      lobe_json_begin_object (builder, "function");
      lobe_json_add_string (builder, "name", lobe_part_get_name (part));
      lobe_json_add_string (builder, "arguments", arguments != NULL && *arguments != '\0' ? arguments : "{}");
      json_builder_end_object (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_results (JsonBuilder *builder,
             LobeMessage *message)
{
  GPtrArray *parts = lobe_message_get_parts (message);

  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      LobePart *part = g_ptr_array_index (parts, i);

      if (lobe_part_get_kind (part) != LOBE_PART_TOOL_RESULT)
        continue;

      json_builder_begin_object (builder);
      lobe_json_add_string (builder, "role", "tool");
      lobe_json_add_string (builder, "tool_call_id", lobe_part_get_call_id (part));
      lobe_json_add_string (builder, "content", lobe_part_get_text (part));
      json_builder_end_object (builder);
    }
}

static void
add_message (JsonBuilder *builder,
             LobeMessage *message,
             GHashTable  *attachments)
{
  gboolean calls = lobe_message_get_part (message, LOBE_PART_TOOL_CALL) != NULL;
  g_autofree char *text = lobe_attachments_dup_text (attachments, message);

  if (lobe_message_get_role (message) == LOBE_ROLE_TOOL)
    {
      add_results (builder, message);
      return;
    }

  /* an answer that never came is nothing to a model */
  if (*text == '\0' && !calls && lobe_message_get_part (message, LOBE_PART_IMAGE) == NULL)
    return;

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "role", lobe_role_get_nick (lobe_message_get_role (message)));
  add_content (builder, message, text, attachments);
  if (calls)
    add_calls (builder, message);
  json_builder_end_object (builder);
}

/* Adds "messages": the instructions first, then what was said. */
void
lobe_openai_body_add_messages (JsonBuilder *builder,
                               LobeRequest *request,
                               GHashTable  *attachments)
{
  GPtrArray *messages = lobe_request_get_messages (request);
  const char *system_prompt = lobe_request_get_system_prompt (request);

  lobe_json_begin_array (builder, "messages");
  if (system_prompt != NULL && *system_prompt != '\0')
    {
      json_builder_begin_object (builder);
      lobe_json_add_string (builder, "role", "system");
      lobe_json_add_string (builder, "content", system_prompt);
      json_builder_end_object (builder);
    }
  for (guint i = 0; i < messages->len; i++)
    add_message (builder, g_ptr_array_index (messages, i), attachments);
  json_builder_end_array (builder);
}

/* Adds "tools", if there are any. */
void
lobe_openai_body_add_tools (JsonBuilder *builder,
                            LobeRequest *request)
{
  GPtrArray *tools = lobe_request_get_tools (request);

  if (tools == NULL || tools->len == 0)
    return;

  lobe_json_begin_array (builder, "tools");
  for (guint i = 0; i < tools->len; i++)
    {
      LobeToolSpec *tool = g_ptr_array_index (tools, i);

      json_builder_begin_object (builder);
      lobe_json_add_string (builder, "type", "function");
      lobe_json_begin_object (builder, "function");
      lobe_json_add_string (builder, "name", lobe_tool_spec_get_name (tool));
      lobe_json_add_string (builder, "description", lobe_tool_spec_get_description (tool));
      lobe_json_add_text (builder, "parameters", lobe_tool_spec_get_parameters (tool));
      json_builder_end_object (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_schema (JsonBuilder     *builder,
            LobeOpenaiTakes  takes,
            const char      *schema)
{
  if (schema == NULL)
    return;

  lobe_json_begin_object (builder, "response_format");
  if (takes & LOBE_OPENAI_TAKES_GRAMMAR)
    {
      lobe_json_add_string (builder, "type", "json");
      lobe_json_add_text (builder, "value", schema);
    }
  else
    {
      lobe_json_add_string (builder, "type", "json_schema");
      lobe_json_begin_object (builder, "json_schema");
      lobe_json_add_string (builder, "name", "answer");
      lobe_json_add_text (builder, "schema", schema);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
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
 * Adds "chat_template_kwargs", if they say anything. Templates name the switch differently (Qwen enable_thinking,
 * DeepSeek and Granite thinking) and read over names that they don't know. What goes on with an answer has thought
 * already, and llama-server refuses to do both.
 */
void
lobe_openai_body_add_template (JsonBuilder *builder,
                               LobeRequest *request)
{
  LobeThink think = lobe_request_get_prefill (request) ? LOBE_THINK_OFF : lobe_request_get_think (request);

  if (think == LOBE_THINK_DEFAULT)
    return;

  lobe_json_begin_object (builder, "chat_template_kwargs");
  lobe_json_add_boolean (builder, "enable_thinking", think != LOBE_THINK_OFF);
  lobe_json_add_boolean (builder, "thinking", think != LOBE_THINK_OFF);
  lobe_json_add_string (builder, "reasoning_effort", get_effort (think));
  json_builder_end_object (builder);
}

static void
add_stop (JsonBuilder        *builder,
          const char * const *stop)
{
  if (stop == NULL || stop[0] == NULL)
    return;

  lobe_json_begin_array (builder, "stop");
  for (guint i = 0; stop[i] != NULL; i++)
    json_builder_add_string_value (builder, stop[i]);
  json_builder_end_array (builder);
}

/* The parameters, but for those that the server said it does not take. */
static void
add_parameters (JsonBuilder            *builder,
                const LobeOpenaiServer *server,
                LobeRequest            *request,
                GHashTable             *left_out)
{
  const struct
  {
    const char *name;
    double      value;
  } doubles[] = {
    { "temperature", lobe_request_get_temperature (request) },
    { "top_p", lobe_request_get_top_p (request) },
    { "min_p", server->takes & LOBE_OPENAI_TAKES_SAMPLERS ? lobe_request_get_min_p (request) : -1.0 },
    { server->repeat_penalty, lobe_request_get_repeat_penalty (request) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (doubles); i++)
    {
      if (doubles[i].name != NULL && !g_hash_table_contains (left_out, doubles[i].name))
        lobe_json_add_double (builder, doubles[i].name, doubles[i].value);
    }

  if (server->takes & LOBE_OPENAI_TAKES_SAMPLERS && lobe_request_get_top_k (request) > 0)
    lobe_json_add_int (builder, "top_k", lobe_request_get_top_k (request));
  if (!g_hash_table_contains (left_out, "seed"))
    lobe_json_add_int (builder, "seed", lobe_request_get_seed (request));
  if (!g_hash_table_contains (left_out, "stop"))
    add_stop (builder, lobe_request_get_stop (request));
  if (server->takes & LOBE_OPENAI_TAKES_EFFORT && !g_hash_table_contains (left_out, "reasoning_effort"))
    lobe_json_add_string (builder, "reasoning_effort", get_effort (lobe_request_get_think (request)));
  if (server->takes & LOBE_OPENAI_TAKES_TEMPLATE)
    lobe_openai_body_add_template (builder, request);
}

/*
 * lobe_openai_body_new:
 * @server: what the server takes
 * @request: what to have answered
 * @attachments: its attached files
 * @limit: (nullable): the member that holds the limit of tokens; %NULL for none
 * @left_out: (element-type utf8 utf8): names of members that the server has refused
 *
 * Returns: (transfer full): a whole body
 */
JsonBuilder *
lobe_openai_body_new (const LobeOpenaiServer *server,
                      LobeRequest            *request,
                      GHashTable             *attachments,
                      const char             *limit,
                      GHashTable             *left_out)
{
  JsonBuilder *builder = json_builder_new ();
  int max_tokens = lobe_request_get_max_tokens (request);

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "model", lobe_request_get_model (request));
  lobe_openai_body_add_messages (builder, request, attachments);
  lobe_openai_body_add_tools (builder, request);
  lobe_json_add_boolean (builder, "stream", TRUE);
  if (!g_hash_table_contains (left_out, "stream_options"))
    {
      lobe_json_begin_object (builder, "stream_options");
      lobe_json_add_boolean (builder, "include_usage", TRUE);
      json_builder_end_object (builder);
    }
  if (limit != NULL)
    lobe_json_add_int (builder, limit, max_tokens > 0 ? max_tokens : LOBE_STREAM_MAX_TOKENS);
  add_parameters (builder, server, request, left_out);
  add_schema (builder, server->takes, lobe_request_get_schema (request));
  if (server->add != NULL)
    server->add (builder, request);
  json_builder_end_object (builder);

  return builder;
}
