/* lobe-fit.h: whether a model fits into the memory of this machine */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LobeFit:
 * @LOBE_FIT_UNKNOWN: its size is not known, or this machine's memory
 * @LOBE_FIT_COMFORTABLE: it fits, and leaves room
 * @LOBE_FIT_TIGHT: it fits, if not much else runs
 * @LOBE_FIT_TOO_LARGE: it does not fit
 *
 * How well a model fits.
 */
typedef enum
{
  LOBE_FIT_UNKNOWN,
  LOBE_FIT_COMFORTABLE,
  LOBE_FIT_TIGHT,
  LOBE_FIT_TOO_LARGE,
} LobeFit;

/**
 * LobeMemory:
 * @available: bytes that a program can have now without others being swapped out
 * @total: bytes in all
 *
 * The memory of this machine; 0 unknown.
 */
typedef struct
{
  gint64 available;
  gint64 total;
} LobeMemory;

LobeMemory  lobe_memory_parse  (const char  *meminfo);
LobeMemory  lobe_memory_read   (void);
gint64      lobe_fit_need      (gint64       weights,
                                gint64       cache_per_token,
                                gint64       context_length);
LobeFit     lobe_fit_judge     (gint64       need,
                                LobeMemory   memory);
char       *lobe_fit_dup_words (LobeFit      fit,
                                gint64       need,
                                LobeMemory   memory);

G_END_DECLS
