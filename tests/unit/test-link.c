/* test-link.c: only links that a browser or a mail program opens may be followed */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "markdown/lobe-link.h"

static void
test_allowed (void)
{
  static const char * const targets[] = {
    "http://example.org", "https://example.org/a?b#c", "HTTPS://EXAMPLE.ORG", "mailto:a@example.org", "MailTo:x@y",
    " https://example.org\n", "\001\x7fhttps://x", "http://[::1]:8080/",
  };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    g_assert_true (lobe_link_is_allowed (targets[i]));
}

static void
test_refused (void)
{
  static const char * const targets[] = {
    NULL, "", " ", "javascript:alert(1)", " JavaScript:alert(1)", "java\nscript:alert(1)", "data:text/html,x",
    "file:///etc/passwd", "ftp://example.org", "smb://host", "vbscript:x", "http", "http:", "https:/", "https://",
    "mailto:", "httpx://example.org", "//example.org", "/etc/passwd", "example.org", "#here", "https://a\nb", "ht\ttps://a",
    "https ://a", "\357\273\277https://a", "x-scheme:https://a", "http:javascript:alert(1)", "https://a b",
  };

  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_test_message ("%s", targets[i] != NULL ? targets[i] : "null");
      g_assert_false (lobe_link_is_allowed (targets[i]));
    }
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/link/allowed", test_allowed);
  g_test_add_func ("/link/refused", test_refused);

  return g_test_run ();
}
