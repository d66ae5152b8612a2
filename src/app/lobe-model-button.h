/* lobe-model-button.h: title of the window: who answers here; opens the model switcher */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_MODEL_BUTTON (lobe_model_button_get_type ())

G_DECLARE_FINAL_TYPE (LobeModelButton, lobe_model_button, LOBE, MODEL_BUTTON, GtkWidget)

/* It activates `win.choose-model`. */
void lobe_model_button_set_names   (LobeModelButton *self,
                                    const char      *model,
                                    const char      *server);
void lobe_model_button_set_popover (LobeModelButton *self,
                                    GtkPopover      *popover);

G_END_DECLS
