/* lobe-setting-table.c: the table of settings */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-setting-table.h"

/**
 * lobe_setting_table_get: (skip)
 * @database: the database
 * @name: which
 * @value: (out) (transfer full) (nullable): its value; %NULL when it was never set
 * @error: return location
 *
 * Returns: whether it could be looked up
 */
gboolean
lobe_setting_table_get (LobeDatabase  *database,
                        const char    *name,
                        char         **value,
                        GError       **error)
{
  return lobe_database_text (database, "SELECT value FROM setting WHERE name = ?1", name, value, error);
}

/**
 * lobe_setting_table_set: (skip)
 * @database: the database, in a transaction
 * @name: which
 * @value: (nullable): its value; %NULL to forget it
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
lobe_setting_table_set (LobeDatabase  *database,
                        const char    *name,
                        const char    *value,
                        GError       **error)
{
  if (value == NULL)
    return lobe_database_execute (database, error, "DELETE FROM setting WHERE name = ?1", "s", name);

  return lobe_database_execute (database, error,
                                "INSERT INTO setting (name, value) VALUES (?1, ?2) "
                                "ON CONFLICT (name) DO UPDATE SET value = excluded.value", "ss", name, value);
}
