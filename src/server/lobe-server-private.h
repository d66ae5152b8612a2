/* lobe-server-private.h: what the files of LobeServer share */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-server.h"

G_BEGIN_DECLS

void          lobe_server_class_init_refresh (LobeServerClass *klass);
void          lobe_server_class_init_library (LobeServerClass *klass);
void          lobe_server_settle             (LobeServer      *self);
LobeEndpoint *lobe_server_make_endpoint      (LobeServer      *self,
                                              const char      *key);
gboolean      lobe_server_become             (LobeServer      *self,
                                              const char      *protocol);

G_END_DECLS
