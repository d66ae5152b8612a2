/* lobe-model-library.h: servers whose models can be fetched, removed, loaded, unloaded and looked at */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-endpoint.h"
#include "driver/lobe-library-reply.h"
#include "model/lobe-model-info.h"

G_BEGIN_DECLS

/**
 * LobeLibraryAction:
 * @LOBE_LIBRARY_PULL: fetch a model
 * @LOBE_LIBRARY_REMOVE: delete it from the server's disk
 * @LOBE_LIBRARY_LOAD: read it into memory
 * @LOBE_LIBRARY_UNLOAD: give its memory back
 * @LOBE_LIBRARY_SHOW: tell more of it than the list of models does
 *
 * What can be done with a model on its server.
 */
typedef enum
{
  LOBE_LIBRARY_PULL = 1 << 0,
  LOBE_LIBRARY_REMOVE = 1 << 1,
  LOBE_LIBRARY_LOAD = 1 << 2,
  LOBE_LIBRARY_UNLOAD = 1 << 3,
  LOBE_LIBRARY_SHOW = 1 << 4,
} LobeLibraryAction;

#define LOBE_TYPE_MODEL_LIBRARY (lobe_model_library_get_type ())

G_DECLARE_INTERFACE (LobeModelLibrary, lobe_model_library, LOBE, MODEL_LIBRARY, GObject)

/**
 * LobeModelLibraryInterface:
 * @pull: have the server fetch @model, of which only the id is known, telling @reply how it goes. Cancelling stops it;
 *   what has come is kept where the server keeps it
 * @remove: have the server delete @model
 * @load: have the server read @model into its memory
 * @unload: have the server give the memory of @model back
 * @show: set in @model what the server tells of it
 *
 * Implemented by a driver beside [iface@Driver] where the protocol can; what it cannot is %NULL. Each ends with exactly
 * one lobe_library_reply_done () or lobe_library_reply_fail ().
 */
struct _LobeModelLibraryInterface
{
  GTypeInterface g_iface;

  void (*pull)   (LobeModelLibrary *self,
                  LobeEndpoint     *endpoint,
                  LobeModelInfo    *model,
                  LobeLibraryReply *reply,
                  GCancellable     *cancellable);
  void (*remove) (LobeModelLibrary *self,
                  LobeEndpoint     *endpoint,
                  LobeModelInfo    *model,
                  LobeLibraryReply *reply,
                  GCancellable     *cancellable);
  void (*load)   (LobeModelLibrary *self,
                  LobeEndpoint     *endpoint,
                  LobeModelInfo    *model,
                  LobeLibraryReply *reply,
                  GCancellable     *cancellable);
  void (*unload) (LobeModelLibrary *self,
                  LobeEndpoint     *endpoint,
                  LobeModelInfo    *model,
                  LobeLibraryReply *reply,
                  GCancellable     *cancellable);
  void (*show)   (LobeModelLibrary *self,
                  LobeEndpoint     *endpoint,
                  LobeModelInfo    *model,
                  LobeLibraryReply *reply,
                  GCancellable     *cancellable);
};

LobeLibraryAction lobe_model_library_get_actions (LobeModelLibrary         *self);
void              lobe_model_library_run_async   (LobeModelLibrary         *self,
                                                  LobeLibraryAction         action,
                                                  LobeEndpoint             *endpoint,
                                                  LobeModelInfo            *model,
                                                  LobeLibraryProgressFunc   progress,
                                                  gpointer                  progress_data,
                                                  GCancellable             *cancellable,
                                                  GAsyncReadyCallback       callback,
                                                  gpointer                  user_data);
gboolean          lobe_model_library_run_finish  (LobeModelLibrary         *self,
                                                  GAsyncResult             *result,
                                                  GError                  **error);

G_END_DECLS
