/* lobe-compare-view.h: answers of several models to one question, side by side */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/transcript/lobe-transcript.h"

G_BEGIN_DECLS

#define LOBE_TYPE_COMPARE_VIEW (lobe_compare_view_get_type ())

G_DECLARE_FINAL_TYPE (LobeCompareView, lobe_compare_view, LOBE, COMPARE_VIEW, GtkWidget)

/*
 * Signals:
 *  chosen (LobeMessage *answer): the person goes on with this one
 */
GtkWidget *lobe_compare_view_new  (GPtrArray              *answers,
                                   LobeTranscriptNameFunc  name_func,
                                   LobeTranscriptPriceFunc price_func,
                                   gpointer                user_data);

G_END_DECLS
