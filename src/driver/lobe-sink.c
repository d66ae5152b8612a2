/* lobe-sink.c: where a driver puts an answer as it comes, and says once how it ended */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-sink-private.h"

#include "lobe-config.h"

#include "base/lobe-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * LobeSink:
 *
 * What a driver is given to put an answer into: deltas as they come, then once [method@Sink.done] or
 * [method@Sink.fail]. A sink that is dropped without either counts as interrupted. After the person cancelled, nothing
 * that is put in reaches anybody any more, and the answer ends as cancelled even when the driver never stirs again.
 *
 * Everything is handed over at once and without a copy, so that a token costs no allocation here. A sink belongs to the
 * thread in which the answer was asked for.
 */
struct _LobeSink
{
  GObject         parent_instance;

  GTask          *task; /* until it was said how it ended */
  GSource        *cancelled;
  LobeDeltaFunc   func;
  gpointer        func_data;
  GDestroyNotify  func_destroy;
};

G_DEFINE_FINAL_TYPE (LobeSink, lobe_sink, G_TYPE_OBJECT)

/* Nothing reaches the delta function after this; the task is the caller's to return. */
static GTask *
lobe_sink_close (LobeSink *self)
{
  GDestroyNotify func_destroy = g_steal_pointer (&self->func_destroy);
  gpointer func_data = g_steal_pointer (&self->func_data);

  self->func = NULL;
  if (self->cancelled != NULL)
    g_source_destroy (self->cancelled);
  g_clear_pointer (&self->cancelled, g_source_unref);
  if (func_destroy != NULL)
    func_destroy (func_data);

  return g_steal_pointer (&self->task);
}

static gboolean
on_cancelled (GCancellable *cancellable,
              gpointer      user_data)
{
  LobeSink *self = user_data;
  g_autoptr (GTask) task = lobe_sink_close (self);

  g_task_return_error_if_cancelled (task);

  return G_SOURCE_REMOVE;
}

static void
lobe_sink_dispose (GObject *object)
{
  LobeSink *self = LOBE_SINK (object);

  if (self->task != NULL)
    {
      g_autoptr (GTask) task = lobe_sink_close (self);

      if (!g_task_return_error_if_cancelled (task))
        g_task_return_new_error_literal (task, LOBE_ERROR, LOBE_ERROR_INTERRUPTED,
                                         _("The answer broke off: its driver gave up without a word"));
    }

  G_OBJECT_CLASS (lobe_sink_parent_class)->dispose (object);
}

static void
lobe_sink_class_init (LobeSinkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lobe_sink_dispose;
}

static void
lobe_sink_init (LobeSink *self)
{
}

/*
 * lobe_sink_new: (skip)
 * @task: (transfer none): what waits for the end; returns a LobeStopReason as an int
 * @func: (nullable): who hears the deltas
 *
 * The watch on the cancellable has a low priority: a driver that ends in an orderly way when it is cancelled comes
 * first, so that nothing of it outlives the answer.
 */
LobeSink *
lobe_sink_new (GTask          *task,
               LobeDeltaFunc   func,
               gpointer        func_data,
               GDestroyNotify  func_destroy)
{
  LobeSink *self = g_object_new (LOBE_TYPE_SINK, NULL);
  GCancellable *cancellable = g_task_get_cancellable (task);

  self->task = g_object_ref (task);
  self->func = func;
  self->func_data = func_data;
  self->func_destroy = func_destroy;

  if (cancellable != NULL)
    {
      self->cancelled = g_cancellable_source_new (cancellable);
      g_source_set_static_name (self->cancelled, "lobe-sink-cancelled");
      g_source_set_priority (self->cancelled, G_PRIORITY_DEFAULT_IDLE);
      g_source_set_callback (self->cancelled, G_SOURCE_FUNC (on_cancelled), self, NULL);
      g_source_attach (self->cancelled, g_task_get_context (task));
    }

  return self;
}

static inline void
lobe_sink_put (LobeSink        *self,
               const LobeDelta *delta)
{
  if (self->func != NULL && !g_cancellable_is_cancelled (g_task_get_cancellable (self->task)))
    self->func (delta, self->func_data);
}

/**
 * lobe_sink_text:
 * @self: a sink
 * @text: more of the answer, in UTF-8
 * @length: its bytes, or -1 when nul-terminated
 */
void
lobe_sink_text (LobeSink   *self,
                const char *text,
                gssize      length)
{
  LobeDelta delta = { .kind = LOBE_DELTA_TEXT, .text = text };

  g_return_if_fail (LOBE_IS_SINK (self));
  g_return_if_fail (text != NULL);

  delta.length = length < 0 ? strlen (text) : (gsize) length;
  if (delta.length > 0)
    lobe_sink_put (self, &delta);
}

/**
 * lobe_sink_reasoning:
 * @self: a sink
 * @text: more of what the model thinks before it answers, in UTF-8
 * @length: its bytes, or -1 when nul-terminated
 */
void
lobe_sink_reasoning (LobeSink   *self,
                     const char *text,
                     gssize      length)
{
  LobeDelta delta = { .kind = LOBE_DELTA_REASONING, .text = text };

  g_return_if_fail (LOBE_IS_SINK (self));
  g_return_if_fail (text != NULL);

  delta.length = length < 0 ? strlen (text) : (gsize) length;
  if (delta.length > 0)
    lobe_sink_put (self, &delta);
}

/**
 * lobe_sink_tool_call:
 * @self: a sink
 * @index: which call of this answer, counted from 0
 * @call_id: (nullable): the server's name for it, when it is known
 * @name: (nullable): which tool, when it is known
 * @arguments: (nullable): more of its arguments, which are JSON only when they are whole
 * @length: bytes of @arguments, or -1 when nul-terminated
 */
void
lobe_sink_tool_call (LobeSink   *self,
                     guint       index,
                     const char *call_id,
                     const char *name,
                     const char *arguments,
                     gssize      length)
{
  LobeDelta delta = { .kind = LOBE_DELTA_TOOL_CALL, .index = index, .call_id = call_id, .name = name };

  g_return_if_fail (LOBE_IS_SINK (self));

  delta.text = arguments != NULL ? arguments : "";
  delta.length = length < 0 || arguments == NULL ? strlen (delta.text) : (gsize) length;
  lobe_sink_put (self, &delta);
}

/**
 * lobe_sink_signature:
 * @self: a sink
 * @index: the tool call that it belongs to, or %LOBE_DELTA_NO_CALL for the reasoning (or text) that came last
 * @signature: the provider's opaque words, whole: see [method@Part.get_signature]
 */
void
lobe_sink_signature (LobeSink   *self,
                     guint       index,
                     const char *signature)
{
  LobeDelta delta = { .kind = LOBE_DELTA_SIGNATURE, .text = signature, .index = index };

  g_return_if_fail (LOBE_IS_SINK (self));
  g_return_if_fail (signature != NULL);

  delta.length = strlen (signature);
  lobe_sink_put (self, &delta);
}

/**
 * lobe_sink_answer_id:
 * @self: a sink
 * @id: the server's own name for the answer: see [iface@ThinkStopper]
 */
void
lobe_sink_answer_id (LobeSink   *self,
                     const char *id)
{
  LobeDelta delta = { .kind = LOBE_DELTA_ANSWER_ID, .text = id };

  g_return_if_fail (LOBE_IS_SINK (self));
  g_return_if_fail (id != NULL);

  delta.length = strlen (id);
  lobe_sink_put (self, &delta);
}

/**
 * lobe_sink_usage:
 * @self: a sink
 * @usage: all that is known of the answer's cost; replaces what was said before
 */
void
lobe_sink_usage (LobeSink        *self,
                 const LobeUsage *usage)
{
  LobeDelta delta = { .kind = LOBE_DELTA_USAGE, .text = "", .usage = usage };

  g_return_if_fail (LOBE_IS_SINK (self));
  g_return_if_fail (usage != NULL);

  lobe_sink_put (self, &delta);
}

/**
 * lobe_sink_progress:
 * @self: a sink
 * @fraction: how far the server is with reading the request, 0 to 1
 */
void
lobe_sink_progress (LobeSink *self,
                    double    fraction)
{
  LobeDelta delta = { .kind = LOBE_DELTA_PROGRESS, .text = "", .progress = CLAMP (fraction, 0.0, 1.0) };

  g_return_if_fail (LOBE_IS_SINK (self));

  lobe_sink_put (self, &delta);
}

/**
 * lobe_sink_is_closed:
 * @self: a sink
 *
 * Returns: whether nobody listens any more: it was told how the answer ended, or the person cancelled
 */
gboolean
lobe_sink_is_closed (LobeSink *self)
{
  g_return_val_if_fail (LOBE_IS_SINK (self), TRUE);

  return self->task == NULL || g_cancellable_is_cancelled (g_task_get_cancellable (self->task));
}

/**
 * lobe_sink_done:
 * @self: a sink
 * @reason: why the answer ended
 *
 * The answer is complete: the event with which this protocol says so was read to its last byte. Does nothing when the
 * sink was told before how the answer ended.
 */
void
lobe_sink_done (LobeSink       *self,
                LobeStopReason  reason)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_SINK (self));

  if (self->task == NULL)
    return;

  task = lobe_sink_close (self);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_int (task, reason);
}

/**
 * lobe_sink_fail:
 * @self: a sink
 * @error: what went wrong; %LOBE_ERROR_INTERRUPTED when the stream ended before the answer was complete
 *
 * There is no whole answer. What was put in before stays. Does nothing when the sink was told before how the answer
 * ended.
 */
void
lobe_sink_fail (LobeSink *self,
                GError   *error)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_SINK (self));
  g_return_if_fail (error != NULL);

  if (self->task == NULL)
    return;

  task = lobe_sink_close (self);
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_error (task, g_error_copy (error));
}

/**
 * lobe_delta_dup_text:
 * @delta: a piece of an answer
 *
 * The text of @delta as a string of its own. For languages in which a pointer and a length do not make one.
 *
 * Returns: (transfer full): the text; "" when there is none
 */
char *
lobe_delta_dup_text (const LobeDelta *delta)
{
  g_return_val_if_fail (delta != NULL, NULL);

  return g_strndup (delta->text != NULL ? delta->text : "", delta->length);
}
