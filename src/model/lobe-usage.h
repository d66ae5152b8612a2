/* lobe-usage.h: what an answer cost, and why it ended */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * LobeStopReason:
 * @LOBE_STOP_NONE: not ended yet
 * @LOBE_STOP_END: the model had said everything, or met a stop sequence
 * @LOBE_STOP_LENGTH: the token limit or the context window cut it
 * @LOBE_STOP_TOOL_CALLS: it waits for the results of tools
 * @LOBE_STOP_CONTENT_FILTER: the provider's filter ended it
 * @LOBE_STOP_OTHER: the server gave a reason that we don't know
 */
typedef enum
{
  LOBE_STOP_NONE,
  LOBE_STOP_END,
  LOBE_STOP_LENGTH,
  LOBE_STOP_TOOL_CALLS,
  LOBE_STOP_CONTENT_FILTER,
  LOBE_STOP_OTHER,
} LobeStopReason;

#define LOBE_TYPE_USAGE (lobe_usage_get_type ())

/**
 * LobeUsage:
 * @prompt_tokens: tokens of the request, cached ones included; -1 unknown
 * @cached_tokens: of these, taken from the server's cache; -1 unknown
 * @completion_tokens: tokens of the answer, reasoning included; -1 unknown
 * @reasoning_tokens: of these, spent thinking; -1 unknown
 * @tokens_per_second: generation speed that the server reports; negative when unknown
 */
typedef struct
{
  gint64 prompt_tokens;
  gint64 cached_tokens;
  gint64 completion_tokens;
  gint64 reasoning_tokens;
  double tokens_per_second;
} LobeUsage;

#define LOBE_USAGE_UNKNOWN ((LobeUsage) { -1, -1, -1, -1, -1.0 })

GType      lobe_usage_get_type (void) G_GNUC_CONST;
LobeUsage *lobe_usage_new      (void);
LobeUsage *lobe_usage_copy     (const LobeUsage *self);
void       lobe_usage_free     (LobeUsage       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeUsage, lobe_usage_free)

G_END_DECLS
