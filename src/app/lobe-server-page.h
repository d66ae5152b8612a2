/* lobe-server-page.h: a server of the person's, to be added or changed */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-provider.h"
#include "session/lobe-core.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_SERVER_PAGE (lobe_server_page_get_type ())

G_DECLARE_FINAL_TYPE (LobeServerPage, lobe_server_page, LOBE, SERVER_PAGE, AdwNavigationPage)

/*
 * Signals:
 *  saved (LobeServer *server, gboolean added): it is kept
 *  remove (LobeServer *server): the person wants it removed
 */
AdwNavigationPage *lobe_server_page_new         (LobeCore     *core,
                                                 LobeServer   *server);
AdwNavigationPage *lobe_server_page_new_to_add  (LobeCore     *core,
                                                 LobeProvider *provider);

G_END_DECLS
