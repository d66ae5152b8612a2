/* lobe-store.h: chats and messages on disk: one SQLite file, one thread, nothing ever lost */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/lobe-clock.h"
#include "model/lobe-chat.h"
#include "model/lobe-conversation.h"
#include "model/lobe-model-use.h"

G_BEGIN_DECLS

#define LOBE_TYPE_STORE (lobe_store_get_type ())

G_DECLARE_FINAL_TYPE (LobeStore, lobe_store, LOBE, STORE, GObject)

/*
 * A LobeMessageSource and a LobeAccountSource. All calls are made on the main thread and answered there; the work is done in their order on
 * the database thread.
 *
 * Signals:
 *  committed (const char *message_id, guint64 length, gint64 lag): a checkpoint or the end of a message is on disk: its
 *    text and reasoning up to @length bytes; @lag is how old, in µs, the oldest byte of it was that was not there before
 *  failed (GError *error): a write that nobody waits for failed; the person must hear of it
 *  changed-elsewhere: another process wrote; the list of chats is up to date again already
 */
LobeStore        *lobe_store_new                     (const char           *folder,
                                                      LobeClock            *clock);
void              lobe_store_open_async              (LobeStore            *self,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
gboolean          lobe_store_open_finish             (LobeStore            *self,
                                                      GAsyncResult         *result,
                                                      GError              **error);
void              lobe_store_close                   (LobeStore            *self);
void              lobe_store_flush_async             (LobeStore            *self,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
gboolean          lobe_store_flush_finish            (LobeStore            *self,
                                                      GAsyncResult         *result,
                                                      GError              **error);

/* chats */
GListModel       *lobe_store_get_chats               (LobeStore            *self);
void              lobe_store_load_chats_async        (LobeStore            *self,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
gboolean          lobe_store_load_chats_finish       (LobeStore            *self,
                                                      GAsyncResult         *result,
                                                      GError              **error);
void              lobe_store_load_chat_async         (LobeStore            *self,
                                                      const char           *id,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
LobeChat         *lobe_store_load_chat_finish        (LobeStore            *self,
                                                      GAsyncResult         *result,
                                                      GError              **error);
void              lobe_store_save_chat               (LobeStore            *self,
                                                      LobeChat             *chat);
void              lobe_store_delete_chat             (LobeStore            *self,
                                                      LobeChat             *chat);
void              lobe_store_restore_chat            (LobeStore            *self,
                                                      LobeChat             *chat);

/* messages */
void              lobe_store_load_conversation_async (LobeStore            *self,
                                                      const char           *chat_id,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
LobeConversation *lobe_store_load_conversation_finish (LobeStore           *self,
                                                      GAsyncResult         *result,
                                                      GError              **error);
void              lobe_store_add_messages_async      (LobeStore            *self,
                                                      LobeChat             *chat,
                                                      GPtrArray            *messages,
                                                      const char           *leaf_id,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
gboolean          lobe_store_add_messages_finish     (LobeStore            *self,
                                                      GAsyncResult         *result,
                                                      GError              **error);
void              lobe_store_touch_message           (LobeStore            *self,
                                                      LobeMessage          *message);
void              lobe_store_finish_message          (LobeStore            *self,
                                                      LobeMessage          *message);
void              lobe_store_set_leaf                (LobeStore            *self,
                                                      const char           *chat_id,
                                                      const char           *leaf_id);

/* attachments and settings */
void              lobe_store_attach_async            (LobeStore            *self,
                                                      GFile                *file,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
LobePart         *lobe_store_attach_finish           (LobeStore            *self,
                                                      GAsyncResult         *result,
                                                      GError              **error);
void              lobe_store_get_setting_async       (LobeStore            *self,
                                                      const char           *name,
                                                      GCancellable         *cancellable,
                                                      GAsyncReadyCallback   callback,
                                                      gpointer              user_data);
char             *lobe_store_get_setting_finish      (LobeStore            *self,
                                                      GAsyncResult         *result,
                                                      GError              **error);
void              lobe_store_set_setting             (LobeStore            *self,
                                                      const char           *name,
                                                      const char           *value);

void       lobe_store_load_model_uses_async  (LobeStore            *self,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
GPtrArray *lobe_store_load_model_uses_finish (LobeStore            *self,
                                             GAsyncResult         *result,
                                             GError              **error);
void       lobe_store_save_model_use         (LobeStore            *self,
                                             const LobeModelUse   *use);

G_END_DECLS
