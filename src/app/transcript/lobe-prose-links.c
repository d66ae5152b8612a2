/* lobe-prose-links.c: the links of a text, gone through with the keyboard */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-prose-private.h"

#include "markdown/lobe-link.h"

static gboolean
is_link (LobeProse *self,
         int        index)
{
  const LobeSpan *span = &g_array_index (self->spans, LobeSpan, index);

  return (span->kind == LOBE_SPAN_LINK || span->kind == LOBE_SPAN_IMAGE) && span->target && lobe_link_is_allowed (span->target) &&
         span->end > self->spans_from && span->start < self->spans_from + self->length;
}

/* Returns the nearest link beyond @index in that direction, or -1. */
static int
next_link (LobeProse *self,
           int        index,
           int        step)
{
  int n = self->spans ? (int) self->spans->len : 0;

  for (index += step; index >= 0 && index < n; index += step)
    if (is_link (self, index))
      return index;

  return -1;
}

static void
set_link (LobeProse *self,
          int        link)
{
  if (self->link == link)
    return;

  self->link = link;
  if (link >= 0)
    gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION,
                                    g_array_index (self->spans, LobeSpan, link).target, -1);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

/* To be called when the text or its spans are others: what has links takes the focus. */
void
lobe_prose_update_links (LobeProse *self)
{
  if (self->link >= 0 && (!self->spans || self->link >= (int) self->spans->len || !is_link (self, self->link)))
    set_link (self, -1);

  gtk_widget_set_focusable (GTK_WIDGET (self), next_link (self, -1, 1) >= 0);
}

/* Tab goes from link to link before it goes on. */
gboolean
lobe_prose_focus (GtkWidget        *widget,
                  GtkDirectionType  direction)
{
  LobeProse *self = LOBE_PROSE (widget);
  gboolean inside = gtk_widget_is_focus (widget);
  int link;

  switch (direction)
    {
    case GTK_DIR_TAB_FORWARD:
      link = next_link (self, inside ? self->link : -1, 1);
      break;
    case GTK_DIR_TAB_BACKWARD:
      link = next_link (self, inside ? self->link : self->spans ? (int) self->spans->len : 0, -1);
      break;
    case GTK_DIR_UP:
    case GTK_DIR_DOWN:
    case GTK_DIR_LEFT:
    case GTK_DIR_RIGHT:
    default:
      return FALSE;
    }

  set_link (self, link);

  return link >= 0 && (inside || gtk_widget_grab_focus (widget));
}

/**
 * lobe_prose_get_focused_link:
 * @self: the text
 *
 * Returns: (nullable): the target of the link that has the focus
 */
const char *
lobe_prose_get_focused_link (LobeProse *self)
{
  if (self->link < 0 || !gtk_widget_is_focus (GTK_WIDGET (self)))
    return NULL;

  return g_array_index (self->spans, LobeSpan, self->link).target;
}
