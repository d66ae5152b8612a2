/* lobe-openai-responses-driver.h: OpenAI's Responses */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-driver.h"

G_BEGIN_DECLS

#define LOBE_TYPE_OPENAI_RESPONSES_DRIVER (lobe_openai_responses_driver_get_type ())

G_DECLARE_FINAL_TYPE (LobeOpenaiResponsesDriver, lobe_openai_responses_driver, LOBE, OPENAI_RESPONSES_DRIVER, GObject)

LobeDriver *lobe_openai_responses_driver_new (void);

G_END_DECLS
