/* lobe-think-stopper.h: what some servers can be told while they think: that it is enough */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-done-reply.h"
#include "driver/lobe-endpoint.h"

G_BEGIN_DECLS

#define LOBE_TYPE_THINK_STOPPER (lobe_think_stopper_get_type ())

G_DECLARE_INTERFACE (LobeThinkStopper, lobe_think_stopper, LOBE, THINK_STOPPER, GObject)

/**
 * LobeThinkStopperInterface:
 * @stop: tell the server that the answer of that name is to begin now
 *
 * Implemented by a driver beside [iface@Driver] where the protocol has that. The name comes with the answer, as a delta
 * of kind %LOBE_DELTA_ANSWER_ID before the first thought.
 */
struct _LobeThinkStopperInterface
{
  GTypeInterface g_iface;

  void (*stop) (LobeThinkStopper *self,
                LobeEndpoint     *endpoint,
                const char       *model,
                const char       *answer_id,
                LobeDoneReply    *reply,
                GCancellable     *cancellable);
};

void     lobe_think_stopper_stop_async  (LobeThinkStopper     *self,
                                         LobeEndpoint         *endpoint,
                                         const char           *model,
                                         const char           *answer_id,
                                         GCancellable         *cancellable,
                                         GAsyncReadyCallback   callback,
                                         gpointer              user_data);
gboolean lobe_think_stopper_stop_finish (LobeThinkStopper     *self,
                                         GAsyncResult         *result,
                                         GError              **error);

G_END_DECLS
