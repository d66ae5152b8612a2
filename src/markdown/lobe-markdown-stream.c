/* lobe-markdown-stream.c: Markdown into blocks while it streams in */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "markdown/lobe-markdown-private.h"

#include "markdown/lobe-fence.h"
#include "markdown/lobe-line.h"
#include "markdown/lobe-valid.h"

#include <string.h>

/**
 * LobeMarkdownStream:
 *
 * Keeps the blocks of a text that grows at its end. An update parses only the tail: what comes from the start of the
 * last top-level block that is sure to be one, as no later text changes how what is before it reads. Where it isn't
 * sure, the tail is longer.
 *
 * What an update says of a text is what lobe_markdown_parse() says of it, with these exceptions, all of which
 * lobe_markdown_stream_end() makes good:
 *
 * - A link reference is a link only if its definition has arrived before the block that it is in was left behind.
 * - A last line without its line end does not count yet while nothing is in it but what could become the mark of
 *   something: a lone `-` would make a heading of the line before it and an item a moment later, and two backticks would
 *   be code and then its end.
 * - The bytes of a last character that is not there as a whole don't count, nor does a carriage return at the end.
 * - The last block is not closed if it is code whose fence is open.
 *
 * Blocks don't change, with one exception: the code block at the end whose fence is open keeps its object, and text
 * and length of it change within an update, so that a very long one costs what is added to it.
 */
struct _LobeMarkdownStream
{
  GObject    parent_instance;

  GPtrArray *blocks;
  gsize      length;

  /* Blocks before n_final and the text before tail are not looked at again. */
  guint      n_final;
  gsize      tail;
  GString   *definitions;

  /* While the tail is one fenced code block that is open, the block's text, whose first code_length bytes come from
   * the n_lines lines before code_offset. */
  GString   *code;
  gsize      code_length;
  gsize      code_offset;
  guint      n_lines;
  LobeFence  fence;

  gboolean   ended;
};

G_DEFINE_FINAL_TYPE (LobeMarkdownStream, lobe_markdown_stream, G_TYPE_OBJECT)

/* The code's string is also the text of the last block, whose alone it is from here on. */
static void
leave_fence (LobeMarkdownStream *self)
{
  LobeBlock *block;

  if (self->code == NULL)
    return;

  block = g_ptr_array_index (self->blocks, self->blocks->len - 1);
  block->text = g_string_free_and_steal (g_steal_pointer (&self->code));
}

static void
lobe_markdown_stream_finalize (GObject *object)
{
  LobeMarkdownStream *self = LOBE_MARKDOWN_STREAM (object);

  leave_fence (self);
  g_ptr_array_unref (self->blocks);
  g_string_free (self->definitions, TRUE);

  G_OBJECT_CLASS (lobe_markdown_stream_parent_class)->finalize (object);
}

static void
lobe_markdown_stream_class_init (LobeMarkdownStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_markdown_stream_finalize;
}

static void
lobe_markdown_stream_init (LobeMarkdownStream *self)
{
  self->blocks = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_block_unref);
  self->definitions = g_string_new (NULL);
}

/**
 * lobe_markdown_stream_new:
 *
 * Returns: (transfer full): a stream with no text yet
 */
LobeMarkdownStream *
lobe_markdown_stream_new (void)
{
  return g_object_new (LOBE_TYPE_MARKDOWN_STREAM, NULL);
}

/*
 * lobe_markdown_settled:
 * @text: a text that will go on
 * @length: its bytes
 *
 * Returns: how many of its bytes count already
 */
gsize
lobe_markdown_settled (const char *text,
                       gsize       length)
{
  gsize end = lobe_valid_complete (text, length);

  /* A carriage return at the end may be half a line end, so it is not there yet. Any other one is a whole one. */
  gsize last = end > 0 && text[end - 1] == '\r' ? end - 1 : end;
  gsize start = lobe_line_start (text, 0, last);
  gsize i = start;

  while (i < last && strchr (" \t>", text[i]) != NULL && text[i] != '\0')
    i++;
  while (i < last && g_ascii_isdigit (text[i]))
    i++;
  while (i < last && text[i] != '\0' && strchr (" \t>-+*=_#`~|:.)", text[i]) != NULL)
    i++;

  return i == last ? start : last;
}

/* Keeps the objects of the blocks from index on that did not change, puts the others in, and says which is the first. */
static guint
replace_blocks (LobeMarkdownStream *self,
                guint               index,
                GPtrArray          *blocks)
{
  guint n_old = self->blocks->len;
  guint first = G_MAXUINT;

  for (guint i = 0; i < blocks->len; i++)
    {
      LobeBlock *block = g_ptr_array_index (blocks, i);
      LobeBlock *old = index + i < n_old ? g_ptr_array_index (self->blocks, index + i) : NULL;

      if (old == NULL)
        {
          g_ptr_array_add (self->blocks, lobe_block_ref (block));
        }
      else if (lobe_block_equal (old, block))
        {
          old->source_start = block->source_start;
          old->source_end = block->source_end;
          continue;
        }
      else
        {
          lobe_block_unref (old);
          g_ptr_array_index (self->blocks, index + i) = lobe_block_ref (block);
        }

      first = MIN (first, index + i);
    }

  if (index + blocks->len < n_old)
    g_ptr_array_set_size (self->blocks, index + blocks->len);

  return MIN (first, self->blocks->len);
}

/* What stands between the blocks and begins with a bracket may be link reference definitions. They are if the parser
 * makes no block of them. */
static void
remember_definitions (LobeMarkdownStream *self,
                      const char         *text,
                      gsize               start,
                      gsize               end)
{
  g_autoptr (GString) candidate = NULL;

  for (gsize line = start; line < end; line = lobe_line_next (text, end, line))
    {
      gsize line_end = lobe_line_end (text, end, line);
      gsize i = lobe_line_contents (text, line, line_end);

      if (candidate == NULL && (i == line_end || text[i] != '['))
        continue;
      if (candidate == NULL)
        candidate = g_string_new (NULL);
      if (i == line_end)
        break;
      lobe_valid_append (candidate, text + i, line_end - i);
      g_string_append_c (candidate, '\n');
    }

  if (candidate != NULL)
    {
      g_autoptr (GArray) leaves = NULL;
      g_autoptr (GPtrArray) blocks = lobe_markdown_parse_part (NULL, candidate->str, candidate->len, &leaves);

      if (blocks->len == 0)
        g_string_append_len (self->definitions, candidate->str, candidate->len);
    }
}

/* Leaves behind the first n_blocks of the tail's blocks. The tail now begins at the offset. */
static void
move_tail (LobeMarkdownStream *self,
           const char         *text,
           guint               n_blocks,
           gsize               offset)
{
  gsize gap = self->tail;

  for (guint i = 0; i < n_blocks; i++)
    {
      LobeBlock *block = g_ptr_array_index (self->blocks, self->n_final + i);

      /* An item with nothing in it but definitions is empty. */
      if (block->kind == LOBE_BLOCK_PARAGRAPH && block->length == 0)
        continue;
      remember_definitions (self, text, gap, block->source_start);
      gap = block->source_end;
    }
  remember_definitions (self, text, gap, offset);

  self->tail = offset;
  self->n_final += n_blocks;
}

/* Whether a parse that starts at this block reads it and all after it in the same way as one that comes from before.
 * That is so if its first line is known for certain, is there as a whole and stands behind a blank line: then it
 * interrupts nothing, and nothing that would have kept it from doing so is missing. An indented line is never taken, as
 * it may belong to an item with nothing in its first line. */
static gboolean
starts_tail (LobeMarkdownStream *self,
             const char         *text,
             gsize               length,
             const LobeBlock    *block,
             const LobeLeaf     *leaf)
{
  gsize line = block->source_start;
  gsize before;

  if (!leaf->has_text || leaf->fence != 0 || line <= self->tail)
    return FALSE;
  if (line != lobe_line_start (text, self->tail, leaf->first) || text[line] == ' ' || text[line] == '\t')
    return FALSE;
  if (lobe_line_end (text, length, line) == length)
    return FALSE;

  before = lobe_line_previous (text, self->tail, line);

  return strspn (text + before, " \t") == lobe_line_end (text, length, before) - before;
}

/* Begins to append to the last block directly if it is fenced code that is open and stands in nothing. */
static gboolean
enter_fence (LobeMarkdownStream *self,
             const char         *text,
             gsize               length,
             const LobeLeaf     *leaf)
{
  LobeBlock *block = g_ptr_array_index (self->blocks, self->blocks->len - 1);
  gsize line = block->source_start;
  gsize line_end = lobe_line_end (text, length, line);

  /* An opening fence interrupts whatever is before it, so that no blank line is needed there. */
  if (leaf->depth > 0 || leaf->fence == 0 || leaf->fence_closed || line_end == length ||
      !lobe_fence_open (&self->fence, text + line, line_end - line) || self->fence.mark != leaf->fence)
    return FALSE;

  move_tail (self, text, self->blocks->len - 1 - self->n_final, line);
  self->code = g_string_new (NULL);
  self->code_length = 0;
  self->code_offset = lobe_line_next (text, length, line);
  self->n_lines = 0;
  g_free (block->text);
  block->text = self->code->str;
  block->length = 0;

  return TRUE;
}

static void
append_code (LobeMarkdownStream *self,
             const char         *text,
             gsize               start,
             gsize               end)
{
  if (self->n_lines > 0)
    g_string_append_c (self->code, '\n');
  lobe_fence_append_line (&self->fence, self->code, text + start, end - start);
}

/* Appends what is new to the code block at the end. Its text only grows, so that its length tells whether it changed. */
static gboolean
update_fence (LobeMarkdownStream *self,
              const char         *text,
              gsize               length)
{
  LobeBlock *block = g_ptr_array_index (self->blocks, self->blocks->len - 1);
  gsize length_before = block->length;
  gsize end;

  g_string_truncate (self->code, self->code_length);

  for (;; self->n_lines++)
    {
      end = lobe_line_end (text, length, self->code_offset);
      if (end == length)
        break;

      block->closed = lobe_fence_is_closed (&self->fence, text + self->code_offset, end - self->code_offset);
      if (!block->closed)
        append_code (self, text, self->code_offset, end);
      self->code_offset = lobe_line_next (text, length, end);
      if (block->closed)
        break;
    }

  self->code_length = self->code->len;
  if (!block->closed && self->code_offset < end)
    append_code (self, text, self->code_offset, end);

  block->text = self->code->str;
  block->length = self->code->len;
  block->source_end = end;

  if (block->closed)
    {
      leave_fence (self);
      self->tail = self->code_offset;
      self->n_final = self->blocks->len;
    }

  return block->closed || block->length != length_before;
}

/* Parses the tail, and leaves behind as much of it as is final. Returns the first block that changed. */
static guint
update_tail (LobeMarkdownStream *self,
             const char         *text,
             gsize               length)
{
  g_autoptr (GArray) leaves = NULL;
  g_autoptr (GPtrArray) blocks = lobe_markdown_parse_part (self->definitions->str, text + self->tail,
                                                           length - self->tail, &leaves);
  guint first;
  LobeLeaf *last;

  for (guint i = 0; i < blocks->len; i++)
    {
      LobeBlock *block = g_ptr_array_index (blocks, i);
      LobeLeaf *leaf = &g_array_index (leaves, LobeLeaf, i);

      block->source_start += self->tail;
      block->source_end += self->tail;
      leaf->first += self->tail;
      leaf->last += self->tail;
      if (i + 1 == blocks->len && block->kind == LOBE_BLOCK_CODE)
        block->closed = leaf->fence_closed;
    }

  first = replace_blocks (self, self->n_final, blocks);
  if (blocks->len == 0)
    return first;

  last = &g_array_index (leaves, LobeLeaf, leaves->len - 1);
  if (enter_fence (self, text, length, last))
    {
      update_fence (self, text, length);
      return first;
    }

  for (guint i = blocks->len - 1; i > 0; i--)
    {
      LobeLeaf *leaf = &g_array_index (leaves, LobeLeaf, i);
      LobeBlock *block = g_ptr_array_index (self->blocks, self->n_final + i);

      if (leaf->top != g_array_index (leaves, LobeLeaf, i - 1).top && starts_tail (self, text, length, block, leaf))
        {
          move_tail (self, text, i, block->source_start);
          break;
        }
    }

  return first;
}

static void
reset (LobeMarkdownStream *self)
{
  leave_fence (self);
  g_string_truncate (self->definitions, 0);
  self->n_final = 0;
  self->tail = 0;
  self->length = 0;
}

/**
 * lobe_markdown_stream_update:
 * @self: a stream that has not ended
 * @text: (array length=length): all of the text so far, which begins with all that the last update was given
 * @length: its bytes, less than 2 GiB
 * @first_changed: (out) (optional): the first block that changed or came
 * @n_before: (out) (optional): how many blocks there were before
 *
 * Brings the blocks up to date at a cost that goes with the unfinished end of the text. The blocks from @first_changed
 * to @n_before are to be replaced by those from @first_changed to lobe_markdown_stream_get_n_blocks(); those before are
 * the same objects. Where nothing changed all three are the same number.
 */
void
lobe_markdown_stream_update (LobeMarkdownStream *self,
                             const char         *text,
                             gsize               length,
                             guint              *first_changed,
                             guint              *n_before)
{
  guint before;
  guint first;
  gsize settled;

  g_return_if_fail (LOBE_IS_MARKDOWN_STREAM (self));
  g_return_if_fail (!self->ended);
  g_return_if_fail (text != NULL || length == 0);
  g_return_if_fail (length <= G_MAXINT32);

  if (text == NULL)
    text = "";
  before = first = self->blocks->len;
  settled = lobe_markdown_settled (text, length);

  if (settled != self->length)
    {
      if (settled < self->length)
        reset (self);
      self->length = settled;
      if (self->code != NULL && update_fence (self, text, settled))
        first = self->blocks->len - 1;
      if (self->code == NULL)
        {
          guint changed = update_tail (self, text, settled);

          first = MIN (first, changed);
        }
    }

  if (first_changed != NULL)
    *first_changed = first;
  if (n_before != NULL)
    *n_before = before;
}

/**
 * lobe_markdown_stream_end:
 * @self: a stream that has not ended
 * @text: (array length=length): the whole text
 * @length: its bytes, less than 2 GiB
 * @first_changed: (out) (optional): the first block that changed or came
 * @n_before: (out) (optional): how many blocks there were before
 *
 * Parses the whole text, so that the blocks are those of lobe_markdown_parse(). All that did not change keep their
 * objects, also behind the first one that did.
 */
void
lobe_markdown_stream_end (LobeMarkdownStream *self,
                          const char         *text,
                          gsize               length,
                          guint              *first_changed,
                          guint              *n_before)
{
  g_autoptr (GPtrArray) blocks = NULL;
  guint before;
  guint first;

  g_return_if_fail (LOBE_IS_MARKDOWN_STREAM (self));
  g_return_if_fail (!self->ended);
  g_return_if_fail (text != NULL || length == 0);
  g_return_if_fail (length <= G_MAXINT32);

  self->ended = TRUE;
  before = self->blocks->len;
  reset (self);
  blocks = lobe_markdown_parse (text, length);
  first = replace_blocks (self, 0, blocks);

  if (first_changed != NULL)
    *first_changed = first;
  if (n_before != NULL)
    *n_before = before;
}

/**
 * lobe_markdown_stream_get_n_blocks:
 * @self: a stream
 *
 * Returns: how many blocks there are
 */
guint
lobe_markdown_stream_get_n_blocks (LobeMarkdownStream *self)
{
  g_return_val_if_fail (LOBE_IS_MARKDOWN_STREAM (self), 0);

  return self->blocks->len;
}

/**
 * lobe_markdown_stream_get_block:
 * @self: a stream
 * @index: less than the number of blocks
 *
 * Returns: (transfer none): the block
 */
LobeBlock *
lobe_markdown_stream_get_block (LobeMarkdownStream *self,
                                guint               index)
{
  g_return_val_if_fail (LOBE_IS_MARKDOWN_STREAM (self), NULL);
  g_return_val_if_fail (index < self->blocks->len, NULL);

  return g_ptr_array_index (self->blocks, index);
}
