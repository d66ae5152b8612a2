/* lobe-openai-decoder.h: reads the chunks of chat completions */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-stream.h"

G_BEGIN_DECLS

LobeStream *lobe_openai_stream_new (LobeSink *sink);

G_END_DECLS
