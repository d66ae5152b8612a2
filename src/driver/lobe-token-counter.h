/* lobe-token-counter.h: what some servers can count exactly: the tokens of a request */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-count-reply.h"
#include "driver/lobe-endpoint.h"
#include "model/lobe-request.h"

G_BEGIN_DECLS

#define LOBE_TYPE_TOKEN_COUNTER (lobe_token_counter_get_type ())

G_DECLARE_INTERFACE (LobeTokenCounter, lobe_token_counter, LOBE, TOKEN_COUNTER, GObject)

/**
 * LobeTokenCounterInterface:
 * @count: tell @reply how many tokens @request is for its model, its template and tools included
 *
 * Implemented by a driver beside [iface@Driver] where the protocol can count.
 */
struct _LobeTokenCounterInterface
{
  GTypeInterface g_iface;

  void (*count) (LobeTokenCounter *self,
                 LobeEndpoint     *endpoint,
                 LobeRequest      *request,
                 LobeCountReply   *reply,
                 GCancellable     *cancellable);
};

void   lobe_token_counter_count_async (LobeTokenCounter    *self,
                                       LobeEndpoint        *endpoint,
                                       LobeRequest         *request,
                                       GCancellable        *cancellable,
                                       GAsyncReadyCallback  callback,
                                       gpointer             user_data);
gint64 lobe_token_counter_count_finish (LobeTokenCounter  *self,
                                        GAsyncResult      *result,
                                        GError           **error);

G_END_DECLS
