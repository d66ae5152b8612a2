/* lobe-server-library.c: what can be done with a server's models: fetch, delete, load, unload, look at one */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-server-private.h"

#include "base/lobe-error.h"

#include <glib/gi18n-lib.h>

typedef struct
{
  LobeLibraryAction        action;
  LobeModelInfo           *model;
  LobeLibraryProgressFunc  progress;
  gpointer                 progress_data;
} Work;

static void
work_free (gpointer data)
{
  Work *work = data;

  g_object_unref (work->model);
  g_free (work);
}

static void
work_done (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (lobe_model_library_run_finish (LOBE_MODEL_LIBRARY (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
work_prepared (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (LobeEndpoint) endpoint = NULL;
  GError *error = NULL;
  LobeServer *self = LOBE_SERVER (source);
  Work *work = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);

  endpoint = lobe_server_prepare_finish (self, result, &error);
  if (endpoint == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  lobe_model_library_run_async (LOBE_MODEL_LIBRARY (lobe_server_get_driver (self)), work->action, endpoint, work->model,
                                work->progress, work->progress_data, cancellable, work_done, g_steal_pointer (&task));
}

static LobeLibraryAction
lobe_server_real_get_library_actions (LobeServer *self)
{
  LobeDriver *driver = lobe_server_get_driver (self);

  return LOBE_IS_MODEL_LIBRARY (driver) ? lobe_model_library_get_actions (LOBE_MODEL_LIBRARY (driver)) : 0;
}

static void
lobe_server_real_run_library_async (LobeServer              *self,
                                    LobeLibraryAction        action,
                                    LobeModelInfo           *model,
                                    LobeLibraryProgressFunc  progress,
                                    gpointer                 progress_data,
                                    GCancellable            *cancellable,
                                    GAsyncReadyCallback      callback,
                                    gpointer                 user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Work *work = g_new0 (Work, 1);

  work->action = action;
  work->model = g_object_ref (model);
  work->progress = progress;
  work->progress_data = progress_data;
  g_task_set_source_tag (task, lobe_server_real_run_library_async);
  g_task_set_task_data (task, work, work_free);
  lobe_server_prepare_async (self, NULL, cancellable, work_prepared, g_steal_pointer (&task));
}

static gboolean
lobe_server_real_run_library_finish (LobeServer    *self,
                                     GAsyncResult  *result,
                                     GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
lobe_server_class_init_library (LobeServerClass *klass)
{
  klass->get_library_actions = lobe_server_real_get_library_actions;
  klass->run_library_async = lobe_server_real_run_library_async;
  klass->run_library_finish = lobe_server_real_run_library_finish;
}

/**
 * lobe_server_get_library_actions:
 * @self: a server
 *
 * Returns: what can be done with its models
 */
LobeLibraryAction
lobe_server_get_library_actions (LobeServer *self)
{
  g_return_val_if_fail (LOBE_IS_SERVER (self), 0);

  return LOBE_SERVER_GET_CLASS (self)->get_library_actions (self);
}

static void
refuse (LobeServer          *self,
        GAsyncReadyCallback  callback,
        gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, lobe_server_run_library_async);
  g_task_return_new_error (task, LOBE_ERROR, LOBE_ERROR_UNSUPPORTED, _("%s cannot do this with its models."),
                           lobe_server_get_name (self));
}

/**
 * lobe_server_run_library_async:
 * @self: a server
 * @action: what to do, one of them
 * @model: with which model; of one to be fetched only the id matters. %LOBE_LIBRARY_SHOW fills it
 * @progress: (nullable) (scope notified): hears how it goes
 * @progress_data: for @progress; kept by the caller until @callback is called
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * Does something with a model. The list of models is not asked for again: that is up to the caller.
 */
void
lobe_server_run_library_async (LobeServer              *self,
                               LobeLibraryAction        action,
                               LobeModelInfo           *model,
                               LobeLibraryProgressFunc  progress,
                               gpointer                 progress_data,
                               GCancellable            *cancellable,
                               GAsyncReadyCallback      callback,
                               gpointer                 user_data)
{
  g_return_if_fail (LOBE_IS_SERVER (self));
  g_return_if_fail (LOBE_IS_MODEL_INFO (model));

  if ((lobe_server_get_library_actions (self) & action) == 0)
    refuse (self, callback, user_data);
  else
    LOBE_SERVER_GET_CLASS (self)->run_library_async (self, action, model, progress, progress_data, cancellable, callback,
                                                     user_data);
}

/**
 * lobe_server_run_library_finish:
 * @self: a server
 * @result: what the callback was given
 * @error: where to put what went wrong; %LOBE_ERROR_UNSUPPORTED when this server cannot do it
 *
 * Returns: whether it was done
 */
gboolean
lobe_server_run_library_finish (LobeServer    *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (LOBE_IS_SERVER (self), FALSE);

  if (g_async_result_is_tagged (result, lobe_server_run_library_async))
    return g_task_propagate_boolean (G_TASK (result), error);

  return LOBE_SERVER_GET_CLASS (self)->run_library_finish (self, result, error);
}

static void
learned (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (LobeModelInfo) model = user_data;

  /* what it doesn't tell is not known: the list has said the rest */
  lobe_server_run_library_finish (LOBE_SERVER (source), result, NULL);
}

/**
 * lobe_server_learn:
 * @self: a server
 * @model: one of its models
 *
 * Has @model filled with what the list doesn't tell of it, once, where the server tells. To be called for a model that
 * somebody looks at: a server with many is not asked for all.
 */
void
lobe_server_learn (LobeServer    *self,
                   LobeModelInfo *model)
{
  static GQuark asked;

  g_return_if_fail (LOBE_IS_SERVER (self));
  g_return_if_fail (LOBE_IS_MODEL_INFO (model));

  if (asked == 0)
    asked = g_quark_from_static_string ("lobe-server-learn");
  if (g_object_get_qdata (G_OBJECT (model), asked) != NULL
      || (lobe_server_get_library_actions (self) & LOBE_LIBRARY_SHOW) == 0)
    return;

  g_object_set_qdata (G_OBJECT (model), asked, model);
  lobe_server_run_library_async (self, LOBE_LIBRARY_SHOW, model, NULL, NULL, NULL, learned, g_object_ref (model));
}
