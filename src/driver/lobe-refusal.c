/* lobe-refusal.c: what a server says in place of an answer, in any of the shapes that servers use */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-refusal.h"

#include "lobe-config.h"

#include "base/lobe-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Longer words of a server are cut, characters. */
#define MAX_MESSAGE 500

/* The servers' own names, in "type" or "code". */
static const struct
{
  const char *name;
  LobeError   error;
} names[] = {
  { "exceed_context_size_error", LOBE_ERROR_CONTEXT_OVERFLOW }, /* llama-server 0.7 */
  { "context_length_exceeded", LOBE_ERROR_CONTEXT_OVERFLOW },   /* OpenAI */
  { "model_not_found", LOBE_ERROR_MODEL_NOT_FOUND },            /* OpenAI */
  { "content_filter", LOBE_ERROR_CONTENT_FILTER },              /* Azure OpenAI */
  { "content_policy_violation", LOBE_ERROR_CONTENT_FILTER },    /* OpenAI */
  { "authentication_error", LOBE_ERROR_AUTHENTICATION },        /* llama-server, Anthropic */
  { "invalid_api_key", LOBE_ERROR_AUTHENTICATION },             /* OpenAI */
  { "permission_error", LOBE_ERROR_FORBIDDEN },                 /* llama-server, Anthropic */
  { "insufficient_quota", LOBE_ERROR_QUOTA },                   /* OpenAI, with status 429 */
  { "billing_not_active", LOBE_ERROR_QUOTA },                   /* OpenAI */
  { "billing_error", LOBE_ERROR_QUOTA },                        /* Anthropic, with status 402 */
  { "rate_limit_exceeded", LOBE_ERROR_RATE_LIMITED },           /* OpenAI */
  { "rate_limit_error", LOBE_ERROR_RATE_LIMITED },              /* Anthropic */
  { "overloaded_error", LOBE_ERROR_OVERLOADED },                /* Anthropic */
  { "not_supported_error", LOBE_ERROR_UNSUPPORTED },            /* llama-server */
  { "overloaded", LOBE_ERROR_OVERLOADED },                      /* TGI */
  { "generation", LOBE_ERROR_SERVER },                          /* TGI */
  { "incomplete_generation", LOBE_ERROR_SERVER },               /* TGI */
  { "timeout_error", LOBE_ERROR_TIMED_OUT },                    /* Anthropic */
  { "image_content_policy_violation", LOBE_ERROR_CONTENT_FILTER }, /* OpenAI's Responses */
  { "UNAUTHENTICATED", LOBE_ERROR_AUTHENTICATION },             /* Gemini, from here on */
  { "PERMISSION_DENIED", LOBE_ERROR_FORBIDDEN },
  { "RESOURCE_EXHAUSTED", LOBE_ERROR_RATE_LIMITED },
  { "UNAVAILABLE", LOBE_ERROR_OVERLOADED },
  { "DEADLINE_EXCEEDED", LOBE_ERROR_TIMED_OUT },
};

/*
 * Where a protocol has no code, the words. Looked up in lower case; both words must be there. Every line was seen from
 * the server named (captures of August 2026, versions in the fixtures' README) or read in its source.
 */
static const struct
{
  guint       status; /* 0: any */
  const char *word;
  const char *second;
  LobeError   error;
} words[] = {
  { 503, "loading model", NULL, LOBE_ERROR_LOADING },                                /* llama-server: type is unavailable_error also when all slots are busy */
  { 404, "model", "not found", LOBE_ERROR_MODEL_NOT_FOUND },                         /* Ollama: "model 'x' not found" */
  { 404, "model", "does not exist", LOBE_ERROR_MODEL_NOT_FOUND },                    /* vLLM: "The model `x` does not exist." */
  { 400, "model '", "not found", LOBE_ERROR_MODEL_NOT_FOUND },                       /* llama-server as a router */
  { 400, "invalid model name", NULL, LOBE_ERROR_MODEL_NOT_FOUND },                   /* LiteLLM */
  { 400, "does not support thinking", NULL, LOBE_ERROR_UNSUPPORTED },                /* Ollama */
  { 400, "does not support tools", NULL, LOBE_ERROR_UNSUPPORTED },                   /* Ollama */
  { 500, "image input is not supported", NULL, LOBE_ERROR_UNSUPPORTED },             /* llama-server without a projector */
  { 400, "maximum context length", NULL, LOBE_ERROR_CONTEXT_OVERFLOW },              /* vLLM before "param", and gateways to OpenAI */
  { 0, "`inputs` tokens", "must be <=", LOBE_ERROR_CONTEXT_OVERFLOW },               /* TGI, with the limit of tokens */
  { 0, "`inputs` must have less than", NULL, LOBE_ERROR_CONTEXT_OVERFLOW },          /* TGI */
  { 404, "model: ", NULL, LOBE_ERROR_MODEL_NOT_FOUND },                              /* Anthropic: "model: claude-x" */
  { 404, "models/", "is not found", LOBE_ERROR_MODEL_NOT_FOUND },                    /* Gemini */
  { 400, "prompt is too long", NULL, LOBE_ERROR_CONTEXT_OVERFLOW },                  /* Anthropic */
  { 400, "exceed context limit", NULL, LOBE_ERROR_CONTEXT_OVERFLOW },                /* Anthropic: input and max_tokens together */
  { 400, "input token count", "exceeds the maximum", LOBE_ERROR_CONTEXT_OVERFLOW },  /* Gemini */
  { 400, "credit balance is too low", NULL, LOBE_ERROR_QUOTA },                     /* Anthropic */
  { 400, "api key not valid", NULL, LOBE_ERROR_AUTHENTICATION },                     /* Gemini */
  { 400, "api key expired", NULL, LOBE_ERROR_AUTHENTICATION },                       /* Gemini */
  { 400, "location is not supported", NULL, LOBE_ERROR_FORBIDDEN },                  /* Gemini */
  { 400, "exceeds the available context size", NULL, LOBE_ERROR_CONTEXT_OVERFLOW },  /* llama-server before its type */
};

/* What to say for a server that says nothing. */
static const struct
{
  LobeError   error;
  const char *text;
} phrases[] = {
  { LOBE_ERROR_AUTHENTICATION, N_("The server wants a key, or refuses the one it was given") },
  { LOBE_ERROR_FORBIDDEN, N_("The server does not allow this with the key it was given") },
  { LOBE_ERROR_NOT_FOUND, N_("The server does not know this address") },
  { LOBE_ERROR_RATE_LIMITED, N_("The server wants fewer requests") },
  { LOBE_ERROR_QUOTA, N_("The account has no credit left") },
  { LOBE_ERROR_OVERLOADED, N_("The server has no capacity now") },
  { LOBE_ERROR_TIMED_OUT, N_("The server took too long") },
  { LOBE_ERROR_PROXY, N_("The proxy wants a password") },
  { LOBE_ERROR_UNSUPPORTED, N_("The server cannot do this") },
  { LOBE_ERROR_BAD_REQUEST, N_("The server did not accept the request") },
  { LOBE_ERROR_SERVER, N_("The server failed") },
  { LOBE_ERROR_PROTOCOL, N_("The server answered in an unexpected way") },
};

/* Valid, on one line, without control characters, and not too long; %NULL when nothing is left. */
static char *
tidy (const char *text)
{
  g_autofree char *valid = NULL;
  g_autoptr (GString) tidied = g_string_new (NULL);
  gboolean space = FALSE;
  guint n_chars = 0;

  if (text == NULL)
    return NULL;

  valid = g_utf8_make_valid (text, -1);
  for (const char *p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_isspace (c) || g_unichar_iscntrl (c))
        {
          space = tidied->len > 0;
          continue;
        }
      if (n_chars >= MAX_MESSAGE)
        {
          g_string_append (tidied, "…");
          break;
        }
      if (space)
        g_string_append_c (tidied, ' ');
      n_chars += space ? 2 : 1;
      space = FALSE;
      g_string_append_unichar (tidied, c);
    }

  return tidied->len > 0 ? g_strdup (tidied->str) : NULL;
}

/* A string, or a number as one. */
static char *
dup_scalar (JsonObject *object,
            const char *member)
{
  gint64 number = lobe_json_int (object, member, -1);

  if (number >= 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT, number);

  return tidy (lobe_json_string (object, member));
}

/* When to try again, from Gemini, which has no header for it: {"@type": "…RetryInfo", "retryDelay": "20s"} */
static char *
dup_retry_delay (JsonArray *details)
{
  for (guint i = 0; details != NULL && i < json_array_get_length (details); i++)
    {
      const char *delay = lobe_json_string (lobe_json_element (details, i), "retryDelay");
      double seconds = delay != NULL ? g_ascii_strtod (delay, NULL) : 0.0;

      if (seconds > 0.0 && seconds < 1e9)
        return g_strdup_printf ("%u", (guint) seconds + ((guint) seconds < seconds));
    }

  return NULL;
}

static void
lobe_refusal_read (LobeRefusal *self,
                   JsonObject  *object)
{
  JsonObject *error = lobe_json_object (object, "error");
  JsonArray *details = lobe_json_array (object, "detail");

  if (error == NULL)
    error = object;

  self->message = tidy (lobe_json_string (error, "message"));
  self->type = dup_scalar (error, "type");
  self->code = dup_scalar (error, "code");
  self->param = dup_scalar (error, "param");
  self->n_tokens = lobe_json_int (error, "n_prompt_tokens", 0); /* llama-server */
  self->n_window = lobe_json_int (error, "n_ctx", 0);

  /* {"error": "words"}: Ollama, TGI (with error_type), vLLM's 401; {"detail": …}: what FastAPI makes */
  if (self->message == NULL)
    self->message = tidy (lobe_json_string (object, "error"));
  if (self->message == NULL)
    self->message = tidy (lobe_json_string (object, "detail"));
  if (self->message == NULL && details != NULL)
    self->message = tidy (lobe_json_string (lobe_json_element (details, 0), "msg"));
  if (self->type == NULL)
    self->type = dup_scalar (object, "error_type");
  if (self->type == NULL)
    self->type = dup_scalar (error, "status"); /* Gemini: a name */
  if (self->retry_after == NULL)
    self->retry_after = dup_retry_delay (lobe_json_array (error, "details"));

  /* within an answer the number is the only status there is */
  if (self->status == 0 && self->code != NULL)
    {
      guint64 status = g_ascii_strtoull (self->code, NULL, 10);

      if (status >= 400 && status < 600)
        self->status = status;
    }
}

/*
 * lobe_refusal_new:
 * @status: the HTTP status
 * @retry_after: (nullable): the header of that name
 * @body: the body or its beginning: JSON, HTML, something else, or nothing
 * @length: its bytes, or -1 when nul-terminated
 */
LobeRefusal *
lobe_refusal_new (guint       status,
                  const char *retry_after,
                  const char *body,
                  gssize      length)
{
  LobeRefusal *self = g_new0 (LobeRefusal, 1);
  g_autoptr (JsonNode) root = body != NULL && length != 0 ? lobe_json_parse (body, length, NULL) : NULL;
  JsonObject *object = lobe_json_get_object (root);

  self->status = status;
  self->retry_after = tidy (retry_after);

  /* Gemini's compatible address wraps the object in an array */
  if (object == NULL && root != NULL && JSON_NODE_HOLDS_ARRAY (root))
    object = lobe_json_element (json_node_get_array (root), 0);

  if (object != NULL)
    {
      lobe_refusal_read (self, object);
    }
  else if (root == NULL && body != NULL)
    {
      g_autofree char *text = length < 0 ? g_strdup (body) : g_strndup (body, length);

      /* a page is for a browser; plain words are for us */
      if (g_strstrip (text)[0] != '<')
        self->message = tidy (text);
    }

  return self;
}

/*
 * lobe_refusal_new_json:
 * @status: the HTTP status, 0 when @object came within an answer
 * @object: an object with one of the members in which servers tell of errors
 */
LobeRefusal *
lobe_refusal_new_json (guint       status,
                       JsonObject *object)
{
  LobeRefusal *self = g_new0 (LobeRefusal, 1);

  self->status = status;
  lobe_refusal_read (self, object);

  return self;
}

void
lobe_refusal_free (LobeRefusal *self)
{
  g_free (self->message);
  g_free (self->type);
  g_free (self->code);
  g_free (self->param);
  g_free (self->retry_after);
  g_free (self);
}

static LobeError
error_from_status (guint status)
{
  switch (status)
    {
    case 401:
      return LOBE_ERROR_AUTHENTICATION;
    case 402: /* DeepSeek, OpenRouter: no balance */
      return LOBE_ERROR_QUOTA;
    case 403:
      return LOBE_ERROR_FORBIDDEN;
    case 404:
    case 405:
      return LOBE_ERROR_NOT_FOUND;
    case 407:
      return LOBE_ERROR_PROXY;
    case 408:
    case 504:
      return LOBE_ERROR_TIMED_OUT;
    case 429:
      return LOBE_ERROR_RATE_LIMITED;
    case 501:
      return LOBE_ERROR_UNSUPPORTED;
    case 503:
    case 529: /* Anthropic and gateways to it: overloaded */
      return LOBE_ERROR_OVERLOADED;
    default:
      if (status >= 400 && status < 500)
        return LOBE_ERROR_BAD_REQUEST;
      return status == 0 || status >= 500 ? LOBE_ERROR_SERVER : LOBE_ERROR_PROTOCOL;
    }
}

static LobeError
lobe_refusal_classify (const LobeRefusal *self)
{
  g_autofree char *message = self->message != NULL ? g_utf8_strdown (self->message, -1) : g_strdup ("");

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      if (g_strcmp0 (self->type, names[i].name) == 0 || g_strcmp0 (self->code, names[i].name) == 0)
        return names[i].error;
    }

  /* vLLM names the part of the request that it means */
  if (self->status == 400 && g_strcmp0 (self->param, "input_tokens") == 0)
    return LOBE_ERROR_CONTEXT_OVERFLOW;
  if (self->status == 404 && g_strcmp0 (self->param, "model") == 0)
    return LOBE_ERROR_MODEL_NOT_FOUND;

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      if ((words[i].status == 0 || words[i].status == self->status) && strstr (message, words[i].word) != NULL &&
          (words[i].second == NULL || strstr (message, words[i].second) != NULL))
        return words[i].error;
    }

  return error_from_status (self->status);
}

/*
 * lobe_refusal_to_error:
 *
 * Returns: (transfer full): a %LOBE_ERROR with a code to act on, and the server's own words where it has any
 */
GError *
lobe_refusal_to_error (const LobeRefusal *self)
{
  LobeError code = lobe_refusal_classify (self);
  g_autoptr (GString) text = g_string_new (self->message);
  GError *error;
  gint64 retry_after = -1;

  if (text->len == 0)
    {
      const char *phrase = N_("The server answered in an unexpected way");

      for (guint i = 0; i < G_N_ELEMENTS (phrases); i++)
        {
          if (phrases[i].error == code)
            phrase = phrases[i].text;
        }
      g_string_append (text, _(phrase));
      if (self->status != 0)
        g_string_append_printf (text, " (HTTP %u)", self->status);
    }

  if (code == LOBE_ERROR_CONTEXT_OVERFLOW && self->n_tokens > 0 && self->n_window > 0 && self->n_tokens < G_MAXINT)
    g_string_printf (text, _("What is to be sent is %d tokens long, and the model’s window holds %d."),
                     (int) self->n_tokens, (int) MIN (self->n_window, G_MAXINT));

  if (self->retry_after != NULL && (self->status == 429 || self->status == 503 || self->status == 529))
    {
      guint64 seconds = g_ascii_strtoull (self->retry_after, NULL, 10);

      g_string_append_c (text, ' ');
      if (g_ascii_isdigit (self->retry_after[0]))
        retry_after = MIN (seconds, G_MAXINT);
      if (seconds > 0 && g_ascii_isdigit (self->retry_after[0]))
        g_string_append_printf (text, ngettext ("(it asks to wait %u second)", "(it asks to wait %u seconds)", (gulong) seconds),
                                (guint) MIN (seconds, G_MAXUINT));
      else
        g_string_append_printf (text, _("(it asks to wait until %s)"), self->retry_after);
    }

  error = g_error_new_literal (LOBE_ERROR, code, text->str);
  lobe_error_set_retry_after (error, retry_after);

  return error;
}

/*
 * lobe_refusal_throw:
 * @object: what came within an answer, with one of the members in which servers tell of errors
 *
 * Returns: %FALSE, with @error set
 */
gboolean
lobe_refusal_throw (JsonObject  *object,
                    GError     **error)
{
  g_autoptr (LobeRefusal) refusal = lobe_refusal_new_json (0, object);

  g_propagate_error (error, lobe_refusal_to_error (refusal));

  return FALSE;
}
