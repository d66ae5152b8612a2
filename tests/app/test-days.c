/* test-days.c: chats under Today, Yesterday, Previous 7 Days, Previous 30 Days and months */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/lobe-days.h"

#include <locale.h>

static gint64
at (GTimeZone *zone,
    int        year,
    int        month,
    int        day,
    int        hour,
    int        minute)
{
  g_autoptr (GDateTime) time = g_date_time_new (zone, year, month, day, hour, minute, 0);

  return g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

static void
assert_title (LobeDays   *days,
              gint64      time,
              const char *expected)
{
  g_autofree char *title = lobe_days_dup_title (days, lobe_days_get_section (days, time));

  g_assert_cmpstr (title, ==, expected);
}

static void
test_sections (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (LobeDays) days = lobe_days_new (at (zone, 2025, 5, 20, 9, 30), zone);

  assert_title (days, at (zone, 2025, 5, 20, 9, 29), "Today");
  assert_title (days, at (zone, 2025, 5, 20, 0, 0), "Today");
  assert_title (days, at (zone, 2025, 5, 19, 23, 59), "Yesterday");
  assert_title (days, at (zone, 2025, 5, 19, 0, 0), "Yesterday");
  assert_title (days, at (zone, 2025, 5, 18, 23, 59), "Previous 7 Days");
  assert_title (days, at (zone, 2025, 5, 13, 0, 0), "Previous 7 Days");
  assert_title (days, at (zone, 2025, 5, 12, 23, 59), "Previous 30 Days");
  assert_title (days, at (zone, 2025, 4, 20, 0, 0), "Previous 30 Days");
  assert_title (days, at (zone, 2025, 4, 19, 23, 59), "April");
  assert_title (days, at (zone, 2025, 4, 1, 0, 0), "April");
  assert_title (days, at (zone, 2025, 3, 31, 23, 59), "March");
  assert_title (days, at (zone, 2024, 12, 31, 23, 59), "December 2024");
  assert_title (days, at (zone, 2020, 2, 29, 12, 0), "February 2020");
}

static void
test_future (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (LobeDays) days = lobe_days_new (at (zone, 2025, 5, 20, 9, 30), zone);

  /* the clock of another machine, or ours before it was set */
  assert_title (days, at (zone, 2025, 5, 21, 9, 0), "Today");
  assert_title (days, G_MAXINT64, "Today");
}

static void
test_beginning_of_time (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (LobeDays) days = lobe_days_new (at (zone, 2025, 5, 20, 9, 30), zone);

  assert_title (days, 0, "January 1970");
  assert_title (days, G_MININT64, "January 1970");
}

static void
test_first_of_month (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (LobeDays) days = lobe_days_new (at (zone, 2025, 5, 31, 9, 0), zone);

  /* thirty days ago is the first of May: April follows, and no empty May */
  assert_title (days, at (zone, 2025, 5, 1, 0, 0), "Previous 30 Days");
  assert_title (days, at (zone, 2025, 4, 30, 23, 59), "April");
}

static void
test_order (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  gint64 now = at (zone, 2025, 5, 20, 9, 30);
  g_autoptr (LobeDays) days = lobe_days_new (now, zone);
  guint section = 0;

  for (gint64 time = now; time > 0; time -= 11 * G_TIME_SPAN_HOUR)
    {
      guint next = lobe_days_get_section (days, time);

      g_assert_cmpuint (next, >=, section);
      section = next;
    }
}

static void
test_summer_time (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_identifier ("Europe/Berlin");
  g_autoptr (LobeDays) days = NULL;

  if (zone == NULL)
    {
      g_test_skip ("no time zones here");
      return;
    }

  /* 30 March 2025 had 23 hours */
  days = lobe_days_new (at (zone, 2025, 3, 31, 0, 30), zone);
  assert_title (days, at (zone, 2025, 3, 31, 0, 0), "Today");
  assert_title (days, at (zone, 2025, 3, 30, 0, 0), "Yesterday");
  assert_title (days, at (zone, 2025, 3, 29, 23, 59), "Previous 7 Days");
}

static void
test_current (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_utc ();
  g_autoptr (LobeDays) days = lobe_days_new (at (zone, 2025, 5, 20, 9, 30), zone);

  g_assert_true (lobe_days_is_current (days, at (zone, 2025, 5, 20, 0, 0)));
  g_assert_true (lobe_days_is_current (days, at (zone, 2025, 5, 20, 23, 59)));
  g_assert_false (lobe_days_is_current (days, at (zone, 2025, 5, 21, 0, 0)));
  g_assert_false (lobe_days_is_current (days, at (zone, 2025, 5, 19, 23, 59)));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/days/sections", test_sections);
  g_test_add_func ("/days/future", test_future);
  g_test_add_func ("/days/beginning-of-time", test_beginning_of_time);
  g_test_add_func ("/days/first-of-month", test_first_of_month);
  g_test_add_func ("/days/order", test_order);
  g_test_add_func ("/days/summer-time", test_summer_time);
  g_test_add_func ("/days/current", test_current);

  return g_test_run ();
}
