/* lobe-days.c: sorts points in time under Today, Yesterday, Previous 7 Days, Previous 30 Days and months */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-days.h"

#include <glib/gi18n.h>

enum
{
  TODAY,
  YESTERDAY,
  PREVIOUS_7_DAYS,
  PREVIOUS_30_DAYS,
  FIRST_MONTH,
};

struct _LobeDays
{
  GDateTime *today;
  gint64     tomorrow;
  GDateTime *last_month; /* the start of the oldest month in starts, or of the day 30 days ago */
  GArray    *starts;     /* gint64, µs: where each section starts, newest first */
};

static gint64
to_microseconds (GDateTime *time)
{
  return g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

static void
add_start (LobeDays  *self,
           GDateTime *time)
{
  gint64 start = to_microseconds (time);

  g_array_append_val (self->starts, start);
}

static GDateTime *
start_of_day (GDateTime *time)
{
  return g_date_time_new (g_date_time_get_timezone (time),
                          g_date_time_get_year (time), g_date_time_get_month (time), g_date_time_get_day_of_month (time),
                          0, 0, 0);
}

static void
add_month (LobeDays *self)
{
  g_autoptr (GDateTime) before = g_date_time_add_seconds (self->last_month, -1);
  GDateTime *month = g_date_time_new (g_date_time_get_timezone (before),
                                      g_date_time_get_year (before), g_date_time_get_month (before), 1, 0, 0, 0);

  g_date_time_unref (self->last_month);
  self->last_month = month;
  add_start (self, month);
}

/**
 * lobe_days_new:
 * @now: the present, in µs since 1970
 * @zone: where a day begins and ends
 *
 * Makes the sections as they are at @now.
 *
 * Returns: (transfer full): the sections; free with lobe_days_free ()
 */
LobeDays *
lobe_days_new (gint64     now,
               GTimeZone *zone)
{
  LobeDays *self = g_new0 (LobeDays, 1);
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (now / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, zone);
  static const int back[] = { 0, -1, -7, -30 };

  self->today = start_of_day (local);
  self->starts = g_array_new (FALSE, FALSE, sizeof (gint64));

  for (guint i = 0; i < G_N_ELEMENTS (back); i++)
    {
      /* by the calendar: a day need not have 24 hours */
      g_autoptr (GDateTime) day = g_date_time_add_days (self->today, back[i]);

      add_start (self, day);
      g_clear_pointer (&self->last_month, g_date_time_unref);
      self->last_month = g_steal_pointer (&day);
    }

  {
    g_autoptr (GDateTime) tomorrow = g_date_time_add_days (self->today, 1);

    self->tomorrow = to_microseconds (tomorrow);
  }

  return self;
}

void
lobe_days_free (LobeDays *self)
{
  g_date_time_unref (self->today);
  g_date_time_unref (self->last_month);
  g_array_unref (self->starts);
  g_free (self);
}

/**
 * lobe_days_is_current:
 * @self: the sections
 * @now: the present, in µs since 1970
 *
 * Tells whether @now is still the day for which the sections were made.
 */
gboolean
lobe_days_is_current (LobeDays *self,
                      gint64    now)
{
  return now >= g_array_index (self->starts, gint64, TODAY) && now < self->tomorrow;
}

/**
 * lobe_days_get_section:
 * @self: the sections
 * @time: a point in time, in µs since 1970
 *
 * Gets the section of @time. What lies in the future is of today: clocks of other machines differ.
 *
 * Returns: the section; a greater one is further in the past
 */
guint
lobe_days_get_section (LobeDays *self,
                       gint64    time)
{
  guint section = 0;

  time = MAX (time, 0);

  for (;;)
    {
      if (section == self->starts->len)
        add_month (self);
      if (time >= g_array_index (self->starts, gint64, section))
        return section;
      /* a month may begin on the very day 30 days ago and would then be empty; skipping it costs nothing */
      section++;
    }
}

/**
 * lobe_days_dup_title:
 * @self: the sections
 * @section: a section from lobe_days_get_section ()
 *
 * Returns: (transfer full): its title
 */
char *
lobe_days_dup_title (LobeDays *self,
                     guint     section)
{
  switch (section)
    {
    case TODAY:
      return g_strdup (_("Today"));
    case YESTERDAY:
      return g_strdup (_("Yesterday"));
    case PREVIOUS_7_DAYS:
      return g_strdup (_("Previous 7 Days"));
    case PREVIOUS_30_DAYS:
      return g_strdup (_("Previous 30 Days"));
    default:
      {
        g_autoptr (GDateTime) utc = NULL;
        g_autoptr (GDateTime) month = NULL;

        g_return_val_if_fail (section < self->starts->len, NULL);

        utc = g_date_time_new_from_unix_utc (g_array_index (self->starts, gint64, section) / G_USEC_PER_SEC);
        month = g_date_time_to_timezone (utc, g_date_time_get_timezone (self->today));

        if (g_date_time_get_year (month) == g_date_time_get_year (self->today))
          /* Translators: a month of this year as a section title; see g_date_time_format () */
          return g_date_time_format (month, _("%OB"));

        /* Translators: a month of another year as a section title; see g_date_time_format () */
        return g_date_time_format (month, _("%OB %Y"));
      }
    }
}
