/* lobe-wait.c: an operation that the person or the clock may end */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-wait.h"

/*
 * LobeWait:
 *
 * A cancellable to give to an operation in place of the person's own. It is cancelled with that one, or when the time
 * is over; afterwards it can be told which.
 */
struct _LobeWait
{
  GCancellable *inner;    /* what the operation is given */
  GCancellable *outer;    /* the person's */
  gulong        outer_id;
  GSource      *timer;
  gboolean      over;
};

static void
outer_cancelled (GCancellable *outer,
                 GCancellable *inner)
{
  g_cancellable_cancel (inner);
}

/* A wait that ends when @outer (nullable) is cancelled, and for now takes as long as it likes */
LobeWait *
lobe_wait_new (GCancellable *outer)
{
  LobeWait *self = g_new0 (LobeWait, 1);

  self->inner = g_cancellable_new ();
  if (outer != NULL)
    {
      self->outer = g_object_ref (outer);
      self->outer_id = g_cancellable_connect (outer, G_CALLBACK (outer_cancelled), g_object_ref (self->inner),
                                              g_object_unref);
    }

  return self;
}

void
lobe_wait_free (LobeWait *self)
{
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  if (self->outer != NULL)
    g_cancellable_disconnect (self->outer, self->outer_id);
  g_clear_object (&self->outer);
  g_object_unref (self->inner);
  g_free (self);
}

GCancellable *
lobe_wait_get_cancellable (LobeWait *self)
{
  return self->inner;
}

static gboolean
time_is_over (gpointer user_data)
{
  LobeWait *self = user_data;

  self->over = TRUE;
  g_cancellable_cancel (self->inner);

  return G_SOURCE_REMOVE;
}

/* Ends the wait in @milliseconds from now, whatever was said before; 0 lets it take as long as it likes */
void
lobe_wait_set_timeout (LobeWait *self,
                       gint64    milliseconds)
{
  if (self->timer != NULL)
    {
      /* moved, and not made anew: it is set again for every piece of a stream */
      g_source_set_ready_time (self->timer, milliseconds > 0 ? g_get_monotonic_time () + milliseconds * 1000 : -1);
    }
  else if (milliseconds > 0)
    {
      self->timer = g_timeout_source_new (MIN (milliseconds, G_MAXUINT));
      g_source_set_static_name (self->timer, "[lobe] wait");
      g_source_set_callback (self->timer, time_is_over, self, NULL);
      g_source_attach (self->timer, g_main_context_get_thread_default ());
    }
}

/* Whether it was the clock that ended it, and not the person */
gboolean
lobe_wait_is_over (LobeWait *self)
{
  return self->over;
}
