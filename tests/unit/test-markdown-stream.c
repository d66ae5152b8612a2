/* test-markdown-stream.c: however a text arrives, its blocks are those of the whole */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "markdown-dump.h"
#include "markdown/lobe-markdown-private.h"

#include <string.h>

/* What a caller that splices rows has. */
typedef struct
{
  LobeMarkdownStream *stream;
  GPtrArray          *rows;
} View;

static void
view_init (View *self)
{
  self->stream = lobe_markdown_stream_new ();
  self->rows = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_block_unref);
}

static void
view_clear (View *self)
{
  g_assert_finalize_object (self->stream);
  g_ptr_array_unref (self->rows);
}

static void
view_update (View       *self,
             const char *text,
             gsize       length,
             gboolean    end)
{
  /* A copy of just these bytes, so that reading past them is seen. */
  g_autofree char *copy = g_memdup2 (text, length);
  guint first;
  guint before;
  guint n;

  if (end)
    lobe_markdown_stream_end (self->stream, copy, length, &first, &before);
  else
    lobe_markdown_stream_update (self->stream, copy, length, &first, &before);

  n = lobe_markdown_stream_get_n_blocks (self->stream);
  g_assert_cmpuint (before, ==, self->rows->len);
  g_assert_cmpuint (first, <=, before);
  g_assert_cmpuint (first, <=, n);

  g_ptr_array_set_size (self->rows, first);
  for (guint i = 0; i < first; i++)
    g_assert_true (lobe_markdown_stream_get_block (self->stream, i) == g_ptr_array_index (self->rows, i));
  for (guint i = first; i < n; i++)
    g_ptr_array_add (self->rows, lobe_block_ref (lobe_markdown_stream_get_block (self->stream, i)));
}

static void
assert_same (const char *name,
             const char *text,
             gsize       length,
             gsize       split,
             GPtrArray  *got,
             gboolean    end)
{
  g_autoptr (GPtrArray) expected = lobe_markdown_parse (text, length);
  gboolean same = got->len == expected->len;

  for (guint i = 0; same && i < got->len; i++)
    {
      LobeBlock *one = g_ptr_array_index (got, i);
      LobeBlock *two = g_ptr_array_index (expected, i);

      if (!end && i + 1 == got->len && one->kind == LOBE_BLOCK_CODE)
        two->closed = one->closed;
      else
        g_assert_true (one->closed);
      same = lobe_block_equal (one, two) && one->source_start == two->source_start &&
             (!one->closed || one->source_end == two->source_end);
    }

  if (!same)
    {
      g_autofree char *one = dump_blocks (got);
      g_autofree char *two = dump_blocks (expected);

      g_test_message ("%s, %" G_GSIZE_FORMAT " bytes after a first part of %" G_GSIZE_FORMAT ":\n%s--- expected:\n%s",
                      name, length, split, one, two);
      g_test_fail ();
      g_assert_true (same);
    }
}

static void
assert_prefix (View       *view,
               const char *name,
               const char *text,
               gsize       length,
               gsize       split)
{
  assert_same (name, text, lobe_markdown_settled (text, length), split, view->rows, FALSE);
}

/* In these, links are used before their definitions. */
static gboolean
is_forward (const char *name)
{
  return g_str_equal (name, "references.md");
}

static void
test_fixture (gconstpointer data)
{
  const char *name = data;
  g_autofree char *path = g_build_filename (g_getenv ("LOBE_FIXTURES"), "markdown", name, NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  View view;

  g_file_get_contents (path, &text, &length, &error);
  g_assert_no_error (error);

  for (gsize split = 0; split <= length; split++)
    {
      view_init (&view);
      view_update (&view, text, split, FALSE);
      assert_prefix (&view, name, text, split, split);
      view_update (&view, text, length, FALSE);
      if (!is_forward (name))
        assert_prefix (&view, name, text, length, split);
      view_update (&view, text, length, TRUE);
      assert_same (name, text, length, split, view.rows, TRUE);
      view_clear (&view);
    }

  for (gsize step = 1; step < 40; step = step * 2 + 1)
    {
      view_init (&view);
      for (gsize n = 0; n < length; n += step)
        {
          view_update (&view, text, n, FALSE);
          if (!is_forward (name))
            assert_prefix (&view, name, text, n, step);
        }
      view_update (&view, text, length, TRUE);
      assert_same (name, text, length, step, view.rows, TRUE);
      view_clear (&view);
    }
}

/* All fixtures behind each other, with and without a blank line, in random pieces: what one leaves open the next meets. */
static void
test_mixed (void)
{
  g_autofree char *folder = g_build_filename (g_getenv ("LOBE_FIXTURES"), "markdown", NULL);
  g_autoptr (GPtrArray) texts = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      char *text;

      if (is_forward (name) || g_str_equal (name, "definitions-first.md") || g_str_equal (name, "bytes.md"))
        continue;
      g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
      g_ptr_array_add (texts, text);
    }

  for (guint round = 0; round < 60; round++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      View view;

      for (guint i = 0; i < 4; i++)
        {
          const char *part = g_ptr_array_index (texts, g_test_rand_int_range (0, texts->len));
          gsize start = g_test_rand_int_range (0, strlen (part));
          gsize n = g_test_rand_int_range (0, strlen (part) - start + 1);

          g_string_append_len (text, part + start, n);
          if (g_test_rand_bit ())
            g_string_append_c (text, '\n');
        }

      view_init (&view);
      for (gsize n = 0; n < text->len; n += g_test_rand_int_range (1, 60))
        {
          view_update (&view, text->str, n, FALSE);
          assert_prefix (&view, "mixed", text->str, n, round);
        }
      view_update (&view, text->str, text->len, TRUE);
      assert_same ("mixed", text->str, text->len, round, view.rows, TRUE);
      view_clear (&view);
    }
}

static void
test_only_the_last_block_changes (void)
{
  const char *text = "# Title\n\nA paragraph that is over.\n\nAnother one\ngrows";
  gsize start = strstr (text, "other") - text;
  guint first;
  guint before;
  LobeMarkdownStream *stream = lobe_markdown_stream_new ();

  lobe_markdown_stream_update (stream, text, start, &first, &before);
  g_assert_cmpuint (first, ==, 0);
  g_assert_cmpuint (before, ==, 0);
  for (gsize n = start + 1; n <= strlen (text); n++)
    {
      lobe_markdown_stream_update (stream, text, n, &first, &before);
      g_assert_cmpuint (before, ==, 3);
      g_assert_cmpuint (first, >=, 2);
      g_assert_cmpuint (lobe_markdown_stream_get_n_blocks (stream), ==, 3);
    }

  lobe_markdown_stream_update (stream, text, strlen (text), &first, &before);
  g_assert_cmpuint (first, ==, 3);
  lobe_markdown_stream_end (stream, text, strlen (text), &first, &before);
  g_assert_cmpuint (first, ==, 3);
  g_assert_cmpuint (before, ==, 3);

  g_assert_finalize_object (stream);
}

static void
test_open_code_keeps_its_object (void)
{
  const char *text = "Code:\n```c\nint x;\nint y;\n```\nAfter";
  guint first;
  LobeBlock *code;
  LobeMarkdownStream *stream = lobe_markdown_stream_new ();

  lobe_markdown_stream_update (stream, text, strstr (text, "t x") - text, &first, NULL);
  g_assert_cmpuint (lobe_markdown_stream_get_n_blocks (stream), ==, 2);
  code = lobe_markdown_stream_get_block (stream, 1);
  g_assert_cmpstr (code->text, ==, "in");
  g_assert_false (code->closed);

  /* A fence that is being written is not shown as code, nor taken for the end yet. */
  lobe_markdown_stream_update (stream, text, strstr (text, "`\nAfter") - text, &first, NULL);
  g_assert_cmpuint (first, ==, 1);
  g_assert_true (lobe_markdown_stream_get_block (stream, 1) == code);
  g_assert_cmpstr (code->text, ==, "int x;\nint y;");
  g_assert_cmpuint (code->length, ==, strlen (code->text));
  g_assert_false (code->closed);

  lobe_markdown_stream_update (stream, text, strstr (text, "After") - text, &first, NULL);
  g_assert_cmpuint (first, ==, 1);
  g_assert_true (lobe_markdown_stream_get_block (stream, 1) == code);
  g_assert_true (code->closed);

  lobe_markdown_stream_update (stream, text, strlen (text), &first, NULL);
  g_assert_cmpuint (first, ==, 2);
  lobe_markdown_stream_end (stream, text, strlen (text), &first, NULL);
  g_assert_cmpuint (first, ==, 3);
  g_assert_true (lobe_markdown_stream_get_block (stream, 1) == code);

  lobe_block_ref (code);
  g_assert_finalize_object (stream);
  g_assert_cmpstr (code->text, ==, "int x;\nint y;");
  lobe_block_unref (code);
}

static void
test_end_corrects_earlier_links (void)
{
  const char *text = "See [a].\n\nMiddle.\n\n[a]: https://example.org\n\nLast [a].\n";
  guint first;
  guint before;
  LobeBlock *middle;
  LobeMarkdownStream *stream = lobe_markdown_stream_new ();

  for (gsize n = 0; n <= strlen (text); n++)
    lobe_markdown_stream_update (stream, text, n, NULL, NULL);
  g_assert_cmpstr (lobe_markdown_stream_get_block (stream, 0)->text, ==, "See [a].");
  g_assert_cmpstr (lobe_markdown_stream_get_block (stream, 2)->text, ==, "Last a.");
  middle = lobe_markdown_stream_get_block (stream, 1);

  lobe_markdown_stream_end (stream, text, strlen (text), &first, &before);
  g_assert_cmpuint (first, ==, 0);
  g_assert_cmpuint (before, ==, 3);
  g_assert_cmpstr (lobe_markdown_stream_get_block (stream, 0)->text, ==, "See a.");
  g_assert_true (lobe_markdown_stream_get_block (stream, 1) == middle);

  g_assert_finalize_object (stream);
}

/* Nothing of what a list begins with is shown as something else for a moment. */
static void
test_marks_do_not_flicker (void)
{
  static const char * const texts[] = { "Some text\n- item\n", "Some text\n\n---\n", "1. one\n2. two\n", "```\n`\n```\n" };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      LobeMarkdownStream *stream = lobe_markdown_stream_new ();
      LobeBlockKind kind = i == 3 ? LOBE_BLOCK_CODE : LOBE_BLOCK_PARAGRAPH;
      const char *start = strchr (texts[i], '\n');
      gsize length = 0;

      for (gsize n = start - texts[i]; n <= strlen (texts[i]); n++)
        {
          LobeBlock *block;

          lobe_markdown_stream_update (stream, texts[i], n, NULL, NULL);
          if (lobe_markdown_stream_get_n_blocks (stream) == 0)
            continue;
          block = lobe_markdown_stream_get_block (stream, 0);
          g_assert_cmpint (block->kind, ==, kind);
          g_assert_cmpuint (block->length, >=, length);
          if (i < 3)
            g_assert_true (length == 0 || block->length == length);
          length = block->length;
        }
      g_assert_finalize_object (stream);
    }
}

static void
test_a_shorter_text_starts_again (void)
{
  LobeMarkdownStream *stream = lobe_markdown_stream_new ();
  guint first;
  guint before;

  lobe_markdown_stream_update (stream, "```\nabc\ndef\n", 12, NULL, NULL);
  lobe_markdown_stream_update (stream, "x\n", 2, &first, &before);
  g_assert_cmpuint (before, ==, 1);
  g_assert_cmpuint (first, ==, 0);
  g_assert_cmpuint (lobe_markdown_stream_get_n_blocks (stream), ==, 1);
  g_assert_cmpstr (lobe_markdown_stream_get_block (stream, 0)->text, ==, "x");
  lobe_markdown_stream_update (stream, NULL, 0, &first, &before);
  g_assert_cmpuint (lobe_markdown_stream_get_n_blocks (stream), ==, 0);
  lobe_markdown_stream_end (stream, NULL, 0, &first, &before);
  g_assert_cmpuint (first, ==, 0);
  g_assert_cmpuint (before, ==, 0);

  g_assert_finalize_object (stream);
}

int
main (int   argc,
      char *argv[])
{
  g_autofree char *folder = NULL;
  g_autoptr (GDir) dir = NULL;
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  folder = g_build_filename (g_getenv ("LOBE_FIXTURES"), "markdown", NULL);
  dir = g_dir_open (folder, 0, NULL);
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort_values (names, (GCompareFunc) strcmp);
  g_assert_cmpuint (names->len, >=, 15);

  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_strconcat ("/markdown/stream/fixture/", g_ptr_array_index (names, i), NULL);

      g_test_add_data_func (path, g_ptr_array_index (names, i), test_fixture);
    }
  g_test_add_func ("/markdown/stream/mixed", test_mixed);
  g_test_add_func ("/markdown/stream/only-the-last-block-changes", test_only_the_last_block_changes);
  g_test_add_func ("/markdown/stream/open-code-keeps-its-object", test_open_code_keeps_its_object);
  g_test_add_func ("/markdown/stream/end-corrects-earlier-links", test_end_corrects_earlier_links);
  g_test_add_func ("/markdown/stream/marks-do-not-flicker", test_marks_do_not_flicker);
  g_test_add_func ("/markdown/stream/a-shorter-text-starts-again", test_a_shorter_text_starts_again);

  return g_test_run ();
}
