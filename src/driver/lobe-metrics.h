/* lobe-metrics.h: figures that servers publish for Prometheus */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-count-reply.h"
#include "net/lobe-http.h"

G_BEGIN_DECLS

gint64 lobe_metrics_sum     (const char         *text,
                             const char * const *names);
void   lobe_metrics_measure (LobeHttp           *http,
                             LobeHttpRequest    *request,
                             const char * const *names,
                             LobeCountReply     *reply,
                             GCancellable       *cancellable);

G_END_DECLS
