/* lobe-http-fetch.c: a whole body that fits into memory */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "net/lobe-http.h"

#include "base/lobe-error.h"
#include "net/lobe-http-response-private.h"

#include <glib/gi18n-lib.h>

/* A whole body on its way */
typedef struct
{
  char       *asker;
  gsize       max_length;
  guint       status;
  GByteArray *body;
} Fetching;

static void
fetching_free (Fetching *fetching)
{
  g_free (fetching->asker);
  g_clear_pointer (&fetching->body, g_byte_array_unref);
  g_free (fetching);
}

static gboolean
check_length (Fetching  *fetching,
              guint64    length,
              GError   **error)
{
  g_autofree char *limit = NULL;

  if (length <= fetching->max_length)
    return TRUE;

  /* the length's format is a macro, which a catalogue of translations cannot hold */
  limit = g_strdup_printf ("%" G_GSIZE_FORMAT, fetching->max_length);
  g_set_error (error, LOBE_ERROR, LOBE_ERROR_PROTOCOL, _("The answer of “%s” is longer than %s bytes"), fetching->asker, limit);

  return FALSE;
}

static gboolean
take_piece (const guint8  *bytes,
            gsize          length,
            gpointer       user_data,
            GError       **error)
{
  Fetching *fetching = user_data;

  if (!check_length (fetching, (guint64) fetching->body->len + length, error))
    return FALSE;

  g_byte_array_append (fetching->body, bytes, length);

  return TRUE;
}

static void
body_read (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Fetching *fetching = g_task_get_task_data (task);
  GError *error = NULL;

  if (lobe_http_response_read_finish (LOBE_HTTP_RESPONSE (source), result, &error))
    g_task_return_pointer (task, g_byte_array_free_to_bytes (g_steal_pointer (&fetching->body)),
                           (GDestroyNotify) g_bytes_unref);
  else
    g_task_return_error (task, error);
}

static void
headers_read (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (LobeHttpResponse) response = NULL;
  Fetching *fetching = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  response = lobe_http_send_finish (LOBE_HTTP (source), result, &error);
  if (response == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  fetching->status = lobe_http_response_get_status (response);
  if (!check_length (fetching, lobe_http_response_get_length (response), &error))
    {
      g_task_return_error (task, error);
      return;
    }

  lobe_http_response_read_async (response, take_piece, fetching, NULL, cancellable, body_read, g_steal_pointer (&task));
}

/**
 * lobe_http_fetch_async:
 * @self: the door
 * @request: what to send; it must not change any more
 * @max_length: the most bytes that the body may have
 * @cancellable: (nullable): to give it up
 * @callback: (scope async) (closure user_data): what to call when the whole body is there
 * @user_data: what to give to @callback
 *
 * Sends @request like [method@Http.send_async] and reads a body that fits into memory.
 */
void
lobe_http_fetch_async (LobeHttp            *self,
                       LobeHttpRequest     *request,
                       gsize                max_length,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task;
  Fetching *fetching;

  g_return_if_fail (LOBE_IS_HTTP (self));
  g_return_if_fail (LOBE_IS_HTTP_REQUEST (request));
  g_return_if_fail (max_length <= G_MAXUINT);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_http_fetch_async);

  fetching = g_new0 (Fetching, 1);
  fetching->asker = g_strdup (lobe_http_request_get_asker (request));
  fetching->max_length = max_length;
  fetching->body = g_byte_array_new ();
  g_task_set_task_data (task, fetching, (GDestroyNotify) fetching_free);

  lobe_http_send_async (self, request, cancellable, headers_read, task);
}

/**
 * lobe_http_fetch_finish:
 * @self: the door
 * @result: what the callback was given
 * @status: (out) (optional): where to put the HTTP status; 0 on error
 * @error: where to put what went wrong: as in [method@Http.send_finish], and %LOBE_ERROR_PROTOCOL when the body is too
 *   long, %LOBE_ERROR_INTERRUPTED when it broke off
 *
 * Returns: (transfer full): the body, whatever the status
 */
GBytes *
lobe_http_fetch_finish (LobeHttp      *self,
                        GAsyncResult  *result,
                        guint         *status,
                        GError       **error)
{
  Fetching *fetching;
  GBytes *body;

  g_return_val_if_fail (LOBE_IS_HTTP (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  fetching = g_task_get_task_data (G_TASK (result));
  body = g_task_propagate_pointer (G_TASK (result), error);
  if (status != NULL)
    *status = body != NULL ? fetching->status : 0;

  return body;
}
