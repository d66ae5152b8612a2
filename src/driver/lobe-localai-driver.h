/* lobe-localai-driver.h: LocalAI */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-driver.h"

G_BEGIN_DECLS

#define LOBE_TYPE_LOCALAI_DRIVER (lobe_localai_driver_get_type ())

G_DECLARE_FINAL_TYPE (LobeLocalaiDriver, lobe_localai_driver, LOBE, LOCALAI_DRIVER, GObject)

LobeDriver *lobe_localai_driver_new (void);

G_END_DECLS
