/* lobe-composer.h: where the person writes: text that grows, attached files, send and stop */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session/lobe-context-meter.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_COMPOSER (lobe_composer_get_type ())

G_DECLARE_FINAL_TYPE (LobeComposer, lobe_composer, LOBE, COMPOSER, AdwBin)

/*
 * Signals:
 *  changed: text or attachments are other ones by the person's hand
 * It activates `win.send` and `win.stop`.
 */
void        lobe_composer_set_store       (LobeComposer *self,
                                           LobeStore    *store);
void        lobe_composer_set_meter       (LobeComposer     *self,
                                           LobeContextMeter *meter,
                                           LobeContextBook  *book);
char       *lobe_composer_dup_text        (LobeComposer *self);
void        lobe_composer_set_text        (LobeComposer *self,
                                           const char   *text);
GPtrArray  *lobe_composer_get_attachments (LobeComposer *self);
void        lobe_composer_set_attachments (LobeComposer *self,
                                           GPtrArray    *attachments);
gboolean    lobe_composer_is_empty        (LobeComposer *self);
void        lobe_composer_clear           (LobeComposer *self);
void        lobe_composer_set_answering   (LobeComposer *self,
                                           gboolean      answering);
void        lobe_composer_set_model_name  (LobeComposer *self,
                                           const char   *name);
void        lobe_composer_set_error       (LobeComposer *self,
                                           const char   *text);
void        lobe_composer_attach          (LobeComposer *self,
                                           GFile        *file);
void        lobe_composer_choose_files    (LobeComposer *self);
gboolean    lobe_composer_open_context       (LobeComposer *self);

G_END_DECLS
