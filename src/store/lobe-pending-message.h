/* lobe-pending-message.h: what of one message is on disk, and what is not */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/lobe-batch.h"

G_BEGIN_DECLS

/*
 * LobePendingMessage:
 *
 * A message that streams or is to be written. Read only for everybody but its own file and LobePending, which keeps the
 * times and says when it is dirty.
 */
typedef struct
{
  LobeMessage *message;
  char        *chat_id;
  GArray      *marks;         /* of its parts: how much of each is on disk; the first n_saved are there at all */
  guint        n_saved;
  gboolean     whole;         /* all of it is to be written, not only what was added */
  gboolean     dirty;
  gboolean     in_batch;
  gint64       oldest;        /* monotonic time of what was changed first and is in no batch */
  gint64       batch_oldest;
  guint64      batch_length;
} LobePendingMessage;

LobePendingMessage *lobe_pending_message_new       (LobeMessage        *message);
void                lobe_pending_message_free      (LobePendingMessage *self);
void                lobe_pending_message_replace   (LobePendingMessage *self,
                                                    LobeMessage        *message);
void                lobe_pending_message_take      (LobePendingMessage *self,
                                                    const char         *owner,
                                                    LobeBatch          *batch);
void                lobe_pending_message_give_back (LobePendingMessage *self,
                                                    LobeOutcome         outcome);

G_END_DECLS
