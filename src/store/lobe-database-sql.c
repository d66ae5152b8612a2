/* lobe-database-sql.c: the connection to the file, on the database thread only */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-database-private.h"

#include "base/lobe-error.h"
#include "store/lobe-schema.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gio.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>

void
lobe_database_disconnect (LobeDatabase *self)
{
  g_hash_table_remove_all (self->statements);
  g_clear_pointer (&self->db, sqlite3_close);
}

/* LOBE_ERROR_STORE and LOBE_ERROR_BUSY may go away by themselves or by what the person does, so a write that got them is
 * worth another try. LOBE_ERROR_FAILED is our own mistake and stays. */
static void
set_error (LobeDatabase  *self,
           int            code,
           GError       **error)
{
  switch (code & 0xff)
    {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_BUSY,
                           _("The chats are in use by another program that does not let go of them."));
      break;

    case SQLITE_FULL:
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_STORE,
                           _("The disk is full, so chats can’t be saved."));
      break;

    case SQLITE_READONLY:
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
    case SQLITE_AUTH:
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_STORE,
                   /* Translators: a file name */
                   _("The file “%s” can’t be written, so chats can’t be saved."), self->path);
      break;

    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_STORE,
                   /* Translators: a file name */
                   _("The file “%s” is damaged or is not a file of this program."), self->path);
      break;

    case SQLITE_IOERR:
    case SQLITE_NOMEM:
    case SQLITE_PROTOCOL:
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_STORE,
                   /* Translators: a file name, and what the system says */
                   _("The file “%s” can’t be read or written: %s."), self->path,
                   self->db != NULL ? sqlite3_errmsg (self->db) : sqlite3_errstr (code));
      break;

    default:
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_FAILED,
                   /* Translators: what the database says */
                   _("The database of chats did not accept a command: %s."),
                   self->db != NULL ? sqlite3_errmsg (self->db) : sqlite3_errstr (code));
      break;
    }
}

static gboolean
check_open (LobeDatabase  *self,
            GError       **error)
{
  if (self->db != NULL)
    return TRUE;

  g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_STORE, _("The chats could not be opened."));
  return FALSE;
}

/* The caller keeps what it binds alive until the statement was stepped, so nothing is copied. */
static sqlite3_stmt *
prepare (LobeDatabase  *self,
         GError       **error,
         const char    *sql,
         const char    *types,
         va_list        args)
{
  sqlite3_stmt *statement;
  int result;

  if (!check_open (self, error))
    return NULL;

  statement = g_hash_table_lookup (self->statements, sql);
  if (statement == NULL)
    {
      result = sqlite3_prepare_v3 (self->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
      if (result != SQLITE_OK)
        {
          set_error (self, result, error);
          return NULL;
        }
      g_hash_table_insert (self->statements, (gpointer) sql, statement);
    }

  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);

  for (int i = 1; *types != '\0'; i++, types++)
    {
      switch (*types)
        {
        case 's':
          {
            const char *text = va_arg (args, const char *);

            result = text == NULL ? SQLITE_OK : sqlite3_bind_text (statement, i, text, -1, SQLITE_STATIC);
            break;
          }
        case 't':
          {
            const char *text = va_arg (args, const char *);
            gsize length = va_arg (args, gsize);

            result = text == NULL ? SQLITE_OK : sqlite3_bind_text64 (statement, i, text, length, SQLITE_STATIC, SQLITE_UTF8);
            break;
          }
        case 'i':
          result = sqlite3_bind_int64 (statement, i, va_arg (args, gint64));
          break;
        case 'u': /* unknown when negative */
          {
            gint64 value = va_arg (args, gint64);

            result = value < 0 ? SQLITE_OK : sqlite3_bind_int64 (statement, i, value);
            break;
          }
        case 'd': /* unknown when negative */
          {
            double value = va_arg (args, double);

            result = value < 0 ? SQLITE_OK : sqlite3_bind_double (statement, i, value);
            break;
          }
        default:
          g_assert_not_reached ();
        }

      if (result != SQLITE_OK)
        {
          set_error (self, result, error);
          return NULL;
        }
    }

  return statement;
}

/**
 * lobe_database_query: (skip)
 * @self: a database
 * @error: return location
 * @sql: a string literal
 * @types: what follows, a letter each: s a string or %NULL; t a string and its length in bytes (#gsize); i a #gint64;
 *   u a #gint64 and d a double, which become NULL when negative
 * @...: values, which must live until the last row was read
 *
 * Prepares a statement, or takes it from those prepared before.
 *
 * Returns: (transfer none) (nullable): the statement, for lobe_database_next ()
 */
sqlite3_stmt *
lobe_database_query (LobeDatabase  *self,
                     GError       **error,
                     const char    *sql,
                     const char    *types,
                     ...)
{
  sqlite3_stmt *statement;
  va_list args;

  va_start (args, types);
  statement = prepare (self, error, sql, types, args);
  va_end (args);

  return statement;
}

/**
 * lobe_database_next: (skip)
 * @self: a database
 * @statement: from lobe_database_query ()
 * @error: (inout): set on failure; a caller that loops looks at it at the end
 *
 * The last call ends the statement's read transaction.
 *
 * Returns: whether there is a further row
 */
gboolean
lobe_database_next (LobeDatabase  *self,
                    sqlite3_stmt  *statement,
                    GError       **error)
{
  int result = sqlite3_step (statement);

  if (result == SQLITE_ROW)
    return TRUE;

  if (result != SQLITE_DONE)
    set_error (self, result, error);
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);

  return FALSE;
}

/**
 * lobe_database_execute: (skip)
 * @self: a database
 * @error: return location
 * @sql: a string literal
 * @types: as in lobe_database_query ()
 * @...: values
 *
 * Runs a statement that gives no rows.
 *
 * Returns: whether it did what it says
 */
gboolean
lobe_database_execute (LobeDatabase  *self,
                       GError       **error,
                       const char    *sql,
                       const char    *types,
                       ...)
{
  sqlite3_stmt *statement;
  GError *step_error = NULL;
  va_list args;

  va_start (args, types);
  statement = prepare (self, error, sql, types, args);
  va_end (args);

  if (statement == NULL)
    return FALSE;

  while (lobe_database_next (self, statement, &step_error))
    ;

  if (step_error != NULL)
    {
      g_propagate_error (error, step_error);
      return FALSE;
    }

  return TRUE;
}

/**
 * lobe_database_integer: (skip)
 * @self: a database
 * @sql: a string literal that gives one row of one number
 * @value: (out): the number; 0 when there is no row
 * @error: return location
 *
 * Returns: whether it could be read
 */
gboolean
lobe_database_integer (LobeDatabase  *self,
                       const char    *sql,
                       gint64        *value,
                       GError       **error)
{
  sqlite3_stmt *statement = lobe_database_query (self, error, sql, "");
  GError *step_error = NULL;

  *value = 0;
  if (statement == NULL)
    return FALSE;

  while (lobe_database_next (self, statement, &step_error))
    *value = sqlite3_column_int64 (statement, 0);

  if (step_error != NULL)
    {
      g_propagate_error (error, step_error);
      return FALSE;
    }

  return TRUE;
}

/**
 * lobe_database_text: (skip)
 * @self: a database
 * @sql: a string literal that gives at most one row of one text
 * @key: what it is asked with, its ?1
 * @text: (out) (transfer full) (nullable): the text; %NULL when there is none or no row
 * @error: return location
 *
 * Returns: whether it could be looked up
 */
gboolean
lobe_database_text (LobeDatabase  *self,
                    const char    *sql,
                    const char    *key,
                    char         **text,
                    GError       **error)
{
  sqlite3_stmt *statement = lobe_database_query (self, error, sql, "s", key);
  GError *step_error = NULL;

  *text = NULL;
  if (statement == NULL)
    return FALSE;

  while (lobe_database_next (self, statement, &step_error))
    g_set_str (text, (const char *) sqlite3_column_text (statement, 0));

  if (step_error != NULL)
    {
      g_clear_pointer (text, g_free);
      g_propagate_error (error, step_error);
      return FALSE;
    }

  return TRUE;
}

/**
 * lobe_database_script: (skip)
 * @self: a database
 * @sql: any number of statements
 * @error: return location
 *
 * Runs statements that are not worth keeping.
 *
 * Returns: whether all were run
 */
gboolean
lobe_database_script (LobeDatabase  *self,
                      const char    *sql,
                      GError       **error)
{
  int result;

  if (!check_open (self, error))
    return FALSE;

  result = sqlite3_exec (self->db, sql, NULL, NULL, NULL);
  if (result != SQLITE_OK)
    {
      set_error (self, result, error);
      return FALSE;
    }

  return TRUE;
}

/**
 * lobe_database_write: (skip)
 * @self: a database
 * @sync: what it must survive
 * @func: writes
 * @data: for @func
 * @error: return location
 *
 * Runs @func in a transaction that is the only writing one from its beginning, so that it cannot fail half way because
 * of another process. Keep it short.
 *
 * In WAL mode, synchronous=NORMAL hands every commit to the kernel at once, so that it outlives the program however
 * that ends, and FULL also waits for the disk, so that it outlives the machine. Checkpoints of an answer come several
 * times a second and the next one repeats nothing, so they are not worth a wait of the disk each; what a person wrote and
 * the end of an answer are. The file is never damaged either way.
 *
 * Returns: whether everything is written; if not, nothing is
 */
gboolean
lobe_database_write (LobeDatabase      *self,
                     LobeDatabaseSync   sync,
                     LobeDatabaseFunc   func,
                     gpointer           data,
                     GError           **error)
{
  gboolean durable = sync == LOBE_DATABASE_DURABLE;

  if (durable != self->durable)
    {
      if (!lobe_database_script (self, durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL", error))
        return FALSE;
      self->durable = durable;
    }

  if (!lobe_database_execute (self, error, "BEGIN IMMEDIATE", ""))
    return FALSE;

  if (func (self, data, error) && lobe_database_execute (self, error, "COMMIT", ""))
    return TRUE;

  /* some failures (disk full among them) have rolled back already */
  if (!sqlite3_get_autocommit (self->db))
    sqlite3_exec (self->db, "ROLLBACK", NULL, NULL, NULL);

  return FALSE;
}

/* SQLite gives the files beside it the same mode, so chats are nobody else's even in a folder that others may read. */
static gboolean
create_private_file (LobeDatabase  *self,
                     GError       **error)
{
  int fd = g_open (self->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);

  if (fd < 0)
    {
      int saved_errno = errno;

      g_set_error (error, LOBE_ERROR, LOBE_ERROR_STORE,
                   /* Translators: a file name, and what the system says */
                   _("The file “%s” can’t be opened, so chats can’t be saved: %s."), self->path, g_strerror (saved_errno));
      return FALSE;
    }

  return g_close (fd, error);
}

static gboolean
configure (LobeDatabase  *self,
           GError       **error)
{
  sqlite3_busy_timeout (self->db, (int) self->busy_timeout);

  /* Turning WAL on needs the file alone for a moment, and SQLite does not always wait for that by itself. */
  for (guint waited = 0; ; waited += 10)
    {
      g_autoptr (GError) wal_error = NULL;

      if (lobe_database_script (self, "PRAGMA journal_mode = WAL", &wal_error))
        break;
      if (waited >= self->busy_timeout || !g_error_matches (wal_error, LOBE_ERROR, LOBE_ERROR_BUSY))
        {
          g_propagate_error (error, g_steal_pointer (&wal_error));
          return FALSE;
        }
      g_usleep (10000);
    }

  /* trusted_schema: a file from elsewhere must not run functions from its views and triggers */
  self->durable = FALSE;
  return lobe_database_script (self,
                               "PRAGMA synchronous = NORMAL;"
                               "PRAGMA foreign_keys = ON;"
                               "PRAGMA trusted_schema = OFF;"
                               "PRAGMA temp_store = MEMORY;", error);
}

/**
 * lobe_database_open: (skip)
 * @self: a database
 * @error: return location
 *
 * Opens the file, or makes it, and brings its schema up to what this program knows.
 *
 * Returns: whether it can be used; if not, it may be tried again
 */
gboolean
lobe_database_open (LobeDatabase  *self,
                    GError       **error)
{
  int result;

  if (self->db != NULL)
    return TRUE;

  if (!create_private_file (self, error))
    return FALSE;

  result = sqlite3_open_v2 (self->path, &self->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
  if (result != SQLITE_OK)
    set_error (self, result, error);

  if (result != SQLITE_OK || !configure (self, error) || !lobe_schema_update (self, error))
    {
      lobe_database_disconnect (self);
      return FALSE;
    }

  return TRUE;
}

/**
 * lobe_database_is_open: (skip)
 * @self: a database
 *
 * Returns: whether it can be used
 */
gboolean
lobe_database_is_open (LobeDatabase *self)
{
  return self->db != NULL;
}
