/* lobe-sidebar-row.h: a chat in the sidebar: its title, and at the end at most one mark */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-chat.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_SIDEBAR_ROW (lobe_sidebar_row_get_type ())

G_DECLARE_FINAL_TYPE (LobeSidebarRow, lobe_sidebar_row, LOBE, SIDEBAR_ROW, GtkWidget)

GtkWidget *lobe_sidebar_row_new      (void);
LobeChat  *lobe_sidebar_row_get_chat (LobeSidebarRow *self);
void       lobe_sidebar_row_set_chat (LobeSidebarRow *self,
                                   LobeChat    *chat);

G_END_DECLS
