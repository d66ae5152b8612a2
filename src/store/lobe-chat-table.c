/* lobe-chat-table.c: the table of chats */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-chat-table.h"

#define COLUMNS "id, title, title_source, created, updated, server, model, system_prompt, draft, context_strategy, " \
                "context_messages, summary, summary_leaf_id"

/**
 * lobe_chat_row_new: (skip)
 * @chat: a chat
 *
 * Returns: (transfer full): @chat as it is now, with no fields marked
 */
LobeChatRow *
lobe_chat_row_new (LobeChat *chat)
{
  LobeChatRow *self = g_new0 (LobeChatRow, 1);

  self->id = g_strdup (lobe_chat_get_id (chat));
  self->title = g_strdup (lobe_chat_get_title (chat));
  self->title_source = lobe_chat_get_title_source (chat);
  self->updated = lobe_chat_get_updated (chat);
  self->created = self->updated;
  self->server = g_strdup (lobe_chat_get_server (chat));
  self->model = g_strdup (lobe_chat_get_model (chat));
  self->system_prompt = g_strdup (lobe_chat_get_system_prompt (chat));
  self->draft = g_strdup (lobe_chat_get_draft (chat));
  self->context_strategy = lobe_chat_get_context_strategy (chat);
  self->context_messages = lobe_chat_get_context_messages (chat);
  self->summary = g_strdup (lobe_chat_get_summary (chat));
  self->summary_leaf_id = g_strdup (lobe_chat_get_summary_leaf_id (chat));

  return self;
}

/**
 * lobe_chat_row_free: (skip)
 * @self: (nullable): a row
 */
void
lobe_chat_row_free (LobeChatRow *self)
{
  if (self == NULL)
    return;

  g_free (self->id);
  g_free (self->title);
  g_free (self->server);
  g_free (self->model);
  g_free (self->system_prompt);
  g_free (self->draft);
  g_free (self->summary);
  g_free (self->summary_leaf_id);
  g_free (self);
}

/**
 * lobe_chat_row_compare: (skip)
 * @self: a row
 * @other: (nullable): a row of the same chat
 *
 * Returns: the fields in which they differ; all when there is no @other
 */
LobeChatFields
lobe_chat_row_compare (const LobeChatRow *self,
                       const LobeChatRow *other)
{
  LobeChatFields fields = 0;

  if (other == NULL)
    return LOBE_CHAT_ALL_FIELDS;

  if (g_strcmp0 (self->title, other->title) != 0 || self->title_source != other->title_source)
    fields |= LOBE_CHAT_TITLE;
  if (self->updated != other->updated)
    fields |= LOBE_CHAT_UPDATED;
  if (g_strcmp0 (self->server, other->server) != 0 || g_strcmp0 (self->model, other->model) != 0)
    fields |= LOBE_CHAT_MODEL;
  if (g_strcmp0 (self->system_prompt, other->system_prompt) != 0)
    fields |= LOBE_CHAT_SYSTEM_PROMPT;
  if (g_strcmp0 (self->draft, other->draft) != 0)
    fields |= LOBE_CHAT_DRAFT;
  if (self->context_strategy != other->context_strategy || self->context_messages != other->context_messages)
    fields |= LOBE_CHAT_CONTEXT;
  if (g_strcmp0 (self->summary, other->summary) != 0 || g_strcmp0 (self->summary_leaf_id, other->summary_leaf_id) != 0)
    fields |= LOBE_CHAT_SUMMARY;

  return fields;
}

/**
 * lobe_chat_row_copy_fields: (skip)
 * @self: a row
 * @from: a row of the same chat
 * @fields: what to take over from it
 */
void
lobe_chat_row_copy_fields (LobeChatRow       *self,
                           const LobeChatRow *from,
                           LobeChatFields     fields)
{
  if (fields & LOBE_CHAT_TITLE)
    {
      g_set_str (&self->title, from->title);
      self->title_source = from->title_source;
    }
  if (fields & LOBE_CHAT_UPDATED)
    self->updated = from->updated;
  if (fields & LOBE_CHAT_MODEL)
    {
      g_set_str (&self->server, from->server);
      g_set_str (&self->model, from->model);
    }
  if (fields & LOBE_CHAT_SYSTEM_PROMPT)
    g_set_str (&self->system_prompt, from->system_prompt);
  if (fields & LOBE_CHAT_DRAFT)
    g_set_str (&self->draft, from->draft);
  if (fields & LOBE_CHAT_CONTEXT)
    {
      self->context_strategy = from->context_strategy;
      self->context_messages = from->context_messages;
    }
  if (fields & LOBE_CHAT_SUMMARY)
    {
      g_set_str (&self->summary, from->summary);
      g_set_str (&self->summary_leaf_id, from->summary_leaf_id);
    }
}

/**
 * lobe_chat_row_apply: (skip)
 * @self: a row
 * @chat: its chat
 * @fields: what to set
 */
void
lobe_chat_row_apply (const LobeChatRow *self,
                     LobeChat          *chat,
                     LobeChatFields     fields)
{
  if (fields & LOBE_CHAT_TITLE)
    lobe_chat_set_title (chat, self->title, self->title_source);
  if (fields & LOBE_CHAT_UPDATED)
    lobe_chat_set_updated (chat, self->updated);
  if (fields & LOBE_CHAT_MODEL)
    lobe_chat_set_model (chat, self->server, self->model);
  if (fields & LOBE_CHAT_SYSTEM_PROMPT)
    lobe_chat_set_system_prompt (chat, self->system_prompt);
  if (fields & LOBE_CHAT_DRAFT)
    lobe_chat_set_draft (chat, self->draft);
  if (fields & LOBE_CHAT_CONTEXT)
    lobe_chat_set_context (chat, self->context_strategy, self->context_messages);
  if (fields & LOBE_CHAT_SUMMARY)
    lobe_chat_set_summary (chat, self->summary, self->summary_leaf_id);
}

static LobeChatRow *
read_row (sqlite3_stmt *statement)
{
  LobeChatRow *row = g_new0 (LobeChatRow, 1);

  row->id = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  row->title = g_strdup ((const char *) sqlite3_column_text (statement, 1));
  row->title_source = (LobeTitleSource) sqlite3_column_int (statement, 2);
  row->created = sqlite3_column_int64 (statement, 3);
  row->updated = sqlite3_column_int64 (statement, 4);
  row->server = g_strdup ((const char *) sqlite3_column_text (statement, 5));
  row->model = g_strdup ((const char *) sqlite3_column_text (statement, 6));
  row->system_prompt = g_strdup ((const char *) sqlite3_column_text (statement, 7));
  row->draft = g_strdup ((const char *) sqlite3_column_text (statement, 8));
  row->context_strategy = (LobeContextStrategy) sqlite3_column_int (statement, 9);
  row->context_messages = (guint) MAX (sqlite3_column_int (statement, 10), 0);
  row->summary = g_strdup ((const char *) sqlite3_column_text (statement, 11));
  row->summary_leaf_id = g_strdup ((const char *) sqlite3_column_text (statement, 12));
  row->deleted = sqlite3_column_type (statement, 13) != SQLITE_NULL;

  return row;
}

/**
 * lobe_chat_table_load: (skip)
 * @database: the database
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type LobeChatRow): chats that are not deleted, newest first
 */
GPtrArray *
lobe_chat_table_load (LobeDatabase  *database,
                      GError       **error)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_chat_row_free);
  sqlite3_stmt *statement;
  GError *step_error = NULL;

  statement = lobe_database_query (database, error,
                                   "SELECT " COLUMNS ", deleted_at FROM chat WHERE deleted_at IS NULL ORDER BY updated DESC, id DESC", "");
  if (statement == NULL)
    return NULL;

  while (lobe_database_next (database, statement, &step_error))
    g_ptr_array_add (rows, read_row (statement));

  if (step_error != NULL)
    {
      g_propagate_error (error, step_error);
      return NULL;
    }

  return g_steal_pointer (&rows);
}

/**
 * lobe_chat_table_load_one: (skip)
 * @database: the database
 * @id: a chat's id
 * @error: return location; not set when there is no such chat
 *
 * Returns: (transfer full) (nullable): the row, also of a deleted chat
 */
LobeChatRow *
lobe_chat_table_load_one (LobeDatabase  *database,
                          const char    *id,
                          GError       **error)
{
  g_autoptr (LobeChatRow) row = NULL;
  sqlite3_stmt *statement;
  GError *step_error = NULL;

  statement = lobe_database_query (database, error, "SELECT " COLUMNS ", deleted_at FROM chat WHERE id = ?1", "s", id);
  if (statement == NULL)
    return NULL;

  while (lobe_database_next (database, statement, &step_error))
    {
      g_clear_pointer (&row, lobe_chat_row_free);
      row = read_row (statement);
    }

  if (step_error != NULL)
    {
      g_propagate_error (error, step_error);
      return NULL;
    }

  return g_steal_pointer (&row);
}

/**
 * lobe_chat_table_save: (skip)
 * @database: the database, in a transaction
 * @row: a row; its fields say what of it to write when the chat is there already
 * @error: return location
 *
 * Two processes that talk in one chat both move it up: the later time stays.
 *
 * Returns: whether it was written
 */
gboolean
lobe_chat_table_save (LobeDatabase       *database,
                      const LobeChatRow  *row,
                      GError            **error)
{
  return lobe_database_execute (database, error,
                                "INSERT INTO chat (" COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) "
                                "ON CONFLICT (id) DO UPDATE SET "
                                "title = iif (?14 & 1, excluded.title, title), "
                                "title_source = iif (?14 & 1, excluded.title_source, title_source), "
                                "updated = iif (?14 & 2, max (excluded.updated, updated), updated), "
                                "server = iif (?14 & 4, excluded.server, server), "
                                "model = iif (?14 & 4, excluded.model, model), "
                                "system_prompt = iif (?14 & 8, excluded.system_prompt, system_prompt), "
                                "draft = iif (?14 & 16, excluded.draft, draft), "
                                "context_strategy = iif (?14 & 32, excluded.context_strategy, context_strategy), "
                                "context_messages = iif (?14 & 32, excluded.context_messages, context_messages), "
                                "summary = iif (?14 & 64, excluded.summary, summary), "
                                "summary_leaf_id = iif (?14 & 64, excluded.summary_leaf_id, summary_leaf_id)",
                                "ssiiissssiissi",
                                row->id, row->title, (gint64) row->title_source, row->created, row->updated,
                                row->server, row->model, row->system_prompt, row->draft, (gint64) row->context_strategy,
                                (gint64) row->context_messages, row->summary, row->summary_leaf_id, (gint64) row->fields);
}

/**
 * lobe_chat_table_set_leaf: (skip)
 * @database: the database, in a transaction
 * @id: a chat
 * @leaf_id: (nullable): where its path ends
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
lobe_chat_table_set_leaf (LobeDatabase  *database,
                          const char    *id,
                          const char    *leaf_id,
                          GError       **error)
{
  return lobe_database_execute (database, error, "UPDATE chat SET leaf_id = ?2 WHERE id = ?1", "ss", id, leaf_id);
}

/**
 * lobe_chat_table_get_leaf: (skip)
 * @database: the database
 * @id: a chat
 * @leaf_id: (out) (transfer full) (nullable): where its path ends
 * @error: return location
 *
 * Returns: whether it could be looked up; also when there is no such chat
 */
gboolean
lobe_chat_table_get_leaf (LobeDatabase  *database,
                          const char    *id,
                          char         **leaf_id,
                          GError       **error)
{
  return lobe_database_text (database, "SELECT leaf_id FROM chat WHERE id = ?1", id, leaf_id, error);
}

/**
 * lobe_chat_table_set_deleted: (skip)
 * @database: the database, in a transaction
 * @id: a chat
 * @deleted_at: when it was deleted, in µs since 1970; negative: it was not
 * @error: return location
 *
 * Returns: whether it was written
 */
gboolean
lobe_chat_table_set_deleted (LobeDatabase  *database,
                             const char    *id,
                             gint64         deleted_at,
                             GError       **error)
{
  return lobe_database_execute (database, error, "UPDATE chat SET deleted_at = ?2 WHERE id = ?1", "su", id, deleted_at);
}

static gboolean
purge (LobeDatabase  *database,
       gpointer       data,
       GError       **error)
{
  return lobe_database_execute (database, error, "DELETE FROM chat WHERE deleted_at < ?1", "i", *(gint64 *) data);
}

/**
 * lobe_chat_table_purge: (skip)
 * @database: the database
 * @deleted_before: in µs since 1970
 * @error: return location
 *
 * Removes for good the chats that were deleted before that time, with their messages.
 *
 * Returns: whether it could be done
 */
gboolean
lobe_chat_table_purge (LobeDatabase  *database,
                       gint64         deleted_before,
                       GError       **error)
{
  gint64 oldest;

  /* most often there is none, and then nobody has to wait for the lock of those who write */
  if (!lobe_database_integer (database, "SELECT min (deleted_at) FROM chat WHERE deleted_at IS NOT NULL", &oldest, error))
    return FALSE;
  if (oldest <= 0 || oldest >= deleted_before)
    return TRUE;

  return lobe_database_write (database, LOBE_DATABASE_CHECKPOINT, purge, &deleted_before, error);
}
