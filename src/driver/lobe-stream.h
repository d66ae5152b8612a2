/* lobe-stream.h: an answer that comes as a stream of events, from the request to its end */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-refusal.h"
#include "driver/lobe-sink.h"
#include "net/lobe-http.h"

G_BEGIN_DECLS

/* What a request asks for when it names no limit: no server may go on without end (llama-server's own default). */
#define LOBE_STREAM_MAX_TOKENS 8192

typedef enum
{
  LOBE_FRAMING_SSE,
  LOBE_FRAMING_NDJSON,
} LobeFraming;

typedef struct _LobeStream LobeStream;

/*
 * LobeDecoder:
 * @framing: what separates events in a body
 * @event: reads one event, nul-terminated; first of all parses it, so that nothing is told of one that is not whole.
 *   %FALSE ends the stream with @error
 * @flush: (nullable): nothing more comes; tell what was held back
 * @free: frees the state
 *
 * What a protocol makes of events.
 */
typedef struct
{
  LobeFraming framing;
  gboolean  (*event) (LobeStream  *stream,
                      const char  *data,
                      gsize        length,
                      gpointer     state,
                      GError     **error);
  void      (*flush) (LobeStream  *stream,
                      gpointer     state);
  void      (*free)  (gpointer     state);
} LobeDecoder;

/*
 * LobeRetryFunc:
 *
 * Returns: (transfer full) (nullable): another request to try after @refusal; asked again where that is refused too
 */
typedef LobeHttpRequest *(*LobeRetryFunc) (const LobeRefusal *refusal,
                                           gpointer           user_data);

LobeStream     *lobe_stream_new        (const LobeDecoder  *decoder,
                                        gpointer            state,
                                        LobeSink           *sink);
void            lobe_stream_free       (LobeStream         *self);
void            lobe_stream_set_decoder (LobeStream        *self,
                                         const LobeDecoder *decoder,
                                         gpointer           state);
LobeSink       *lobe_stream_get_sink   (LobeStream         *self);
JsonObject     *lobe_stream_parse      (LobeStream         *self,
                                        const char         *data,
                                        gsize               length,
                                        GError            **error);
void            lobe_stream_complete   (LobeStream         *self,
                                        LobeStopReason      reason);
gboolean        lobe_stream_push       (LobeStream         *self,
                                        const void         *bytes,
                                        gsize               length,
                                        GError            **error);
void            lobe_stream_end        (LobeStream         *self,
                                        const GError       *read_error);
void            lobe_stream_run        (LobeStream         *self,
                                        LobeHttp           *http,
                                        LobeHttpRequest    *request,
                                        LobeRetryFunc       retry,
                                        gpointer            retry_data,
                                        GDestroyNotify      retry_destroy,
                                        GCancellable       *cancellable);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeStream, lobe_stream_free)

G_END_DECLS
