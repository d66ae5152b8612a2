/* lobe-engine-server-library.c: what can be done with models that are files: look into one, delete it, unload it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-engine-server-private.h"

#include "base/lobe-error.h"
#include "engine/lobe-fit.h"
#include "engine/lobe-gguf.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

static void
load_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  GError *error = NULL;
  LobeGguf *gguf = lobe_gguf_load (task_data, &error);

  if (gguf != NULL)
    g_task_return_pointer (task, gguf, (GDestroyNotify) lobe_gguf_free);
  else
    g_task_return_error (task, error);
}

/* Big models come in pieces; which of them it is says "-00001-of-00003" at the end of the name. */
static gboolean
delete_pieces (const char  *path,
               GError     **error)
{
  const char *piece = strstr (path, "-00001-of-");
  guint n = piece != NULL ? (guint) g_ascii_strtoull (piece + strlen ("-00001-of-"), NULL, 10) : 1;

  for (guint i = 1; i <= MAX (n, 1); i++)
    {
      g_autofree char *name = g_strdup (path);

      if (piece != NULL)
        {
          g_autofree char *number = g_strdup_printf ("%05u", i);

          memcpy (name + (piece - path) + 1, number, 5);
        }
      if (g_unlink (name) != 0 && errno != ENOENT)
        {
          g_set_error (error, LOBE_ERROR, LOBE_ERROR_FAILED, _("The model can't be deleted: %s"), g_strerror (errno));
          return FALSE;
        }
    }

  return TRUE;
}

static void
delete_in_thread (GTask        *task,
                  gpointer      source,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  GError *error = NULL;

  if (delete_pieces (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
loaded (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (LobeGguf) gguf = NULL;
  g_autofree char *parameters = NULL;
  LobeModelInfo *info = g_task_get_task_data (task);
  GError *error = NULL;

  gguf = g_task_propagate_pointer (G_TASK (result), &error);
  if (gguf == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  parameters = lobe_gguf_dup_parameters (gguf);
  g_object_freeze_notify (G_OBJECT (info));
  lobe_model_info_set_licence (info, gguf->licence);
  lobe_model_info_set_quantization (info, gguf->quantization);
  lobe_model_info_set_parameters (info, parameters);
  lobe_model_info_set_capabilities (info, gguf->capabilities);
  lobe_model_info_set_context_length (info, gguf->context_length > 0 ? MIN (gguf->context_length, LOBE_ENGINE_CONTEXT) : 0);
  lobe_model_info_set_memory (info, lobe_fit_need (lobe_model_info_get_size (info), gguf->cache_per_token,
                                                   LOBE_ENGINE_CONTEXT));
  g_object_thaw_notify (G_OBJECT (info));
  g_task_return_boolean (task, TRUE);
}

static void
deleted (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* No source object: the thread lets go of the task at a time of its own, and objects of ours belong to the main one. */
static void
run_in_thread (const char          *path,
               GTaskThreadFunc      work,
               GAsyncReadyCallback  callback,
               GTask               *task)
{
  g_autoptr (GTask) step = g_task_new (NULL, NULL, callback, task);

  g_task_set_source_tag (step, run_in_thread);
  g_task_set_task_data (step, g_strdup (path), g_free);
  g_task_run_in_thread (step, work);
}

static LobeLibraryAction
lobe_engine_server_get_library_actions (LobeServer *server)
{
  return LOBE_LIBRARY_SHOW | LOBE_LIBRARY_REMOVE | LOBE_LIBRARY_UNLOAD;
}

static void
lobe_engine_server_run_library_async (LobeServer              *server,
                                      LobeLibraryAction        action,
                                      LobeModelInfo           *model,
                                      LobeLibraryProgressFunc  progress,
                                      gpointer                 progress_data,
                                      GCancellable            *cancellable,
                                      GAsyncReadyCallback      callback,
                                      gpointer                 user_data)
{
  LobeEngineServer *self = LOBE_ENGINE_SERVER (server);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  LobeGgufFile *file = lobe_engine_server_find_file (self, lobe_model_info_get_id (model));

  g_task_set_source_tag (task, lobe_engine_server_run_library_async);
  g_task_set_task_data (task, g_object_ref (model), g_object_unref);
  if (file == NULL)
    {
      g_task_return_new_error (task, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND,
                               _("The file of the model “%s” is not on this computer any more."),
                               lobe_model_info_get_id (model));
      return;
    }

  switch (action)
    {
    case LOBE_LIBRARY_REMOVE:
      if (lobe_engine_server_is_loaded (self, file))
        lobe_engine_stop (self->engine);
      run_in_thread (file->path, delete_in_thread, deleted, g_steal_pointer (&task));
      break;
    case LOBE_LIBRARY_UNLOAD:
      if (lobe_engine_server_is_loaded (self, file))
        lobe_engine_stop (self->engine);
      g_task_return_boolean (task, TRUE);
      break;
    case LOBE_LIBRARY_SHOW:
    default:
      run_in_thread (file->path, load_in_thread, loaded, g_steal_pointer (&task));
      break;
    }
}

static gboolean
lobe_engine_server_run_library_finish (LobeServer    *server,
                                       GAsyncResult  *result,
                                       GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
lobe_engine_server_class_init_library (LobeServerClass *klass)
{
  klass->get_library_actions = lobe_engine_server_get_library_actions;
  klass->run_library_async = lobe_engine_server_run_library_async;
  klass->run_library_finish = lobe_engine_server_run_library_finish;
}
