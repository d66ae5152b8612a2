/* fuzz-ndjson.c: a stream of lines in pieces gives the same lines as in one */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz.h"

#include "net/lobe-ndjson-parser.h"

#include <string.h>

typedef struct
{
  GString *log;
  gboolean failed;
  guint    left;   /* lines until it stops */
} Reader;

static gboolean
record (const char *line,
        gsize       length,
        gpointer    user_data)
{
  Reader *reader = user_data;

  g_assert_cmpuint (length, >, 0);
  g_assert_cmpint (line[length], ==, '\0');
  g_assert_null (memchr (line, '\n', length));
  g_assert_true (fuzz_is_utf8 (line, length));
  g_string_append_printf (reader->log, "%" G_GSIZE_FORMAT "\n", length);
  g_string_append_len (reader->log, line, length);

  return --reader->left > 0;
}

static void
push (LobeNdjsonParser *parser,
      const guint8     *bytes,
      gsize             length,
      Reader           *reader)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, length);
  g_autoptr (GError) error = NULL;

  if (!lobe_ndjson_parser_push (parser, copy, length, record, reader, &error))
    {
      g_assert_nonnull (error);
      reader->failed = TRUE;
    }
}

static void
finish (LobeNdjsonParser *parser,
        Reader           *reader)
{
  reader->left = 2;
  g_string_append (reader->log, "end");
  if (lobe_ndjson_parser_end (parser, record, reader))
    g_string_append (reader->log, "unfinished");
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        size_t        length)
{
  g_autoptr (LobeNdjsonParser) whole = NULL;
  g_autoptr (LobeNdjsonParser) pieces = NULL;
  g_autoptr (GString) whole_log = g_string_new (NULL);
  g_autoptr (GString) pieces_log = g_string_new (NULL);
  Reader whole_reader = { 0 }, pieces_reader = { 0 };
  gsize max_line;
  guint32 seed;

  if (length < 2)
    return 0;

  max_line = bytes[0] & 0x80 ? 1 + (bytes[0] & 0x7f) : 1 << 20;
  seed = bytes[1];
  whole_reader.log = whole_log;
  pieces_reader.log = pieces_log;
  whole_reader.left = pieces_reader.left = bytes[1] & 0x80 ? 3 : G_MAXUINT;
  bytes += 2;
  length -= 2;

  whole = lobe_ndjson_parser_new (max_line);
  push (whole, bytes, length, &whole_reader);
  finish (whole, &whole_reader);

  pieces = lobe_ndjson_parser_new (max_line);
  while (length > 0)
    {
      gsize next = fuzz_next_piece (&seed);
      gsize piece = MIN (next, length);

      push (pieces, bytes, piece, &pieces_reader);
      bytes += piece;
      length -= piece;
    }
  finish (pieces, &pieces_reader);

  g_assert_cmpint (whole_reader.failed, ==, pieces_reader.failed);
  g_assert_cmpmem (whole_log->str, whole_log->len, pieces_log->str, pieces_log->len);

  return 0;
}
