/* fuzz-ollama.c: an answer of this protocol in pieces tells the same as in one */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz-decoder.h"
#include "fuzz.h"

#include "driver/lobe-ollama-driver-private.h"

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        size_t        length)
{
  fuzz_decoder (lobe_ollama_stream_new, bytes, length);

  return 0;
}
