/* fuzz-decoder.h: an answer in pieces tells the same as in one */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-stream.h"

void fuzz_decoder (LobeStream  *(*new_stream) (LobeSink *sink),
                   const guint8  *bytes,
                   gsize          length);
