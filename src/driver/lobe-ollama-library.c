/* lobe-ollama-library.c: Ollama's models: pulled, deleted, loaded, unloaded, shown */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-ollama-driver-private.h"

#include "lobe-config.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "driver/lobe-listing.h"
#include "net/lobe-ndjson-parser.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A line of a pull is short, bytes. */
#define MAX_LINE (64 * 1024)

/* One thing that is done with a model. */
typedef struct
{
  LobeOllamaDriver *driver;
  LobeEndpoint     *endpoint;
  LobeModelInfo    *model;
  LobeLibraryReply *reply;
  GCancellable     *cancellable;

  /* of a pull */
  LobeNdjsonParser *parser;
  GHashTable       *layers;  /* digest → Layer */
  GByteArray       *refusal; /* the body, where the status is no success */
  guint             status;
  gboolean          success;
  GError           *error;
} Work;

/* A pull brings several files. */
typedef struct
{
  gint64 size;
  gint64 received;
} Layer;

static Work *
work_new (LobeModelLibrary *library,
          LobeEndpoint     *endpoint,
          LobeModelInfo    *model,
          LobeLibraryReply *reply,
          GCancellable     *cancellable)
{
  Work *work = g_new0 (Work, 1);

  work->driver = g_object_ref (LOBE_OLLAMA_DRIVER (library));
  work->endpoint = g_object_ref (endpoint);
  work->model = g_object_ref (model);
  work->reply = g_object_ref (reply);
  work->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;

  return work;
}

static void
work_free (Work *work)
{
  g_clear_object (&work->driver);
  g_clear_object (&work->endpoint);
  g_clear_object (&work->model);
  g_clear_object (&work->reply);
  g_clear_object (&work->cancellable);
  g_clear_pointer (&work->parser, lobe_ndjson_parser_free);
  g_clear_pointer (&work->layers, g_hash_table_unref);
  g_clear_pointer (&work->refusal, g_byte_array_unref);
  g_clear_error (&work->error);
  g_free (work);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Work, work_free)

/* What Ollama is asked of a model, besides its name. */
static LobeHttpRequest *
make_request (Work        *work,
              const char  *method,
              const char  *path,
              LobePurpose  purpose,
              gboolean     unload)
{
  LobeHttpRequest *request = lobe_endpoint_request (work->endpoint, method, path, purpose);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GBytes) body = NULL;

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "model", lobe_model_info_get_id (work->model));
  if (strcmp (path, "/api/generate") == 0)
    lobe_json_add_boolean (builder, "stream", FALSE);
  if (unload)
    lobe_json_add_int (builder, "keep_alive", 0);
  json_builder_end_object (builder);
  body = lobe_json_take_bytes (builder);
  lobe_http_request_set_body (request, "application/json", body);

  return request;
}

/* pull */

/* What it could not fetch it tells by Go's words, within an answer that began well. */
static GError *
make_pull_error (Work       *work,
                 JsonObject *event)
{
  g_autoptr (LobeRefusal) refusal = lobe_refusal_new_json (0, event);
  const char *words = refusal->message != NULL ? refusal->message : "";

  if (strstr (words, "file does not exist") != NULL || strstr (words, "not found") != NULL)
    return g_error_new (LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND, _("Ollama's library has no model “%s”."),
                        lobe_model_info_get_id (work->model));
  if (strstr (words, "dial tcp") != NULL || strstr (words, "no such host") != NULL || strstr (words, "timeout") != NULL)
    /* Translators: name of a server, and what it says */
    return g_error_new (LOBE_ERROR, LOBE_ERROR_UNREACHABLE, _("%s cannot reach the library of models: %s"),
                        lobe_endpoint_get_name (work->endpoint), words);

  return lobe_refusal_to_error (refusal);
}

static const char *
translate_status (const char *status)
{
  if (status == NULL || g_str_has_prefix (status, "pulling manifest"))
    return _("Looking it up…");
  if (g_str_has_prefix (status, "pulling "))
    return NULL;
  if (g_str_has_prefix (status, "verifying"))
    return _("Checking…");

  return _("Finishing…");
}

static void
tell_progress (Work       *work,
               const char *status)
{
  gint64 received = 0;
  gint64 size = 0;
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, work->layers);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Layer *layer = value;

      received += MIN (layer->received, layer->size);
      size += layer->size;
    }
  lobe_library_reply_progress (work->reply, received, size, translate_status (status));
}

static gboolean
pull_line (const char *line,
           gsize       length,
           gpointer    user_data)
{
  Work *work = user_data;
  g_autoptr (JsonNode) root = lobe_json_parse (line, length, NULL);
  JsonObject *event = lobe_json_get_object (root);
  const char *digest = lobe_json_string (event, "digest");
  const char *status = lobe_json_string (event, "status");

  if (event == NULL)
    {
      g_set_error_literal (&work->error, LOBE_ERROR, LOBE_ERROR_PROTOCOL, _("There is no Ollama at this address"));
      return FALSE;
    }
  if (json_object_has_member (event, "error"))
    {
      work->error = make_pull_error (work, event);
      return FALSE;
    }

  if (digest != NULL && lobe_json_int (event, "total", 0) > 0)
    {
      Layer *layer = g_hash_table_lookup (work->layers, digest);

      if (layer == NULL)
        {
          layer = g_new0 (Layer, 1);
          g_hash_table_insert (work->layers, g_strdup (digest), layer);
        }
      layer->size = MIN (lobe_json_int (event, "total", 0), G_MAXINT64 / 1024);
      layer->received = CLAMP (lobe_json_int (event, "completed", 0), layer->received, layer->size);
    }
  work->success = g_strcmp0 (status, "success") == 0;
  tell_progress (work, status);

  return TRUE;
}

static gboolean
pull_chunk (const guint8 *bytes,
            gsize         length,
            gpointer      user_data,
            GError      **error)
{
  Work *work = user_data;

  if (work->refusal != NULL)
    {
      g_byte_array_append (work->refusal, bytes, MIN (length, LOBE_REFUSAL_MAX_BODY - work->refusal->len));
      return TRUE;
    }

  if (!lobe_ndjson_parser_push (work->parser, bytes, length, pull_line, work, error))
    return FALSE;
  if (work->error != NULL)
    {
      g_propagate_error (error, g_error_copy (work->error));
      return FALSE;
    }

  return TRUE;
}

static void
pull_read (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Work) work = user_data;
  g_autoptr (GError) error = NULL;

  if (lobe_http_response_read_finish (LOBE_HTTP_RESPONSE (object), result, &error) && work->refusal == NULL)
    {
      lobe_ndjson_parser_end (work->parser, pull_line, work);
      if (work->error != NULL)
        error = g_error_copy (work->error);
    }

  if (work->refusal != NULL && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_autoptr (LobeRefusal) refusal = lobe_refusal_new (work->status, NULL, (const char *) work->refusal->data,
                                                          work->refusal->len);

      g_clear_error (&error);
      error = lobe_refusal_to_error (refusal);
    }
  else if (error == NULL && !work->success)
    {
      error = g_error_new_literal (LOBE_ERROR, LOBE_ERROR_INTERRUPTED,
                                   _("The download broke off. What has come is kept, and it can go on."));
    }

  /* once it is said to be there, it is: how the connection ends does not matter */
  if (error != NULL && (!work->success || work->error != NULL))
    lobe_library_reply_fail (work->reply, error);
  else
    lobe_library_reply_done (work->reply);
}

static void
pull_sent (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Work) work = user_data;
  g_autoptr (LobeHttpResponse) response = NULL;
  g_autoptr (GError) error = NULL;
  GCancellable *cancellable = work->cancellable;

  response = lobe_http_send_finish (LOBE_HTTP (object), result, &error);
  if (response == NULL)
    {
      lobe_library_reply_fail (work->reply, error);
      return;
    }

  work->status = lobe_http_response_get_status (response);
  if (work->status < 200 || work->status > 299)
    work->refusal = g_byte_array_new ();
  work->parser = lobe_ndjson_parser_new (MAX_LINE);
  work->layers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  lobe_http_response_read_async (response, pull_chunk, work, NULL, cancellable, pull_read, work);
  g_steal_pointer (&work);
}

/* Closing the connection stops it; Ollama keeps what has come, and goes on there. */
static void
pull (LobeModelLibrary *library,
      LobeEndpoint     *endpoint,
      LobeModelInfo    *model,
      LobeLibraryReply *reply,
      GCancellable     *cancellable)
{
  Work *work = work_new (library, endpoint, model, reply, cancellable);
  g_autoptr (LobeHttpRequest) request = make_request (work, "POST", "/api/pull", LOBE_PURPOSE_DOWNLOAD, FALSE);

  lobe_ollama_driver_remember (work->driver, endpoint, lobe_model_info_get_id (model), NULL);
  lobe_http_send_async (lobe_endpoint_get_http (endpoint), request, cancellable, pull_sent, work);
}

/* what is asked and answered at once */

static void
was_done (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (Work) work = user_data;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;

  if (lobe_listing_fetch_finish (LOBE_HTTP (object), result, &root, &error))
    lobe_library_reply_done (work->reply);
  else
    lobe_library_reply_fail (work->reply, error);
}

static void
remove_model (LobeModelLibrary *library,
              LobeEndpoint     *endpoint,
              LobeModelInfo    *model,
              LobeLibraryReply *reply,
              GCancellable     *cancellable)
{
  Work *work = work_new (library, endpoint, model, reply, cancellable);
  g_autoptr (LobeHttpRequest) request = make_request (work, "DELETE", "/api/delete", LOBE_PURPOSE_MODELS, FALSE);

  lobe_ollama_driver_remember (work->driver, endpoint, lobe_model_info_get_id (model), NULL);
  lobe_listing_fetch_async (lobe_endpoint_get_http (endpoint), request, cancellable, was_done, work);
}

/* Without a prompt /api/generate only loads. */
static void
load (LobeModelLibrary *library,
      LobeEndpoint     *endpoint,
      LobeModelInfo    *model,
      LobeLibraryReply *reply,
      GCancellable     *cancellable)
{
  Work *work = work_new (library, endpoint, model, reply, cancellable);
  g_autoptr (LobeHttpRequest) request = make_request (work, "POST", "/api/generate", LOBE_PURPOSE_MODELS, FALSE);

  lobe_listing_fetch_async (lobe_endpoint_get_http (endpoint), request, cancellable, was_done, work);
}

static void
unload (LobeModelLibrary *library,
        LobeEndpoint     *endpoint,
        LobeModelInfo    *model,
        LobeLibraryReply *reply,
        GCancellable     *cancellable)
{
  Work *work = work_new (library, endpoint, model, reply, cancellable);
  g_autoptr (LobeHttpRequest) request = make_request (work, "POST", "/api/generate", LOBE_PURPOSE_MODELS, TRUE);

  lobe_listing_fetch_async (lobe_endpoint_get_http (endpoint), request, cancellable, was_done, work);
}

static void
was_shown (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (Work) work = user_data;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  LobeOllamaModel *known;

  if (!lobe_listing_fetch_finish (LOBE_HTTP (object), result, &root, &error))
    {
      lobe_library_reply_fail (work->reply, error);
      return;
    }
  if (lobe_json_get_object (root) == NULL)
    {
      g_set_error_literal (&error, LOBE_ERROR, LOBE_ERROR_PROTOCOL, _("There is no Ollama at this address"));
      lobe_library_reply_fail (work->reply, error);
      return;
    }

  known = g_new0 (LobeOllamaModel, 1);
  lobe_ollama_model_read_show (work->model, lobe_json_get_object (root), known);
  lobe_ollama_driver_remember (work->driver, work->endpoint, lobe_model_info_get_id (work->model), known);
  lobe_library_reply_done (work->reply);
}

static void
show (LobeModelLibrary *library,
      LobeEndpoint     *endpoint,
      LobeModelInfo    *model,
      LobeLibraryReply *reply,
      GCancellable     *cancellable)
{
  Work *work = work_new (library, endpoint, model, reply, cancellable);
  g_autoptr (LobeHttpRequest) request = make_request (work, "POST", "/api/show", LOBE_PURPOSE_MODELS, FALSE);

  lobe_listing_fetch_async (lobe_endpoint_get_http (endpoint), request, cancellable, was_shown, work);
}

void
lobe_ollama_library_init (LobeModelLibraryInterface *iface)
{
  iface->pull = pull;
  iface->remove = remove_model;
  iface->load = load;
  iface->unload = unload;
  iface->show = show;
}
