/* lobe-packing.h: the way from a conversation to the request: cut it, count it, summarise what is too old */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session/lobe-context-book.h"

G_BEGIN_DECLS

#define LOBE_TYPE_PACKING (lobe_packing_get_type ())

G_DECLARE_FINAL_TYPE (LobePacking, lobe_packing, LOBE, PACKING, GObject)

/*
 * Properties: activity (what is done that takes its time, in words for the person; notify).
 */
LobePacking          *lobe_packing_new          (LobeContextBook      *book,
                                                 LobeStore            *store,
                                                 LobeChat             *chat,
                                                 LobeServer           *server,
                                                 LobeRequest          *request,
                                                 GPtrArray            *history);
const char           *lobe_packing_get_activity (LobePacking          *self);
LobeRequest          *lobe_packing_get_request  (LobePacking          *self);
const LobeContextFit *lobe_packing_get_fit      (LobePacking          *self);
char                 *lobe_packing_judge        (LobePacking          *self,
                                                 const LobeUsage      *usage,
                                                 LobeStopReason        reason);
void                  lobe_packing_run_async    (LobePacking          *self,
                                                 LobeServer           *member,
                                                 LobeEndpoint         *endpoint,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
void                  lobe_packing_measure_async (LobePacking         *self,
                                                 LobeServer           *member,
                                                 LobeEndpoint         *endpoint,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
void                  lobe_packing_summarise_async (LobePacking       *self,
                                                 LobeServer           *member,
                                                 LobeEndpoint         *endpoint,
                                                 GCancellable         *cancellable,
                                                 GAsyncReadyCallback   callback,
                                                 gpointer              user_data);
gboolean              lobe_packing_run_finish   (LobePacking          *self,
                                                 GAsyncResult         *result,
                                                 GError              **error);

G_END_DECLS
