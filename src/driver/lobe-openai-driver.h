/* lobe-openai-driver.h: chat completions, as OpenAI made them and most servers speak them */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-driver.h"

G_BEGIN_DECLS

#define LOBE_TYPE_OPENAI_DRIVER (lobe_openai_driver_get_type ())

G_DECLARE_FINAL_TYPE (LobeOpenaiDriver, lobe_openai_driver, LOBE, OPENAI_DRIVER, GObject)

LobeDriver *lobe_openai_driver_new (void);

G_END_DECLS
