/* lobe-chat-list.h: chats as a list model, the one with the newest words first */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-chat.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define LOBE_TYPE_CHAT_LIST (lobe_chat_list_get_type ())

G_DECLARE_FINAL_TYPE (LobeChatList, lobe_chat_list, LOBE, CHAT_LIST, GObject)

LobeChatList *lobe_chat_list_new    (void);
void          lobe_chat_list_set    (LobeChatList *self,
                                     GPtrArray    *chats);
void          lobe_chat_list_place  (LobeChatList *self,
                                     LobeChat     *chat);
void          lobe_chat_list_remove (LobeChatList *self,
                                     LobeChat     *chat);

G_END_DECLS
