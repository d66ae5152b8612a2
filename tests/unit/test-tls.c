/* test-tls.c: own authorities, client certificates and proxies, against a server in this process */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "net/lobe-http.h"

#include "raw-server.h"

#include <glib/gstdio.h>

typedef struct
{
  GSocketService  *service;
  GTlsCertificate *certificate;
  GTlsDatabase    *clients;   /* whose certificates it wants; or NULL */
  char            *folder;    /* of copies with the modes that git does not keep */
  char            *uri;
  guint            n_answers;
  gboolean         had_key;   /* the last request had one */
} Fixture;

typedef struct
{
  Fixture   *fixture;
  GIOStream *tls;
  char       buffer[4096];
} Connection;

static char *
fixture_path (const char *name)
{
  return g_build_filename (g_getenv ("LOBE_FIXTURES"), "tls", name, NULL);
}

static char *
private_copy (Fixture    *fixture,
              const char *name,
              int         mode)
{
  g_autofree char *from = fixture_path (name);
  g_autofree char *contents = NULL;
  char *path = g_build_filename (fixture->folder, name, NULL);

  g_assert_true (g_file_get_contents (from, &contents, NULL, NULL));
  g_assert_true (g_file_set_contents (path, contents, -1, NULL));
  g_assert_cmpint (g_chmod (path, mode), ==, 0);

  return path;
}

static void
connection_free (Connection *connection)
{
  g_object_unref (connection->tls);
  g_free (connection);
}

/* One request fits into one piece, and gets one answer. "/to/ADDRESS" redirects there. */
static void
on_request (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  Connection *connection = user_data;
  g_autoptr (GError) error = NULL;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);
  g_autofree char *response = NULL;
  const char *target;

  if (error != NULL)
    g_test_message ("the server: %s", error->message);
  if (n > 0)
    {
      connection->buffer[n] = '\0';
      connection->fixture->n_answers++;
      connection->fixture->had_key = strstr (connection->buffer, "hush") != NULL;
      target = strstr (connection->buffer, "/to/");
      if (target != NULL)
        response = g_strdup_printf ("HTTP/1.1 307 Elsewhere\r\nLocation: %.*s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                                    (int) strcspn (target + 4, " "), target + 4);
      else
        response = g_strdup ("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello");
      g_output_stream_write_all (g_io_stream_get_output_stream (connection->tls), response, strlen (response), NULL, NULL, NULL);
      g_io_stream_close (connection->tls, NULL, NULL);
    }

  connection_free (connection);
}

/* A server connection asks this even of a certificate that is right. */
static gboolean
on_client_certificate (GTlsConnection       *tls,
                       GTlsCertificate      *certificate,
                       GTlsCertificateFlags  errors)
{
  return errors == 0;
}

static gboolean
on_incoming (GSocketService    *service,
             GSocketConnection *stream,
             GObject           *source,
             Fixture           *fixture)
{
  Connection *connection = g_new0 (Connection, 1);
  g_autoptr (GError) error = NULL;

  connection->fixture = fixture;
  connection->tls = g_tls_server_connection_new (G_IO_STREAM (stream), fixture->certificate, &error);
  g_assert_no_error (error);
  g_signal_connect (connection->tls, "accept-certificate", G_CALLBACK (on_client_certificate), NULL);
  if (fixture->clients != NULL)
    {
      g_object_set (connection->tls, "authentication-mode", G_TLS_AUTHENTICATION_REQUIRED, NULL);
      g_tls_connection_set_database (G_TLS_CONNECTION (connection->tls), fixture->clients);
    }
  g_input_stream_read_async (g_io_stream_get_input_stream (connection->tls), connection->buffer,
                             sizeof connection->buffer - 1, G_PRIORITY_DEFAULT, NULL, on_request, connection);

  return TRUE;
}

static void
serve (Fixture    *fixture,
       const char *name,
       gboolean    wants_certificate)
{
  g_autofree char *pem_name = g_strconcat (name, ".pem", NULL);
  g_autofree char *key_name = g_strconcat (name, ".key", NULL);
  g_autofree char *pem = fixture_path (pem_name);
  g_autofree char *key = fixture_path (key_name);
  g_autofree char *ca = fixture_path ("ca.pem");
  g_autoptr (GError) error = NULL;
  guint16 port;

  fixture->certificate = g_tls_certificate_new_from_files (pem, key, &error);
  g_assert_no_error (error);
  if (wants_certificate)
    {
      fixture->clients = g_tls_file_database_new (ca, &error);
      g_assert_no_error (error);
    }

  fixture->service = g_socket_service_new ();
  g_signal_connect (fixture->service, "incoming", G_CALLBACK (on_incoming), fixture);
  {
    g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
    g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
    g_autoptr (GSocketAddress) address = NULL;

    g_socket_listener_add_address (G_SOCKET_LISTENER (fixture->service), any, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP,
                                   NULL, &address, &error);
    g_assert_no_error (error);
    port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
  }
  fixture->uri = g_strdup_printf ("https://127.0.0.1:%u/", port);
}

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->folder = g_dir_make_tmp ("lobe-tls-XXXXXX", NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  GDir *dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (fixture->folder, name, NULL);

      g_assert_cmpint (g_unlink (path), ==, 0);
    }
  g_dir_close (dir);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  if (fixture->service != NULL)
    {
      g_socket_service_stop (fixture->service);
      g_socket_listener_close (G_SOCKET_LISTENER (fixture->service));
    }
  g_clear_object (&fixture->service);
  g_clear_object (&fixture->certificate);
  g_clear_object (&fixture->clients);
  g_free (fixture->folder);
  g_free (fixture->uri);
}

static GBytes *
fetch (LobeHttp    *http,
       const char  *uri,
       LobeRoute   *route,
       guint       *status,
       GError     **error)
{
  g_autoptr (LobeHttpRequest) request = lobe_http_request_new ("GET", uri, LOBE_PURPOSE_MODELS, "Test");
  g_autoptr (GAsyncResult) result = NULL;

  lobe_http_request_set_route (request, route);
  lobe_http_request_set_secret (request, "Authorization", "Bearer hush");
  lobe_http_fetch_async (http, request, 1000, NULL, keep_result, &result);
  run_until (result != NULL);

  return lobe_http_fetch_finish (http, result, status, error);
}

static void
assert_hello (LobeHttp   *http,
              const char *uri,
              LobeRoute  *route)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  guint status;

  body = fetch (http, uri, route, &status, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (status, ==, 200);
  g_assert_cmpmem (g_bytes_get_data (body, NULL), g_bytes_get_size (body), "hello", 5);
}

static void
assert_fails (LobeHttp   *http,
              const char *uri,
              LobeRoute  *route,
              LobeError   code,
              const char *mentions)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  guint status;

  body = fetch (http, uri, route, &status, &error);
  g_assert_null (body);
  g_assert_error (error, LOBE_ERROR, (int) code);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, mentions));
  g_assert_null (strstr (error->message, "hush"));
}

static void
test_authority (Fixture       *fixture,
                gconstpointer  data)
{
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autofree char *ca = fixture_path ("ca.pem");
  g_autofree char *other = fixture_path ("other-ca.pem");
  g_autofree char *none = fixture_path ("make");
  g_autoptr (LobeRoute) right = lobe_route_new (ca, NULL, NULL, NULL);
  g_autoptr (LobeRoute) wrong = lobe_route_new (other, NULL, NULL, NULL);
  g_autoptr (LobeRoute) missing = lobe_route_new ("/nonexistent/ca.pem", NULL, NULL, NULL);
  g_autoptr (LobeRoute) empty = lobe_route_new (none, NULL, NULL, NULL);

  serve (fixture, "server", FALSE);

  /* what one server may do, another may not: trust does not spread through a session */
  assert_hello (http, fixture->uri, right);
  assert_fails (http, fixture->uri, NULL, LOBE_ERROR_TLS, "CA certificate");
  assert_fails (http, fixture->uri, wrong, LOBE_ERROR_TLS, "nor by one in the file");
  assert_fails (http, fixture->uri, missing, LOBE_ERROR_INVALID, "/nonexistent/ca.pem");
  assert_fails (http, fixture->uri, empty, LOBE_ERROR_INVALID, "cannot be used");
  assert_hello (http, fixture->uri, right);
  g_assert_cmpuint (fixture->n_answers, ==, 2);
}

static void
test_bad_certificate (Fixture       *fixture,
                      gconstpointer  data)
{
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autofree char *ca = fixture_path ("ca.pem");
  g_autoptr (LobeRoute) route = lobe_route_new (ca, NULL, NULL, NULL);

  serve (fixture, data, FALSE);
  assert_fails (http, fixture->uri, route, LOBE_ERROR_TLS, g_str_equal (data, "expired") ? "clock" : "another name");
  g_assert_cmpuint (fixture->n_answers, ==, 0);
}

static void
test_client_certificate (Fixture       *fixture,
                         gconstpointer  data)
{
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autofree char *ca = fixture_path ("ca.pem");
  g_autofree char *certificate = fixture_path ("client.pem");
  g_autofree char *stranger = fixture_path ("stranger.pem");
  g_autofree char *key = private_copy (fixture, "client.key", 0600);
  g_autofree char *stranger_key = private_copy (fixture, "stranger.key", 0600);
  g_autofree char *public_key = private_copy (fixture, "server.key", 0644);
  g_autoptr (LobeRoute) right = lobe_route_new (ca, certificate, key, NULL);
  g_autoptr (LobeRoute) without = lobe_route_new (ca, NULL, NULL, NULL);
  g_autoptr (LobeRoute) unknown = lobe_route_new (ca, stranger, stranger_key, NULL);
  g_autoptr (LobeRoute) mismatch = lobe_route_new (ca, "/nonexistent/client.pem", key, NULL);
  g_autoptr (LobeRoute) exposed = lobe_route_new (ca, certificate, public_key, NULL);
  g_autofree char *joint = g_build_filename (fixture->folder, "joint.pem", NULL);
  g_autoptr (LobeRoute) in_one_file = lobe_route_new (ca, joint, NULL, NULL);
  g_autofree char *pem = NULL;
  g_autofree char *key_pem = NULL;
  g_autofree char *both = NULL;

  serve (fixture, "server", TRUE);
  assert_hello (http, fixture->uri, right);
  assert_fails (http, fixture->uri, without, LOBE_ERROR_TLS, "client certificate");
  /* GLib's server says nothing to a client whose certificate it does not take, and goes */
  assert_fails (http, fixture->uri, unknown, LOBE_ERROR_INTERRUPTED, "broke off");
  assert_fails (http, fixture->uri, mismatch, LOBE_ERROR_INVALID, "/nonexistent/client.pem");
  assert_fails (http, fixture->uri, exposed, LOBE_ERROR_INVALID, "chmod 600");

  g_assert_true (g_file_get_contents (certificate, &pem, NULL, NULL));
  g_assert_true (g_file_get_contents (key, &key_pem, NULL, NULL));
  both = g_strconcat (pem, key_pem, NULL);
  g_assert_true (g_file_set_contents (joint, both, -1, NULL));
  g_assert_cmpint (g_chmod (joint, 0600), ==, 0);
  assert_hello (http, fixture->uri, in_one_file);
  g_assert_cmpuint (fixture->n_answers, ==, 2);
}

static void
answer_request (RawServer  *server,
                RawClient  *client,
                const char *request)
{
  raw_write (client, server->data);
}

/* A proxy that is set for a server is used even for this machine, and the key goes no further than its origin. */
static void
test_proxy (Fixture       *fixture,
            gconstpointer  data)
{
  RawServer *proxy = raw_server_new (NULL, answer_request, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autofree char *address = g_strdup_printf ("http://127.0.0.1:%u", proxy->port);
  g_autoptr (LobeRoute) route = lobe_route_new (NULL, NULL, NULL, address);
  g_autoptr (LobeRoute) nowhere = lobe_route_new (NULL, NULL, NULL, "http://127.0.0.1:1");

  assert_hello (http, "http://models.example/v1/models", route);
  g_assert_true (g_str_has_prefix (raw_request (proxy, 0), "GET http://models.example/v1/models HTTP/1.1\r\n"));
  assert_hello (http, "http://127.0.0.1:9/v1/models", route);
  g_assert_true (g_str_has_prefix (raw_request (proxy, 1), "GET http://127.0.0.1:9/v1/models HTTP/1.1\r\n"));
  assert_fails (http, "http://models.example/v1/models", nowhere, LOBE_ERROR_PROXY, "proxy");

  raw_server_free (proxy);
}

/* Another origin gets neither key nor certificate. */
static void
test_redirect (Fixture       *fixture,
               gconstpointer  data)
{
  RawServer *other = raw_server_new (NULL, answer_request, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autofree char *ca = fixture_path ("ca.pem");
  g_autofree char *certificate = fixture_path ("client.pem");
  g_autofree char *key = private_copy (fixture, "client.key", 0600);
  g_autoptr (LobeRoute) route = lobe_route_new (ca, certificate, key, NULL);
  g_autoptr (LobeRoute) stripped = lobe_route_without_certificate (route);
  g_autofree char *away = raw_server_uri (other, "/");
  g_autofree char *uri = NULL;

  serve (fixture, "server", TRUE);
  uri = g_strconcat (fixture->uri, "to/", away, NULL);
  assert_hello (http, uri, route);
  g_assert_true (fixture->had_key);
  g_assert_null (strstr (raw_request (other, 0), "hush"));
  g_assert_cmpstr (lobe_route_get_ca_file (stripped), ==, ca);
  g_assert_null (lobe_route_get_certificate_file (stripped));

  raw_server_free (other);
}

int
main (int   argc,
      char *argv[])
{
  /* the desktop's own reads settings that are not there in folders of our own */
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(path, data, func) g_test_add (path, Fixture, data, set_up, func, tear_down)
  ADD ("/tls/authority", NULL, test_authority);
  ADD ("/tls/expired", "expired", test_bad_certificate);
  ADD ("/tls/other-name", "other-name", test_bad_certificate);
  ADD ("/tls/client-certificate", NULL, test_client_certificate);
  ADD ("/tls/proxy", NULL, test_proxy);
  ADD ("/tls/redirect", NULL, test_redirect);

  return g_test_run ();
}
