/* lobe-process.c: one running llama-server: spawned so that it cannot outlive us, drained, and ended */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-process.h"

#include "base/lobe-error.h"

#include <glib/gi18n-lib.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Enough for the lines that say why it ended. */
#define TAIL_LENGTH 4096

/* How long a program may take to end by itself when it was asked to. */
#define STOP_LIMIT_SECONDS 2

/**
 * LobeProcess:
 *
 * A child process in a group of its own, so that Ctrl+C in our terminal is not meant for it and a wrapper's children
 * end with it. The kernel kills it when the thread that made it ends, which is how it ends with us whatever happens
 * to us: it must be made in the main thread.
 */
struct _LobeProcess
{
  GObject       parent_instance;

  GSubprocess  *subprocess;
  GInputStream *errors;
  GString      *tail;
  pid_t         pid;
  guint         stop_id;
  guint         n_pending;
  gboolean      exited;
};

G_DEFINE_FINAL_TYPE (LobeProcess, lobe_process, G_TYPE_OBJECT)

enum
{
  SIGNAL_EXITED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
send_signal (LobeProcess *self,
             int          number)
{
  /* GSubprocess has no id any more once it has been waited for, and only then may the kernel give it to another. */
  if (self->pid > 0 && self->subprocess != NULL && g_subprocess_get_identifier (self->subprocess) != NULL)
    kill (-self->pid, number);
}

static void
lobe_process_dispose (GObject *object)
{
  LobeProcess *self = LOBE_PROCESS (object);

  g_clear_handle_id (&self->stop_id, g_source_remove);
  send_signal (self, SIGKILL);
  g_clear_object (&self->errors);
  g_clear_object (&self->subprocess);

  G_OBJECT_CLASS (lobe_process_parent_class)->dispose (object);
}

static void
lobe_process_finalize (GObject *object)
{
  LobeProcess *self = LOBE_PROCESS (object);

  g_string_free (self->tail, TRUE);

  G_OBJECT_CLASS (lobe_process_parent_class)->finalize (object);
}

static void
lobe_process_class_init (LobeProcessClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lobe_process_dispose;
  object_class->finalize = lobe_process_finalize;

  signals[SIGNAL_EXITED] = g_signal_new ("exited", LOBE_TYPE_PROCESS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                         G_TYPE_NONE, 0);
}

static void
lobe_process_init (LobeProcess *self)
{
  self->tail = g_string_new (NULL);
}

/* Runs in the child, between fork and exec: nothing here may allocate. */
static void
set_up_child (gpointer user_data)
{
  pid_t parent = GPOINTER_TO_INT (user_data);

  setpgid (0, 0);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
  /* We may have ended before the line above. */
  if (getppid () != parent)
    _exit (127);
}

/* The watchers of the process hold a weak reference: they must not keep alive what its owner has dropped. */
static LobeProcess *
take_weak (gpointer user_data)
{
  GWeakRef *weak = user_data;
  LobeProcess *self = g_weak_ref_get (weak);

  g_weak_ref_clear (weak);
  g_free (weak);

  return self;
}

static GWeakRef *
make_weak (LobeProcess *self)
{
  GWeakRef *weak = g_new0 (GWeakRef, 1);

  g_weak_ref_init (weak, self);

  return weak;
}

static void
one_ended (LobeProcess *self)
{
  if (--self->n_pending > 0)
    return;

  g_clear_handle_id (&self->stop_id, g_source_remove);
  self->exited = TRUE;
  g_signal_emit (self, signals[SIGNAL_EXITED], 0);
}

static void
waited (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (LobeProcess) self = take_weak (user_data);

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  if (self == NULL)
    return;

  /* A child of its own that outlives it would keep the pipe open, and us waiting for its end. */
  if (self->pid > 0)
    kill (-self->pid, SIGKILL);
  one_ended (self);
}

static void
errors_read (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (LobeProcess) self = take_weak (user_data);
  g_autoptr (GBytes) bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  gsize length = 0;
  const char *data = bytes != NULL ? g_bytes_get_data (bytes, &length) : NULL;

  if (self == NULL)
    return;
  if (length == 0)
    {
      one_ended (self);
      return;
    }

  g_string_append_len (self->tail, data, length);
  if (self->tail->len > TAIL_LENGTH)
    g_string_erase (self->tail, 0, self->tail->len - TAIL_LENGTH);

  g_input_stream_read_bytes_async (G_INPUT_STREAM (source), TAIL_LENGTH, G_PRIORITY_DEFAULT, NULL, errors_read,
                                   make_weak (self));
}

/**
 * lobe_process_new:
 * @argv: (array zero-terminated=1): the program and its arguments, which everybody on the machine can read
 * @key: what to put into LLAMA_API_KEY, which nobody else can read
 * @error: where to put why it can't be started: %LOBE_ERROR_NOT_INSTALLED
 *
 * Starts the program, with no input, its output dropped, and the last of its errors kept. It gets our environment
 * without what would steer llama-server otherwise than @argv says (LLAMA_ARG_*, by which it could even be given
 * tools that run commands), and without other servers' keys.
 *
 * Its OpenMP threads sleep while they wait for each other, unless the environment says otherwise. They would spin: that
 * gains a little on a machine that does nothing else, and on one that does (two cores, both busy) an answer comes at 1
 * instead of 16 tokens a second.
 *
 * Returns: (transfer full): the running process, which is killed when it is dropped
 */
LobeProcess *
lobe_process_new (const char * const  *argv,
                  const char          *key,
                  GError             **error)
{
  g_autoptr (LobeProcess) self = g_object_new (LOBE_TYPE_PROCESS, NULL);
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GError) local_error = NULL;
  g_auto (GStrv) variables = g_listenv ();
  const char *identifier;

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  for (guint i = 0; variables[i] != NULL; i++)
    if (g_str_has_prefix (variables[i], "LLAMA_") || g_str_has_suffix (variables[i], "_API_KEY")
        || g_str_equal (variables[i], "HF_TOKEN"))
      g_subprocess_launcher_unsetenv (launcher, variables[i]);
  g_subprocess_launcher_setenv (launcher, "LLAMA_API_KEY", key, TRUE);
  g_subprocess_launcher_setenv (launcher, "OMP_WAIT_POLICY", "passive", FALSE);
  g_subprocess_launcher_set_child_setup (launcher, set_up_child, GINT_TO_POINTER (getpid ()), NULL);

  self->subprocess = g_subprocess_launcher_spawnv (launcher, argv, &local_error);
  if (self->subprocess == NULL)
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_NOT_INSTALLED, _("The local engine can't be started: %s"),
                   local_error->message);
      return NULL;
    }

  /* A program that ends at once may be waited for already, in GLib's thread, and has no id any more. */
  identifier = g_subprocess_get_identifier (self->subprocess);
  self->pid = identifier != NULL ? (pid_t) g_ascii_strtoll (identifier, NULL, 10) : 0;
  self->errors = g_object_ref (g_subprocess_get_stderr_pipe (self->subprocess));
  self->n_pending = 2;
  g_subprocess_wait_async (self->subprocess, NULL, waited, make_weak (self));
  g_input_stream_read_bytes_async (self->errors, TAIL_LENGTH, G_PRIORITY_DEFAULT, NULL, errors_read, make_weak (self));

  return g_steal_pointer (&self);
}

static gboolean
stop_limit_reached (gpointer user_data)
{
  LobeProcess *self = user_data;

  self->stop_id = 0;
  lobe_process_kill (self);

  return G_SOURCE_REMOVE;
}

/**
 * lobe_process_stop:
 * @self: a process
 *
 * Asks the program to end, and makes it end after 2 s.
 */
void
lobe_process_stop (LobeProcess *self)
{
  g_return_if_fail (LOBE_IS_PROCESS (self));

  if (self->exited || self->stop_id != 0)
    return;

  send_signal (self, SIGTERM);
  self->stop_id = g_timeout_add_seconds (STOP_LIMIT_SECONDS, stop_limit_reached, self);
}

/**
 * lobe_process_kill:
 * @self: a process
 *
 * Ends the program at once.
 */
void
lobe_process_kill (LobeProcess *self)
{
  g_return_if_fail (LOBE_IS_PROCESS (self));

  send_signal (self, SIGKILL);
}

static gboolean
says_bad_model (const char *tail)
{
  static const char *const signs[] = {
    "invalid magic", "failed to load model", "error loading model", "gguf_init_from", "unable to load model",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (signs); i++)
    if (strstr (tail, signs[i]) != NULL)
      return TRUE;

  return FALSE;
}

/* The last lines that say something, for a report; a person reads the sentence before them. */
static char *
get_last_lines (LobeProcess *self)
{
  g_autofree char *text = g_utf8_make_valid (self->tail->str, self->tail->len);
  g_auto (GStrv) lines = g_strsplit (g_strstrip (text), "\n", -1);
  g_autoptr (GString) last = g_string_new (NULL);
  guint n = g_strv_length (lines);

  for (guint i = n > 3 ? n - 3 : 0; i < n; i++)
    {
      g_autofree char *line = g_utf8_substring (lines[i], 0, MIN (g_utf8_strlen (lines[i], -1), 160));

      if (g_strstrip (line)[0] != '\0')
        g_string_append_printf (last, "\n%s", line);
    }

  return g_string_free_and_steal (g_steal_pointer (&last));
}

/**
 * lobe_process_make_error:
 * @self: a process
 * @model_name: the model that it had, as the person knows it
 * @while_starting: whether it had not answered yet
 *
 * Says why a program ended that nobody had asked to.
 *
 * Returns: (transfer full): a %LOBE_ERROR_CRASHED, whose first line is for the person and whose others are the last
 *   ones that the program wrote
 */
GError *
lobe_process_make_error (LobeProcess *self,
                         const char  *model_name,
                         gboolean     while_starting)
{
  g_autofree char *last = NULL;
  g_autofree char *sentence = NULL;
  int number;

  g_return_val_if_fail (LOBE_IS_PROCESS (self), NULL);

  last = get_last_lines (self);
  number = g_subprocess_get_if_signaled (self->subprocess) ? g_subprocess_get_term_sig (self->subprocess) : 0;
  /* A shell that ran the program reports its signal so. */
  if (number == 0 && g_subprocess_get_if_exited (self->subprocess) && g_subprocess_get_exit_status (self->subprocess) > 128)
    number = g_subprocess_get_exit_status (self->subprocess) - 128;

  if (number == SIGILL)
    sentence = g_strdup (_("The local engine does not run on this processor: it was built for a newer one."));
  else if (number == SIGKILL)
    sentence = g_strdup (_("The local engine was killed, probably because memory ran out."));
  else if (while_starting && says_bad_model (self->tail->str))
    sentence = g_strdup_printf (_("The model “%s” can't be loaded: its file is damaged, or of a kind that the local "
                                  "engine doesn't know."), model_name);
  else if (while_starting)
    sentence = g_strdup_printf (_("The local engine ended while it loaded “%s”."), model_name);
  else
    sentence = g_strdup (_("The local engine ended unexpectedly. It is started again when it is needed."));

  return g_error_new (LOBE_ERROR, LOBE_ERROR_CRASHED, "%s%s", sentence, last);
}

/**
 * lobe_process_count_cores:
 *
 * Threads that share a core make matrix work slower, not faster.
 *
 * Returns: how many cores of their own our threads can have, at least 1
 */
guint
lobe_process_count_cores (void)
{
  g_autoptr (GHashTable) cores = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint usable = g_get_num_processors ();

  for (guint cpu = 0; cpu < 4096; cpu++)
    {
      g_autofree char *path = g_strdup_printf ("/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list", cpu);
      g_autofree char *siblings = NULL;

      if (!g_file_get_contents (path, &siblings, NULL, NULL))
        break;
      g_hash_table_add (cores, g_steal_pointer (&siblings));
    }

  return CLAMP (g_hash_table_size (cores), 1, usable);
}
