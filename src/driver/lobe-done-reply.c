/* lobe-done-reply.c: where a driver says that a server did what it was told */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-done-reply.h"

#include "lobe-config.h"

#include "base/lobe-error.h"

#include <glib/gi18n-lib.h>

/**
 * LobeDoneReply:
 *
 * What a driver is given to say once how it went: [method@DoneReply.done] or [method@DoneReply.fail]. A reply that is
 * dropped without either counts as failed.
 */
struct _LobeDoneReply
{
  GObject  parent_instance;

  GTask   *task; /* until it was said how it ended */
};

G_DEFINE_FINAL_TYPE (LobeDoneReply, lobe_done_reply, G_TYPE_OBJECT)

static void
lobe_done_reply_dispose (GObject *object)
{
  LobeDoneReply *self = LOBE_DONE_REPLY (object);
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task != NULL && !g_task_return_error_if_cancelled (task))
    g_task_return_new_error_literal (task, LOBE_ERROR, LOBE_ERROR_INTERRUPTED, _("The server was not asked to the end"));

  G_OBJECT_CLASS (lobe_done_reply_parent_class)->dispose (object);
}

static void
lobe_done_reply_class_init (LobeDoneReplyClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lobe_done_reply_dispose;
}

static void
lobe_done_reply_init (LobeDoneReply *self)
{
}

/**
 * lobe_done_reply_new: (skip)
 * @task: (transfer none): what waits; returns a boolean
 *
 * Returns: (transfer full): a reply
 */
LobeDoneReply *
lobe_done_reply_new (GTask *task)
{
  LobeDoneReply *self = g_object_new (LOBE_TYPE_DONE_REPLY, NULL);

  self->task = g_object_ref (task);

  return self;
}

/**
 * lobe_done_reply_done:
 * @self: a reply
 *
 * Does nothing after the end.
 */
void
lobe_done_reply_done (LobeDoneReply *self)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_DONE_REPLY (self));

  task = g_steal_pointer (&self->task);
  if (task != NULL && !g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
}

/**
 * lobe_done_reply_fail:
 * @self: a reply
 * @error: why it did not
 *
 * Does nothing after the end.
 */
void
lobe_done_reply_fail (LobeDoneReply *self,
                      GError        *error)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_DONE_REPLY (self));
  g_return_if_fail (error != NULL);

  task = g_steal_pointer (&self->task);
  if (task != NULL && !g_task_return_error_if_cancelled (task))
    g_task_return_error (task, g_error_copy (error));
}
