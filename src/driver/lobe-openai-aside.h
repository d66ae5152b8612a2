/* lobe-openai-aside.h: what servers of the OpenAI family are asked beside an answer */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-openai-body.h"

G_BEGIN_DECLS

void      lobe_openai_preview_async  (LobeEndpoint         *endpoint,
                                      const char           *path,
                                      LobeRequest          *request,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
void      lobe_openai_post_async     (LobeEndpoint         *endpoint,
                                      const char           *path,
                                      JsonBuilder          *body,
                                      LobePurpose           purpose,
                                      GCancellable         *cancellable,
                                      GAsyncReadyCallback   callback,
                                      gpointer              user_data);
JsonNode *lobe_openai_aside_finish   (LobeEndpoint         *endpoint,
                                      GAsyncResult         *result,
                                      GError              **error);

G_END_DECLS
