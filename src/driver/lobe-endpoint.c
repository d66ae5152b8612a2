/* lobe-endpoint.c: an address, what proves that we may use it, and the door that leads there */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-endpoint.h"

#include "base/lobe-json.h"

#include <string.h>

#define REDACTED "•••"
#define MIN_SECRET 8

/**
 * LobeEndpoint:
 *
 * One server as a driver sees it: an address, a key, and the [class@Http] through which requests leave. The key is held
 * here only as long as somebody uses the endpoint, and leaves only in a secret header.
 */
struct _LobeEndpoint
{
  GObject      parent_instance;

  LobeHttp    *http;
  char        *name;
  char        *base_url;
  char        *key;
  GHashTable  *headers;        /* name → value */
  GHashTable  *secret_headers; /* the same, never shown */
  JsonObject  *extra_body;
  char        *unix_socket;
  char        *recognised;
  LobeRoute   *route;
};

G_DEFINE_FINAL_TYPE (LobeEndpoint, lobe_endpoint, G_TYPE_OBJECT)

static void
lobe_endpoint_finalize (GObject *object)
{
  LobeEndpoint *self = LOBE_ENDPOINT (object);

  g_clear_object (&self->http);
  g_free (self->name);
  g_free (self->base_url);
  g_free (self->key);
  g_hash_table_unref (self->headers);
  g_hash_table_unref (self->secret_headers);
  g_clear_pointer (&self->extra_body, json_object_unref);
  g_free (self->unix_socket);
  g_free (self->recognised);
  g_clear_pointer (&self->route, lobe_route_unref);

  G_OBJECT_CLASS (lobe_endpoint_parent_class)->finalize (object);
}

static void
lobe_endpoint_class_init (LobeEndpointClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_endpoint_finalize;
}

static void
lobe_endpoint_init (LobeEndpoint *self)
{
  self->headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->secret_headers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * lobe_endpoint_new:
 * @http: the door through which requests leave
 * @name: who it is, in words for the person; says in the ledger who asked
 * @base_url: the address that the person gave, with or without a slash at its end
 *
 * Returns: (transfer full): an endpoint without a key
 */
LobeEndpoint *
lobe_endpoint_new (LobeHttp   *http,
                   const char *name,
                   const char *base_url)
{
  LobeEndpoint *self;

  g_return_val_if_fail (LOBE_IS_HTTP (http), NULL);
  g_return_val_if_fail (name != NULL, NULL);
  g_return_val_if_fail (base_url != NULL, NULL);

  self = g_object_new (LOBE_TYPE_ENDPOINT, NULL);
  self->http = g_object_ref (http);
  self->name = g_strdup (name);
  self->base_url = g_strstrip (g_strdup (base_url));
  for (gsize length = strlen (self->base_url); length > 0 && self->base_url[length - 1] == '/'; length--)
    self->base_url[length - 1] = '\0';

  return self;
}

/**
 * lobe_endpoint_get_http:
 * @self: an endpoint
 *
 * Returns: (transfer none): the door through which requests leave
 */
LobeHttp *
lobe_endpoint_get_http (LobeEndpoint *self)
{
  g_return_val_if_fail (LOBE_IS_ENDPOINT (self), NULL);

  return self->http;
}

/**
 * lobe_endpoint_get_name:
 * @self: an endpoint
 *
 * Returns: (transfer none): who it is, in words for the person
 */
const char *
lobe_endpoint_get_name (LobeEndpoint *self)
{
  g_return_val_if_fail (LOBE_IS_ENDPOINT (self), NULL);

  return self->name;
}

/**
 * lobe_endpoint_get_base_url:
 * @self: an endpoint
 *
 * Returns: (transfer none): its address, without a slash at its end
 */
const char *
lobe_endpoint_get_base_url (LobeEndpoint *self)
{
  g_return_val_if_fail (LOBE_IS_ENDPOINT (self), NULL);

  return self->base_url;
}

/**
 * lobe_endpoint_set_key:
 * @self: an endpoint
 * @key: (nullable): the key, sent as a bearer token; %NULL or "" for none
 */
void
lobe_endpoint_set_key (LobeEndpoint *self,
                       const char   *key)
{
  g_return_if_fail (LOBE_IS_ENDPOINT (self));

  g_set_str (&self->key, key != NULL && *key != '\0' ? key : NULL);
}

/**
 * lobe_endpoint_get_key:
 * @self: an endpoint
 *
 * Returns: (transfer none) (nullable): the key
 */
const char *
lobe_endpoint_get_key (LobeEndpoint *self)
{
  g_return_val_if_fail (LOBE_IS_ENDPOINT (self), NULL);

  return self->key;
}

static void
redact (GString    *text,
        const char *secret)
{
  gsize length = secret != NULL ? strlen (secret) : 0;

  if (length < MIN_SECRET)
    return;

  g_string_replace (text, secret, REDACTED, 0);

  for (gsize n = length - 1; n >= MIN_SECRET / 2; n--)
    {
      g_autofree char *cut = g_strdup_printf ("%.*s…", (int) n, secret);

      if (g_str_has_suffix (text->str, cut))
        {
          g_string_truncate (text, text->len - strlen (cut));
          g_string_append (text, REDACTED);
          break;
        }
    }
}

/**
 * lobe_endpoint_redact:
 * @self: an endpoint
 * @text: words of its server
 *
 * Takes the key and secret headers out of what a server says, as some repeat it where they refuse it, and what they say is shown, stored
 * and put into reports. Where the words were cut (“…”) in the middle of the key, its beginning goes too. What is shorter
 * than 8 characters is no secret but a word such as “none”, and stays.
 *
 * Returns: (transfer full): @text without the key
 */
char *
lobe_endpoint_redact (LobeEndpoint *self,
                      const char   *text)
{
  g_autoptr (GString) redacted = NULL;
  GHashTableIter iter;
  gpointer value;

  g_return_val_if_fail (LOBE_IS_ENDPOINT (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  redacted = g_string_new (text);
  redact (redacted, self->key);
  g_hash_table_iter_init (&iter, self->secret_headers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    redact (redacted, value);

  return g_string_free_and_steal (g_steal_pointer (&redacted));
}

/**
 * lobe_endpoint_set_header:
 * @self: an endpoint
 * @name: a header
 * @value: (nullable): what every request says in it; %NULL to say nothing
 */
void
lobe_endpoint_set_header (LobeEndpoint *self,
                          const char   *name,
                          const char   *value)
{
  g_return_if_fail (LOBE_IS_ENDPOINT (self));
  g_return_if_fail (name != NULL);

  if (value != NULL)
    g_hash_table_replace (self->headers, g_strdup (name), g_strdup (value));
  else
    g_hash_table_remove (self->headers, name);
}

/**
 * lobe_endpoint_set_secret_header:
 * @self: an endpoint
 * @name: a header
 * @value: (nullable): what every request says in it, which nobody else gets to see; %NULL to say nothing
 */
void
lobe_endpoint_set_secret_header (LobeEndpoint *self,
                                 const char   *name,
                                 const char   *value)
{
  g_return_if_fail (LOBE_IS_ENDPOINT (self));
  g_return_if_fail (name != NULL);

  if (value != NULL)
    g_hash_table_replace (self->secret_headers, g_strdup (name), g_strdup (value));
  else
    g_hash_table_remove (self->secret_headers, name);
}

/**
 * lobe_endpoint_set_extra_body:
 * @self: an endpoint
 * @body: (nullable): members that go into the body of every request for an answer, over those of the driver
 */
void
lobe_endpoint_set_extra_body (LobeEndpoint *self,
                              JsonObject   *body)
{
  g_return_if_fail (LOBE_IS_ENDPOINT (self));

  g_clear_pointer (&self->extra_body, json_object_unref);
  self->extra_body = body != NULL ? json_object_ref (body) : NULL;
}

/* Objects within objects are joined, anything else is replaced: {"options": {"num_gpu": 1}} leaves the other options. */
static void
merge (JsonObject *into,
       JsonObject *from)
{
  JsonObjectIter iter;
  const char *name;
  JsonNode *node;

  json_object_iter_init_ordered (&iter, from);
  while (json_object_iter_next_ordered (&iter, &name, &node))
    {
      JsonObject *present = lobe_json_object (into, name);

      if (present != NULL && JSON_NODE_HOLDS_OBJECT (node))
        merge (present, json_node_get_object (node));
      else
        json_object_set_member (into, name, json_node_copy (node));
    }
}

/**
 * lobe_endpoint_take_body:
 * @self: an endpoint
 * @builder: a whole body
 *
 * Returns: (transfer full): it as bytes, with what the person wants to have in it
 */
GBytes *
lobe_endpoint_take_body (LobeEndpoint *self,
                         JsonBuilder  *builder)
{
  g_autoptr (JsonNode) root = NULL;
  char *text;

  g_return_val_if_fail (LOBE_IS_ENDPOINT (self), NULL);
  g_return_val_if_fail (JSON_IS_BUILDER (builder), NULL);

  root = json_builder_get_root (builder);
  if (self->extra_body != NULL)
    {
      /* what a builder made may be shared */
      g_autoptr (JsonNode) copy = json_node_copy (root);

      merge (json_node_get_object (copy), self->extra_body);
      text = json_to_string (copy, FALSE);
    }
  else
    {
      text = json_to_string (root, FALSE);
    }

  return g_bytes_new_take (text, strlen (text));
}

/**
 * lobe_endpoint_set_unix_socket:
 * @self: an endpoint
 * @path: (nullable): a socket to connect to in place of the address's host and port
 */
void
lobe_endpoint_set_unix_socket (LobeEndpoint *self,
                               const char   *path)
{
  g_return_if_fail (LOBE_IS_ENDPOINT (self));

  g_set_str (&self->unix_socket, path);
}

/**
 * lobe_endpoint_set_route:
 * @self: an endpoint
 * @route: (nullable): the way to the server: certificates, proxy; %NULL for the usual one
 */
void
lobe_endpoint_set_route (LobeEndpoint *self,
                         LobeRoute    *route)
{
  g_return_if_fail (LOBE_IS_ENDPOINT (self));

  if (route != NULL)
    lobe_route_ref (route);
  g_clear_pointer (&self->route, lobe_route_unref);
  self->route = route;
}

/**
 * lobe_endpoint_set_recognised:
 * @self: an endpoint
 * @protocol: (nullable): the short name of the protocol that its server really speaks
 *
 * For a driver whose protocol many servers speak, each with more of its own: what the list of models gives away.
 */
void
lobe_endpoint_set_recognised (LobeEndpoint *self,
                              const char   *protocol)
{
  g_return_if_fail (LOBE_IS_ENDPOINT (self));

  g_set_str (&self->recognised, protocol);
}

/**
 * lobe_endpoint_get_recognised:
 * @self: an endpoint
 *
 * Returns: (transfer none) (nullable): the protocol for which its server was recognised, if any
 */
const char *
lobe_endpoint_get_recognised (LobeEndpoint *self)
{
  g_return_val_if_fail (LOBE_IS_ENDPOINT (self), NULL);

  return self->recognised;
}

/* @base_length: how much of the address the path comes behind */
static LobeHttpRequest *
make_request (LobeEndpoint *self,
              const char   *method,
              gsize         base_length,
              const char   *path,
              LobePurpose   purpose,
              const char   *key_header)
{
  const char *query = strchr (self->base_url, '?');
  g_autofree char *uri = g_strdup_printf ("%.*s%s", (int) base_length, self->base_url, path);
  LobeHttpRequest *request;
  GHashTableIter iter;
  gpointer name, value;

  if (query != NULL)
    {
      /* both may have one: "?api-version=…" of the address and "?alt=sse" of the protocol */
      g_autofree char *bare = g_steal_pointer (&uri);

      uri = g_strconcat (bare, strchr (path, '?') != NULL ? "&" : "?", query + 1, NULL);
    }

  request = lobe_http_request_new (method, uri, purpose, self->name);
  if (self->unix_socket != NULL)
    lobe_http_request_set_unix_socket (request, self->unix_socket);
  lobe_http_request_set_route (request, self->route);
  if (self->key != NULL && key_header != NULL)
    {
      lobe_http_request_set_secret (request, key_header, self->key);
    }
  else if (self->key != NULL)
    {
      g_autofree char *bearer = g_strconcat ("Bearer ", self->key, NULL);

      lobe_http_request_set_secret (request, "Authorization", bearer);
    }

  /* Many put a key into a plain header: what a person sets is for this server alone, so no redirect takes it along. */
  g_hash_table_iter_init (&iter, self->headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    lobe_http_request_set_secret (request, name, value);
  g_hash_table_iter_init (&iter, self->secret_headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    lobe_http_request_set_secret (request, name, value);

  return request;
}

/**
 * lobe_endpoint_request:
 * @self: an endpoint
 * @method: the HTTP method
 * @path: what comes after the address, beginning with a slash
 * @purpose: why
 *
 * A request to this server with its key and socket. A query in the address stays behind the path.
 *
 * Returns: (transfer full): a request without a body
 */
LobeHttpRequest *
lobe_endpoint_request (LobeEndpoint *self,
                       const char   *method,
                       const char   *path,
                       LobePurpose   purpose)
{
  return lobe_endpoint_request_with_key (self, method, path, purpose, NULL);
}

/**
 * lobe_endpoint_request_with_key:
 * @self: an endpoint
 * @method: the HTTP method
 * @path: what comes after the address, beginning with a slash
 * @purpose: why
 * @key_header: (nullable): the header that holds the bare key ("api-key"); %NULL for a bearer token
 *
 * As [method@Endpoint.request], for protocols that put the key elsewhere. A header that the person set wins over the
 * key's own.
 *
 * Returns: (transfer full): a request without a body
 */
LobeHttpRequest *
lobe_endpoint_request_with_key (LobeEndpoint *self,
                                const char   *method,
                                const char   *path,
                                LobePurpose   purpose,
                                const char   *key_header)
{
  const char *query;
  gsize length;

  g_return_val_if_fail (LOBE_IS_ENDPOINT (self), NULL);
  g_return_val_if_fail (path != NULL && *path == '/', NULL);

  query = strchr (self->base_url, '?');
  length = query != NULL ? (gsize) (query - self->base_url) : strlen (self->base_url);

  return make_request (self, method, length, path, purpose, key_header);
}

/**
 * lobe_endpoint_request_beside:
 * @self: an endpoint
 * @method: the HTTP method
 * @version: what takes no part in it where the address ends with it, beginning with a slash: "/v1"
 * @path: what comes after the address, beginning with a slash
 * @purpose: why
 * @key_header: (nullable): the header that holds the bare key; %NULL for a bearer token
 *
 * As [method@Endpoint.request], for what a server has beside the protocol whose version is in the address.
 *
 * Returns: (transfer full): a request without a body
 */
LobeHttpRequest *
lobe_endpoint_request_beside (LobeEndpoint *self,
                              const char   *method,
                              const char   *version,
                              const char   *path,
                              LobePurpose   purpose,
                              const char   *key_header)
{
  g_autofree char *base = NULL;
  const char *query;

  g_return_val_if_fail (LOBE_IS_ENDPOINT (self), NULL);
  g_return_val_if_fail (version != NULL && path != NULL && *path == '/', NULL);

  query = strchr (self->base_url, '?');
  base = query != NULL ? g_strndup (self->base_url, query - self->base_url) : g_strdup (self->base_url);

  return make_request (self, method, strlen (base) - (g_str_has_suffix (base, version) ? strlen (version) : 0), path, purpose,
                       key_header);
}
