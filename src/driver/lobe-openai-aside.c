/* lobe-openai-aside.c: what servers of the OpenAI family are asked beside an answer */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-openai-aside.h"

#include "lobe-config.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "driver/lobe-attachments.h"
#include "driver/lobe-listing.h"
#include "driver/lobe-openai-chat.h"

#include <glib/gi18n-lib.h>

/* A path that a server does not have is something that it can't do. */
static void
as_unsupported (GError **error)
{
  if (!g_error_matches (*error, LOBE_ERROR, LOBE_ERROR_NOT_FOUND))
    return;

  g_clear_error (error);
  g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_UNSUPPORTED, _("The server cannot do this"));
}

static void
on_posted (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (JsonNode) root = NULL;
  GError *error = NULL;

  if (!lobe_listing_fetch_finish (LOBE_HTTP (object), result, &root, &error))
    {
      as_unsupported (&error);
      g_task_return_error (task, error);
      return;
    }

  g_task_return_pointer (task, g_steal_pointer (&root), (GDestroyNotify) json_node_unref);
}

static void
post (GTask       *task,
      const char  *path,
      JsonBuilder *body,
      LobePurpose  purpose)
{
  LobeEndpoint *endpoint = g_task_get_source_object (task);
  g_autoptr (LobeHttpRequest) request = lobe_openai_root_request (endpoint, "POST", path, purpose);
  g_autoptr (GBytes) bytes = lobe_json_take_bytes (body);

  lobe_http_request_set_body (request, "application/json", bytes);
  lobe_listing_fetch_async (lobe_endpoint_get_http (endpoint), request, g_task_get_cancellable (task), on_posted,
                            g_object_ref (task));
}

/*
 * lobe_openai_post_async:
 * @path: beside the version in the address, beginning with a slash
 * @body: a whole body
 *
 * Asks for something that is no answer.
 */
void
lobe_openai_post_async (LobeEndpoint        *endpoint,
                        const char          *path,
                        JsonBuilder         *body,
                        LobePurpose          purpose,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (endpoint, cancellable, callback, user_data);

  g_task_set_source_tag (task, lobe_openai_post_async);
  post (task, path, body, purpose);
}

typedef struct
{
  LobeRequest *request;
  char        *path;
} Preview;

static void
preview_free (gpointer data)
{
  Preview *preview = data;

  g_object_unref (preview->request);
  g_free (preview->path);
  g_free (preview);
}

static void
on_attachments (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GHashTable) attachments = NULL;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GError *error = NULL;
  Preview *preview = g_task_get_task_data (task);

  attachments = lobe_attachments_load_finish (preview->request, result, &error);
  if (attachments == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "model", lobe_request_get_model (preview->request));
  lobe_openai_body_add_messages (builder, preview->request, attachments);
  lobe_openai_body_add_tools (builder, preview->request);
  lobe_openai_body_add_template (builder, preview->request);
  json_builder_end_object (builder);
  post (task, preview->path, builder, LOBE_PURPOSE_CHAT);
}

/*
 * lobe_openai_preview_async:
 * @path: beside the version in the address, beginning with a slash
 * @request: what would be sent
 *
 * Asks what the server makes of a request without having it answered. It carries the person's words.
 */
void
lobe_openai_preview_async (LobeEndpoint        *endpoint,
                           const char          *path,
                           LobeRequest         *request,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (endpoint, cancellable, callback, user_data);
  Preview *preview = g_new0 (Preview, 1);

  preview->request = g_object_ref (request);
  preview->path = g_strdup (path);
  g_task_set_source_tag (task, lobe_openai_preview_async);
  g_task_set_task_data (task, preview, preview_free);
  lobe_attachments_load_async (request, cancellable, on_attachments, g_steal_pointer (&task));
}

/*
 * lobe_openai_aside_finish:
 *
 * Returns: (transfer full) (nullable): what the server says; %NULL on error, and when it is no JSON
 */
JsonNode *
lobe_openai_aside_finish (LobeEndpoint  *endpoint,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, endpoint), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
