/* test-http.c: what leaves by the one door, what does not, and what is told of it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "net/lobe-http.h"

#include "raw-server.h"

#include <glib/gstdio.h>

#define OK "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"

/* A policy that refuses what has a given word in its address, and a ledger, in one */

#define TEST_TYPE_GATE (test_gate_get_type ())

G_DECLARE_FINAL_TYPE (TestGate, test_gate, TEST, GATE, GObject)

struct _TestGate
{
  GObject      parent_instance;

  const char  *refused;
  guint        asked;
  GString     *records; /* "description status [nick]\n" */
};

static gboolean
test_gate_check (LobePolicy       *policy,
                 LobeHttpRequest  *request,
                 GError          **error)
{
  TestGate *self = TEST_GATE (policy);

  self->asked++;
  if (self->refused == NULL || strstr (lobe_http_request_get_uri (request), self->refused) == NULL)
    return TRUE;

  g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_POLICY, "Only this machine is allowed");

  return FALSE;
}

static void
test_gate_record (LobeLedger      *ledger,
                  LobeHttpRequest *request,
                  guint            status,
                  const GError    *error)
{
  TestGate *self = TEST_GATE (ledger);
  g_autofree char *description = lobe_http_request_describe (request);

  g_assert_cmpint (status == 0, ==, error != NULL);
  g_string_append_printf (self->records, "%s %u", description, status);
  if (error != NULL)
    g_string_append_printf (self->records, " %s", lobe_error_get_nick (error));
  g_string_append_c (self->records, '\n');
}

static void
test_gate_policy_init (LobePolicyInterface *iface)
{
  iface->check = test_gate_check;
}

static void
test_gate_ledger_init (LobeLedgerInterface *iface)
{
  iface->record = test_gate_record;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestGate, test_gate, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_POLICY, test_gate_policy_init)
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_LEDGER, test_gate_ledger_init))

static void
test_gate_finalize (GObject *object)
{
  g_string_free (TEST_GATE (object)->records, TRUE);

  G_OBJECT_CLASS (test_gate_parent_class)->finalize (object);
}

static void
test_gate_class_init (TestGateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_gate_finalize;
}

static void
test_gate_init (TestGate *self)
{
  self->records = g_string_new (NULL);
}

/* The proxy resolver of this process: everything goes through the proxy that a test names, as with a system that has
 * one set and no exceptions */

static char *proxy_of_system;

#define TEST_TYPE_PROXY_RESOLVER (test_proxy_resolver_get_type ())

G_DECLARE_FINAL_TYPE (TestProxyResolver, test_proxy_resolver, TEST, PROXY_RESOLVER, GObject)

struct _TestProxyResolver
{
  GObject parent_instance;
};

static gboolean
test_proxy_resolver_is_supported (GProxyResolver *resolver)
{
  return TRUE;
}

static char **
test_proxy_resolver_lookup (GProxyResolver  *resolver,
                            const char      *uri,
                            GCancellable    *cancellable,
                            GError         **error)
{
  return g_strdupv ((char *[]) { proxy_of_system != NULL ? proxy_of_system : (char *) "direct://", NULL });
}

static void
test_proxy_resolver_lookup_async (GProxyResolver      *resolver,
                                  const char          *uri,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  g_task_return_pointer (task, test_proxy_resolver_lookup (resolver, uri, NULL, NULL), (GDestroyNotify) g_strfreev);
}

static char **
test_proxy_resolver_lookup_finish (GProxyResolver  *resolver,
                                   GAsyncResult    *result,
                                   GError         **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_proxy_resolver_iface_init (GProxyResolverInterface *iface)
{
  iface->is_supported = test_proxy_resolver_is_supported;
  iface->lookup = test_proxy_resolver_lookup;
  iface->lookup_async = test_proxy_resolver_lookup_async;
  iface->lookup_finish = test_proxy_resolver_lookup_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestProxyResolver, test_proxy_resolver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_PROXY_RESOLVER, test_proxy_resolver_iface_init))

static void
test_proxy_resolver_class_init (TestProxyResolverClass *klass)
{
}

static void
test_proxy_resolver_init (TestProxyResolver *self)
{
}

/* A resolver that knows no name, so that no test asks a real one */

#define TEST_TYPE_RESOLVER (test_resolver_get_type ())

G_DECLARE_FINAL_TYPE (TestResolver, test_resolver, TEST, RESOLVER, GResolver)

struct _TestResolver
{
  GResolver parent_instance;
};

G_DEFINE_FINAL_TYPE (TestResolver, test_resolver, G_TYPE_RESOLVER)

static void
test_resolver_lookup_async (GResolver                *resolver,
                            const char               *name,
                            GResolverNameLookupFlags  flags,
                            GCancellable             *cancellable,
                            GAsyncReadyCallback       callback,
                            gpointer                  user_data)
{
  g_autoptr (GTask) task = g_task_new (resolver, cancellable, callback, user_data);

  g_task_return_new_error (task, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "Name unknown");
}

static void
test_resolver_lookup_plain_async (GResolver           *resolver,
                                  const char          *name,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  test_resolver_lookup_async (resolver, name, 0, cancellable, callback, user_data);
}

static GList *
test_resolver_lookup_finish (GResolver     *resolver,
                             GAsyncResult  *result,
                             GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
test_resolver_class_init (TestResolverClass *klass)
{
  GResolverClass *resolver_class = G_RESOLVER_CLASS (klass);

  resolver_class->lookup_by_name_async = test_resolver_lookup_plain_async;
  resolver_class->lookup_by_name_finish = test_resolver_lookup_finish;
  resolver_class->lookup_by_name_with_flags_async = test_resolver_lookup_async;
  resolver_class->lookup_by_name_with_flags_finish = test_resolver_lookup_finish;
}

static void
test_resolver_init (TestResolver *self)
{
}

/* What servers do */

static void
answer (RawServer  *server,
        RawClient  *client,
        const char *request)
{
  raw_write (client, server->data);
}

static void
answer_nothing (RawServer  *server,
                RawClient  *client,
                const char *request)
{
}

static void
answer_and_close (RawServer  *server,
                  RawClient  *client,
                  const char *request)
{
  raw_write (client, server->data);
  raw_close (client);
}

/* "/to/ADDRESS" redirects there */
static void
answer_redirect (RawServer  *server,
                 RawClient  *client,
                 const char *request)
{
  const char *target = strstr (request, "/to/");
  g_autofree char *location = NULL;
  g_autofree char *response = NULL;

  if (target == NULL)
    {
      raw_write (client, OK);
      return;
    }

  target += strlen ("/to/");
  location = g_strndup (target, strcspn (target, " "));
  response = g_strdup_printf ("HTTP/1.1 307 Elsewhere\r\nLocation: %s\r\nContent-Length: 4\r\n\r\ngone", location);
  raw_write (client, response);
}

/* What clients do */

static LobeHttpRequest *
make_request (RawServer  *server,
              const char *method,
              const char *path)
{
  g_autofree char *uri = raw_server_uri (server, path);

  return lobe_http_request_new (method, uri, LOBE_PURPOSE_CHAT, "Test");
}

static char *
fetch (LobeHttp         *http,
       LobeHttpRequest  *request,
       guint            *status,
       GError          **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GBytes) body = NULL;

  lobe_http_fetch_async (http, request, 1000, NULL, keep_result, &result);
  run_until (result != NULL);
  body = lobe_http_fetch_finish (http, result, status, error);
  if (body == NULL)
    return NULL;

  return g_bytes_get_size (body) > 0 ? g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body)) : g_strdup ("");
}

static void
assert_answers (LobeHttp        *http,
                LobeHttpRequest *request,
                guint            expected_status,
                const char      *expected_body)
{
  g_autoptr (GError) error = NULL;
  guint status;
  g_autofree char *body = fetch (http, request, &status, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (status, ==, expected_status);
  g_assert_cmpstr (body, ==, expected_body);
}

/* Nothing secret may be in any error: the tests' secrets and queries all hold the word "hush" */
static void
assert_fails (LobeHttp        *http,
              LobeHttpRequest *request,
              LobeError        code,
              const char      *begins)
{
  g_autoptr (GError) error = NULL;
  guint status = 1;
  g_autofree char *body = fetch (http, request, &status, &error);

  g_assert_error (error, LOBE_ERROR, (int) code);
  g_assert_null (body);
  g_assert_cmpuint (status, ==, 0);
  if (!g_str_has_prefix (error->message, begins))
    g_error ("“%s” does not begin with “%s”", error->message, begins);
  g_assert_null (strstr (error->message, "hush"));
}

static void
assert_finalized_later (gpointer object)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (object);
}

/* A port on which nobody listens: it was free a moment ago */
static guint16
get_dead_port (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_nothing, NULL);

  return server->port;
}

static void
test_request (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer, OK);
  LobeHttp *http = lobe_http_new (NULL, NULL);
  LobeHttpRequest *request = make_request (server, "POST", "/api/chat?a=b%20c");
  g_autoptr (GBytes) body = g_bytes_new_static ("{\"x\":1}", 7);

  lobe_http_request_set_header (request, "X-One", "1");
  lobe_http_request_set_header (request, "X-Two", "2");
  lobe_http_request_set_header (request, "x-two", NULL);
  lobe_http_request_set_secret (request, "Authorization", "Bearer hush");
  lobe_http_request_set_body (request, "application/json", body);
  assert_answers (http, request, 200, "{}");

  g_assert_true (g_str_has_prefix (raw_request (server, 0), "POST /api/chat?a=b%20c HTTP/1.1\r\n"));
  g_assert_true (g_str_has_suffix (raw_request (server, 0), "\r\n\r\n{\"x\":1}"));
  g_assert_nonnull (strstr (raw_request (server, 0), "\r\nUser-Agent: LobeChat/0.1"));
  g_assert_nonnull (strstr (raw_request (server, 0), "\r\nContent-Type: application/json\r\n"));
  g_assert_nonnull (strstr (raw_request (server, 0), "\r\nx-one: 1\r\n"));
  g_assert_nonnull (strstr (raw_request (server, 0), "\r\nAuthorization: Bearer hush\r\n"));
  g_assert_null (strstr (raw_request (server, 0), "x-two"));

  assert_finalized_later (request);
  assert_finalized_later (http);
}

static void
test_describe (void)
{
  g_autoptr (LobeHttpRequest) plain = lobe_http_request_new ("POST", "http://127.0.0.1:11434/api/chat?key=hush#hush",
                                                             LOBE_PURPOSE_CHAT, "Ollama");
  g_autoptr (LobeHttpRequest) user = lobe_http_request_new ("GET", "https://me:hush@[::1]:8443/x", LOBE_PURPOSE_DOWNLOAD, "M");
  g_autoptr (LobeHttpRequest) broken = lobe_http_request_new ("GET", "me:hush@example.org", LOBE_PURPOSE_MODELS, "M");
  g_autofree char *plain_text = lobe_http_request_describe (plain);
  g_autofree char *user_text = lobe_http_request_describe (user);
  g_autofree char *broken_text = lobe_http_request_describe (broken);

  g_assert_cmpstr (plain_text, ==, "POST http://127.0.0.1:11434/api/chat (chat, Ollama)");
  g_assert_cmpstr (user_text, ==, "GET https://[::1]:8443/x (download, M)");
  g_assert_cmpstr (broken_text, ==, "GET (no address) (models, M)");
  g_assert_cmpstr (lobe_http_request_get_uri (user), ==, "https://[::1]:8443/x");
  g_assert_cmpstr (lobe_http_request_get_uri (broken), ==, "");
  g_assert_cmpstr (lobe_http_request_get_method (plain), ==, "POST");
  g_assert_cmpint (lobe_http_request_get_purpose (user), ==, LOBE_PURPOSE_DOWNLOAD);
  g_assert_null (lobe_http_request_get_body (plain));
}

/* A name and a password in an address are sent, and seen nowhere else */
static void
test_user_in_address (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer, OK);
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autofree char *uri = g_strdup_printf ("http://me:hu%%3Ash@127.0.0.1:%u/", server->port);
  g_autoptr (LobeHttpRequest) request = lobe_http_request_new ("GET", uri, LOBE_PURPOSE_MODELS, "Test");

  assert_answers (http, request, 200, "{}");
  g_assert_nonnull (strstr (raw_request (server, 0), "\r\nAuthorization: Basic bWU6aHU6c2g=\r\n")); /* me:hu:sh */
}

static void
test_status_is_no_error (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer, "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=\"x\"\r\n"
                                                               "Content-Length: 5\r\n\r\nno!!!");
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeHttpRequest) request = make_request (server, "GET", "/");

  assert_answers (http, request, 401, "no!!!");
  g_assert_cmpuint (server->requests->len, ==, 1);
}

static void
test_policy (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer, OK);
  TestGate *gate = g_object_new (TEST_TYPE_GATE, NULL);
  LobeHttp *http = lobe_http_new (LOBE_POLICY (gate), LOBE_LEDGER (gate));
  g_autoptr (LobeHttpRequest) good = make_request (server, "GET", "/good");
  g_autoptr (LobeHttpRequest) bad = make_request (server, "POST", "/bad?hush");
  g_autofree char *expected = g_strdup_printf ("POST http://127.0.0.1:%u/bad (chat, Test) 0 policy\n"
                                               "GET http://127.0.0.1:%u/good (chat, Test) 200\n",
                                               server->port, server->port);

  gate->refused = "/bad";
  assert_fails (http, bad, LOBE_ERROR_POLICY, "Only this machine is allowed");
  g_assert_cmpuint (server->clients->len, ==, 0);
  assert_answers (http, good, 200, "{}");
  g_assert_cmpuint (server->clients->len, ==, 1);
  g_assert_cmpuint (server->requests->len, ==, 1);
  g_assert_cmpuint (gate->asked, ==, 2);
  g_assert_cmpstr (gate->records->str, ==, expected);

  assert_finalized_later (http);
  assert_finalized_later (gate);
}

static void
test_ledger (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer, "HTTP/1.1 404 No\r\nContent-Length: 9999\r\n\r\n");
  g_autoptr (TestGate) gate = g_object_new (TEST_TYPE_GATE, NULL);
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, LOBE_LEDGER (gate));
  g_autoptr (LobeHttpRequest) missing = make_request (server, "GET", "/");
  g_autoptr (LobeHttpRequest) broken = lobe_http_request_new ("GET", "x", LOBE_PURPOSE_MODELS, "Test");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *expected = g_strdup_printf ("GET http://127.0.0.1:%u/ (chat, Test) 404\n"
                                               "GET (no address) (models, Test) 0 invalid\n"
                                               "GET http://127.0.0.1:%u/ (chat, Test) 0 cancelled\n",
                                               server->port, server->port);

  /* the body is too long, which the status does not know yet */
  assert_fails (http, missing, LOBE_ERROR_PROTOCOL, "The answer of “Test” is longer than 1000 bytes");
  assert_fails (http, broken, LOBE_ERROR_INVALID, "The address of “Test”");

  g_cancellable_cancel (cancellable);
  lobe_http_send_async (http, missing, cancellable, keep_result, &result);
  run_until (result != NULL);
  g_assert_null (lobe_http_send_finish (http, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (server->requests->len, ==, 1);

  g_assert_cmpstr (gate->records->str, ==, expected);
}

static void
test_redirect (void)
{
  g_autoptr (RawServer) other = raw_server_new (NULL, answer_redirect, NULL);
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_redirect, NULL);
  g_autoptr (TestGate) gate = g_object_new (TEST_TYPE_GATE, NULL);
  g_autoptr (LobeHttp) http = lobe_http_new (LOBE_POLICY (gate), LOBE_LEDGER (gate));
  g_autofree char *away_path = g_strdup_printf ("/to/http://127.0.0.1:%u/there", other->port);
  g_autoptr (LobeHttpRequest) here = make_request (server, "GET", "/to//there");
  g_autoptr (LobeHttpRequest) away = make_request (server, "GET", away_path);
  g_autofree char *expected = NULL;

  lobe_http_request_set_secret (here, "Authorization", "Bearer hush");
  lobe_http_request_set_header (here, "Range", "bytes=5-");
  assert_answers (http, here, 200, "{}");
  g_assert_cmpuint (server->requests->len, ==, 2);
  g_assert_true (g_str_has_prefix (raw_request (server, 1), "GET /there HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (raw_request (server, 1), "\r\nAuthorization: Bearer hush\r\n"));
  g_assert_nonnull (strstr (raw_request (server, 1), "\r\nRange: bytes=5-\r\n"));

  lobe_http_request_set_secret (away, "Authorization", "Bearer hush");
  lobe_http_request_set_header (away, "Range", "bytes=5-");
  assert_answers (http, away, 200, "{}");
  g_assert_cmpuint (other->requests->len, ==, 1);
  g_assert_null (strstr (raw_request (other, 0), "hush"));
  g_assert_nonnull (strstr (raw_request (other, 0), "\r\nRange: bytes=5-\r\n"));

  expected = g_strdup_printf ("GET http://127.0.0.1:%u/to//there (chat, Test) 307\n"
                              "GET http://127.0.0.1:%u/there (chat, Test) 200\n"
                              "GET http://127.0.0.1:%u%s (chat, Test) 307\n"
                              "GET http://127.0.0.1:%u/there (chat, Test) 200\n",
                              server->port, server->port, server->port, away_path, other->port);
  g_assert_cmpstr (gate->records->str, ==, expected);
  g_assert_cmpuint (gate->asked, ==, 4);
}

/* A redirect is no way around the policy */
static void
test_redirect_refused (void)
{
  g_autoptr (RawServer) other = raw_server_new (NULL, answer, OK);
  g_autofree char *away = g_strdup_printf ("HTTP/1.1 302 Elsewhere\r\nLocation: http://127.0.0.1:%u/bad\r\n"
                                           "Content-Length: 0\r\n\r\n", other->port);
  g_autoptr (RawServer) server = raw_server_new (NULL, answer, away);
  g_autoptr (TestGate) gate = g_object_new (TEST_TYPE_GATE, NULL);
  g_autoptr (LobeHttp) http = lobe_http_new (LOBE_POLICY (gate), NULL);
  g_autoptr (LobeHttpRequest) request = make_request (server, "GET", "/");

  gate->refused = "/bad";
  assert_fails (http, request, LOBE_ERROR_POLICY, "Only this machine is allowed");
  g_assert_cmpuint (server->requests->len, ==, 1);
  g_assert_cmpuint (other->clients->len, ==, 0);
}

/* Nobody's words are sent a second time to a place that a server chose */
static void
test_redirect_of_post (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_redirect, NULL);
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeHttpRequest) request = make_request (server, "POST", "/to//there");

  assert_answers (http, request, 307, "gone");
  g_assert_cmpuint (server->requests->len, ==, 1);
}

static void
test_redirect_in_circles (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer, "HTTP/1.1 302 Elsewhere\r\nLocation: /again\r\n"
                                                               "Content-Length: 0\r\n\r\n");
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeHttpRequest) request = make_request (server, "GET", "/");

  assert_fails (http, request, LOBE_ERROR_PROTOCOL, "“Test” redirects in circles");
  g_assert_cmpuint (server->requests->len, ==, 6);
}

static void
test_unreachable (void)
{
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  guint16 port = get_dead_port ();
  g_autofree char *uri = g_strdup_printf ("http://127.0.0.1:%u/x?hush", port);
  g_autofree char *sentence = g_strdup_printf ("Nothing answers at 127.0.0.1:%u: ", port);
  g_autoptr (LobeHttpRequest) refused = lobe_http_request_new ("POST", uri, LOBE_PURPOSE_CHAT, "Test");
  g_autoptr (LobeHttpRequest) unknown = lobe_http_request_new ("GET", "https://models.example/hush", LOBE_PURPOSE_MODELS, "Test");

  assert_fails (http, refused, LOBE_ERROR_UNREACHABLE, sentence);
  assert_fails (http, unknown, LOBE_ERROR_UNREACHABLE, "Nothing answers at models.example: ");
}

static void
test_unix_socket (void)
{
  g_autofree char *path = g_build_filename (g_get_user_cache_dir (), "s.sock", NULL);
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeHttpRequest) request = lobe_http_request_new ("GET", "http://localhost/health", LOBE_PURPOSE_ENGINE, "Engine");
  g_autoptr (LobeHttpRequest) missing = lobe_http_request_new ("GET", "http://localhost/health", LOBE_PURPOSE_ENGINE, "Engine");
  g_autoptr (RawServer) server = NULL;

  g_assert_cmpint (g_mkdir_with_parents (g_get_user_cache_dir (), 0700), ==, 0);
  server = raw_server_new (path, answer, OK);
  lobe_http_request_set_unix_socket (request, path);
  assert_answers (http, request, 200, "{}");
  g_assert_true (g_str_has_prefix (raw_request (server, 0), "GET /health HTTP/1.1\r\n"));

  lobe_http_request_set_unix_socket (missing, "/no/such.sock");
  assert_fails (http, missing, LOBE_ERROR_UNREACHABLE, "Nothing answers at /no/such.sock: ");

  /* it does not send a request out of the socket it was meant for */
  server->data = "HTTP/1.1 302 Elsewhere\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n";
  assert_answers (http, request, 302, "");
}

static void
test_not_http (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_and_close, "SSH-2.0-OpenSSH_9.2\r\n\r\n");
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeHttpRequest) request = make_request (server, "POST", "/?hush");
  g_autofree char *sentence = g_strdup_printf ("127.0.0.1:%u answered with something that is not HTTP: ", server->port);

  assert_fails (http, request, LOBE_ERROR_PROTOCOL, sentence);
}

static void
test_not_tls (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_and_close, OK);
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autofree char *uri = g_strdup_printf ("https://127.0.0.1:%u/?hush", server->port);
  g_autofree char *sentence = g_strdup_printf ("No secure connection to 127.0.0.1:%u: ", server->port);
  g_autoptr (LobeHttpRequest) request = lobe_http_request_new ("GET", uri, LOBE_PURPOSE_MODELS, "Test");
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  lobe_http_send_async (http, request, NULL, keep_result, &result);
  run_until (server->clients->len == 1 && raw_client (server, 0)->input->len > 0);
  raw_write (raw_client (server, 0), OK);
  run_until (result != NULL);
  g_assert_null (lobe_http_send_finish (http, result, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_TLS);
  g_assert_true (g_str_has_prefix (error->message, sentence));
}

static void
test_invalid (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer, OK);
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  const char *addresses[] = { "", "localhost:11434", "ftp://127.0.0.1/", "http://", "http:///x", "http://[::1/", "/v1" };
  g_autoptr (LobeHttpRequest) header = make_request (server, "GET", "/");
  g_autoptr (LobeHttpRequest) name = make_request (server, "GET", "/");
  g_autoptr (LobeHttpRequest) secret = make_request (server, "GET", "/");

  for (gsize i = 0; i < G_N_ELEMENTS (addresses); i++)
    {
      g_autoptr (LobeHttpRequest) request = lobe_http_request_new ("GET", addresses[i], LOBE_PURPOSE_MODELS, "Test");

      assert_fails (http, request, LOBE_ERROR_INVALID, "The address of “Test”");
    }

  lobe_http_request_set_header (header, "X-A", "1\r\nX-B: 2");
  assert_fails (http, header, LOBE_ERROR_INVALID, "A header for “Test”");
  lobe_http_request_set_header (name, "X A", "1");
  assert_fails (http, name, LOBE_ERROR_INVALID, "A header for “Test”");
  lobe_http_request_set_secret (secret, "Authorization", "Bearer hush\n");
  assert_fails (http, secret, LOBE_ERROR_INVALID, "The key for “Test”");
  g_assert_cmpuint (server->clients->len, ==, 0);
}

/* libsoup's own limit would leave the third one waiting */
static void
test_many_streams (void)
{
  enum { N = 12 };
  g_autoptr (RawServer) server = raw_server_new (NULL, answer, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  GAsyncResult *results[N] = { NULL };
  LobeHttpResponse *responses[N];

  for (guint i = 0; i < N; i++)
    {
      g_autoptr (LobeHttpRequest) request = make_request (server, "POST", "/");

      lobe_http_send_async (http, request, NULL, keep_result, &results[i]);
    }

  for (guint i = 0; i < N; i++)
    {
      g_autoptr (GError) error = NULL;

      run_until (results[i] != NULL);
      responses[i] = lobe_http_send_finish (http, results[i], &error);
      g_assert_no_error (error);
      g_clear_object (&results[i]);
    }
  g_assert_cmpuint (server->clients->len, ==, N);

  for (guint i = 0; i < N; i++)
    assert_finalized_later (responses[i]);
  run_until (server->gone == N);
}

static void
test_cancel_closes (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_nothing, NULL);
  LobeHttp *http = lobe_http_new (NULL, NULL);
  LobeHttpRequest *request = make_request (server, "POST", "/");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  lobe_http_send_async (http, request, cancellable, keep_result, &result);
  run_until (server->requests->len == 1);
  g_cancellable_cancel (cancellable);
  run_until (result != NULL);
  g_assert_null (lobe_http_send_finish (http, result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  run_until (server->gone == 1);

  g_clear_object (&result);
  assert_finalized_later (request);
  assert_finalized_later (http);
}

static void
test_timeout (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_nothing, NULL);
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeHttpRequest) request = make_request (server, "POST", "/?hush");
  g_autofree char *sentence = g_strdup_printf ("127.0.0.1:%u took too long to answer", server->port);

  lobe_http_request_set_timeout (request, 1);
  assert_fails (http, request, LOBE_ERROR_TIMED_OUT, sentence);
  run_until (server->gone == 1);
}

/* Closes the first connection when a second request comes on it */
static void
answer_once_a_connection (RawServer  *server,
                          RawClient  *client,
                          const char *request)
{
  if (client == raw_client (server, 0) && server->requests->len == 2)
    raw_close (client);
  else
    raw_write (client, OK);
}

/* A connection that the server gives up in the moment in which we use it again does no harm: what may be sent twice is,
 * and the rest has a connection of its own */
static void
test_kept_connection (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_once_a_connection, NULL);
  g_autoptr (TestGate) gate = g_object_new (TEST_TYPE_GATE, NULL);
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, LOBE_LEDGER (gate));
  g_autoptr (LobeHttpRequest) first = make_request (server, "GET", "/1");
  g_autoptr (LobeHttpRequest) second = make_request (server, "GET", "/2");
  g_autoptr (LobeHttpRequest) third = make_request (server, "POST", "/3");
  g_autofree char *expected = g_strdup_printf ("GET http://127.0.0.1:%u/1 (chat, Test) 200\n"
                                               "GET http://127.0.0.1:%u/2 (chat, Test) 200\n"
                                               "POST http://127.0.0.1:%u/3 (chat, Test) 200\n",
                                               server->port, server->port, server->port);

  assert_answers (http, first, 200, "{}");
  assert_answers (http, second, 200, "{}");
  g_assert_cmpuint (server->requests->len, ==, 3);
  g_assert_cmpuint (server->clients->len, ==, 2);
  assert_answers (http, third, 200, "{}");
  g_assert_cmpuint (server->clients->len, ==, 3);
  g_assert_cmpstr (gate->records->str, ==, expected);
}

/* A server that dies over a question is not asked the same again */
static void
test_closed_without_answer (void)
{
  g_autoptr (RawServer) server = raw_server_new (NULL, answer_and_close, "");
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeHttpRequest) request = make_request (server, "POST", "/?hush");
  g_autofree char *sentence = g_strdup_printf ("127.0.0.1:%u broke off the connection: ", server->port);

  assert_fails (http, request, LOBE_ERROR_INTERRUPTED, sentence);
  g_assert_cmpuint (server->requests->len, ==, 1);
}

static void
test_proxy (void)
{
  g_autoptr (RawServer) proxy = raw_server_new (NULL, answer, OK);
  g_autoptr (RawServer) server = raw_server_new (NULL, answer, OK);
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeHttpRequest) outside = lobe_http_request_new ("GET", "http://models.example/v1", LOBE_PURPOSE_MODELS, "Test");
  g_autoptr (LobeHttpRequest) elsewhere = lobe_http_request_new ("GET", "http://other.example/v1?hush", LOBE_PURPOSE_MODELS, "Test");
  g_autoptr (LobeHttpRequest) here = make_request (server, "GET", "/here");

  g_free (proxy_of_system);
  proxy_of_system = raw_server_uri (proxy, "");
  assert_answers (http, outside, 200, "{}");
  g_assert_true (g_str_has_prefix (raw_request (proxy, 0), "GET http://models.example/v1 HTTP/1.1\r\n"));

  assert_answers (http, here, 200, "{}");
  g_assert_true (g_str_has_prefix (raw_request (server, 0), "GET /here HTTP/1.1\r\n"));
  g_assert_cmpuint (proxy->requests->len, ==, 1);

  proxy->data = "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
  assert_fails (http, outside, LOBE_ERROR_PROXY, "The proxy does not lead to models.example: ");

  g_free (proxy_of_system);
  proxy_of_system = g_strdup_printf ("http://127.0.0.1:%u", get_dead_port ());
  assert_fails (http, elsewhere, LOBE_ERROR_PROXY, "The proxy does not lead to other.example: ");
  g_clear_pointer (&proxy_of_system, g_free);
}

static void
test_fetch_limit (void)
{
  g_autofree char *body = g_strnfill (1001, 'x');
  g_autofree char *too_long = g_strdup_printf ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n%s\r\n", body);
  g_autofree char *fits = g_strdup_printf ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3e8\r\n%s\r\n0\r\n\r\n", body + 1);
  g_autoptr (RawServer) server = raw_server_new (NULL, answer, fits);
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeHttpRequest) request = make_request (server, "GET", "/");

  assert_answers (http, request, 200, body + 1);
  server->data = too_long;
  assert_fails (http, request, LOBE_ERROR_PROTOCOL, "The answer of “Test” is longer than 1000 bytes");
  run_until (server->gone == 1);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GResolver) resolver = NULL;

  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  /* before anybody asks for the system's; that the modules are loaded registers the extension point */
  g_setenv ("GIO_USE_PROXY_RESOLVER", "lobe-test", TRUE);
  g_io_extension_point_register (G_PROXY_RESOLVER_EXTENSION_POINT_NAME);
  g_io_extension_point_implement (G_PROXY_RESOLVER_EXTENSION_POINT_NAME, TEST_TYPE_PROXY_RESOLVER, "lobe-test", 1000);
  g_assert_true (G_TYPE_CHECK_INSTANCE_TYPE (g_proxy_resolver_get_default (), TEST_TYPE_PROXY_RESOLVER));
  resolver = g_object_new (TEST_TYPE_RESOLVER, NULL);
  g_resolver_set_default (resolver);

  g_test_add_func ("/http/request", test_request);
  g_test_add_func ("/http/describe", test_describe);
  g_test_add_func ("/http/user-in-address", test_user_in_address);
  g_test_add_func ("/http/status-is-no-error", test_status_is_no_error);
  g_test_add_func ("/http/policy", test_policy);
  g_test_add_func ("/http/ledger", test_ledger);
  g_test_add_func ("/http/redirect", test_redirect);
  g_test_add_func ("/http/redirect-refused", test_redirect_refused);
  g_test_add_func ("/http/redirect-of-post", test_redirect_of_post);
  g_test_add_func ("/http/redirect-in-circles", test_redirect_in_circles);
  g_test_add_func ("/http/unreachable", test_unreachable);
  g_test_add_func ("/http/unix-socket", test_unix_socket);
  g_test_add_func ("/http/not-http", test_not_http);
  g_test_add_func ("/http/not-tls", test_not_tls);
  g_test_add_func ("/http/invalid", test_invalid);
  g_test_add_func ("/http/many-streams", test_many_streams);
  g_test_add_func ("/http/cancel-closes", test_cancel_closes);
  g_test_add_func ("/http/timeout", test_timeout);
  g_test_add_func ("/http/kept-connection", test_kept_connection);
  g_test_add_func ("/http/closed-without-answer", test_closed_without_answer);
  g_test_add_func ("/http/proxy", test_proxy);
  g_test_add_func ("/http/fetch-limit", test_fetch_limit);

  return g_test_run ();
}
