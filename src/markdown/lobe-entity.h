/* lobe-entity.h: what an HTML character reference stands for */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

void lobe_entity_append (GString    *to,
                         const char *entity,
                         gsize       length);

G_END_DECLS
