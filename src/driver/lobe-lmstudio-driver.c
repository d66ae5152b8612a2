/* lobe-lmstudio-driver.c: LM Studio */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-lmstudio-driver.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "driver/lobe-listing.h"
#include "driver/lobe-openai-chat.h"
#include "driver/lobe-openai-models.h"

/**
 * LobeLmstudioDriver:
 *
 * Chat completions; its own /api/v0/models (0.3.6) says of each model what it can do, its window and whether it is loaded.
 * Older versions have only OpenAI's list.
 */
struct _LobeLmstudioDriver
{
  GObject parent_instance;
};

static void lobe_lmstudio_driver_driver_init (LobeDriverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeLmstudioDriver, lobe_lmstudio_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, lobe_lmstudio_driver_driver_init))

static const LobeOpenaiServer server = {
  .takes = LOBE_OPENAI_TAKES_SAMPLERS | LOBE_OPENAI_TAKES_EFFORT,
  .repeat_penalty = "repeat_penalty",
};

/* What the list of models needs until it is there. */
typedef struct
{
  LobeEndpoint   *endpoint;
  LobeModelReply *reply;
  GCancellable   *cancellable;
} Listing;

static void
listing_free (Listing *listing)
{
  g_clear_object (&listing->endpoint);
  g_clear_object (&listing->reply);
  g_clear_object (&listing->cancellable);
  g_free (listing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Listing, listing_free)

static LobeModelInfo *
read_model (JsonObject *object)
{
  LobeModelInfo *info = lobe_openai_models_read (object);
  const char *type = lobe_json_string (object, "type");
  gint64 loaded_length = lobe_json_int (object, "loaded_context_length", 0);
  LobeCapabilities capabilities;

  if (info == NULL)
    return NULL;

  capabilities = lobe_model_info_get_capabilities (info);
  if (g_strcmp0 (type, "vlm") == 0)
    capabilities |= LOBE_CAPABILITY_VISION;
  if (g_strcmp0 (type, "embeddings") == 0)
    capabilities |= LOBE_CAPABILITY_EMBEDDING;
  if (lobe_openai_models_has (lobe_json_array (object, "capabilities"), "tool_use"))
    capabilities |= LOBE_CAPABILITY_TOOLS;
  lobe_model_info_set_capabilities (info, capabilities);
  lobe_model_info_set_loaded (info, g_strcmp0 (lobe_json_string (object, "state"), "loaded") == 0);
  if (loaded_length > 0)
    lobe_model_info_set_context_length (info, loaded_length);

  return info;
}

static void
on_listed (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Listing) listing = user_data;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *data;

  if (!lobe_listing_fetch_finish (LOBE_HTTP (object), result, &root, &error) &&
      !g_error_matches (error, LOBE_ERROR, LOBE_ERROR_NOT_FOUND))
    {
      lobe_model_reply_fail (listing->reply, error);
      return;
    }

  /* what it does not know it answers with 200 and an error */
  data = lobe_json_array (lobe_json_get_object (root), "data");
  if (data == NULL)
    {
      lobe_openai_models_list (listing->endpoint, listing->reply, listing->cancellable);
      return;
    }

  for (guint i = 0; i < json_array_get_length (data); i++)
    {
      g_autoptr (LobeModelInfo) info = read_model (lobe_json_element (data, i));

      if (info != NULL)
        lobe_model_reply_add (listing->reply, info);
    }
  lobe_model_reply_done (listing->reply);
}

static void
lobe_lmstudio_driver_chat (LobeDriver   *driver,
                           LobeEndpoint *endpoint,
                           LobeRequest  *request,
                           LobeSink     *sink,
                           GCancellable *cancellable)
{
  lobe_openai_chat (&server, endpoint, request, sink, cancellable);
}

static void
lobe_lmstudio_driver_list_models (LobeDriver     *driver,
                                  LobeEndpoint   *endpoint,
                                  LobeModelReply *reply,
                                  GCancellable   *cancellable)
{
  g_autoptr (LobeHttpRequest) request = lobe_openai_root_request (endpoint, "GET", "/api/v0/models", LOBE_PURPOSE_MODELS);
  Listing *listing = g_new0 (Listing, 1);

  listing->endpoint = g_object_ref (endpoint);
  listing->reply = g_object_ref (reply);
  listing->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  lobe_listing_fetch_async (lobe_endpoint_get_http (endpoint), request, cancellable, on_listed, listing);
}

static const char *
lobe_lmstudio_driver_get_protocol (LobeDriver *driver)
{
  return "lmstudio";
}

static void
lobe_lmstudio_driver_driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = lobe_lmstudio_driver_get_protocol;
  iface->chat = lobe_lmstudio_driver_chat;
  iface->list_models = lobe_lmstudio_driver_list_models;
}

static void
lobe_lmstudio_driver_class_init (LobeLmstudioDriverClass *klass)
{
}

static void
lobe_lmstudio_driver_init (LobeLmstudioDriver *self)
{
}

/**
 * lobe_lmstudio_driver_new:
 *
 * Returns: (transfer full): a driver for LM Studio
 */
LobeDriver *
lobe_lmstudio_driver_new (void)
{
  return g_object_new (LOBE_TYPE_LMSTUDIO_DRIVER, NULL);
}
