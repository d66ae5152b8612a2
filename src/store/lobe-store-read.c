/* lobe-store-read.c: a question to the database on its way there and back */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-store-private.h"

static void
read_free (LobeStoreRead *read)
{
  if (read->object != NULL)
    read->free_object (read->object);
  if (read->result != NULL)
    read->free_result (read->result);
  g_free (read->argument);
  g_free (read->text);
  g_clear_object (&read->task);
  g_object_unref (read->store);
  g_free (read);
}

static gboolean
run_read (LobeDatabase  *database,
          gpointer       data,
          GError       **error)
{
  LobeStoreRead *read = data;

  if (read->task != NULL && g_cancellable_set_error_if_cancelled (g_task_get_cancellable (read->task), error))
    return FALSE;

  return read->func (read, database, error);
}

static void
on_read (gpointer      data,
         const GError *error)
{
  LobeStoreRead *read = data;

  if (error == NULL)
    read->done (read, read->store);
  else if (read->task != NULL)
    g_task_return_error (read->task, g_error_copy (error));

  read_free (read);
}

/* Takes the task over. */
LobeStoreRead *
lobe_store_read_new (LobeStore             *self,
                     GTask                 *task,
                     const char            *argument,
                     LobeStoreReadFunc      func,
                     LobeStoreReadDoneFunc  done)
{
  LobeStoreRead *read = g_new0 (LobeStoreRead, 1);

  read->store = g_object_ref (self);
  read->task = task;
  read->argument = g_strdup (argument);
  read->func = func;
  read->done = done;

  return read;
}

/* Asks, whatever is pending. */
void
lobe_store_read_run (LobeStoreRead *read)
{
  lobe_database_run (read->store->database, run_read, read, on_read);
}

/* Asks when what is pending was written. */
void
lobe_store_read_ordered (LobeStoreRead *read)
{
  lobe_writer_read (read->store->writer, run_read, read, on_read);
}

GTask *
lobe_store_new_task (LobeStore           *self,
                     gpointer             tag,
                     GCancellable        *cancellable,
                     GAsyncReadyCallback  callback,
                     gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);

  return task;
}

/* The whole of it for an asynchronous function, which is the tag. */
void
lobe_store_ask (LobeStore             *self,
                gpointer               tag,
                const char            *argument,
                LobeStoreReadFunc      func,
                LobeStoreReadDoneFunc  done,
                GCancellable          *cancellable,
                GAsyncReadyCallback    callback,
                gpointer               user_data)
{
  GTask *task = lobe_store_new_task (self, tag, cancellable, callback, user_data);

  lobe_store_read_ordered (lobe_store_read_new (self, task, argument, func, done));
}
