/* example-driver.h: a whole driver for a made-up protocol, to begin a new one from */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-driver.h"
#include "driver/lobe-stream.h"

G_BEGIN_DECLS

#define LOBE_TYPE_EXAMPLE_DRIVER (lobe_example_driver_get_type ())

G_DECLARE_FINAL_TYPE (LobeExampleDriver, lobe_example_driver, LOBE, EXAMPLE_DRIVER, GObject)

LobeDriver *lobe_example_driver_new (void);
LobeStream *lobe_example_stream_new (LobeSink *sink);

G_END_DECLS
