/* lobe-llama-server-driver.c: llama.cpp's server, with one model or as a router of several */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-llama-server-driver.h"

#include "base/lobe-json.h"
#include "driver/lobe-llama-server-aside.h"
#include "driver/lobe-openai-chat.h"

/**
 * LobeLlamaServerDriver:
 *
 * Chat completions with all that llama.cpp adds: how far the request has been read, what the chat template can do, slots,
 * counting, thinking that can be ended, and as a router models that are loaded and let go on request. It goes on with a
 * last assistant message by itself (--prefill-assistant is its default). Its README and version 0.7.0 tell the rest.
 */
struct _LobeLlamaServerDriver
{
  GObject parent_instance;
};

static void lobe_llama_server_driver_driver_init (LobeDriverInterface *iface);
static void lobe_llama_server_driver_token_counter_init (LobeTokenCounterInterface *iface);
static void lobe_llama_server_driver_load_gauge_init (LobeLoadGaugeInterface *iface);
static void lobe_llama_server_driver_think_stopper_init (LobeThinkStopperInterface *iface);
static void lobe_llama_server_driver_model_library_init (LobeModelLibraryInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeLlamaServerDriver, lobe_llama_server_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, lobe_llama_server_driver_driver_init)
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_TOKEN_COUNTER, lobe_llama_server_driver_token_counter_init)
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_LOAD_GAUGE, lobe_llama_server_driver_load_gauge_init)
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_THINK_STOPPER, lobe_llama_server_driver_think_stopper_init)
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_MODEL_LIBRARY, lobe_llama_server_driver_model_library_init))

/* Progress while it reads a long request, and an answer whose thinking can be ended. */
static void
add_switches (JsonBuilder *builder,
              LobeRequest *request)
{
  lobe_json_add_boolean (builder, "return_progress", TRUE);
  if (!lobe_request_get_prefill (request) && lobe_request_get_think (request) != LOBE_THINK_OFF)
    lobe_json_add_boolean (builder, "reasoning_control", TRUE);
}

static const LobeOpenaiServer server = {
  .takes = LOBE_OPENAI_TAKES_SAMPLERS | LOBE_OPENAI_TAKES_TEMPLATE,
  .repeat_penalty = "repeat_penalty",
  .add = add_switches,
};

static void
lobe_llama_server_driver_chat (LobeDriver   *driver,
                               LobeEndpoint *endpoint,
                               LobeRequest  *request,
                               LobeSink     *sink,
                               GCancellable *cancellable)
{
  lobe_openai_chat (&server, endpoint, request, sink, cancellable);
}

static void
lobe_llama_server_driver_list_models (LobeDriver     *driver,
                                      LobeEndpoint   *endpoint,
                                      LobeModelReply *reply,
                                      GCancellable   *cancellable)
{
  lobe_llama_server_list_models (endpoint, reply, cancellable);
}

static const char *
lobe_llama_server_driver_get_protocol (LobeDriver *driver)
{
  return "llama-server";
}

static gboolean
lobe_llama_server_driver_can_prefill (LobeDriver *driver)
{
  return TRUE;
}

static void
lobe_llama_server_driver_driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = lobe_llama_server_driver_get_protocol;
  iface->can_prefill = lobe_llama_server_driver_can_prefill;
  iface->chat = lobe_llama_server_driver_chat;
  iface->list_models = lobe_llama_server_driver_list_models;
}

static void
lobe_llama_server_driver_token_counter_init (LobeTokenCounterInterface *iface)
{
  iface->count = lobe_llama_server_count;
}

static void
lobe_llama_server_driver_load_gauge_init (LobeLoadGaugeInterface *iface)
{
  iface->measure = lobe_llama_server_measure;
}

static void
lobe_llama_server_driver_think_stopper_init (LobeThinkStopperInterface *iface)
{
  iface->stop = lobe_llama_server_stop_thinking;
}

static void
lobe_llama_server_driver_model_library_init (LobeModelLibraryInterface *iface)
{
  iface->load = lobe_llama_server_load;
  iface->unload = lobe_llama_server_unload;
}

static void
lobe_llama_server_driver_class_init (LobeLlamaServerDriverClass *klass)
{
}

static void
lobe_llama_server_driver_init (LobeLlamaServerDriver *self)
{
}

/**
 * lobe_llama_server_driver_new:
 *
 * Returns: (transfer full): a driver for llama-server
 */
LobeDriver *
lobe_llama_server_driver_new (void)
{
  return g_object_new (LOBE_TYPE_LLAMA_SERVER_DRIVER, NULL);
}
