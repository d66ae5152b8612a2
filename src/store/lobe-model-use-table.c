/* lobe-model-use-table.c: the table of how models are used */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-model-use-table.h"

/**
 * lobe_model_use_table_load: (skip)
 * @database: the database
 * @error: return location
 *
 * Returns: (transfer full) (element-type LobeModelUse): all of them
 */
GPtrArray *
lobe_model_use_table_load (LobeDatabase  *database,
                           GError       **error)
{
  g_autoptr (GPtrArray) uses = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_model_use_free);
  sqlite3_stmt *statement = lobe_database_query (database, error,
                                                 "SELECT server, model, favourite, coalesce (used, 0) FROM model_use", "");
  GError *step_error = NULL;

  if (statement == NULL)
    return NULL;

  while (lobe_database_next (database, statement, &step_error))
    g_ptr_array_add (uses, lobe_model_use_new ((const char *) sqlite3_column_text (statement, 0),
                                               (const char *) sqlite3_column_text (statement, 1),
                                               sqlite3_column_int (statement, 2) != 0,
                                               sqlite3_column_int64 (statement, 3)));

  if (step_error != NULL)
    {
      g_propagate_error (error, step_error);
      return NULL;
    }

  return g_steal_pointer (&uses);
}

/**
 * lobe_model_use_table_save: (skip)
 * @database: the database, in a transaction
 * @use: how a model is used now
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
lobe_model_use_table_save (LobeDatabase        *database,
                           const LobeModelUse  *use,
                           GError             **error)
{
  return lobe_database_execute (database, error,
                                "INSERT INTO model_use (server, model, favourite, used) VALUES (?1, ?2, ?3, nullif (?4, 0)) "
                                "ON CONFLICT (server, model) DO UPDATE SET favourite = excluded.favourite, "
                                "used = max (coalesce (used, 0), coalesce (excluded.used, 0))",
                                "ssii", use->server, use->model, (gint64) use->favourite, use->used);
}
