/* lobe-error.c: the one error domain, whose codes the interface acts on */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"

#include <gio/gio.h>

/* What an error of ours carries beside its code and words. */
typedef struct
{
  gint64 retry_after; /* s; -1 when nobody said */
} LobeErrorPrivate;

static void
lobe_error_private_init (LobeErrorPrivate *priv)
{
  priv->retry_after = -1;
}

static void
lobe_error_private_copy (const LobeErrorPrivate *from,
                         LobeErrorPrivate       *to)
{
  *to = *from;
}

static void
lobe_error_private_clear (LobeErrorPrivate *priv)
{
}

G_DEFINE_EXTENDED_ERROR (LobeError, lobe_error)

static const struct
{
  const char *nick;
  int         exit_code;
} codes[] = {
  [LOBE_ERROR_FAILED] = { "failed", 1 },
  [LOBE_ERROR_UNREACHABLE] = { "unreachable", 10 },
  [LOBE_ERROR_TIMED_OUT] = { "timed-out", 11 },
  [LOBE_ERROR_TLS] = { "tls", 12 },
  [LOBE_ERROR_PROXY] = { "proxy", 13 },
  [LOBE_ERROR_POLICY] = { "policy", 14 },
  [LOBE_ERROR_AUTHENTICATION] = { "authentication", 20 },
  [LOBE_ERROR_FORBIDDEN] = { "forbidden", 21 },
  [LOBE_ERROR_NOT_FOUND] = { "not-found", 22 },
  [LOBE_ERROR_MODEL_NOT_FOUND] = { "model-not-found", 23 },
  [LOBE_ERROR_CONTEXT_OVERFLOW] = { "context-overflow", 24 },
  [LOBE_ERROR_RATE_LIMITED] = { "rate-limited", 25 },
  [LOBE_ERROR_OVERLOADED] = { "overloaded", 26 },
  [LOBE_ERROR_LOADING] = { "loading", 27 },
  [LOBE_ERROR_BAD_REQUEST] = { "bad-request", 28 },
  [LOBE_ERROR_CONTENT_FILTER] = { "content-filter", 29 },
  [LOBE_ERROR_SERVER] = { "server", 30 },
  [LOBE_ERROR_PROTOCOL] = { "protocol", 31 },
  [LOBE_ERROR_INTERRUPTED] = { "interrupted", 32 },
  [LOBE_ERROR_UNSUPPORTED] = { "unsupported", 33 },
  [LOBE_ERROR_INVALID] = { "invalid", 34 },
  [LOBE_ERROR_STORE] = { "store", 40 },
  [LOBE_ERROR_BUSY] = { "busy", 41 },
  [LOBE_ERROR_NOT_INSTALLED] = { "not-installed", 50 },
  [LOBE_ERROR_CRASHED] = { "crashed", 51 },
  [LOBE_ERROR_CHECKSUM] = { "checksum", 52 },
  [LOBE_ERROR_OFFLINE] = { "offline", 15 },
  [LOBE_ERROR_QUOTA] = { "quota", 35 },
  [LOBE_ERROR_KEYRING] = { "keyring", 42 },
};

/**
 * lobe_error_get_nick:
 * @error: an error of any domain
 *
 * A short stable name for the code of @error, for scripts (`ask --json`): "cancelled" for
 * %G_IO_ERROR_CANCELLED, "failed" for codes of other domains.
 *
 * Returns: (transfer none): the name
 */
const char *
lobe_error_get_nick (const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return "cancelled";
  if (error->domain != LOBE_ERROR || (guint) error->code >= G_N_ELEMENTS (codes))
    return codes[LOBE_ERROR_FAILED].nick;

  return codes[error->code].nick;
}

/**
 * lobe_error_get_exit_code:
 * @error: an error of any domain
 *
 * The exit status with which the command line reports @error, as its manual lists them. 130 for a cancelled
 * operation, as shells do for an interrupted one.
 *
 * Returns: an exit status from 1 to 130
 */
int
lobe_error_get_exit_code (const GError *error)
{
  g_return_val_if_fail (error != NULL, 1);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return 130;
  if (error->domain != LOBE_ERROR || (guint) error->code >= G_N_ELEMENTS (codes))
    return codes[LOBE_ERROR_FAILED].exit_code;

  return codes[error->code].exit_code;
}

/**
 * lobe_error_get_retry_after:
 * @error: (nullable): an error of any domain
 *
 * Returns: in how many seconds, from when the error came, the server wants to be asked again; -1 when it did not say
 */
gint64
lobe_error_get_retry_after (const GError *error)
{
  return error != NULL && error->domain == LOBE_ERROR ? lobe_error_get_private (error)->retry_after : -1;
}

/**
 * lobe_error_set_retry_after:
 * @error: an error of %LOBE_ERROR
 * @seconds: in how many seconds the server wants to be asked again; -1 when it did not say
 */
void
lobe_error_set_retry_after (GError *error,
                            gint64  seconds)
{
  g_return_if_fail (error != NULL && error->domain == LOBE_ERROR);

  lobe_error_get_private (error)->retry_after = seconds;
}
