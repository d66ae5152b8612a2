/* lobe-vllm-driver.c: vLLM */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-vllm-driver.h"

#include "lobe-config.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "driver/lobe-load-gauge.h"
#include "driver/lobe-metrics.h"
#include "driver/lobe-openai-aside.h"
#include "driver/lobe-openai-chat.h"
#include "driver/lobe-openai-models.h"
#include "driver/lobe-token-counter.h"

#include <glib/gi18n-lib.h>

/**
 * LobeVllmDriver:
 *
 * Chat completions with samplers, the switches of the chat template, and what it can tell beside: how many tokens a
 * request is, and how many requests run and wait. Thoughts come as reasoning_content up to 0.11 and as reasoning since
 * 0.16; both are read. A schema is enforced by its structured outputs.
 */
struct _LobeVllmDriver
{
  GObject parent_instance;
};

static void lobe_vllm_driver_driver_init (LobeDriverInterface *iface);
static void lobe_vllm_driver_token_counter_init (LobeTokenCounterInterface *iface);
static void lobe_vllm_driver_load_gauge_init (LobeLoadGaugeInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeVllmDriver, lobe_vllm_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, lobe_vllm_driver_driver_init)
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_TOKEN_COUNTER, lobe_vllm_driver_token_counter_init)
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_LOAD_GAUGE, lobe_vllm_driver_load_gauge_init))

/* It goes on with a last assistant message when it is asked to. */
static void
add_prefill (JsonBuilder *builder,
             LobeRequest *request)
{
  if (!lobe_request_get_prefill (request))
    return;

  lobe_json_add_boolean (builder, "add_generation_prompt", FALSE);
  lobe_json_add_boolean (builder, "continue_final_message", TRUE);
}

static const LobeOpenaiServer server = {
  .takes = LOBE_OPENAI_TAKES_SAMPLERS | LOBE_OPENAI_TAKES_TEMPLATE | LOBE_OPENAI_TAKES_EFFORT,
  .repeat_penalty = "repetition_penalty",
  .add = add_prefill,
};

static void
lobe_vllm_driver_chat (LobeDriver   *driver,
                       LobeEndpoint *endpoint,
                       LobeRequest  *request,
                       LobeSink     *sink,
                       GCancellable *cancellable)
{
  lobe_openai_chat (&server, endpoint, request, sink, cancellable);
}

static void
lobe_vllm_driver_list_models (LobeDriver     *driver,
                              LobeEndpoint   *endpoint,
                              LobeModelReply *reply,
                              GCancellable   *cancellable)
{
  lobe_openai_models_list (endpoint, reply, cancellable);
}

static const char *
lobe_vllm_driver_get_protocol (LobeDriver *driver)
{
  return "vllm";
}

static gboolean
lobe_vllm_driver_can_prefill (LobeDriver *driver)
{
  return TRUE;
}

static void
lobe_vllm_driver_driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = lobe_vllm_driver_get_protocol;
  iface->can_prefill = lobe_vllm_driver_can_prefill;
  iface->chat = lobe_vllm_driver_chat;
  iface->list_models = lobe_vllm_driver_list_models;
}

static void
on_counted (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (LobeCountReply) reply = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = lobe_openai_aside_finish (LOBE_ENDPOINT (object), result, &error);
  gint64 count = lobe_json_int (lobe_json_get_object (root), "count", -1);

  if (error == NULL && count < 0)
    error = g_error_new_literal (LOBE_ERROR, LOBE_ERROR_PROTOCOL, _("The server did not count"));

  if (error != NULL)
    lobe_count_reply_fail (reply, error);
  else
    lobe_count_reply_done (reply, count);
}

static void
lobe_vllm_driver_count (LobeTokenCounter *counter,
                        LobeEndpoint     *endpoint,
                        LobeRequest      *request,
                        LobeCountReply   *reply,
                        GCancellable     *cancellable)
{
  lobe_openai_preview_async (endpoint, "/tokenize", request, cancellable, on_counted, g_object_ref (reply));
}

static void
lobe_vllm_driver_token_counter_init (LobeTokenCounterInterface *iface)
{
  iface->count = lobe_vllm_driver_count;
}

static void
lobe_vllm_driver_measure (LobeLoadGauge  *gauge,
                          LobeEndpoint   *endpoint,
                          const char     *model,
                          LobeCountReply *reply,
                          GCancellable   *cancellable)
{
  static const char *const names[] = { "vllm:num_requests_running", "vllm:num_requests_waiting", NULL };
  g_autoptr (LobeHttpRequest) request = lobe_openai_root_request (endpoint, "GET", "/metrics", LOBE_PURPOSE_MODELS);

  lobe_metrics_measure (lobe_endpoint_get_http (endpoint), request, names, reply, cancellable);
}

static void
lobe_vllm_driver_load_gauge_init (LobeLoadGaugeInterface *iface)
{
  iface->measure = lobe_vllm_driver_measure;
}

static void
lobe_vllm_driver_class_init (LobeVllmDriverClass *klass)
{
}

static void
lobe_vllm_driver_init (LobeVllmDriver *self)
{
}

/**
 * lobe_vllm_driver_new:
 *
 * Returns: (transfer full): a driver for vLLM
 */
LobeDriver *
lobe_vllm_driver_new (void)
{
  return g_object_new (LOBE_TYPE_VLLM_DRIVER, NULL);
}
