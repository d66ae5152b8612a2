/* lobe-ollama-driver-private.h: the part of the driver that reads answers, for the tests */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-ollama-driver.h"
#include "driver/lobe-stream.h"

G_BEGIN_DECLS

LobeStream *lobe_ollama_stream_new (LobeSink *sink);

G_END_DECLS
