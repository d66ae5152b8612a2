/* test-transcript.c: the transcript keeps its promises: right rows, the end in view, no move under the reader, no leak */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-error-row.h"
#include "app/transcript/lobe-figures.h"
#include "app/transcript/lobe-prose-layout.h"
#include "app/transcript/lobe-prose.h"
#include "app/transcript/lobe-remedy.h"
#include "app/transcript/lobe-row-view.h"
#include "app/transcript/lobe-slices.h"
#include "app/transcript/lobe-sums.h"
#include "app/transcript/lobe-transcript-model.h"
#include "app/transcript/lobe-transcript.h"
#include "base/lobe-error.h"
#include "markdown/lobe-markdown.h"

#include <adwaita.h>
#include <string.h>

static guint n_ids;

static LobeMessage *
new_message (LobeConversation *conversation,
             LobeRole          role,
             const char       *text)
{
  g_autofree char *id = g_strdup_printf ("m%u", n_ids++);
  LobeMessage *leaf = lobe_conversation_get_leaf (conversation);
  LobeMessage *message = lobe_message_new (id, leaf ? lobe_message_get_id (leaf) : NULL, role, 1);

  if (text)
    lobe_message_append (message, LOBE_PART_TEXT, text, -1);

  return message;
}

static LobeMessage *
say (LobeConversation *conversation,
     LobeRole          role,
     const char       *text)
{
  g_autoptr(LobeMessage) message = new_message (conversation, role, text);

  lobe_conversation_add (conversation, message);

  return message; /* the conversation holds it */
}

/* sums */

static void
test_sums (void)
{
  g_autoptr(LobeSums) sums = lobe_sums_new ();
  g_autoptr(GArray) naive = g_array_new (FALSE, FALSE, sizeof (guint));

  for (guint round = 0; round < 2000; round++)
    {
      guint index = g_test_rand_int_range (0, naive->len + 1), removed, n_added = g_test_rand_int_range (0, 4), added[4], sum = 0;

      switch (g_test_rand_int_range (0, 3))
        {
        case 0:
          index = naive->len; /* where a conversation grows */
          G_GNUC_FALLTHROUGH;
        case 1:
          removed = g_test_rand_int_range (0, MIN (naive->len - index, 4) + 1);
          for (guint i = 0; i < n_added; i++)
            added[i] = g_test_rand_int_range (1, 9);
          if (removed > 0)
            g_array_remove_range (naive, index, removed);
          if (n_added > 0)
            g_array_insert_vals (naive, index, added, n_added);
          lobe_sums_splice (sums, index, removed, added, n_added);
          break;
        default:
          if (index < naive->len)
            {
              g_array_index (naive, guint, index) = g_test_rand_int_range (1, 99);
              lobe_sums_set (sums, index, g_array_index (naive, guint, index));
            }
          break;
        }

      g_assert_cmpuint (lobe_sums_size (sums), ==, naive->len);
      for (guint i = 0; i < naive->len; i++)
        {
          guint offset, count = g_array_index (naive, guint, i);

          g_assert_cmpuint (lobe_sums_get (sums, i), ==, count);
          g_assert_cmpuint (lobe_sums_before (sums, i), ==, sum);
          g_assert_cmpuint (lobe_sums_find (sums, sum, &offset), ==, i);
          g_assert_cmpuint (offset, ==, 0);
          g_assert_cmpuint (lobe_sums_find (sums, sum + count - 1, &offset), ==, i);
          g_assert_cmpuint (offset, ==, count - 1);
          sum += count;
        }
      g_assert_cmpuint (lobe_sums_before (sums, naive->len), ==, sum);
    }
}

/* slices */

static LobeBlock *
only_block (const char *markdown)
{
  g_autoptr(GPtrArray) blocks = lobe_markdown_parse (markdown, -1);

  g_assert_cmpuint (blocks->len, ==, 1);

  return lobe_block_ref (g_ptr_array_index (blocks, 0));
}

static void
check_slices (LobeBlock *block,
              gsize      at_most)
{
  gsize length = lobe_slices_length (block), at = 0;

  while (at < length)
    {
      gsize next = lobe_slices_next (block, at);

      g_assert_cmpuint (next, >, at);
      g_assert_cmpuint (next, <=, length);
      g_assert_cmpuint (next - at, <=, at_most);
      g_assert_true (next == length || block->kind == LOBE_BLOCK_TABLE || ((guchar) block->text[next] & 0xc0) != 0x80);
      at = next;
    }
}

static void
test_slices (void)
{
  g_autoptr(GString) text = g_string_new (NULL);
  g_autoptr(LobeBlock) words = NULL, chinese = NULL, code = NULL, wide = NULL, table = NULL;

  for (guint i = 0; i < 4000; i++)
    g_string_append (text, i % 13 ? "words " : "an end. ");
  words = only_block (text->str);
  check_slices (words, 6001);

  g_string_truncate (text, 0);
  for (guint i = 0; i < 4000; i++)
    g_string_append (text, i % 23 ? "字" : "。");
  chinese = only_block (text->str);
  check_slices (chinese, 6004);

  g_string_assign (text, "```c\n");
  for (guint i = 0; i < 1000; i++)
    g_string_append_printf (text, "line %u;\n", i);
  g_string_append (text, "```\n");
  code = only_block (text->str);
  check_slices (code, 81 * 12);
  g_assert_cmpuint (lobe_slices_next (code, 0), <, 60 * 12);

  g_string_assign (text, "```\n");
  for (guint i = 0; i < 30000; i++)
    g_string_append (text, "字");
  g_string_append (text, "\nshort\n```\n");
  wide = only_block (text->str);
  check_slices (wide, 3 * 8192);

  g_string_assign (text, "|a|b|\n|-|-|\n");
  for (guint i = 0; i < 200; i++)
    g_string_append_printf (text, "|%u|x|\n", i);
  table = only_block (text->str);
  g_assert_cmpuint (lobe_slices_length (table), ==, 201);
  check_slices (table, 40);
}

/* Where a long block was cut stays while more comes. */
static void
test_slices_stay (void)
{
  g_autoptr(GString) text = g_string_new (NULL);
  gsize first = 0;

  for (guint i = 0; i < 3000; i++)
    {
      gsize next;

      g_string_append (text, g_test_rand_bit () ? "word " : "end. ");
      next = lobe_slices_next_text (text->str, text->len, 0);
      if (first == 0 && next < text->len)
        first = next;
      if (first != 0)
        g_assert_cmpuint (next, ==, first);
    }
  g_assert_cmpuint (first, >, 0);
}

/* shown text */

static void
test_shown (void)
{
  g_autoptr(LobeBlock) block = only_block ("one `two` three `four`");
  LobeShown shown;

  lobe_shown_init (&shown, block->text, block->length, block->spans, 0);
  g_assert_cmpstr (shown.text, ==, "one \342\200\211two\342\200\211 three \342\200\211four\342\200\211");
  for (gsize i = 0; i <= block->length; i++)
    g_assert_cmpuint (lobe_shown_from (&shown, lobe_shown_to (&shown, i)), ==, i);
  g_assert_cmpuint (lobe_shown_from (&shown, shown.length), ==, block->length);
  lobe_shown_clear (&shown);

  /* a stretch of it */
  lobe_shown_init (&shown, block->text + 4, block->length - 4, block->spans, 4);
  g_assert_cmpstr (shown.text, ==, "\342\200\211two\342\200\211 three \342\200\211four\342\200\211");
  lobe_shown_clear (&shown);
}

/* model */

typedef struct
{
  LobeTranscriptModel *model;
  GPtrArray           *rows;
} Mirror;

static void
mirror_cb (GListModel *model,
           guint       position,
           guint       removed,
           guint       added,
           Mirror     *mirror)
{
  g_assert_cmpuint (position + removed, <=, mirror->rows->len);
  if (removed > 0)
    g_ptr_array_remove_range (mirror->rows, position, removed);
  for (guint i = 0; i < added; i++)
    g_ptr_array_insert (mirror->rows, position + i, g_list_model_get_item (model, position + i));
  g_assert_cmpuint (mirror->rows->len, ==, g_list_model_get_n_items (model));
}

static char *
random_markdown (void)
{
  static const char *const pieces[] = { "A paragraph.\n\n", "# Heading\n\n", "- one\n- two\n\n", "```c\nint x;\n```\n\n", "> quote\n\n", "|a|b|\n|-|-|\n|1|2|\n\n", "---\n\n" };
  GString *text = g_string_new (NULL);

  for (guint i = g_test_rand_int_range (0, 6); i > 0; i--)
    g_string_append (text, pieces[g_test_rand_int_range (0, G_N_ELEMENTS (pieces))]);

  return g_string_free_and_steal (text);
}

/* What the rows of an answer must be, from nothing but its text. */
static void
check_message (LobeTranscriptModel *model,
               guint               *position,
               LobeMessage         *message)
{
  GtkSectionModel *sections = GTK_SECTION_MODEL (model);
  g_autoptr(GPtrArray) blocks = NULL;
  guint start, end, n, from = *position;

  gtk_section_model_get_section (sections, *position, &start, &end);
  g_assert_cmpuint (start, ==, *position);

  if (lobe_message_get_role (message) == LOBE_ROLE_USER)
    {
      g_autoptr(LobeRow) row = g_list_model_get_item (G_LIST_MODEL (model), (*position)++);

      g_assert_cmpint (lobe_row_get_kind (row), ==, LOBE_ROW_QUESTION);
      g_assert_true (lobe_row_get_message (row) == message);
      g_assert_cmpuint (end, ==, *position);
      return;
    }

  blocks = lobe_markdown_parse (lobe_message_get_text (message) ? lobe_message_get_text (message) : "", -1);
  n = blocks->len;
  for (guint i = 0; i < n; i++)
    {
      g_autoptr(LobeRow) row = g_list_model_get_item (G_LIST_MODEL (model), (*position)++);

      g_assert_nonnull (lobe_row_get_block (row));
      g_assert_true (lobe_block_equal (lobe_row_get_block (row), g_ptr_array_index (blocks, i)));
    }

  if (lobe_message_get_state (message) == LOBE_MESSAGE_STREAMING)
    {
      if (n == 0)
        {
          g_autoptr(LobeRow) row = g_list_model_get_item (G_LIST_MODEL (model), (*position)++);

          g_assert_cmpint (lobe_row_get_kind (row), ==, LOBE_ROW_WAITING);
        }
    }
  else
    {
      g_autoptr(LobeRow) row = g_list_model_get_item (G_LIST_MODEL (model), (*position)++);

      g_assert_cmpint (lobe_row_get_kind (row), ==, LOBE_ROW_ACTIONS);
    }

  g_assert_cmpuint (end, ==, *position);
  for (guint i = from; i < *position; i++)
    {
      gtk_section_model_get_section (sections, i, &start, &end);
      g_assert_cmpuint (start, ==, from);
      g_assert_cmpuint (end, ==, *position);
    }
}

static void
check_model (Mirror           *mirror,
             LobeConversation *conversation)
{
  guint position = 0, start, end;
  LobeTranscriptModel *model = mirror->model;
  g_autoptr(LobeRow) tail = NULL;

  lobe_transcript_model_flush (model);
  lobe_transcript_model_settle (model);
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (conversation)); i++)
    {
      g_autoptr(LobeMessage) message = g_list_model_get_item (G_LIST_MODEL (conversation), i);

      check_message (model, &position, message);
    }

  tail = g_list_model_get_item (G_LIST_MODEL (model), position);
  g_assert_cmpint (lobe_row_get_kind (tail), ==, LOBE_ROW_TAIL);
  gtk_section_model_get_section (GTK_SECTION_MODEL (model), position, &start, &end);
  g_assert_cmpuint (start, ==, position);
  g_assert_cmpuint (end, ==, position + 1);
  g_assert_null (g_list_model_get_item (G_LIST_MODEL (model), position + 1));
  gtk_section_model_get_section (GTK_SECTION_MODEL (model), position + 1, &start, &end);
  g_assert_cmpuint (end, ==, G_MAXUINT);

  /* what the signals told is what is there */
  g_assert_cmpuint (mirror->rows->len, ==, position + 1);
  for (guint i = 0; i <= position; i++)
    {
      g_autoptr(LobeRow) row = g_list_model_get_item (G_LIST_MODEL (model), i);

      g_assert_true (row == g_ptr_array_index (mirror->rows, i));
    }
}

static void
test_model (void)
{
  for (guint round = 0; round < 20; round++)
    {
      g_autoptr(LobeConversation) conversation = lobe_conversation_new ("c", NULL);
      Mirror mirror;
      LobeMessage *live = NULL;

      for (guint i = g_test_rand_int_range (0, 6); i > 0; i--)
        {
          g_autofree char *text = random_markdown ();

          say (conversation, i % 2 ? LOBE_ROLE_ASSISTANT : LOBE_ROLE_USER, text);
        }

      mirror.model = lobe_transcript_model_new (conversation);
      mirror.rows = g_ptr_array_new_with_free_func (g_object_unref);
      lobe_transcript_model_fill (mirror.model, G_MAXUINT);
      mirror_cb (G_LIST_MODEL (mirror.model), 0, 0, g_list_model_get_n_items (G_LIST_MODEL (mirror.model)), &mirror);
      g_signal_connect (mirror.model, "items-changed", G_CALLBACK (mirror_cb), &mirror);

      for (guint step = 0; step < 60; step++)
        {
          g_autofree char *text = random_markdown ();
          guint n = g_list_model_get_n_items (G_LIST_MODEL (conversation));

          switch (g_test_rand_int_range (0, 6))
            {
            case 0:
              if (!live)
                say (conversation, LOBE_ROLE_USER, text);
              break;
            case 1:
              if (!live)
                {
                  live = say (conversation, LOBE_ROLE_ASSISTANT, NULL);
                  lobe_message_set_state (live, LOBE_MESSAGE_STREAMING);
                }
              break;
            case 2:
              if (live && g_list_model_get_n_items (G_LIST_MODEL (conversation)) > 0)
                {
                  lobe_message_set_state (live, g_test_rand_bit () ? LOBE_MESSAGE_DONE : LOBE_MESSAGE_INTERRUPTED);
                  live = NULL;
                }
              break;
            case 3:
              if (n > 1 && !live) /* another answer to the same */
                {
                  g_autoptr(LobeMessage) last = g_list_model_get_item (G_LIST_MODEL (conversation), n - 1);
                  g_autofree char *id = g_strdup_printf ("m%u", n_ids++);
                  g_autoptr(LobeMessage) sibling = lobe_message_new (id, lobe_message_get_parent_id (last), lobe_message_get_role (last), 1);

                  lobe_message_append (sibling, LOBE_PART_TEXT, text, -1);
                  lobe_conversation_add (conversation, sibling);
                }
              break;
            default:
              for (guint i = 0; live && text[i]; )
                {
                  guint length = g_test_rand_int_range (1, 9);
                  length = MIN (length, strlen (text + i));

                  lobe_message_append (live, LOBE_PART_TEXT, text + i, length);
                  i += length;
                  if (g_test_rand_bit ())
                    lobe_transcript_model_flush (mirror.model);
                }
              break;
            }

          /* the blocks of an answer that is not done may differ in what is still to come, so compare at its rests */
          if (!live || lobe_message_get_length (live) == 0)
            check_model (&mirror, conversation);
        }

      g_signal_handlers_disconnect_by_data (mirror.model, &mirror);
      g_ptr_array_unref (mirror.rows);
      g_assert_finalize_object (mirror.model);
    }
}

/* Thoughts come and go without the list losing count. */
static void
test_thoughts (void)
{
  g_autoptr(LobeConversation) conversation = lobe_conversation_new ("c", NULL);
  LobeMessage *message = say (conversation, LOBE_ROLE_ASSISTANT, NULL);
  g_autoptr(LobeTranscriptModel) model = NULL;
  g_autoptr(LobeRow) first = NULL, second = NULL;

  lobe_message_set_state (message, LOBE_MESSAGE_STREAMING);
  model = lobe_transcript_model_new (conversation);
  lobe_transcript_model_fill (model, 10);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 2); /* waiting, tail */

  lobe_message_append (message, LOBE_PART_REASONING, "Let me\n\nthink.", -1);
  lobe_transcript_model_flush (model);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 2); /* thinking, tail */
  lobe_transcript_model_toggle (model, message);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 4);
  lobe_message_append (message, LOBE_PART_REASONING, "\n\nMore.", -1);
  lobe_transcript_model_flush (model);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 5);
  lobe_message_append (message, LOBE_PART_TEXT, "So:\n\nyes.", -1);
  lobe_transcript_model_flush (model);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 7);

  first = g_list_model_get_item (G_LIST_MODEL (model), 0);
  g_assert_cmpint (lobe_row_get_kind (first), ==, LOBE_ROW_THINKING);
  g_assert_cmpuint (lobe_row_get_start (first), ==, 0); /* it thinks no longer */
  second = g_list_model_get_item (G_LIST_MODEL (model), 4);
  g_assert_cmpstr (lobe_row_get_block (second)->text, ==, "So:");

  lobe_message_set_state (message, LOBE_MESSAGE_DONE);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 8); /* actions */
  lobe_transcript_model_toggle (model, message);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (model)), ==, 5);
  g_assert_cmpuint (lobe_message_get_n_blocks (message), ==, 2);
}

/* A source that gives bodies when told to. */
#define TEST_TYPE_SOURCE (test_source_get_type ())
G_DECLARE_FINAL_TYPE (TestSource, test_source, TEST, SOURCE, GObject)
struct _TestSource
{
  GObject    parent_instance;
  GPtrArray *asked;
  guint      n_calls;
};

static void
test_source_load (LobeMessageSource *source,
                  GPtrArray         *messages)
{
  TestSource *self = TEST_SOURCE (source);

  self->n_calls++;
  for (guint i = 0; i < messages->len; i++)
    g_ptr_array_add (self->asked, g_object_ref (g_ptr_array_index (messages, i)));
}

static void
test_source_iface_init (LobeMessageSourceInterface *iface)
{
  iface->load = test_source_load;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestSource, test_source, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (LOBE_TYPE_MESSAGE_SOURCE, test_source_iface_init))

static void
test_source_finalize (GObject *object)
{
  g_ptr_array_unref (TEST_SOURCE (object)->asked);
  G_OBJECT_CLASS (test_source_parent_class)->finalize (object);
}

static void
test_source_class_init (TestSourceClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_source_finalize;
}

static void
test_source_init (TestSource *self)
{
  self->asked = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
test_source_answer (TestSource *self,
                    const char *text)
{
  g_autoptr(GPtrArray) asked = g_steal_pointer (&self->asked);

  self->asked = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < asked->len; i++)
    {
      g_autoptr(GPtrArray) parts = g_ptr_array_new_with_free_func (g_object_unref);

      g_ptr_array_add (parts, lobe_part_new (LOBE_PART_TEXT, text));
      lobe_message_set_parts (g_ptr_array_index (asked, i), parts);
    }
}

static LobeConversation *
unloaded_conversation (TestSource *source,
                       guint       n,
                       guint       n_blocks)
{
  LobeConversation *conversation = lobe_conversation_new ("c", LOBE_MESSAGE_SOURCE (source));
  g_autoptr(GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  g_autofree char *last = NULL;

  for (guint i = 0; i < n; i++)
    {
      char *id = g_strdup_printf ("u%u", i);

      g_ptr_array_add (messages, lobe_message_new_unloaded (id, last, i % 2 ? LOBE_ROLE_ASSISTANT : LOBE_ROLE_USER, LOBE_MESSAGE_DONE, 1, n_blocks));
      g_free (last);
      last = id;
    }
  lobe_conversation_fill (conversation, messages, last);

  return conversation;
}

/* Only what is looked at is asked for, in one call, and what it gets is counted right even if the estimate was not. */
static void
test_load (void)
{
  g_autoptr(TestSource) source = g_object_new (TEST_TYPE_SOURCE, NULL);
  g_autoptr(LobeConversation) conversation = unloaded_conversation (source, 1000, 5);
  Mirror mirror = { lobe_transcript_model_new (conversation), g_ptr_array_new_with_free_func (g_object_unref) };
  guint n;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mirror.model)), ==, 1);
  lobe_transcript_model_fill (mirror.model, 0);
  n = g_list_model_get_n_items (G_LIST_MODEL (mirror.model));
  g_assert_cmpuint (n, ==, 500 + 500 * 6 + 1);
  for (guint i = n - 40; i < n; i++)
    g_object_unref (g_list_model_get_item (G_LIST_MODEL (mirror.model), i));
  g_object_unref (g_list_model_get_item (G_LIST_MODEL (mirror.model), 0)); /* and far away */
  g_assert_cmpuint (source->n_calls, ==, 0);
  while (source->n_calls == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (source->n_calls, ==, 2);
  g_assert_cmpuint (source->asked->len, <, 80);

  mirror_cb (G_LIST_MODEL (mirror.model), 0, 0, n, &mirror);
  g_signal_connect (mirror.model, "items-changed", G_CALLBACK (mirror_cb), &mirror);
  test_source_answer (source, "one\n\ntwo\n\nthree\n");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (mirror.model)), <, n);

  while (g_main_context_iteration (NULL, FALSE))
    ;
  for (guint i = 0; i < 50 && source->asked->len > 0; i++)
    {
      test_source_answer (source, "one\n\ntwo\n\nthree\n");
      while (g_main_context_iteration (NULL, FALSE))
        ;
    }

  g_signal_handlers_disconnect_by_data (mirror.model, &mirror);
  g_ptr_array_unref (mirror.rows);
  g_assert_finalize_object (mirror.model);
}

/* widget */

typedef struct
{
  GtkWidget        *window;
  GtkWidget        *transcript;
  GtkAdjustment    *adjustment;
  LobeConversation *conversation;
  gboolean          painted;
  double            worst;
  guint             n_blank; /* rows in view that showed nothing in a frame */
} Fixture;

static double
distance (Fixture *fixture)
{
  return gtk_adjustment_get_upper (fixture->adjustment) - gtk_adjustment_get_page_size (fixture->adjustment) - gtk_adjustment_get_value (fixture->adjustment);
}

static guint
count_blank (Fixture *fixture)
{
  GtkWidget *list = gtk_scrolled_window_get_child (GTK_SCROLLED_WINDOW (gtk_widget_get_first_child (gtk_widget_get_first_child (fixture->transcript))));
  guint n = 0;

  for (GtkWidget *item = gtk_widget_get_first_child (list); item; item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *view = gtk_widget_get_first_child (item), *child;
      LobeRow *row = LOBE_IS_ROW_VIEW (view) ? lobe_row_view_get_row (LOBE_ROW_VIEW (view)) : NULL;

      if (!row || !gtk_widget_get_mapped (view) || lobe_row_get_kind (row) == LOBE_ROW_PLACEHOLDER || lobe_row_get_kind (row) == LOBE_ROW_TAIL)
        continue;
      child = gtk_widget_get_first_child (view);
      n += !child || !gtk_widget_get_mapped (child) || gtk_widget_get_width (child) == 0;
    }

  return n;
}

static void
painted_cb (GdkFrameClock *clock,
            Fixture       *fixture)
{
  fixture->painted = TRUE;
  fixture->n_blank += count_blank (fixture);
  fixture->worst = MAX (fixture->worst, distance (fixture));
}

static void
frames (Fixture *fixture,
        guint    n)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (fixture->window);

  for (; n > 0; n--)
    {
      fixture->painted = FALSE;
      gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_PAINT);
      while (!fixture->painted)
        g_main_context_iteration (NULL, TRUE);
    }
}

static void
setup (Fixture       *fixture,
       gconstpointer  data)
{
  memset (fixture, 0, sizeof *fixture);
  fixture->conversation = lobe_conversation_new ("c", NULL);
  for (guint i = 0; i < 12; i++)
    {
      say (fixture->conversation, LOBE_ROLE_USER, "A question?");
      say (fixture->conversation, LOBE_ROLE_ASSISTANT, "An answer of a few words that is long enough to wrap in a window that is not too wide, or so one hopes.\n\n"
           "```c\nint main (void);\n```\n\n- one\n- two\n\n|a|b|\n|-|-|\n|1|2|\n");
    }

  fixture->transcript = lobe_transcript_new ();
  fixture->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (fixture->window), 500, 600);
  gtk_window_set_child (GTK_WINDOW (fixture->window), fixture->transcript);
  lobe_transcript_set_conversation (LOBE_TRANSCRIPT (fixture->transcript), fixture->conversation);
  fixture->adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (gtk_widget_get_first_child (gtk_widget_get_first_child (fixture->transcript))));
  gtk_window_present (GTK_WINDOW (fixture->window));
  while (!gtk_widget_get_mapped (fixture->window))
    g_main_context_iteration (NULL, TRUE);
  g_signal_connect (gtk_widget_get_frame_clock (fixture->window), "after-paint", G_CALLBACK (painted_cb), fixture);
  frames (fixture, 3);
  fixture->worst = 0;
}

static void
teardown (Fixture       *fixture,
          gconstpointer  data)
{
  GtkWidget *transcript = g_object_ref (fixture->transcript);

  g_assert_cmpuint (fixture->n_blank, ==, 0);
  g_signal_handlers_disconnect_by_data (gtk_widget_get_frame_clock (fixture->window), fixture);
  gtk_window_destroy (GTK_WINDOW (fixture->window));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (transcript);
  g_assert_finalize_object (fixture->conversation);
}

static const char *const stream[] = {
  "A paragraph that comes word by word and has `code` and **strong words** in it, and that goes on for long enough to wrap.\n\n",
  "# A heading\n\n- a list\n- of items\n  - nested\n\n", "```python\ndef f(x):\n    return x\n\nprint(f(1))\n```\n\n",
  "| a | b |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\n", "> a quote\n\n---\n\nthe end",
};

static void
stream_text (Fixture     *fixture,
             LobeMessage *message)
{
  for (guint i = 0; i < G_N_ELEMENTS (stream); i++)
    for (const char *p = stream[i]; *p; )
      {
        gsize n = MIN (strlen (p), 7);

        lobe_message_append (message, LOBE_PART_TEXT, p, n);
        p += n;
        frames (fixture, 1);
      }
}

/* The end is in view when a chat opens, and in every frame while an answer streams in. */
static void
test_follow (Fixture       *fixture,
             gconstpointer  data)
{
  LobeMessage *message;

  g_assert_cmpfloat (gtk_adjustment_get_upper (fixture->adjustment), >, 2 * gtk_adjustment_get_page_size (fixture->adjustment));
  g_assert_cmpfloat (distance (fixture), <, 1);
  g_assert_true (lobe_transcript_get_at_end (LOBE_TRANSCRIPT (fixture->transcript)));

  say (fixture->conversation, LOBE_ROLE_USER, "Another one?");
  lobe_transcript_scroll_to_end (LOBE_TRANSCRIPT (fixture->transcript));
  message = say (fixture->conversation, LOBE_ROLE_ASSISTANT, NULL);
  lobe_message_set_state (message, LOBE_MESSAGE_STREAMING);
  frames (fixture, 2);
  fixture->worst = 0;
  stream_text (fixture, message);
  lobe_message_set_state (message, LOBE_MESSAGE_DONE);
  frames (fixture, 3);

  g_assert_cmpfloat (fixture->worst, <, 1);
  g_assert_false (lobe_transcript_get_has_news (LOBE_TRANSCRIPT (fixture->transcript)));
}

/* Somebody who reads further up sees nothing move, and is told. */
static void
test_hold (Fixture       *fixture,
           gconstpointer  data)
{
  LobeMessage *message = say (fixture->conversation, LOBE_ROLE_ASSISTANT, NULL);
  double value;

  lobe_message_set_state (message, LOBE_MESSAGE_STREAMING);
  frames (fixture, 2);
  gtk_adjustment_set_value (fixture->adjustment, gtk_adjustment_get_value (fixture->adjustment) - 900);
  frames (fixture, 3);
  value = gtk_adjustment_get_value (fixture->adjustment);
  g_assert_false (lobe_transcript_get_at_end (LOBE_TRANSCRIPT (fixture->transcript)));

  stream_text (fixture, message);
  lobe_message_set_state (message, LOBE_MESSAGE_DONE);
  frames (fixture, 3);
  g_assert_cmpfloat (gtk_adjustment_get_value (fixture->adjustment), ==, value);
  g_assert_true (lobe_transcript_get_has_news (LOBE_TRANSCRIPT (fixture->transcript)));

  lobe_transcript_scroll_to_end (LOBE_TRANSCRIPT (fixture->transcript));
  frames (fixture, 3);
  g_assert_cmpfloat (distance (fixture), <, 1);
  g_assert_false (lobe_transcript_get_has_news (LOBE_TRANSCRIPT (fixture->transcript)));
}

/* Through the whole chat and back, also by more than a page at once, each frame shows all its rows (see teardown). */
static void
test_scroll (Fixture       *fixture,
             gconstpointer  data)
{
  double page = gtk_adjustment_get_page_size (fixture->adjustment);
  double steps[] = { -0.4, -0.9, -2.5, -20, 0.4, 0.9, 2.5, 40 };

  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    for (guint j = 0; j < 6; j++)
      {
        gtk_adjustment_set_value (fixture->adjustment, gtk_adjustment_get_value (fixture->adjustment) + steps[i] * page);
        frames (fixture, 1);
      }
  g_assert_cmpfloat (distance (fixture), <, 1);
}

/* Tab goes through the links and buttons of all rows in view in reading order, and then leaves; back it goes the other way. */
static void
test_keyboard (Fixture       *fixture,
               gconstpointer  data)
{
  const char *const expected = "https://one.example/ https://two.example/ https://three.example/";
  g_autoptr(GString) seen = g_string_new (NULL);
  GtkRoot *root = GTK_ROOT (fixture->window);
  guint n_buttons = 0;

  say (fixture->conversation, LOBE_ROLE_ASSISTANT,
       "A [link](https://one.example/), [another](https://two.example/) and [none](javascript:alert).\n\n- **[third](https://three.example/)**\n");
  frames (fixture, 3);

  gtk_root_set_focus (root, NULL);
  for (guint i = 0; i < 100 && gtk_widget_child_focus (fixture->transcript, GTK_DIR_TAB_FORWARD); i++)
    {
      GtkWidget *focus = gtk_root_get_focus (root);

      if (LOBE_IS_PROSE (focus))
        g_string_append_printf (seen, "%s%s", seen->len > 0 ? " " : "", lobe_prose_get_focused_link (LOBE_PROSE (focus)));
      else
        n_buttons += GTK_IS_BUTTON (focus);
    }
  g_assert_cmpstr (seen->str, ==, expected);
  g_assert_cmpuint (n_buttons, >, 2);

  g_string_truncate (seen, 0);
  gtk_root_set_focus (root, NULL);
  for (guint i = 0; i < 100 && gtk_widget_child_focus (fixture->transcript, GTK_DIR_TAB_BACKWARD); i++)
    {
      GtkWidget *focus = gtk_root_get_focus (root);

      if (LOBE_IS_PROSE (focus))
        {
          g_string_prepend (seen, seen->len > 0 ? " " : "");
          g_string_prepend (seen, lobe_prose_get_focused_link (LOBE_PROSE (focus)));
        }
    }
  g_assert_cmpstr (seen->str, ==, expected);

  /* the menu, where the focus is */
  g_assert_true (gtk_widget_activate_action (fixture->transcript, "transcript.menu", NULL));
  frames (fixture, 2);
  g_assert_true (GTK_IS_POPOVER_MENU (gtk_widget_get_last_child (fixture->transcript)));
  g_assert_true (gtk_widget_get_visible (gtk_widget_get_last_child (fixture->transcript)));
  gtk_popover_popdown (GTK_POPOVER (gtk_widget_get_last_child (fixture->transcript)));
  gtk_root_set_focus (root, NULL);
}

/* Another chat in its place opens at its end, in its first frame. */
static void
test_switch (Fixture       *fixture,
             gconstpointer  data)
{
  g_autoptr(LobeConversation) other = lobe_conversation_new ("d", NULL);

  for (guint i = 0; i < 30; i++)
    say (other, i % 2 ? LOBE_ROLE_ASSISTANT : LOBE_ROLE_USER, "Something else\n\nthat takes\n\nsome room.");

  fixture->worst = 0;
  lobe_transcript_set_conversation (LOBE_TRANSCRIPT (fixture->transcript), other);
  frames (fixture, 2);
  g_assert_cmpfloat (gtk_adjustment_get_upper (fixture->adjustment), >, gtk_adjustment_get_page_size (fixture->adjustment));
  g_assert_cmpfloat (fixture->worst, <, 1);

  lobe_transcript_set_conversation (LOBE_TRANSCRIPT (fixture->transcript), NULL);
  frames (fixture, 2);
}

/* errors and figures */

typedef struct
{
  GtkWidget *card;
  GPtrArray *buttons; /* that do something */
} Found;

static void
find_card (GtkWidget *widget,
           Found     *found)
{
  if (LOBE_IS_ERROR_ROW (widget) && gtk_widget_get_mapped (widget))
    found->card = widget;
  if (found->card != NULL && GTK_IS_BUTTON (widget) && gtk_actionable_get_action_name (GTK_ACTIONABLE (widget)) != NULL &&
      gtk_widget_is_ancestor (widget, found->card) && gtk_widget_get_mapped (widget))
    g_ptr_array_add (found->buttons, widget);

  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    find_card (child, found);
}

static void
acted_cb (GSimpleAction *action,
          GVariant      *parameter,
          GString       *acted)
{
  g_string_append_printf (acted, "%s(%s) ", g_action_get_name (G_ACTION (action)),
                          parameter != NULL ? g_variant_get_string (parameter, NULL) : "");
}

/* Each code has words and a remedy of its own, and pressing its buttons does what they say, with the right message. */
static void
test_remedies (Fixture       *fixture,
               gconstpointer  data)
{
  static const char *const plain[] = { "choose-model", "models", "context", "new-chat" };
  static const char *const with_id[] = { "retry", "continue", "edit-server" };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_autoptr (GString) acted = g_string_new (NULL);
  LobeMessage *message = say (fixture->conversation, LOBE_ROLE_ASSISTANT, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (plain) + G_N_ELEMENTS (with_id); i++)
    {
      gboolean id = i >= G_N_ELEMENTS (plain);
      g_autoptr (GSimpleAction) action = g_simple_action_new (id ? with_id[i - G_N_ELEMENTS (plain)] : plain[i],
                                                              id ? G_VARIANT_TYPE_STRING : NULL);

      g_signal_connect (action, "activate", G_CALLBACK (acted_cb), acted);
      g_action_map_add_action (G_ACTION_MAP (actions), G_ACTION (action));
    }
  gtk_widget_insert_action_group (fixture->window, "win", G_ACTION_GROUP (actions));

  lobe_message_set_origin (message, "some-server", "some-model");
  for (int code = LOBE_ERROR_FAILED; code <= LOBE_ERROR_KEYRING; code++)
    {
      const LobeRemedy *remedy = lobe_remedy_get (code);
      g_autoptr (GString) wanted = g_string_new (NULL);
      Found found = { NULL, g_ptr_array_new () };

      g_assert_cmpint (remedy->code, ==, code);
      lobe_message_set_error (message, code, "What the server said");
      lobe_message_set_state (message, LOBE_MESSAGE_FAILED);
      lobe_transcript_scroll_to_end (LOBE_TRANSCRIPT (fixture->transcript));
      frames (fixture, 3);

      find_card (fixture->transcript, &found);
      g_assert_nonnull (found.card);
      g_string_truncate (acted, 0);
      for (guint i = 0; i < found.buttons->len; i++)
        {
          g_assert_true (gtk_widget_get_sensitive (found.buttons->pdata[i]));
          g_signal_emit_by_name (found.buttons->pdata[i], "clicked");
        }
      for (guint i = 0; i < G_N_ELEMENTS (remedy->buttons); i++)
        {
          static const char *const targets[] = { "", "m", "some-server" };
          const char *target = targets[remedy->buttons[i].target];

          if (remedy->buttons[i].label != NULL)
            g_string_append_printf (wanted, "%s(%s) ", remedy->buttons[i].action + strlen ("win."),
                                    *target == 'm' ? lobe_message_get_id (message) : target);
        }
      g_assert_cmpuint (wanted->len, >, 0);
      g_assert_cmpstr (acted->str, ==, wanted->str);
      g_ptr_array_unref (found.buttons);
    }

  gtk_widget_insert_action_group (fixture->window, "win", NULL);
}

/* Where the server has named a time, the button that tries again counts it down, and can be pressed all the same. */
static void
test_retry_time (Fixture       *fixture,
                 gconstpointer  data)
{
  LobeMessage *message = say (fixture->conversation, LOBE_ROLE_ASSISTANT, NULL);
  static const struct
  {
    gint64      wait; /* s */
    const char *label;
  } rows[] = {
    { 0, "_Retry" },
    { 30, "_Try Again in 30 s" },
    { 3590, "_Try Again in 60 min" },
    { -5, "_Retry" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Found found = { NULL, g_ptr_array_new () };
      gboolean seen = FALSE;

      lobe_message_set_error (message, -1, NULL);
      lobe_message_set_retry_time (message, rows[i].wait != 0 ? g_get_real_time () + rows[i].wait * G_USEC_PER_SEC : 0);
      lobe_message_set_error (message, LOBE_ERROR_RATE_LIMITED, "Later");
      lobe_message_set_state (message, LOBE_MESSAGE_FAILED);
      lobe_transcript_scroll_to_end (LOBE_TRANSCRIPT (fixture->transcript));
      frames (fixture, 3);
      find_card (fixture->transcript, &found);
      for (guint j = 0; j < found.buttons->len; j++)
        {
          const char *label = gtk_button_get_label (found.buttons->pdata[j]);

          /* frames take time: a second less is right, too */
          seen = seen || g_strcmp0 (label, rows[i].label) == 0 ||
                 (rows[i].wait == 30 && g_str_has_prefix (label != NULL ? label : "", "_Try Again in 2"));
        }
      g_assert_true (seen);
      g_ptr_array_unref (found.buttons);
    }
}

static void
test_figures (void)
{
  g_autoptr (LobeMessage) message = lobe_message_new ("a", NULL, LOBE_ROLE_ASSISTANT, 0);
  LobeUsage usage = LOBE_USAGE_UNKNOWN;
  g_autofree char *cost = NULL;
  g_autofree char *little = NULL;
  g_autofree char *speed = NULL;

  g_assert_null (lobe_figures_dup_speed (message));
  g_assert_null (lobe_figures_dup_cost (message, (LobePrice) { 1, 1 }));

  usage.prompt_tokens = 1000;
  usage.completion_tokens = 500;
  usage.tokens_per_second = 33.4;
  lobe_message_set_usage (message, &usage);
  g_assert_null (lobe_figures_dup_cost (message, LOBE_PRICE_UNKNOWN));
  cost = lobe_figures_dup_cost (message, (LobePrice) { 2.5, 10 });
  g_assert_cmpstr (cost, ==, "$0.0075");
  little = lobe_figures_dup_cost (message, (LobePrice) { 0.01, 0.02 });
  g_assert_cmpstr (little, ==, "less than $0.0001");
  speed = lobe_figures_dup_speed (message);
  g_assert_cmpstr (speed, ==, "33 tokens/s");
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gtk_init (); /* gtk_test_init () would want a locale that a small system does not have */
  adw_init ();

  g_test_add_func ("/transcript/sums", test_sums);
  g_test_add_func ("/transcript/figures", test_figures);
  g_test_add ("/transcript/remedies", Fixture, NULL, setup, test_remedies, teardown);
  g_test_add ("/transcript/retry-time", Fixture, NULL, setup, test_retry_time, teardown);
  g_test_add_func ("/transcript/slices", test_slices);
  g_test_add_func ("/transcript/slices-stay", test_slices_stay);
  g_test_add_func ("/transcript/shown", test_shown);
  g_test_add_func ("/transcript/model", test_model);
  g_test_add_func ("/transcript/thoughts", test_thoughts);
  g_test_add_func ("/transcript/load", test_load);
  g_test_add ("/transcript/follow", Fixture, NULL, setup, test_follow, teardown);
  g_test_add ("/transcript/hold", Fixture, NULL, setup, test_hold, teardown);
  g_test_add ("/transcript/scroll", Fixture, NULL, setup, test_scroll, teardown);
  g_test_add ("/transcript/keyboard", Fixture, NULL, setup, test_keyboard, teardown);
  g_test_add ("/transcript/switch", Fixture, NULL, setup, test_switch, teardown);

  return g_test_run ();
}
