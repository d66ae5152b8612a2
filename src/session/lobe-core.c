/* lobe-core.c: everything below the window, put together once: clock, door, drivers, servers, engine, store */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-core.h"

#include "base/lobe-error.h"

#include <errno.h>
#include <unistd.h>

/**
 * LobeCore:
 *
 * Everything below the window, put together once: window and command line make one at their start and hand its parts
 * to whatever needs them.
 */
struct _LobeCore
{
  GObject             parent_instance;

  LobeClock          *clock;
  LobeHttp           *http;
  LobeDriverRegistry *drivers;
  LobeServers        *servers;
  LobeEngine         *engine;
  LobeServer         *engine_server;
  LobeStore          *store;
  LobeContextBook    *context_book;
  LobeTransfers      *transfers;
  LobeModelUses      *model_uses;
};

G_DEFINE_FINAL_TYPE (LobeCore, lobe_core, G_TYPE_OBJECT)

static void
lobe_core_finalize (GObject *object)
{
  LobeCore *self = LOBE_CORE (object);

  g_clear_object (&self->transfers);
  g_clear_object (&self->model_uses);
  g_clear_object (&self->engine_server);
  g_clear_object (&self->servers);
  g_clear_object (&self->engine);
  g_clear_object (&self->context_book);
  g_clear_object (&self->store);
  g_clear_object (&self->drivers);
  g_clear_object (&self->http);
  g_clear_object (&self->clock);

  G_OBJECT_CLASS (lobe_core_parent_class)->finalize (object);
}

static void
lobe_core_class_init (LobeCoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_core_finalize;
}

static void
lobe_core_init (LobeCore *self)
{
}

/* The kill test reads from a pipe what is on disk: it must know that even of a process that is killed right after. */
static void
committed_cb (LobeStore  *store,
              const char *message_id,
              guint64     length,
              gint64      lag,
              gpointer    test_pipe)
{
  g_autofree char *line = g_strdup_printf ("%s %" G_GUINT64_FORMAT " %" G_GINT64_FORMAT "\n", message_id, length, lag);

  while (write (GPOINTER_TO_INT (test_pipe), line, strlen (line)) < 0 && errno == EINTR)
    ;
}

/* What another process did to the servers. */
static void
changed_elsewhere_cb (LobeServers *servers)
{
  lobe_servers_load_async (servers, NULL, NULL, NULL);
}

static GStrv
find_model_folders (const char         *data_dir,
                    const char * const *environment)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *path = g_environ_getenv ((char **) environment, "LOBE_MODELS_PATH");

  /* the first folder is where downloads go */
  g_strv_builder_take (builder, g_build_filename (data_dir, "models", NULL));
  if (path != NULL)
    {
      g_auto (GStrv) folders = g_strsplit (path, ":", -1);

      for (guint i = 0; folders[i] != NULL; i++)
        {
          if (*folders[i] != '\0')
            g_strv_builder_add (builder, folders[i]);
        }
    }
  for (const char * const *dirs = g_get_system_data_dirs (); *dirs != NULL; dirs++)
    g_strv_builder_take (builder, g_build_filename (*dirs, "lobe-chat", "models", NULL));

  return g_strv_builder_end (builder);
}

/**
 * lobe_core_new:
 * @data_dir: (type filename): the folder for database, attachments and downloaded models; made when it is missing
 * @runtime_dir: (type filename): a folder for sockets that goes with the session
 * @environment: (array zero-terminated=1): the environment whose settings hold
 *
 * Puts everything together; touches neither disk nor network.
 *
 * Returns: (transfer full): a core
 */
LobeCore *
lobe_core_new (const char         *data_dir,
               const char         *runtime_dir,
               const char * const *environment)
{
  LobeCore *self = g_object_new (LOBE_TYPE_CORE, NULL);
  g_autofree char *program = lobe_engine_find_program (environment);
  g_auto (GStrv) folders = find_model_folders (data_dir, environment);
  const char *test_pipe = g_environ_getenv ((char **) environment, "LOBE_TEST_PIPE");

  self->clock = lobe_clock_new ();
  self->http = lobe_http_new (NULL, NULL);
  self->drivers = lobe_driver_registry_new ();
  self->servers = lobe_servers_new (self->http, self->drivers);
  lobe_servers_add_environment (self->servers, environment);
  self->engine = lobe_engine_new (self->http, program, runtime_dir);
  self->engine_server = lobe_engine_server_new (self->http, lobe_driver_registry_lookup (self->drivers, "llama-server"),
                                                self->engine, (const char * const *) folders);
  lobe_servers_add (self->servers, self->engine_server);
  self->store = lobe_store_new (data_dir, self->clock);
  self->model_uses = lobe_model_uses_new (self->store);
  self->transfers = lobe_transfers_new (self->http, self->servers, LOBE_ENGINE_SERVER (self->engine_server), self->store);
  lobe_servers_set_source (self->servers, LOBE_ACCOUNT_SOURCE (self->store));
  g_signal_connect_object (self->store, "changed-elsewhere", G_CALLBACK (changed_elsewhere_cb), self->servers,
                           G_CONNECT_SWAPPED);
  self->context_book = lobe_context_book_new (self->store);

  if (test_pipe != NULL)
    g_signal_connect (self->store, "committed", G_CALLBACK (committed_cb),
                      GINT_TO_POINTER ((int) g_ascii_strtoll (test_pipe, NULL, 10)));

  return self;
}

/**
 * lobe_core_new_for_user:
 *
 * Returns: (transfer full): a core in the person's XDG folders, with the environment of this process
 */
LobeCore *
lobe_core_new_for_user (void)
{
  g_autofree char *data_dir = g_build_filename (g_get_user_data_dir (), "lobe-chat", NULL);
  g_autofree char *runtime_dir = g_build_filename (g_get_user_runtime_dir (), "lobe-chat", NULL);
  g_auto (GStrv) environment = g_get_environ ();

  return lobe_core_new (data_dir, runtime_dir, (const char * const *) environment);
}

/**
 * lobe_core_get_clock:
 * @self: a core
 *
 * Returns: (transfer none): the clock
 */
LobeClock *
lobe_core_get_clock (LobeCore *self)
{
  g_return_val_if_fail (LOBE_IS_CORE (self), NULL);

  return self->clock;
}

/**
 * lobe_core_get_http:
 * @self: a core
 *
 * Returns: (transfer none): the one door for requests
 */
LobeHttp *
lobe_core_get_http (LobeCore *self)
{
  g_return_val_if_fail (LOBE_IS_CORE (self), NULL);

  return self->http;
}

/**
 * lobe_core_get_drivers:
 * @self: a core
 *
 * Returns: (transfer none): the protocols that are known
 */
LobeDriverRegistry *
lobe_core_get_drivers (LobeCore *self)
{
  g_return_val_if_fail (LOBE_IS_CORE (self), NULL);

  return self->drivers;
}

/**
 * lobe_core_get_servers:
 * @self: a core
 *
 * Returns: (transfer none): the person's servers
 */
LobeServers *
lobe_core_get_servers (LobeCore *self)
{
  g_return_val_if_fail (LOBE_IS_CORE (self), NULL);

  return self->servers;
}

/**
 * lobe_core_get_engine:
 * @self: a core
 *
 * Returns: (transfer none): the local engine
 */
LobeEngine *
lobe_core_get_engine (LobeCore *self)
{
  g_return_val_if_fail (LOBE_IS_CORE (self), NULL);

  return self->engine;
}

/**
 * lobe_core_get_engine_server:
 * @self: a core
 *
 * Returns: (transfer none): the local engine as one of the servers
 */
LobeServer *
lobe_core_get_engine_server (LobeCore *self)
{
  g_return_val_if_fail (LOBE_IS_CORE (self), NULL);

  return self->engine_server;
}

/**
 * lobe_core_get_store:
 * @self: a core
 *
 * Returns: (transfer none): the store
 */
LobeStore *
lobe_core_get_store (LobeCore *self)
{
  g_return_val_if_fail (LOBE_IS_CORE (self), NULL);

  return self->store;
}

/**
 * lobe_core_get_context_book:
 * @self: a core
 *
 * Returns: (transfer none): what was learned of models' tokens and windows
 */
LobeContextBook *
lobe_core_get_context_book (LobeCore *self)
{
  g_return_val_if_fail (LOBE_IS_CORE (self), NULL);

  return self->context_book;
}

/**
 * lobe_core_get_transfers:
 * @self: a core
 *
 * Returns: (transfer none): the models that are on their way
 */
LobeTransfers *
lobe_core_get_transfers (LobeCore *self)
{
  g_return_val_if_fail (LOBE_IS_CORE (self), NULL);

  return self->transfers;
}

/**
 * lobe_core_get_model_uses:
 * @self: a core
 *
 * Returns: (transfer none): which models are favourites, and which were chosen last
 */
LobeModelUses *
lobe_core_get_model_uses (LobeCore *self)
{
  g_return_val_if_fail (LOBE_IS_CORE (self), NULL);

  return self->model_uses;
}

static void
servers_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (!lobe_servers_load_finish (LOBE_SERVERS (object), result, &error))
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
open_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;

  if (!lobe_store_open_finish (LOBE_STORE (object), result, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  lobe_context_book_open (LOBE_CORE (g_task_get_source_object (task))->context_book);
  /* only an order of lists: nobody waits for it */
  lobe_model_uses_load_async (LOBE_CORE (g_task_get_source_object (task))->model_uses, NULL, NULL, NULL);
  lobe_servers_load_async (LOBE_CORE (g_task_get_source_object (task))->servers, g_task_get_cancellable (task), servers_cb,
                           g_object_ref (task));
}

/**
 * lobe_core_open_async:
 * @self: a core
 * @cancellable: (nullable): to give up
 * @callback: called when done
 * @user_data: for @callback
 *
 * Opens the store and reads which servers the person has added.
 */
void
lobe_core_open_async (LobeCore            *self,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_CORE (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_core_open_async);
  lobe_store_open_async (self->store, cancellable, open_cb, g_steal_pointer (&task));
}

/**
 * lobe_core_open_finish:
 * @self: a core
 * @result: what the callback got
 * @error: where to put what went wrong: %LOBE_ERROR_STORE or %LOBE_ERROR_BUSY
 *
 * Returns: whether the store is open
 */
gboolean
lobe_core_open_finish (LobeCore      *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * lobe_core_new_chat:
 * @self: a core
 *
 * Returns: (transfer full): a chat with a new id; it is stored when something is sent
 */
LobeChat *
lobe_core_new_chat (LobeCore *self)
{
  g_autofree char *id = NULL;

  g_return_val_if_fail (LOBE_IS_CORE (self), NULL);

  id = lobe_clock_new_id (self->clock);

  return lobe_chat_new (id, lobe_clock_get_real (self->clock));
}

/**
 * lobe_core_close:
 * @self: a core
 *
 * Stops the engine and closes the store, once everything that was given to it is on disk.
 */
void
lobe_core_close (LobeCore *self)
{
  g_return_if_fail (LOBE_IS_CORE (self));

  lobe_transfers_pause_all (self->transfers);
  lobe_engine_stop (self->engine);
  lobe_store_close (self->store);
}
