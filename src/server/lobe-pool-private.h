/* lobe-pool-private.h: what the files of LobePool share */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-pool.h"

G_BEGIN_DECLS

typedef struct
{
  LobeServer *server;
  gboolean    down;     /* it failed, and has not answered since */
  gboolean    checking; /* it is being asked whether it is back */
  guint       failures; /* in a row */
  gint64      retry;    /* before this moment it is not asked again */
  gint64      others;   /* requests that are not ours, when it was measured last */
} LobePoolMember;

struct _LobePool
{
  LobeServer parent_instance;

  GPtrArray *members; /* of LobePoolMember */
};

typedef struct
{
  GTask    *task;
  guint     n_pending;
  gboolean  any;
  GError   *error;
} LobePoolRound;

LobePoolMember *lobe_pool_find_member   (LobePool            *self,
                                         LobeServer          *server);
LobePoolRound  *lobe_pool_round_new     (LobePool            *self,
                                         gpointer             tag,
                                         GCancellable        *cancellable,
                                         GAsyncReadyCallback  callback,
                                         gpointer             user_data);
void            lobe_pool_round_end_one (LobePoolRound       *round);

G_END_DECLS
