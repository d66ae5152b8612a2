/* lobe-token-estimate.c: how many tokens a text may be, without asking a tokenizer */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-token-estimate.h"

#include <string.h>

/* In hundredths of a token. */
typedef struct
{
  int word;        /* its first seven letters */
  int letters;     /* each five more */
  int digit;
  int punctuation; /* each of a run */
  int line;        /* a line's end with the indent after it */
  int han;
  int kana;
  int hangul;
  int letter;      /* of any other alphabet */
  int other;       /* emoji, symbols */
} Costs;

/*
 * The vocabularies in use (byte-pair encodings of 32 to 256 thousand entries) have a common word of Latin letters with
 * the blank before it as one token, and long ones in pieces; they differ most in what they have of other scripts.
 * tests/fixtures/tokens has counts of real ones, and the test says how far off this is.
 */
static const Costs likely = {
  .word = 100, .letters = 55, .digit = 75, .punctuation = 80, .line = 100,
  .han = 100, .kana = 80, .hangul = 90, .letter = 55, .other = 200,
};

/* What the best of them need: words stay apart, whatever a vocabulary has; runs of signs and of digits may be one. */
static const Costs least = {
  .word = 90, .letters = 0, .digit = 25, .punctuation = 5, .line = 20,
  .han = 45, .kana = 40, .hangul = 40, .letter = 12, .other = 40,
};

#define TOKENS_PER_MESSAGE 5 /* what chat templates put around each message: begin, role, line, end, line */
#define TOKENS_PER_REQUEST 3 /* and around all: the beginning, and the answer's head */
#define TOKENS_PER_IMAGE   1024

typedef enum
{
  CLASS_BLANK,
  CLASS_LINE,
  CLASS_WORD,
  CLASS_DIGIT,
  CLASS_PUNCTUATION,
  CLASS_OTHER,
} Class;

static Class
classify_ascii (guchar c)
{
  if (c == '\n' || c == '\r' || c == '\t')
    return CLASS_LINE;
  if (g_ascii_isalpha (c))
    return CLASS_WORD;
  if (g_ascii_isdigit (c))
    return CLASS_DIGIT;

  return c == ' ' ? CLASS_BLANK : CLASS_PUNCTUATION;
}

static int
cost_of (gunichar     c,
         const Costs *costs)
{
  switch (g_unichar_get_script (c))
    {
    case G_UNICODE_SCRIPT_HAN:
      return costs->han;
    case G_UNICODE_SCRIPT_HIRAGANA:
    case G_UNICODE_SCRIPT_KATAKANA:
    case G_UNICODE_SCRIPT_BOPOMOFO:
      return costs->kana;
    case G_UNICODE_SCRIPT_HANGUL:
      return costs->hangul;
    default:
      break;
    }

  if (g_unichar_isalpha (c) || g_unichar_ismark (c))
    return costs->letter;

  return g_unichar_ispunct (c) || g_unichar_isspace (c) ? costs->punctuation : costs->other;
}

/* Goes over the text once. */
static gint64
scan (const char  *text,
      gssize       length,
      const Costs *costs)
{
  const char *end;
  gint64 cost = 0;
  guint run = 0; /* letters of the word, or blanks, so far */
  Class last = CLASS_LINE;

  end = text + (length >= 0 ? (gsize) length : strlen (text));
  while (text < end)
    {
      Class class = CLASS_OTHER;

      if ((guchar) *text < 0x80)
        {
          class = classify_ascii (*text++);
          run = class == last ? run + 1 : 1;
          switch (class)
            {
            case CLASS_WORD:
              if (run == 1)
                cost += costs->word;
              else if (run > 7 && (run - 8) % 5 == 0)
                cost += costs->letters;
              break;
            case CLASS_DIGIT:
              cost += costs->digit;
              break;
            case CLASS_PUNCTUATION:
              cost += costs->punctuation;
              break;
            case CLASS_LINE:
              cost += run == 1 ? costs->line : 0;
              break;
            case CLASS_BLANK: /* goes with what follows; more than one are one, or go with the line's end before them */
              cost += run == 2 && last != CLASS_LINE ? costs->punctuation : 0;
              break;
            case CLASS_OTHER:
            default:
              break;
            }
        }
      else
        {
          gunichar c = g_utf8_get_char_validated (text, end - text);

          run = 1;
          if (c == (gunichar) -1 || c == (gunichar) -2)
            {
              cost += costs->word;
              text++;
            }
          else
            {
              cost += cost_of (c, costs);
              text = g_utf8_next_char (text);
            }
        }

      last = class;
    }

  return (cost + 99) / 100;
}

/**
 * lobe_token_estimate_text:
 * @text: UTF-8; what is not valid counts by its bytes
 * @length: bytes of @text, or -1 when it is nul-terminated
 *
 * Goes over @text once.
 *
 * Returns: about how many tokens it is
 */
gint64
lobe_token_estimate_text (const char *text,
                          gssize      length)
{
  g_return_val_if_fail (text != NULL, 0);

  return scan (text, length, &likely);
}

static gint64
estimate_parts (LobeMessage *message)
{
  GPtrArray *parts = lobe_message_get_parts (message);
  gint64 tokens = TOKENS_PER_MESSAGE;

  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      LobePart *part = parts->pdata[i];

      switch (lobe_part_get_kind (part))
        {
        case LOBE_PART_TEXT:
        case LOBE_PART_TOOL_CALL:
        case LOBE_PART_TOOL_RESULT:
          tokens += lobe_token_estimate_text (lobe_part_get_text (part), (gssize) lobe_part_get_length (part));
          break;
        case LOBE_PART_IMAGE:
          tokens += TOKENS_PER_IMAGE;
          break;
        case LOBE_PART_FILE:
          tokens += MAX (lobe_part_get_size (part), 0) / 4;
          break;
        case LOBE_PART_REASONING: /* earlier thoughts are not sent again */
        default:
          break;
        }
    }

  return tokens;
}

typedef struct
{
  gsize  length;
  guint  n_parts;
  gint64 tokens;
} Estimate;

/**
 * lobe_token_estimate_message:
 * @message: a loaded message
 *
 * The estimate stays with @message and is made again only when that has grown, so that asking for a long chat again
 * costs next to nothing.
 *
 * Returns: about how many tokens it is, with what a chat template puts around it
 */
gint64
lobe_token_estimate_message (LobeMessage *message)
{
  static GQuark quark;
  GPtrArray *parts;
  Estimate *estimate;
  gsize length;

  g_return_val_if_fail (LOBE_IS_MESSAGE (message), 0);

  if (quark == 0)
    quark = g_quark_from_static_string ("lobe-token-estimate");

  parts = lobe_message_get_parts (message);
  length = lobe_message_get_length (message);
  estimate = g_object_get_qdata (G_OBJECT (message), quark);
  if (estimate == NULL)
    {
      estimate = g_new0 (Estimate, 1);
      g_object_set_qdata_full (G_OBJECT (message), quark, estimate, g_free);
    }
  else if (estimate->length == length && parts != NULL && estimate->n_parts == parts->len)
    return estimate->tokens;

  estimate->length = length;
  estimate->n_parts = parts != NULL ? parts->len : 0;
  estimate->tokens = estimate_parts (message);

  return estimate->tokens;
}

/**
 * lobe_token_estimate_request:
 * @request: a request
 *
 * Returns: about how many tokens all of it is
 */
gint64
lobe_token_estimate_request (LobeRequest *request)
{
  const char *system_prompt;
  const char *schema;
  GPtrArray *messages;
  GPtrArray *tools;
  gint64 tokens = TOKENS_PER_REQUEST;

  g_return_val_if_fail (LOBE_IS_REQUEST (request), 0);

  system_prompt = lobe_request_get_system_prompt (request);
  schema = lobe_request_get_schema (request);
  messages = lobe_request_get_messages (request);
  tools = lobe_request_get_tools (request);

  if (system_prompt != NULL && *system_prompt != '\0')
    tokens += lobe_token_estimate_text (system_prompt, -1) + TOKENS_PER_MESSAGE;
  if (schema != NULL)
    tokens += lobe_token_estimate_text (schema, -1);
  for (guint i = 0; i < tools->len; i++)
    {
      LobeToolSpec *tool = tools->pdata[i];
      const char *description = lobe_tool_spec_get_description (tool);

      tokens += lobe_token_estimate_text (lobe_tool_spec_get_name (tool), -1) + TOKENS_PER_MESSAGE;
      tokens += description != NULL ? lobe_token_estimate_text (description, -1) : 0;
      tokens += lobe_token_estimate_text (lobe_tool_spec_get_parameters (tool), -1);
    }
  for (guint i = 0; i < messages->len; i++)
    tokens += lobe_token_estimate_message (messages->pdata[i]);

  return tokens;
}

/**
 * lobe_token_estimate_least:
 * @request: a request
 *
 * Returns: how many tokens the texts of it are at least, whatever the vocabulary
 */
gint64
lobe_token_estimate_least (LobeRequest *request)
{
  GPtrArray *messages;
  gint64 tokens = 0;

  g_return_val_if_fail (LOBE_IS_REQUEST (request), 0);

  messages = lobe_request_get_messages (request);
  if (lobe_request_get_system_prompt (request) != NULL)
    tokens += scan (lobe_request_get_system_prompt (request), -1, &least);
  for (guint i = 0; i < messages->len; i++)
    tokens += scan (lobe_message_get_text (messages->pdata[i]), -1, &least);

  return tokens;
}
