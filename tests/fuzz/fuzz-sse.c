/* fuzz-sse.c: an event stream in pieces gives the same events as in one */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz.h"

#include "net/lobe-sse-parser.h"

#include <string.h>

typedef struct
{
  GString *log;
  gboolean failed;
  guint    left;   /* events until it stops */
} Reader;

static gboolean
record (const LobeSseEvent *event,
        gpointer            user_data)
{
  Reader *reader = user_data;

  g_assert_cmpint (event->data[event->length], ==, '\0');
  g_assert_true (fuzz_is_utf8 (event->data, event->length));
  g_assert_true (g_utf8_validate (event->type, -1, NULL));
  g_assert_true (g_utf8_validate (event->id, -1, NULL));

  g_string_append_printf (reader->log, "%s\n%s\n%" G_GSIZE_FORMAT "\n", event->type, event->id, event->length);
  g_string_append_len (reader->log, event->data, event->length);

  return --reader->left > 0;
}

static void
push (LobeSseParser *parser,
      const guint8  *bytes,
      gsize          length,
      Reader        *reader)
{
  g_autofree guint8 *copy = g_memdup2 (bytes, length);
  g_autoptr (GError) error = NULL;

  if (!lobe_sse_parser_push (parser, copy, length, record, reader, &error))
    {
      g_assert_nonnull (error);
      reader->failed = TRUE;
    }
}

static void
finish (LobeSseParser *parser,
        Reader        *reader)
{
  reader->left = 2;
  g_string_append (reader->log, "end");
  if (lobe_sse_parser_end (parser, record, reader))
    g_string_append (reader->log, "unfinished");
  g_string_append_printf (reader->log, "%" G_GINT64_FORMAT, lobe_sse_parser_get_retry (parser));
  if (lobe_sse_parser_get_stray (parser) != NULL)
    g_string_append (reader->log, lobe_sse_parser_get_stray (parser));
}

int
LLVMFuzzerTestOneInput (const guint8 *bytes,
                        size_t        length)
{
  g_autoptr (LobeSseParser) whole = NULL;
  g_autoptr (LobeSseParser) pieces = NULL;
  g_autoptr (GString) whole_log = g_string_new (NULL);
  g_autoptr (GString) pieces_log = g_string_new (NULL);
  Reader whole_reader = { 0 }, pieces_reader = { 0 };
  gsize max_event;
  guint32 seed;

  if (length < 2)
    return 0;

  max_event = bytes[0] & 0x80 ? 1 + (bytes[0] & 0x7f) : 1 << 20;
  seed = bytes[1];
  whole_reader.log = whole_log;
  pieces_reader.log = pieces_log;
  whole_reader.left = pieces_reader.left = bytes[1] & 0x80 ? 3 : G_MAXUINT;
  bytes += 2;
  length -= 2;

  whole = lobe_sse_parser_new (max_event);
  push (whole, bytes, length, &whole_reader);
  finish (whole, &whole_reader);

  pieces = lobe_sse_parser_new (max_event);
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
