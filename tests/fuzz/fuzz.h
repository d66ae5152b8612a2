/* fuzz.h: what the fuzz targets share: the entry point, and pieces of lengths that the input chooses */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

int LLVMFuzzerTestOneInput (const guint8 *bytes,
                            size_t        length);

/* Lengths of pieces, the same for the same seed; from 1 on, mostly short */
static inline gsize
fuzz_next_piece (guint32 *seed)
{
  *seed = *seed * 1664525 + 1013904223;

  return 1 + (*seed >> 24) % (*seed & 0x10000 ? 3 : 40);
}

/* Whether it is UTF-8, in which nul is a character like others */
static inline gboolean
fuzz_is_utf8 (const char *bytes,
              gsize       length)
{
  const char *end = bytes + length;

  while (!g_utf8_validate_len (bytes, end - bytes, &bytes))
    {
      if (*bytes != '\0')
        return FALSE;
      bytes++;
    }

  return TRUE;
}
