/* lobe-gemini-driver.h: Google's Gemini */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-driver.h"

G_BEGIN_DECLS

#define LOBE_TYPE_GEMINI_DRIVER (lobe_gemini_driver_get_type ())

G_DECLARE_FINAL_TYPE (LobeGeminiDriver, lobe_gemini_driver, LOBE, GEMINI_DRIVER, GObject)

LobeDriver *lobe_gemini_driver_new (void);

G_END_DECLS
