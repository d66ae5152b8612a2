/* test-address.c: what people and variables give as addresses */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "server/lobe-address.h"

#include <gio/gio.h>
#include <string.h>

static void
test_normalize (void)
{
  static const struct
  {
    const char *address;
    const char *protocol;
    const char *url;
  } cases[] = {
    { "localhost:11434", "ollama", "http://localhost:11434" },
    { "localhost", "ollama", "http://localhost:11434" },
    { "  http://localhost:11434/api/ ", "ollama", "http://localhost:11434" },
    { "http://localhost:11434/v1", "ollama", "http://localhost:11434" },
    { "https://ollama.example", "ollama", "https://ollama.example" },
    { "192.168.1.5:8080/v1", "openai", "http://192.168.1.5:8080/v1" },
    { "https://host/", "openai", "https://host/v1" },
    { "https://Host.Example:443", "openai", "https://host.example/v1" },
    { "HTTP://host:80/v1/", "openai", "http://host/v1" },
    { "https://host/openai/v3//", "openai", "https://host/openai/v3" },
    { "0.0.0.0:8000", "openai", "http://127.0.0.1:8000/v1" },
    { "::1", "openai", "http://[::1]/v1" },
    { "[::]:8080", "openai", "http://[::1]:8080/v1" },
    { "gpu-box:8000", "openai", "http://gpu-box:8000/v1" },
  };
  static const char *const nonsense[] = {
    "", "   ", "http://", "not an address", "ftp://host/", "file:///etc/passwd", "http://user:pass@host/", "host:99999",
    "host:0", "host:port", "http://host/?key=1", "http://host/#x", "1.2.3", "300.1.1.1", "..", "http://-x/", "\"",
    "javascript:alert(1)", "http://user:hunter2@ho st/", "user:hunter2@host:port",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *url = lobe_address_normalize (cases[i].address, cases[i].protocol, &error);

      g_assert_no_error (error);
      g_assert_cmpstr (url, ==, cases[i].url);
    }

  for (gsize i = 0; i < G_N_ELEMENTS (nonsense); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *url = lobe_address_normalize (nonsense[i], "openai", &error);

      g_test_message ("%s", nonsense[i]);
      g_assert_error (error, LOBE_ERROR, LOBE_ERROR_INVALID);
      g_assert_null (url);
      g_assert_null (strstr (error->message, "hunter2"));
    }
}

static void
test_ollama_host (void)
{
  static const char *const cases[][2] = {
    { "", "http://127.0.0.1:11434" },
    { "1.2.3.4", "http://1.2.3.4:11434" },
    { "1.2.3.4:5", "http://1.2.3.4:5" },
    { ":1234", "http://127.0.0.1:1234" },
    { "0.0.0.0", "http://127.0.0.1:11434" },
    { "0.0.0.0:8000", "http://127.0.0.1:8000" },
    { "http://0.0.0.0:11434", "http://127.0.0.1:11434" },
    { "[::]", "http://[::1]:11434" },
    { "[::1]:1337", "http://[::1]:1337" },
    { "::1", "http://[::1]:11434" },
    { "example.com", "http://example.com:11434" },
    { "example.com:1234/", "http://example.com:1234" },
    { "http://1.2.3.4", "http://1.2.3.4" },
    { "https://1.2.3.4", "https://1.2.3.4" },
    { "https://1.2.3.4:5/path/", "https://1.2.3.4:5/path" },
    { "ollama.com", "https://ollama.com" },
    { " \"1.2.3.4:5\" ", "http://1.2.3.4:5" },
    { "1.2.3.4:abc", "http://1.2.3.4:11434" },
    { "1.2.3.4:99999", "http://1.2.3.4:11434" },
    { "what is this", NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *url = lobe_address_from_ollama (cases[i][0]);

      g_assert_cmpstr (url, ==, cases[i][1]);
    }
}

static void
test_loopback (void)
{
  g_assert_true (lobe_address_is_loopback ("http://localhost:1/v1"));
  g_assert_true (lobe_address_is_loopback ("http://127.3.2.1/"));
  g_assert_true (lobe_address_is_loopback ("http://[::1]:80"));
  g_assert_true (lobe_address_is_loopback ("http://my.localhost"));
  g_assert_false (lobe_address_is_loopback ("http://localhost.example"));
  g_assert_false (lobe_address_is_loopback ("http://notlocalhost"));
  g_assert_false (lobe_address_is_loopback ("http://192.168.0.1"));
  g_assert_false (lobe_address_is_loopback ("nonsense"));
}

static void
test_id_and_name (void)
{
  g_autofree char *id = lobe_address_to_id ("openai", "http://127.0.0.1:8080/v1");
  g_autofree char *deep = lobe_address_to_id ("openai", "https://host/a/v2");
  g_autofree char *name = lobe_address_to_name ("http://[::1]:8080/v1");

  g_assert_cmpstr (id, ==, "openai-127.0.0.1:8080");
  g_assert_cmpstr (deep, ==, "openai-host-a-v2");
  g_assert_cmpstr (name, ==, "[::1]:8080");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add_func ("/address/normalize", test_normalize);
  g_test_add_func ("/address/ollama-host", test_ollama_host);
  g_test_add_func ("/address/loopback", test_loopback);
  g_test_add_func ("/address/id-and-name", test_id_and_name);

  return g_test_run ();
}
