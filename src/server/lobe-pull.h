/* lobe-pull.h: a model that a server fetches for itself */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-transfer.h"
#include "server/lobe-server.h"

G_BEGIN_DECLS

#define LOBE_TYPE_PULL (lobe_pull_get_type ())

G_DECLARE_FINAL_TYPE (LobePull, lobe_pull, LOBE, PULL, LobeTransfer)

LobePull   *lobe_pull_new        (LobeServer *server,
                                  const char *model);
LobeServer *lobe_pull_get_server (LobePull   *self);

G_END_DECLS
