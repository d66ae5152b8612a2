/* lobe-message-table.c: the tables of messages, of their parts, and of the tails of parts that still grow */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-message-table.h"

#include "store/lobe-attachment.h"

#include <string.h>

/**
 * lobe_part_row_new: (skip)
 * @part: a part
 * @with_text: whether to copy its text
 *
 * Returns: (transfer full): a copy that another thread may read
 */
LobePartRow *
lobe_part_row_new (LobePart *part,
                   gboolean  with_text)
{
  LobePartRow *self = g_new0 (LobePartRow, 1);

  self->kind = lobe_part_get_kind (part);
  self->length = with_text ? lobe_part_get_length (part) : 0;
  self->text = g_malloc (self->length + 1);
  memcpy (self->text, lobe_part_get_text (part), self->length);
  self->text[self->length] = '\0';
  self->name = g_strdup (lobe_part_get_name (part));
  self->call_id = g_strdup (lobe_part_get_call_id (part));
  self->signature = g_strdup (lobe_part_get_signature (part));
  self->mime_type = g_strdup (lobe_part_get_mime_type (part));
  self->hash = g_strdup (lobe_part_get_hash (part));
  self->size = self->hash != NULL ? lobe_part_get_size (part) : -1;

  return self;
}

/**
 * lobe_part_row_free: (skip)
 * @self: a row
 */
void
lobe_part_row_free (LobePartRow *self)
{
  g_free (self->text);
  g_free (self->name);
  g_free (self->call_id);
  g_free (self->signature);
  g_free (self->mime_type);
  g_free (self->hash);
  g_free (self);
}

/**
 * lobe_tail_row_free: (skip)
 * @self: a row
 */
void
lobe_tail_row_free (LobeTailRow *self)
{
  g_free (self->message_id);
  g_free (self->text);
  g_clear_pointer (&self->part, lobe_part_row_free);
  g_free (self);
}

/**
 * lobe_message_row_new: (skip)
 * @message: a message
 * @chat_id: (nullable): its chat
 * @owner: who writes it, if it streams
 *
 * Returns: (transfer full): a copy of @message that another thread may read
 */
LobeMessageRow *
lobe_message_row_new (LobeMessage *message,
                      const char  *chat_id,
                      const char  *owner)
{
  LobeMessageRow *self = g_new0 (LobeMessageRow, 1);
  const LobeUsage *usage = lobe_message_get_usage (message);
  GPtrArray *parts = lobe_message_get_parts (message);

  self->id = g_strdup (lobe_message_get_id (message));
  self->chat_id = g_strdup (chat_id);
  self->parent_id = g_strdup (lobe_message_get_parent_id (message));
  self->role = lobe_message_get_role (message);
  self->state = lobe_message_get_state (message);
  self->created = lobe_message_get_created (message);
  self->server = lobe_message_get_server (message);
  self->model = lobe_message_get_model (message);
  self->n_blocks = lobe_message_get_n_blocks (message);
  self->stop_reason = lobe_message_get_stop_reason (message);
  self->think_time = lobe_message_get_think_time (message);
  self->first_token_time = lobe_message_get_first_token_time (message);
  self->usage = usage != NULL ? *usage : LOBE_USAGE_UNKNOWN;
  self->pinned = lobe_message_get_pinned (message);
  self->error_code = lobe_message_get_error_code (message);
  self->error_text = g_strdup (lobe_message_get_error_text (message));
  if (self->state == LOBE_MESSAGE_STREAMING)
    self->owner = g_strdup (owner);

  if (parts != NULL)
    {
      self->parts = g_ptr_array_new_full (parts->len, (GDestroyNotify) lobe_part_row_free);
      for (guint i = 0; i < parts->len; i++)
        g_ptr_array_add (self->parts, lobe_part_row_new (parts->pdata[i], TRUE));
    }

  return self;
}

/**
 * lobe_message_row_free: (skip)
 * @self: a row
 */
void
lobe_message_row_free (LobeMessageRow *self)
{
  g_free (self->id);
  g_free (self->chat_id);
  g_free (self->parent_id);
  g_free (self->error_text);
  g_free (self->owner);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_free (self);
}

static gboolean
put_part (LobeDatabase       *database,
          const char         *message_id,
          gint64              position,
          const LobePartRow  *row,
          GError            **error)
{
  /* The message may be gone: another process can have emptied the bin while an answer of it streamed. */
  return lobe_database_execute (database, error,
                                "INSERT INTO part (message_id, position, kind, text, name, call_id, mime_type, hash, size, signature) "
                                "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE EXISTS (SELECT 1 FROM message WHERE id = ?1) "
                                "ON CONFLICT (message_id, position) DO NOTHING",
                                "siitssssus", message_id, position, (gint64) row->kind, row->text, row->length, row->name,
                                row->call_id, row->mime_type, row->hash, row->size, row->signature);
}

/**
 * lobe_message_table_put: (skip)
 * @database: the database, in a transaction
 * @row: a message
 * @error: return location
 *
 * Writes a message whole, over what was there of it.
 *
 * Returns: whether it was written
 */
gboolean
lobe_message_table_put (LobeDatabase          *database,
                        const LobeMessageRow  *row,
                        GError               **error)
{
  /* with no chat named, that of the message that is there: none, and nothing is written */
  if (!lobe_database_execute (database, error,
                              "INSERT INTO message (id, chat_id, parent_id, role, state, created, server, model, n_blocks, "
                              "stop_reason, think_time, prompt_tokens, cached_tokens, completion_tokens, reasoning_tokens, "
                              "tokens_per_second, error_code, error_text, owner, first_token_time, pinned) "
                              "SELECT ?1, chat.id, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21 "
                              "FROM chat WHERE chat.id = coalesce (?2, (SELECT chat_id FROM message WHERE id = ?1)) "
                              "ON CONFLICT (id) DO UPDATE SET "
                              "state = excluded.state, server = excluded.server, model = excluded.model, "
                              "n_blocks = excluded.n_blocks, stop_reason = excluded.stop_reason, "
                              "think_time = excluded.think_time, prompt_tokens = excluded.prompt_tokens, "
                              "cached_tokens = excluded.cached_tokens, completion_tokens = excluded.completion_tokens, "
                              "reasoning_tokens = excluded.reasoning_tokens, "
                              "tokens_per_second = excluded.tokens_per_second, error_code = excluded.error_code, "
                              "error_text = excluded.error_text, owner = excluded.owner, "
                              "first_token_time = excluded.first_token_time, pinned = excluded.pinned",
                              "sssiiissiiiuuuudussii", row->id, row->chat_id, row->parent_id, (gint64) row->role,
                              (gint64) row->state, row->created, row->server, row->model, (gint64) row->n_blocks,
                              (gint64) row->stop_reason, row->think_time, row->usage.prompt_tokens, row->usage.cached_tokens,
                              row->usage.completion_tokens, row->usage.reasoning_tokens, row->usage.tokens_per_second,
                              (gint64) row->error_code, row->error_text, row->owner, row->first_token_time,
                              (gint64) row->pinned))
    return FALSE;

  if (row->parts == NULL)
    return TRUE;

  /* tails go with their parts */
  if (!lobe_database_execute (database, error, "DELETE FROM part WHERE message_id = ?1", "s", row->id))
    return FALSE;

  for (guint i = 0; i < row->parts->len; i++)
    {
      if (!put_part (database, row->id, i, row->parts->pdata[i], error))
        return FALSE;
    }

  return TRUE;
}

/**
 * lobe_message_table_append: (skip)
 * @database: the database, in a transaction
 * @row: what came
 * @error: return location
 *
 * Adds to a part of a streaming message. Costs what came, however long the part is.
 *
 * Returns: whether it was written
 */
gboolean
lobe_message_table_append (LobeDatabase       *database,
                           const LobeTailRow  *row,
                           GError            **error)
{
  if (row->part != NULL && !put_part (database, row->message_id, row->position, row->part, error))
    return FALSE;

  if (row->length == 0)
    return TRUE;

  return lobe_database_execute (database, error,
                                "INSERT INTO tail (message_id, position, start, text) SELECT ?1, ?2, ?3, ?4 "
                                "WHERE EXISTS (SELECT 1 FROM part WHERE message_id = ?1 AND position = ?2)",
                                "siit", row->message_id, row->position, (gint64) row->start, row->text, row->length);
}

/**
 * lobe_message_table_heads: (skip)
 * @database: the database
 * @chat_id: a chat
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type LobeMessage): its messages without their bodies, oldest first
 */
GPtrArray *
lobe_message_table_heads (LobeDatabase  *database,
                          const char    *chat_id,
                          GError       **error)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  sqlite3_stmt *statement;
  GError *step_error = NULL;

  statement = lobe_database_query (database, error,
                                   "SELECT id, parent_id, role, state, created, n_blocks, pinned FROM message "
                                   "WHERE chat_id = ?1 ORDER BY created, id", "s", chat_id);
  if (statement == NULL)
    return NULL;

  while (lobe_database_next (database, statement, &step_error))
    {
      LobeMessage *message = lobe_message_new_unloaded ((const char *) sqlite3_column_text (statement, 0),
                                                        (const char *) sqlite3_column_text (statement, 1),
                                                        (LobeRole) sqlite3_column_int (statement, 2),
                                                        (LobeMessageState) sqlite3_column_int (statement, 3),
                                                        sqlite3_column_int64 (statement, 4),
                                                        (guint) sqlite3_column_int (statement, 5));

      lobe_message_set_pinned (message, sqlite3_column_int (statement, 6) != 0);
      g_ptr_array_add (messages, message);
    }

  if (step_error != NULL)
    {
      g_propagate_error (error, step_error);
      return NULL;
    }

  return g_steal_pointer (&messages);
}

static gint64
column_unknown (sqlite3_stmt *statement,
                int           column)
{
  return sqlite3_column_type (statement, column) == SQLITE_NULL ? -1 : sqlite3_column_int64 (statement, column);
}

static LobeMessage *
read_body (sqlite3_stmt *statement)
{
  LobeMessage *message;
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  LobeUsage usage = LOBE_USAGE_UNKNOWN;

  message = lobe_message_new_unloaded ((const char *) sqlite3_column_text (statement, 0), NULL, LOBE_ROLE_USER,
                                       (LobeMessageState) sqlite3_column_int (statement, 1), 0,
                                       (guint) sqlite3_column_int (statement, 2));
  lobe_message_set_origin (message, (const char *) sqlite3_column_text (statement, 3),
                           (const char *) sqlite3_column_text (statement, 4));
  lobe_message_set_stop_reason (message, (LobeStopReason) sqlite3_column_int (statement, 5));
  lobe_message_set_think_time (message, sqlite3_column_int64 (statement, 6));
  lobe_message_set_first_token_time (message, sqlite3_column_int64 (statement, 22));
  usage.prompt_tokens = column_unknown (statement, 7);
  usage.cached_tokens = column_unknown (statement, 8);
  usage.completion_tokens = column_unknown (statement, 9);
  usage.reasoning_tokens = column_unknown (statement, 10);
  if (sqlite3_column_type (statement, 11) != SQLITE_NULL)
    usage.tokens_per_second = sqlite3_column_double (statement, 11);
  if (usage.prompt_tokens >= 0 || usage.completion_tokens >= 0 || usage.tokens_per_second >= 0)
    lobe_message_set_usage (message, &usage);
  if (sqlite3_column_type (statement, 12) != SQLITE_NULL)
    lobe_message_set_error (message, sqlite3_column_int (statement, 12), (const char *) sqlite3_column_text (statement, 13));
  lobe_message_set_parts (message, none);

  return message;
}

static LobePart *
read_part (sqlite3_stmt *statement,
           const char   *attachments)
{
  LobePartKind kind = (LobePartKind) sqlite3_column_int (statement, 14);
  const char *text = (const char *) sqlite3_column_text (statement, 15);
  gssize length = sqlite3_column_bytes (statement, 15);
  const char *name = (const char *) sqlite3_column_text (statement, 16);
  const char *hash = (const char *) sqlite3_column_text (statement, 19);
  LobePart *part;

  if (hash != NULL)
    {
      g_autofree char *path = lobe_attachment_get_path (attachments, hash);

      return lobe_part_new_attachment (kind, name, (const char *) sqlite3_column_text (statement, 18), hash, path,
                                       sqlite3_column_int64 (statement, 20));
    }

  if (kind == LOBE_PART_TOOL_CALL)
    part = lobe_part_new_tool_call ((const char *) sqlite3_column_text (statement, 17), name, NULL);
  else if (kind == LOBE_PART_TOOL_RESULT)
    part = lobe_part_new_tool_result ((const char *) sqlite3_column_text (statement, 17), name, NULL);
  else
    part = lobe_part_new (kind, NULL);
  lobe_part_set_signature (part, (const char *) sqlite3_column_text (statement, 21));
  if (text != NULL)
    lobe_part_append (part, text, length);

  return part;
}

/**
 * lobe_message_table_bodies: (skip)
 * @database: the database
 * @ids: a JSON array of ids of messages
 * @attachments: the folder of attachments
 * @error: return location
 *
 * Returns: (transfer full) (nullable) (element-type LobeMessage): a loaded message for each that exists, in no order,
 *   of which id, state and what comes with the body are right
 */
GPtrArray *
lobe_message_table_bodies (LobeDatabase  *database,
                           const char    *ids,
                           const char    *attachments,
                           GError       **error)
{
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_object_unref);
  LobeMessage *message = NULL;
  sqlite3_stmt *statement;
  GError *step_error = NULL;

  statement = lobe_database_query (database, error,
                                   "SELECT m.id, m.state, m.n_blocks, m.server, m.model, m.stop_reason, m.think_time, "
                                   "m.prompt_tokens, m.cached_tokens, m.completion_tokens, m.reasoning_tokens, "
                                   "m.tokens_per_second, m.error_code, m.error_text, "
                                   "p.kind, p.text, p.name, p.call_id, p.mime_type, p.hash, p.size, p.signature, "
                                   "m.first_token_time "
                                   "FROM json_each (?1) AS wanted CROSS JOIN message AS m ON m.id = wanted.value "
                                   "LEFT JOIN part_text AS p ON p.message_id = m.id ORDER BY wanted.key, p.position",
                                   "s", ids);
  if (statement == NULL)
    return NULL;

  while (lobe_database_next (database, statement, &step_error))
    {
      const char *id = (const char *) sqlite3_column_text (statement, 0);

      if (message == NULL || g_strcmp0 (lobe_message_get_id (message), id) != 0)
        {
          message = read_body (statement);
          g_ptr_array_add (messages, message);
        }

      if (sqlite3_column_type (statement, 14) != SQLITE_NULL)
        {
          g_autoptr (LobePart) part = read_part (statement, attachments);

          lobe_message_add_part (message, part);
        }
    }

  if (step_error != NULL)
    {
      g_propagate_error (error, step_error);
      return NULL;
    }

  return g_steal_pointer (&messages);
}

/**
 * lobe_message_table_end: (skip)
 * @database: the database, in a transaction
 * @owner: (nullable): an owner that writes no more
 * @error: return location
 *
 * Makes what it was writing interrupted messages, with all that had come of them.
 *
 * Returns: whether it was written
 */
gboolean
lobe_message_table_end (LobeDatabase  *database,
                        const char    *owner,
                        GError       **error)
{
  return lobe_database_execute (database, error,
                                "UPDATE part SET text = (SELECT text FROM part_text "
                                "WHERE message_id = part.message_id AND position = part.position) "
                                "WHERE (message_id, position) IN (SELECT t.message_id, t.position FROM message AS m "
                                "JOIN tail AS t ON t.message_id = m.id WHERE m.state = 1 AND m.owner IS ?1)", "s", owner) &&
         lobe_database_execute (database, error,
                                "DELETE FROM tail WHERE message_id IN "
                                "(SELECT id FROM message WHERE state = 1 AND owner IS ?1)", "s", owner) &&
         lobe_database_execute (database, error,
                                "UPDATE message SET state = 2, owner = NULL WHERE state = 1 AND owner IS ?1", "s", owner);
}

static gboolean
end_owner (LobeDatabase  *database,
           gpointer       data,
           GError       **error)
{
  return lobe_message_table_end (database, data, error);
}

/**
 * lobe_message_table_recover: (skip)
 * @database: the database
 * @owner: this process
 * @foreign: (out): whether others that live still write
 * @changed: (out): whether something was found that nobody writes any more
 * @error: return location
 *
 * Ends the messages of processes that are gone.
 *
 * Returns: whether it could be done
 */
gboolean
lobe_message_table_recover (LobeDatabase  *database,
                            LobeOwner     *owner,
                            gboolean      *foreign,
                            gboolean      *changed,
                            GError       **error)
{
  g_autoptr (GPtrArray) owners = g_ptr_array_new_with_free_func (g_free);
  sqlite3_stmt *statement;
  GError *step_error = NULL;

  *foreign = FALSE;
  *changed = FALSE;

  statement = lobe_database_query (database, error, "SELECT DISTINCT owner FROM message WHERE state = 1", "");
  if (statement == NULL)
    return FALSE;

  while (lobe_database_next (database, statement, &step_error))
    g_ptr_array_add (owners, g_strdup ((const char *) sqlite3_column_text (statement, 0)));

  if (step_error != NULL)
    {
      g_propagate_error (error, step_error);
      return FALSE;
    }

  for (guint i = 0; i < owners->len; i++)
    {
      const char *name = owners->pdata[i];

      if (g_strcmp0 (name, lobe_owner_get_name (owner)) == 0)
        continue;

      if (!lobe_owner_is_gone (owner, name))
        {
          *foreign = TRUE;
          continue;
        }

      if (!lobe_database_write (database, LOBE_DATABASE_DURABLE, end_owner, (gpointer) name, error))
        return FALSE;
      *changed = TRUE;
    }

  return TRUE;
}
