/* lobe-ollama-request.c: what Ollama is asked, as its api/types.go has it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-ollama-driver-private.h"

#include "base/lobe-json.h"
#include "driver/lobe-attachments.h"
#include "driver/lobe-plain-prompt.h"

/* JSON that somebody else wrote, as a member; nothing where it is none. */
static void
add_json (JsonBuilder *builder,
          const char  *member,
          const char  *text)
{
  JsonNode *node = text != NULL ? lobe_json_parse (text, -1, NULL) : NULL;

  if (node == NULL)
    return;

  json_builder_set_member_name (builder, member);
  json_builder_add_value (builder, node);
}

static void
add_images (JsonBuilder *builder,
            GPtrArray   *images)
{
  if (images->len == 0)
    return;

  lobe_json_begin_array (builder, "images");
  for (guint i = 0; i < images->len; i++)
    json_builder_add_string_value (builder, g_ptr_array_index (images, i));
  json_builder_end_array (builder);
}

static void
collect_images (GPtrArray   *images,
                LobeMessage *message,
                GHashTable  *attachments)
{
  GPtrArray *parts = lobe_message_get_parts (message);

  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      char *image = lobe_attachments_dup_base64 (attachments, g_ptr_array_index (parts, i));

      if (image != NULL)
        g_ptr_array_add (images, image);
    }
}

static guint
count_parts (LobeMessage  *message,
             LobePartKind  kind)
{
  GPtrArray *parts = lobe_message_get_parts (message);
  guint n = 0;

  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      if (lobe_part_get_kind (g_ptr_array_index (parts, i)) == kind)
        n++;
    }

  return n;
}

/* Each call whole, its arguments as an object. */
static void
add_calls (JsonBuilder *builder,
           LobeMessage *message)
{
  GPtrArray *parts = lobe_message_get_parts (message);

  lobe_json_begin_array (builder, "tool_calls");
  for (guint i = 0; i < parts->len; i++)
    {
      LobePart *part = g_ptr_array_index (parts, i);

      if (lobe_part_get_kind (part) != LOBE_PART_TOOL_CALL)
        continue;

      json_builder_begin_object (builder);
      lobe_json_add_string (builder, "id", lobe_part_get_call_id (part));
      lobe_json_begin_object (builder, "function");
      lobe_json_add_string (builder, "name", lobe_part_get_name (part));
      add_json (builder, "arguments", *lobe_part_get_text (part) != '\0' ? lobe_part_get_text (part) : "{}");
      json_builder_end_object (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

/* What tools returned: a message each. */
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
      lobe_json_add_string (builder, "content", lobe_part_get_text (part));
      lobe_json_add_string (builder, "tool_name", lobe_part_get_name (part));
      lobe_json_add_string (builder, "tool_call_id", lobe_part_get_call_id (part));
      json_builder_end_object (builder);
    }
}

static void
add_message (JsonBuilder *builder,
             LobeMessage *message,
             GHashTable  *attachments)
{
  g_autofree char *text = lobe_attachments_dup_text (attachments, message);
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (g_free);
  guint n_calls = count_parts (message, LOBE_PART_TOOL_CALL);

  collect_images (images, message, attachments);

  /* an answer that never came is nothing to a model */
  if (*text == '\0' && images->len == 0 && n_calls == 0)
    return;

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "role", lobe_role_get_nick (lobe_message_get_role (message)));
  lobe_json_add_string (builder, "content", text);
  add_images (builder, images);
  if (n_calls > 0)
    add_calls (builder, message);
  json_builder_end_object (builder);
}

static void
add_tools (JsonBuilder *builder,
           GPtrArray   *tools)
{
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
      add_json (builder, "parameters", lobe_tool_spec_get_parameters (tool));
      json_builder_end_object (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_options (JsonBuilder        *builder,
             LobeRequest        *request,
             const char         *stop,
             const char * const *own_stops)
{
  const char * const *stops = lobe_request_get_stop (request);
  int max_tokens = lobe_request_get_max_tokens (request);

  lobe_json_begin_object (builder, "options");
  lobe_json_add_int (builder, "num_predict", max_tokens > 0 ? max_tokens : LOBE_STREAM_MAX_TOKENS);
  if (lobe_request_get_context_length (request) > 0)
    lobe_json_add_int (builder, "num_ctx", lobe_request_get_context_length (request));
  lobe_json_add_double (builder, "temperature", lobe_request_get_temperature (request));
  lobe_json_add_double (builder, "top_p", lobe_request_get_top_p (request));
  if (lobe_request_get_top_k (request) > 0)
    lobe_json_add_int (builder, "top_k", lobe_request_get_top_k (request));
  lobe_json_add_double (builder, "min_p", lobe_request_get_min_p (request));
  lobe_json_add_double (builder, "repeat_penalty", lobe_request_get_repeat_penalty (request));
  lobe_json_add_int (builder, "seed", lobe_request_get_seed (request));
  if (stop != NULL || (stops != NULL && stops[0] != NULL))
    {
      lobe_json_begin_array (builder, "stop");
      if (stop != NULL)
        json_builder_add_string_value (builder, stop);
      for (guint i = 0; own_stops != NULL && own_stops[i] != NULL; i++)
        json_builder_add_string_value (builder, own_stops[i]);
      for (guint i = 0; stops != NULL && stops[i] != NULL; i++)
        json_builder_add_string_value (builder, stops[i]);
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
}

static void
add_think (JsonBuilder           *builder,
           LobeThink              think,
           const LobeOllamaModel *known)
{
  static const char *const levels[] = { [LOBE_THINK_LOW] = "low", [LOBE_THINK_MEDIUM] = "medium", [LOBE_THINK_HIGH] = "high" };

  /* a model that cannot think answers anything but false with 400 */
  if (think == LOBE_THINK_DEFAULT
      || (think != LOBE_THINK_OFF && known != NULL && (known->capabilities & LOBE_CAPABILITY_THINKING) == 0))
    return;

  if (think >= LOBE_THINK_LOW)
    lobe_json_add_string (builder, "think", levels[think]);
  else
    lobe_json_add_boolean (builder, "think", think == LOBE_THINK_ON);
}

/*
 * lobe_ollama_request_chat:
 * @known: (nullable): what is known of the model
 *
 * Returns: (transfer full): the body for /api/chat
 */
GBytes *
lobe_ollama_request_chat (LobeEndpoint          *endpoint,
                          LobeRequest           *request,
                          GHashTable            *attachments,
                          const LobeOllamaModel *known)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GPtrArray *messages = lobe_request_get_messages (request);
  const char *system_prompt = lobe_request_get_system_prompt (request);

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "model", lobe_request_get_model (request));

  lobe_json_begin_array (builder, "messages");
  if (system_prompt != NULL && *system_prompt != '\0')
    {
      json_builder_begin_object (builder);
      lobe_json_add_string (builder, "role", "system");
      lobe_json_add_string (builder, "content", system_prompt);
      json_builder_end_object (builder);
    }
  for (guint i = 0; i < messages->len; i++)
    {
      LobeMessage *message = g_ptr_array_index (messages, i);

      if (lobe_message_get_role (message) <= LOBE_ROLE_ASSISTANT)
        add_message (builder, message, attachments);
      else
        add_results (builder, message);
    }
  json_builder_end_array (builder);

  add_tools (builder, lobe_request_get_tools (request));
  add_json (builder, "format", lobe_request_get_schema (request));
  lobe_json_add_boolean (builder, "stream", TRUE);
  add_think (builder, lobe_request_get_think (request), known);
  add_options (builder, request, NULL, known != NULL ? (const char * const *) known->stops : NULL);
  json_builder_end_object (builder);

  return lobe_endpoint_take_body (endpoint, builder);
}

/*
 * lobe_ollama_request_generate:
 * @known: what is known of the model
 *
 * Returns: (transfer full): the body for /api/generate, of a model that only continues a text
 */
GBytes *
lobe_ollama_request_generate (LobeEndpoint *endpoint,
                              LobeRequest  *request,
                              GHashTable   *attachments,
                              const LobeOllamaModel *known)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *prompt = lobe_plain_prompt_build (request, attachments);
  GPtrArray *messages = lobe_request_get_messages (request);

  for (guint i = 0; i < messages->len; i++)
    collect_images (images, g_ptr_array_index (messages, i), attachments);

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "model", lobe_request_get_model (request));
  lobe_json_add_string (builder, "prompt", prompt);
  lobe_json_add_boolean (builder, "raw", TRUE);
  add_images (builder, images);
  add_json (builder, "format", lobe_request_get_schema (request));
  lobe_json_add_boolean (builder, "stream", TRUE);
  add_options (builder, request, LOBE_PLAIN_PROMPT_STOP, (const char * const *) known->stops);
  json_builder_end_object (builder);

  return lobe_endpoint_take_body (endpoint, builder);
}
