/* lobe-model-library.c: servers whose models can be fetched, removed, loaded, unloaded and looked at */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-model-library.h"

#include "lobe-config.h"

#include "base/lobe-error.h"

#include <glib/gi18n-lib.h>

/**
 * LobeModelLibrary:
 *
 * A driver whose servers have their models looked after by whoever uses them.
 */
G_DEFINE_INTERFACE (LobeModelLibrary, lobe_model_library, G_TYPE_OBJECT)

typedef void (*Work) (LobeModelLibrary *self,
                      LobeEndpoint     *endpoint,
                      LobeModelInfo    *model,
                      LobeLibraryReply *reply,
                      GCancellable     *cancellable);

static void
lobe_model_library_default_init (LobeModelLibraryInterface *iface)
{
}

static Work
get_work (LobeModelLibrary  *self,
          LobeLibraryAction  action)
{
  LobeModelLibraryInterface *iface = LOBE_MODEL_LIBRARY_GET_IFACE (self);

  switch (action)
    {
    case LOBE_LIBRARY_PULL:
      return iface->pull;
    case LOBE_LIBRARY_REMOVE:
      return iface->remove;
    case LOBE_LIBRARY_LOAD:
      return iface->load;
    case LOBE_LIBRARY_UNLOAD:
      return iface->unload;
    case LOBE_LIBRARY_SHOW:
      return iface->show;
    default:
      return NULL;
    }
}

/**
 * lobe_model_library_get_actions:
 * @self: a driver
 *
 * Returns: what its protocol can do with models
 */
LobeLibraryAction
lobe_model_library_get_actions (LobeModelLibrary *self)
{
  LobeLibraryAction actions = 0;

  g_return_val_if_fail (LOBE_IS_MODEL_LIBRARY (self), 0);

  for (LobeLibraryAction action = LOBE_LIBRARY_PULL; action <= LOBE_LIBRARY_SHOW; action <<= 1)
    {
      if (get_work (self, action) != NULL)
        actions |= action;
    }

  return actions;
}

/**
 * lobe_model_library_run_async:
 * @self: a driver
 * @action: what to do, one of them
 * @endpoint: which server
 * @model: with which model; of one to be fetched only the id matters
 * @progress: (nullable) (scope notified): hears how it goes
 * @progress_data: for @progress; kept by the caller until @callback is called
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * Does something with a model on its server.
 */
void
lobe_model_library_run_async (LobeModelLibrary        *self,
                              LobeLibraryAction        action,
                              LobeEndpoint            *endpoint,
                              LobeModelInfo           *model,
                              LobeLibraryProgressFunc  progress,
                              gpointer                 progress_data,
                              GCancellable            *cancellable,
                              GAsyncReadyCallback      callback,
                              gpointer                 user_data)
{
  g_autoptr (LobeLibraryReply) reply = NULL;
  g_autoptr (GTask) task = NULL;
  Work work;

  g_return_if_fail (LOBE_IS_MODEL_LIBRARY (self));
  g_return_if_fail (LOBE_IS_ENDPOINT (endpoint));
  g_return_if_fail (LOBE_IS_MODEL_INFO (model));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_model_library_run_async);

  work = get_work (self, action);
  if (work == NULL)
    {
      g_task_return_new_error (task, LOBE_ERROR, LOBE_ERROR_UNSUPPORTED, _("%s cannot do this with its models."),
                               lobe_endpoint_get_name (endpoint));
      return;
    }

  reply = lobe_library_reply_new (task, progress, progress_data);
  work (self, endpoint, model, reply, cancellable);
}

/**
 * lobe_model_library_run_finish:
 * @self: a driver
 * @result: what the callback was given
 * @error: where to put what went wrong; %LOBE_ERROR_UNSUPPORTED when the protocol cannot do it
 *
 * Returns: whether it was done
 */
gboolean
lobe_model_library_run_finish (LobeModelLibrary  *self,
                               GAsyncResult      *result,
                               GError           **error)
{
  g_return_val_if_fail (LOBE_IS_MODEL_LIBRARY (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
