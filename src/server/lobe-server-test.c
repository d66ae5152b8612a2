/* lobe-server-test.c: does a server work, and if not, what is wrong and what can be done? */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-server-test.h"

#include "base/lobe-error.h"
#include "base/lobe-wait.h"
#include "server/lobe-discovery.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A model that is asked for one token may have to be loaded first. */
#define LIMIT_MS (120 * 1000)

/* A name that no model has, so that nothing is loaded and nothing is paid for. */
#define NO_MODEL "lobe-chat-connection-test"

typedef struct
{
  LobeDriverRegistry *drivers;
  char               *model;
  LobeEndpoint       *endpoint;
  LobeWait           *wait;
  gboolean            answered; /* the model said something */
  GError             *error;
  char               *advice;
} Test;

static void
test_free (gpointer data)
{
  Test *test = data;

  g_object_unref (test->drivers);
  g_free (test->model);
  g_clear_object (&test->endpoint);
  lobe_wait_free (test->wait);
  g_clear_error (&test->error);
  g_free (test->advice);
  g_free (test);
}

static char *
advise_to_start (LobeServer *self)
{
  const char *protocol = lobe_server_get_protocol (self);
  const char *command = NULL;

  if (!lobe_server_is_local (self))
    return g_strdup (_("Is the server running, does it accept connections from this computer, and is the port right? "
                       "A VPN may be needed."));

  if (g_str_equal (protocol, "ollama"))
    command = "ollama serve";
  else if (g_str_equal (protocol, "llama-server"))
    command = "llama-server -m MODEL.gguf";
  else if (g_str_equal (protocol, "vllm"))
    command = "vllm serve MODEL";
  else if (g_str_equal (protocol, "localai"))
    command = "local-ai run";
  else if (g_str_equal (protocol, "lmstudio"))
    command = "lms server start";

  if (command == NULL)
    return g_strdup (_("Is the server running, and is the port right?"));

  /* Translators: %s is a command */
  return g_strdup_printf (_("Start it, for example with: %s"), command);
}

static char *
advise_on_key (LobeServer *self)
{
  const char *secret = lobe_server_get_secret (self);

  if (secret == NULL)
    return g_strdup (_("The server wants a key. Enter the one that its operator gave you."));
  if (g_str_has_prefix (secret, "keyring:"))
    return g_strdup (_("The server does not take the key. Enter it again, or get a new one."));

  /* Translators: %s is “env:NAME” or “file:/path” */
  return g_strdup_printf (_("The server does not take the key that comes from %s. Is it the right one?"), secret);
}

/**
 * lobe_server_advise:
 * @self: a server
 * @error: what went wrong with it
 *
 * Returns: (transfer full) (nullable): what the person can do about it; %NULL where @error says it already, or nothing can
 *   be done
 */
char *
lobe_server_advise (LobeServer   *self,
                    const GError *error)
{
  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);
  g_return_val_if_fail (error != NULL, NULL);

  if (error->domain != LOBE_ERROR)
    return NULL;

  switch ((LobeError) error->code)
    {
    case LOBE_ERROR_UNREACHABLE:
      return advise_to_start (self);

    case LOBE_ERROR_TIMED_OUT:
      return g_strdup (_("Check the address, and whether a firewall or a VPN is in the way."));

    case LOBE_ERROR_PROXY:
      if (lobe_server_get_account (self)->proxy != NULL)
        return g_strdup (_("Check the address of the proxy that is set for this server."));
      return g_strdup (_("The proxy is the one of the system's network settings. A server of your own network often needs none."));

    case LOBE_ERROR_AUTHENTICATION:
      return advise_on_key (self);

    case LOBE_ERROR_FORBIDDEN:
      return g_strdup (_("The key is known there, but may not do this. Ask the server's operator."));

    case LOBE_ERROR_NOT_FOUND:
    case LOBE_ERROR_PROTOCOL:
      return g_strdup (_("Check the address and the protocol. For most servers the address ends in /v1."));

    case LOBE_ERROR_MODEL_NOT_FOUND:
      if (g_str_equal (lobe_server_get_protocol (self), "ollama"))
        return g_strdup (_("Get it, for example with: ollama pull MODEL"));
      return g_strdup (_("Load a model there, or choose one that the server has."));

    case LOBE_ERROR_BAD_REQUEST:
      /* nginx answers in HTTP to who comes without TLS or without a certificate, or with one that it does not know */
      if (strstr (error->message, "HTTPS port") != NULL)
        return g_strdup (_("The address has to begin with https://."));
      if (strstr (error->message, "No required SSL certificate") != NULL)
        return g_strdup (_("The server wants a client certificate that shows who you are. Get one from its operator, and set it "
                           "with its private key for this server."));
      if (strstr (error->message, "SSL certificate error") != NULL)
        return g_strdup (_("The server does not accept the client certificate that is set for it."));
      return NULL;

    case LOBE_ERROR_INTERRUPTED:
      if (lobe_server_get_account (self)->certificate_file != NULL)
        return g_strdup (_("Perhaps the server does not accept the client certificate that is set for it."));
      if (g_str_has_prefix (lobe_server_get_base_url (self), "http:"))
        return g_strdup (_("Perhaps the address has to begin with https://."));
      return NULL;

    case LOBE_ERROR_LOADING:
    case LOBE_ERROR_OVERLOADED:
    case LOBE_ERROR_RATE_LIMITED:
      return g_strdup (_("Wait a moment, and try again."));

    default:
      return NULL;
    }
}

static void
fail (GTask        *task,
      const GError *error)
{
  Test *test = g_task_get_task_data (task);
  LobeServer *self = g_task_get_source_object (task);

  if (test->advice == NULL)
    test->advice = lobe_server_advise (self, error);
  g_task_return_error (task, g_error_copy (error));
}

static void
probed (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (LobeServer) found = lobe_discovery_probe_finish (result, NULL);
  Test *test = g_task_get_task_data (task);

  if (found != NULL)
    /* Translators: the name of a program such as vLLM, an address, and the short name of a protocol */
    test->advice = g_strdup_printf (_("There is a server at %2$s (%1$s, protocol %3$s). Use that address and protocol."),
                                    lobe_server_get_name (found), lobe_server_get_base_url (found),
                                    lobe_server_get_protocol (found));
  fail (task, test->error);
}

/* Another path or protocol may be the right one: look whether something is there that is known. */
static void
look_around (GTask *task)
{
  LobeServer *self = g_task_get_source_object (task);
  Test *test = g_task_get_task_data (task);
  g_autoptr (GUri) uri = g_uri_parse (lobe_server_get_base_url (self), G_URI_FLAGS_NONE, NULL);
  g_autofree char *address = NULL;

  if (uri == NULL)
    {
      fail (task, test->error);
      return;
    }

  address = g_uri_join (G_URI_FLAGS_NONE, g_uri_get_scheme (uri), NULL, g_uri_get_host (uri), g_uri_get_port (uri), "", NULL,
                        NULL);
  lobe_discovery_probe_async (lobe_server_get_http (self), test->drivers, address, g_task_get_cancellable (task), probed,
                              g_object_ref (task));
}

static void
delta (const LobeDelta *piece,
       gpointer         user_data)
{
  Test *test = user_data;

  /* it speaks: that is all we wanted to hear */
  test->answered = TRUE;
  g_cancellable_cancel (lobe_wait_get_cancellable (test->wait));
}

static void
chatted (GObject      *source,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Test *test = g_task_get_task_data (task);

  lobe_driver_chat_finish (LOBE_DRIVER (source), result, &error);

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    g_task_return_error_if_cancelled (task);
  else if (error == NULL || test->answered)
    g_task_return_boolean (task, TRUE);
  else if (lobe_wait_is_over (test->wait))
    {
      g_autoptr (GError) late = g_error_new_literal (LOBE_ERROR, LOBE_ERROR_TIMED_OUT,
                                                     _("The model did not answer within two minutes."));

      fail (task, late);
    }
  /* Asked for nothing of a model that does not exist, a server that knows the key says so; one that does not, says that. */
  else if (test->model != NULL || g_error_matches (error, LOBE_ERROR, LOBE_ERROR_AUTHENTICATION)
           || g_error_matches (error, LOBE_ERROR, LOBE_ERROR_FORBIDDEN))
    fail (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
prepared (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (LobeRequest) request = NULL;
  LobeServer *self = LOBE_SERVER (source);
  Test *test = g_task_get_task_data (task);

  test->endpoint = lobe_server_prepare_finish (self, result, &error);
  if (test->endpoint == NULL)
    {
      fail (task, error);
      return;
    }

  request = lobe_request_new (test->model != NULL ? test->model : NO_MODEL);
  lobe_request_set_max_tokens (request, 1);
  if (test->model != NULL)
    {
      g_autoptr (LobeMessage) message = lobe_message_new ("test", NULL, LOBE_ROLE_USER, 0);

      lobe_message_append (message, LOBE_PART_TEXT, "Hi", -1);
      lobe_request_add_message (request, message);
    }

  lobe_wait_set_timeout (test->wait, LIMIT_MS);
  lobe_driver_chat_async (lobe_server_get_driver (self), test->endpoint, request, delta, test, NULL,
                          lobe_wait_get_cancellable (test->wait), chatted, g_object_ref (task));
}

static void
refreshed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LobeServer *self = LOBE_SERVER (source);
  Test *test = g_task_get_task_data (task);

  if (!lobe_server_refresh_finish (self, result, &test->error))
    {
      if (g_error_matches (test->error, LOBE_ERROR, LOBE_ERROR_NOT_FOUND)
          || g_error_matches (test->error, LOBE_ERROR, LOBE_ERROR_PROTOCOL))
        look_around (task);
      else
        fail (task, test->error);
      return;
    }

  if (test->model != NULL && lobe_server_find_model (self, test->model) == NULL)
    {
      g_set_error (&test->error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND,
                   /* Translators: a server and a model */
                   _("%s answers, but does not have the model “%s”."), lobe_server_get_name (self), test->model);
      fail (task, test->error);
      return;
    }
  if (g_list_model_get_n_items (lobe_server_get_models (self)) == 0)
    {
      g_set_error (&test->error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND, _("%s answers, but has no model."),
                   lobe_server_get_name (self));
      fail (task, test->error);
      return;
    }

  lobe_server_prepare_async (self, test->model, g_task_get_cancellable (task), prepared, g_object_ref (task));
}

/**
 * lobe_server_test_async:
 * @self: a server
 * @drivers: the protocols, to find out what is there if it is another one
 * @model: (nullable): a model that is to say a word, too
 * @cancellable: (nullable): to give it up
 * @callback: called when it is known
 * @user_data: for @callback
 *
 * Tries a server: asks for its models, then whether it takes the key, as many tell their models to everybody. Without
 * @model no model is loaded, and nothing is to be paid. The server's state changes as with a refresh.
 */
void
lobe_server_test_async (LobeServer          *self,
                        LobeDriverRegistry  *drivers,
                        const char          *model,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  GTask *task;
  Test *test;

  g_return_if_fail (LOBE_IS_SERVER (self));
  g_return_if_fail (LOBE_IS_DRIVER_REGISTRY (drivers));

  task = g_task_new (self, cancellable, callback, user_data);
  test = g_new0 (Test, 1);
  test->drivers = g_object_ref (drivers);
  test->model = g_strdup (model);
  test->wait = lobe_wait_new (cancellable);
  g_task_set_source_tag (task, lobe_server_test_async);
  g_task_set_task_data (task, test, test_free);
  lobe_server_refresh_async (self, cancellable, refreshed, task);
}

/**
 * lobe_server_test_finish:
 * @self: a server
 * @result: what the callback was given
 * @advice: (out) (optional) (nullable) (transfer full): what the person can do about what is wrong
 * @error: where to put what is wrong, in words for the person
 *
 * Returns: whether it works
 */
gboolean
lobe_server_test_finish (LobeServer    *self,
                         GAsyncResult  *result,
                         char         **advice,
                         GError       **error)
{
  Test *test;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  test = g_task_get_task_data (G_TASK (result));
  if (advice != NULL)
    *advice = g_steal_pointer (&test->advice);

  return g_task_propagate_boolean (G_TASK (result), error);
}
