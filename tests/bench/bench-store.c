/* bench-store.c: opening a long chat and a long list of chats, beside SQLite reading the same rows and nothing else */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bench.h"
#include "../unit/store-fixture.h"

#define N_MESSAGES 10000
#define N_CHATS 1000
#define N_RUNS 15

static void
fill (LobeStore *store,
      LobeClock *clock)
{
  g_autoptr (LobeChat) chat = lobe_chat_new ("long", 1);
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *text = g_strnfill (400, 'x');
  const char *parent_id = NULL;

  for (int i = 0; i < N_MESSAGES; i++)
    {
      g_autofree char *id = lobe_clock_new_id (clock);
      LobeMessage *message = lobe_message_new (id, parent_id, i % 2 == 0 ? LOBE_ROLE_USER : LOBE_ROLE_ASSISTANT,
                                               lobe_clock_get_real (clock));

      lobe_message_append (message, LOBE_PART_TEXT, text, -1);
      lobe_message_set_n_blocks (message, 3);
      g_ptr_array_add (messages, message);
      parent_id = lobe_message_get_id (message);
      lobe_clock_advance (clock, 1000);
    }
  for (int i = 1; i < N_CHATS; i++)
    {
      g_autofree char *id = lobe_clock_new_id (clock);
      g_autoptr (LobeChat) other = lobe_chat_new (id, i);

      lobe_chat_set_title (other, "What a chat is called", LOBE_TITLE_FIRST_WORDS);
      lobe_store_save_chat (store, other);
    }
  lobe_store_add_messages_async (store, chat, messages, parent_id, NULL, on_result, &result);
  lobe_store_add_messages_finish (store, wait_result (&result), NULL);
}

/* Every column of every row, as milliseconds. */
static double
read_plain (const char *folder,
            const char *sql)
{
  sqlite3 *db = open_plain (folder);
  gint64 start = g_get_monotonic_time ();
  sqlite3_stmt *statement;
  gsize length = 0;

  sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);
  while (sqlite3_step (statement) == SQLITE_ROW)
    {
      for (int i = 0; i < sqlite3_column_count (statement); i++)
        {
          sqlite3_column_text (statement, i);
          length += (gsize) sqlite3_column_bytes (statement, i);
        }
    }
  sqlite3_finalize (statement);
  start = g_get_monotonic_time () - start;
  sqlite3_close (db);
  g_assert_cmpuint (length, >, 0);

  return (double) start / 1000;
}

static LobeStore *
reopen (const char *folder,
        LobeClock  *clock)
{
  LobeStore *store = lobe_store_new (folder, clock);

  g_assert_true (open_store (store, NULL));

  return store;
}

int
main (void)
{
  g_autofree char *parent = g_dir_make_tmp ("lobe-bench-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (parent, "lobe-chat", NULL);
  g_autoptr (LobeClock) clock = lobe_clock_new_fake (G_GINT64_CONSTANT (1700000000000000), 1);
  double heads[N_RUNS], plain_heads[N_RUNS], chats[N_RUNS], plain_chats[N_RUNS];
  double value, baseline;
  LobeStore *store = reopen (folder, clock);

  fill (store, clock);
  lobe_store_close (store);
  g_object_unref (store);

  for (int i = 0; i < N_RUNS; i++)
    {
      g_autoptr (LobeConversation) conversation = NULL;
      gint64 start;

      store = reopen (folder, clock);
      start = g_get_monotonic_time ();
      load_chats (store);
      chats[i] = (double) (g_get_monotonic_time () - start) / 1000;
      start = g_get_monotonic_time ();
      conversation = load_conversation (store, "long");
      heads[i] = (double) (g_get_monotonic_time () - start) / 1000;
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (conversation)), ==, N_MESSAGES);
      lobe_store_close (store);
      g_clear_object (&conversation);
      g_object_unref (store);

      plain_heads[i] = read_plain (folder, "SELECT id, parent_id, role, state, created, n_blocks FROM message "
                                           "WHERE chat_id = 'long' ORDER BY created, id");
      plain_chats[i] = read_plain (folder, "SELECT * FROM chat ORDER BY updated DESC");
    }

  value = bench_median (heads, N_RUNS);
  baseline = bench_median (plain_heads, N_RUNS);
  bench_print ("store: heads of 10,000 messages", value, "ms", baseline, value / baseline, 30, value <= 30);
  value = bench_median (chats, N_RUNS);
  baseline = bench_median (plain_chats, N_RUNS);
  bench_print ("store: list of 1,000 chats", value, "ms", baseline, value / baseline, 10, value <= 10);
  remove_folder (parent);

  return EXIT_SUCCESS;
}
