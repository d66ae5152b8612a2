/* lobe-conversation.c: a tree of messages with one active path, which is a list model of LobeMessage */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/lobe-conversation.h"

typedef struct _Node Node;

struct _Node
{
  LobeMessage *message; /* NULL in the root */
  Node        *parent;
  Node        *active; /* the child through which the path went last */
  GPtrArray   *children; /* of Node, or NULL */
  guint        position; /* in its parent's children */
  guint        index; /* in the path, while it is on it */
  gboolean     requested;
};

/**
 * LobeConversation:
 *
 * The messages of a chat. Asking again or changing a question makes a sibling, and nothing is overwritten: the
 * messages are a tree. One path from a first message to a leaf is active, and the conversation is a list model of the
 * messages on it.
 *
 * Messages may be unloaded; [method@Conversation.load] asks its [iface@MessageSource] for a page of bodies.
 */
struct _LobeConversation
{
  GObject            parent_instance;

  char              *id;
  LobeMessageSource *source;
  Node              *root;
  GHashTable        *nodes; /* id of the message → Node */
  GPtrArray         *path; /* of Node */
};

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeConversation, lobe_conversation, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

static void
node_free (gpointer data)
{
  Node *node = data;

  g_clear_object (&node->message);
  g_clear_pointer (&node->children, g_ptr_array_unref);
  g_free (node);
}

static void
lobe_conversation_finalize (GObject *object)
{
  LobeConversation *self = LOBE_CONVERSATION (object);

  g_ptr_array_unref (self->path);
  g_hash_table_unref (self->nodes);
  node_free (self->root);
  g_clear_object (&self->source);
  g_free (self->id);

  G_OBJECT_CLASS (lobe_conversation_parent_class)->finalize (object);
}

static void
lobe_conversation_class_init (LobeConversationClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_conversation_finalize;
}

static void
lobe_conversation_init (LobeConversation *self)
{
  self->root = g_new0 (Node, 1);
  self->nodes = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, node_free);
  self->path = g_ptr_array_new ();
}

static GType
lobe_conversation_get_item_type (GListModel *model)
{
  return LOBE_TYPE_MESSAGE;
}

static guint
lobe_conversation_get_n_items (GListModel *model)
{
  return LOBE_CONVERSATION (model)->path->len;
}

static gpointer
lobe_conversation_get_item (GListModel *model,
                            guint       position)
{
  LobeConversation *self = LOBE_CONVERSATION (model);

  return position < self->path->len ? g_object_ref (((Node *) self->path->pdata[position])->message) : NULL;
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = lobe_conversation_get_item_type;
  iface->get_n_items = lobe_conversation_get_n_items;
  iface->get_item = lobe_conversation_get_item;
}

static Node *
find_node (LobeConversation *self,
           LobeMessage      *message)
{
  Node *node = g_hash_table_lookup (self->nodes, lobe_message_get_id (message));

  return node != NULL && node->message == message ? node : NULL;
}

static Node *
add_node (LobeConversation *self,
          LobeMessage      *message,
          Node             *parent)
{
  Node *node = g_new0 (Node, 1);

  node->message = g_object_ref (message);
  node->parent = parent;
  if (parent->children == NULL)
    parent->children = g_ptr_array_new ();
  node->position = parent->children->len;
  g_ptr_array_add (parent->children, node);
  g_hash_table_insert (self->nodes, (char *) lobe_message_get_id (message), node);

  return node;
}

/* Makes the path lead through node, and from there on as it went last, or along the newest messages. */
static void
set_path (LobeConversation *self,
          Node             *node)
{
  g_autoptr (GPtrArray) path = g_ptr_array_new ();
  guint common = 0;
  guint n_before = self->path->len;
  Node *leaf = node;

  while (leaf->children != NULL)
    leaf = leaf->active != NULL ? leaf->active : leaf->children->pdata[leaf->children->len - 1];

  for (Node *n = leaf; n != self->root; n = n->parent)
    {
      n->parent->active = n;
      g_ptr_array_add (path, n);
    }
  for (guint i = 0; i < path->len / 2; i++)
    {
      gpointer swap = path->pdata[i];

      path->pdata[i] = path->pdata[path->len - 1 - i];
      path->pdata[path->len - 1 - i] = swap;
    }

  while (common < MIN (path->len, n_before) && path->pdata[common] == self->path->pdata[common])
    common++;
  for (guint i = common; i < path->len; i++)
    ((Node *) path->pdata[i])->index = i;

  g_ptr_array_unref (self->path);
  self->path = g_steal_pointer (&path);

  if (common < n_before || common < self->path->len)
    g_list_model_items_changed (G_LIST_MODEL (self), common, n_before - common, self->path->len - common);
}

static gboolean
on_path (LobeConversation *self,
         Node             *node)
{
  return node != NULL && node->index < self->path->len && self->path->pdata[node->index] == node;
}

/**
 * lobe_conversation_new:
 * @id: the id of the chat
 * @source: (nullable): where unloaded messages get their bodies
 *
 * Returns: (transfer full): a conversation without messages
 */
LobeConversation *
lobe_conversation_new (const char        *id,
                       LobeMessageSource *source)
{
  LobeConversation *self = g_object_new (LOBE_TYPE_CONVERSATION, NULL);

  self->id = g_strdup (id);
  g_set_object (&self->source, source);

  return self;
}

/**
 * lobe_conversation_get_id:
 * @self: a conversation
 *
 * Returns: (transfer none): the id of the chat
 */
const char *
lobe_conversation_get_id (LobeConversation *self)
{
  g_return_val_if_fail (LOBE_IS_CONVERSATION (self), NULL);

  return self->id;
}

/**
 * lobe_conversation_fill:
 * @self: a conversation
 * @messages: (element-type LobeMessage): messages, oldest first
 * @leaf_id: (nullable): where the active path ends
 *
 * Adds what was stored. A message whose parent is not among them becomes a first message, so that nothing is hidden
 * by a damaged database; an id that is there already is passed over.
 */
void
lobe_conversation_fill (LobeConversation *self,
                        GPtrArray        *messages,
                        const char       *leaf_id)
{
  g_autoptr (GPtrArray) pending = NULL;
  Node *leaf;

  g_return_if_fail (LOBE_IS_CONVERSATION (self));
  g_return_if_fail (messages != NULL);

  pending = g_ptr_array_copy (messages, NULL, NULL);
  g_ptr_array_set_free_func (pending, NULL);
  while (pending->len > 0)
    {
      guint n_left = 0;
      guint n_before = pending->len;

      for (guint i = 0; i < n_before; i++)
        {
          LobeMessage *message = pending->pdata[i];
          const char *parent_id = lobe_message_get_parent_id (message);
          Node *parent = parent_id != NULL ? g_hash_table_lookup (self->nodes, parent_id) : self->root;

          if (g_hash_table_contains (self->nodes, lobe_message_get_id (message)))
            continue;
          if (parent != NULL)
            add_node (self, message, parent);
          else
            pending->pdata[n_left++] = message;
        }
      g_ptr_array_set_size (pending, (int) n_left);
      if (n_left == n_before)
        {
          add_node (self, pending->pdata[0], self->root);
          g_ptr_array_remove_index (pending, 0);
        }
    }

  leaf = leaf_id != NULL ? g_hash_table_lookup (self->nodes, leaf_id) : NULL;
  set_path (self, leaf != NULL ? leaf : self->root);
}

/**
 * lobe_conversation_add:
 * @self: a conversation
 * @message: (transfer none): a message whose parent is in it, or that has none
 *
 * Adds @message and lets the active path end in it.
 */
void
lobe_conversation_add (LobeConversation *self,
                       LobeMessage      *message)
{
  const char *parent_id;
  Node *parent;

  g_return_if_fail (LOBE_IS_CONVERSATION (self));
  g_return_if_fail (LOBE_IS_MESSAGE (message));
  g_return_if_fail (!g_hash_table_contains (self->nodes, lobe_message_get_id (message)));

  parent_id = lobe_message_get_parent_id (message);
  parent = parent_id != NULL ? g_hash_table_lookup (self->nodes, parent_id) : self->root;
  g_return_if_fail (parent != NULL);

  set_path (self, add_node (self, message, parent));
}

/**
 * lobe_conversation_select:
 * @self: a conversation
 * @message: one of its messages
 *
 * Makes the active path lead through @message, and from there on as it went last.
 */
void
lobe_conversation_select (LobeConversation *self,
                          LobeMessage      *message)
{
  Node *node;

  g_return_if_fail (LOBE_IS_CONVERSATION (self));

  node = find_node (self, message);
  g_return_if_fail (node != NULL);

  set_path (self, node);
}

/**
 * lobe_conversation_get_leaf:
 * @self: a conversation
 *
 * Returns: (transfer none) (nullable): the last message of the active path
 */
LobeMessage *
lobe_conversation_get_leaf (LobeConversation *self)
{
  g_return_val_if_fail (LOBE_IS_CONVERSATION (self), NULL);

  return self->path->len > 0 ? ((Node *) self->path->pdata[self->path->len - 1])->message : NULL;
}

/**
 * lobe_conversation_get_message:
 * @self: a conversation
 * @id: an id
 *
 * Returns: (transfer none) (nullable): the message with that id, on the active path or not
 */
LobeMessage *
lobe_conversation_get_message (LobeConversation *self,
                               const char       *id)
{
  Node *node;

  g_return_val_if_fail (LOBE_IS_CONVERSATION (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  node = g_hash_table_lookup (self->nodes, id);

  return node != NULL ? node->message : NULL;
}

/**
 * lobe_conversation_get_parent:
 * @self: a conversation
 * @message: one of its messages
 *
 * Returns: (transfer none) (nullable): the message it follows
 */
LobeMessage *
lobe_conversation_get_parent (LobeConversation *self,
                              LobeMessage      *message)
{
  Node *node;

  g_return_val_if_fail (LOBE_IS_CONVERSATION (self), NULL);

  node = find_node (self, message);

  return node != NULL ? node->parent->message : NULL;
}

/**
 * lobe_conversation_get_sibling:
 * @self: a conversation
 * @message: one of its messages
 * @step: how many siblings further; negative for older ones
 *
 * Returns: (transfer none) (nullable): the message that stands there for @message
 */
LobeMessage *
lobe_conversation_get_sibling (LobeConversation *self,
                               LobeMessage      *message,
                               int               step)
{
  Node *node;
  gint64 position;

  g_return_val_if_fail (LOBE_IS_CONVERSATION (self), NULL);

  node = find_node (self, message);
  g_return_val_if_fail (node != NULL, NULL);

  position = (gint64) node->position + step;
  if (position < 0 || position >= node->parent->children->len)
    return NULL;

  return ((Node *) node->parent->children->pdata[position])->message;
}

/**
 * lobe_conversation_count_siblings:
 * @self: a conversation
 * @message: one of its messages
 * @position: (out) (optional): which of them @message is, from 0
 *
 * Returns: how many messages stand at this place, @message included; 0 when it is not of this conversation
 */
guint
lobe_conversation_count_siblings (LobeConversation *self,
                                  LobeMessage      *message,
                                  guint            *position)
{
  Node *node;

  g_return_val_if_fail (LOBE_IS_CONVERSATION (self), 0);

  node = find_node (self, message);
  if (position != NULL)
    *position = node != NULL ? node->position : 0;

  return node != NULL ? node->parent->children->len : 0;
}

/**
 * lobe_conversation_find:
 * @self: a conversation
 * @message: a message
 * @position: (out) (optional): where it is on the active path
 *
 * Returns: whether @message is on the active path
 */
gboolean
lobe_conversation_find (LobeConversation *self,
                        LobeMessage      *message,
                        guint            *position)
{
  Node *node;

  g_return_val_if_fail (LOBE_IS_CONVERSATION (self), FALSE);

  node = find_node (self, message);
  if (!on_path (self, node))
    return FALSE;

  if (position != NULL)
    *position = node->index;

  return TRUE;
}

/**
 * lobe_conversation_load:
 * @self: a conversation
 * @position: where on the active path to begin
 * @n_messages: how many
 *
 * Asks for the bodies of those of these messages that have none and were not asked for yet. They come later; each
 * message tells by [signal@Message::changed].
 */
void
lobe_conversation_load (LobeConversation *self,
                        guint             position,
                        guint             n_messages)
{
  g_autoptr (GPtrArray) wanted = NULL;

  g_return_if_fail (LOBE_IS_CONVERSATION (self));

  if (self->source == NULL || position >= self->path->len)
    return;

  n_messages = MIN (n_messages, self->path->len - position);
  wanted = g_ptr_array_new ();
  for (guint i = position; i < position + n_messages; i++)
    {
      Node *node = self->path->pdata[i];

      if (lobe_message_get_loaded (node->message))
        node->requested = FALSE; /* may be unloaded and wanted again later */
      else if (!node->requested)
        {
          node->requested = TRUE;
          g_ptr_array_add (wanted, node->message);
        }
    }

  if (wanted->len > 0)
    lobe_message_source_load (self->source, wanted);
}
