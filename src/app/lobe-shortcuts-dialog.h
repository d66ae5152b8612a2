/* lobe-shortcuts-dialog.h: shows all keys, made from the table of actions */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

AdwDialog *lobe_shortcuts_dialog_new (void);

G_END_DECLS
