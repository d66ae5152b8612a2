/* lobe-http-wait.h: an operation that the person or the clock may end */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef struct _LobeHttpWait LobeHttpWait;

LobeHttpWait *lobe_http_wait_new             (GCancellable *outer);
void          lobe_http_wait_free            (LobeHttpWait *self);
GCancellable *lobe_http_wait_get_cancellable (LobeHttpWait *self);
void          lobe_http_wait_set_timeout     (LobeHttpWait *self,
                                              guint         seconds);
gboolean      lobe_http_wait_is_over         (LobeHttpWait *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeHttpWait, lobe_http_wait_free)

G_END_DECLS
