/* lobe-provider-page.h: whose server is to be added? */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-provider.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_PROVIDER_PAGE (lobe_provider_page_get_type ())

G_DECLARE_FINAL_TYPE (LobeProviderPage, lobe_provider_page, LOBE, PROVIDER_PAGE, AdwNavigationPage)

/*
 * Signals:
 *  chosen (LobeProvider *provider): this one's; %NULL: any other
 *  find: the person has an address, and wants it found out what is there
 */
AdwNavigationPage *lobe_provider_page_new (void);

G_END_DECLS
