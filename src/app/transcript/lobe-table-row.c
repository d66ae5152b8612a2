/* lobe-table-row.c: a table in a card */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-table-row.h"

#include "app/transcript/lobe-prose.h"

#include <string.h>

/* A column never gets narrower than this for the sake of the others; then the table scrolls sideways. */
#define MIN_COLUMN 72
#define BORDER 1 /* of the card, as in the style sheet */

struct _LobeTableRow
{
  GtkWidget  parent_instance;
  GtkWidget *scroller;
  GtkWidget *grid;
};

/* The grid itself: cells are children, column by column they get what they need, or share what there is. */
#define LOBE_TYPE_TABLE_GRID (lobe_table_grid_get_type ())
G_DECLARE_FINAL_TYPE (LobeTableGrid, lobe_table_grid, LOBE, TABLE_GRID, GtkWidget)

struct _LobeTableGrid
{
  GtkWidget  parent_instance;
  GPtrArray *cells; /* (element-type LobeProse), children */
  guint      n_columns;
  GArray    *natural; /* width of each column, empty when not known */
  GArray    *widths;  /* for the width below */
  int        width;
};

G_DEFINE_FINAL_TYPE (LobeTableGrid, lobe_table_grid, GTK_TYPE_WIDGET)
G_DEFINE_FINAL_TYPE (LobeTableRow, lobe_table_row, GTK_TYPE_WIDGET)

static int
cell_padding (GtkWidget *cell)
{
  int minimum;

  gtk_widget_measure (cell, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, NULL, NULL, NULL);

  return minimum - 1; /* a wrapping text asks for 1 */
}

static void
ensure_natural (LobeTableGrid *self)
{
  if (self->natural->len == self->n_columns)
    return;

  g_array_set_size (self->natural, 0);
  g_array_set_size (self->natural, self->n_columns);
  for (guint i = 0; i < self->cells->len; i++)
    {
      GtkWidget *cell = g_ptr_array_index (self->cells, i);
      int *width = &g_array_index (self->natural, int, i % self->n_columns);

      *width = MAX (*width, lobe_prose_get_natural_width (LOBE_PROSE (cell)) + cell_padding (cell));
    }
  self->width = -1;
}

static int
minimum_width (LobeTableGrid *self)
{
  int sum = 0;

  ensure_natural (self);
  for (guint i = 0; i < self->n_columns; i++)
    sum += MIN (g_array_index (self->natural, int, i), MIN_COLUMN);

  return sum;
}

/*
 * The widest that a column may be so that all fit into width: narrow columns keep what they need, only wide ones wrap.
 * Every round takes out the columns that are narrower than an equal share of what is left.
 */
static int
find_limit (LobeTableGrid *self,
            int            width)
{
  int limit = 0, before;

  do
    {
      int left = width;
      guint n_wide = 0;

      before = limit;
      for (guint i = 0; i < self->n_columns; i++)
        {
          int own = g_array_index (self->natural, int, i);

          if (own <= before)
            left -= own;
          else
            n_wide++;
        }
      if (n_wide > 0)
        limit = MAX (left / (int) n_wide, MIN_COLUMN);
    }
  while (limit > before);

  return limit;
}

static void
ensure_widths (LobeTableGrid *self,
               int            width)
{
  int natural = 0, left = width, limit;

  ensure_natural (self);
  if (self->width == width)
    return;

  g_array_set_size (self->widths, self->n_columns);
  for (guint i = 0; i < self->n_columns; i++)
    natural += g_array_index (self->natural, int, i);
  limit = natural > width ? find_limit (self, width) : natural;

  for (guint i = 0; i < self->n_columns; i++)
    {
      int own = MIN (g_array_index (self->natural, int, i), limit), share = own;

      if (natural <= width)
        share = own + (gint64) (width - natural) * own / MAX (natural, 1);
      if (i == self->n_columns - 1)
        share = MAX (left, own); /* what division left over */
      left -= share;
      g_array_index (self->widths, int, i) = share;
    }
  self->width = width;
}

static int
row_height (LobeTableGrid *self,
            guint          row)
{
  int height = 0;

  for (guint i = 0; i < self->n_columns; i++)
    {
      int cell;

      gtk_widget_measure (g_ptr_array_index (self->cells, row * self->n_columns + i), GTK_ORIENTATION_VERTICAL,
                          g_array_index (self->widths, int, i), &cell, NULL, NULL, NULL);
      height = MAX (height, cell);
    }

  return height;
}

static GtkSizeRequestMode
lobe_table_grid_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
lobe_table_grid_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  LobeTableGrid *self = LOBE_TABLE_GRID (widget);
  int size = 0;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = *natural = minimum_width (self);
      return;
    }

  ensure_widths (self, MAX (for_size, minimum_width (self)));
  for (guint i = 0; self->n_columns > 0 && i < self->cells->len / self->n_columns; i++)
    size += row_height (self, i);
  *minimum = *natural = size;
}

static void
lobe_table_grid_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  LobeTableGrid *self = LOBE_TABLE_GRID (widget);
  gboolean rtl = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
  int y = 0;

  ensure_widths (self, width);
  for (guint row = 0; self->n_columns > 0 && row < self->cells->len / self->n_columns; row++)
    {
      int tall = row_height (self, row), x = 0;

      for (guint i = 0; i < self->n_columns; i++)
        {
          int wide = g_array_index (self->widths, int, i);

          gtk_widget_allocate (g_ptr_array_index (self->cells, row * self->n_columns + i), wide, tall, -1,
                               gsk_transform_translate (NULL, &GRAPHENE_POINT_INIT (rtl ? width - x - wide : x, y)));
          x += wide;
        }
      y += tall;
    }
}

static void
lobe_table_grid_css_changed (GtkWidget         *widget,
                             GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (lobe_table_grid_parent_class)->css_changed (widget, change);
  g_array_set_size (LOBE_TABLE_GRID (widget)->natural, 0);
}

static void
lobe_table_grid_dispose (GObject *object)
{
  LobeTableGrid *self = LOBE_TABLE_GRID (object);

  for (guint i = 0; self->cells && i < self->cells->len; i++)
    gtk_widget_unparent (g_ptr_array_index (self->cells, i));
  g_clear_pointer (&self->cells, g_ptr_array_unref);

  G_OBJECT_CLASS (lobe_table_grid_parent_class)->dispose (object);
}

static void
lobe_table_grid_finalize (GObject *object)
{
  LobeTableGrid *self = LOBE_TABLE_GRID (object);

  g_array_unref (self->natural);
  g_array_unref (self->widths);

  G_OBJECT_CLASS (lobe_table_grid_parent_class)->finalize (object);
}

static void
lobe_table_grid_class_init (LobeTableGridClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lobe_table_grid_dispose;
  object_class->finalize = lobe_table_grid_finalize;
  widget_class->get_request_mode = lobe_table_grid_get_request_mode;
  widget_class->measure = lobe_table_grid_measure;
  widget_class->size_allocate = lobe_table_grid_size_allocate;
  widget_class->css_changed = lobe_table_grid_css_changed;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_TABLE);
}

static void
lobe_table_grid_init (LobeTableGrid *self)
{
  self->cells = g_ptr_array_new ();
  self->natural = g_array_new (FALSE, TRUE, sizeof (int));
  self->widths = g_array_new (FALSE, TRUE, sizeof (int));
  self->width = -1;
}

/* Digits, signs and a short unit or none: such a column reads better with its ends in line. */
static gboolean
is_number (const char *text)
{
  gboolean digit = FALSE;
  guint letters = 0;

  for (const char *p = text; *p; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isdigit (c))
        digit = TRUE;
      else if (g_unichar_isalpha (c) && (!digit || ++letters > 4))
        return FALSE;
    }

  return digit;
}

static PangoAlignment
column_alignment (LobeBlock *block,
                  guint      column)
{
  guint n = block->cells->len / block->n_columns, filled = 0;

  switch (block->align ? block->align[column] : LOBE_ALIGN_DEFAULT)
    {
    case LOBE_ALIGN_START:
      return PANGO_ALIGN_LEFT;
    case LOBE_ALIGN_CENTER:
      return PANGO_ALIGN_CENTER;
    case LOBE_ALIGN_END:
      return PANGO_ALIGN_RIGHT;
    case LOBE_ALIGN_DEFAULT:
    default:
      break;
    }

  for (guint row = 1; row < n; row++)
    {
      LobeCell *cell = g_ptr_array_index (block->cells, row * block->n_columns + column);

      if (*cell->text == '\0')
        continue;
      if (!is_number (cell->text))
        return PANGO_ALIGN_LEFT;
      filled++;
    }

  return filled > 0 ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT;
}

static void
grid_set (LobeTableGrid *self,
          LobeBlock     *block,
          gsize          start,
          gsize          end,
          gboolean       last)
{
  guint n = (end - start) * block->n_columns;
  g_autofree PangoAlignment *align = g_new (PangoAlignment, MAX (block->n_columns, 1));

  for (guint i = 0; i < block->n_columns; i++)
    align[i] = column_alignment (block, i);

  self->n_columns = block->n_columns;
  while (self->cells->len > n)
    {
      gtk_widget_unparent (g_ptr_array_index (self->cells, self->cells->len - 1));
      g_ptr_array_set_size (self->cells, self->cells->len - 1);
    }

  for (guint i = 0; i < n; i++)
    {
      LobeCell *cell = g_ptr_array_index (block->cells, start * block->n_columns + i);
      gsize row = start + i / block->n_columns;
      PangoAlignment alignment = align[i % block->n_columns];
      const char *classes[5] = { "cell" };
      int c = 1;
      GtkWidget *prose;

      if (i < self->cells->len)
        {
          prose = g_ptr_array_index (self->cells, i);
        }
      else
        {
          prose = lobe_prose_new ();
          lobe_prose_set_style (LOBE_PROSE (prose), LOBE_PROSE_CELL);
          gtk_widget_set_parent (prose, GTK_WIDGET (self));
          g_ptr_array_add (self->cells, prose);
        }
      if (row == 0)
        classes[c++] = "th";
      if (last && row + 1 == end)
        classes[c++] = "last";
      if (alignment == PANGO_ALIGN_RIGHT)
        classes[c++] = "numeric";
      gtk_widget_set_css_classes (prose, classes);
      lobe_prose_set_alignment (LOBE_PROSE (prose), alignment);
      lobe_prose_set_text (LOBE_PROSE (prose), cell->text, strlen (cell->text), cell->spans, 0);
    }

  g_array_set_size (self->natural, 0);
  self->width = -1;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

static GtkSizeRequestMode
lobe_table_row_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

/* A scrolled window that may scroll sideways asks for the height at the least width; a table wraps before it scrolls. */
static void
lobe_table_row_measure (GtkWidget      *widget,
                        GtkOrientation  orientation,
                        int             for_size,
                        int            *minimum,
                        int            *natural,
                        int            *minimum_baseline,
                        int            *natural_baseline)
{
  LobeTableRow *self = LOBE_TABLE_ROW (widget);
  int height, framed, bare;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = *natural = 1;
      return;
    }

  gtk_widget_measure (self->grid, GTK_ORIENTATION_VERTICAL, -1, &bare, NULL, NULL, NULL);
  gtk_widget_measure (self->scroller, GTK_ORIENTATION_VERTICAL, -1, &framed, NULL, NULL, NULL);
  height = bare;
  if (for_size >= 0)
    gtk_widget_measure (self->grid, GTK_ORIENTATION_VERTICAL, MAX (for_size - 2 * BORDER, minimum_width (LOBE_TABLE_GRID (self->grid))), &height, NULL, NULL, NULL);

  *minimum = *natural = height + MAX (framed - bare, 0);
}

static void
lobe_table_row_size_allocate (GtkWidget *widget,
                              int        width,
                              int        height,
                              int        baseline)
{
  gtk_widget_allocate (LOBE_TABLE_ROW (widget)->scroller, width, height, baseline, NULL);
}

static void
lobe_table_row_dispose (GObject *object)
{
  g_clear_pointer (&LOBE_TABLE_ROW (object)->scroller, gtk_widget_unparent);

  G_OBJECT_CLASS (lobe_table_row_parent_class)->dispose (object);
}

static void
lobe_table_row_class_init (LobeTableRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lobe_table_row_dispose;
  gtk_widget_class_set_css_name (widget_class, "table-row");
  widget_class->get_request_mode = lobe_table_row_get_request_mode;
  widget_class->measure = lobe_table_row_measure;
  widget_class->size_allocate = lobe_table_row_size_allocate;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GENERIC);
}

static void
lobe_table_row_init (LobeTableRow *self)
{
  self->grid = g_object_new (LOBE_TYPE_TABLE_GRID, NULL);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_propagate_natural_height (GTK_SCROLLED_WINDOW (self->scroller), TRUE);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->grid);
  gtk_widget_add_css_class (self->scroller, "block");
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
}

GtkWidget *
lobe_table_row_new (void)
{
  return g_object_new (LOBE_TYPE_TABLE_ROW, NULL);
}

/**
 * lobe_table_row_set_row:
 * @self: the widget
 * @row: a table, or a stretch of a long one
 */
void
lobe_table_row_set_row (LobeTableRow *self,
                        LobeRow      *row)
{
  LobeRowFlags flags = lobe_row_get_flags (row);

  if (flags & LOBE_ROW_FIRST)
    gtk_widget_remove_css_class (self->scroller, "not-first");
  else
    gtk_widget_add_css_class (self->scroller, "not-first");
  if (flags & LOBE_ROW_LAST)
    gtk_widget_remove_css_class (self->scroller, "not-last");
  else
    gtk_widget_add_css_class (self->scroller, "not-last");

  grid_set (LOBE_TABLE_GRID (self->grid), lobe_row_get_block (row), lobe_row_get_start (row), lobe_row_get_end (row), (flags & LOBE_ROW_LAST) != 0);
}
