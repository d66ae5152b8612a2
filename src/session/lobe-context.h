/* lobe-context.h: which messages of a conversation fit into a model's context window */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-request.h"

G_BEGIN_DECLS

gint64 lobe_context_estimate (const char  *text);
guint  lobe_context_pack     (LobeRequest *request,
                              GPtrArray   *history,
                              gint64       context_length);

G_END_DECLS
