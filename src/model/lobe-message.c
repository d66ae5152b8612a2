/* lobe-message.c: one message of a conversation; its head is always there, its body when it was loaded */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/lobe-message.h"

/**
 * LobeMessage:
 *
 * One message. Its head (id, parent, role, state, time, number of blocks) is always there; its parts, origin and
 * everything else come when the body is loaded.
 *
 * Text streams in by [method@Message.append], which costs the same at the first and at the last token: it tells of
 * itself at most once until [method@Message.take_appended] is called.
 */
struct _LobeMessage
{
  GObject           parent_instance;

  char             *id;
  char             *parent_id;
  gint64            created;
  GPtrArray        *parts; /* NULL until loaded */
  const char       *server; /* interned: there are few, and many messages */
  const char       *model;
  char             *error_text;
  LobeUsage        *usage;
  gint64            think_time;
  gint64            first_token_time;
  gint64            retry_time;
  guint             n_blocks;
  int               error_code;
  LobeRole          role : 8;
  LobeMessageState  state : 8;
  LobeStopReason    stop_reason : 8;
  guint             appended : 1;
  guint             pinned : 1;
};

G_DEFINE_FINAL_TYPE (LobeMessage, lobe_message, G_TYPE_OBJECT)

enum
{
  APPENDED,
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
lobe_message_finalize (GObject *object)
{
  LobeMessage *self = LOBE_MESSAGE (object);

  g_free (self->id);
  g_free (self->parent_id);
  g_clear_pointer (&self->parts, g_ptr_array_unref);
  g_free (self->error_text);
  g_clear_pointer (&self->usage, lobe_usage_free);

  G_OBJECT_CLASS (lobe_message_parent_class)->finalize (object);
}

static void
lobe_message_class_init (LobeMessageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_message_finalize;

  /**
   * LobeMessage::appended:
   * @self: the message
   *
   * Text or reasoning came; not emitted again until [method@Message.take_appended] was called.
   */
  signals[APPENDED] = g_signal_new ("appended", LOBE_TYPE_MESSAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                    G_TYPE_NONE, 0);

  /**
   * LobeMessage::changed:
   * @self: the message
   *
   * Anything but its text changed, or its body was loaded.
   */
  signals[CHANGED] = g_signal_new ("changed", LOBE_TYPE_MESSAGE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
lobe_message_init (LobeMessage *self)
{
  self->error_code = -1;
}

static void
changed (LobeMessage *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * lobe_role_get_nick:
 * @role: who speaks
 *
 * A short stable name, for scripts (`show --format json`) and as the protocols have it.
 *
 * Returns: (transfer none): the name; "unknown" for a value out of a damaged database
 */
const char *
lobe_role_get_nick (LobeRole role)
{
  static const char *const nicks[] = { "system", "user", "assistant", "tool" };

  return (guint) role < G_N_ELEMENTS (nicks) ? nicks[role] : "unknown";
}

/**
 * lobe_message_state_get_nick:
 * @state: how far a message is
 *
 * A short stable name, for scripts (`show --format json`).
 *
 * Returns: (transfer none): the name; "unknown" for a value out of a damaged database
 */
const char *
lobe_message_state_get_nick (LobeMessageState state)
{
  static const char *const nicks[] = { "done", "streaming", "interrupted", "stopped", "failed" };

  return (guint) state < G_N_ELEMENTS (nicks) ? nicks[state] : "unknown";
}

/**
 * lobe_message_new:
 * @id: its id
 * @parent_id: (nullable): the message it follows; %NULL for a first one
 * @role: who speaks
 * @created: when, in µs since 1970
 *
 * Returns: (transfer full): a loaded message without parts, done
 */
LobeMessage *
lobe_message_new (const char *id,
                  const char *parent_id,
                  LobeRole    role,
                  gint64      created)
{
  LobeMessage *self = lobe_message_new_unloaded (id, parent_id, role, LOBE_MESSAGE_DONE, created, 0);

  self->parts = g_ptr_array_new_with_free_func (g_object_unref);

  return self;
}

/**
 * lobe_message_new_unloaded:
 * @id: its id
 * @parent_id: (nullable): the message it follows
 * @role: who speaks
 * @state: its state
 * @created: when, in µs since 1970
 * @n_blocks: into how many blocks its text falls; 0 unknown
 *
 * Returns: (transfer full): the head of a message whose body is still to be loaded
 */
LobeMessage *
lobe_message_new_unloaded (const char       *id,
                           const char       *parent_id,
                           LobeRole          role,
                           LobeMessageState  state,
                           gint64            created,
                           guint             n_blocks)
{
  LobeMessage *self;

  g_return_val_if_fail (id != NULL, NULL);

  self = g_object_new (LOBE_TYPE_MESSAGE, NULL);
  self->id = g_strdup (id);
  self->parent_id = g_strdup (parent_id);
  self->role = role;
  self->state = state;
  self->created = created;
  self->n_blocks = n_blocks;

  return self;
}

/**
 * lobe_message_get_id:
 * @self: a message
 *
 * Returns: (transfer none): its id
 */
const char *
lobe_message_get_id (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), NULL);

  return self->id;
}

/**
 * lobe_message_get_parent_id:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): the id of the message it follows
 */
const char *
lobe_message_get_parent_id (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), NULL);

  return self->parent_id;
}

/**
 * lobe_message_get_role:
 * @self: a message
 *
 * Returns: who speaks
 */
LobeRole
lobe_message_get_role (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), LOBE_ROLE_USER);

  return self->role;
}

/**
 * lobe_message_get_created:
 * @self: a message
 *
 * Returns: when it was made, in µs since 1970
 */
gint64
lobe_message_get_created (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), 0);

  return self->created;
}

/**
 * lobe_message_get_state:
 * @self: a message
 *
 * Returns: how far it is, or how it ended
 */
LobeMessageState
lobe_message_get_state (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), LOBE_MESSAGE_DONE);

  return self->state;
}

/**
 * lobe_message_set_state:
 * @self: a message
 * @state: how far it is
 */
void
lobe_message_set_state (LobeMessage      *self,
                        LobeMessageState  state)
{
  g_return_if_fail (LOBE_IS_MESSAGE (self));

  if (self->state == state)
    return;

  self->state = state;
  changed (self);
}

/**
 * lobe_message_get_loaded:
 * @self: a message
 *
 * Returns: whether its body is here
 */
gboolean
lobe_message_get_loaded (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), FALSE);

  return self->parts != NULL;
}

/**
 * lobe_message_set_parts:
 * @self: a message
 * @parts: (element-type LobePart) (transfer none) (nullable): its parts; %NULL unloads it
 *
 * Gives the message its body, or takes it away to save memory.
 */
void
lobe_message_set_parts (LobeMessage *self,
                        GPtrArray   *parts)
{
  g_return_if_fail (LOBE_IS_MESSAGE (self));

  if (self->parts == parts)
    return;

  g_clear_pointer (&self->parts, g_ptr_array_unref);
  if (parts != NULL)
    {
      self->parts = g_ptr_array_new_full (parts->len, g_object_unref);
      for (guint i = 0; i < parts->len; i++)
        g_ptr_array_add (self->parts, g_object_ref (parts->pdata[i]));
    }
  changed (self);
}

/**
 * lobe_message_get_parts:
 * @self: a message
 *
 * Returns: (element-type LobePart) (transfer none) (nullable): its parts; %NULL until loaded
 */
GPtrArray *
lobe_message_get_parts (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), NULL);

  return self->parts;
}

/**
 * lobe_message_add_part:
 * @self: a loaded message
 * @part: (transfer none): what it also says
 */
void
lobe_message_add_part (LobeMessage *self,
                       LobePart    *part)
{
  g_return_if_fail (LOBE_IS_MESSAGE (self));
  g_return_if_fail (LOBE_IS_PART (part));
  g_return_if_fail (self->parts != NULL);

  g_ptr_array_add (self->parts, g_object_ref (part));
  changed (self);
}

/**
 * lobe_message_append:
 * @self: a loaded message
 * @kind: text or reasoning
 * @text: what came
 * @length: bytes of @text, or -1 when nul-terminated
 *
 * Adds to the message's text or reasoning. Constant time; see [signal@Message::appended].
 */
void
lobe_message_append (LobeMessage  *self,
                     LobePartKind  kind,
                     const char   *text,
                     gssize        length)
{
  LobePart *part;

  g_return_if_fail (LOBE_IS_MESSAGE (self));
  g_return_if_fail (self->parts != NULL);

  part = lobe_message_get_part (self, kind);
  if (part == NULL)
    {
      part = lobe_part_new (kind, NULL);
      g_ptr_array_add (self->parts, part);
    }
  lobe_part_append (part, text, length);

  if (!self->appended)
    {
      self->appended = TRUE;
      g_signal_emit (self, signals[APPENDED], 0);
    }
}

/**
 * lobe_message_take_appended:
 * @self: a message
 *
 * Arms [signal@Message::appended] again.
 *
 * Returns: whether text came since the last call
 */
gboolean
lobe_message_take_appended (LobeMessage *self)
{
  gboolean appended;

  g_return_val_if_fail (LOBE_IS_MESSAGE (self), FALSE);

  appended = self->appended;
  self->appended = FALSE;

  return appended;
}

/**
 * lobe_message_get_part:
 * @self: a message
 * @kind: which kind
 *
 * Returns: (transfer none) (nullable): its first part of that kind
 */
LobePart *
lobe_message_get_part (LobeMessage  *self,
                       LobePartKind  kind)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), NULL);

  for (guint i = 0; self->parts != NULL && i < self->parts->len; i++)
    {
      if (lobe_part_get_kind (self->parts->pdata[i]) == kind)
        return self->parts->pdata[i];
    }

  return NULL;
}

/**
 * lobe_message_get_text:
 * @self: a message
 *
 * Returns: (transfer none): what it says, until it grows; empty when nothing or not loaded
 */
const char *
lobe_message_get_text (LobeMessage *self)
{
  LobePart *part = lobe_message_get_part (self, LOBE_PART_TEXT);

  return part != NULL ? lobe_part_get_text (part) : "";
}

/**
 * lobe_message_get_length:
 * @self: a message
 *
 * Returns: bytes of all its parts' texts
 */
gsize
lobe_message_get_length (LobeMessage *self)
{
  gsize length = 0;

  g_return_val_if_fail (LOBE_IS_MESSAGE (self), 0);

  for (guint i = 0; self->parts != NULL && i < self->parts->len; i++)
    length += lobe_part_get_length (self->parts->pdata[i]);

  return length;
}

/**
 * lobe_message_get_n_blocks:
 * @self: a message
 *
 * Returns: into how many blocks its text falls, kept so that nothing is parsed to open a chat; 0 unknown
 */
guint
lobe_message_get_n_blocks (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), 0);

  return self->n_blocks;
}

/**
 * lobe_message_set_n_blocks:
 * @self: a message
 * @n_blocks: into how many blocks its text falls
 *
 * Tells nobody: whoever counts the blocks is whoever shows them.
 */
void
lobe_message_set_n_blocks (LobeMessage *self,
                           guint        n_blocks)
{
  g_return_if_fail (LOBE_IS_MESSAGE (self));

  self->n_blocks = n_blocks;
}

/**
 * lobe_message_get_server:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): the id of the server that answered
 */
const char *
lobe_message_get_server (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), NULL);

  return self->server;
}

/**
 * lobe_message_get_model:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): the id of the model that answered
 */
const char *
lobe_message_get_model (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), NULL);

  return self->model;
}

/**
 * lobe_message_set_origin:
 * @self: a message
 * @server: (nullable): the id of a server
 * @model: (nullable): the id of a model on it
 *
 * Says who answered.
 */
void
lobe_message_set_origin (LobeMessage *self,
                         const char  *server,
                         const char  *model)
{
  g_return_if_fail (LOBE_IS_MESSAGE (self));

  server = g_intern_string (server);
  model = g_intern_string (model);
  if (self->server == server && self->model == model)
    return;

  self->server = server;
  self->model = model;
  changed (self);
}

/**
 * lobe_message_get_stop_reason:
 * @self: a message
 *
 * Returns: why it ended
 */
LobeStopReason
lobe_message_get_stop_reason (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), LOBE_STOP_NONE);

  return self->stop_reason;
}

/**
 * lobe_message_set_stop_reason:
 * @self: a message
 * @reason: why it ended
 */
void
lobe_message_set_stop_reason (LobeMessage    *self,
                              LobeStopReason  reason)
{
  g_return_if_fail (LOBE_IS_MESSAGE (self));

  if (self->stop_reason == reason)
    return;

  self->stop_reason = reason;
  changed (self);
}

/**
 * lobe_message_get_usage:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): what it cost
 */
const LobeUsage *
lobe_message_get_usage (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), NULL);

  return self->usage;
}

/**
 * lobe_message_set_usage:
 * @self: a message
 * @usage: (nullable): what it cost
 */
void
lobe_message_set_usage (LobeMessage     *self,
                        const LobeUsage *usage)
{
  g_return_if_fail (LOBE_IS_MESSAGE (self));

  if (self->usage == usage)
    return;

  g_clear_pointer (&self->usage, lobe_usage_free);
  self->usage = usage != NULL ? lobe_usage_copy (usage) : NULL;
  changed (self);
}

/**
 * lobe_message_get_think_time:
 * @self: a message
 *
 * Returns: how long the model thought, in µs; 0 when it did not or does still
 */
gint64
lobe_message_get_think_time (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), 0);

  return self->think_time;
}

/**
 * lobe_message_set_think_time:
 * @self: a message
 * @microseconds: how long the model thought
 */
void
lobe_message_set_think_time (LobeMessage *self,
                             gint64       microseconds)
{
  g_return_if_fail (LOBE_IS_MESSAGE (self));

  if (self->think_time == microseconds)
    return;

  self->think_time = microseconds;
  changed (self);
}

/**
 * lobe_message_get_first_token_time:
 * @self: a message
 *
 * Returns: how long it took from asking to the first piece of the answer, in µs; 0 when that is not known
 */
gint64
lobe_message_get_first_token_time (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), 0);

  return self->first_token_time;
}

/**
 * lobe_message_set_first_token_time:
 * @self: a message
 * @microseconds: how long the first piece took; 0 when that is not known
 */
void
lobe_message_set_first_token_time (LobeMessage *self,
                                   gint64       microseconds)
{
  g_return_if_fail (LOBE_IS_MESSAGE (self));

  if (self->first_token_time == microseconds)
    return;

  self->first_token_time = microseconds;
  changed (self);
}

/**
 * lobe_message_get_pinned:
 * @self: a message
 *
 * Returns: whether it is sent to the model however old it is
 */
gboolean
lobe_message_get_pinned (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), FALSE);

  return self->pinned;
}

/**
 * lobe_message_set_pinned:
 * @self: a message
 * @pinned: whether it is sent to the model however old it is
 */
void
lobe_message_set_pinned (LobeMessage *self,
                         gboolean     pinned)
{
  g_return_if_fail (LOBE_IS_MESSAGE (self));

  if (self->pinned == !!pinned)
    return;

  self->pinned = !!pinned;
  changed (self);
}

/**
 * lobe_message_get_error_code:
 * @self: a message
 *
 * Returns: a code of %LOBE_ERROR, or -1 when there is no error
 */
int
lobe_message_get_error_code (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), -1);

  return self->error_code;
}

/**
 * lobe_message_get_error_text:
 * @self: a message
 *
 * Returns: (transfer none) (nullable): what went wrong, in words
 */
const char *
lobe_message_get_error_text (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), NULL);

  return self->error_text;
}

/**
 * lobe_message_get_retry_time:
 * @self: a message
 *
 * Returns: when the server that failed wants to be asked again, in µs since 1970; 0 when it did not say
 */
gint64
lobe_message_get_retry_time (LobeMessage *self)
{
  g_return_val_if_fail (LOBE_IS_MESSAGE (self), 0);

  return self->retry_time;
}

/**
 * lobe_message_set_retry_time:
 * @self: a message
 * @moment: when the server that failed wants to be asked again, in µs since 1970; 0 when it did not say
 *
 * To be set before the error. It is not stored: who comes back later may try at once.
 */
void
lobe_message_set_retry_time (LobeMessage *self,
                             gint64       moment)
{
  g_return_if_fail (LOBE_IS_MESSAGE (self));

  self->retry_time = moment;
}

/**
 * lobe_message_set_error:
 * @self: a message
 * @code: a code of %LOBE_ERROR, or -1 for none
 * @text: (nullable): what went wrong, in words
 */
void
lobe_message_set_error (LobeMessage *self,
                        int          code,
                        const char  *text)
{
  g_return_if_fail (LOBE_IS_MESSAGE (self));

  if (self->error_code == code && g_strcmp0 (self->error_text, text) == 0)
    return;

  self->error_code = code;
  g_set_str (&self->error_text, text);
  changed (self);
}
