/* lobe-clock.c: where time and new ids come from */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-clock.h"

/**
 * LobeClock:
 *
 * The time of day, a clock that never goes back, and new ids. Given to whatever needs one of them, so that a test can
 * say what time it is.
 */
struct _LobeClock
{
  GObject  parent_instance;

  gboolean fake;
  gint64   real;
  gint64   monotonic;
  GRand   *random;
  gint64   last_id_time;
  guint    id_counter;
  GList   *timers; /* of Timer; only of a fake clock, whose time passes by itself for nobody */
};

typedef struct
{
  GSource source;
  gint64  moment;
} Timer;

G_DEFINE_FINAL_TYPE (LobeClock, lobe_clock, G_TYPE_OBJECT)

static void
lobe_clock_finalize (GObject *object)
{
  LobeClock *self = LOBE_CLOCK (object);

  g_rand_free (self->random);
  g_list_free_full (self->timers, (GDestroyNotify) g_source_unref);

  G_OBJECT_CLASS (lobe_clock_parent_class)->finalize (object);
}

static void
lobe_clock_class_init (LobeClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_clock_finalize;
}

static void
lobe_clock_init (LobeClock *self)
{
}

/**
 * lobe_clock_new:
 *
 * Returns: (transfer full): the system's clock
 */
LobeClock *
lobe_clock_new (void)
{
  LobeClock *self = g_object_new (LOBE_TYPE_CLOCK, NULL);

  self->random = g_rand_new ();

  return self;
}

/**
 * lobe_clock_new_fake:
 * @real_time: the time of day at which it stands, in µs since 1970
 * @seed: from which its ids are made
 *
 * A clock for tests: it moves only by [method@Clock.advance] and makes the same ids every time.
 *
 * Returns: (transfer full): a clock
 */
LobeClock *
lobe_clock_new_fake (gint64  real_time,
                     guint32 seed)
{
  LobeClock *self = g_object_new (LOBE_TYPE_CLOCK, NULL);

  self->fake = TRUE;
  self->real = real_time;
  self->random = g_rand_new_with_seed (seed);

  return self;
}

/**
 * lobe_clock_get_real:
 * @self: a clock
 *
 * Returns: the time of day in µs since 1970; it may jump either way
 */
gint64
lobe_clock_get_real (LobeClock *self)
{
  g_return_val_if_fail (LOBE_IS_CLOCK (self), 0);

  return self->fake ? self->real : g_get_real_time ();
}

/**
 * lobe_clock_get_monotonic:
 * @self: a clock
 *
 * Returns: µs since some moment; never goes back
 */
gint64
lobe_clock_get_monotonic (LobeClock *self)
{
  g_return_val_if_fail (LOBE_IS_CLOCK (self), 0);

  return self->fake ? self->monotonic : g_get_monotonic_time ();
}

/**
 * lobe_clock_advance:
 * @self: a fake clock
 * @microseconds: by how much
 *
 * Lets time pass.
 */
void
lobe_clock_advance (LobeClock *self,
                    gint64     microseconds)
{
  g_return_if_fail (LOBE_IS_CLOCK (self));
  g_return_if_fail (self->fake);

  self->real += microseconds;
  self->monotonic += microseconds;

  for (GList *l = self->timers, *next; l != NULL; l = next)
    {
      Timer *timer = l->data;

      next = l->next;
      if (timer->moment > self->monotonic && !g_source_is_destroyed (&timer->source))
        continue;
      g_source_set_ready_time (&timer->source, 0);
      self->timers = g_list_delete_link (self->timers, l);
      g_source_unref (&timer->source);
    }
}

/**
 * lobe_clock_get_random:
 * @self: a clock
 *
 * Returns: a number from 0 up to, but not including, 1; a fake clock gives the same ones every time
 */
double
lobe_clock_get_random (LobeClock *self)
{
  g_return_val_if_fail (LOBE_IS_CLOCK (self), 0);

  return g_rand_double (self->random);
}

static gboolean
timer_dispatch (GSource     *source,
                GSourceFunc  func,
                gpointer     user_data)
{
  func (user_data);

  return G_SOURCE_REMOVE;
}

static GSourceFuncs timer_funcs = { NULL, NULL, timer_dispatch, NULL, NULL, NULL };

/**
 * lobe_clock_add_timer: (skip)
 * @self: a clock
 * @moment: when, as [method@Clock.get_monotonic] tells it
 * @func: what to call then, once; what it returns does not matter
 * @user_data: for @func
 *
 * Has something done later in the main context of the caller. With a fake clock, later is when it was moved there.
 *
 * Returns: (transfer full): the timer; to call it off, g_source_destroy ()
 */
GSource *
lobe_clock_add_timer (LobeClock   *self,
                      gint64       moment,
                      GSourceFunc  func,
                      gpointer     user_data)
{
  GSource *source;

  g_return_val_if_fail (LOBE_IS_CLOCK (self), NULL);

  source = g_source_new (&timer_funcs, sizeof (Timer));
  ((Timer *) source)->moment = moment;
  g_source_set_static_name (source, "[lobe] timer");
  g_source_set_callback (source, func, user_data, NULL);
  if (!self->fake || moment <= self->monotonic)
    g_source_set_ready_time (source, self->fake ? 0 : moment);
  else
    self->timers = g_list_prepend (self->timers, g_source_ref (source));
  g_source_attach (source, g_main_context_get_thread_default ());

  return source;
}

/**
 * lobe_clock_new_id:
 * @self: a clock
 *
 * A new id in the form of a UUID of version 7 (RFC 9562, section 5.7): ids made by one clock sort in the order of
 * their making, also within a millisecond (the 12 bits after the time count up), and ids of several processes differ.
 *
 * Returns: (transfer full): 36 characters
 */
char *
lobe_clock_new_id (LobeClock *self)
{
  gint64 time;
  guint64 low;

  g_return_val_if_fail (LOBE_IS_CLOCK (self), NULL);

  time = lobe_clock_get_real (self) / 1000;
  if (time > self->last_id_time)
    {
      self->last_id_time = time;
      self->id_counter = g_rand_int_range (self->random, 0, 0x800);
    }
  else if (++self->id_counter > 0xfff)
    {
      /* more than 4,096 in a millisecond, or the time of day went back: run ahead of it */
      self->last_id_time++;
      self->id_counter = 0;
    }

  low = ((guint64) g_rand_int (self->random) << 32 | g_rand_int (self->random)) >> 2 | G_GUINT64_CONSTANT (0x8000000000000000);

  return g_strdup_printf ("%08" G_GINT64_MODIFIER "x-%04x-7%03x-%04x-%012" G_GINT64_MODIFIER "x",
                          self->last_id_time >> 16, (guint) (self->last_id_time & 0xffff), self->id_counter,
                          (guint) (low >> 48), low & G_GUINT64_CONSTANT (0xffffffffffff));
}
