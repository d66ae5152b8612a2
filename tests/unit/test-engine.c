/* test-engine.c: the engine starts, breaks, stops, and never outlives us */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "driver/lobe-driver.h"
#include "engine/lobe-engine-server.h"
#include "engine/lobe-gguf-folder.h"
#include "fake-server.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

typedef struct
{
  char       *folder;
  char       *runtime;
  LobeHttp   *http;
  LobeEngine *engine;
} Fixture;

static char *program;
static const char *self_path;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("lobe-test-XXXXXX", NULL);
  fixture->runtime = g_build_filename (fixture->folder, "run", NULL);
  fixture->http = lobe_http_new (NULL, NULL);
  fixture->engine = lobe_engine_new (fixture->http, program, fixture->runtime);
}

static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  if (fixture->engine != NULL)
    g_assert_finalize_object (fixture->engine);
  /* Nothing of ours is left behind. */
  g_assert_cmpint (g_rmdir (fixture->runtime) == 0 || errno == ENOENT, ==, TRUE);
  g_object_unref (fixture->http);
  remove_tree (fixture->folder);
  g_free (fixture->folder);
  g_free (fixture->runtime);
}

static char *
make_model (Fixture    *fixture,
            const char *name,
            const char *behaviour)
{
  g_autoptr (GError) error = NULL;
  char *path = g_build_filename (fixture->folder, name, NULL);

  g_file_set_contents (path, behaviour, -1, &error);
  g_assert_no_error (error);

  return path;
}

static pid_t
get_pid (const char *model)
{
  g_autofree char *path = g_strconcat (model, ".pid", NULL);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));

  return g_ascii_strtoll (text, NULL, 10);
}

static int
open_process (const char *model)
{
  int fd = pidfd_open (get_pid (model), 0);

  g_assert_cmpint (fd, >=, 0);

  return fd;
}

static void
assert_ends (int pid_fd)
{
  struct pollfd poll_fd = { .fd = pid_fd, .events = POLLIN };

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpint (poll (&poll_fd, 1, 10000), ==, 1);
  g_close (pid_fd, NULL);
}

static gboolean
start (Fixture     *fixture,
       const char  *model,
       GError     **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  lobe_engine_start_async (fixture->engine, model, NULL, fake_keep_result, &result);

  return lobe_engine_start_finish (fixture->engine, fake_wait (&result), error);
}

static void
wait_for_state (Fixture         *fixture,
                LobeEngineState  state)
{
  while (lobe_engine_get_state (fixture->engine) != state)
    g_main_context_iteration (NULL, TRUE);
}

static guint
ask (Fixture    *fixture,
     const char *path,
     const char *key)
{
  g_autofree char *uri = g_strconcat ("http://localhost", path, NULL);
  g_autoptr (LobeHttpRequest) request = lobe_http_request_new ("GET", uri, LOBE_PURPOSE_ENGINE, "test");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) body = NULL;
  guint status = 0;

  lobe_http_request_set_unix_socket (request, lobe_engine_get_socket (fixture->engine));
  if (key != NULL)
    {
      g_autofree char *value = g_strconcat ("Bearer ", key, NULL);

      lobe_http_request_set_secret (request, "Authorization", value);
    }
  lobe_http_fetch_async (fixture->http, request, 1000, NULL, fake_keep_result, &result);
  body = lobe_http_fetch_finish (fixture->http, fake_wait (&result), &status, NULL);

  return status;
}

static void
test_start_and_stop (Fixture       *fixture,
                     gconstpointer  data)
{
  g_autofree char *model = make_model (fixture, "m.gguf", data);
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *key = NULL;
  struct stat info;
  int pid_fd;

  g_setenv ("OPENAI_API_KEY", "sk-not-for-children", TRUE);
  g_setenv ("LLAMA_ARG_TOOLS", "all", TRUE);
  g_assert_true (start (fixture, model, &error));
  g_assert_no_error (error);
  g_unsetenv ("OPENAI_API_KEY");
  g_unsetenv ("LLAMA_ARG_TOOLS");

  g_assert_cmpint (lobe_engine_get_state (fixture->engine), ==, LOBE_ENGINE_READY);
  g_assert_cmpstr (lobe_engine_get_model_path (fixture->engine), ==, model);
  g_assert_true (g_str_has_suffix (lobe_engine_get_socket (fixture->engine), ".sock"));
  folder = g_path_get_dirname (lobe_engine_get_socket (fixture->engine));
  g_assert_cmpint (stat (folder, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);

  g_assert_cmpuint (ask (fixture, "/v1/models", lobe_engine_get_key (fixture->engine)), ==, 200);
  g_assert_cmpuint (ask (fixture, "/v1/models", NULL), ==, 401);
  key = g_strdup (lobe_engine_get_key (fixture->engine));
  g_assert_cmpuint (strlen (key), ==, 64);

  pid_fd = open_process (model);
  lobe_engine_stop (fixture->engine);
  g_assert_cmpint (lobe_engine_get_state (fixture->engine), ==, LOBE_ENGINE_STOPPED);
  /* The second start waits for the end of the first process; it needs the socket's name. */
  g_assert_true (start (fixture, model, &error));
  g_assert_no_error (error);
  assert_ends (pid_fd);
  g_assert_cmpstr (lobe_engine_get_key (fixture->engine), !=, key);
  lobe_engine_release (fixture->engine);
  lobe_engine_release (fixture->engine);

  pid_fd = open_process (model);
  g_assert_finalize_object (g_steal_pointer (&fixture->engine));
  assert_ends (pid_fd);
  g_assert_false (g_file_test (folder, G_FILE_TEST_EXISTS));
}

static void
test_broken (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *corrupt = make_model (fixture, "corrupt.gguf", "corrupt");
  g_autofree char *sigill = make_model (fixture, "sigill.gguf", "sigill");
  g_autofree char *ok = make_model (fixture, "ok.gguf", "ok");
  g_autoptr (GError) error = NULL;

  g_assert_false (start (fixture, corrupt, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_CRASHED);
  g_assert_nonnull (strstr (error->message, "corrupt.gguf"));
  g_assert_nonnull (strstr (error->message, "invalid magic"));
  g_assert_cmpint (lobe_engine_get_state (fixture->engine), ==, LOBE_ENGINE_CRASHED);
  g_assert_error (lobe_engine_get_error (fixture->engine), LOBE_ERROR, LOBE_ERROR_CRASHED);
  g_clear_error (&error);

  g_assert_false (start (fixture, sigill, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_CRASHED);
  g_assert_nonnull (strstr (error->message, "processor"));
  g_clear_error (&error);

  g_assert_true (start (fixture, ok, &error));
  g_assert_no_error (error);
  g_assert_null (lobe_engine_get_error (fixture->engine));
  lobe_engine_release (fixture->engine);
}

static void
test_crash_later (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *model = make_model (fixture, "m.gguf", "ok");
  g_autoptr (GError) error = NULL;

  g_assert_true (start (fixture, model, &error));
  ask (fixture, "/crash", lobe_engine_get_key (fixture->engine));
  wait_for_state (fixture, LOBE_ENGINE_CRASHED);
  g_assert_error (lobe_engine_get_error (fixture->engine), LOBE_ERROR, LOBE_ERROR_CRASHED);
  g_assert_nonnull (strstr (lobe_engine_get_error (fixture->engine)->message, "GGML_ASSERT"));

  /* Starts again, though the dead process has left its socket and is still held. */
  g_assert_true (start (fixture, model, &error));
  g_assert_no_error (error);
  lobe_engine_release (fixture->engine);
  lobe_engine_release (fixture->engine);
}

static void
test_never_healthy (Fixture       *fixture,
                    gconstpointer  data)
{
  g_autofree char *model = make_model (fixture, "m.gguf", "never");
  g_autoptr (GError) error = NULL;

  g_object_set (fixture->engine, "start-seconds", 1, NULL);
  g_assert_false (start (fixture, model, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_TIMED_OUT);
  g_assert_cmpint (lobe_engine_get_state (fixture->engine), ==, LOBE_ENGINE_CRASHED);
}

static void
test_idle (Fixture       *fixture,
           gconstpointer  data)
{
  g_autofree char *model = make_model (fixture, "m.gguf", "ok");
  g_autoptr (GError) error = NULL;
  int pid_fd;

  lobe_engine_set_idle_limit (fixture->engine, 1);
  g_assert_true (start (fixture, model, &error));
  pid_fd = open_process (model);
  lobe_engine_release (fixture->engine);
  wait_for_state (fixture, LOBE_ENGINE_STOPPED);
  assert_ends (pid_fd);
}

/* Who wants another model waits for who has this one. */
static void
test_change_model (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *first = make_model (fixture, "first.gguf", "ok");
  g_autofree char *second = make_model (fixture, "second.gguf", "ok");
  g_autoptr (GAsyncResult) waiting = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (start (fixture, first, &error));
  lobe_engine_start_async (fixture->engine, second, NULL, fake_keep_result, &waiting);
  g_assert_true (start (fixture, first, &error));
  lobe_engine_release (fixture->engine);
  g_assert_cmpuint (ask (fixture, "/v1/models", lobe_engine_get_key (fixture->engine)), ==, 200);
  g_assert_null (waiting);

  lobe_engine_release (fixture->engine);
  g_assert_true (lobe_engine_start_finish (fixture->engine, fake_wait (&waiting), &error));
  g_assert_cmpstr (lobe_engine_get_model_path (fixture->engine), ==, second);
  lobe_engine_release (fixture->engine);
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  g_autofree char *model = make_model (fixture, "m.gguf", "slow");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) given_up = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  lobe_engine_start_async (fixture->engine, model, cancellable, fake_keep_result, &given_up);
  lobe_engine_start_async (fixture->engine, model, NULL, fake_keep_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (lobe_engine_start_finish (fixture->engine, fake_wait (&given_up), &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);

  g_assert_true (lobe_engine_start_finish (fixture->engine, fake_wait (&result), &error));
  lobe_engine_release (fixture->engine);
}

static void
test_missing (Fixture       *fixture,
              gconstpointer  data)
{
  LobeEngine *none = lobe_engine_new (fixture->http, NULL, fixture->runtime);
  LobeEngine *gone = lobe_engine_new (fixture->http, "/nonexistent/llama-server", fixture->runtime);
  LobeEngine *engines[] = { none, gone };

  for (guint i = 0; i < G_N_ELEMENTS (engines); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      lobe_engine_start_async (engines[i], "/m.gguf", NULL, fake_keep_result, &result);
      g_assert_false (lobe_engine_start_finish (engines[i], fake_wait (&result), &error));
      g_assert_error (error, LOBE_ERROR, LOBE_ERROR_NOT_INSTALLED);
      g_clear_object (&result);
      g_assert_finalize_object (engines[i]);
    }
}

static void
test_find_program (void)
{
  g_autofree char *folder = g_path_get_dirname (program);
  g_autofree char *chosen = g_strconcat ("LOBE_ENGINE=", program, NULL);
  g_autofree char *path = g_strconcat ("PATH=/nonexistent:", folder, NULL);
  g_autofree char *by_path = lobe_engine_find_program ((const char *[]) { chosen, "PATH=", NULL });
  g_autofree char *by_name = lobe_engine_find_program ((const char *[]) { "LOBE_ENGINE=fake-llama-server", path, NULL });
  g_autofree char *none = lobe_engine_find_program ((const char *[]) { "LOBE_ENGINE=/nonexistent", path, NULL });

  g_assert_cmpstr (by_path, ==, program);
  g_assert_cmpstr (by_name, ==, program);
  g_assert_null (none);
}

/* A runtime folder whose path is too long for a socket. */
static void
test_long_folder (Fixture       *fixture,
                  gconstpointer  data)
{
  g_autofree char *model = make_model (fixture, "m.gguf", "ok");
  g_autofree char *name = g_strnfill (120, 'x');
  g_autofree char *runtime = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_finalize_object (g_steal_pointer (&fixture->engine));
  fixture->engine = lobe_engine_new (fixture->http, program, runtime);
  g_assert_true (start (fixture, model, &error));
  g_assert_no_error (error);
  lobe_engine_release (fixture->engine);
}

/* What a killed program left is removed by the next one; what a living one has is not. */
static void
test_left_folders (Fixture       *fixture,
                   gconstpointer  data)
{
  g_autofree char *model = make_model (fixture, "m.gguf", "ok");
  g_autofree char *left = g_build_filename (fixture->runtime, "lobe-engine-aaaaaa", NULL);
  g_autofree char *lock = g_build_filename (left, "lock", NULL);
  g_autofree char *folder = NULL;
  g_autoptr (GError) error = NULL;
  LobeEngine *other;

  g_mkdir_with_parents (left, 0700);
  g_file_set_contents (lock, "", -1, NULL);
  g_assert_true (start (fixture, model, &error));
  lobe_engine_release (fixture->engine);
  g_assert_false (g_file_test (left, G_FILE_TEST_EXISTS));

  folder = g_path_get_dirname (lobe_engine_get_socket (fixture->engine));
  other = fixture->engine;
  fixture->engine = lobe_engine_new (fixture->http, program, fixture->runtime);
  g_assert_true (start (fixture, model, &error));
  lobe_engine_release (fixture->engine);
  g_assert_true (g_file_test (folder, G_FILE_TEST_IS_DIR));
  g_assert_finalize_object (other);
}

/* The other program of the next test: starts an engine, and is killed then. */
static int
be_killed (const char *engine_program,
           const char *model,
           const char *runtime)
{
  LobeHttp *http = lobe_http_new (NULL, NULL);
  LobeEngine *engine = lobe_engine_new (http, engine_program, runtime);
  GAsyncResult *result = NULL;

  lobe_engine_start_async (engine, model, NULL, fake_keep_result, &result);
  if (!lobe_engine_start_finish (engine, fake_wait (&result), NULL))
    return 1;
  puts ("ready");
  fflush (stdout);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_ends_with_us (Fixture       *fixture,
                   gconstpointer  data)
{
  gboolean wrapped = GPOINTER_TO_INT (data);
  g_autofree char *model = make_model (fixture, "m.gguf", "stubborn");
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\ncd / && exec '%s' \"$@\"\n", program);
  g_autofree char *wrapper = make_model (fixture, "wrapper", script);
  g_autoptr (GSubprocess) parent = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GError) error = NULL;
  int pid_fd;

  g_chmod (wrapper, 0755);
  parent = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, self_path, "--be-killed",
                             wrapped ? wrapper : program, model, fixture->runtime, NULL);
  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (parent));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_cmpstr (line, ==, "ready");

  pid_fd = open_process (model);
  g_subprocess_send_signal (parent, SIGKILL);
  g_subprocess_wait (parent, NULL, NULL);
  assert_ends (pid_fd);
  remove_tree (fixture->runtime);
}

static void
test_names (void)
{
  static const char *const cases[][3] = {
    { "SmolLM2-135M-Instruct.Q4_1", "SmolLM2 135M Instruct", "Q4_1" },
    { "Llama-3.2-1B-Instruct-Q4_K_M", "Llama 3.2 1B Instruct", "Q4_K_M" },
    { "qwen2.5-0.5b-instruct-q8_0", "qwen2.5 0.5b instruct", "q8_0" },
    { "gemma-3-270m-it-BF16", "gemma 3 270m it", "BF16" },
    { "big-IQ2_XS-00001-of-00003", "big", "IQ2_XS" },
    { "plain", "plain", NULL },
    { "Q4_1", "Q4 1", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *quantization = NULL;
      g_autofree char *name = lobe_gguf_make_name (cases[i][0], &quantization);

      g_assert_cmpstr (name, ==, cases[i][1]);
      g_assert_cmpstr (quantization, ==, cases[i][2]);
    }
}

static LobeServer *
make_server (Fixture            *fixture,
             const char * const *folders)
{
  g_autoptr (LobeDriverRegistry) drivers = lobe_driver_registry_new ();

  return lobe_engine_server_new (fixture->http, lobe_driver_registry_lookup (drivers, "llama-server"), fixture->engine, folders);
}

static void
test_server (Fixture       *fixture,
             gconstpointer  data)
{
  g_autofree char *models = g_build_filename (fixture->folder, "models", NULL);
  const char *folders[] = { "/dev/null/models", models, NULL }; /* where not even root makes a folder */
  LobeServer *server = make_server (fixture, folders);
  static const char *const names[] = {
    "A-Model.Q4_1.gguf", "A-Model.Q8_0.gguf", "b-model-00001-of-00002.gguf", "b-model-00002-of-00002.gguf",
    "mmproj-b-model.gguf", ".hidden.gguf", "c.gguf.part", "d.txt",
  };
  g_autoptr (GAsyncResult) empty = NULL;
  g_autoptr (GAsyncResult) full = NULL;
  g_autoptr (GAsyncResult) prepared = NULL;
  g_autoptr (GAsyncResult) unknown = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (LobeEndpoint) endpoint = NULL;
  g_autoptr (LobeRequest) request = NULL;

  lobe_server_refresh_async (server, NULL, fake_keep_result, &empty);
  g_assert_true (lobe_server_refresh_finish (server, fake_wait (&empty), &error));
  g_assert_cmpuint (g_list_model_get_n_items (lobe_server_get_models (server)), ==, 0);
  g_assert_cmpint (lobe_server_get_state (server), ==, LOBE_SERVER_ONLINE);

  g_mkdir_with_parents (models, 0755);
  g_assert_cmpstr (lobe_engine_server_get_folder (LOBE_ENGINE_SERVER (server)), ==, models);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (models, names[i], NULL);

      g_file_set_contents (path, "slow", -1, NULL);
    }

  lobe_server_refresh_async (server, NULL, fake_keep_result, &full);
  g_assert_true (lobe_server_refresh_finish (server, fake_wait (&full), &error));
  g_assert_cmpuint (g_list_model_get_n_items (lobe_server_get_models (server)), ==, 3);
  g_assert_nonnull (lobe_server_find_model (server, "a model (q4_1)"));
  g_assert_nonnull (lobe_server_find_model (server, "a-model.q8_0"));
  g_assert_nonnull (lobe_server_find_model (server, "b model"));

  lobe_server_prepare_async (server, "A-Model.Q4_1", NULL, fake_keep_result, &prepared);
  g_assert_cmpstr (lobe_server_get_activity (server), ==, "Loading A Model (Q4_1)…");
  endpoint = lobe_server_prepare_finish (server, fake_wait (&prepared), &error);
  g_assert_no_error (error);
  g_assert_null (lobe_server_get_activity (server));
  g_assert_cmpstr (lobe_endpoint_get_key (endpoint), ==, lobe_engine_get_key (fixture->engine));
  g_assert_true (lobe_model_info_get_loaded (lobe_server_find_model (server, "A-Model.Q4_1")));
  g_assert_true (lobe_server_get_default_model (server) == lobe_server_find_model (server, "A-Model.Q4_1"));

  /* While the endpoint lives, the engine is held. */
  lobe_engine_set_idle_limit (fixture->engine, 1);
  g_assert_cmpint (lobe_engine_get_state (fixture->engine), ==, LOBE_ENGINE_READY);
  g_clear_object (&endpoint);
  wait_for_state (fixture, LOBE_ENGINE_STOPPED);
  g_assert_false (lobe_model_info_get_loaded (lobe_server_find_model (server, "A-Model.Q4_1")));

  lobe_server_prepare_async (server, "nobody", NULL, fake_keep_result, &unknown);
  g_assert_null (lobe_server_prepare_finish (server, fake_wait (&unknown), &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND);

  request = lobe_request_new ("A-Model.Q4_1");
  lobe_request_set_temperature (request, 1.0);
  lobe_engine_server_tune_request (LOBE_ENGINE_SERVER (server), request);
  g_assert_cmpfloat (lobe_request_get_temperature (request), ==, 1.0);
  g_assert_cmpfloat (lobe_request_get_repeat_penalty (request), ==, 1.12);
  g_assert_cmpint (lobe_request_get_max_tokens (request), ==, 1024);

  g_clear_object (&empty);
  g_clear_object (&full);
  g_clear_object (&prepared);
  g_clear_object (&unknown);
  g_assert_finalize_object (server);
}

/* The first folder counts, however often a file of that name comes again. */
static void
test_same_files (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autofree char *first = g_build_filename (fixture->folder, "first", NULL);
  g_autofree char *second = g_build_filename (fixture->folder, "second", NULL);
  g_autofree char *third = g_build_filename (fixture->folder, "third", NULL);
  const char *folders[] = { first, second, third, NULL };
  g_autoptr (GPtrArray) files = NULL;

  for (gsize i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *path = g_build_filename (folders[i], "model.gguf", NULL);

      g_mkdir_with_parents (folders[i], 0755);
      g_file_set_contents (path, "GGUF", -1, NULL);
    }

  files = lobe_gguf_folder_scan (folders);
  g_assert_cmpuint (files->len, ==, 1);
  g_assert_true (g_str_has_prefix (((LobeGgufFile *) files->pdata[0])->path, first));
}

static void
test_server_without_program (Fixture       *fixture,
                             gconstpointer  data)
{
  g_autofree char *model = make_model (fixture, "m.gguf", "ok");
  const char *folders[] = { fixture->folder, NULL };
  g_autoptr (LobeServer) server = NULL;
  g_autoptr (GAsyncResult) refreshed = NULL;
  g_autoptr (GAsyncResult) prepared = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_finalize_object (g_steal_pointer (&fixture->engine));
  fixture->engine = lobe_engine_new (fixture->http, NULL, fixture->runtime);
  server = make_server (fixture, folders);

  lobe_server_refresh_async (server, NULL, fake_keep_result, &refreshed);
  g_assert_false (lobe_server_refresh_finish (server, fake_wait (&refreshed), &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_NOT_INSTALLED);
  g_clear_error (&error);
  g_assert_cmpuint (g_list_model_get_n_items (lobe_server_get_models (server)), ==, 1);

  lobe_server_prepare_async (server, "m", NULL, fake_keep_result, &prepared);
  g_assert_null (lobe_server_prepare_finish (server, fake_wait (&prepared), &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_NOT_INSTALLED);
}

static void
count_text (const LobeDelta *delta,
            gpointer         user_data)
{
  if (delta->kind == LOBE_DELTA_TEXT)
    *(gsize *) user_data += delta->length;
}

/* The real engine with a real model, where there are such. */
static void
test_real (Fixture       *fixture,
           gconstpointer  data)
{
  g_auto (GStrv) environment = g_get_environ ();
  const char *path = g_getenv ("LOBE_MODELS_PATH");
  g_auto (GStrv) folders = g_strsplit (path != NULL ? path : "", ":", -1);
  g_autoptr (LobeServer) server = NULL;
  g_autoptr (LobeEndpoint) endpoint = NULL;
  g_autoptr (LobeRequest) request = NULL;
  g_autoptr (LobeMessage) message = NULL;
  g_autoptr (GAsyncResult) refreshed = NULL;
  g_autoptr (GAsyncResult) prepared = NULL;
  g_autoptr (GAsyncResult) answered = NULL;
  g_autoptr (GError) error = NULL;
  LobeModelInfo *info;
  gsize length = 0;

  if (g_getenv ("LOBE_ENGINE") == NULL || path == NULL)
    {
      g_test_skip ("LOBE_ENGINE and LOBE_MODELS_PATH are not set");
      return;
    }

  g_assert_finalize_object (g_steal_pointer (&fixture->engine));
  {
    g_autofree char *real = lobe_engine_find_program ((const char * const *) environment);

    fixture->engine = lobe_engine_new (fixture->http, real, fixture->runtime);
  }
  server = make_server (fixture, (const char * const *) folders);
  lobe_server_refresh_async (server, NULL, fake_keep_result, &refreshed);
  g_assert_true (lobe_server_refresh_finish (server, fake_wait (&refreshed), &error));
  g_assert_no_error (error);
  info = lobe_server_get_default_model (server);
  g_assert_nonnull (info);

  lobe_server_prepare_async (server, lobe_model_info_get_id (info), NULL, fake_keep_result, &prepared);
  endpoint = lobe_server_prepare_finish (server, fake_wait (&prepared), &error);
  g_assert_no_error (error);

  request = lobe_request_new (lobe_model_info_get_id (info));
  message = lobe_message_new ("m", NULL, LOBE_ROLE_USER, 0);
  lobe_message_append (message, LOBE_PART_TEXT, "Name three primary colours.", -1);
  lobe_request_add_message (request, message);
  lobe_request_set_max_tokens (request, 16);
  lobe_engine_server_tune_request (LOBE_ENGINE_SERVER (server), request);
  g_assert_cmpfloat (lobe_request_get_repeat_penalty (request), ==, 1.12);
  lobe_driver_chat_async (lobe_server_get_driver (server), endpoint, request, count_text, &length, NULL, NULL,
                          fake_keep_result, &answered);
  lobe_driver_chat_finish (lobe_server_get_driver (server), fake_wait (&answered), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (length, >, 0);
}

static gboolean
do_with (LobeServer         *server,
         LobeLibraryAction   action,
         const char         *id,
         GError            **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  LobeModelInfo *info = lobe_server_find_model (server, id);

  g_assert_nonnull (info);
  lobe_server_run_library_async (server, action, info, NULL, NULL, NULL, fake_keep_result, &result);

  return lobe_server_run_library_finish (server, fake_wait (&result), error);
}

/* Files are looked into, and deleted with all their pieces; nothing else can be done with them. */
static void
test_library (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *models = g_build_filename (fixture->folder, "models", NULL);
  g_autofree char *tiny = g_build_filename (g_getenv ("LOBE_FIXTURES"), "peers", "tiny-llama-f32.gguf", NULL);
  static const char *const names[] = { "b-00001-of-00002.gguf", "b-00002-of-00002.gguf", "c.gguf" };
  const char *folders[] = { models, NULL };
  LobeServer *server = make_server (fixture, folders);
  g_autofree char *content = NULL;
  g_autofree char *path = g_build_filename (models, "tiny.gguf", NULL);
  g_autoptr (GAsyncResult) full = NULL;
  g_autoptr (GAsyncResult) less = NULL;
  g_autoptr (GError) error = NULL;
  LobeModelInfo *info;
  gsize length;

  g_mkdir_with_parents (models, 0755);
  g_assert_true (g_file_get_contents (tiny, &content, &length, NULL));
  g_assert_true (g_file_set_contents (path, content, length, NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *piece = g_build_filename (models, names[i], NULL);

      g_file_set_contents (piece, "no model", -1, NULL);
    }
  lobe_server_refresh_async (server, NULL, fake_keep_result, &full);
  g_assert_true (lobe_server_refresh_finish (server, fake_wait (&full), &error));
  g_assert_cmpuint (g_list_model_get_n_items (lobe_server_get_models (server)), ==, 3);
  g_assert_cmpint (lobe_server_get_library_actions (server), ==,
                   LOBE_LIBRARY_SHOW | LOBE_LIBRARY_REMOVE | LOBE_LIBRARY_UNLOAD);

  g_assert_true (do_with (server, LOBE_LIBRARY_SHOW, "tiny", &error));
  g_assert_no_error (error);
  info = lobe_server_find_model (server, "tiny");
  g_assert_cmpstr (lobe_model_info_get_quantization (info), ==, "F32");
  g_assert_cmpint (lobe_model_info_get_context_length (info), >, 0);
  g_assert_cmpint (lobe_model_info_get_memory (info), >, lobe_model_info_get_size (info));

  g_assert_false (do_with (server, LOBE_LIBRARY_SHOW, "c", &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_false (do_with (server, LOBE_LIBRARY_PULL, "c", &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_UNSUPPORTED);
  g_clear_error (&error);

  g_assert_true (do_with (server, LOBE_LIBRARY_REMOVE, "b-00001-of-00002", &error));
  g_assert_true (do_with (server, LOBE_LIBRARY_REMOVE, "tiny", &error));
  g_assert_no_error (error);
  lobe_server_refresh_async (server, NULL, fake_keep_result, &less);
  g_assert_true (lobe_server_refresh_finish (server, fake_wait (&less), &error));
  g_assert_cmpuint (g_list_model_get_n_items (lobe_server_get_models (server)), ==, 1);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *piece = g_build_filename (models, names[i], NULL);

      g_assert_cmpint (g_file_test (piece, G_FILE_TEST_EXISTS), ==, i == 2);
    }
  g_clear_object (&full);
  g_clear_object (&less);
  g_assert_finalize_object (server);
}

int
main (int   argc,
      char *argv[])
{
  if (argc == 5 && g_str_equal (argv[1], "--be-killed"))
    return be_killed (argv[2], argv[3], argv[4]);

  g_test_init (&argc, &argv, NULL);
  {
    g_autofree char *built = g_test_build_filename (G_TEST_BUILT, "fake-llama-server", NULL);

    program = g_canonicalize_filename (built, NULL);
  }
  self_path = "/proc/self/exe";

#define ADD(path, data, func) g_test_add (path, Fixture, data, set_up, func, tear_down)
  ADD ("/engine/start-and-stop", "ok", test_start_and_stop);
  ADD ("/engine/start-and-stop/slow", "slow", test_start_and_stop);
  ADD ("/engine/start-and-stop/stubborn", "stubborn", test_start_and_stop);
  ADD ("/engine/start-and-stop/noisy", "noisy", test_start_and_stop);
  ADD ("/engine/broken", NULL, test_broken);
  ADD ("/engine/crash-later", NULL, test_crash_later);
  ADD ("/engine/never-healthy", NULL, test_never_healthy);
  ADD ("/engine/idle", NULL, test_idle);
  ADD ("/engine/change-model", NULL, test_change_model);
  ADD ("/engine/cancelled", NULL, test_cancelled);
  ADD ("/engine/missing", NULL, test_missing);
  ADD ("/engine/long-folder", NULL, test_long_folder);
  ADD ("/engine/left-folders", NULL, test_left_folders);
  ADD ("/engine/ends-with-us", GINT_TO_POINTER (FALSE), test_ends_with_us);
  ADD ("/engine/ends-with-us/wrapped", GINT_TO_POINTER (TRUE), test_ends_with_us);
  ADD ("/engine/server", NULL, test_server);
  ADD ("/engine/library", NULL, test_library);
  ADD ("/engine/same-files", NULL, test_same_files);
  ADD ("/engine/server/without-program", NULL, test_server_without_program);
  ADD ("/engine/real", NULL, test_real);
  g_test_add_func ("/engine/find-program", test_find_program);
  g_test_add_func ("/engine/names", test_names);

  return g_test_run ();
}
