/* lobe-turn.h: one answer being had: load the history, prepare the server, ask, stream into the message, end it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-conversation.h"
#include "server/lobe-servers.h"
#include "session/lobe-packing.h"
#include "store/lobe-store.h"

G_BEGIN_DECLS

#define LOBE_TYPE_TURN (lobe_turn_get_type ())

G_DECLARE_FINAL_TYPE (LobeTurn, lobe_turn, LOBE, TURN, GObject)

LobeTurn    *lobe_turn_new            (LobeClock        *clock,
                                       LobeStore        *store,
                                       LobeServer       *server,
                                       LobeConversation *conversation,
                                       LobeMessage      *message,
                                       const char       *system_prompt);
void         lobe_turn_set_context    (LobeTurn         *self,
                                       LobeChat         *chat,
                                       LobeContextBook  *book);
LobeMessage *lobe_turn_get_message    (LobeTurn         *self);
const char  *lobe_turn_get_activity   (LobeTurn         *self);
guint        lobe_turn_get_left_out   (LobeTurn         *self);
gboolean     lobe_turn_get_ended      (LobeTurn         *self);
void         lobe_turn_set_delta_func (LobeTurn         *self,
                                       LobeDeltaFunc     func,
                                       gpointer          user_data);
void         lobe_turn_start          (LobeTurn         *self);
void         lobe_turn_stop           (LobeTurn         *self);

G_END_DECLS
