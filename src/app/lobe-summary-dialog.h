/* lobe-summary-dialog.h: reads and changes what stands for the older part of a chat */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/lobe-store.h"

#include <adwaita.h>

G_BEGIN_DECLS

AdwDialog *lobe_summary_dialog_new (LobeChat  *chat,
                                    LobeStore *store);

G_END_DECLS
