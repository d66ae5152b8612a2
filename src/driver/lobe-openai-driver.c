/* lobe-openai-driver.c: chat completions, as OpenAI made them and most servers speak them */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-openai-driver.h"

#include "driver/lobe-openai-chat.h"
#include "driver/lobe-openai-models.h"

/**
 * LobeOpenaiDriver:
 *
 * POST {base}/chat/completions and GET {base}/models, and nothing in them that OpenAI's own servers would not know. A new
 * provider of that shape is data: see lobe-openai-models.c for what is read of its list.
 */
struct _LobeOpenaiDriver
{
  GObject parent_instance;
};

static void lobe_openai_driver_driver_init (LobeDriverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeOpenaiDriver, lobe_openai_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, lobe_openai_driver_driver_init))

static const LobeOpenaiServer server = {
  .takes = LOBE_OPENAI_TAKES_EFFORT,
};

static void
lobe_openai_driver_chat (LobeDriver   *driver,
                         LobeEndpoint *endpoint,
                         LobeRequest  *request,
                         LobeSink     *sink,
                         GCancellable *cancellable)
{
  lobe_openai_chat (&server, endpoint, request, sink, cancellable);
}

static void
lobe_openai_driver_list_models (LobeDriver     *driver,
                                LobeEndpoint   *endpoint,
                                LobeModelReply *reply,
                                GCancellable   *cancellable)
{
  lobe_openai_models_list (endpoint, reply, cancellable);
}

static const char *
lobe_openai_driver_get_protocol (LobeDriver *driver)
{
  return "openai";
}

static void
lobe_openai_driver_driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = lobe_openai_driver_get_protocol;
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
