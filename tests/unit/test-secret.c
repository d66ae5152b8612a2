/* test-secret.c: keys come from where a reference says, and from nowhere that others can read */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "secret/lobe-secret.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

static void
take_result (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  g_set_object (kept, result);
}

static char *
look_up (const char    *reference,
         GCancellable  *cancellable,
         GError       **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  lobe_secret_lookup_async (reference, cancellable, take_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return lobe_secret_lookup_finish (result, error);
}

static void
assert_key (const char *reference,
            const char *expected)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key = look_up (reference, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (key, ==, expected);
}

/* The error must say what it is about, and not give away what a file holds */
static void
assert_fails (const char *reference,
              LobeError   code,
              const char *mentions)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *key = look_up (reference, NULL, &error);

  g_assert_error (error, LOBE_ERROR, (int) code);
  g_assert_null (key);
  g_assert_nonnull (strstr (error->message, mentions));
  g_assert_null (strstr (error->message, "sk-"));
}

static char *
write_file (const char *name,
            const char *contents,
            gssize      length,
            int         mode)
{
  g_autofree char *path = g_build_filename (g_get_user_cache_dir (), name, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (g_get_user_cache_dir (), 0700), ==, 0);
  g_file_set_contents (path, contents, length, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, mode), ==, 0);

  return g_strconcat ("file:", path, NULL);
}

static void
test_environment (void)
{
  g_setenv ("LOBE_TEST_KEY", "sk-123", TRUE);
  assert_key ("env:LOBE_TEST_KEY", "sk-123");

  g_setenv ("LOBE_TEST_KEY", "sk-none-required-for-local", TRUE);
  assert_key ("env:LOBE_TEST_KEY", NULL);

  g_setenv ("LOBE_TEST_KEY", "", TRUE);
  assert_key ("env:LOBE_TEST_KEY", NULL);

  g_setenv ("LOBE_TEST_KEY", "sk-1\nX-Other: 2", TRUE);
  assert_fails ("env:LOBE_TEST_KEY", LOBE_ERROR_INVALID, "LOBE_TEST_KEY");

  g_unsetenv ("LOBE_TEST_KEY");
  assert_fails ("env:LOBE_TEST_KEY", LOBE_ERROR_AUTHENTICATION, "LOBE_TEST_KEY");
  assert_fails ("env:", LOBE_ERROR_INVALID, "env:");
}

static void
test_file (void)
{
  g_autofree char *plain = write_file ("plain", "sk-123", -1, 0600);
  g_autofree char *newline = write_file ("newline", "sk-123\n", -1, 0400);
  g_autofree char *crlf = write_file ("crlf", "sk-123\r\n", -1, 0600);
  g_autofree char *none = write_file ("none", "sk-none-required-for-local", -1, 0600);

  assert_key (plain, "sk-123");
  assert_key (newline, "sk-123");
  assert_key (crlf, "sk-123");
  assert_key (none, "sk-none-required-for-local");
}

static void
test_bad_file (void)
{
  g_autofree char *group = write_file ("group", "sk-123", -1, 0640);
  g_autofree char *others = write_file ("others", "sk-123", -1, 0604);
  g_autofree char *empty = write_file ("empty", "\n", -1, 0600);
  g_autofree char *lines = write_file ("lines", "sk-123\nsk-456\n", -1, 0600);
  g_autofree char *nul = write_file ("nul", "sk-123\0x", 8, 0600);
  g_autofree char *long_key = g_strnfill (64 * 1024 + 1, 'k');
  g_autofree char *too_long = write_file ("too-long", long_key, 64 * 1024 + 1, 0600);
  g_autofree char *longest = write_file ("longest", long_key, 64 * 1024, 0600);
  g_autofree char *folder = g_strconcat ("file:", g_get_user_cache_dir (), NULL);
  g_autofree char *fifo_path = g_build_filename (g_get_user_cache_dir (), "fifo", NULL);
  g_autofree char *fifo = g_strconcat ("file:", fifo_path, NULL);

  g_assert_cmpint (mkfifo (fifo_path, 0600), ==, 0);

  assert_fails (group, LOBE_ERROR_INVALID, "chmod 600");
  assert_fails (others, LOBE_ERROR_INVALID, "chmod 600");
  assert_fails (empty, LOBE_ERROR_AUTHENTICATION, "empty");
  assert_fails (lines, LOBE_ERROR_INVALID, "lines");
  assert_fails (nul, LOBE_ERROR_INVALID, "nul");
  assert_fails (too_long, LOBE_ERROR_INVALID, "too-long");
  assert_fails (folder, LOBE_ERROR_INVALID, "regular");
  assert_fails (fifo, LOBE_ERROR_INVALID, "regular");
  assert_fails ("file:/no/such/file", LOBE_ERROR_AUTHENTICATION, "/no/such/file");
  assert_fails ("file:relative", LOBE_ERROR_INVALID, "relative");
  assert_fails ("file:", LOBE_ERROR_INVALID, "file:");

  long_key[64 * 1024] = '\0';
  assert_key (longest, long_key);
}

static void
test_other_reference (void)
{
  assert_fails ("", LOBE_ERROR_UNSUPPORTED, "env:NAME");
  assert_fails ("secret-service:x", LOBE_ERROR_UNSUPPORTED, "file:/path");
  assert_fails ("sk-123", LOBE_ERROR_UNSUPPORTED, "env:NAME"); /* a key in the wrong place is not repeated */
}

static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *reference = write_file ("plain", "sk-123", -1, 0600);

  g_cancellable_cancel (cancellable);
  g_assert_null (look_up (reference, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/secret/environment", test_environment);
  g_test_add_func ("/secret/file", test_file);
  g_test_add_func ("/secret/bad-file", test_bad_file);
  g_test_add_func ("/secret/other-reference", test_other_reference);
  g_test_add_func ("/secret/cancel", test_cancel);

  return g_test_run ();
}
