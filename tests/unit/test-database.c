/* test-database.c: schema versions, transactions, and the thread */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store-fixture.h"

#include "store/lobe-message-table.h"

#include <string.h>

#define NEWEST 2 /* schema/NNN.sql; each needs its fixture */

static char *
make_folder (void)
{
  g_autofree char *parent = g_dir_make_tmp ("lobe-database-XXXXXX", NULL);

  return g_steal_pointer (&parent);
}

static void
load_fixture (const char *folder,
              guint       version)
{
  g_autofree char *name = g_strdup_printf ("%03u.sql", version);
  g_autofree char *path = g_build_filename (g_getenv ("LOBE_FIXTURES"), "schema", name, NULL);
  g_autofree char *sql = NULL;
  g_autoptr (GError) error = NULL;
  sqlite3 *db;

  g_file_get_contents (path, &sql, NULL, &error);
  g_assert_no_error (error);
  db = open_plain (folder);
  g_assert_cmpint (sqlite3_exec (db, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (db);
}

static void
close_store (LobeStore *store)
{
  lobe_store_close (store);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (store);
}

#define SCHEMA "SELECT group_concat (sql, char (10)) FROM (SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name)"

/* White space and comments do not count. */
static char *
get_schema (const char *folder)
{
  g_autofree char *sql = query_plain (folder, SCHEMA);
  g_autoptr (GRegex) comments = g_regex_new ("--[^\n]*", 0, 0, NULL);
  g_autoptr (GRegex) space = g_regex_new ("\\s+", 0, 0, NULL);
  g_autofree char *bare = g_regex_replace (comments, sql, -1, 0, "", 0, NULL);

  return g_regex_replace (space, bare, -1, 0, "", 0, NULL);
}

static void
test_migrations (void)
{
  g_autofree char *fresh_folder = make_folder ();
  g_autoptr (LobeClock) clock = lobe_clock_new_fake (G_GINT64_CONSTANT (1700000200000000), 1);
  LobeStore *fresh = lobe_store_new (fresh_folder, clock);
  g_autofree char *fresh_schema = NULL;
  g_autofree char *version = g_strdup_printf ("%d", NEWEST);
  g_autoptr (GError) error = NULL;

  g_assert_true (open_store (fresh, &error));
  close_store (fresh);
  fresh_schema = get_schema (fresh_folder);
  assert_plain (fresh_folder, "PRAGMA user_version", version);

  for (guint from = 1; from <= NEWEST; from++)
    {
      g_autofree char *folder = make_folder ();
      g_autofree char *schema = NULL;
      g_autoptr (LobeConversation) conversation = NULL;
      g_autoptr (LobeConversation) lone = NULL;
      g_autoptr (LobePart) image = NULL;
      GListModel *chats;
      LobeMessage *leaf;
      LobeStore *store = lobe_store_new (folder, clock);

      load_fixture (folder, from);
      g_assert_true (open_store (store, &error));
      assert_plain (folder, "PRAGMA user_version", version);
      assert_plain (folder, "PRAGMA integrity_check", "ok");
      schema = get_schema (folder);
      g_assert_cmpstr (schema, ==, fresh_schema);
      assert_plain (folder, "SELECT id || name || protocol || url FROM server", "9f1cDeskvllmhttps://models.example:8000/v1");
      assert_plain (folder, "SELECT count (*) FROM setting WHERE name = 'servers'", "0");

      load_chats (store);
      chats = lobe_store_get_chats (store);
      g_assert_cmpuint (g_list_model_get_n_items (chats), ==, 2);

      conversation = load_whole (store, "chat-1");
      leaf = lobe_conversation_get_leaf (conversation);
      g_assert_cmpstr (lobe_message_get_id (leaf), ==, "answer-2");
      g_assert_cmpstr (lobe_message_get_text (leaf), ==, "Red");
      g_assert_cmpint (lobe_message_get_error_code (leaf), ==, LOBE_ERROR_OVERLOADED);
      g_assert_cmpuint (lobe_conversation_count_siblings (conversation, leaf, NULL), ==, 2);
      leaf = lobe_conversation_get_parent (conversation, leaf);
      g_assert_cmpstr (lobe_message_get_text (leaf), ==, "Name three primary colours. 三原色");
      image = g_object_ref (lobe_message_get_parts (leaf)->pdata[1]);
      g_assert_true (g_str_has_suffix (lobe_part_get_path (image),
                                       "/attachments/01/23456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"));
      /* a hash that is none leads nowhere */
      g_assert_null (lobe_part_get_path (lobe_message_get_parts (leaf)->pdata[2]));

      lone = load_whole (store, "chat-2");
      leaf = lobe_conversation_get_leaf (lone);
      g_assert_cmpint (lobe_message_get_state (leaf), ==, LOBE_MESSAGE_INTERRUPTED);
      g_assert_cmpstr (lobe_message_get_text (leaf), ==, "As far as it came");

      g_clear_object (&conversation);
      g_clear_object (&lone);
      close_store (store);
      remove_folder (folder);
    }

  remove_folder (fresh_folder);
}

static void
on_done (gpointer      data,
         const GError *error)
{
  gboolean *failed = data;

  *failed = error != NULL;
}

static gboolean
open_it (LobeDatabase  *database,
         gpointer       data,
         GError       **error)
{
  return lobe_database_open (database, error);
}

static gboolean
insert_setting (LobeDatabase  *database,
                gpointer       data,
                GError       **error)
{
  return lobe_database_execute (database, error, "INSERT INTO setting (name, value) VALUES (?1, 'value')", "s", data);
}

static gboolean
insert_twice (LobeDatabase  *database,
              gpointer       data,
              GError       **error)
{
  return insert_setting (database, data, error) && insert_setting (database, data, error);
}

static gboolean
write_one (LobeDatabase  *database,
           gpointer       data,
           GError       **error)
{
  return lobe_database_write (database, LOBE_DATABASE_DURABLE, insert_setting, data, error);
}

static gboolean
write_half (LobeDatabase  *database,
            gpointer       data,
            GError       **error)
{
  return lobe_database_write (database, LOBE_DATABASE_CHECKPOINT, insert_twice, data, error);
}

static void
test_transactions (void)
{
  g_autofree char *folder = make_folder ();
  g_autofree char *path = g_build_filename (folder, "chats.db", NULL);
  LobeDatabase *database = lobe_database_new (path, 20);
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) busy_error = NULL;
  sqlite3 *other;
  gboolean failed = TRUE;

  g_assert_true (lobe_database_run_sync (database, open_it, NULL, &error));
  g_assert_true (lobe_database_run_sync (database, write_one, (char *) "one", &error));

  /* our own mistake: all of the transaction is undone, and it is not one that another try would mend */
  g_assert_false (lobe_database_run_sync (database, write_half, (char *) "two", &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_FAILED);
  assert_plain (folder, "SELECT name FROM setting", "one");

  /* somebody does not let go */
  other = open_plain (folder);
  g_assert_cmpint (sqlite3_exec (other, "BEGIN IMMEDIATE", NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_false (lobe_database_run_sync (database, write_one, (char *) "three", &busy_error));
  g_assert_error (busy_error, LOBE_ERROR, LOBE_ERROR_BUSY);
  g_assert_cmpint (sqlite3_exec (other, "ROLLBACK", NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (other);

  lobe_database_run (database, write_one, (char *) "three", NULL);
  g_clear_error (&error);
  g_assert_true (lobe_database_run_sync (database, write_one, (char *) "four", &error));
  assert_plain (folder, "SELECT count (*) FROM setting", "3");
  while (g_main_context_iteration (NULL, FALSE))
    ;

  lobe_database_close (database);
  lobe_database_run (database, write_one, &failed, on_done);
  g_assert_false (lobe_database_run_sync (database, write_one, (char *) "five", NULL));
  failed = FALSE;
  while (!failed)
    g_main_context_iteration (NULL, TRUE);
  g_assert_finalize_object (database);
  remove_folder (folder);
}

/* A lock tells the living from the dead. */
static void
test_owner (void)
{
  g_autofree char *folder = make_folder ();
  g_autoptr (LobeOwner) one = lobe_owner_new (folder);
  g_autoptr (LobeOwner) other = lobe_owner_new (folder);
  g_autofree char *left = g_build_filename (folder, "left.lock", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (lobe_owner_lock (one, &error));
  g_assert_true (lobe_owner_lock (other, &error));
  g_assert_false (lobe_owner_is_gone (one, lobe_owner_get_name (one)));
  g_assert_false (lobe_owner_is_gone (one, lobe_owner_get_name (other)));
  g_assert_true (lobe_owner_is_gone (one, NULL));
  g_assert_true (lobe_owner_is_gone (one, "never.lock"));
  g_assert_true (lobe_owner_is_gone (one, "../../outside.lock"));

  g_assert_true (g_file_set_contents (left, "1\n", -1, NULL));
  lobe_owner_clean (one);
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));
  g_assert_false (lobe_owner_is_gone (one, lobe_owner_get_name (other)));

  lobe_owner_unlock (other);
  g_assert_true (lobe_owner_is_gone (one, lobe_owner_get_name (other)));
  lobe_owner_unlock (one);
  remove_folder (folder);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/database/migrations", test_migrations);
  g_test_add_func ("/database/transactions", test_transactions);
  g_test_add_func ("/database/owner", test_owner);

  return g_test_run ();
}
