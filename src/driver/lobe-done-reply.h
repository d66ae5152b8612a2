/* lobe-done-reply.h: where a driver says that a server did what it was told */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LOBE_TYPE_DONE_REPLY (lobe_done_reply_get_type ())

G_DECLARE_FINAL_TYPE (LobeDoneReply, lobe_done_reply, LOBE, DONE_REPLY, GObject)

LobeDoneReply *lobe_done_reply_new  (GTask         *task);
void           lobe_done_reply_done (LobeDoneReply *self);
void           lobe_done_reply_fail (LobeDoneReply *self,
                                     GError        *error);

G_END_DECLS
