/* lobe-tgi-driver.h: Text Generation Inference of Hugging Face */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-driver.h"

G_BEGIN_DECLS

#define LOBE_TYPE_TGI_DRIVER (lobe_tgi_driver_get_type ())

G_DECLARE_FINAL_TYPE (LobeTgiDriver, lobe_tgi_driver, LOBE, TGI_DRIVER, GObject)

LobeDriver *lobe_tgi_driver_new (void);

G_END_DECLS
