/* lobe-turn.h: one answer being had: prepare the server, ask, stream into the message, end it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-servers.h"
#include "store/lobe-store.h"

G_BEGIN_DECLS

#define LOBE_TYPE_TURN (lobe_turn_get_type ())

G_DECLARE_FINAL_TYPE (LobeTurn, lobe_turn, LOBE, TURN, GObject)

/*
 * Properties: message (the answer), activity (nullable: what is waited for, in words; notify).
 * Signals: ended (the message's state says how).
 */
LobeTurn    *lobe_turn_new            (LobeClock     *clock,
                                       LobeStore     *store,
                                       LobeServer    *server,
                                       LobeRequest   *request,
                                       LobeMessage   *message);
LobeMessage *lobe_turn_get_message    (LobeTurn      *self);
const char  *lobe_turn_get_activity   (LobeTurn      *self);
void         lobe_turn_set_delta_func (LobeTurn      *self,
                                       LobeDeltaFunc  func,
                                       gpointer       user_data);
void         lobe_turn_start          (LobeTurn      *self);
void         lobe_turn_stop           (LobeTurn      *self);
gboolean     lobe_turn_get_ended      (LobeTurn      *self);

G_END_DECLS
