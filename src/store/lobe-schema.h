/* lobe-schema.h: brings a file to the schema that this program knows */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/lobe-database.h"

G_BEGIN_DECLS

gboolean lobe_schema_update (LobeDatabase  *self,
                             GError       **error);

G_END_DECLS
