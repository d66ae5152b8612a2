/* lobe-lmstudio-driver.h: LM Studio */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-driver.h"

G_BEGIN_DECLS

#define LOBE_TYPE_LMSTUDIO_DRIVER (lobe_lmstudio_driver_get_type ())

G_DECLARE_FINAL_TYPE (LobeLmstudioDriver, lobe_lmstudio_driver, LOBE, LMSTUDIO_DRIVER, GObject)

LobeDriver *lobe_lmstudio_driver_new (void);

G_END_DECLS
