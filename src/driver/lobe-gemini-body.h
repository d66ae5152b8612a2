/* lobe-gemini-body.h: what is asked of Gemini */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-endpoint.h"
#include "driver/lobe-refusal.h"
#include "model/lobe-request.h"

G_BEGIN_DECLS

/* Whose a signature is. */
#define LOBE_GEMINI_OWNER "gemini"

JsonBuilder *lobe_gemini_body_new     (LobeRequest       *request,
                                     GHashTable        *attachments,
                                     guint              plain);
guint        lobe_gemini_body_plainer (const LobeRefusal *refusal,
                                     LobeRequest       *request,
                                     guint              plain);

G_END_DECLS
