/* lobe-localai-driver.c: LocalAI */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-localai-driver.h"

#include "driver/lobe-openai-chat.h"
#include "driver/lobe-openai-models.h"

/**
 * LobeLocalaiDriver:
 *
 * Chat completions with samplers of llama.cpp. Its answers have a role in every delta, usage of zeros until the end, and
 * in old versions no finish_reason (its issues 340, 1744): the decoder of the family reads over all of these.
 */
struct _LobeLocalaiDriver
{
  GObject parent_instance;
};

static void lobe_localai_driver_driver_init (LobeDriverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeLocalaiDriver, lobe_localai_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, lobe_localai_driver_driver_init))

static const LobeOpenaiServer server = {
  .takes = LOBE_OPENAI_TAKES_SAMPLERS | LOBE_OPENAI_TAKES_EFFORT,
  .repeat_penalty = "repeat_penalty",
};

static void
lobe_localai_driver_chat (LobeDriver   *driver,
                          LobeEndpoint *endpoint,
                          LobeRequest  *request,
                          LobeSink     *sink,
                          GCancellable *cancellable)
{
  lobe_openai_chat (&server, endpoint, request, sink, cancellable);
}

static void
lobe_localai_driver_list_models (LobeDriver     *driver,
                                 LobeEndpoint   *endpoint,
                                 LobeModelReply *reply,
                                 GCancellable   *cancellable)
{
  lobe_openai_models_list (endpoint, reply, cancellable);
}

static const char *
lobe_localai_driver_get_protocol (LobeDriver *driver)
{
  return "localai";
}

static void
lobe_localai_driver_driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = lobe_localai_driver_get_protocol;
  iface->chat = lobe_localai_driver_chat;
  iface->list_models = lobe_localai_driver_list_models;
}

static void
lobe_localai_driver_class_init (LobeLocalaiDriverClass *klass)
{
}

static void
lobe_localai_driver_init (LobeLocalaiDriver *self)
{
}

/**
 * lobe_localai_driver_new:
 *
 * Returns: (transfer full): a driver for LocalAI
 */
LobeDriver *
lobe_localai_driver_new (void)
{
  return g_object_new (LOBE_TYPE_LOCALAI_DRIVER, NULL);
}
