/* lobe-driver.c: a protocol that model servers speak */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-driver.h"

#include "base/lobe-error.h"
#include "driver/lobe-sink-private.h"

/**
 * LobeDriver:
 *
 * A protocol that model servers speak: it writes requests and reads answers. It holds no connection and no state of an
 * answer, so that one driver serves any number of servers at once.
 */
G_DEFINE_INTERFACE (LobeDriver, lobe_driver, G_TYPE_OBJECT)

static void
lobe_driver_default_init (LobeDriverInterface *iface)
{
  /* A driver in another language makes errors by the domain's name: what they carry has to be known before the first. */
  (void) LOBE_ERROR;
}

/**
 * lobe_driver_get_protocol:
 * @self: a driver
 *
 * Returns: (transfer none): the protocol's short name, as in "openai"
 */
const char *
lobe_driver_get_protocol (LobeDriver *self)
{
  g_return_val_if_fail (LOBE_IS_DRIVER (self), NULL);

  return LOBE_DRIVER_GET_IFACE (self)->get_protocol (self);
}

/**
 * lobe_driver_can_prefill:
 * @self: a driver
 *
 * Whether every server with this protocol continues a last assistant message of a request where it ends.
 *
 * Returns: whether they all do
 */
gboolean
lobe_driver_can_prefill (LobeDriver *self)
{
  LobeDriverInterface *iface;

  g_return_val_if_fail (LOBE_IS_DRIVER (self), FALSE);

  iface = LOBE_DRIVER_GET_IFACE (self);

  return iface->can_prefill != NULL && iface->can_prefill (self);
}

/* A task with the endpoint that it is for: see redact () */
static GTask *
new_task (LobeDriver          *self,
          LobeEndpoint        *endpoint,
          gpointer             tag,
          GCancellable        *cancellable,
          GAsyncReadyCallback  callback,
          gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, g_object_ref (endpoint), g_object_unref);
  /* the sink or the reply decides: what it was told first counts */
  g_task_set_check_cancellable (task, FALSE);

  return task;
}

/* Every error of a driver comes this way, so that none can show a key that a server repeats. */
static void
redact (GAsyncResult *result,
        GError      **error)
{
  g_autofree char *message = NULL;

  if (error == NULL || *error == NULL)
    return;

  message = lobe_endpoint_redact (g_task_get_task_data (G_TASK (result)), (*error)->message);
  g_set_str (&(*error)->message, message);
}

/**
 * lobe_driver_chat_async:
 * @self: a driver
 * @endpoint: which server
 * @request: what to have answered
 * @delta_func: (nullable) (scope notified) (closure delta_data) (destroy delta_destroy): hears every piece of the
 *   answer at once, and nothing any more after the end or after @cancellable was cancelled
 * @delta_data: for @delta_func
 * @delta_destroy: (nullable): frees @delta_data
 * @cancellable: (nullable): stops the server too
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * Has a request answered.
 */
void
lobe_driver_chat_async (LobeDriver          *self,
                        LobeEndpoint        *endpoint,
                        LobeRequest         *request,
                        LobeDeltaFunc        delta_func,
                        gpointer             delta_data,
                        GDestroyNotify       delta_destroy,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (LobeSink) sink = NULL;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_DRIVER (self));
  g_return_if_fail (LOBE_IS_ENDPOINT (endpoint));
  g_return_if_fail (LOBE_IS_REQUEST (request));

  task = new_task (self, endpoint, lobe_driver_chat_async, cancellable, callback, user_data);
  sink = lobe_sink_new (task, delta_func, delta_data, delta_destroy);
  if (!lobe_sink_is_closed (sink))
    LOBE_DRIVER_GET_IFACE (self)->chat (self, endpoint, request, sink, cancellable);
}

/**
 * lobe_driver_chat_finish:
 * @self: a driver
 * @result: what the callback was given
 * @error: where to put what went wrong: a code of %LOBE_ERROR or %G_IO_ERROR_CANCELLED
 *
 * Returns: why the answer ended; %LOBE_STOP_NONE on error
 */
LobeStopReason
lobe_driver_chat_finish (LobeDriver    *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  gssize reason;

  g_return_val_if_fail (LOBE_IS_DRIVER (self), LOBE_STOP_NONE);
  g_return_val_if_fail (g_task_is_valid (result, self), LOBE_STOP_NONE);

  reason = g_task_propagate_int (G_TASK (result), error);
  redact (result, error);

  return reason < 0 ? LOBE_STOP_NONE : (LobeStopReason) reason;
}

/**
 * lobe_driver_list_models_async:
 * @self: a driver
 * @endpoint: which server
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * Asks which models there are.
 */
void
lobe_driver_list_models_async (LobeDriver          *self,
                               LobeEndpoint        *endpoint,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (LobeModelReply) reply = NULL;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_DRIVER (self));
  g_return_if_fail (LOBE_IS_ENDPOINT (endpoint));

  task = new_task (self, endpoint, lobe_driver_list_models_async, cancellable, callback, user_data);
  reply = lobe_model_reply_new (task);
  LOBE_DRIVER_GET_IFACE (self)->list_models (self, endpoint, reply, cancellable);
}

/**
 * lobe_driver_list_models_finish:
 * @self: a driver
 * @result: what the callback was given
 * @error: where to put what went wrong: a code of %LOBE_ERROR or %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer container) (element-type LobeModelInfo) (nullable): the models in the server's order; %NULL on error
 */
GPtrArray *
lobe_driver_list_models_finish (LobeDriver    *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  GPtrArray *models;

  g_return_val_if_fail (LOBE_IS_DRIVER (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  models = g_task_propagate_pointer (G_TASK (result), error);
  redact (result, error);

  return models;
}
