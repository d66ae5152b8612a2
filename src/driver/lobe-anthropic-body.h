/* lobe-anthropic-body.h: what is asked of Messages */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-endpoint.h"
#include "driver/lobe-refusal.h"
#include "model/lobe-request.h"

G_BEGIN_DECLS

/* Whose a signature is. */
#define LOBE_ANTHROPIC_OWNER "anthropic"

JsonBuilder *lobe_anthropic_body_new     (LobeRequest       *request,
                                     GHashTable        *attachments,
                                     guint              plain);
guint        lobe_anthropic_body_plainer (const LobeRefusal *refusal,
                                     LobeRequest       *request,
                                     guint              plain);

G_END_DECLS
