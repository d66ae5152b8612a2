/* lobe-remedy.c: what can be done about an error */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-remedy.h"

#include "base/lobe-error.h"

#include <glib/gi18n.h>

#define RETRY      { N_("_Retry"), "win.retry", LOBE_REMEDY_MESSAGE }
#define SETTINGS   { N_("Server _Settings…"), "win.edit-server", LOBE_REMEDY_SERVER }
#define KEY        { N_("Enter _Key…"), "win.edit-server", LOBE_REMEDY_SERVER }
#define OTHER      { N_("Choose Another _Model"), "win.choose-model", LOBE_REMEDY_PLAIN }
#define GET_MODELS { N_("_Get Models…"), "win.models", LOBE_REMEDY_PLAIN }
#define NEW_CHAT   { N_("_New Chat"), "win.new-chat", LOBE_REMEDY_PLAIN }
#define CONTEXT    { N_("Send _Less…"), "win.context", LOBE_REMEDY_PLAIN }
#define NOTHING    { NULL, NULL, LOBE_REMEDY_PLAIN }

/* In the order of the codes' numbers. What is sent again is sent only when it is pressed. */
static const LobeRemedy remedies[] = {
  { LOBE_ERROR_UNREACHABLE, N_("The server does not answer"),
    N_("Start it, or correct its address. Your question is kept."), { SETTINGS, RETRY } },
  { LOBE_ERROR_TIMED_OUT, N_("The server took too long"),
    N_("It may be busy, or the model too large for it."), { OTHER, RETRY } },
  { LOBE_ERROR_TLS, N_("The connection is not secure"),
    N_("Nothing was sent. If the server has a certificate of your company's, name its authority in the settings."),
    { SETTINGS, RETRY } },
  { LOBE_ERROR_PROXY, N_("The proxy refused the connection"),
    N_("Look at the proxy of this server, or at that of the system."), { SETTINGS, RETRY } },
  { LOBE_ERROR_POLICY, N_("This request was not let out"),
    N_("Nothing was sent. Choose a model on this computer, or change what may leave it."), { NOTHING, OTHER } },
  { LOBE_ERROR_AUTHENTICATION, N_("The server wants a valid key"),
    N_("Enter the key that you got from whoever runs the server."), { RETRY, KEY } },
  { LOBE_ERROR_FORBIDDEN, N_("The server does not allow this"),
    N_("The key is known, but may not use this model. Ask whoever gave it to you, or use another model."),
    { SETTINGS, OTHER } },
  { LOBE_ERROR_NOT_FOUND, N_("There is no such service at this address"),
    N_("Look at the address and the protocol: many servers want “/v1” at the end."), { RETRY, SETTINGS } },
  { LOBE_ERROR_MODEL_NOT_FOUND, N_("The server does not have this model"),
    N_("Get it, or use one that is there."), { GET_MODELS, OTHER } },
  { LOBE_ERROR_CONTEXT_OVERFLOW, N_("This chat is too long for the model"),
    N_("Send less of the chat, or use a model with a larger context window."), { OTHER, CONTEXT } },
  { LOBE_ERROR_RATE_LIMITED, N_("Too many requests"), N_("Wait a little, or use another model."), { OTHER, RETRY } },
  { LOBE_ERROR_OVERLOADED, N_("The server is busy"), N_("Wait a little, or use another model."), { OTHER, RETRY } },
  { LOBE_ERROR_LOADING, N_("The model is still loading"), N_("Large models take minutes."), { OTHER, RETRY } },
  { LOBE_ERROR_BAD_REQUEST, N_("The server did not accept the request"),
    N_("The details say what it did not like; extra parameters are in the server's settings."), { SETTINGS, RETRY } },
  { LOBE_ERROR_CONTENT_FILTER, N_("The provider's filter refused this"),
    N_("Say it in other words, or use a model without such a filter."), { RETRY, OTHER } },
  { LOBE_ERROR_SERVER, N_("The server failed"), N_("The details hold its own words."), { OTHER, RETRY } },
  { LOBE_ERROR_PROTOCOL, N_("The server's answer makes no sense"),
    N_("It may speak another protocol than the one that is set."), { RETRY, SETTINGS } },
  { LOBE_ERROR_INTERRUPTED, N_("The answer broke off"), N_("What had come is kept."),
    { NOTHING, { N_("_Continue"), "win.continue", LOBE_REMEDY_MESSAGE } } },
  { LOBE_ERROR_UNSUPPORTED, N_("This is not supported"), N_("Another model may be able to do it."), { NOTHING, OTHER } },
  { LOBE_ERROR_INVALID, N_("A setting cannot be used"), N_("Correct it in the server's settings."), { RETRY, SETTINGS } },
  { LOBE_ERROR_STORE, N_("The chat could not be saved"),
    N_("Look whether the disk is full, and copy what you need."), { NOTHING, RETRY } },
  { LOBE_ERROR_BUSY, N_("The chat is in use"), N_("Another window or command writes in it."), { NOTHING, RETRY } },
  { LOBE_ERROR_NOT_INSTALLED, N_("Something is not installed"),
    N_("Get a model for this computer, or use a server."), { OTHER, GET_MODELS } },
  { LOBE_ERROR_CRASHED, N_("The built-in model stopped unexpectedly"),
    N_("It starts again with the next question. A smaller model needs less memory."), { OTHER, RETRY } },
  { LOBE_ERROR_CHECKSUM, N_("The model's file is damaged"), N_("Get it again."), { OTHER, GET_MODELS } },
  { LOBE_ERROR_OFFLINE, N_("This computer is offline"),
    N_("Connect to the network, or use a model on this computer. Your question is kept."), { OTHER, RETRY } },
  { LOBE_ERROR_QUOTA, N_("The account has no credit left"),
    N_("Waiting does not help: look at the account on the provider's own pages, or use another model."),
    { SETTINGS, OTHER } },
  { LOBE_ERROR_KEYRING, N_("The keyring cannot be used"),
    N_("Unlock it, or let the server's key be read from the environment or a file."), { SETTINGS, RETRY } },
};

static const LobeRemedy unknown = {
  LOBE_ERROR_FAILED, N_("There is no answer"), N_("The details say more."), { OTHER, RETRY },
};

/**
 * lobe_remedy_get:
 * @code: a code of %LOBE_ERROR, or anything out of a newer database
 *
 * Returns: (transfer none): what to tell the person, and to offer
 */
const LobeRemedy *
lobe_remedy_get (int code)
{
  for (guint i = 0; i < G_N_ELEMENTS (remedies); i++)
    {
      if (remedies[i].code == code)
        return &remedies[i];
    }

  return &unknown;
}
