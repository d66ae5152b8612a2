/* test-chat.c: titles out of first words, and who may change them */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/lobe-chat.h"

static void
test_first_words (void)
{
  const char *rows[][2] = {
    { "Name three primary colours.", "Name three primary colours." },
    { "  \n\n# Heading\nmore", "Heading" },
    { "``` \n", NULL },
    { "", NULL },
    { "周末去苏州的两日行程,请安排得轻松一些", "周末去苏州的两日行程,请安排得轻松一些" },
    { "My chat view stutters while an answer streams in. What should I change?",
      "My chat view stutters while an answer streams…" },
    { "周末去苏州的两日行程周末去苏州的两日行程周末去苏州的两日行程周末去苏州的两日行程周末去苏州的两日行程周末",
      "周末去苏州的两日行程周末去苏州的两日行程周末去苏州的两日行程周末去苏州的两日行程周末去苏州的两日…" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *title = lobe_chat_title_from_words (rows[i][0]);

      g_assert_cmpstr (title, ==, rows[i][1]);
    }
}

static void
test_title_source (void)
{
  LobeChat *chat = lobe_chat_new ("c", 1);

  lobe_chat_set_title (chat, "first words", LOBE_TITLE_FIRST_WORDS);
  lobe_chat_set_title (chat, "a model's", LOBE_TITLE_MODEL);
  g_assert_cmpstr (lobe_chat_get_title (chat), ==, "a model's");
  lobe_chat_set_title (chat, "mine", LOBE_TITLE_PERSON);
  lobe_chat_set_title (chat, "a model's again", LOBE_TITLE_MODEL);
  lobe_chat_set_title (chat, "words", LOBE_TITLE_FIRST_WORDS);
  g_assert_cmpstr (lobe_chat_get_title (chat), ==, "mine");

  g_assert_finalize_object (chat);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/chat/first-words", test_first_words);
  g_test_add_func ("/chat/title-source", test_title_source);

  return g_test_run ();
}
