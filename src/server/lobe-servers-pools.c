/* lobe-servers-pools.c: the pools among the servers, which follow from what the person says of each */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-servers-private.h"

#include "server/lobe-pool.h"

/* Every word that servers have as their pool, in the order of coming, with these servers. */
static GHashTable *
group (LobeServers *self,
       GPtrArray   *names)
{
  GHashTable *groups = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) g_ptr_array_unref);

  for (guint i = 0; i < self->servers->len; i++)
    {
      LobeServer *server = g_ptr_array_index (self->servers, i);
      const char *name = lobe_server_get_pool (server);
      GPtrArray *members;

      if (name == NULL || !lobe_server_get_enabled (server))
        continue;

      members = g_hash_table_lookup (groups, name);
      if (members == NULL)
        {
          members = g_ptr_array_new_with_free_func (g_object_unref);
          g_hash_table_insert (groups, (gpointer) name, members);
          g_ptr_array_add (names, (gpointer) name);
        }
      g_ptr_array_add (members, g_object_ref (server));
    }

  return groups;
}

/* Makes the pools those that the servers' accounts say. They stand before the servers that the person added, and so before
 * their members: a pool is who is asked. */
void
lobe_servers_update_pools (LobeServers *self)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GHashTable) groups = group (self, names);

  for (guint i = 0; i < self->servers->len;)
    {
      LobeServer *server = g_ptr_array_index (self->servers, i);

      if (!LOBE_IS_POOL (server) || g_hash_table_contains (groups, lobe_server_get_name (server)))
        i++;
      else
        {
          lobe_pool_set_members (LOBE_POOL (server), NULL);
          g_ptr_array_remove_index (self->servers, i);
          g_list_model_items_changed (G_LIST_MODEL (self), i, 1, 0);
        }
    }

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = g_ptr_array_index (names, i);
      GPtrArray *members = g_hash_table_lookup (groups, name);
      g_autofree char *id = lobe_pool_make_id (name);
      LobeServer *known = lobe_servers_get (self, id);
      g_autoptr (LobePool) pool = LOBE_IS_POOL (known) ? g_object_ref (LOBE_POOL (known)) : lobe_pool_new (name, members->pdata[0]);

      lobe_pool_set_members (pool, members);
      if (known == NULL)
        lobe_servers_add (self, LOBE_SERVER (pool));
    }
}
