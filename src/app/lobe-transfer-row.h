/* lobe-transfer-row.h: a model on its way: how far it is, and buttons to pause it, go on or give it up */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-transfer.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_TRANSFER_ROW (lobe_transfer_row_get_type ())

G_DECLARE_FINAL_TYPE (LobeTransferRow, lobe_transfer_row, LOBE, TRANSFER_ROW, AdwActionRow)

GtkWidget *lobe_transfer_row_new (LobeTransfer *transfer);

G_END_DECLS
