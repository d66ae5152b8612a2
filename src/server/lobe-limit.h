/* lobe-limit.h: how many requests a server is sent at once and a minute, and until when it is left in peace */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/lobe-clock.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define LOBE_TYPE_LIMIT (lobe_limit_get_type ())

G_DECLARE_FINAL_TYPE (LobeLimit, lobe_limit, LOBE, LIMIT, GObject)

LobeLimit *lobe_limit_new                     (void);
guint      lobe_limit_get_concurrency         (LobeLimit            *self);
void       lobe_limit_set_concurrency         (LobeLimit            *self,
                                               guint                 n_requests);
guint      lobe_limit_get_requests_per_minute (LobeLimit            *self);
void       lobe_limit_set_requests_per_minute (LobeLimit            *self,
                                               guint                 n_requests);
void       lobe_limit_pause                   (LobeLimit            *self,
                                               gint64                until);
gint64     lobe_limit_get_paused_until        (LobeLimit            *self);
gint64     lobe_limit_get_wait                (LobeLimit            *self,
                                               gint64                now);
gboolean   lobe_limit_is_full                 (LobeLimit            *self);
guint      lobe_limit_get_n_running           (LobeLimit            *self);
guint      lobe_limit_get_n_waiting           (LobeLimit            *self);
guint64    lobe_limit_get_n_served            (LobeLimit            *self);
void       lobe_limit_enter_async             (LobeLimit            *self,
                                               LobeClock            *clock,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean   lobe_limit_enter_finish            (LobeLimit            *self,
                                               GAsyncResult         *result,
                                               GError              **error);
void       lobe_limit_leave                   (LobeLimit            *self);

G_END_DECLS
