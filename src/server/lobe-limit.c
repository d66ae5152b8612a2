/* lobe-limit.c: how many requests a server is sent at once and a minute, and until when it is left in peace */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-limit.h"

#define MINUTE (60 * G_USEC_PER_SEC)

/**
 * LobeLimit:
 *
 * The door of one server, before which requests queue: in the order in which they came, as many at once and in any
 * minute as the person allows, and none before the moment that the server itself has named.
 *
 * All moments are those of the clock that is given to [method@Limit.enter_async].
 */
struct _LobeLimit
{
  GObject  parent_instance;

  guint    concurrency;         /* 0: any */
  guint    requests_per_minute; /* 0: any */
  gint64   paused_until;
  guint    n_running;
  guint64  n_served;
  GArray  *starts;              /* of gint64: when the requests of the last minute began */
  GQueue   waiting;             /* of GTask */
  GSource *timer;               /* until the first in the queue may go, when only time holds it up */
};

G_DEFINE_FINAL_TYPE (LobeLimit, lobe_limit, G_TYPE_OBJECT)

typedef struct
{
  LobeClock *clock;
  GSource   *cancelled;
} Waiter;

static void
waiter_free (gpointer data)
{
  Waiter *waiter = data;

  if (waiter->cancelled != NULL)
    g_source_destroy (waiter->cancelled);
  g_clear_pointer (&waiter->cancelled, g_source_unref);
  g_object_unref (waiter->clock);
  g_free (waiter);
}

static void
stop_timer (LobeLimit *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
}

static void
lobe_limit_finalize (GObject *object)
{
  LobeLimit *self = LOBE_LIMIT (object);

  /* whoever waits holds the limit, so nobody does */
  stop_timer (self);
  g_array_unref (self->starts);

  G_OBJECT_CLASS (lobe_limit_parent_class)->finalize (object);
}

static void
lobe_limit_class_init (LobeLimitClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_limit_finalize;
}

static void
lobe_limit_init (LobeLimit *self)
{
  self->starts = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_queue_init (&self->waiting);
}

/**
 * lobe_limit_new:
 *
 * Returns: (transfer full): a limit that limits nothing yet
 */
LobeLimit *
lobe_limit_new (void)
{
  return g_object_new (LOBE_TYPE_LIMIT, NULL);
}

static gboolean time_came (gpointer user_data);

/* Lets in whoever may go in now. */
static void
let_in (LobeLimit *self)
{
  g_autoptr (LobeLimit) alive = g_object_ref (self);

  stop_timer (self);
  while (!g_queue_is_empty (&self->waiting) && !lobe_limit_is_full (self))
    {
      GTask *head = g_queue_peek_head (&self->waiting);
      Waiter *waiter = g_task_get_task_data (head);
      gint64 now = lobe_clock_get_monotonic (waiter->clock);
      gint64 wait = lobe_limit_get_wait (self, now);
      g_autoptr (GTask) task = NULL;

      if (wait > 0)
        {
          stop_timer (self);
          self->timer = lobe_clock_add_timer (waiter->clock, now + wait, time_came, self);
          return;
        }

      task = g_queue_pop_head (&self->waiting);
      self->n_running++;
      self->n_served++;
      if (self->requests_per_minute > 0)
        g_array_append_val (self->starts, now);
      if (waiter->cancelled != NULL)
        g_source_destroy (waiter->cancelled);
      g_task_return_boolean (task, TRUE);
    }
}

static gboolean
time_came (gpointer user_data)
{
  let_in (user_data);

  return G_SOURCE_REMOVE;
}

/**
 * lobe_limit_get_concurrency:
 * @self: a limit
 *
 * Returns: how many requests at once; 0 when it does not matter
 */
guint
lobe_limit_get_concurrency (LobeLimit *self)
{
  g_return_val_if_fail (LOBE_IS_LIMIT (self), 0);

  return self->concurrency;
}

/**
 * lobe_limit_set_concurrency:
 * @self: a limit
 * @n_requests: how many requests at once; 0 when it does not matter
 */
void
lobe_limit_set_concurrency (LobeLimit *self,
                            guint      n_requests)
{
  g_return_if_fail (LOBE_IS_LIMIT (self));

  self->concurrency = n_requests;
  let_in (self);
}

/**
 * lobe_limit_get_requests_per_minute:
 * @self: a limit
 *
 * Returns: how many requests may begin in any minute; 0 when it does not matter
 */
guint
lobe_limit_get_requests_per_minute (LobeLimit *self)
{
  g_return_val_if_fail (LOBE_IS_LIMIT (self), 0);

  return self->requests_per_minute;
}

/**
 * lobe_limit_set_requests_per_minute:
 * @self: a limit
 * @n_requests: how many requests may begin in any minute; 0 when it does not matter
 */
void
lobe_limit_set_requests_per_minute (LobeLimit *self,
                                    guint      n_requests)
{
  g_return_if_fail (LOBE_IS_LIMIT (self));

  self->requests_per_minute = n_requests;
  let_in (self);
}

/**
 * lobe_limit_pause:
 * @self: a limit
 * @until: before which moment nobody goes in, monotonic µs
 *
 * The server wants to be left in peace. An earlier moment than one that was named before changes nothing.
 */
void
lobe_limit_pause (LobeLimit *self,
                  gint64     until)
{
  g_return_if_fail (LOBE_IS_LIMIT (self));

  self->paused_until = MAX (self->paused_until, until);
  let_in (self);
}

/**
 * lobe_limit_get_paused_until:
 * @self: a limit
 *
 * Returns: the moment that the server named last, monotonic µs; it may be over
 */
gint64
lobe_limit_get_paused_until (LobeLimit *self)
{
  g_return_val_if_fail (LOBE_IS_LIMIT (self), 0);

  return self->paused_until;
}

/**
 * lobe_limit_get_wait:
 * @self: a limit
 * @now: the moment now, monotonic µs
 *
 * Returns: how long nobody goes in, however many places are free, in µs; 0 when time holds nobody up
 */
gint64
lobe_limit_get_wait (LobeLimit *self,
                     gint64     now)
{
  gint64 until;
  guint n_old = 0;

  g_return_val_if_fail (LOBE_IS_LIMIT (self), 0);

  until = self->paused_until;
  while (n_old < self->starts->len && g_array_index (self->starts, gint64, n_old) + MINUTE <= now)
    n_old++;
  if (n_old > 0)
    g_array_remove_range (self->starts, 0, n_old);
  if (self->requests_per_minute > 0 && self->starts->len >= self->requests_per_minute)
    until = MAX (until, g_array_index (self->starts, gint64, self->starts->len - self->requests_per_minute) + MINUTE);

  return MAX (until - now, 0);
}

/**
 * lobe_limit_is_full:
 * @self: a limit
 *
 * Returns: whether as many requests run as may run at once
 */
gboolean
lobe_limit_is_full (LobeLimit *self)
{
  g_return_val_if_fail (LOBE_IS_LIMIT (self), FALSE);

  return self->concurrency > 0 && self->n_running >= self->concurrency;
}

/**
 * lobe_limit_get_n_running:
 * @self: a limit
 *
 * Returns: how many requests of ours run
 */
guint
lobe_limit_get_n_running (LobeLimit *self)
{
  g_return_val_if_fail (LOBE_IS_LIMIT (self), 0);

  return self->n_running;
}

/**
 * lobe_limit_get_n_waiting:
 * @self: a limit
 *
 * Returns: how many requests of ours wait
 */
guint
lobe_limit_get_n_waiting (LobeLimit *self)
{
  g_return_val_if_fail (LOBE_IS_LIMIT (self), 0);

  return self->waiting.length;
}

/**
 * lobe_limit_get_n_served:
 * @self: a limit
 *
 * Returns: how many requests were let in so far
 */
guint64
lobe_limit_get_n_served (LobeLimit *self)
{
  g_return_val_if_fail (LOBE_IS_LIMIT (self), 0);

  return self->n_served;
}

static gboolean
cancelled_cb (GCancellable *cancellable,
              gpointer      user_data)
{
  GTask *task = user_data;
  LobeLimit *self = g_task_get_source_object (task);

  if (!g_queue_remove (&self->waiting, task))
    return G_SOURCE_REMOVE;

  g_task_return_new_error_literal (task, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Left the queue");
  let_in (self);
  g_object_unref (task);

  return G_SOURCE_REMOVE;
}

/**
 * lobe_limit_enter_async:
 * @self: a limit
 * @clock: the clock
 * @cancellable: (nullable): to leave the queue
 * @callback: called when a request may be sent
 * @user_data: for @callback
 *
 * Queues for a place.
 */
void
lobe_limit_enter_async (LobeLimit           *self,
                        LobeClock           *clock,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;
  Waiter *waiter;

  g_return_if_fail (LOBE_IS_LIMIT (self));
  g_return_if_fail (LOBE_IS_CLOCK (clock));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_limit_enter_async);
  /* a place that was given is held, whatever happened since: its holder leaves it */
  g_task_set_check_cancellable (task, FALSE);
  waiter = g_new0 (Waiter, 1);
  waiter->clock = g_object_ref (clock);
  g_task_set_task_data (task, waiter, waiter_free);
  if (cancellable != NULL)
    {
      waiter->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_callback (waiter->cancelled, G_SOURCE_FUNC (cancelled_cb), task, NULL);
      g_source_attach (waiter->cancelled, g_main_context_get_thread_default ());
    }

  g_queue_push_tail (&self->waiting, task);
  let_in (self);
}

/**
 * lobe_limit_enter_finish:
 * @self: a limit
 * @result: what the callback was given
 * @error: where to put that it was cancelled
 *
 * Returns: whether there is a place; it is held until [method@Limit.leave]
 */
gboolean
lobe_limit_enter_finish (LobeLimit     *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * lobe_limit_leave:
 * @self: a limit
 *
 * Gives back a place: the request is over.
 */
void
lobe_limit_leave (LobeLimit *self)
{
  g_return_if_fail (LOBE_IS_LIMIT (self));
  g_return_if_fail (self->n_running > 0);

  self->n_running--;
  let_in (self);
}
