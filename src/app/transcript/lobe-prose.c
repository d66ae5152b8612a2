/* lobe-prose.c: a stretch of text with spans, laid out only when it is drawn or its height is not known */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-prose.h"

#include "app/transcript/lobe-prose-layout.h"

#include <adwaita.h>
#include <math.h>
#include <string.h>

#define PILL_HEIGHT 21
#define PILL_RADIUS 6
#define CARET_WIDTH 4
#define BLINK_STEP 100   /* ms */
#define BLINK_CYCLE 10   /* steps */

struct _LobeProse
{
  GtkWidget       parent_instance;
  LobeProseStyle  style;
  LobeRow        *row; /* keeps the height */
  char           *text;
  gsize           length;
  GArray         *spans;
  gsize           spans_from;
  PangoAttrList  *colors;
  PangoAlignment  alignment;

  LobeShown       shown;
  PangoLayout    *layout;
  int             layout_width;
  guint           font; /* stands for the font and its size; 0 when not known */
  double          em;
  int             line_height;
  int             width; /* of a height that no row keeps */
  int             height;
  int             n_lines;
  int             natural; /* width without wrapping, 0 when not known */

  int             selected_start; /* bytes of shown */
  int             selected_end;

  gboolean        caret;
  guint           blink_id;
  guint           blink;
  gboolean        fresh; /* bound to another row since its text was set */
};

static void accessible_text_iface_init (GtkAccessibleTextInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeProse, lobe_prose, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_ACCESSIBLE_TEXT, accessible_text_iface_init))

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

static void
ensure_layout (LobeProse *self,
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

  ensure_layout (self, width);
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
draw_pills (LobeProse   *self,
            GtkSnapshot *snapshot,
            GdkRGBA     *color)
{
  PangoLayoutIter *iter = pango_layout_get_iter (self->layout);

  color->alpha *= 0.08;

  do
    {
      PangoLayoutLine *line = pango_layout_iter_get_line_readonly (iter);
      int start = pango_layout_line_get_start_index (line), end = start + pango_layout_line_get_length (line);
      PangoRectangle extents;
      int top, bottom;

      pango_layout_iter_get_line_extents (iter, NULL, &extents);
      pango_layout_iter_get_line_yrange (iter, &top, &bottom);

      for (guint i = 0; i + 1 < self->shown.pills->len; i += 2)
        {
          int pill_start = g_array_index (self->shown.pills, guint, i), pill_end = g_array_index (self->shown.pills, guint, i + 1);
          g_autofree int *ranges = NULL;
          int n_ranges;

          if (pill_start >= end || pill_end <= start)
            continue;

          pango_layout_line_get_x_ranges (line, MAX (pill_start, start), MIN (pill_end, end), &ranges, &n_ranges);
          for (int j = 0; j < n_ranges; j++)
            {
              graphene_rect_t rect;
              GskRoundedRect rounded;
              float x = (float) ranges[2 * j] / PANGO_SCALE, width = (float) (ranges[2 * j + 1] - ranges[2 * j]) / PANGO_SCALE;

              graphene_rect_init (&rect, x, roundf ((float) (top + bottom) / 2 / PANGO_SCALE - PILL_HEIGHT / 2.f), width, PILL_HEIGHT);
              gsk_rounded_rect_init_from_rect (&rounded, &rect, PILL_RADIUS);
              gtk_snapshot_push_rounded_clip (snapshot, &rounded);
              gtk_snapshot_append_color (snapshot, color, &rect);
              gtk_snapshot_pop (snapshot);
            }
        }
    }
  while (pango_layout_iter_next_line (iter));

  pango_layout_iter_free (iter);
}

static void
draw_selection (LobeProse   *self,
                GtkSnapshot *snapshot)
{
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));
  g_autoptr(GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (manager);
  int range[2] = { MIN (self->selected_start, self->selected_end), MAX (self->selected_start, self->selected_end) };
  cairo_region_t *region = gdk_pango_layout_get_clip_region (self->layout, 0, 0, range, 1);

  accent->alpha = 0.3;
  for (int i = 0; i < cairo_region_num_rectangles (region); i++)
    {
      cairo_rectangle_int_t rect;

      cairo_region_get_rectangle (region, i, &rect);
      gtk_snapshot_append_color (snapshot, accent, &GRAPHENE_RECT_INIT (rect.x, rect.y, rect.width, rect.height));
    }
  cairo_region_destroy (region);
}

static void
draw_caret (LobeProse   *self,
            GtkSnapshot *snapshot)
{
  AdwStyleManager *manager = adw_style_manager_get_for_display (gtk_widget_get_display (GTK_WIDGET (self)));
  g_autoptr(GdkRGBA) accent = adw_style_manager_get_accent_color_rgba (manager);
  PangoRectangle pos;
  float x, y, height = roundf (self->em * 1.2);

  pango_layout_get_cursor_pos (self->layout, self->shown.length, &pos, NULL);
  x = (float) pos.x / PANGO_SCALE;
  y = (float) pos.y / PANGO_SCALE + ((float) pos.height / PANGO_SCALE - height) / 2;
  if (pango_layout_get_direction (self->layout, self->shown.length) == PANGO_DIRECTION_RTL)
    x = MAX (x - 2 - CARET_WIDTH, 0);
  else
    x = MIN (x + 2, gtk_widget_get_width (GTK_WIDGET (self)) - CARET_WIDTH);

  /* 1 to .3 and back in a cycle; steady while words come */
  accent->alpha = 0.8 * (0.65 + 0.35 * cos (2 * G_PI * self->blink / BLINK_CYCLE));
  gtk_snapshot_append_color (snapshot, accent, &GRAPHENE_RECT_INIT (x, roundf (y), CARET_WIDTH, height));
}

static void
lobe_prose_snapshot (GtkWidget   *widget,
                     GtkSnapshot *snapshot)
{
  LobeProse *self = LOBE_PROSE (widget);
  GdkRGBA color;

  ensure_layout (self, self->style == LOBE_PROSE_CODE ? -1 : gtk_widget_get_width (widget));
  gtk_widget_get_color (widget, &color);

  if (self->selected_start != self->selected_end)
    draw_selection (self, snapshot);
  if (self->shown.pills)
    draw_pills (self, snapshot, &(GdkRGBA) { color.red, color.green, color.blue, color.alpha });
  gtk_snapshot_append_layout (snapshot, self->layout, &color);
  if (self->caret)
    draw_caret (self, snapshot);
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

  self->blink = (self->blink + 1) % BLINK_CYCLE;
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
    self->blink_id = g_timeout_add (BLINK_STEP * BLINK_CYCLE / 2, wait_cb, self);
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
  const char *target = keyboard_tip ? NULL : lobe_prose_get_link_at (LOBE_PROSE (widget), x, y);

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
      ensure_layout (self, -1);
      pango_layout_get_pixel_size (self->layout, &self->natural, NULL);
      self->natural++;
      if (self->style != LOBE_PROSE_CODE && width >= 0)
        ensure_layout (self, width);
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

/* Returns the byte of shown at a point, or -1 beside the text. */
static int
shown_at (LobeProse *self,
          double     x,
          double     y,
          gboolean   exact)
{
  int index, trailing;
  gboolean inside;

  ensure_layout (self, self->style == LOBE_PROSE_CODE ? -1 : gtk_widget_get_width (GTK_WIDGET (self)));
  inside = pango_layout_xy_to_index (self->layout, x * PANGO_SCALE, y * PANGO_SCALE, &index, &trailing);
  if (exact)
    return inside ? index : -1;

  for (; trailing > 0 && self->shown.text[index]; trailing--)
    index = g_utf8_next_char (self->shown.text + index) - self->shown.text;

  return index;
}

/**
 * lobe_prose_get_link_at:
 * @self: the text
 * @x: a place in the widget, in pixels
 * @y: a place in the widget, in pixels
 *
 * Returns: (nullable): the target of the link there
 */
const char *
lobe_prose_get_link_at (LobeProse *self,
                        double     x,
                        double     y)
{
  int index;

  if (!self->spans || self->spans->len == 0 || (index = shown_at (self, x, y, TRUE)) < 0)
    return NULL;

  index = lobe_shown_from (&self->shown, index) + self->spans_from;
  for (guint i = 0; i < self->spans->len; i++)
    {
      const LobeSpan *span = &g_array_index (self->spans, LobeSpan, i);

      if ((span->kind == LOBE_SPAN_LINK || span->kind == LOBE_SPAN_IMAGE) && (int) span->start <= index && index < (int) span->end)
        return span->target;
    }

  return NULL;
}

/**
 * lobe_prose_get_index_at:
 * @self: the text
 * @x: a place in the widget, in pixels
 * @y: a place in the widget, in pixels
 *
 * Returns: the place between two characters that is nearest, for lobe_prose_select ()
 */
int
lobe_prose_get_index_at (LobeProse *self,
                         double     x,
                         double     y)
{
  return shown_at (self, x, y, FALSE);
}

/**
 * lobe_prose_select:
 * @self: the text
 * @start: where the selection begins, from lobe_prose_get_index_at ()
 * @end: where it ends; before or after @start, G_MAXINT for the end of the text
 */
void
lobe_prose_select (LobeProse *self,
                   int        start,
                   int        end)
{
  ensure_layout (self, self->layout ? self->layout_width : gtk_widget_get_width (GTK_WIDGET (self)));
  end = MIN (end, (int) self->shown.length);
  if (self->selected_start == start && self->selected_end == end)
    return;

  self->selected_start = start;
  self->selected_end = end;
  gtk_widget_queue_draw (GTK_WIDGET (self));
  gtk_accessible_text_update_selection_bound (GTK_ACCESSIBLE_TEXT (self));
}

/**
 * lobe_prose_select_word:
 * @self: the text
 * @index: from lobe_prose_get_index_at ()
 */
void
lobe_prose_select_word (LobeProse *self,
                        int        index)
{
  const PangoLogAttr *attrs;
  int n, at, start, end;

  if (!self->layout || self->shown.length == 0)
    return;

  attrs = pango_layout_get_log_attrs_readonly (self->layout, &n);
  at = g_utf8_pointer_to_offset (self->shown.text, self->shown.text + MIN (index, (int) self->shown.length));
  for (start = MIN (at, n - 1); start > 0 && !attrs[start].is_word_start; start--)
    ;
  for (end = MIN (at + 1, n - 1); end < n - 1 && !attrs[end].is_word_end; end++)
    ;
  lobe_prose_select (self, g_utf8_offset_to_pointer (self->shown.text, start) - self->shown.text,
                     g_utf8_offset_to_pointer (self->shown.text, end) - self->shown.text);
}

/**
 * lobe_prose_get_selected:
 * @self: the text
 *
 * Returns: (transfer full) (nullable): the selected text as it was given, without the padding of inline code
 */
char *
lobe_prose_get_selected (LobeProse *self)
{
  gsize start, end;

  if (self->selected_start == self->selected_end || !self->text)
    return NULL;

  start = lobe_shown_from (&self->shown, MIN (self->selected_start, self->selected_end));
  end = lobe_shown_from (&self->shown, MAX (self->selected_start, self->selected_end));

  return g_strndup (self->text + start, end - start);
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

/* Screen readers. Offsets are in characters. */

static GBytes *
lobe_prose_get_contents (GtkAccessibleText *text,
                         unsigned int       start,
                         unsigned int       end)
{
  LobeProse *self = LOBE_PROSE (text);
  const char *string = lobe_prose_get_text (self), *from, *to;
  guint n = g_utf8_strlen (string, -1);

  from = g_utf8_offset_to_pointer (string, MIN (start, n));
  to = g_utf8_offset_to_pointer (string, MIN (end, n));

  /* The terminating zero belongs to what GTK expects. */
  return g_bytes_new_take (g_strndup (from, MAX (to - from, 0)), MAX (to - from, 0) + 1);
}

static GBytes *
lobe_prose_get_contents_at (GtkAccessibleText            *text,
                            unsigned int                  offset,
                            GtkAccessibleTextGranularity  granularity,
                            unsigned int                 *start,
                            unsigned int                 *end)
{
  LobeProse *self = LOBE_PROSE (text);
  const char *string = lobe_prose_get_text (self);
  guint n = g_utf8_strlen (string, -1);
  g_autofree PangoLogAttr *attrs = g_new0 (PangoLogAttr, n + 1);
  guint from, to;

  offset = MIN (offset, n);
  pango_get_log_attrs (string, self->length, -1, pango_language_get_default (), attrs, n + 1);

#define IS_START(i) (granularity == GTK_ACCESSIBLE_TEXT_GRANULARITY_CHARACTER ? attrs[i].is_cursor_position : \
                     granularity == GTK_ACCESSIBLE_TEXT_GRANULARITY_WORD ? attrs[i].is_word_start : \
                     granularity == GTK_ACCESSIBLE_TEXT_GRANULARITY_SENTENCE ? attrs[i].is_sentence_start : FALSE)

  for (from = offset; from > 0 && !IS_START (from); from--)
    ;
  for (to = MIN (offset + 1, n); to < n && !IS_START (to); to++)
    ;

#undef IS_START

  *start = from;
  *end = to;
  return lobe_prose_get_contents (text, from, to);
}

static unsigned int
lobe_prose_get_caret_position (GtkAccessibleText *text)
{
  LobeProse *self = LOBE_PROSE (text);

  if (!self->shown.text || !self->text)
    return 0;

  return g_utf8_pointer_to_offset (self->text, self->text + MIN (lobe_shown_from (&self->shown, self->selected_end), self->length));
}

static gboolean
lobe_prose_get_selection (GtkAccessibleText       *text,
                          gsize                   *n_ranges,
                          GtkAccessibleTextRange **ranges)
{
  LobeProse *self = LOBE_PROSE (text);
  gsize start, end;

  if (self->selected_start == self->selected_end)
    return FALSE;

  start = lobe_shown_from (&self->shown, MIN (self->selected_start, self->selected_end));
  end = lobe_shown_from (&self->shown, MAX (self->selected_start, self->selected_end));
  *n_ranges = 1;
  *ranges = g_new (GtkAccessibleTextRange, 1);
  (*ranges)->start = g_utf8_pointer_to_offset (self->text, self->text + start);
  (*ranges)->length = g_utf8_pointer_to_offset (self->text + start, self->text + end);

  return TRUE;
}

static gboolean
lobe_prose_get_attributes (GtkAccessibleText        *text,
                           unsigned int              offset,
                           gsize                    *n_ranges,
                           GtkAccessibleTextRange  **ranges,
                           char                   ***attribute_names,
                           char                   ***attribute_values)
{
  *n_ranges = 0;
  *ranges = NULL;
  *attribute_names = g_new0 (char *, 1);
  *attribute_values = g_new0 (char *, 1);

  return FALSE;
}

static void
lobe_prose_get_default_attributes (GtkAccessibleText   *text,
                                   char              ***attribute_names,
                                   char              ***attribute_values)
{
  *attribute_names = g_new0 (char *, 1);
  *attribute_values = g_new0 (char *, 1);
}

static void
accessible_text_iface_init (GtkAccessibleTextInterface *iface)
{
  iface->get_contents = lobe_prose_get_contents;
  iface->get_contents_at = lobe_prose_get_contents_at;
  iface->get_caret_position = lobe_prose_get_caret_position;
  iface->get_selection = lobe_prose_get_selection;
  iface->get_attributes = lobe_prose_get_attributes;
  iface->get_default_attributes = lobe_prose_get_default_attributes;
}
