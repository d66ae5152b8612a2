/* lobe-openai-responses-driver.c: OpenAI's Responses */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-openai-responses-driver.h"

#include "driver/lobe-exchange.h"
#include "driver/lobe-openai-models.h"
#include "driver/lobe-openai-responses-body.h"
#include "driver/lobe-openai-responses-decoder.h"

/**
 * LobeOpenaiResponsesDriver:
 *
 * POST {base}/responses, as the documents of OpenAI's API and its Python client of 2026 have it, and GET {base}/models.
 * Nothing is stored there, so every request tells the whole conversation. llama-server, vLLM, Ollama, LM Studio and
 * LiteLLM speak that part of it too.
 */
struct _LobeOpenaiResponsesDriver
{
  GObject parent_instance;
};

static void lobe_openai_responses_driver_driver_init (LobeDriverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeOpenaiResponsesDriver, lobe_openai_responses_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, lobe_openai_responses_driver_driver_init))

static LobeHttpRequest *
make_chat_request (LobeEndpoint *endpoint,
                   LobeRequest  *request,
                   GHashTable   *attachments,
                   guint         plain)
{
  LobeHttpRequest *http_request = lobe_exchange_request (endpoint, "POST", "/v1", "/responses", LOBE_PURPOSE_CHAT, NULL);
  g_autoptr (JsonBuilder) builder = lobe_openai_responses_body_new (request, attachments, plain);
  g_autoptr (GBytes) body = lobe_endpoint_take_body (endpoint, builder);

  lobe_http_request_set_header (http_request, "Accept", "text/event-stream");
  lobe_http_request_set_body (http_request, "application/json", body);

  return http_request;
}

static const LobeExchange exchange = {
  .new_stream = lobe_openai_responses_stream_new,
  .make_request = make_chat_request,
  .plainer = lobe_openai_responses_body_plainer,
};

static void
lobe_openai_responses_driver_chat (LobeDriver   *driver,
                                   LobeEndpoint *endpoint,
                                   LobeRequest  *request,
                                   LobeSink     *sink,
                                   GCancellable *cancellable)
{
  lobe_exchange_run (&exchange, endpoint, request, sink, cancellable);
}

static void
lobe_openai_responses_driver_list_models (LobeDriver     *driver,
                                          LobeEndpoint   *endpoint,
                                          LobeModelReply *reply,
                                          GCancellable   *cancellable)
{
  lobe_openai_models_list (endpoint, reply, cancellable);
}

static const char *
lobe_openai_responses_driver_get_protocol (LobeDriver *driver)
{
  return "openai-responses";
}

static gboolean
lobe_openai_responses_driver_can_prefill (LobeDriver *driver)
{
  return FALSE;
}

static void
lobe_openai_responses_driver_driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = lobe_openai_responses_driver_get_protocol;
  iface->can_prefill = lobe_openai_responses_driver_can_prefill;
  iface->chat = lobe_openai_responses_driver_chat;
  iface->list_models = lobe_openai_responses_driver_list_models;
}

static void
lobe_openai_responses_driver_class_init (LobeOpenaiResponsesDriverClass *klass)
{
}

static void
lobe_openai_responses_driver_init (LobeOpenaiResponsesDriver *self)
{
}

/**
 * lobe_openai_responses_driver_new:
 *
 * Returns: (transfer full): a driver for Responses
 */
LobeDriver *
lobe_openai_responses_driver_new (void)
{
  return g_object_new (LOBE_TYPE_OPENAI_RESPONSES_DRIVER, NULL);
}
