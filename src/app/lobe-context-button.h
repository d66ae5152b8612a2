/* lobe-context-button.h: how full the context window is, and what is done when it is full */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session/lobe-context-meter.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_CONTEXT_BUTTON (lobe_context_button_get_type ())

G_DECLARE_FINAL_TYPE (LobeContextButton, lobe_context_button, LOBE, CONTEXT_BUTTON, GtkWidget)

/*
 * It activates `win.save-context` after it changed the chat, `win.summarise` and `win.edit-summary`.
 */
void lobe_context_button_set_meter (LobeContextButton *self,
                                    LobeContextMeter  *meter,
                                    LobeContextBook   *book);
void lobe_context_button_open      (LobeContextButton *self);

G_END_DECLS
