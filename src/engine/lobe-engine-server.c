/* lobe-engine-server.c: the local engine as a server among the others; its models are the .gguf files of some folders */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-engine-server-private.h"

#include "base/lobe-error.h"
#include "engine/lobe-catalogue.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

/* Below this size a model that we don't know gets the parameters of small ones, which loop without a repeat penalty. */
#define SMALL_MODEL (700 * 1024 * 1024)

/**
 * LobeEngineServer:
 *
 * This computer as a model server. Its models are files, and to get ready means to start the engine with one.
 */
G_DEFINE_FINAL_TYPE (LobeEngineServer, lobe_engine_server, LOBE_TYPE_SERVER)

/* The file of a model, as it was found last; NULL none. */
LobeGgufFile *
lobe_engine_server_find_file (LobeEngineServer *self,
                              const char       *id)
{
  for (guint i = 0; i < self->files->len; i++)
    {
      LobeGgufFile *file = g_ptr_array_index (self->files, i);

      if (g_str_equal (file->id, id))
        return file;
    }

  return NULL;
}

/* Whether the engine runs with it now. */
gboolean
lobe_engine_server_is_loaded (LobeEngineServer *self,
                              LobeGgufFile     *file)
{
  return lobe_engine_get_state (self->engine) == LOBE_ENGINE_READY
         && g_strcmp0 (lobe_engine_get_model_path (self->engine), file->path) == 0;
}

static void
engine_changed (LobeEngine       *engine,
                GParamSpec       *pspec,
                LobeEngineServer *self)
{
  LobeServer *server = LOBE_SERVER (self);

  for (guint i = 0; i < self->files->len; i++)
    {
      LobeGgufFile *file = g_ptr_array_index (self->files, i);
      LobeModelInfo *info = lobe_server_find_model (server, file->id);

      if (info != NULL)
        lobe_model_info_set_loaded (info, lobe_engine_server_is_loaded (self, file));
    }

  /* A crash does not make the server unusable: it starts again when it is needed. But whoever looks hears of it. */
  if (lobe_server_get_state (server) == LOBE_SERVER_ONLINE)
    lobe_server_set_state (server, LOBE_SERVER_ONLINE,
                           lobe_engine_get_state (engine) == LOBE_ENGINE_CRASHED ? lobe_engine_get_error (engine) : NULL);
}

static void
scan_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  g_task_return_pointer (task, lobe_gguf_folder_scan (task_data), (GDestroyNotify) g_ptr_array_unref);
}

static void
scanned (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func (g_object_unref);
  LobeEngineServer *self = g_task_get_source_object (task);
  LobeServer *server = LOBE_SERVER (self);

  g_ptr_array_unref (self->files);
  self->files = g_task_propagate_pointer (G_TASK (result), NULL);

  for (guint i = 0; i < self->files->len; i++)
    {
      LobeGgufFile *file = g_ptr_array_index (self->files, i);
      LobeModelInfo *info = lobe_model_info_new (file->id, file->name);

      lobe_model_info_set_size (info, file->size);
      lobe_model_info_set_loaded (info, lobe_engine_server_is_loaded (self, file));
      g_ptr_array_add (models, info);
    }
  lobe_server_set_models (server, models);

  if (lobe_engine_get_program (self->engine) == NULL)
    {
      g_autoptr (GError) error = lobe_engine_make_missing_error ();

      lobe_server_set_state (server, LOBE_SERVER_OFFLINE, error);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  lobe_server_set_state (server, LOBE_SERVER_ONLINE, NULL);
  g_task_return_boolean (task, TRUE);
}

/* No source object: the thread lets go of the task at a time of its own, and objects of ours belong to the main one. */
static void
scan (LobeEngineServer    *self,
      GAsyncReadyCallback  callback,
      gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, scan);
  g_task_set_task_data (task, g_strdupv (self->folders), (GDestroyNotify) g_strfreev);
  g_task_run_in_thread (task, scan_in_thread);
}

static void
lobe_engine_server_refresh_async (LobeServer          *server,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  LobeEngineServer *self = LOBE_ENGINE_SERVER (server);
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, lobe_engine_server_refresh_async);
  scan (self, scanned, task);
}

static gboolean
lobe_engine_server_refresh_finish (LobeServer    *server,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
release_hold (gpointer data)
{
  g_autoptr (LobeEngine) engine = data;

  lobe_engine_release (engine);
}

static void
engine_started (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (LobeEndpoint) endpoint = NULL;
  GError *error = NULL;
  LobeEngine *engine = LOBE_ENGINE (source);
  LobeEngineServer *self = g_task_get_source_object (task);
  LobeServer *server = LOBE_SERVER (self);

  if (--self->n_preparing == 0)
    lobe_server_set_activity (server, NULL);

  if (!lobe_engine_start_finish (engine, result, &error))
    {
      g_task_return_error (task, error);
      return;
    }

  endpoint = lobe_endpoint_new (lobe_server_get_http (server), lobe_server_get_name (server),
                                lobe_server_get_base_url (server));
  lobe_endpoint_set_unix_socket (endpoint, lobe_engine_get_socket (engine));
  lobe_endpoint_set_key (endpoint, lobe_engine_get_key (engine));
  /* Whoever has the endpoint uses the engine. */
  g_object_set_data_full (G_OBJECT (endpoint), "lobe-engine-hold", g_object_ref (engine), release_hold);
  g_task_return_pointer (task, g_steal_pointer (&endpoint), g_object_unref);
}

static void
start_engine (GTask *task)
{
  LobeEngineServer *self = g_task_get_source_object (task);
  LobeServer *server = LOBE_SERVER (self);
  const char *model = g_task_get_task_data (task);
  LobeModelInfo *info = model != NULL ? lobe_server_find_model (server, model) : lobe_server_get_default_model (server);
  LobeGgufFile *file = info != NULL ? lobe_engine_server_find_file (self, lobe_model_info_get_id (info)) : NULL;

  if (file == NULL)
    {
      if (model != NULL)
        g_task_return_new_error (task, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND,
                                 _("The file of the model “%s” is not on this computer any more."), model);
      else
        g_task_return_new_error (task, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND, _("There is no model on this computer."));
      return;
    }

  self->n_preparing++;
  if (!lobe_engine_server_is_loaded (self, file))
    {
      /* Translators: the name of a model that is read into memory */
      g_autofree char *activity = g_strdup_printf (_("Loading %s…"), file->name);

      lobe_server_set_activity (server, activity);
    }

  lobe_engine_start_async (self->engine, file->path, g_task_get_cancellable (task), engine_started, g_object_ref (task));
}

static void
scanned_to_prepare (GObject      *source,
                    GAsyncResult *result,
                    gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;

  lobe_engine_server_refresh_finish (LOBE_SERVER (source), result, NULL);
  if (!g_task_return_error_if_cancelled (task))
    start_engine (task);
}

static void
lobe_engine_server_prepare_async (LobeServer          *server,
                                  const char          *model,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  LobeEngineServer *self = LOBE_ENGINE_SERVER (server);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  LobeModelInfo *info = model != NULL ? lobe_server_find_model (server, model) : lobe_server_get_default_model (server);
  LobeGgufFile *file = info != NULL ? lobe_engine_server_find_file (self, lobe_model_info_get_id (info)) : NULL;

  g_task_set_source_tag (task, lobe_engine_server_prepare_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, g_strdup (model), g_free);

  /* Files come and go without telling. */
  if (file == NULL || !g_file_test (file->path, G_FILE_TEST_IS_REGULAR))
    lobe_engine_server_refresh_async (server, cancellable, scanned_to_prepare, g_steal_pointer (&task));
  else
    start_engine (task);
}

static LobeEndpoint *
lobe_engine_server_prepare_finish (LobeServer    *server,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
lobe_engine_server_dispose (GObject *object)
{
  LobeEngineServer *self = LOBE_ENGINE_SERVER (object);

  if (self->engine != NULL)
    g_signal_handlers_disconnect_by_data (self->engine, self);
  g_clear_object (&self->engine);
  g_clear_object (&self->catalogue);

  G_OBJECT_CLASS (lobe_engine_server_parent_class)->dispose (object);
}

static void
lobe_engine_server_finalize (GObject *object)
{
  LobeEngineServer *self = LOBE_ENGINE_SERVER (object);

  g_strfreev (self->folders);
  g_ptr_array_unref (self->files);

  G_OBJECT_CLASS (lobe_engine_server_parent_class)->finalize (object);
}

static void
lobe_engine_server_class_init (LobeEngineServerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  LobeServerClass *server_class = LOBE_SERVER_CLASS (klass);

  object_class->dispose = lobe_engine_server_dispose;
  object_class->finalize = lobe_engine_server_finalize;

  lobe_engine_server_class_init_library (server_class);
  server_class->refresh_async = lobe_engine_server_refresh_async;
  server_class->refresh_finish = lobe_engine_server_refresh_finish;
  server_class->prepare_async = lobe_engine_server_prepare_async;
  server_class->prepare_finish = lobe_engine_server_prepare_finish;
}

static void
lobe_engine_server_init (LobeEngineServer *self)
{
  self->files = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_gguf_file_free);
}

/**
 * lobe_engine_server_new:
 * @http: the door
 * @driver: llama-server's
 * @engine: the engine
 * @folders: (array zero-terminated=1): where models are, in the order in which they count
 *
 * Returns: (transfer full): this computer as a server
 */
LobeServer *
lobe_engine_server_new (LobeHttp           *http,
                        LobeDriver         *driver,
                        LobeEngine         *engine,
                        const char * const *folders)
{
  LobeEngineServer *self;

  g_return_val_if_fail (LOBE_IS_ENGINE (engine), NULL);
  g_return_val_if_fail (folders != NULL, NULL);

  self = g_object_new (LOBE_TYPE_ENGINE_SERVER,
                       "http", http,
                       "driver", driver,
                       "id", "local",
                       "name", _("This Computer"),
                       /* Only the path counts: the request goes through the socket. */
                       "base-url", "http://localhost/v1",
                       "origin", (guint) LOBE_SERVER_ENGINE,
                       NULL);
  self->engine = g_object_ref (engine);
  self->folders = g_strdupv ((char **) folders);
  g_signal_connect (engine, "notify::state", G_CALLBACK (engine_changed), self);

  return LOBE_SERVER (self);
}

/**
 * lobe_engine_server_get_folder:
 * @self: an engine as a server
 *
 * Returns: (transfer none): where to put a model so that it is found: the first of the folders that can be written
 *   to, or made. It need not be there yet
 */
const char *
lobe_engine_server_get_folder (LobeEngineServer *self)
{
  g_return_val_if_fail (LOBE_IS_ENGINE_SERVER (self), NULL);

  for (guint i = 0; self->folders[i] != NULL; i++)
    {
      g_autofree char *place = g_strdup (self->folders[i]);

      while (!g_file_test (place, G_FILE_TEST_EXISTS) && strlen (place) > 1)
        {
          char *parent = g_path_get_dirname (place);

          g_free (place);
          place = parent;
        }
      if (g_file_test (place, G_FILE_TEST_IS_DIR) && g_access (place, W_OK) == 0)
        return self->folders[i];
    }

  return self->folders[0];
}

static gboolean
is_entry_of (LobeCatalogueEntry *entry,
             LobeGgufFile       *file)
{
  const char *file_name = lobe_catalogue_entry_get_file_name (entry);
  g_autofree char *id = g_strndup (file_name, strlen (file_name) - strlen (".gguf"));
  g_autofree char *name = lobe_gguf_make_name (id, NULL);
  g_autofree char *plain = lobe_gguf_make_name (file->id, NULL);

  /* Who makes a file available elsewhere often spells its name in another way. */
  return file->size == lobe_catalogue_entry_get_size (entry) && g_ascii_strcasecmp (name, plain) == 0;
}

static LobeCatalogueEntry *
find_entry (LobeEngineServer *self,
            LobeGgufFile     *file)
{
  if (self->catalogue == NULL)
    self->catalogue = lobe_catalogue_load_built_in ();

  for (guint i = 0; i < g_list_model_get_n_items (self->catalogue); i++)
    {
      g_autoptr (LobeCatalogueEntry) entry = g_list_model_get_item (self->catalogue, i);

      if (is_entry_of (entry, file))
        return g_steal_pointer (&entry);
    }

  return NULL;
}

/**
 * lobe_engine_server_tune_request:
 * @self: an engine as a server
 * @request: a request to one of its models that was not given away yet
 *
 * Sets what @request leaves to the server to what the catalogue says of the model, or to what keeps a small model
 * from looping. What the person has chosen stays. There is always a limit of tokens: an engine on this machine does
 * nothing else meanwhile.
 */
void
lobe_engine_server_tune_request (LobeEngineServer *self,
                                 LobeRequest      *request)
{
  g_autoptr (LobeCatalogueEntry) entry = NULL;
  LobeModelInfo *info;
  LobeGgufFile *file;

  g_return_if_fail (LOBE_IS_ENGINE_SERVER (self));
  g_return_if_fail (LOBE_IS_REQUEST (request));

  info = lobe_server_find_model (LOBE_SERVER (self), lobe_request_get_model (request));
  file = info != NULL ? lobe_engine_server_find_file (self, lobe_model_info_get_id (info)) : NULL;
  entry = file != NULL ? find_entry (self, file) : NULL;

  if (entry != NULL)
    {
      lobe_catalogue_entry_tune_request (entry, request);
    }
  else if (file != NULL && file->size < SMALL_MODEL)
    {
      if (lobe_request_get_temperature (request) < 0)
        lobe_request_set_temperature (request, 0.4);
      if (lobe_request_get_top_p (request) < 0)
        lobe_request_set_top_p (request, 0.9);
      if (lobe_request_get_repeat_penalty (request) < 0)
        lobe_request_set_repeat_penalty (request, 1.12);
      if (lobe_request_get_max_tokens (request) == 0)
        lobe_request_set_max_tokens (request, 1024);
    }

  if (lobe_request_get_max_tokens (request) == 0)
    lobe_request_set_max_tokens (request, 2048);
}
