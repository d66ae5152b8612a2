/* test-transfers.c: what is on its way is known, also in another life of the program, and leaves when it is there */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "fake-server.h"
#include "session/lobe-core.h"

#include <ftw.h>
#include <glib/gstdio.h>

typedef struct
{
  char       *folder;
  LobeCore   *core;
  FakeServer *fake;
} Fixture;

static const FakeAnswer answers[] = {
  { "/api/tags", 200, "{\"models\":[{\"model\":\"m:1b\",\"size\":5}]}" },
  { "/api/ps", 200, "{\"models\":[]}" },
  { "/api/pull", 200, "{\"status\":\"pulling x\",\"digest\":\"x\",\"total\":5,\"completed\":5}\n{\"status\":\"success\"}\n" },
  { "/no/api/pull", 200, "{\"error\":\"pull model manifest: file does not exist\"}\n" },
  { "/wait/api/pull", 200, NULL },
  { NULL },
};

static int
remove_one (const char        *path,
            const struct stat *info,
            int                flag,
            struct FTW        *state)
{
  return g_remove (path);
}

static void
open_core (Fixture *fixture)
{
  g_autofree char *data = g_build_filename (fixture->folder, "data", NULL);
  const char *environment[] = { "PATH=/nonexistent", NULL };
  g_autoptr (GAsyncResult) opened = NULL;
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (GError) error = NULL;

  fixture->core = lobe_core_new (data, fixture->folder, environment);
  lobe_core_open_async (fixture->core, NULL, fake_keep_result, &opened);
  g_assert_true (lobe_core_open_finish (fixture->core, fake_wait (&opened), &error));
  g_assert_no_error (error);
  lobe_transfers_load_async (lobe_core_get_transfers (fixture->core), NULL, fake_keep_result, &loaded);
  g_assert_true (lobe_transfers_load_finish (lobe_core_get_transfers (fixture->core), fake_wait (&loaded), &error));
  g_assert_no_error (error);
}

static void
close_core (Fixture *fixture)
{
  lobe_core_close (fixture->core);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&fixture->core);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("lobe-test-XXXXXX", NULL);
  fixture->fake = fake_server_new (answers);
  open_core (fixture);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  close_core (fixture);
  fake_server_free (fixture->fake);
  nftw (fixture->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
  g_free (fixture->folder);
}

/* The person's Ollama, at a path of the fake server. */
static LobeServer *
add_ollama (Fixture    *fixture,
            const char *path)
{
  g_autofree char *address = g_strconcat (fixture->fake->url, path, NULL);
  g_autoptr (GError) error = NULL;
  LobeServer *server = lobe_servers_add_address (lobe_core_get_servers (fixture->core), "ollama", "Ollama", address, &error);

  g_assert_no_error (error);

  return server;
}

static guint
count (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (lobe_core_get_transfers (fixture->core)));
}

static void
arrived (LobeTransfers *transfers,
         LobeTransfer  *transfer,
         LobeServer    *server,
         gpointer       user_data)
{
  GString *heard = user_data;

  g_string_append_printf (heard, "%s %s", lobe_transfer_get_name (transfer), lobe_server_get_name (server));
  g_assert_nonnull (lobe_server_find_model (server, "m:1b"));
}

static void
test_pull (Fixture       *fixture,
           gconstpointer  data)
{
  LobeTransfers *transfers = lobe_core_get_transfers (fixture->core);
  LobeServer *server = add_ollama (fixture, "");
  g_autoptr (GString) heard = g_string_new (NULL);
  LobeTransfer *transfer;

  g_signal_connect (transfers, "arrived", G_CALLBACK (arrived), heard);
  transfer = lobe_transfers_pull (transfers, server, "m:1b");
  g_assert_true (lobe_transfers_pull (transfers, server, "m:1b") == transfer);
  g_assert_cmpuint (count (fixture), ==, 1);
  while (heard->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (heard->str, ==, "m:1b Ollama");
  g_assert_cmpuint (count (fixture), ==, 0);
  g_signal_handlers_disconnect_by_data (transfers, heard);
}

static void
test_fails (Fixture       *fixture,
            gconstpointer  data)
{
  LobeServer *server = add_ollama (fixture, "/no");
  LobeTransfer *transfer = lobe_transfers_pull (lobe_core_get_transfers (fixture->core), server, "m");

  while (lobe_transfer_get_state (transfer) == LOBE_TRANSFER_RUNNING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (lobe_transfer_get_state (transfer), ==, LOBE_TRANSFER_FAILED);
  g_assert_cmpint (lobe_transfer_get_error (transfer)->code, ==, LOBE_ERROR_MODEL_NOT_FOUND);
  g_assert_cmpuint (count (fixture), ==, 1);
  lobe_transfer_discard (transfer);
  g_assert_cmpuint (count (fixture), ==, 0);
}

static void
test_another_life (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *models = g_build_filename (fixture->folder, "data", "models", NULL);
  g_autofree char *note = g_build_filename (models, "a.gguf.part.json", NULL);
  g_autofree char *part = g_build_filename (models, "a.gguf.part", NULL);
  g_autofree char *other = g_build_filename (models, "b.gguf.part.json", NULL);
  const char *text = "{\"name\":\"A\",\"file-name\":\"a.gguf\",\"size\":10,\"uri\":\"http://127.0.0.1:1/a.gguf\"}";
  LobeServer *server = add_ollama (fixture, "/wait");
  g_autoptr (LobeTransfer) file = NULL;
  g_autoptr (LobeTransfer) pull = NULL;
  LobeTransfer *running;

  running = lobe_transfers_pull (lobe_core_get_transfers (fixture->core), server, "slow");
  g_assert_cmpint (lobe_transfer_get_state (running), ==, LOBE_TRANSFER_RUNNING);
  g_mkdir_with_parents (models, 0755);
  g_assert_true (g_file_set_contents (note, text, -1, NULL));
  g_assert_true (g_file_set_contents (part, "GGUF", -1, NULL));
  /* what belongs to another file, and what is nothing at all, is let alone */
  g_assert_true (g_file_set_contents (other, text, -1, NULL));
  close_core (fixture);

  open_core (fixture);
  g_assert_cmpuint (count (fixture), ==, 2);
  file = g_list_model_get_item (G_LIST_MODEL (lobe_core_get_transfers (fixture->core)), 0);
  pull = g_list_model_get_item (G_LIST_MODEL (lobe_core_get_transfers (fixture->core)), 1);
  g_assert_true (LOBE_IS_DOWNLOAD (file));
  g_assert_cmpint (lobe_transfer_get_state (file), ==, LOBE_TRANSFER_PAUSED);
  g_assert_cmpint (lobe_transfer_get_received (file), ==, 4);
  g_assert_cmpint (lobe_transfer_get_size (file), ==, 10);
  g_assert_true (LOBE_IS_PULL (pull));
  g_assert_cmpstr (lobe_transfer_get_name (pull), ==, "slow");

  lobe_transfer_discard (file);
  lobe_transfer_discard (pull);
  g_assert_cmpuint (count (fixture), ==, 0);
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (note, G_FILE_TEST_EXISTS));
}

static void
changed (LobeModelUses *uses,
         gpointer       user_data)
{
  ++*(guint *) user_data;
}

static void
test_uses (Fixture       *fixture,
           gconstpointer  data)
{
  LobeModelUses *uses = lobe_core_get_model_uses (fixture->core);
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (GError) error = NULL;
  guint n_changes = 0;

  g_signal_connect (uses, "changed", G_CALLBACK (changed), &n_changes);
  g_assert_false (lobe_model_uses_is_favourite (uses, "s", "m"));
  lobe_model_uses_set_favourite (uses, "s", "m", TRUE);
  lobe_model_uses_set_favourite (uses, "s", "m", TRUE);
  lobe_model_uses_set_used (uses, "s", "n", 5);
  lobe_model_uses_set_used (uses, "s", "n", 4);
  g_assert_cmpuint (n_changes, ==, 2);
  g_signal_handlers_disconnect_by_data (uses, &n_changes);
  close_core (fixture);

  open_core (fixture);
  uses = lobe_core_get_model_uses (fixture->core);
  lobe_model_uses_load_async (uses, NULL, fake_keep_result, &loaded);
  g_assert_true (lobe_model_uses_load_finish (uses, fake_wait (&loaded), &error));
  g_assert_true (lobe_model_uses_is_favourite (uses, "s", "m"));
  g_assert_cmpint (lobe_model_uses_get_used (uses, "s", "m"), ==, 0);
  g_assert_cmpint (lobe_model_uses_get_used (uses, "s", "n"), ==, 5);
  g_assert_false (lobe_model_uses_is_favourite (uses, "t", "m"));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, func) g_test_add ("/transfers/" path, Fixture, NULL, set_up, func, tear_down)
  ADD ("pull", test_pull);
  ADD ("fails", test_fails);
  ADD ("another-life", test_another_life);
  ADD ("uses", test_uses);

  return g_test_run ();
}
