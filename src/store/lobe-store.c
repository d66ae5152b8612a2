/* lobe-store.c: chats and messages on disk: one SQLite file, one thread, nothing ever lost */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-store-private.h"

#include "base/lobe-error.h"
#include "store/lobe-attachment.h"
#include "store/lobe-setting-table.h"

#include <errno.h>
#include <glib/gi18n-lib.h>

#define WATCH_INTERVAL 1 /* s */
#define BUSY_TIMEOUT 5000 /* ms */

/* Undo is offered for seconds, by the process that deleted; an hour also covers another one that starts meanwhile. */
#define UNDO_TIME ((gint64) 60 * 60 * G_USEC_PER_SEC)

/**
 * LobeStore:
 *
 * What is kept of chats, in a folder:
 *
 * - `chats.db`, a SQLite file that a stock `sqlite3` reads; its view `message_text` has whole messages, also those that
 *   stream at that moment
 * - `attachments/ab/cdef…`, attached files by the SHA-256 of their content
 * - `locks/`, a locked file for each process that has the store open
 *
 * Several processes may use one folder at once. What is changed here is written as differences: saving a chat twice
 * writes it once, a checkpoint of an answer writes what came since the last one, and what could not be written stays
 * different and is tried again, at the latest when the store is closed.
 */
G_DEFINE_FINAL_TYPE_WITH_CODE (LobeStore, lobe_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_MESSAGE_SOURCE, lobe_store_source_init)
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_ACCOUNT_SOURCE, lobe_store_account_source_init))

enum
{
  COMMITTED,
  FAILED,
  CHANGED_ELSEWHERE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
lobe_store_dispose (GObject *object)
{
  LobeStore *self = LOBE_STORE (object);

  lobe_store_close (self);

  G_OBJECT_CLASS (lobe_store_parent_class)->dispose (object);
}

static void
lobe_store_finalize (GObject *object)
{
  LobeStore *self = LOBE_STORE (object);

  g_clear_pointer (&self->writer, lobe_writer_free);
  g_clear_object (&self->database);
  g_clear_pointer (&self->pending, lobe_pending_free);
  g_clear_pointer (&self->owner, lobe_owner_free);
  g_clear_object (&self->chats);
  g_clear_object (&self->clock);
  g_hash_table_unref (self->deleted);
  g_free (self->folder);
  g_free (self->attachments);

  G_OBJECT_CLASS (lobe_store_parent_class)->finalize (object);
}

static void
lobe_store_class_init (LobeStoreClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lobe_store_dispose;
  object_class->finalize = lobe_store_finalize;

  /**
   * LobeStore::committed:
   * @self: the store
   * @message_id: a message
   * @length: bytes of its text and reasoning that are on disk now
   * @lag: how old, in µs, the oldest change is that was not on disk before
   *
   * A message, or what was added to it, is on disk.
   */
  signals[COMMITTED] = g_signal_new ("committed", LOBE_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                     G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_UINT64, G_TYPE_INT64);

  /**
   * LobeStore::failed:
   * @self: the store
   * @error: why
   *
   * A write that nobody waits for failed. Not emitted again for the attempts that follow, until one succeeds.
   */
  signals[FAILED] = g_signal_new ("failed", LOBE_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_ERROR);

  /**
   * LobeStore::changed-elsewhere:
   * @self: the store
   *
   * Another process wrote. The list of chats is up to date again; conversations are not. At most once a second.
   */
  signals[CHANGED_ELSEWHERE] = g_signal_new ("changed-elsewhere", LOBE_TYPE_STORE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                             G_TYPE_NONE, 0);
}

static void
lobe_store_init (LobeStore *self)
{
  self->chats = lobe_chat_list_new ();
  self->deleted = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static void
on_committed (GObject          *owner,
              const LobeCommit *commit)
{
  g_signal_emit (owner, signals[COMMITTED], 0, commit->id, commit->length, commit->lag);
}

static void
on_failed (GObject      *owner,
           const GError *error)
{
  g_signal_emit (owner, signals[FAILED], 0, error);
}

/**
 * lobe_store_new:
 * @folder: (type filename): where everything is kept; made when it is not there
 * @clock: for times and ages
 *
 * Touches nothing yet. Belongs to the thread that makes it.
 *
 * Returns: (transfer full): a store
 */
LobeStore *
lobe_store_new (const char *folder,
                LobeClock  *clock)
{
  LobeStore *self;
  g_autofree char *path = NULL;
  g_autofree char *locks = NULL;

  g_return_val_if_fail (folder != NULL, NULL);
  g_return_val_if_fail (LOBE_IS_CLOCK (clock), NULL);

  self = g_object_new (LOBE_TYPE_STORE, NULL);
  path = g_build_filename (folder, "chats.db", NULL);
  locks = g_build_filename (folder, "locks", NULL);
  self->folder = g_strdup (folder);
  self->attachments = g_build_filename (folder, "attachments", NULL);
  self->clock = g_object_ref (clock);
  self->owner = lobe_owner_new (locks);
  self->database = lobe_database_new (path, BUSY_TIMEOUT);
  self->pending = lobe_pending_new (clock, lobe_owner_get_name (self->owner));
  self->writer = lobe_writer_new (G_OBJECT (self), self->database, self->pending, on_committed, on_failed);

  return self;
}

LobeDatabase *
lobe_store_get_database (LobeStore *self)
{
  return self->database;
}

static gboolean
read_open (LobeStoreRead  *read,
           LobeDatabase   *database,
           GError        **error)
{
  LobeStore *self = read->store;
  gint64 deleted_before = lobe_clock_get_real (self->clock) - UNDO_TIME;
  gboolean changed;

  if (g_mkdir_with_parents (self->folder, 0700) < 0)
    {
      int saved_errno = errno;

      g_set_error (error, LOBE_ERROR, LOBE_ERROR_STORE,
                   /* Translators: a folder, and what the system says */
                   _("The folder “%s” can’t be made, so chats can’t be saved: %s."), self->folder, g_strerror (saved_errno));
      return FALSE;
    }

  if (!lobe_owner_lock (self->owner, error) ||
      !lobe_database_open (database, error) ||
      !lobe_message_table_recover (database, self->owner, &self->foreign, &changed, error) ||
      !lobe_chat_table_purge (database, deleted_before, error) ||
      !lobe_database_integer (database, "PRAGMA data_version", &self->data_version, error))
    return FALSE;

  lobe_owner_clean (self->owner);

  return TRUE;
}

static gboolean
on_watch (gpointer user_data)
{
  LobeStore *self = user_data;

  if (self->list_loaded || g_signal_has_handler_pending (self, signals[CHANGED_ELSEWHERE], 0, TRUE))
    lobe_store_watch (self);

  return G_SOURCE_CONTINUE;
}

static void
open_done (LobeStoreRead *read,
           LobeStore     *self)
{
  if (self->watch == NULL && !self->closed)
    {
      self->watch = g_timeout_source_new_seconds (WATCH_INTERVAL);
      g_source_set_priority (self->watch, G_PRIORITY_LOW);
      g_source_set_static_name (self->watch, "[lobe] changed elsewhere");
      g_source_set_callback (self->watch, on_watch, self, NULL);
      g_source_attach (self->watch, g_task_get_context (read->task));
    }

  lobe_writer_retry (self->writer);
  g_task_return_boolean (read->task, TRUE);
}

/**
 * lobe_store_open_async:
 * @self: a store
 * @cancellable: (nullable): to cancel
 * @callback: called when done
 * @user_data: for @callback
 *
 * Opens the folder, or makes it. Answers that a process was writing which is gone become interrupted ones, and chats that
 * were deleted more than an hour ago are removed for good. What is called before this is done waits for it; after a
 * failure it may be called again.
 */
void
lobe_store_open_async (LobeStore           *self,
                       GCancellable        *cancellable,
                       GAsyncReadyCallback  callback,
                       gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (LOBE_IS_STORE (self));

  task = lobe_store_new_task (self, lobe_store_open_async, cancellable, callback, user_data);
  lobe_store_read_run (lobe_store_read_new (self, task, NULL, read_open, open_done));
}

/**
 * lobe_store_open_finish:
 * @self: a store
 * @result: the result
 * @error: return location: %LOBE_ERROR_STORE when the folder can't be made or written, when the file is damaged or not
 *   ours, or when a newer version of the program wrote it; %LOBE_ERROR_BUSY when another program doesn't let go of it
 *
 * Returns: whether the store can be used
 */
gboolean
lobe_store_open_finish (LobeStore     *self,
                        GAsyncResult  *result,
                        GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
end_own (LobeDatabase  *database,
         gpointer       data,
         GError       **error)
{
  LobeStore *self = data;

  return lobe_message_table_end (database, lobe_owner_get_name (self->owner), error);
}

static gboolean
end_all (LobeDatabase  *database,
         gpointer       data,
         GError       **error)
{
  if (!lobe_database_is_open (database))
    return TRUE;

  return lobe_database_write (database, LOBE_DATABASE_CHECKPOINT, end_own, data, error);
}

/**
 * lobe_store_close:
 * @self: a store
 *
 * Writes what is pending and closes the file; returns when it is done. An answer that still streams becomes an
 * interrupted one. What is called later does nothing or fails.
 */
void
lobe_store_close (LobeStore *self)
{
  g_return_if_fail (LOBE_IS_STORE (self));

  if (self->closed || self->database == NULL)
    return;

  /* in a last unref nothing may be given a reference */
  if (self->watch != NULL)
    g_source_destroy (self->watch);
  g_clear_pointer (&self->watch, g_source_unref);

  self->closed = TRUE;
  lobe_writer_close (self->writer);
  lobe_database_run_sync (self->database, end_all, self, NULL);
  lobe_database_close (self->database);
  lobe_owner_unlock (self->owner);
}

/**
 * lobe_store_flush_async:
 * @self: a store
 * @cancellable: (nullable): to cancel
 * @callback: called when done
 * @user_data: for @callback
 *
 * Writes all that is pending at once.
 */
void
lobe_store_flush_async (LobeStore           *self,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_STORE (self));

  lobe_writer_wait (self->writer, lobe_store_new_task (self, lobe_store_flush_async, cancellable, callback, user_data));
}

/**
 * lobe_store_flush_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: whether all that was pending is on disk; if not, it is still pending
 */
gboolean
lobe_store_flush_finish (LobeStore     *self,
                         GAsyncResult  *result,
                         GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
read_changes (LobeStoreRead  *read,
              LobeDatabase   *database,
              GError        **error)
{
  LobeStore *self = read->store;
  gint64 version;
  gboolean recovered = FALSE;

  if (!lobe_database_integer (database, "PRAGMA data_version", &version, error))
    return FALSE;

  read->flag = version != self->data_version;

  /* that a process is gone is no change of the file */
  if (read->flag || self->foreign)
    {
      if (!lobe_message_table_recover (database, self->owner, &self->foreign, &recovered, error))
        return FALSE;
    }

  if (read->flag || recovered)
    {
      if (read->argument != NULL)
        {
          read->result = lobe_chat_table_load (database, error);
          read->free_result = (GDestroyNotify) g_ptr_array_unref;
          if (read->result == NULL)
            return FALSE;
        }
      read->flag = TRUE;
    }
  self->data_version = version;

  return TRUE;
}

static void
changes_done (LobeStoreRead *read,
              LobeStore     *self)
{
  if (read->result != NULL)
    lobe_store_merge_chats (self, read->result);
  if (read->flag)
    g_signal_emit (self, signals[CHANGED_ELSEWHERE], 0);
}

static void
watch_end (gpointer data)
{
  LOBE_STORE (data)->watching = FALSE;
}

/* Looks for what other processes did; once a second, when somebody cares. */
void
lobe_store_watch (LobeStore *self)
{
  LobeStoreRead *read;

  if (self->watching || self->closed)
    return;

  self->watching = TRUE;
  read = lobe_store_read_new (self, NULL, self->list_loaded ? "chats" : NULL, read_changes, changes_done);
  read->object = self;
  read->free_object = watch_end;
  lobe_store_read_run (read);
}

typedef struct
{
  char  *folder;
  GFile *file;
} Attachment;

static void
attachment_free (gpointer data)
{
  Attachment *attachment = data;

  g_free (attachment->folder);
  g_object_unref (attachment->file);
  g_free (attachment);
}

static void
run_attach (GTask        *task,
            gpointer      source_object,
            gpointer      task_data,
            GCancellable *cancellable)
{
  Attachment *attachment = task_data;
  GError *error = NULL;
  LobePart *part = lobe_attachment_store (attachment->folder, attachment->file, cancellable, &error);

  if (part != NULL)
    g_task_return_pointer (task, part, g_object_unref);
  else
    g_task_return_error (task, error);
}

/**
 * lobe_store_attach_async:
 * @self: a store
 * @file: UTF-8 text of at most 10 MB, or a PNG, JPEG, WebP or GIF image of at most 20 MB
 * @cancellable: (nullable): to cancel
 * @callback: called when done
 * @user_data: for @callback
 *
 * Copies a file to where attachments are kept, so that the chat does not change when the file does.
 */
void
lobe_store_attach_async (LobeStore           *self,
                         GFile               *file,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Attachment *attachment;

  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (G_IS_FILE (file));

  task = lobe_store_new_task (self, lobe_store_attach_async, cancellable, callback, user_data);
  attachment = g_new0 (Attachment, 1);
  attachment->folder = g_strdup (self->attachments);
  attachment->file = g_object_ref (file);
  g_task_set_task_data (task, attachment, attachment_free);
  g_task_run_in_thread (task, run_attach);
}

/**
 * lobe_store_attach_finish:
 * @self: a store
 * @result: the result
 * @error: return location: %LOBE_ERROR_UNSUPPORTED when it is of a kind or size that cannot be attached,
 *   %LOBE_ERROR_INVALID when it cannot be read, %LOBE_ERROR_STORE when it cannot be kept
 *
 * Returns: (transfer full): a part to put into a message
 */
LobePart *
lobe_store_attach_finish (LobeStore     *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static gboolean
read_setting (LobeStoreRead  *read,
              LobeDatabase   *database,
              GError        **error)
{
  return lobe_setting_table_get (database, read->argument, &read->text, error);
}

static void
setting_done (LobeStoreRead *read,
              LobeStore     *self)
{
  g_task_return_pointer (read->task, g_steal_pointer (&read->text), g_free);
}

/**
 * lobe_store_get_setting_async:
 * @self: a store
 * @name: which
 * @cancellable: (nullable): to cancel
 * @callback: called when done
 * @user_data: for @callback
 *
 * Looks up a setting.
 */
void
lobe_store_get_setting_async (LobeStore           *self,
                              const char          *name,
                              GCancellable        *cancellable,
                              GAsyncReadyCallback  callback,
                              gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (name != NULL);

  lobe_store_ask (self, lobe_store_get_setting_async, name, read_setting, setting_done, cancellable, callback, user_data);
}

/**
 * lobe_store_get_setting_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full) (nullable): its value; %NULL without an error when it was never set
 */
char *
lobe_store_get_setting_finish (LobeStore     *self,
                               GAsyncResult  *result,
                               GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * lobe_store_set_setting:
 * @self: a store
 * @name: which
 * @value: (nullable): its value; %NULL to forget it
 *
 * Changes a setting.
 */
void
lobe_store_set_setting (LobeStore  *self,
                        const char *name,
                        const char *value)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (name != NULL);

  lobe_pending_set_setting (self->pending, name, value);
  lobe_writer_within (self->writer, LOBE_WRITER_SOON);
}
