/* lobe-transfer.h: a model on its way to where it is to be: it runs, is paused, goes on */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LobeTransferState:
 * @LOBE_TRANSFER_PAUSED: it does nothing; what has come is kept
 * @LOBE_TRANSFER_RUNNING: it comes
 * @LOBE_TRANSFER_FAILED: it broke off; see the error. It can be started again
 * @LOBE_TRANSFER_DONE: all is there
 * @LOBE_TRANSFER_DISCARDED: it was given up, and nothing is left of it
 *
 * Where a transfer stands.
 */
typedef enum
{
  LOBE_TRANSFER_PAUSED,
  LOBE_TRANSFER_RUNNING,
  LOBE_TRANSFER_FAILED,
  LOBE_TRANSFER_DONE,
  LOBE_TRANSFER_DISCARDED,
} LobeTransferState;

#define LOBE_TYPE_TRANSFER (lobe_transfer_get_type ())

G_DECLARE_DERIVABLE_TYPE (LobeTransfer, lobe_transfer, LOBE, TRANSFER, GObject)

/**
 * LobeTransferClass:
 * @run_async: bring what is missing; cancelling keeps what has come
 * @run_finish: whether it is all there
 * @discard: (nullable): throw away what has come; never called while it runs
 *
 * What a kind of transfer does.
 */
struct _LobeTransferClass
{
  GObjectClass parent_class;

  void     (*run_async)  (LobeTransfer         *self,
                          GCancellable         *cancellable,
                          GAsyncReadyCallback   callback,
                          gpointer              user_data);
  gboolean (*run_finish) (LobeTransfer         *self,
                          GAsyncResult         *result,
                          GError              **error);
  void     (*discard)    (LobeTransfer         *self);
};

/*
 * Properties: name, source (who it comes from; construct); received, size (bytes, 0 unknown; notify at most a few times
 * a second), words (nullable: what is being done), state (LobeTransferState), error.
 */
const char        *lobe_transfer_get_name     (LobeTransfer *self);
const char        *lobe_transfer_get_source   (LobeTransfer *self);
gint64             lobe_transfer_get_received (LobeTransfer *self);
gint64             lobe_transfer_get_size     (LobeTransfer *self);
const char        *lobe_transfer_get_words    (LobeTransfer *self);
LobeTransferState  lobe_transfer_get_state    (LobeTransfer *self);
const GError      *lobe_transfer_get_error    (LobeTransfer *self);
void               lobe_transfer_set_progress (LobeTransfer *self,
                                               gint64        received,
                                               gint64        size,
                                               const char   *words);
void               lobe_transfer_start        (LobeTransfer *self);
void               lobe_transfer_pause        (LobeTransfer *self);
void               lobe_transfer_discard      (LobeTransfer *self);

G_END_DECLS
