/* lobe-session.h: an open chat: its conversation, and what can be done with it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session/lobe-core.h"
#include "session/lobe-turn.h"

G_BEGIN_DECLS

#define LOBE_TYPE_SESSION (lobe_session_get_type ())

G_DECLARE_FINAL_TYPE (LobeSession, lobe_session, LOBE, SESSION, GObject)

/*
 * Properties: chat; conversation (NULL until loaded; notify); turn (the LobeTurn that runs, or NULL; notify).
 * Signals: failed (GError *error); context-changed (what would be sent is another).
 * A chat that was never sent to is not in the store, and sending puts it there.
 */
LobeSession      *lobe_session_new              (LobeCore             *core,
                                                 LobeChat             *chat);
LobeChat         *lobe_session_get_chat         (LobeSession          *self);
LobeConversation *lobe_session_get_conversation (LobeSession          *self);
LobeTurn         *lobe_session_get_turn         (LobeSession          *self);
void              lobe_session_set_writes_titles (LobeSession         *self,
                                                 gboolean              writes_titles);
void              lobe_session_load_async       (LobeSession          *self,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
gboolean          lobe_session_load_finish      (LobeSession          *self,
                                                 GAsyncResult         *result,
                                                 GError              **error);
gboolean          lobe_session_send             (LobeSession          *self,
                                                 const char           *text,
                                                 GPtrArray            *attachments,
                                                 GPtrArray            *models,
                                                 GError              **error);
gboolean          lobe_session_regenerate       (LobeSession          *self,
                                                 LobeMessage          *message,
                                                 GPtrArray            *models,
                                                 GError              **error);
gboolean          lobe_session_continue         (LobeSession          *self,
                                                 LobeMessage          *message,
                                                 GError              **error);
void              lobe_session_stop             (LobeSession          *self);
void              lobe_session_set_pinned       (LobeSession          *self,
                                                 LobeMessage          *message,
                                                 gboolean              pinned);
void              lobe_session_select           (LobeSession          *self,
                                                 LobeMessage          *message);

G_END_DECLS
