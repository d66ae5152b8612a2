/* test-conversation.c: the tree of messages and its active path */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/lobe-conversation.h"

/* A list model's content told by signals only; must always equal what is asked directly. */
typedef struct
{
  GPtrArray *items;
} Mirror;

static void
items_changed_cb (GListModel *model,
                  guint       position,
                  guint       removed,
                  guint       added,
                  gpointer    user_data)
{
  Mirror *mirror = user_data;

  g_ptr_array_remove_range (mirror->items, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (mirror->items, (int) (position + i), g_list_model_get_item (model, position + i));
  g_assert_cmpuint (mirror->items->len, ==, g_list_model_get_n_items (model));
}

static void
check_mirror (Mirror           *mirror,
              LobeConversation *conversation)
{
  g_assert_cmpuint (mirror->items->len, ==, g_list_model_get_n_items (G_LIST_MODEL (conversation)));
  for (guint i = 0; i < mirror->items->len; i++)
    {
      g_autoptr (LobeMessage) message = g_list_model_get_item (G_LIST_MODEL (conversation), i);
      guint position;

      g_assert_true (message == mirror->items->pdata[i]);
      g_assert_true (lobe_conversation_find (conversation, message, &position));
      g_assert_cmpuint (position, ==, i);
      g_assert_cmpstr (lobe_message_get_parent_id (message), ==,
                       i == 0 ? NULL : lobe_message_get_id (mirror->items->pdata[i - 1]));
    }
}

static void
test_siblings (void)
{
  LobeConversation *conversation = lobe_conversation_new ("chat", NULL);
  g_autoptr (LobeMessage) question = lobe_message_new ("q", NULL, LOBE_ROLE_USER, 1);
  g_autoptr (LobeMessage) first = lobe_message_new ("a1", "q", LOBE_ROLE_ASSISTANT, 2);
  g_autoptr (LobeMessage) more = lobe_message_new ("q2", "a1", LOBE_ROLE_USER, 3);
  g_autoptr (LobeMessage) second = lobe_message_new ("a2", "q", LOBE_ROLE_ASSISTANT, 4);
  guint position;

  g_assert_null (lobe_conversation_get_leaf (conversation));
  lobe_conversation_add (conversation, question);
  lobe_conversation_add (conversation, first);
  lobe_conversation_add (conversation, more);
  g_assert_true (lobe_conversation_get_leaf (conversation) == more);

  lobe_conversation_add (conversation, second);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (conversation)), ==, 2);
  g_assert_cmpuint (lobe_conversation_count_siblings (conversation, second, &position), ==, 2);
  g_assert_cmpuint (position, ==, 1);
  g_assert_true (lobe_conversation_get_sibling (conversation, second, -1) == first);
  g_assert_null (lobe_conversation_get_sibling (conversation, second, 1));
  g_assert_null (lobe_conversation_get_sibling (conversation, second, -2));
  g_assert_false (lobe_conversation_find (conversation, more, NULL));

  /* what followed the first answer is there again */
  lobe_conversation_select (conversation, first);
  g_assert_true (lobe_conversation_get_leaf (conversation) == more);
  g_assert_true (lobe_conversation_get_parent (conversation, more) == first);
  g_assert_null (lobe_conversation_get_parent (conversation, question));

  g_assert_finalize_object (conversation);
}

static void
test_random (void)
{
  LobeConversation *conversation = lobe_conversation_new ("chat", NULL);
  Mirror mirror = { g_ptr_array_new_with_free_func (g_object_unref) };
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);

  g_signal_connect (conversation, "items-changed", G_CALLBACK (items_changed_cb), &mirror);
  for (guint i = 0; i < 500; i++)
    {
      if (all->len > 0 && g_test_rand_int_range (0, 3) == 0)
        lobe_conversation_select (conversation, all->pdata[g_test_rand_int_range (0, (int) all->len)]);
      else
        {
          LobeMessage *parent = g_test_rand_int_range (0, 4) == 0 && all->len > 0
                                        ? all->pdata[g_test_rand_int_range (0, (int) all->len)]
                                        : lobe_conversation_get_leaf (conversation);
          g_autofree char *id = g_strdup_printf ("%u", i);
          LobeMessage *message = lobe_message_new (id, parent != NULL ? lobe_message_get_id (parent) : NULL,
                                                   LOBE_ROLE_USER, i);

          g_ptr_array_add (all, message);
          lobe_conversation_add (conversation, message);
          g_assert_true (lobe_conversation_get_leaf (conversation) == message);
        }
      check_mirror (&mirror, conversation);
    }

  g_ptr_array_unref (mirror.items);
  g_assert_finalize_object (conversation);
}

/* A database that somebody else wrote: parents after their children, missing, twice, in a circle. */
static void
test_fill_damaged (void)
{
  LobeConversation *conversation = lobe_conversation_new ("chat", NULL);
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  const char *rows[][2] = {
    { "c", "b" }, { "a", NULL }, { "b", "a" }, { "lost", "nowhere" }, { "after", "lost" },
    { "x", "y" }, { "y", "x" }, { "self", "self" }, { "a", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_ptr_array_add (messages, lobe_message_new (rows[i][0], rows[i][1], LOBE_ROLE_USER, i));
  lobe_conversation_fill (conversation, messages, "c");

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (conversation)), ==, 3);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_nonnull (lobe_conversation_get_message (conversation, rows[i][0]));
  lobe_conversation_select (conversation, lobe_conversation_get_message (conversation, "lost"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (conversation)), ==, 2);
  g_assert_cmpstr (lobe_message_get_id (lobe_conversation_get_leaf (conversation)), ==, "after");

  g_assert_finalize_object (conversation);
}

static void
count_cb (LobeMessage *message,
          guint       *count)
{
  (*count)++;
}

static void
test_appended_once (void)
{
  LobeMessage *message = lobe_message_new ("m", NULL, LOBE_ROLE_ASSISTANT, 0);
  guint appended = 0;
  guint n_changed = 0;

  g_signal_connect (message, "appended", G_CALLBACK (count_cb), &appended);
  g_signal_connect (message, "changed", G_CALLBACK (count_cb), &n_changed);
  for (guint i = 0; i < 1000; i++)
    lobe_message_append (message, i < 10 ? LOBE_PART_REASONING : LOBE_PART_TEXT, "word ", -1);
  g_assert_cmpuint (appended, ==, 1);
  g_assert_cmpuint (n_changed, ==, 0);
  g_assert_true (lobe_message_take_appended (message));
  g_assert_false (lobe_message_take_appended (message));
  lobe_message_append (message, LOBE_PART_TEXT, "last", 2);
  g_assert_cmpuint (appended, ==, 2);
  g_assert_cmpuint (lobe_message_get_length (message), ==, 5002);
  g_assert_true (g_str_has_suffix (lobe_message_get_text (message), "word la"));

  g_assert_finalize_object (message);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/conversation/siblings", test_siblings);
  g_test_add_func ("/conversation/random", test_random);
  g_test_add_func ("/conversation/fill-damaged", test_fill_damaged);
  g_test_add_func ("/message/appended-once", test_appended_once);

  return g_test_run ();
}
