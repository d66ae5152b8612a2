/* lobe-ollama-driver.c: Ollama's own protocol */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-ollama-driver-private.h"

#include "lobe-config.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "driver/lobe-attachments.h"
#include "driver/lobe-listing.h"
#include "driver/lobe-think-filter.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * LobeOllamaDriver:
 *
 * POST {base}/api/chat, GET {base}/api/tags and GET {base}/api/ps, as docs/api.md and api/types.go of Ollama 0.17 have
 * them. Preferred to Ollama's OpenAI-compatible address, which ignores options.
 */
struct _LobeOllamaDriver
{
  GObject parent_instance;
};

/*
 * What is asked for where nobody chose a window and the model is not loaded: its memory grows with the window, and
 * without a number Ollama takes 4096 on most machines and then drops the older half of what it gets without a word.
 */
#define DEFAULT_CONTEXT_LENGTH 8192

static void lobe_ollama_driver_driver_init (LobeDriverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeOllamaDriver, lobe_ollama_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, lobe_ollama_driver_driver_init))

typedef struct
{
  LobeThinkFilter think;
  guint           n_calls;
} Decoder;

static LobeStopReason
stop_reason_from_string (const char *reason,
                         guint       n_calls)
{
  /* older versions don't say */
  if (reason == NULL || strcmp (reason, "stop") == 0)
    return n_calls > 0 ? LOBE_STOP_TOOL_CALLS : LOBE_STOP_END;
  if (strcmp (reason, "length") == 0)
    return LOBE_STOP_LENGTH;

  return LOBE_STOP_OTHER;
}

static void
decoder_read_message (Decoder    *self,
                      LobeSink   *sink,
                      JsonObject *message)
{
  const char *thinking = lobe_json_string (message, "thinking");
  const char *content = lobe_json_string (message, "content");
  JsonArray *calls = lobe_json_array (message, "tool_calls");

  if (thinking != NULL)
    lobe_sink_reasoning (sink, thinking, -1);
  if (content != NULL)
    lobe_think_filter_push (&self->think, sink, content, strlen (content));

  /* each call comes whole, its arguments as an object */
  for (guint i = 0; calls != NULL && i < json_array_get_length (calls); i++)
    {
      JsonObject *call = lobe_json_element (calls, i);
      JsonObject *function = lobe_json_object (call, "function");
      JsonObject *arguments = lobe_json_object (function, "arguments");
      g_autofree char *text = NULL;

      if (function == NULL)
        continue;

      text = arguments != NULL ? lobe_json_to_string (json_object_get_member (function, "arguments"), FALSE)
                               : g_strdup (lobe_json_string (function, "arguments"));
      lobe_sink_tool_call (sink, self->n_calls++, lobe_json_string (call, "id"), lobe_json_string (function, "name"),
                           text, -1);
    }
}

static void
read_usage (LobeSink   *sink,
            JsonObject *event)
{
  LobeUsage usage = LOBE_USAGE_UNKNOWN;
  double duration = lobe_json_double (event, "eval_duration", 0.0); /* ns */

  usage.prompt_tokens = lobe_json_int (event, "prompt_eval_count", -1);
  usage.completion_tokens = lobe_json_int (event, "eval_count", -1);
  if (duration > 0.0 && usage.completion_tokens > 0)
    usage.tokens_per_second = usage.completion_tokens * 1e9 / duration;

  if (usage.prompt_tokens >= 0 || usage.completion_tokens >= 0)
    lobe_sink_usage (sink, &usage);
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
  JsonObject *event = lobe_stream_parse (stream, data, length, error);
  JsonNode *failure;

  if (event == NULL)
    return FALSE;

  failure = json_object_get_member (event, "error");
  if (failure != NULL && !JSON_NODE_HOLDS_NULL (failure))
    {
      g_autoptr (LobeRefusal) refusal = lobe_refusal_new_json (0, event);

      g_propagate_error (error, lobe_refusal_to_error (refusal));
      return FALSE;
    }

  decoder_read_message (self, sink, lobe_json_object (event, "message"));

  if (lobe_json_boolean (event, "done", FALSE))
    {
      read_usage (sink, event);
      lobe_stream_complete (stream, stop_reason_from_string (lobe_json_string (event, "done_reason"), self->n_calls));
    }

  return TRUE;
}

static void
decoder_flush (LobeStream *stream,
               gpointer    state)
{
  Decoder *self = state;

  lobe_think_filter_flush (&self->think, lobe_stream_get_sink (stream));
}

/* What completes an answer in this protocol: the line with "done": true. An error can come in any line before it. */
static const LobeDecoder decoder = {
  .framing = LOBE_FRAMING_NDJSON,
  .event = decoder_event,
  .flush = decoder_flush,
  .free = g_free,
};

/*
 * lobe_ollama_stream_new:
 *
 * Returns: (transfer full): what reads an answer of /api/chat into @sink
 */
LobeStream *
lobe_ollama_stream_new (LobeSink *sink)
{
  return lobe_stream_new (&decoder, g_new0 (Decoder, 1), sink);
}

static void
add_message (JsonBuilder *builder,
             LobeMessage *message,
             GHashTable  *attachments)
{
  g_autofree char *text = lobe_attachments_dup_text (attachments, message);
  g_autoptr (GPtrArray) images = g_ptr_array_new_with_free_func (g_free);
  GPtrArray *parts = lobe_message_get_parts (message);

  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      char *image = lobe_attachments_dup_base64 (attachments, g_ptr_array_index (parts, i));

      if (image != NULL)
        g_ptr_array_add (images, image);
    }

  /* an answer that never came is nothing to a model */
  if (*text == '\0' && images->len == 0)
    return;

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "role", lobe_role_get_nick (lobe_message_get_role (message)));
  lobe_json_add_string (builder, "content", text);
  if (images->len > 0)
    {
      lobe_json_begin_array (builder, "images");
      for (guint i = 0; i < images->len; i++)
        json_builder_add_string_value (builder, g_ptr_array_index (images, i));
      json_builder_end_array (builder);
    }
  json_builder_end_object (builder);
}

static GBytes *
make_body (LobeRequest *request,
           GHashTable  *attachments)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GPtrArray *messages = lobe_request_get_messages (request);
  const char *system_prompt = lobe_request_get_system_prompt (request);
  int max_tokens = lobe_request_get_max_tokens (request);

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
    }
  json_builder_end_array (builder);

  lobe_json_add_boolean (builder, "stream", TRUE);

  /* a model that cannot think answers true with 400 */
  if (lobe_request_get_think (request) != LOBE_THINK_DEFAULT)
    {
      lobe_json_add_boolean (builder, "think", lobe_request_get_think (request) == LOBE_THINK_ON);
    }

  lobe_json_begin_object (builder, "options");
  lobe_json_add_int (builder, "num_predict", max_tokens > 0 ? max_tokens : LOBE_STREAM_MAX_TOKENS);
  if (lobe_request_get_context_length (request) > 0)
    lobe_json_add_int (builder, "num_ctx", lobe_request_get_context_length (request));
  lobe_json_add_double (builder, "temperature", lobe_request_get_temperature (request));
  lobe_json_add_double (builder, "top_p", lobe_request_get_top_p (request));
  lobe_json_add_double (builder, "repeat_penalty", lobe_request_get_repeat_penalty (request));
  json_builder_end_object (builder);

  json_builder_end_object (builder);

  return lobe_json_take_bytes (builder);
}

typedef struct
{
  LobeEndpoint *endpoint;
  LobeSink     *sink;
  GCancellable *cancellable;
} Chat;

static void
chat_free (Chat *chat)
{
  g_clear_object (&chat->endpoint);
  g_clear_object (&chat->sink);
  g_clear_object (&chat->cancellable);
  g_free (chat);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Chat, chat_free)

static void
on_attachments (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (Chat) chat = user_data;
  LobeRequest *request = LOBE_REQUEST (object);
  g_autoptr (GHashTable) attachments = NULL;
  g_autoptr (LobeHttpRequest) http_request = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;

  attachments = lobe_attachments_load_finish (request, result, &error);
  if (attachments == NULL)
    {
      lobe_sink_fail (chat->sink, error);
      return;
    }

  body = make_body (request, attachments);
  http_request = lobe_endpoint_request (chat->endpoint, "POST", "/api/chat", LOBE_PURPOSE_CHAT);
  lobe_http_request_set_body (http_request, "application/json", body);
  lobe_stream_run (lobe_ollama_stream_new (chat->sink), lobe_endpoint_get_http (chat->endpoint), http_request,
                   NULL, NULL, NULL, chat->cancellable);
}

static void
lobe_ollama_driver_chat (LobeDriver   *driver,
                         LobeEndpoint *endpoint,
                         LobeRequest  *request,
                         LobeSink     *sink,
                         GCancellable *cancellable)
{
  Chat *chat = g_new0 (Chat, 1);

  chat->endpoint = g_object_ref (endpoint);
  chat->sink = g_object_ref (sink);
  chat->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;

  lobe_attachments_load_async (request, cancellable, on_attachments, chat);
}

static LobeModelInfo *
read_model (JsonObject *object)
{
  const char *id = lobe_json_string (object, "model");
  JsonObject *details = lobe_json_object (object, "details");
  JsonArray *names = lobe_json_array (object, "capabilities");
  const char *family = lobe_json_string (details, "family");
  LobeCapabilities capabilities = 0;
  g_autofree char *name = NULL;
  LobeModelInfo *info;

  if (id == NULL)
    id = lobe_json_string (object, "name");
  if (id == NULL || *id == '\0')
    return NULL;

  /* "latest" is what a name without a tag means */
  name = g_str_has_suffix (id, ":latest") ? g_strndup (id, strlen (id) - strlen (":latest")) : g_strdup (id);
  info = lobe_model_info_new (id, name);
  lobe_model_info_set_size (info, MAX (lobe_json_int (object, "size", 0), 0));
  lobe_model_info_set_max_context_length (info, MAX (lobe_json_int (details, "context_length", 0), 0));
  lobe_model_info_set_context_length (info, lobe_model_info_get_max_context_length (info) > 0
                                                ? MIN (lobe_model_info_get_max_context_length (info), DEFAULT_CONTEXT_LENGTH)
                                                : DEFAULT_CONTEXT_LENGTH);

  for (guint i = 0; names != NULL && i < json_array_get_length (names); i++)
    {
      const char *capability = lobe_json_string_element (names, i);

      if (g_strcmp0 (capability, "vision") == 0)
        capabilities |= LOBE_CAPABILITY_VISION;
      else if (g_strcmp0 (capability, "tools") == 0)
        capabilities |= LOBE_CAPABILITY_TOOLS;
      else if (g_strcmp0 (capability, "thinking") == 0)
        capabilities |= LOBE_CAPABILITY_THINKING;
      else if (g_strcmp0 (capability, "embedding") == 0)
        capabilities |= LOBE_CAPABILITY_EMBEDDING;
    }
  /* versions that don't list them: models of the BERT families (bert, nomic-bert) make embeddings only */
  if (names == NULL && family != NULL && g_str_has_suffix (family, "bert"))
    capabilities |= LOBE_CAPABILITY_EMBEDDING;
  lobe_model_info_set_capabilities (info, capabilities);

  return info;
}

typedef struct
{
  LobeEndpoint   *endpoint;
  LobeModelReply *reply;
  GCancellable   *cancellable;
  GPtrArray      *models;
} Listing;

static void
listing_free (Listing *listing)
{
  g_clear_object (&listing->endpoint);
  g_clear_object (&listing->reply);
  g_clear_object (&listing->cancellable);
  g_clear_pointer (&listing->models, g_ptr_array_unref);
  g_free (listing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Listing, listing_free)

/* The list "models" of a body, which belongs to @root; Go writes an empty list as null. */
static gboolean
fetch_finish (LobeHttp      *http,
              GAsyncResult  *result,
              JsonNode     **root,
              JsonArray    **models,
              GError       **error)
{
  JsonObject *object;
  JsonNode *member;

  if (!lobe_listing_fetch_finish (http, result, root, error))
    return FALSE;

  object = lobe_json_get_object (*root);
  member = object != NULL ? json_object_get_member (object, "models") : NULL;

  if (member == NULL || !(JSON_NODE_HOLDS_ARRAY (member) || JSON_NODE_HOLDS_NULL (member)))
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_PROTOCOL, _("There is no Ollama at this address"));
      return FALSE;
    }

  *models = lobe_json_array (object, "models");

  return TRUE;
}

static void
on_running (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Listing) listing = user_data;
  g_autoptr (JsonNode) root = NULL;
  JsonArray *running = NULL;

  /* without it the list is still a list */
  fetch_finish (LOBE_HTTP (object), result, &root, &running, NULL);
  for (guint i = 0; i < listing->models->len; i++)
    {
      LobeModelInfo *info = g_ptr_array_index (listing->models, i);

      for (guint j = 0; running != NULL && j < json_array_get_length (running); j++)
        {
          JsonObject *entry = lobe_json_element (running, j);
          gint64 context_length = lobe_json_int (entry, "context_length", 0);

          if (g_strcmp0 (lobe_json_string (entry, "model"), lobe_model_info_get_id (info)) != 0)
            continue;

          lobe_model_info_set_loaded (info, TRUE);
          /* what it runs with now, not what it was made for */
          if (context_length > 0)
            lobe_model_info_set_context_length (info, context_length);
        }
      lobe_model_reply_add (listing->reply, info);
    }

  lobe_model_reply_done (listing->reply);
}

static void
on_tags (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (Listing) listing = user_data;
  g_autoptr (LobeHttpRequest) request = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = listing->cancellable;
  JsonArray *tags = NULL;

  if (!fetch_finish (LOBE_HTTP (object), result, &root, &tags, &error))
    {
      lobe_model_reply_fail (listing->reply, error);
      return;
    }

  for (guint i = 0; tags != NULL && i < json_array_get_length (tags); i++)
    {
      LobeModelInfo *info = read_model (lobe_json_element (tags, i));

      if (info != NULL)
        g_ptr_array_add (listing->models, info);
    }

  request = lobe_endpoint_request (listing->endpoint, "GET", "/api/ps", LOBE_PURPOSE_MODELS);
  lobe_listing_fetch_async (LOBE_HTTP (object), request, cancellable, on_running,
                            g_steal_pointer (&listing));
}

static void
lobe_ollama_driver_list_models (LobeDriver     *driver,
                                LobeEndpoint   *endpoint,
                                LobeModelReply *reply,
                                GCancellable   *cancellable)
{
  g_autoptr (LobeHttpRequest) request = lobe_endpoint_request (endpoint, "GET", "/api/tags", LOBE_PURPOSE_MODELS);
  Listing *listing = g_new0 (Listing, 1);

  listing->endpoint = g_object_ref (endpoint);
  listing->reply = g_object_ref (reply);
  listing->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  listing->models = g_ptr_array_new_with_free_func (g_object_unref);
  lobe_listing_fetch_async (lobe_endpoint_get_http (endpoint), request, cancellable, on_tags, listing);
}

static const char *
lobe_ollama_driver_get_protocol (LobeDriver *driver)
{
  return "ollama";
}

/* Its templates and renderers leave a last message of the assistant open (Ollama's model/renderers, "prefill"). */
static gboolean
lobe_ollama_driver_can_prefill (LobeDriver *driver)
{
  return TRUE;
}

static void
lobe_ollama_driver_driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = lobe_ollama_driver_get_protocol;
  iface->can_prefill = lobe_ollama_driver_can_prefill;
  iface->chat = lobe_ollama_driver_chat;
  iface->list_models = lobe_ollama_driver_list_models;
}

static void
lobe_ollama_driver_class_init (LobeOllamaDriverClass *klass)
{
}

static void
lobe_ollama_driver_init (LobeOllamaDriver *self)
{
}

/**
 * lobe_ollama_driver_new:
 *
 * Returns: (transfer full): a driver for Ollama
 */
LobeDriver *
lobe_ollama_driver_new (void)
{
  return g_object_new (LOBE_TYPE_OLLAMA_DRIVER, NULL);
}
