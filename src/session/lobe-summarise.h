/* lobe-summarise.h: has the older part of an open chat summarised before anything is sent */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session/lobe-session.h"

G_BEGIN_DECLS

void     lobe_summarise_async  (LobeCore             *core,
                                LobeSession          *session,
                                GCancellable         *cancellable,
                                GAsyncReadyCallback   callback,
                                gpointer              user_data);
gboolean lobe_summarise_finish (LobeSession          *session,
                                GAsyncResult         *result,
                                GError              **error);

G_END_DECLS
