/* lobe-attempt.c: having one request answered: by one server, or by whichever member of a pool can */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-attempt.h"

#include "base/lobe-error.h"
#include "server/lobe-pool.h"

#include <glib/gi18n-lib.h>

/* So often, and so long in all, a server that names a time to try again is tried again unasked. */
#define MAX_RETRIES 5
#define MAX_WAITING (60 * G_USEC_PER_SEC)

/**
 * LobeAttempt:
 *
 * Having one request answered. It chooses the server, where there is a choice; queues for a place there; gets the server
 * ready; and asks. A server that fails before the first piece of an answer is passed over in silence for the next of its
 * pool; one that wants to be asked again later is asked again, with the time until then counted down in
 * [property@Attempt:activity]. After the first piece nothing is done unasked: what came would come twice.
 */
struct _LobeAttempt
{
  GObject         parent_instance;

  LobeClock      *clock;
  LobeServer     *server;
  LobePool       *pool;      /* the same, when it is one */
  char           *model;
  char           *preferred;

  LobeServer     *member;    /* who is asked */
  LobeEndpoint   *endpoint;
  gboolean        has_place;
  gboolean        answers;   /* the first piece came */
  GPtrArray      *tried;     /* of LobeServer */
  guint           n_retries;
  gint64          first_refusal;

  GTask          *task;      /* what the caller waits for */
  LobeRequest    *request;
  LobeDeltaFunc   delta_func;
  gpointer        delta_data;
  LobeStopReason  reason;

  char           *activity;
  GSource        *ticker;
};

G_DEFINE_FINAL_TYPE (LobeAttempt, lobe_attempt, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_SERVER,
  PROP_ACTIVITY,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void choose (LobeAttempt *self);

static void
stop_ticker (LobeAttempt *self)
{
  if (self->ticker != NULL)
    g_source_destroy (self->ticker);
  g_clear_pointer (&self->ticker, g_source_unref);
}

static void
lobe_attempt_dispose (GObject *object)
{
  LobeAttempt *self = LOBE_ATTEMPT (object);

  lobe_attempt_leave (self);

  G_OBJECT_CLASS (lobe_attempt_parent_class)->dispose (object);
}

static void
lobe_attempt_finalize (GObject *object)
{
  LobeAttempt *self = LOBE_ATTEMPT (object);

  g_clear_object (&self->request);
  g_clear_object (&self->member);
  g_clear_object (&self->server);
  g_clear_object (&self->clock);
  g_ptr_array_unref (self->tried);
  g_free (self->model);
  g_free (self->preferred);
  g_free (self->activity);

  G_OBJECT_CLASS (lobe_attempt_parent_class)->finalize (object);
}

static void
lobe_attempt_get_property (GObject    *object,
                           guint       prop_id,
                           GValue     *value,
                           GParamSpec *pspec)
{
  LobeAttempt *self = LOBE_ATTEMPT (object);

  switch (prop_id)
    {
    case PROP_SERVER:
      g_value_set_object (value, self->member);
      break;

    case PROP_ACTIVITY:
      g_value_set_string (value, self->activity);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_attempt_class_init (LobeAttemptClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags read = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = lobe_attempt_dispose;
  object_class->finalize = lobe_attempt_finalize;
  object_class->get_property = lobe_attempt_get_property;

  /**
   * LobeAttempt:server:
   *
   * Who is asked; %NULL before that is decided.
   */
  properties[PROP_SERVER] = g_param_spec_object ("server", NULL, NULL, LOBE_TYPE_SERVER, read);
  /**
   * LobeAttempt:activity:
   *
   * What is waited for, in words for the person; %NULL when nothing is.
   */
  properties[PROP_ACTIVITY] = g_param_spec_string ("activity", NULL, NULL, NULL, read);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lobe_attempt_init (LobeAttempt *self)
{
  self->tried = g_ptr_array_new_with_free_func (g_object_unref);
}

static void
set_activity (LobeAttempt *self,
              const char  *activity)
{
  if (g_set_str (&self->activity, activity))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVITY]);
}

static void
set_member (LobeAttempt *self,
            LobeServer  *member)
{
  if (g_set_object (&self->member, member))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SERVER]);
}

static void
return_error (LobeAttempt *self,
              GError      *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  lobe_attempt_leave (self);
  g_task_return_error (task, error);
}

static gboolean
return_if_cancelled (LobeAttempt *self)
{
  GError *error = NULL;

  if (!g_cancellable_set_error_if_cancelled (g_task_get_cancellable (self->task), &error))
    return FALSE;

  return_error (self, error);

  return TRUE;
}

/* what to do when it does not go */

/* Whether another server may do better. */
static gboolean
is_about_server (const GError *error)
{
  if (error->domain != LOBE_ERROR)
    return TRUE;

  switch ((LobeError) error->code)
    {
    case LOBE_ERROR_POLICY:
    case LOBE_ERROR_CONTEXT_OVERFLOW:
    case LOBE_ERROR_BAD_REQUEST:
    case LOBE_ERROR_CONTENT_FILTER:
    case LOBE_ERROR_INVALID:
    case LOBE_ERROR_STORE:
      return FALSE;

    default:
      return TRUE;
    }
}

/* Whether it is worth waiting as long as the server says; from now on that time is kept by all who ask it. */
static gboolean
may_wait (LobeAttempt  *self,
          const GError *error)
{
  gint64 now = lobe_clock_get_monotonic (self->clock);
  gint64 wait = lobe_error_get_retry_after (error) * G_USEC_PER_SEC;

  if (wait < 0)
    return FALSE;

  if (self->first_refusal == 0)
    self->first_refusal = now;
  wait = MAX (wait, G_USEC_PER_SEC);
  /* a longer time is for the person to see, who may know better */
  lobe_limit_pause (lobe_server_get_limit (self->member), now + MIN (wait, MAX_WAITING));

  return self->n_retries < MAX_RETRIES && now + wait - self->first_refusal <= MAX_WAITING;
}

static gboolean
is_paused (gconstpointer server,
           gconstpointer clock)
{
  return lobe_limit_get_paused_until (lobe_server_get_limit ((LobeServer *) server)) > lobe_clock_get_monotonic ((LobeClock *) clock);
}

/* Another member that can be asked at once? One that is to be left in peace can't, and may come again. */
static gboolean
has_another (LobeAttempt *self)
{
  LobeServer *next = self->pool != NULL
                         ? lobe_pool_choose (self->pool, self->clock, self->model, self->preferred, self->tried)
                         : NULL;

  return next != NULL && !is_paused (next, self->clock);
}

/* Takes @error. */
static void
failed (LobeAttempt *self,
        GError      *error)
{
  g_autoptr (GError) owned = error;
  gboolean may_retry;

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      return_error (self, g_steal_pointer (&owned));
      return;
    }
  if (return_if_cancelled (self))
    return;

  may_retry = may_wait (self, error);
  lobe_attempt_leave (self);
  if (self->pool != NULL)
    lobe_pool_report (self->pool, self->clock, self->member, error);

  if (!self->answers && is_about_server (error))
    {
      g_ptr_array_add (self->tried, g_object_ref (self->member));
      if (has_another (self))
        {
          choose (self);
          return;
        }
      if (may_retry)
        {
          self->n_retries++;
          g_ptr_array_set_size (self->tried, 0);
          choose (self);
          return;
        }
    }

  return_error (self, g_steal_pointer (&owned));
}

/* asking */

static void
delta_cb (const LobeDelta *delta,
          gpointer         user_data)
{
  LobeAttempt *self = user_data;

  if (delta->kind != LOBE_DELTA_USAGE && delta->kind != LOBE_DELTA_PROGRESS && !self->answers)
    {
      self->answers = TRUE;
      if (self->pool != NULL)
        lobe_pool_report (self->pool, self->clock, self->member, NULL);
    }

  if (self->delta_func != NULL)
    self->delta_func (delta, self->delta_data);
}

static void
chat_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (LobeAttempt) self = user_data;
  g_autoptr (GTask) task = NULL;
  GError *error = NULL;
  LobeStopReason reason = lobe_driver_chat_finish (LOBE_DRIVER (object), result, &error);

  if (error != NULL)
    {
      self->reason = reason;
      failed (self, error);
      return;
    }

  lobe_attempt_leave (self);
  self->reason = reason;
  task = g_steal_pointer (&self->task);
  g_task_return_boolean (task, TRUE);
}

static void
ask (LobeAttempt *self)
{
  lobe_driver_chat_async (lobe_server_get_driver (self->member), self->endpoint, self->request, delta_cb,
                          g_object_ref (self), g_object_unref, g_task_get_cancellable (self->task), chat_cb,
                          g_object_ref (self));
}

static void
prepared_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (LobeAttempt) self = user_data;
  g_autoptr (LobeEndpoint) endpoint = NULL;
  GError *error = NULL;

  endpoint = lobe_server_prepare_finish (LOBE_SERVER (object), result, &error);
  if (endpoint == NULL)
    {
      failed (self, error);
      return;
    }
  if (return_if_cancelled (self))
    return;

  g_set_object (&self->endpoint, endpoint);
  if (self->request != NULL)
    ask (self);
  else
    {
      g_autoptr (GTask) task = g_steal_pointer (&self->task);

      g_task_return_boolean (task, TRUE);
    }
}

static gboolean
tick (gpointer user_data)
{
  LobeAttempt *self = user_data;
  LobeLimit *limit = lobe_server_get_limit (self->member);
  gint64 now = lobe_clock_get_monotonic (self->clock);
  gint64 wait = lobe_limit_get_wait (limit, now);
  gint64 seconds = (wait + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC;
  g_autofree char *words = NULL;

  if (wait > 0)
    words = g_strdup_printf (ngettext ("Too many requests; trying again in %d s…", "Too many requests; trying again in %d s…",
                                       (gulong) seconds),
                             (int) seconds);
  else
    words = g_strdup (_("Waiting for a free place…"));
  set_activity (self, words);

  stop_ticker (self);
  self->ticker = lobe_clock_add_timer (self->clock, now + (wait > 0 ? wait - (seconds - 1) * G_USEC_PER_SEC : G_USEC_PER_SEC),
                                       tick, self);

  return G_SOURCE_REMOVE;
}

static void
entered_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (LobeAttempt) self = user_data;
  GError *error = NULL;

  stop_ticker (self);
  set_activity (self, NULL);
  if (!lobe_limit_enter_finish (LOBE_LIMIT (object), result, &error))
    {
      return_error (self, error);
      return;
    }

  self->has_place = TRUE;
  if (!return_if_cancelled (self))
    lobe_server_prepare_async (self->member, self->model, g_task_get_cancellable (self->task), prepared_cb,
                               g_object_ref (self));
}

static void
queue (LobeAttempt *self)
{
  LobeLimit *limit = lobe_server_get_limit (self->member);

  lobe_limit_enter_async (limit, self->clock, g_task_get_cancellable (self->task), entered_cb, g_object_ref (self));
  if (lobe_limit_get_wait (limit, lobe_clock_get_monotonic (self->clock)) > 0 || lobe_limit_get_n_waiting (limit) > 0)
    tick (self);
}

static void
measured_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  g_autoptr (LobeAttempt) self = user_data;
  GError *error = NULL;
  LobeServer *member;

  if (!lobe_pool_measure_finish (self->pool, result, &error))
    {
      return_error (self, error);
      return;
    }

  member = lobe_pool_choose (self->pool, self->clock, self->model, self->preferred, self->tried);
  if (member == NULL)
    {
      return_error (self, g_error_new (LOBE_ERROR, LOBE_ERROR_UNREACHABLE, _("No server of “%s” can be asked."),
                                       lobe_server_get_name (self->server)));
      return;
    }

  /* from here to the queue nothing else happens, so that two who choose at once see each other */
  set_member (self, member);
  queue (self);
}

static void
choose (LobeAttempt *self)
{
  if (self->pool == NULL)
    {
      set_member (self, self->server);
      queue (self);
      return;
    }

  lobe_pool_measure_async (self->pool, self->clock, self->model, g_task_get_cancellable (self->task), measured_cb,
                           g_object_ref (self));
}

/**
 * lobe_attempt_new:
 * @clock: the clock
 * @server: who is asked; of a [class@Pool] a member is
 * @model: (nullable): the model that is to answer
 * @preferred: (nullable): id of the server that answered last in the same chat
 *
 * Returns: (transfer full): an attempt that has not begun
 */
LobeAttempt *
lobe_attempt_new (LobeClock  *clock,
                  LobeServer *server,
                  const char *model,
                  const char *preferred)
{
  LobeAttempt *self;

  g_return_val_if_fail (LOBE_IS_CLOCK (clock), NULL);
  g_return_val_if_fail (LOBE_IS_SERVER (server), NULL);

  self = g_object_new (LOBE_TYPE_ATTEMPT, NULL);
  self->clock = g_object_ref (clock);
  self->server = g_object_ref (server);
  self->pool = LOBE_IS_POOL (server) ? LOBE_POOL (server) : NULL;
  self->model = g_strdup (model);
  self->preferred = g_strdup (preferred);

  return self;
}

/**
 * lobe_attempt_get_server:
 * @self: an attempt
 *
 * Returns: (transfer none) (nullable): who is asked, never a pool; %NULL before that is decided
 */
LobeServer *
lobe_attempt_get_server (LobeAttempt *self)
{
  g_return_val_if_fail (LOBE_IS_ATTEMPT (self), NULL);

  return self->member;
}

/**
 * lobe_attempt_get_endpoint:
 * @self: an attempt
 *
 * Returns: (transfer none) (nullable): how to reach it, while it is prepared
 */
LobeEndpoint *
lobe_attempt_get_endpoint (LobeAttempt *self)
{
  g_return_val_if_fail (LOBE_IS_ATTEMPT (self), NULL);

  return self->endpoint;
}

/**
 * lobe_attempt_get_activity:
 * @self: an attempt
 *
 * Returns: (transfer none) (nullable): what is waited for, in words for the person
 */
const char *
lobe_attempt_get_activity (LobeAttempt *self)
{
  g_return_val_if_fail (LOBE_IS_ATTEMPT (self), NULL);

  return self->activity;
}

/**
 * lobe_attempt_prepare_async:
 * @self: an attempt that has not begun
 * @cancellable: (nullable): to give up
 * @callback: called when a server is ready, or none is
 * @user_data: for @callback
 *
 * Chooses, queues, gets ready. The place is held until the answer has ended, or [method@Attempt.leave].
 */
void
lobe_attempt_prepare_async (LobeAttempt         *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_ATTEMPT (self));
  g_return_if_fail (self->task == NULL && self->member == NULL);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, lobe_attempt_prepare_async);
  choose (self);
}

/**
 * lobe_attempt_prepare_finish:
 * @self: an attempt
 * @result: what the callback was given
 * @error: where to put why no server is ready
 *
 * Returns: whether one is
 */
gboolean
lobe_attempt_prepare_finish (LobeAttempt   *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * lobe_attempt_ask_async: (skip)
 * @self: an attempt that is prepared
 * @request: what to ask
 * @delta_func: hears every piece of the answer; @callback is called after the last
 * @delta_data: for @delta_func
 * @cancellable: (nullable): to stop, the server too
 * @callback: called when the answer has ended
 * @user_data: for @callback
 *
 * Asks; until the first piece of an answer comes also others, or again.
 */
void
lobe_attempt_ask_async (LobeAttempt         *self,
                        LobeRequest         *request,
                        LobeDeltaFunc        delta_func,
                        gpointer             delta_data,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_ATTEMPT (self));
  g_return_if_fail (LOBE_IS_REQUEST (request));
  g_return_if_fail (self->task == NULL && self->endpoint != NULL && self->request == NULL);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, lobe_attempt_ask_async);
  self->request = g_object_ref (request);
  self->delta_func = delta_func;
  self->delta_data = delta_data;
  ask (self);
}

/**
 * lobe_attempt_ask_finish:
 * @self: an attempt
 * @result: what the callback was given
 * @error: where to put why the answer isn't whole
 *
 * Returns: why the model stopped
 */
LobeStopReason
lobe_attempt_ask_finish (LobeAttempt   *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), LOBE_STOP_NONE);

  g_task_propagate_boolean (G_TASK (result), error);

  return self->reason;
}

/**
 * lobe_attempt_leave:
 * @self: an attempt
 *
 * Gives up the place and the endpoint, for an attempt that was cancelled: with the endpoint a local engine may rest.
 */
void
lobe_attempt_leave (LobeAttempt *self)
{
  g_return_if_fail (LOBE_IS_ATTEMPT (self));

  stop_ticker (self);
  g_clear_object (&self->endpoint);
  if (self->has_place)
    {
      self->has_place = FALSE;
      lobe_limit_leave (lobe_server_get_limit (self->member));
    }
}
