/* lobe-engine-server.h: the local engine as a server among the others; its models are the .gguf files of some folders */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/lobe-engine.h"
#include "model/lobe-request.h"
#include "server/lobe-server.h"

G_BEGIN_DECLS

#define LOBE_TYPE_ENGINE_SERVER (lobe_engine_server_get_type ())

G_DECLARE_FINAL_TYPE (LobeEngineServer, lobe_engine_server, LOBE, ENGINE_SERVER, LobeServer)

LobeServer *lobe_engine_server_new             (LobeHttp            *http,
                                                LobeDriver          *driver,
                                                LobeEngine          *engine,
                                                const char * const  *folders);
const char *lobe_engine_server_get_folder      (LobeEngineServer    *self);
void        lobe_engine_server_tune_request    (LobeEngineServer    *self,
                                                LobeRequest         *request);

G_END_DECLS
