/* lobe-figures.h: what an answer took and cost, in a popover */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-message.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * LobePrice:
 * @prompt: US dollars for a million tokens of a request; negative when it is not known
 * @completion: the same for tokens of an answer
 *
 * What a provider takes for a model.
 */
typedef struct
{
  double prompt;
  double completion;
} LobePrice;

#define LOBE_PRICE_UNKNOWN ((LobePrice) { -1, -1 })

GtkWidget *lobe_figures_new       (LobeMessage *message,
                                   const char  *model,
                                   const char  *server,
                                   LobePrice    price);
char      *lobe_figures_dup_cost  (LobeMessage *message,
                                   LobePrice    price);
char      *lobe_figures_dup_speed (LobeMessage *message);

G_END_DECLS
