/* lobe-http-session.c: a SoupSession that suits a request: its socket, proxy and certificates */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "net/lobe-http-session.h"

#include "base/lobe-error.h"
#include "base/lobe-private-file.h"
#include "lobe-config.h"
#include "net/lobe-http-request-private.h"
#include "net/lobe-http.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* Streams are long: libsoup's own 2 a host and 10 in all would make the third answer wait for the first. */
#define MAX_CONNECTIONS 64
#define MAX_CONNECTIONS_PER_HOST 32

#define MAX_PEM (256 * 1024)

/* What a SoupSession has only one of, and so tells sessions apart */
struct _LobeHttpSession
{
  char            *unix_socket; /* NULL for TCP */
  gboolean         direct;      /* asks for no proxy */
  LobeRoute       *route;       /* or NULL */

  SoupSession     *soup;
  GTlsDatabase    *authorities; /* trusted beside the system's; or NULL */
  GTlsCertificate *certificate; /* ours; or NULL */
};

static void
clear (gpointer data)
{
  LobeHttpSession *self = data;

  g_free (self->unix_socket);
  g_clear_pointer (&self->route, lobe_route_unref);
  g_clear_object (&self->soup);
  g_clear_object (&self->authorities);
  g_clear_object (&self->certificate);
}

static gboolean
is_direct (LobeHttpRequest *request)
{
  LobeRoute *route = lobe_http_request_get_route (request);

  if (lobe_http_request_get_unix_socket (request) != NULL)
    return TRUE;

  return lobe_http_is_loopback (g_uri_get_host (lobe_http_request_peek_uri (request)))
         && (route == NULL || lobe_route_get_proxy (route) == NULL);
}

static gboolean
load_authorities (LobeHttpSession  *self,
                  GError          **error)
{
  const char *path = lobe_route_get_ca_file (self->route);
  g_autoptr (GError) load_error = NULL;
  g_autolist (GTlsCertificate) certificates = NULL;
  g_autofree char *shown = NULL;

  if (path == NULL)
    return TRUE;

  /* a file without a certificate makes a database that trusts nobody, and no error */
  certificates = g_tls_certificate_list_new_from_file (path, &load_error);
  if (certificates != NULL)
    self->authorities = g_tls_file_database_new (path, &load_error);
  if (self->authorities != NULL)
    return TRUE;

  shown = g_filename_display_name (path);
  g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("The file of trusted certificates “%s” cannot be used: %s"), shown,
               load_error != NULL ? load_error->message : _("there is no certificate in it"));

  return FALSE;
}

/* The key comes first, so that GLib finds it; the certificates after it are the chain. */
static gboolean
load_certificate (LobeHttpSession  *self,
                  GError          **error)
{
  const char *path = lobe_route_get_certificate_file (self->route);
  const char *key_path = lobe_route_get_key_file (self->route);
  g_autoptr (GError) load_error = NULL;
  g_autofree char *certificates = NULL;
  g_autofree char *shown = NULL;
  char *key, *pem;
  gsize length;

  if (path == NULL)
    return TRUE;

  key = lobe_private_file_read (key_path != NULL ? key_path : path, MAX_PEM, &length, error);
  if (key == NULL)
    return FALSE;

  if (key_path == NULL || g_file_get_contents (path, &certificates, NULL, &load_error))
    {
      pem = g_strconcat (key, "\n", certificates, NULL);
      self->certificate = g_tls_certificate_new_from_pem (pem, -1, &load_error);
      lobe_private_file_free (pem);
    }
  lobe_private_file_free (key);
  if (self->certificate != NULL)
    return TRUE;

  shown = g_filename_display_name (path);
  g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("The certificate “%s” cannot be used with its key: %s"), shown,
               load_error->message);

  return FALSE;
}

static void
make_soup (LobeHttpSession *self)
{
  const char *proxy = self->route != NULL ? lobe_route_get_proxy (self->route) : NULL;
  g_autoptr (GSocketAddress) address = NULL;

  if (self->unix_socket != NULL)
    address = g_unix_socket_address_new (self->unix_socket);

  /* No timeout here: libsoup's own minute would cut off a model that is loading. Requests have their own. */
  self->soup = soup_session_new_with_options ("user-agent", "LobeChat/" LOBE_VERSION,
                                              "max-conns", MAX_CONNECTIONS,
                                              "max-conns-per-host", MAX_CONNECTIONS_PER_HOST,
                                              "timeout", 0,
                                              "remote-connectable", address,
                                              NULL);
  if (self->direct)
    {
      soup_session_set_proxy_resolver (self->soup, NULL);
    }
  else if (proxy != NULL)
    {
      g_autoptr (GProxyResolver) resolver = g_simple_proxy_resolver_new (proxy, NULL);

      soup_session_set_proxy_resolver (self->soup, resolver);
    }
}

/* A session for @request and those like it, or LOBE_ERROR_INVALID or LOBE_ERROR_AUTHENTICATION when its certificates
 * can't be used */
LobeHttpSession *
lobe_http_session_new (LobeHttpRequest  *request,
                       GError          **error)
{
  g_autoptr (LobeHttpSession) self = g_atomic_rc_box_new0 (LobeHttpSession);
  LobeRoute *route = lobe_http_request_get_route (request);

  self->unix_socket = g_strdup (lobe_http_request_get_unix_socket (request));
  self->direct = is_direct (request);
  self->route = route != NULL ? lobe_route_ref (route) : NULL;

  if (route != NULL && (!load_authorities (self, error) || !load_certificate (self, error)))
    return NULL;

  make_soup (self);

  return g_steal_pointer (&self);
}

LobeHttpSession *
lobe_http_session_ref (LobeHttpSession *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
lobe_http_session_unref (LobeHttpSession *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

gboolean
lobe_http_session_suits (LobeHttpSession *self,
                         LobeHttpRequest *request)
{
  return self->direct == is_direct (request)
         && g_strcmp0 (self->unix_socket, lobe_http_request_get_unix_socket (request)) == 0
         && lobe_route_equal (self->route, lobe_http_request_get_route (request));
}

SoupSession *
lobe_http_session_get (LobeHttpSession *self)
{
  return self->soup;
}

/* The system does not trust it. The person's own authorities may; everything else is checked again with them. */
static gboolean
accept_certificate (SoupMessage          *message,
                    GTlsCertificate      *certificate,
                    GTlsCertificateFlags  errors,
                    GTlsCertificateFlags *tls_errors)
{
  GTlsDatabase *authorities = g_object_get_data (G_OBJECT (message), "authorities");
  GUri *uri = soup_message_get_uri (message);
  g_autoptr (GSocketConnectable) identity = NULL;

  *tls_errors = errors;
  if (authorities == NULL)
    return FALSE;

  identity = g_network_address_new (g_uri_get_host (uri), g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : 443);
  *tls_errors = g_tls_database_verify_chain (authorities, certificate, G_TLS_DATABASE_PURPOSE_AUTHENTICATE_SERVER, identity,
                                             NULL, G_TLS_DATABASE_VERIFY_NONE, NULL, NULL);

  return *tls_errors == 0;
}

/* Gives @message what the session has for its handshake. What is wrong with the server's certificate is put into
 * @tls_errors, which must live until the handlers with it as data are disconnected. */
void
lobe_http_session_prepare (LobeHttpSession      *self,
                           SoupMessage          *message,
                           GTlsCertificateFlags *tls_errors)
{
  if (self->authorities != NULL)
    g_object_set_data_full (G_OBJECT (message), "authorities", g_object_ref (self->authorities), g_object_unref);
  if (self->certificate != NULL)
    soup_message_set_tls_client_certificate (message, self->certificate);
  g_signal_connect (message, "accept-certificate", G_CALLBACK (accept_certificate), tls_errors);
}
