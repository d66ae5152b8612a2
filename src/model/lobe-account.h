/* lobe-account.h: what a person said of a model server: where it is, how to get there and in, what to mind */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define LOBE_TYPE_ACCOUNT (lobe_account_get_type ())

/**
 * LobeAccount:
 * @id: a name that stays, without a slash
 * @name: what the person calls it
 * @protocol: the short name of the protocol spoken there
 * @url: the base URL, without name, password or fragment
 * @secret: (nullable): a reference to the key, never the key itself: "keyring:…", "env:NAME" or "file:/path"
 * @enabled: whether it is used
 * @pool: (nullable): servers with the same word here serve the same models and stand in for each other
 * @concurrency: at most so many requests at once; 0 as many as it takes
 * @requests_per_minute: at most so many requests a minute; 0 as many as it takes
 * @headers: (element-type utf8 utf8): what every request says beside what the protocol wants, by lower-case name
 * @secret_headers: (element-type utf8 utf8): the same, whose values are references like @secret
 * @body: (nullable): a JSON object as text, whose members go into the body of every request for an answer
 * @ca_file: (nullable) (type filename): certificates in PEM that are trusted there beside the system's
 * @certificate_file: (nullable) (type filename): the certificate in PEM that shows who we are
 * @key_file: (nullable) (type filename): its private key, where that isn't in the same file
 * @proxy: (nullable): the address of the proxy that leads there; %NULL asks the system
 *
 * A plain value: whoever has a copy may change it. Nothing in it is secret.
 */
typedef struct
{
  char       *id;
  char       *name;
  char       *protocol;
  char       *url;
  char       *secret;
  gboolean    enabled;
  char       *pool;
  guint       concurrency;
  guint       requests_per_minute;
  GHashTable *headers;
  GHashTable *secret_headers;
  char       *body;
  char       *ca_file;
  char       *certificate_file;
  char       *key_file;
  char       *proxy;
} LobeAccount;

GType        lobe_account_get_type    (void) G_GNUC_CONST;
LobeAccount *lobe_account_new         (const char         *id,
                                       const char         *name,
                                       const char         *protocol,
                                       const char         *url);
LobeAccount *lobe_account_copy        (const LobeAccount  *self);
void         lobe_account_free        (LobeAccount        *self);
gboolean     lobe_account_equal       (const LobeAccount  *self,
                                       const LobeAccount  *other);
void         lobe_account_set_header  (LobeAccount        *self,
                                       const char         *name,
                                       const char         *value,
                                       const char         *reference);
gboolean     lobe_account_set_body    (LobeAccount        *self,
                                       const char         *body,
                                       GError            **error);
char        *lobe_account_get_options (const LobeAccount  *self);
void         lobe_account_set_options (LobeAccount        *self,
                                       const char         *options);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeAccount, lobe_account_free)

G_END_DECLS
