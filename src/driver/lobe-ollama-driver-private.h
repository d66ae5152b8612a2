/* lobe-ollama-driver-private.h: what the files of the driver share, and what its tests look at */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-model-library.h"
#include "driver/lobe-ollama-driver.h"
#include "driver/lobe-stream.h"

G_BEGIN_DECLS

/*
 * LobeOllamaModel:
 * @plain: it has no chat template, and only continues a text
 * @capabilities: what it can do
 * @stops: (nullable): what ends its answers, by itself: a request that names others has to name these too
 *
 * What the driver keeps of a model that it has asked about.
 */
typedef struct
{
  gboolean         plain;
  LobeCapabilities capabilities;
  GStrv            stops;
} LobeOllamaModel;

/* lobe-ollama-decoder.c */
LobeStream            *lobe_ollama_stream_new         (LobeSink              *sink);

/* lobe-ollama-request.c */
GBytes                *lobe_ollama_request_chat       (LobeEndpoint          *endpoint,
                                                       LobeRequest           *request,
                                                       GHashTable            *attachments,
                                                       const LobeOllamaModel *known);
GBytes                *lobe_ollama_request_generate   (LobeEndpoint          *endpoint,
                                                       LobeRequest           *request,
                                                       GHashTable            *attachments,
                                                       const LobeOllamaModel *known);

/* lobe-ollama-model.c */
LobeModelInfo         *lobe_ollama_model_read_tag     (JsonObject            *tag);
void                   lobe_ollama_model_read_show    (LobeModelInfo         *info,
                                                       JsonObject            *show,
                                                       LobeOllamaModel       *model);

void                   lobe_ollama_model_free         (LobeOllamaModel       *model);

/* lobe-ollama-library.c */
void                   lobe_ollama_library_init       (LobeModelLibraryInterface *iface);

/* lobe-ollama-driver.c */
void                   lobe_ollama_driver_remember    (LobeOllamaDriver      *self,
                                                       LobeEndpoint          *endpoint,
                                                       const char            *id,
                                                       LobeOllamaModel       *model);
void                   lobe_ollama_driver_set_asks    (LobeOllamaDriver      *self,
                                                       gboolean               asks);

G_END_DECLS
