/* lobe-pool.c: several servers with the same models that stand in for each other, shown as one */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-pool-private.h"

#include "base/lobe-error.h"

#include <glib/gi18n-lib.h>

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
  LobePoolMember *member = data;

  g_object_unref (member->server);
  g_free (member);
}

LobePoolMember *
lobe_pool_find_member (LobePool   *self,
                       LobeServer *server)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      LobePoolMember *member = self->members->pdata[i];

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
      LobePoolMember *member = self->members->pdata[i];
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
      LobePoolMember *member = self->members->pdata[i];
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
  LobePoolMember *member = lobe_pool_find_member (self, server);
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
watch (LobePool       *self,
       LobePoolMember *member)
{
  g_signal_connect (member->server, "notify::state", G_CALLBACK (state_cb), self);
  g_signal_connect_swapped (lobe_server_get_models (member->server), "items-changed", G_CALLBACK (merge_models), self);
}

static void
unwatch (LobePool       *self,
         LobePoolMember *member)
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

void
lobe_pool_round_end_one (LobePoolRound *round)
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
  LobePoolRound *round = user_data;

  if (lobe_server_refresh_finish (LOBE_SERVER (source), result, round->error == NULL ? &round->error : NULL))
    round->any = TRUE;
  lobe_pool_round_end_one (round);
}

/* A round of questions to members, that ends with the last answer: well, if one was good or none went wrong. */
LobePoolRound *
lobe_pool_round_new (LobePool            *self,
                     gpointer             tag,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  LobePoolRound *round = g_new0 (LobePoolRound, 1);

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
  LobePoolRound *round = lobe_pool_round_new (self, lobe_pool_refresh_async, cancellable, callback, user_data);

  round->n_pending += self->members->len;
  for (guint i = 0, n = self->members->len; i < n; i++)
    lobe_server_refresh_async (((LobePoolMember *) self->members->pdata[i])->server, cancellable, member_refreshed, round);
  lobe_pool_round_end_one (round);
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
  LobePoolMember *chosen = NULL;

  g_task_set_source_tag (task, lobe_pool_prepare_async);
  for (guint i = 0; i < self->members->len; i++)
    {
      LobePoolMember *member = self->members->pdata[i];

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
      if (!lobe_server_is_local (((LobePoolMember *) self->members->pdata[i])->server))
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
      if (!lobe_server_can_prefill (((LobePoolMember *) self->members->pdata[i])->server))
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
  LobePoolMember *member;

  g_return_if_fail (LOBE_IS_POOL (self));
  g_return_if_fail (LOBE_IS_SERVER (server) && !LOBE_IS_POOL (server));

  if (lobe_pool_find_member (self, server) != NULL)
    return;

  member = g_new0 (LobePoolMember, 1);
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
  LobePoolMember *member;

  g_return_if_fail (LOBE_IS_POOL (self));

  member = lobe_pool_find_member (self, server);
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

  return lobe_pool_find_member (self, server) != NULL;
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

  return ((LobePoolMember *) self->members->pdata[index])->server;
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
    n += !((LobePoolMember *) self->members->pdata[i])->down;

  return n;
}
