/* lobe-address-dialog.h: asks for the address of a server, finds out what it speaks and adds it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session/lobe-core.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_ADDRESS_DIALOG (lobe_address_dialog_get_type ())

G_DECLARE_FINAL_TYPE (LobeAddressDialog, lobe_address_dialog, LOBE, ADDRESS_DIALOG, AdwDialog)

/*
 * Signals:
 *  added (LobeServer *server): it answered, and is among the servers now
 */
AdwDialog *lobe_address_dialog_new (LobeCore *core);

G_END_DECLS
