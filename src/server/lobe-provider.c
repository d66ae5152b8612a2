/* lobe-provider.c: well-known providers and programs, which are data: name, protocol, address, where a key is had */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-provider.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "lobe-server-resources.h"
#include "server/lobe-address.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#define RESOURCE "/org/lobe/Chat/server/providers.json"

/**
 * LobeProvider:
 *
 * What a person need not look up to add a server: data/providers.json. Each has `id`, `name`, `protocol`, and `url` or,
 * where everybody has an address of their own, an `example`; `key` is "none", "optional" or "required", `key_page` a web
 * page that is only shown, and `options` are those of [method@Account.set_options], such as headers.
 */
struct _LobeProvider
{
  GObject          parent_instance;

  char            *id;
  char            *name;
  char            *protocol;
  char            *url;
  char            *example;
  char            *key_page;
  char            *options;
  LobeProviderKey  key;
};

G_DEFINE_FINAL_TYPE (LobeProvider, lobe_provider, G_TYPE_OBJECT)

static void
lobe_provider_finalize (GObject *object)
{
  LobeProvider *self = LOBE_PROVIDER (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->protocol);
  g_free (self->url);
  g_free (self->example);
  g_free (self->key_page);
  g_free (self->options);

  G_OBJECT_CLASS (lobe_provider_parent_class)->finalize (object);
}

static void
lobe_provider_class_init (LobeProviderClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_provider_finalize;
}

static void
lobe_provider_init (LobeProvider *self)
{
}

static LobeProvider *
read_provider (JsonObject *object)
{
  static const char *const keys[] = { "none", "optional", "required" };
  g_autoptr (LobeProvider) self = g_object_new (LOBE_TYPE_PROVIDER, NULL);
  const char *key = lobe_json_string (object, "key");
  gboolean known = FALSE;

  self->id = g_strdup (lobe_json_string (object, "id"));
  self->name = g_strdup (lobe_json_string (object, "name"));
  self->protocol = g_strdup (lobe_json_string (object, "protocol"));
  self->url = g_strdup (lobe_json_string (object, "url"));
  self->example = g_strdup (lobe_json_string (object, "example"));
  self->key_page = g_strdup (lobe_json_string (object, "key_page"));
  if (lobe_json_object (object, "options") != NULL)
    self->options = lobe_json_to_string (json_object_get_member (object, "options"), FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      if (g_strcmp0 (key, keys[i]) != 0)
        continue;
      self->key = i;
      known = TRUE;
    }

  if (self->id == NULL || self->name == NULL || self->protocol == NULL || (self->url == NULL) == (self->example == NULL) || !known)
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * lobe_provider_parse:
 * @json: as data/providers.json
 * @length: bytes of it, or -1
 * @error: where to put that it is not that: %LOBE_ERROR_INVALID
 *
 * Returns: (transfer full) (element-type LobeProvider): the providers
 */
GPtrArray *
lobe_provider_parse (const char  *json,
                     gssize       length,
                     GError     **error)
{
  g_autoptr (GPtrArray) providers = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (JsonNode) root = lobe_json_parse (json, length, NULL);
  JsonArray *array = lobe_json_array (lobe_json_get_object (root), "providers");

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      LobeProvider *provider = read_provider (lobe_json_element (array, i));

      if (provider == NULL)
        {
          g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("Number %u of the list of providers is incomplete."), i + 1);
          return NULL;
        }
      g_ptr_array_add (providers, provider);
    }

  if (array == NULL)
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("This is no list of providers."));
      return NULL;
    }

  return g_steal_pointer (&providers);
}

/**
 * lobe_provider_load:
 *
 * Returns: (transfer full) (element-type LobeProvider): the providers that this program comes with, local programs first
 */
GPtrArray *
lobe_provider_load (void)
{
  g_autoptr (GBytes) data = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *providers;

  data = g_resource_lookup_data (lobe_server_get_resource (), RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
  g_assert_no_error (error); /* it is part of this library */
  providers = lobe_provider_parse (g_bytes_get_data (data, NULL), g_bytes_get_size (data), &error);
  g_assert_no_error (error);

  return providers;
}

/**
 * lobe_provider_find:
 * @providers: (element-type LobeProvider): providers
 * @id: an id
 *
 * Returns: (transfer none) (nullable): the one with that id
 */
LobeProvider *
lobe_provider_find (GPtrArray  *providers,
                    const char *id)
{
  g_return_val_if_fail (providers != NULL, NULL);

  for (guint i = 0; i < providers->len; i++)
    {
      LobeProvider *provider = providers->pdata[i];

      if (g_strcmp0 (provider->id, id) == 0)
        return provider;
    }

  return NULL;
}

/**
 * lobe_provider_get_id:
 * @self: a provider
 *
 * Returns: (transfer none): a short name that stays
 */
const char *
lobe_provider_get_id (LobeProvider *self)
{
  g_return_val_if_fail (LOBE_IS_PROVIDER (self), NULL);

  return self->id;
}

/**
 * lobe_provider_get_name:
 * @self: a provider
 *
 * Returns: (transfer none): what it calls itself
 */
const char *
lobe_provider_get_name (LobeProvider *self)
{
  g_return_val_if_fail (LOBE_IS_PROVIDER (self), NULL);

  return self->name;
}

/**
 * lobe_provider_get_protocol:
 * @self: a provider
 *
 * Returns: (transfer none): the short name of the protocol that it speaks
 */
const char *
lobe_provider_get_protocol (LobeProvider *self)
{
  g_return_val_if_fail (LOBE_IS_PROVIDER (self), NULL);

  return self->protocol;
}

/**
 * lobe_provider_get_url:
 * @self: a provider
 *
 * Returns: (transfer none) (nullable): its address; %NULL when everybody has their own
 */
const char *
lobe_provider_get_url (LobeProvider *self)
{
  g_return_val_if_fail (LOBE_IS_PROVIDER (self), NULL);

  return self->url;
}

/**
 * lobe_provider_get_example:
 * @self: a provider
 *
 * Returns: (transfer none) (nullable): what an address looks like, where everybody has their own
 */
const char *
lobe_provider_get_example (LobeProvider *self)
{
  g_return_val_if_fail (LOBE_IS_PROVIDER (self), NULL);

  return self->example;
}

/**
 * lobe_provider_get_key:
 * @self: a provider
 *
 * Returns: whether it wants a key
 */
LobeProviderKey
lobe_provider_get_key (LobeProvider *self)
{
  g_return_val_if_fail (LOBE_IS_PROVIDER (self), LOBE_PROVIDER_KEY_OPTIONAL);

  return self->key;
}

/**
 * lobe_provider_get_key_page:
 * @self: a provider
 *
 * Returns: (transfer none) (nullable): the web page where a key is had, only to be shown
 */
const char *
lobe_provider_get_key_page (LobeProvider *self)
{
  g_return_val_if_fail (LOBE_IS_PROVIDER (self), NULL);

  return self->key_page;
}

/**
 * lobe_provider_is_local:
 * @self: a provider
 *
 * Returns: whether it is a program that people run themselves
 */
gboolean
lobe_provider_is_local (LobeProvider *self)
{
  g_return_val_if_fail (LOBE_IS_PROVIDER (self), FALSE);

  return self->url != NULL && lobe_address_is_loopback (self->url);
}

/**
 * lobe_provider_make_account:
 * @self: a provider
 *
 * Returns: (transfer full): an account there, without an id and a key
 */
LobeAccount *
lobe_provider_make_account (LobeProvider *self)
{
  LobeAccount *account;

  g_return_val_if_fail (LOBE_IS_PROVIDER (self), NULL);

  account = lobe_account_new (NULL, self->name, self->protocol, self->url);
  lobe_account_set_options (account, self->options);

  return account;
}
