/* lobe-context-book.h: what was learned of each model's tokens, and the window that the person gave it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-server.h"
#include "session/lobe-context.h"
#include "store/lobe-store.h"

G_BEGIN_DECLS

#define LOBE_TYPE_CONTEXT_BOOK (lobe_context_book_get_type ())

G_DECLARE_FINAL_TYPE (LobeContextBook, lobe_context_book, LOBE, CONTEXT_BOOK, GObject)

/*
 * Signals:
 *  changed: the person gave a model a window, or what was kept is read
 */
LobeContextBook *lobe_context_book_new        (LobeStore        *store);
void             lobe_context_book_open       (LobeContextBook  *self);
void             lobe_context_book_learn      (LobeContextBook  *self,
                                               const char       *server,
                                               const char       *model,
                                               gint64            estimated,
                                               gint64            counted);
gint64           lobe_context_book_get_chosen (LobeContextBook  *self,
                                               const char       *server,
                                               const char       *model);
void             lobe_context_book_choose     (LobeContextBook  *self,
                                               const char       *server,
                                               const char       *model,
                                               gint64            window);
gint64           lobe_context_book_get_window (LobeContextBook  *self,
                                               LobeServer       *server,
                                               const char       *model);
LobeContextRules lobe_context_book_get_rules  (LobeContextBook  *self,
                                               LobeChat         *chat,
                                               LobeServer       *server,
                                               const char       *model);

G_END_DECLS
