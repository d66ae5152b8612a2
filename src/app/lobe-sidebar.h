/* lobe-sidebar.h: the chats by day: find, open, rename, delete */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/lobe-store.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_SIDEBAR (lobe_sidebar_get_type ())

G_DECLARE_FINAL_TYPE (LobeSidebar, lobe_sidebar, LOBE, SIDEBAR, AdwBin)

/*
 * Signals:
 *  open (LobeChat *chat): the person wants to see @chat
 *  delete (LobeChat *chat): the person wants @chat deleted
 */
void lobe_sidebar_set_store     (LobeSidebar *self,
                                 LobeStore   *store,
                                 LobeClock   *clock);
void lobe_sidebar_set_chat      (LobeSidebar *self,
                                 LobeChat    *chat);
void lobe_sidebar_set_collapsed (LobeSidebar *self,
                                 gboolean     collapsed);
void lobe_sidebar_update_days   (LobeSidebar *self);
void lobe_sidebar_focus_search  (LobeSidebar *self);
void lobe_sidebar_rename        (LobeSidebar *self,
                                 LobeChat    *chat,
                                 GtkWidget   *near);

G_END_DECLS
