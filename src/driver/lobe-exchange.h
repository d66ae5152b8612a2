/* lobe-exchange.h: one request and its answer, asked in a plainer way where a server refuses the first */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-endpoint.h"
#include "driver/lobe-stream.h"
#include "model/lobe-request.h"

G_BEGIN_DECLS

/*
 * LobeExchange:
 * @new_stream: makes what reads the answer
 * @make_request: makes what is sent; @attachments are the files of @request, @plain what plainer () has said so far
 * @plainer: (nullable): which bits to add to @plain after @refusal, so that the next request can be accepted; 0: none
 *   helps. What the bits mean is the driver's own
 *
 * What a protocol does to have a request answered. Parameters that one model wants and the next refuses are no reason
 * for a person to read an error.
 */
typedef struct
{
  LobeStream      *(*new_stream)   (LobeSink          *sink);
  LobeHttpRequest *(*make_request) (LobeEndpoint      *endpoint,
                                    LobeRequest       *request,
                                    GHashTable        *attachments,
                                    guint              plain);
  guint            (*plainer)      (const LobeRefusal *refusal,
                                    LobeRequest       *request,
                                    guint              plain);
} LobeExchange;

void             lobe_exchange_run     (const LobeExchange *exchange,
                                        LobeEndpoint       *endpoint,
                                        LobeRequest        *request,
                                        LobeSink           *sink,
                                        GCancellable       *cancellable);
LobeHttpRequest *lobe_exchange_request (LobeEndpoint       *endpoint,
                                        const char         *method,
                                        const char         *version,
                                        const char         *path,
                                        LobePurpose         purpose,
                                        const char         *key_header);
gboolean         lobe_exchange_mentions (const LobeRefusal *refusal,
                                        const char         *word);
guint            lobe_exchange_version (const char         *model,
                                        const char         *maker);

G_END_DECLS
