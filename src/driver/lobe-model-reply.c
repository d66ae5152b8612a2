/* lobe-model-reply.c: where a driver puts the models that a server has */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-sink-private.h"

#include "lobe-config.h"

#include "base/lobe-error.h"

#include <glib/gi18n-lib.h>

/**
 * LobeModelReply:
 *
 * What a driver is given to put a list of models into, then once [method@ModelReply.done] or [method@ModelReply.fail].
 * A reply that is dropped without either counts as interrupted.
 */
struct _LobeModelReply
{
  GObject    parent_instance;

  GTask     *task; /* until it was said how it ended */
  GPtrArray *models;
};

G_DEFINE_FINAL_TYPE (LobeModelReply, lobe_model_reply, G_TYPE_OBJECT)

static void
lobe_model_reply_dispose (GObject *object)
{
  LobeModelReply *self = LOBE_MODEL_REPLY (object);
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  if (task != NULL && !g_task_return_error_if_cancelled (task))
    g_task_return_new_error_literal (task, LOBE_ERROR, LOBE_ERROR_INTERRUPTED,
                                     _("The list of models broke off: its driver gave up without a word"));
  g_clear_pointer (&self->models, g_ptr_array_unref);

  G_OBJECT_CLASS (lobe_model_reply_parent_class)->dispose (object);
}

static void
lobe_model_reply_class_init (LobeModelReplyClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lobe_model_reply_dispose;
}

static void
lobe_model_reply_init (LobeModelReply *self)
{
  self->models = g_ptr_array_new_with_free_func (g_object_unref);
}

/*
 * lobe_model_reply_new: (skip)
 * @task: (transfer none): what waits; returns a GPtrArray of LobeModelInfo
 */
LobeModelReply *
lobe_model_reply_new (GTask *task)
{
  LobeModelReply *self = g_object_new (LOBE_TYPE_MODEL_REPLY, NULL);

  self->task = g_object_ref (task);

  return self;
}

/**
 * lobe_model_reply_add:
 * @self: a reply
 * @info: a model that the server has
 *
 * Does nothing after the end.
 */
void
lobe_model_reply_add (LobeModelReply *self,
                      LobeModelInfo  *info)
{
  g_return_if_fail (LOBE_IS_MODEL_REPLY (self));
  g_return_if_fail (LOBE_IS_MODEL_INFO (info));

  if (self->task != NULL)
    g_ptr_array_add (self->models, g_object_ref (info));
}

/**
 * lobe_model_reply_add_all:
 * @self: a reply
 * @models: (element-type LobeModelInfo): models that the server has
 *
 * Does nothing after the end.
 */
void
lobe_model_reply_add_all (LobeModelReply *self,
                          GPtrArray      *models)
{
  g_return_if_fail (LOBE_IS_MODEL_REPLY (self));
  g_return_if_fail (models != NULL);

  for (guint i = 0; i < models->len; i++)
    lobe_model_reply_add (self, g_ptr_array_index (models, i));
}

/**
 * lobe_model_reply_done:
 * @self: a reply
 *
 * These were all. Does nothing after the end.
 */
void
lobe_model_reply_done (LobeModelReply *self)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_MODEL_REPLY (self));

  task = g_steal_pointer (&self->task);
  if (task != NULL && !g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, g_ptr_array_ref (self->models), (GDestroyNotify) g_ptr_array_unref);
}

/**
 * lobe_model_reply_fail:
 * @self: a reply
 * @error: why there is no list
 *
 * Does nothing after the end.
 */
void
lobe_model_reply_fail (LobeModelReply *self,
                       GError         *error)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_MODEL_REPLY (self));
  g_return_if_fail (error != NULL);

  task = g_steal_pointer (&self->task);
  if (task != NULL && !g_task_return_error_if_cancelled (task))
    g_task_return_error (task, g_error_copy (error));
}
