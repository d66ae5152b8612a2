/* lobe-words.c: servers, errors and sizes in words for the person */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-words.h"

#include "base/lobe-error.h"

#include <glib/gi18n.h>

/**
 * lobe_words_for_error:
 * @error: what went wrong with a server
 *
 * Says in a few words what is wrong, for a row; the whole story is the error's own message.
 *
 * Returns: (transfer full): the words
 */
char *
lobe_words_for_error (const GError *error)
{
  if (error == NULL)
    return g_strdup (_("Not available"));

  if (error->domain != LOBE_ERROR)
    return g_strdup (error->message);

  switch ((LobeError) error->code)
    {
    case LOBE_ERROR_UNREACHABLE:
      return g_strdup (_("Nothing answers there"));
    case LOBE_ERROR_TIMED_OUT:
      return g_strdup (_("Did not answer in time"));
    case LOBE_ERROR_TLS:
      return g_strdup (_("Certificate refused"));
    case LOBE_ERROR_PROXY:
      return g_strdup (_("The proxy refused"));
    case LOBE_ERROR_AUTHENTICATION:
      return g_strdup (_("Key refused"));
    case LOBE_ERROR_FORBIDDEN:
      return g_strdup (_("Not allowed with this key"));
    case LOBE_ERROR_NOT_FOUND:
    case LOBE_ERROR_PROTOCOL:
      return g_strdup (_("Not a model server"));
    case LOBE_ERROR_RATE_LIMITED:
      return g_strdup (_("Too many requests"));
    case LOBE_ERROR_OVERLOADED:
      return g_strdup (_("Overloaded"));
    case LOBE_ERROR_LOADING:
      return g_strdup (_("Still loading"));
    case LOBE_ERROR_NOT_INSTALLED:
      return g_strdup (_("Not installed"));
    case LOBE_ERROR_CRASHED:
      return g_strdup (_("Stopped unexpectedly"));
    default:
      return g_strdup (error->message);
    }
}

/**
 * lobe_words_for_server:
 * @server: a server
 *
 * Returns: (transfer full): its state in words
 */
char *
lobe_words_for_server (LobeServer *server)
{
  if (!lobe_server_get_enabled (server))
    return g_strdup (_("Off"));

  switch (lobe_server_get_state (server))
    {
    case LOBE_SERVER_CONNECTING:
      return g_strdup (_("Connecting…"));
    case LOBE_SERVER_ONLINE:
      return g_strdup (lobe_server_get_origin (server) == LOBE_SERVER_ENGINE ? _("Ready") : _("Connected"));
    case LOBE_SERVER_OFFLINE:
      return lobe_words_for_error (lobe_server_get_error (server));
    case LOBE_SERVER_UNKNOWN:
    default:
      return g_strdup (_("Not asked yet"));
    }
}

/**
 * lobe_words_for_address:
 * @server: a server
 *
 * Returns: (transfer full): where it is, and how many models it has if that is known
 */
char *
lobe_words_for_address (LobeServer *server)
{
  const char *url = lobe_server_get_base_url (server);
  guint n_models = g_list_model_get_n_items (lobe_server_get_models (server));
  g_autoptr (GUri) uri = url != NULL ? g_uri_parse (url, G_URI_FLAGS_NONE, NULL) : NULL;
  g_autofree char *where = NULL;
  g_autofree char *models = NULL;

  if (lobe_server_get_origin (server) == LOBE_SERVER_ENGINE)
    where = g_strdup (_("On this computer, started when needed"));
  else if (uri != NULL && g_uri_get_host (uri) != NULL && g_uri_get_port (uri) > 0)
    where = g_strdup_printf ("%s:%d", g_uri_get_host (uri), g_uri_get_port (uri));
  else if (uri != NULL && g_uri_get_host (uri) != NULL)
    where = g_strdup (g_uri_get_host (uri));
  else
    where = g_strdup (url != NULL ? url : "");

  if (n_models == 0)
    return g_steal_pointer (&where);

  models = g_strdup_printf (ngettext ("%u model", "%u models", n_models), n_models);

  return g_strdup_printf ("%s · %s", where, models);
}

/**
 * lobe_words_for_protocol:
 * @protocol: a protocol's short name
 *
 * Returns: (transfer none): what people call it
 */
const char *
lobe_words_for_protocol (const char *protocol)
{
  static const char *const names[][2] = {
    { "anthropic", "Anthropic" },
    { "azure", "Azure OpenAI" },
    { "gemini", "Gemini" },
    { "llama-server", "llama.cpp" },
    { "lmstudio", "LM Studio" },
    { "localai", "LocalAI" },
    { "ollama", "Ollama" },
    { "openai", "OpenAI" },
    { "openai-responses", "OpenAI Responses" },
    { "tgi", "Text Generation Inference" },
    { "vllm", "vLLM" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (protocol, names[i][0]))
      return names[i][1];

  return protocol;
}

/**
 * lobe_words_for_context:
 * @tokens: a context window, in tokens
 *
 * Returns: (transfer full): a short form such as “32 k”; nothing if @tokens is not known
 */
char *
lobe_words_for_context (gint64 tokens)
{
  if (tokens <= 0)
    return g_strdup ("");
  if (tokens < 1000)
    return g_strdup_printf ("%d", (int) tokens);
  /* vendors call 131072 128 k and 200000 200 k */
  if (tokens >= 1024 * 1024 || tokens % 1000000 == 0)
    return g_strdup_printf (_("%d M"), (int) (tokens % 1024 == 0 ? tokens / (1024 * 1024) : tokens / 1000000));

  return g_strdup_printf (_("%d k"), (int) (tokens % 1024 == 0 ? tokens / 1024 : (tokens + 500) / 1000));
}
