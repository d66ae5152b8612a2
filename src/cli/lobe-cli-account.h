/* lobe-cli-account.h: the options that describe an account on a server */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "cli/lobe-cli.h"

G_BEGIN_DECLS

GOptionEntry *lobe_cli_account_get_options (void);
gboolean      lobe_cli_account_apply       (LobeCore     *core,
                                            LobeAccount  *account,
                                            int          *status);
gboolean      lobe_cli_account_store_key   (LobeAccount  *account,
                                            GError      **error);

G_END_DECLS
