/* lobe-pending.h: what differs between memory and disk */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/lobe-clock.h"
#include "store/lobe-batch.h"

G_BEGIN_DECLS

/* What a batch has brought of a message. */
typedef struct
{
  char    *id;
  guint64  length; /* bytes of its text and reasoning on disk */
  gint64   lag;    /* µs */
} LobeCommit;

typedef struct _LobePending LobePending;

LobePending *lobe_pending_new         (LobeClock     *clock,
                                       const char    *owner);
void         lobe_pending_free        (LobePending   *self);
gboolean     lobe_pending_is_empty    (LobePending   *self);

LobeChat    *lobe_pending_find_chat   (LobePending   *self,
                                       const char    *id);
LobeChat    *lobe_pending_merge_chat  (LobePending   *self,
                                       LobeChatRow   *row);
gboolean     lobe_pending_is_new_chat (LobePending   *self,
                                       LobeChat      *chat);
void         lobe_pending_save_chat   (LobePending   *self,
                                       LobeChat      *chat);
void         lobe_pending_set_leaf    (LobePending   *self,
                                       const char    *chat_id,
                                       const char    *leaf_id);
void         lobe_pending_set_deleted (LobePending   *self,
                                       const char    *chat_id,
                                       gint64         deleted_at);
void         lobe_pending_save_model_use (LobePending *self,
                                       const LobeModelUse *use);
void         lobe_pending_set_setting (LobePending   *self,
                                       const char    *name,
                                       const char    *value);
void         lobe_pending_save_account (LobePending  *self,
                                       const LobeAccount *account,
                                       gboolean       added);
void         lobe_pending_remove_account (LobePending *self,
                                       const char    *id);
void         lobe_pending_order_accounts (LobePending *self,
                                       const char * const *ids);
gboolean     lobe_pending_has_accounts (LobePending  *self);
LobeMessage *lobe_pending_find_message (LobePending  *self,
                                       const char    *id);
void         lobe_pending_put_message (LobePending   *self,
                                       LobeMessage   *message,
                                       const char    *chat_id);
gboolean     lobe_pending_touch       (LobePending   *self,
                                       LobeMessage   *message);

LobeBatch   *lobe_pending_take        (LobePending   *self);
GPtrArray   *lobe_pending_give_back   (LobePending   *self,
                                       LobeBatch     *batch,
                                       LobeOutcome    outcome);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobePending, lobe_pending_free)

G_END_DECLS
