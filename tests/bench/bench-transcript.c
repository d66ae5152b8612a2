/* bench-transcript.c: what streaming and opening cost in the transcript, beside a plain GtkTextView */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bench.h"

#include "app/transcript/lobe-transcript.h"

#include <adwaita.h>
#include <string.h>

#define TOKENS_PER_SECOND 1000
#define TOKENS_SHORT 8000
#define TOKENS_LONG 32000
#define MESSAGES 10000

/* A window that notes how much the frame had cost when the renderer begins. */
#define BENCH_TYPE_WINDOW (bench_window_get_type ())
G_DECLARE_FINAL_TYPE (BenchWindow, bench_window, BENCH, WINDOW, GtkWindow)
struct _BenchWindow
{
  GtkWindow parent_instance;
  GArray   *frames; /* of double, CPU seconds */
  double    before;
  double    snapshot;
  gboolean  painted;
};
G_DEFINE_FINAL_TYPE (BenchWindow, bench_window, GTK_TYPE_WINDOW)

static void
bench_window_snapshot (GtkWidget   *widget,
                       GtkSnapshot *snapshot)
{
  GTK_WIDGET_CLASS (bench_window_parent_class)->snapshot (widget, snapshot);
  BENCH_WINDOW (widget)->snapshot = bench_cpu ();
}

static void
bench_window_finalize (GObject *object)
{
  g_array_unref (BENCH_WINDOW (object)->frames);
  G_OBJECT_CLASS (bench_window_parent_class)->finalize (object);
}

static void
bench_window_class_init (BenchWindowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bench_window_finalize;
  GTK_WIDGET_CLASS (klass)->snapshot = bench_window_snapshot;
}

static void
bench_window_init (BenchWindow *self)
{
  self->frames = g_array_new (FALSE, FALSE, sizeof (double));
}

static void
before_paint_cb (GdkFrameClock *clock,
                 BenchWindow   *window)
{
  window->before = bench_cpu ();
  window->snapshot = 0;
}

static void
after_paint_cb (GdkFrameClock *clock,
                BenchWindow   *window)
{
  double cpu = (window->snapshot > 0 ? window->snapshot : bench_cpu ()) - window->before;

  g_array_append_val (window->frames, cpu);
  window->painted = TRUE;
}

static void
frame (BenchWindow *window)
{
  window->painted = FALSE;
  gdk_frame_clock_request_phase (gtk_widget_get_frame_clock (GTK_WIDGET (window)), GDK_FRAME_CLOCK_PHASE_PAINT);
  while (!window->painted)
    g_main_context_iteration (NULL, TRUE);
}

static BenchWindow *
new_window (GtkWidget *child)
{
  BenchWindow *window = g_object_new (BENCH_TYPE_WINDOW, "default-width", 1000, "default-height", 800, "child", child, NULL);
  GdkFrameClock *clock;

  gtk_window_present (GTK_WINDOW (window));
  while (!gtk_widget_get_mapped (GTK_WIDGET (window)))
    g_main_context_iteration (NULL, TRUE);
  clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));
  g_signal_connect (clock, "before-paint", G_CALLBACK (before_paint_cb), window);
  g_signal_connect (clock, "after-paint", G_CALLBACK (after_paint_cb), window);
  for (guint i = 0; i < 20; i++)
    frame (window);

  return window;
}

static void
close_window (BenchWindow *window)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (window));

  g_signal_handlers_disconnect_by_func (clock, before_paint_cb, window);
  g_signal_handlers_disconnect_by_func (clock, after_paint_cb, window);
  gtk_window_destroy (GTK_WINDOW (window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

/* An answer as models write them, cut into tokens of some four bytes. */
static const char *const document =
  "## How it works\n\nThe first thing to know is that **every token** costs something, so what is done for each of them has to be *little*. "
  "A buffer collects them, and once a frame `flush_cb` shows what came in. The paragraph that you read now is about as long as those that a "
  "model writes when it explains something, and it has a [link](https://www.gtk.org/) in it.\n\n"
  "1. Collect the tokens in a buffer.\n2. Flush it once a frame, and not more often than that, as nobody would see it.\n3. Lay out the last block only.\n\n"
  "```c\nstatic gboolean\nflush_cb (GtkWidget     *widget,\n          GdkFrameClock *clock,\n          gpointer       data)\n{\n"
  "  LobeRow *self = LOBE_ROW (widget);\n\n  lobe_row_append (self, self->pending->str);\n  g_string_truncate (self->pending, 0);\n\n"
  "  return G_SOURCE_CONTINUE;\n}\n```\n\n"
  "- What is above does not change, so it is not touched.\n- What is below does not exist yet.\n  - And nested things are rare.\n\n"
  "| Approach | Frame | Long chat |\n|---|---|---|\n| Every token | 38.0 ms | 210 MB |\n| Every frame | 4.1 ms | 96 MB |\n\n"
  "Another paragraph follows, as one does, to say what all this was about, and what to try next if it does not help: measure, change one thing, "
  "and measure again. Most of the time the answer is that something was done too often.\n\n";

static gsize
next_token (gsize at)
{
  static guint n;

  return at + 3 + n++ % 3;
}

typedef void (*AppendFunc) (gpointer    data,
                            const char *text,
                            gsize       length);
typedef void (*FrameFunc) (gpointer data);

typedef struct
{
  double first; /* CPU seconds of the first quarter */
  double last;
  double total;
} Cost;

static double
process_cpu (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);

  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

/* As a server at that speed would do it, whatever a frame costs: the tokens of a frame come in, then it is drawn. */
static Cost
stream (BenchWindow *window,
        guint        n_tokens,
        AppendFunc   append,
        FrameFunc    each_frame,
        gpointer     data)
{
  Cost cost = { 0 };
  gsize at = 0, length = strlen (document);
  double begin = process_cpu (), due = 0;
  guint token = 0;

  g_array_set_size (window->frames, 0);
  while (token < n_tokens)
    {
      double now = process_cpu () - begin;

      if (token < n_tokens / 4)
        cost.first = now;
      if (token < n_tokens / 4 * 3)
        cost.last = now;

      for (due += TOKENS_PER_SECOND / 60.0; token < due; token++)
        {
          gsize end = MIN (next_token (at), length);

          append (data, document + at, end - at);
          at = end < length ? end : 0;
        }
      frame (window);
      if (each_frame)
        each_frame (data);
    }

  cost.total = process_cpu () - begin;
  cost.last = cost.total - cost.last;

  return cost;
}

typedef struct
{
  GtkTextBuffer *buffer;
  GtkTextView   *view;
  GtkTextMark   *end;
} Plain;

static void
plain_append (gpointer    data,
              const char *text,
              gsize       length)
{
  Plain *plain = data;
  GtkTextIter iter;

  gtk_text_buffer_get_end_iter (plain->buffer, &iter);
  gtk_text_buffer_insert (plain->buffer, &iter, text, length);
  gtk_text_view_scroll_mark_onscreen (plain->view, plain->end);
}

static Cost
stream_plain (guint n_tokens)
{
  GtkWidget *view = gtk_text_view_new (), *scroller = gtk_scrolled_window_new ();
  BenchWindow *window;
  GtkTextIter iter;
  Plain plain = { .view = GTK_TEXT_VIEW (view), .buffer = gtk_text_view_get_buffer (GTK_TEXT_VIEW (view)) };
  Cost cost;

  gtk_text_view_set_wrap_mode (plain.view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_editable (plain.view, FALSE);
  gtk_text_view_set_cursor_visible (plain.view, FALSE);
  gtk_text_buffer_get_end_iter (plain.buffer, &iter);
  plain.end = gtk_text_buffer_create_mark (plain.buffer, NULL, &iter, FALSE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  window = new_window (scroller);
  cost = stream (window, n_tokens, plain_append, NULL, &plain);
  close_window (window);

  return cost;
}

typedef struct
{
  LobeMessage   *message;
  GtkAdjustment *adjustment;
  double         distance;
} Ours;

static void
ours_append (gpointer    data,
             const char *text,
             gsize       length)
{
  lobe_message_append (((Ours *) data)->message, LOBE_PART_TEXT, text, length);
}

static double
distance_to_end (GtkAdjustment *adjustment)
{
  return gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment) - gtk_adjustment_get_value (adjustment);
}

static void
ours_frame (gpointer data)
{
  Ours *ours = data;

  ours->distance = MAX (ours->distance, distance_to_end (ours->adjustment));
}

static GtkAdjustment *
adjustment_of (GtkWidget *transcript)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (gtk_widget_get_first_child (gtk_widget_get_first_child (transcript))));
}

static Cost
stream_ours (guint   n_tokens,
             guint   n_before,
             double *distance,
             GArray *frames)
{
  g_autoptr(LobeConversation) conversation = lobe_conversation_new ("c", NULL);
  g_autoptr(LobeMessage) question = lobe_message_new ("q", NULL, LOBE_ROLE_USER, 1);
  g_autoptr(LobeMessage) answer = NULL;
  GtkWidget *transcript = lobe_transcript_new ();
  BenchWindow *window;
  Ours ours = { 0 };
  Cost cost;

  lobe_message_append (question, LOBE_PART_TEXT, "How does it work?", -1);
  lobe_conversation_add (conversation, question);
  for (guint i = 0; i < n_before; i++)
    {
      g_autofree char *id = g_strdup_printf ("h%u", i);
      LobeMessage *leaf = lobe_conversation_get_leaf (conversation);
      g_autoptr(LobeMessage) message = lobe_message_new (id, lobe_message_get_id (leaf), i % 2 ? LOBE_ROLE_USER : LOBE_ROLE_ASSISTANT, 1);

      lobe_message_append (message, LOBE_PART_TEXT, i % 2 ? "And then?" : document, -1);
      lobe_conversation_add (conversation, message);
    }
  answer = lobe_message_new ("a", lobe_message_get_id (lobe_conversation_get_leaf (conversation)), LOBE_ROLE_ASSISTANT, 1);
  ours.message = answer;
  lobe_message_set_state (answer, LOBE_MESSAGE_STREAMING);
  lobe_conversation_add (conversation, answer);
  lobe_transcript_set_conversation (LOBE_TRANSCRIPT (transcript), conversation);
  ours.adjustment = adjustment_of (transcript);
  window = new_window (transcript);
  cost = stream (window, n_tokens, ours_append, ours_frame, &ours);
  *distance = ours.distance;
  g_array_set_size (frames, 0);
  g_array_append_vals (frames, window->frames->data, window->frames->len);
  close_window (window);

  return cost;
}

/* opening */

#define BENCH_TYPE_SOURCE (bench_source_get_type ())
G_DECLARE_FINAL_TYPE (BenchSource, bench_source, BENCH, SOURCE, GObject)
struct _BenchSource
{
  GObject    parent_instance;
  GPtrArray *asked;
};

static gboolean
answer_cb (gpointer data)
{
  BenchSource *self = data;
  g_autoptr(GPtrArray) asked = g_steal_pointer (&self->asked);

  self->asked = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < asked->len; i++)
    {
      LobeMessage *message = g_ptr_array_index (asked, i);
      g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func (g_object_unref);

      g_ptr_array_add (parts, lobe_part_new (LOBE_PART_TEXT, lobe_message_get_role (message) == LOBE_ROLE_USER ? "How does it work?" : document));
      lobe_message_set_parts (message, parts);
    }

  return G_SOURCE_REMOVE;
}

static void
bench_source_load (LobeMessageSource *source,
                   GPtrArray         *messages)
{
  BenchSource *self = BENCH_SOURCE (source);

  if (self->asked->len == 0)
    g_idle_add_full (G_PRIORITY_DEFAULT, answer_cb, self, NULL);
  for (guint i = 0; i < messages->len; i++)
    g_ptr_array_add (self->asked, g_object_ref (g_ptr_array_index (messages, i)));
}

static void
bench_source_iface_init (LobeMessageSourceInterface *iface)
{
  iface->load = bench_source_load;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (BenchSource, bench_source, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (LOBE_TYPE_MESSAGE_SOURCE, bench_source_iface_init))

static void
bench_source_finalize (GObject *object)
{
  g_ptr_array_unref (BENCH_SOURCE (object)->asked);
  G_OBJECT_CLASS (bench_source_parent_class)->finalize (object);
}

static void
bench_source_class_init (BenchSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = bench_source_finalize;
}

static void
bench_source_init (BenchSource *self)
{
  self->asked = g_ptr_array_new_with_free_func (g_object_unref);
}

static double
open_chat (guint n_messages)
{
  g_autoptr(BenchSource) source = g_object_new (BENCH_TYPE_SOURCE, NULL);
  g_autoptr(LobeConversation) conversation = lobe_conversation_new ("c", LOBE_MESSAGE_SOURCE (source));
  g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *last = NULL;
  GtkWidget *transcript = lobe_transcript_new ();
  BenchWindow *window = new_window (transcript);
  GtkAdjustment *adjustment = adjustment_of (transcript);
  double milliseconds;
  gboolean loaded;
  gint64 begin;

  for (guint i = 0; i < n_messages; i++)
    {
      char *id = g_strdup_printf ("m%u", i);

      g_ptr_array_add (messages, lobe_message_new_unloaded (id, last, i % 2 ? LOBE_ROLE_ASSISTANT : LOBE_ROLE_USER, LOBE_MESSAGE_DONE, 1, 12));
      g_free (last);
      last = id;
    }
  lobe_conversation_fill (conversation, messages, last);

  begin = g_get_monotonic_time ();
  lobe_transcript_set_conversation (LOBE_TRANSCRIPT (transcript), conversation);
  do
    {
      /* The page at the end comes from the source in one go; a frame is full if it was there before it began. */
      while (g_main_context_pending (NULL) && !lobe_message_get_loaded (lobe_conversation_get_leaf (conversation)))
        g_main_context_iteration (NULL, FALSE);
      loaded = lobe_message_get_loaded (lobe_conversation_get_leaf (conversation));
      frame (window);
    }
  while (!loaded || distance_to_end (adjustment) >= 1);
  milliseconds = (g_get_monotonic_time () - begin) / 1000.0;
  close_window (window);

  return milliseconds;
}

static gboolean
wanted (int          argc,
        char       **argv,
        const char  *figure)
{
  return argc < 2 || g_strv_contains ((const char *const *) argv + 1, figure);
}

int
main (int    argc,
      char **argv)
{
  g_autoptr(GArray) frames = g_array_new (FALSE, FALSE, sizeof (double));
  double distance = 0, values[5];
  Cost ours, plain;

  adw_init ();

  if (wanted (argc, argv, "stream"))
    {
      stream_plain (500); /* fonts and the like */
      stream_ours (500, 0, &distance, frames);

      plain = stream_plain (TOKENS_SHORT);
      ours = stream_ours (TOKENS_SHORT, 0, &distance, frames);
      bench_figure ("transcript.stream", ours.total * 1e6 / TOKENS_SHORT, "ms/1000 tokens", plain.total * 1e6 / TOKENS_SHORT, 1.0, TRUE);
      bench_limit ("transcript.stream.distance", distance, "px", 0, 0);
      g_array_sort (frames, bench_compare);
      bench_limit ("transcript.stream.frame.p999", g_array_index (frames, double, frames->len * 999 / 1000) * 1e3, "ms", 0, 16);
      bench_limit ("transcript.stream.frame.max", g_array_index (frames, double, frames->len - 1) * 1e3, "ms", 0, 16);
    }

  if (wanted (argc, argv, "growth"))
    {
      /* in a chat that has gone on for a while, so that the page is full and the list has all its rows from the start */
      ours = stream_ours (TOKENS_LONG, 24, &distance, frames);
      bench_figure ("transcript.growth", ours.last * 1e6 / (TOKENS_LONG / 4), "ms/1000 tokens", ours.first * 1e6 / (TOKENS_LONG / 4), 1.1, TRUE);
      bench_limit ("transcript.growth.distance", distance, "px", 0, 0);
    }

  if (wanted (argc, argv, "open"))
    {
      open_chat (100);
      for (guint i = 0; i < G_N_ELEMENTS (values); i++)
        values[i] = open_chat (MESSAGES);
      bench_limit ("transcript.open", bench_median (values, G_N_ELEMENTS (values)), "ms", 0, 100);
    }

  return 0;
}
