/* lobe-process.h: one running llama-server: spawned so that it cannot outlive us, drained, and ended */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define LOBE_TYPE_PROCESS (lobe_process_get_type ())

G_DECLARE_FINAL_TYPE (LobeProcess, lobe_process, LOBE, PROCESS, GObject)

/* Signals: exited (the program has ended, and what it wrote was read) */
LobeProcess *lobe_process_new          (const char * const  *argv,
                                        const char          *key,
                                        GError             **error);
void         lobe_process_stop         (LobeProcess         *self);
void         lobe_process_kill         (LobeProcess         *self);
GError      *lobe_process_make_error   (LobeProcess         *self,
                                        const char          *model_name,
                                        gboolean             while_starting);
guint        lobe_process_count_cores  (void);

G_END_DECLS
