/* lobe-store-private.h: what tests do with a store that nobody else should */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/lobe-database.h"
#include "store/lobe-store.h"

G_BEGIN_DECLS

LobeDatabase *lobe_store_get_database (LobeStore *self);
void          lobe_store_watch        (LobeStore *self);

G_END_DECLS
