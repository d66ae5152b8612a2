/* lobe-plain-prompt.h: a conversation as one text, for models without a chat template */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-request.h"

G_BEGIN_DECLS

/* What such a model writes when it goes on with the person's part: the answer ends there. */
#define LOBE_PLAIN_PROMPT_STOP "\nUser:"

char *lobe_plain_prompt_build (LobeRequest *request,
                               GHashTable  *attachments);

G_END_DECLS
