/* lobe-row-view.c: a row's widget in the list: its place on the page, list markers, quote bars */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-row-view.h"

#include "app/transcript/lobe-actions-row.h"
#include "app/transcript/lobe-code-row.h"
#include "app/transcript/lobe-error-row.h"
#include "app/transcript/lobe-note-row.h"
#include "app/transcript/lobe-prose.h"
#include "app/transcript/lobe-question-row.h"
#include "app/transcript/lobe-table-row.h"
#include "app/transcript/lobe-thinking-row.h"
#include "app/transcript/lobe-waiting-row.h"

#include <adwaita.h>
#include <math.h>

#define MEASURE 760 /* sp; the page's width, as the composer has it too */
#define INDENT 24
#define THOUGHT_INDENT 14
#define BAR_WIDTH 2
#define MARKER_GAP 6
#define BULLET 5
#define TASK_BOX 14
#define TAIL_HEIGHT 24
#define PLACEHOLDER_HEIGHT 72

/* A list view keeps more than two hundred rows ready and shows a dozen. So a row gets its child when it has come into view
 * and the transcript calls lobe_row_view_prepare (), and until then has the height it had before, or that it will have,
 * roughly. The list is then laid out again in the same frame. */
struct _LobeRowView
{
  GtkWidget    parent_instance;
  LobeRow     *row;
  GtkWidget   *child; /* the one that is shown */
  LobeRowKind  child_kind;
  guint        look; /* style classes of a text */
  int          spacing;
  int          indent;
  gboolean     stale; /* the child does not show the row yet */
  int          width; /* at which the height below was told */
  int          height;
};

G_DEFINE_FINAL_TYPE (LobeRowView, lobe_row_view, GTK_TYPE_WIDGET)

static LobeBlock *
block_of (LobeRowView *self)
{
  return self->row ? lobe_row_get_block (self->row) : NULL;
}

static int
indent_of (LobeRowView *self)
{
  LobeBlock *block = block_of (self);

  if (!block)
    return 0;

  return (int) block->containers->len * INDENT + (lobe_row_get_flags (self->row) & LOBE_ROW_THOUGHT ? THOUGHT_INDENT : 0);
}

static int
page_width (LobeRowView *self,
            int          width)
{
  int measure = adw_length_unit_to_px (ADW_LENGTH_UNIT_SP, MEASURE, gtk_widget_get_settings (GTK_WIDGET (self)));

  return MIN (width, measure);
}

static int
height_for_width (LobeRowView *self,
                  int          width)
{
  int inner, height;

  if (width < 0)
    return self->width >= 0 ? self->height : PLACEHOLDER_HEIGHT;

  inner = MAX (page_width (self, width) - indent_of (self), 1);
  if (self->stale)
    {
      height = lobe_row_guess_height (self->row, inner);
    }
  else
    {
      gtk_widget_measure (self->child, GTK_ORIENTATION_VERTICAL, inner, &height, NULL, NULL, NULL);
      if (!LOBE_IS_PROSE (self->child)) /* which remembers it by itself, and with its font */
        lobe_row_set_height (self->row, inner, 0, height);
    }

  self->width = width;
  self->height = height + lobe_row_get_spacing (self->row);

  return self->height;
}

static GtkSizeRequestMode
lobe_row_view_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
lobe_row_view_measure (GtkWidget      *widget,
                       GtkOrientation  orientation,
                       int             for_size,
                       int            *minimum,
                       int            *natural,
                       int            *minimum_baseline,
                       int            *natural_baseline)
{
  LobeRowView *self = LOBE_ROW_VIEW (widget);
  int height;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = *natural = 1; /* the window decides */
      return;
    }

  if (!self->row)
    {
      *minimum = *natural = 0;
      return;
    }

  switch (lobe_row_get_kind (self->row))
    {
    case LOBE_ROW_TAIL:
      height = TAIL_HEIGHT;
      break;
    case LOBE_ROW_PLACEHOLDER:
      height = PLACEHOLDER_HEIGHT;
      break;
    case LOBE_ROW_QUESTION:
    case LOBE_ROW_THINKING:
    case LOBE_ROW_TEXT:
    case LOBE_ROW_CODE:
    case LOBE_ROW_TABLE:
    case LOBE_ROW_RULE:
    case LOBE_ROW_WAITING:
    case LOBE_ROW_ERROR:
    case LOBE_ROW_NOTE:
    case LOBE_ROW_ACTIONS:
    default:
      height = height_for_width (self, for_size);
      break;
    }

  *minimum = *natural = height;
}

static gboolean
is_rtl (LobeRowView *self)
{
  if (LOBE_IS_PROSE (self->child))
    return lobe_prose_get_direction (LOBE_PROSE (self->child)) == PANGO_DIRECTION_RTL;

  return gtk_widget_get_direction (GTK_WIDGET (self)) == GTK_TEXT_DIR_RTL;
}

static void
lobe_row_view_size_allocate (GtkWidget *widget,
                             int        width,
                             int        height,
                             int        baseline)
{
  LobeRowView *self = LOBE_ROW_VIEW (widget);
  int page, indent, x, y;

  if (!self->child || self->stale)
    return;

  page = page_width (self, width);
  indent = indent_of (self);
  x = (width - page) / 2;
  y = lobe_row_get_spacing (self->row);

  gtk_widget_allocate (self->child, MAX (page - indent, 1), MAX (height - y, 0), -1,
                       gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (is_rtl (self) ? x : x + indent, y)));
}

static void
draw_task (LobeRowView   *self,
           GtkSnapshot   *snapshot,
           gboolean       done,
           float          x,
           float          y,
           const GdkRGBA *color)
{
  g_autoptr(GskPathBuilder) builder = gsk_path_builder_new ();
  g_autoptr(GskPath) path = NULL;
  g_autoptr(GskStroke) stroke = gsk_stroke_new (1.5);
  GskRoundedRect box;

  gsk_rounded_rect_init_from_rect (&box, &GRAPHENE_RECT_INIT (x + .75f, y + .75f, TASK_BOX - 1.5f, TASK_BOX - 1.5f), 3);
  gsk_path_builder_add_rounded_rect (builder, &box);
  if (done)
    {
      gsk_path_builder_move_to (builder, x + 3.5f, y + 7.5f);
      gsk_path_builder_line_to (builder, x + 6, y + 10);
      gsk_path_builder_line_to (builder, x + 10.5f, y + 4.5f);
    }
  path = gsk_path_builder_to_path (builder);
  gtk_snapshot_append_stroke (snapshot, path, stroke, color);
}

static void
draw_marker (LobeRowView         *self,
             GtkSnapshot         *snapshot,
             const LobeContainer *item,
             guint                depth,
             float                x,
             gboolean             rtl,
             const GdkRGBA       *color)
{
  int top = lobe_row_get_spacing (self->row);
  int line = LOBE_IS_PROSE (self->child) ? lobe_prose_get_line_height (LOBE_PROSE (self->child)) : INDENT;

  /* x is where the text begins; the marker stands before it */
  if (item->task)
    {
      draw_task (self, snapshot, item->task != ' ', rtl ? x + MARKER_GAP : x - MARKER_GAP - TASK_BOX, roundf (top + (line - TASK_BOX) / 2.f), color);
    }
  else if (item->ordered)
    {
      g_autofree char *number = g_strdup_printf ("%u.", item->number);
      g_autoptr(PangoLayout) layout = gtk_widget_create_pango_layout (self->child, number);
      int width, height;

      pango_layout_get_pixel_size (layout, &width, &height);
      gtk_snapshot_save (snapshot);
      gtk_snapshot_translate (snapshot, &GRAPHENE_POINT_INIT (rtl ? x + MARKER_GAP : x - MARKER_GAP - width, top + (line - height) / 2));
      gtk_snapshot_append_layout (snapshot, layout, color);
      gtk_snapshot_restore (snapshot);
    }
  else
    {
      graphene_rect_t rect = GRAPHENE_RECT_INIT (rtl ? x + MARKER_GAP + 3 : x - MARKER_GAP - BULLET - 3, roundf (top + (line - BULLET) / 2.f), BULLET, BULLET);
      GskRoundedRect round;

      gsk_rounded_rect_init_from_rect (&round, &rect, depth % 3 == 2 ? 0 : BULLET / 2.f);
      if (depth % 3 == 1)
        {
          gtk_snapshot_append_border (snapshot, &round, (float[4]) { 1, 1, 1, 1 }, (GdkRGBA[4]) { *color, *color, *color, *color });
        }
      else
        {
          gtk_snapshot_push_rounded_clip (snapshot, &round);
          gtk_snapshot_append_color (snapshot, color, &rect);
          gtk_snapshot_pop (snapshot);
        }
    }
}

static void
lobe_row_view_snapshot (GtkWidget   *widget,
                        GtkSnapshot *snapshot)
{
  LobeRowView *self = LOBE_ROW_VIEW (widget);
  LobeBlock *block = block_of (self);
  gboolean rtl;
  GdkRGBA color, faint;
  float x, step;
  int height, spacing;
  guint items = 0;

  if (!self->child || self->stale)
    return;

  gtk_widget_snapshot_child (widget, self->child, snapshot);

  if (indent_of (self) == 0)
    return;

  gtk_widget_get_color (widget, &color);
  faint = color;
  faint.alpha *= 0.15;
  height = gtk_widget_get_height (widget);
  spacing = lobe_row_get_spacing (self->row);
  rtl = is_rtl (self);
  step = rtl ? -INDENT : INDENT;
  x = (gtk_widget_get_width (widget) - page_width (self, gtk_widget_get_width (widget))) / 2;
  if (rtl)
    x = gtk_widget_get_width (widget) - x;

  if (lobe_row_get_flags (self->row) & LOBE_ROW_THOUGHT)
    {
      int top = block->source_start == 0 && (lobe_row_get_flags (self->row) & LOBE_ROW_FIRST) ? spacing : 0;

      gtk_snapshot_append_color (snapshot, &faint, &GRAPHENE_RECT_INIT (rtl ? x - BAR_WIDTH : x, top, BAR_WIDTH, height - top));
      x += rtl ? -THOUGHT_INDENT : THOUGHT_INDENT;
    }

  for (guint i = 0; i < block->containers->len; i++)
    {
      const LobeContainer *container = &g_array_index (block->containers, LobeContainer, i);
      gboolean first = container->first && (lobe_row_get_flags (self->row) & LOBE_ROW_FIRST);

      if (container->kind == LOBE_CONTAINER_QUOTE)
        {
          int top = first ? spacing : 0;

          gtk_snapshot_append_color (snapshot, &faint, &GRAPHENE_RECT_INIT (rtl ? x - 3 : x, top, 3, height - top));
        }
      else
        {
          if (first)
            draw_marker (self, snapshot, container, items, x + step, rtl, &color);
          items++;
        }
      x += step;
    }
}

static void
update_text (LobeRowView *self)
{
  LobeProse *prose = LOBE_PROSE (self->child);
  LobeBlock *block = lobe_row_get_block (self->row);
  LobeRowFlags flags = lobe_row_get_flags (self->row);
  gsize start = lobe_row_get_start (self->row), end = lobe_row_get_end (self->row);
  guint look = (block->kind == LOBE_BLOCK_HEADING ? CLAMP (block->level, 1, 3) : 0) | (flags & LOBE_ROW_THOUGHT ? 8 : 0);

  if (self->look != look)
    {
      const char *classes[4] = { "document" };
      int n = 1;

      if (look & 3)
        classes[n++] = (look & 3) == 1 ? "title-2" : (look & 3) == 2 ? "title-3" : "title-4";
      if (look & 8)
        classes[n++] = "dimmed";
      gtk_widget_set_css_classes (self->child, classes);
      self->look = look;
    }

  /* a slice that ends a line does not show that end as one more line */
  if (end > start && block->text[end - 1] == '\n')
    end--;

  lobe_prose_set_style (prose, block->kind == LOBE_BLOCK_HEADING ? LOBE_PROSE_HEADING : LOBE_PROSE_BODY);
  lobe_prose_set_row (prose, self->row);
  lobe_prose_set_text (prose, block->text + start, end - start, block->spans, start);
  lobe_prose_set_caret (prose, (flags & LOBE_ROW_CARET) != 0);
}

static GtkWidget *
make_child (LobeRowKind kind)
{
  switch (kind)
    {
    case LOBE_ROW_QUESTION:
      return lobe_question_row_new ();
    case LOBE_ROW_THINKING:
      return lobe_thinking_row_new ();
    case LOBE_ROW_TEXT:
      return lobe_prose_new ();
    case LOBE_ROW_CODE:
      return lobe_code_row_new ();
    case LOBE_ROW_TABLE:
      return lobe_table_row_new ();
    case LOBE_ROW_RULE:
      return gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);
    case LOBE_ROW_WAITING:
      return lobe_waiting_row_new ();
    case LOBE_ROW_ERROR:
      return lobe_error_row_new ();
    case LOBE_ROW_NOTE:
      return lobe_note_row_new ();
    case LOBE_ROW_ACTIONS:
      return lobe_actions_row_new ();
    case LOBE_ROW_PLACEHOLDER:
    case LOBE_ROW_TAIL:
    default:
      return NULL;
    }
}

static void
update (LobeRowView *self)
{
  LobeRowKind kind = lobe_row_get_kind (self->row);

  if (!self->child || kind != self->child_kind)
    {
      /* One that is kept for later would be cheaper to have again, but each node of the list takes part in working out
       * styles whenever a row is added. */
      g_clear_pointer (&self->child, gtk_widget_unparent);
      self->child_kind = kind;
      self->look = G_MAXUINT;
      if ((self->child = make_child (kind)))
        gtk_widget_set_parent (self->child, GTK_WIDGET (self));
      gtk_widget_queue_resize (GTK_WIDGET (self));
    }

  switch (kind)
    {
    case LOBE_ROW_QUESTION:
      lobe_question_row_set_row (LOBE_QUESTION_ROW (self->child), self->row);
      break;
    case LOBE_ROW_THINKING:
      lobe_thinking_row_set_row (LOBE_THINKING_ROW (self->child), self->row);
      break;
    case LOBE_ROW_TEXT:
      update_text (self);
      break;
    case LOBE_ROW_CODE:
      lobe_code_row_set_row (LOBE_CODE_ROW (self->child), self->row);
      break;
    case LOBE_ROW_TABLE:
      lobe_table_row_set_row (LOBE_TABLE_ROW (self->child), self->row);
      break;
    case LOBE_ROW_WAITING:
      lobe_waiting_row_set_row (LOBE_WAITING_ROW (self->child), self->row);
      break;
    case LOBE_ROW_ERROR:
      lobe_error_row_set_row (LOBE_ERROR_ROW (self->child), self->row);
      break;
    case LOBE_ROW_NOTE:
      lobe_note_row_set_row (LOBE_NOTE_ROW (self->child), self->row);
      break;
    case LOBE_ROW_ACTIONS:
      lobe_actions_row_set_row (LOBE_ACTIONS_ROW (self->child), self->row);
      break;
    case LOBE_ROW_RULE:
    case LOBE_ROW_PLACEHOLDER:
    case LOBE_ROW_TAIL:
    default:
      break;
    }
}

/* The height that was told may be another one now. */
static void
check_height (LobeRowView *self)
{
  int told = self->height;

  if (self->width < 0 || height_for_width (self, self->width) != told)
    gtk_widget_queue_resize (GTK_WIDGET (self));
}

static void
changed_cb (LobeRowView *self)
{
  if (self->stale || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    {
      self->stale = TRUE;
      check_height (self);
      return;
    }

  update (self);

  /* Its content asks for a size if need be; what stands around it seldom changes. */
  if (self->spacing != lobe_row_get_spacing (self->row) || self->indent != indent_of (self))
    {
      self->spacing = lobe_row_get_spacing (self->row);
      self->indent = indent_of (self);
      gtk_widget_queue_resize (GTK_WIDGET (self));
    }
}

static void
lobe_row_view_dispose (GObject *object)
{
  LobeRowView *self = LOBE_ROW_VIEW (object);

  lobe_row_view_set_row (self, NULL);
  g_clear_pointer (&self->child, gtk_widget_unparent);

  G_OBJECT_CLASS (lobe_row_view_parent_class)->dispose (object);
}

static void
lobe_row_view_class_init (LobeRowViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lobe_row_view_dispose;
  widget_class->get_request_mode = lobe_row_view_get_request_mode;
  widget_class->measure = lobe_row_view_measure;
  widget_class->size_allocate = lobe_row_view_size_allocate;
  widget_class->snapshot = lobe_row_view_snapshot;

  gtk_widget_class_set_css_name (widget_class, "transcript-row");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GENERIC);
}

static void
lobe_row_view_init (LobeRowView *self)
{
  self->look = G_MAXUINT;
  self->width = -1;
}

GtkWidget *
lobe_row_view_new (void)
{
  return g_object_new (LOBE_TYPE_ROW_VIEW, NULL);
}

/**
 * lobe_row_view_set_row:
 * @self: the widget
 * @row: (nullable): what to show
 */
void
lobe_row_view_set_row (LobeRowView *self,
                       LobeRow     *row)
{
  if (self->row == row)
    return;

  if (self->row)
    g_signal_handlers_disconnect_by_data (self->row, self);
  g_set_object (&self->row, row);
  self->width = -1;
  if (!row)
    return;

  g_signal_connect_swapped (row, "changed", G_CALLBACK (changed_cb), self);
  self->stale = TRUE;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * lobe_row_view_prepare:
 * @self: a widget that is in view, or about to be
 *
 * Has it show its row, if it does not yet. Not during the list's size allocation, which would forget that a size changed.
 */
void
lobe_row_view_prepare (LobeRowView *self)
{
  if (!self->stale || !self->row)
    return;

  self->stale = FALSE;
  update (self);
  self->spacing = lobe_row_get_spacing (self->row);
  self->indent = indent_of (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

/**
 * lobe_row_view_release:
 * @self: a widget that is far from view
 *
 * Gives up what shows the row until lobe_row_view_prepare () is called again. The row knows its height.
 */
void
lobe_row_view_release (LobeRowView *self)
{
  self->stale = TRUE;
  g_clear_pointer (&self->child, gtk_widget_unparent);
}

/**
 * lobe_row_view_get_row:
 * @self: the widget
 *
 * Returns: (transfer none) (nullable): what it shows
 */
LobeRow *
lobe_row_view_get_row (LobeRowView *self)
{
  return self->row;
}
