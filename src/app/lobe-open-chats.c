/* lobe-open-chats.c: the sessions of the chats that are shown, or that are being answered behind the one shown */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-open-chats.h"

struct _LobeOpenChats
{
  GObject      parent_instance;

  LobeCore    *core;
  GHashTable  *sessions;    /* id of the chat → LobeSession */
  GHashTable  *attachments; /* id of the chat → GPtrArray of LobePart, not sent yet */
  LobeSession *shown;
};

enum
{
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeOpenChats, lobe_open_chats, G_TYPE_OBJECT)

static void
turn_changed_cb (LobeOpenChats *self,
                 GParamSpec    *pspec,
                 LobeSession   *session)
{
  LobeChat *chat = lobe_session_get_chat (session);

  if (lobe_session_get_turn (session) != NULL || session == self->shown)
    return;

  /* it ended where nobody looked */
  lobe_chat_set_unseen (chat, TRUE);
  g_hash_table_remove (self->sessions, lobe_chat_get_id (chat));
}

static void
failed_cb (LobeOpenChats *self,
           GError        *error)
{
  g_signal_emit (self, signals[FAILED], 0, error);
}

static void
lobe_open_chats_dispose (GObject *object)
{
  LobeOpenChats *self = LOBE_OPEN_CHATS (object);

  g_clear_object (&self->shown);
  g_hash_table_remove_all (self->sessions);
  g_clear_object (&self->core);

  G_OBJECT_CLASS (lobe_open_chats_parent_class)->dispose (object);
}

static void
lobe_open_chats_finalize (GObject *object)
{
  LobeOpenChats *self = LOBE_OPEN_CHATS (object);

  g_hash_table_unref (self->sessions);
  g_hash_table_unref (self->attachments);

  G_OBJECT_CLASS (lobe_open_chats_parent_class)->finalize (object);
}

static void
lobe_open_chats_class_init (LobeOpenChatsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lobe_open_chats_dispose;
  G_OBJECT_CLASS (klass)->finalize = lobe_open_chats_finalize;

  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
lobe_open_chats_init (LobeOpenChats *self)
{
  self->sessions = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->attachments = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_ptr_array_unref);
}

LobeOpenChats *
lobe_open_chats_new (LobeCore *core)
{
  LobeOpenChats *self = g_object_new (LOBE_TYPE_OPEN_CHATS, NULL);

  self->core = g_object_ref (core);

  return self;
}

/**
 * lobe_open_chats_show:
 * @self: the open chats
 * @chat: the chat to show
 *
 * Opens @chat unless it is open, and lets go of the one shown before unless it is being answered.
 *
 * Returns: (transfer none): its session
 */
LobeSession *
lobe_open_chats_show (LobeOpenChats *self,
                      LobeChat      *chat)
{
  LobeSession *session;

  g_return_val_if_fail (LOBE_IS_OPEN_CHATS (self), NULL);
  g_return_val_if_fail (LOBE_IS_CHAT (chat), NULL);

  session = g_hash_table_lookup (self->sessions, lobe_chat_get_id (chat));
  if (session == NULL)
    {
      session = lobe_session_new (self->core, chat);
      lobe_session_set_writes_titles (session, TRUE);
      g_signal_connect_object (session, "notify::turn", G_CALLBACK (turn_changed_cb), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (session, "failed", G_CALLBACK (failed_cb), self, G_CONNECT_SWAPPED);
      g_hash_table_insert (self->sessions, g_strdup (lobe_chat_get_id (chat)), session);
    }

  if (session != self->shown)
    {
      g_autoptr (LobeSession) previous = g_steal_pointer (&self->shown);

      self->shown = g_object_ref (session);
      if (previous != NULL && lobe_session_get_turn (previous) == NULL)
        g_hash_table_remove (self->sessions, lobe_chat_get_id (lobe_session_get_chat (previous)));
    }

  lobe_chat_set_unseen (chat, FALSE);

  return session;
}

/**
 * lobe_open_chats_close:
 * @self: the open chats
 * @chat: a chat that is about to be deleted
 *
 * Stops what is being answered in it, and lets go of it.
 */
void
lobe_open_chats_close (LobeOpenChats *self,
                       LobeChat      *chat)
{
  g_autoptr (LobeSession) session = NULL;

  g_return_if_fail (LOBE_IS_OPEN_CHATS (self));

  session = g_hash_table_lookup (self->sessions, lobe_chat_get_id (chat));
  if (session == NULL)
    return;

  g_object_ref (session);
  g_signal_handlers_disconnect_by_data (session, self);
  lobe_session_stop (session);
  if (session == self->shown)
    g_clear_object (&self->shown);
  g_hash_table_remove (self->sessions, lobe_chat_get_id (chat));
}

/**
 * lobe_open_chats_get_attachments:
 * @self: the open chats
 * @chat: a chat
 *
 * Returns: (transfer none) (nullable) (element-type LobePart): what is attached there and not sent
 */
GPtrArray *
lobe_open_chats_get_attachments (LobeOpenChats *self,
                                 LobeChat      *chat)
{
  g_return_val_if_fail (LOBE_IS_OPEN_CHATS (self), NULL);

  return g_hash_table_lookup (self->attachments, lobe_chat_get_id (chat));
}

/**
 * lobe_open_chats_set_attachments:
 * @self: the open chats
 * @chat: a chat
 * @attachments: (element-type LobePart): what is attached there and not sent
 */
void
lobe_open_chats_set_attachments (LobeOpenChats *self,
                                 LobeChat      *chat,
                                 GPtrArray     *attachments)
{
  g_return_if_fail (LOBE_IS_OPEN_CHATS (self));

  g_hash_table_replace (self->attachments, g_strdup (lobe_chat_get_id (chat)), g_ptr_array_ref (attachments));
}
