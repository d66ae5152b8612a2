/* lobe-highlighter.c: colours for code, by one text buffer that is never shown */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-highlighter.h"

#include <adwaita.h>
#include <glib/gi18n.h>
#include <gtksourceview/gtksource.h>
#include <string.h>

/* Longer code stays as it is: nobody reads it for its colours, and the buffer would take long. */
#define MAX_LENGTH (256 * 1024)

struct _LobeHighlighter
{
  GObject          parent_instance;
  GtkSourceBuffer *buffer;
  LobeBlock       *block; /* what is in the buffer */
  GQueue           rows;
  guint            idle_id;
  guint            scheme; /* counts changes of it */
};

G_DEFINE_FINAL_TYPE (LobeHighlighter, lobe_highlighter, G_TYPE_OBJECT)

/* What people and models write after a fence, where it is neither a language's id nor a file name's end. */
static const struct
{
  const char *info;
  const char *id;
} aliases[] = {
  { "bash", "sh" },
  { "c#", "c-sharp" },
  { "c++", "cpp" },
  { "console", "sh" },
  { "cs", "c-sharp" },
  { "csharp", "c-sharp" },
  { "golang", "go" },
  { "javascript", "js" },
  { "jsx", "jsx" },
  { "latex", "latex" },
  { "makefile", "makefile" },
  { "objc", "objc" },
  { "patch", "diff" },
  { "py", "python3" },
  { "python", "python3" },
  { "rs", "rust" },
  { "shell", "sh" },
  { "ts", "typescript" },
  { "tsx", "typescript-jsx" },
  { "yml", "yaml" },
  { "zsh", "sh" },
};

static GtkSourceLanguage *
find_language (const char *info)
{
  GtkSourceLanguageManager *manager = gtk_source_language_manager_get_default ();
  g_autofree char *id = g_ascii_strdown (info, -1);
  g_autofree char *name = NULL;
  GtkSourceLanguage *language;

  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (strcmp (aliases[i].info, id) == 0 && (language = gtk_source_language_manager_get_language (manager, aliases[i].id)))
      return language;

  if ((language = gtk_source_language_manager_get_language (manager, id)))
    return language;

  name = g_strconcat ("code.", id, NULL);

  return gtk_source_language_manager_guess_language (manager, name, NULL);
}

/**
 * lobe_highlighter_get_name:
 * @info: the first word after a fence
 *
 * Returns: how to call that language
 */
const char *
lobe_highlighter_get_name (const char *info)
{
  static GHashTable *names;
  const char *name;

  if (!names)
    names = g_hash_table_new (g_str_hash, g_str_equal);

  /* an answer can make up words without end, but not fill our memory with them */
  if (!(name = g_hash_table_lookup (names, info)))
    {
      GtkSourceLanguage *language = find_language (info);

      name = !language ? info : strcmp (gtk_source_language_get_id (language), "sh") == 0 ? _("Shell") : gtk_source_language_get_name (language);
      if (language && g_hash_table_size (names) < 256)
        g_hash_table_insert (names, g_strdup (info), g_strdup (name));
    }

  return name;
}

static void
add (PangoAttrList  *attrs,
     PangoAttribute *attr,
     guint           start,
     guint           end)
{
  attr->start_index = start;
  attr->end_index = end;
  pango_attr_list_insert (attrs, attr);
}

static void
add_tags (PangoAttrList     *attrs,
          const GtkTextIter *iter,
          guint              start,
          guint              end)
{
  GSList *tags = gtk_text_iter_get_tags (iter);
  g_autoptr(GdkRGBA) color = NULL;
  int weight = PANGO_WEIGHT_NORMAL;
  PangoStyle style = PANGO_STYLE_NORMAL;

  for (GSList *l = tags; l; l = l->next) /* ascending priority */
    {
      g_autoptr(GdkRGBA) rgba = NULL;
      gboolean color_set, weight_set, style_set;
      int tag_weight;
      PangoStyle tag_style;

      g_object_get (l->data, "foreground-set", &color_set, "foreground-rgba", &rgba, "weight-set", &weight_set, "weight", &tag_weight,
                    "style-set", &style_set, "style", &tag_style, NULL);
      if (color_set && rgba)
        {
          g_clear_pointer (&color, gdk_rgba_free);
          color = g_steal_pointer (&rgba);
        }
      if (weight_set)
        weight = tag_weight;
      if (style_set)
        style = tag_style;
    }
  g_slist_free (tags);

  if (color)
    add (attrs, pango_attr_foreground_new (color->red * 65535, color->green * 65535, color->blue * 65535), start, end);
  if (weight != PANGO_WEIGHT_NORMAL)
    add (attrs, pango_attr_weight_new (weight), start, end);
  if (style != PANGO_STYLE_NORMAL)
    add (attrs, pango_attr_style_new (style), start, end);
}

static void
set_block (LobeHighlighter *self,
           LobeBlock       *block)
{
  if (self->block == block)
    return;

  g_clear_pointer (&self->block, lobe_block_unref);
  self->block = lobe_block_ref (block);
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (self->buffer), "", 0);
  gtk_source_buffer_set_language (self->buffer, find_language (block->info));
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (self->buffer), block->text, block->length);
}

static void
set_scheme (LobeHighlighter *self)
{
  GtkSourceStyleSchemeManager *schemes = gtk_source_style_scheme_manager_get_default ();
  gboolean dark = adw_style_manager_get_dark (adw_style_manager_get_default ());

  self->scheme++;
  gtk_source_buffer_set_style_scheme (self->buffer, gtk_source_style_scheme_manager_get_scheme (schemes, dark ? "Adwaita-dark" : "Adwaita"));
}

static void
color_row (LobeHighlighter *self,
           LobeRow         *row)
{
  LobeBlock *block = lobe_row_get_block (row);
  g_autoptr(PangoAttrList) attrs = pango_attr_list_new ();
  gsize start = lobe_row_get_start (row), end = lobe_row_get_end (row), at = 0;
  GtkTextIter iter, stop;

  if (!block || block->kind != LOBE_BLOCK_CODE || block->length > MAX_LENGTH)
    return;

  set_block (self, block);
  gtk_text_buffer_get_iter_at_offset (GTK_TEXT_BUFFER (self->buffer), &iter, g_utf8_pointer_to_offset (block->text, block->text + start));
  gtk_text_buffer_get_iter_at_offset (GTK_TEXT_BUFFER (self->buffer), &stop, g_utf8_pointer_to_offset (block->text, block->text + end));
  gtk_source_buffer_ensure_highlight (self->buffer, &iter, &stop);

  while (gtk_text_iter_compare (&iter, &stop) < 0)
    {
      GtkTextIter next = iter;
      gsize bytes;

      if (!gtk_text_iter_forward_to_tag_toggle (&next, NULL) || gtk_text_iter_compare (&next, &stop) > 0)
        next = stop;
      bytes = g_utf8_offset_to_pointer (block->text + start + at, gtk_text_iter_get_offset (&next) - gtk_text_iter_get_offset (&iter)) - (block->text + start + at);
      add_tags (attrs, &iter, at, at + bytes);
      at += bytes;
      iter = next;
    }

  lobe_row_set_colors (row, attrs, self->scheme);
}

/* One row at a time, so that what is on the screen never waits for what is not. */
static gboolean
idle_cb (gpointer data)
{
  LobeHighlighter *self = data;
  g_autoptr(LobeRow) row = g_queue_pop_head (&self->rows);

  if (row)
    color_row (self, row);
  if (!g_queue_is_empty (&self->rows))
    return G_SOURCE_CONTINUE;

  self->idle_id = 0;
  gtk_text_buffer_set_text (GTK_TEXT_BUFFER (self->buffer), "", 0);
  g_clear_pointer (&self->block, lobe_block_unref);

  return G_SOURCE_REMOVE;
}

static void
lobe_highlighter_class_init (LobeHighlighterClass *klass)
{
}

static void
lobe_highlighter_init (LobeHighlighter *self)
{
  /* Lives as long as the program. */
  self->buffer = gtk_source_buffer_new (NULL);
  set_scheme (self);
  g_signal_connect_swapped (adw_style_manager_get_default (), "notify::dark", G_CALLBACK (set_scheme), self);
}

LobeHighlighter *
lobe_highlighter_get_default (void)
{
  static LobeHighlighter *instance;

  if (!instance)
    instance = g_object_new (LOBE_TYPE_HIGHLIGHTER, NULL);

  return instance;
}

/**
 * lobe_highlighter_get_scheme:
 * @self: the highlighter
 *
 * Returns: what stands for the present style scheme; colours of another one are to be asked for again
 */
guint
lobe_highlighter_get_scheme (LobeHighlighter *self)
{
  return self->scheme;
}

/**
 * lobe_highlighter_request:
 * @self: the highlighter
 * @row: a row of code with a language
 *
 * Gives @row its colours a little later.
 */
void
lobe_highlighter_request (LobeHighlighter *self,
                          LobeRow         *row)
{
  if (g_queue_find (&self->rows, row))
    return;

  g_queue_push_tail (&self->rows, g_object_ref (row));
  if (self->idle_id == 0)
    self->idle_id = g_idle_add_full (G_PRIORITY_DEFAULT_IDLE, idle_cb, self, NULL);
}
