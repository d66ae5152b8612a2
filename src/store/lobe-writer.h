/* lobe-writer.h: when what is pending is written, and who hears of it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/lobe-pending.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* How long what was done may wait for company, in µs. With the time that a write takes, an answer is on disk within a
 * quarter of a second of its coming. */
#define LOBE_WRITER_SOON 0
#define LOBE_WRITER_CHECKPOINT_DELAY (150 * 1000)
#define LOBE_WRITER_DRAFT_DELAY (400 * 1000)

typedef void (*LobeWriterCommittedFunc) (GObject          *owner,
                                         const LobeCommit *commit);
typedef void (*LobeWriterFailedFunc)    (GObject          *owner,
                                         const GError     *error);

typedef struct _LobeWriter LobeWriter;

LobeWriter *lobe_writer_new    (GObject                 *owner,
                                LobeDatabase            *database,
                                LobePending             *pending,
                                LobeWriterCommittedFunc  committed,
                                LobeWriterFailedFunc     failed);
void        lobe_writer_free   (LobeWriter              *self);
void        lobe_writer_within (LobeWriter              *self,
                                gint64                   delay);
void        lobe_writer_now    (LobeWriter              *self);
void        lobe_writer_retry  (LobeWriter              *self);
void        lobe_writer_wait   (LobeWriter              *self,
                                GTask                   *task);
void        lobe_writer_read   (LobeWriter              *self,
                                LobeDatabaseFunc         func,
                                gpointer                 data,
                                LobeDatabaseDoneFunc     done);
void        lobe_writer_close  (LobeWriter              *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeWriter, lobe_writer_free)

G_END_DECLS
