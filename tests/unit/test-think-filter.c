/* test-think-filter.c: thinking and answer are told apart however the text is cut */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-sink-private.h"
#include "driver/lobe-think-filter.h"

#include <string.h>

typedef struct
{
  GString *text;
  GString *reasoning;
} Heard;

static void
on_delta (const LobeDelta *delta,
          gpointer         user_data)
{
  Heard *heard = user_data;

  g_string_append_len (delta->kind == LOBE_DELTA_TEXT ? heard->text : heard->reasoning, delta->text, delta->length);
}

static void
test_every_cut (void)
{
  static const struct
  {
    const char *written;
    const char *text;
    const char *reasoning;
  } cases[] = {
    { "Plain", "Plain", "" },
    { "<think>Hm</think>Yes", "Yes", "Hm" },
    { "\n <think>\n\nHm\n</think>\n\nYes\n", "Yes\n", "Hm\n" },
    { "<think></think>Yes", "Yes", "" },
    { "<think>a < b </thin> <</think>Yes <think>no</think>", "Yes <think>no</think>", "a < b </thin> <" },
    { "The tag <think> opens", "The tag <think> opens", "" },
    { "<thinking>x", "<thinking>x", "" },
    { "  <b>", "  <b>", "" },
    { "<thi", "<thi", "" },
    { "<think>Hm</th", "", "Hm</th" },
    { "<think>Hm", "", "Hm" },
    { "\n\n", "\n\n", "" },
    { "                                        x", "                                        x", "" },
    { "<think>思考 🤔</think>好", "好", "思考 🤔" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gsize length = strlen (cases[i].written);

      for (gsize first = 0; first <= length; first++)
        {
          for (gsize second = first; second <= length; second++)
            {
              Heard heard = { g_string_new (NULL), g_string_new (NULL) };
              g_autoptr (GTask) task = g_task_new (NULL, NULL, NULL, NULL);
              g_autoptr (LobeSink) sink = lobe_sink_new (task, on_delta, &heard, NULL);
              LobeThinkFilter filter = { 0 };

              lobe_think_filter_push (&filter, sink, cases[i].written, first);
              lobe_think_filter_push (&filter, sink, cases[i].written + first, second - first);
              lobe_think_filter_push (&filter, sink, cases[i].written + second, length - second);
              lobe_think_filter_flush (&filter, sink);
              g_assert_cmpstr (heard.text->str, ==, cases[i].text);
              g_assert_cmpstr (heard.reasoning->str, ==, cases[i].reasoning);

              lobe_sink_done (sink, LOBE_STOP_END);
              g_string_free (heard.text, TRUE);
              g_string_free (heard.reasoning, TRUE);
            }
        }
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/think-filter/every-cut", test_every_cut);

  return g_test_run ();
}
