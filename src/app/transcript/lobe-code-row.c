/* lobe-code-row.c: code in a card, coloured once its fence is closed */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-code-row.h"

#include "app/transcript/lobe-highlighter.h"
#include "app/transcript/lobe-prose.h"

#include <glib/gi18n.h>

struct _LobeCodeRow
{
  GtkWidget  parent_instance;
  GtkWidget *box;
  GtkWidget *bar;
  GtkWidget *language;
  GtkWidget *scroller;
  GtkWidget *prose;
  LobeRow   *row;
};

G_DEFINE_FINAL_TYPE (LobeCodeRow, lobe_code_row, GTK_TYPE_WIDGET)

static void
copy_cb (LobeCodeRow *self)
{
  LobeBlock *block = lobe_row_get_block (self->row);

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), block->text);
}

static void
ask_for_colors (LobeCodeRow *self)
{
  LobeBlock *block = self->row ? lobe_row_get_block (self->row) : NULL;
  LobeHighlighter *highlighter;
  guint scheme;

  if (!block || !block->closed || !block->info || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;

  highlighter = lobe_highlighter_get_default ();
  if (!lobe_row_get_colors (self->row, &scheme) || scheme != lobe_highlighter_get_scheme (highlighter))
    lobe_highlighter_request (highlighter, self->row);
}

static void
lobe_code_row_css_changed (GtkWidget         *widget,
                           GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (lobe_code_row_parent_class)->css_changed (widget, change);
  ask_for_colors (LOBE_CODE_ROW (widget)); /* light and dark */
}

static void
lobe_code_row_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (lobe_code_row_parent_class)->map (widget);
  ask_for_colors (LOBE_CODE_ROW (widget));
}

static void
lobe_code_row_dispose (GObject *object)
{
  LobeCodeRow *self = LOBE_CODE_ROW (object);

  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->row);

  G_OBJECT_CLASS (lobe_code_row_parent_class)->dispose (object);
}

static void
lobe_code_row_class_init (LobeCodeRowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lobe_code_row_dispose;
  widget_class->css_changed = lobe_code_row_css_changed;
  widget_class->map = lobe_code_row_map;

  gtk_widget_class_set_css_name (widget_class, "code-row");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
lobe_code_row_init (LobeCodeRow *self)
{
  GtkWidget *copy;

  self->language = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (self->language), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->language), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->language, TRUE);
  gtk_widget_add_css_class (self->language, "caption-heading");
  gtk_widget_add_css_class (self->language, "dimmed");

  copy = gtk_button_new_from_icon_name ("edit-copy-symbolic");
  gtk_widget_set_css_classes (copy, (const char *[]) { "flat", "small", NULL });
  gtk_widget_set_tooltip_text (copy, _("Copy"));
  gtk_widget_set_valign (copy, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (copy), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Copy Code"), -1);
  g_signal_connect_swapped (copy, "clicked", G_CALLBACK (copy_cb), self);

  self->bar = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_widget_add_css_class (self->bar, "code-bar");
  gtk_box_append (GTK_BOX (self->bar), self->language);
  gtk_box_append (GTK_BOX (self->bar), copy);

  self->prose = lobe_prose_new ();
  lobe_prose_set_style (LOBE_PROSE (self->prose), LOBE_PROSE_CODE);
  gtk_widget_set_css_classes (self->prose, (const char *[]) { "monospace", "code", NULL });

  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->prose);
  /* code reads from the left in every language */
  gtk_widget_set_direction (self->scroller, GTK_TEXT_DIR_LTR);
  gtk_widget_set_direction (self->prose, GTK_TEXT_DIR_LTR);

  self->box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
  gtk_widget_add_css_class (self->box, "block");
  gtk_box_append (GTK_BOX (self->box), self->bar);
  gtk_box_append (GTK_BOX (self->box), self->scroller);
  gtk_widget_set_parent (self->box, GTK_WIDGET (self));
}

GtkWidget *
lobe_code_row_new (void)
{
  return g_object_new (LOBE_TYPE_CODE_ROW, NULL);
}

/* Which costs nothing if it is so already: this runs for every frame of code that streams in. */
static void
set_class (GtkWidget  *widget,
           const char *name,
           gboolean    set)
{
  if (set == gtk_widget_has_css_class (widget, name))
    return;
  if (set)
    gtk_widget_add_css_class (widget, name);
  else
    gtk_widget_remove_css_class (widget, name);
}

/**
 * lobe_code_row_set_row:
 * @self: the widget
 * @row: a row of code: the first one of its block has the language above it, and those of one block make one card
 */
void
lobe_code_row_set_row (LobeCodeRow *self,
                       LobeRow     *row)
{
  LobeBlock *block = lobe_row_get_block (row);
  LobeRowFlags flags = lobe_row_get_flags (row);
  gsize start = lobe_row_get_start (row), end = lobe_row_get_end (row);

  g_set_object (&self->row, row);
  if (end > start && end < block->length && block->text[end - 1] == '\n')
    end--;

  gtk_widget_set_visible (self->bar, (flags & LOBE_ROW_FIRST) != 0);
  set_class (self->box, "not-first", !(flags & LOBE_ROW_FIRST));
  set_class (self->box, "not-last", !(flags & LOBE_ROW_LAST));
  if (flags & LOBE_ROW_FIRST)
    {
      const char *name = block->info ? lobe_highlighter_get_name (block->info) : _("Code");

      if (g_strcmp0 (gtk_label_get_text (GTK_LABEL (self->language)), name) != 0)
        {
          gtk_label_set_text (GTK_LABEL (self->language), name);
          gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
        }
    }

  lobe_prose_set_row (LOBE_PROSE (self->prose), row);
  lobe_prose_set_text (LOBE_PROSE (self->prose), block->text + start, end - start, NULL, 0);
  lobe_prose_set_colors (LOBE_PROSE (self->prose), lobe_row_get_colors (row, NULL));
  lobe_prose_set_caret (LOBE_PROSE (self->prose), (flags & LOBE_ROW_CARET) != 0);
  ask_for_colors (self);
}
