/* lobe-days.h: sorts points in time under Today, Yesterday, Previous 7 Days, Previous 30 Days and months */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _LobeDays LobeDays;

LobeDays *lobe_days_new         (gint64     now,
                                 GTimeZone *zone);
void      lobe_days_free        (LobeDays  *self);
gboolean  lobe_days_is_current  (LobeDays  *self,
                                 gint64     now);
guint     lobe_days_get_section (LobeDays  *self,
                                 gint64     time);
char     *lobe_days_dup_title   (LobeDays  *self,
                                 guint      section);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeDays, lobe_days_free)

G_END_DECLS
