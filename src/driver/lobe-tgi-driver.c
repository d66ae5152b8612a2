/* lobe-tgi-driver.c: Text Generation Inference of Hugging Face */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-tgi-driver.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "driver/lobe-listing.h"
#include "driver/lobe-load-gauge.h"
#include "driver/lobe-metrics.h"
#include "driver/lobe-openai-chat.h"
#include "driver/lobe-openai-models.h"
#include "driver/lobe-tgi-generate.h"

#include <string.h>

/**
 * LobeTgiDriver:
 *
 * Chat completions, and /generate_stream for a model without a chat template or an address that ends in it. Its one model
 * and its limits come from /info. Errors are flat, with an error_type.
 */
struct _LobeTgiDriver
{
  GObject parent_instance;
};

static void lobe_tgi_driver_driver_init (LobeDriverInterface *iface);
static void lobe_tgi_driver_load_gauge_init (LobeLoadGaugeInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeTgiDriver, lobe_tgi_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, lobe_tgi_driver_driver_init)
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_LOAD_GAUGE, lobe_tgi_driver_load_gauge_init))

static gboolean
is_generate (LobeEndpoint *endpoint)
{
  return g_str_has_suffix (lobe_endpoint_get_base_url (endpoint), "/generate_stream");
}

static LobeHttpRequest *
make_get (LobeEndpoint *endpoint,
          const char   *path)
{
  return lobe_endpoint_request_beside (endpoint, "GET", is_generate (endpoint) ? "/generate_stream" : "/v1", path,
                                       LOBE_PURPOSE_MODELS, NULL);
}

/* "Template error: template not found": 422, and the error_type template_error since 3. */
static LobeHttpRequest *
generate_instead (const LobeRefusal *refusal,
                  LobeStream        *stream,
                  LobeEndpoint      *endpoint,
                  LobeRequest       *request,
                  GHashTable        *attachments)
{
  if (refusal->status != 422 || refusal->message == NULL || strstr (refusal->message, "emplate not found") == NULL)
    return NULL;

  lobe_tgi_generate_set_decoder (stream);

  return lobe_tgi_generate_make_request (endpoint, request, attachments);
}

static const LobeOpenaiServer server = {
  .takes = LOBE_OPENAI_TAKES_GRAMMAR,
  .instead = generate_instead,
};

/* What the list of models needs until it is there. */
typedef struct
{
  LobeEndpoint   *endpoint;
  LobeModelReply *reply;
  GCancellable   *cancellable;
} Listing;

static void
listing_free (Listing *listing)
{
  g_clear_object (&listing->endpoint);
  g_clear_object (&listing->reply);
  g_clear_object (&listing->cancellable);
  g_free (listing);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Listing, listing_free)

static void
on_info (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (Listing) listing = user_data;
  g_autoptr (LobeModelInfo) info = NULL;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *answer;
  const char *id;

  if (!lobe_listing_fetch_finish (LOBE_HTTP (object), result, &root, &error) &&
      !g_error_matches (error, LOBE_ERROR, LOBE_ERROR_NOT_FOUND))
    {
      lobe_model_reply_fail (listing->reply, error);
      return;
    }

  answer = lobe_json_get_object (root);
  id = lobe_json_string (answer, "model_id");
  if (id == NULL)
    {
      /* behind a gateway there is only what is OpenAI's */
      lobe_openai_models_list (listing->endpoint, listing->reply, listing->cancellable);
      return;
    }

  info = lobe_model_info_new (id, id);
  lobe_model_info_set_context_length (info, MAX (lobe_json_int (answer, "max_total_tokens", 0), 0));
  lobe_model_info_set_loaded (info, TRUE);
  lobe_model_reply_add (listing->reply, info);
  lobe_model_reply_done (listing->reply);
}

static void
lobe_tgi_driver_chat (LobeDriver   *driver,
                      LobeEndpoint *endpoint,
                      LobeRequest  *request,
                      LobeSink     *sink,
                      GCancellable *cancellable)
{
  if (is_generate (endpoint))
    lobe_tgi_generate (endpoint, request, sink, cancellable);
  else
    lobe_openai_chat (&server, endpoint, request, sink, cancellable);
}

static void
lobe_tgi_driver_list_models (LobeDriver     *driver,
                             LobeEndpoint   *endpoint,
                             LobeModelReply *reply,
                             GCancellable   *cancellable)
{
  g_autoptr (LobeHttpRequest) request = make_get (endpoint, "/info");
  Listing *listing = g_new0 (Listing, 1);

  listing->endpoint = g_object_ref (endpoint);
  listing->reply = g_object_ref (reply);
  listing->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  lobe_listing_fetch_async (lobe_endpoint_get_http (endpoint), request, cancellable, on_info, listing);
}

static const char *
lobe_tgi_driver_get_protocol (LobeDriver *driver)
{
  return "tgi";
}

static void
lobe_tgi_driver_driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = lobe_tgi_driver_get_protocol;
  iface->chat = lobe_tgi_driver_chat;
  iface->list_models = lobe_tgi_driver_list_models;
}

static void
lobe_tgi_driver_measure (LobeLoadGauge  *gauge,
                         LobeEndpoint   *endpoint,
                         const char     *model,
                         LobeCountReply *reply,
                         GCancellable   *cancellable)
{
  static const char *const names[] = { "tgi_queue_size", "tgi_batch_current_size", NULL };
  g_autoptr (LobeHttpRequest) request = make_get (endpoint, "/metrics");

  lobe_metrics_measure (lobe_endpoint_get_http (endpoint), request, names, reply, cancellable);
}

static void
lobe_tgi_driver_load_gauge_init (LobeLoadGaugeInterface *iface)
{
  iface->measure = lobe_tgi_driver_measure;
}

static void
lobe_tgi_driver_class_init (LobeTgiDriverClass *klass)
{
}

static void
lobe_tgi_driver_init (LobeTgiDriver *self)
{
}

/**
 * lobe_tgi_driver_new:
 *
 * Returns: (transfer full): a driver for Text Generation Inference
 */
LobeDriver *
lobe_tgi_driver_new (void)
{
  return g_object_new (LOBE_TYPE_TGI_DRIVER, NULL);
}
