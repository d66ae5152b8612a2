/* lobe-pending-message.c: what of one message is on disk, and what is not */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-pending-message.h"

#include <string.h>

/* A part of which the first @saved bytes are on disk and the first @queued are in the batch under way. */
typedef struct
{
  LobePart *part;
  gsize     saved;
  gsize     queued;
  guint     signature; /* a hash of the one that was written with it, 0 for none */
} Mark;

static guint
hash_signature (LobePart *part)
{
  const char *signature = lobe_part_get_signature (part);

  return signature != NULL ? g_str_hash (signature) : 0;
}

static void
mark_clear (gpointer data)
{
  g_clear_object (&((Mark *) data)->part);
}

/**
 * lobe_pending_message_new: (skip)
 * @message: a message of which nothing is on disk, as far as we know
 *
 * Returns: (transfer full): all of it is to be written
 */
LobePendingMessage *
lobe_pending_message_new (LobeMessage *message)
{
  LobePendingMessage *self = g_new0 (LobePendingMessage, 1);

  self->message = g_object_ref (message);
  self->marks = g_array_new (FALSE, TRUE, sizeof (Mark));
  g_array_set_clear_func (self->marks, mark_clear);
  self->whole = TRUE;

  return self;
}

/**
 * lobe_pending_message_free: (skip)
 * @self: a pending message
 */
void
lobe_pending_message_free (LobePendingMessage *self)
{
  g_object_unref (self->message);
  g_free (self->chat_id);
  g_array_unref (self->marks);
  g_free (self);
}

/**
 * lobe_pending_message_replace: (skip)
 * @self: a pending message
 * @message: another object with the same id: what is known of the parts is of the old one's
 */
void
lobe_pending_message_replace (LobePendingMessage *self,
                              LobeMessage        *message)
{
  g_array_set_size (self->marks, 0);
  self->n_saved = 0;
  self->whole = TRUE;
  g_set_object (&self->message, message);
}

static guint64
get_length (LobeMessage *message)
{
  GPtrArray *parts = lobe_message_get_parts (message);
  guint64 length = 0;

  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      LobePartKind kind = lobe_part_get_kind (parts->pdata[i]);

      if (kind == LOBE_PART_TEXT || kind == LOBE_PART_REASONING)
        length += lobe_part_get_length (parts->pdata[i]);
    }

  return length;
}

/* Only what was written and only grew can be written by adding. */
static gboolean
has_only_grown (LobePendingMessage *self)
{
  GPtrArray *parts = lobe_message_get_parts (self->message);

  if (self->whole || parts == NULL || parts->len < self->marks->len ||
      lobe_message_get_state (self->message) != LOBE_MESSAGE_STREAMING)
    return FALSE;

  for (guint i = 0; i < self->marks->len; i++)
    {
      Mark *mark = &g_array_index (self->marks, Mark, i);

      if (mark->part != parts->pdata[i] || lobe_part_get_length (mark->part) < mark->saved ||
          hash_signature (mark->part) != mark->signature)
        return FALSE;
    }

  return TRUE;
}

static void
take_growth (LobePendingMessage *self,
             LobeBatch          *batch)
{
  GPtrArray *parts = lobe_message_get_parts (self->message);

  for (guint i = 0; i < parts->len; i++)
    {
      LobePart *part = parts->pdata[i];
      gsize length = lobe_part_get_length (part);
      LobeTailRow *tail;
      Mark *mark;

      if (i == self->marks->len)
        {
          Mark added = { g_object_ref (part), 0, 0, hash_signature (part) };

          g_array_append_val (self->marks, added);
        }

      mark = &g_array_index (self->marks, Mark, i);
      mark->queued = length;
      if (i < self->n_saved && length == mark->saved)
        continue;

      tail = g_new0 (LobeTailRow, 1);
      tail->message_id = g_strdup (lobe_message_get_id (self->message));
      tail->position = i;
      tail->start = mark->saved;
      tail->length = length - mark->saved;
      tail->text = g_malloc (tail->length + 1);
      memcpy (tail->text, lobe_part_get_text (part) + mark->saved, tail->length);
      tail->text[tail->length] = '\0';
      if (i >= self->n_saved)
        tail->part = lobe_part_row_new (part, FALSE);
      g_ptr_array_add (batch->tails, tail);
    }
}

static void
take_whole (LobePendingMessage *self,
            const char         *owner,
            LobeBatch          *batch)
{
  GPtrArray *parts = lobe_message_get_parts (self->message);

  g_ptr_array_add (batch->messages, lobe_message_row_new (self->message, self->chat_id, owner));
  batch->sync = LOBE_DATABASE_DURABLE;

  g_array_set_size (self->marks, 0);
  self->n_saved = 0;
  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      Mark mark = { g_object_ref (parts->pdata[i]), 0, lobe_part_get_length (parts->pdata[i]),
                    hash_signature (parts->pdata[i]) };

      g_array_append_val (self->marks, mark);
    }

  /* a body that is not here can't be added to later either */
  self->whole = parts == NULL;
}

/**
 * lobe_pending_message_take: (skip)
 * @self: a pending message
 * @owner: under which name this process writes
 * @batch: where to put what is to be written: what was added, or all of it
 */
void
lobe_pending_message_take (LobePendingMessage *self,
                           const char         *owner,
                           LobeBatch          *batch)
{
  if (has_only_grown (self))
    take_growth (self, batch);
  else
    take_whole (self, owner, batch);

  self->in_batch = TRUE;
  self->batch_oldest = self->oldest;
  self->batch_length = get_length (self->message);
}

/**
 * lobe_pending_message_give_back: (skip)
 * @self: a pending message that is in a batch
 * @outcome: what became of the batch
 */
void
lobe_pending_message_give_back (LobePendingMessage *self,
                                LobeOutcome         outcome)
{
  if (outcome == LOBE_OUTCOME_WRITTEN)
    {
      self->n_saved = self->marks->len;
      for (guint i = 0; i < self->marks->len; i++)
        {
          Mark *mark = &g_array_index (self->marks, Mark, i);

          mark->saved = mark->queued;
        }
      return;
    }

  /* all of it next time: what the transaction would have left is not worth guessing */
  self->whole = TRUE;
}
