/* lobe-openai-chat.c: an answer by chat completions, from any server of that family */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-openai-chat.h"

#include "base/lobe-json.h"
#include "driver/lobe-attachments.h"
#include "driver/lobe-openai-decoder.h"

#include <string.h>

/*
 * POST {base}/chat/completions. The base is given with its version ("/v1"); an address without any path gets "/v1".
 * Answers are always streamed, also short ones: llama-server stops its work when a streaming client leaves, and only
 * then.
 */
typedef struct
{
  const LobeOpenaiServer *server;
  LobeEndpoint           *endpoint;
  LobeRequest            *request;
  LobeSink               *sink;
  GCancellable           *cancellable;
  GHashTable             *attachments;
  LobeStream             *stream;   /* unowned: it owns us */
  const char             *limit;    /* the member for the limit of tokens; NULL: none */
  GHashTable             *left_out; /* members that the server does not take */
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
  g_clear_pointer (&chat->left_out, g_hash_table_unref);
  g_free (chat);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Chat, chat_free)

/*
 * lobe_openai_request:
 *
 * Returns: (transfer full): a request to what lies below the version in the address
 */
LobeHttpRequest *
lobe_openai_request (LobeEndpoint *endpoint,
                     const char   *method,
                     const char   *path,
                     LobePurpose   purpose)
{
  g_autoptr (GUri) uri = g_uri_parse (lobe_endpoint_get_base_url (endpoint), G_URI_FLAGS_PARSE_RELAXED, NULL);
  g_autofree char *versioned = NULL;

  if (uri != NULL && (*g_uri_get_path (uri) == '\0' || strcmp (g_uri_get_path (uri), "/") == 0))
    versioned = g_strconcat ("/v1", path, NULL);

  return lobe_endpoint_request (endpoint, method, versioned != NULL ? versioned : path, purpose);
}

/*
 * lobe_openai_root_request:
 *
 * Returns: (transfer full): a request to what lies beside the version: the server's own, and not OpenAI's
 */
LobeHttpRequest *
lobe_openai_root_request (LobeEndpoint *endpoint,
                          const char   *method,
                          const char   *path,
                          LobePurpose   purpose)
{
  return lobe_endpoint_request_beside (endpoint, method, "/v1", path, purpose, NULL);
}

static LobeHttpRequest *
chat_make_request (Chat *chat)
{
  LobeHttpRequest *request;
  g_autoptr (JsonBuilder) builder = NULL;
  g_autoptr (GBytes) body = NULL;

  builder = lobe_openai_body_new (chat->server, chat->request, chat->attachments, chat->limit, chat->left_out);
  body = lobe_endpoint_take_body (chat->endpoint, builder);
  request = chat->server->request != NULL
                ? chat->server->request (chat->endpoint, lobe_request_get_model (chat->request))
                : lobe_openai_request (chat->endpoint, "POST", "/chat/completions", LOBE_PURPOSE_CHAT);
  lobe_http_request_set_header (request, "Accept", "text/event-stream");
  lobe_http_request_set_body (request, "application/json", body);

  return request;
}

static gboolean
mentions (const LobeRefusal *refusal,
          const char        *word)
{
  return refusal->message != NULL && strstr (refusal->message, word) != NULL;
}

/* Whether @refusal is about a limit of tokens that the window has no room for; vLLM names input_tokens or max_tokens. */
static gboolean
is_about_limit (const LobeRefusal *refusal)
{
  return g_strcmp0 (refusal->param, "max_tokens") == 0 || g_strcmp0 (refusal->param, "input_tokens") == 0 ||
         mentions (refusal, "max_tokens") || mentions (refusal, "max_new_tokens") || mentions (refusal, "in the completion");
}

/* Whether the server does not know, or does not take, a member that there is an answer without. */
static const char *
find_unwanted (const LobeRefusal *refusal)
{
  static const char *const optional[] = { "stream_options", "temperature", "top_p", "seed", "stop", "reasoning_effort" };
  static const char *const words[] = { "nsupported", "ot support", "nrecognized", "nknown", "xtra inputs", "ot permitted",
                                        "must be >", "strictly positive" };
  gboolean unwanted = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    unwanted |= mentions (refusal, words[i]);
  if (!unwanted && g_strcmp0 (refusal->code, "unsupported_parameter") != 0 &&
      g_strcmp0 (refusal->code, "unsupported_value") != 0)
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (optional); i++)
    {
      if (g_strcmp0 (refusal->param, optional[i]) == 0 || mentions (refusal, optional[i]))
        return optional[i];
    }

  return NULL;
}

/*
 * A limit of tokens is always sent, but not every server takes it: newer models of OpenAI want it under another name
 * ("unsupported_parameter"). vLLM and OpenAI refuse what does not fit into the window beside the request, and mean the
 * rest of the window where it is left out. Models that think refuse temperature, old versions of Azure stream_options.
 */
static LobeHttpRequest *
on_refused (const LobeRefusal *refusal,
            gpointer           user_data)
{
  Chat *chat = user_data;
  const char *unwanted;

  if (chat->server->instead != NULL)
    {
      LobeHttpRequest *request = chat->server->instead (refusal, chat->stream, chat->endpoint, chat->request, chat->attachments);

      if (request != NULL)
        return request;
    }

  if (refusal->status != 400 && refusal->status != 422)
    return NULL;

  if (chat->limit != NULL && is_about_limit (refusal))
    {
      if (g_strcmp0 (refusal->code, "unsupported_parameter") == 0 && strcmp (chat->limit, "max_tokens") == 0)
        chat->limit = "max_completion_tokens";
      else if (lobe_request_get_max_tokens (chat->request) <= 0)
        chat->limit = NULL;
      else
        return NULL;
      return chat_make_request (chat);
    }

  unwanted = find_unwanted (refusal);
  if (unwanted == NULL || !g_hash_table_add (chat->left_out, (gpointer) unwanted))
    return NULL;

  return chat_make_request (chat);
}

static void
on_attachments (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (Chat) chat = user_data;
  g_autoptr (LobeHttpRequest) request = NULL;
  g_autoptr (GError) error = NULL;

  chat->attachments = lobe_attachments_load_finish (chat->request, result, &error);
  if (chat->attachments == NULL)
    {
      lobe_sink_fail (chat->sink, error);
      return;
    }

  chat->stream = lobe_openai_stream_new (chat->sink);
  request = chat_make_request (chat);
  lobe_stream_run (chat->stream, lobe_endpoint_get_http (chat->endpoint), request, on_refused, chat, chat_free,
                   chat->cancellable);
  chat = NULL;
}

/*
 * lobe_openai_chat:
 * @server: (transfer none): what the server takes; stays
 *
 * What LobeDriverInterface.chat does, for every driver of the family.
 */
void
lobe_openai_chat (const LobeOpenaiServer *server,
                  LobeEndpoint           *endpoint,
                  LobeRequest            *request,
                  LobeSink               *sink,
                  GCancellable           *cancellable)
{
  Chat *chat = g_new0 (Chat, 1);

  chat->server = server;
  chat->endpoint = g_object_ref (endpoint);
  chat->request = g_object_ref (request);
  chat->sink = g_object_ref (sink);
  chat->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  chat->limit = "max_tokens";
  chat->left_out = g_hash_table_new (g_str_hash, g_str_equal);

  lobe_attachments_load_async (request, cancellable, on_attachments, chat);
}
