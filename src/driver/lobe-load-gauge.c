/* lobe-load-gauge.c: what some servers tell of themselves: how busy they are */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-load-gauge.h"

/**
 * LobeLoadGauge:
 *
 * A driver whose servers tell how busy they are, so that a pool can choose the one that is least so.
 */
G_DEFINE_INTERFACE (LobeLoadGauge, lobe_load_gauge, G_TYPE_OBJECT)

static void
lobe_load_gauge_default_init (LobeLoadGaugeInterface *iface)
{
}

/**
 * lobe_load_gauge_measure_async:
 * @self: a driver
 * @endpoint: which server
 * @model: (nullable): the model that is to answer, for servers that tell it apart
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * Asks how busy the server is.
 */
void
lobe_load_gauge_measure_async (LobeLoadGauge       *self,
                               LobeEndpoint        *endpoint,
                               const char          *model,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_autoptr (LobeCountReply) reply = NULL;
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_LOAD_GAUGE (self));
  g_return_if_fail (LOBE_IS_ENDPOINT (endpoint));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_load_gauge_measure_async);
  reply = lobe_count_reply_new (task);
  LOBE_LOAD_GAUGE_GET_IFACE (self)->measure (self, endpoint, model, reply, cancellable);
}

/**
 * lobe_load_gauge_measure_finish:
 * @self: a driver
 * @result: what the callback was given
 * @error: where to put what went wrong; %LOBE_ERROR_UNSUPPORTED when this server doesn't tell
 *
 * Returns: requests that run or wait; -1 on error
 */
gint64
lobe_load_gauge_measure_finish (LobeLoadGauge  *self,
                                GAsyncResult   *result,
                                GError        **error)
{
  g_return_val_if_fail (LOBE_IS_LOAD_GAUGE (self), -1);
  g_return_val_if_fail (g_task_is_valid (result, self), -1);

  return g_task_propagate_int (G_TASK (result), error);
}
