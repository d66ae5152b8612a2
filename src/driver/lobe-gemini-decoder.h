/* lobe-gemini-decoder.h: reads the chunks of Gemini */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-stream.h"

G_BEGIN_DECLS

LobeStream *lobe_gemini_stream_new (LobeSink *sink);

G_END_DECLS
