/* bench-parsers.c: the stream parsers against a count of the lines of the same bytes */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bench.h"

#include "net/lobe-ndjson-parser.h"
#include "net/lobe-sse-parser.h"

#include <string.h>

#define TOKENS 40000
#define ROUNDS 15
#define READ (32 * 1024) /* what one reading of a body gives at most */

/* One-token events as llama-server sends them */
static GString *
make_sse (void)
{
  GString *stream = g_string_new (NULL);

  for (guint i = 0; i < TOKENS; i++)
    g_string_append_printf (stream, "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"content\":\" w%u\"}}],"
                            "\"created\":1795415286,\"id\":\"chatcmpl-0MfnehI0OSgvFAgUkxXSAbEclSa5FWZO\",\"model\":\"gemma-270m\","
                            "\"system_fingerprint\":\"b11669-Debian\",\"object\":\"chat.completion.chunk\"}\n\n", i % 1000);

  return stream;
}

/* The same as Ollama sends them */
static GString *
make_ndjson (void)
{
  GString *stream = g_string_new (NULL);

  for (guint i = 0; i < TOKENS; i++)
    g_string_append_printf (stream, "{\"model\":\"gemma270\",\"created_at\":\"2026-11-23T06:18:54.741949%03uZ\",\"message\":"
                            "{\"role\":\"assistant\",\"content\":\" w%u\"},\"done\":false}\n", i % 1000, i % 1000);

  return stream;
}

static gboolean
count_event (const LobeSseEvent *event,
             gpointer            user_data)
{
  gsize *count = user_data;

  *count += event->data[0] == '{';

  return TRUE;
}

static gboolean
count_line (const char *line,
            gsize       length,
            gpointer    user_data)
{
  gsize *count = user_data;

  *count += line[0] == '{';

  return TRUE;
}

static gsize
parse_sse (const char *bytes,
           gsize       length)
{
  g_autoptr (LobeSseParser) parser = lobe_sse_parser_new (16 << 20);
  gsize count = 0;

  for (gsize i = 0; i < length; i += READ)
    lobe_sse_parser_push (parser, bytes + i, MIN (READ, length - i), count_event, &count, NULL);

  return count;
}

static gsize
parse_ndjson (const char *bytes,
              gsize       length)
{
  g_autoptr (LobeNdjsonParser) parser = lobe_ndjson_parser_new (16 << 20);
  gsize count = 0;

  for (gsize i = 0; i < length; i += READ)
    lobe_ndjson_parser_push (parser, bytes + i, MIN (READ, length - i), count_line, &count, NULL);

  return count;
}

static gsize
count_lines (const char *bytes,
             gsize       length)
{
  const char *end = bytes + length;
  gsize count = 0;

  while ((bytes = memchr (bytes, '\n', end - bytes)) != NULL)
    {
      bytes++;
      count++;
    }

  return count;
}

static void
measure (const char *figure,
         GString    *stream,
         gsize     (*parse) (const char *bytes,
                             gsize       length),
         gsize       lines_each)
{
  double ours[ROUNDS], theirs[ROUNDS];

  for (guint i = 0; i < ROUNDS; i++)
    {
      double start = bench_cpu ();
      double middle;
      gsize count;

      count = parse (stream->str, stream->len);
      middle = bench_cpu ();
      g_assert_cmpuint (count, ==, TOKENS);
      ours[i] = stream->len / 1e6 / (middle - start);

      start = bench_cpu ();
      count = count_lines (stream->str, stream->len);
      middle = bench_cpu ();
      g_assert_cmpuint (count, ==, TOKENS * lines_each);
      theirs[i] = stream->len / 1e6 / (middle - start);
    }

  bench_figure (figure, bench_median (ours, ROUNDS), "MB/s", bench_median (theirs, ROUNDS), 0.2, FALSE);
}

int
main (void)
{
  g_autoptr (GString) sse = make_sse ();
  g_autoptr (GString) ndjson = make_ndjson ();

  measure ("sse parser", sse, parse_sse, 2);
  measure ("ndjson parser", ndjson, parse_ndjson, 1);

  return 0;
}
