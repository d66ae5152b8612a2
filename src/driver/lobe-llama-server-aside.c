/* lobe-llama-server-aside.c: what llama-server tells of itself and can be told, beside answers */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-llama-server-aside.h"

#include "lobe-config.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "driver/lobe-listing.h"
#include "driver/lobe-metrics.h"
#include "driver/lobe-openai-aside.h"
#include "driver/lobe-openai-chat.h"
#include "driver/lobe-openai-models.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A router wants to know for which of its servers a GET is; one with a single model reads over it. */
static LobeHttpRequest *
make_get (LobeEndpoint *endpoint,
          const char   *path,
          const char   *model,
          gboolean      load)
{
  g_autofree char *escaped = model != NULL ? g_uri_escape_string (model, NULL, FALSE) : NULL;
  g_autoptr (GString) full = g_string_new (path);

  if (escaped != NULL)
    g_string_append_printf (full, "?autoload=%s&model=%s", load ? "true" : "false", escaped);

  return lobe_openai_root_request (endpoint, "GET", full->str, LOBE_PURPOSE_MODELS);
}

/* The list of models, then for each that is loaded what its server says of it. */
typedef struct
{
  LobeEndpoint   *endpoint;
  LobeModelReply *reply;
  GCancellable   *cancellable;
  GPtrArray      *models;
  guint           i;
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

static void
read_props (LobeModelInfo *info,
            JsonObject    *props)
{
  JsonObject *caps = lobe_json_object (props, "chat_template_caps");
  const char *template = lobe_json_string (props, "chat_template");
  gint64 n_ctx = lobe_json_int (lobe_json_object (props, "default_generation_settings"), "n_ctx", 0);
  LobeCapabilities capabilities = lobe_model_info_get_capabilities (info);

  if (lobe_json_boolean (lobe_json_object (props, "modalities"), "vision", FALSE))
    capabilities |= LOBE_CAPABILITY_VISION;
  if (lobe_json_boolean (caps, "supports_tools", FALSE) && lobe_json_boolean (caps, "supports_tool_calls", FALSE))
    capabilities |= LOBE_CAPABILITY_TOOLS;
  if (lobe_json_boolean (caps, "supports_reasoning_effort", FALSE) ||
      lobe_json_boolean (caps, "supports_preserve_reasoning", FALSE) ||
      (template != NULL && (strstr (template, "enable_thinking") != NULL || strstr (template, "<think>") != NULL)))
    capabilities |= LOBE_CAPABILITY_THINKING;
  lobe_model_info_set_capabilities (info, capabilities);

  /* what one request may have: the window of the server divided by its slots */
  if (n_ctx > 0)
    lobe_model_info_set_context_length (info, n_ctx);
}

static void next_props (Listing *listing);

static void
on_props (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Listing) listing = user_data;
  g_autoptr (JsonNode) root = NULL;

  /* a list is a list, also of a server that says no more than that */
  if (lobe_listing_fetch_finish (LOBE_HTTP (object), result, &root, NULL))
    read_props (g_ptr_array_index (listing->models, listing->i), lobe_json_get_object (root));

  listing->i++;
  next_props (g_steal_pointer (&listing));
}

/* Takes @listing. */
static void
next_props (Listing *listing)
{
  g_autoptr (Listing) owned = listing;

  for (; listing->i < listing->models->len; listing->i++)
    {
      LobeModelInfo *info = g_ptr_array_index (listing->models, listing->i);
      g_autoptr (LobeHttpRequest) request = NULL;

      if (!lobe_model_info_get_loaded (info))
        continue;

      request = make_get (listing->endpoint, "/props", lobe_model_info_get_id (info), FALSE);
      lobe_listing_fetch_async (lobe_endpoint_get_http (listing->endpoint), request, listing->cancellable, on_props,
                                g_steal_pointer (&owned));
      return;
    }

  lobe_model_reply_add_all (listing->reply, listing->models);
  lobe_model_reply_done (listing->reply);
}

static void
on_models (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Listing) listing = user_data;
  g_autoptr (GError) error = NULL;

  listing->models = lobe_openai_models_finish (LOBE_ENDPOINT (object), result, &error);
  if (listing->models == NULL)
    lobe_model_reply_fail (listing->reply, error);
  else
    next_props (g_steal_pointer (&listing));
}

void
lobe_llama_server_list_models (LobeEndpoint   *endpoint,
                               LobeModelReply *reply,
                               GCancellable   *cancellable)
{
  Listing *listing = g_new0 (Listing, 1);

  listing->endpoint = g_object_ref (endpoint);
  listing->reply = g_object_ref (reply);
  listing->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  lobe_openai_models_async (endpoint, NULL, cancellable, on_models, listing);
}

/* The template makes a text of the request, whose tokens are counted: as an answer does, with the marks in it. */
typedef struct
{
  LobeCountReply *reply;
  GCancellable   *cancellable;
  char           *model;
} Count;

static void
count_free (Count *count)
{
  g_clear_object (&count->reply);
  g_clear_object (&count->cancellable);
  g_free (count->model);
  g_free (count);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Count, count_free)

static void
count_fail (Count  *count,
            GError *error)
{
  g_autoptr (GError) own = NULL;

  if (error == NULL)
    error = own = g_error_new_literal (LOBE_ERROR, LOBE_ERROR_PROTOCOL, _("The server did not count"));
  lobe_count_reply_fail (count->reply, error);
}

static void
on_tokens (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Count) count = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = lobe_openai_aside_finish (LOBE_ENDPOINT (object), result, &error);
  JsonArray *tokens = lobe_json_array (lobe_json_get_object (root), "tokens");

  if (tokens != NULL)
    lobe_count_reply_done (count->reply, json_array_get_length (tokens));
  else
    count_fail (count, error);
}

static void
on_prompt (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Count) count = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = lobe_openai_aside_finish (LOBE_ENDPOINT (object), result, &error);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  const char *prompt = lobe_json_string (lobe_json_get_object (root), "prompt");
  GCancellable *cancellable = count->cancellable;

  if (prompt == NULL)
    {
      count_fail (count, error);
      return;
    }

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "model", count->model);
  lobe_json_add_string (builder, "content", prompt);
  lobe_json_add_boolean (builder, "add_special", TRUE);
  lobe_json_add_boolean (builder, "parse_special", TRUE);
  json_builder_end_object (builder);
  lobe_openai_post_async (LOBE_ENDPOINT (object), "/tokenize", builder, LOBE_PURPOSE_CHAT, cancellable, on_tokens,
                          g_steal_pointer (&count));
}

void
lobe_llama_server_count (LobeTokenCounter *counter,
                         LobeEndpoint     *endpoint,
                         LobeRequest      *request,
                         LobeCountReply   *reply,
                         GCancellable     *cancellable)
{
  Count *count = g_new0 (Count, 1);

  count->reply = g_object_ref (reply);
  count->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  count->model = g_strdup (lobe_request_get_model (request));
  lobe_openai_preview_async (endpoint, "/apply-template", request, cancellable, on_prompt, count);
}

/* Slots are told unless the server was started with --no-slots, metrics only with --metrics. */
typedef struct
{
  LobeEndpoint   *endpoint;
  LobeCountReply *reply;
  GCancellable   *cancellable;
  char           *model;
} Gauge;

static void
gauge_free (Gauge *gauge)
{
  g_clear_object (&gauge->endpoint);
  g_clear_object (&gauge->reply);
  g_clear_object (&gauge->cancellable);
  g_free (gauge->model);
  g_free (gauge);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Gauge, gauge_free)

static void
on_slots (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  static const char *const names[] = { "llamacpp:requests_processing", "llamacpp:requests_deferred", NULL };
  g_autoptr (Gauge) gauge = user_data;
  g_autoptr (LobeHttpRequest) request = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  gint64 n_busy = 0;

  if (!lobe_listing_fetch_finish (LOBE_HTTP (object), result, &root, &error) &&
      !g_error_matches (error, LOBE_ERROR, LOBE_ERROR_UNSUPPORTED) &&
      !g_error_matches (error, LOBE_ERROR, LOBE_ERROR_NOT_FOUND))
    {
      lobe_count_reply_fail (gauge->reply, error);
      return;
    }

  if (root != NULL && JSON_NODE_HOLDS_ARRAY (root))
    {
      JsonArray *slots = json_node_get_array (root);

      for (guint i = 0; i < json_array_get_length (slots); i++)
        n_busy += lobe_json_boolean (lobe_json_element (slots, i), "is_processing", FALSE);
      lobe_count_reply_done (gauge->reply, n_busy);
      return;
    }

  request = make_get (gauge->endpoint, "/metrics", gauge->model, FALSE);
  lobe_metrics_measure (lobe_endpoint_get_http (gauge->endpoint), request, names, gauge->reply, gauge->cancellable);
}

void
lobe_llama_server_measure (LobeLoadGauge  *load_gauge,
                           LobeEndpoint   *endpoint,
                           const char     *model,
                           LobeCountReply *reply,
                           GCancellable   *cancellable)
{
  g_autoptr (LobeHttpRequest) request = make_get (endpoint, "/slots", model, FALSE);
  Gauge *gauge = g_new0 (Gauge, 1);

  gauge->endpoint = g_object_ref (endpoint);
  gauge->reply = g_object_ref (reply);
  gauge->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  gauge->model = g_strdup (model);
  lobe_listing_fetch_async (lobe_endpoint_get_http (endpoint), request, cancellable, on_slots, gauge);
}

static void
on_told (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (LobeDoneReply) reply = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = lobe_openai_aside_finish (LOBE_ENDPOINT (object), result, &error);

  if (error != NULL)
    lobe_done_reply_fail (reply, error);
  else
    lobe_done_reply_done (reply);
}

void
lobe_llama_server_stop_thinking (LobeThinkStopper *stopper,
                                 LobeEndpoint     *endpoint,
                                 const char       *model,
                                 const char       *answer_id,
                                 LobeDoneReply    *reply,
                                 GCancellable     *cancellable)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "id", answer_id);
  lobe_json_add_string (builder, "action", "reasoning_end");
  lobe_json_add_string (builder, "model", model);
  json_builder_end_object (builder);
  lobe_openai_post_async (endpoint, "/v1/chat/completions/control", builder, LOBE_PURPOSE_MODELS, cancellable, on_told,
                          g_object_ref (reply));
}

static gboolean
told (GObject          *object,
      GAsyncResult     *result,
      LobeLibraryReply *reply)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = lobe_openai_aside_finish (LOBE_ENDPOINT (object), result, &error);

  if (error == NULL && !lobe_json_boolean (lobe_json_get_object (root), "success", FALSE))
    error = g_error_new_literal (LOBE_ERROR, LOBE_ERROR_SERVER, _("The server did not do it"));
  if (error == NULL)
    return TRUE;

  lobe_library_reply_fail (reply, error);

  return FALSE;
}

static void
on_unloaded (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (LobeLibraryReply) reply = user_data;

  if (told (object, result, reply))
    lobe_library_reply_done (reply);
}

typedef struct
{
  LobeModelInfo    *model;
  LobeLibraryReply *reply;
  GCancellable     *cancellable;
} Load;

static void
load_free (Load *load)
{
  g_clear_object (&load->model);
  g_clear_object (&load->reply);
  g_clear_object (&load->cancellable);
  g_free (load);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Load, load_free)

static void
on_ready (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Load) load = user_data;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;

  if (lobe_listing_fetch_finish (LOBE_HTTP (object), result, &root, &error))
    lobe_library_reply_done (load->reply);
  else
    lobe_library_reply_fail (load->reply, error);
}

/* The router says at once that it will; what asks the model's own server waits until there is one. */
static void
on_loading (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (Load) load = user_data;
  LobeEndpoint *endpoint = LOBE_ENDPOINT (object);
  GCancellable *cancellable = load->cancellable;
  g_autoptr (LobeHttpRequest) request = NULL;

  if (!told (object, result, load->reply))
    return;

  request = make_get (endpoint, "/props", lobe_model_info_get_id (load->model), TRUE);
  lobe_listing_fetch_async (lobe_endpoint_get_http (endpoint), request, cancellable, on_ready, g_steal_pointer (&load));
}

static void
tell_of_model (LobeEndpoint        *endpoint,
               const char          *path,
               LobeModelInfo       *model,
               GCancellable        *cancellable,
               GAsyncReadyCallback  callback,
               gpointer             user_data)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "model", lobe_model_info_get_id (model));
  json_builder_end_object (builder);
  lobe_openai_post_async (endpoint, path, builder, LOBE_PURPOSE_MODELS, cancellable, callback, user_data);
}

void
lobe_llama_server_load (LobeModelLibrary *library,
                        LobeEndpoint     *endpoint,
                        LobeModelInfo    *model,
                        LobeLibraryReply *reply,
                        GCancellable     *cancellable)
{
  Load *load = g_new0 (Load, 1);

  load->model = g_object_ref (model);
  load->reply = g_object_ref (reply);
  load->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  tell_of_model (endpoint, "/models/load", model, cancellable, on_loading, load);
}

void
lobe_llama_server_unload (LobeModelLibrary *library,
                          LobeEndpoint     *endpoint,
                          LobeModelInfo    *model,
                          LobeLibraryReply *reply,
                          GCancellable     *cancellable)
{
  tell_of_model (endpoint, "/models/unload", model, cancellable, on_unloaded, g_object_ref (reply));
}
