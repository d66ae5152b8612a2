/* test-clock.c: ids sort in the order of their making, whatever the time of day does */
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

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/clock/ids-sort", test_ids_sort);
  g_test_add_func ("/clock/fake-stands-still", test_fake_stands_still);

  return g_test_run ();
}
