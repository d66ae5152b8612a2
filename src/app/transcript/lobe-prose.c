/* lobe-prose.c: a stretch of text with spans, laid out only when it is drawn or its height is not known */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-prose-private.h"

#include <adwaita.h>
#include <math.h>
#include <string.h>

#define BLINK_STEP 100   /* ms */

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeProse, lobe_prose, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_ACCESSIBLE_TEXT, lobe_prose_accessible_text_init))

static void
ensure_font (LobeProse *self)
{
  PangoContext *context;
  const PangoFontDescription *font;
  double size, resolution;

  if (self->font)
    return;

  context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  font = pango_context_get_font_description (context);
  resolution = pango_cairo_context_get_resolution (context);
  size = (double) pango_font_description_get_size (font) / PANGO_SCALE;
  if (!pango_font_description_get_size_is_absolute (font))
    size *= (resolution > 0 ? resolution : 96) / 72;

  self->em = size;
  /* A length and not a factor, so that Latin and Chinese lines keep one rhythm. */
  switch (self->style)
    {
    case LOBE_PROSE_HEADING:
      self->line_height = ceil (size * 1.35);
      break;
    case LOBE_PROSE_CODE:
      self->line_height = ceil (size * 1.36);
      break;
    case LOBE_PROSE_BODY:
    case LOBE_PROSE_CELL:
    default:
      self->line_height = ceil (size * 1.6);
      break;
    }
  self->font = MAX (pango_font_description_hash (font) ^ (guint) (resolution * 16), 1);
}

static void
drop_layout (LobeProse *self)
{
  g_clear_object (&self->layout);
  self->width = -1;
  self->natural = 0;
}

static void
make_attributes (LobeProse *self)
{
  g_autoptr(PangoAttrList) attrs = pango_attr_list_new ();

  pango_attr_list_insert (attrs, pango_attr_line_height_new_absolute (self->line_height * PANGO_SCALE));

  if (self->spans && self->spans->len > 0)
    {
      AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));
      g_autoptr(GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (manager);
      g_autoptr(PangoFontDescription) mono = pango_font_description_from_string (adw_style_manager_get_monospace_font_name (manager));
      GdkRGBA link;

      adw_rgba_to_standalone (accent, adw_style_manager_get_dark (manager), &link);
      lobe_shown_add_spans (&self->shown, attrs, self->spans, self->spans_from, pango_font_description_get_family (mono),
                            &(PangoColor) { link.red * 65535, link.green * 65535, link.blue * 65535 });
    }
  if (self->colors)
    pango_attr_list_splice (attrs, self->colors, 0, 0);

  pango_layout_set_attributes (self->layout, attrs);
}

/* Lays the text out, if it is not yet, at @width in pixels; -1 does not wrap. */
void
lobe_prose_ensure_layout (LobeProse *self,
                          int        width)
{
  ensure_font (self);

  if (!self->layout)
    {
      if (!self->shown.text)
        lobe_shown_init (&self->shown, self->text ? self->text : "", self->length, self->spans, self->spans_from);
      self->layout = gtk_widget_create_pango_layout (GTK_WIDGET (self), NULL);
      pango_layout_set_wrap (self->layout, PANGO_WRAP_WORD_CHAR);
      pango_layout_set_alignment (self->layout, self->alignment);
      pango_layout_set_text (self->layout, self->shown.text, self->shown.length);
      make_attributes (self);
      self->layout_width = -1;
    }

  if (width != self->layout_width)
    {
      pango_layout_set_width (self->layout, width < 0 ? -1 : width * PANGO_SCALE);
      self->layout_width = width;
    }
}

static int
height_for_width (LobeProse *self,
                  int        width)
{
  int height;

  ensure_font (self);

  if (self->style == LOBE_PROSE_CODE)
    return self->n_lines * self->line_height;
  if (self->row && lobe_row_get_height (self->row, width, self->font, &height))
    return height;
  if (!self->row && self->width == width)
    return self->height;

  lobe_prose_ensure_layout (self, width);
  pango_layout_get_pixel_size (self->layout, NULL, &height);
  height = MAX (height, self->line_height);

  if (self->row)
    lobe_row_set_height (self->row, width, self->font, height);
  self->width = width;
  self->height = height;

  return height;
}

static GtkSizeRequestMode
lobe_prose_get_request_mode (GtkWidget *widget)
{
  return LOBE_PROSE (widget)->style == LOBE_PROSE_CODE ? GTK_SIZE_REQUEST_CONSTANT_SIZE : GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
lobe_prose_measure (GtkWidget      *widget,
                    GtkOrientation  orientation,
                    int             for_size,
                    int            *minimum,
                    int            *natural,
                    int            *minimum_baseline,
                    int            *natural_baseline)
{
  LobeProse *self = LOBE_PROSE (widget);
  int size;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      /* Only code has a width of its own. A layout to answer this is what makes a list of labels slow. */
      *minimum = *natural = self->style == LOBE_PROSE_CODE ? lobe_prose_get_natural_width (self) : 1;
      return;
    }

  ensure_font (self);
  if (for_size >= 0 || self->style == LOBE_PROSE_CODE)
    size = height_for_width (self, for_size);
  else if (!self->row || !lobe_row_get_height (self->row, -1, self->font, &size))
    size = self->width >= 0 ? self->height : self->line_height;

  *minimum = *natural = size;
}

static void
lobe_prose_css_changed (GtkWidget         *widget,
                        GtkCssStyleChange *change)
{
  LobeProse *self = LOBE_PROSE (widget);

  GTK_WIDGET_CLASS (lobe_prose_parent_class)->css_changed (widget, change);
  lobe_prose_style_changed (self);
}

static void
lobe_prose_system_setting_changed (GtkWidget        *widget,
                                   GtkSystemSetting  setting)
{
  GTK_WIDGET_CLASS (lobe_prose_parent_class)->system_setting_changed (widget, setting);
  lobe_prose_style_changed (LOBE_PROSE (widget));
}

static gboolean
blink_cb (gpointer data)
{
  LobeProse *self = data;

  self->blink = (self->blink + 1) % LOBE_PROSE_BLINK_CYCLE;
  if (gtk_widget_get_child_visible (GTK_WIDGET (self)))
    gtk_widget_queue_draw (GTK_WIDGET (self));

  return G_SOURCE_CONTINUE;
}

static gboolean
wait_cb (gpointer data)
{
  LobeProse *self = data;

  self->blink_id = g_timeout_add (BLINK_STEP, blink_cb, self);

  return G_SOURCE_REMOVE;
}

static void
restart_blinking (LobeProse *self)
{
  g_clear_handle_id (&self->blink_id, g_source_remove);
  self->blink = 0;
  if (self->caret && gtk_widget_get_mapped (GTK_WIDGET (self)) && adw_get_enable_animations (GTK_WIDGET (self)))
    self->blink_id = g_timeout_add (BLINK_STEP * LOBE_PROSE_BLINK_CYCLE / 2, wait_cb, self);
}

static void
lobe_prose_map (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (lobe_prose_parent_class)->map (widget);
  restart_blinking (LOBE_PROSE (widget));
}

static void
lobe_prose_unmap (GtkWidget *widget)
{
  g_clear_handle_id (&LOBE_PROSE (widget)->blink_id, g_source_remove);
  GTK_WIDGET_CLASS (lobe_prose_parent_class)->unmap (widget);
}

static gboolean
lobe_prose_query_tooltip (GtkWidget  *widget,
                          int         x,
                          int         y,
                          gboolean    keyboard_tip,
                          GtkTooltip *tooltip)
{
  LobeProse *self = LOBE_PROSE (widget);
  const char *target = keyboard_tip ? lobe_prose_get_focused_link (self) : lobe_prose_get_link_at (self, x, y);

  if (!target)
    return FALSE;

  gtk_tooltip_set_text (tooltip, target);
  return TRUE;
}

static void
lobe_prose_dispose (GObject *object)
{
  LobeProse *self = LOBE_PROSE (object);

  g_clear_handle_id (&self->blink_id, g_source_remove);
  drop_layout (self);
  lobe_shown_clear (&self->shown);
  g_clear_pointer (&self->text, g_free);
  g_clear_pointer (&self->spans, g_array_unref);
  g_clear_pointer (&self->colors, pango_attr_list_unref);
  g_clear_object (&self->row);

  G_OBJECT_CLASS (lobe_prose_parent_class)->dispose (object);
}

static void
lobe_prose_class_init (LobeProseClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lobe_prose_dispose;
  widget_class->get_request_mode = lobe_prose_get_request_mode;
  widget_class->measure = lobe_prose_measure;
  widget_class->snapshot = lobe_prose_snapshot;
  widget_class->focus = lobe_prose_focus;
  widget_class->css_changed = lobe_prose_css_changed;
  widget_class->system_setting_changed = lobe_prose_system_setting_changed;
  widget_class->map = lobe_prose_map;
  widget_class->unmap = lobe_prose_unmap;
  widget_class->query_tooltip = lobe_prose_query_tooltip;

  gtk_widget_class_set_css_name (widget_class, "prose");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_PARAGRAPH);
}

static void
lobe_prose_init (LobeProse *self)
{
  self->width = -1;
  self->link = -1;
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_VISIBLE);
}

GtkWidget *
lobe_prose_new (void)
{
  return g_object_new (LOBE_TYPE_PROSE, NULL);
}

/**
 * lobe_prose_set_style:
 * @self: the text
 * @style: how it looks; the font itself comes from CSS
 */
void
lobe_prose_set_style (LobeProse      *self,
                      LobeProseStyle  style)
{
  if (self->style == style)
    return;

  self->style = style;
  self->font = 0;
  drop_layout (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * lobe_prose_set_row:
 * @self: the text
 * @row: (nullable): where its height is remembered; %NULL if a row shows more than this text
 */
void
lobe_prose_set_row (LobeProse *self,
                    LobeRow   *row)
{
  if (g_set_object (&self->row, row))
    self->fresh = TRUE;
}

static gboolean
same_spans (GArray *a,
            gsize   a_from,
            GArray *b,
            gsize   b_from)
{
  if (a == b)
    return a_from == b_from || !a;
  if (!a || !b || a->len != b->len || a_from != b_from)
    return FALSE;

  for (guint i = 0; i < a->len; i++)
    {
      const LobeSpan *s = &g_array_index (a, LobeSpan, i), *t = &g_array_index (b, LobeSpan, i);

      if (s->kind != t->kind || s->start != t->start || s->end != t->end || g_strcmp0 (s->target, t->target) != 0)
        return FALSE;
    }

  return TRUE;
}

/**
 * lobe_prose_set_text:
 * @self: the text
 * @text: what to show; copied
 * @length: bytes in @text
 * @spans: (nullable) (element-type LobeSpan): the spans of the block that @text is from
 * @spans_from: where in the block @text begins
 *
 * Asks for a new size only if the height really changes, which few of the words that stream in do.
 */
void
lobe_prose_set_text (LobeProse  *self,
                     const char *text,
                     gsize       length,
                     GArray     *spans,
                     gsize       spans_from)
{
  GtkWidget *widget = GTK_WIDGET (self);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  gsize old_length = self->length;
  gboolean same = self->text && old_length == length && memcmp (self->text, text, length) == 0;
  int n_lines = self->n_lines;
  gboolean grown = self->text && old_length > 0 && old_length < length && memcmp (self->text, text, old_length) == 0;

  if (spans && spans->len == 0)
    spans = NULL;
  if (same && !self->fresh && same_spans (self->spans, self->spans_from, spans, spans_from))
    return;

  if (!same)
    {
      self->text = g_realloc (self->text, length + 1);
      memcpy (self->text, text, length);
      self->text[length] = '\0';
      self->length = length;
      if (!grown)
        self->selected_start = self->selected_end = 0;
      if (self->style == LOBE_PROSE_CODE)
        {
          self->n_lines = 1;
          for (const char *p = self->text; (p = memchr (p, '\n', self->text + length - p)); p++)
            self->n_lines++;
        }
    }
  if (spans)
    g_array_ref (spans);
  g_clear_pointer (&self->spans, g_array_unref);
  self->spans = spans;
  self->spans_from = spans_from;
  lobe_prose_update_links (self);

  lobe_shown_clear (&self->shown);
  if (grown && self->layout)
    {
      int shown_width = self->layout_width;

      lobe_shown_init (&self->shown, self->text, self->length, self->spans, self->spans_from);
      pango_layout_set_text (self->layout, self->shown.text, self->shown.length);
      make_attributes (self);
      self->width = -1;
      self->natural = 0;
      self->layout_width = shown_width;
    }
  else
    {
      drop_layout (self);
    }

  if (!same && old_length > 0)
    {
      if (grown)
        gtk_accessible_text_update_contents (GTK_ACCESSIBLE_TEXT (self), GTK_ACCESSIBLE_TEXT_CONTENT_CHANGE_INSERT,
                                             g_utf8_strlen (self->text, old_length), g_utf8_strlen (self->text, length));
    }

  if (!self->fresh && self->style == LOBE_PROSE_CODE && self->n_lines == n_lines && gtk_widget_get_mapped (widget) &&
      lobe_prose_get_natural_width (self) <= width)
    gtk_widget_queue_draw (widget);
  else if (!self->fresh && self->row && self->style != LOBE_PROSE_CODE && width > 0 && gtk_widget_get_mapped (widget) &&
      height_for_width (self, width) == height)
    gtk_widget_queue_draw (widget);
  else
    gtk_widget_queue_resize (widget);
  self->fresh = FALSE;

  if (self->caret)
    restart_blinking (self);
}

/**
 * lobe_prose_set_colors:
 * @self: the text
 * @colors: (nullable): attributes that change no size
 */
void
lobe_prose_set_colors (LobeProse     *self,
                       PangoAttrList *colors)
{
  if (self->colors == colors)
    return;

  if (colors)
    pango_attr_list_ref (colors);
  g_clear_pointer (&self->colors, pango_attr_list_unref);
  self->colors = colors;
  if (self->layout)
    make_attributes (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
lobe_prose_set_caret (LobeProse *self,
                      gboolean   caret)
{
  if (self->caret == caret)
    return;

  self->caret = caret;
  restart_blinking (self);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

void
lobe_prose_set_alignment (LobeProse      *self,
                          PangoAlignment  alignment)
{
  if (self->alignment == alignment)
    return;

  self->alignment = alignment;
  if (self->layout)
    pango_layout_set_alignment (self->layout, alignment);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

const char *
lobe_prose_get_text (LobeProse *self)
{
  return self->text ? self->text : "";
}

/**
 * lobe_prose_get_direction:
 * @self: the text
 *
 * Returns: the direction that the text itself has, by its first letter; that of the interface if it has none
 */
PangoDirection
lobe_prose_get_direction (LobeProse *self)
{
  for (const char *p = lobe_prose_get_text (self); *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (!g_unichar_isalpha (c))
        continue;

      switch ((int) g_unichar_get_script (c))
        {
        case G_UNICODE_SCRIPT_ARABIC:
        case G_UNICODE_SCRIPT_HEBREW:
        case G_UNICODE_SCRIPT_SYRIAC:
        case G_UNICODE_SCRIPT_THAANA:
        case G_UNICODE_SCRIPT_NKO:
        case G_UNICODE_SCRIPT_ADLAM:
        case G_UNICODE_SCRIPT_SAMARITAN:
        case G_UNICODE_SCRIPT_MANDAIC:
        case G_UNICODE_SCRIPT_HANIFI_ROHINGYA:
          return PANGO_DIRECTION_RTL;
        default:
          return PANGO_DIRECTION_LTR;
        }
    }

  return gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL ? PANGO_DIRECTION_RTL : PANGO_DIRECTION_LTR;
}

int
lobe_prose_get_line_height (LobeProse *self)
{
  ensure_font (self);

  return self->line_height;
}

/**
 * lobe_prose_get_natural_width:
 * @self: the text
 *
 * Lays the text out, so this is for short texts and for code that is on the screen.
 *
 * Returns: how wide it is without wrapping, in pixels
 */
int
lobe_prose_get_natural_width (LobeProse *self)
{
  int width = self->layout_width;

  if (self->natural == 0)
    {
      lobe_prose_ensure_layout (self, -1);
      pango_layout_get_pixel_size (self->layout, &self->natural, NULL);
      self->natural++;
      if (self->style != LOBE_PROSE_CODE && width >= 0)
        lobe_prose_ensure_layout (self, width);
    }

  return self->natural;
}

/**
 * lobe_prose_get_max_chars_width:
 * @self: the text
 * @n_chars: a number of characters
 *
 * Returns: their width as GtkLabel counts it, in pixels
 */
int
lobe_prose_get_max_chars_width (LobeProse *self,
                                int        n_chars)
{
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  PangoFontMetrics *metrics = pango_context_get_metrics (context, NULL, NULL);
  int width = MAX (pango_font_metrics_get_approximate_char_width (metrics), pango_font_metrics_get_approximate_digit_width (metrics));

  pango_font_metrics_unref (metrics);

  return PANGO_PIXELS_CEIL (width * n_chars);
}

/**
 * lobe_prose_style_changed:
 * @self: the text
 *
 * Font, text scale, colours or accent are different now.
 */
void
lobe_prose_style_changed (LobeProse *self)
{
  guint font = self->font;

  self->font = 0;
  drop_layout (self);
  if (font)
    {
      ensure_font (self);
      if (self->font != font)
        gtk_widget_queue_resize (GTK_WIDGET (self));
    }
  gtk_widget_queue_draw (GTK_WIDGET (self));
}
