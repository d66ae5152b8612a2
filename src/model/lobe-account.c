/* lobe-account.c: what a person said of a model server: where it is, how to get there and in, what to mind */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/lobe-account.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

G_DEFINE_BOXED_TYPE (LobeAccount, lobe_account, lobe_account_copy, lobe_account_free)

static GHashTable *
new_table (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * lobe_account_new:
 * @id: (nullable): a name that stays, without a slash
 * @name: (nullable): what the person calls it
 * @protocol: (nullable): the short name of the protocol spoken there
 * @url: (nullable): the base URL
 *
 * Returns: (transfer full): an account that is enabled, without a key and without limits
 */
LobeAccount *
lobe_account_new (const char *id,
                  const char *name,
                  const char *protocol,
                  const char *url)
{
  LobeAccount *self = g_new0 (LobeAccount, 1);

  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->protocol = g_strdup (protocol);
  self->url = g_strdup (url);
  self->enabled = TRUE;
  self->headers = new_table ();
  self->secret_headers = new_table ();

  return self;
}

static void
copy_table (GHashTable *from,
            GHashTable *to)
{
  GHashTableIter iter;
  gpointer name, value;

  g_hash_table_iter_init (&iter, from);
  while (g_hash_table_iter_next (&iter, &name, &value))
    g_hash_table_replace (to, g_strdup (name), g_strdup (value));
}

/**
 * lobe_account_copy:
 * @self: an account
 *
 * Returns: (transfer full): a copy
 */
LobeAccount *
lobe_account_copy (const LobeAccount *self)
{
  LobeAccount *copy = lobe_account_new (self->id, self->name, self->protocol, self->url);

  copy->secret = g_strdup (self->secret);
  copy->enabled = self->enabled;
  copy->pool = g_strdup (self->pool);
  copy->concurrency = self->concurrency;
  copy->requests_per_minute = self->requests_per_minute;
  copy_table (self->headers, copy->headers);
  copy_table (self->secret_headers, copy->secret_headers);
  copy->body = g_strdup (self->body);
  copy->ca_file = g_strdup (self->ca_file);
  copy->certificate_file = g_strdup (self->certificate_file);
  copy->key_file = g_strdup (self->key_file);
  copy->proxy = g_strdup (self->proxy);

  return copy;
}

/**
 * lobe_account_free:
 * @self: (transfer full): an account
 */
void
lobe_account_free (LobeAccount *self)
{
  g_free (self->id);
  g_free (self->name);
  g_free (self->protocol);
  g_free (self->url);
  g_free (self->secret);
  g_free (self->pool);
  g_hash_table_unref (self->headers);
  g_hash_table_unref (self->secret_headers);
  g_free (self->body);
  g_free (self->ca_file);
  g_free (self->certificate_file);
  g_free (self->key_file);
  g_free (self->proxy);
  g_free (self);
}

/**
 * lobe_account_equal:
 * @self: an account
 * @other: another
 *
 * Returns: whether both say the same
 */
gboolean
lobe_account_equal (const LobeAccount *self,
                    const LobeAccount *other)
{
  g_autofree char *options = lobe_account_get_options (self);
  g_autofree char *other_options = lobe_account_get_options (other);

  return g_strcmp0 (self->id, other->id) == 0 && g_strcmp0 (self->name, other->name) == 0
         && g_strcmp0 (self->protocol, other->protocol) == 0 && g_strcmp0 (self->url, other->url) == 0
         && g_strcmp0 (self->secret, other->secret) == 0 && self->enabled == other->enabled
         && g_strcmp0 (self->pool, other->pool) == 0 && self->concurrency == other->concurrency
         && self->requests_per_minute == other->requests_per_minute && g_str_equal (options, other_options);
}

/**
 * lobe_account_set_header:
 * @self: an account
 * @name: a header's name, in any case
 * @value: (nullable): what every request says in it
 * @reference: (nullable): in place of @value, where what is said comes from
 *
 * Sets a header; without @value and @reference it is taken away.
 */
void
lobe_account_set_header (LobeAccount *self,
                         const char  *name,
                         const char  *value,
                         const char  *reference)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  g_hash_table_remove (self->headers, lower);
  g_hash_table_remove (self->secret_headers, lower);
  if (reference != NULL)
    g_hash_table_replace (self->secret_headers, g_steal_pointer (&lower), g_strdup (reference));
  else if (value != NULL)
    g_hash_table_replace (self->headers, g_steal_pointer (&lower), g_strdup (value));
}

/**
 * lobe_account_set_body:
 * @self: an account
 * @body: (nullable): a JSON object as text; %NULL or "" for none
 * @error: where to put that it is none: %LOBE_ERROR_INVALID
 *
 * Returns: whether @body was taken
 */
gboolean
lobe_account_set_body (LobeAccount  *self,
                       const char   *body,
                       GError      **error)
{
  g_autoptr (JsonNode) node = NULL;

  if (body == NULL || *body == '\0')
    {
      g_clear_pointer (&self->body, g_free);
      return TRUE;
    }

  node = lobe_json_parse (body, -1, NULL);
  if (lobe_json_get_object (node) == NULL)
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INVALID,
                           _("What is to be added to requests must be a JSON object, such as {\"top_k\": 40}."));
      return FALSE;
    }

  g_free (self->body);
  self->body = lobe_json_to_string (node, FALSE);

  return TRUE;
}

static void
add_table (JsonBuilder *builder,
           const char  *member,
           GHashTable  *table)
{
  g_autoptr (GList) names = NULL;

  if (g_hash_table_size (table) == 0)
    return;

  names = g_list_sort (g_hash_table_get_keys (table), (GCompareFunc) g_strcmp0);
  lobe_json_begin_object (builder, member);
  for (GList *l = names; l != NULL; l = l->next)
    lobe_json_add_string (builder, l->data, g_hash_table_lookup (table, l->data));
  json_builder_end_object (builder);
}

static void
add_string (JsonBuilder *builder,
            const char  *member,
            const char  *value)
{
  if (value != NULL)
    lobe_json_add_string (builder, member, value);
}

/**
 * lobe_account_get_options:
 * @self: an account
 *
 * What few accounts have, as one text: headers, body, certificates, proxy. The same account always gives the same.
 *
 * Returns: (transfer full): a JSON object
 */
char *
lobe_account_get_options (const LobeAccount *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) body = self->body != NULL ? lobe_json_parse (self->body, -1, NULL) : NULL;

  json_builder_begin_object (builder);
  add_table (builder, "headers", self->headers);
  add_table (builder, "secret_headers", self->secret_headers);
  if (body != NULL)
    {
      json_builder_set_member_name (builder, "body");
      json_builder_add_value (builder, g_steal_pointer (&body));
    }
  add_string (builder, "ca", self->ca_file);
  add_string (builder, "certificate", self->certificate_file);
  add_string (builder, "key", self->key_file);
  add_string (builder, "proxy", self->proxy);
  json_builder_end_object (builder);

  return lobe_json_take_string (builder);
}

static void
read_table (JsonObject *object,
            GHashTable *table)
{
  JsonObjectIter iter;
  const char *name;

  g_hash_table_remove_all (table);
  if (object == NULL)
    return;

  json_object_iter_init (&iter, object);
  while (json_object_iter_next (&iter, &name, NULL))
    {
      const char *value = lobe_json_string (object, name);

      if (value != NULL)
        g_hash_table_replace (table, g_ascii_strdown (name, -1), g_strdup (value));
    }
}

/**
 * lobe_account_set_options:
 * @self: an account
 * @options: (nullable): what lobe_account_get_options () gave; what is damaged in it counts as not there
 */
void
lobe_account_set_options (LobeAccount *self,
                          const char  *options)
{
  g_autoptr (JsonNode) root = options != NULL ? lobe_json_parse (options, -1, NULL) : NULL;
  JsonObject *object = lobe_json_get_object (root);
  JsonObject *body = lobe_json_object (object, "body");

  read_table (lobe_json_object (object, "headers"), self->headers);
  read_table (lobe_json_object (object, "secret_headers"), self->secret_headers);
  g_clear_pointer (&self->body, g_free);
  if (body != NULL)
    self->body = lobe_json_to_string (json_object_get_member (object, "body"), FALSE);
  g_set_str (&self->ca_file, lobe_json_string (object, "ca"));
  g_set_str (&self->certificate_file, lobe_json_string (object, "certificate"));
  g_set_str (&self->key_file, lobe_json_string (object, "key"));
  g_set_str (&self->proxy, lobe_json_string (object, "proxy"));
}
