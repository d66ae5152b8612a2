/* test-clock.c: ids sort in the order of their making, and timers ring when it is time, whatever the time of day does */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-clock.h"

#include <string.h>

static void
test_ids_sort (void)
{
  LobeClock *clock = lobe_clock_new_fake (G_GINT64_CONSTANT (1700000000000000), 7);
  g_autofree char *last = g_strdup ("");

  for (guint i = 0; i < 20000; i++)
    {
      g_autofree char *id = lobe_clock_new_id (clock);

      g_assert_cmpuint (strlen (id), ==, 36);
      g_assert_true (g_uuid_string_is_valid (id));
      g_assert_cmpint (id[14], ==, '7');
      g_assert_nonnull (strchr ("89ab", id[19]));
      g_assert_cmpstr (last, <, id);
      if (i % 1000 == 0)
        lobe_clock_advance (clock, i % 3000 == 0 ? -5000000 : 1500);
      g_set_str (&last, id);
    }

  g_assert_finalize_object (clock);
}

static void
test_fake_stands_still (void)
{
  LobeClock *clock = lobe_clock_new_fake (1000, 1);

  g_assert_cmpint (lobe_clock_get_real (clock), ==, 1000);
  g_assert_cmpint (lobe_clock_get_monotonic (clock), ==, 0);
  lobe_clock_advance (clock, 250);
  g_assert_cmpint (lobe_clock_get_real (clock), ==, 1250);
  g_assert_cmpint (lobe_clock_get_monotonic (clock), ==, 250);

  g_assert_finalize_object (clock);
}

static gboolean
ring (gpointer user_data)
{
  ++*(guint *) user_data;

  return G_SOURCE_REMOVE;
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
test_timers (void)
{
  LobeClock *clock = lobe_clock_new_fake (1000, 1);
  guint rung = 0, late = 0, off = 0;
  g_autoptr (GSource) timer = lobe_clock_add_timer (clock, 100, ring, &rung);
  g_autoptr (GSource) later = lobe_clock_add_timer (clock, 300, ring, &late);
  g_autoptr (GSource) called_off = lobe_clock_add_timer (clock, 100, ring, &off);
  g_autoptr (GSource) at_once = NULL;

  lobe_clock_advance (clock, 99);
  settle ();
  g_assert_cmpuint (rung, ==, 0);
  g_source_destroy (called_off);
  lobe_clock_advance (clock, 1);
  settle ();
  g_assert_cmpuint (rung, ==, 1);
  lobe_clock_advance (clock, 500);
  settle ();
  g_assert_cmpuint (rung, ==, 1);
  g_assert_cmpuint (late, ==, 1);
  g_assert_cmpuint (off, ==, 0);

  at_once = lobe_clock_add_timer (clock, 100, ring, &rung);
  settle ();
  g_assert_cmpuint (rung, ==, 2);

  g_assert_finalize_object (clock);
}

/* The system's own; a moment that is over needs no waiting. */
static void
test_real_timer (void)
{
  LobeClock *clock = lobe_clock_new ();
  guint rung = 0;
  g_autoptr (GSource) timer = lobe_clock_add_timer (clock, lobe_clock_get_monotonic (clock), ring, &rung);

  while (rung == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_source_is_destroyed (timer));

  g_assert_finalize_object (clock);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/clock/ids-sort", test_ids_sort);
  g_test_add_func ("/clock/fake-stands-still", test_fake_stands_still);
  g_test_add_func ("/clock/timers", test_timers);
  g_test_add_func ("/clock/real-timer", test_real_timer);

  return g_test_run ();
}
