/* store-fixture.h: a store in a folder of its own, and waiting for it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/lobe-error.h"
#include "store/lobe-store-private.h"

#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>

typedef struct
{
  char      *folder;
  LobeClock *clock;
  LobeStore *store;
} Fixture;

static inline void
on_result (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static inline GAsyncResult *
wait_result (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

static inline gboolean
open_store (LobeStore  *store,
            GError    **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  lobe_store_open_async (store, NULL, on_result, &result);

  return lobe_store_open_finish (store, wait_result (&result), error);
}

static inline void
flush_store (LobeStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  lobe_store_flush_async (store, NULL, on_result, &result);
  lobe_store_flush_finish (store, wait_result (&result), &error);
  g_assert_no_error (error);
}

static inline void
load_chats (LobeStore *store)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  lobe_store_load_chats_async (store, NULL, on_result, &result);
  lobe_store_load_chats_finish (store, wait_result (&result), &error);
  g_assert_no_error (error);
}

static inline LobeChat *
load_chat (LobeStore   *store,
           const char  *id,
           GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  lobe_store_load_chat_async (store, id, NULL, on_result, &result);

  return lobe_store_load_chat_finish (store, wait_result (&result), error);
}

static inline LobeConversation *
load_conversation (LobeStore  *store,
                   const char *chat_id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  LobeConversation *conversation;

  lobe_store_load_conversation_async (store, chat_id, NULL, on_result, &result);
  conversation = lobe_store_load_conversation_finish (store, wait_result (&result), &error);
  g_assert_no_error (error);

  return conversation;
}

/* All of it, with bodies. */
static inline LobeConversation *
load_whole (LobeStore  *store,
            const char *chat_id)
{
  LobeConversation *conversation = load_conversation (store, chat_id);
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (conversation));

  lobe_conversation_load (conversation, 0, n_items);
  for (guint i = 0; i < n_items; i++)
    {
      g_autoptr (LobeMessage) message = g_list_model_get_item (G_LIST_MODEL (conversation), i);

      while (!lobe_message_get_loaded (message) && lobe_message_get_error_text (message) == NULL)
        g_main_context_iteration (NULL, TRUE);
    }

  return conversation;
}

static inline gboolean
add_messages (LobeStore    *store,
              LobeChat     *chat,
              const char   *leaf_id,
              GError      **error,
              LobeMessage  *first,
              LobeMessage  *second)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new ();
  g_autoptr (GAsyncResult) result = NULL;

  g_ptr_array_add (messages, first);
  if (second != NULL)
    g_ptr_array_add (messages, second);
  lobe_store_add_messages_async (store, chat, messages, leaf_id, NULL, on_result, &result);

  return lobe_store_add_messages_finish (store, wait_result (&result), error);
}

/* A question and an answer that begins to stream. */
static inline LobeMessage *
begin_answer (LobeStore  *store,
              LobeClock  *clock,
              LobeChat   *chat,
              const char *question)
{
  g_autofree char *user_id = lobe_clock_new_id (clock);
  g_autofree char *answer_id = lobe_clock_new_id (clock);
  g_autoptr (LobeMessage) user = lobe_message_new (user_id, NULL, LOBE_ROLE_USER, lobe_clock_get_real (clock));
  LobeMessage *answer = lobe_message_new (answer_id, user_id, LOBE_ROLE_ASSISTANT, lobe_clock_get_real (clock));
  g_autoptr (GError) error = NULL;

  lobe_message_append (user, LOBE_PART_TEXT, question, -1);
  lobe_message_set_state (answer, LOBE_MESSAGE_STREAMING);
  add_messages (store, chat, answer_id, &error, user, answer);
  g_assert_no_error (error);

  return answer;
}

static inline void
say (LobeStore   *store,
     LobeMessage *message,
     const char  *text)
{
  lobe_message_append (message, LOBE_PART_TEXT, text, -1);
  lobe_store_touch_message (store, message);
}

/* A connection as a stock sqlite3 has it. */
static inline sqlite3 *
open_plain (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "chats.db", NULL);
  sqlite3 *db;

  g_assert_cmpint (sqlite3_open (path, &db), ==, SQLITE_OK);
  sqlite3_busy_timeout (db, 5000);

  return db;
}

static inline char *
query_plain (const char *folder,
             const char *sql)
{
  sqlite3 *db = open_plain (folder);
  sqlite3_stmt *statement;
  g_autoptr (GString) text = g_string_new (NULL);

  g_assert_cmpint (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), ==, SQLITE_OK);
  while (sqlite3_step (statement) == SQLITE_ROW)
    {
      for (int i = 0; i < sqlite3_column_count (statement); i++)
        {
          const char *value = (const char *) sqlite3_column_text (statement, i);

          if (text->len > 0)
            g_string_append_c (text, '|');
          g_string_append (text, value != NULL ? value : "");
        }
    }
  sqlite3_finalize (statement);
  sqlite3_close (db);

  return g_string_free (g_steal_pointer (&text), FALSE);
}

#define assert_plain(folder, sql, expected)                         \
  G_STMT_START                                                      \
  {                                                                 \
    g_autofree char *assert_plain_is = query_plain ((folder), (sql)); \
    g_assert_cmpstr (assert_plain_is, ==, (expected));              \
  }                                                                 \
  G_STMT_END

static inline int
remove_one (const char        *path,
            const struct stat *st,
            int                type,
            struct FTW        *ftw)
{
  return g_remove (path);
}

static inline void
remove_folder (const char *folder)
{
  g_assert_true (nftw (folder, remove_one, 16, FTW_DEPTH | FTW_PHYS) == 0 || errno == ENOENT);
}

static inline void
fixture_set_up (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *parent = g_dir_make_tmp ("lobe-store-XXXXXX", NULL);
  g_autoptr (GError) error = NULL;

  fixture->folder = g_build_filename (parent, "lobe-chat", NULL);
  fixture->clock = lobe_clock_new_fake (G_GINT64_CONSTANT (1700000000000000), 1);
  fixture->store = lobe_store_new (fixture->folder, fixture->clock);
  open_store (fixture->store, &error);
  g_assert_no_error (error);
}

static inline void
fixture_reopen (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;

  lobe_store_close (fixture->store);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->store);
  fixture->store = lobe_store_new (fixture->folder, fixture->clock);
  open_store (fixture->store, &error);
  g_assert_no_error (error);
}

static inline void
fixture_tear_down (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *parent = g_path_get_dirname (fixture->folder);

  if (fixture->store != NULL)
    {
      lobe_store_close (fixture->store);
      while (g_main_context_iteration (NULL, FALSE))
        ;
      g_assert_finalize_object (fixture->store);
    }
  g_assert_finalize_object (fixture->clock);
  remove_folder (parent);
  g_free (fixture->folder);
}
