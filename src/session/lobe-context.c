/* lobe-context.c: which messages of a conversation fit into a model's context window */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-context.h"

#include "session/lobe-token-estimate.h"

#include <glib/gi18n-lib.h>

#define DEFAULT_ANSWER 1024 /* tokens kept free where the request sets no limit */
#define MIN_JUDGED 48       /* shorter requests are too much of what a template adds */

/* A question with all that answers it: what is sent whole or not at all. */
typedef struct
{
  guint    start; /* in the history */
  guint    end;   /* after the last */
  gint64   cost;
  gboolean kept;
  gboolean covered; /* by the summary */
  gboolean sent;
} Turn;

static gboolean
is_sayable (LobeMessage *message)
{
  GPtrArray *parts = lobe_message_get_parts (message);

  return lobe_message_get_role (message) != LOBE_ROLE_ASSISTANT || !lobe_message_get_loaded (message) ||
         (parts != NULL && parts->len > 0 && *lobe_message_get_text (message) != '\0');
}

/* Heads are enough: what is kept and what is covered does not need the bodies. */
static GArray *
find_turns (GPtrArray              *history,
            const LobeContextRules *rules)
{
  GArray *turns = g_array_new (FALSE, TRUE, sizeof (Turn));
  gboolean has_summary = rules->strategy == LOBE_CONTEXT_SUMMARY && rules->summary != NULL && *rules->summary != '\0';
  guint n_covered = 0;

  for (guint i = 0; i < history->len; i++)
    {
      LobeMessage *message = history->pdata[i];
      Turn *turn;

      if (turns->len == 0 || lobe_message_get_role (message) == LOBE_ROLE_USER ||
          lobe_message_get_role (message) == LOBE_ROLE_SYSTEM)
        {
          Turn next = { .start = i };

          g_array_append_val (turns, next);
        }

      turn = &g_array_index (turns, Turn, turns->len - 1);
      turn->end = i + 1;
      turn->kept |= lobe_message_get_pinned (message) || lobe_message_get_role (message) == LOBE_ROLE_SYSTEM;
      if (has_summary && g_strcmp0 (lobe_message_get_id (message), rules->summary_leaf_id) == 0)
        n_covered = turns->len;
    }

  for (guint i = 0; i < n_covered; i++)
    g_array_index (turns, Turn, i).covered = TRUE;
  if (turns->len > 0)
    {
      g_array_index (turns, Turn, turns->len - 1).kept = TRUE;
      g_array_index (turns, Turn, turns->len - 1).covered = FALSE;
    }

  return turns;
}

/* Returns FALSE when a body is missing. */
static gboolean
measure (Turn           *turn,
         GPtrArray      *history,
         LobeContextFit *fit)
{
  turn->cost = 0;
  for (guint i = turn->end; i > turn->start; i--)
    {
      LobeMessage *message = history->pdata[i - 1];

      if (!lobe_message_get_loaded (message))
        {
          if (fit->unloaded == NULL)
            fit->unloaded = message;
          return FALSE;
        }
      if (is_sayable (message))
        turn->cost += lobe_token_estimate_message (message);
    }

  return TRUE;
}

static void
set_prompt (LobeRequest            *request,
            const char             *system_prompt,
            GPtrArray              *history,
            GArray                 *turns,
            const LobeContextRules *rules)
{
  g_autofree char *text = NULL;

  if (turns->len == 0 || !g_array_index (turns, Turn, 0).covered)
    {
      lobe_request_set_system_prompt (request, system_prompt);
      return;
    }

  /* in the system prompt, since no template has a place for it; not translated, since models follow English best */
  text = g_strdup_printf ("%s%sSummary of the conversation so far:\n%s", system_prompt != NULL ? system_prompt : "",
                          system_prompt != NULL && *system_prompt != '\0' ? "\n\n" : "", rules->summary);
  lobe_request_set_system_prompt (request, text);
}

/* From the newest turn back: what is kept in any case first, then as many as there is room for. */
static void
choose (GArray                 *turns,
        GPtrArray              *history,
        const LobeContextRules *rules,
        gint64                  budget,
        LobeContextFit         *fit)
{
  guint n_messages = 0;
  guint limit = rules->strategy != LOBE_CONTEXT_LAST ? G_MAXUINT
                : rules->n_messages > 0              ? rules->n_messages
                                                     : LOBE_CONTEXT_DEFAULT_MESSAGES;
  gboolean full = FALSE;

  for (guint i = turns->len; i > 0; i--)
    {
      Turn *turn = &g_array_index (turns, Turn, i - 1);

      if (!turn->kept)
        continue;
      turn->sent = TRUE;
      if (measure (turn, history, fit))
        {
          budget -= turn->cost;
          fit->estimated += turn->cost;
        }
    }

  for (guint i = turns->len; i > 0; i--)
    {
      Turn *turn = &g_array_index (turns, Turn, i - 1);

      n_messages += turn->end - turn->start;
      if (turn->kept || turn->covered)
        continue;

      full = full || n_messages > limit || !measure (turn, history, fit) || turn->cost > budget;
      if (full)
        continue;
      turn->sent = TRUE;
      budget -= turn->cost;
      fit->estimated += turn->cost;
    }
}

/**
 * lobe_context_pack: (skip)
 * @request: a request whose limits are set; what it has of messages and system prompt is replaced
 * @system_prompt: (nullable): instructions before everything
 * @history: (element-type LobeMessage): messages, oldest first; only what may fit needs to be loaded
 * @rules: by what to cut
 * @fit: (out caller-allocates): what came of it
 *
 * Puts into @request what of a conversation is sent. Questions go with their answers; a pinned message keeps the whole
 * of its turn, and messages of the system stay. The newest turn goes in even if it alone is too long: then the server
 * says so. Answers without words (failed ones) are no part of what was said.
 */
void
lobe_context_pack (LobeRequest            *request,
                   const char             *system_prompt,
                   GPtrArray              *history,
                   const LobeContextRules *rules,
                   LobeContextFit         *fit)
{
  g_autoptr (GArray) turns = find_turns (history, rules);
  gint64 answer = lobe_request_get_max_tokens (request) > 0 ? lobe_request_get_max_tokens (request) : DEFAULT_ANSWER;
  gint64 budget = G_MAXINT64;

  *fit = (LobeContextFit) { .window = rules->window };
  g_ptr_array_set_size (lobe_request_get_messages (request), 0);
  set_prompt (request, system_prompt, history, turns, rules);
  lobe_request_set_context_length (request, rules->window);

  fit->estimated = lobe_token_estimate_request (request);
  if (rules->window > 0)
    {
      fit->reserve = MIN (answer, rules->window / 4);
      budget = (gint64) ((double) (rules->window - fit->reserve) / (rules->scale * (1.0 + rules->margin))) - fit->estimated;
    }
  choose (turns, history, rules, budget, fit);

  for (guint i = 0; i < turns->len; i++)
    {
      Turn *turn = &g_array_index (turns, Turn, i);

      for (guint j = turn->start; j < turn->end; j++)
        {
          LobeMessage *message = history->pdata[j];

          if (!is_sayable (message))
            continue;
          if (turn->sent && lobe_message_get_loaded (message))
            lobe_request_add_message (request, message);
          else if (turn->sent)
            continue; /* not known yet: see unloaded */
          else if (turn->covered)
            fit->n_summarised++;
          else
            fit->n_left_out++;
        }
      if (!turn->sent && !turn->covered)
        fit->left_out_leaf = history->pdata[turn->end - 1];
    }

  fit->used = (gint64) ((double) fit->estimated * rules->scale + 0.5);
}

/**
 * lobe_context_is_over: (skip)
 * @fit: what came of cutting
 *
 * Returns: whether it is too long for the window all the same
 */
gboolean
lobe_context_is_over (const LobeContextFit *fit)
{
  return fit->window > 0 && fit->used > fit->window - fit->reserve;
}

/**
 * lobe_context_explain: (skip)
 * @fit: what was sent
 * @usage: (nullable): what the server says of it
 * @reason: why the answer ended
 * @least: how many tokens what was sent is at least
 *
 * Finds what a server did without saying so. Ollama drops the front of a history that is longer than its window, and
 * its prompt_eval_count is what was left; servers end an answer with "length" both at the limit that they were given
 * and where their window is full.
 *
 * Returns: (transfer full) (nullable): words for the person; %NULL when all is well
 */
char *
lobe_context_explain (const LobeContextFit *fit,
                      const LobeUsage      *usage,
                      LobeStopReason        reason,
                      gint64                least)
{
  if (usage == NULL || usage->prompt_tokens <= 0)
    return NULL;

  if (least >= MIN_JUDGED && usage->prompt_tokens < least)
    return g_strdup_printf (fit->exact ? _("The server read only %d of the %d tokens of this chat and dropped the rest of it without saying so. "
                                           "A larger context window, or a summary of the older messages, keeps what was said.")
                                       : _("The server read only %d of about %d tokens of this chat and dropped the rest of it without saying so. "
                                           "A larger context window, or a summary of the older messages, keeps what was said."),
                            (int) MIN (usage->prompt_tokens, G_MAXINT), (int) MIN (fit->used, G_MAXINT));

  /* nothing that fits fills the window to its last token, as there would be no room for an answer; and who read more
   * has a larger window than we know of */
  if (fit->window > 0 && usage->prompt_tokens == fit->window)
    return g_strdup_printf (_("The server read only as much as its context window of %d tokens holds, and dropped the rest of this chat "
                              "without saying so. A summary of the older messages keeps what was said."),
                            (int) MIN (fit->window, G_MAXINT));

  if (reason == LOBE_STOP_LENGTH && fit->window > 0 && usage->completion_tokens > 0 &&
      usage->prompt_tokens + usage->completion_tokens >= fit->window - 1)
    return g_strdup_printf (_("The answer ends here because the context window of %d tokens is full. "
                              "In a new chat, or with a summary of the older messages, there is room again."),
                            (int) MIN (fit->window, G_MAXINT));

  return NULL;
}
