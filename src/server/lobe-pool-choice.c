/* lobe-pool-choice.c: which member of a pool is asked, by who is there, who is busy, and who knows the conversation */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-pool-private.h"

#include "base/lobe-error.h"
#include "base/lobe-wait.h"
#include "driver/lobe-load-gauge.h"

/* Who has not told by then how busy it is is taken for busier than it seems, ms. */
#define MEASURE_LIMIT_MS 300

/* After a failure a member is left alone for a second, then for twice as long each time, up to a minute, µs. */
#define BACK_OFF G_USEC_PER_SEC
#define MAX_BACK_OFF (60 * G_USEC_PER_SEC)

/* By how many requests the member that knows the conversation may be busier than another and still be asked. */
#define STICKY 1

static guint
count_own (LobePoolMember *member)
{
  LobeLimit *limit = lobe_server_get_limit (member->server);

  return lobe_limit_get_n_running (limit) + lobe_limit_get_n_waiting (limit);
}

/* A member whose models are not known may have it. */
static gboolean
lacks (LobePool       *self,
       LobePoolMember *member,
       const char     *model)
{
  if (model == NULL || lobe_server_get_state (member->server) != LOBE_SERVER_ONLINE ||
      lobe_server_find_model (member->server, model) != NULL)
    return FALSE;

  /* if nobody has it, its server is the one to say so */
  return lobe_server_find_model (LOBE_SERVER (self), model) != NULL;
}

typedef struct
{
  LobePool   *pool;
  LobeServer *server;
  LobeClock  *clock;
  LobeWait   *wait;
  char       *model;
  LobePoolRound      *round;
} Measuring;

static void
measuring_end (Measuring *measuring)
{
  lobe_pool_round_end_one (measuring->round);
  lobe_wait_free (measuring->wait);
  g_object_unref (measuring->pool);
  g_object_unref (measuring->server);
  g_object_unref (measuring->clock);
  g_free (measuring->model);
  g_free (measuring);
}

static void
measured (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  Measuring *measuring = user_data;
  g_autoptr (GError) error = NULL;
  gint64 load = lobe_load_gauge_measure_finish (LOBE_LOAD_GAUGE (source), result, &error);
  LobePoolMember *member = lobe_pool_find_member (measuring->pool, measuring->server);

  if (member != NULL && load >= 0)
    member->others = MAX (load - lobe_limit_get_n_running (lobe_server_get_limit (measuring->server)), 0);
  else if (member != NULL && lobe_wait_is_over (measuring->wait))
    member->others = MAX (member->others, 1);
  else if (member != NULL && g_error_matches (error, LOBE_ERROR, LOBE_ERROR_UNREACHABLE))
    lobe_pool_report (measuring->pool, measuring->clock, measuring->server, error);
  else if (member != NULL)
    member->others = 0;

  measuring_end (measuring);
}

static void
prepared_to_measure (GObject      *source,
                     GAsyncResult *result,
                     gpointer      user_data)
{
  Measuring *measuring = user_data;
  g_autoptr (LobeEndpoint) endpoint = lobe_server_prepare_finish (LOBE_SERVER (source), result, NULL);

  /* why not is for the one to hear who asks it a question */
  if (endpoint == NULL)
    measuring_end (measuring);
  else
    lobe_load_gauge_measure_async (LOBE_LOAD_GAUGE (lobe_server_get_driver (measuring->server)), endpoint, measuring->model,
                                   lobe_wait_get_cancellable (measuring->wait), measured, measuring);
}

static void
checked (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  Measuring *measuring = user_data;
  g_autoptr (GError) error = NULL;
  gboolean back = lobe_server_refresh_finish (LOBE_SERVER (source), result, &error);
  LobePoolMember *member = lobe_pool_find_member (measuring->pool, measuring->server);

  if (member != NULL)
    {
      member->checking = FALSE;
      if (!back)
        lobe_pool_report (measuring->pool, measuring->clock, measuring->server, error);
    }
  measuring_end (measuring);
}

static Measuring *
measuring_new (LobePool       *self,
               LobePoolMember *member,
               LobeClock      *clock,
               const char     *model,
               LobePoolRound  *round,
               GCancellable   *cancellable)
{
  Measuring *measuring = g_new0 (Measuring, 1);

  measuring->pool = g_object_ref (self);
  measuring->server = g_object_ref (member->server);
  measuring->clock = g_object_ref (clock);
  measuring->model = g_strdup (model);
  measuring->wait = lobe_wait_new (cancellable);
  measuring->round = round;
  round->n_pending++;

  return measuring;
}

static void
nobody_waits (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
}

/**
 * lobe_pool_measure_async:
 * @self: a pool
 * @clock: the clock
 * @model: (nullable): the model that is to answer
 * @cancellable: (nullable): to give up
 * @callback: called when it is known how busy the members are, after 0.3 s at the latest
 * @user_data: for @callback
 *
 * Asks the members how busy they are, where they can tell, before [method@Pool.choose]. Those that failed and have been
 * left alone for long enough are asked whether they are back; nobody waits for that.
 */
void
lobe_pool_measure_async (LobePool            *self,
                         LobeClock           *clock,
                         const char          *model,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  gint64 now;
  LobePoolRound *round;
  LobePoolRound *checks;

  g_return_if_fail (LOBE_IS_POOL (self));
  g_return_if_fail (LOBE_IS_CLOCK (clock));

  now = lobe_clock_get_monotonic (clock);
  round = lobe_pool_round_new (self, lobe_pool_measure_async, cancellable, callback, user_data);
  checks = lobe_pool_round_new (self, checked, NULL, nobody_waits, NULL);

  for (guint i = 0; i < self->members->len; i++)
    {
      LobePoolMember *member = self->members->pdata[i];
      Measuring *measuring;

      if (member->down)
        {
          if (member->checking || now < member->retry || lobe_server_get_state (member->server) == LOBE_SERVER_CONNECTING)
            continue;
          member->checking = TRUE;
          measuring = measuring_new (self, member, clock, model, checks, NULL);
          lobe_server_refresh_async (member->server, NULL, checked, measuring);
        }
      else if (self->members->len > 1 && LOBE_IS_LOAD_GAUGE (lobe_server_get_driver (member->server)) &&
               !lacks (self, member, model))
        {
          measuring = measuring_new (self, member, clock, model, round, cancellable);
          lobe_wait_set_timeout (measuring->wait, MEASURE_LIMIT_MS);
          lobe_server_prepare_async (member->server, model, lobe_wait_get_cancellable (measuring->wait), prepared_to_measure, measuring);
        }
    }

  lobe_pool_round_end_one (checks);
  lobe_pool_round_end_one (round);
}

/**
 * lobe_pool_measure_finish:
 * @self: a pool
 * @result: what the callback was given
 * @error: where to put that it was cancelled
 *
 * Returns: %FALSE when it was cancelled
 */
gboolean
lobe_pool_measure_finish (LobePool      *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Whether @a is the better choice: up before down, free before waiting, then less busy, then less used. */
static gboolean
is_better (LobePoolMember *a,
           LobePoolMember *b,
           gint64          now)
{
  LobeLimit *limit_a = lobe_server_get_limit (a->server);
  LobeLimit *limit_b = lobe_server_get_limit (b->server);
  gint64 wait_a = lobe_limit_get_wait (limit_a, now);
  gint64 wait_b = lobe_limit_get_wait (limit_b, now);

  if (a->down != b->down)
    return b->down;
  if (a->down && a->retry != b->retry)
    return a->retry < b->retry;
  if (wait_a != wait_b)
    return wait_a < wait_b;
  if (lobe_limit_is_full (limit_a) != lobe_limit_is_full (limit_b))
    return lobe_limit_is_full (limit_b);
  if (count_own (a) + a->others != count_own (b) + b->others)
    return count_own (a) + a->others < count_own (b) + b->others;

  return lobe_limit_get_n_served (limit_a) < lobe_limit_get_n_served (limit_b);
}

static gboolean
may_stick (LobePoolMember *preferred,
           LobePoolMember *best,
           gint64          now)
{
  LobeLimit *limit = lobe_server_get_limit (preferred->server);

  return !preferred->down && !lobe_limit_is_full (limit) && lobe_limit_get_wait (limit, now) == 0 &&
         count_own (preferred) + preferred->others <= count_own (best) + best->others + STICKY;
}

/**
 * lobe_pool_choose:
 * @self: a pool
 * @clock: the clock
 * @model: (nullable): the model that is to answer
 * @preferred: (nullable): id of the server that answered last in the chat
 * @except: (nullable) (element-type LobeServer): members that have been asked already
 *
 * Chooses who is asked. A member that failed is chosen only when there is no other.
 *
 * Returns: (transfer none) (nullable): the member; %NULL when all are in @except
 */
LobeServer *
lobe_pool_choose (LobePool   *self,
                  LobeClock  *clock,
                  const char *model,
                  const char *preferred,
                  GPtrArray  *except)
{
  LobePoolMember *best = NULL;
  LobePoolMember *known = NULL;
  gint64 now;

  g_return_val_if_fail (LOBE_IS_POOL (self), NULL);
  g_return_val_if_fail (LOBE_IS_CLOCK (clock), NULL);

  now = lobe_clock_get_monotonic (clock);
  for (guint i = 0; i < self->members->len; i++)
    {
      LobePoolMember *member = self->members->pdata[i];

      if ((except != NULL && g_ptr_array_find (except, member->server, NULL)) || lacks (self, member, model))
        continue;
      if (g_strcmp0 (lobe_server_get_id (member->server), preferred) == 0)
        known = member;
      if (best == NULL || is_better (member, best, now))
        best = member;
    }

  if (known != NULL && may_stick (known, best, now))
    best = known;

  return best != NULL ? best->server : NULL;
}

static gboolean
means_down (const GError *error)
{
  if (error->domain != LOBE_ERROR)
    return FALSE;

  switch ((LobeError) error->code)
    {
    case LOBE_ERROR_UNREACHABLE:
    case LOBE_ERROR_TIMED_OUT:
    case LOBE_ERROR_TLS:
    case LOBE_ERROR_PROXY:
    case LOBE_ERROR_AUTHENTICATION:
    case LOBE_ERROR_FORBIDDEN:
    case LOBE_ERROR_NOT_FOUND:
    case LOBE_ERROR_LOADING:
    case LOBE_ERROR_INTERRUPTED:
    case LOBE_ERROR_CRASHED:
      return TRUE;

    default: /* busy, or it is the request's fault */
      return FALSE;
    }
}

/**
 * lobe_pool_report:
 * @self: a pool
 * @clock: the clock
 * @server: a member
 * @error: (nullable): why it did not answer; %NULL when it does
 *
 * Tells what became of a request.
 */
void
lobe_pool_report (LobePool     *self,
                  LobeClock    *clock,
                  LobeServer   *server,
                  const GError *error)
{
  LobePoolMember *member;
  gint64 delay;

  g_return_if_fail (LOBE_IS_POOL (self));

  member = lobe_pool_find_member (self, server);
  if (member == NULL)
    return;

  if (error == NULL)
    {
      member->failures = 0;
      if (member->down)
        lobe_server_set_state (server, g_list_model_get_n_items (lobe_server_get_models (server)) > 0 ? LOBE_SERVER_ONLINE : LOBE_SERVER_UNKNOWN, NULL);
      return;
    }

  if (!means_down (error))
    return;

  delay = MIN (BACK_OFF << MIN (member->failures, 16), MAX_BACK_OFF);
  member->failures++;
  /* not all desks of a house at once */
  member->retry = lobe_clock_get_monotonic (clock) + (gint64) ((double) delay * (0.5 + lobe_clock_get_random (clock) / 2));
  lobe_server_set_state (server, LOBE_SERVER_OFFLINE, error);
}
