/* lobe-http-wait.c: an operation that the person or the clock may end */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "net/lobe-http-wait.h"

struct _LobeHttpWait
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
LobeHttpWait *
lobe_http_wait_new (GCancellable *outer)
{
  LobeHttpWait *self = g_new0 (LobeHttpWait, 1);

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
lobe_http_wait_free (LobeHttpWait *self)
{
  lobe_http_wait_set_timeout (self, 0);
  if (self->outer != NULL)
    g_cancellable_disconnect (self->outer, self->outer_id);
  g_clear_object (&self->outer);
  g_object_unref (self->inner);
  g_free (self);
}

GCancellable *
lobe_http_wait_get_cancellable (LobeHttpWait *self)
{
  return self->inner;
}

static gboolean
time_is_over (gpointer user_data)
{
  LobeHttpWait *self = user_data;

  self->over = TRUE;
  g_cancellable_cancel (self->inner);

  return G_SOURCE_REMOVE;
}

/* Ends the wait in @seconds from now, whatever was said before; 0 lets it take as long as it likes */
void
lobe_http_wait_set_timeout (LobeHttpWait *self,
                            guint         seconds)
{
  if (seconds == 0)
    {
      if (self->timer != NULL)
        g_source_destroy (self->timer);
      g_clear_pointer (&self->timer, g_source_unref);
    }
  else if (self->timer == NULL)
    {
      self->timer = g_timeout_source_new_seconds (seconds);
      g_source_set_callback (self->timer, time_is_over, self, NULL);
      g_source_attach (self->timer, g_main_context_get_thread_default ());
    }
  else
    {
      g_source_set_ready_time (self->timer, g_get_monotonic_time () + seconds * G_USEC_PER_SEC);
    }
}

/* Whether it was the clock that ended it, and not the person */
gboolean
lobe_http_wait_is_over (LobeHttpWait *self)
{
  return self->over;
}
