/* lobe-openai-chat.h: an answer by chat completions, from any server of that family */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-openai-body.h"
#include "driver/lobe-sink.h"

G_BEGIN_DECLS

void             lobe_openai_chat         (const LobeOpenaiServer *server,
                                           LobeEndpoint           *endpoint,
                                           LobeRequest            *request,
                                           LobeSink               *sink,
                                           GCancellable           *cancellable);
LobeHttpRequest *lobe_openai_request      (LobeEndpoint           *endpoint,
                                           const char             *method,
                                           const char             *path,
                                           LobePurpose             purpose);
LobeHttpRequest *lobe_openai_root_request (LobeEndpoint           *endpoint,
                                           const char             *method,
                                           const char             *path,
                                           LobePurpose             purpose);

G_END_DECLS
