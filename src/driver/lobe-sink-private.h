/* lobe-sink-private.h: making the reply objects that a driver is given */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-sink.h"

G_BEGIN_DECLS

LobeSink       *lobe_sink_new        (GTask          *task,
                                      LobeDeltaFunc   func,
                                      gpointer        func_data,
                                      GDestroyNotify  func_destroy);
LobeModelReply *lobe_model_reply_new (GTask          *task);

G_END_DECLS
