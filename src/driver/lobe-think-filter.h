/* lobe-think-filter.h: tells thinking from answer where a model writes both as one text */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-sink.h"

G_BEGIN_DECLS

/*
 * LobeThinkFilter:
 *
 * Models such as DeepSeek-R1 and Qwen3 think between <think> and </think> before they answer, and a server without a
 * parser for that sends it as text. Only at the very beginning: an answer that tells of such tags stays as it is.
 * Plain; zero it to begin.
 */
typedef struct
{
  enum
  {
    LOBE_THINK_FILTER_START,
    LOBE_THINK_FILTER_OPENED,
    LOBE_THINK_FILTER_THINKING,
    LOBE_THINK_FILTER_CLOSED,
    LOBE_THINK_FILTER_TEXT,
  } state;
  char  held[32];
  gsize n_held;
} LobeThinkFilter;

void lobe_think_filter_push  (LobeThinkFilter *self,
                              LobeSink        *sink,
                              const char      *text,
                              gsize            length);
void lobe_think_filter_flush (LobeThinkFilter *self,
                              LobeSink        *sink);

G_END_DECLS
