/* lobe-database-private.h: what the thread and the connection of a database share */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/lobe-database.h"

G_BEGIN_DECLS

struct _LobeDatabase
{
  GObject       parent_instance;

  char         *path;
  guint         busy_timeout;
  GMainContext *context;
  GAsyncQueue  *jobs;
  GThread      *thread;
  gboolean      closed;

  /* the thread's own */
  sqlite3      *db;
  GHashTable   *statements;
  gboolean      durable;
};

void lobe_database_disconnect (LobeDatabase *self);

G_END_DECLS
