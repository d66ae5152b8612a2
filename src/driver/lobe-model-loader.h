/* lobe-model-loader.h: what some servers do on request: take a model into memory, and let it go */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-done-reply.h"
#include "driver/lobe-endpoint.h"

G_BEGIN_DECLS

#define LOBE_TYPE_MODEL_LOADER (lobe_model_loader_get_type ())

G_DECLARE_INTERFACE (LobeModelLoader, lobe_model_loader, LOBE, MODEL_LOADER, GObject)

/**
 * LobeModelLoaderInterface:
 * @load: have the server begin to load a model; that it is ready its list of models tells
 * @unload: have the server let go of it
 *
 * Implemented by a driver beside [iface@Driver] where the protocol has that.
 */
struct _LobeModelLoaderInterface
{
  GTypeInterface g_iface;

  void (*load)   (LobeModelLoader *self,
                  LobeEndpoint    *endpoint,
                  const char      *model,
                  LobeDoneReply   *reply,
                  GCancellable    *cancellable);
  void (*unload) (LobeModelLoader *self,
                  LobeEndpoint    *endpoint,
                  const char      *model,
                  LobeDoneReply   *reply,
                  GCancellable    *cancellable);
};

void     lobe_model_loader_load_async    (LobeModelLoader      *self,
                                          LobeEndpoint         *endpoint,
                                          const char           *model,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
gboolean lobe_model_loader_load_finish   (LobeModelLoader      *self,
                                          GAsyncResult         *result,
                                          GError              **error);
void     lobe_model_loader_unload_async  (LobeModelLoader      *self,
                                          LobeEndpoint         *endpoint,
                                          const char           *model,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
gboolean lobe_model_loader_unload_finish (LobeModelLoader      *self,
                                          GAsyncResult         *result,
                                          GError              **error);

G_END_DECLS
