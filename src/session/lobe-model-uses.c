/* lobe-model-uses.c: favourite models, and those chosen last */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-model-uses.h"

/**
 * LobeModelUses:
 *
 * Which models the person has marked, and when each was chosen last. What changes is kept in the store at once.
 */
struct _LobeModelUses
{
  GObject     parent_instance;

  LobeStore  *store;
  GHashTable *uses; /* "server\nmodel" → LobeModelUse */
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeModelUses, lobe_model_uses, G_TYPE_OBJECT)

static char *
make_key (const char *server,
          const char *model)
{
  return g_strconcat (server, "\n", model, NULL);
}

static LobeModelUse *
find_use (LobeModelUses *self,
          const char    *server,
          const char    *model)
{
  g_autofree char *key = make_key (server, model);

  return g_hash_table_lookup (self->uses, key);
}

static LobeModelUse *
ensure_use (LobeModelUses *self,
            const char    *server,
            const char    *model)
{
  LobeModelUse *use = find_use (self, server, model);

  if (use == NULL)
    {
      use = lobe_model_use_new (server, model, FALSE, 0);
      g_hash_table_insert (self->uses, make_key (server, model), use);
    }

  return use;
}

static void
save_use (LobeModelUses *self,
          LobeModelUse  *use)
{
  lobe_store_save_model_use (self->store, use);
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
lobe_model_uses_finalize (GObject *object)
{
  LobeModelUses *self = LOBE_MODEL_USES (object);

  g_clear_object (&self->store);
  g_hash_table_unref (self->uses);

  G_OBJECT_CLASS (lobe_model_uses_parent_class)->finalize (object);
}

static void
lobe_model_uses_class_init (LobeModelUsesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_model_uses_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
lobe_model_uses_init (LobeModelUses *self)
{
  self->uses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) lobe_model_use_free);
}

/**
 * lobe_model_uses_new:
 * @store: where they are kept
 *
 * Returns: (transfer full): none yet
 */
LobeModelUses *
lobe_model_uses_new (LobeStore *store)
{
  LobeModelUses *self;

  g_return_val_if_fail (LOBE_IS_STORE (store), NULL);

  self = g_object_new (LOBE_TYPE_MODEL_USES, NULL);
  self->store = g_object_ref (store);

  return self;
}

static void
loaded (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) uses = NULL;
  LobeModelUses *self = g_task_get_source_object (task);
  GError *error = NULL;

  uses = lobe_store_load_model_uses_finish (LOBE_STORE (source), result, &error);
  if (uses == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  while (uses->len > 0)
    {
      LobeModelUse *use = g_ptr_array_steal_index_fast (uses, uses->len - 1);

      /* what was done here meanwhile is newer */
      if (find_use (self, use->server, use->model) == NULL)
        g_hash_table_insert (self->uses, make_key (use->server, use->model), use);
      else
        lobe_model_use_free (use);
    }
  g_signal_emit (self, signals[CHANGED], 0);
  g_task_return_boolean (task, TRUE);
}

/**
 * lobe_model_uses_load_async:
 * @self: the uses
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * Reads them from the store.
 */
void
lobe_model_uses_load_async (LobeModelUses       *self,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (LOBE_IS_MODEL_USES (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_model_uses_load_async);
  lobe_store_load_model_uses_async (self->store, cancellable, loaded, task);
}

/**
 * lobe_model_uses_load_finish:
 * @self: the uses
 * @result: what the callback was given
 * @error: where to put what went wrong
 *
 * Returns: whether they were read
 */
gboolean
lobe_model_uses_load_finish (LobeModelUses  *self,
                             GAsyncResult   *result,
                             GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * lobe_model_uses_is_favourite:
 * @self: the uses
 * @server: id of a server
 * @model: id of a model
 *
 * Returns: whether the person has marked it
 */
gboolean
lobe_model_uses_is_favourite (LobeModelUses *self,
                              const char    *server,
                              const char    *model)
{
  LobeModelUse *use;

  g_return_val_if_fail (LOBE_IS_MODEL_USES (self), FALSE);

  use = find_use (self, server, model);

  return use != NULL && use->favourite;
}

/**
 * lobe_model_uses_set_favourite:
 * @self: the uses
 * @server: id of a server
 * @model: id of a model
 * @favourite: whether it is to stand first
 */
void
lobe_model_uses_set_favourite (LobeModelUses *self,
                               const char    *server,
                               const char    *model,
                               gboolean       favourite)
{
  LobeModelUse *use;

  g_return_if_fail (LOBE_IS_MODEL_USES (self));
  g_return_if_fail (server != NULL && model != NULL);

  use = ensure_use (self, server, model);
  if (use->favourite == favourite)
    return;

  use->favourite = favourite;
  save_use (self, use);
}

/**
 * lobe_model_uses_get_used:
 * @self: the uses
 * @server: id of a server
 * @model: id of a model
 *
 * Returns: when it was chosen last, µs since 1970; 0 never
 */
gint64
lobe_model_uses_get_used (LobeModelUses *self,
                          const char    *server,
                          const char    *model)
{
  LobeModelUse *use;

  g_return_val_if_fail (LOBE_IS_MODEL_USES (self), 0);

  use = find_use (self, server, model);

  return use != NULL ? use->used : 0;
}

/**
 * lobe_model_uses_set_used:
 * @self: the uses
 * @server: id of a server
 * @model: id of a model
 * @time: when it was chosen, µs since 1970
 */
void
lobe_model_uses_set_used (LobeModelUses *self,
                          const char    *server,
                          const char    *model,
                          gint64         time)
{
  LobeModelUse *use;

  g_return_if_fail (LOBE_IS_MODEL_USES (self));
  g_return_if_fail (server != NULL && model != NULL);

  use = ensure_use (self, server, model);
  if (use->used >= time)
    return;

  use->used = time;
  save_use (self, use);
}
