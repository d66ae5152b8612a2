/* bench.h: how a benchmark prints a figure: one JSON object a line, beside its baseline of the same run */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdlib.h>
#include <time.h>

/* CPU seconds of the calling thread so far. */
static inline double
bench_cpu (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);

  return (double) now.tv_sec + (double) now.tv_nsec / 1e9;
}

static inline int
bench_compare (gconstpointer a,
               gconstpointer b)
{
  const double *one = a, *other = b;

  return (*one > *other) - (*one < *other);
}

/* The middle one of n values, which are sorted in place. */
static inline double
bench_median (double *values,
              gsize   n)
{
  qsort (values, n, sizeof *values, bench_compare);

  return values[n / 2];
}

static inline void
bench_print (const char *figure,
             double      value,
             const char *unit,
             double      baseline,
             double      ratio,
             double      goal,
             gboolean    ok)
{
  char number[5][G_ASCII_DTOSTR_BUF_SIZE];

  g_print ("{\"figure\":\"%s\",\"value\":%s,\"unit\":\"%s\",\"baseline\":%s,\"ratio\":%s,\"goal\":%s,\"ok\":%s}\n", figure,
           g_ascii_formatd (number[0], sizeof number[0], "%.5g", value), unit,
           g_ascii_formatd (number[1], sizeof number[1], "%.5g", baseline),
           g_ascii_formatd (number[2], sizeof number[2], "%.4g", ratio),
           g_ascii_formatd (number[3], sizeof number[3], "%.4g", goal), ok ? "true" : "false");
}

/* A figure whose goal is about value : baseline, at most or at least. */
static inline void
bench_figure (const char *figure,
              double      value,
              const char *unit,
              double      baseline,
              double      goal,
              gboolean    at_most)
{
  double ratio = baseline != 0 ? value / baseline : 0;

  bench_print (figure, value, unit, baseline, ratio, goal, at_most ? ratio <= goal : ratio >= goal);
}

/* A figure whose goal is about value − baseline, in its unit. */
static inline void
bench_difference (const char *figure,
                  double      value,
                  const char *unit,
                  double      baseline,
                  double      goal)
{
  bench_print (figure, value, unit, baseline, baseline != 0 ? value / baseline : 0, goal, value - baseline <= goal);
}

/* A figure whose goal is about itself, in its unit; the baseline is only there to compare with. */
static inline void
bench_limit (const char *figure,
             double      value,
             const char *unit,
             double      baseline,
             double      goal)
{
  bench_print (figure, value, unit, baseline, baseline != 0 ? value / baseline : 0, goal, value <= goal);
}
