/* lobe-tgi-generate.h: TGI's own protocol, which has no roles: one text goes on */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-endpoint.h"
#include "driver/lobe-stream.h"
#include "model/lobe-request.h"

G_BEGIN_DECLS

void             lobe_tgi_generate             (LobeEndpoint *endpoint,
                                                LobeRequest  *request,
                                                LobeSink     *sink,
                                                GCancellable *cancellable);
LobeHttpRequest *lobe_tgi_generate_make_request (LobeEndpoint *endpoint,
                                                LobeRequest  *request,
                                                GHashTable   *attachments);
void             lobe_tgi_generate_set_decoder (LobeStream   *stream);
LobeStream      *lobe_tgi_generate_stream_new  (LobeSink     *sink);

G_END_DECLS
