/* lobe-servers.c: all servers of the person, in the order in which they are searched: environment, engine, saved */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-servers-private.h"

#include "base/lobe-error.h"
#include "secret/lobe-secret.h"
#include "server/lobe-address.h"
#include "server/lobe-pool.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#define OPENAI_URL "https://api.openai.com/v1"

/**
 * LobeServers:
 *
 * The servers as a list model, in the order in which they are searched for a model: those that the environment names,
 * our own engine, and those that the person added, in the person's order. The latter are kept in a
 * [iface@AccountSource], if there is one.
 */
static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeServers, lobe_servers, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static GType
get_item_type (GListModel *list)
{
  return LOBE_TYPE_SERVER;
}

static guint
get_n_items (GListModel *list)
{
  return LOBE_SERVERS (list)->servers->len;
}

static gpointer
get_item (GListModel *list,
          guint       position)
{
  LobeServers *self = LOBE_SERVERS (list);

  return position < self->servers->len ? g_object_ref (g_ptr_array_index (self->servers, position)) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
lobe_servers_finalize (GObject *object)
{
  LobeServers *self = LOBE_SERVERS (object);

  g_clear_object (&self->http);
  g_clear_object (&self->drivers);
  g_clear_pointer (&self->servers, g_ptr_array_unref);
  g_clear_object (&self->source);
  g_hash_table_unref (self->kept);
  g_free (self->default_model);

  G_OBJECT_CLASS (lobe_servers_parent_class)->finalize (object);
}

static void
lobe_servers_class_init (LobeServersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_servers_finalize;
}

static void
lobe_servers_init (LobeServers *self)
{
  self->servers = g_ptr_array_new_with_free_func (g_object_unref);
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

/**
 * lobe_servers_new:
 * @http: the door
 * @drivers: the protocols
 *
 * Returns: (transfer full): an empty list
 */
LobeServers *
lobe_servers_new (LobeHttp           *http,
                  LobeDriverRegistry *drivers)
{
  LobeServers *self;

  g_return_val_if_fail (LOBE_IS_HTTP (http), NULL);
  g_return_val_if_fail (LOBE_IS_DRIVER_REGISTRY (drivers), NULL);

  self = g_object_new (LOBE_TYPE_SERVERS, NULL);
  self->http = g_object_ref (http);
  self->drivers = g_object_ref (drivers);

  return self;
}

static const char *
get_variable (const char * const *environment,
              const char         *name)
{
  const char *value = g_environ_getenv ((char **) environment, name);

  return value != NULL && value[strspn (value, " \t")] != '\0' ? value : NULL;
}

static void
add_from_environment (LobeServers *self,
                      const char  *protocol,
                      const char  *id,
                      const char  *name,
                      const char  *base_url,
                      const char  *secret,
                      gboolean     on_demand)
{
  LobeDriver *driver = lobe_driver_registry_lookup (self->drivers, protocol);
  g_autoptr (LobeServer) server = NULL;

  g_return_if_fail (driver != NULL);

  server = g_object_new (LOBE_TYPE_SERVER,
                         "http", self->http,
                         "driver", driver,
                         "id", id,
                         "name", name,
                         "base-url", base_url,
                         "secret", secret,
                         "origin", (guint) LOBE_SERVER_ENVIRONMENT,
                         "on-demand", on_demand,
                         NULL);
  lobe_server_set_drivers (server, self->drivers);
  lobe_servers_add (self, server);
}

/**
 * lobe_servers_add_environment:
 * @self: a list of servers
 * @environment: (array zero-terminated=1): "NAME=value" each
 *
 * Reads OLLAMA_BASE_URL, or OLLAMA_HOST where that isn't set; OPENAI_BASE_URL and OPENAI_API_KEY; and
 * LOBE_DEFAULT_MODEL. A key that is empty or "sk-none-required-for-local" is none. A key without an address lists
 * OpenAI, to which nothing is sent before the person has chosen it. The key itself stays in the environment.
 * A value that is no address is told on standard error, and left out.
 */
void
lobe_servers_add_environment (LobeServers        *self,
                              const char * const *environment)
{
  const char *ollama = get_variable (environment, "OLLAMA_BASE_URL");
  const char *ollama_host = get_variable (environment, "OLLAMA_HOST");
  const char *openai = get_variable (environment, "OPENAI_BASE_URL");
  const char *key = get_variable (environment, "OPENAI_API_KEY");
  const char *secret = lobe_secret_is_key (key) ? "env:OPENAI_API_KEY" : NULL;
  g_autofree char *ollama_url = NULL;
  g_autofree char *openai_url = NULL;

  g_return_if_fail (LOBE_IS_SERVERS (self));

  if (ollama != NULL)
    {
      g_autoptr (GError) error = NULL;

      ollama_url = lobe_address_normalize (ollama, "ollama", &error);
      if (ollama_url == NULL)
        g_message ("OLLAMA_BASE_URL: %s", error->message);
    }
  else if (ollama_host != NULL)
    {
      ollama_url = lobe_address_from_ollama (ollama_host);
      if (ollama_url == NULL && strchr (ollama_host, '@') != NULL)
        g_message ("OLLAMA_HOST: %s", _("An address must not contain a name or a password."));
      else if (ollama_url == NULL)
        g_message (_("OLLAMA_HOST: “%s” is not an address of a server."), ollama_host);
    }
  if (ollama_url != NULL)
    add_from_environment (self, "ollama", "ollama", "Ollama", ollama_url, NULL, FALSE);

  if (openai != NULL)
    {
      g_autoptr (GError) error = NULL;

      openai_url = lobe_address_normalize (openai, "openai", &error);
      if (openai_url == NULL)
        g_message ("OPENAI_BASE_URL: %s", error->message);
    }
  if (openai_url != NULL)
    {
      g_autofree char *name = g_str_equal (openai_url, OPENAI_URL) ? g_strdup ("OpenAI") : lobe_address_to_name (openai_url);

      add_from_environment (self, "openai", "openai", name, openai_url, secret, FALSE);
    }
  else if (openai == NULL && secret != NULL)
    {
      add_from_environment (self, "openai", "openai", "OpenAI", OPENAI_URL, secret, TRUE);
    }

  g_set_str (&self->default_model, get_variable (environment, "LOBE_DEFAULT_MODEL"));
}

/**
 * lobe_servers_get_default_model:
 * @self: a list of servers
 *
 * Returns: (transfer none) (nullable): what LOBE_DEFAULT_MODEL says: "model" or "server/model"
 */
const char *
lobe_servers_get_default_model (LobeServers *self)
{
  g_return_val_if_fail (LOBE_IS_SERVERS (self), NULL);

  return self->default_model;
}

/**
 * lobe_servers_add:
 * @self: a list of servers
 * @server: a server
 *
 * Puts @server behind those of the same origin. One whose id is there already is not added again. One that the person
 * added is kept from now on. The first of a pool brings the pool with it.
 */
void
lobe_servers_add (LobeServers *self,
                  LobeServer  *server)
{
  guint position = 0;

  g_return_if_fail (LOBE_IS_SERVERS (self));
  g_return_if_fail (LOBE_IS_SERVER (server));

  if (lobe_servers_get (self, lobe_server_get_id (server)) != NULL)
    return;

  while (position < self->servers->len
         && lobe_server_get_origin (g_ptr_array_index (self->servers, position)) <= lobe_server_get_origin (server))
    position++;

  g_ptr_array_insert (self->servers, position, g_object_ref (server));
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
  if (lobe_server_get_origin (server) == LOBE_SERVER_SAVED)
    lobe_servers_save (self, server);
}

/**
 * lobe_servers_remove:
 * @self: a list of servers
 * @server: a server of the list
 *
 * Forgets @server. A key of it in the keyring stays, so that this can be undone with lobe_servers_add ().
 */
void
lobe_servers_remove (LobeServers *self,
                     LobeServer  *server)
{
  guint position;

  g_return_if_fail (LOBE_IS_SERVERS (self));

  if (!g_ptr_array_find (self->servers, server, &position))
    return;

  if (self->source != NULL && g_hash_table_remove (self->kept, lobe_server_get_id (server)))
    lobe_account_source_remove (self->source, lobe_server_get_id (server));
  g_ptr_array_remove_index (self->servers, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  lobe_servers_update_pools (self);
}

/**
 * lobe_servers_get:
 * @self: a list of servers
 * @id: a server's id
 *
 * Returns: (transfer none) (nullable): the server
 */
LobeServer *
lobe_servers_get (LobeServers *self,
                  const char  *id)
{
  g_return_val_if_fail (LOBE_IS_SERVERS (self), NULL);

  for (guint i = 0; id != NULL && i < self->servers->len; i++)
    {
      LobeServer *server = g_ptr_array_index (self->servers, i);

      if (g_str_equal (lobe_server_get_id (server), id))
        return server;
    }

  return NULL;
}

/**
 * lobe_servers_add_address:
 * @self: a list of servers
 * @protocol: (nullable): the protocol spoken there; %NULL takes Ollama's on its port, and OpenAI's elsewhere until
 *   the server turns out to have one of its own
 * @name: (nullable): what to call it; %NULL takes its host
 * @address: what the person typed; see lobe_address_normalize ()
 * @error: where to put why it can't be added: %LOBE_ERROR_INVALID, or %LOBE_ERROR_UNSUPPORTED for the protocol
 *
 * Adds a server of the person's own. An address that is there already gives the server that is there.
 *
 * Returns: (transfer none): the server
 */
LobeServer *
lobe_servers_add_address (LobeServers  *self,
                          const char   *protocol,
                          const char   *name,
                          const char   *address,
                          GError      **error)
{
  g_autofree char *base_url = NULL;
  g_autofree char *id = NULL;
  g_autofree char *host_name = NULL;
  g_autoptr (LobeServer) server = NULL;
  LobeDriver *driver;
  gboolean chosen = protocol != NULL;

  g_return_val_if_fail (LOBE_IS_SERVERS (self), NULL);

  if (!chosen)
    protocol = address != NULL && strstr (address, ":11434") != NULL ? "ollama" : "openai";

  driver = lobe_driver_registry_lookup (self->drivers, protocol);
  if (driver == NULL)
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_UNSUPPORTED, _("The protocol “%s” is not known."), protocol);
      return NULL;
    }

  base_url = lobe_address_normalize (address, protocol, error);
  if (base_url == NULL)
    return NULL;

  for (guint i = 0; i < self->servers->len; i++)
    {
      LobeServer *known = g_ptr_array_index (self->servers, i);

      if (lobe_server_get_origin (known) != LOBE_SERVER_ENGINE
          && !LOBE_IS_POOL (known)
          && g_str_equal (lobe_server_get_base_url (known), base_url)
          && (!chosen || g_str_equal (lobe_server_get_protocol (known), protocol)))
        return known;
    }

  id = lobe_address_to_id (protocol, base_url);
  host_name = lobe_address_to_name (base_url);
  server = lobe_server_new (self->http, driver, id, name != NULL && name[0] != '\0' ? name : host_name, base_url, NULL,
                            LOBE_SERVER_SAVED);
  if (!chosen)
    lobe_server_set_drivers (server, self->drivers);
  lobe_servers_add (self, server);

  return lobe_servers_get (self, id);
}

typedef struct
{
  GTask *task;
  guint  n_pending;
} RefreshAll;

static void
one_refreshed (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  RefreshAll *all = user_data;

  /* What became of it is in its state. */
  lobe_server_refresh_finish (LOBE_SERVER (source), result, NULL);
  if (--all->n_pending > 0)
    return;

  g_task_return_boolean (all->task, TRUE);
  g_object_unref (all->task);
  g_free (all);
}

/**
 * lobe_servers_refresh_async:
 * @self: a list of servers
 * @cancellable: (nullable): to stop waiting
 * @callback: called when all have answered, or not
 * @user_data: for @callback
 *
 * Asks all servers for their models at once, but for those that are asked on demand only.
 */
void
lobe_servers_refresh_async (LobeServers         *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GPtrArray) servers = NULL;
  RefreshAll *all;

  g_return_if_fail (LOBE_IS_SERVERS (self));

  all = g_new0 (RefreshAll, 1);
  all->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (all->task, lobe_servers_refresh_async);

  servers = g_ptr_array_copy (self->servers, (GCopyFunc) g_object_ref, NULL);
  g_ptr_array_set_free_func (servers, g_object_unref);
  all->n_pending = 1;
  for (guint i = 0; i < servers->len; i++)
    {
      LobeServer *server = g_ptr_array_index (servers, i);

      /* a pool asks its members itself */
      if (lobe_server_get_on_demand (server) || !lobe_server_get_enabled (server) || lobe_server_get_pool (server) != NULL)
        continue;
      all->n_pending++;
      lobe_server_refresh_async (server, cancellable, one_refreshed, all);
    }

  if (--all->n_pending == 0)
    {
      g_task_return_boolean (all->task, TRUE);
      g_object_unref (all->task);
      g_free (all);
    }
}

/**
 * lobe_servers_refresh_finish:
 * @self: a list of servers
 * @result: what the callback was given
 * @error: where to put that it was cancelled
 *
 * Returns: %FALSE when it was cancelled; a server that is down is no error of this
 */
gboolean
lobe_servers_refresh_finish (LobeServers   *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
