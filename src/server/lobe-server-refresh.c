/* lobe-server-refresh.c: asking a server for its models, and getting it ready to answer */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-server-private.h"

#include "base/lobe-error.h"
#include "base/lobe-wait.h"
#include "secret/lobe-secret.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Lists of models are short and ready; who takes longer has a fault that waiting does not mend. */
#define REFRESH_LIMIT_MS 15000

typedef struct
{
  LobeEndpoint *endpoint;
  LobeWait     *wait;
} Refresh;

static void
refresh_free (gpointer data)
{
  Refresh *refresh = data;

  lobe_wait_free (refresh->wait);
  g_clear_object (&refresh->endpoint);
  g_free (refresh);
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
  Refresh *refresh = g_task_get_task_data (task);

  models = lobe_driver_list_models_finish (LOBE_DRIVER (source), result, &error);
  if (models != NULL)
    {
      /* its own driver knows more of its models */
      if (lobe_server_become (self, lobe_endpoint_get_recognised (refresh->endpoint)))
        {
          lobe_driver_list_models_async (lobe_server_get_driver (self), refresh->endpoint,
                                         lobe_wait_get_cancellable (refresh->wait), models_listed, g_steal_pointer (&task));
          return;
        }
      lobe_server_set_models (self, models);
      lobe_server_set_state (self, LOBE_SERVER_ONLINE, NULL);
      g_task_return_boolean (task, TRUE);
      return;
    }

  if (lobe_wait_is_over (refresh->wait))
    {
      g_clear_error (&error);
      g_set_error (&error, LOBE_ERROR, LOBE_ERROR_TIMED_OUT, _("%s did not answer in time."), lobe_server_get_name (self));
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      lobe_server_settle (self);
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
  Refresh *refresh = g_task_get_task_data (task);

  endpoint = lobe_server_prepare_finish (self, result, &error);
  if (endpoint == NULL)
    {
      if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        lobe_server_settle (self);
      else
        lobe_server_set_state (self, LOBE_SERVER_OFFLINE, error);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  g_set_object (&refresh->endpoint, endpoint);
  lobe_driver_list_models_async (lobe_server_get_driver (self), endpoint, lobe_wait_get_cancellable (refresh->wait), models_listed, g_steal_pointer (&task));
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

  refresh->wait = lobe_wait_new (cancellable);
  lobe_wait_set_timeout (refresh->wait, REFRESH_LIMIT_MS);

  lobe_server_set_state (self, LOBE_SERVER_CONNECTING, NULL);
  lobe_server_prepare_async (self, NULL, lobe_wait_get_cancellable (refresh->wait), refresh_prepared, g_steal_pointer (&task));
}

static gboolean
lobe_server_real_refresh_finish (LobeServer    *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* What is to be looked up before a request can be made: the key, then the secret headers */
typedef struct
{
  LobeAccount    *account;
  LobeEndpoint   *endpoint;
  GHashTableIter  headers;
  const char     *header; /* that is looked up now; NULL: the key */
} Prepare;

static void look_up_next_header (GTask *task);

static void
prepare_free (gpointer data)
{
  Prepare *prepare = data;

  lobe_account_free (prepare->account);
  g_clear_object (&prepare->endpoint);
  g_free (prepare);
}

static void
secret_found (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *value = NULL;
  Prepare *prepare = g_task_get_task_data (task);
  GError *error = NULL;

  value = lobe_secret_lookup_finish (result, &error);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  if (prepare->header != NULL)
    lobe_endpoint_set_secret_header (prepare->endpoint, prepare->header, value);
  else
    lobe_endpoint_set_key (prepare->endpoint, value);
  if (value != NULL)
    explicit_bzero (value, strlen (value));
  look_up_next_header (g_steal_pointer (&task));
}

static void
look_up_next_header (GTask *task)
{
  Prepare *prepare = g_task_get_task_data (task);
  gpointer name, reference;

  if (g_hash_table_iter_next (&prepare->headers, &name, &reference))
    {
      prepare->header = name;
      lobe_secret_lookup_async (reference, g_task_get_cancellable (task), secret_found, task);
      return;
    }

  g_task_return_pointer (task, g_steal_pointer (&prepare->endpoint), g_object_unref);
  g_object_unref (task);
}

static void
lobe_server_real_prepare_async (LobeServer          *self,
                                const char          *model,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Prepare *prepare = g_new0 (Prepare, 1);

  g_task_set_source_tag (task, lobe_server_real_prepare_async);
  g_task_set_task_data (task, prepare, prepare_free);
  prepare->account = lobe_account_copy (lobe_server_get_account (self));
  prepare->endpoint = lobe_server_make_endpoint (self, NULL);
  g_hash_table_iter_init (&prepare->headers, prepare->account->secret_headers);

  if (prepare->account->secret != NULL)
    lobe_secret_lookup_async (prepare->account->secret, cancellable, secret_found, task);
  else
    look_up_next_header (task);
}

static LobeEndpoint *
lobe_server_real_prepare_finish (LobeServer    *self,
                                 GAsyncResult  *result,
                                 GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* What a server does that is no more than an address. */
void
lobe_server_class_init_refresh (LobeServerClass *klass)
{
  klass->refresh_async = lobe_server_real_refresh_async;
  klass->refresh_finish = lobe_server_real_refresh_finish;
  klass->prepare_async = lobe_server_real_prepare_async;
  klass->prepare_finish = lobe_server_real_prepare_finish;
}

/**
 * lobe_server_refresh_async:
 * @self: a server
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
 * @self: a server
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
 * @self: a server
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
 * @self: a server
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
