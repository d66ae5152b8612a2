/* test-sse-parser.c: event streams mean what the standard says, however they are cut */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "net/lobe-sse-parser.h"

#include <string.h>

#define MAX_EVENT 4096

/* Writes every event as "type|id|data\n", with what would confuse that form escaped */
static gboolean
record (const LobeSseEvent *event,
        gpointer            user_data)
{
  g_autofree char *data = g_strescape (event->data, NULL);
  GString *log = user_data;

  g_assert_cmpuint (strnlen (event->data, event->length), <=, event->length);
  g_assert_cmpint (event->data[event->length], ==, '\0');
  g_string_append_printf (log, "%s|%s|%s", event->type, event->id, data);
  if (strlen (event->data) != event->length)
    g_string_append_printf (log, "(%" G_GSIZE_FORMAT ")", event->length);
  g_string_append_c (log, '\n');

  return TRUE;
}

static void
finish (LobeSseParser *parser,
        GString       *log)
{
  gsize before = log->len;
  gboolean unfinished;

  unfinished = lobe_sse_parser_end (parser, record, log);
  g_assert_cmpint (unfinished, ==, log->len > before);
  if (unfinished)
    g_string_insert (log, before, "unfinished: ");
  g_string_append_printf (log, "retry=%" G_GINT64_FORMAT, lobe_sse_parser_get_retry (parser));
}

static void
push (LobeSseParser *parser,
      const char    *bytes,
      gsize          length,
      GString       *log)
{
  /* a copy of its own, so that a look past its end is seen by the sanitizer */
  g_autofree char *copy = g_memdup2 (bytes, length);
  g_autoptr (GError) error = NULL;

  lobe_sse_parser_push (parser, copy, length, record, log, &error);
  g_assert_no_error (error);
}

static char *
parse_in_two (const char *stream,
              gsize       length,
              gsize       cut)
{
  g_autoptr (LobeSseParser) parser = lobe_sse_parser_new (MAX_EVENT);
  GString *log = g_string_new (NULL);

  push (parser, stream, cut, log);
  push (parser, stream + cut, length - cut, log);
  finish (parser, log);

  return g_string_free (log, FALSE);
}

static char *
parse_in_pieces (const char *stream,
                 gsize       length,
                 gsize       piece)
{
  g_autoptr (LobeSseParser) parser = lobe_sse_parser_new (MAX_EVENT);
  GString *log = g_string_new (NULL);

  for (gsize i = 0; i < length; i += piece)
    push (parser, stream + i, MIN (piece, length - i), log);
  finish (parser, log);

  return g_string_free (log, FALSE);
}

static void
assert_cuts_are_equal (const char *stream,
                       gsize       length,
                       const char *expected)
{
  for (gsize piece = 1; piece <= MIN (length, 7); piece++)
    {
      g_autofree char *got = parse_in_pieces (stream, length, piece);

      g_assert_cmpstr (got, ==, expected);
    }

  for (gsize cut = 0; cut <= length; cut++)
    {
      g_autofree char *got = parse_in_two (stream, length, cut);

      g_assert_cmpstr (got, ==, expected);
    }
}

#define CASE(name, stream, expected) { name, stream, sizeof (stream) - 1, expected }

static const struct
{
  const char *name;
  const char *stream;
  gsize       length;
  const char *expected;
} cases[] = {
  /* the examples of the standard's section "Interpreting an event stream" */
  CASE ("stock", "data: YHOO\ndata: +2\ndata: 10\n\n", "message||YHOO\\n+2\\n10\nretry=-1"),
  CASE ("ids", ": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event",
        "message|1|first event\nmessage||second event\nunfinished: message|| third event\nretry=-1"),
  CASE ("empty", "data\n\ndata\ndata\n\ndata:", "message||\nmessage||\\n\nunfinished: message||\nretry=-1"),
  CASE ("space", "data:test\n\ndata: test\n\n", "message||test\nmessage||test\nretry=-1"),

  /* line ends */
  CASE ("crlf", "data: a\r\ndata: b\r\n\r\ndata: c\r\n\r\n", "message||a\\nb\nmessage||c\nretry=-1"),
  CASE ("cr", "data: a\rdata: b\r\rdata: c\r\r", "message||a\\nb\nmessage||c\nretry=-1"),
  CASE ("mixed", "data: a\rdata: b\ndata: c\r\n\ndata: d\n\r", "message||a\\nb\\nc\nmessage||d\nretry=-1"),
  CASE ("lfcr", "data: a\n\rdata: b\n\r\n", "message||a\nmessage||b\nretry=-1"),
  CASE ("crcrlf", "data: a\r\r\ndata: b\r\n\r", "message||a\nmessage||b\nretry=-1"),
  CASE ("no other line ends", "data: a\vb\fc\302\205d\342\200\250e\n\n",
        "message||a\\vb\\fc\\302\\205d\\342\\200\\250e\nretry=-1"),

  /* byte order mark */
  CASE ("bom", "\357\273\277data: a\n\n", "message||a\nretry=-1"),
  CASE ("second bom", "\357\273\277\357\273\277data: a\n\n", "retry=-1"),
  CASE ("late bom", "data: a\n\n\357\273\277data: b\n\ndata: c\n\n", "message||a\nmessage||c\nretry=-1"),
  CASE ("half a bom", "\357\273data: a\n\ndata: b\n\n", "message||b\nretry=-1"),
  CASE ("most of a bom", "\357\273\276data: a\n\ndata: b\n\n", "message||b\nretry=-1"),
  CASE ("nothing but a bom", "\357\273\277", "retry=-1"),
  CASE ("bom in data", "data: \357\273\277a\n\n", "message||\\357\\273\\277a\nretry=-1"),

  /* fields */
  CASE ("comments", ":\n: data: x\n:data\ndata: a\n:b\n\n", "message||a\nretry=-1"),
  CASE ("nothing before the colon is a comment", ":event: x\n\n: a\r\n\r\n", "retry=-1"),
  CASE ("unknown", "dat: x\ndataa: x\n data: x\nData: x\ndata : x\nfoo\ndata: a\n\n", "message||a\nretry=-1"),
  CASE ("event", "event: ping\ndata: a\n\ndata: b\n\n", "ping||a\nmessage||b\nretry=-1"),
  CASE ("event twice", "event: a\nevent: b\ndata: c\n\nevent: d\nevent\ndata: e\n\n", "b||c\nmessage||e\nretry=-1"),
  CASE ("event without data", "event: ping\n\ndata: a\n\n", "message||a\nretry=-1"),
  CASE ("colons", "data: a: b\ndata::c\ndata: :d\n\n", "message||a: b\\n:c\\n:d\nretry=-1"),
  CASE ("only one space", "data:  a \ndata:\tb\n\n", "message|| a \\n\\tb\nretry=-1"),
  CASE ("many blank lines", "\n\n\ndata: a\n\n\n\r\n\r\rdata: b\n\n\n", "message||a\nmessage||b\nretry=-1"),
  CASE ("id stays", "id: 7\ndata: a\n\ndata: b\n\n", "message|7|a\nmessage|7|b\nretry=-1"),
  CASE ("id of an event without data", "id: 7\n\ndata: b\n\n", "message|7|b\nretry=-1"),
  CASE ("id with nul", "id: 7\nid: 8\0\ndata: a\n\nid: \0\ndata: b\n\n", "message|7|a\nmessage|7|b\nretry=-1"),
  CASE ("retry", "retry: 1500\n\n", "retry=1500"),
  CASE ("retry with other things", "retry: 15\nretry: 1x\nretry: -1\nretry: 1 \nretry:\nretry\nretry: \302\2622\n", "retry=15"),
  CASE ("retry without space", "retry:007\n", "retry=7"),
  CASE ("huge retry", "retry: 99999999999999999999999\n", "retry=9223372036854775807"),

  /* the end */
  CASE ("nothing", "", "retry=-1"),
  CASE ("no blank line", "data: a\n\ndata: b\n", "message||a\nunfinished: message||b\nretry=-1"),
  CASE ("no line end", "data: a\n\nevent: x\ndata: b\ndata: c", "message||a\nunfinished: x||b\\nc\nretry=-1"),
  CASE ("cut in a name", "data: a\ndat", "unfinished: message||a\nretry=-1"),
  CASE ("cut after a name", "data: a\ndata", "unfinished: message||a\nretry=-1"),
  CASE ("cut in an id", "id: 1\ndata: a\nid: 2", "unfinished: message|1|a\nretry=-1"),
  CASE ("cut in a retry", "retry: 10", "retry=-1"),
  CASE ("no data at the end", "event: x\nid: 3\n", "retry=-1"),
  CASE ("ends with cr", "data: a\r\r", "message||a\nretry=-1"),

  /* characters */
  CASE ("utf-8", "data: \344\275\240\345\245\275 \360\237\246\236\n\n", "message||\\344\\275\\240\\345\\245\\275 \\360\\237\\246\\236\nretry=-1"),
  CASE ("nul", "data: a\0b\n\n", "message||a(3)\nretry=-1"),
};

static void
test_case (gconstpointer data)
{
  gsize i = GPOINTER_TO_SIZE (data);

  assert_cuts_are_equal (cases[i].stream, cases[i].length, cases[i].expected);
}

/* The replacements that the Encoding Standard and Unicode ask for: one for each longest beginning of a character */
static const struct
{
  const char *bytes;
  const char *text;
} broken[] = {
  { "\377", "?" },
  { "a\200b", "a?b" },
  { "\200\277", "??" },
  { "\300\257", "??" },                          /* overlong */
  { "\340\200\257", "???" },
  { "\360\200\200\257", "????" },
  { "\355\240\200", "???" },                     /* a surrogate */
  { "\364\220\200\200", "????" },                /* above U+10FFFF */
  { "\365\200\200\200", "????" },
  { "\342\202", "?" },                           /* cut */
  { "\342\202x", "?x" },
  { "\360\237\246", "?" },
  { "\360\237\246\360\237\246\236", "?\360\237\246\236" },
  { "\303\303\251", "?\303\251" },
  { "\341\200\342\360\221\222\361\277\101", "????A" }, /* Unicode, table 3-11 */
};

static gboolean
take_text (const LobeSseEvent *event,
           gpointer            user_data)
{
  char **text = user_data;

  g_assert_true (g_utf8_validate (event->data, event->length, NULL));
  g_assert_true (g_utf8_validate (event->type, -1, NULL));
  g_assert_true (g_utf8_validate (event->id, -1, NULL));
  g_assert_cmpstr (event->data, ==, event->type);
  g_assert_cmpstr (event->data, ==, event->id);
  g_set_str (text, event->data);

  return TRUE;
}

static void
test_broken_utf8 (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    {
      g_autofree char *stream = g_strdup_printf ("event:%s\nid:%s\ndata:%s\n\n",
                                                 broken[i].bytes, broken[i].bytes, broken[i].bytes);
      g_auto (GStrv) parts = g_strsplit (broken[i].text, "?", -1);
      g_autofree char *expected = g_strjoinv ("\357\277\275", parts);

      for (gsize cut = 0; cut <= strlen (stream); cut++)
        {
          g_autoptr (LobeSseParser) parser = lobe_sse_parser_new (MAX_EVENT);
          g_autoptr (GError) error = NULL;
          g_autofree char *text = NULL;

          lobe_sse_parser_push (parser, stream, cut, take_text, &text, &error);
          g_assert_no_error (error);
          lobe_sse_parser_push (parser, stream + cut, strlen (stream) - cut, take_text, &text, &error);
          g_assert_no_error (error);
          g_assert_cmpstr (text, ==, expected);
        }
    }
}

/* A character cut between two data lines is no character, also where its halves would fit */
static void
test_utf8_over_lines (void)
{
  const char *stream = "data: \303\ndata: \251\n\n";
  g_autofree char *log = parse_in_two (stream, strlen (stream), strlen (stream));

  g_assert_cmpstr (log, ==, "message||\\357\\277\\275\\n\\357\\277\\275\nretry=-1");
}

static const char *fixtures[] = { "chat-zh.sse", "chat-vllm.sse", "messages.sse", "gemini.sse" };

static void
test_fixture (gconstpointer name)
{
  g_autofree char *path = g_build_filename (g_getenv ("LOBE_FIXTURES"), "net", name, NULL);
  g_autofree char *stream = NULL;
  g_autofree char *expected = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  guint events = 0;

  g_file_get_contents (path, &stream, &length, &error);
  g_assert_no_error (error);

  expected = parse_in_two (stream, length, length);
  for (const char *p = expected; (p = strchr (p, '\n')) != NULL; p++)
    events++;
  g_assert_cmpuint (events, >=, 5);
  g_assert_null (strstr (expected, "unfinished"));

  assert_cuts_are_equal (stream, length, expected);
}

static gboolean
stop_at_second (const LobeSseEvent *event,
                gpointer            user_data)
{
  guint *count = user_data;

  return ++*count < 2;
}

static void
test_stop (void)
{
  g_autoptr (LobeSseParser) parser = lobe_sse_parser_new (MAX_EVENT);
  g_autoptr (GError) error = NULL;
  const char *stream = "data: a\n\ndata: b\n\ndata: c\n\ndata: d";
  guint count = 0;

  g_assert_true (lobe_sse_parser_push (parser, stream, strlen (stream), stop_at_second, &count, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (count, ==, 2);
  g_assert_true (lobe_sse_parser_push (parser, stream, strlen (stream), stop_at_second, &count, &error));
  g_assert_false (lobe_sse_parser_end (parser, stop_at_second, &count));
  g_assert_cmpuint (count, ==, 2);
}

/* In one push or byte by byte, the same events come before the same error */
static void
assert_too_long (const char *stream,
                 gsize       max_event,
                 guint       events_before)
{
  for (gsize piece = 1; piece <= strlen (stream); piece++)
    {
      g_autoptr (LobeSseParser) parser = lobe_sse_parser_new (max_event);
      g_autoptr (GString) log = g_string_new (NULL);
      g_autoptr (GError) error = NULL;
      guint events = 0;

      for (gsize i = 0; i < strlen (stream); i += piece)
        {
          if (!lobe_sse_parser_push (parser, stream + i, MIN (piece, strlen (stream) - i), record, log, &error))
            break;
        }
      g_assert_error (error, LOBE_ERROR, LOBE_ERROR_PROTOCOL);
      for (gsize i = 0; i < log->len; i++)
        events += log->str[i] == '\n';
      g_assert_cmpuint (events, ==, events_before);

      g_clear_error (&error);
      g_assert_false (lobe_sse_parser_push (parser, "data: z\n\n", 9, record, log, &error));
      g_assert_error (error, LOBE_ERROR, LOBE_ERROR_PROTOCOL);
      g_assert_false (lobe_sse_parser_push (parser, "data: z\n\n", 9, record, log, NULL));
      g_assert_false (lobe_sse_parser_end (parser, record, log));
    }
}

static void
test_too_long (void)
{
  g_autofree char *fits = NULL;

  assert_too_long ("data: a\n\ndata: 0123456789\n\n", 15, 1);
  assert_too_long ("data: a\n\ndata: 0123456789", 15, 1);
  assert_too_long ("data: a\n\ndata: b\n\n: 0123456789abcdef\n", 15, 2);
  assert_too_long ("data:0123\ndata:4567\ndata:8\n\n", 10, 0);

  fits = parse_in_pieces ("data:0123\ndata:4567\n\n", 21, 3);
  g_assert_cmpstr (fits, ==, "message||0123\\n4567\nretry=-1");
}

static void
test_max_is_inclusive (void)
{
  g_autoptr (LobeSseParser) parser = lobe_sse_parser_new (9);
  g_autoptr (GString) log = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (lobe_sse_parser_push (parser, "data:0123\ndata:4567\n\n", 21, record, log, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (log->str, ==, "message||0123\\n4567\n");
}

static void
test_end_without_callback (void)
{
  g_autoptr (LobeSseParser) parser = lobe_sse_parser_new (MAX_EVENT);
  g_autoptr (GString) log = g_string_new (NULL);

  push (parser, "data: a", 7, log);
  g_assert_true (lobe_sse_parser_end (parser, NULL, NULL));
  g_assert_false (lobe_sse_parser_end (parser, record, log));
  g_assert_cmpstr (log->str, ==, "");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/sse-parser/case/", cases[i].name, NULL);

      g_test_add_data_func (path, GSIZE_TO_POINTER (i), test_case);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (fixtures); i++)
    {
      g_autofree char *path = g_strconcat ("/sse-parser/fixture/", fixtures[i], NULL);

      g_test_add_data_func (path, fixtures[i], test_fixture);
    }
  g_test_add_func ("/sse-parser/broken-utf8", test_broken_utf8);
  g_test_add_func ("/sse-parser/utf8-over-lines", test_utf8_over_lines);
  g_test_add_func ("/sse-parser/stop", test_stop);
  g_test_add_func ("/sse-parser/too-long", test_too_long);
  g_test_add_func ("/sse-parser/max-is-inclusive", test_max_is_inclusive);
  g_test_add_func ("/sse-parser/end-without-callback", test_end_without_callback);

  return g_test_run ();
}
