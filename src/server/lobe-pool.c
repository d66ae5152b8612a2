/* lobe-pool.c: several servers with the same models that stand in for each other, shown as one */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-pool.h"

#include "base/lobe-error.h"
#include "base/lobe-wait.h"
#include "driver/lobe-load-gauge.h"

#include <glib/gi18n-lib.h>

/* Who has not told by then how busy it is is taken for busier than it seems, ms. */
#define MEASURE_LIMIT_MS 300

/* After a failure a member is left alone for a second, then for twice as long each time, up to a minute, µs. */
#define BACK_OFF G_USEC_PER_SEC
#define MAX_BACK_OFF (60 * G_USEC_PER_SEC)

/* By how many requests the member that knows the conversation may be busier than another and still be asked. */
#define STICKY 1

/**
 * LobePool:
 *
 * Several servers with the same models, before the person one server: its models are those of all members. Each request
 * goes to one of them: to the one that answered last in the chat, as it holds the conversation in its prompt cache,
 * unless another is clearly less busy; otherwise to the least busy one. A member that failed is left alone for a while
 * that doubles with each failure; when that is over and the pool is used, it is asked for its models in the background,
 * and is back if it answers.
 *
 * The pool chooses; [class@Attempt] asks, and goes to the next.
 */
struct _LobePool
{
  LobeServer parent_instance;

  GPtrArray *members; /* of Member */
};

typedef struct
{
  LobeServer *server;
  gboolean    down;     /* it failed, and has not answered since */
  gboolean    checking; /* it is being asked whether it is back */
  guint       failures; /* in a row */
  gint64      retry;    /* before this moment it is not asked again */
  gint64      others;   /* requests that are not ours, when it was measured last */
  guint       chosen;   /* the number of the choice that fell on it last */
} Member;

G_DEFINE_FINAL_TYPE (LobePool, lobe_pool, LOBE_TYPE_SERVER)

enum
{
  PROP_0,
  PROP_N_MEMBERS,
  PROP_N_REACHABLE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
member_free (gpointer data)
{
  Member *member = data;

  g_object_unref (member->server);
  g_free (member);
}

static Member *
find_member (LobePool   *self,
             LobeServer *server)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      Member *member = self->members->pdata[i];

      if (member->server == server)
        return member;
    }

  return NULL;
}

/* what the pool shows of its members */

static void
merge_models (LobePool *self)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < self->members->len; i++)
    {
      Member *member = self->members->pdata[i];
      GListModel *offered = lobe_server_get_models (member->server);

      for (guint j = 0; j < g_list_model_get_n_items (offered); j++)
        {
          g_autoptr (LobeModelInfo) info = g_list_model_get_item (offered, j);
          gint64 context = lobe_model_info_get_context_length (info);
          LobeModelInfo *merged = g_hash_table_lookup (seen, lobe_model_info_get_id (info));

          if (merged == NULL)
            {
              merged = lobe_model_info_new (lobe_model_info_get_id (info), lobe_model_info_get_name (info));
              lobe_model_info_set_capabilities (merged, lobe_model_info_get_capabilities (info));
              lobe_model_info_set_context_length (merged, context);
              lobe_model_info_set_size (merged, lobe_model_info_get_size (info));
              lobe_model_info_set_loaded (merged, lobe_model_info_get_loaded (info));
              g_ptr_array_add (models, merged);
              g_hash_table_insert (seen, (gpointer) lobe_model_info_get_id (merged), merged);
              continue;
            }

          /* what holds wherever it goes */
          lobe_model_info_set_capabilities (merged, lobe_model_info_get_capabilities (merged) & lobe_model_info_get_capabilities (info));
          if (context > 0 && (lobe_model_info_get_context_length (merged) == 0 ||
                              context < lobe_model_info_get_context_length (merged)))
            lobe_model_info_set_context_length (merged, context);
          lobe_model_info_set_loaded (merged, lobe_model_info_get_loaded (merged) || lobe_model_info_get_loaded (info));
        }
    }

  lobe_server_set_models (LOBE_SERVER (self), models);
}

static void
update_state (LobePool *self)
{
  LobeServerState state = LOBE_SERVER_OFFLINE;
  const GError *error = NULL;

  for (guint i = 0; i < self->members->len; i++)
    {
      Member *member = self->members->pdata[i];
      LobeServerState other = lobe_server_get_state (member->server);

      if (other == LOBE_SERVER_OFFLINE && error == NULL)
        error = lobe_server_get_error (member->server);
      else if (other == LOBE_SERVER_ONLINE)
        state = other;
      else if (other != LOBE_SERVER_OFFLINE && state != LOBE_SERVER_ONLINE)
        state = other;
    }

  lobe_server_set_state (LOBE_SERVER (self), state, state == LOBE_SERVER_OFFLINE ? error : NULL);
}

static void
state_cb (LobeServer *server,
          GParamSpec *pspec,
          LobePool   *self)
{
  Member *member = find_member (self, server);
  LobeServerState state = lobe_server_get_state (server);
  gboolean down = state == LOBE_SERVER_OFFLINE || (state == LOBE_SERVER_CONNECTING && member->down);

  if (state == LOBE_SERVER_ONLINE)
    member->failures = 0;
  if (member->down != down)
    {
      member->down = down;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_REACHABLE]);
    }
  update_state (self);
}

/* object */

static void
watch (LobePool *self,
       Member   *member)
{
  g_signal_connect (member->server, "notify::state", G_CALLBACK (state_cb), self);
  g_signal_connect_swapped (lobe_server_get_models (member->server), "items-changed", G_CALLBACK (merge_models), self);
}

static void
unwatch (LobePool *self,
         Member   *member)
{
  g_signal_handlers_disconnect_by_data (member->server, self);
  g_signal_handlers_disconnect_by_data (lobe_server_get_models (member->server), self);
}

static void
lobe_pool_dispose (GObject *object)
{
  LobePool *self = LOBE_POOL (object);

  for (guint i = 0; i < self->members->len; i++)
    unwatch (self, self->members->pdata[i]);
  g_ptr_array_set_size (self->members, 0);

  G_OBJECT_CLASS (lobe_pool_parent_class)->dispose (object);
}

static void
lobe_pool_finalize (GObject *object)
{
  g_ptr_array_unref (LOBE_POOL (object)->members);

  G_OBJECT_CLASS (lobe_pool_parent_class)->finalize (object);
}

static void
lobe_pool_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  LobePool *self = LOBE_POOL (object);

  switch (prop_id)
    {
    case PROP_N_MEMBERS:
      g_value_set_uint (value, lobe_pool_get_n_members (self));
      break;

    case PROP_N_REACHABLE:
      g_value_set_uint (value, lobe_pool_get_n_reachable (self));
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

/* asking for models */

typedef struct
{
  GTask    *task;
  guint     n_pending;
  gboolean  any;
  GError   *error;
} Round;

static void
round_end_one (Round *round)
{
  if (--round->n_pending > 0)
    return;

  if (round->any || round->error == NULL)
    g_task_return_boolean (round->task, TRUE);
  else
    g_task_return_error (round->task, g_steal_pointer (&round->error));
  g_clear_error (&round->error);
  g_object_unref (round->task);
  g_free (round);
}

static void
member_refreshed (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  Round *round = user_data;

  if (lobe_server_refresh_finish (LOBE_SERVER (source), result, round->error == NULL ? &round->error : NULL))
    round->any = TRUE;
  round_end_one (round);
}

static Round *
round_new (LobePool            *self,
           gpointer             tag,
           GCancellable        *cancellable,
           GAsyncReadyCallback  callback,
           gpointer             user_data)
{
  Round *round = g_new0 (Round, 1);

  round->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (round->task, tag);
  round->n_pending = 1; /* until all have been asked */

  return round;
}

static void
lobe_pool_refresh_async (LobeServer          *server,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  LobePool *self = LOBE_POOL (server);
  Round *round = round_new (self, lobe_pool_refresh_async, cancellable, callback, user_data);

  round->n_pending += self->members->len;
  for (guint i = 0, n = self->members->len; i < n; i++)
    lobe_server_refresh_async (((Member *) self->members->pdata[i])->server, cancellable, member_refreshed, round);
  round_end_one (round);
}

static gboolean
lobe_pool_refresh_finish (LobeServer    *server,
                          GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
member_prepared (GObject      *source,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  LobeEndpoint *endpoint = lobe_server_prepare_finish (LOBE_SERVER (source), result, &error);

  if (endpoint != NULL)
    g_task_return_pointer (task, endpoint, g_object_unref);
  else
    g_task_return_error (task, error);
}

/* For whoever asks the pool itself, with its driver, and has no question for a model: any member will do that is up. */
static void
lobe_pool_prepare_async (LobeServer          *server,
                         const char          *model,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  LobePool *self = LOBE_POOL (server);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  Member *chosen = NULL;

  g_task_set_source_tag (task, lobe_pool_prepare_async);
  for (guint i = 0; i < self->members->len; i++)
    {
      Member *member = self->members->pdata[i];

      if (lobe_server_get_driver (member->server) == lobe_server_get_driver (server) &&
          (chosen == NULL || (chosen->down && !member->down)))
        chosen = member;
    }

  if (chosen != NULL)
    lobe_server_prepare_async (chosen->server, model, cancellable, member_prepared, task);
  else
    {
      g_task_return_new_error (task, LOBE_ERROR, LOBE_ERROR_UNREACHABLE, _("No server of “%s” can be asked."),
                               lobe_server_get_name (server));
      g_object_unref (task);
    }
}

static LobeEndpoint *
lobe_pool_prepare_finish (LobeServer    *server,
                          GAsyncResult  *result,
                          GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
lobe_pool_is_local (LobeServer *server)
{
  LobePool *self = LOBE_POOL (server);

  for (guint i = 0; i < self->members->len; i++)
    {
      if (!lobe_server_is_local (((Member *) self->members->pdata[i])->server))
        return FALSE;
    }

  return TRUE;
}

static gboolean
lobe_pool_can_prefill (LobeServer *server)
{
  LobePool *self = LOBE_POOL (server);

  for (guint i = 0; i < self->members->len; i++)
    {
      if (!lobe_server_can_prefill (((Member *) self->members->pdata[i])->server))
        return FALSE;
    }

  return TRUE;
}

static void
lobe_pool_class_init (LobePoolClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  LobeServerClass *server_class = LOBE_SERVER_CLASS (klass);
  GParamFlags read = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->dispose = lobe_pool_dispose;
  object_class->finalize = lobe_pool_finalize;
  object_class->get_property = lobe_pool_get_property;

  server_class->refresh_async = lobe_pool_refresh_async;
  server_class->refresh_finish = lobe_pool_refresh_finish;
  server_class->prepare_async = lobe_pool_prepare_async;
  server_class->prepare_finish = lobe_pool_prepare_finish;
  server_class->is_local = lobe_pool_is_local;
  server_class->can_prefill = lobe_pool_can_prefill;

  properties[PROP_N_MEMBERS] = g_param_spec_uint ("n-members", NULL, NULL, 0, G_MAXUINT, 0, read);
  properties[PROP_N_REACHABLE] = g_param_spec_uint ("n-reachable", NULL, NULL, 0, G_MAXUINT, 0, read);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lobe_pool_init (LobePool *self)
{
  self->members = g_ptr_array_new_with_free_func (member_free);
}

/**
 * lobe_pool_make_id:
 * @name: the word that its members have in common
 *
 * Returns: (transfer full): the id under which chats remember the pool
 */
char *
lobe_pool_make_id (const char *name)
{
  g_autofree char *plain = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  plain = g_strdup (name);

  return g_strconcat ("pool:", g_strdelimit (plain, "/", '-'), NULL);
}

/**
 * lobe_pool_new:
 * @name: the word that its members have in common
 * @first: the first member, which is not added yet; protocol and address of the pool are its
 *
 * Returns: (transfer full): a pool without members
 */
LobePool *
lobe_pool_new (const char *name,
               LobeServer *first)
{
  g_autofree char *id = NULL;

  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (LOBE_IS_SERVER (first), NULL);

  id = lobe_pool_make_id (name);

  return g_object_new (LOBE_TYPE_POOL,
                       "http", lobe_server_get_http (first),
                       "driver", lobe_server_get_driver (first),
                       "id", id,
                       "name", name,
                       "base-url", lobe_server_get_base_url (first),
                       "origin", (guint) LOBE_SERVER_POOLED,
                       NULL);
}

/**
 * lobe_pool_add:
 * @self: a pool
 * @server: a server
 *
 * Makes @server the last member.
 */
void
lobe_pool_add (LobePool   *self,
               LobeServer *server)
{
  Member *member;

  g_return_if_fail (LOBE_IS_POOL (self));
  g_return_if_fail (LOBE_IS_SERVER (server) && !LOBE_IS_POOL (server));

  if (find_member (self, server) != NULL)
    return;

  member = g_new0 (Member, 1);
  member->server = g_object_ref (server);
  member->down = lobe_server_get_state (server) == LOBE_SERVER_OFFLINE;
  g_ptr_array_add (self->members, member);
  watch (self, member);
  merge_models (self);
  update_state (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_MEMBERS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_REACHABLE]);
}

/**
 * lobe_pool_remove:
 * @self: a pool
 * @server: a member
 *
 * Asks @server no more. What it is answering it goes on with.
 */
void
lobe_pool_remove (LobePool   *self,
                  LobeServer *server)
{
  Member *member;

  g_return_if_fail (LOBE_IS_POOL (self));

  member = find_member (self, server);
  if (member == NULL)
    return;

  unwatch (self, member);
  g_ptr_array_remove (self->members, member);
  merge_models (self);
  update_state (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_MEMBERS]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_REACHABLE]);
}

/**
 * lobe_pool_contains:
 * @self: a pool
 * @server: a server
 *
 * Returns: whether @server is a member
 */
gboolean
lobe_pool_contains (LobePool   *self,
                    LobeServer *server)
{
  g_return_val_if_fail (LOBE_IS_POOL (self), FALSE);

  return find_member (self, server) != NULL;
}

/**
 * lobe_pool_get_n_members:
 * @self: a pool
 *
 * Returns: how many members it has
 */
guint
lobe_pool_get_n_members (LobePool *self)
{
  g_return_val_if_fail (LOBE_IS_POOL (self), 0);

  return self->members->len;
}

/**
 * lobe_pool_get_member:
 * @self: a pool
 * @index: which one, less than lobe_pool_get_n_members ()
 *
 * Returns: (transfer none): a member
 */
LobeServer *
lobe_pool_get_member (LobePool *self,
                      guint     index)
{
  g_return_val_if_fail (LOBE_IS_POOL (self), NULL);
  g_return_val_if_fail (index < self->members->len, NULL);

  return ((Member *) self->members->pdata[index])->server;
}

/**
 * lobe_pool_get_n_reachable:
 * @self: a pool
 *
 * Returns: how many of its members are not known to be down
 */
guint
lobe_pool_get_n_reachable (LobePool *self)
{
  guint n = 0;

  g_return_val_if_fail (LOBE_IS_POOL (self), 0);

  for (guint i = 0; i < self->members->len; i++)
    n += !((Member *) self->members->pdata[i])->down;

  return n;
}

/* choosing */

static guint
count_own (Member *member)
{
  LobeLimit *limit = lobe_server_get_limit (member->server);

  return lobe_limit_get_n_running (limit) + lobe_limit_get_n_waiting (limit);
}

/* A member whose models are not known may have it. */
static gboolean
lacks (LobePool   *self,
       Member     *member,
       const char *model)
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
  Round      *round;
} Measuring;

static void
measuring_end (Measuring *measuring)
{
  round_end_one (measuring->round);
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
  Member *member = find_member (measuring->pool, measuring->server);

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
  Member *member = find_member (measuring->pool, measuring->server);

  if (member != NULL)
    {
      member->checking = FALSE;
      if (!back)
        lobe_pool_report (measuring->pool, measuring->clock, measuring->server, error);
    }
  measuring_end (measuring);
}

static Measuring *
measuring_new (LobePool     *self,
               Member       *member,
               LobeClock    *clock,
               const char   *model,
               Round        *round,
               GCancellable *cancellable)
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
  Round *round;
  Round *checks;

  g_return_if_fail (LOBE_IS_POOL (self));
  g_return_if_fail (LOBE_IS_CLOCK (clock));

  now = lobe_clock_get_monotonic (clock);
  round = round_new (self, lobe_pool_measure_async, cancellable, callback, user_data);
  checks = round_new (self, checked, NULL, nobody_waits, NULL);

  for (guint i = 0; i < self->members->len; i++)
    {
      Member *member = self->members->pdata[i];
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

  round_end_one (checks);
  round_end_one (round);
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
is_better (Member *a,
           Member *b,
           gint64  now)
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
may_stick (Member *preferred,
           Member *best,
           gint64  now)
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
  Member *best = NULL;
  Member *known = NULL;
  gint64 now;

  g_return_val_if_fail (LOBE_IS_POOL (self), NULL);
  g_return_val_if_fail (LOBE_IS_CLOCK (clock), NULL);

  now = lobe_clock_get_monotonic (clock);
  for (guint i = 0; i < self->members->len; i++)
    {
      Member *member = self->members->pdata[i];

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
  Member *member;
  gint64 delay;

  g_return_if_fail (LOBE_IS_POOL (self));

  member = find_member (self, server);
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
