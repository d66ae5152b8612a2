/* lobe-library-reply.c: where a driver tells how the work on a model goes */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-library-reply.h"

#include "lobe-config.h"

#include "base/lobe-error.h"

#include <glib/gi18n-lib.h>

/**
 * LobeLibraryReply:
 *
 * What a driver is given to tell how its work on a model goes: [method@LibraryReply.progress] as often as it likes, then
 * once [method@LibraryReply.done] or [method@LibraryReply.fail]. A reply that is dropped without either counts as failed.
 */
struct _LobeLibraryReply
{
  GObject                  parent_instance;

  GTask                   *task; /* until it was said how it ended */
  LobeLibraryProgressFunc  func;
  gpointer                 func_data;
};

G_DEFINE_FINAL_TYPE (LobeLibraryReply, lobe_library_reply, G_TYPE_OBJECT)

static void
lobe_library_reply_dispose (GObject *object)
{
  LobeLibraryReply *self = LOBE_LIBRARY_REPLY (object);
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task != NULL && !g_task_return_error_if_cancelled (task))
    g_task_return_new_error_literal (task, LOBE_ERROR, LOBE_ERROR_INTERRUPTED, _("The server was not asked to the end"));

  G_OBJECT_CLASS (lobe_library_reply_parent_class)->dispose (object);
}

static void
lobe_library_reply_class_init (LobeLibraryReplyClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lobe_library_reply_dispose;
}

static void
lobe_library_reply_init (LobeLibraryReply *self)
{
}

/**
 * lobe_library_reply_new: (skip)
 * @task: (transfer none): what waits; returns a boolean
 * @func: (nullable): hears how it goes, until the end
 * @func_data: for @func; the task's caller keeps it until the end
 *
 * Returns: (transfer full): a reply
 */
LobeLibraryReply *
lobe_library_reply_new (GTask                   *task,
                        LobeLibraryProgressFunc  func,
                        gpointer                 func_data)
{
  LobeLibraryReply *self = g_object_new (LOBE_TYPE_LIBRARY_REPLY, NULL);

  self->task = g_object_ref (task);
  self->func = func;
  self->func_data = func_data;

  return self;
}

/**
 * lobe_library_reply_progress:
 * @self: a reply
 * @received: bytes that are there
 * @size: bytes in all; 0 unknown
 * @words: (nullable): what is being done, for the person
 *
 * Does nothing after the end.
 */
void
lobe_library_reply_progress (LobeLibraryReply *self,
                             gint64            received,
                             gint64            size,
                             const char       *words)
{
  g_return_if_fail (LOBE_IS_LIBRARY_REPLY (self));

  if (self->task != NULL && self->func != NULL && !g_cancellable_is_cancelled (g_task_get_cancellable (self->task)))
    self->func (received, size, words, self->func_data);
}

/**
 * lobe_library_reply_done:
 * @self: a reply
 *
 * It is done. Does nothing after the end.
 */
void
lobe_library_reply_done (LobeLibraryReply *self)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_LIBRARY_REPLY (self));

  task = g_steal_pointer (&self->task);
  if (task != NULL && !g_task_return_error_if_cancelled (task))
    g_task_return_boolean (task, TRUE);
}

/**
 * lobe_library_reply_fail:
 * @self: a reply
 * @error: why it could not be done
 *
 * Does nothing after the end.
 */
void
lobe_library_reply_fail (LobeLibraryReply *self,
                         GError           *error)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_LIBRARY_REPLY (self));
  g_return_if_fail (error != NULL);

  task = g_steal_pointer (&self->task);
  if (task != NULL && !g_task_return_error_if_cancelled (task))
    g_task_return_error (task, g_error_copy (error));
}
