/* lobe-prose.h: a stretch of text with spans, laid out only when it is drawn or its height is not known */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/transcript/lobe-row.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * LobeProseStyle:
 * @LOBE_PROSE_BODY: running text; wraps
 * @LOBE_PROSE_HEADING: a heading; wraps
 * @LOBE_PROSE_CELL: a table's cell; wraps, and may be aligned
 * @LOBE_PROSE_CODE: monospace; never wraps
 */
typedef enum
{
  LOBE_PROSE_BODY,
  LOBE_PROSE_HEADING,
  LOBE_PROSE_CELL,
  LOBE_PROSE_CODE,
} LobeProseStyle;

#define LOBE_TYPE_PROSE (lobe_prose_get_type ())

G_DECLARE_FINAL_TYPE (LobeProse, lobe_prose, LOBE, PROSE, GtkWidget)

GtkWidget  *lobe_prose_new           (void);
void        lobe_prose_set_style     (LobeProse      *self,
                                      LobeProseStyle  style);
void        lobe_prose_set_row       (LobeProse      *self,
                                      LobeRow        *row);
void        lobe_prose_set_text      (LobeProse      *self,
                                      const char     *text,
                                      gsize           length,
                                      GArray         *spans,
                                      gsize           spans_from);
void        lobe_prose_set_colors    (LobeProse      *self,
                                      PangoAttrList  *colors);
void        lobe_prose_set_caret     (LobeProse      *self,
                                      gboolean        caret);
void        lobe_prose_set_alignment (LobeProse      *self,
                                      PangoAlignment  alignment);
const char *lobe_prose_get_text      (LobeProse      *self);
PangoDirection lobe_prose_get_direction (LobeProse   *self);
int         lobe_prose_get_line_height (LobeProse    *self);
int         lobe_prose_get_natural_width (LobeProse  *self);
int         lobe_prose_get_max_chars_width (LobeProse *self,
                                      int             n_chars);
const char *lobe_prose_get_link_at   (LobeProse      *self,
                                      double          x,
                                      double          y);
const char *lobe_prose_get_focused_link (LobeProse   *self);
int         lobe_prose_get_index_at  (LobeProse      *self,
                                      double          x,
                                      double          y);
void        lobe_prose_select        (LobeProse      *self,
                                      int             start,
                                      int             end);
void        lobe_prose_select_word   (LobeProse      *self,
                                      int             index);
char       *lobe_prose_get_selected  (LobeProse      *self);
void        lobe_prose_style_changed (LobeProse      *self);

G_END_DECLS
