/* lobe-ring.h: a small ring that is filled in part */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_RING (lobe_ring_get_type ())

G_DECLARE_FINAL_TYPE (LobeRing, lobe_ring, LOBE, RING, GtkWidget)

void lobe_ring_set_fraction (LobeRing *self,
                             double    fraction);

G_END_DECLS
