/* lobe-prose-private.h: what the files of LobeProse share */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/transcript/lobe-prose-layout.h"
#include "app/transcript/lobe-prose.h"

#define LOBE_PROSE_BLINK_CYCLE 10 /* steps */

G_BEGIN_DECLS

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
  int             link; /* the span whose link has the focus, -1 for none */

  gboolean        caret;
  guint           blink_id;
  guint           blink;
  gboolean        fresh; /* bound to another row since its text was set */
};

/* lobe-prose.c */
void lobe_prose_ensure_layout        (LobeProse                  *self,
                                      int                         width);

/* lobe-prose-draw.c */
void lobe_prose_snapshot             (GtkWidget                  *widget,
                                      GtkSnapshot                *snapshot);

/* lobe-prose-links.c */
void     lobe_prose_update_links     (LobeProse                  *self);
gboolean lobe_prose_focus            (GtkWidget                  *widget,
                                      GtkDirectionType            direction);

/* lobe-prose-accessible.c */
void lobe_prose_accessible_text_init (GtkAccessibleTextInterface *iface);

G_END_DECLS
