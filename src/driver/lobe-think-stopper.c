/* lobe-think-stopper.c: what some servers can be told while they think: that it is enough */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-think-stopper.h"

/**
 * LobeThinkStopper:
 *
 * A driver whose servers can be told in the middle of an answer to stop thinking and to say what they have found.
 */
G_DEFINE_INTERFACE (LobeThinkStopper, lobe_think_stopper, G_TYPE_OBJECT)

static void
lobe_think_stopper_default_init (LobeThinkStopperInterface *iface)
{
}

/**
 * lobe_think_stopper_stop_async:
 * @self: a driver
 * @endpoint: which server
 * @model: which model answers
 * @answer_id: the server's name for the answer
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called when the server was told
 * @user_data: for @callback
 *
 * Tells the server that it has thought enough.
 */
void
lobe_think_stopper_stop_async (LobeThinkStopper    *self,
                               LobeEndpoint        *endpoint,
                               const char          *model,
                               const char          *answer_id,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (LobeDoneReply) reply = NULL;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_THINK_STOPPER (self));
  g_return_if_fail (LOBE_IS_ENDPOINT (endpoint));
  g_return_if_fail (model != NULL && answer_id != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_think_stopper_stop_async);
  reply = lobe_done_reply_new (task);
  LOBE_THINK_STOPPER_GET_IFACE (self)->stop (self, endpoint, model, answer_id, reply, cancellable);
}

/**
 * lobe_think_stopper_stop_finish:
 * @self: a driver
 * @result: what the callback was given
 * @error: where to put what went wrong; %LOBE_ERROR_UNSUPPORTED when this server can't
 *
 * Returns: whether the server was told
 */
gboolean
lobe_think_stopper_stop_finish (LobeThinkStopper  *self,
                                GAsyncResult      *result,
                                GError           **error)
{
  g_return_val_if_fail (LOBE_IS_THINK_STOPPER (self), FALSE);
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
