/* store-kill.c: what the store said is on disk is there after SIGKILL, whenever that comes */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store-fixture.h"

#include <gio/gio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORD 8 /* bytes */
#define LONGEST 4000 /* bytes of an answer before the next begins */

/* Any piece of the text says where it belongs, so that what is read back can be checked to the byte. */
static void
append_words (LobeStore   *store,
              LobeMessage *message,
              guint        n_words)
{
  for (guint i = 0; i < n_words; i++)
    {
      g_autofree char *word = g_strdup_printf ("%07u ", (guint) (strlen (lobe_message_get_text (message)) / WORD));

      say (store, message, word);
    }
}

static gboolean
is_right (const char *text,
          gsize       length)
{
  if (length % WORD != 0)
    return FALSE;

  for (gsize i = 0; i < length; i += WORD)
    {
      g_autofree char *word = g_strdup_printf ("%07u ", (guint) (i / WORD));

      if (strncmp (text + i, word, WORD) != 0)
        return FALSE;
    }

  return TRUE;
}

typedef struct
{
  LobeStore   *store;
  LobeClock   *clock;
  LobeChat    *chat;
  LobeMessage *answer;
} Child;

static void
report (LobeStore  *store,
        const char *message_id,
        guint64     length,
        gint64      lag,
        gpointer    user_data)
{
  g_autofree char *line = g_strdup_printf ("%s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT "\n", message_id, length, lag);

  /* shorter than PIPE_BUF, so it is read whole or not at all */
  if (write (STDOUT_FILENO, line, strlen (line)) < 0)
    _exit (2);
}

static gboolean
stream (gpointer user_data)
{
  Child *child = user_data;

  if (child->answer != NULL && lobe_message_get_length (child->answer) >= LONGEST)
    {
      lobe_message_set_state (child->answer, LOBE_MESSAGE_DONE);
      lobe_store_finish_message (child->store, child->answer);
      g_clear_object (&child->answer);
    }

  if (child->answer == NULL)
    child->answer = begin_answer (child->store, child->clock, child->chat, "Count.");

  append_words (child->store, child->answer, 2);

  return G_SOURCE_CONTINUE;
}

static int
run_child (const char *folder)
{
  g_autoptr (LobeClock) clock = lobe_clock_new ();
  g_autofree char *id = lobe_clock_new_id (clock);
  g_autoptr (LobeChat) chat = lobe_chat_new (id, lobe_clock_get_real (clock));
  g_autoptr (LobeStore) store = lobe_store_new (folder, clock);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;
  Child child = { store, clock, chat, NULL };

  if (!open_store (store, &error))
    {
      g_printerr ("%s\n", error->message);
      return 1;
    }

  g_signal_connect (store, "committed", G_CALLBACK (report), NULL);
  g_timeout_add (3, stream, &child);
  g_main_loop_run (loop);

  return 0;
}

static void
check_message (sqlite3    *db,
               const char *id,
               guint64     promised,
               guint       round)
{
  sqlite3_stmt *statement;
  const char *text;
  gsize length;

  g_assert_cmpint (sqlite3_prepare_v2 (db, "SELECT text, role FROM message_text WHERE message_id = ?1", -1, &statement, NULL), ==, SQLITE_OK);
  sqlite3_bind_text (statement, 1, id, -1, SQLITE_STATIC);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  text = (const char *) sqlite3_column_text (statement, 0);
  length = (gsize) sqlite3_column_bytes (statement, 0);
  g_assert_cmpuint (length, >=, promised);
  if (sqlite3_column_int (statement, 1) == LOBE_ROLE_ASSISTANT && !is_right (text, length))
    g_test_fail_printf ("Round %u: an answer has other words than were said", round);
  sqlite3_finalize (statement);
}

static void
run_round (const char *self,
           const char *folder,
           guint       round,
           guint       delay,
           GArray     *lags)
{
  const char *argv[] = { self, "--child", folder, NULL };
  g_autoptr (GHashTable) promised = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  GHashTableIter iter;
  gpointer key, value;
  gint64 kill_at = 0;
  sqlite3 *db;

  child = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (child));

  for (;;)
    {
      g_autofree char *line = g_data_input_stream_read_line (lines, NULL, NULL, NULL);
      g_auto (GStrv) words = NULL;
      gint64 lag;

      if (line == NULL)
        break;

      words = g_strsplit (line, " ", 3);
      g_assert_cmpuint (g_strv_length (words), ==, 3);
      lag = g_ascii_strtoll (words[2], NULL, 10);
      g_array_append_val (lags, lag);
      g_hash_table_replace (promised, g_strdup (words[0]), g_strdup (words[1]));

      /* it comes from a process of its own, so that it does not wait for a line */
      if (kill_at == 0)
        {
          g_autofree char *command = g_strdup_printf ("sleep %u.%03u; kill -KILL %s", delay / 1000, delay % 1000,
                                                      g_subprocess_get_identifier (child));
          const char *shell[] = { "/bin/sh", "-c", command, NULL };

          g_assert_true (g_spawn_async (NULL, (char **) shell, NULL, G_SPAWN_DEFAULT, NULL, NULL, NULL, &error));
          kill_at = 1;
        }
    }

  g_subprocess_wait (child, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_signaled (child));
  g_assert_cmpint (g_subprocess_get_term_sig (child), ==, SIGKILL);
  g_assert_cmpuint (g_hash_table_size (promised), >, 0);

  assert_plain (folder, "PRAGMA integrity_check", "ok");
  assert_plain (folder, "SELECT count (*) FROM pragma_foreign_key_check", "0");
  db = open_plain (folder);
  g_hash_table_iter_init (&iter, promised);
  while (g_hash_table_iter_next (&iter, &key, &value))
    check_message (db, key, g_ascii_strtoull (value, NULL, 10), round);
  sqlite3_close (db);
}

/* The next process finds everything, and nothing that streams. */
static void
check_recovered (const char *folder)
{
  g_autoptr (LobeClock) clock = lobe_clock_new ();
  g_autofree char *before = query_plain (folder, "SELECT sum (length (text)) FROM message_text");
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;
  LobeStore *store = lobe_store_new (folder, clock);

  g_assert_true (open_store (store, &error));
  after = query_plain (folder, "SELECT sum (length (text)) FROM message_text");
  g_assert_cmpstr (before, ==, after);
  assert_plain (folder, "SELECT count (*) FROM message WHERE state = 1 OR owner IS NOT NULL", "0");
  assert_plain (folder, "SELECT count (*) FROM tail", "0");
  lobe_store_close (store);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (store);
}

static int
compare_lags (gconstpointer a,
              gconstpointer b)
{
  gint64 one = *(const gint64 *) a;
  gint64 other = *(const gint64 *) b;

  return (one > other) - (one < other);
}

static const char *program;

static void
test_kill (void)
{
  g_autofree char *parent = g_dir_make_tmp ("lobe-kill-XXXXXX", NULL);
  g_autofree char *folder = g_build_filename (parent, "lobe-chat", NULL);
  g_autoptr (GArray) lags = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint n_rounds = g_getenv ("LOBE_KILL_ROUNDS") != NULL ? (guint) atoi (g_getenv ("LOBE_KILL_ROUNDS")) : 20;
  gint64 median, worst;

  for (guint i = 0; i < n_rounds; i++)
    {
      /* g_test_rand: the seed is printed, and given again with --seed */
      run_round (program, folder, i, (guint) g_test_rand_int_range (0, 700), lags);
      if (i % 2 == 1 || i + 1 == n_rounds)
        check_recovered (folder);
    }

  g_array_sort (lags, compare_lags);
  median = g_array_index (lags, gint64, lags->len / 2);
  worst = g_array_index (lags, gint64, lags->len - 1);
  g_test_message ("%u kills, %u commits, median lag %.1f ms, worst %.1f ms", n_rounds, lags->len, (double) median / 1000,
                  (double) worst / 1000);
  g_assert_cmpint (median, <=, 250 * 1000);
  g_assert_cmpint (worst, <=, G_USEC_PER_SEC);
  remove_folder (parent);
}

int
main (int   argc,
      char *argv[])
{
  if (argc == 3 && strcmp (argv[1], "--child") == 0)
    return run_child (argv[2]);

  program = argv[0];
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/store/kill", test_kill);

  return g_test_run ();
}
