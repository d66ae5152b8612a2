/* lobe-title.h: a title for a chat, written by the model that answers in it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-server.h"

G_BEGIN_DECLS

void  lobe_title_write_async  (LobeServer           *server,
                               const char           *model,
                               LobeMessage          *question,
                               LobeMessage          *answer,
                               gint64                context_length,
                               GCancellable         *cancellable,
                               GAsyncReadyCallback   callback,
                               gpointer              user_data);
char *lobe_title_write_finish (GAsyncResult         *result,
                               GError              **error);
char *lobe_title_clean        (const char           *text);

G_END_DECLS
