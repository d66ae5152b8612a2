/* lobe-server-test.h: does a server work, and if not, what is wrong and what can be done? */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-server.h"

G_BEGIN_DECLS

char     *lobe_server_advise      (LobeServer           *self,
                                   const GError         *error);
void      lobe_server_test_async  (LobeServer           *self,
                                   LobeDriverRegistry   *drivers,
                                   const char           *model,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
gboolean  lobe_server_test_finish (LobeServer           *self,
                                   GAsyncResult         *result,
                                   char                **advice,
                                   GError              **error);

G_END_DECLS
