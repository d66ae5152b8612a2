/* lobe-sums.h: counts with prefix sums, so that a row number leads to its message in O(log n) */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _LobeSums LobeSums;

LobeSums *lobe_sums_new    (void);
void      lobe_sums_free   (LobeSums    *self);
guint     lobe_sums_size   (LobeSums    *self);
guint     lobe_sums_get    (LobeSums    *self,
                            guint        index);
void      lobe_sums_set    (LobeSums    *self,
                            guint        index,
                            guint        count);
guint     lobe_sums_before (LobeSums    *self,
                            guint        index);
guint     lobe_sums_find   (LobeSums    *self,
                            guint        position,
                            guint       *offset);
void      lobe_sums_splice (LobeSums    *self,
                            guint        index,
                            guint        n_removed,
                            const guint *added,
                            guint        n_added);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeSums, lobe_sums_free)

G_END_DECLS
