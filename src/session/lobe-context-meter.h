/* lobe-context-meter.h: how much of the context window a chat and its draft take */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session/lobe-session.h"

G_BEGIN_DECLS

#define LOBE_TYPE_CONTEXT_METER (lobe_context_meter_get_type ())

G_DECLARE_FINAL_TYPE (LobeContextMeter, lobe_context_meter, LOBE, CONTEXT_METER, GObject)

/*
 * Signals:
 *  changed: what it measured is another; emitted at most some times a second
 */
LobeContextMeter     *lobe_context_meter_new         (LobeCore         *core);
void                  lobe_context_meter_set_session (LobeContextMeter *self,
                                                      LobeSession      *session);
LobeSession          *lobe_context_meter_get_session (LobeContextMeter *self);
void                  lobe_context_meter_set_draft   (LobeContextMeter *self,
                                                      const char       *text,
                                                      GPtrArray        *attachments);
void                  lobe_context_meter_update      (LobeContextMeter *self);
const LobeContextFit *lobe_context_meter_get_fit     (LobeContextMeter *self);
LobeModelInfo        *lobe_context_meter_get_model   (LobeContextMeter *self);

G_END_DECLS
