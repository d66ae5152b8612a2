/* test-store.c: what is written is there again, whatever happens in between */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store-fixture.h"

#include <string.h>
#include <sys/stat.h>

static LobeChat *
new_chat (Fixture    *fixture,
          const char *id,
          gint64      updated)
{
  return lobe_chat_new (id, updated);
}

static void
test_round_trip (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (LobeChat) chat = new_chat (fixture, "chat", 5000);
  g_autoptr (LobeMessage) answer = NULL;
  g_autoptr (LobePart) call = lobe_part_new_tool_call ("call-1", "search", "{\"q\":1}");
  g_autoptr (LobeConversation) conversation = NULL;
  g_autoptr (LobeMessage) question = NULL;
  g_autoptr (LobeMessage) read = NULL;
  g_autoptr (LobeChat) read_chat = NULL;
  g_autoptr (GError) error = NULL;
  LobeUsage usage = { 10, -1, 20, 5, 33.5 };

  lobe_chat_set_title (chat, "Colours", LOBE_TITLE_PERSON);
  lobe_chat_set_model (chat, "server", "model");
  lobe_chat_set_system_prompt (chat, "Be brief.");
  lobe_chat_set_draft (chat, "next");
  answer = begin_answer (fixture->store, fixture->clock, chat, "Name three colours. 三个");

  lobe_message_append (answer, LOBE_PART_REASONING, "Hm.", -1);
  lobe_part_set_signature (lobe_message_get_part (answer, LOBE_PART_REASONING), "c2ln");
  say (fixture->store, answer, "Red, ");
  say (fixture->store, answer, "green.");
  lobe_message_add_part (answer, call);
  lobe_message_set_state (answer, LOBE_MESSAGE_FAILED);
  lobe_message_set_origin (answer, "server", "model");
  lobe_message_set_usage (answer, &usage);
  lobe_message_set_stop_reason (answer, LOBE_STOP_LENGTH);
  lobe_message_set_think_time (answer, 1234);
  lobe_message_set_first_token_time (answer, 5678);
  lobe_message_set_n_blocks (answer, 3);
  lobe_message_set_error (answer, LOBE_ERROR_OVERLOADED, "Too busy");
  lobe_store_finish_message (fixture->store, answer);

  g_clear_object (&chat);
  fixture_reopen (fixture);

  read_chat = load_chat (fixture->store, "chat", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (lobe_chat_get_title (read_chat), ==, "Colours");
  g_assert_cmpint (lobe_chat_get_title_source (read_chat), ==, LOBE_TITLE_PERSON);
  g_assert_cmpint (lobe_chat_get_updated (read_chat), ==, 5000);
  g_assert_cmpstr (lobe_chat_get_server (read_chat), ==, "server");
  g_assert_cmpstr (lobe_chat_get_model (read_chat), ==, "model");
  g_assert_cmpstr (lobe_chat_get_system_prompt (read_chat), ==, "Be brief.");
  g_assert_cmpstr (lobe_chat_get_draft (read_chat), ==, "next");

  conversation = load_conversation (fixture->store, "chat");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (conversation)), ==, 2);
  question = g_list_model_get_item (G_LIST_MODEL (conversation), 0);
  read = g_list_model_get_item (G_LIST_MODEL (conversation), 1);
  g_assert_false (lobe_message_get_loaded (read));
  g_assert_cmpuint (lobe_message_get_n_blocks (read), ==, 3);
  g_assert_cmpint (lobe_message_get_state (read), ==, LOBE_MESSAGE_FAILED);
  g_assert_cmpint (lobe_message_get_created (read), ==, lobe_message_get_created (answer));
  g_assert_cmpstr (lobe_message_get_parent_id (read), ==, lobe_message_get_id (question));

  lobe_conversation_load (conversation, 0, 2);
  while (!lobe_message_get_loaded (read) || !lobe_message_get_loaded (question))
    g_main_context_iteration (NULL, TRUE);

  g_assert_cmpstr (lobe_message_get_text (question), ==, "Name three colours. 三个");
  g_assert_cmpint (lobe_message_get_error_code (question), ==, -1);
  g_assert_null (lobe_message_get_usage (question));
  g_assert_cmpuint (lobe_message_get_parts (read)->len, ==, 3);
  g_assert_cmpstr (lobe_message_get_text (read), ==, "Red, green.");
  g_assert_cmpstr (lobe_part_get_text (lobe_message_get_part (read, LOBE_PART_REASONING)), ==, "Hm.");
  g_assert_cmpstr (lobe_part_get_call_id (lobe_message_get_part (read, LOBE_PART_TOOL_CALL)), ==, "call-1");
  g_assert_cmpstr (lobe_part_get_signature (lobe_message_get_part (read, LOBE_PART_REASONING)), ==, "c2ln");
  g_assert_cmpstr (lobe_part_get_name (lobe_message_get_part (read, LOBE_PART_TOOL_CALL)), ==, "search");
  g_assert_cmpstr (lobe_part_get_text (lobe_message_get_part (read, LOBE_PART_TOOL_CALL)), ==, "{\"q\":1}");
  g_assert_cmpstr (lobe_message_get_model (read), ==, "model");
  g_assert_cmpint (lobe_message_get_usage (read)->prompt_tokens, ==, 10);
  g_assert_cmpint (lobe_message_get_usage (read)->cached_tokens, ==, -1);
  g_assert_cmpfloat (lobe_message_get_usage (read)->tokens_per_second, ==, 33.5);
  g_assert_cmpint (lobe_message_get_stop_reason (read), ==, LOBE_STOP_LENGTH);
  g_assert_cmpint (lobe_message_get_think_time (read), ==, 1234);
  g_assert_cmpint (lobe_message_get_first_token_time (read), ==, 5678);
  g_assert_cmpint (lobe_message_get_error_code (read), ==, LOBE_ERROR_OVERLOADED);
  g_assert_cmpstr (lobe_message_get_error_text (read), ==, "Too busy");
}

static void
on_committed (LobeStore  *store,
              const char *message_id,
              guint64     length,
              gint64      lag,
              gpointer    user_data)
{
  GString *log = user_data;

  g_string_append_printf (log, "%s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT "\n", message_id + 24, length, lag);
}

static void
wait_commit (GString *log)
{
  g_string_truncate (log, 0);
  while (log->len == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_checkpoints_append (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (LobeChat) chat = new_chat (fixture, "chat", 1);
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (LobeMessage) answer = begin_answer (fixture->store, fixture->clock, chat, "?");
  gulong handler = g_signal_connect (fixture->store, "committed", G_CALLBACK (on_committed), log);
  g_autofree char *expected = NULL;

  say (fixture->store, answer, "one ");
  lobe_clock_advance (fixture->clock, 70);
  say (fixture->store, answer, "two ");
  lobe_clock_advance (fixture->clock, 30);
  wait_commit (log);
  expected = g_strdup_printf ("%s 8 100\n", lobe_message_get_id (answer) + 24);
  g_assert_cmpstr (log->str, ==, expected);
  assert_plain (fixture->folder, "SELECT position, start, text FROM tail ORDER BY start", "0|0|one two ");

  lobe_message_append (answer, LOBE_PART_REASONING, "why", -1);
  say (fixture->store, answer, "three");
  wait_commit (log);
  g_assert_nonnull (strstr (log->str, " 16 0\n"));
  assert_plain (fixture->folder, "SELECT position, start, text FROM tail ORDER BY position, start",
                "0|0|one two |0|8|three|1|0|why");
  assert_plain (fixture->folder, "SELECT kind, text FROM part WHERE message_id = (SELECT max (message_id) FROM part) ORDER BY position",
                "0||1|");
  assert_plain (fixture->folder, "SELECT role, state, text, reasoning FROM message_text ORDER BY role",
                "1|0|?||2|1|one two three|why");
  assert_plain (fixture->folder, "SELECT count (*) FROM message WHERE owner LIKE '%.lock'", "1");

  lobe_message_set_state (answer, LOBE_MESSAGE_DONE);
  say (fixture->store, answer, "!");
  lobe_store_finish_message (fixture->store, answer);
  wait_commit (log);
  g_assert_nonnull (strstr (log->str, " 17 0\n"));
  assert_plain (fixture->folder, "SELECT count (*) FROM tail", "0");
  assert_plain (fixture->folder, "SELECT state, owner IS NULL, text FROM message JOIN part ON message_id = id WHERE role = 2 ORDER BY position",
                "0|1|one two three!|0|1|why");

  g_signal_handler_disconnect (fixture->store, handler);
}

/* A provider signs what it thought when that is on disk already; the answer may still break off before its end. */
static void
test_checkpoint_signature (Fixture       *fixture,
                           gconstpointer  data)
{
  g_autoptr (LobeChat) chat = new_chat (fixture, "chat", 1);
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (LobeMessage) answer = begin_answer (fixture->store, fixture->clock, chat, "?");
  gulong handler = g_signal_connect (fixture->store, "committed", G_CALLBACK (on_committed), log);
  const char *written = "SELECT kind, signature FROM part WHERE message_id = (SELECT max (message_id) FROM part) ORDER BY position";

  lobe_message_append (answer, LOBE_PART_REASONING, "why", -1);
  say (fixture->store, answer, "one ");
  wait_commit (log);
  assert_plain (fixture->folder, written, "1||0|");

  lobe_part_set_signature (lobe_message_get_part (answer, LOBE_PART_REASONING), "c2ln");
  lobe_store_touch_message (fixture->store, answer);
  wait_commit (log);
  assert_plain (fixture->folder, written, "1|c2ln|0|");

  /* and from then on only what comes is added */
  say (fixture->store, answer, "two");
  wait_commit (log);
  assert_plain (fixture->folder, "SELECT position, start, text FROM tail ORDER BY position, start", "1|4|two");
  assert_plain (fixture->folder, "SELECT text, reasoning FROM message_text WHERE role = 2", "one two|why");

  lobe_message_set_state (answer, LOBE_MESSAGE_DONE);
  lobe_store_finish_message (fixture->store, answer);
  wait_commit (log);
  g_signal_handler_disconnect (fixture->store, handler);
}

static void
test_nothing_left_behind (Fixture       *fixture,
                          gconstpointer  data)
{
  LobeChat *chat = new_chat (fixture, "chat", 1);
  LobeMessage *answer = begin_answer (fixture->store, fixture->clock, chat, "?");

  say (fixture->store, answer, "text");
  lobe_message_set_state (answer, LOBE_MESSAGE_STOPPED);
  lobe_store_finish_message (fixture->store, answer);
  flush_store (fixture->store);
  g_assert_finalize_object (answer);

  fixture_reopen (fixture);
  g_assert_finalize_object (chat);
}

/* Closing while an answer streams: all of it is there, and it is not streaming any more. */
static void
test_close_ends (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (LobeChat) chat = new_chat (fixture, "chat", 1);
  g_autoptr (LobeMessage) answer = begin_answer (fixture->store, fixture->clock, chat, "?");

  say (fixture->store, answer, "some");
  flush_store (fixture->store);
  say (fixture->store, answer, "thing");
  lobe_store_close (fixture->store);
  assert_plain (fixture->folder, "SELECT state, owner IS NULL, text FROM message JOIN part ON message_id = id WHERE role = 2",
                "2|1|something");
  assert_plain (fixture->folder, "SELECT count (*) FROM tail", "0");
}

static void
crash (void)
{
  const char *folder = g_getenv ("LOBE_TEST_FOLDER");
  g_autoptr (LobeClock) clock = lobe_clock_new ();
  g_autoptr (LobeChat) chat = lobe_chat_new ("chat", 1);
  g_autoptr (LobeMessage) answer = NULL;
  LobeStore *store;

  g_assert_nonnull (folder);
  store = lobe_store_new (folder, clock);
  g_assert_true (open_store (store, NULL));
  answer = begin_answer (store, clock, chat, "?");
  say (store, answer, "before ");
  flush_store (store);
  say (store, answer, "the crash");
  flush_store (store);
  say (store, answer, ", lost");
  _exit (0);
}

static void
test_crash (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (LobeConversation) conversation = NULL;
  g_autoptr (LobeMessage) answer = NULL;
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "LOBE_TEST_FOLDER", fixture->folder, TRUE);
  g_autofree char *locks = g_build_filename (fixture->folder, "locks", NULL);
  g_autoptr (GDir) dir = NULL;
  guint n_locks = 0;

  g_test_trap_subprocess_with_envp ("/store/crash/subprocess", (const char * const *) environment, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  assert_plain (fixture->folder, "SELECT state, text FROM message_text WHERE role = 2", "1|before the crash");

  fixture_reopen (fixture);
  assert_plain (fixture->folder, "SELECT state, owner IS NULL FROM message WHERE role = 2", "2|1");
  assert_plain (fixture->folder, "SELECT count (*) FROM tail", "0");
  assert_plain (fixture->folder, "PRAGMA integrity_check", "ok");

  conversation = load_whole (fixture->store, "chat");
  answer = lobe_conversation_get_leaf (conversation);
  g_object_ref (answer);
  g_assert_cmpint (lobe_message_get_state (answer), ==, LOBE_MESSAGE_INTERRUPTED);
  g_assert_cmpstr (lobe_message_get_text (answer), ==, "before the crash");

  dir = g_dir_open (locks, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    n_locks++;
  g_assert_cmpuint (n_locks, ==, 1);
}

static void
on_changed (LobeStore *store,
            gpointer   user_data)
{
  (*(guint *) user_data)++;
}

static void
test_two_stores (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (LobeChat) old = new_chat (fixture, "old", 10);
  g_autoptr (LobeChat) chat = new_chat (fixture, "new", 20);
  g_autoptr (LobeChat) seen = NULL;
  g_autoptr (LobeMessage) answer = NULL;
  g_autoptr (LobeClock) clock = lobe_clock_new_fake (G_GINT64_CONSTANT (1700000000000001), 2);
  g_autoptr (LobeConversation) conversation = NULL;
  g_autoptr (LobeMessage) leaf = NULL;
  g_autoptr (GError) error = NULL;
  LobeStore *other = lobe_store_new (fixture->folder, clock);
  GListModel *chats = lobe_store_get_chats (fixture->store);
  guint n_changes = 0;

  lobe_chat_set_draft (old, "mine");
  lobe_store_save_chat (fixture->store, old);
  flush_store (fixture->store);
  load_chats (fixture->store);
  g_signal_connect (fixture->store, "changed-elsewhere", G_CALLBACK (on_changed), &n_changes);
  g_assert_true (open_store (other, &error));

  /* its answer is its own: opening did not touch it, and what it has said is here */
  answer = begin_answer (other, clock, chat, "?");
  say (other, answer, "hello");
  flush_store (other);
  lobe_store_watch (fixture->store);
  while (n_changes == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_changes, ==, 1);
  g_assert_cmpuint (g_list_model_get_n_items (chats), ==, 2);
  seen = g_list_model_get_item (chats, 0);
  g_assert_cmpstr (lobe_chat_get_id (seen), ==, "new");
  conversation = load_whole (fixture->store, "new");
  leaf = g_object_ref (lobe_conversation_get_leaf (conversation));
  g_assert_cmpint (lobe_message_get_state (leaf), ==, LOBE_MESSAGE_STREAMING);
  g_assert_cmpstr (lobe_message_get_text (leaf), ==, "hello");

  /* both change one chat: each writes only what it changed, and sees the rest */
  lobe_chat_set_draft (seen, "typed here");
  lobe_store_save_chat (fixture->store, seen);
  lobe_chat_set_title (chat, "Named there", LOBE_TITLE_PERSON);
  lobe_store_save_chat (other, chat);
  flush_store (fixture->store);
  flush_store (other);
  lobe_store_watch (fixture->store);
  while (n_changes < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (lobe_chat_get_title (seen), ==, "Named there");
  g_assert_cmpstr (lobe_chat_get_draft (seen), ==, "typed here");
  assert_plain (fixture->folder, "SELECT title, draft FROM chat WHERE id = 'new'", "Named there|typed here");

  /* deleted there, gone here */
  lobe_store_delete_chat (other, chat);
  flush_store (other);
  lobe_store_watch (fixture->store);
  while (n_changes < 3)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (g_list_model_get_n_items (chats), ==, 1);

  /* nothing changed: nothing is told */
  lobe_store_watch (fixture->store);
  flush_store (fixture->store);
  g_assert_cmpuint (n_changes, ==, 3);

  lobe_store_close (other);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (other);
}

static void
count_changes (GListModel *model,
               guint       position,
               guint       removed,
               guint       added,
               gpointer    user_data)
{
  g_string_append_printf (user_data, "%u-%u+%u ", position, removed, added);
}

static void
test_list (Fixture       *fixture,
           gconstpointer  data)
{
  GListModel *chats = lobe_store_get_chats (fixture->store);
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (LobeChat) first = NULL;
  gulong handler;

  for (int i = 1; i <= 3; i++)
    {
      g_autofree char *id = g_strdup_printf ("chat-%d", i);
      g_autoptr (LobeChat) chat = new_chat (fixture, id, i * 100);

      lobe_store_save_chat (fixture->store, chat);
    }
  fixture_reopen (fixture);
  chats = lobe_store_get_chats (fixture->store);
  handler = g_signal_connect (chats, "items-changed", G_CALLBACK (count_changes), log);
  load_chats (fixture->store);
  g_assert_cmpstr (log->str, ==, "0-0+3 ");

  g_string_truncate (log, 0);
  first = g_list_model_get_item (chats, 2);
  g_assert_cmpstr (lobe_chat_get_id (first), ==, "chat-1");
  lobe_chat_set_updated (first, 250);
  lobe_store_save_chat (fixture->store, first);
  g_assert_cmpstr (log->str, ==, "2-1+0 1-0+1 ");
  lobe_chat_set_updated (first, 260);
  lobe_store_save_chat (fixture->store, first);
  load_chats (fixture->store);
  g_assert_cmpstr (log->str, ==, "2-1+0 1-0+1 ");

  g_string_truncate (log, 0);
  lobe_store_delete_chat (fixture->store, first);
  g_assert_cmpstr (log->str, ==, "1-1+0 ");
  /* a draft saved late does not bring it back */
  lobe_store_save_chat (fixture->store, first);
  load_chats (fixture->store);
  g_assert_cmpuint (g_list_model_get_n_items (chats), ==, 2);
  lobe_store_restore_chat (fixture->store, first);
  load_chats (fixture->store);
  g_assert_cmpuint (g_list_model_get_n_items (chats), ==, 3);
  g_assert_cmpstr (log->str, ==, "1-1+0 1-0+1 ");

  g_signal_handler_disconnect (chats, handler);
}

static void
test_purge (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (LobeChat) chat = new_chat (fixture, "chat", 1);
  g_autoptr (LobeMessage) answer = begin_answer (fixture->store, fixture->clock, chat, "?");
  g_autoptr (LobeChat) none = NULL;
  g_autoptr (GError) error = NULL;

  say (fixture->store, answer, "text");
  lobe_store_delete_chat (fixture->store, chat);
  lobe_clock_advance (fixture->clock, (gint64) 59 * 60 * G_USEC_PER_SEC);
  fixture_reopen (fixture);
  assert_plain (fixture->folder, "SELECT count (*) FROM message", "2");
  none = load_chat (fixture->store, "chat", &error);
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_INVALID);

  lobe_clock_advance (fixture->clock, (gint64) 2 * 60 * G_USEC_PER_SEC);
  fixture_reopen (fixture);
  assert_plain (fixture->folder, "SELECT (SELECT count (*) FROM chat) + (SELECT count (*) FROM message) + (SELECT count (*) FROM part)", "0");
}

static void
test_drafts_coalesce (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (LobeChat) chat = new_chat (fixture, "chat", 1);
  g_autoptr (LobeChat) read = NULL;
  sqlite3 *db;
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  lobe_store_save_chat (fixture->store, chat);
  flush_store (fixture->store);
  db = open_plain (fixture->folder);
  before = query_plain (fixture->folder, "SELECT draft FROM chat");
  g_assert_cmpstr (before, ==, "");
  for (int i = 0; i < 1000; i++)
    {
      g_autofree char *draft = g_strdup_printf ("draft %d", i);

      lobe_chat_set_draft (chat, draft);
      lobe_store_save_chat (fixture->store, chat);
    }
  /* a load sees what was saved before it */
  read = load_chat (fixture->store, "chat", NULL);
  g_assert_true (read == chat);
  assert_plain (fixture->folder, "SELECT draft FROM chat", "draft 999");
  sqlite3_close (db);
}

static void
test_settings (Fixture       *fixture,
               gconstpointer  data)
{
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GAsyncResult) none = NULL;
      g_autofree char *value = NULL;
      g_autoptr (GError) error = NULL;

      if (i == 0)
        {
          lobe_store_set_setting (fixture->store, "size", "1");
          lobe_store_set_setting (fixture->store, "size", "2");
          lobe_store_set_setting (fixture->store, "colour", "red");
          lobe_store_set_setting (fixture->store, "colour", NULL);
        }
      else
        fixture_reopen (fixture);

      lobe_store_get_setting_async (fixture->store, "size", NULL, on_result, &result);
      value = lobe_store_get_setting_finish (fixture->store, wait_result (&result), &error);
      g_assert_no_error (error);
      g_assert_cmpstr (value, ==, "2");
      lobe_store_get_setting_async (fixture->store, "colour", NULL, on_result, &none);
      g_assert_null (lobe_store_get_setting_finish (fixture->store, wait_result (&none), &error));
      g_assert_no_error (error);
    }
}

static GPtrArray *
load_uses (Fixture *fixture)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *uses;

  lobe_store_load_model_uses_async (fixture->store, NULL, on_result, &result);
  uses = lobe_store_load_model_uses_finish (fixture->store, wait_result (&result), &error);
  g_assert_no_error (error);

  return uses;
}

static void
test_model_uses (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (LobeModelUse) first = lobe_model_use_new ("s", "m", FALSE, 7);
  g_autoptr (LobeModelUse) later = lobe_model_use_new ("s", "m", TRUE, 9);
  g_autoptr (LobeModelUse) old = lobe_model_use_new ("s", "m", FALSE, 3);
  g_autoptr (LobeModelUse) never = lobe_model_use_new ("s", "n", TRUE, 0);

  lobe_store_save_model_use (fixture->store, first);
  lobe_store_save_model_use (fixture->store, later);
  lobe_store_save_model_use (fixture->store, never);
  for (int i = 0; i < 2; i++)
    {
      g_autoptr (GPtrArray) uses = load_uses (fixture);

      g_assert_cmpuint (uses->len, ==, 2);
      for (guint j = 0; j < uses->len; j++)
        {
          LobeModelUse *use = g_ptr_array_index (uses, j);

          g_assert_cmpstr (use->server, ==, "s");
          g_assert_true (use->favourite);
          g_assert_cmpint (use->used, ==, g_str_equal (use->model, "m") ? 9 : 0);
        }
      fixture_reopen (fixture);
    }

  /* a star goes; when it was chosen last does not go back */
  lobe_store_save_model_use (fixture->store, old);
  {
    g_autoptr (GPtrArray) uses = load_uses (fixture);

    for (guint j = 0; j < uses->len; j++)
      {
        LobeModelUse *use = g_ptr_array_index (uses, j);

        if (g_str_equal (use->model, "m"))
          {
            g_assert_false (use->favourite);
            g_assert_cmpint (use->used, ==, 9);
          }
      }
  }
}

/* Regenerating keeps the old answer, and the path that was shown is shown again. */
static void
test_siblings (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (LobeChat) chat = new_chat (fixture, "chat", 1);
  g_autoptr (LobeMessage) answer = begin_answer (fixture->store, fixture->clock, chat, "?");
  g_autoptr (LobeMessage) again = lobe_message_new ("again", lobe_message_get_parent_id (answer), LOBE_ROLE_ASSISTANT, 1);
  g_autoptr (LobeConversation) conversation = NULL;
  g_autoptr (GError) error = NULL;

  lobe_message_set_state (answer, LOBE_MESSAGE_DONE);
  lobe_store_finish_message (fixture->store, answer);
  add_messages (fixture->store, chat, "again", &error, again, NULL);
  g_assert_no_error (error);
  fixture_reopen (fixture);

  conversation = load_conversation (fixture->store, "chat");
  g_assert_cmpstr (lobe_message_get_id (lobe_conversation_get_leaf (conversation)), ==, "again");
  g_clear_object (&conversation);

  lobe_store_set_leaf (fixture->store, "chat", lobe_message_get_id (answer));
  conversation = load_conversation (fixture->store, "chat");
  g_assert_cmpstr (lobe_message_get_id (lobe_conversation_get_leaf (conversation)), ==, lobe_message_get_id (answer));
}

/* While it streams here, opening its chat again gives the same object. */
static void
test_live_message (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (LobeChat) chat = new_chat (fixture, "chat", 1);
  g_autoptr (LobeMessage) answer = begin_answer (fixture->store, fixture->clock, chat, "?");
  g_autoptr (LobeConversation) conversation = load_conversation (fixture->store, "chat");

  g_assert_true (lobe_conversation_get_leaf (conversation) == answer);
}

/* An interrupted answer goes on: what was there stays, and it is ours. */
static void
test_continue (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (LobeChat) chat = new_chat (fixture, "chat", 1);
  g_autoptr (LobeMessage) answer = begin_answer (fixture->store, fixture->clock, chat, "?");
  g_autoptr (LobeConversation) conversation = NULL;
  LobeMessage *leaf;

  say (fixture->store, answer, "half");
  fixture_reopen (fixture);
  conversation = load_whole (fixture->store, "chat");
  leaf = lobe_conversation_get_leaf (conversation);
  g_assert_cmpint (lobe_message_get_state (leaf), ==, LOBE_MESSAGE_INTERRUPTED);

  lobe_message_set_state (leaf, LOBE_MESSAGE_STREAMING);
  say (fixture->store, leaf, " and");
  flush_store (fixture->store);
  assert_plain (fixture->folder, "SELECT state, owner IS NULL FROM message WHERE role = 2", "1|0");
  say (fixture->store, leaf, " half");
  flush_store (fixture->store);
  assert_plain (fixture->folder, "SELECT start, text FROM tail", "8| half");
  assert_plain (fixture->folder, "SELECT text FROM message_text WHERE role = 2", "half and half");
  lobe_message_set_state (leaf, LOBE_MESSAGE_DONE);
  lobe_store_finish_message (fixture->store, leaf);
  flush_store (fixture->store);
  assert_plain (fixture->folder, "SELECT state, text FROM message_text WHERE role = 2", "0|half and half");
}

static gboolean
limit_pages (LobeDatabase  *database,
             gpointer       data,
             GError       **error)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA max_page_count = %d", GPOINTER_TO_INT (data));

  return lobe_database_script (database, sql, error);
}

static void
on_failed (LobeStore *store,
           GError    *error,
           gpointer   user_data)
{
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_STORE);
  (*(guint *) user_data)++;
}

/* A full disk: the person hears of it once, and when there is room again all of it is there. */
static void
test_disk_full (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (LobeChat) chat = new_chat (fixture, "chat", 1);
  g_autoptr (LobeMessage) answer = begin_answer (fixture->store, fixture->clock, chat, "?");
  g_autofree char *large = g_strnfill (200000, 'x');
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  guint n_failures = 0;

  g_signal_connect (fixture->store, "failed", G_CALLBACK (on_failed), &n_failures);
  lobe_database_run (lobe_store_get_database (fixture->store), limit_pages, GINT_TO_POINTER (1), NULL);

  say (fixture->store, answer, "begin ");
  say (fixture->store, answer, large);
  while (n_failures == 0)
    g_main_context_iteration (NULL, TRUE);
  lobe_store_flush_async (fixture->store, NULL, on_result, &result);
  g_assert_false (lobe_store_flush_finish (fixture->store, wait_result (&result), &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_STORE);
  assert_plain (fixture->folder, "SELECT length (text) FROM message_text WHERE role = 2", "0");

  lobe_database_run (lobe_store_get_database (fixture->store), limit_pages, GINT_TO_POINTER (1000000), NULL);
  say (fixture->store, answer, " end");
  flush_store (fixture->store);
  g_assert_cmpuint (n_failures, ==, 1);
  assert_plain (fixture->folder, "SELECT length (text), substr (text, 1, 6), substr (text, -4) FROM message_text WHERE role = 2",
                "200010|begin | end");
}

/* Adding fails, the answer comes all the same: question and answer are there in the end. */
static void
test_add_fails (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (LobeChat) chat = new_chat (fixture, "chat", 1);
  g_autoptr (LobeMessage) message = lobe_message_new ("message", NULL, LOBE_ROLE_USER, 1);
  g_autofree char *large = g_strnfill (200000, 'x');
  g_autoptr (GError) error = NULL;

  lobe_database_run (lobe_store_get_database (fixture->store), limit_pages, GINT_TO_POINTER (1), NULL);
  lobe_message_append (message, LOBE_PART_TEXT, large, -1);
  g_assert_false (add_messages (fixture->store, chat, "message", &error, message, NULL));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_STORE);
  lobe_database_run (lobe_store_get_database (fixture->store), limit_pages, GINT_TO_POINTER (1000000), NULL);

  fixture_reopen (fixture);
  assert_plain (fixture->folder, "SELECT chat_id, length (text) FROM message_text", "chat|200000");
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  lobe_store_load_chats_async (fixture->store, cancellable, on_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (lobe_store_load_chats_finish (fixture->store, wait_result (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_closed (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (LobeChat) chat = new_chat (fixture, "chat", 1);
  g_autoptr (LobeMessage) message = lobe_message_new ("message", NULL, LOBE_ROLE_USER, 1);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) add_error = NULL;

  lobe_store_close (fixture->store);
  lobe_store_load_chats_async (fixture->store, NULL, on_result, &result);
  g_assert_false (lobe_store_load_chats_finish (fixture->store, wait_result (&result), &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_STORE);
  g_assert_false (add_messages (fixture->store, chat, NULL, &add_error, message, NULL));
  g_assert_error (add_error, LOBE_ERROR, LOBE_ERROR_STORE);
}

static void
test_private (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "chats.db", NULL);
  GStatBuf st;

  g_assert_cmpint (g_stat (fixture->folder, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0700);
  g_assert_cmpint (g_stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);
}

static void
assert_open_fails (const char *folder,
                   const char *words)
{
  g_autoptr (LobeClock) clock = lobe_clock_new_fake (1, 3);
  g_autoptr (LobeStore) store = lobe_store_new (folder, clock);
  g_autoptr (GError) error = NULL;

  g_assert_false (open_store (store, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_STORE);
  if (strstr (error->message, words) == NULL)
    g_test_fail_printf ("“%s” does not say “%s”", error->message, words);
}

static void
test_newer (Fixture       *fixture,
            gconstpointer  data)
{
  lobe_store_close (fixture->store);
  assert_plain (fixture->folder, "PRAGMA user_version = 9999", "");
  assert_open_fails (fixture->folder, "newer version");
  assert_plain (fixture->folder, "PRAGMA user_version", "9999");
}

static void
test_foreign_file (Fixture       *fixture,
                   gconstpointer  data)
{
  lobe_store_close (fixture->store);
  assert_plain (fixture->folder, "PRAGMA application_id = 77", "");
  assert_open_fails (fixture->folder, "not made by this program");
}

static void
test_corrupt (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "chats.db", NULL);

  lobe_store_close (fixture->store);
  g_assert_true (g_file_set_contents (path, "This is no database at all, whatever its name says.", -1, NULL));
  assert_open_fails (fixture->folder, "damaged");
}

static void
test_no_folder (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "chats.db", NULL);
  g_autofree char *below = g_build_filename (path, "below", NULL);

  assert_open_fails (below, "can’t be made");
}

static void
test_read_only (Fixture       *fixture,
                gconstpointer  data)
{
  if (geteuid () == 0)
    {
      g_test_skip ("root may write everywhere");
      return;
    }

  lobe_store_close (fixture->store);
  g_assert_cmpint (g_chmod (fixture->folder, 0500), ==, 0);
  assert_open_fails (fixture->folder, "can’t");
  g_assert_cmpint (g_chmod (fixture->folder, 0700), ==, 0);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, func) g_test_add ("/store/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("round-trip", test_round_trip);
  ADD ("checkpoints-append", test_checkpoints_append);
  ADD ("checkpoint-signature", test_checkpoint_signature);
  ADD ("nothing-left-behind", test_nothing_left_behind);
  ADD ("close-ends", test_close_ends);
  ADD ("crash", test_crash);
  ADD ("two-stores", test_two_stores);
  ADD ("list", test_list);
  ADD ("purge", test_purge);
  ADD ("drafts-coalesce", test_drafts_coalesce);
  ADD ("settings", test_settings);
  ADD ("model-uses", test_model_uses);
  ADD ("siblings", test_siblings);
  ADD ("live-message", test_live_message);
  ADD ("continue", test_continue);
  ADD ("disk-full", test_disk_full);
  ADD ("add-fails", test_add_fails);
  ADD ("cancelled", test_cancelled);
  ADD ("closed", test_closed);
  ADD ("private", test_private);
  ADD ("newer", test_newer);
  ADD ("foreign-file", test_foreign_file);
  ADD ("corrupt", test_corrupt);
  ADD ("no-folder", test_no_folder);
  ADD ("read-only", test_read_only);
  g_test_add_func ("/store/crash/subprocess", crash);

  return g_test_run ();
}
