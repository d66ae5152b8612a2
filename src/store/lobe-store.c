/* lobe-store.c: chats and messages on disk: one SQLite file, one thread, nothing ever lost */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-store.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "store/lobe-attachment.h"
#include "store/lobe-chat-list.h"
#include "store/lobe-pending.h"
#include "store/lobe-setting-table.h"
#include "store/lobe-store-private.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

/* How long what was done may wait for company, in µs. With the time that a write takes, an answer is on disk within a
 * quarter of a second of its coming. */
#define SOON 0
#define CHECKPOINT_DELAY (150 * 1000)
#define DRAFT_DELAY (400 * 1000)
#define RETRY_DELAY (2 * G_USEC_PER_SEC)

#define WATCH_INTERVAL 1 /* s */
#define BUSY_TIMEOUT 5000 /* ms */

/* Undo is offered for seconds, by the process that deleted; an hour also covers another one that starts meanwhile. */
#define UNDO_TIME ((gint64) 60 * 60 * G_USEC_PER_SEC)

typedef struct _Flight Flight;

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
struct _LobeStore
{
  GObject       parent_instance;

  char         *folder;
  char         *attachments;
  LobeClock    *clock;
  LobeOwner    *owner;
  LobeDatabase *database;
  LobePending  *pending;
  LobeChatList *chats;
  GHashTable   *deleted;   /* set of ids of chats that were deleted here */

  GSource      *timer;     /* when to write next */
  GSource      *watch;
  Flight       *flight;    /* the batch under way */
  GPtrArray    *waiters;   /* GTasks that wait for what is pending now */
  GQueue        reads;     /* that wait until what is pending is under way */

  gboolean      again;     /* write once more when the batch under way is done */
  gboolean      failing;
  gboolean      watching;  /* a look is under way */
  gboolean      list_loaded;
  gboolean      closed;

  /* the database thread's own */
  gint64        data_version;
  gboolean      foreign;   /* others write messages too */
};

struct _Flight
{
  LobeStore *store;
  LobeBatch *batch;
  GPtrArray *waiters;
  GError    *error;
  gboolean   landed;
};

static void message_source_init (LobeMessageSourceInterface *iface);
static void write_now (LobeStore *self);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeStore, lobe_store, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_MESSAGE_SOURCE, message_source_init))

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
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);

  G_OBJECT_CLASS (lobe_store_parent_class)->dispose (object);
}

static void
lobe_store_finalize (GObject *object)
{
  LobeStore *self = LOBE_STORE (object);

  g_clear_object (&self->database);
  g_clear_pointer (&self->pending, lobe_pending_free);
  g_clear_pointer (&self->owner, lobe_owner_free);
  g_clear_object (&self->chats);
  g_clear_object (&self->clock);
  g_hash_table_unref (self->deleted);
  g_ptr_array_unref (self->waiters);
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
  self->waiters = g_ptr_array_new_with_free_func (g_object_unref);
  g_queue_init (&self->reads);
}

/* ---- writing ---- */

static gboolean
dispatch_timer (GSource     *source,
                GSourceFunc  callback,
                gpointer     user_data)
{
  g_source_set_ready_time (source, -1);

  return callback (user_data);
}

static GSourceFuncs timer_funcs = { .dispatch = dispatch_timer };

static gboolean
on_timer (gpointer user_data)
{
  write_now (user_data);

  return G_SOURCE_CONTINUE;
}

/* One timer for all that waits; it goes off when the first of it must be written. */
static void
write_within (LobeStore *self,
              gint64     delay)
{
  gint64 time = g_get_monotonic_time () + (self->failing ? MAX (delay, RETRY_DELAY) : delay);
  gint64 ready_time = g_source_get_ready_time (self->timer);

  if (!self->closed && (ready_time < 0 || time < ready_time))
    g_source_set_ready_time (self->timer, time);
}

static gboolean
fly (LobeDatabase  *database,
     gpointer       data,
     GError       **error)
{
  Flight *flight = data;

  return lobe_batch_write (database, flight->batch, &flight->error);
}

static void
start_read (LobeStore *self,
            gpointer   data);

static void
land (Flight *flight)
{
  LobeStore *self = flight->store;
  LobeOutcome outcome = LOBE_OUTCOME_WRITTEN;
  g_autoptr (GPtrArray) commits = NULL;
  gboolean first_failure = FALSE;
  gpointer read;

  flight->landed = TRUE;
  self->flight = NULL;

  if (flight->error != NULL)
    {
      outcome = g_error_matches (flight->error, LOBE_ERROR, LOBE_ERROR_FAILED) ? LOBE_OUTCOME_DROP : LOBE_OUTCOME_RETRY;
      first_failure = !self->failing;
    }
  commits = lobe_pending_give_back (self->pending, flight->batch, outcome);
  self->failing = outcome == LOBE_OUTCOME_RETRY;

  if ((self->again && !self->failing) || self->waiters->len > 0)
    write_now (self);
  else if (!lobe_pending_is_empty (self->pending))
    write_within (self, CHECKPOINT_DELAY);
  self->again = FALSE;

  while ((read = g_queue_pop_head (&self->reads)) != NULL)
    start_read (self, read);

  for (guint i = 0; i < commits->len; i++)
    {
      LobeCommit *commit = commits->pdata[i];

      g_signal_emit (self, signals[COMMITTED], 0, commit->id, commit->length, commit->lag);
    }

  if (first_failure && flight->waiters->len == 0)
    g_signal_emit (self, signals[FAILED], 0, flight->error);

  for (guint i = 0; i < flight->waiters->len; i++)
    {
      if (flight->error != NULL)
        g_task_return_error (flight->waiters->pdata[i], g_error_copy (flight->error));
      else
        g_task_return_boolean (flight->waiters->pdata[i], TRUE);
    }
}

static void
on_flown (gpointer      data,
          const GError *error)
{
  Flight *flight = data;

  if (error != NULL && flight->error == NULL && !flight->landed)
    flight->error = g_error_copy (error);
  if (!flight->landed)
    land (flight);

  lobe_batch_free (flight->batch);
  g_ptr_array_unref (flight->waiters);
  g_clear_error (&flight->error);
  g_object_unref (flight->store);
  g_free (flight);
}

static Flight *
new_flight (LobeStore *self)
{
  Flight *flight = g_new0 (Flight, 1);

  flight->store = g_object_ref (self);
  flight->batch = lobe_pending_take (self->pending);
  flight->waiters = g_steal_pointer (&self->waiters);
  self->waiters = g_ptr_array_new_with_free_func (g_object_unref);
  self->flight = flight;
  if (self->timer != NULL)
    g_source_set_ready_time (self->timer, -1);

  return flight;
}

static void
write_now (LobeStore *self)
{
  if (self->closed)
    return;

  if (self->flight != NULL)
    {
      self->again = TRUE;
      return;
    }

  if (lobe_pending_is_empty (self->pending) && self->waiters->len == 0)
    return;

  lobe_database_run (self->database, fly, new_flight (self), on_flown);
}

/* Takes the task over, and answers it when all that is pending now was written. */
static void
wait_for_write (LobeStore *self,
                GTask     *task)
{
  if (self->closed)
    {
      g_task_return_new_error_literal (task, LOBE_ERROR, LOBE_ERROR_STORE, _("The chats are closed."));
      g_object_unref (task);
      return;
    }

  g_ptr_array_add (self->waiters, task);
  write_now (self);
}

/* ---- reading ---- */

typedef struct _Read Read;

typedef gboolean (*ReadFunc) (Read          *read,
                              LobeDatabase  *database,
                              GError       **error);
typedef void (*ReadDoneFunc) (Read          *read,
                              LobeStore     *self);

struct _Read
{
  LobeStore      *store;
  GTask          *task;      /* or NULL */
  ReadFunc        func;      /* on the database thread */
  ReadDoneFunc    done;      /* on the main thread, when func succeeded */
  char           *argument;
  gpointer        object;    /* the main thread's */
  GDestroyNotify  free_object;
  gpointer        result;
  GDestroyNotify  free_result;
  char           *text;
  gboolean        flag;
};

static void
read_free (Read *read)
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
  Read *read = data;

  if (read->task != NULL && g_cancellable_set_error_if_cancelled (g_task_get_cancellable (read->task), error))
    return FALSE;

  return read->func (read, database, error);
}

static void
on_read (gpointer      data,
         const GError *error)
{
  Read *read = data;

  if (error == NULL)
    read->done (read, read->store);
  else if (read->task != NULL)
    g_task_return_error (read->task, g_error_copy (error));

  read_free (read);
}

static void
start_read (LobeStore *self,
            gpointer   data)
{
  Read *read = data;

  lobe_database_run (self->database, run_read, read, on_read);
}

static Read *
new_read (LobeStore    *self,
          GTask        *task,
          const char   *argument,
          ReadFunc      func,
          ReadDoneFunc  done)
{
  Read *read = g_new0 (Read, 1);

  read->store = g_object_ref (self);
  read->task = task;
  read->argument = g_strdup (argument);
  read->func = func;
  read->done = done;

  return read;
}

/* Who reads sees all that was written before: what is pending goes first, and the thread keeps the order. */
static void
push_read (LobeStore *self,
           Read      *read)
{
  if (self->flight != NULL && !lobe_pending_is_empty (self->pending))
    {
      self->again = TRUE;
      g_queue_push_tail (&self->reads, read);
      return;
    }

  write_now (self);
  start_read (self, read);
}

static GTask *
new_task (LobeStore           *self,
          gpointer             tag,
          GCancellable        *cancellable,
          GAsyncReadyCallback  callback,
          gpointer             user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);

  return task;
}

/* ---- opening, closing ---- */

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
  g_autoptr (GMainContext) context = g_main_context_ref_thread_default ();

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

  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_static_name (self->timer, "[lobe] store");
  g_source_set_callback (self->timer, on_timer, self, NULL);
  g_source_attach (self->timer, context);

  return self;
}

/**
 * lobe_store_get_folder:
 * @self: a store
 *
 * Returns: (transfer none) (type filename): where it keeps everything
 */
const char *
lobe_store_get_folder (LobeStore *self)
{
  g_return_val_if_fail (LOBE_IS_STORE (self), NULL);

  return self->folder;
}

LobeDatabase *
lobe_store_get_database (LobeStore *self)
{
  return self->database;
}

static gboolean
purge (LobeDatabase  *database,
       gpointer       data,
       GError       **error)
{
  return lobe_chat_table_purge (database, *(gint64 *) data, error);
}

static gboolean
read_open (Read          *read,
           LobeDatabase  *database,
           GError       **error)
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
      !lobe_database_write (database, LOBE_DATABASE_CHECKPOINT, purge, &deleted_before, error) ||
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
open_done (Read      *read,
           LobeStore *self)
{
  if (self->watch == NULL && !self->closed)
    {
      self->watch = g_timeout_source_new_seconds (WATCH_INTERVAL);
      g_source_set_priority (self->watch, G_PRIORITY_LOW);
      g_source_set_static_name (self->watch, "[lobe] changed elsewhere");
      g_source_set_callback (self->watch, on_watch, self, NULL);
      g_source_attach (self->watch, g_source_get_context (self->timer));
    }

  if (self->failing)
    write_now (self);
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
  g_return_if_fail (LOBE_IS_STORE (self));

  start_read (self, new_read (self, new_task (self, lobe_store_open_async, cancellable, callback, user_data), NULL,
                              read_open, open_done));
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
settle (LobeDatabase  *database,
        gpointer       data,
        GError       **error)
{
  return TRUE;
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
  g_autoptr (GError) error = NULL;
  gpointer read;

  g_return_if_fail (LOBE_IS_STORE (self));

  if (self->closed || self->database == NULL)
    return;

  /* in a last unref nothing may be given a reference */
  if (self->watch != NULL)
    g_source_destroy (self->watch);
  g_clear_pointer (&self->watch, g_source_unref);

  lobe_database_run_sync (self->database, settle, NULL, NULL);
  if (self->flight != NULL)
    land (self->flight);
  self->closed = TRUE;
  g_source_set_ready_time (self->timer, -1);

  /* landing may have started the next one */
  lobe_database_run_sync (self->database, settle, NULL, NULL);
  if (self->flight != NULL)
    land (self->flight);

  if (!lobe_pending_is_empty (self->pending) || self->waiters->len > 0)
    {
      g_autoptr (LobeBatch) batch = lobe_pending_take (self->pending);
      g_autoptr (GPtrArray) commits = NULL;

      lobe_database_run_sync (self->database, lobe_batch_write, batch, &error);
      commits = lobe_pending_give_back (self->pending, batch, error == NULL ? LOBE_OUTCOME_WRITTEN : LOBE_OUTCOME_DROP);
      for (guint i = 0; i < commits->len; i++)
        {
          LobeCommit *commit = commits->pdata[i];

          g_signal_emit (self, signals[COMMITTED], 0, commit->id, commit->length, commit->lag);
        }
      for (guint i = 0; i < self->waiters->len; i++)
        {
          if (error != NULL)
            g_task_return_error (self->waiters->pdata[i], g_error_copy (error));
          else
            g_task_return_boolean (self->waiters->pdata[i], TRUE);
        }
      g_ptr_array_set_size (self->waiters, 0);
      if (error != NULL)
        g_signal_emit (self, signals[FAILED], 0, error);
    }

  lobe_database_run_sync (self->database, end_all, self, NULL);
  lobe_database_close (self->database);
  while ((read = g_queue_pop_head (&self->reads)) != NULL)
    start_read (self, read);
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

  wait_for_write (self, new_task (self, lobe_store_flush_async, cancellable, callback, user_data));
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

/* ---- chats ---- */

/**
 * lobe_store_get_chats:
 * @self: a store
 *
 * Returns: (transfer none): a list model of [class@Chat], the one with the newest words first, without deleted ones;
 *   filled by [method@Store.load_chats_async]
 */
GListModel *
lobe_store_get_chats (LobeStore *self)
{
  g_return_val_if_fail (LOBE_IS_STORE (self), NULL);

  return G_LIST_MODEL (self->chats);
}

static void
merge_chats (LobeStore *self,
             GPtrArray *rows)
{
  g_autoptr (GPtrArray) chats = g_ptr_array_sized_new (rows->len);
  guint n_listed = g_list_model_get_n_items (G_LIST_MODEL (self->chats));

  for (guint i = 0; i < rows->len; i++)
    {
      LobeChat *chat = lobe_pending_merge_chat (self->pending, g_steal_pointer (&rows->pdata[i]));

      if (!g_hash_table_contains (self->deleted, lobe_chat_get_id (chat)))
        g_ptr_array_add (chats, chat);
    }

  /* new ones that are not on disk yet */
  for (guint i = 0; i < n_listed; i++)
    {
      g_autoptr (LobeChat) chat = g_list_model_get_item (G_LIST_MODEL (self->chats), i);

      if (lobe_pending_is_new_chat (self->pending, chat))
        g_ptr_array_add (chats, chat);
    }

  lobe_chat_list_set (self->chats, chats);
}

static gboolean
read_chats (Read          *read,
            LobeDatabase  *database,
            GError       **error)
{
  read->result = lobe_chat_table_load (database, error);
  read->free_result = (GDestroyNotify) g_ptr_array_unref;

  return read->result != NULL;
}

static void
chats_done (Read      *read,
            LobeStore *self)
{
  self->list_loaded = TRUE;
  merge_chats (self, read->result);
  g_task_return_boolean (read->task, TRUE);
}

/**
 * lobe_store_load_chats_async:
 * @self: a store
 * @cancellable: (nullable): to cancel
 * @callback: called when done
 * @user_data: for @callback
 *
 * Fills the list of chats, which is kept up to date from then on.
 */
void
lobe_store_load_chats_async (LobeStore           *self,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_STORE (self));

  push_read (self, new_read (self, new_task (self, lobe_store_load_chats_async, cancellable, callback, user_data), NULL,
                             read_chats, chats_done));
}

/**
 * lobe_store_load_chats_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: whether the list is filled
 */
gboolean
lobe_store_load_chats_finish (LobeStore     *self,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

static gboolean
read_chat (Read          *read,
           LobeDatabase  *database,
           GError       **error)
{
  LobeChatRow *row;
  GError *load_error = NULL;

  row = lobe_chat_table_load_one (database, read->argument, &load_error);
  read->result = row;
  read->free_result = (GDestroyNotify) lobe_chat_row_free;
  if (load_error != NULL)
    {
      g_propagate_error (error, load_error);
      return FALSE;
    }

  if (row == NULL || row->deleted)
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID,
                   /* Translators: the id of a chat */
                   _("There is no chat “%s”."), read->argument);
      return FALSE;
    }

  return TRUE;
}

static void
chat_done (Read      *read,
           LobeStore *self)
{
  LobeChat *chat = lobe_pending_merge_chat (self->pending, g_steal_pointer (&read->result));

  g_task_return_pointer (read->task, g_object_ref (chat), g_object_unref);
}

/**
 * lobe_store_load_chat_async:
 * @self: a store
 * @id: the id of a chat
 * @cancellable: (nullable): to cancel
 * @callback: called when done
 * @user_data: for @callback
 *
 * Gets one chat, without the list.
 */
void
lobe_store_load_chat_async (LobeStore           *self,
                            const char          *id,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (id != NULL);

  push_read (self, new_read (self, new_task (self, lobe_store_load_chat_async, cancellable, callback, user_data), id,
                             read_chat, chat_done));
}

/**
 * lobe_store_load_chat_finish:
 * @self: a store
 * @result: the result
 * @error: return location: %LOBE_ERROR_INVALID when there is no such chat
 *
 * Returns: (transfer full): the chat, which is the one in the list if it is there
 */
LobeChat *
lobe_store_load_chat_finish (LobeStore     *self,
                             GAsyncResult  *result,
                             GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
save_chat (LobeStore *self,
           LobeChat  *chat)
{
  LobeChat *present = lobe_pending_find_chat (self->pending, lobe_chat_get_id (chat));

  if (present != NULL && present != chat)
    lobe_chat_list_remove (self->chats, present);
  lobe_pending_save_chat (self->pending, chat);
  if (!g_hash_table_contains (self->deleted, lobe_chat_get_id (chat)))
    lobe_chat_list_place (self->chats, chat);
}

/**
 * lobe_store_save_chat:
 * @self: a store
 * @chat: a chat
 *
 * Puts @chat, which may be new, into the list where its time says, and writes what of it was changed, within half a
 * second. Calling it for every letter of a draft is fine.
 */
void
lobe_store_save_chat (LobeStore *self,
                      LobeChat  *chat)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (LOBE_IS_CHAT (chat));

  save_chat (self, chat);
  write_within (self, DRAFT_DELAY);
}

/**
 * lobe_store_delete_chat:
 * @self: a store
 * @chat: a chat
 *
 * Takes @chat out of the list at once. It can be brought back with [method@Store.restore_chat] for an hour, and is
 * removed for good when the store is opened later than that.
 */
void
lobe_store_delete_chat (LobeStore *self,
                        LobeChat  *chat)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (LOBE_IS_CHAT (chat));

  g_hash_table_add (self->deleted, g_strdup (lobe_chat_get_id (chat)));
  lobe_chat_list_remove (self->chats, chat);
  lobe_pending_set_deleted (self->pending, lobe_chat_get_id (chat), lobe_clock_get_real (self->clock));
  write_within (self, SOON);
}

/**
 * lobe_store_restore_chat:
 * @self: a store
 * @chat: a chat that was deleted
 *
 * Undoes [method@Store.delete_chat].
 */
void
lobe_store_restore_chat (LobeStore *self,
                         LobeChat  *chat)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (LOBE_IS_CHAT (chat));

  g_hash_table_remove (self->deleted, lobe_chat_get_id (chat));
  save_chat (self, chat);
  lobe_pending_set_deleted (self->pending, lobe_chat_get_id (chat), -1);
  write_within (self, SOON);
}

/* ---- messages ---- */

static gboolean
read_conversation (Read          *read,
                   LobeDatabase  *database,
                   GError       **error)
{
  if (!lobe_chat_table_get_leaf (database, read->argument, &read->text, error))
    return FALSE;

  read->result = lobe_message_table_heads (database, read->argument, error);
  read->free_result = (GDestroyNotify) g_ptr_array_unref;

  return read->result != NULL;
}

static void
conversation_done (Read      *read,
                   LobeStore *self)
{
  GPtrArray *messages = read->result;
  LobeConversation *conversation = lobe_conversation_new (read->argument, LOBE_MESSAGE_SOURCE (self));
  gboolean has_leaf = FALSE;

  for (guint i = 0; i < messages->len; i++)
    {
      const char *id = lobe_message_get_id (messages->pdata[i]);
      LobeMessage *live = lobe_pending_find_message (self->pending, id);

      has_leaf = has_leaf || g_strcmp0 (id, read->text) == 0;

      /* an answer that streams here goes on in every view of its chat */
      if (live != NULL)
        {
          g_object_unref (messages->pdata[i]);
          messages->pdata[i] = g_object_ref (live);
        }
    }

  if (!has_leaf && messages->len > 0)
    g_set_str (&read->text, lobe_message_get_id (messages->pdata[messages->len - 1]));
  lobe_conversation_fill (conversation, messages, read->text);
  g_task_return_pointer (read->task, conversation, g_object_unref);
}

/**
 * lobe_store_load_conversation_async:
 * @self: a store
 * @chat_id: the id of a chat
 * @cancellable: (nullable): to cancel
 * @callback: called when done
 * @user_data: for @callback
 *
 * Gets the heads of all messages of a chat; their bodies come when they are asked for with
 * [method@Conversation.load].
 */
void
lobe_store_load_conversation_async (LobeStore           *self,
                                    const char          *chat_id,
                                    GCancellable        *cancellable,
                                    GAsyncReadyCallback  callback,
                                    gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (chat_id != NULL);

  push_read (self, new_read (self, new_task (self, lobe_store_load_conversation_async, cancellable, callback, user_data),
                             chat_id, read_conversation, conversation_done));
}

/**
 * lobe_store_load_conversation_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: (transfer full): the conversation; without messages when the chat is not in the store
 */
LobeConversation *
lobe_store_load_conversation_finish (LobeStore     *self,
                                     GAsyncResult  *result,
                                     GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * lobe_store_add_messages_async:
 * @self: a store
 * @chat: the chat, which may be new
 * @messages: (element-type LobeMessage) (transfer none): new messages, each after its parent
 * @leaf_id: (nullable): where the path of the chat ends now
 * @cancellable: (nullable): to cancel the waiting; what is written is written
 * @callback: called when all of it is on disk
 * @user_data: for @callback
 *
 * Writes @chat, @messages and @leaf_id in one transaction. A message that streams is this process's from then on, until
 * [method@Store.finish_message].
 *
 * After a failure everything stays pending, to be tried again with the next write.
 */
void
lobe_store_add_messages_async (LobeStore           *self,
                               LobeChat            *chat,
                               GPtrArray           *messages,
                               const char          *leaf_id,
                               GCancellable        *cancellable,
                               GAsyncReadyCallback  callback,
                               gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (LOBE_IS_CHAT (chat));
  g_return_if_fail (messages != NULL);

  save_chat (self, chat);
  for (guint i = 0; i < messages->len; i++)
    lobe_pending_put_message (self->pending, messages->pdata[i], lobe_chat_get_id (chat));
  if (leaf_id != NULL)
    lobe_pending_set_leaf (self->pending, lobe_chat_get_id (chat), leaf_id);

  wait_for_write (self, new_task (self, lobe_store_add_messages_async, cancellable, callback, user_data));
}

/**
 * lobe_store_add_messages_finish:
 * @self: a store
 * @result: the result
 * @error: return location
 *
 * Returns: whether they are on disk
 */
gboolean
lobe_store_add_messages_finish (LobeStore     *self,
                                GAsyncResult  *result,
                                GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * lobe_store_touch_message:
 * @self: a store
 * @message: a loaded message that streams
 *
 * Tells that text or parts were added to @message; to be called each time. They are on disk within a quarter of a second.
 * Also makes a stored message that is to be continued, and whose state was set to streaming again, this process's.
 */
void
lobe_store_touch_message (LobeStore   *self,
                          LobeMessage *message)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (LOBE_IS_MESSAGE (message));

  if (lobe_pending_touch (self->pending, message))
    write_within (self, CHECKPOINT_DELAY);
}

/**
 * lobe_store_finish_message:
 * @self: a store
 * @message: a stored message
 *
 * Writes @message as it is now: state, usage, error, number of blocks, and its parts if they are loaded.
 */
void
lobe_store_finish_message (LobeStore   *self,
                           LobeMessage *message)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (LOBE_IS_MESSAGE (message));

  lobe_pending_put_message (self->pending, message, NULL);
  write_within (self, SOON);
}

/**
 * lobe_store_set_leaf:
 * @self: a store
 * @chat_id: a chat
 * @leaf_id: (nullable): where its active path ends
 *
 * Remembers which path of a chat is shown.
 */
void
lobe_store_set_leaf (LobeStore  *self,
                     const char *chat_id,
                     const char *leaf_id)
{
  g_return_if_fail (LOBE_IS_STORE (self));
  g_return_if_fail (chat_id != NULL);

  lobe_pending_set_leaf (self->pending, chat_id, leaf_id);
  write_within (self, SOON);
}

static gboolean
read_bodies (Read          *read,
             LobeDatabase  *database,
             GError       **error)
{
  g_autoptr (GError) load_error = NULL;

  read->result = lobe_message_table_bodies (database, read->argument, read->store->attachments, &load_error);
  read->free_result = (GDestroyNotify) g_ptr_array_unref;
  if (load_error != NULL)
    read->text = g_strdup (load_error->message);

  /* each message is told by itself */
  return TRUE;
}

static void
take_body (LobeMessage *message,
           LobeMessage *body)
{
  lobe_message_set_state (message, lobe_message_get_state (body));
  lobe_message_set_origin (message, lobe_message_get_server (body), lobe_message_get_model (body));
  lobe_message_set_stop_reason (message, lobe_message_get_stop_reason (body));
  lobe_message_set_think_time (message, lobe_message_get_think_time (body));
  lobe_message_set_usage (message, lobe_message_get_usage (body));
  lobe_message_set_error (message, lobe_message_get_error_code (body), lobe_message_get_error_text (body));
  lobe_message_set_parts (message, lobe_message_get_parts (body));
}

static void
bodies_done (Read      *read,
             LobeStore *self)
{
  GPtrArray *messages = read->object;
  GPtrArray *bodies = read->result;
  guint next = 0;

  /* bodies are in the order in which they were asked for, but some may be missing */
  for (guint i = 0; i < messages->len; i++)
    {
      LobeMessage *message = messages->pdata[i];
      LobeMessage *body = NULL;

      if (bodies != NULL && next < bodies->len &&
          strcmp (lobe_message_get_id (bodies->pdata[next]), lobe_message_get_id (message)) == 0)
        body = bodies->pdata[next++];

      if (lobe_message_get_loaded (message))
        continue;

      if (body != NULL)
        take_body (message, body);
      else
        lobe_message_set_error (message, LOBE_ERROR_STORE,
                                read->text != NULL ? read->text : _("This message is no longer there."));
    }
}

static void
lobe_store_load (LobeMessageSource *source,
                 GPtrArray         *messages)
{
  LobeStore *self = LOBE_STORE (source);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *ids = NULL;
  Read *read;

  json_builder_begin_array (builder);
  for (guint i = 0; i < messages->len; i++)
    json_builder_add_string_value (builder, lobe_message_get_id (messages->pdata[i]));
  json_builder_end_array (builder);
  ids = lobe_json_take_string (builder);

  read = new_read (self, NULL, ids, read_bodies, bodies_done);
  read->object = g_ptr_array_copy (messages, (GCopyFunc) g_object_ref, NULL);
  g_ptr_array_set_free_func (read->object, g_object_unref);
  read->free_object = (GDestroyNotify) g_ptr_array_unref;
  push_read (self, read);
}

static void
message_source_init (LobeMessageSourceInterface *iface)
{
  iface->load = lobe_store_load;
}

/* ---- what other processes do ---- */

static gboolean
read_changes (Read          *read,
              LobeDatabase  *database,
              GError       **error)
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
changes_done (Read      *read,
              LobeStore *self)
{
  if (read->result != NULL)
    merge_chats (self, read->result);
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
  Read *read;

  if (self->watching || self->closed)
    return;

  self->watching = TRUE;
  read = new_read (self, NULL, self->list_loaded ? "chats" : NULL, read_changes, changes_done);
  read->object = self;
  read->free_object = watch_end;
  start_read (self, read);
}

/* ---- attachments and settings ---- */

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

  task = new_task (self, lobe_store_attach_async, cancellable, callback, user_data);
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
read_setting (Read          *read,
              LobeDatabase  *database,
              GError       **error)
{
  return lobe_setting_table_get (database, read->argument, &read->text, error);
}

static void
setting_done (Read      *read,
              LobeStore *self)
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

  push_read (self, new_read (self, new_task (self, lobe_store_get_setting_async, cancellable, callback, user_data), name,
                             read_setting, setting_done));
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
  write_within (self, SOON);
}
