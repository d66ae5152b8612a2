/* lobe-engine.c: the local llama-server: started when wanted, watched, stopped when idle and always at exit */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-engine.h"

#include "base/lobe-error.h"
#include "engine/lobe-process.h"
#include "engine/lobe-socket-folder.h"

#include <glib/gi18n-lib.h>
#include <string.h>
#include <sys/random.h>

#define IDLE_SECONDS 300
#define START_SECONDS 120

/* How often it is asked whether it is ready: at first the tiny ones are missed by a blink, later it takes its time. */
#define FIRST_POLL_MS 50
#define LAST_POLL_MS 250

/* Tokens of conversation that the engine keeps in memory. */
#define CONTEXT_LENGTH G_STRINGIFY (LOBE_ENGINE_CONTEXT)

/**
 * LobeEngine:
 *
 * Owns at most one llama-server, which listens on a socket in a folder that only we may enter, and answers only to a
 * key made for it. Whoever has it started holds it until released: meanwhile it is neither stopped nor given another
 * model, and who wants another one waits.
 */
struct _LobeEngine
{
  GObject            parent_instance;

  LobeHttp          *http;
  char              *program;
  guint              idle_seconds;
  guint              start_seconds;

  LobeEngineState    state;
  GError            *error;
  LobeSocketFolder  *folder;
  char              *key;
  char              *model_path;
  LobeProcess       *process;
  LobeProcess       *ending;
  GQueue             waiters;
  guint              n_holds;
  guint              idle_id;

  GCancellable      *polling;
  guint              poll_id;
  guint              poll_ms;
  gint64             deadline;
};

G_DEFINE_FINAL_TYPE (LobeEngine, lobe_engine, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_STATE,
  PROP_MODEL_PATH,
  PROP_IDLE_SECONDS,
  PROP_START_SECONDS,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* Somebody who wants the engine with a model. */
typedef struct
{
  LobeEngine *engine;
  GTask      *task;
  char       *model_path;
  gulong      cancelled_id;
  guint       cancelled_idle_id;
} Waiter;

static void advance (LobeEngine *self);
static void poll_later (LobeEngine *self);

/* Takes a waiter out of the line and ends its task: with success when @error is %NULL. */
static void
end_waiter (LobeEngine *self,
            Waiter     *waiter,
            GError     *error)
{
  g_autoptr (GTask) task = waiter->task;

  g_queue_remove (&self->waiters, waiter);
  if (waiter->cancelled_id != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), waiter->cancelled_id);
  g_clear_handle_id (&waiter->cancelled_idle_id, g_source_remove);
  g_free (waiter->model_path);
  g_free (waiter);

  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  lobe_engine_hold (self);
  g_task_return_boolean (task, TRUE);
}

static gboolean
waiter_cancelled_idle (gpointer user_data)
{
  Waiter *waiter = user_data;

  waiter->cancelled_idle_id = 0;
  end_waiter (waiter->engine, waiter, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, "cancelled"));

  return G_SOURCE_REMOVE;
}

/* To disconnect from within the signal would wait for itself. */
static void
waiter_cancelled (GCancellable *cancellable,
                  gpointer      user_data)
{
  Waiter *waiter = user_data;

  if (waiter->cancelled_idle_id == 0)
    waiter->cancelled_idle_id = g_idle_add_full (G_PRIORITY_DEFAULT, waiter_cancelled_idle, waiter, NULL);
}

static Waiter *
find_waiter (LobeEngine *self,
             const char *model_path)
{
  for (GList *l = self->waiters.head; l != NULL; l = l->next)
    if (model_path == NULL || g_str_equal (((Waiter *) l->data)->model_path, model_path))
      return l->data;

  return NULL;
}

/* Whoever is told may come again at once, and then waits behind those who are here now. */
static void
end_waiters (LobeEngine   *self,
             const char   *model_path,
             const GError *error)
{
  g_autofree char *path = g_strdup (model_path);
  g_autoptr (GError) copy = error != NULL ? g_error_copy (error) : NULL;
  guint n = 0;

  for (GList *l = self->waiters.head; l != NULL; l = l->next)
    if (path == NULL || g_str_equal (((Waiter *) l->data)->model_path, path))
      n++;

  for (Waiter *waiter; n > 0 && (waiter = find_waiter (self, path)) != NULL; n--)
    end_waiter (self, waiter, copy != NULL ? g_error_copy (copy) : NULL);
}

static void
set_state (LobeEngine      *self,
           LobeEngineState  state)
{
  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static gboolean
idle_reached (gpointer user_data)
{
  LobeEngine *self = user_data;

  self->idle_id = 0;
  lobe_engine_stop (self);

  return G_SOURCE_REMOVE;
}

static void
watch_idleness (LobeEngine *self)
{
  g_clear_handle_id (&self->idle_id, g_source_remove);
  if (self->state == LOBE_ENGINE_READY && self->n_holds == 0 && self->idle_seconds > 0)
    self->idle_id = g_timeout_add_seconds (self->idle_seconds, idle_reached, self);
}

static void
stop_polling (LobeEngine *self)
{
  g_clear_handle_id (&self->poll_id, g_source_remove);
  g_cancellable_cancel (self->polling);
  g_clear_object (&self->polling);
}

static char *
make_key (void)
{
  guint8 bytes[32];
  g_autoptr (GString) text = g_string_sized_new (2 * sizeof (bytes));

  if (getrandom (bytes, sizeof (bytes), 0) != sizeof (bytes))
    g_error ("the kernel gives no random bytes");
  for (gsize i = 0; i < sizeof (bytes); i++)
    g_string_append_printf (text, "%02x", bytes[i]);

  return g_string_free_and_steal (g_steal_pointer (&text));
}

static char *
get_model_name (LobeEngine *self)
{
  return g_path_get_basename (self->model_path);
}

static void
fail_start (LobeEngine *self,
            GError     *error)
{
  g_autoptr (LobeEngine) keep = g_object_ref (self);
  g_autoptr (GError) reason = error;
  g_autofree char *model_path = g_strdup (self->model_path);

  stop_polling (self);
  g_clear_error (&self->error);
  self->error = g_error_copy (reason);
  /* whoever hears of this may start the engine again at once, which forgets our error */
  set_state (self, LOBE_ENGINE_CRASHED);
  end_waiters (self, model_path, reason);
  advance (self);
}

static void
process_exited (LobeProcess *process,
                LobeEngine  *self)
{
  g_autoptr (LobeEngine) keep = g_object_ref (self);
  g_autofree char *name = NULL;

  g_signal_handlers_disconnect_by_data (process, self);
  if (process == self->ending)
    {
      g_clear_object (&self->ending);
      advance (self);
      return;
    }

  name = get_model_name (self);
  g_clear_handle_id (&self->idle_id, g_source_remove);
  {
    g_autoptr (LobeProcess) ended = g_steal_pointer (&self->process);

    fail_start (self, lobe_process_make_error (ended, name, self->state == LOBE_ENGINE_STARTING));
  }
}

static void
end_process (LobeEngine *self,
             gboolean    at_once)
{
  stop_polling (self);
  g_clear_handle_id (&self->idle_id, g_source_remove);
  if (self->process == NULL)
    return;

  g_assert (self->ending == NULL);
  self->ending = g_steal_pointer (&self->process);
  if (at_once)
    lobe_process_kill (self->ending);
  else
    lobe_process_stop (self->ending);
}

static void
health_answered (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (LobeEngine) self = user_data;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (GError) error = NULL;
  guint status = 0;

  body = lobe_http_fetch_finish (LOBE_HTTP (source), result, &status, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || self->state != LOBE_ENGINE_STARTING
      || self->polling == NULL)
    return;

  if (body != NULL && status == 200)
    {
      stop_polling (self);
      set_state (self, LOBE_ENGINE_READY);
      watch_idleness (self);
      advance (self);
      return;
    }

  if (g_error_matches (error, LOBE_ERROR, LOBE_ERROR_POLICY))
    {
      end_process (self, TRUE);
      fail_start (self, g_steal_pointer (&error));
      return;
    }

  if (g_get_monotonic_time () > self->deadline)
    {
      g_autofree char *name = get_model_name (self);

      end_process (self, TRUE);
      fail_start (self, g_error_new (LOBE_ERROR, LOBE_ERROR_TIMED_OUT,
                                     _("The local engine needed more than %u seconds to load “%s”, and was stopped."),
                                     self->start_seconds, name));
      return;
    }

  poll_later (self);
}

static gboolean
poll_health (gpointer user_data)
{
  LobeEngine *self = user_data;
  g_autoptr (LobeHttpRequest) request = lobe_http_request_new ("GET", "http://localhost/health", LOBE_PURPOSE_ENGINE,
                                                               "engine");

  self->poll_id = 0;
  lobe_http_request_set_unix_socket (request, lobe_engine_get_socket (self));
  lobe_http_request_set_timeout (request, 5);
  lobe_http_fetch_async (self->http, request, 64 * 1024, self->polling, health_answered, g_object_ref (self));

  return G_SOURCE_REMOVE;
}

static void
poll_later (LobeEngine *self)
{
  self->poll_id = g_timeout_add (self->poll_ms, poll_health, self);
  self->poll_ms = MIN (self->poll_ms * 3 / 2, LAST_POLL_MS);
}

static void
start_process (LobeEngine *self)
{
  g_autofree char *threads = g_strdup_printf ("%u", lobe_process_count_cores ());
  GError *error = NULL;

  if (!lobe_socket_folder_make (self->folder, &error))
    {
      fail_start (self, error);
      return;
    }

  g_free (self->key);
  self->key = make_key ();

  {
    const char *argv[] = {
      self->program, "--host", lobe_engine_get_socket (self), "--model", self->model_path,
      "--no-webui", /* 0.7 calls it --no-ui, and still knows the name that older ones have */
      "--offline", "--parallel", "1", "--ctx-size", CONTEXT_LENGTH, "--threads", threads,
      "--poll", "0", NULL, /* its threads sleep while they wait for each other; see lobe_process_new () */
    };

    self->process = lobe_process_new (argv, self->key, &error);
  }
  if (self->process == NULL)
    {
      fail_start (self, error);
      return;
    }

  g_signal_connect (self->process, "exited", G_CALLBACK (process_exited), self);
  g_clear_error (&self->error);
  self->polling = g_cancellable_new ();
  self->poll_ms = FIRST_POLL_MS;
  self->deadline = g_get_monotonic_time () + self->start_seconds * G_USEC_PER_SEC;
  set_state (self, LOBE_ENGINE_STARTING);
  poll_later (self);
}

/* Does what can be done next for those who wait. */
static void
advance (LobeEngine *self)
{
  Waiter *first;

  if (self->state == LOBE_ENGINE_READY)
    {
      g_autoptr (LobeEngine) keep = g_object_ref (self);

      end_waiters (self, self->model_path, NULL);
    }

  first = g_queue_peek_head (&self->waiters);
  if (first == NULL || self->ending != NULL)
    return;

  if (self->process != NULL)
    {
      if (self->n_holds > 0 || find_waiter (self, self->model_path) != NULL)
        return;
      end_process (self, FALSE);
      set_state (self, LOBE_ENGINE_STOPPED);
      return;
    }

  if (g_set_str (&self->model_path, first->model_path))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL_PATH]);
  start_process (self);
}

static void
lobe_engine_dispose (GObject *object)
{
  LobeEngine *self = LOBE_ENGINE (object);

  stop_polling (self);
  g_clear_handle_id (&self->idle_id, g_source_remove);
  if (self->process != NULL)
    g_signal_handlers_disconnect_by_data (self->process, self);
  if (self->ending != NULL)
    g_signal_handlers_disconnect_by_data (self->ending, self);
  /* A process that is dropped is killed. */
  g_clear_object (&self->process);
  g_clear_object (&self->ending);
  g_clear_pointer (&self->folder, lobe_socket_folder_free);
  g_clear_object (&self->http);

  G_OBJECT_CLASS (lobe_engine_parent_class)->dispose (object);
}

static void
lobe_engine_finalize (GObject *object)
{
  LobeEngine *self = LOBE_ENGINE (object);

  g_clear_error (&self->error);
  g_free (self->program);
  g_free (self->key);
  g_free (self->model_path);

  G_OBJECT_CLASS (lobe_engine_parent_class)->finalize (object);
}

static void
lobe_engine_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  LobeEngine *self = LOBE_ENGINE (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    case PROP_MODEL_PATH:
      g_value_set_string (value, self->model_path);
      break;
    case PROP_IDLE_SECONDS:
      g_value_set_uint (value, self->idle_seconds);
      break;
    case PROP_START_SECONDS:
      g_value_set_uint (value, self->start_seconds);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_engine_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  LobeEngine *self = LOBE_ENGINE (object);

  switch (prop_id)
    {
    case PROP_IDLE_SECONDS:
      lobe_engine_set_idle_limit (self, g_value_get_uint (value));
      break;
    case PROP_START_SECONDS:
      if (self->start_seconds != g_value_get_uint (value))
        {
          self->start_seconds = g_value_get_uint (value);
          g_object_notify_by_pspec (object, pspec);
        }
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_engine_class_init (LobeEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags read = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;
  GParamFlags write = G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = lobe_engine_dispose;
  object_class->finalize = lobe_engine_finalize;
  object_class->get_property = lobe_engine_get_property;
  object_class->set_property = lobe_engine_set_property;

  properties[PROP_STATE] = g_param_spec_uint ("state", NULL, NULL, 0, LOBE_ENGINE_CRASHED, LOBE_ENGINE_STOPPED, read);
  properties[PROP_MODEL_PATH] = g_param_spec_string ("model-path", NULL, NULL, NULL, read);
  properties[PROP_IDLE_SECONDS] = g_param_spec_uint ("idle-seconds", NULL, NULL, 0, G_MAXUINT, IDLE_SECONDS, write);
  properties[PROP_START_SECONDS] = g_param_spec_uint ("start-seconds", NULL, NULL, 0, G_MAXINT, START_SECONDS, write);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lobe_engine_init (LobeEngine *self)
{
  self->idle_seconds = IDLE_SECONDS;
  self->start_seconds = START_SECONDS;
  g_queue_init (&self->waiters);
}

/**
 * lobe_engine_new:
 * @http: the door
 * @program: (nullable): path of llama-server, see lobe_engine_find_program (); %NULL when there is none
 * @runtime_dir: where to make the folder of the socket; made where it is missing. Where its path is too long for a
 *   socket, the folder for temporary files is taken
 *
 * Returns: (transfer full): an engine that has not started anything
 */
LobeEngine *
lobe_engine_new (LobeHttp   *http,
                 const char *program,
                 const char *runtime_dir)
{
  LobeEngine *self;

  g_return_val_if_fail (LOBE_IS_HTTP (http), NULL);
  g_return_val_if_fail (runtime_dir != NULL, NULL);

  self = g_object_new (LOBE_TYPE_ENGINE, NULL);
  self->http = g_object_ref (http);
  self->program = g_strdup (program);
  self->folder = lobe_socket_folder_new (runtime_dir);

  return self;
}

/**
 * lobe_engine_get_program:
 * @self: an engine
 *
 * Returns: (transfer none) (nullable): the path of llama-server
 */
const char *
lobe_engine_get_program (LobeEngine *self)
{
  g_return_val_if_fail (LOBE_IS_ENGINE (self), NULL);

  return self->program;
}

/**
 * lobe_engine_get_state:
 * @self: an engine
 *
 * Returns: what the process does
 */
LobeEngineState
lobe_engine_get_state (LobeEngine *self)
{
  g_return_val_if_fail (LOBE_IS_ENGINE (self), LOBE_ENGINE_STOPPED);

  return self->state;
}

/**
 * lobe_engine_get_error:
 * @self: an engine
 *
 * Returns: (transfer none) (nullable): why it crashed, or could not be started; its first line is for the person
 */
const GError *
lobe_engine_get_error (LobeEngine *self)
{
  g_return_val_if_fail (LOBE_IS_ENGINE (self), NULL);

  return self->error;
}

/**
 * lobe_engine_get_model_path:
 * @self: an engine
 *
 * Returns: (transfer none) (nullable): the model that was asked for last
 */
const char *
lobe_engine_get_model_path (LobeEngine *self)
{
  g_return_val_if_fail (LOBE_IS_ENGINE (self), NULL);

  return self->model_path;
}

/**
 * lobe_engine_set_idle_limit:
 * @self: an engine
 * @seconds: how long it may run unused; 0 for ever
 *
 * When to give its memory back.
 */
void
lobe_engine_set_idle_limit (LobeEngine *self,
                            guint       seconds)
{
  g_return_if_fail (LOBE_IS_ENGINE (self));

  if (self->idle_seconds == seconds)
    return;

  self->idle_seconds = seconds;
  watch_idleness (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IDLE_SECONDS]);
}

/**
 * lobe_engine_start_async:
 * @self: an engine
 * @model_path: absolute path of a GGUF file
 * @cancellable: (nullable): to stop waiting; a model that is being loaded goes on loading
 * @callback: called when it answers, or never will
 * @user_data: for @callback
 *
 * Has the engine run with a model. When it runs with another one that somebody holds, this waits until that is
 * released. Must be called in the main thread, with which the process ends.
 */
void
lobe_engine_start_async (LobeEngine          *self,
                         const char          *model_path,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  GTask *task;
  Waiter *waiter;

  g_return_if_fail (LOBE_IS_ENGINE (self));
  g_return_if_fail (model_path != NULL && g_path_is_absolute (model_path));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_engine_start_async);
  /* A hold comes with success, and must not get lost by a cancellation that comes too late. */
  g_task_set_check_cancellable (task, FALSE);

  if (g_task_return_error_if_cancelled (task))
    {
      g_object_unref (task);
      return;
    }
  if (self->program == NULL)
    {
      g_task_return_error (task, lobe_engine_make_missing_error ());
      g_object_unref (task);
      return;
    }

  waiter = g_new0 (Waiter, 1);
  waiter->engine = self;
  waiter->task = task;
  waiter->model_path = g_strdup (model_path);
  g_queue_push_tail (&self->waiters, waiter);
  if (cancellable != NULL)
    waiter->cancelled_id = g_cancellable_connect (cancellable, G_CALLBACK (waiter_cancelled), waiter, NULL);

  advance (self);
}

/**
 * lobe_engine_start_finish:
 * @self: an engine
 * @result: what the callback was given
 * @error: where to put why it doesn't run: %LOBE_ERROR_NOT_INSTALLED, %LOBE_ERROR_CRASHED, %LOBE_ERROR_TIMED_OUT
 *
 * On success the engine is held, and must be let go with lobe_engine_release ().
 *
 * Returns: whether it answers
 */
gboolean
lobe_engine_start_finish (LobeEngine    *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * lobe_engine_hold:
 * @self: an engine
 *
 * Keeps it from being stopped for idleness or given another model, until lobe_engine_release ().
 */
void
lobe_engine_hold (LobeEngine *self)
{
  g_return_if_fail (LOBE_IS_ENGINE (self));

  self->n_holds++;
  g_clear_handle_id (&self->idle_id, g_source_remove);
}

/**
 * lobe_engine_release:
 * @self: an engine
 *
 * Undoes one lobe_engine_hold (), or the hold that came with lobe_engine_start_finish ().
 */
void
lobe_engine_release (LobeEngine *self)
{
  g_return_if_fail (LOBE_IS_ENGINE (self));
  g_return_if_fail (self->n_holds > 0);

  if (--self->n_holds > 0)
    return;

  watch_idleness (self);
  advance (self);
}

/**
 * lobe_engine_stop:
 * @self: an engine
 *
 * Ends the process, politely at first, whoever holds it. Those who wait for it hear that it was cancelled.
 */
void
lobe_engine_stop (LobeEngine *self)
{
  g_autoptr (LobeEngine) keep = NULL;
  g_autoptr (GError) error = NULL;

  g_return_if_fail (LOBE_IS_ENGINE (self));

  keep = g_object_ref (self);
  error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The local engine was stopped."));
  end_process (self, FALSE);
  set_state (self, LOBE_ENGINE_STOPPED);
  end_waiters (self, NULL, error);
}

/**
 * lobe_engine_get_socket:
 * @self: an engine
 *
 * Returns: (transfer none) (nullable): the path on which it listens; %NULL before the first start
 */
const char *
lobe_engine_get_socket (LobeEngine *self)
{
  g_return_val_if_fail (LOBE_IS_ENGINE (self), NULL);

  return self->folder != NULL ? lobe_socket_folder_get_socket (self->folder) : NULL;
}

/**
 * lobe_engine_get_key:
 * @self: an engine
 *
 * Returns: (transfer none) (nullable): the key that it wants now
 */
const char *
lobe_engine_get_key (LobeEngine *self)
{
  g_return_val_if_fail (LOBE_IS_ENGINE (self), NULL);

  return self->key;
}
