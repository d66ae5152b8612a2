/* test-limit.c: who may go in to a server, when, and who goes first */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-limit.h"

typedef struct
{
  LobeClock *clock;
  LobeLimit *limit;
  GString   *in; /* a letter for each that went in, "-" for each that left the queue */
} Fixture;

typedef struct
{
  Fixture *f;
  char     name;
} Guest;

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->clock = lobe_clock_new_fake (1, 1);
  f->limit = lobe_limit_new ();
  f->in = g_string_new (NULL);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_assert_finalize_object (f->limit);
  g_assert_finalize_object (f->clock);
  g_string_free (f->in, TRUE);
}

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
pass (Fixture *f,
      double   seconds)
{
  lobe_clock_advance (f->clock, (gint64) (seconds * G_USEC_PER_SEC));
  settle ();
}

static void
entered (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autofree Guest *guest = user_data;
  g_autoptr (GError) error = NULL;

  if (lobe_limit_enter_finish (LOBE_LIMIT (object), result, &error))
    g_string_append_c (guest->f->in, guest->name);
  else
    {
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_string_append_c (guest->f->in, '-');
    }
}

static void
come (Fixture      *f,
      char          name,
      GCancellable *cancellable)
{
  Guest *guest = g_new (Guest, 1);

  *guest = (Guest) { f, name };
  lobe_limit_enter_async (f->limit, f->clock, cancellable, entered, guest);
  settle ();
}

static void
test_no_limit (Fixture       *f,
               gconstpointer  data)
{
  for (char name = 'a'; name < 'e'; name++)
    come (f, name, NULL);
  g_assert_cmpstr (f->in->str, ==, "abcd");
  g_assert_cmpuint (lobe_limit_get_n_running (f->limit), ==, 4);
  g_assert_false (lobe_limit_is_full (f->limit));
}

static void
test_concurrency (Fixture       *f,
                  gconstpointer  data)
{
  lobe_limit_set_concurrency (f->limit, 2);
  for (char name = 'a'; name < 'f'; name++)
    come (f, name, NULL);
  g_assert_cmpstr (f->in->str, ==, "ab");
  g_assert_true (lobe_limit_is_full (f->limit));
  g_assert_cmpuint (lobe_limit_get_n_waiting (f->limit), ==, 3);

  lobe_limit_leave (f->limit);
  settle ();
  g_assert_cmpstr (f->in->str, ==, "abc");
  lobe_limit_leave (f->limit);
  lobe_limit_leave (f->limit);
  settle ();
  g_assert_cmpstr (f->in->str, ==, "abcde");
  g_assert_cmpuint (lobe_limit_get_n_running (f->limit), ==, 2);
  g_assert_cmpuint (lobe_limit_get_n_served (f->limit), ==, 5);
}

static void
test_widened (Fixture       *f,
              gconstpointer  data)
{
  lobe_limit_set_concurrency (f->limit, 1);
  come (f, 'a', NULL);
  come (f, 'b', NULL);
  come (f, 'c', NULL);
  lobe_limit_set_concurrency (f->limit, 0);
  settle ();
  g_assert_cmpstr (f->in->str, ==, "abc");
}

static void
test_cancelled (Fixture       *f,
                gconstpointer  data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  lobe_limit_set_concurrency (f->limit, 1);
  come (f, 'a', NULL);
  come (f, 'b', cancellable);
  come (f, 'c', NULL);
  g_cancellable_cancel (cancellable);
  settle ();
  g_assert_cmpstr (f->in->str, ==, "a-");
  lobe_limit_leave (f->limit);
  settle ();
  g_assert_cmpstr (f->in->str, ==, "a-c");

  /* a place that was given stays given, until it is left */
  g_cancellable_reset (cancellable);
  lobe_limit_leave (f->limit);
  come (f, 'd', cancellable);
  g_cancellable_cancel (cancellable);
  settle ();
  g_assert_cmpuint (lobe_limit_get_n_running (f->limit), ==, 1);
  lobe_limit_leave (f->limit);

  /* and one who comes late does not queue for ever */
  come (f, 'e', NULL);
  come (f, 'f', cancellable);
  g_assert_cmpstr (f->in->str, ==, "a-cde-");
}

static void
test_per_minute (Fixture       *f,
                 gconstpointer  data)
{
  lobe_limit_set_requests_per_minute (f->limit, 2);
  come (f, 'a', NULL);
  pass (f, 10);
  come (f, 'b', NULL);
  come (f, 'c', NULL);
  come (f, 'd', NULL);
  lobe_limit_leave (f->limit);
  lobe_limit_leave (f->limit);
  settle ();
  g_assert_cmpstr (f->in->str, ==, "ab");
  g_assert_cmpint (lobe_limit_get_wait (f->limit, lobe_clock_get_monotonic (f->clock)), ==, 50 * G_USEC_PER_SEC);

  pass (f, 49.9);
  g_assert_cmpstr (f->in->str, ==, "ab");
  pass (f, 0.1);
  g_assert_cmpstr (f->in->str, ==, "abc");
  pass (f, 9);
  g_assert_cmpstr (f->in->str, ==, "abc");
  pass (f, 1);
  g_assert_cmpstr (f->in->str, ==, "abcd");

  /* in no minute more than two, however long it was quiet */
  pass (f, 1000);
  for (char name = 'e'; name < 'i'; name++)
    come (f, name, NULL);
  g_assert_cmpstr (f->in->str, ==, "abcdef");
  pass (f, 60);
  g_assert_cmpstr (f->in->str, ==, "abcdefgh");
}

static void
test_pause (Fixture       *f,
            gconstpointer  data)
{
  lobe_limit_pause (f->limit, 12 * G_USEC_PER_SEC);
  lobe_limit_pause (f->limit, 3 * G_USEC_PER_SEC);
  come (f, 'a', NULL);
  come (f, 'b', NULL);
  pass (f, 5);
  g_assert_cmpstr (f->in->str, ==, "");

  /* put off while somebody waits */
  lobe_limit_pause (f->limit, 20 * G_USEC_PER_SEC);
  pass (f, 10);
  g_assert_cmpstr (f->in->str, ==, "");
  pass (f, 5);
  g_assert_cmpstr (f->in->str, ==, "ab");
}

/* A place that becomes free before the time does not help, and the other way round. */
static void
test_both (Fixture       *f,
           gconstpointer  data)
{
  lobe_limit_set_concurrency (f->limit, 1);
  come (f, 'a', NULL);
  lobe_limit_pause (f->limit, 10 * G_USEC_PER_SEC);
  come (f, 'b', NULL);
  pass (f, 20);
  g_assert_cmpstr (f->in->str, ==, "a");
  lobe_limit_pause (f->limit, 30 * G_USEC_PER_SEC);
  lobe_limit_leave (f->limit);
  settle ();
  g_assert_cmpstr (f->in->str, ==, "a");
  pass (f, 10);
  g_assert_cmpstr (f->in->str, ==, "ab");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(name, func) g_test_add ("/limit/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("none", test_no_limit);
  ADD ("concurrency", test_concurrency);
  ADD ("widened", test_widened);
  ADD ("cancelled", test_cancelled);
  ADD ("per-minute", test_per_minute);
  ADD ("pause", test_pause);
  ADD ("both", test_both);

  return g_test_run ();
}
