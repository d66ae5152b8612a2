/* test-ndjson-parser.c: a stream of JSON texts falls into its lines, however it is cut */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "net/lobe-ndjson-parser.h"

#include <string.h>

#define MAX_LINE 4096

static gboolean
record (const char *line,
        gsize       length,
        gpointer    user_data)
{
  GString *log = user_data;

  g_assert_cmpuint (length, >, 0);
  g_assert_cmpint (line[length], ==, '\0');
  g_string_append_printf (log, "[%s]", line);
  if (strlen (line) != length)
    g_string_append_printf (log, "(%" G_GSIZE_FORMAT ")", length);

  return TRUE;
}

static void
push (LobeNdjsonParser *parser,
      const char       *bytes,
      gsize             length,
      GString          *log)
{
  g_autofree char *copy = g_memdup2 (bytes, length);
  g_autoptr (GError) error = NULL;

  g_assert_true (lobe_ndjson_parser_push (parser, copy, length, record, log, &error));
  g_assert_no_error (error);
}

static void
assert_cuts_are_equal (const char *stream,
                       gsize       length,
                       const char *expected)
{
  for (gsize cut = 0; cut <= length; cut++)
    {
      g_autoptr (LobeNdjsonParser) in_two = lobe_ndjson_parser_new (MAX_LINE);
      g_autoptr (LobeNdjsonParser) in_pieces = lobe_ndjson_parser_new (MAX_LINE);
      g_autoptr (GString) log = g_string_new (NULL);

      push (in_two, stream, cut, log);
      push (in_two, stream + cut, length - cut, log);
      g_string_append_c (log, '|');
      lobe_ndjson_parser_end (in_two, record, log);
      g_assert_cmpstr (log->str, ==, expected);

      g_string_truncate (log, 0);
      for (gsize i = 0; i < length; i += cut + 1)
        push (in_pieces, stream + i, MIN (cut + 1, length - i), log);
      g_string_append_c (log, '|');
      lobe_ndjson_parser_end (in_pieces, record, log);
      g_assert_cmpstr (log->str, ==, expected);
    }
}

static void
test_lines (void)
{
#define CHECK(stream, expected) assert_cuts_are_equal (stream, sizeof (stream) - 1, expected)
  CHECK ("", "|");
  CHECK ("{\"a\":1}\n{\"b\":2}\n", "[{\"a\":1}][{\"b\":2}]|");
  CHECK ("{}\r\n[]\r\n", "[{}][[]]|");
  CHECK ("\n\r\n \t\n{}\n\n\n  \r\n", "[{}]|");
  CHECK ("{}\n{\"a\":", "[{}]|[{\"a\":]");
  CHECK ("{}\n{}", "[{}]|[{}]");
  CHECK ("{}\n{}\r", "[{}]|[{}]");
  CHECK ("{}\n  ", "[{}]|");
  CHECK (" {}\r1\n", "[ {}\r1]|");
  CHECK ("\"\344\275\240\"\n", "[\"\344\275\240\"]|");
  CHECK ("\"\344\275\"\n\"\377\"\n", "[\"\357\277\275\"][\"\357\277\275\"]|");
  CHECK ("1\0002\n", "[1](3)|");
#undef CHECK
}

static void
test_fixtures (void)
{
  const char *names[] = { "chat.ndjson", "chat-tools.ndjson" };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (g_getenv ("LOBE_FIXTURES"), "net", names[i], NULL);
      g_autofree char *stream = NULL;
      g_autoptr (GString) expected = g_string_new (NULL);
      g_auto (GStrv) lines = NULL;
      g_autoptr (GError) error = NULL;
      gsize length;

      g_file_get_contents (path, &stream, &length, &error);
      g_assert_no_error (error);

      lines = g_strsplit (stream, "\n", -1);
      g_assert_cmpuint (g_strv_length (lines), >=, 3);
      for (gsize j = 0; lines[j] != NULL; j++)
        {
          if (*lines[j] != '\0')
            g_string_append_printf (expected, "[%s]", lines[j]);
        }
      g_string_append_c (expected, '|');
      assert_cuts_are_equal (stream, length, expected->str);
    }
}

static gboolean
stop_at_second (const char *line,
                gsize       length,
                gpointer    user_data)
{
  guint *count = user_data;

  return ++*count < 2;
}

static void
test_stop (void)
{
  g_autoptr (LobeNdjsonParser) parser = lobe_ndjson_parser_new (MAX_LINE);
  guint count = 0;

  g_assert_true (lobe_ndjson_parser_push (parser, "1\n2\n3\n4", 7, stop_at_second, &count, NULL));
  g_assert_cmpuint (count, ==, 2);
  g_assert_true (lobe_ndjson_parser_push (parser, "\n5\n", 3, stop_at_second, &count, NULL));
  g_assert_false (lobe_ndjson_parser_end (parser, stop_at_second, &count));
  g_assert_cmpuint (count, ==, 2);
}

static void
test_too_long (void)
{
  const char *stream = "[1]\n[12]\n[123]\n[4]\n";

  for (gsize piece = 1; piece <= strlen (stream); piece++)
    {
      g_autoptr (LobeNdjsonParser) parser = lobe_ndjson_parser_new (4);
      g_autoptr (GString) log = g_string_new (NULL);
      g_autoptr (GError) error = NULL;

      for (gsize i = 0; i < strlen (stream); i += piece)
        {
          if (!lobe_ndjson_parser_push (parser, stream + i, MIN (piece, strlen (stream) - i), record, log, &error))
            break;
        }
      g_assert_error (error, LOBE_ERROR, LOBE_ERROR_PROTOCOL);
      g_assert_cmpstr (log->str, ==, "[[1]][[12]]");
      g_assert_false (lobe_ndjson_parser_push (parser, "\n[5]\n", 5, record, log, NULL));
      g_assert_false (lobe_ndjson_parser_end (parser, record, log));
      g_assert_cmpstr (log->str, ==, "[[1]][[12]]");
    }
}

static void
test_end_without_callback (void)
{
  g_autoptr (LobeNdjsonParser) parser = lobe_ndjson_parser_new (MAX_LINE);
  g_autoptr (GString) log = g_string_new (NULL);

  push (parser, "{", 1, log);
  g_assert_true (lobe_ndjson_parser_end (parser, NULL, NULL));
  g_assert_false (lobe_ndjson_parser_end (parser, record, log));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/ndjson-parser/lines", test_lines);
  g_test_add_func ("/ndjson-parser/fixtures", test_fixtures);
  g_test_add_func ("/ndjson-parser/stop", test_stop);
  g_test_add_func ("/ndjson-parser/too-long", test_too_long);
  g_test_add_func ("/ndjson-parser/end-without-callback", test_end_without_callback);

  return g_test_run ();
}
