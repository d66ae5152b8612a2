/* lobe-attempt.h: having one request answered: by one server, or by whichever member of a pool can */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-request.h"
#include "server/lobe-server.h"

G_BEGIN_DECLS

#define LOBE_TYPE_ATTEMPT (lobe_attempt_get_type ())

G_DECLARE_FINAL_TYPE (LobeAttempt, lobe_attempt, LOBE, ATTEMPT, GObject)

/* Properties: server (the one that is asked; notify), activity (nullable words for the person; notify). */
LobeAttempt    *lobe_attempt_new            (LobeClock            *clock,
                                             LobeServer           *server,
                                             const char           *model,
                                             const char           *preferred);
LobeServer     *lobe_attempt_get_server     (LobeAttempt          *self);
LobeEndpoint   *lobe_attempt_get_endpoint   (LobeAttempt          *self);
const char     *lobe_attempt_get_activity   (LobeAttempt          *self);
void            lobe_attempt_prepare_async  (LobeAttempt          *self,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
gboolean        lobe_attempt_prepare_finish (LobeAttempt          *self,
                                             GAsyncResult         *result,
                                             GError              **error);
void            lobe_attempt_ask_async      (LobeAttempt          *self,
                                             LobeRequest          *request,
                                             LobeDeltaFunc         delta_func,
                                             gpointer              delta_data,
                                             GCancellable         *cancellable,
                                             GAsyncReadyCallback   callback,
                                             gpointer              user_data);
LobeStopReason  lobe_attempt_ask_finish     (LobeAttempt          *self,
                                             GAsyncResult         *result,
                                             GError              **error);
void            lobe_attempt_leave          (LobeAttempt          *self);

G_END_DECLS
