/* lobe-markdown.c: Markdown into blocks, by way of md4c */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "markdown/lobe-markdown-private.h"

#include "markdown/lobe-block-private.h"
#include "markdown/lobe-entity.h"
#include "markdown/lobe-fence.h"
#include "markdown/lobe-line.h"
#include "markdown/lobe-valid.h"

#include <md4c.h>
#include <string.h>

/* CommonMark with GitHub's tables, task lists, strikethrough and autolinks. HTML is recognised, as otherwise what stands
 * around it would be read differently, and is given as the text that it is. */
#define FLAGS MD_DIALECT_GITHUB

typedef struct
{
  gboolean ordered;
  guint    number;
  gboolean tight;
} List;

typedef struct
{
  const char    *text;
  gsize          start;
  gsize          length;

  GPtrArray     *blocks;
  GArray        *leaves;

  GArray        *lists;
  GArray        *containers;
  guint          depth;
  guint          n_top;

  LobeBlock     *block;
  LobeLeaf       leaf;
  gboolean       implicit;
  gboolean       verbatim;
  guint          indentation;

  GString       *string;
  GArray        *spans;
  GArray        *open_spans;
} Parser;

static void
begin_block (Parser        *self,
             LobeBlockKind  kind)
{
  guint n_kept = MIN (self->containers->len, LOBE_MARKDOWN_MAX_DEPTH);

  self->block = lobe_block_new (kind);
  if (n_kept > 0)
    g_array_append_vals (self->block->containers, self->containers->data, n_kept);

  /* Those outside of one that is no longer waiting for its first block are not waiting either. */
  for (guint i = self->containers->len; i > 0; i--)
    {
      LobeContainer *container = &g_array_index (self->containers, LobeContainer, i - 1);

      if (!container->first)
        break;
      container->first = FALSE;
    }

  self->leaf = (LobeLeaf) { .top = self->n_top - 1, .depth = self->containers->len };
  self->verbatim = kind == LOBE_BLOCK_CODE || kind == LOBE_BLOCK_HTML;
  self->indentation = 0;
  self->spans = self->block->spans;
  g_string_truncate (self->string, 0);
  g_array_set_size (self->open_spans, 0);
}

static void
end_block (Parser *self)
{
  LobeBlock *block = g_steal_pointer (&self->block);

  if (block == NULL)
    return;

  /* Every line of code and HTML has its line end; the last one's is no part of what is shown. */
  if (self->verbatim && self->string->len > 0 && self->string->str[self->string->len - 1] == '\n')
    g_string_truncate (self->string, self->string->len - 1);

  if (block->kind != LOBE_BLOCK_TABLE)
    {
      g_free (block->text);
      block->text = g_strndup (self->string->str, self->string->len);
      block->length = self->string->len;
    }

  g_ptr_array_add (self->blocks, block);
  g_array_append_val (self->leaves, self->leaf);
  self->implicit = FALSE;
  self->verbatim = FALSE;
}

/* A tight item's text comes without a paragraph around it. */
static void
ensure_block (Parser *self)
{
  if (self->block != NULL)
    return;

  begin_block (self, LOBE_BLOCK_PARAGRAPH);
  self->implicit = TRUE;
}

static char *
dup_attribute (const MD_ATTRIBUTE *attribute)
{
  GString *string = g_string_sized_new (attribute->size);

  for (guint i = 0; attribute->size > 0 && attribute->substr_offsets[i] < attribute->size; i++)
    {
      const char *part = attribute->text + attribute->substr_offsets[i];
      gsize length = attribute->substr_offsets[i + 1] - attribute->substr_offsets[i];

      if (attribute->substr_types[i] == MD_TEXT_ENTITY)
        lobe_entity_append (string, part, length);
      else
        g_string_append_len (string, part, length);
    }

  return g_string_free_and_steal (string);
}

static void
push_container (Parser        *self,
                LobeContainer  container)
{
  container.first = TRUE;
  g_array_append_val (self->containers, container);
}

/* A container in which there is nothing is still seen: it gets an empty paragraph. */
static void
pop_container (Parser *self)
{
  if (g_array_index (self->containers, LobeContainer, self->containers->len - 1).first)
    {
      begin_block (self, LOBE_BLOCK_PARAGRAPH);
      end_block (self);
    }

  g_array_set_size (self->containers, self->containers->len - 1);
}

static void
enter_item (Parser             *self,
            MD_BLOCK_LI_DETAIL *detail)
{
  List *list = &g_array_index (self->lists, List, self->lists->len - 1);
  LobeContainer container = {
    .kind = LOBE_CONTAINER_ITEM,
    .ordered = list->ordered,
    .number = list->ordered ? list->number++ : 0,
    .tight = list->tight,
  };

  if (detail->is_task)
    container.task = detail->task_mark == ' ' ? ' ' : 'x';

  push_container (self, container);
}

static void
enter_cell (Parser             *self,
            gboolean            head,
            MD_BLOCK_TD_DETAIL *detail)
{
  static const LobeAlign aligns[] = {
    [MD_ALIGN_DEFAULT] = LOBE_ALIGN_DEFAULT,
    [MD_ALIGN_LEFT] = LOBE_ALIGN_START,
    [MD_ALIGN_CENTER] = LOBE_ALIGN_CENTER,
    [MD_ALIGN_RIGHT] = LOBE_ALIGN_END,
  };
  LobeBlock *block = self->block;
  LobeCell *cell = lobe_cell_new ();

  if (head && block->cells->len < block->n_columns)
    block->align[block->cells->len] = aligns[detail->align];
  g_ptr_array_add (block->cells, cell);
  self->spans = cell->spans;
  g_string_truncate (self->string, 0);
  g_array_set_size (self->open_spans, 0);
}

static void
leave_cell (Parser *self)
{
  LobeCell *cell = g_ptr_array_index (self->block->cells, self->block->cells->len - 1);

  g_free (cell->text);
  cell->text = g_strndup (self->string->str, self->string->len);
}

static int
on_enter_block (MD_BLOCKTYPE  type,
                void         *detail,
                void         *user_data)
{
  Parser *self = user_data;

  if (self->implicit)
    end_block (self);

  if (type != MD_BLOCK_DOC && self->depth++ == 0)
    self->n_top++;

  switch (type)
    {
    case MD_BLOCK_QUOTE:
      push_container (self, (LobeContainer) { .kind = LOBE_CONTAINER_QUOTE });
      break;

    case MD_BLOCK_UL:
      {
        List list = { .tight = ((MD_BLOCK_UL_DETAIL *) detail)->is_tight };

        g_array_append_val (self->lists, list);
      }
      break;

    case MD_BLOCK_OL:
      {
        MD_BLOCK_OL_DETAIL *ol = detail;
        List list = { .ordered = TRUE, .number = ol->start, .tight = ol->is_tight };

        g_array_append_val (self->lists, list);
      }
      break;

    case MD_BLOCK_LI:
      enter_item (self, detail);
      break;

    case MD_BLOCK_P:
      begin_block (self, LOBE_BLOCK_PARAGRAPH);
      break;

    case MD_BLOCK_H:
      begin_block (self, LOBE_BLOCK_HEADING);
      self->block->level = ((MD_BLOCK_H_DETAIL *) detail)->level;
      break;

    case MD_BLOCK_CODE:
      {
        MD_BLOCK_CODE_DETAIL *code = detail;

        begin_block (self, LOBE_BLOCK_CODE);
        self->leaf.fence = code->fence_char;
        if (code->lang.size > 0)
          self->block->info = dup_attribute (&code->lang);
      }
      break;

    case MD_BLOCK_HTML:
      begin_block (self, LOBE_BLOCK_HTML);
      break;

    case MD_BLOCK_HR:
      begin_block (self, LOBE_BLOCK_RULE);
      break;

    case MD_BLOCK_TABLE:
      begin_block (self, LOBE_BLOCK_TABLE);
      self->block->n_columns = ((MD_BLOCK_TABLE_DETAIL *) detail)->col_count;
      self->block->align = g_new0 (LobeAlign, self->block->n_columns);
      break;

    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      enter_cell (self, type == MD_BLOCK_TH, detail);
      break;

    case MD_BLOCK_DOC:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TR:
    default:
      break;
    }

  return 0;
}

static int
on_leave_block (MD_BLOCKTYPE  type,
                void         *detail,
                void         *user_data)
{
  Parser *self = user_data;

  if (self->implicit)
    end_block (self);

  switch (type)
    {
    case MD_BLOCK_QUOTE:
    case MD_BLOCK_LI:
      pop_container (self);
      break;

    case MD_BLOCK_UL:
    case MD_BLOCK_OL:
      g_array_set_size (self->lists, self->lists->len - 1);
      break;

    case MD_BLOCK_TH:
    case MD_BLOCK_TD:
      leave_cell (self);
      break;

    case MD_BLOCK_P:
    case MD_BLOCK_H:
    case MD_BLOCK_CODE:
    case MD_BLOCK_HTML:
    case MD_BLOCK_HR:
    case MD_BLOCK_TABLE:
      end_block (self);
      break;

    case MD_BLOCK_DOC:
    case MD_BLOCK_THEAD:
    case MD_BLOCK_TBODY:
    case MD_BLOCK_TR:
    default:
      break;
    }

  if (type != MD_BLOCK_DOC)
    self->depth--;

  return 0;
}

static int
on_enter_span (MD_SPANTYPE  type,
               void        *detail,
               void        *user_data)
{
  Parser *self = user_data;
  LobeSpan span = { 0 };

  ensure_block (self);

  switch (type)
    {
    case MD_SPAN_STRONG:
      span.kind = LOBE_SPAN_STRONG;
      break;
    case MD_SPAN_DEL:
      span.kind = LOBE_SPAN_STRIKE;
      break;
    case MD_SPAN_CODE:
      span.kind = LOBE_SPAN_CODE;
      break;
    case MD_SPAN_A:
      span.kind = LOBE_SPAN_LINK;
      span.target = dup_attribute (&((MD_SPAN_A_DETAIL *) detail)->href);
      break;
    case MD_SPAN_IMG:
      span.kind = LOBE_SPAN_IMAGE;
      span.target = dup_attribute (&((MD_SPAN_IMG_DETAIL *) detail)->src);
      break;
    case MD_SPAN_EM:
    case MD_SPAN_LATEXMATH:
    case MD_SPAN_LATEXMATH_DISPLAY:
    case MD_SPAN_WIKILINK:
    case MD_SPAN_U:
    default:
      span.kind = LOBE_SPAN_EMPHASIS;
      break;
    }

  span.start = span.end = self->string->len;
  g_array_append_val (self->open_spans, self->spans->len);
  g_array_append_val (self->spans, span);

  return 0;
}

static int
on_leave_span (MD_SPANTYPE  type,
               void        *detail,
               void        *user_data)
{
  Parser *self = user_data;
  guint index = g_array_index (self->open_spans, guint, self->open_spans->len - 1);
  LobeSpan *span = &g_array_index (self->spans, LobeSpan, index);

  g_array_set_size (self->open_spans, self->open_spans->len - 1);
  span->end = self->string->len;

  /* Nobody sees a span around nothing, except for an image's, which says where the image would be. */
  if (span->start == span->end && span->kind != LOBE_SPAN_IMAGE && index + 1 == self->spans->len)
    g_array_set_size (self->spans, index);

  return 0;
}

static gboolean
is_in_text (Parser     *self,
            const char *text)
{
  return (guintptr) text >= (guintptr) self->text && (guintptr) text < (guintptr) self->text + self->length;
}

/* Indentation comes as a number of spaces that stand nowhere, then the rest of the line, then a newline. */
static void
add_verbatim (Parser     *self,
              const char *text,
              gsize       length)
{
  if (is_in_text (self, text))
    {
      if (self->indentation > 0)
        lobe_fence_append_indentation (self->string,
                                       self->text + lobe_line_start (self->text, self->start, text - self->text),
                                       text, self->indentation);
      self->indentation = 0;
      g_string_append_len (self->string, text, length);
    }
  else if (*text == ' ')
    {
      self->indentation += length;
    }
  else
    {
      for (; self->indentation > 0; self->indentation--)
        g_string_append_c (self->string, ' ');
      g_string_append_len (self->string, text, length);
    }
}

/* In a table a pipe is escaped even within code (GitHub Flavored Markdown 0.29, example 200), which md4c leaves as it is. */
static void
append_cell_code (Parser     *self,
                  const char *text,
                  gsize       length)
{
  for (gsize i = 0; i < length; i++)
    if (text[i] != '\\' || i + 1 == length || text[i + 1] != '|')
      g_string_append_c (self->string, text[i]);
}

static int
on_text (MD_TEXTTYPE    type,
         const MD_CHAR *text,
         MD_SIZE        size,
         void          *user_data)
{
  Parser *self = user_data;

  ensure_block (self);

  if (is_in_text (self, text))
    {
      if (!self->leaf.has_text)
        self->leaf.first = text - self->text;
      self->leaf.has_text = TRUE;
      self->leaf.last = text - self->text + size;
    }

  switch (type)
    {
    case MD_TEXT_BR:
      g_string_append_c (self->string, '\n');
      break;

    case MD_TEXT_SOFTBR:
      g_string_append_c (self->string, ' ');
      break;

    case MD_TEXT_ENTITY:
      lobe_entity_append (self->string, text, size);
      break;

    case MD_TEXT_NORMAL:
    case MD_TEXT_CODE:
    case MD_TEXT_HTML:
    case MD_TEXT_LATEXMATH:
    case MD_TEXT_NULLCHAR:
    default:
      if (self->verbatim)
        add_verbatim (self, text, size);
      else if (type == MD_TEXT_CODE && self->block->kind == LOBE_BLOCK_TABLE)
        append_cell_code (self, text, size);
      else
        g_string_append_len (self->string, text, size);
      break;
    }

  return 0;
}

static void
parser_run (Parser *self)
{
  static const MD_PARSER callbacks = {
    .flags = FLAGS,
    .enter_block = on_enter_block,
    .leave_block = on_leave_block,
    .enter_span = on_enter_span,
    .leave_span = on_leave_span,
    .text = on_text,
  };

  self->lists = g_array_new (FALSE, FALSE, sizeof (List));
  self->containers = g_array_new (FALSE, FALSE, sizeof (LobeContainer));
  self->open_spans = g_array_new (FALSE, FALSE, sizeof (guint));
  self->string = g_string_new (NULL);

  if (md_parse (self->text, self->length, &callbacks, self) != 0)
    {
      /* It ran out of memory. What was written is shown as it is, and not lost. */
      g_clear_pointer (&self->block, lobe_block_unref);
      g_ptr_array_set_size (self->blocks, 0);
      g_array_set_size (self->leaves, 0);
      g_array_set_size (self->containers, 0);
      self->n_top = 1;
      begin_block (self, LOBE_BLOCK_PARAGRAPH);
      g_string_append_len (self->string, self->text + self->start, self->length - self->start);
      end_block (self);
    }

  g_array_unref (self->lists);
  g_array_unref (self->containers);
  g_array_unref (self->open_spans);
  g_string_free (self->string, TRUE);
}

/*
 * lobe_markdown_parse_part:
 * @definitions: (nullable): link reference definitions from before @text, each with its line end
 * @text: part of a text that starts where a top-level block does
 * @length: its bytes, less than 2 GiB
 * @leaves: (out) (transfer full) (element-type LobeLeaf): one a block, in the same order
 *
 * Parses a part of a text as if it stood behind all that was before it. Offsets are in @text. Fenced code whose closing
 * fence is missing is closed all the same.
 *
 * Returns: (transfer full) (element-type LobeBlock): its blocks
 */
GPtrArray *
lobe_markdown_parse_part (const char  *definitions,
                          const char  *text,
                          gsize        length,
                          GArray     **leaves)
{
  g_autoptr (GArray) places = NULL;
  GString *own = lobe_valid_new (text, length, &places);
  Parser self = { 0 };

  if (definitions != NULL && *definitions != '\0')
    {
      if (own == NULL)
        own = g_string_new_len (text, length);
      g_string_prepend_c (own, '\n');
      g_string_prepend (own, definitions);
      self.start = strlen (definitions) + 1;
    }

  self.text = own != NULL ? own->str : text;
  self.length = own != NULL ? own->len : length;
  self.blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_block_unref);
  self.leaves = g_array_new (FALSE, FALSE, sizeof (LobeLeaf));

  parser_run (&self);
  lobe_markdown_locate (self.text, self.start, self.length, self.blocks, self.leaves);

  for (guint i = 0; own != NULL && i < self.blocks->len; i++)
    {
      LobeBlock *block = g_ptr_array_index (self.blocks, i);
      LobeLeaf *leaf = &g_array_index (self.leaves, LobeLeaf, i);

      block->source_start = lobe_valid_origin (places, block->source_start - self.start);
      block->source_end = lobe_valid_origin (places, block->source_end - self.start);
      leaf->first = lobe_valid_origin (places, leaf->first - self.start);
      leaf->last = lobe_valid_origin (places, leaf->last - self.start);
    }

  if (own != NULL)
    g_string_free (own, TRUE);
  *leaves = self.leaves;

  return self.blocks;
}

/**
 * lobe_markdown_parse:
 * @text: (array length=length): Markdown, UTF-8
 * @length: its bytes, less than 2 GiB, or -1 if it ends with a nul
 *
 * Parses a whole text into its leaf blocks: CommonMark with GitHub's tables, task lists, strikethrough and autolinks. What
 * a block stands in, it says itself, so that each can be a row of its own. An item or a quote in which there is
 * nothing gives an empty paragraph; containers further in than the 64th are left out.
 *
 * A soft line break is a space, a hard one a newline, entities are decoded, HTML is kept as text, nul becomes U+FFFD
 * and so does each byte of @text that is part of no character. The last line end of code and of HTML is left out.
 * Every block is closed.
 *
 * @source_start and @source_end of a block are the start of its first line, with what marks the containers, and the end of its
 * last one without the line end, fences and underlines included. For blocks that have text of their own this is exact;
 * a rule, an empty block or code without a line is given the next line that could be one.
 *
 * Returns: (transfer container) (element-type LobeBlock): the blocks in order
 */
GPtrArray *
lobe_markdown_parse (const char *text,
                     gssize      length)
{
  g_autoptr (GArray) leaves = NULL;

  g_return_val_if_fail (text != NULL || length == 0, NULL);
  g_return_val_if_fail (length <= G_MAXINT32, NULL);

  return lobe_markdown_parse_part (NULL, text != NULL ? text : "", length < 0 ? strlen (text) : (gsize) length, &leaves);
}
