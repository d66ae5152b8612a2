/* bench-transcript.c: what streaming and opening cost in the transcript, beside a plain GtkTextView */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bench.h"

#include "app/transcript/lobe-transcript.h"

#include <adwaita.h>
#include <string.h>

#define TOKENS_PER_SECOND 1000
#define TOKENS_SHORT 16000
#define ROUNDS 4
#define TOKENS_LONG 32000
#define TURN 1000
#define MESSAGES 10000
#define OPENINGS 5

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

/* One window that text streams into. */
typedef struct
{
  BenchWindow   *window;
  AppendFunc     append;
  gpointer       data;
  GtkAdjustment *adjustment;
  gsize          at; /* in the document */
  double         due;
  guint          token;
  double         cpu; /* seconds of the process, renderer and all */
  double         distance;
} Stream;

static double
process_cpu (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);

  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static double
distance_to_end (GtkAdjustment *adjustment)
{
  return gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment) - gtk_adjustment_get_value (adjustment);
}

/* As a server at that speed would do it, whatever a frame costs: the tokens of a frame come in, then it is drawn. */
static void
stream (Stream *self,
        guint   n_tokens)
{
  guint until = self->token + n_tokens;
  gsize length = strlen (document);
  double begin = process_cpu ();

  while (self->token < until)
    {
      for (self->due += TOKENS_PER_SECOND / 60.0; self->token < self->due; self->token++)
        {
          gsize end = MIN (next_token (self->at), length);

          self->append (self->data, document + self->at, end - self->at);
          self->at = end < length ? end : 0;
        }
      frame (self->window);
      self->distance = MAX (self->distance, distance_to_end (self->adjustment));
    }
  self->cpu += process_cpu () - begin;
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

static void
begin_plain (Stream *self,
             Plain  *plain)
{
  GtkWidget *view = gtk_text_view_new (), *scroller = gtk_scrolled_window_new ();
  GtkTextIter iter;

  plain->view = GTK_TEXT_VIEW (view);
  plain->buffer = gtk_text_view_get_buffer (plain->view);
  gtk_text_view_set_wrap_mode (plain->view, GTK_WRAP_WORD_CHAR);
  gtk_text_view_set_editable (plain->view, FALSE);
  gtk_text_view_set_cursor_visible (plain->view, FALSE);
  gtk_text_buffer_get_end_iter (plain->buffer, &iter);
  plain->end = gtk_text_buffer_create_mark (plain->buffer, NULL, &iter, FALSE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), view);
  self->append = plain_append;
  self->data = plain;
  self->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  self->window = new_window (scroller);
}

static void
ours_append (gpointer    data,
             const char *text,
             gsize       length)
{
  lobe_message_append (data, LOBE_PART_TEXT, text, length);
}

static GtkAdjustment *
adjustment_of (GtkWidget *transcript)
{
  return gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (gtk_widget_get_first_child (gtk_widget_get_first_child (transcript))));
}

static void
begin_ours (Stream *self,
            guint   n_before)
{
  g_autoptr(LobeConversation) conversation = lobe_conversation_new ("c", NULL);
  g_autoptr(LobeMessage) question = lobe_message_new ("q", NULL, LOBE_ROLE_USER, 1);
  g_autoptr(LobeMessage) answer = NULL;
  GtkWidget *transcript = lobe_transcript_new ();

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
  lobe_message_set_state (answer, LOBE_MESSAGE_STREAMING);
  lobe_conversation_add (conversation, answer);
  lobe_transcript_set_conversation (LOBE_TRANSCRIPT (transcript), conversation);
  self->append = ours_append;
  self->data = answer; /* the conversation keeps it */
  self->adjustment = adjustment_of (transcript);
  self->window = new_window (transcript);
}

/* Other processes use the machine too, and more at one time than at another; so what is compared takes turns, here and
 * below. Each time in a window of its own, as one that paused fades its scrollbar in again. */
static void
bench_stream (void)
{
  g_autoptr(GArray) frames = g_array_new (FALSE, FALSE, sizeof (double));
  double ours_cpu = 0, plain_cpu = 0, distance = 0;

  for (guint i = 0; i <= ROUNDS; i++)
    {
      Stream ours = { 0 }, plain = { 0 };
      Plain text;

      begin_plain (&plain, &text);
      stream (&plain, TOKENS_SHORT / ROUNDS);
      close_window (plain.window);
      begin_ours (&ours, 0);
      g_array_set_size (ours.window->frames, 0);
      stream (&ours, TOKENS_SHORT / ROUNDS);
      if (i > 0) /* before that, fonts and the like */
        {
          plain_cpu += plain.cpu;
          ours_cpu += ours.cpu;
          distance = MAX (distance, ours.distance);
          g_array_append_vals (frames, ours.window->frames->data, ours.window->frames->len);
        }
      close_window (ours.window);
    }

  bench_figure ("transcript.stream", ours_cpu * 1e6 / TOKENS_SHORT, "ms of CPU/1000 tokens", plain_cpu * 1e6 / TOKENS_SHORT, 1.0, TRUE);
  bench_limit ("transcript.stream.distance", distance, "px", 0, 0);
  g_array_sort (frames, bench_compare);
  bench_limit ("transcript.stream.frame.p999", g_array_index (frames, double, frames->len * 999 / 1000) * 1e3, "ms", 0, 16);
  bench_limit ("transcript.stream.frame.max", g_array_index (frames, double, frames->len - 1) * 1e3, "ms", 0, 16);
}

/* In a chat that has gone on for a while, so that the page is full and the list has all its rows from the start. */
static void
bench_growth (void)
{
  Stream first = { 0 }, last = { 0 };

  begin_ours (&last, 24);
  stream (&last, TOKENS_LONG / 4 * 3);
  last.cpu = 0;
  begin_ours (&first, 24);
  for (guint i = 0; i < TOKENS_LONG / 4; i += TURN)
    {
      stream (&first, TURN);
      stream (&last, TURN);
    }
  close_window (first.window);
  close_window (last.window);

  bench_figure ("transcript.growth", last.cpu * 1e6 / (TOKENS_LONG / 4), "ms of CPU/1000 tokens", first.cpu * 1e6 / (TOKENS_LONG / 4), 1.1, TRUE);
  bench_limit ("transcript.growth.distance", last.distance, "px", 0, 0);
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

typedef struct
{
  double cpu;  /* ms, of the main thread */
  double wall; /* ms */
} Opening;

static Opening
open_chat (guint n_messages)
{
  g_autoptr(BenchSource) source = g_object_new (BENCH_TYPE_SOURCE, NULL);
  g_autoptr(LobeConversation) conversation = lobe_conversation_new ("c", LOBE_MESSAGE_SOURCE (source));
  g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *last = NULL;
  GtkWidget *transcript = lobe_transcript_new ();
  BenchWindow *window = new_window (transcript);
  GtkAdjustment *adjustment = adjustment_of (transcript);
  Opening opening;
  gboolean loaded;
  gint64 begin;
  double cpu;

  for (guint i = 0; i < n_messages; i++)
    {
      char *id = g_strdup_printf ("m%u", i);

      g_ptr_array_add (messages, lobe_message_new_unloaded (id, last, i % 2 ? LOBE_ROLE_ASSISTANT : LOBE_ROLE_USER, LOBE_MESSAGE_DONE, 1, 12));
      g_free (last);
      last = id;
    }
  lobe_conversation_fill (conversation, messages, last);

  begin = g_get_monotonic_time ();
  cpu = bench_cpu ();
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
  opening.cpu = (bench_cpu () - cpu) * 1e3;
  opening.wall = (g_get_monotonic_time () - begin) / 1e3;
  close_window (window);

  return opening;
}

static void
setup_label_cb (GtkSignalListItemFactory *factory,
                GtkListItem              *item)
{
  gtk_list_item_set_child (item, gtk_label_new (NULL));
}

static void
bind_label_cb (GtkSignalListItemFactory *factory,
               GtkListItem              *item)
{
  gtk_label_set_text (GTK_LABEL (gtk_list_item_get_child (item)), gtk_string_object_get_string (gtk_list_item_get_item (item)));
}

/* What the list view itself takes: as many rows of one short line each, scrolled to the end. */
static Opening
open_labels (guint n_rows)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *list, *scroller = gtk_scrolled_window_new ();
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (scroller));
  g_autoptr(GtkStringList) strings = gtk_string_list_new (NULL);
  g_autoptr(GtkNoSelection) model = NULL;
  BenchWindow *window;
  Opening opening;
  gint64 begin;
  double cpu;

  for (guint i = 0; i < n_rows; i++)
    gtk_string_list_append (strings, "How does it work?");
  model = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (strings)));
  g_signal_connect (factory, "setup", G_CALLBACK (setup_label_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_label_cb), NULL);
  list = gtk_list_view_new (NULL, factory);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
  window = new_window (scroller);

  begin = g_get_monotonic_time ();
  cpu = bench_cpu ();
  gtk_list_view_set_model (GTK_LIST_VIEW (list), GTK_SELECTION_MODEL (model));
  do
    {
      gtk_list_view_scroll_to (GTK_LIST_VIEW (list), n_rows - 1, GTK_LIST_SCROLL_NONE, NULL);
      frame (window);
    }
  while (distance_to_end (adjustment) >= 1);
  opening.cpu = (bench_cpu () - cpu) * 1e3;
  opening.wall = (g_get_monotonic_time () - begin) / 1e3;
  close_window (window);

  return opening;
}

static void
bench_open (void)
{
  double cpu[OPENINGS], wall[OPENINGS], floor_cpu[OPENINGS], floor_wall[OPENINGS];

  open_chat (100);
  open_labels (100);
  for (guint i = 0; i < OPENINGS; i++)
    {
      Opening ours = open_chat (MESSAGES), labels = open_labels (MESSAGES);

      cpu[i] = ours.cpu;
      wall[i] = ours.wall;
      floor_cpu[i] = labels.cpu;
      floor_wall[i] = labels.wall;
    }
  bench_limit ("transcript.open", bench_median (cpu, OPENINGS), "ms of main-thread CPU", bench_median (floor_cpu, OPENINGS), 100);
  bench_limit ("transcript.open.wall", bench_median (wall, OPENINGS), "ms", bench_median (floor_wall, OPENINGS), 100);
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
  adw_init ();

  if (wanted (argc, argv, "stream"))
    bench_stream ();
  if (wanted (argc, argv, "growth"))
    bench_growth ();
  if (wanted (argc, argv, "open"))
    bench_open ();

  return 0;
}
