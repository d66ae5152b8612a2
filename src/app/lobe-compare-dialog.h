/* lobe-compare-dialog.h: chooses the models that one question is put to */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-servers.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_COMPARE_DIALOG (lobe_compare_dialog_get_type ())

G_DECLARE_FINAL_TYPE (LobeCompareDialog, lobe_compare_dialog, LOBE, COMPARE_DIALOG, AdwDialog)

/*
 * Signals:
 *  chosen (GPtrArray of LobeModelInfo): two to four models
 */
AdwDialog *lobe_compare_dialog_new (LobeServers *servers,
                                    const char  *server,
                                    const char  *model);

G_END_DECLS
