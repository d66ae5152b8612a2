/* lobe-route.h: the way to a server: whom to trust, what shows who we are, which proxy leads there */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define LOBE_TYPE_ROUTE (lobe_route_get_type ())

typedef struct _LobeRoute LobeRoute;

GType       lobe_route_get_type             (void) G_GNUC_CONST;
LobeRoute  *lobe_route_new                  (const char *ca_file,
                                             const char *certificate_file,
                                             const char *key_file,
                                             const char *proxy);
LobeRoute  *lobe_route_ref                  (LobeRoute  *self);
void        lobe_route_unref                (LobeRoute  *self);
LobeRoute  *lobe_route_without_certificate  (LobeRoute  *self);
const char *lobe_route_get_ca_file          (LobeRoute  *self);
const char *lobe_route_get_certificate_file (LobeRoute  *self);
const char *lobe_route_get_key_file         (LobeRoute  *self);
const char *lobe_route_get_proxy            (LobeRoute  *self);
guint       lobe_route_hash                 (LobeRoute  *self);
gboolean    lobe_route_equal                (LobeRoute  *self,
                                             LobeRoute  *other);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeRoute, lobe_route_unref)

G_END_DECLS
