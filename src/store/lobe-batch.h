/* lobe-batch.h: what is written in one transaction */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-account.h"
#include "model/lobe-model-use.h"
#include "store/lobe-chat-table.h"
#include "store/lobe-message-table.h"

G_BEGIN_DECLS

/* An account as it is to be on disk. */
typedef struct
{
  char        *id;
  LobeAccount *account; /* or NULL, to remove it */
  gboolean     added;
} LobeBatchAccount;

typedef struct
{
  char   *key;
  char   *text;
  gint64  number;
} LobeBatchValue;

/* Copies, so that the database thread reads nothing of the main thread's. */
typedef struct
{
  GPtrArray        *chats;     /* of LobeChatRow */
  GPtrArray        *messages;  /* of LobeMessageRow */
  GPtrArray        *tails;     /* of LobeTailRow */
  GPtrArray        *leaves;    /* of LobeBatchValue: chat → text */
  GPtrArray        *deletions; /* of LobeBatchValue: chat → number */
  GPtrArray        *settings;  /* of LobeBatchValue: name → text */
  GPtrArray        *accounts;  /* of LobeBatchAccount */
  GPtrArray        *uses;      /* of LobeModelUse */
  GStrv             order;     /* of accounts, by their ids; or NULL */
  LobeDatabaseSync  sync;
} LobeBatch;

/**
 * LobeOutcome: (skip)
 * @LOBE_OUTCOME_WRITTEN: it is on disk
 * @LOBE_OUTCOME_RETRY: it is not, and is to be in the next batch
 * @LOBE_OUTCOME_DROP: it is not and never will be
 *
 * What became of a batch.
 */
typedef enum
{
  LOBE_OUTCOME_WRITTEN,
  LOBE_OUTCOME_RETRY,
  LOBE_OUTCOME_DROP,
} LobeOutcome;

LobeBatch *lobe_batch_new   (void);
void       lobe_batch_free  (LobeBatch     *self);
void       lobe_batch_value (GPtrArray     *values,
                             const char    *key,
                             const char    *text,
                             gint64         number);
LobeBatchAccount *
           lobe_batch_account_new (const char        *id,
                                   const LobeAccount *account,
                                   gboolean           added);
void       lobe_batch_account_free (LobeBatchAccount *self);
gboolean   lobe_batch_write (LobeDatabase  *database,
                             gpointer       batch,
                             GError       **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeBatch, lobe_batch_free)

G_END_DECLS
