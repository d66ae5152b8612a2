/* test-download.c: a model comes whole and right, or not at all, and goes on where it broke off */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "engine/lobe-download.h"
#include "fake-server.h"

#include <glib/gstdio.h>
#include <unistd.h>

#define SIZE (3 * 1024 * 1024 + 17)

typedef enum
{
  SERVES_RANGES,
  SERVES_NO_RANGES,
  BREAKS_OFF,
  SERVES_ANOTHER,
  SERVES_MORE,
  HAS_CHANGED,
  HAS_NOTHING,
} Behaviour;

typedef struct
{
  char               *folder;
  char               *path;
  char               *part;
  guint8             *content;
  SoupServer         *server;
  Behaviour           behaviour;
  guint               port;
  guint               n_requests;
  char               *range;
  char               *if_range;
  LobeHttp           *http;
  LobeCatalogueEntry *entry;
  LobeDownload       *download;
} Fixture;

static void
handle (SoupServer        *server,
        SoupServerMessage *message,
        const char        *path,
        GHashTable        *query,
        gpointer           user_data)
{
  Fixture *fixture = user_data;
  SoupMessageHeaders *request = soup_server_message_get_request_headers (message);
  SoupMessageHeaders *response = soup_server_message_get_response_headers (message);
  SoupMessageBody *body = soup_server_message_get_response_body (message);
  const char *range = soup_message_headers_get_one (request, "Range");
  gsize first = range != NULL ? g_ascii_strtoull (range + strlen ("bytes="), NULL, 10) : 0;

  if (g_str_equal (path, "/moved"))
    {
      soup_server_message_set_redirect (message, 302, "/model.gguf");
      return;
    }

  fixture->n_requests++;
  g_set_str (&fixture->range, range);
  g_set_str (&fixture->if_range, soup_message_headers_get_one (request, "If-Range"));
  soup_message_headers_append (response, "ETag", "\"one\"");

  switch (fixture->behaviour)
    {
    case SERVES_RANGES:
      if (range == NULL)
        {
          soup_server_message_set_status (message, 200, NULL);
          soup_message_body_append (body, SOUP_MEMORY_STATIC, fixture->content, SIZE);
          break;
        }
      soup_message_headers_remove (request, "Range");
      soup_server_message_set_status (message, 206, NULL);
      soup_message_headers_set_content_range (response, first, SIZE - 1, SIZE);
      soup_message_body_append (body, SOUP_MEMORY_STATIC, fixture->content + first, SIZE - first);
      break;

    case SERVES_NO_RANGES:
      soup_message_headers_remove (request, "Range");
      soup_server_message_set_status (message, 200, NULL);
      soup_message_body_append (body, SOUP_MEMORY_STATIC, fixture->content, SIZE);
      break;

    case BREAKS_OFF:
      soup_server_message_set_status (message, 200, NULL);
      soup_message_headers_set_encoding (response, SOUP_ENCODING_EOF);
      soup_message_body_append (body, SOUP_MEMORY_STATIC, fixture->content, SIZE / 2);
      break;

    case SERVES_ANOTHER:
      soup_server_message_set_status (message, 200, NULL);
      fixture->content[SIZE / 3] ^= 1;
      soup_message_body_append (body, SOUP_MEMORY_COPY, fixture->content, SIZE);
      fixture->content[SIZE / 3] ^= 1;
      break;

    case SERVES_MORE:
      soup_server_message_set_status (message, 200, NULL);
      soup_message_body_append (body, SOUP_MEMORY_STATIC, fixture->content, SIZE);
      soup_message_body_append (body, SOUP_MEMORY_STATIC, "more", 4);
      break;

    case HAS_CHANGED:
      if (range != NULL)
        {
          soup_message_headers_remove (request, "Range");
          soup_server_message_set_status (message, 416, NULL);
          break;
        }
      soup_server_message_set_status (message, 200, NULL);
      soup_message_body_append (body, SOUP_MEMORY_STATIC, fixture->content, SIZE);
      break;

    case HAS_NOTHING:
      soup_server_message_set_status (message, 404, NULL);
      break;
    }
  soup_message_body_complete (body);
}

static LobeCatalogueEntry *
make_entry (const char *uri,
            gint64      size,
            const char *sha256)
{
  g_autofree char *json = g_strdup_printf ("{\"models\":[{\"name\":\"M\",\"file-name\":\"m.gguf\",\"licence\":\"MIT\","
                                           "\"size\":%" G_GINT64_FORMAT ",\"sha256\":\"%s\",\"uri\":\"%s\"}]}",
                                           size, sha256, uri);
  g_autoptr (GBytes) bytes = g_bytes_new (json, strlen (json));
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) models = lobe_catalogue_load (bytes, &error);

  g_assert_no_error (error);

  return g_list_model_get_item (models, 0);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  g_autofree char *uri = NULL;
  g_autofree char *sha256 = NULL;
  g_autoptr (GError) error = NULL;
  GSList *uris;

  fixture->behaviour = GPOINTER_TO_INT (data);
  fixture->content = g_malloc (SIZE);
  for (gsize i = 0; i < SIZE; i++)
    fixture->content[i] = (i * 2654435761u) >> 13;
  sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, fixture->content, SIZE);

  fixture->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (fixture->server, NULL, handle, fixture, NULL);
  soup_server_listen_local (fixture->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (fixture->server);
  fixture->port = g_uri_get_port (uris->data);
  uri = g_strdup_printf ("http://127.0.0.1:%u/moved", fixture->port);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  fixture->folder = g_dir_make_tmp ("lobe-test-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "deep", "models", "m.gguf", NULL);
  fixture->part = g_strconcat (fixture->path, ".part", NULL);
  fixture->http = lobe_http_new (NULL, NULL);
  fixture->entry = make_entry (uri, SIZE, sha256);
  {
    g_autofree char *models = g_path_get_dirname (fixture->path);

    fixture->download = lobe_download_new (fixture->http, fixture->entry, models);
  }
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *models = g_path_get_dirname (fixture->path);
  g_autofree char *deep = g_path_get_dirname (models);
  g_autofree char *etag = g_strconcat (fixture->part, ".etag", NULL);
  g_autofree char *note = g_strconcat (fixture->part, ".json", NULL);

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (fixture->download);
  g_assert_finalize_object (fixture->entry);
  g_object_unref (fixture->http);
  soup_server_disconnect (fixture->server);
  g_object_unref (fixture->server);
  g_remove (fixture->path);
  g_remove (fixture->part);
  g_remove (etag);
  g_remove (note);
  g_rmdir (models);
  g_rmdir (deep);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->part);
  g_free (fixture->content);
  g_free (fixture->range);
  g_free (fixture->if_range);
}

static char *
run (Fixture  *fixture,
     GError  **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  lobe_download_run_async (fixture->download, NULL, fake_keep_result, &result);

  return lobe_download_run_finish (fixture->download, fake_wait (&result), error);
}

static void
make_part (Fixture    *fixture,
           gsize       length,
           const char *etag)
{
  g_autofree char *models = g_path_get_dirname (fixture->path);
  g_autofree char *etag_path = g_strconcat (fixture->part, ".etag", NULL);

  g_mkdir_with_parents (models, 0755);
  g_assert_true (g_file_set_contents (fixture->part, (char *) fixture->content, length, NULL));
  if (etag != NULL)
    g_file_set_contents (etag_path, etag, -1, NULL);
}

static void
assert_whole (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = run (fixture, &error);
  g_autofree char *etag = g_strconcat (fixture->part, ".etag", NULL);
  g_autofree char *content = NULL;
  gsize length;

  g_assert_no_error (error);
  g_assert_cmpstr (path, ==, fixture->path);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  g_assert_cmpmem (content, length, fixture->content, SIZE);
  g_assert_false (g_file_test (fixture->part, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (etag, G_FILE_TEST_EXISTS));
  g_assert_cmpint (lobe_download_get_received (fixture->download), ==, SIZE);
}

static void
assert_nothing (Fixture *fixture)
{
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (fixture->part, G_FILE_TEST_EXISTS));
}

static void
test_whole (Fixture       *fixture,
            gconstpointer  data)
{
  assert_whole (fixture);
  g_assert_cmpuint (fixture->n_requests, ==, 1);

  /* What is there and right is not brought again. */
  assert_whole (fixture);
  g_assert_cmpuint (fixture->n_requests, ==, 1);
}

static void
test_resume (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *range = g_strdup_printf ("bytes=%d-", SIZE / 3);

  make_part (fixture, SIZE / 3, "\"one\"");
  assert_whole (fixture);
  g_assert_cmpstr (fixture->range, ==, range);
  g_assert_cmpstr (fixture->if_range, ==, "\"one\"");
  g_assert_cmpuint (fixture->n_requests, ==, 1);
}

static void
test_resume_refused (Fixture       *fixture,
                     gconstpointer  data)
{
  make_part (fixture, SIZE / 3, NULL);
  assert_whole (fixture);
  g_assert_cmpuint (fixture->n_requests, ==, 2);
  g_assert_null (fixture->range);
}

static void
test_part_is_whole (Fixture       *fixture,
                    gconstpointer  data)
{
  make_part (fixture, SIZE, NULL);
  assert_whole (fixture);
  g_assert_cmpuint (fixture->n_requests, ==, 0);
}

static void
test_breaks_off (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (run (fixture, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_INTERRUPTED);
  g_assert_cmpint (lobe_download_get_received (fixture->download), ==, SIZE / 2);
  g_assert_false (g_file_test (fixture->path, G_FILE_TEST_EXISTS));

  fixture->behaviour = SERVES_RANGES;
  assert_whole (fixture);
  g_assert_nonnull (fixture->range);
}

static void
test_wrong (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (run (fixture, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_CHECKSUM);
  assert_nothing (fixture);
  g_assert_cmpint (lobe_download_get_received (fixture->download), ==, 0);

  fixture->behaviour = SERVES_RANGES;
  assert_whole (fixture);
}

static void
test_nothing (Fixture       *fixture,
              gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (run (fixture, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_NOT_FOUND);
}

static void
cancel (LobeDownload *download,
        GParamSpec   *pspec,
        GCancellable *cancellable)
{
  if (lobe_download_get_received (download) > 0)
    g_cancellable_cancel (cancellable);
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) twice = NULL;
  g_autoptr (GError) error = NULL;

  g_signal_connect (fixture->download, "notify::received", G_CALLBACK (cancel), cancellable);
  lobe_download_run_async (fixture->download, cancellable, fake_keep_result, &result);
  lobe_download_run_async (fixture->download, NULL, fake_keep_result, &twice);
  g_assert_null (lobe_download_run_finish (fixture->download, fake_wait (&twice), &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_BUSY);
  g_clear_error (&error);

  g_assert_null (lobe_download_run_finish (fixture->download, fake_wait (&result), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_true (g_file_test (fixture->part, G_FILE_TEST_EXISTS));

  g_signal_handlers_disconnect_by_data (fixture->download, cancellable);
  g_clear_object (&result);
  g_clear_object (&twice);
  assert_whole (fixture);
  g_assert_nonnull (fixture->range);
}

static void
test_no_space (Fixture       *fixture,
               gconstpointer  data)
{
  g_autofree char *models = g_path_get_dirname (fixture->path);
  g_autoptr (LobeCatalogueEntry) huge = make_entry ("http://127.0.0.1:1/", G_MAXINT64 / 2,
                                                    lobe_catalogue_entry_get_sha256 (fixture->entry));
  g_autoptr (LobeDownload) download = lobe_download_new (fixture->http, huge, models);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  lobe_download_run_async (download, NULL, fake_keep_result, &result);
  g_assert_null (lobe_download_run_finish (download, fake_wait (&result), &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "space"));
}

/* From an address: nothing is known before. */

#define TINY "peers/tiny-llama-f32.gguf"

static void
set_up_tiny (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *path = g_build_filename (g_getenv ("LOBE_FIXTURES"), TINY, NULL);
  g_autofree char *content = NULL;
  g_autofree char *models = NULL;
  g_autofree char *uri = NULL;
  gsize length;

  set_up (fixture, data);
  g_assert_true (g_file_get_contents (path, &content, &length, NULL));
  /* as long as the tests' file: what is behind the numbers does not matter */
  g_assert_cmpuint (length, <, SIZE);
  memcpy (fixture->content, content, length);
  models = g_path_get_dirname (fixture->path);
  g_object_unref (fixture->download);
  g_object_unref (fixture->entry);
  uri = g_strdup_printf ("http://127.0.0.1:%u/m.gguf?download=true", fixture->port);
  fixture->entry = lobe_catalogue_entry_new_for_uri (uri, NULL, NULL);
  fixture->download = lobe_download_new (fixture->http, fixture->entry, models);
}

static void
test_address (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *sha256 = g_compute_checksum_for_data (G_CHECKSUM_SHA256, fixture->content, SIZE);

  g_assert_cmpint (lobe_transfer_get_size (LOBE_TRANSFER (fixture->download)), ==, 0);
  assert_whole (fixture);
  g_assert_cmpint (lobe_transfer_get_size (LOBE_TRANSFER (fixture->download)), ==, SIZE);
  g_assert_cmpstr (lobe_download_get_sha256 (fixture->download), ==, sha256);
}

/* No checksum is there to find it out. */
static void
test_address_no_model (Fixture       *fixture,
                       gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) head_error = NULL;

  /* a page */
  memcpy (fixture->content, "<htm", 4);
  g_assert_null (run (fixture, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_INVALID);
  assert_nothing (fixture);

  /* begins like one, but is none */
  memcpy (fixture->content, "GGUF\377\377\377\377", 8);
  g_assert_null (run (fixture, &head_error));
  g_assert_error (head_error, LOBE_ERROR, LOBE_ERROR_INVALID);
  assert_nothing (fixture);
}

static LobeDownload *
find_left (Fixture *fixture)
{
  g_autofree char *models = g_path_get_dirname (fixture->path);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) downloads = NULL;
  g_autoptr (GError) error = NULL;

  lobe_download_list_async (fixture->http, models, NULL, fake_keep_result, &result);
  downloads = lobe_download_list_finish (fake_wait (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (downloads->len, <=, 1);

  return downloads->len > 0 ? g_ptr_array_steal_index (downloads, 0) : NULL;
}

static void
wait_for_state (LobeTransfer      *transfer,
                LobeTransferState  state)
{
  while (lobe_transfer_get_state (transfer) == LOBE_TRANSFER_RUNNING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (lobe_transfer_get_state (transfer), ==, state);
}

/* In another life of the program it is known what there is, from where, and how much it will be. */
static void
test_another_life (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LobeDownload) left = NULL;
  g_autoptr (LobeDownload) none = NULL;
  LobeTransfer *transfer;

  g_assert_null (find_left (fixture));
  g_assert_null (run (fixture, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_INTERRUPTED);

  left = find_left (fixture);
  g_assert_nonnull (left);
  transfer = LOBE_TRANSFER (left);
  g_assert_cmpint (lobe_transfer_get_state (transfer), ==, LOBE_TRANSFER_PAUSED);
  g_assert_cmpint (lobe_transfer_get_received (transfer), ==, SIZE / 2);
  g_assert_cmpstr (lobe_catalogue_entry_get_uri (lobe_download_get_entry (left)), ==,
                   lobe_catalogue_entry_get_uri (fixture->entry));
  fixture->behaviour = SERVES_RANGES;
  lobe_transfer_start (transfer);
  wait_for_state (transfer, LOBE_TRANSFER_DONE);
  g_assert_nonnull (fixture->range);
  g_assert_cmpint (lobe_transfer_get_size (transfer), ==, SIZE);
  g_assert_true (g_file_test (fixture->path, G_FILE_TEST_EXISTS));
  none = find_left (fixture);
  g_assert_null (none);
}

static void
pause_cb (LobeTransfer *transfer)
{
  if (lobe_transfer_get_received (transfer) > 0)
    lobe_transfer_pause (transfer);
}

static void
test_transfer (Fixture       *fixture,
               gconstpointer  data)
{
  LobeTransfer *transfer = LOBE_TRANSFER (fixture->download);
  gulong id = g_signal_connect (transfer, "notify::received", G_CALLBACK (pause_cb), NULL);

  lobe_transfer_start (transfer);
  wait_for_state (transfer, LOBE_TRANSFER_PAUSED);
  g_assert_cmpint (lobe_transfer_get_received (transfer), >, 0);
  g_assert_true (g_file_test (fixture->part, G_FILE_TEST_EXISTS));
  g_signal_handler_disconnect (transfer, id);

  fixture->behaviour = BREAKS_OFF;
  memset (fixture->content + SIZE / 4, 7, 9);
  g_remove (fixture->part);
  lobe_transfer_start (transfer);
  wait_for_state (transfer, LOBE_TRANSFER_FAILED);
  g_assert_error (lobe_transfer_get_error (transfer), LOBE_ERROR, LOBE_ERROR_INTERRUPTED);

  fixture->behaviour = SERVES_RANGES;
  lobe_transfer_start (transfer);
  g_assert_null (lobe_transfer_get_error (transfer));
  lobe_transfer_discard (transfer);
  wait_for_state (transfer, LOBE_TRANSFER_DISCARDED);
  assert_nothing (fixture);
  g_assert_null (find_left (fixture));
}

static void
test_addresses (void)
{
  static const char *const bad[] = {
    "", "model.gguf", "file:///etc/m.gguf", "ftp://h/m.gguf", "https:///m.gguf", "https://h/", "https://h/m.bin",
    "https://h/.gguf", "https://h/a%2f..%2fm.gguf", "https://h/%ff.gguf",
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (LobeCatalogueEntry) page = NULL;
  g_autoptr (LobeCatalogueEntry) entry = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) bad_error = NULL;

      g_assert_null (lobe_catalogue_entry_new_for_uri (bad[i], NULL, &bad_error));
      g_assert_error (bad_error, LOBE_ERROR, LOBE_ERROR_INVALID);
    }
  g_assert_null (lobe_catalogue_entry_new_for_uri ("https://h/m.gguf", "beef", &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_INVALID);

  entry = lobe_catalogue_entry_new_for_uri ("https://h:8/x/Big%20Model-7B.Q4_K_M.gguf?download=true", NULL, NULL);
  g_assert_cmpstr (lobe_catalogue_entry_get_file_name (entry), ==, "Big Model-7B.Q4_K_M.gguf");
  g_assert_cmpstr (lobe_catalogue_entry_get_name (entry), ==, "Big Model 7B");
  g_assert_cmpstr (lobe_catalogue_entry_get_host (entry), ==, "h");
  page = lobe_catalogue_entry_new_for_uri ("https://huggingface.co/a/b/blob/main/m.gguf", NULL, NULL);
  g_assert_cmpstr (lobe_catalogue_entry_get_uri (page), ==, "https://huggingface.co/a/b/resolve/main/m.gguf");
}

static void
test_catalogue (void)
{
  static const char *const bad[] = {
    "", "[]", "{}", "{\"models\":{}}", "{\"models\":[{}]}",
    "{\"models\":[{\"name\":\"M\",\"file-name\":\"../m.gguf\",\"licence\":\"MIT\",\"size\":1,\"sha256\":"
    "\"b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53\",\"uri\":\"https://h/\"}]}",
    "{\"models\":[{\"name\":\"M\",\"file-name\":\"m.gguf\",\"licence\":\"MIT\",\"size\":1,\"sha256\":\"beef\","
    "\"uri\":\"https://h/\"}]}",
  };
  g_autoptr (GListModel) built_in = lobe_catalogue_load_built_in ();
  g_autoptr (LobeCatalogueEntry) entry = g_list_model_get_item (built_in, 0);
  g_autoptr (LobeRequest) request = lobe_request_new ("m");

  g_assert_cmpuint (g_list_model_get_n_items (built_in), ==, 1);
  g_assert_cmpstr (lobe_catalogue_entry_get_licence (entry), ==, "Apache-2.0");
  g_assert_cmpint (lobe_catalogue_entry_get_size (entry), ==, 98362432);
  g_assert_nonnull (lobe_catalogue_entry_get_host (entry));
  lobe_catalogue_entry_tune_request (entry, request);
  g_assert_cmpfloat (lobe_request_get_temperature (request), ==, 0.4);
  g_assert_cmpfloat (lobe_request_get_top_p (request), ==, 0.9);
  g_assert_cmpfloat (lobe_request_get_repeat_penalty (request), ==, 1.12);
  g_assert_cmpint (lobe_request_get_max_tokens (request), ==, 1024);

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (bad[i], strlen (bad[i]));
      g_autoptr (GError) error = NULL;

      g_assert_null (lobe_catalogue_load (bytes, &error));
      g_assert_error (error, LOBE_ERROR, LOBE_ERROR_INVALID);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, behaviour, func) g_test_add (path, Fixture, GINT_TO_POINTER (behaviour), set_up, func, tear_down)
  ADD ("/download/whole", SERVES_RANGES, test_whole);
  ADD ("/download/resume", SERVES_RANGES, test_resume);
  ADD ("/download/resume/no-ranges", SERVES_NO_RANGES, test_resume);
  ADD ("/download/resume/refused", HAS_CHANGED, test_resume_refused);
  ADD ("/download/part-is-whole", HAS_NOTHING, test_part_is_whole);
  ADD ("/download/breaks-off", BREAKS_OFF, test_breaks_off);
  ADD ("/download/wrong", SERVES_ANOTHER, test_wrong);
  ADD ("/download/too-much", SERVES_MORE, test_wrong);
  ADD ("/download/nothing", HAS_NOTHING, test_nothing);
  ADD ("/download/cancelled", SERVES_RANGES, test_cancelled);
  ADD ("/download/no-space", SERVES_RANGES, test_no_space);
  ADD ("/download/another-life", BREAKS_OFF, test_another_life);
  ADD ("/download/transfer", SERVES_RANGES, test_transfer);
#define ADD_TINY(path, behaviour, func) g_test_add (path, Fixture, GINT_TO_POINTER (behaviour), set_up_tiny, func, tear_down)
  ADD_TINY ("/download/address", SERVES_RANGES, test_address);
  ADD_TINY ("/download/address/no-model", SERVES_RANGES, test_address_no_model);
  ADD_TINY ("/download/address/another-life", BREAKS_OFF, test_another_life);
  g_test_add_func ("/download/addresses", test_addresses);
  g_test_add_func ("/download/catalogue", test_catalogue);

  return g_test_run ();
}
