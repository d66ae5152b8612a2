/* lobe-servers-kept.c: the servers that the person added, kept and brought up to date */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-servers-private.h"

#include "server/lobe-address.h"

#include <string.h>

/**
 * lobe_servers_set_source:
 * @self: a list of servers
 * @source: (nullable): what keeps those that the person adds; %NULL keeps none
 */
void
lobe_servers_set_source (LobeServers       *self,
                         LobeAccountSource *source)
{
  g_return_if_fail (LOBE_IS_SERVERS (self));
  g_return_if_fail (source == NULL || LOBE_IS_ACCOUNT_SOURCE (source));

  g_set_object (&self->source, source);
}

/**
 * lobe_servers_save:
 * @self: a list of servers
 * @server: a server of the list that the person added
 *
 * Keeps what lobe_server_set_account () has changed.
 */
void
lobe_servers_save (LobeServers *self,
                   LobeServer  *server)
{
  const LobeAccount *account;

  g_return_if_fail (LOBE_IS_SERVERS (self));
  g_return_if_fail (LOBE_IS_SERVER (server));
  g_return_if_fail (lobe_server_get_origin (server) == LOBE_SERVER_SAVED);

  account = lobe_server_get_account (server);
  if (self->source != NULL)
    lobe_account_source_save (self->source, account, g_hash_table_add (self->kept, g_strdup (account->id)));
  lobe_servers_update_pools (self);
}

static guint
get_first_saved (LobeServers *self)
{
  guint first = 0;

  while (first < self->servers->len
         && lobe_server_get_origin (g_ptr_array_index (self->servers, first)) != LOBE_SERVER_SAVED)
    first++;

  return first;
}

/**
 * lobe_servers_get_position:
 * @self: a list of servers
 * @server: a server
 *
 * Returns: where it is among those that the person added, from 0; -1 when it is none of them
 */
int
lobe_servers_get_position (LobeServers *self,
                           LobeServer  *server)
{
  guint position;

  g_return_val_if_fail (LOBE_IS_SERVERS (self), -1);

  if (!g_ptr_array_find (self->servers, server, &position) || position < get_first_saved (self))
    return -1;

  return position - get_first_saved (self);
}

/**
 * lobe_servers_move:
 * @self: a list of servers
 * @server: a server of the list that the person added
 * @position: where it is to be among these, from 0; what is too much is the end
 */
void
lobe_servers_move (LobeServers *self,
                   LobeServer  *server,
                   guint        position)
{
  g_autoptr (GStrvBuilder) ids = g_strv_builder_new ();
  g_auto (GStrv) order = NULL;
  guint first, from, to, low, n;

  g_return_if_fail (LOBE_IS_SERVERS (self));
  g_return_if_fail (lobe_servers_get_position (self, server) >= 0);

  first = get_first_saved (self);
  from = first + lobe_servers_get_position (self, server);
  to = MIN (position, self->servers->len - 1 - first) + first;
  if (from == to)
    return;

  g_ptr_array_insert (self->servers, to, g_ptr_array_steal_index (self->servers, from));
  for (guint i = first; i < self->servers->len; i++)
    g_strv_builder_add (ids, lobe_server_get_id (g_ptr_array_index (self->servers, i)));
  order = g_strv_builder_end (ids);
  if (self->source != NULL)
    lobe_account_source_order (self->source, (const char * const *) order);

  low = MIN (from, to);
  n = MAX (from, to) - low + 1;
  g_list_model_items_changed (G_LIST_MODEL (self), low, n, n);
}

/* The server of @account, which is the one that is there already, if it is; NULL when this program can't use it. */
static LobeServer *
make_server (LobeServers *self,
             LobeAccount *account)
{
  LobeDriver *driver = lobe_driver_registry_lookup (self->drivers, account->protocol);
  LobeServer *server = lobe_servers_get (self, account->id);
  char *url;

  if (driver == NULL || account->id[0] == '\0' || strchr (account->id, '/') != NULL)
    return NULL;

  /* a database may come from elsewhere */
  url = lobe_address_normalize (account->url, account->protocol, NULL);
  if (url == NULL)
    return NULL;
  g_free (account->url);
  account->url = url;
  if (account->name[0] == '\0')
    g_set_str (&account->name, account->id);

  if (server == NULL)
    return lobe_server_new_for_account (self->http, driver, account);
  if (lobe_server_get_origin (server) != LOBE_SERVER_SAVED)
    return NULL; /* hidden by one of the environment with that id */
  if (!lobe_account_equal (account, lobe_server_get_account (server)))
    lobe_server_set_account (server, driver, account);

  return g_object_ref (server);
}

/* What this program does not understand is not shown, but stays where it is kept. */
static void
merge (LobeServers *self,
       GPtrArray   *accounts)
{
  g_autoptr (GPtrArray) servers = g_ptr_array_new_with_free_func (g_object_unref);
  guint first = get_first_saved (self);
  guint n_old = self->servers->len - first;
  gboolean same;

  g_hash_table_remove_all (self->kept);
  for (guint i = 0; i < accounts->len; i++)
    {
      LobeAccount *account = g_ptr_array_index (accounts, i);
      LobeServer *server = make_server (self, account);

      g_hash_table_add (self->kept, g_strdup (account->id));
      if (server != NULL)
        g_ptr_array_add (servers, server);
    }

  same = servers->len == n_old;
  for (guint i = 0; same && i < n_old; i++)
    same = g_ptr_array_index (servers, i) == g_ptr_array_index (self->servers, first + i);
  if (same)
    {
      lobe_servers_update_pools (self); /* one may have changed its pool */
      return;
    }

  g_ptr_array_set_size (self->servers, first);
  for (guint i = 0; i < servers->len; i++)
    g_ptr_array_add (self->servers, g_object_ref (g_ptr_array_index (servers, i)));
  g_list_model_items_changed (G_LIST_MODEL (self), first, n_old, servers->len);
  lobe_servers_update_pools (self);
}

static void
loaded (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) accounts = NULL;
  GError *error = NULL;

  accounts = lobe_account_source_load_finish (LOBE_ACCOUNT_SOURCE (source), result, &error);
  if (accounts == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  merge (g_task_get_source_object (task), accounts);
  g_task_return_boolean (task, TRUE);
}

/**
 * lobe_servers_load_async:
 * @self: a list of servers that has a source
 * @cancellable: (nullable): to cancel
 * @callback: (nullable): called when done
 * @user_data: for @callback
 *
 * Makes the servers that the person added those that are kept, at the start and when another process has changed them.
 * One that was there stays the same object.
 */
void
lobe_servers_load_async (LobeServers         *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (LOBE_IS_SERVERS (self));
  g_return_if_fail (self->source != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_servers_load_async);
  lobe_account_source_load_async (self->source, cancellable, loaded, task);
}

/**
 * lobe_servers_load_finish:
 * @self: a list of servers
 * @result: what the callback was given
 * @error: where to put what went wrong
 *
 * Returns: whether they could be read
 */
gboolean
lobe_servers_load_finish (LobeServers   *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * lobe_servers_find_named:
 * @self: a list of servers
 * @name: a server's name or id, as a person gives it
 *
 * Returns: (transfer none) (nullable): the one with that id, else the first with that name, in whatever case
 */
LobeServer *
lobe_servers_find_named (LobeServers *self,
                         const char  *name)
{
  g_autofree char *folded = NULL;
  LobeServer *server;

  g_return_val_if_fail (LOBE_IS_SERVERS (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  server = lobe_servers_get (self, name);
  if (server != NULL)
    return server;

  folded = g_utf8_casefold (name, -1);
  for (guint i = 0; i < self->servers->len; i++)
    {
      g_autofree char *other = NULL;

      server = g_ptr_array_index (self->servers, i);
      other = g_utf8_casefold (lobe_server_get_name (server), -1);
      if (g_str_equal (folded, other))
        return server;
    }

  return NULL;
}

/* What the environment and the engine call theirs: a saved one must not be hidden when such a variable is set one day. */
static gboolean
is_reserved (const char *id)
{
  return g_strv_contains ((const char *const[]) { "ollama", "openai", "local", NULL }, id);
}

/**
 * lobe_servers_make_id:
 * @self: a list of servers
 * @name: what the person calls a new server
 *
 * Returns: (transfer full): an id for it that is not taken, of lower-case letters, digits and hyphens
 */
char *
lobe_servers_make_id (LobeServers *self,
                      const char  *name)
{
  g_autofree char *ascii = NULL;
  g_autoptr (GString) id = g_string_new (NULL);
  gsize length;

  g_return_val_if_fail (LOBE_IS_SERVERS (self), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  ascii = g_str_to_ascii (name, "C");
  for (const char *c = ascii; *c != '\0'; c++)
    {
      if (g_ascii_isalnum (*c))
        g_string_append_c (id, g_ascii_tolower (*c));
      else if (id->len > 0 && id->str[id->len - 1] != '-')
        g_string_append_c (id, '-');
    }
  while (id->len > 0 && id->str[id->len - 1] == '-')
    g_string_truncate (id, id->len - 1);
  if (id->len == 0)
    g_string_append (id, "server");

  length = id->len;
  for (guint i = 2; is_reserved (id->str) || lobe_servers_get (self, id->str) != NULL
                    || g_hash_table_contains (self->kept, id->str); i++)
    {
      g_string_truncate (id, length);
      g_string_append_printf (id, "-%u", i);
    }

  return g_string_free_and_steal (g_steal_pointer (&id));
}
