/* lobe-provider.h: well-known providers and programs, which are data: name, protocol, address, where a key is had */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-account.h"

G_BEGIN_DECLS

/**
 * LobeProviderKey:
 * @LOBE_PROVIDER_KEY_NONE: it knows no keys
 * @LOBE_PROVIDER_KEY_OPTIONAL: its operator may want one
 * @LOBE_PROVIDER_KEY_REQUIRED: nobody gets in without
 */
typedef enum
{
  LOBE_PROVIDER_KEY_NONE,
  LOBE_PROVIDER_KEY_OPTIONAL,
  LOBE_PROVIDER_KEY_REQUIRED,
} LobeProviderKey;

#define LOBE_TYPE_PROVIDER (lobe_provider_get_type ())

G_DECLARE_FINAL_TYPE (LobeProvider, lobe_provider, LOBE, PROVIDER, GObject)

GPtrArray       *lobe_provider_load         (void);
GPtrArray       *lobe_provider_parse        (const char    *json,
                                             gssize         length,
                                             GError       **error);
LobeProvider    *lobe_provider_find         (GPtrArray     *providers,
                                             const char    *id);
const char      *lobe_provider_get_id       (LobeProvider  *self);
const char      *lobe_provider_get_name     (LobeProvider  *self);
const char      *lobe_provider_get_protocol (LobeProvider  *self);
const char      *lobe_provider_get_url      (LobeProvider  *self);
const char      *lobe_provider_get_example  (LobeProvider  *self);
LobeProviderKey  lobe_provider_get_key      (LobeProvider  *self);
const char      *lobe_provider_get_key_page (LobeProvider  *self);
gboolean         lobe_provider_is_local     (LobeProvider  *self);
LobeAccount     *lobe_provider_make_account (LobeProvider  *self);

G_END_DECLS
