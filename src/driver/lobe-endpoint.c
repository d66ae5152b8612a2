/* lobe-endpoint.c: an address, what proves that we may use it, and the door that leads there */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-endpoint.h"

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
  char        *unix_socket;
  LobeDialect  dialect;
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
  g_free (self->unix_socket);

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

/**
 * lobe_endpoint_redact:
 * @self: an endpoint
 * @text: words of its server
 *
 * Takes the key out of what a server says, as some repeat it where they refuse it, and what they say is shown, stored
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
  gsize length;

  g_return_val_if_fail (LOBE_IS_ENDPOINT (self), NULL);
  g_return_val_if_fail (text != NULL, NULL);

  length = self->key != NULL ? strlen (self->key) : 0;
  if (length < MIN_SECRET)
    return g_strdup (text);

  redacted = g_string_new (text);
  g_string_replace (redacted, self->key, REDACTED, 0);

  for (gsize n = length - 1; n >= MIN_SECRET / 2; n--)
    {
      g_autofree char *cut = g_strdup_printf ("%.*s…", (int) n, self->key);

      if (g_str_has_suffix (redacted->str, cut))
        {
          g_string_truncate (redacted, redacted->len - strlen (cut));
          g_string_append (redacted, REDACTED);
          break;
        }
    }

  return g_string_free_and_steal (g_steal_pointer (&redacted));
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
 * lobe_endpoint_set_dialect:
 * @self: an endpoint
 * @dialect: which server it is known to be
 */
void
lobe_endpoint_set_dialect (LobeEndpoint *self,
                           LobeDialect   dialect)
{
  g_return_if_fail (LOBE_IS_ENDPOINT (self));

  self->dialect = dialect;
}

/**
 * lobe_endpoint_get_dialect:
 * @self: an endpoint
 *
 * Returns: which server it is known to be; the OpenAI driver learns it from the list of models
 */
LobeDialect
lobe_endpoint_get_dialect (LobeEndpoint *self)
{
  g_return_val_if_fail (LOBE_IS_ENDPOINT (self), LOBE_DIALECT_PLAIN);

  return self->dialect;
}

/**
 * lobe_endpoint_get_can_prefill:
 * @self: an endpoint
 *
 * Whether this server is known to continue a last assistant message, though its protocol does not promise it:
 * llama-server does by itself (--prefill-assistant is its default), vLLM when it is asked to. See also
 * [method@Driver.can_prefill].
 *
 * Returns: whether it does
 */
gboolean
lobe_endpoint_get_can_prefill (LobeEndpoint *self)
{
  g_return_val_if_fail (LOBE_IS_ENDPOINT (self), FALSE);

  return self->dialect != LOBE_DIALECT_PLAIN;
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
  g_autofree char *uri = NULL;
  LobeHttpRequest *request;
  const char *query;

  g_return_val_if_fail (LOBE_IS_ENDPOINT (self), NULL);
  g_return_val_if_fail (path != NULL && *path == '/', NULL);

  query = strchr (self->base_url, '?');
  if (query != NULL)
    uri = g_strdup_printf ("%.*s%s%s", (int) (query - self->base_url), self->base_url, path, query);
  else
    uri = g_strconcat (self->base_url, path, NULL);

  request = lobe_http_request_new (method, uri, purpose, self->name);
  if (self->unix_socket != NULL)
    lobe_http_request_set_unix_socket (request, self->unix_socket);
  if (self->key != NULL)
    {
      g_autofree char *bearer = g_strconcat ("Bearer ", self->key, NULL);

      lobe_http_request_set_secret (request, "Authorization", bearer);
    }

  return request;
}
