/* bench-markdown.c: what blocks cost while a long answer streams in */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bench.h"
#include "markdown/lobe-markdown.h"

#define UPDATE 60
#define ROUNDS 9

/* About 2 KB of what models write; an answer of 32,000 tokens is some 130 KB. */
static const char section[] =
  "## Section %u: what it does\n\n"
  "The **first** thing to know is that `lobe_thing_%u ()` takes *one* argument, and gives it back later. This goes on for "
  "some time, as paragraphs do, with a [link](https://example.org/%u) in it and a number such as 3.14 or 1,000,000. Then "
  "there is more text, which says the same again with other words, so that the paragraph is about as long as they are.\n\n"
  "1. **Set it up**: run the command\n\n"
  "   ```bash\n   sudo apt install thing\n   thing --version\n   ```\n\n"
  "2. **Use it**\n   - with one argument\n   - with two, which is `rare`\n   - [x] done\n3. Look at the result\n\n"
  "```python\nimport thing\n\n\ndef main(number):\n    for i in range(number):\n        print(thing.make(i), end=\"\\n\")\n\n\n"
  "if __name__ == \"__main__\":\n    main(%u)\n```\n"
  "This prints the numbers. A comparison:\n\n"
  "| Name | Value | Note |\n|:-----|------:|------|\n| one | 1 | the **first** |\n| two | 2 | `a|b` |\n| three | 3 | |\n\n"
  "> **Note:** a quote of two lines,\n> and this is the second.\n\n"
  "中文段落：这是一个例子，包含**粗体**和`代码`，以及一个[链接](https://example.org)。\n\n"
  "- a list without numbers\n- which has a second item that is longer than the first one, by a few words\n\n---\n\n"
  "And a last paragraph, & nothing more — except for an entity: &amp;, and an autolink: https://example.org/path.\n\n";

static GString *
make_answer (gsize length)
{
  GString *text = g_string_new (NULL);

  for (guint i = 1; text->len < length; i++)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    g_string_append_printf (text, section, i, i, i, i);
#pragma GCC diagnostic pop

  return text;
}

static GString *
make_code (guint n_lines)
{
  GString *text = g_string_new ("Here it is:\n\n```c\n");

  for (guint i = 0; i < n_lines; i++)
    g_string_append_printf (text, "  value_%u = compute (%u);\n", i, i * 7);
  g_string_append (text, "```\n");

  return text;
}

/* One paragraph without an end: all of it is the tail. */
static GString *
make_paragraph (gsize length)
{
  GString *text = g_string_new (NULL);

  while (text->len < length)
    g_string_append (text, "some *words* and `code` ");

  return text;
}

/* CPU seconds of the whole stream, and of its first and last quarter. */
static void
run (GString *text,
     gsize    step,
     double  *total,
     double  *first,
     double  *last)
{
  g_autoptr (LobeMarkdownStream) stream = lobe_markdown_stream_new ();
  double marks[5];
  guint mark = 0;

  for (gsize n = 0; n < text->len; n += step)
    {
      if (n >= text->len * mark / 4)
        marks[mark++] = bench_cpu ();
      lobe_markdown_stream_update (stream, text->str, n, NULL, NULL);
    }
  marks[4] = bench_cpu ();
  lobe_markdown_stream_end (stream, text->str, text->len, NULL, NULL);

  *total = bench_cpu () - marks[0];
  *first = marks[1] - marks[0];
  *last = marks[4] - marks[3];
}

static double
run_whole (GString *text)
{
  double start = bench_cpu ();
  g_autoptr (GPtrArray) blocks = lobe_markdown_parse (text->str, text->len);

  return bench_cpu () - start;
}

static void
measure (const char *name,
         GString    *text,
         double      goal)
{
  g_autofree char *growth = g_strdup_printf ("markdown-%s-growth", name);
  g_autofree char *stream = g_strdup_printf ("markdown-%s-stream", name);
  double n_updates = text->len / (double) UPDATE / 4;
  double whole[ROUNDS], total[ROUNDS], first[ROUNDS], last[ROUNDS];

  for (guint i = 0; i < ROUNDS; i++)
    {
      whole[i] = run_whole (text);
      run (text, UPDATE, &total[i], &first[i], &last[i]);
    }

  bench_figure (growth, bench_median (last, ROUNDS) / n_updates * 1e6, "us/update",
                bench_median (first, ROUNDS) / n_updates * 1e6, 1.1, TRUE);
  bench_figure (stream, bench_median (total, ROUNDS) * 1e3, "ms", bench_median (whole, ROUNDS) * 1e3, goal, TRUE);
}

/* Text without an end of a paragraph is read again as a whole in each update. At 100 KB that has to fit into a frame. */
static void
measure_paragraph (void)
{
  g_autoptr (GString) text = make_paragraph (100 * 1024);
  gsize step = 16 * UPDATE;
  double n_updates = text->len / (double) step / 4;
  double whole[ROUNDS], total[ROUNDS], first[ROUNDS], last[ROUNDS];

  for (guint i = 0; i < ROUNDS; i++)
    {
      whole[i] = run_whole (text);
      run (text, step, &total[i], &first[i], &last[i]);
    }

  bench_limit ("markdown-paragraph-update", bench_median (last, ROUNDS) / n_updates * 1e3, "ms",
               bench_median (whole, ROUNDS) * 1e3, 4);
}

int
main (void)
{
  g_autoptr (GString) answer = make_answer (130 * 1024);
  g_autoptr (GString) code = make_code (20000);

  measure ("answer", answer, 8);
  measure ("code", code, 3);
  measure_paragraph ();

  return 0;
}
