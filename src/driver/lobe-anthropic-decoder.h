/* lobe-anthropic-decoder.h: reads the events of Messages */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-stream.h"

G_BEGIN_DECLS

LobeStream *lobe_anthropic_stream_new (LobeSink *sink);

G_END_DECLS
