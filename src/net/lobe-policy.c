/* lobe-policy.c: may this request leave? and: what did leave? Answered by rooms above */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "net/lobe-policy.h"

G_DEFINE_INTERFACE (LobePolicy, lobe_policy, G_TYPE_OBJECT)
G_DEFINE_INTERFACE (LobeLedger, lobe_ledger, G_TYPE_OBJECT)

static void
lobe_policy_default_init (LobePolicyInterface *iface)
{
}

static void
lobe_ledger_default_init (LobeLedgerInterface *iface)
{
}

/**
 * lobe_policy_check:
 * @self: a policy
 * @request: what wants to leave; every step of a redirect is a request of its own
 * @error: where to put why not: %LOBE_ERROR_POLICY, in words for the person
 *
 * Returns: whether @request may leave
 */
gboolean
lobe_policy_check (LobePolicy       *self,
                   LobeHttpRequest  *request,
                   GError          **error)
{
  g_return_val_if_fail (LOBE_IS_POLICY (self), FALSE);
  g_return_val_if_fail (LOBE_IS_HTTP_REQUEST (request), FALSE);

  return LOBE_POLICY_GET_IFACE (self)->check (self, request, error);
}

/**
 * lobe_ledger_record:
 * @self: a ledger
 * @request: what left, or was to leave
 * @status: the HTTP status that came back; 0 when none did
 * @error: (nullable): why no status came back
 *
 * Takes note of @request.
 */
void
lobe_ledger_record (LobeLedger      *self,
                    LobeHttpRequest *request,
                    guint            status,
                    const GError    *error)
{
  g_return_if_fail (LOBE_IS_LEDGER (self));
  g_return_if_fail (LOBE_IS_HTTP_REQUEST (request));

  LOBE_LEDGER_GET_IFACE (self)->record (self, request, status, error);
}
