/* lobe-setting-table.h: the table of settings */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/lobe-database.h"

G_BEGIN_DECLS

gboolean lobe_setting_table_get (LobeDatabase  *database,
                                 const char    *name,
                                 char         **value,
                                 GError       **error);
gboolean lobe_setting_table_set (LobeDatabase  *database,
                                 const char    *name,
                                 const char    *value,
                                 GError       **error);

G_END_DECLS
