/* lobe-server-table.c: the table of accounts on model servers */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-server-table.h"

/* the columns in the order in which save () binds them, after the id */
#define COLUMNS "name, protocol, url, secret, enabled, pool, concurrency, requests_per_minute, options"

static guint
read_limit (sqlite3_stmt *statement,
            int           column)
{
  return CLAMP (sqlite3_column_int64 (statement, column), 0, G_MAXINT32);
}

static LobeAccount *
read_account (sqlite3_stmt *statement)
{
  LobeAccount *account = lobe_account_new ((const char *) sqlite3_column_text (statement, 0),
                                           (const char *) sqlite3_column_text (statement, 1),
                                           (const char *) sqlite3_column_text (statement, 2),
                                           (const char *) sqlite3_column_text (statement, 3));

  account->secret = g_strdup ((const char *) sqlite3_column_text (statement, 4));
  account->enabled = sqlite3_column_int (statement, 5) != 0;
  account->pool = g_strdup ((const char *) sqlite3_column_text (statement, 6));
  account->concurrency = read_limit (statement, 7);
  account->requests_per_minute = read_limit (statement, 8);
  lobe_account_set_options (account, (const char *) sqlite3_column_text (statement, 9));

  return account;
}

/**
 * lobe_server_table_load: (skip)
 * @database: the database
 * @error: return location
 *
 * Returns: (transfer full) (element-type LobeAccount): all accounts in the person's order
 */
GPtrArray *
lobe_server_table_load (LobeDatabase  *database,
                        GError       **error)
{
  g_autoptr (GPtrArray) accounts = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_account_free);
  sqlite3_stmt *statement = lobe_database_query (database, error,
                                                 "SELECT id, " COLUMNS " FROM server ORDER BY position, id", "");
  GError *step_error = NULL;

  if (statement == NULL)
    return NULL;

  while (lobe_database_next (database, statement, &step_error))
    g_ptr_array_add (accounts, read_account (statement));

  if (step_error != NULL)
    {
      g_propagate_error (error, step_error);
      return NULL;
    }

  return g_steal_pointer (&accounts);
}

/**
 * lobe_server_table_save: (skip)
 * @database: the database, in a transaction
 * @account: an account
 * @added: whether it is to be there from now on; else it is written only if nobody removed it
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
lobe_server_table_save (LobeDatabase       *database,
                        const LobeAccount  *account,
                        gboolean            added,
                        GError            **error)
{
  g_autofree char *options = lobe_account_get_options (account);

  if (added && !lobe_database_execute (database, error,
                                       "INSERT INTO server (id, position, name, protocol, url) "
                                       "SELECT ?1, coalesce (max (position) + 1, 0), '', '', '' FROM server WHERE true "
                                       "ON CONFLICT (id) DO NOTHING", "s", account->id))
    return FALSE;

  return lobe_database_execute (database, error,
                                "UPDATE server SET (" COLUMNS ") = (?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) WHERE id = ?1",
                                "sssssisuus", account->id, account->name, account->protocol, account->url, account->secret,
                                (gint64) account->enabled, account->pool,
                                account->concurrency > 0 ? (gint64) account->concurrency : (gint64) -1,
                                account->requests_per_minute > 0 ? (gint64) account->requests_per_minute : (gint64) -1,
                                options);
}

/**
 * lobe_server_table_remove: (skip)
 * @database: the database, in a transaction
 * @id: an account's id
 * @error: return location
 *
 * Returns: whether it is not there any more
 */
gboolean
lobe_server_table_remove (LobeDatabase  *database,
                          const char    *id,
                          GError       **error)
{
  return lobe_database_execute (database, error, "DELETE FROM server WHERE id = ?1", "s", id);
}

/**
 * lobe_server_table_order: (skip)
 * @database: the database, in a transaction
 * @ids: (array zero-terminated=1): ids of accounts
 * @error: return location
 *
 * Puts the accounts in this order. Others, which somebody else has added, stay where they are.
 *
 * Returns: whether it was written
 */
gboolean
lobe_server_table_order (LobeDatabase        *database,
                         const char * const  *ids,
                         GError             **error)
{
  for (gint64 i = 0; ids[i] != NULL; i++)
    {
      if (!lobe_database_execute (database, error, "UPDATE server SET position = ?2 WHERE id = ?1", "si", ids[i], i))
        return FALSE;
    }

  return TRUE;
}
