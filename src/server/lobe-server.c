/* lobe-server.c: a model server that the person uses: its address, its state and its models */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-server.h"

#include "base/lobe-error.h"
#include "secret/lobe-secret.h"
#include "server/lobe-address.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Lists of models are short and ready; who takes longer has a fault that waiting does not mend. */
#define REFRESH_LIMIT_SECONDS 15

/**
 * LobeServer:
 *
 * A model server. What it is and where does not change; whether it answers and what it offers does.
 */
typedef struct
{
  LobeHttp         *http;
  LobeDriver       *driver;
  char             *id;
  char             *name;
  char             *base_url;
  char             *secret;
  LobeServerOrigin  origin;
  gboolean          on_demand;
  LobeDialect       dialect; /* learnt from its list of models */

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
  PROP_ID,
  PROP_NAME,
  PROP_PROTOCOL,
  PROP_BASE_URL,
  PROP_SECRET,
  PROP_ORIGIN,
  PROP_ON_DEMAND,
  PROP_STATE,
  PROP_ERROR,
  PROP_ACTIVITY,
  PROP_MODELS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

typedef struct
{
  LobeEndpoint *endpoint;
  GCancellable *inner;
  GCancellable *outer;
  gulong        outer_id;
  guint         timeout_id;
  gboolean      timed_out;
} Refresh;

static void
refresh_free (gpointer data)
{
  Refresh *refresh = data;

  g_clear_handle_id (&refresh->timeout_id, g_source_remove);
  if (refresh->outer != NULL)
    g_cancellable_disconnect (refresh->outer, refresh->outer_id);
  g_clear_object (&refresh->outer);
  g_clear_object (&refresh->inner);
  g_clear_object (&refresh->endpoint);
  g_free (refresh);
}

static gboolean
refresh_timeout (gpointer user_data)
{
  Refresh *refresh = user_data;

  refresh->timeout_id = 0;
  refresh->timed_out = TRUE;
  g_cancellable_cancel (refresh->inner);

  return G_SOURCE_REMOVE;
}

static void
cancel_inner (GCancellable *outer,
              gpointer      user_data)
{
  g_cancellable_cancel (user_data);
}

static void
models_listed (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GError) error = NULL;
  LobeServer *self = g_task_get_source_object (task);
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);
  Refresh *refresh = g_task_get_task_data (task);

  models = lobe_driver_list_models_finish (LOBE_DRIVER (source), result, &error);
  if (models != NULL)
    {
      priv->dialect = lobe_endpoint_get_dialect (refresh->endpoint);
      lobe_server_set_models (self, models);
      lobe_server_set_state (self, LOBE_SERVER_ONLINE, NULL);
      g_task_return_boolean (task, TRUE);
      return;
    }

  if (refresh->timed_out)
    {
      g_clear_error (&error);
      g_set_error (&error, LOBE_ERROR, LOBE_ERROR_TIMED_OUT, _("%s did not answer in time."), priv->name);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      if (priv->state == LOBE_SERVER_CONNECTING)
        lobe_server_set_state (self, priv->settled_state, priv->error);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  lobe_server_set_state (self, LOBE_SERVER_OFFLINE, error);
  g_task_return_error (task, g_steal_pointer (&error));
}

static void
refresh_prepared (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (LobeEndpoint) endpoint = NULL;
  g_autoptr (GError) error = NULL;
  LobeServer *self = LOBE_SERVER (source);
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);
  Refresh *refresh = g_task_get_task_data (task);

  endpoint = lobe_server_prepare_finish (self, result, &error);
  if (endpoint == NULL)
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        lobe_server_set_state (self, priv->settled_state, priv->error);
      else
        lobe_server_set_state (self, LOBE_SERVER_OFFLINE, error);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  g_set_object (&refresh->endpoint, endpoint);
  lobe_driver_list_models_async (priv->driver, endpoint, refresh->inner, models_listed, g_steal_pointer (&task));
}

static void
lobe_server_real_refresh_async (LobeServer          *self,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Refresh *refresh = g_new0 (Refresh, 1);

  g_task_set_source_tag (task, lobe_server_real_refresh_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, refresh, refresh_free);

  refresh->inner = g_cancellable_new ();
  refresh->timeout_id = g_timeout_add_seconds (REFRESH_LIMIT_SECONDS, refresh_timeout, refresh);
  if (cancellable != NULL)
    {
      refresh->outer = g_object_ref (cancellable);
      refresh->outer_id = g_cancellable_connect (cancellable, G_CALLBACK (cancel_inner),
                                                 g_object_ref (refresh->inner), g_object_unref);
    }

  lobe_server_set_state (self, LOBE_SERVER_CONNECTING, NULL);
  lobe_server_prepare_async (self, NULL, refresh->inner, refresh_prepared, g_steal_pointer (&task));
}

static gboolean
lobe_server_real_refresh_finish (LobeServer    *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static LobeEndpoint *
make_endpoint (LobeServer *self,
               const char *key)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);
  LobeEndpoint *endpoint = lobe_endpoint_new (priv->http, priv->name, priv->base_url);

  lobe_endpoint_set_key (endpoint, key);
  lobe_endpoint_set_dialect (endpoint, priv->dialect);

  return endpoint;
}

static void
secret_found (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *key = NULL;
  LobeServer *self = g_task_get_source_object (task);
  GError *error = NULL;

  key = lobe_secret_lookup_finish (result, &error);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  g_task_return_pointer (task, make_endpoint (self, key), g_object_unref);
}

static void
lobe_server_real_prepare_async (LobeServer          *self,
                                const char          *model,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, lobe_server_real_prepare_async);
  if (priv->secret != NULL)
    lobe_secret_lookup_async (priv->secret, cancellable, secret_found, g_steal_pointer (&task));
  else
    g_task_return_pointer (task, make_endpoint (self, NULL), g_object_unref);
}

static LobeEndpoint *
lobe_server_real_prepare_finish (LobeServer    *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
lobe_server_finalize (GObject *object)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (LOBE_SERVER (object));

  g_clear_object (&priv->http);
  g_clear_object (&priv->driver);
  g_clear_object (&priv->models);
  g_clear_error (&priv->error);
  g_free (priv->id);
  g_free (priv->name);
  g_free (priv->base_url);
  g_free (priv->secret);
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
    case PROP_ID:
      g_value_set_string (value, priv->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, priv->name);
      break;
    case PROP_PROTOCOL:
      g_value_set_string (value, lobe_server_get_protocol (self));
      break;
    case PROP_BASE_URL:
      g_value_set_string (value, priv->base_url);
      break;
    case PROP_SECRET:
      g_value_set_string (value, priv->secret);
      break;
    case PROP_ORIGIN:
      g_value_set_uint (value, priv->origin);
      break;
    case PROP_ON_DEMAND:
      g_value_set_boolean (value, priv->on_demand);
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
      break;
    case PROP_ID:
      priv->id = g_value_dup_string (value);
      break;
    case PROP_NAME:
      priv->name = g_value_dup_string (value);
      break;
    case PROP_BASE_URL:
      priv->base_url = g_value_dup_string (value);
      break;
    case PROP_SECRET:
      priv->secret = g_value_dup_string (value);
      break;
    case PROP_ORIGIN:
      priv->origin = g_value_get_uint (value);
      break;
    case PROP_ON_DEMAND:
      priv->on_demand = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
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

  klass->refresh_async = lobe_server_real_refresh_async;
  klass->refresh_finish = lobe_server_real_refresh_finish;
  klass->prepare_async = lobe_server_real_prepare_async;
  klass->prepare_finish = lobe_server_real_prepare_finish;

  properties[PROP_HTTP] = g_param_spec_object ("http", NULL, NULL, LOBE_TYPE_HTTP, construct);
  properties[PROP_DRIVER] = g_param_spec_object ("driver", NULL, NULL, LOBE_TYPE_DRIVER, construct);
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, construct);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, construct);
  properties[PROP_PROTOCOL] = g_param_spec_string ("protocol", NULL, NULL, NULL, read);
  properties[PROP_BASE_URL] = g_param_spec_string ("base-url", NULL, NULL, NULL, construct);
  properties[PROP_SECRET] = g_param_spec_string ("secret", NULL, NULL, NULL, construct);
  properties[PROP_ORIGIN] = g_param_spec_uint ("origin", NULL, NULL, 0, LOBE_SERVER_SAVED, LOBE_SERVER_SAVED, construct);
  properties[PROP_ON_DEMAND] = g_param_spec_boolean ("on-demand", NULL, NULL, FALSE, construct);
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

  priv->models = g_list_store_new (LOBE_TYPE_MODEL_INFO);
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
 * lobe_server_get_id:
 *
 * Returns: (transfer none): the name that stays, by which chats remember the server
 */
const char *
lobe_server_get_id (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return priv->id;
}

/**
 * lobe_server_get_name:
 *
 * Returns: (transfer none): what it is called before the person
 */
const char *
lobe_server_get_name (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return priv->name;
}

/**
 * lobe_server_get_protocol:
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
 *
 * Returns: (transfer none): its address
 */
const char *
lobe_server_get_base_url (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return priv->base_url;
}

/**
 * lobe_server_get_secret:
 *
 * Returns: (transfer none) (nullable): the reference to its key, never the key
 */
const char *
lobe_server_get_secret (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return priv->secret;
}

/**
 * lobe_server_get_origin:
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
 * lobe_server_is_local:
 *
 * Returns: whether what is sent to it stays on this machine, as far as its address tells
 */
gboolean
lobe_server_is_local (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_val_if_fail (LOBE_IS_SERVER (self), FALSE);

  return priv->origin == LOBE_SERVER_ENGINE || lobe_address_is_loopback (priv->base_url);
}

/**
 * lobe_server_get_state:
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

/**
 * lobe_server_get_error:
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

/* Whoever shows a model keeps it, as long as it is there; what changed of it is told by its properties. */
static LobeModelInfo *
merge_model (LobeServer    *self,
             LobeModelInfo *info)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (priv->models));

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LobeModelInfo) known = g_list_model_get_item (G_LIST_MODEL (priv->models), i);

      if (g_strcmp0 (lobe_model_info_get_id (known), lobe_model_info_get_id (info)) != 0
          || g_strcmp0 (lobe_model_info_get_name (known), lobe_model_info_get_name (info)) != 0)
        continue;

      lobe_model_info_set_capabilities (known, lobe_model_info_get_capabilities (info));
      lobe_model_info_set_context_length (known, lobe_model_info_get_context_length (info));
      lobe_model_info_set_loaded (known, lobe_model_info_get_loaded (info));
      lobe_model_info_set_size (known, lobe_model_info_get_size (info));
      return g_steal_pointer (&known);
    }

  lobe_model_info_set_server (info, priv->id);

  return g_object_ref (info);
}

/**
 * lobe_server_set_models:
 * @models: (element-type LobeModelInfo): what it offers now
 *
 * For subclasses and discovery. A model that was known stays the same object.
 */
void
lobe_server_set_models (LobeServer *self,
                        GPtrArray  *models)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);
  g_autoptr (GPtrArray) merged = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_old = g_list_model_get_n_items (G_LIST_MODEL (priv->models));
  gboolean same = n_old == models->len;

  g_return_if_fail (LOBE_IS_SERVER (self));

  for (guint i = 0; i < models->len; i++)
    {
      g_autoptr (GObject) old = g_list_model_get_item (G_LIST_MODEL (priv->models), i);

      g_ptr_array_add (merged, merge_model (self, g_ptr_array_index (models, i)));
      same = same && old == g_ptr_array_index (merged, i);
    }

  if (!same)
    g_list_store_splice (priv->models, 0, n_old, merged->pdata, merged->len);
}

typedef gboolean (*Matches) (LobeModelInfo *info,
                             const char    *name);

static gboolean
is_id (LobeModelInfo *info,
       const char    *name)
{
  return g_strcmp0 (lobe_model_info_get_id (info), name) == 0;
}

static gboolean
is_id_with_default_tag (LobeModelInfo *info,
                        const char    *name)
{
  const char *id = lobe_model_info_get_id (info);
  gsize length = strlen (name);

  /* Ollama's "latest" is what is meant when no tag is named. */
  return g_ascii_strncasecmp (id, name, length) == 0 && g_str_equal (id + length, ":latest");
}

static gboolean
is_id_in_any_case (LobeModelInfo *info,
                   const char    *name)
{
  return g_ascii_strcasecmp (lobe_model_info_get_id (info), name) == 0;
}

static gboolean
is_name_in_any_case (LobeModelInfo *info,
                     const char    *name)
{
  g_autofree char *left = g_utf8_casefold (lobe_model_info_get_name (info), -1);
  g_autofree char *right = g_utf8_casefold (name, -1);

  return g_str_equal (left, right);
}

/**
 * lobe_server_find_model:
 * @id: what the person calls a model: its id, its id without Ollama's ":latest", or its name, in any case
 *
 * Looks among the models that are known. The closest match wins.
 *
 * Returns: (transfer none) (nullable): the model
 */
LobeModelInfo *
lobe_server_find_model (LobeServer *self,
                        const char *id)
{
  static const Matches passes[] = { is_id, is_id_with_default_tag, is_id_in_any_case, is_name_in_any_case };
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (priv->models));

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  for (guint pass = 0; pass < G_N_ELEMENTS (passes); pass++)
    for (guint i = 0; i < n; i++)
      {
        /* The store holds it too. */
        g_autoptr (LobeModelInfo) info = g_list_model_get_item (G_LIST_MODEL (priv->models), i);

        if (passes[pass] (info, id))
          return info;
      }

  return NULL;
}

/**
 * lobe_server_get_default_model:
 *
 * Returns: (transfer none) (nullable): the model to take when the person named none: the first that is loaded,
 *   otherwise the first that chats
 */
LobeModelInfo *
lobe_server_get_default_model (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (priv->models));
  LobeModelInfo *first = NULL;

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LobeModelInfo) info = g_list_model_get_item (G_LIST_MODEL (priv->models), i);

      if ((lobe_model_info_get_capabilities (info) & LOBE_CAPABILITY_EMBEDDING) != 0)
        continue;
      if (lobe_model_info_get_loaded (info))
        return info;
      if (first == NULL)
        first = info;
    }

  return first;
}

/**
 * lobe_server_refresh_async:
 * @cancellable: (nullable): to stop waiting
 * @callback: called when it answered, or not
 * @user_data: for @callback
 *
 * Asks the server for its models; state, error and models change with what it says. It has 15 s.
 */
void
lobe_server_refresh_async (LobeServer          *self,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_SERVER (self));

  LOBE_SERVER_GET_CLASS (self)->refresh_async (self, cancellable, callback, user_data);
}

/**
 * lobe_server_refresh_finish:
 * @result: what the callback was given
 * @error: where to put why it is offline
 *
 * Returns: whether it is online
 */
gboolean
lobe_server_refresh_finish (LobeServer    *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (LOBE_IS_SERVER (self), FALSE);

  return LOBE_SERVER_GET_CLASS (self)->refresh_finish (self, result, error);
}

/**
 * lobe_server_prepare_async:
 * @model: (nullable): id of the model that will be asked
 * @cancellable: (nullable): to stop waiting
 * @callback: called when it is ready, or can't be
 * @user_data: for @callback
 *
 * Gets ready to answer: looks up the key, and starts what has to be started. Meanwhile #LobeServer:activity says
 * what is being done.
 */
void
lobe_server_prepare_async (LobeServer          *self,
                           const char          *model,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_SERVER (self));

  LOBE_SERVER_GET_CLASS (self)->prepare_async (self, model, cancellable, callback, user_data);
}

/**
 * lobe_server_prepare_finish:
 * @result: what the callback was given
 * @error: where to put why it isn't ready
 *
 * Returns: (transfer full): where to send the request. Keep it until the answer has ended: a local engine is
 *   not stopped or changed to another model while an endpoint of it is in use
 */
LobeEndpoint *
lobe_server_prepare_finish (LobeServer    *self,
                            GAsyncResult  *result,
                            GError       **error)
{
  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  return LOBE_SERVER_GET_CLASS (self)->prepare_finish (self, result, error);
}

/**
 * lobe_server_set_dialect:
 * @self: a server
 * @dialect: which server it is known to be
 *
 * For those that know it without asking; others learn it from the list of models.
 */
void
lobe_server_set_dialect (LobeServer  *self,
                         LobeDialect  dialect)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);

  g_return_if_fail (LOBE_IS_SERVER (self));

  priv->dialect = dialect;
}

/**
 * lobe_server_can_prefill:
 * @self: a server
 *
 * Returns: whether it goes on with an answer where that ends, by its protocol or because of which server it is
 */
gboolean
lobe_server_can_prefill (LobeServer *self)
{
  LobeServerPrivate *priv = lobe_server_get_instance_private (self);
  g_autoptr (LobeEndpoint) endpoint = NULL;

  g_return_val_if_fail (LOBE_IS_SERVER (self), FALSE);

  endpoint = make_endpoint (self, NULL);

  return lobe_driver_can_prefill (priv->driver) || lobe_endpoint_get_can_prefill (endpoint);
}
