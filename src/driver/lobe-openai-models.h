/* lobe-openai-models.h: the list of models of the OpenAI family, with all that its servers add to it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-endpoint.h"
#include "driver/lobe-sink.h"

G_BEGIN_DECLS

void           lobe_openai_models_list        (LobeEndpoint         *endpoint,
                                               LobeModelReply       *reply,
                                               GCancellable         *cancellable);
void           lobe_openai_models_async       (LobeEndpoint         *endpoint,
                                               LobeHttpRequest      *request,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
GPtrArray     *lobe_openai_models_finish      (LobeEndpoint         *endpoint,
                                               GAsyncResult         *result,
                                               GError              **error);
LobeModelInfo *lobe_openai_models_read        (JsonObject           *object);
gboolean       lobe_openai_models_has         (JsonArray            *array,
                                               const char           *text);

G_END_DECLS
