/* lobe-gemini-driver.c: Google's Gemini */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-gemini-driver.h"

#include "base/lobe-json.h"
#include "driver/lobe-exchange.h"
#include "driver/lobe-gemini-body.h"
#include "driver/lobe-gemini-decoder.h"
#include "driver/lobe-model-pages.h"
#include "driver/lobe-openai-models.h"

#include <string.h>

/* The only version with all that is asked here. */
#define VERSION "/v1beta"

/**
 * LobeGeminiDriver:
 *
 * POST {base}/models/{model}:streamGenerateContent?alt=sse and GET {base}/models with x-goog-api-key, as the documents
 * of the Gemini API and Google's Python client of 2026 have them. The base is given with its version or without.
 */
struct _LobeGeminiDriver
{
  GObject parent_instance;
};

static void lobe_gemini_driver_driver_init (LobeDriverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeGeminiDriver, lobe_gemini_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, lobe_gemini_driver_driver_init))

static LobeHttpRequest *
make_request (LobeEndpoint *endpoint,
              const char   *method,
              const char   *path,
              LobePurpose   purpose)
{
  return lobe_exchange_request (endpoint, method, VERSION, path, purpose, "x-goog-api-key");
}

static LobeHttpRequest *
make_chat_request (LobeEndpoint *endpoint,
                   LobeRequest  *request,
                   GHashTable   *attachments,
                   guint         plain)
{
  const char *model = lobe_request_get_model (request);
  /* models that somebody tuned have a folder of their own */
  const char *folder = g_str_has_prefix (model, "tunedModels/") ? "/" : "/models/";
  g_autofree char *escaped = g_uri_escape_string (model, "/", FALSE);
  g_autofree char *path = g_strconcat (folder, escaped, ":streamGenerateContent?alt=sse", NULL);
  LobeHttpRequest *http_request = make_request (endpoint, "POST", path, LOBE_PURPOSE_CHAT);
  g_autoptr (JsonBuilder) builder = lobe_gemini_body_new (request, attachments, plain);
  g_autoptr (GBytes) body = lobe_endpoint_take_body (endpoint, builder);

  lobe_http_request_set_header (http_request, "Accept", "text/event-stream");
  lobe_http_request_set_body (http_request, "application/json", body);

  return http_request;
}

static const LobeExchange exchange = {
  .new_stream = lobe_gemini_stream_new,
  .make_request = make_chat_request,
  .plainer = lobe_gemini_body_plainer,
};

static void
lobe_gemini_driver_chat (LobeDriver   *driver,
                         LobeEndpoint *endpoint,
                         LobeRequest  *request,
                         LobeSink     *sink,
                         GCancellable *cancellable)
{
  lobe_exchange_run (&exchange, endpoint, request, sink, cancellable);
}

static gboolean
has_method (JsonArray  *methods,
            const char *name)
{
  for (guint i = 0; methods != NULL && i < json_array_get_length (methods); i++)
    {
      if (g_strcmp0 (lobe_json_string_element (methods, i), name) == 0)
        return TRUE;
    }

  return FALSE;
}

/*
 * "Models" in the documents of the Gemini API. That a model sees or calls tools is nowhere told; all that are named
 * Gemini do both.
 */
static LobeModelInfo *
read_model (JsonObject *object)
{
  const char *id = lobe_json_string (object, "name");
  const char *name = lobe_json_string (object, "displayName");
  JsonArray *methods = lobe_json_array (object, "supportedGenerationMethods");
  gboolean chats = has_method (methods, "generateContent");
  LobeCapabilities can = 0;
  LobeModelInfo *info;

  if (id == NULL || *id == '\0' || !(chats || has_method (methods, "embedContent")))
    return NULL;

  if (g_str_has_prefix (id, "models/"))
    id += strlen ("models/");
  info = lobe_model_info_new (id, name != NULL && *name != '\0' ? name : id);
  lobe_model_info_set_context_length (info, MAX (lobe_json_int (object, "inputTokenLimit", 0), 0));
  lobe_model_info_set_loaded (info, TRUE);

  if (!chats)
    can = LOBE_CAPABILITY_EMBEDDING;
  else if (g_str_has_prefix (id, "gemini-"))
    can = LOBE_CAPABILITY_VISION | LOBE_CAPABILITY_TOOLS;
  if (chats && lobe_json_boolean (object, "thinking", FALSE))
    can |= LOBE_CAPABILITY_THINKING;
  lobe_model_info_set_capabilities (info, can);

  return info;
}

static LobeHttpRequest *
make_models_request (LobeEndpoint *endpoint,
                     const char   *after)
{
  g_autofree char *path = g_strconcat ("/models?pageSize=1000", after != NULL ? "&pageToken=" : NULL, after, NULL);

  return make_request (endpoint, "GET", path, LOBE_PURPOSE_MODELS);
}

/* LiteLLM has Gemini's chat, but only OpenAI's list of models. */
static LobeHttpRequest *
make_gateway_request (LobeEndpoint *endpoint,
                      const char   *after)
{
  return lobe_endpoint_request_beside (endpoint, "GET", VERSION, "/v1/models", LOBE_PURPOSE_MODELS, NULL);
}

static const LobeModelPages gateway_pages = {
  .make_request = make_gateway_request,
  .list = "data",
  .read_model = lobe_openai_models_read,
};

static const LobeModelPages pages = {
  .make_request = make_models_request,
  .list = "models",
  .next = "nextPageToken",
  .read_model = read_model,
  .instead = &gateway_pages,
};

static void
lobe_gemini_driver_list_models (LobeDriver     *driver,
                                LobeEndpoint   *endpoint,
                                LobeModelReply *reply,
                                GCancellable   *cancellable)
{
  lobe_model_pages_list (&pages, endpoint, reply, cancellable);
}

static const char *
lobe_gemini_driver_get_protocol (LobeDriver *driver)
{
  return "gemini";
}

static gboolean
lobe_gemini_driver_can_prefill (LobeDriver *driver)
{
  return FALSE;
}

static void
lobe_gemini_driver_driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = lobe_gemini_driver_get_protocol;
  iface->can_prefill = lobe_gemini_driver_can_prefill;
  iface->chat = lobe_gemini_driver_chat;
  iface->list_models = lobe_gemini_driver_list_models;
}

static void
lobe_gemini_driver_class_init (LobeGeminiDriverClass *klass)
{
}

static void
lobe_gemini_driver_init (LobeGeminiDriver *self)
{
}

/**
 * lobe_gemini_driver_new:
 *
 * Returns: (transfer full): a driver for Gemini
 */
LobeDriver *
lobe_gemini_driver_new (void)
{
  return g_object_new (LOBE_TYPE_GEMINI_DRIVER, NULL);
}
