/* lobe-model-loader.c: what some servers do on request: take a model into memory, and let it go */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-model-loader.h"

/**
 * LobeModelLoader:
 *
 * A driver whose servers load models and let them go when they are told to.
 */
G_DEFINE_INTERFACE (LobeModelLoader, lobe_model_loader, G_TYPE_OBJECT)

static void
lobe_model_loader_default_init (LobeModelLoaderInterface *iface)
{
}

/**
 * lobe_model_loader_load_async:
 * @self: a driver
 * @endpoint: which server
 * @model: which model
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the server was told
 * @user_data: for @callback
 *
 * Has the server begin to load a model.
 */
void
lobe_model_loader_load_async (LobeModelLoader     *self,
                              LobeEndpoint        *endpoint,
                              const char          *model,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_autoptr (LobeDoneReply) reply = NULL;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_MODEL_LOADER (self));
  g_return_if_fail (LOBE_IS_ENDPOINT (endpoint));
  g_return_if_fail (model != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_model_loader_load_async);
  reply = lobe_done_reply_new (task);
  LOBE_MODEL_LOADER_GET_IFACE (self)->load (self, endpoint, model, reply, cancellable);
}

/**
 * lobe_model_loader_load_finish:
 * @self: a driver
 * @result: what the callback was given
 * @error: where to put what went wrong; %LOBE_ERROR_UNSUPPORTED when this server can't
 *
 * Returns: whether the server will
 */
gboolean
lobe_model_loader_load_finish (LobeModelLoader  *self,
                               GAsyncResult     *result,
                               GError          **error)
{
  g_return_val_if_fail (LOBE_IS_MODEL_LOADER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * lobe_model_loader_unload_async:
 * @self: a driver
 * @endpoint: which server
 * @model: which model
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the server was told
 * @user_data: for @callback
 *
 * Has the server let go of a model.
 */
void
lobe_model_loader_unload_async (LobeModelLoader     *self,
                                LobeEndpoint        *endpoint,
                                const char          *model,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (LobeDoneReply) reply = NULL;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_MODEL_LOADER (self));
  g_return_if_fail (LOBE_IS_ENDPOINT (endpoint));
  g_return_if_fail (model != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_model_loader_unload_async);
  reply = lobe_done_reply_new (task);
  LOBE_MODEL_LOADER_GET_IFACE (self)->unload (self, endpoint, model, reply, cancellable);
}

/**
 * lobe_model_loader_unload_finish:
 * @self: a driver
 * @result: what the callback was given
 * @error: where to put what went wrong; %LOBE_ERROR_UNSUPPORTED when this server can't
 *
 * Returns: whether the server will
 */
gboolean
lobe_model_loader_unload_finish (LobeModelLoader  *self,
                                 GAsyncResult     *result,
                                 GError          **error)
{
  g_return_val_if_fail (LOBE_IS_MODEL_LOADER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
