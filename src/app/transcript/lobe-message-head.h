/* lobe-message-head.h: who speaks and when, above an answer */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-message.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_MESSAGE_HEAD (lobe_message_head_get_type ())

G_DECLARE_FINAL_TYPE (LobeMessageHead, lobe_message_head, LOBE, MESSAGE_HEAD, GtkWidget)

GtkWidget *lobe_message_head_new         (void);
void       lobe_message_head_set_message (LobeMessageHead *self,
                                          LobeMessage     *message,
                                          gboolean         first);
void       lobe_message_head_update      (LobeMessageHead *self);

G_END_DECLS
