/* lobe-servers-pools.c: the pools that the accounts of servers speak of */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-servers-private.h"

#include "server/lobe-pool.h"

static gboolean
belongs (LobeServers *self,
         LobeServer  *server,
         LobePool    *pool)
{
  g_autofree char *id = NULL;

  if (!g_ptr_array_find (self->servers, server, NULL) || !lobe_server_get_enabled (server) ||
      lobe_server_get_pool (server) == NULL)
    return FALSE;

  id = lobe_pool_make_id (lobe_server_get_pool (server));

  return g_str_equal (id, lobe_server_get_id (LOBE_SERVER (pool)));
}

/* @return: whether anybody is left */
static gboolean
drop_strangers (LobeServers *self,
                LobePool    *pool)
{
  for (guint i = lobe_pool_get_n_members (pool); i > 0; i--)
    {
      LobeServer *member = lobe_pool_get_member (pool, i - 1);

      if (!belongs (self, member, pool))
        lobe_pool_remove (pool, member);
    }

  return lobe_pool_get_n_members (pool) > 0;
}

static void
join (LobeServers *self,
      LobeServer  *server)
{
  g_autofree char *id = lobe_pool_make_id (lobe_server_get_pool (server));
  LobeServer *pool = lobe_servers_get (self, id);
  g_autoptr (LobePool) made = NULL;

  if (pool == NULL)
    {
      made = lobe_pool_new (lobe_server_get_pool (server), server);
      lobe_pool_add (made, server);
      lobe_servers_add (self, LOBE_SERVER (made));
    }
  else if (LOBE_IS_POOL (pool) && !lobe_pool_contains (LOBE_POOL (pool), server))
    {
      lobe_pool_add (LOBE_POOL (pool), server);
    }
}

/**
 * lobe_servers_update_pools: (skip)
 * @self: a list of servers
 *
 * Makes the pools what the accounts say now. A pool that stays is the same object, so that what it knows of its members
 * is not lost. It stands before the servers of the person's own, as it is the one to ask.
 */
void
lobe_servers_update_pools (LobeServers *self)
{
  g_autoptr (GPtrArray) servers = g_ptr_array_copy (self->servers, (GCopyFunc) (void (*) (void)) g_object_ref, NULL);

  g_ptr_array_set_free_func (servers, g_object_unref);

  for (guint i = 0; i < servers->len; i++)
    {
      LobeServer *server = servers->pdata[i];

      if (LOBE_IS_POOL (server) && !drop_strangers (self, LOBE_POOL (server)))
        {
          guint position;

          if (g_ptr_array_find (self->servers, server, &position))
            {
              g_ptr_array_remove_index (self->servers, position);
              g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
            }
        }
    }

  for (guint i = 0; i < servers->len; i++)
    {
      LobeServer *server = servers->pdata[i];

      if (!LOBE_IS_POOL (server) && lobe_server_get_enabled (server) && lobe_server_get_pool (server) != NULL)
        join (self, server);
    }
}
