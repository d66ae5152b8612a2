/* lobe-listing.c: a list of models on its way, as any protocol over HTTP fetches one */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-listing.h"

#include "base/lobe-json.h"
#include "driver/lobe-refusal.h"

/* A list of models is never as long as this, bytes. */
#define MAX_BODY (8 * 1024 * 1024)

void
lobe_listing_fetch_async (LobeHttp            *http,
                          LobeHttpRequest     *request,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  lobe_http_fetch_async (http, request, MAX_BODY, cancellable, callback, user_data);
}

/*
 * lobe_listing_fetch_finish:
 * @root: (out) (transfer full) (nullable): what the server says; %NULL when it is no JSON
 *
 * Returns: whether the server did what it was asked; otherwise @error is its refusal, or says why it was not reached
 */
gboolean
lobe_listing_fetch_finish (LobeHttp      *http,
                           GAsyncResult  *result,
                           JsonNode     **root,
                           GError       **error)
{
  g_autoptr (GBytes) body = NULL;
  const char *data;
  gsize length;
  guint status = 0;

  body = lobe_http_fetch_finish (http, result, &status, error);
  if (body == NULL)
    return FALSE;

  data = g_bytes_get_data (body, &length);
  if (status < 200 || status > 299)
    {
      g_autoptr (LobeRefusal) refusal = lobe_refusal_new (status, NULL, data, length);

      g_propagate_error (error, lobe_refusal_to_error (refusal));
      return FALSE;
    }

  *root = length > 0 ? lobe_json_parse (data, length, NULL) : NULL;

  return TRUE;
}
