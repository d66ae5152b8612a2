/* lobe-count-reply.h: where a driver puts one number that it asked a server for */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LOBE_TYPE_COUNT_REPLY (lobe_count_reply_get_type ())

G_DECLARE_FINAL_TYPE (LobeCountReply, lobe_count_reply, LOBE, COUNT_REPLY, GObject)

LobeCountReply *lobe_count_reply_new  (GTask          *task);
void            lobe_count_reply_done (LobeCountReply *self,
                                       gint64          count);
void            lobe_count_reply_fail (LobeCountReply *self,
                                       GError         *error);

G_END_DECLS
