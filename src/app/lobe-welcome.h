/* lobe-welcome.h: the first start: where shall answers come from? */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session/lobe-core.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_WELCOME (lobe_welcome_get_type ())

G_DECLARE_FINAL_TYPE (LobeWelcome, lobe_welcome, LOBE, WELCOME, AdwBin)

/*
 * Signals:
 *  chosen (LobeServer *server): the person chose it; it is among the servers
 *  add-server: the person wants to type an address
 */
GtkWidget *lobe_welcome_new (LobeCore *core);

G_END_DECLS
