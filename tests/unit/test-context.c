/* test-context.c: which messages fit into a context window */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-context.h"
#include "session/lobe-token-estimate.h"

#include <stdlib.h>
#include <string.h>

static LobeMessage *
add (GPtrArray  *history,
     LobeRole    role,
     const char *text)
{
  g_autofree char *id = g_strdup_printf ("%u", history->len);
  LobeMessage *message = lobe_message_new (id, NULL, role, 0);

  if (text != NULL)
    lobe_message_append (message, LOBE_PART_TEXT, text, -1);
  g_ptr_array_add (history, message);

  return message;
}

static LobeContextFit
pack (LobeRequest            *request,
      GPtrArray              *history,
      const LobeContextRules *rules)
{
  LobeContextFit fit;

  lobe_context_pack (request, "Be brief.", history, rules, &fit);
  g_assert_cmpint (fit.estimated, ==, lobe_token_estimate_request (request));

  return fit;
}

static void
test_unknown_window_takes_all (void)
{
  g_autoptr (GPtrArray) history = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (LobeRequest) request = lobe_request_new ("m");
  g_autofree char *huge = g_strnfill (1000000, 'x');
  LobeContextFit fit;

  add (history, LOBE_ROLE_USER, huge);
  add (history, LOBE_ROLE_ASSISTANT, NULL); /* failed before its first word */
  add (history, LOBE_ROLE_USER, "again");
  fit = pack (request, history, &LOBE_CONTEXT_RULES_INIT);
  g_assert_cmpuint (fit.n_left_out, ==, 0);
  g_assert_false (lobe_context_is_over (&fit));
  g_assert_cmpuint (lobe_request_get_messages (request)->len, ==, 2);
}

static gboolean
contains (LobeRequest *request,
          LobeMessage *message)
{
  return g_ptr_array_find (lobe_request_get_messages (request), message, NULL);
}

/* Whatever the texts, windows, scales and pins are. */
static void
test_properties (void)
{
  for (guint round = 0; round < 400; round++)
    {
      g_autoptr (GPtrArray) history = g_ptr_array_new_with_free_func (g_object_unref);
      g_autoptr (LobeRequest) request = lobe_request_new ("m");
      LobeContextRules rules = LOBE_CONTEXT_RULES_INIT;
      guint n_turns = (guint) g_test_rand_int_range (1, 30);
      guint n_pinned = 0;
      GPtrArray *messages;
      LobeContextFit fit;
      guint n_sent = 0;
      gint64 needed;

      for (guint i = 0; i < n_turns; i++)
        {
          g_autofree char *question = g_strnfill ((gsize) g_test_rand_int_range (1, 400), i % 3 == 0 ? ' ' : 'x');
          g_autofree char *answer = g_strnfill ((gsize) g_test_rand_int_range (1, 2000), ',');

          add (history, LOBE_ROLE_USER, question);
          if (i + 1 < n_turns || round % 2 == 0)
            add (history, LOBE_ROLE_ASSISTANT, answer);
          if (g_test_rand_int_range (0, 10) == 0)
            {
              lobe_message_set_pinned (history->pdata[history->len - 1], TRUE);
              n_pinned++;
            }
        }
      if (round % 7 == 0)
        {
          LobeMessage *system = lobe_message_new ("system", NULL, LOBE_ROLE_SYSTEM, 0);

          lobe_message_append (system, LOBE_PART_TEXT, "Answer in verse.", -1);
          g_ptr_array_insert (history, 0, system);
        }

      rules.window = g_test_rand_int_range (64, 12000);
      rules.scale = g_test_rand_double_range (0.5, 3.0);
      rules.margin = g_test_rand_double_range (0.0, 0.2);
      if (round % 5 == 0)
        {
          rules.strategy = LOBE_CONTEXT_LAST;
          rules.n_messages = (guint) g_test_rand_int_range (1, 12);
        }
      lobe_request_set_max_tokens (request, g_test_rand_int_range (1, 4096));
      fit = pack (request, history, &rules);
      messages = lobe_request_get_messages (request);

      /* nothing is lost or sent twice, the order stays, and the newest message is there */
      g_assert_cmpuint (messages->len + fit.n_left_out, ==, history->len);
      g_assert_true (messages->pdata[messages->len - 1] == history->pdata[history->len - 1]);
      for (guint i = 0; i < history->len && n_sent < messages->len; i++)
        n_sent += history->pdata[i] == messages->pdata[n_sent];
      g_assert_cmpuint (n_sent, ==, messages->len);

      /* pairs are whole, and what is pinned and the system's stay */
      for (guint i = 0; i < history->len; i++)
        {
          LobeMessage *message = history->pdata[i];

          if (lobe_message_get_pinned (message) || lobe_message_get_role (message) == LOBE_ROLE_SYSTEM)
            g_assert_true (contains (request, message));
          if (lobe_message_get_role (message) == LOBE_ROLE_ASSISTANT)
            g_assert_cmpint (contains (request, message), ==, contains (request, history->pdata[i - 1]));
        }

      /* room is kept for the answer, and never more is sent than fits, unless what must be sent alone is too long */
      g_assert_cmpint (fit.reserve, ==, MIN (lobe_request_get_max_tokens (request), rules.window / 4));
      needed = lobe_token_estimate_request (request);
      if (lobe_context_is_over (&fit))
        for (guint i = 0; i < messages->len; i++)
          {
            LobeMessage *message = messages->pdata[i];
            gboolean last_turn = i + 1 == messages->len || (i + 2 == messages->len && lobe_message_get_role (messages->pdata[i + 1]) == LOBE_ROLE_ASSISTANT);
            gboolean pinned = lobe_message_get_pinned (message) || lobe_message_get_role (message) == LOBE_ROLE_SYSTEM ||
                              (i + 1 < messages->len && lobe_message_get_role (messages->pdata[i + 1]) == LOBE_ROLE_ASSISTANT && lobe_message_get_pinned (messages->pdata[i + 1])) ||
                              (i > 0 && lobe_message_get_role (message) == LOBE_ROLE_ASSISTANT && lobe_message_get_pinned (messages->pdata[i - 1]));

            g_assert_true (last_turn || pinned);
          }
      else
        g_assert_cmpfloat ((double) needed * rules.scale, <=, (double) (rules.window - fit.reserve) + 1.0);

      /* no more messages than were asked for, but for those that stay in any case */
      if (rules.strategy == LOBE_CONTEXT_LAST && n_pinned == 0 && round % 7 != 0)
        g_assert_cmpuint (messages->len, <=, MAX (rules.n_messages, 2));
    }
}

static void
test_some_fit (void)
{
  g_autoptr (GPtrArray) history = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (LobeRequest) request = lobe_request_new ("m");
  g_autofree char *text = g_strnfill (100, ',');
  LobeContextRules rules = LOBE_CONTEXT_RULES_INIT;
  LobeContextFit fit;

  for (guint i = 0; i < 20; i++)
    add (history, i % 2 == 0 ? LOBE_ROLE_USER : LOBE_ROLE_ASSISTANT, text);
  add (history, LOBE_ROLE_USER, "and now?");

  /* the oldest go, and as few as possible */
  rules.window = 1024;
  lobe_request_set_max_tokens (request, 128);
  fit = pack (request, history, &rules);
  g_assert_cmpuint (fit.n_left_out, ==, 10);
  g_assert_true (fit.left_out_leaf == history->pdata[9]);

  /* a model with a coarser vocabulary */
  rules.scale = 2.0;
  fit = pack (request, history, &rules);
  g_assert_cmpuint (fit.n_left_out, ==, 16);
  g_assert_cmpint (fit.used, ==, fit.estimated * 2);

  /* the same from the beginning, since an old question says more than its place */
  lobe_message_set_pinned (history->pdata[1], TRUE);
  fit = pack (request, history, &rules);
  g_assert_true (contains (request, history->pdata[0]));
  g_assert_cmpuint (fit.n_left_out, ==, 16);
}

static void
test_too_long_alone (void)
{
  g_autoptr (GPtrArray) history = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (LobeRequest) request = lobe_request_new ("m");
  g_autofree char *huge = g_strnfill (100000, ',');
  LobeContextRules rules = LOBE_CONTEXT_RULES_INIT;
  LobeContextFit fit;

  add (history, LOBE_ROLE_USER, "first");
  add (history, LOBE_ROLE_ASSISTANT, "answer");
  add (history, LOBE_ROLE_USER, huge);
  rules.window = 2048;
  fit = pack (request, history, &rules);
  g_assert_cmpuint (fit.n_left_out, ==, 2);
  g_assert_cmpuint (lobe_request_get_messages (request)->len, ==, 1);
  g_assert_true (lobe_context_is_over (&fit));
}

static void
test_summary (void)
{
  g_autoptr (GPtrArray) history = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (LobeRequest) request = lobe_request_new ("m");
  LobeContextRules rules = LOBE_CONTEXT_RULES_INIT;
  LobeContextFit fit;

  for (guint i = 0; i < 8; i++)
    add (history, i % 2 == 0 ? LOBE_ROLE_USER : LOBE_ROLE_ASSISTANT, "words");
  add (history, LOBE_ROLE_USER, "and now?");
  lobe_message_set_pinned (history->pdata[2], TRUE);

  rules.summary = "They spoke of words.";
  rules.summary_leaf_id = "5";
  fit = pack (request, history, &rules); /* not the strategy */
  g_assert_cmpuint (lobe_request_get_messages (request)->len, ==, 9);
  g_assert_null (strstr (lobe_request_get_system_prompt (request), "spoke of words"));

  rules.strategy = LOBE_CONTEXT_SUMMARY;
  fit = pack (request, history, &rules);
  g_assert_cmpuint (fit.n_summarised, ==, 4);
  g_assert_cmpuint (fit.n_left_out, ==, 0);
  g_assert_cmpuint (lobe_request_get_messages (request)->len, ==, 5); /* the pinned pair, too */
  g_assert_true (g_str_has_prefix (lobe_request_get_system_prompt (request), "Be brief."));
  g_assert_nonnull (strstr (lobe_request_get_system_prompt (request), "They spoke of words."));

  rules.summary_leaf_id = "of another branch";
  fit = pack (request, history, &rules);
  g_assert_cmpuint (fit.n_summarised, ==, 0);
  g_assert_cmpuint (lobe_request_get_messages (request)->len, ==, 9);
}

/* What is too old to be sent need not be in memory. */
static void
test_unloaded (void)
{
  g_autoptr (GPtrArray) history = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (LobeRequest) request = lobe_request_new ("m");
  g_autofree char *text = g_strnfill (1000, ',');
  LobeContextRules rules = LOBE_CONTEXT_RULES_INIT;
  LobeContextFit fit;

  g_ptr_array_add (history, lobe_message_new_unloaded ("a", NULL, LOBE_ROLE_USER, LOBE_MESSAGE_DONE, 0, 0));
  g_ptr_array_add (history, lobe_message_new_unloaded ("b", "a", LOBE_ROLE_ASSISTANT, LOBE_MESSAGE_DONE, 0, 0));
  add (history, LOBE_ROLE_USER, text);
  add (history, LOBE_ROLE_USER, "and now?");

  rules.window = 1000;
  fit = pack (request, history, &rules);
  g_assert_null (fit.unloaded);
  g_assert_cmpuint (fit.n_left_out, ==, 3);

  rules.window = 10000;
  fit = pack (request, history, &rules);
  g_assert_true (fit.unloaded == history->pdata[1]);
}

static void
test_explain (void)
{
  LobeContextFit fit = { .used = 3000, .reserve = 500, .window = 2048 };
  LobeUsage usage = LOBE_USAGE_UNKNOWN;
  g_autofree char *silent = NULL;
  g_autofree char *cut = NULL;
  g_autofree char *full = NULL;

  g_assert_null (lobe_context_explain (&fit, NULL, LOBE_STOP_END, 2100));
  g_assert_null (lobe_context_explain (&fit, &usage, LOBE_STOP_END, 2100));

  /* Ollama: half of the window was read */
  usage.prompt_tokens = 1024;
  usage.completion_tokens = 100;
  silent = lobe_context_explain (&fit, &usage, LOBE_STOP_END, 2100);
  g_assert_nonnull (strstr (silent, "1024"));
  g_assert_nonnull (strstr (silent, "3000"));

  /* a vocabulary that is a little better than ours */
  usage.prompt_tokens = 2400;
  g_assert_null (lobe_context_explain (&fit, &usage, LOBE_STOP_END, 2100));

  /* Ollama: cut to exactly its window, whatever our estimate was */
  usage.prompt_tokens = 2048;
  cut = lobe_context_explain (&fit, &usage, LOBE_STOP_END, 700);
  g_assert_nonnull (strstr (cut, "2048"));

  /* llama-server: "length" where the slot ended, not the limit */
  fit.used = 1500;
  usage.prompt_tokens = 1500;
  usage.completion_tokens = 100;
  g_assert_null (lobe_context_explain (&fit, &usage, LOBE_STOP_LENGTH, 1000));
  usage.completion_tokens = 548;
  g_assert_null (lobe_context_explain (&fit, &usage, LOBE_STOP_END, 1000));
  full = lobe_context_explain (&fit, &usage, LOBE_STOP_LENGTH, 1000);
  g_assert_nonnull (strstr (full, "2048"));
}

/* How far the estimate is off what real servers counted; the table says which. */
static void
test_estimate (void)
{
  g_autofree char *path = g_build_filename (g_getenv ("LOBE_FIXTURES"), "tokens", "counts.tsv", NULL);
  g_autofree char *table = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  g_assert_true (g_file_get_contents (path, &table, NULL, NULL));
  lines = g_strsplit (table, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) fields = g_strsplit (lines[i], "\t", -1);
      g_autofree char *text_path = NULL;
      g_autofree char *text = NULL;
      double counted, error, limit;
      gsize length;

      if (*lines[i] == '#' || g_strv_length (fields) < 4)
        continue;
      text_path = g_build_filename (g_getenv ("LOBE_FIXTURES"), "tokens", fields[1], NULL);
      g_assert_true (g_file_get_contents (text_path, &text, &length, NULL));
      counted = atof (fields[2]);
      {
        g_autoptr (LobeRequest) request = lobe_request_new ("m");

        lobe_request_set_system_prompt (request, text);
        g_assert_cmpfloat ((double) lobe_token_estimate_least (request), <=, counted);
        g_assert_cmpfloat ((double) lobe_token_estimate_least (request), >=, counted * 0.1);
      }
      limit = atof (fields[3]);
      error = 100.0 * ((double) lobe_token_estimate_text (text, (gssize) length) - counted) / counted;
      g_test_message ("%s, %s: %.0f tokens, estimated %+.0f %%", fields[0], fields[1], counted, error);
      g_assert_cmpfloat (error, >, -limit);
      g_assert_cmpfloat (error, <, limit);
      n++;
    }
  g_assert_cmpuint (n, >=, 7);
}

static void
test_estimate_remembers (void)
{
  g_autoptr (LobeMessage) message = lobe_message_new ("m", NULL, LOBE_ROLE_ASSISTANT, 0);
  gint64 before;

  g_assert_cmpint (lobe_token_estimate_text ("", 0), ==, 0);
  g_assert_cmpint (lobe_token_estimate_text ("\xff\xfe", 2), ==, 2);
  lobe_message_append (message, LOBE_PART_TEXT, "one two three", -1);
  before = lobe_token_estimate_message (message);
  g_assert_cmpint (lobe_token_estimate_message (message), ==, before);
  lobe_message_append (message, LOBE_PART_TEXT, " four", -1);
  g_assert_cmpint (lobe_token_estimate_message (message), ==, before + 1);
  lobe_message_append (message, LOBE_PART_REASONING, "thoughts are not sent again", -1);
  g_assert_cmpint (lobe_token_estimate_message (message), ==, before + 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/context/estimate", test_estimate);
  g_test_add_func ("/context/estimate-remembers", test_estimate_remembers);
  g_test_add_func ("/context/unknown-window", test_unknown_window_takes_all);
  g_test_add_func ("/context/properties", test_properties);
  g_test_add_func ("/context/some-fit", test_some_fit);
  g_test_add_func ("/context/too-long-alone", test_too_long_alone);
  g_test_add_func ("/context/summary", test_summary);
  g_test_add_func ("/context/unloaded", test_unloaded);
  g_test_add_func ("/context/explain", test_explain);

  return g_test_run ();
}
