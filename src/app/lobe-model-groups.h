/* lobe-model-groups.h: what the switcher lists: favourites, recent models, and each server's own */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-servers.h"
#include "session/lobe-model-uses.h"

G_BEGIN_DECLS

GPtrArray  *lobe_model_groups_create   (LobeServers   *servers,
                                        LobeModelUses *uses,
                                        const char    *text);
const char *lobe_model_group_get_title (GListModel    *group);

G_END_DECLS
