/* lobe-policy.h: may this request leave? and: what did leave? Answered by rooms above */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/lobe-http-request.h"

G_BEGIN_DECLS

#define LOBE_TYPE_POLICY (lobe_policy_get_type ())

G_DECLARE_INTERFACE (LobePolicy, lobe_policy, LOBE, POLICY, GObject)

/**
 * LobePolicyInterface:
 * @check: whether @request may leave; on %FALSE @error is %LOBE_ERROR_POLICY and says why in words for the person
 *
 * Decides before every request, on the main thread, without waiting.
 */
struct _LobePolicyInterface
{
  GTypeInterface g_iface;

  gboolean (*check) (LobePolicy       *self,
                     LobeHttpRequest  *request,
                     GError          **error);
};

gboolean lobe_policy_check (LobePolicy       *self,
                            LobeHttpRequest  *request,
                            GError          **error);

#define LOBE_TYPE_LEDGER (lobe_ledger_get_type ())

G_DECLARE_INTERFACE (LobeLedger, lobe_ledger, LOBE, LEDGER, GObject)

/**
 * LobeLedgerInterface:
 * @record: @request left, or was refused (@status 0 and @error)
 *
 * Hears of every request once, when its status is known. Never sees a secret header's value.
 */
struct _LobeLedgerInterface
{
  GTypeInterface g_iface;

  void (*record) (LobeLedger      *self,
                  LobeHttpRequest *request,
                  guint            status,
                  const GError    *error);
};

void lobe_ledger_record (LobeLedger      *self,
                         LobeHttpRequest *request,
                         guint            status,
                         const GError    *error);

G_END_DECLS
