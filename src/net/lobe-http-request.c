/* lobe-http-request.c: one request that wants to leave the program: who asks, why, and what */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "net/lobe-http-request-private.h"

#include "base/lobe-error.h"
#include "lobe-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/**
 * LobeHttpRequest:
 *
 * A request, with the name of who asks and the purpose, so that a policy can judge it and a ledger can tell of it.
 * Its secrets go in, and come out on the wire only.
 */
struct _LobeHttpRequest
{
  GObject      parent_instance;

  char        *method;
  char        *uri_string;
  GUri        *uri;            /* NULL when uri_string is no address we can use */
  LobePurpose  purpose;
  char        *asker;
  GHashTable  *headers;        /* lower-case name → value */
  GHashTable  *secrets;
  char        *content_type;
  GBytes      *body;
  char        *unix_socket;
  LobeRoute   *route;
  guint        timeout;
};

G_DEFINE_FINAL_TYPE (LobeHttpRequest, lobe_http_request, G_TYPE_OBJECT)

static const char *purposes[] = {
  [LOBE_PURPOSE_CHAT] = "chat",
  [LOBE_PURPOSE_MODELS] = "models",
  [LOBE_PURPOSE_DISCOVERY] = "discovery",
  [LOBE_PURPOSE_DOWNLOAD] = "download",
  [LOBE_PURPOSE_ENGINE] = "engine",
};

static void
free_secret (gpointer value)
{
  explicit_bzero (value, strlen (value));
  g_free (value);
}

static void
lobe_http_request_finalize (GObject *object)
{
  LobeHttpRequest *self = LOBE_HTTP_REQUEST (object);

  g_free (self->method);
  g_free (self->uri_string);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_free (self->asker);
  g_hash_table_unref (self->headers);
  g_hash_table_unref (self->secrets);
  g_free (self->content_type);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_free (self->unix_socket);
  g_clear_pointer (&self->route, lobe_route_unref);

  G_OBJECT_CLASS (lobe_http_request_parent_class)->finalize (object);
}

static void
lobe_http_request_class_init (LobeHttpRequestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_http_request_finalize;
}

static void
lobe_http_request_init (LobeHttpRequest *self)
{
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->secrets = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, free_secret);
}

/* A name and password in an address are a secret like others: they must be seen neither by a ledger nor in an error */
static void
take_user_info (LobeHttpRequest *self)
{
  const char *user = g_uri_get_user (self->uri);
  const char *password = g_uri_get_password (self->uri);
  GUri *bare;

  if (user != NULL)
    {
      g_autofree char *pair = g_strconcat (user, ":", password != NULL ? password : "", NULL);
      g_autofree char *encoded = g_base64_encode ((const guchar *) pair, strlen (pair));
      g_autofree char *value = g_strconcat ("Basic ", encoded, NULL);

      lobe_http_request_set_secret (self, "Authorization", value);
    }

  bare = g_uri_build (SOUP_HTTP_URI_FLAGS, g_uri_get_scheme (self->uri), NULL, g_uri_get_host (self->uri),
                      g_uri_get_port (self->uri), g_uri_get_path (self->uri), g_uri_get_query (self->uri), NULL);
  g_uri_unref (self->uri);
  self->uri = bare;
}

/**
 * lobe_http_request_new:
 * @method: "GET", "POST", …
 * @uri: an http or https address; a name and password in it become a secret. One that is no address is reported when
 *   the request is sent, as %LOBE_ERROR_INVALID
 * @purpose: why
 * @asker: who asks, for the person to read: "Ollama"
 *
 * Returns: (transfer full): a request
 */
LobeHttpRequest *
lobe_http_request_new (const char  *method,
                       const char  *uri,
                       LobePurpose  purpose,
                       const char  *asker)
{
  LobeHttpRequest *self;

  g_return_val_if_fail (method != NULL, NULL);
  g_return_val_if_fail (uri != NULL, NULL);
  g_return_val_if_fail (purpose < G_N_ELEMENTS (purposes), NULL);
  g_return_val_if_fail (asker != NULL, NULL);

  self = g_object_new (LOBE_TYPE_HTTP_REQUEST, NULL);
  self->method = g_strdup (method);
  self->purpose = purpose;
  self->asker = g_strdup (asker);
  self->uri = g_uri_parse (uri, SOUP_HTTP_URI_FLAGS, NULL);

  if (self->uri != NULL &&
      (!g_strv_contains ((const char *const[]) { "http", "https", NULL }, g_uri_get_scheme (self->uri)) ||
       g_uri_get_host (self->uri) == NULL || *g_uri_get_host (self->uri) == '\0'))
    g_clear_pointer (&self->uri, g_uri_unref);

  if (self->uri != NULL)
    {
      take_user_info (self);
      self->uri_string = g_uri_to_string (self->uri);
    }
  else
    {
      self->uri_string = g_strdup ("");
    }

  return self;
}

/**
 * lobe_http_request_get_method:
 * @self: a request
 *
 * Returns: (transfer none): "GET", "POST", …
 */
const char *
lobe_http_request_get_method (LobeHttpRequest *self)
{
  g_return_val_if_fail (LOBE_IS_HTTP_REQUEST (self), NULL);

  return self->method;
}

/**
 * lobe_http_request_get_uri:
 * @self: a request
 *
 * Returns: (transfer none): where it goes, without name and password; "" when it was given no address
 */
const char *
lobe_http_request_get_uri (LobeHttpRequest *self)
{
  g_return_val_if_fail (LOBE_IS_HTTP_REQUEST (self), NULL);

  return self->uri_string;
}

/* The same, taken apart; NULL when it was given no address */
GUri *
lobe_http_request_peek_uri (LobeHttpRequest *self)
{
  return self->uri;
}

/**
 * lobe_http_request_get_purpose:
 * @self: a request
 *
 * Returns: why it is made
 */
LobePurpose
lobe_http_request_get_purpose (LobeHttpRequest *self)
{
  g_return_val_if_fail (LOBE_IS_HTTP_REQUEST (self), LOBE_PURPOSE_CHAT);

  return self->purpose;
}

/**
 * lobe_http_request_get_asker:
 * @self: a request
 *
 * Returns: (transfer none): who asks
 */
const char *
lobe_http_request_get_asker (LobeHttpRequest *self)
{
  g_return_val_if_fail (LOBE_IS_HTTP_REQUEST (self), NULL);

  return self->asker;
}

static void
set (GHashTable *headers,
     const char *name,
     const char *value)
{
  g_autofree char *key = g_ascii_strdown (name, -1);

  if (value != NULL)
    g_hash_table_replace (headers, g_steal_pointer (&key), g_strdup (value));
  else
    g_hash_table_remove (headers, key);
}

/**
 * lobe_http_request_set_header:
 * @self: a request
 * @name: a header's name
 * @value: (nullable): its value; %NULL takes the header away
 *
 * Sets a header that anybody may see. One that holds a line break is reported when the request is sent.
 */
void
lobe_http_request_set_header (LobeHttpRequest *self,
                              const char      *name,
                              const char      *value)
{
  g_return_if_fail (LOBE_IS_HTTP_REQUEST (self));
  g_return_if_fail (name != NULL);

  set (self->headers, name, value);
}

/**
 * lobe_http_request_set_secret:
 * @self: a request
 * @name: a header's name: "Authorization", "x-api-key"
 * @value: (nullable): its value; %NULL takes the header away
 *
 * Sets a header whose value nobody can read again, and that no redirect carries to another origin (scheme, host and
 * port).
 */
void
lobe_http_request_set_secret (LobeHttpRequest *self,
                              const char      *name,
                              const char      *value)
{
  g_return_if_fail (LOBE_IS_HTTP_REQUEST (self));
  g_return_if_fail (name != NULL);

  set (self->secrets, name, value);
}

/**
 * lobe_http_request_set_body:
 * @self: a request
 * @content_type: what @body is: "application/json"
 * @body: the body
 */
void
lobe_http_request_set_body (LobeHttpRequest *self,
                            const char      *content_type,
                            GBytes          *body)
{
  g_return_if_fail (LOBE_IS_HTTP_REQUEST (self));
  g_return_if_fail (content_type != NULL);
  g_return_if_fail (body != NULL);

  g_set_str (&self->content_type, content_type);
  g_bytes_ref (body);
  g_clear_pointer (&self->body, g_bytes_unref);
  self->body = body;
}

/**
 * lobe_http_request_get_body:
 * @self: a request
 *
 * For a policy that looks at what leaves, or a ledger that counts it. It holds the person's words: it must not get into
 * a log.
 *
 * Returns: (transfer none) (nullable): the body
 */
GBytes *
lobe_http_request_get_body (LobeHttpRequest *self)
{
  g_return_val_if_fail (LOBE_IS_HTTP_REQUEST (self), NULL);

  return self->body;
}

/**
 * lobe_http_request_set_unix_socket:
 * @self: a request
 * @path: (nullable) (type filename): a socket of this machine through which it goes, whatever host its address names
 */
void
lobe_http_request_set_unix_socket (LobeHttpRequest *self,
                                   const char      *path)
{
  g_return_if_fail (LOBE_IS_HTTP_REQUEST (self));

  g_set_str (&self->unix_socket, path);
}

/**
 * lobe_http_request_get_unix_socket:
 * @self: a request
 *
 * Returns: (transfer none) (nullable) (type filename): the socket, if it goes through one
 */
const char *
lobe_http_request_get_unix_socket (LobeHttpRequest *self)
{
  g_return_val_if_fail (LOBE_IS_HTTP_REQUEST (self), NULL);

  return self->unix_socket;
}

/**
 * lobe_http_request_set_route:
 * @self: a request
 * @route: (nullable): the way to the server; %NULL for the usual one
 */
void
lobe_http_request_set_route (LobeHttpRequest *self,
                             LobeRoute       *route)
{
  g_return_if_fail (LOBE_IS_HTTP_REQUEST (self));

  if (route != NULL)
    lobe_route_ref (route);
  g_clear_pointer (&self->route, lobe_route_unref);
  self->route = route;
}

/**
 * lobe_http_request_get_route:
 * @self: a request
 *
 * Returns: (transfer none) (nullable): the way to the server
 */
LobeRoute *
lobe_http_request_get_route (LobeHttpRequest *self)
{
  g_return_val_if_fail (LOBE_IS_HTTP_REQUEST (self), NULL);

  return self->route;
}

/**
 * lobe_http_request_set_timeout:
 * @self: a request
 * @seconds: how long it may take until the headers are there, and then from one piece of the body to the next; 0, as it
 *   is at first, for ever: a model may load for minutes before it says a word
 */
void
lobe_http_request_set_timeout (LobeHttpRequest *self,
                               guint            seconds)
{
  g_return_if_fail (LOBE_IS_HTTP_REQUEST (self));

  self->timeout = seconds;
}

guint
lobe_http_request_get_timeout (LobeHttpRequest *self)
{
  return self->timeout;
}

/**
 * lobe_http_request_describe:
 * @self: a request
 *
 * What may stand in a log or an error: method, host, port, path, purpose and asker. No query, header or body.
 *
 * Returns: (transfer full): "POST http://127.0.0.1:11434/api/chat (chat, Ollama)"
 */
char *
lobe_http_request_describe (LobeHttpRequest *self)
{
  g_autofree char *where = NULL;

  g_return_val_if_fail (LOBE_IS_HTTP_REQUEST (self), NULL);

  if (self->uri != NULL)
    where = g_uri_to_string_partial (self->uri, G_URI_HIDE_QUERY);
  else
    where = g_strdup ("(no address)");

  return g_strdup_printf ("%s %s (%s, %s)", self->method, where, purposes[self->purpose], self->asker);
}

/* What RFC 9110, section 5.5, lets stand in a header's value, and is not a way to smuggle in another header */
static gboolean
append_headers (SoupMessage *message,
                GHashTable  *headers)
{
  SoupMessageHeaders *target = soup_message_get_request_headers (message);
  GHashTableIter iter;
  const char *name, *value;

  g_hash_table_iter_init (&iter, headers);
  while (g_hash_table_iter_next (&iter, (gpointer *) &name, (gpointer *) &value))
    {
      if (*name == '\0' || strpbrk (name, " \t\r\n:") != NULL)
        return FALSE;
      for (const char *p = value; *p != '\0'; p++)
        {
          if (((guchar) *p < 0x20 && *p != '\t') || *p == 0x7f)
            return FALSE;
        }
      soup_message_headers_replace (target, name, value);
    }

  return TRUE;
}

/* The message with all headers and the body, or LOBE_ERROR_INVALID */
SoupMessage *
lobe_http_request_to_message (LobeHttpRequest  *self,
                              GError          **error)
{
  g_autoptr (SoupMessage) message = NULL;

  if (self->uri == NULL)
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID,
                   _("The address of “%s” is not one that starts with http:// or https:// and names a host"), self->asker);
      return NULL;
    }

  message = soup_message_new_from_uri (self->method, self->uri);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);

  if (!append_headers (message, self->headers))
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID,
                   _("A header for “%s” has a character that cannot be sent"), self->asker);
      return NULL;
    }
  if (!append_headers (message, self->secrets))
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID,
                   _("The key for “%s” has a character that cannot be sent, such as a line break"), self->asker);
      return NULL;
    }

  if (self->body != NULL)
    soup_message_set_request_body_from_bytes (message, self->content_type, self->body);

  return g_steal_pointer (&message);
}

static gboolean
is_same_origin (GUri *a,
                GUri *b)
{
  return g_str_equal (g_uri_get_scheme (a), g_uri_get_scheme (b)) &&
         g_ascii_strcasecmp (g_uri_get_host (a), g_uri_get_host (b)) == 0 &&
         g_uri_get_port (a) == g_uri_get_port (b);
}

static void
copy_headers (GHashTable *from,
              GHashTable *to)
{
  GHashTableIter iter;
  const char *name, *value;

  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, (gpointer *) &name, (gpointer *) &value))
    g_hash_table_replace (to, g_strdup (name), g_strdup (value));
}

/* The request that follows a redirect to @location, or NULL when it must not be followed: only what has no body and
 * changes nothing is repeated elsewhere, and what goes through a socket of ours stays there. */
LobeHttpRequest *
lobe_http_request_redirect (LobeHttpRequest *self,
                            const char      *location)
{
  g_autoptr (LobeHttpRequest) next = NULL;
  g_autoptr (LobeRoute) route = NULL;
  g_autofree char *uri = NULL;
  gboolean same_origin;

  if (!g_str_equal (self->method, "GET") && !g_str_equal (self->method, "HEAD"))
    return NULL;

  uri = g_uri_resolve_relative (self->uri_string, location, SOUP_HTTP_URI_FLAGS, NULL);
  if (uri == NULL)
    return NULL;

  next = lobe_http_request_new (self->method, uri, self->purpose, self->asker);
  if (next->uri == NULL)
    return NULL;

  same_origin = is_same_origin (self->uri, next->uri);
  if (self->unix_socket != NULL && !same_origin)
    return NULL;

  copy_headers (self->headers, next->headers);
  if (same_origin)
    copy_headers (self->secrets, next->secrets);
  if (self->route != NULL)
    route = same_origin ? lobe_route_ref (self->route) : lobe_route_without_certificate (self->route);
  lobe_http_request_set_route (next, route);
  lobe_http_request_set_unix_socket (next, self->unix_socket);
  lobe_http_request_set_timeout (next, self->timeout);

  return g_steal_pointer (&next);
}
