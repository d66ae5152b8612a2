/* lobe-http-error.c: what the transport says went wrong, in our codes and plain words */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "net/lobe-http-error.h"

#include "base/lobe-error.h"
#include "lobe-config.h"
#include "net/lobe-http-request-private.h"
#include "net/lobe-http.h"

#include <glib/gi18n-lib.h>

/* The place as a person would name it: "127.0.0.1:11434", "ollama.com", or the socket's path */
static char *
name_place (LobeHttpRequest *request)
{
  const char *unix_socket = lobe_http_request_get_unix_socket (request);
  GUri *uri = lobe_http_request_peek_uri (request);
  const char *host = g_uri_get_host (uri);
  int usual_port = g_str_equal (g_uri_get_scheme (uri), "https") ? 443 : 80;
  g_autofree char *bracketed = NULL;

  if (unix_socket != NULL)
    return g_filename_display_name (unix_socket);

  if (strchr (host, ':') != NULL)
    host = bracketed = g_strdup_printf ("[%s]", host);

  if (g_uri_get_port (uri) == -1 || g_uri_get_port (uri) == usual_port)
    return g_strdup (host);

  return g_strdup_printf ("%s:%d", host, g_uri_get_port (uri));
}

static LobeError
classify_io_error (int       code,
                   gboolean  via_proxy)
{
  switch (code)
    {
    case G_IO_ERROR_PROXY_FAILED:
    case G_IO_ERROR_PROXY_AUTH_FAILED:
    case G_IO_ERROR_PROXY_NEED_AUTH:
    case G_IO_ERROR_PROXY_NOT_ALLOWED:
      return LOBE_ERROR_PROXY;

    case G_IO_ERROR_CONNECTION_REFUSED:
    case G_IO_ERROR_HOST_NOT_FOUND:
    case G_IO_ERROR_HOST_UNREACHABLE:
    case G_IO_ERROR_NETWORK_UNREACHABLE:
    case G_IO_ERROR_NOT_FOUND:         /* the socket's file is missing */
    case G_IO_ERROR_PERMISSION_DENIED: /* it is somebody else's */
      return via_proxy ? LOBE_ERROR_PROXY : LOBE_ERROR_UNREACHABLE;

    case G_IO_ERROR_TIMED_OUT:
      return LOBE_ERROR_TIMED_OUT;

    case G_IO_ERROR_PARTIAL_INPUT:
    case G_IO_ERROR_CONNECTION_CLOSED:
      return LOBE_ERROR_INTERRUPTED;

    case G_IO_ERROR_INVALID_ARGUMENT:  /* a chunk size that is no number */
    case G_IO_ERROR_INVALID_DATA:      /* broken compression */
    case G_IO_ERROR_MESSAGE_TOO_LARGE:
      return LOBE_ERROR_PROTOCOL;

    default:
      return LOBE_ERROR_FAILED;
    }
}

static LobeError
classify (const GError *error,
          gboolean      via_proxy)
{
  if (error->domain == G_RESOLVER_ERROR)
    return via_proxy ? LOBE_ERROR_PROXY : LOBE_ERROR_UNREACHABLE;
  if (error->domain == G_TLS_ERROR)
    return error->code == G_TLS_ERROR_EOF ? LOBE_ERROR_INTERRUPTED : LOBE_ERROR_TLS;
  if (error->domain == SOUP_SESSION_ERROR)
    return LOBE_ERROR_PROTOCOL;
  if (error->domain == G_IO_ERROR)
    return classify_io_error (error->code, via_proxy);

  return LOBE_ERROR_FAILED;
}

/* Why there is no secure connection, and what can be done, which nobody guesses from what a TLS library says */
static char *
explain_tls (LobeHttpRequest      *request,
             const GError         *error,
             GTlsCertificateFlags  errors)
{
  const char *host = g_uri_get_host (lobe_http_request_peek_uri (request));
  LobeRoute *route = lobe_http_request_get_route (request);
  gboolean ours = route != NULL && lobe_route_get_certificate_file (route) != NULL;

  if (errors & (G_TLS_CERTIFICATE_EXPIRED | G_TLS_CERTIFICATE_NOT_ACTIVATED))
    return g_strdup (_("its certificate has expired or is not valid yet. Is this computer's clock right? If so, the server's "
                       "operator has to renew it."));
  if (errors & G_TLS_CERTIFICATE_BAD_IDENTITY)
    /* Translators: %s is a host's name */
    return g_strdup_printf (_("its certificate is for another name than “%s”. Use the name that it is for in the address."), host);
  if (errors & G_TLS_CERTIFICATE_REVOKED)
    return g_strdup (_("its certificate was revoked."));
  if (errors & G_TLS_CERTIFICATE_UNKNOWN_CA && route != NULL && lobe_route_get_ca_file (route) != NULL)
    return g_strdup (_("its certificate is signed neither by an authority that this computer trusts, nor by one in the file of "
                       "trusted certificates that is set for it."));
  if (errors & G_TLS_CERTIFICATE_UNKNOWN_CA)
    return g_strdup (_("its certificate is not signed by an authority that this computer trusts. If your organisation signs its "
                       "certificates itself, give its CA certificate as the file of trusted certificates (CA) for this server."));
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED) && !ours)
    return g_strdup (_("it wants a client certificate that shows who you are. Get one from the server's operator, and set it "
                       "with its private key for this server."));
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_CERTIFICATE_REQUIRED)
      || (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_HANDSHAKE) && ours))
    return g_strdup_printf (_("it may not accept the client certificate that is set for it (%s)."), error->message);
  if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_NOT_TLS))
    return g_strdup (_("it does not speak TLS there. Perhaps its address begins with http:// and not with https://."));

  return g_strdup (error->message);
}

/* @error as it came from GIO or libsoup → the error for the person; a cancelled operation and an error that is ours
 * already stay what they are. @tls_errors is what was wrong with the server's certificate */
GError *
lobe_http_error_new (LobeHttpRequest      *request,
                     const GError         *error,
                     gboolean              via_proxy,
                     GTlsCertificateFlags  tls_errors)
{
  g_autofree char *reason = NULL;
  g_autofree char *place = NULL;
  g_autofree char *sentence = NULL;
  LobeError code;

  if (error->domain == LOBE_ERROR || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_error_copy (error);

  place = name_place (request);
  code = classify (error, via_proxy);

  /* said only where it explains anything: a server on this machine needs no network */
  if ((code == LOBE_ERROR_UNREACHABLE || code == LOBE_ERROR_PROXY) &&
      lobe_http_request_get_unix_socket (request) == NULL &&
      !lobe_http_is_loopback (g_uri_get_host (lobe_http_request_peek_uri (request))) &&
      !g_network_monitor_get_network_available (g_network_monitor_get_default ()))
    code = LOBE_ERROR_OFFLINE;

  switch (code)
    {
    case LOBE_ERROR_UNREACHABLE:
      sentence = g_strdup_printf (_("Nothing answers at %s"), place);
      break;

    case LOBE_ERROR_OFFLINE:
      sentence = g_strdup_printf (_("This computer is offline, and %s is elsewhere"), place);
      break;

    case LOBE_ERROR_TIMED_OUT:
      sentence = g_strdup_printf (_("%s took too long to answer"), place);
      break;

    case LOBE_ERROR_TLS:
      sentence = g_strdup_printf (_("No secure connection to %s"), place);
      break;

    case LOBE_ERROR_PROXY:
      sentence = g_strdup_printf (_("The proxy does not lead to %s"), place);
      break;

    case LOBE_ERROR_INTERRUPTED:
      sentence = g_strdup_printf (_("%s broke off the connection"), place);
      break;

    case LOBE_ERROR_PROTOCOL:
      sentence = g_strdup_printf (_("%s answered with something that is not HTTP"), place);
      break;

    default:
      sentence = g_strdup_printf (_("The connection to %s failed"), place);
      break;
    }

  reason = code == LOBE_ERROR_TLS ? explain_tls (request, error, tls_errors) : g_strdup (error->message);

  return g_error_new (LOBE_ERROR, code, "%s: %s", sentence, reason);
}

/* Our own clock ended it */
GError *
lobe_http_error_new_late (LobeHttpRequest *request)
{
  g_autofree char *place = name_place (request);

  return g_error_new (LOBE_ERROR, LOBE_ERROR_TIMED_OUT, _("%s took too long to answer"), place);
}

/* The body has fewer bytes than its Content-Length */
GError *
lobe_http_error_new_short (LobeHttpRequest *request)
{
  g_autofree char *place = name_place (request);

  return g_error_new (LOBE_ERROR, LOBE_ERROR_INTERRUPTED, _("%s broke off the connection"), place);
}
