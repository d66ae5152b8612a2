/* lobe-pull.c: a model that a server fetches for itself */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-pull.h"

/**
 * LobePull:
 *
 * Has a server fetch a model by its name. What has come the server keeps, also when this is given up.
 */
struct _LobePull
{
  LobeTransfer  parent_instance;

  LobeServer   *server;
};

G_DEFINE_FINAL_TYPE (LobePull, lobe_pull, LOBE_TYPE_TRANSFER)

static void
progress_cb (gint64      received,
             gint64      size,
             const char *words,
             gpointer    user_data)
{
  lobe_transfer_set_progress (LOBE_TRANSFER (user_data), received, size, words);
}

static void
pulled (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (lobe_server_run_library_finish (LOBE_SERVER (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
lobe_pull_run_async (LobeTransfer        *transfer,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  LobePull *self = LOBE_PULL (transfer);
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (LobeModelInfo) model = lobe_model_info_new (lobe_transfer_get_name (transfer), NULL);

  g_task_set_source_tag (task, lobe_pull_run_async);
  lobe_server_run_library_async (self->server, LOBE_LIBRARY_PULL, model, progress_cb, self, cancellable, pulled, task);
}

static gboolean
lobe_pull_run_finish (LobeTransfer  *transfer,
                      GAsyncResult  *result,
                      GError       **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
lobe_pull_finalize (GObject *object)
{
  g_clear_object (&LOBE_PULL (object)->server);

  G_OBJECT_CLASS (lobe_pull_parent_class)->finalize (object);
}

static void
lobe_pull_class_init (LobePullClass *klass)
{
  LobeTransferClass *transfer_class = LOBE_TRANSFER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = lobe_pull_finalize;
  transfer_class->run_async = lobe_pull_run_async;
  transfer_class->run_finish = lobe_pull_run_finish;
}

static void
lobe_pull_init (LobePull *self)
{
}

/**
 * lobe_pull_new:
 * @server: a server that can fetch models
 * @model: what the model is called there
 *
 * Returns: (transfer full): a pull that does nothing yet
 */
LobePull *
lobe_pull_new (LobeServer *server,
               const char *model)
{
  LobePull *self;

  g_return_val_if_fail (LOBE_IS_SERVER (server), NULL);
  g_return_val_if_fail (model != NULL, NULL);

  self = g_object_new (LOBE_TYPE_PULL, "name", model, "source", lobe_server_get_name (server), NULL);
  self->server = g_object_ref (server);

  return self;
}

/**
 * lobe_pull_get_server:
 * @self: a pull
 *
 * Returns: (transfer none): the server that fetches
 */
LobeServer *
lobe_pull_get_server (LobePull *self)
{
  g_return_val_if_fail (LOBE_IS_PULL (self), NULL);

  return self->server;
}
