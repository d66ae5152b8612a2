/* lobe-address.h: what a person or a variable gives as an address, made into a base URL */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char     *lobe_address_normalize   (const char  *address,
                                    const char  *protocol,
                                    GError     **error);
char     *lobe_address_from_ollama (const char  *ollama_host);
gboolean  lobe_address_is_loopback (const char  *base_url);
gboolean  lobe_address_check_proxy (const char  *proxy,
                                    GError     **error);
char     *lobe_address_join        (const char  *base_url,
                                    const char  *path);
char     *lobe_address_to_name     (const char  *base_url);
char     *lobe_address_to_id       (const char  *protocol,
                                    const char  *base_url);

G_END_DECLS
