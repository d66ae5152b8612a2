/* lobe-server.c: a model server that the person uses: its address, its state and its models */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-server-private.h"

#include "base/lobe-json.h"
#include "server/lobe-address.h"

/**
 * LobeServer:
 *
 * A model server. Its id and where it comes from do not change; what the person says of it, whether it answers and what it
 * offers do.
 */
typedef struct
{
  LobeHttp         *http;
  LobeDriver       *driver;
  LobeAccount      *account;
  LobeServerOrigin  origin;
  gboolean          on_demand;
  LobeLimit        *limit;
  LobeDriverRegistry *drivers; /* NULL: its protocol was chosen, and stays */

  LobeServerState   state;
  LobeServerState   settled_state;
  GError           *error;
  char             *activity;
  GListStore       *models;
} LobeServerPrivate;

G_DEFINE_TYPE_WITH_PRIVATE (LobeServer, lobe_server, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_HTTP,
  PROP_DRIVER,
  PROP_ACCOUNT,
  PROP_ID,
  PROP_NAME,
  PROP_PROTOCOL,
  PROP_BASE_URL,
  PROP_SECRET,
  PROP_ORIGIN,
  PROP_ON_DEMAND,
  PROP_POOL,
  PROP_CONCURRENCY,
  PROP_REQUESTS_PER_MINUTE,
  PROP_STATE,
  PROP_ERROR,
  PROP_ACTIVITY,
  PROP_MODELS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
lobe_server_finalize (GObject *object)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (LOBE_SERVER (object));

  g_clear_object (&priv->http);
  g_clear_object (&priv->driver);
  g_clear_object (&priv->drivers);
  g_clear_object (&priv->models);
  g_clear_object (&priv->limit);
  g_clear_error (&priv->error);
  lobe_account_free (priv->account);
  g_free (priv->activity);

  G_OBJECT_CLASS (lobe_server_parent_class)->finalize (object);
}

static void
lobe_server_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  LobeServer *self = LOBE_SERVER (object);
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  switch (prop_id)
    {
    case PROP_HTTP:
      g_value_set_object (value, priv->http);
      break;
    case PROP_DRIVER:
      g_value_set_object (value, priv->driver);
      break;
    case PROP_ACCOUNT:
      g_value_set_boxed (value, priv->account);
      break;
    case PROP_ID:
      g_value_set_string (value, priv->account->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, priv->account->name);
      break;
    case PROP_PROTOCOL:
      g_value_set_string (value, lobe_server_get_protocol (self));
      break;
    case PROP_BASE_URL:
      g_value_set_string (value, priv->account->url);
      break;
    case PROP_SECRET:
      g_value_set_string (value, priv->account->secret);
      break;
    case PROP_ORIGIN:
      g_value_set_uint (value, priv->origin);
      break;
    case PROP_ON_DEMAND:
      g_value_set_boolean (value, priv->on_demand);
      break;
    case PROP_POOL:
      g_value_set_string (value, priv->account->pool);
      break;
    case PROP_CONCURRENCY:
      g_value_set_uint (value, lobe_limit_get_concurrency (priv->limit));
      break;
    case PROP_REQUESTS_PER_MINUTE:
      g_value_set_uint (value, lobe_limit_get_requests_per_minute (priv->limit));
      break;
    case PROP_STATE:
      g_value_set_uint (value, priv->state);
      break;
    case PROP_ERROR:
      g_value_set_boxed (value, lobe_server_get_error (self));
      break;
    case PROP_ACTIVITY:
      g_value_set_string (value, priv->activity);
      break;
    case PROP_MODELS:
      g_value_set_object (value, priv->models);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_server_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (LOBE_SERVER (object));

  switch (prop_id)
    {
    case PROP_HTTP:
      priv->http = g_value_dup_object (value);
      break;
    case PROP_DRIVER:
      priv->driver = g_value_dup_object (value);
      if (priv->driver != NULL)
        g_set_str (&priv->account->protocol, lobe_driver_get_protocol (priv->driver));
      break;
    case PROP_ID:
      priv->account->id = g_value_dup_string (value);
      break;
    case PROP_NAME:
      priv->account->name = g_value_dup_string (value);
      break;
    case PROP_BASE_URL:
      priv->account->url = g_value_dup_string (value);
      break;
    case PROP_SECRET:
      priv->account->secret = g_value_dup_string (value);
      break;
    case PROP_ORIGIN:
      priv->origin = g_value_get_uint (value);
      break;
    case PROP_ON_DEMAND:
      priv->on_demand = g_value_get_boolean (value);
      break;
    case PROP_POOL:
      priv->account->pool = g_value_dup_string (value);
      break;
    case PROP_CONCURRENCY:
      priv->account->concurrency = g_value_get_uint (value);
      lobe_limit_set_concurrency (priv->limit, priv->account->concurrency);
      break;
    case PROP_REQUESTS_PER_MINUTE:
      priv->account->requests_per_minute = g_value_get_uint (value);
      lobe_limit_set_requests_per_minute (priv->limit, priv->account->requests_per_minute);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static gboolean
lobe_server_real_is_local (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  return priv->origin == LOBE_SERVER_ENGINE || lobe_address_is_loopback (priv->account->url);
}

static gboolean
lobe_server_real_can_prefill (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  return lobe_driver_can_prefill (priv->driver);
}

static void
lobe_server_class_init (LobeServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags construct = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;
  GParamFlags read = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = lobe_server_finalize;
  object_class->get_property = lobe_server_get_property;
  object_class->set_property = lobe_server_set_property;

  klass->is_local = lobe_server_real_is_local;
  klass->can_prefill = lobe_server_real_can_prefill;
  lobe_server_class_init_refresh (klass);
  lobe_server_class_init_library (klass);

  properties[PROP_HTTP] = g_param_spec_object ("http", NULL, NULL, LOBE_TYPE_HTTP, construct);
  properties[PROP_DRIVER] = g_param_spec_object ("driver", NULL, NULL, LOBE_TYPE_DRIVER, construct);
  properties[PROP_ACCOUNT] = g_param_spec_boxed ("account", NULL, NULL, LOBE_TYPE_ACCOUNT, read);
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, construct);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, construct);
  properties[PROP_PROTOCOL] = g_param_spec_string ("protocol", NULL, NULL, NULL, read);
  properties[PROP_BASE_URL] = g_param_spec_string ("base-url", NULL, NULL, NULL, construct);
  properties[PROP_SECRET] = g_param_spec_string ("secret", NULL, NULL, NULL, construct);
  properties[PROP_ORIGIN] = g_param_spec_uint ("origin", NULL, NULL, 0, LOBE_SERVER_SAVED, LOBE_SERVER_SAVED, construct);
  properties[PROP_ON_DEMAND] = g_param_spec_boolean ("on-demand", NULL, NULL, FALSE, construct);
  properties[PROP_POOL] = g_param_spec_string ("pool", NULL, NULL, NULL, construct);
  properties[PROP_CONCURRENCY] = g_param_spec_uint ("concurrency", NULL, NULL, 0, G_MAXUINT, 0,
                                                    G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_REQUESTS_PER_MINUTE] = g_param_spec_uint ("requests-per-minute", NULL, NULL, 0, G_MAXUINT, 0,
                                                            G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, LOBE_SERVER_OFFLINE, LOBE_SERVER_UNKNOWN, read);
  properties[PROP_ERROR] = g_param_spec_boxed ("error", NULL, NULL, G_TYPE_ERROR, read);
  properties[PROP_ACTIVITY] = g_param_spec_string ("activity", NULL, NULL, NULL, read);
  properties[PROP_MODELS] = g_param_spec_object ("models", NULL, NULL, G_TYPE_LIST_MODEL, read);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lobe_server_init (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  priv->account = lobe_account_new (NULL, NULL, NULL, NULL);
  priv->models = g_list_store_new (LOBE_TYPE_MODEL_INFO);
  priv->limit = lobe_limit_new ();
}

/**
 * lobe_server_new:
 * @http: the door
 * @driver: who speaks its protocol
 * @id: a name that stays, without a slash
 * @name: what it is called before the person
 * @base_url: its address, as lobe_address_normalize () gives it
 * @secret: (nullable): a reference to its key, see lobe_secret_lookup_async (); %NULL sends no authentication
 * @origin: where it comes from
 *
 * Returns: (transfer full): a server that has not been asked anything yet
 */
LobeServer *
lobe_server_new (LobeHttp         *http,
                 LobeDriver       *driver,
                 const char       *id,
                 const char       *name,
                 const char       *base_url,
                 const char       *secret,
                 LobeServerOrigin  origin)
{
  g_return_val_if_fail (LOBE_IS_HTTP (http), NULL);
  g_return_val_if_fail (LOBE_IS_DRIVER (driver), NULL);
  g_return_val_if_fail (id != NULL && name != NULL && base_url != NULL, NULL);

  return g_object_new (LOBE_TYPE_SERVER,
                       "http", http,
                       "driver", driver,
                       "id", id,
                       "name", name,
                       "base-url", base_url,
                       "secret", secret,
                       "origin", (guint) origin,
                       NULL);
}

/**
 * lobe_server_new_for_account:
 * @http: the door
 * @driver: who speaks its protocol
 * @account: what the person said of it
 *
 * Returns: (transfer full): a server of the person's own that has not been asked anything yet
 */
LobeServer *
lobe_server_new_for_account (LobeHttp          *http,
                             LobeDriver        *driver,
                             const LobeAccount *account)
{
  LobeServer *self;

  g_return_val_if_fail (account != NULL, NULL);

  self = lobe_server_new (http, driver, account->id, account->name, account->url, account->secret, LOBE_SERVER_SAVED);
  lobe_server_set_account (self, driver, account);

  return self;
}

/**
 * lobe_server_get_account:
 * @self: a server
 *
 * Returns: (transfer none): what the person said of it
 */
const LobeAccount *
lobe_server_get_account (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return priv->account;
}

/**
 * lobe_server_set_account:
 * @self: a server
 * @driver: who speaks the protocol of @account
 * @account: what the person says of it now, with the same id
 *
 * Takes what the person changed. What is under way goes on as it began. To have it kept call lobe_servers_save ().
 */
void
lobe_server_set_account (LobeServer        *self,
                         LobeDriver        *driver,
                         const LobeAccount *account)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);
  g_autoptr (LobeAccount) old = NULL;
  g_autofree char *options = NULL;
  g_autofree char *old_options = NULL;
  gboolean elsewhere, otherwise;

  g_return_if_fail (LOBE_IS_SERVER (self));
  g_return_if_fail (LOBE_IS_DRIVER (driver));
  g_return_if_fail (account != NULL && g_strcmp0 (account->id, priv->account->id) == 0);

  old = priv->account;
  priv->account = lobe_account_copy (account);
  g_set_str (&priv->account->protocol, lobe_driver_get_protocol (driver));
  lobe_limit_set_concurrency (priv->limit, account->concurrency);
  lobe_limit_set_requests_per_minute (priv->limit, account->requests_per_minute);
  elsewhere = g_set_object (&priv->driver, driver) || g_strcmp0 (old->url, account->url) != 0;

  if (elsewhere)
    {
      g_clear_object (&priv->drivers);
      g_list_store_remove_all (priv->models);
    }

  options = lobe_account_get_options (account);
  old_options = lobe_account_get_options (old);
  otherwise = g_strcmp0 (old->secret, account->secret) != 0 || !g_str_equal (options, old_options);
  /* what is known of it may not be so any more */
  if (elsewhere || otherwise || !account->enabled)
    lobe_server_set_state (self, LOBE_SERVER_UNKNOWN, NULL);

  for (guint i = PROP_ACCOUNT; i <= PROP_SECRET; i++)
    g_object_notify_by_pspec (G_OBJECT (self), properties[i]);
}

/**
 * lobe_server_get_enabled:
 * @self: a server
 *
 * Returns: whether the person wants it to be used
 */
gboolean
lobe_server_get_enabled (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), FALSE);

  return priv->account->enabled;
}

/**
 * lobe_server_get_id:
 * @self: a server
 *
 * Returns: (transfer none): the name that stays, by which chats remember the server
 */
const char *
lobe_server_get_id (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return priv->account->id;
}

/**
 * lobe_server_get_name:
 * @self: a server
 *
 * Returns: (transfer none): what it is called before the person
 */
const char *
lobe_server_get_name (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return priv->account->name;
}

/**
 * lobe_server_get_protocol:
 * @self: a server
 *
 * Returns: (transfer none): the short name of the protocol that it speaks
 */
const char *
lobe_server_get_protocol (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return lobe_driver_get_protocol (priv->driver);
}

/**
 * lobe_server_get_base_url:
 * @self: a server
 *
 * Returns: (transfer none): its address
 */
const char *
lobe_server_get_base_url (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return priv->account->url;
}

/**
 * lobe_server_get_secret:
 * @self: a server
 *
 * Returns: (transfer none) (nullable): the reference to its key, never the key
 */
const char *
lobe_server_get_secret (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return priv->account->secret;
}

/**
 * lobe_server_get_origin:
 * @self: a server
 *
 * Returns: where it comes from
 */
LobeServerOrigin
lobe_server_get_origin (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), LOBE_SERVER_SAVED);

  return priv->origin;
}

/**
 * lobe_server_get_on_demand:
 * @self: a server
 *
 * Returns: whether nothing is sent to it before the person has chosen it
 */
gboolean
lobe_server_get_on_demand (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), FALSE);

  return priv->on_demand;
}

/**
 * lobe_server_get_driver:
 * @self: a server
 *
 * Returns: (transfer none): who speaks its protocol
 */
LobeDriver *
lobe_server_get_driver (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return priv->driver;
}

/**
 * lobe_server_get_http:
 * @self: a server
 *
 * Returns: (transfer none): the door
 */
LobeHttp *
lobe_server_get_http (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return priv->http;
}

/**
 * lobe_server_get_pool:
 * @self: a server
 *
 * Returns: (transfer none) (nullable): the name of the pool that it is a member of
 */
const char *
lobe_server_get_pool (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return priv->account->pool;
}

/**
 * lobe_server_get_limit:
 * @self: a server
 *
 * Returns: (transfer none): where a request queues for its place; [class@Attempt] does that for an answer
 */
LobeLimit *
lobe_server_get_limit (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return priv->limit;
}

/**
 * lobe_server_is_local:
 * @self: a server
 *
 * Returns: whether what is sent to it stays on this machine, as far as its address tells
 */
gboolean
lobe_server_is_local (LobeServer *self)
{
  g_return_val_if_fail (LOBE_IS_SERVER (self), FALSE);

  return LOBE_SERVER_GET_CLASS (self)->is_local (self);
}

/**
 * lobe_server_get_state:
 * @self: a server
 *
 * Returns: what is known of its health
 */
LobeServerState
lobe_server_get_state (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), LOBE_SERVER_UNKNOWN);

  return priv->state;
}

/**
 * lobe_server_set_state:
 * @self: a server
 * @state: the state now
 * @error: (nullable): why, when it is offline
 *
 * For subclasses and discovery. While the state is %LOBE_SERVER_CONNECTING, the last error stays known.
 */
void
lobe_server_set_state (LobeServer      *self,
                       LobeServerState  state,
                       const GError    *error)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_if_fail (LOBE_IS_SERVER (self));

  if (state != LOBE_SERVER_CONNECTING)
    {
      g_autoptr (GError) old = g_steal_pointer (&priv->error);

      priv->error = error != NULL ? g_error_copy (error) : NULL;
      priv->settled_state = state;
      if (old != NULL || error != NULL)
        g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ERROR]);
    }

  if (priv->state == state)
    return;

  priv->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* Nobody waits for an answer any more: back to what was known before it was asked. */
void
lobe_server_settle (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  if (priv->state == LOBE_SERVER_CONNECTING)
    lobe_server_set_state (self, priv->settled_state, priv->error);
}

/**
 * lobe_server_get_error:
 * @self: a server
 *
 * Returns: (transfer none) (nullable): why it is offline
 */
const GError *
lobe_server_get_error (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return priv->error;
}

/**
 * lobe_server_get_activity:
 * @self: a server
 *
 * Returns: (transfer none) (nullable): what it does to get ready, in words for the person
 */
const char *
lobe_server_get_activity (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return priv->activity;
}

/**
 * lobe_server_set_activity:
 * @self: a server
 * @activity: (nullable): what it does to get ready, in words for the person
 *
 * For subclasses.
 */
void
lobe_server_set_activity (LobeServer *self,
                          const char *activity)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_if_fail (LOBE_IS_SERVER (self));

  if (g_set_str (&priv->activity, activity))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVITY]);
}

/**
 * lobe_server_get_models:
 * @self: a server
 *
 * Returns: (transfer none): its models as they were when it last answered, as a list model of LobeModelInfo
 */
GListModel *
lobe_server_get_models (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return G_LIST_MODEL (priv->models);
}

/* Where requests go, with the key, if any; secret headers are added by who looked them up. */
LobeEndpoint *
lobe_server_make_endpoint (LobeServer *self,
                           const char *key)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);
  LobeAccount *account = priv->account;
  LobeEndpoint *endpoint = lobe_endpoint_new (priv->http, account->name, account->url);
  g_autoptr (JsonNode) body = account->body != NULL ? lobe_json_parse (account->body, -1, NULL) : NULL;
  g_autoptr (LobeRoute) route = lobe_route_new (account->ca_file, account->certificate_file, account->key_file,
                                                account->proxy);
  GHashTableIter iter;
  gpointer name, value;

  lobe_endpoint_set_route (endpoint, route);
  lobe_endpoint_set_key (endpoint, key);
  lobe_endpoint_set_extra_body (endpoint, lobe_json_get_object (body));
  g_hash_table_iter_init (&iter, account->headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    lobe_endpoint_set_header (endpoint, name, value);

  return endpoint;
}

/**
 * lobe_server_set_drivers:
 * @self: a server
 * @drivers: (nullable): the protocols that it may turn out to speak
 *
 * For a server whose protocol nobody chose: many speak OpenAI's, and more of their own beside. When its list of models
 * gives away which it is, that is its protocol from then on.
 */
void
lobe_server_set_drivers (LobeServer         *self,
                         LobeDriverRegistry *drivers)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_if_fail (LOBE_IS_SERVER (self));

  g_set_object (&priv->drivers, drivers);
}

/* Whether it is another protocol's than was thought, and now has that one's driver. */
gboolean
lobe_server_become (LobeServer *self,
                    const char *protocol)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);
  LobeDriver *driver = priv->drivers != NULL ? lobe_driver_registry_lookup (priv->drivers, protocol) : NULL;

  if (driver == NULL || !g_set_object (&priv->driver, driver))
    return FALSE;

  g_set_str (&priv->account->protocol, protocol);

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DRIVER]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROTOCOL]);

  return TRUE;
}

/**
 * lobe_server_can_prefill:
 * @self: a server
 *
 * Returns: whether it goes on with an answer where that ends
 */
gboolean
lobe_server_can_prefill (LobeServer *self)
{
  g_return_val_if_fail (LOBE_IS_SERVER (self), FALSE);

  return LOBE_SERVER_GET_CLASS (self)->can_prefill (self);
}
