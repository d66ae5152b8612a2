/* lobe-database.c: one SQLite file with the one thread that touches it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-database-private.h"

#include "base/lobe-error.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

/**
 * LobeDatabase:
 *
 * A queue of work and the thread that does it in order, with the only connection to the file. Everything that blocks
 * (disk, locks of other processes) blocks that thread alone.
 */
G_DEFINE_FINAL_TYPE (LobeDatabase, lobe_database, G_TYPE_OBJECT)

typedef struct
{
  LobeDatabaseFunc     func;
  gpointer             data;
  LobeDatabaseDoneFunc done;
  GAsyncQueue         *reply;
  GError              *error;
  gboolean             last;
} Job;

static gboolean
job_done (gpointer data)
{
  Job *job = data;

  if (job->done != NULL)
    job->done (job->data, job->error);
  g_clear_error (&job->error);
  g_free (job);

  return G_SOURCE_REMOVE;
}

/* The data of a job are handed back and released in the main context, whichever thread finishes last: what they hold
 * are objects of the main thread. */
static void
job_return (LobeDatabase *self,
            Job          *job)
{
  g_autoptr (GSource) source = NULL;

  if (job->reply != NULL)
    {
      g_async_queue_push (job->reply, job);
      return;
    }

  source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "[lobe] database");
  g_source_set_callback (source, job_done, job, NULL);
  g_source_attach (source, self->context);
}

static gpointer
run_jobs (gpointer data)
{
  LobeDatabase *self = data;

  for (;;)
    {
      Job *job = g_async_queue_pop (self->jobs);
      gboolean last = job->last;

      if (last)
        lobe_database_disconnect (self);
      else
        job->func (self, job->data, &job->error);
      job_return (self, job);
      if (last)
        return NULL;
    }
}

static void
push (LobeDatabase *self,
      Job          *job)
{
  if (self->closed)
    {
      job->error = g_error_new_literal (LOBE_ERROR, LOBE_ERROR_STORE, _("The chats are closed."));
      job_return (self, job);
      return;
    }

  if (self->thread == NULL)
    self->thread = g_thread_new ("lobe-database", run_jobs, self);
  g_async_queue_push (self->jobs, job);
}

static void
lobe_database_dispose (GObject *object)
{
  lobe_database_close (LOBE_DATABASE (object));

  G_OBJECT_CLASS (lobe_database_parent_class)->dispose (object);
}

static void
lobe_database_finalize (GObject *object)
{
  LobeDatabase *self = LOBE_DATABASE (object);

  g_hash_table_unref (self->statements);
  g_async_queue_unref (self->jobs);
  g_main_context_unref (self->context);
  g_free (self->path);

  G_OBJECT_CLASS (lobe_database_parent_class)->finalize (object);
}

static void
lobe_database_class_init (LobeDatabaseClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lobe_database_dispose;
  G_OBJECT_CLASS (klass)->finalize = lobe_database_finalize;
}

static void
lobe_database_init (LobeDatabase *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->jobs = g_async_queue_new ();
  self->statements = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) sqlite3_finalize);
}

/**
 * lobe_database_new: (skip)
 * @path: the file
 * @busy_timeout: how long a write waits for another process, in ms
 *
 * Nothing is touched before the first work is run.
 *
 * Returns: (transfer full): a database
 */
LobeDatabase *
lobe_database_new (const char *path,
                   guint       busy_timeout)
{
  LobeDatabase *self;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (LOBE_TYPE_DATABASE, NULL);
  self->path = g_strdup (path);
  self->busy_timeout = busy_timeout;

  return self;
}

/**
 * lobe_database_get_path: (skip)
 * @self: a database
 *
 * Returns: (transfer none): its file
 */
const char *
lobe_database_get_path (LobeDatabase *self)
{
  g_return_val_if_fail (LOBE_IS_DATABASE (self), NULL);

  return self->path;
}

/**
 * lobe_database_run: (skip)
 * @self: a database
 * @func: called on the database thread, after all that was run before
 * @data: for both functions
 * @done: (nullable): called in the main context afterwards
 *
 * Queues work.
 */
void
lobe_database_run (LobeDatabase         *self,
                   LobeDatabaseFunc      func,
                   gpointer              data,
                   LobeDatabaseDoneFunc  done)
{
  Job *job;

  g_return_if_fail (LOBE_IS_DATABASE (self));
  g_return_if_fail (func != NULL);

  job = g_new0 (Job, 1);
  job->func = func;
  job->data = data;
  job->done = done;
  push (self, job);
}

/**
 * lobe_database_run_sync: (skip)
 * @self: a database
 * @func: called on the database thread, after all that was run before
 * @data: for @func, stays the caller's
 * @error: return location
 *
 * Runs work and waits for it. For the end of the program; anywhere else it would stop the window.
 *
 * Returns: what @func returned
 */
gboolean
lobe_database_run_sync (LobeDatabase      *self,
                        LobeDatabaseFunc   func,
                        gpointer           data,
                        GError           **error)
{
  g_autoptr (GAsyncQueue) reply = g_async_queue_new ();
  g_autofree Job *job = NULL;

  g_return_val_if_fail (LOBE_IS_DATABASE (self), FALSE);
  g_return_val_if_fail (func != NULL, FALSE);

  job = g_new0 (Job, 1);
  job->func = func;
  job->data = data;
  job->reply = reply;
  push (self, job);
  g_async_queue_pop (reply);

  if (job->error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&job->error));
      return FALSE;
    }

  return TRUE;
}

/**
 * lobe_database_close: (skip)
 * @self: a database
 *
 * Waits for all work and closes the file. Work that is run afterwards fails.
 */
void
lobe_database_close (LobeDatabase *self)
{
  g_return_if_fail (LOBE_IS_DATABASE (self));

  if (self->closed)
    return;

  self->closed = TRUE;
  if (self->thread != NULL)
    {
      Job *job = g_new0 (Job, 1);

      job->last = TRUE;
      g_async_queue_push (self->jobs, job);
      g_thread_join (g_steal_pointer (&self->thread));
    }
}
