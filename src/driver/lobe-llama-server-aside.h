/* lobe-llama-server-aside.h: what llama-server tells of itself and can be told, beside answers */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-load-gauge.h"
#include "driver/lobe-model-library.h"
#include "driver/lobe-sink.h"
#include "driver/lobe-think-stopper.h"
#include "driver/lobe-token-counter.h"

G_BEGIN_DECLS

void lobe_llama_server_list_models   (LobeEndpoint     *endpoint,
                                      LobeModelReply   *reply,
                                      GCancellable     *cancellable);
void lobe_llama_server_count         (LobeTokenCounter *counter,
                                      LobeEndpoint     *endpoint,
                                      LobeRequest      *request,
                                      LobeCountReply   *reply,
                                      GCancellable     *cancellable);
void lobe_llama_server_measure       (LobeLoadGauge    *gauge,
                                      LobeEndpoint     *endpoint,
                                      const char       *model,
                                      LobeCountReply   *reply,
                                      GCancellable     *cancellable);
void lobe_llama_server_stop_thinking (LobeThinkStopper *stopper,
                                      LobeEndpoint     *endpoint,
                                      const char       *model,
                                      const char       *answer_id,
                                      LobeDoneReply    *reply,
                                      GCancellable     *cancellable);
void lobe_llama_server_load          (LobeModelLibrary *library,
                                      LobeEndpoint     *endpoint,
                                      LobeModelInfo    *model,
                                      LobeLibraryReply *reply,
                                      GCancellable     *cancellable);
void lobe_llama_server_unload        (LobeModelLibrary *library,
                                      LobeEndpoint     *endpoint,
                                      LobeModelInfo    *model,
                                      LobeLibraryReply *reply,
                                      GCancellable     *cancellable);

G_END_DECLS
