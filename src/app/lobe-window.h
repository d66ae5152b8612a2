/* lobe-window.h: the window: chats beside the one that is open */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session/lobe-core.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_WINDOW (lobe_window_get_type ())

G_DECLARE_FINAL_TYPE (LobeWindow, lobe_window, LOBE, WINDOW, AdwApplicationWindow)

GtkWindow *lobe_window_new       (GtkApplication *application,
                                  LobeCore       *core,
                                  GSettings      *settings);
void       lobe_window_open_core (LobeWindow     *self);
void       lobe_window_ask       (LobeWindow     *self,
                                  const char     *question);

G_END_DECLS
