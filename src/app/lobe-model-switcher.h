/* lobe-model-switcher.h: all models of all servers, to search and choose from */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-servers.h"
#include "session/lobe-model-uses.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_MODEL_SWITCHER (lobe_model_switcher_get_type ())

G_DECLARE_FINAL_TYPE (LobeModelSwitcher, lobe_model_switcher, LOBE, MODEL_SWITCHER, AdwBin)

/*
 * Signals:
 *  chosen (const char *server, const char *model): ids of what was chosen
 *  add-server: the person wants to add one
 *  manage: the person wants to get or delete models
 *  close: the person is done without choosing
 */
GtkWidget *lobe_model_switcher_new        (LobeServers       *servers,
                                           LobeModelUses     *uses);
void       lobe_model_switcher_open       (LobeModelSwitcher *self,
                                           const char        *server,
                                           const char        *model);

G_END_DECLS
