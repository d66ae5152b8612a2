/* lobe-error.h: the one error domain, whose codes the interface acts on */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LOBE_ERROR:
 *
 * Error domain of everything in liblobe. A cancelled operation is always
 * %G_IO_ERROR_CANCELLED, never one of these.
 */
#define LOBE_ERROR (lobe_error_quark ())

/**
 * LobeError:
 * @LOBE_ERROR_FAILED: anything without a better code
 * @LOBE_ERROR_UNREACHABLE: nothing answers at the address: not running, refused, no route, name unknown
 * @LOBE_ERROR_TIMED_OUT: it answered too late
 * @LOBE_ERROR_TLS: the certificate or the TLS handshake was refused
 * @LOBE_ERROR_PROXY: the proxy refused or could not be reached
 * @LOBE_ERROR_POLICY: our own policy did not let the request leave
 * @LOBE_ERROR_AUTHENTICATION: key missing or wrong (401)
 * @LOBE_ERROR_FORBIDDEN: key known, but not allowed (403)
 * @LOBE_ERROR_NOT_FOUND: no such path on that server: wrong address or wrong protocol (404, 405)
 * @LOBE_ERROR_MODEL_NOT_FOUND: the server does not have that model
 * @LOBE_ERROR_CONTEXT_OVERFLOW: the conversation is longer than the model's context window
 * @LOBE_ERROR_RATE_LIMITED: too many requests (429)
 * @LOBE_ERROR_OVERLOADED: the server is up, but has no capacity now (503, 529)
 * @LOBE_ERROR_LOADING: the server is up, but the model is still loading
 * @LOBE_ERROR_BAD_REQUEST: the server did not accept the request (other 4xx)
 * @LOBE_ERROR_CONTENT_FILTER: refused by the provider's content filter
 * @LOBE_ERROR_SERVER: the server failed (other 5xx)
 * @LOBE_ERROR_PROTOCOL: the answer is not what the protocol says
 * @LOBE_ERROR_INTERRUPTED: the stream ended before the answer was complete; what came is kept
 * @LOBE_ERROR_UNSUPPORTED: model, server or this program cannot do what was asked
 * @LOBE_ERROR_INVALID: an argument, setting or file of the person is not usable
 * @LOBE_ERROR_STORE: the database refused: full disk, read only, corrupt
 * @LOBE_ERROR_BUSY: the database or the chat is in use by somebody else
 * @LOBE_ERROR_NOT_INSTALLED: a program or model that is needed is not on this machine
 * @LOBE_ERROR_CRASHED: the local engine ended unexpectedly
 * @LOBE_ERROR_CHECKSUM: a downloaded file is not the one that was promised
 * @LOBE_ERROR_OFFLINE: this machine has no network, and the server is elsewhere
 * @LOBE_ERROR_QUOTA: the account has no credit or quota left; waiting does not help
 * @LOBE_ERROR_KEYRING: there is no Secret Service that could keep a key, or it is locked or refuses
 *
 * What went wrong, in the classes that lead to different advice. Values are stored with messages; append only.
 */
typedef enum
{
  LOBE_ERROR_FAILED,
  LOBE_ERROR_UNREACHABLE,
  LOBE_ERROR_TIMED_OUT,
  LOBE_ERROR_TLS,
  LOBE_ERROR_PROXY,
  LOBE_ERROR_POLICY,
  LOBE_ERROR_AUTHENTICATION,
  LOBE_ERROR_FORBIDDEN,
  LOBE_ERROR_NOT_FOUND,
  LOBE_ERROR_MODEL_NOT_FOUND,
  LOBE_ERROR_CONTEXT_OVERFLOW,
  LOBE_ERROR_RATE_LIMITED,
  LOBE_ERROR_OVERLOADED,
  LOBE_ERROR_LOADING,
  LOBE_ERROR_BAD_REQUEST,
  LOBE_ERROR_CONTENT_FILTER,
  LOBE_ERROR_SERVER,
  LOBE_ERROR_PROTOCOL,
  LOBE_ERROR_INTERRUPTED,
  LOBE_ERROR_UNSUPPORTED,
  LOBE_ERROR_INVALID,
  LOBE_ERROR_STORE,
  LOBE_ERROR_BUSY,
  LOBE_ERROR_NOT_INSTALLED,
  LOBE_ERROR_CRASHED,
  LOBE_ERROR_CHECKSUM,
  LOBE_ERROR_OFFLINE,
  LOBE_ERROR_QUOTA,
  LOBE_ERROR_KEYRING,
} LobeError;

GQuark      lobe_error_quark         (void);
const char *lobe_error_get_nick      (const GError *error);
int         lobe_error_get_exit_code (const GError *error);
gint64      lobe_error_get_retry_after (const GError *error);
void        lobe_error_set_retry_after (GError     *error,
                                        gint64      seconds);

G_END_DECLS
