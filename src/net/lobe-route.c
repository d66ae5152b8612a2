/* lobe-route.c: the way to a server: whom to trust, what shows who we are, which proxy leads there */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "net/lobe-route.h"

/**
 * LobeRoute:
 *
 * What a person said of the way to a server, beside its address. It does not change once it is made. %NULL in its place is
 * the usual way: what the system trusts, no certificate of ours, and the system's proxy.
 */
struct _LobeRoute
{
  char *ca_file;
  char *certificate_file;
  char *key_file;
  char *proxy;
};

G_DEFINE_BOXED_TYPE (LobeRoute, lobe_route, lobe_route_ref, lobe_route_unref)

/**
 * lobe_route_new:
 * @ca_file: (nullable) (type filename): certificates in PEM that are trusted there beside the system's
 * @certificate_file: (nullable) (type filename): the certificate in PEM that shows who we are, with those that lead to its
 *   authority
 * @key_file: (nullable) (type filename): its private key in PEM; %NULL when it is in @certificate_file. Whichever holds the
 *   key must not be readable by others
 * @proxy: (nullable): the address of a proxy; %NULL asks the system
 *
 * Returns: (transfer full) (nullable): the way; %NULL when it is the usual one
 */
LobeRoute *
lobe_route_new (const char *ca_file,
                const char *certificate_file,
                const char *key_file,
                const char *proxy)
{
  LobeRoute *self;

  if (ca_file == NULL && certificate_file == NULL && proxy == NULL)
    return NULL;

  self = g_atomic_rc_box_new0 (LobeRoute);
  self->ca_file = g_strdup (ca_file);
  self->certificate_file = g_strdup (certificate_file);
  self->key_file = g_strdup (key_file);
  self->proxy = g_strdup (proxy);

  return self;
}

/**
 * lobe_route_ref:
 * @self: a way
 *
 * Returns: (transfer full): @self
 */
LobeRoute *
lobe_route_ref (LobeRoute *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
clear (gpointer data)
{
  LobeRoute *self = data;

  g_free (self->ca_file);
  g_free (self->certificate_file);
  g_free (self->key_file);
  g_free (self->proxy);
}

/**
 * lobe_route_unref:
 * @self: (transfer full): a way
 */
void
lobe_route_unref (LobeRoute *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/**
 * lobe_route_without_certificate:
 * @self: (nullable): a way
 *
 * Returns: (transfer full) (nullable): the way to somebody else, who need not know who we are
 */
LobeRoute *
lobe_route_without_certificate (LobeRoute *self)
{
  if (self == NULL || self->certificate_file == NULL)
    return self != NULL ? lobe_route_ref (self) : NULL;

  return lobe_route_new (self->ca_file, NULL, NULL, self->proxy);
}

/**
 * lobe_route_get_ca_file:
 * @self: a way
 *
 * Returns: (transfer none) (nullable) (type filename): certificates that are trusted beside the system's
 */
const char *
lobe_route_get_ca_file (LobeRoute *self)
{
  return self->ca_file;
}

/**
 * lobe_route_get_certificate_file:
 * @self: a way
 *
 * Returns: (transfer none) (nullable) (type filename): the certificate that shows who we are
 */
const char *
lobe_route_get_certificate_file (LobeRoute *self)
{
  return self->certificate_file;
}

/**
 * lobe_route_get_key_file:
 * @self: a way
 *
 * Returns: (transfer none) (nullable) (type filename): the private key of our certificate
 */
const char *
lobe_route_get_key_file (LobeRoute *self)
{
  return self->key_file;
}

/**
 * lobe_route_get_proxy:
 * @self: a way
 *
 * Returns: (transfer none) (nullable): the address of a proxy
 */
const char *
lobe_route_get_proxy (LobeRoute *self)
{
  return self->proxy;
}

static guint
hash (const char *text)
{
  return text != NULL ? g_str_hash (text) : 0;
}

/**
 * lobe_route_hash:
 * @self: (nullable): a way
 *
 * Returns: a hash that is the same for equal ways
 */
guint
lobe_route_hash (LobeRoute *self)
{
  return self != NULL ? hash (self->ca_file) ^ (hash (self->certificate_file) * 3) ^ (hash (self->proxy) * 5) : 0;
}

/**
 * lobe_route_equal:
 * @self: (nullable): a way
 * @other: (nullable): another
 *
 * Returns: whether both are the same
 */
gboolean
lobe_route_equal (LobeRoute *self,
                  LobeRoute *other)
{
  if (self == NULL || other == NULL)
    return self == other;

  return g_strcmp0 (self->ca_file, other->ca_file) == 0 && g_strcmp0 (self->certificate_file, other->certificate_file) == 0
         && g_strcmp0 (self->key_file, other->key_file) == 0 && g_strcmp0 (self->proxy, other->proxy) == 0;
}
