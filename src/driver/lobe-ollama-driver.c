/* lobe-ollama-driver.c: Ollama's own protocol */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-ollama-driver-private.h"

#include "lobe-config.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "driver/lobe-attachments.h"
#include "driver/lobe-listing.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * LobeOllamaDriver:
 *
 * POST {base}/api/chat, GET {base}/api/tags and GET {base}/api/ps, as docs/api.md and api/types.go of Ollama 0.17 have
 * them. Preferred to Ollama's OpenAI-compatible address, which ignores options. A model without a chat template would
 * be given the messages in one heap by /api/chat: POST {base}/api/show tells which these are, and they get a text to
 * continue by POST {base}/api/generate.
 */
struct _LobeOllamaDriver
{
  GObject     parent_instance;

  GHashTable *known; /* "address\nmodel" → LobeOllamaModel */
  gboolean    asks;
};

static void lobe_ollama_driver_driver_init (LobeDriverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeOllamaDriver, lobe_ollama_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, lobe_ollama_driver_driver_init)
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_MODEL_LIBRARY, lobe_ollama_library_init))

/* Others may have changed a model meanwhile; more than this many are not remembered. */
#define MAX_KNOWN 200

static char *
make_key (LobeEndpoint *endpoint,
          const char   *id)
{
  return g_strconcat (lobe_endpoint_get_base_url (endpoint), "\n", id, NULL);
}

/*
 * lobe_ollama_driver_remember:
 * @id: of a model
 * @model: (nullable) (transfer full): what was told of it; %NULL to forget
 */
void
lobe_ollama_driver_remember (LobeOllamaDriver      *self,
                             LobeEndpoint          *endpoint,
                             const char            *id,
                             LobeOllamaModel       *model)
{
  g_autofree char *key = make_key (endpoint, id);

  if (g_hash_table_size (self->known) >= MAX_KNOWN)
    g_hash_table_remove_all (self->known);
  if (model != NULL)
    g_hash_table_insert (self->known, g_steal_pointer (&key), model);
  else
    g_hash_table_remove (self->known, key);
}

/* Whether it asks for what it does not know of a model, which a test of answers alone does not want. */
void
lobe_ollama_driver_set_asks (LobeOllamaDriver *self,
                             gboolean          asks)
{
  self->asks = asks;
}

typedef struct
{
  LobeOllamaDriver *driver;
  LobeEndpoint     *endpoint;
  LobeRequest      *request;
  GHashTable       *attachments;
  LobeSink         *sink;
  GCancellable     *cancellable;
} Chat;

static void
chat_free (Chat *chat)
{
  g_clear_object (&chat->driver);
  g_clear_object (&chat->endpoint);
  g_clear_object (&chat->request);
  g_clear_pointer (&chat->attachments, g_hash_table_unref);
  g_clear_object (&chat->sink);
  g_clear_object (&chat->cancellable);
  g_free (chat);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Chat, chat_free)

static const LobeOllamaModel *
get_known (Chat *chat)
{
  g_autofree char *key = make_key (chat->endpoint, lobe_request_get_model (chat->request));

  return g_hash_table_lookup (chat->driver->known, key);
}

static void
send_chat (Chat *chat)
{
  const LobeOllamaModel *known = get_known (chat);
  gboolean plain = known != NULL && known->plain;
  g_autoptr (LobeHttpRequest) http_request = NULL;
  g_autoptr (GBytes) body = NULL;

  body = plain ? lobe_ollama_request_generate (chat->endpoint, chat->request, chat->attachments, known)
               : lobe_ollama_request_chat (chat->endpoint, chat->request, chat->attachments, known);
  http_request = lobe_endpoint_request (chat->endpoint, "POST", plain ? "/api/generate" : "/api/chat", LOBE_PURPOSE_CHAT);
  lobe_http_request_set_body (http_request, "application/json", body);
  lobe_stream_run (lobe_ollama_stream_new (chat->sink), lobe_endpoint_get_http (chat->endpoint), http_request,
                   NULL, NULL, NULL, chat->cancellable);
}

static void
on_shown (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Chat) chat = user_data;

  /* One that doesn't tell is asked all the same: what is wrong, it says then. */
  lobe_model_library_run_finish (LOBE_MODEL_LIBRARY (object), result, NULL);
  send_chat (chat);
}

static void
on_attachments (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (Chat) chat = user_data;
  g_autoptr (LobeModelInfo) info = NULL;
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = chat->cancellable;

  chat->attachments = lobe_attachments_load_finish (LOBE_REQUEST (object), result, &error);
  if (chat->attachments == NULL)
    {
      lobe_sink_fail (chat->sink, error);
      return;
    }
  if (!chat->driver->asks || get_known (chat) != NULL)
    {
      send_chat (chat);
      return;
    }

  info = lobe_model_info_new (lobe_request_get_model (chat->request), NULL);
  lobe_model_library_run_async (LOBE_MODEL_LIBRARY (chat->driver), LOBE_LIBRARY_SHOW, chat->endpoint, info, NULL, NULL,
                                cancellable, on_shown, chat);
  g_steal_pointer (&chat);
}

static void
lobe_ollama_driver_chat (LobeDriver   *driver,
                         LobeEndpoint *endpoint,
                         LobeRequest  *request,
                         LobeSink     *sink,
                         GCancellable *cancellable)
{
  Chat *chat = g_new0 (Chat, 1);

  chat->driver = g_object_ref (LOBE_OLLAMA_DRIVER (driver));
  chat->endpoint = g_object_ref (endpoint);
  chat->request = g_object_ref (request);
  chat->sink = g_object_ref (sink);
  chat->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;

  lobe_attachments_load_async (request, cancellable, on_attachments, chat);
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
      LobeModelInfo *info = lobe_ollama_model_read_tag (lobe_json_element (tags, i));

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
lobe_ollama_driver_finalize (GObject *object)
{
  LobeOllamaDriver *self = LOBE_OLLAMA_DRIVER (object);

  g_hash_table_unref (self->known);

  G_OBJECT_CLASS (lobe_ollama_driver_parent_class)->finalize (object);
}

static void
lobe_ollama_driver_class_init (LobeOllamaDriverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_ollama_driver_finalize;
}

static void
lobe_ollama_driver_init (LobeOllamaDriver *self)
{
  self->known = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) lobe_ollama_model_free);
  self->asks = TRUE;
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
