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
  sqlite3_stmt *statement;
  GError *step_error = NULL;

  *value = NULL;

  statement = lobe_database_query (database, error, "SELECT value FROM setting WHERE name = ?1", "s", name);
  if (statement == NULL)
    return FALSE;

  while (lobe_database_next (database, statement, &step_error))
    g_set_str (value, (const char *) sqlite3_column_text (statement, 0));

  if (step_error != NULL)
    {
      g_clear_pointer (value, g_free);
      g_propagate_error (error, step_error);
      return FALSE;
    }

  return TRUE;
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
