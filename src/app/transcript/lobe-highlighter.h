/* lobe-highlighter.h: colours for code, by one text buffer that is never shown */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/transcript/lobe-row.h"

G_BEGIN_DECLS

#define LOBE_TYPE_HIGHLIGHTER (lobe_highlighter_get_type ())

G_DECLARE_FINAL_TYPE (LobeHighlighter, lobe_highlighter, LOBE, HIGHLIGHTER, GObject)

LobeHighlighter *lobe_highlighter_get_default (void);
void             lobe_highlighter_request     (LobeHighlighter *self,
                                               LobeRow         *row);
guint            lobe_highlighter_get_scheme  (LobeHighlighter *self);
const char      *lobe_highlighter_get_name    (const char      *info);

G_END_DECLS
