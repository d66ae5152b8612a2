/* lobe-writer.c: when what is pending is written, and who hears of it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-writer.h"

#include "base/lobe-error.h"

#include <glib/gi18n-lib.h>

#define RETRY_DELAY (2 * G_USEC_PER_SEC)

typedef struct _Flight Flight;

typedef struct
{
  LobeDatabaseFunc     func;
  gpointer             data;
  LobeDatabaseDoneFunc done;
} Read;

/**
 * LobeWriter: (skip)
 *
 * Writes what is pending, a batch at a time: soon, when its time has come, or again after a failure. Reads go past it so
 * that they see everything that was written before.
 *
 * Belongs to the main thread. A batch under way keeps the owner alive.
 */
struct _LobeWriter
{
  GObject                 *owner;     /* not a reference: it has us */
  LobeDatabase            *database;
  LobePending             *pending;
  LobeWriterCommittedFunc  committed;
  LobeWriterFailedFunc     failed;

  GSource                 *timer;     /* when to write next */
  Flight                  *flight;    /* the batch under way */
  GPtrArray               *waiters;   /* GTasks that wait for what is pending now */
  GQueue                   reads;     /* that wait until what is pending is under way */
  gboolean                 again;     /* write once more when the batch under way is done */
  gboolean                 failing;
  gboolean                 closed;
};

struct _Flight
{
  LobeWriter *writer;
  GObject    *owner;
  LobeBatch  *batch;
  GPtrArray  *waiters;
  GError     *error;
  gboolean    landed;
};

static gboolean
dispatch_timer (GSource     *source,
                GSourceFunc  callback,
                gpointer     user_data)
{
  g_source_set_ready_time (source, -1);

  return callback (user_data);
}

static GSourceFuncs timer_funcs = { .dispatch = dispatch_timer };

static gboolean
on_timer (gpointer user_data)
{
  lobe_writer_now (user_data);

  return G_SOURCE_CONTINUE;
}

/**
 * lobe_writer_new: (skip)
 * @owner: whose it is, and is told
 * @database: where to write
 * @pending: what to write
 * @committed: told of each message that is on disk
 * @failed: told when a write failed that nobody waits for; once, until one succeeds
 *
 * Returns: (transfer full): a writer with its timer in the main context of this thread
 */
LobeWriter *
lobe_writer_new (GObject                 *owner,
                 LobeDatabase            *database,
                 LobePending             *pending,
                 LobeWriterCommittedFunc  committed,
                 LobeWriterFailedFunc     failed)
{
  LobeWriter *self = g_new0 (LobeWriter, 1);
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

  self->owner = owner;
  self->database = database;
  self->pending = pending;
  self->committed = committed;
  self->failed = failed;
  self->waiters = g_ptr_array_new_with_free_func (g_object_unref);
  g_queue_init (&self->reads);

  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_static_name (self->timer, "[lobe] store");
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, context);

  return self;
}

/**
 * lobe_writer_free: (skip)
 * @self: a closed writer
 */
void
lobe_writer_free (LobeWriter *self)
{
  g_source_destroy (self->timer);
  g_source_unref (self->timer);
  g_ptr_array_unref (self->waiters);
  g_free (self);
}

/**
 * lobe_writer_within: (skip)
 * @self: a writer
 * @delay: how long what is pending may wait, in µs
 *
 * One timer for all that waits: it goes off when the first of it must be written.
 */
void
lobe_writer_within (LobeWriter *self,
                    gint64      delay)
{
  gint64 time = g_get_monotonic_time () + (self->failing ? MAX (delay, RETRY_DELAY) : delay);
  gint64 ready_time = g_source_get_ready_time (self->timer);

  if (!self->closed && (ready_time < 0 || time < ready_time))
    g_source_set_ready_time (self->timer, time);
}

static gboolean
fly (LobeDatabase  *database,
     gpointer       data,
     GError       **error)
{
  Flight *flight = data;

  return lobe_batch_write (database, flight->batch, &flight->error);
}

static void
start_read (LobeWriter *self,
            Read       *read)
{
  lobe_database_run (self->database, read->func, read->data, read->done);
  g_free (read);
}

static void
answer (GPtrArray    *waiters,
        const GError *error)
{
  for (guint i = 0; i < waiters->len; i++)
    {
      if (error != NULL)
        g_task_return_error (waiters->pdata[i], g_error_copy (error));
      else
        g_task_return_boolean (waiters->pdata[i], TRUE);
    }
}

static void
tell (LobeWriter *self,
      GPtrArray  *commits)
{
  for (guint i = 0; i < commits->len; i++)
    self->committed (self->owner, commits->pdata[i]);
}

static void
land (Flight *flight)
{
  LobeWriter *self = flight->writer;
  LobeOutcome outcome = LOBE_OUTCOME_WRITTEN;
  g_autoptr (GPtrArray) commits = NULL;
  gboolean first_failure = FALSE;
  Read *read;

  flight->landed = TRUE;
  self->flight = NULL;

  if (flight->error != NULL)
    {
      outcome = g_error_matches (flight->error, LOBE_ERROR, LOBE_ERROR_FAILED) ? LOBE_OUTCOME_DROP : LOBE_OUTCOME_RETRY;
      first_failure = !self->failing;
    }
  commits = lobe_pending_give_back (self->pending, flight->batch, outcome);
  self->failing = outcome == LOBE_OUTCOME_RETRY;

  if ((self->again && !self->failing) || self->waiters->len > 0)
    lobe_writer_now (self);
  else if (!lobe_pending_is_empty (self->pending))
    lobe_writer_within (self, LOBE_WRITER_CHECKPOINT_DELAY);
  self->again = FALSE;

  while ((read = g_queue_pop_head (&self->reads)) != NULL)
    start_read (self, read);

  tell (self, commits);
  if (first_failure && flight->waiters->len == 0)
    self->failed (self->owner, flight->error);
  answer (flight->waiters, flight->error);
}

static void
on_flown (gpointer      data,
          const GError *error)
{
  Flight *flight = data;

  if (!flight->landed)
    {
      /* not even tried: the database is closed */
      if (error != NULL && flight->error == NULL)
        flight->error = g_error_copy (error);
      land (flight);
    }

  lobe_batch_free (flight->batch);
  g_ptr_array_unref (flight->waiters);
  g_clear_error (&flight->error);
  g_object_unref (flight->owner);
  g_free (flight);
}

/**
 * lobe_writer_now: (skip)
 * @self: a writer
 *
 * Writes what is pending at once, or right after the batch under way.
 */
void
lobe_writer_now (LobeWriter *self)
{
  Flight *flight;

  if (self->closed)
    return;

  if (self->flight != NULL)
    {
      self->again = TRUE;
      return;
    }

  if (lobe_pending_is_empty (self->pending) && self->waiters->len == 0)
    return;

  flight = g_new0 (Flight, 1);
  flight->writer = self;
  flight->owner = g_object_ref (self->owner);
  flight->batch = lobe_pending_take (self->pending);
  flight->waiters = g_steal_pointer (&self->waiters);
  self->waiters = g_ptr_array_new_with_free_func (g_object_unref);
  self->flight = flight;
  g_source_set_ready_time (self->timer, -1);
  lobe_database_run (self->database, fly, flight, on_flown);
}

/**
 * lobe_writer_wait: (skip)
 * @self: a writer
 * @task: (transfer full): who waits
 *
 * Writes at once, and answers @task when all that is pending now is on disk.
 */
void
lobe_writer_wait (LobeWriter *self,
                  GTask      *task)
{
  if (self->closed)
    {
      g_task_return_new_error_literal (task, LOBE_ERROR, LOBE_ERROR_STORE, _("The chats are closed."));
      g_object_unref (task);
      return;
    }

  g_ptr_array_add (self->waiters, task);
  lobe_writer_now (self);
}

/**
 * lobe_writer_read: (skip)
 * @self: a writer
 * @func: reads, on the database thread
 * @data: for both
 * @done: called on the main thread
 *
 * Reads after all that is pending was written, or failed to be.
 */
void
lobe_writer_read (LobeWriter           *self,
                  LobeDatabaseFunc      func,
                  gpointer              data,
                  LobeDatabaseDoneFunc  done)
{
  Read *read = g_new0 (Read, 1);

  read->func = func;
  read->data = data;
  read->done = done;

  if (self->flight != NULL && !lobe_pending_is_empty (self->pending))
    {
      self->again = TRUE;
      g_queue_push_tail (&self->reads, read);
      return;
    }

  /* the thread keeps the order */
  lobe_writer_now (self);
  start_read (self, read);
}

/**
 * lobe_writer_retry: (skip)
 * @self: a writer
 *
 * Tries at once what failed before, as its reason may be gone.
 */
void
lobe_writer_retry (LobeWriter *self)
{
  if (self->failing)
    lobe_writer_now (self);
}

static gboolean
settle (LobeDatabase  *database,
        gpointer       data,
        GError       **error)
{
  return TRUE;
}

static void
wait_for_flight (LobeWriter *self)
{
  lobe_database_run_sync (self->database, settle, NULL, NULL);
  if (self->flight != NULL)
    land (self->flight);
}

/**
 * lobe_writer_close: (skip)
 * @self: a writer
 *
 * Writes what is pending and waits for it. Nothing is written afterwards.
 */
void
lobe_writer_close (LobeWriter *self)
{
  g_autoptr (GPtrArray) waiters = NULL;
  g_autoptr (LobeBatch) batch = NULL;
  g_autoptr (GPtrArray) commits = NULL;
  g_autoptr (GError) error = NULL;

  if (self->closed)
    return;

  wait_for_flight (self);
  self->closed = TRUE;
  g_source_set_ready_time (self->timer, -1);
  /* its landing may have started another */
  wait_for_flight (self);

  if (lobe_pending_is_empty (self->pending) && self->waiters->len == 0)
    return;

  waiters = g_steal_pointer (&self->waiters);
  self->waiters = g_ptr_array_new_with_free_func (g_object_unref);
  batch = lobe_pending_take (self->pending);
  lobe_database_run_sync (self->database, lobe_batch_write, batch, &error);
  commits = lobe_pending_give_back (self->pending, batch, error == NULL ? LOBE_OUTCOME_WRITTEN : LOBE_OUTCOME_DROP);
  tell (self, commits);
  if (error != NULL)
    self->failed (self->owner, error);
  answer (waiters, error);
}
