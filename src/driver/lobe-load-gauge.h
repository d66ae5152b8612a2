/* lobe-load-gauge.h: what some servers tell of themselves: how busy they are */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-count-reply.h"
#include "driver/lobe-endpoint.h"
#include "model/lobe-request.h"

G_BEGIN_DECLS

#define LOBE_TYPE_LOAD_GAUGE (lobe_load_gauge_get_type ())

G_DECLARE_INTERFACE (LobeLoadGauge, lobe_load_gauge, LOBE, LOAD_GAUGE, GObject)

/**
 * LobeLoadGaugeInterface:
 * @measure: tell @reply how many requests run or wait on the server
 *
 * Implemented by a driver beside [iface@Driver] where the protocol tells.
 */
struct _LobeLoadGaugeInterface
{
  GTypeInterface g_iface;

  void (*measure) (LobeLoadGauge  *self,
                   LobeEndpoint   *endpoint,
                   const char     *model,
                   LobeCountReply *reply,
                   GCancellable   *cancellable);
};

void   lobe_load_gauge_measure_async (LobeLoadGauge       *self,
                                      LobeEndpoint        *endpoint,
                                      const char          *model,
                                      GCancellable        *cancellable,
                                      GAsyncReadyCallback  callback,
                                      gpointer             user_data);
gint64 lobe_load_gauge_measure_finish (LobeLoadGauge  *self,
                                       GAsyncResult   *result,
                                       GError        **error);

G_END_DECLS
