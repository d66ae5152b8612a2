/* lobe-anthropic-driver.c: Messages, as Anthropic made them and several servers speak them */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-anthropic-driver.h"

#include "base/lobe-json.h"
#include "driver/lobe-anthropic-body.h"
#include "driver/lobe-anthropic-decoder.h"
#include "driver/lobe-exchange.h"
#include "driver/lobe-model-pages.h"

#define VERSION "2023-06-01"

/**
 * LobeAnthropicDriver:
 *
 * POST {base}/messages and GET {base}/models with x-api-key, as the documents of Anthropic's API and its Python client
 * of 2026 have them. llama-server, vLLM, Ollama and LiteLLM speak it too.
 */
struct _LobeAnthropicDriver
{
  GObject parent_instance;
};

static void lobe_anthropic_driver_driver_init (LobeDriverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeAnthropicDriver, lobe_anthropic_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, lobe_anthropic_driver_driver_init))

static LobeHttpRequest *
make_request (LobeEndpoint *endpoint,
              const char   *method,
              const char   *path,
              LobePurpose   purpose)
{
  LobeHttpRequest *request = lobe_exchange_request (endpoint, method, "/v1", path, purpose, "x-api-key");

  lobe_http_request_set_header (request, "anthropic-version", VERSION);

  return request;
}

static LobeHttpRequest *
make_chat_request (LobeEndpoint *endpoint,
                   LobeRequest  *request,
                   GHashTable   *attachments,
                   guint         plain)
{
  LobeHttpRequest *http_request = make_request (endpoint, "POST", "/messages", LOBE_PURPOSE_CHAT);
  g_autoptr (JsonBuilder) builder = lobe_anthropic_body_new (request, attachments, plain);
  g_autoptr (GBytes) body = lobe_endpoint_take_body (endpoint, builder);

  lobe_http_request_set_header (http_request, "Accept", "text/event-stream");
  lobe_http_request_set_body (http_request, "application/json", body);

  return http_request;
}

static const LobeExchange exchange = {
  .new_stream = lobe_anthropic_stream_new,
  .make_request = make_chat_request,
  .plainer = lobe_anthropic_body_plainer,
};

static void
lobe_anthropic_driver_chat (LobeDriver   *driver,
                            LobeEndpoint *endpoint,
                            LobeRequest  *request,
                            LobeSink     *sink,
                            GCancellable *cancellable)
{
  lobe_exchange_run (&exchange, endpoint, request, sink, cancellable);
}

static gboolean
supports (JsonObject *capabilities,
          const char *name)
{
  return lobe_json_boolean (lobe_json_object (capabilities, name), "supported", FALSE);
}

/* model_info.py and model_capabilities.py of Anthropic's Python client; others tell only the id. */
static LobeModelInfo *
read_model (JsonObject *object)
{
  const char *id = lobe_json_string (object, "id");
  const char *name = lobe_json_string (object, "display_name");
  JsonObject *capabilities = lobe_json_object (object, "capabilities");
  const gint64 context_lengths[] = {
    lobe_json_int (object, "max_input_tokens", 0),                          /* Anthropic, LiteLLM */
    lobe_json_int (object, "max_model_len", 0),                             /* vLLM */
    lobe_json_int (lobe_json_object (object, "meta"), "n_ctx", 0),          /* llama-server */
    lobe_json_int (lobe_json_object (object, "meta"), "n_ctx_train", 0),
  };
  LobeCapabilities can = 0;
  LobeModelInfo *info;

  if (id == NULL || *id == '\0' || g_strcmp0 (lobe_json_string (object, "lifecycle"), "retired") == 0)
    return NULL;

  info = lobe_model_info_new (id, name != NULL && *name != '\0' ? name : id);
  for (guint i = 0; i < G_N_ELEMENTS (context_lengths); i++)
    {
      if (context_lengths[i] > 0)
        {
          lobe_model_info_set_context_length (info, context_lengths[i]);
          break;
        }
    }

  if (supports (capabilities, "image_input"))
    can |= LOBE_CAPABILITY_VISION;
  if (supports (capabilities, "thinking"))
    can |= LOBE_CAPABILITY_THINKING;
  /* of its own models all call tools, and from version 3 on all see; older answers don't say it */
  if (lobe_exchange_version (id, "claude-") >= 300)
    can |= LOBE_CAPABILITY_TOOLS | (capabilities == NULL ? LOBE_CAPABILITY_VISION : 0);
  lobe_model_info_set_capabilities (info, can);
  lobe_model_info_set_loaded (info, TRUE);

  return info;
}

static LobeHttpRequest *
make_models_request (LobeEndpoint *endpoint,
                     const char   *after)
{
  g_autofree char *path = g_strconcat ("/models?limit=1000", after != NULL ? "&after_id=" : NULL, after, NULL);

  return make_request (endpoint, "GET", path, LOBE_PURPOSE_MODELS);
}

static const LobeModelPages pages = {
  .make_request = make_models_request,
  .list = "data",
  .next = "last_id",
  .more = "has_more",
  .read_model = read_model,
};

static void
lobe_anthropic_driver_list_models (LobeDriver     *driver,
                                   LobeEndpoint   *endpoint,
                                   LobeModelReply *reply,
                                   GCancellable   *cancellable)
{
  lobe_model_pages_list (&pages, endpoint, reply, cancellable);
}

static const char *
lobe_anthropic_driver_get_protocol (LobeDriver *driver)
{
  return "anthropic";
}

/* Models from 4.6 on refuse it. */
static gboolean
lobe_anthropic_driver_can_prefill (LobeDriver *driver)
{
  return FALSE;
}

static void
lobe_anthropic_driver_driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = lobe_anthropic_driver_get_protocol;
  iface->can_prefill = lobe_anthropic_driver_can_prefill;
  iface->chat = lobe_anthropic_driver_chat;
  iface->list_models = lobe_anthropic_driver_list_models;
}

static void
lobe_anthropic_driver_class_init (LobeAnthropicDriverClass *klass)
{
}

static void
lobe_anthropic_driver_init (LobeAnthropicDriver *self)
{
}

/**
 * lobe_anthropic_driver_new:
 *
 * Returns: (transfer full): a driver for Messages
 */
LobeDriver *
lobe_anthropic_driver_new (void)
{
  return g_object_new (LOBE_TYPE_ANTHROPIC_DRIVER, NULL);
}
