/* lobe-database.h: one SQLite file with the one thread that touches it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/**
 * LobeDatabaseSync:
 * @LOBE_DATABASE_CHECKPOINT: the write survives a crash or kill of the program, not always a power cut
 * @LOBE_DATABASE_DURABLE: it survives a power cut too
 */
typedef enum
{
  LOBE_DATABASE_CHECKPOINT,
  LOBE_DATABASE_DURABLE,
} LobeDatabaseSync;

#define LOBE_TYPE_DATABASE (lobe_database_get_type ())

G_DECLARE_FINAL_TYPE (LobeDatabase, lobe_database, LOBE, DATABASE, GObject)

/**
 * LobeDatabaseFunc: (skip)
 *
 * Work on the database thread.
 */
typedef gboolean (*LobeDatabaseFunc) (LobeDatabase  *self,
                                      gpointer       data,
                                      GError       **error);

/**
 * LobeDatabaseDoneFunc: (skip)
 *
 * Called in the main context that made the database, after the work; takes @data over.
 */
typedef void (*LobeDatabaseDoneFunc) (gpointer      data,
                                      const GError *error);

LobeDatabase *lobe_database_new      (const char            *path,
                                      guint                  busy_timeout);
const char   *lobe_database_get_path (LobeDatabase          *self);
void          lobe_database_run      (LobeDatabase          *self,
                                      LobeDatabaseFunc       func,
                                      gpointer               data,
                                      LobeDatabaseDoneFunc   done);
gboolean      lobe_database_run_sync (LobeDatabase          *self,
                                      LobeDatabaseFunc       func,
                                      gpointer               data,
                                      GError               **error);
void          lobe_database_close    (LobeDatabase          *self);

/* on the database thread only */
gboolean      lobe_database_open     (LobeDatabase          *self,
                                      GError               **error);
gboolean      lobe_database_is_open  (LobeDatabase          *self);
gboolean      lobe_database_script   (LobeDatabase          *self,
                                      const char            *sql,
                                      GError               **error);
sqlite3_stmt *lobe_database_query    (LobeDatabase          *self,
                                      GError               **error,
                                      const char            *sql,
                                      const char            *types,
                                      ...);
gboolean      lobe_database_next     (LobeDatabase          *self,
                                      sqlite3_stmt          *statement,
                                      GError               **error);
gboolean      lobe_database_execute  (LobeDatabase          *self,
                                      GError               **error,
                                      const char            *sql,
                                      const char            *types,
                                      ...);
gboolean      lobe_database_integer  (LobeDatabase          *self,
                                      const char            *sql,
                                      gint64                *value,
                                      GError               **error);
gboolean      lobe_database_text     (LobeDatabase          *self,
                                      const char            *sql,
                                      const char            *key,
                                      char                 **text,
                                      GError               **error);
gboolean      lobe_database_write    (LobeDatabase          *self,
                                      LobeDatabaseSync       sync,
                                      LobeDatabaseFunc       func,
                                      gpointer               data,
                                      GError               **error);

G_END_DECLS
