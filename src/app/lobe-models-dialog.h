/* lobe-models-dialog.h: models: get, pause, resume, unload and delete them, and see what they take */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session/lobe-core.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_MODELS_DIALOG (lobe_models_dialog_get_type ())

G_DECLARE_FINAL_TYPE (LobeModelsDialog, lobe_models_dialog, LOBE, MODELS_DIALOG, AdwDialog)

AdwDialog *lobe_models_dialog_new  (LobeCore         *core);
void       lobe_models_dialog_want (LobeModelsDialog *self,
                                    LobeServer       *server,
                                    const char       *model);

G_END_DECLS
