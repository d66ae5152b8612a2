/* lobe-token-counter.c: what some servers can count exactly: the tokens of a request */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-token-counter.h"

/**
 * LobeTokenCounter:
 *
 * A driver whose servers count the tokens of a request without answering it. Unsent words never leave the machine: only
 * a loopback server may be asked about a draft.
 */
G_DEFINE_INTERFACE (LobeTokenCounter, lobe_token_counter, G_TYPE_OBJECT)

static void
lobe_token_counter_default_init (LobeTokenCounterInterface *iface)
{
}

/**
 * lobe_token_counter_count_async:
 * @self: a driver
 * @endpoint: which server
 * @request: what would be sent
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * Asks how many tokens @request is.
 */
void
lobe_token_counter_count_async (LobeTokenCounter    *self,
                                LobeEndpoint        *endpoint,
                                LobeRequest         *request,
                                GCancellable        *cancellable,
                                GAsyncReadyCallback  callback,
                                gpointer             user_data)
{
  g_autoptr (LobeCountReply) reply = NULL;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_TOKEN_COUNTER (self));
  g_return_if_fail (LOBE_IS_ENDPOINT (endpoint));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_token_counter_count_async);
  reply = lobe_count_reply_new (task);
  LOBE_TOKEN_COUNTER_GET_IFACE (self)->count (self, endpoint, request, reply, cancellable);
}

/**
 * lobe_token_counter_count_finish:
 * @self: a driver
 * @result: what the callback was given
 * @error: where to put what went wrong; %LOBE_ERROR_UNSUPPORTED when this server doesn't tell
 *
 * Returns: tokens; -1 on error
 */
gint64
lobe_token_counter_count_finish (LobeTokenCounter  *self,
                                 GAsyncResult      *result,
                                 GError           **error)
{
  g_return_val_if_fail (LOBE_IS_TOKEN_COUNTER (self), -1);
  g_return_val_if_fail (g_task_is_valid (result, self), -1);

  return g_task_propagate_int (G_TASK (result), error);
}
