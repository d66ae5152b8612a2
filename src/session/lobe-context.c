/* lobe-context.c: which messages of a conversation fit into a model's context window */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-context.h"

#define TOKENS_PER_MESSAGE 8 /* what chat templates put around each message, generously */
#define TOKENS_PER_IMAGE 1024
#define DEFAULT_ANSWER 1024 /* tokens kept free where the request sets no limit */

/**
 * lobe_context_estimate:
 * @text: UTF-8
 *
 * How many tokens @text may be, without asking a tokenizer, rather too many than too few: the vocabularies in use
 * need a token for about four ASCII characters and about one for every character outside ASCII.
 *
 * Returns: tokens
 */
gint64
lobe_context_estimate (const char *text)
{
  gint64 ascii = 0;
  gint64 other = 0;

  for (const guchar *p = (const guchar *) text; *p != '\0'; p++)
    {
      ascii += *p < 0x80;
      other += *p >= 0xc0;
    }

  return ascii / 3 + other + 1;
}

static gint64
estimate_message (LobeMessage *message)
{
  GPtrArray *parts = lobe_message_get_parts (message);
  gint64 tokens = TOKENS_PER_MESSAGE;

  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      switch (lobe_part_get_kind (parts->pdata[i]))
        {
        case LOBE_PART_TEXT:
        case LOBE_PART_TOOL_CALL:
          tokens += lobe_context_estimate (lobe_part_get_text (parts->pdata[i]));
          break;
        case LOBE_PART_IMAGE:
          tokens += TOKENS_PER_IMAGE;
          break;
        case LOBE_PART_FILE:
          tokens += lobe_part_get_size (parts->pdata[i]) / 3;
          break;
        case LOBE_PART_REASONING: /* earlier thoughts are not sent again */
        default:
          break;
        }
    }

  return tokens;
}

static gboolean
is_sayable (LobeMessage *message)
{
  GPtrArray *parts = lobe_message_get_parts (message);

  return lobe_message_get_role (message) != LOBE_ROLE_ASSISTANT ||
         (parts != NULL && parts->len > 0 && *lobe_message_get_text (message) != '\0');
}

/**
 * lobe_context_pack:
 * @request: a request without messages, its system prompt and limits set
 * @history: (element-type LobeMessage): loaded messages, oldest first
 * @context_length: the model's context window in tokens; 0 unknown
 *
 * Adds to @request as many of the newest messages as fit into the window beside the system prompt and the answer,
 * beginning with a person's. The newest message goes in even if it alone is too long: then the server says so.
 * Answers without words (failed ones) are no part of what was said.
 *
 * Returns: how many messages were left out because they did not fit
 */
guint
lobe_context_pack (LobeRequest *request,
                   GPtrArray   *history,
                   gint64       context_length)
{
  const char *system_prompt = lobe_request_get_system_prompt (request);
  gint64 answer = lobe_request_get_max_tokens (request) > 0 ? lobe_request_get_max_tokens (request) : DEFAULT_ANSWER;
  gint64 budget = context_length > 0 ? context_length - MIN (answer, context_length / 4) : G_MAXINT64;
  guint first = history->len;
  guint n_left_out = 0;

  if (system_prompt != NULL && context_length > 0)
    budget -= lobe_context_estimate (system_prompt) + TOKENS_PER_MESSAGE;

  while (first > 0)
    {
      LobeMessage *message = history->pdata[first - 1];
      gint64 cost = is_sayable (message) && context_length > 0 ? estimate_message (message) : 0;

      if (cost > budget && first < history->len)
        break;
      budget -= cost;
      first--;
    }
  while (first > 0 && first < history->len - 1 && lobe_message_get_role (history->pdata[first]) != LOBE_ROLE_USER)
    first++;

  for (guint i = 0; i < history->len; i++)
    {
      if (!is_sayable (history->pdata[i]))
        continue;
      if (i < first)
        n_left_out++;
      else
        lobe_request_add_message (request, history->pdata[i]);
    }

  return n_left_out;
}
