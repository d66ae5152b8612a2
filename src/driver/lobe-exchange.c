/* lobe-exchange.c: one request and its answer, asked in a plainer way where a server refuses the first */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-exchange.h"

#include "driver/lobe-attachments.h"

#include <string.h>

typedef struct
{
  const LobeExchange *exchange;
  LobeEndpoint       *endpoint;
  LobeRequest        *request;
  LobeSink           *sink;
  GCancellable       *cancellable;
  GHashTable         *attachments;
  guint               plain;
} Chat;

static void
chat_free (gpointer data)
{
  Chat *chat = data;

  g_clear_object (&chat->endpoint);
  g_clear_object (&chat->request);
  g_clear_object (&chat->sink);
  g_clear_object (&chat->cancellable);
  g_clear_pointer (&chat->attachments, g_hash_table_unref);
  g_free (chat);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Chat, chat_free)

static LobeHttpRequest *
on_refused (const LobeRefusal *refusal,
            gpointer           user_data)
{
  Chat *chat = user_data;
  guint plainer = 0;

  /* 422 is what servers made with FastAPI say */
  if (chat->exchange->plainer != NULL && (refusal->status == 400 || refusal->status == 422))
    plainer = chat->exchange->plainer (refusal, chat->request, chat->plain) & ~chat->plain;
  if (plainer == 0)
    return NULL;

  chat->plain |= plainer;

  return chat->exchange->make_request (chat->endpoint, chat->request, chat->attachments, chat->plain);
}

static void
on_attachments (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (Chat) chat = user_data;
  g_autoptr (LobeHttpRequest) request = NULL;
  g_autoptr (GError) error = NULL;
  LobeStream *stream;

  chat->attachments = lobe_attachments_load_finish (chat->request, result, &error);
  if (chat->attachments == NULL)
    {
      lobe_sink_fail (chat->sink, error);
      return;
    }

  stream = chat->exchange->new_stream (chat->sink);
  request = chat->exchange->make_request (chat->endpoint, chat->request, chat->attachments, chat->plain);
  lobe_stream_run (stream, lobe_endpoint_get_http (chat->endpoint), request, on_refused, chat, chat_free,
                   chat->cancellable);
  chat = NULL;
}

/*
 * lobe_exchange_run:
 * @exchange: (transfer none): what the protocol does; stays
 *
 * What LobeDriverInterface.chat does: reads the attached files, asks, and tells @sink everything.
 */
void
lobe_exchange_run (const LobeExchange *exchange,
                   LobeEndpoint       *endpoint,
                   LobeRequest        *request,
                   LobeSink           *sink,
                   GCancellable       *cancellable)
{
  Chat *chat = g_new0 (Chat, 1);

  chat->exchange = exchange;
  chat->endpoint = g_object_ref (endpoint);
  chat->request = g_object_ref (request);
  chat->sink = g_object_ref (sink);
  chat->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;

  lobe_attachments_load_async (request, cancellable, on_attachments, chat);
}

/*
 * lobe_exchange_request:
 * @version: the path under which the protocol lies: "/v1"
 * @path: what comes after it
 * @key_header: (nullable): see lobe_endpoint_request_with_key ()
 *
 * A request for an address that may or may not end in its version: the vendors' own clients want it without, and people
 * paste either.
 *
 * Returns: (transfer full): a request without a body
 */
LobeHttpRequest *
lobe_exchange_request (LobeEndpoint *endpoint,
                       const char   *method,
                       const char   *version,
                       const char   *path,
                       LobePurpose   purpose,
                       const char   *key_header)
{
  g_autoptr (GUri) uri = g_uri_parse (lobe_endpoint_get_base_url (endpoint), G_URI_FLAGS_PARSE_RELAXED, NULL);
  const char *last = uri != NULL ? strrchr (g_uri_get_path (uri), '/') : NULL;
  g_autofree char *versioned = NULL;

  if (last == NULL || last[1] != 'v' || !g_ascii_isdigit (last[2]))
    versioned = g_strconcat (version, path, NULL);

  return lobe_endpoint_request_with_key (endpoint, method, versioned != NULL ? versioned : path, purpose, key_header);
}

/*
 * lobe_exchange_mentions:
 *
 * Returns: whether a refusal speaks of @word, in its words or by naming a part of the request
 */
gboolean
lobe_exchange_mentions (const LobeRefusal *refusal,
                        const char        *word)
{
  return (refusal->message != NULL && strstr (refusal->message, word) != NULL) ||
         (refusal->param != NULL && strstr (refusal->param, word) != NULL);
}

/* A number of one or two digits that a name has at @text; longer ones are dates. */
static gboolean
take_number (const char **text,
             guint       *number)
{
  const char *p = *text;

  for (*number = 0; g_ascii_isdigit (*p); p++)
    *number = *number * 10 + g_ascii_digit_value (*p);
  if (p == *text || p - *text > 2)
    return FALSE;

  *text = p;

  return TRUE;
}

/*
 * lobe_exchange_version:
 * @model: the id of a model
 * @maker: what comes before its version: "claude-"
 *
 * Which version of its maker's models a model is, for what differs between them and is nowhere told: 406 for
 * "claude-opus-4-6", 400 for "claude-sonnet-4-20250514", 205 for "gemini-2.5-flash". Only a first guess; what a server
 * refuses is asked in another way.
 *
 * Returns: its number times 100; 0 when it is not known
 */
guint
lobe_exchange_version (const char *model,
                       const char *maker)
{
  const char *name = strstr (model, maker);

  for (const char *p = name != NULL ? name + strlen (maker) : ""; *p != '\0'; p++)
    {
      guint major, minor;

      if (!g_ascii_isdigit (*p))
        continue;
      if (!take_number (&p, &major))
        return 0;
      if (*p == '-' || *p == '.')
        {
          p++;
          if (take_number (&p, &minor))
            return major * 100 + minor;
        }
      return major * 100;
    }

  return 0;
}
