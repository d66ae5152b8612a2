/* lobe-open-chats.h: the sessions of the chats that are shown, or that are being answered behind the one shown */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session/lobe-session.h"

G_BEGIN_DECLS

#define LOBE_TYPE_OPEN_CHATS (lobe_open_chats_get_type ())

G_DECLARE_FINAL_TYPE (LobeOpenChats, lobe_open_chats, LOBE, OPEN_CHATS, GObject)

/*
 * Signals:
 *  failed (GError *error): something that was sent in one of them could not be stored
 */
LobeOpenChats *lobe_open_chats_new             (LobeCore      *core);
LobeSession   *lobe_open_chats_show            (LobeOpenChats *self,
                                                LobeChat      *chat);
void           lobe_open_chats_close           (LobeOpenChats *self,
                                                LobeChat      *chat);
GPtrArray     *lobe_open_chats_get_attachments (LobeOpenChats *self,
                                                LobeChat      *chat);
void           lobe_open_chats_set_attachments (LobeOpenChats *self,
                                                LobeChat      *chat,
                                                GPtrArray     *attachments);

G_END_DECLS
