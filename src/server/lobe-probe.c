/* lobe-probe.c: what kind of model server is at this address? */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-probe.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "server/lobe-address.h"

#include <glib/gi18n-lib.h>
#include <libsoup/soup.h>
#include <string.h>

/* A list of models is some hundred KB at most; what is longer is no such list. */
#define MAX_ANSWER (4 * 1024 * 1024)

/**
 * Question:
 * @ASK_OLLAMA: Ollama's own /api/version
 * @ASK_READY: LocalAI's /readyz; LocalAI answers like Ollama too, which has no such path
 * @ASK_MODELS: the list of models of the OpenAI protocol, whose owned_by gives many away
 * @ASK_INFO: TGI's /info
 * @ASK_HEALTH: llama-server's /health, which says {"status":"ok"} or that it is loading
 * @ASK_END: nothing more to ask
 */
typedef enum
{
  ASK_OLLAMA,
  ASK_READY,
  ASK_MODELS,
  ASK_INFO,
  ASK_HEALTH,
  ASK_END,
} Question;

typedef struct
{
  LobeHttp           *http;
  LobeDriverRegistry *drivers;
  char               *base_url;
  char               *usual;
  Question            question;

  char               *models_url;
  guint               models_status;
  gboolean            like_ollama;
  gboolean            ready;
  LobeServer         *server;
} Probe;

static void ask (GTask *task);

static void
probe_free (gpointer data)
{
  Probe *probe = data;

  g_clear_object (&probe->http);
  g_clear_object (&probe->drivers);
  g_clear_object (&probe->server);
  g_free (probe->base_url);
  g_free (probe->usual);
  g_free (probe->models_url);
  g_free (probe);
}

static void
server_asked (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Probe *probe = g_task_get_task_data (task);

  /* It is there, whatever it says of its models; only who doesn't want to know any more gets no server. */
  lobe_server_refresh_finish (probe->server, result, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_steal_pointer (&error));
  else
    g_task_return_pointer (task, g_steal_pointer (&probe->server), g_object_unref);
}

static void
found (GTask      *task,
       const char *protocol,
       const char *name,
       const char *base_url)
{
  Probe *probe = g_task_get_task_data (task);
  LobeDriver *driver = lobe_driver_registry_lookup (probe->drivers, protocol);
  g_autofree char *id = NULL;

  if (driver == NULL)
    {
      g_task_return_new_error (task, LOBE_ERROR, LOBE_ERROR_UNSUPPORTED, _("The protocol “%s” is not known."), protocol);
      return;
    }

  /* chats remember a server by its id, so that it does not depend on how well we know it */
  id = lobe_address_to_id (g_str_equal (protocol, "ollama") ? protocol : "openai", base_url);
  probe->server = lobe_server_new (probe->http, driver, id, name, base_url, NULL, LOBE_SERVER_SAVED);
  lobe_server_set_drivers (probe->server, probe->drivers);
  lobe_server_refresh_async (probe->server, g_task_get_cancellable (task), server_asked, g_object_ref (task));
}

static void
give_up (GTask *task)
{
  Probe *probe = g_task_get_task_data (task);

  g_task_return_new_error (task, LOBE_ERROR, LOBE_ERROR_NOT_FOUND,
                           _("Something answers at %s, but it is no model server that this program knows."),
                           probe->base_url);
}

/* What a server is, and what to call it. */
typedef struct
{
  const char *owner; /* of its models */
  const char *name;
  const char *protocol;
} Kind;

static const Kind kinds[] = {
  { "vllm", "vLLM", "vllm" },
  { "llamacpp", "llama.cpp", "llama-server" },
  { "organization_owner", "LM Studio", "lmstudio" },
};

static const Kind *
find_kind (const char *owner,
           const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_strcmp0 (owner, kinds[i].owner) == 0 || g_strcmp0 (name, kinds[i].name) == 0)
      return &kinds[i];

  return NULL;
}

static gboolean
is_tgi_info (guint       status,
             JsonObject *object)
{
  return status == SOUP_STATUS_OK && lobe_json_string (object, "model_id") != NULL
         && json_object_has_member (object, "max_total_tokens");
}

static gboolean
is_llama_health (guint       status,
                 JsonObject *object)
{
  return (status == SOUP_STATUS_OK && g_strcmp0 (lobe_json_string (object, "status"), "ok") == 0)
         || (status == SOUP_STATUS_SERVICE_UNAVAILABLE && lobe_json_object (object, "error") != NULL);
}

/* Takes the answer to a question. FALSE when the matter is settled. */
static gboolean
judge (GTask      *task,
       guint       status,
       JsonObject *object)
{
  Probe *probe = g_task_get_task_data (task);
  JsonArray *data = lobe_json_array (object, "data");
  const Kind *kind;

  switch (probe->question)
    {
    case ASK_OLLAMA:
      probe->like_ollama = status == SOUP_STATUS_OK && lobe_json_string (object, "version") != NULL;
      return TRUE;

    case ASK_READY:
      probe->ready = status == SOUP_STATUS_OK;
      if (!probe->like_ollama || probe->ready)
        return TRUE;
      found (task, "ollama", "Ollama", probe->base_url);
      return FALSE;

    case ASK_MODELS:
      /* A web page that asks for a password or is down is no model server: those answer in JSON. */
      if (object == NULL
          || !((status == SOUP_STATUS_OK && data != NULL) || status == SOUP_STATUS_UNAUTHORIZED
               || status == SOUP_STATUS_FORBIDDEN || status == SOUP_STATUS_SERVICE_UNAVAILABLE))
        {
          /* TGI before 2 has no such list */
          if (status == SOUP_STATUS_NOT_FOUND)
            return TRUE;
          give_up (task);
          return FALSE;
        }
      probe->models_status = status;
      kind = find_kind (lobe_json_string (lobe_json_element (data, 0), "owned_by"), NULL);
      if (kind == NULL)
        return TRUE;
      found (task, kind->protocol, kind->name, probe->models_url);
      return FALSE;

    case ASK_INFO:
      if (is_tgi_info (status, object))
        {
          found (task, "tgi", "TGI", probe->models_url);
          return FALSE;
        }
      if (probe->models_status != 0)
        return TRUE;
      give_up (task);
      return FALSE;

    case ASK_HEALTH:
      kind = is_llama_health (status, object) ? find_kind ("llamacpp", NULL) : probe->ready ? NULL : find_kind (NULL, probe->usual);
      if (kind != NULL)
        found (task, kind->protocol, kind->name, probe->models_url);
      else if (probe->ready)
        found (task, "localai", "LocalAI", probe->models_url);
      else if (probe->usual != NULL || probe->models_status == SOUP_STATUS_OK)
        found (task, "openai", probe->usual != NULL ? probe->usual : _("OpenAI-compatible"), probe->models_url);
      else
        return TRUE;
      return FALSE;

    case ASK_END:
    default:
      g_assert_not_reached ();
    }
}

static void
answered (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GBytes) body = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  Probe *probe = g_task_get_task_data (task);
  const char *data;
  gsize length;
  guint status = 0;

  body = lobe_http_fetch_finish (LOBE_HTTP (source), result, &status, &error);
  /* Where nobody opens, there is nobody to ask more. A body that is no model server's is an answer like others. */
  if (error != NULL && !g_error_matches (error, LOBE_ERROR, LOBE_ERROR_PROTOCOL))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  data = body != NULL ? g_bytes_get_data (body, &length) : NULL;
  root = data != NULL ? lobe_json_parse (data, length, NULL) : NULL;
  if (!judge (task, status, lobe_json_get_object (root)))
    return;

  probe->question++;
  ask (task);
}

static void
ask (GTask *task)
{
  Probe *probe = g_task_get_task_data (task);
  g_autofree char *uri = NULL;
  g_autoptr (LobeHttpRequest) request = NULL;

  switch (probe->question)
    {
    case ASK_OLLAMA:
      uri = lobe_address_join (probe->base_url, "api/version");
      break;
    case ASK_READY:
      uri = lobe_address_join (probe->base_url, "readyz");
      break;
    case ASK_MODELS:
      uri = lobe_address_join (probe->models_url, "models");
      break;
    case ASK_INFO:
      uri = lobe_address_join (probe->base_url, "info");
      break;
    case ASK_HEALTH:
      uri = lobe_address_join (probe->base_url, "health");
      break;
    case ASK_END:
    default:
      if (probe->models_status == SOUP_STATUS_UNAUTHORIZED || probe->models_status == SOUP_STATUS_FORBIDDEN)
        g_task_return_new_error (task, LOBE_ERROR, LOBE_ERROR_AUTHENTICATION, _("The server at %s asks for a key."),
                                 probe->base_url);
      else
        give_up (task);
      return;
    }

  request = lobe_http_request_new ("GET", uri, LOBE_PURPOSE_DISCOVERY, "discovery");
  lobe_http_fetch_async (probe->http, request, MAX_ANSWER, g_task_get_cancellable (task), answered, g_object_ref (task));
}

/**
 * lobe_probe_async:
 * @http: the door
 * @drivers: the protocols
 * @base_url: an address, with its path as the OpenAI protocol wants it
 * @usual: (nullable): what to call what is there, when its answers don't tell
 * @cancellable: (nullable): to stop
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * Asks the server at @base_url what it is, and for its models.
 */
void
lobe_probe_async (LobeHttp            *http,
                  LobeDriverRegistry  *drivers,
                  const char          *base_url,
                  const char          *usual,
                  GCancellable        *cancellable,
                  GAsyncReadyCallback  callback,
                  gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Probe *probe = g_new0 (Probe, 1);

  probe->http = g_object_ref (http);
  probe->drivers = g_object_ref (drivers);
  probe->usual = g_strdup (usual);
  probe->models_url = g_strdup (base_url);
  probe->base_url = g_str_has_suffix (base_url, "/v1") ? g_strndup (base_url, strlen (base_url) - 3) : g_strdup (base_url);

  g_task_set_source_tag (task, lobe_probe_async);
  g_task_set_task_data (task, probe, probe_free);
  ask (task);
}

/**
 * lobe_probe_finish:
 * @result: what the callback was given
 * @error: where to put why nothing is known: nobody answers, %LOBE_ERROR_NOT_FOUND when it is something else,
 *   %LOBE_ERROR_AUTHENTICATION when it says nothing without a key
 *
 * Returns: (transfer full): the server, asked once already
 */
LobeServer *
lobe_probe_finish (GAsyncResult  *result,
                   GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
