/* lobe-model-pages.c: a list of models that comes in pages */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-model-pages.h"

#include "lobe-config.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "driver/lobe-listing.h"

#include <glib/gi18n-lib.h>

/* Pages that are followed: a server that always names one more must come to an end. */
#define MAX_PAGES 20

typedef struct
{
  const LobeModelPages *pages;
  LobeEndpoint         *endpoint;
  LobeModelReply       *reply;
  GCancellable         *cancellable;
  guint                 n_pages;
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

static void fetch_page (Listing    *listing,
                        const char *after);

static const char *
get_next (Listing    *listing,
          JsonObject *page)
{
  const LobeModelPages *pages = listing->pages;
  const char *next = pages->next != NULL ? lobe_json_string (page, pages->next) : NULL;

  if (next == NULL || *next == '\0' || listing->n_pages >= MAX_PAGES)
    return NULL;

  return pages->more == NULL || lobe_json_boolean (page, pages->more, FALSE) ? next : NULL;
}

static void
on_page (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (Listing) listing = user_data;
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  JsonObject *page;
  JsonArray *models;
  const char *next;

  if (!lobe_listing_fetch_finish (LOBE_HTTP (object), result, &root, &error))
    {
      if (g_error_matches (error, LOBE_ERROR, LOBE_ERROR_NOT_FOUND) && listing->pages->instead != NULL && listing->n_pages == 1)
        {
          listing->pages = listing->pages->instead;
          fetch_page (g_steal_pointer (&listing), NULL);
        }
      else
        {
          lobe_model_reply_fail (listing->reply, error);
        }
      return;
    }

  page = lobe_json_get_object (root);
  models = lobe_json_array (page, listing->pages->list);
  if (models == NULL)
    {
      error = g_error_new_literal (LOBE_ERROR, LOBE_ERROR_PROTOCOL, _("There is no list of models at this address"));
      lobe_model_reply_fail (listing->reply, error);
      return;
    }

  for (guint i = 0; i < json_array_get_length (models); i++)
    {
      g_autoptr (LobeModelInfo) info = listing->pages->read_model (lobe_json_element (models, i));

      if (info != NULL)
        lobe_model_reply_add (listing->reply, info);
    }

  next = get_next (listing, page);
  if (next != NULL)
    fetch_page (g_steal_pointer (&listing), next);
  else
    lobe_model_reply_done (listing->reply);
}

/* Takes @listing. */
static void
fetch_page (Listing    *listing,
            const char *after)
{
  g_autofree char *escaped = after != NULL ? g_uri_escape_string (after, NULL, FALSE) : NULL;
  g_autoptr (LobeHttpRequest) request = listing->pages->make_request (listing->endpoint, escaped);

  listing->n_pages++;
  lobe_listing_fetch_async (lobe_endpoint_get_http (listing->endpoint), request, listing->cancellable, on_page, listing);
}

/*
 * lobe_model_pages_list:
 * @pages: (transfer none): how the protocol lists models; stays
 *
 * What LobeDriverInterface.list_models does.
 */
void
lobe_model_pages_list (const LobeModelPages *pages,
                       LobeEndpoint         *endpoint,
                       LobeModelReply       *reply,
                       GCancellable         *cancellable)
{
  Listing *listing = g_new0 (Listing, 1);

  listing->pages = pages;
  listing->endpoint = g_object_ref (endpoint);
  listing->reply = g_object_ref (reply);
  listing->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  fetch_page (listing, NULL);
}
