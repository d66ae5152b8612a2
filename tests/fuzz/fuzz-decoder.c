/* fuzz-decoder.c: an answer in pieces tells the same as in one */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz-decoder.h"

#include "fuzz.h"

#include "driver/lobe-sink-private.h"

/* Pieces of one kind that follow each other are joined: where they are cut is no matter. */
typedef struct
{
  GString       *log;
  LobeDeltaKind  last;
  guint          last_index;
  gboolean       ended;
} Reader;

static void
on_delta (const LobeDelta *delta,
          gpointer         user_data)
{
  Reader *reader = user_data;

  g_assert_false (reader->ended);
  g_assert_true (delta->length == 0 || delta->text != NULL);
  g_assert_true (g_utf8_validate (delta->text != NULL ? delta->text : "", delta->length, NULL));

  if (reader->log->len == 0 || delta->kind != reader->last || delta->index != reader->last_index || delta->kind > LOBE_DELTA_REASONING)
    g_string_append_printf (reader->log, "\n%d %u %s %s ", (int) delta->kind, delta->index,
                            delta->call_id != NULL ? delta->call_id : "-", delta->name != NULL ? delta->name : "-");
  if (delta->usage != NULL)
    g_string_append_printf (reader->log, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT, delta->usage->prompt_tokens,
                            delta->usage->completion_tokens);
  g_string_append_len (reader->log, delta->text, delta->length);
  reader->last = delta->kind;
  reader->last_index = delta->index;
}

static void
on_ended (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  Reader *reader = user_data;
  g_autoptr (GError) error = NULL;
  gssize reason = g_task_propagate_int (G_TASK (result), &error);

  g_assert_false (reader->ended);
  reader->ended = TRUE;
  g_string_append_printf (reader->log, "\nend %d %d", (int) reason, error != NULL ? error->code : -1);
}

/* Returns: what was told, with the end */
static char *
run (LobeStream   *(*new_stream) (LobeSink *sink),
     const guint8  *bytes,
     gsize          length,
     guint32       *seed)
{
  Reader reader = { g_string_new (NULL), LOBE_DELTA_TEXT, 0, FALSE };
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_ended, &reader);
  g_autoptr (LobeSink) sink = lobe_sink_new (task, on_delta, &reader, NULL);
  g_autoptr (LobeStream) stream = new_stream (sink);
  gboolean go_on = TRUE;

  while (go_on && length > 0)
    {
      gsize next = seed != NULL ? fuzz_next_piece (seed) : length;
      gsize piece = MIN (next, length);
      g_autofree guint8 *copy = g_memdup2 (bytes, piece);

      go_on = lobe_stream_push (stream, copy, piece, NULL);
      bytes += piece;
      length -= piece;
    }
  lobe_stream_end (stream, NULL);

  g_clear_pointer (&stream, lobe_stream_free);
  g_clear_object (&sink);
  g_clear_object (&task);
  while (!reader.ended)
    g_main_context_iteration (NULL, TRUE);

  return g_string_free_and_steal (reader.log);
}

/* The first byte says how the rest is cut. */
void
fuzz_decoder (LobeStream   *(*new_stream) (LobeSink *sink),
              const guint8  *bytes,
              gsize          length)
{
  g_autofree char *whole = NULL;
  g_autofree char *pieces = NULL;
  guint32 seed;

  if (length < 1)
    return;

  seed = bytes[0];
  whole = run (new_stream, bytes + 1, length - 1, NULL);
  pieces = run (new_stream, bytes + 1, length - 1, &seed);
  g_assert_cmpstr (whole, ==, pieces);
}
