/* lobe-chat-list.c: chats as a list model, the one with the newest words first */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-chat-list.h"

/* The time by which a chat was placed, as its own may have changed since. */
typedef struct
{
  LobeChat *chat;
  gint64    updated;
} Entry;

/**
 * LobeChatList: (skip)
 *
 * A list model of [class@Chat] that keeps its order.
 */
struct _LobeChatList
{
  GObject  parent_instance;

  GArray  *entries;
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeChatList, lobe_chat_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
entry_clear (gpointer data)
{
  g_clear_object (&((Entry *) data)->chat);
}

static void
lobe_chat_list_finalize (GObject *object)
{
  g_array_unref (LOBE_CHAT_LIST (object)->entries);

  G_OBJECT_CLASS (lobe_chat_list_parent_class)->finalize (object);
}

static void
lobe_chat_list_class_init (LobeChatListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_chat_list_finalize;
}

static void
lobe_chat_list_init (LobeChatList *self)
{
  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));
  g_array_set_clear_func (self->entries, entry_clear);
}

static GType
lobe_chat_list_get_item_type (GListModel *model)
{
  return LOBE_TYPE_CHAT;
}

static guint
lobe_chat_list_get_n_items (GListModel *model)
{
  return LOBE_CHAT_LIST (model)->entries->len;
}

static gpointer
lobe_chat_list_get_item (GListModel *model,
                         guint       position)
{
  LobeChatList *self = LOBE_CHAT_LIST (model);

  return position < self->entries->len ? g_object_ref (g_array_index (self->entries, Entry, position).chat) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = lobe_chat_list_get_item_type;
  iface->get_n_items = lobe_chat_list_get_n_items;
  iface->get_item = lobe_chat_list_get_item;
}

/* Newest first; of the same moment the higher id, which was made later. */
static int
compare (gconstpointer a,
         gconstpointer b)
{
  const Entry *one = a;
  const Entry *other = b;

  if (one->updated != other->updated)
    return one->updated > other->updated ? -1 : 1;

  return g_strcmp0 (lobe_chat_get_id (other->chat), lobe_chat_get_id (one->chat));
}

static guint
find_place (LobeChatList *self,
            const Entry  *entry)
{
  guint low = 0;
  guint high = self->entries->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (compare (&g_array_index (self->entries, Entry, middle), entry) < 0)
        low = middle + 1;
      else
        high = middle;
    }

  return low;
}

static gboolean
find (LobeChatList *self,
      LobeChat     *chat,
      guint        *position)
{
  for (guint i = 0; i < self->entries->len; i++)
    {
      if (g_array_index (self->entries, Entry, i).chat == chat)
        {
          *position = i;
          return TRUE;
        }
    }

  return FALSE;
}

/**
 * lobe_chat_list_new: (skip)
 *
 * Returns: (transfer full): an empty list
 */
LobeChatList *
lobe_chat_list_new (void)
{
  return g_object_new (LOBE_TYPE_CHAT_LIST, NULL);
}

/**
 * lobe_chat_list_place: (skip)
 * @self: a list
 * @chat: a chat
 *
 * Adds @chat, or moves it to where its time says. Nothing is emitted when it stands right.
 */
void
lobe_chat_list_place (LobeChatList *self,
                      LobeChat     *chat)
{
  Entry entry = { chat, lobe_chat_get_updated (chat) };
  guint position;

  if (find (self, chat, &position))
    {
      Entry *present = &g_array_index (self->entries, Entry, position);
      gboolean after_last = position == 0 || compare (present - 1, &entry) < 0;
      gboolean before_next = position + 1 == self->entries->len || compare (&entry, present + 1) < 0;

      if (after_last && before_next)
        {
          present->updated = entry.updated;
          return;
        }

      g_object_ref (chat);
      g_array_remove_index (self->entries, position);
      g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
    }
  else
    g_object_ref (chat);

  position = find_place (self, &entry);
  g_array_insert_val (self->entries, position, entry);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 0, 1);
}

/**
 * lobe_chat_list_remove: (skip)
 * @self: a list
 * @chat: a chat, in it or not
 */
void
lobe_chat_list_remove (LobeChatList *self,
                       LobeChat     *chat)
{
  guint position;

  if (!find (self, chat, &position))
    return;

  g_array_remove_index (self->entries, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
}

/**
 * lobe_chat_list_set: (skip)
 * @self: a list
 * @chats: (element-type LobeChat): all that are to be in it, in any order
 *
 * Fills the list anew. What stays at the beginning and at the end is not reported as changed.
 */
void
lobe_chat_list_set (LobeChatList *self,
                    GPtrArray    *chats)
{
  g_autoptr (GArray) before = g_steal_pointer (&self->entries);
  guint n_same_before = 0;
  guint n_same_after = 0;
  guint n_least;

  self->entries = g_array_sized_new (FALSE, FALSE, sizeof (Entry), chats->len);
  g_array_set_clear_func (self->entries, entry_clear);
  for (guint i = 0; i < chats->len; i++)
    {
      Entry entry = { g_object_ref (chats->pdata[i]), lobe_chat_get_updated (chats->pdata[i]) };

      g_array_append_val (self->entries, entry);
    }
  g_array_sort (self->entries, compare);

  n_least = MIN (before->len, self->entries->len);
  while (n_same_before < n_least &&
         g_array_index (before, Entry, n_same_before).chat == g_array_index (self->entries, Entry, n_same_before).chat)
    n_same_before++;
  while (n_same_after < n_least - n_same_before &&
         g_array_index (before, Entry, before->len - 1 - n_same_after).chat ==
             g_array_index (self->entries, Entry, self->entries->len - 1 - n_same_after).chat)
    n_same_after++;

  if (n_same_before + n_same_after < MAX (before->len, self->entries->len))
    g_list_model_items_changed (G_LIST_MODEL (self), n_same_before, before->len - n_same_before - n_same_after,
                                self->entries->len - n_same_before - n_same_after);
}
