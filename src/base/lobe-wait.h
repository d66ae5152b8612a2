/* lobe-wait.h: an operation that the person or the clock may end */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _LobeWait LobeWait;

LobeWait     *lobe_wait_new             (GCancellable *outer);
void          lobe_wait_free            (LobeWait     *self);
GCancellable *lobe_wait_get_cancellable (LobeWait     *self);
void          lobe_wait_set_timeout     (LobeWait     *self,
                                         gint64        milliseconds);
gboolean      lobe_wait_is_over         (LobeWait     *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeWait, lobe_wait_free)

G_END_DECLS
