/* lobe-summary.h: a summary of the older part of a chat, written by the model that answers in it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-driver.h"
#include "session/lobe-context.h"

G_BEGIN_DECLS

/**
 * LobeSummaryFunc: (skip)
 * @summary: what there is of it
 * @user_data: what was given
 *
 * Hears a summary as it grows.
 */
typedef void (*LobeSummaryFunc) (const char *summary,
                                 gpointer    user_data);

void  lobe_summary_write_async  (LobeDriver             *driver,
                                 LobeEndpoint           *endpoint,
                                 const char             *model,
                                 const char             *previous,
                                 GPtrArray              *messages,
                                 const LobeContextRules *rules,
                                 LobeSummaryFunc         func,
                                 gpointer                func_data,
                                 GCancellable           *cancellable,
                                 GAsyncReadyCallback     callback,
                                 gpointer                user_data);
char *lobe_summary_write_finish (GAsyncResult           *result,
                                 GError                **error);

G_END_DECLS
