/* test-context.c: which messages fit into a context window */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-context.h"

static void
add (GPtrArray  *history,
     LobeRole    role,
     const char *text)
{
  g_autofree char *id = g_strdup_printf ("%u", history->len);
  LobeMessage *message = lobe_message_new (id, NULL, role, 0);

  if (text != NULL)
    lobe_message_append (message, LOBE_PART_TEXT, text, -1);
  g_ptr_array_add (history, message);
}

static void
test_estimate (void)
{
  g_assert_cmpint (lobe_context_estimate (""), ==, 1);
  g_assert_cmpint (lobe_context_estimate ("Name three primary colours."), >=, 6);
  g_assert_cmpint (lobe_context_estimate ("周末去苏州"), >=, 5);
}

static void
test_unknown_window_takes_all (void)
{
  g_autoptr (GPtrArray) history = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (LobeRequest) request = lobe_request_new ("m");
  g_autofree char *huge = g_strnfill (1000000, 'x');

  add (history, LOBE_ROLE_USER, huge);
  add (history, LOBE_ROLE_ASSISTANT, NULL); /* failed before its first word */
  add (history, LOBE_ROLE_USER, "again");
  g_assert_cmpuint (lobe_context_pack (request, history, 0), ==, 0);
  g_assert_cmpuint (lobe_request_get_messages (request)->len, ==, 2);
}

static void
test_oldest_are_left_out (void)
{
  g_autoptr (GPtrArray) history = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *text = g_strnfill (300, 'x');
  gboolean some_fit = FALSE;

  for (guint i = 0; i < 20; i++)
    add (history, i % 2 == 0 ? LOBE_ROLE_USER : LOBE_ROLE_ASSISTANT, text);
  add (history, LOBE_ROLE_USER, "and now?");

  for (gint64 window = 64; window < 8192; window *= 2)
    {
      g_autoptr (LobeRequest) request = lobe_request_new ("m");
      guint n_left_out;
      GPtrArray *messages;

      lobe_request_set_max_tokens (request, 128);
      n_left_out = lobe_context_pack (request, history, window);
      messages = lobe_request_get_messages (request);
      g_assert_cmpuint (messages->len + n_left_out, ==, history->len);
      g_assert_true (messages->pdata[messages->len - 1] == history->pdata[history->len - 1]);
      g_assert_cmpint (lobe_message_get_role (messages->pdata[0]), ==, LOBE_ROLE_USER);
      some_fit |= n_left_out > 0 && messages->len > 1;
    }
  g_assert_true (some_fit);
}

static void
test_too_long_alone (void)
{
  g_autoptr (GPtrArray) history = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (LobeRequest) request = lobe_request_new ("m");
  g_autofree char *huge = g_strnfill (100000, 'x');

  add (history, LOBE_ROLE_USER, "first");
  add (history, LOBE_ROLE_ASSISTANT, "answer");
  add (history, LOBE_ROLE_USER, huge);
  g_assert_cmpuint (lobe_context_pack (request, history, 2048), ==, 2);
  g_assert_cmpuint (lobe_request_get_messages (request)->len, ==, 1);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/context/estimate", test_estimate);
  g_test_add_func ("/context/unknown-window", test_unknown_window_takes_all);
  g_test_add_func ("/context/oldest-are-left-out", test_oldest_are_left_out);
  g_test_add_func ("/context/too-long-alone", test_too_long_alone);

  return g_test_run ();
}
