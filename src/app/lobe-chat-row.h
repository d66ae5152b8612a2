/* lobe-chat-row.h: a chat in the sidebar: its title, and at the end at most one mark */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-chat.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_CHAT_ROW (lobe_chat_row_get_type ())

G_DECLARE_FINAL_TYPE (LobeChatRow, lobe_chat_row, LOBE, CHAT_ROW, GtkWidget)

GtkWidget *lobe_chat_row_new      (void);
LobeChat  *lobe_chat_row_get_chat (LobeChatRow *self);
void       lobe_chat_row_set_chat (LobeChatRow *self,
                                   LobeChat    *chat);

G_END_DECLS
