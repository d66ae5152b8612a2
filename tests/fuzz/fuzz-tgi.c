/* fuzz-tgi.c: an answer of this protocol in pieces tells the same as in one */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz-decoder.h"
#include "fuzz.h"

#include "driver/lobe-tgi-generate.h"

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        size_t        length)
{
  fuzz_decoder (lobe_tgi_generate_stream_new, bytes, length);

  return 0;
}
