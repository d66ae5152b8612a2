/* lobe-servers-private.h: what the files of LobeServers share */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-servers.h"

G_BEGIN_DECLS

struct _LobeServers
{
  GObject             parent_instance;

  LobeHttp           *http;
  LobeDriverRegistry *drivers;
  GPtrArray          *servers;
  LobeAccountSource  *source;
  GHashTable         *kept;    /* set of ids that are in the source */
  char               *default_model;
};

void lobe_servers_update_pools (LobeServers *self);

G_END_DECLS
