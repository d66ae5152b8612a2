/* lobe-context.h: which messages of a conversation fit into a model's context window */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-chat.h"
#include "model/lobe-request.h"

G_BEGIN_DECLS

/* Where the strategy counts messages and the person named no number. */
#define LOBE_CONTEXT_DEFAULT_MESSAGES 20

/**
 * LobeContextRules: (skip)
 * @strategy: what is left out
 * @n_messages: how many of the last messages are sent, with %LOBE_CONTEXT_LAST
 * @summary: (nullable): what stands for the older part, with %LOBE_CONTEXT_SUMMARY
 * @summary_leaf_id: (nullable): the last message that it covers
 * @window: the model's context window in tokens; 0 unknown
 * @scale: how many of the model's tokens one estimated token is
 * @margin: how far off the estimate may be: 0.1 is ten of a hundred
 *
 * By what a conversation is cut. Strings belong to whoever made it.
 */
typedef struct
{
  LobeContextStrategy strategy;
  guint               n_messages;
  const char         *summary;
  const char         *summary_leaf_id;
  gint64              window;
  double              scale;
  double              margin;
} LobeContextRules;

/**
 * LobeContextFit: (skip)
 * @used: tokens of what is sent
 * @estimated: the same, before the scale
 * @reserve: tokens kept free for the answer
 * @window: the model's context window in tokens; 0 unknown
 * @exact: whether @used was counted by the server
 * @n_left_out: messages that did not fit and are not sent
 * @n_summarised: messages for which the summary stands
 * @unloaded: (nullable): a message whose body is missing, so that nothing is known beyond it
 * @left_out_leaf: (nullable): the last of those left out
 *
 * What came of cutting. Messages belong to the history.
 */
typedef struct
{
  gint64       used;
  gint64       estimated;
  gint64       reserve;
  gint64       window;
  gboolean     exact;
  guint        n_left_out;
  guint        n_summarised;
  LobeMessage *unloaded;
  LobeMessage *left_out_leaf;
} LobeContextFit;

#define LOBE_CONTEXT_RULES_INIT ((LobeContextRules) { .scale = 1.0 })

void     lobe_context_pack    (LobeRequest            *request,
                               const char             *system_prompt,
                               GPtrArray              *history,
                               const LobeContextRules *rules,
                               LobeContextFit         *fit);
gboolean lobe_context_is_over (const LobeContextFit   *fit);
char    *lobe_context_explain (const LobeContextFit   *fit,
                               const LobeUsage        *usage,
                               LobeStopReason          reason,
                               gint64                  least);

G_END_DECLS
