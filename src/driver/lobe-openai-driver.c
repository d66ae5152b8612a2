/* lobe-openai-driver.c: chat completions, as OpenAI made them and most servers speak them */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-openai-driver.h"

#include "lobe-config.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "driver/lobe-attachments.h"
#include "driver/lobe-listing.h"
#include "driver/lobe-openai-decoder.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * LobeOpenaiDriver:
 *
 * POST {base}/chat/completions and GET {base}/models. The base is given with its version ("/v1"); an address without
 * any path gets "/v1". Answers are always streamed, also short ones: llama-server stops its work when a streaming client
 * leaves, and only then.
 */
struct _LobeOpenaiDriver
{
  GObject parent_instance;
};

static void lobe_openai_driver_driver_init (LobeDriverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeOpenaiDriver, lobe_openai_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, lobe_openai_driver_driver_init))

static LobeHttpRequest *
make_request (LobeEndpoint *endpoint,
              const char   *method,
              const char   *path,
              LobePurpose   purpose)
{
  g_autoptr (GUri) uri = g_uri_parse (lobe_endpoint_get_base_url (endpoint), G_URI_FLAGS_PARSE_RELAXED, NULL);
  g_autofree char *versioned = NULL;

  if (uri != NULL && (*g_uri_get_path (uri) == '\0' || strcmp (g_uri_get_path (uri), "/") == 0))
    versioned = g_strconcat ("/v1", path, NULL);

  return lobe_endpoint_request (endpoint, method, versioned != NULL ? versioned : path, purpose);
}

static gboolean
has_images (LobeMessage *message)
{
  GPtrArray *parts = lobe_message_get_parts (message);

  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      if (lobe_part_get_kind (g_ptr_array_index (parts, i)) == LOBE_PART_IMAGE)
        return TRUE;
    }

  return FALSE;
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
  if (!has_images (message))
    {
      json_builder_add_string_value (builder, text);
      return;
    }

  json_builder_begin_array (builder);
  if (*text != '\0')
    {
      json_builder_begin_object (builder);
      lobe_json_add_string (builder, "type", "text");
      lobe_json_add_string (builder, "text", text);
      json_builder_end_object (builder);
    }
  for (guint i = 0; i < parts->len; i++)
    {
      LobePart *part = g_ptr_array_index (parts, i);
      g_autofree char *data = lobe_attachments_dup_base64 (attachments, part);
      g_autofree char *uri = NULL;

      if (data == NULL)
        continue;

      uri = g_strconcat ("data:", lobe_part_get_mime_type (part), ";base64,", data, NULL);
      json_builder_begin_object (builder);
      lobe_json_add_string (builder, "type", "image_url");
      lobe_json_begin_object (builder, "image_url");
      lobe_json_add_string (builder, "url", uri);
      json_builder_end_object (builder);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
}

static void
add_messages (JsonBuilder *builder,
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
    {
      LobeMessage *message = g_ptr_array_index (messages, i);
      LobeRole role = lobe_message_get_role (message);
      g_autofree char *text = lobe_attachments_dup_text (attachments, message);

      /* an answer that never came is nothing to a model */
      if (role > LOBE_ROLE_ASSISTANT || (*text == '\0' && !has_images (message)))
        continue;

      json_builder_begin_object (builder);
      lobe_json_add_string (builder, "role", lobe_role_get_nick (role));
      add_content (builder, message, text, attachments);
      json_builder_end_object (builder);
    }

  json_builder_end_array (builder);
}

/* What only a known server takes: OpenAI's own refuses names that it does not know. */
static void
add_dialect (JsonBuilder *builder,
             LobeDialect  dialect,
             LobeRequest *request)
{
  if (dialect == LOBE_DIALECT_PLAIN)
    return;

  if (lobe_request_get_think (request) != LOBE_THINK_DEFAULT)
    {
      lobe_json_begin_object (builder, "chat_template_kwargs");
      lobe_json_add_boolean (builder, "enable_thinking", lobe_request_get_think (request) == LOBE_THINK_ON);
      json_builder_end_object (builder);
    }

  if (dialect == LOBE_DIALECT_LLAMA_SERVER)
    lobe_json_add_boolean (builder, "return_progress", TRUE);

  /* llama-server continues a last assistant message by itself */
  if (dialect == LOBE_DIALECT_VLLM && lobe_request_get_prefill (request))
    {
      lobe_json_add_boolean (builder, "add_generation_prompt", FALSE);
      lobe_json_add_boolean (builder, "continue_final_message", TRUE);
    }
}

/* @limit: the member that holds the limit of tokens; %NULL for none */
static GBytes *
make_body (LobeDialect  dialect,
           LobeRequest *request,
           GHashTable  *attachments,
           const char  *limit)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  int max_tokens = lobe_request_get_max_tokens (request);

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "model", lobe_request_get_model (request));
  add_messages (builder, request, attachments);
  lobe_json_add_boolean (builder, "stream", TRUE);
  lobe_json_begin_object (builder, "stream_options");
  lobe_json_add_boolean (builder, "include_usage", TRUE);
  json_builder_end_object (builder);
  if (limit != NULL)
    {
      lobe_json_add_int (builder, limit, max_tokens > 0 ? max_tokens : LOBE_STREAM_MAX_TOKENS);
    }
  lobe_json_add_double (builder, "temperature", lobe_request_get_temperature (request));
  lobe_json_add_double (builder, "top_p", lobe_request_get_top_p (request));
  lobe_json_add_double (builder, dialect == LOBE_DIALECT_VLLM ? "repetition_penalty" : "repeat_penalty",
                        lobe_request_get_repeat_penalty (request));
  add_dialect (builder, dialect, request);
  json_builder_end_object (builder);

  return lobe_json_take_bytes (builder);
}

typedef struct
{
  LobeEndpoint *endpoint;
  LobeRequest  *request;
  LobeSink     *sink;
  GCancellable *cancellable;
  GHashTable   *attachments;
} Chat;

static void
chat_free (gpointer data)
{
  Chat *chat = data;

  g_clear_object (&chat->endpoint);
  g_clear_object (&chat->request);
  g_clear_object (&chat->sink);
  g_clear_object (&chat->cancellable);
  g_clear_pointer (&chat->attachments, g_hash_table_unref);
  g_free (chat);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Chat, chat_free)

static LobeHttpRequest *
chat_make_request (Chat       *chat,
                   const char *limit)
{
  LobeHttpRequest *request = make_request (chat->endpoint, "POST", "/chat/completions", LOBE_PURPOSE_CHAT);
  g_autoptr (GBytes) body = make_body (lobe_endpoint_get_dialect (chat->endpoint), chat->request, chat->attachments, limit);

  lobe_http_request_set_header (request, "Accept", "text/event-stream");
  lobe_http_request_set_body (request, "application/json", body);

  return request;
}

/* Whether @refusal is about a limit of tokens that the window has no room for; vLLM names input_tokens or max_tokens. */
static gboolean
is_about_limit (const LobeRefusal *refusal)
{
  return g_strcmp0 (refusal->param, "max_tokens") == 0 || g_strcmp0 (refusal->param, "input_tokens") == 0 ||
         (refusal->message != NULL &&
          (strstr (refusal->message, "max_tokens") != NULL || strstr (refusal->message, "in the completion") != NULL));
}

/*
 * A limit of tokens is always sent, but not every server takes it: newer models of OpenAI want it under another name
 * ("unsupported_parameter"). vLLM and OpenAI refuse what does not fit into the window beside the request, and mean the
 * rest of the window where it is left out.
 */
static LobeHttpRequest *
on_refused (const LobeRefusal *refusal,
            gpointer           user_data)
{
  Chat *chat = user_data;

  if (refusal->status != 400 || !is_about_limit (refusal))
    return NULL;
  if (g_strcmp0 (refusal->code, "unsupported_parameter") == 0)
    return chat_make_request (chat, "max_completion_tokens");

  return lobe_request_get_max_tokens (chat->request) > 0 ? NULL : chat_make_request (chat, NULL);
}

static void
on_attachments (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (Chat) chat = user_data;
  g_autoptr (LobeHttpRequest) request = NULL;
  g_autoptr (GError) error = NULL;
  LobeStream *stream;

  chat->attachments = lobe_attachments_load_finish (chat->request, result, &error);
  if (chat->attachments == NULL)
    {
      lobe_sink_fail (chat->sink, error);
      return;
    }

  stream = lobe_openai_stream_new (chat->sink);
  request = chat_make_request (chat, "max_tokens");
  lobe_stream_run (stream, lobe_endpoint_get_http (chat->endpoint), request, on_refused, chat, chat_free,
                   chat->cancellable);
  chat = NULL;
}

static void
lobe_openai_driver_chat (LobeDriver   *driver,
                         LobeEndpoint *endpoint,
                         LobeRequest  *request,
                         LobeSink     *sink,
                         GCancellable *cancellable)
{
  Chat *chat = g_new0 (Chat, 1);

  chat->endpoint = g_object_ref (endpoint);
  chat->request = g_object_ref (request);
  chat->sink = g_object_ref (sink);
  chat->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;

  lobe_attachments_load_async (request, cancellable, on_attachments, chat);
}

static gboolean
array_has (JsonArray  *array,
           const char *text)
{
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      if (g_strcmp0 (lobe_json_string_element (array, i), text) == 0)
        return TRUE;
    }

  return FALSE;
}

static LobeModelInfo *
read_model (JsonObject *object)
{
  const char *id = lobe_json_string (object, "id");
  JsonObject *meta = lobe_json_object (object, "meta");
  JsonObject *architecture = lobe_json_object (object, "architecture");
  JsonObject *pricing = lobe_json_object (object, "pricing");
  const char *status = lobe_json_string (lobe_json_object (object, "status"), "value");
  const char *owner = lobe_json_string (object, "owned_by");
  /* in the order of truth: what is served now before what the model was made for */
  const gint64 context_lengths[] = {
    lobe_json_int (meta, "n_ctx", 0),            /* llama-server */
    lobe_json_int (object, "max_model_len", 0),  /* vLLM */
    lobe_json_int (object, "context_length", 0), /* llama-server as a router, OpenRouter */
    lobe_json_int (object, "max_input_tokens", 0), /* LiteLLM */
    lobe_json_int (meta, "n_ctx_train", 0),
  };
  LobeCapabilities capabilities = 0;
  g_autofree char *name = NULL;
  LobeModelInfo *info;

  if (id == NULL || *id == '\0')
    return NULL;

  /* llama-server without an alias names a model by its file */
  name = g_str_has_suffix (id, ".gguf") ? g_path_get_basename (id) : g_strdup (id);
  if (g_str_has_suffix (name, ".gguf"))
    name[strlen (name) - strlen (".gguf")] = '\0';
  info = lobe_model_info_new (id, name);

  for (guint i = 0; i < G_N_ELEMENTS (context_lengths); i++)
    {
      if (context_lengths[i] > 0)
        {
          lobe_model_info_set_context_length (info, context_lengths[i]);
          break;
        }
    }

  if (array_has (lobe_json_array (architecture, "input_modalities"), "image") ||
      array_has (lobe_json_array (object, "capabilities"), "multimodal"))
    capabilities |= LOBE_CAPABILITY_VISION;
  lobe_model_info_set_capabilities (info, capabilities);
  lobe_model_info_set_size (info, MAX (lobe_json_int (meta, "size", 0), 0));

  /* OpenRouter (openrouter.ai/docs, "pricing"): strings, dollars for one token; -1 where it depends */
  if (lobe_json_string (pricing, "prompt") != NULL && lobe_json_string (pricing, "completion") != NULL)
    lobe_model_info_set_price (info, g_ascii_strtod (lobe_json_string (pricing, "prompt"), NULL) * 1e6,
                               g_ascii_strtod (lobe_json_string (pricing, "completion"), NULL) * 1e6);

  /* a router tells; the others serve only what they have loaded, except those in the cloud, where it means nothing */
  if (status != NULL)
    lobe_model_info_set_loaded (info, strcmp (status, "loaded") == 0);
  else
    lobe_model_info_set_loaded (info, meta != NULL || g_strcmp0 (owner, "vllm") == 0);

  return info;
}

/* llama-server repeats its one model in a list "models" of Ollama's shape, where it tells what the model can do. */
static void
add_capabilities (LobeModelInfo *info,
                  JsonArray     *models)
{
  for (guint i = 0; models != NULL && i < json_array_get_length (models); i++)
    {
      JsonObject *model = lobe_json_element (models, i);

      if (g_strcmp0 (lobe_json_string (model, "model"), lobe_model_info_get_id (info)) == 0 &&
          array_has (lobe_json_array (model, "capabilities"), "multimodal"))
        lobe_model_info_set_capabilities (info, lobe_model_info_get_capabilities (info) | LOBE_CAPABILITY_VISION);
    }
}

typedef struct
{
  LobeEndpoint   *endpoint;
  LobeModelReply *reply;
} Listing;

static void
listing_free (Listing *listing)
{
  g_clear_object (&listing->endpoint);
  g_clear_object (&listing->reply);
  g_free (listing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Listing, listing_free)

static void
on_models (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Listing) listing = user_data;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *data;

  if (!lobe_listing_fetch_finish (LOBE_HTTP (object), result, &root, &error))
    {
      lobe_model_reply_fail (listing->reply, error);
      return;
    }

  data = lobe_json_array (lobe_json_get_object (root), "data");
  if (data == NULL && root != NULL && JSON_NODE_HOLDS_ARRAY (root))
    data = json_node_get_array (root); /* Together's list is bare */
  if (data == NULL)
    {
      error = g_error_new_literal (LOBE_ERROR, LOBE_ERROR_PROTOCOL, _("There is no list of models at this address"));
      lobe_model_reply_fail (listing->reply, error);
      return;
    }

  for (guint i = 0; i < json_array_get_length (data); i++)
    {
      JsonObject *entry = lobe_json_element (data, i);
      g_autoptr (LobeModelInfo) info = read_model (entry);
      const char *owner = lobe_json_string (entry, "owned_by");

      if (info == NULL)
        continue;

      add_capabilities (info, lobe_json_array (lobe_json_get_object (root), "models"));
      lobe_model_reply_add (listing->reply, info);
      if (g_strcmp0 (owner, "llamacpp") == 0)
        lobe_endpoint_set_dialect (listing->endpoint, LOBE_DIALECT_LLAMA_SERVER);
      else if (g_strcmp0 (owner, "vllm") == 0)
        lobe_endpoint_set_dialect (listing->endpoint, LOBE_DIALECT_VLLM);
    }

  lobe_model_reply_done (listing->reply);
}

static void
lobe_openai_driver_list_models (LobeDriver     *driver,
                                LobeEndpoint   *endpoint,
                                LobeModelReply *reply,
                                GCancellable   *cancellable)
{
  g_autoptr (LobeHttpRequest) request = make_request (endpoint, "GET", "/models", LOBE_PURPOSE_MODELS);
  Listing *listing = g_new0 (Listing, 1);

  listing->endpoint = g_object_ref (endpoint);
  listing->reply = g_object_ref (reply);
  lobe_listing_fetch_async (lobe_endpoint_get_http (endpoint), request, cancellable, on_models, listing);
}

static const char *
lobe_openai_driver_get_protocol (LobeDriver *driver)
{
  return "openai";
}

/* OpenAI's own servers begin a new answer; which others do better, their dialect says. */
static gboolean
lobe_openai_driver_can_prefill (LobeDriver *driver)
{
  return FALSE;
}

static void
lobe_openai_driver_driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = lobe_openai_driver_get_protocol;
  iface->can_prefill = lobe_openai_driver_can_prefill;
  iface->chat = lobe_openai_driver_chat;
  iface->list_models = lobe_openai_driver_list_models;
}

static void
lobe_openai_driver_class_init (LobeOpenaiDriverClass *klass)
{
}

static void
lobe_openai_driver_init (LobeOpenaiDriver *self)
{
}

/**
 * lobe_openai_driver_new:
 *
 * Returns: (transfer full): a driver for chat completions
 */
LobeDriver *
lobe_openai_driver_new (void)
{
  return g_object_new (LOBE_TYPE_OPENAI_DRIVER, NULL);
}
