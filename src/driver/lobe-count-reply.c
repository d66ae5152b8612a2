/* lobe-count-reply.c: where a driver puts one number that it asked a server for */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-count-reply.h"

#include "lobe-config.h"

#include "base/lobe-error.h"

#include <glib/gi18n-lib.h>

/**
 * LobeCountReply:
 *
 * What a driver is given to put a number into: once [method@CountReply.done] or [method@CountReply.fail]. A reply that
 * is dropped without either counts as failed.
 */
struct _LobeCountReply
{
  GObject  parent_instance;

  GTask   *task; /* until it was said how it ended */
};

G_DEFINE_FINAL_TYPE (LobeCountReply, lobe_count_reply, G_TYPE_OBJECT)

static void
lobe_count_reply_dispose (GObject *object)
{
  LobeCountReply *self = LOBE_COUNT_REPLY (object);
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task != NULL && !g_task_return_error_if_cancelled (task))
    g_task_return_new_error_literal (task, LOBE_ERROR, LOBE_ERROR_INTERRUPTED, _("The server was not asked to the end"));

  G_OBJECT_CLASS (lobe_count_reply_parent_class)->dispose (object);
}

static void
lobe_count_reply_class_init (LobeCountReplyClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lobe_count_reply_dispose;
}

static void
lobe_count_reply_init (LobeCountReply *self)
{
}

/**
 * lobe_count_reply_new: (skip)
 * @task: (transfer none): what waits; returns an int
 *
 * Returns: (transfer full): a reply
 */
LobeCountReply *
lobe_count_reply_new (GTask *task)
{
  LobeCountReply *self = g_object_new (LOBE_TYPE_COUNT_REPLY, NULL);

  self->task = g_object_ref (task);

  return self;
}

/**
 * lobe_count_reply_done:
 * @self: a reply
 * @count: the number, 0 or more
 *
 * Does nothing after the end.
 */
void
lobe_count_reply_done (LobeCountReply *self,
                       gint64          count)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_COUNT_REPLY (self));
  g_return_if_fail (count >= 0);

  task = g_steal_pointer (&self->task);
  if (task != NULL && !g_task_return_error_if_cancelled (task))
    g_task_return_int (task, (gssize) count);
}

/**
 * lobe_count_reply_fail:
 * @self: a reply
 * @error: why there is no number
 *
 * Does nothing after the end.
 */
void
lobe_count_reply_fail (LobeCountReply *self,
                       GError         *error)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_COUNT_REPLY (self));
  g_return_if_fail (error != NULL);

  task = g_steal_pointer (&self->task);
  if (task != NULL && !g_task_return_error_if_cancelled (task))
    g_task_return_error (task, g_error_copy (error));
}
