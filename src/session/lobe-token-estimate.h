/* lobe-token-estimate.h: how many tokens a text may be, without asking a tokenizer */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-request.h"

G_BEGIN_DECLS

gint64 lobe_token_estimate_text    (const char  *text,
                                    gssize       length);
gint64 lobe_token_estimate_message (LobeMessage *message);
gint64 lobe_token_estimate_request (LobeRequest *request);
gint64 lobe_token_estimate_least   (LobeRequest *request);

G_END_DECLS
