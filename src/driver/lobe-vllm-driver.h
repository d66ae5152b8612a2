/* lobe-vllm-driver.h: vLLM */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-driver.h"

G_BEGIN_DECLS

#define LOBE_TYPE_VLLM_DRIVER (lobe_vllm_driver_get_type ())

G_DECLARE_FINAL_TYPE (LobeVllmDriver, lobe_vllm_driver, LOBE, VLLM_DRIVER, GObject)

LobeDriver *lobe_vllm_driver_new (void);

G_END_DECLS
