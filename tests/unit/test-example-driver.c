/* test-example-driver.c: the example of a driver does all that a driver must do */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver-conformance.h"
#include "example-driver.h"

static const StreamCase streams[] = {
  { "example/made-whole.ndjson", "\n", "\"end\"", LOBE_STOP_END, -1, "Grüße, 世界", NULL, NULL, 3, 2 },
  { "example/made-cut.ndjson", "\n", "\"end\"", LOBE_STOP_LENGTH, -1, "One two", NULL, NULL, 1, 2 },
  { "example/made-error.ndjson", "\n", NULL, LOBE_STOP_NONE, LOBE_ERROR_OVERLOADED, "Half", NULL, NULL, -1, -1 },
};

static const DriverCase driver = {
  lobe_example_driver_new, lobe_example_stream_new, "application/x-ndjson", streams, G_N_ELEMENTS (streams), NULL,
  "{\"error\":{\"message\":\"No more\",\"type\":\"rate_limit_error\"}}", LOBE_ERROR_RATE_LIMITED,
};

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  conformance_add ("example-driver", &driver);

  return g_test_run ();
}
