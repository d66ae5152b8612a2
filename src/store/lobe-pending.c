/* lobe-pending.c: what differs between memory and disk */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-pending.h"

#include "store/lobe-pending-message.h"

typedef struct
{
  LobeChat    *chat;
  LobeChatRow *base;          /* as it is on disk, as far as we know; NULL: not there */
} Known;

/**
 * LobePending: (skip)
 *
 * Keeps what is not on disk yet as a difference, not as a list of commands: of a chat that is saved ten times the newest
 * state is written once, and what could not be written is simply still different. One batch is under way at a time.
 *
 * Belongs to the main thread.
 */
struct _LobePending
{
  LobeClock  *clock;
  char       *owner;
  GHashTable *chats;          /* id → Known */
  GHashTable *dirty_chats;    /* set of ids, which are those of chats */
  GHashTable *messages;       /* id → LobePendingMessage: what streams or is to be written */
  guint       n_dirty;        /* of these */
  GHashTable *leaves;
  GHashTable *deletions;      /* id → gint64 */
  GHashTable *settings;
  GHashTable *accounts;       /* id → LobeBatchAccount */
  GHashTable *uses;           /* "server\nmodel" → LobeModelUse */
  GStrv       order;          /* of accounts; NULL: as it is on disk */
};

static void
known_free (gpointer data)
{
  Known *known = data;

  g_object_unref (known->chat);
  g_clear_pointer (&known->base, lobe_chat_row_free);
  g_free (known);
}

static void
commit_free (gpointer data)
{
  g_free (((LobeCommit *) data)->id);
  g_free (data);
}

/**
 * lobe_pending_new: (skip)
 * @clock: for the age of what waits
 * @owner: under which name this process writes
 *
 * Returns: (transfer full): no difference
 */
LobePending *
lobe_pending_new (LobeClock  *clock,
                  const char *owner)
{
  LobePending *self = g_new0 (LobePending, 1);

  self->clock = g_object_ref (clock);
  self->owner = g_strdup (owner);
  self->chats = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, known_free);
  self->dirty_chats = g_hash_table_new (g_str_hash, g_str_equal);
  self->messages = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) lobe_pending_message_free);
  self->leaves = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->deletions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->settings = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->accounts = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, (GDestroyNotify) lobe_batch_account_free);
  self->uses = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) lobe_model_use_free);

  return self;
}

/**
 * lobe_pending_free: (skip)
 * @self: differences
 */
void
lobe_pending_free (LobePending *self)
{
  g_hash_table_unref (self->settings);
  g_hash_table_unref (self->accounts);
  g_hash_table_unref (self->uses);
  g_strfreev (self->order);
  g_hash_table_unref (self->deletions);
  g_hash_table_unref (self->leaves);
  g_hash_table_unref (self->messages);
  g_hash_table_unref (self->dirty_chats);
  g_hash_table_unref (self->chats);
  g_object_unref (self->clock);
  g_free (self->owner);
  g_free (self);
}

/**
 * lobe_pending_is_empty: (skip)
 * @self: differences
 *
 * Returns: whether everything is on disk or in the batch under way
 */
gboolean
lobe_pending_is_empty (LobePending *self)
{
  return self->n_dirty == 0 && g_hash_table_size (self->dirty_chats) == 0 && g_hash_table_size (self->leaves) == 0 &&
         g_hash_table_size (self->deletions) == 0 && g_hash_table_size (self->settings) == 0 &&
         g_hash_table_size (self->uses) == 0 && !lobe_pending_has_accounts (self);
}

static Known *
know_chat (LobePending *self,
           LobeChat    *chat)
{
  Known *known = g_hash_table_lookup (self->chats, lobe_chat_get_id (chat));

  if (known == NULL)
    {
      known = g_new0 (Known, 1);
      known->chat = g_object_ref (chat);
      g_hash_table_insert (self->chats, (gpointer) lobe_chat_get_id (chat), known);
    }

  return known;
}

/**
 * lobe_pending_find_chat: (skip)
 * @self: differences
 * @id: the id of a chat
 *
 * Returns: (transfer none) (nullable): the object for it, if there is one
 */
LobeChat *
lobe_pending_find_chat (LobePending *self,
                        const char  *id)
{
  Known *known = g_hash_table_lookup (self->chats, id);

  return known != NULL ? known->chat : NULL;
}

/**
 * lobe_pending_is_new_chat: (skip)
 * @self: differences
 * @chat: a chat
 *
 * Returns: whether @chat is not on disk yet, but will be
 */
gboolean
lobe_pending_is_new_chat (LobePending *self,
                          LobeChat    *chat)
{
  Known *known = g_hash_table_lookup (self->chats, lobe_chat_get_id (chat));

  return known != NULL && known->base == NULL;
}

/**
 * lobe_pending_merge_chat: (skip)
 * @self: differences
 * @row: (transfer full): a chat as it is on disk
 *
 * Brings the object of that chat up to date. What was changed here and is not written yet stays as it is.
 *
 * Returns: (transfer none): the object
 */
LobeChat *
lobe_pending_merge_chat (LobePending *self,
                         LobeChatRow *row)
{
  Known *known = g_hash_table_lookup (self->chats, row->id);
  g_autoptr (LobeChatRow) ours = NULL;
  LobeChatFields theirs;

  if (known == NULL)
    {
      g_autoptr (LobeChat) chat = lobe_chat_new (row->id, row->updated);

      lobe_chat_row_apply (row, chat, LOBE_CHAT_ALL_FIELDS);
      known = know_chat (self, chat);
      known->base = row;
      return known->chat;
    }

  ours = lobe_chat_row_new (known->chat);
  theirs = lobe_chat_row_compare (row, known->base) & ~lobe_chat_row_compare (ours, known->base);
  if (row->updated > ours->updated)
    theirs |= LOBE_CHAT_UPDATED;
  lobe_chat_row_apply (row, known->chat, theirs);
  g_clear_pointer (&known->base, lobe_chat_row_free);
  known->base = row;

  return known->chat;
}

/**
 * lobe_pending_save_chat: (skip)
 * @self: differences
 * @chat: a chat
 *
 * Notes that @chat may differ from what is on disk. If there is another object with that id, @chat takes its place.
 */
void
lobe_pending_save_chat (LobePending *self,
                        LobeChat    *chat)
{
  Known *known = know_chat (self, chat);

  if (known->chat != chat)
    {
      Known *replacement;

      g_hash_table_remove (self->dirty_chats, lobe_chat_get_id (chat));
      replacement = g_new0 (Known, 1);
      replacement->chat = g_object_ref (chat);
      replacement->base = g_steal_pointer (&known->base);
      g_hash_table_replace (self->chats, (gpointer) lobe_chat_get_id (chat), replacement);
    }

  g_hash_table_add (self->dirty_chats, (gpointer) lobe_chat_get_id (chat));
}

/**
 * lobe_pending_set_leaf: (skip)
 * @self: differences
 * @chat_id: a chat
 * @leaf_id: (nullable): where its path is to end
 */
void
lobe_pending_set_leaf (LobePending *self,
                       const char  *chat_id,
                       const char  *leaf_id)
{
  g_hash_table_insert (self->leaves, g_strdup (chat_id), g_strdup (leaf_id));
}

/**
 * lobe_pending_set_deleted: (skip)
 * @self: differences
 * @chat_id: a chat
 * @deleted_at: when it was deleted, in µs since 1970; negative: it was not
 */
void
lobe_pending_set_deleted (LobePending *self,
                          const char  *chat_id,
                          gint64       deleted_at)
{
  g_hash_table_insert (self->deletions, g_strdup (chat_id), g_memdup2 (&deleted_at, sizeof deleted_at));
}

/**
 * lobe_pending_set_setting: (skip)
 * @self: differences
 * @name: which setting
 * @value: (nullable): its value
 */
void
lobe_pending_set_setting (LobePending *self,
                          const char  *name,
                          const char  *value)
{
  g_hash_table_insert (self->settings, g_strdup (name), g_strdup (value));
}

static void
put_account (LobePending      *self,
             LobeBatchAccount *item)
{
  LobeBatchAccount *before = g_hash_table_lookup (self->accounts, item->id);

  /* what was added and not written yet is still new when it was changed */
  if (before != NULL && before->account != NULL && before->added)
    item->added = TRUE;
  g_hash_table_replace (self->accounts, item->id, item);
}

/**
 * lobe_pending_save_account: (skip)
 * @self: differences
 * @account: an account
 * @added: whether it is new
 */
void
lobe_pending_save_account (LobePending       *self,
                           const LobeAccount *account,
                           gboolean           added)
{
  put_account (self, lobe_batch_account_new (account->id, account, added));
}

/**
 * lobe_pending_remove_account: (skip)
 * @self: differences
 * @id: an account's id
 */
void
lobe_pending_remove_account (LobePending *self,
                             const char  *id)
{
  put_account (self, lobe_batch_account_new (id, NULL, FALSE));
}

/**
 * lobe_pending_save_model_use: (skip)
 * @self: differences
 * @use: how a model is used now
 */
void
lobe_pending_save_model_use (LobePending        *self,
                             const LobeModelUse *use)
{
  g_hash_table_replace (self->uses, g_strconcat (use->server, "\n", use->model, NULL), lobe_model_use_copy (use));
}

/**
 * lobe_pending_order_accounts: (skip)
 * @self: differences
 * @ids: (array zero-terminated=1): ids of accounts
 */
void
lobe_pending_order_accounts (LobePending        *self,
                             const char * const *ids)
{
  g_strfreev (self->order);
  self->order = g_strdupv ((char **) ids);
}

/**
 * lobe_pending_has_accounts: (skip)
 * @self: differences
 *
 * Returns: whether accounts differ
 */
gboolean
lobe_pending_has_accounts (LobePending *self)
{
  return g_hash_table_size (self->accounts) > 0 || self->order != NULL;
}

/**
 * lobe_pending_find_message: (skip)
 * @self: differences
 * @id: the id of a message
 *
 * Returns: (transfer none) (nullable): the object with it that is being written
 */
LobeMessage *
lobe_pending_find_message (LobePending *self,
                           const char  *id)
{
  LobePendingMessage *stream = g_hash_table_lookup (self->messages, id);

  return stream != NULL ? stream->message : NULL;
}

static LobePendingMessage *
get_stream (LobePending *self,
            LobeMessage *message)
{
  LobePendingMessage *stream = g_hash_table_lookup (self->messages, lobe_message_get_id (message));

  if (stream != NULL && stream->message == message)
    return stream;

  /* the key is the message's own id */
  if (stream != NULL)
    {
      g_hash_table_steal (self->messages, lobe_message_get_id (message));
      lobe_pending_message_replace (stream, message);
    }
  else
    {
      stream = lobe_pending_message_new (message);
    }
  g_hash_table_insert (self->messages, (gpointer) lobe_message_get_id (message), stream);

  return stream;
}

static void
set_dirty (LobePending        *self,
           LobePendingMessage *stream)
{
  if (stream->dirty)
    return;

  stream->dirty = TRUE;
  stream->oldest = lobe_clock_get_monotonic (self->clock);
  self->n_dirty++;
}

/**
 * lobe_pending_put_message: (skip)
 * @self: differences
 * @message: a message
 * @chat_id: (nullable): its chat; may be %NULL when the message is on disk already
 *
 * Notes that all of @message is to be written.
 */
void
lobe_pending_put_message (LobePending *self,
                          LobeMessage *message,
                          const char  *chat_id)
{
  LobePendingMessage *stream = get_stream (self, message);

  if (chat_id != NULL)
    g_set_str (&stream->chat_id, chat_id);
  stream->whole = TRUE;
  set_dirty (self, stream);
}

/**
 * lobe_pending_touch: (skip)
 * @self: differences
 * @message: a message that streams
 *
 * Notes that something was added to @message. Cheap: it is called for every token.
 *
 * Returns: whether it is the first since the last batch
 */
gboolean
lobe_pending_touch (LobePending *self,
                    LobeMessage *message)
{
  LobePendingMessage *stream = get_stream (self, message);

  if (stream->dirty)
    return FALSE;

  set_dirty (self, stream);

  return TRUE;
}

static void
take_values (GHashTable *table,
             GPtrArray  *values,
             gboolean    numbers)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, &value))
    lobe_batch_value (values, key, numbers ? NULL : value, numbers ? *(gint64 *) value : 0);

  g_hash_table_remove_all (table);
}

static int
compare_rows (gconstpointer a,
              gconstpointer b)
{
  const LobeMessageRow *one = *(LobeMessageRow **) a;
  const LobeMessageRow *other = *(LobeMessageRow **) b;

  return g_strcmp0 (one->id, other->id);
}

/**
 * lobe_pending_take: (skip)
 * @self: differences
 *
 * Returns: (transfer full): all differences, to be written; has to be given back before the next one is taken
 */
LobeBatch *
lobe_pending_take (LobePending *self)
{
  LobeBatch *batch = lobe_batch_new ();
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, self->dirty_chats);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      Known *known = g_hash_table_lookup (self->chats, key);
      g_autoptr (LobeChatRow) row = lobe_chat_row_new (known->chat);

      row->fields = lobe_chat_row_compare (row, known->base);
      if (row->fields == 0)
        continue;
      if (known->base == NULL)
        row->created = lobe_clock_get_real (self->clock);
      else
        row->created = known->base->created;
      /* a draft comes every few words, and the next one repeats it */
      if (row->fields & ~LOBE_CHAT_DRAFT)
        batch->sync = LOBE_DATABASE_DURABLE;
      g_ptr_array_add (batch->chats, g_steal_pointer (&row));
    }
  g_hash_table_remove_all (self->dirty_chats);

  g_hash_table_iter_init (&iter, self->messages);
  while (self->n_dirty > 0 && g_hash_table_iter_next (&iter, NULL, &value))
    {
      LobePendingMessage *stream = value;

      if (!stream->dirty)
        continue;

      lobe_pending_message_take (stream, self->owner, batch);
      stream->dirty = FALSE;
      self->n_dirty--;
    }
  /* ids sort by time, so neighbours on disk are neighbours in the chat */
  g_ptr_array_sort (batch->messages, compare_rows);

  if (g_hash_table_size (self->leaves) + g_hash_table_size (self->deletions) + g_hash_table_size (self->settings) > 0)
    batch->sync = LOBE_DATABASE_DURABLE;
  take_values (self->leaves, batch->leaves, FALSE);
  take_values (self->deletions, batch->deletions, TRUE);
  take_values (self->settings, batch->settings, FALSE);

  g_hash_table_iter_init (&iter, self->uses);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    g_ptr_array_add (batch->uses, lobe_model_use_copy (value));
  g_hash_table_remove_all (self->uses);

  if (lobe_pending_has_accounts (self))
    {
      batch->sync = LOBE_DATABASE_DURABLE;
      g_hash_table_iter_init (&iter, self->accounts);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        {
          g_ptr_array_add (batch->accounts, value);
          g_hash_table_iter_steal (&iter);
        }
      batch->order = g_steal_pointer (&self->order);
    }

  return batch;
}

static void
keep_values (GHashTable *table,
             GPtrArray  *values,
             gboolean    numbers)
{
  for (guint i = 0; i < values->len; i++)
    {
      LobeBatchValue *value = values->pdata[i];

      if (!g_hash_table_contains (table, value->key))
        g_hash_table_insert (table, g_strdup (value->key),
                             numbers ? g_memdup2 (&value->number, sizeof value->number) : g_strdup (value->text));
    }
}

/* What was changed again meanwhile is newer. */
static void
keep_uses (LobePending *self,
           LobeBatch   *batch)
{
  for (guint i = 0; i < batch->uses->len; i++)
    {
      LobeModelUse *use = batch->uses->pdata[i];
      g_autofree char *key = g_strconcat (use->server, "\n", use->model, NULL);

      if (!g_hash_table_contains (self->uses, key))
        lobe_pending_save_model_use (self, use);
    }
}

static void
keep_accounts (LobePending *self,
               LobeBatch   *batch)
{
  for (guint i = 0; i < batch->accounts->len; i++)
    {
      LobeBatchAccount *item = batch->accounts->pdata[i];
      LobeBatchAccount *newer = g_hash_table_lookup (self->accounts, item->id);

      if (newer == NULL)
        put_account (self, lobe_batch_account_new (item->id, item->account, item->added));
      else if (item->added && item->account != NULL && newer->account != NULL)
        newer->added = TRUE;
    }

  if (self->order == NULL)
    self->order = g_steal_pointer (&batch->order);
}

static void
give_back_chats (LobePending *self,
                 LobeBatch   *batch,
                 LobeOutcome  outcome)
{
  for (guint i = 0; i < batch->chats->len; i++)
    {
      LobeChatRow *row = batch->chats->pdata[i];
      Known *known = g_hash_table_lookup (self->chats, row->id);

      if (outcome == LOBE_OUTCOME_RETRY)
        g_hash_table_add (self->dirty_chats, (gpointer) lobe_chat_get_id (known->chat));
      else if (outcome == LOBE_OUTCOME_WRITTEN && known->base != NULL)
        lobe_chat_row_copy_fields (known->base, row, row->fields);
      else if (outcome == LOBE_OUTCOME_WRITTEN)
        known->base = g_steal_pointer (&batch->chats->pdata[i]);
    }
}

/**
 * lobe_pending_give_back: (skip)
 * @self: differences
 * @batch: from lobe_pending_take ()
 * @outcome: what became of it
 *
 * Returns: (transfer full) (element-type LobeCommit): what of messages is on disk now
 */
GPtrArray *
lobe_pending_give_back (LobePending *self,
                        LobeBatch   *batch,
                        LobeOutcome  outcome)
{
  GPtrArray *commits = g_ptr_array_new_with_free_func (commit_free);
  gint64 now = lobe_clock_get_monotonic (self->clock);
  GHashTableIter iter;
  gpointer value;

  give_back_chats (self, batch, outcome);

  g_hash_table_iter_init (&iter, self->messages);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      LobePendingMessage *stream = value;

      if (!stream->in_batch)
        continue;

      stream->in_batch = FALSE;
      lobe_pending_message_give_back (stream, outcome);
      if (outcome == LOBE_OUTCOME_RETRY)
        {
          set_dirty (self, stream);
          stream->oldest = stream->batch_oldest;
        }
      if (outcome == LOBE_OUTCOME_WRITTEN)
        {
          LobeCommit *commit = g_new0 (LobeCommit, 1);

          commit->id = g_strdup (lobe_message_get_id (stream->message));
          commit->length = stream->batch_length;
          commit->lag = now - stream->batch_oldest;
          g_ptr_array_add (commits, commit);
        }
      if (!stream->dirty && lobe_message_get_state (stream->message) != LOBE_MESSAGE_STREAMING)
        g_hash_table_iter_remove (&iter);
    }

  if (outcome == LOBE_OUTCOME_RETRY)
    {
      keep_values (self->leaves, batch->leaves, FALSE);
      keep_values (self->deletions, batch->deletions, TRUE);
      keep_values (self->settings, batch->settings, FALSE);
      keep_accounts (self, batch);
      keep_uses (self, batch);
    }

  return commits;
}
