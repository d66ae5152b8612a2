/* test-markdown.c: Markdown becomes the blocks that a reader sees */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "markdown-dump.h"

#include <string.h>
#include <time.h>

typedef struct
{
  const char *text;
  const char *blocks;
} Case;

static void
check (const Case *cases,
       guint       n_cases)
{
  for (guint i = 0; i < n_cases; i++)
    {
      g_autoptr (GPtrArray) blocks = lobe_markdown_parse (cases[i].text, -1);
      g_autofree char *got = dump_blocks (blocks);

      g_assert_cmpstr (got, ==, cases[i].blocks);
    }
}

static void
test_leaves (void)
{
  static const Case cases[] = {
    { "", "" },
    { "\n \n", "" },
    { "one\ntwo  \nthree\\\nfour", "p \"one two\\nthree\\nfour\"\n" },
    { "# a #\n### b\n####### no", "h1 \"a\"\nh3 \"b\"\np \"####### no\"\n" },
    { "a\n===\nb\n---", "h1 \"a\"\nh2 \"b\"\n" },
    { "a\n\n---\n***\n", "p \"a\"\nrule\nrule\n" },
    { "<div>\n*x*\n\n*y*", "html \"<div>\\n*x*\"\np \"y\" em:0-1\n" },
    { "<!-- a\n\nb -->\nc", "html \"<!-- a\\n\\nb -->\"\np \"c\"\n" },
    { "[a]: b\n", "" },
    { "\357\273\277x", "p \"\357\273\277x\"\n" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
test_inlines (void)
{
  static const Case cases[] = {
    { "**a *b* c**", "p \"a b c\" strong:0-5 em:2-3\n" },
    { "***a***", "p \"a\" em:0-1 strong:0-1\n" },
    { "~~a~~ `b``c` \\*d\\*", "p \"a b``c *d*\" strike:0-1 code:2-6\n" },
    { "[a *b*](c \"t\") <https://d.org>", "p \"a b https://d.org\" link:0-3(c) em:2-3 link:4-17(https://d.org)\n" },
    { "[a][r] [r] [x]\n\n[r]: <b c>", "p \"a r [x]\" link:0-1(b c) link:2-3(b c)\n" },
    { "![a *b*](c.png)![](d)", "p \"a b\" image:0-3(c.png) em:2-3 image:3-3(d)\n" },
    { "see https://a.org/b, www.b.org and c@d.org.",
      "p \"see https://a.org/b, www.b.org and c@d.org.\" link:4-19(https://a.org/b) link:21-30(http://www.b.org) "
      "link:35-42(mailto:c@d.org)\n" },
    { "a <b>c</b> <br/>", "p \"a <b>c</b> <br/>\"\n" },
    { "[a](<x&amp;y>)", "p \"a\" link:0-1(x&y)\n" },
    { "[](a)x", "p \"x\"\n" },
    { "\303\251**\303\251**", "p \"\303\251\303\251\" strong:2-4\n" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
test_entities (void)
{
  static const Case cases[] = {
    { "&amp;&lt;&quot;&AElig;&zwnj;", "p \"&<\"\303\206\342\200\214\"\n" },
    { "&CounterClockwiseContourIntegral;&ngE;", "p \"\342\210\263\342\211\247\314\270\"\n" },
    { "&#65;&#x1F600;&#X41;", "p \"A\360\237\230\200A\"\n" },
    { "&#0;&#xD800;&#x110000;", "p \"\357\277\275\357\277\275\357\277\275\"\n" },
    { "&nosuch;&amp &#;", "p \"&nosuch;&amp &#;\"\n" },
    { "&AMPamp;&thisnameismuchlongerthananyentitythereis;", "p \"&AMPamp;&thisnameismuchlongerthananyentitythereis;\"\n" },
    { "`&amp;`", "p \"&amp;\" code:0-5\n" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
test_code (void)
{
  static const Case cases[] = {
    { "```py x\na\n\n b\n```", "code:py \"a\\n\\n b\"\n" },
    { "~~~\n```\n~~~\n", "code \"```\"\n" },
    { "```\n", "code \"\"\n" },
    { "```\n\n\n```", "code \"\\n\"\n" },
    { "```make\nall:\n\tcc\n\t\tx\n  \ty\n```", "code:make \"all:\\n\\tcc\\n\\t\\tx\\n  \\ty\"\n" },
    { " ```\n a\n  b\n\tc\n ```", "code \"a\\n b\\n   c\"\n" },
    { "    a\n\n    \tb\n", "code \"a\\n\\n\\tb\"\n" },
    { "- ```\n  a\n  \tb\n\tc\n  ```", "- code \"a\\n\\tb\\n  c\"\n" },
    { "> ```c&amp;\n> a\n\nb", "> code:c& \"a\"\np \"b\"\n" },
    { "```\na", "code \"a\"\n" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
test_containers (void)
{
  static const Case cases[] = {
    { "- a\n- b\n  c", "- p \"a\"\n- p \"b c\"\n" },
    { "- a\n\n- b", "-~ p \"a\"\n-~ p \"b\"\n" },
    { "3. a\n\n   b\n4. c", "3.~ p \"a\"\n_ p \"b\"\n4.~ p \"c\"\n" },
    { "- a\n  1. b\n  2. c\n- d", "- p \"a\"\n  1. p \"b\"\n  2. p \"c\"\n- p \"d\"\n" },
    { "- a\n  # b\n  c\n  > d", "- p \"a\"\n  h1 \"b\"\n  p \"c\"\n  > p \"d\"\n" },
    { "-\n- \n-\n  x", "- p \"\"\n- p \"\"\n- p \"x\"\n" },
    { "- - a\n- -", "- - p \"a\"\n- - p \"\"\n" },
    { "> a\n> > b\n>\n> c\n\n> d", "> p \"a\"\n| > p \"b\"\n| p \"c\"\n> p \"d\"\n" },
    { ">", "> p \"\"\n" },
    { "- [ ] a\n- [x] b\n- [X] c\n  - [ ] d\n- [-] e",
      "-[ ] p \"a\"\n-[x] p \"b\"\n-[x] p \"c\"\n  -[ ] p \"d\"\n- p \"[-] e\"\n" },
    { "* a\n+ b", "- p \"a\"\n- p \"b\"\n" },
    { "0. a", "0. p \"a\"\n" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
test_tables (void)
{
  static const Case cases[] = {
    { "| a | b | c | d |\n|---|:--|:-:|--:|\n| 1 | **2** |\n| x | y | z | `u` | w |",
      "table d / \"a\" s \"b\" c \"c\" e \"d\" / \"1\" \"2\" strong:0-1 \"\" \"\" / \"x\" \"y\" \"z\" \"u\" code:0-1\n" },
    { "a | b\n--|--\n\\| | `c\\|d`\n", "table d / \"a\" d \"b\" / \"|\" \"c|d\" code:0-3\n" },
    { "| a |\n|---|\n\nb", "table d / \"a\"\np \"b\"\n" },
    { "- | a |\n  |---|\n  | [b](c) |", "- table d / \"a\" / \"b\" link:0-1(c)\n" },
    { "| a |\n| b |", "p \"| a | | b |\"\n" },
  };

  check (cases, G_N_ELEMENTS (cases));
}

static void
test_bytes (void)
{
  static const char text[] = "a\0b \377 \342\202\n\n`\0`\n\n```\n\0x\n\300\n```\n\nend";
  g_autoptr (GPtrArray) blocks = lobe_markdown_parse (text, sizeof text - 1);
  g_autofree char *got = dump_blocks (blocks);
  LobeBlock *last = g_ptr_array_index (blocks, blocks->len - 1);

  g_assert_cmpstr (got, ==,
                   "p \"a\357\277\275b \357\277\275 \357\277\275\357\277\275\"\n"
                   "p \"\357\277\275\" code:0-3\n"
                   "code \"\357\277\275x\\n\357\277\275\"\n"
                   "p \"end\"\n");

  /* Offsets are those of what was given, not of what was made of it. */
  g_assert_cmpuint (last->source_end, ==, sizeof text - 1);
  g_assert_cmpuint (last->source_start, ==, sizeof text - 4);
}

static void
test_source (void)
{
  static const struct
  {
    const char *text;
    const char *sources[6];
  } cases[] = {
    { "# a\n\nb\nc\n\n- d\n  e\n\n  f\n", { "# a", "b\nc", "- d\n  e", "  f" } },
    { "```c\n\na\n\n```\nb\n", { "```c\n\na\n\n```", "b" } },
    { "> ```\n> a\n> ```\n> b", { "> ```\n> a\n> ```", "> b" } },
    { "a\n==\nb\n\n---\n***", { "a\n==", "b", "---", "***" } },
    { "[x]: y\n\na\n\n[z]: y\n\n-\n- b", { "a", "-", "- b" } },
    { "| a |\n|---|\n| b |\n\n| |\n|-|\n| c |", { "| a |\n|---|\n| b |", "| |\n|-|\n| c |" } },
    { "a\r\n\r\n    b\r\n    c\r\n", { "a", "    b\r\n    c" } },
    { "```\n```\n~~~\n\n~~~\nx", { "```\n```", "~~~\n\n~~~", "x" } },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GPtrArray) blocks = lobe_markdown_parse (cases[i].text, -1);

      for (guint j = 0; j < blocks->len; j++)
        {
          LobeBlock *block = g_ptr_array_index (blocks, j);
          g_autofree char *source = g_strndup (cases[i].text + block->source_start, block->source_end - block->source_start);

          g_assert_cmpstr (source, ==, cases[i].sources[j]);
        }
      g_assert_null (cases[i].sources[blocks->len]);
    }
}

static void
test_equal (void)
{
  static const char * const texts[] = {
    "a", "b", "*a*", "**a**", "# a", "## a", "> a", "- a", "1. a", "2. a", "- [ ] a", "- [x] a", "[a](b)", "[a](c)",
    "```\na", "```c\na", "    a\n\n    a", "---", "<a>\n", "| a |\n|---|", "| a |\n|:--|", "| b |\n|---|", "| *a* |\n|---|",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    for (guint j = 0; j < G_N_ELEMENTS (texts); j++)
      {
        g_autoptr (GPtrArray) one = lobe_markdown_parse (texts[i], -1);
        g_autoptr (GPtrArray) two = lobe_markdown_parse (texts[j], -1);

        g_assert_cmpuint (one->len, ==, 1);
        g_assert_cmpint (lobe_block_equal (g_ptr_array_index (one, 0), g_ptr_array_index (two, 0)), ==, i == j);
      }
}

/* Texts made to cost much: none may take the stack or minutes. The bound is far from what they take, and far from what
 * they would if it went with the square. */
static void
test_hostile (void)
{
  static const struct
  {
    const char *prefix;
    const char *repeated;
    guint       times;
    const char *suffix;
  } cases[] = {
    { "", ">", 10000, "x" },
    { "", "> ", 10000, "x\n" },
    { "", "- ", 10000, "x\n" },
    { "", "1. ", 5000, "x\n" },
    { "", "*", 100000, "" },
    { "", "*a ", 50000, "" },
    { "", "*a_ ", 50000, "" },
    { "", "a**b", 50000, "" },
    { "", "*a **b ", 30000, "" },
    { "", "[", 50000, "x" },
    { "", "![", 50000, "x" },
    { "", "[a](", 30000, "" },
    { "", "[[a](b)", 20000, "" },
    { "", "](", 50000, "" },
    { "", "`a``b", 30000, "" },
    { "", "<", 100000, "" },
    { "", "<!--", 30000, "" },
    { "", "<?", 50000, "" },
    { "", "<a b='", 30000, "" },
    { "", "<![CDATA[", 20000, "" },
    { "", "~", 100000, "" },
    { "", "~~a", 50000, "" },
    { "", "&#", 50000, "" },
    { "", "\\", 100000, "" },
    { "", "a@", 50000, "" },
    { "", "http://", 30000, "" },
    { "", "www.", 30000, "" },
    { "", "# \n", 30000, "" },
    { "", "-\n", 30000, "" },
    { "", "```\n", 30001, "" },
    { "", "[a]: b\n", 20000, "[a]" },
    { "", "[a]: b\n\n", 10000, "[a]" },
    { "x\n", "|", 100000, "\n-|-\n" },
    { "|a|\n|-|\n", "|\n", 30000, "" },
    { "", "a|", 1000, "\n" },
    { "", "\n", 100000, "" },
    { "", "\t", 100000, "x" },
    { "", "\r", 100000, "x" },
    { "", "=\n", 50000, "" },
    { "", "\377", 100000, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GString) text = g_string_new (cases[i].prefix);
      g_autoptr (GPtrArray) blocks = NULL;
      LobeMarkdownStream *stream = lobe_markdown_stream_new ();
      clock_t start = clock ();

      for (guint j = 0; j < cases[i].times; j++)
        g_string_append (text, cases[i].repeated);
      g_string_append (text, cases[i].suffix);

      blocks = lobe_markdown_parse (text->str, text->len);
      for (guint j = 0; j < blocks->len; j++)
        g_assert_cmpuint (((LobeBlock *) g_ptr_array_index (blocks, j))->containers->len, <=, 64);

      for (guint part = 1; part <= 8; part++)
        lobe_markdown_stream_update (stream, text->str, text->len * part / 8, NULL, NULL);
      lobe_markdown_stream_end (stream, text->str, text->len, NULL, NULL);
      g_assert_cmpuint (lobe_markdown_stream_get_n_blocks (stream), ==, blocks->len);

      g_test_message ("%s: %.3f s", cases[i].repeated, (clock () - start) / (double) CLOCKS_PER_SEC);
      g_assert_cmpfloat ((clock () - start) / (double) CLOCKS_PER_SEC, <, 20);
      g_assert_finalize_object (stream);
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/markdown/leaves", test_leaves);
  g_test_add_func ("/markdown/inlines", test_inlines);
  g_test_add_func ("/markdown/entities", test_entities);
  g_test_add_func ("/markdown/code", test_code);
  g_test_add_func ("/markdown/containers", test_containers);
  g_test_add_func ("/markdown/tables", test_tables);
  g_test_add_func ("/markdown/bytes", test_bytes);
  g_test_add_func ("/markdown/source", test_source);
  g_test_add_func ("/markdown/equal", test_equal);
  g_test_add_func ("/markdown/hostile", test_hostile);

  return g_test_run ();
}
