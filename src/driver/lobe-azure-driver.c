/* lobe-azure-driver.c: Azure OpenAI, by deployment and dated version, or by its v1 */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-azure-driver.h"

#include "base/lobe-error.h"
#include "driver/lobe-openai-chat.h"
#include "driver/lobe-openai-models.h"

#include <string.h>

/**
 * LobeAzureDriver:
 *
 * Chat completions at another place: {resource}/openai/deployments/{deployment}/chat/completions?api-version=…, where the
 * model's name is the deployment's; an address that names a deployment itself has only that one. An address that ends
 * in /openai/v1 is OpenAI's own shape. The key goes into the header api-key, a token of Entra is a bearer's.
 * (learn.microsoft.com, "Azure OpenAI REST API versions"; openai-python, lib/azure.py.)
 */
struct _LobeAzureDriver
{
  GObject parent_instance;
};

static void lobe_azure_driver_driver_init (LobeDriverInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeAzureDriver, lobe_azure_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, lobe_azure_driver_driver_init))

/* The first with stream_options that is not a preview; an address with an api-version of its own wins. */
#define API_VERSION "2024-10-21"

/* What an address may end with that is not the resource's own, the longest first. */
static const char *const endings[] = { "/openai/v1", "/openai", "/v1" };

static gboolean
is_v1 (const char *path)
{
  return g_str_has_suffix (path, "/openai/v1");
}

/* Returns: (nullable): the deployment that the address names */
static char *
dup_deployment (const char *path)
{
  const char *name = strstr (path, "/deployments/");

  if (name == NULL)
    return NULL;

  name += strlen ("/deployments/");

  return g_uri_unescape_segment (name, name + strcspn (name, "/"), NULL);
}

static char *
dup_path (LobeEndpoint *endpoint)
{
  g_autoptr (GUri) uri = g_uri_parse (lobe_endpoint_get_base_url (endpoint), G_URI_FLAGS_ENCODED | G_URI_FLAGS_PARSE_RELAXED, NULL);

  return g_strdup (uri != NULL ? g_uri_get_path (uri) : "");
}

/* @path: below the resource */
static LobeHttpRequest *
make_request (LobeEndpoint *endpoint,
              const char   *method,
              const char   *path,
              LobePurpose   purpose)
{
  const char *base_url = lobe_endpoint_get_base_url (endpoint);
  const char *key = lobe_endpoint_get_key (endpoint);
  /* a JSON Web Token: two dots, and an object in front */
  gboolean token = key != NULL && g_str_has_prefix (key, "eyJ") && strchr (key, '.') != strrchr (key, '.');
  gboolean dated = !g_str_has_prefix (path, "/openai/v1/") && strstr (base_url, "api-version=") == NULL;
  g_autofree char *full = g_strconcat (path, dated ? "?api-version=" API_VERSION : NULL, NULL);
  g_autofree char *own = dup_path (endpoint);
  const char *ending = strstr (own, "/openai/deployments/");

  for (guint i = 0; ending == NULL && i < G_N_ELEMENTS (endings); i++)
    {
      if (g_str_has_suffix (own, endings[i]))
        ending = endings[i];
    }

  return lobe_endpoint_request_beside (endpoint, method, ending != NULL ? ending : "", full, purpose,
                                       token ? NULL : "api-key");
}

static LobeHttpRequest *
make_chat (LobeEndpoint *endpoint,
           const char   *model)
{
  g_autofree char *own = dup_path (endpoint);
  g_autofree char *deployment = dup_deployment (own);
  g_autofree char *escaped = g_uri_escape_string (deployment != NULL ? deployment : model, NULL, FALSE);
  g_autofree char *path = NULL;

  if (is_v1 (own))
    return make_request (endpoint, "POST", "/openai/v1/chat/completions", LOBE_PURPOSE_CHAT);

  path = g_strdup_printf ("/openai/deployments/%s/chat/completions", escaped);

  return make_request (endpoint, "POST", path, LOBE_PURPOSE_CHAT);
}

static const LobeOpenaiServer server = {
  .takes = LOBE_OPENAI_TAKES_EFFORT,
  .request = make_chat,
};

/* What the list of models needs until it is there. */
typedef struct
{
  LobeModelReply *reply;
  GCancellable   *cancellable;
  char           *deployment;
  gboolean        again; /* the second address */
} Listing;

static void
listing_free (Listing *listing)
{
  g_clear_object (&listing->reply);
  g_clear_object (&listing->cancellable);
  g_free (listing->deployment);
  g_free (listing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Listing, listing_free)

static void
on_models (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Listing) listing = user_data;
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GError) error = NULL;
  LobeEndpoint *endpoint = LOBE_ENDPOINT (object);
  gboolean absent;

  models = lobe_openai_models_finish (endpoint, result, &error);
  /* LiteLLM's proxy takes this path for another of its own, and fails */
  absent = g_error_matches (error, LOBE_ERROR, LOBE_ERROR_NOT_FOUND) || g_error_matches (error, LOBE_ERROR, LOBE_ERROR_SERVER);
  if (absent && !listing->again && listing->deployment == NULL)
    {
      /* a gateway with this protocol has its list where OpenAI has it */
      g_autoptr (LobeHttpRequest) request = make_request (endpoint, "GET", "/v1/models", LOBE_PURPOSE_MODELS);
      GCancellable *cancellable = listing->cancellable;

      listing->again = TRUE;
      lobe_openai_models_async (endpoint, request, cancellable, on_models, g_steal_pointer (&listing));
      return;
    }

  if (models == NULL && (!absent || listing->deployment == NULL))
    {
      lobe_model_reply_fail (listing->reply, error);
      return;
    }

  if (listing->deployment != NULL)
    {
      g_autoptr (LobeModelInfo) info = lobe_model_info_new (listing->deployment, listing->deployment);

      lobe_model_reply_add (listing->reply, info);
    }
  else
    {
      lobe_model_reply_add_all (listing->reply, models);
    }
  lobe_model_reply_done (listing->reply);
}

static void
lobe_azure_driver_chat (LobeDriver   *driver,
                        LobeEndpoint *endpoint,
                        LobeRequest  *request,
                        LobeSink     *sink,
                        GCancellable *cancellable)
{
  lobe_openai_chat (&server, endpoint, request, sink, cancellable);
}

static void
lobe_azure_driver_list_models (LobeDriver     *driver,
                               LobeEndpoint   *endpoint,
                               LobeModelReply *reply,
                               GCancellable   *cancellable)
{
  g_autofree char *own = dup_path (endpoint);
  g_autoptr (LobeHttpRequest) request = NULL;
  Listing *listing = g_new0 (Listing, 1);

  request = make_request (endpoint, "GET", is_v1 (own) ? "/openai/v1/models" : "/openai/models", LOBE_PURPOSE_MODELS);
  listing->reply = g_object_ref (reply);
  listing->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  listing->deployment = dup_deployment (own);
  lobe_openai_models_async (endpoint, request, cancellable, on_models, listing);
}

static const char *
lobe_azure_driver_get_protocol (LobeDriver *driver)
{
  return "azure";
}

static void
lobe_azure_driver_driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = lobe_azure_driver_get_protocol;
  iface->chat = lobe_azure_driver_chat;
  iface->list_models = lobe_azure_driver_list_models;
}

static void
lobe_azure_driver_class_init (LobeAzureDriverClass *klass)
{
}

static void
lobe_azure_driver_init (LobeAzureDriver *self)
{
}

/**
 * lobe_azure_driver_new:
 *
 * Returns: (transfer full): a driver for Azure OpenAI
 */
LobeDriver *
lobe_azure_driver_new (void)
{
  return g_object_new (LOBE_TYPE_AZURE_DRIVER, NULL);
}
