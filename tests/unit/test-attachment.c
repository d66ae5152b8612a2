/* test-attachment.c: what can be attached, where it is kept, and what is refused with which words */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store-fixture.h"

#include "store/lobe-attachment.h"

#include <string.h>
#include <sys/stat.h>

static LobePart *
attach (Fixture     *fixture,
        const char  *name,
        const char  *content,
        gsize        length,
        GError     **error)
{
  g_autofree char *path = g_build_filename (fixture->folder, name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GAsyncResult) result = NULL;

  if (content != NULL)
    g_assert_true (g_file_set_contents (path, content, (gssize) length, NULL));
  lobe_store_attach_async (fixture->store, file, NULL, on_result, &result);

  return lobe_store_attach_finish (fixture->store, wait_result (&result), error);
}

static void
test_text (Fixture       *fixture,
           gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LobePart) part = attach (fixture, "notes.md", "# Über\n", 8, &error);
  g_autoptr (LobePart) again = NULL;
  g_autoptr (LobePart) empty = NULL;
  g_autofree char *content = NULL;
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  guint n_files = 0;
  GStatBuf st;

  g_assert_no_error (error);
  g_assert_cmpint (lobe_part_get_kind (part), ==, LOBE_PART_FILE);
  g_assert_cmpstr (lobe_part_get_name (part), ==, "notes.md");
  g_assert_true (g_str_has_prefix (lobe_part_get_mime_type (part), "text/"));
  g_assert_cmpint (lobe_part_get_size (part), ==, 8);
  g_assert_true (g_file_get_contents (lobe_part_get_path (part), &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "# Über\n");
  g_assert_cmpint (g_stat (lobe_part_get_path (part), &st), ==, 0);
  g_assert_cmpint (st.st_mode & 0777, ==, 0600);

  /* the same content under another name is kept once, and nothing half written stays */
  again = attach (fixture, "other.txt", "# Über\n", 8, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (lobe_part_get_path (again), ==, lobe_part_get_path (part));
  folder = g_path_get_dirname (lobe_part_get_path (part));
  dir = g_dir_open (folder, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    n_files++;
  g_assert_cmpuint (n_files, ==, 1);

  empty = attach (fixture, "empty.txt", "", 0, &error);
  g_assert_no_error (error);
  g_assert_cmpint (lobe_part_get_size (empty), ==, 0);
}

static void
test_images (Fixture       *fixture,
             gconstpointer  data)
{
  static const struct
  {
    const char *content;
    gsize       length;
    const char *mime_type;
  } images[] = {
    { "\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16, "image/png" },
    { "\xff\xd8\xff\xe0\0\x10JFIF", 10, "image/jpeg" },
    { "GIF89a\1\0\1\0", 10, "image/gif" },
    { "RIFF\4\0\0\0WEBPVP8 ", 16, "image/webp" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (images); i++)
    {
      g_autoptr (GError) error = NULL;
      /* the name says something else, and is not believed */
      g_autoptr (LobePart) part = attach (fixture, "picture.txt", images[i].content, images[i].length, &error);

      g_assert_no_error (error);
      g_assert_cmpint (lobe_part_get_kind (part), ==, LOBE_PART_IMAGE);
      g_assert_cmpstr (lobe_part_get_mime_type (part), ==, images[i].mime_type);
    }
}

static void
assert_refused (Fixture    *fixture,
                const char *name,
                const char *content,
                gsize       length,
                int         code,
                const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (attach (fixture, name, content, length, &error));
  g_assert_error (error, LOBE_ERROR, code);
  if (strstr (error->message, words) == NULL)
    g_test_fail_printf ("“%s” does not say “%s”", error->message, words);
}

static void
test_refused (Fixture       *fixture,
              gconstpointer  data)
{
  g_autofree char *large = g_strnfill (LOBE_ATTACHMENT_MAX_TEXT + 1, 'x');
  g_autofree char *attachments = g_build_filename (fixture->folder, "attachments", NULL);

  assert_refused (fixture, "paper.pdf", "%PDF-1.7\n", 9, LOBE_ERROR_UNSUPPORTED, "PDF files are not supported yet");
  assert_refused (fixture, "program", "\x7f" "ELF\2\1\1\0", 8, LOBE_ERROR_UNSUPPORTED, "neither UTF-8 text nor");
  assert_refused (fixture, "latin.txt", "\xfc" "ber", 4, LOBE_ERROR_UNSUPPORTED, "neither UTF-8 text nor");
  assert_refused (fixture, "large.txt", large, LOBE_ATTACHMENT_MAX_TEXT + 1, LOBE_ERROR_UNSUPPORTED, "too large");
  assert_refused (fixture, "missing.txt", NULL, 0, LOBE_ERROR_INVALID, "can’t be read");
  g_assert_false (g_file_test (attachments, G_FILE_TEST_EXISTS));

  /* nowhere to keep it */
  g_assert_true (g_file_set_contents (attachments, "in the way", -1, NULL));
  assert_refused (fixture, "notes.txt", "text", 4, LOBE_ERROR_STORE, "can’t be kept");
}

static void
test_stored (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LobePart) part = attach (fixture, "notes.txt", "text", 4, &error);
  g_autoptr (LobeChat) chat = lobe_chat_new ("chat", 1);
  g_autoptr (LobeMessage) message = lobe_message_new ("message", NULL, LOBE_ROLE_USER, 1);
  g_autoptr (LobeConversation) conversation = NULL;
  LobePart *read;

  g_assert_no_error (error);
  lobe_message_add_part (message, part);
  g_assert_true (add_messages (fixture->store, chat, "message", &error, message, NULL));
  fixture_reopen (fixture);

  conversation = load_whole (fixture->store, "chat");
  read = lobe_message_get_part (lobe_conversation_get_leaf (conversation), LOBE_PART_FILE);
  g_assert_cmpstr (lobe_part_get_name (read), ==, "notes.txt");
  g_assert_cmpstr (lobe_part_get_hash (read), ==, lobe_part_get_hash (part));
  g_assert_cmpstr (lobe_part_get_path (read), ==, lobe_part_get_path (part));
  g_assert_cmpstr (lobe_part_get_mime_type (read), ==, "text/plain");
  g_assert_cmpint (lobe_part_get_size (read), ==, 4);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, func) g_test_add ("/attachment/" path, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("text", test_text);
  ADD ("images", test_images);
  ADD ("refused", test_refused);
  ADD ("stored", test_stored);

  return g_test_run ();
}
