/* lobe-driver.h: a protocol that model servers speak */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-endpoint.h"
#include "driver/lobe-sink.h"
#include "model/lobe-request.h"

G_BEGIN_DECLS

#define LOBE_TYPE_DRIVER (lobe_driver_get_type ())

G_DECLARE_INTERFACE (LobeDriver, lobe_driver, LOBE, DRIVER, GObject)

/**
 * LobeDriverInterface:
 * @get_protocol: the protocol's short name: "openai", "ollama"
 * @can_prefill: whether the protocol continues a last assistant message of a request
 * @chat: answer @request, telling @sink; ends with exactly one lobe_sink_done () or lobe_sink_fail (). A sink that is
 *   dropped without either counts as interrupted. @cancellable stops the server too
 * @list_models: tell @reply which models there are
 *
 * What an author of a driver implements. There are no callbacks in it, so that it can be written in any language
 * with introspection.
 */
struct _LobeDriverInterface
{
  GTypeInterface g_iface;

  const char *(*get_protocol) (LobeDriver     *self);
  gboolean    (*can_prefill)  (LobeDriver     *self);
  void        (*chat)         (LobeDriver     *self,
                               LobeEndpoint   *endpoint,
                               LobeRequest    *request,
                               LobeSink       *sink,
                               GCancellable   *cancellable);
  void        (*list_models)  (LobeDriver     *self,
                               LobeEndpoint   *endpoint,
                               LobeModelReply *reply,
                               GCancellable   *cancellable);
};

const char     *lobe_driver_get_protocol       (LobeDriver           *self);
gboolean        lobe_driver_can_prefill        (LobeDriver           *self);
void            lobe_driver_chat_async         (LobeDriver           *self,
                                                LobeEndpoint         *endpoint,
                                                LobeRequest          *request,
                                                LobeDeltaFunc         delta_func,
                                                gpointer              delta_data,
                                                GDestroyNotify        delta_destroy,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
LobeStopReason  lobe_driver_chat_finish        (LobeDriver           *self,
                                                GAsyncResult         *result,
                                                GError              **error);
void            lobe_driver_list_models_async  (LobeDriver           *self,
                                                LobeEndpoint         *endpoint,
                                                GCancellable         *cancellable,
                                                GAsyncReadyCallback   callback,
                                                gpointer              user_data);
GPtrArray      *lobe_driver_list_models_finish (LobeDriver           *self,
                                                GAsyncResult         *result,
                                                GError              **error);

/* The drivers that are built in: one file pair each, and one word in meson.build. */
#define LOBE_TYPE_DRIVER_REGISTRY (lobe_driver_registry_get_type ())

G_DECLARE_FINAL_TYPE (LobeDriverRegistry, lobe_driver_registry, LOBE, DRIVER_REGISTRY, GObject)

LobeDriverRegistry *lobe_driver_registry_new    (void);
void                lobe_driver_registry_add    (LobeDriverRegistry *self,
                                                 LobeDriver         *driver);
LobeDriver         *lobe_driver_registry_lookup (LobeDriverRegistry *self,
                                                 const char         *protocol);
char              **lobe_driver_registry_list   (LobeDriverRegistry *self);

G_END_DECLS
