/* lobe-address.c: what a person or a variable gives as an address, made into a base URL */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-address.h"

#include "base/lobe-error.h"
#include "net/lobe-http.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <string.h>

static gboolean
is_host_character (char c)
{
  /* Names with letters of other scripts are let through: the resolver turns them into Punycode. */
  return g_ascii_isalnum (c) || c == '-' || c == '.' || c == '_' || (guchar) c >= 0x80;
}

static gboolean
is_host (const char *host)
{
  if (host == NULL || host[0] == '\0')
    return FALSE;
  if (g_hostname_is_ip_address (host))
    return TRUE;
  if (host[0] == '.' || host[0] == '-')
    return FALSE;
  for (const char *c = host; *c != '\0'; c++)
    if (!is_host_character (*c) || (c[0] == '.' && c[1] == '.'))
      return FALSE;

  /* Digits and dots alone that are no address are a slip of the hand: "192.168.1", "300.1.1.1". */
  return strspn (host, "0123456789.") != strlen (host);
}

static gboolean
is_any_address (const char *host)
{
  g_autoptr (GInetAddress) address = g_inet_address_new_from_string (host);

  return address != NULL && g_inet_address_get_is_any (address);
}

/* Listening on every address is something a server does; who wants to reach it on this machine takes the loopback. */
static char *
loopback_for_any (const char *host)
{
  if (!is_any_address (host))
    return g_strdup (host);

  return g_strdup (strchr (host, ':') != NULL ? "::1" : "127.0.0.1");
}

static void
set_password_error (GError **error)
{
  g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("An address must not contain a name or a password."));
}

static char *
build_url (const char *scheme,
           const char *host,
           int         port,
           const char *path,
           const char *query)
{
  gboolean default_port = port <= 0 || port == (g_str_equal (scheme, "https") ? 443 : 80);

  return g_uri_join (G_URI_FLAGS_ENCODED_PATH, scheme, NULL, host, default_port ? -1 : port, path, query, NULL);
}

/**
 * lobe_address_normalize:
 * @address: what was typed: "localhost:11434", "192.168.1.5:8080/v1", "https://host/"
 * @protocol: the protocol spoken there: "openai" or "ollama"
 * @error: where to put why it is no address: %LOBE_ERROR_INVALID
 *
 * Completes @address to a base URL without a slash at its end. Without a scheme it is http; an Ollama server without
 * a port is on 11434 when the scheme is not given. A base URL of the OpenAI protocol ends in its version, so "/v1" is
 * added where @address has no path; one of Ollama does not, so a final "/api" or "/v1" is taken away.
 *
 * Returns: (transfer full): the base URL
 */
char *
lobe_address_normalize (const char  *address,
                        const char  *protocol,
                        GError     **error)
{
  g_autofree char *text = g_strstrip (g_strdup (address != NULL ? address : ""));
  g_autofree char *complete = NULL;
  g_autofree char *scheme = NULL;
  g_autofree char *host = NULL;
  g_autoptr (GString) path = NULL;
  g_autoptr (GUri) uri = NULL;
  gboolean ollama = g_strcmp0 (protocol, "ollama") == 0;
  /* their addresses have no version, or one that only the person knows */
  gboolean versioned = !g_strv_contains ((const char *const[]) { "ollama", "azure", "anthropic", "gemini", NULL },
                                         protocol != NULL ? protocol : "");
  gboolean has_scheme = strstr (text, "://") != NULL;
  int port;

  if (text[0] == '\0')
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("The address is empty."));
      return NULL;
    }

  /* A bare IPv6 address has colons of its own. */
  if (!has_scheme && strchr (text, ':') != NULL && g_hostname_is_ip_address (text))
    complete = g_strdup_printf ("http://[%s]", text);
  else
    complete = has_scheme ? g_strdup (text) : g_strconcat ("http://", text, NULL);

  uri = g_uri_parse (complete, G_URI_FLAGS_ENCODED_PATH | G_URI_FLAGS_HAS_PASSWORD, NULL);
  if (uri == NULL || !is_host (g_uri_get_host (uri)) || strpbrk (text, " \t\r\n\"<>\\") != NULL
      || g_uri_get_port (uri) == 0)
    {
      /* a password that stands in it must not be shown or logged */
      if (strchr (text, '@') != NULL)
        set_password_error (error);
      else
        g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("“%s” is not an address of a server."), text);
      return NULL;
    }

  scheme = g_ascii_strdown (g_uri_get_scheme (uri), -1);
  if (!g_str_equal (scheme, "http") && !g_str_equal (scheme, "https"))
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("A server's address begins with http or https, not with “%s”."),
                   scheme);
      return NULL;
    }
  /* It would be stored and shown in the open. */
  if (g_uri_get_userinfo (uri) != NULL)
    {
      set_password_error (error);
      return NULL;
    }
  /* Azure's addresses have a version there; anything else could be a key, which must not be stored */
  if (g_uri_get_fragment (uri) != NULL
      || (g_uri_get_query (uri) != NULL
          && (g_strcmp0 (protocol, "azure") != 0 || !g_str_has_prefix (g_uri_get_query (uri), "api-version=")
              || strchr (g_uri_get_query (uri), '&') != NULL)))
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INVALID,
                           _("A server's address has no part that begins with “?” or “#”."));
      return NULL;
    }

  {
    g_autofree char *lower = g_ascii_strdown (g_uri_get_host (uri), -1);

    host = loopback_for_any (lower);
  }
  port = g_uri_get_port (uri);
  if (port < 0 && ollama && !has_scheme)
    port = 11434;

  path = g_string_new (g_uri_get_path (uri));
  while (path->len > 0 && path->str[path->len - 1] == '/')
    g_string_truncate (path, path->len - 1);
  if (ollama && (g_str_has_suffix (path->str, "/api") || g_str_has_suffix (path->str, "/v1")))
    g_string_truncate (path, strrchr (path->str, '/') - path->str);
  else if (versioned && path->len == 0)
    g_string_append (path, "/v1");

  return build_url (scheme, host, port, path->str, g_uri_get_query (uri));
}

/**
 * lobe_address_from_ollama:
 * @ollama_host: the value of OLLAMA_HOST
 *
 * Reads the variable as Ollama itself does (envconfig.Host () in its sources): quotes and spaces around it don't
 * count, each of scheme, host, port and path may be missing, the port is 11434 where there is no scheme and the
 * scheme's own where there is one, and a port that is no port is the default. The addresses that mean "listen
 * everywhere" become the loopback.
 *
 * Returns: (transfer full) (nullable): a base URL; %NULL when the host is no host
 */
char *
lobe_address_from_ollama (const char *ollama_host)
{
  g_autofree char *text = g_strstrip (g_strdup (ollama_host != NULL ? ollama_host : ""));
  g_autofree char *host = NULL;
  g_autofree char *reachable = NULL;
  g_autoptr (GString) path = NULL;
  const char *scheme = "http";
  const char *rest;
  const char *slash;
  const char *colon;
  int default_port = 11434;
  int port;
  gsize length = strlen (text);

  if (length >= 2 && (text[0] == '"' || text[0] == '\'') && text[length - 1] == text[0])
    {
      text[length - 1] = ' ';
      text[0] = ' ';
      g_strstrip (text);
    }

  rest = text;
  if (g_ascii_strncasecmp (rest, "http://", 7) == 0)
    {
      rest += 7;
      default_port = 80;
    }
  else if (g_ascii_strncasecmp (rest, "https://", 8) == 0)
    {
      rest += 8;
      scheme = "https";
      default_port = 443;
    }
  else if (g_str_equal (rest, "ollama.com"))
    {
      scheme = "https";
      default_port = 443;
    }

  slash = strchr (rest, '/');
  path = g_string_new (slash != NULL ? slash : "");
  while (path->len > 0 && path->str[path->len - 1] == '/')
    g_string_truncate (path, path->len - 1);

  host = slash != NULL ? g_strndup (rest, slash - rest) : g_strdup (rest);
  port = default_port;
  colon = strrchr (host, ':');
  /* More than one colon and no bracket is a bare IPv6 address, whose last colon is none of a port. */
  if (colon != NULL && (strchr (host, ':') == colon || (colon > host && colon[-1] == ']')))
    {
      guint64 number;

      if (g_ascii_string_to_unsigned (colon + 1, 10, 1, 65535, &number, NULL))
        port = number;
      host[colon - host] = '\0';
    }
  if (host[0] == '[' && g_str_has_suffix (host, "]"))
    {
      memmove (host, host + 1, strlen (host));
      host[strlen (host) - 1] = '\0';
    }
  if (host[0] == '\0')
    g_set_str (&host, "127.0.0.1");
  if (!is_host (host))
    return NULL;

  reachable = loopback_for_any (host);

  return build_url (scheme, reachable, port, path->str, NULL);
}

/**
 * lobe_address_is_loopback:
 * @base_url: a base URL
 *
 * Returns: whether what is sent there stays on this machine
 */
gboolean
lobe_address_is_loopback (const char *base_url)
{
  g_autoptr (GUri) uri = g_uri_parse (base_url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  return host != NULL && lobe_http_is_loopback (host);
}

/**
 * lobe_address_check_proxy:
 * @proxy: the address of a proxy: "http://proxy.example:3128", "socks5://…"
 * @error: where to put why it is none: %LOBE_ERROR_INVALID
 *
 * Returns: whether it can be used
 */
gboolean
lobe_address_check_proxy (const char  *proxy,
                          GError     **error)
{
  g_autoptr (GUri) uri = g_uri_parse (proxy, G_URI_FLAGS_HAS_PASSWORD, NULL);
  g_autofree char *scheme = uri != NULL ? g_ascii_strdown (g_uri_get_scheme (uri), -1) : NULL;

  if (strchr (proxy, '@') != NULL)
    {
      set_password_error (error);
      return FALSE;
    }

  if (uri != NULL && is_host (g_uri_get_host (uri)) && g_uri_get_port (uri) != 0
      && g_strv_contains ((const char *const[]) { "http", "https", "socks", "socks4", "socks4a", "socks5", NULL }, scheme))
    return TRUE;

  g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID,
               _("“%s” is not the address of a proxy, such as http://proxy.example:3128."), proxy);

  return FALSE;
}

/**
 * lobe_address_join:
 * @base_url: a base URL
 * @path: a path below it, with or without a slash at its begin
 *
 * Returns: (transfer full): both with one slash between
 */
char *
lobe_address_join (const char *base_url,
                   const char *path)
{
  gsize length = strlen (base_url);

  while (length > 0 && base_url[length - 1] == '/')
    length--;
  while (path[0] == '/')
    path++;

  return g_strdup_printf ("%.*s/%s", (int) length, base_url, path);
}

/**
 * lobe_address_to_name:
 * @base_url: a base URL
 *
 * Returns: (transfer full): the host, with its port where that isn't the scheme's own: what to call a server that
 *   nobody named
 */
char *
lobe_address_to_name (const char *base_url)
{
  g_autoptr (GUri) uri = g_uri_parse (base_url, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;

  if (host == NULL)
    return g_strdup (base_url);
  if (g_uri_get_port (uri) <= 0)
    return g_strdup (host);

  return g_strdup_printf (strchr (host, ':') != NULL ? "[%s]:%d" : "%s:%d", host, g_uri_get_port (uri));
}

/**
 * lobe_address_to_id:
 * @protocol: a protocol's name
 * @base_url: a base URL
 *
 * Makes an id from an address, so that a server that is found again is the same one.
 *
 * Returns: (transfer full): an id without a slash
 */
char *
lobe_address_to_id (const char *protocol,
                    const char *base_url)
{
  g_autoptr (GUri) uri = g_uri_parse (base_url, G_URI_FLAGS_NONE, NULL);
  g_autofree char *name = lobe_address_to_name (base_url);
  const char *path = uri != NULL ? g_uri_get_path (uri) : "";

  return g_strdelimit (g_strconcat (protocol, "-", name, g_str_equal (path, "/v1") ? "" : path, NULL), "/", '-');
}
