/* lobe-anthropic-driver.h: Messages, as Anthropic made them and several servers speak them */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-driver.h"

G_BEGIN_DECLS

#define LOBE_TYPE_ANTHROPIC_DRIVER (lobe_anthropic_driver_get_type ())

G_DECLARE_FINAL_TYPE (LobeAnthropicDriver, lobe_anthropic_driver, LOBE, ANTHROPIC_DRIVER, GObject)

LobeDriver *lobe_anthropic_driver_new (void);

G_END_DECLS
