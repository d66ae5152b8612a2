/* lobe-clock.h: where time and new ids come from */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define LOBE_TYPE_CLOCK (lobe_clock_get_type ())

G_DECLARE_FINAL_TYPE (LobeClock, lobe_clock, LOBE, CLOCK, GObject)

LobeClock *lobe_clock_new           (void);
LobeClock *lobe_clock_new_fake      (gint64     real_time,
                                     guint32    seed);
gint64     lobe_clock_get_real      (LobeClock *self);
gint64     lobe_clock_get_monotonic (LobeClock *self);
void       lobe_clock_advance       (LobeClock *self,
                                     gint64     microseconds);
char      *lobe_clock_new_id        (LobeClock *self);
double     lobe_clock_get_random    (LobeClock *self);
GSource   *lobe_clock_add_timer     (LobeClock   *self,
                                     gint64       moment,
                                     GSourceFunc  func,
                                     gpointer     user_data);

G_END_DECLS
