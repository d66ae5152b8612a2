/* lobe-chat.c: what the list of chats knows of a chat */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/lobe-chat.h"

#include <string.h>

#define MAX_TITLE 48 /* characters */

/**
 * LobeChat:
 *
 * What the list of chats knows of a chat. Its messages are a [class@Conversation], loaded when it is opened.
 */
struct _LobeChat
{
  GObject          parent_instance;

  char            *id;
  char            *title;
  gint64           updated;
  char            *server;
  char            *model;
  char            *system_prompt;
  char            *draft;
  char            *summary;
  char            *summary_leaf_id;
  guint            context_messages;
  gboolean         answering;
  gboolean         unseen;
  LobeTitleSource  title_source;
  LobeContextStrategy context_strategy;
};

G_DEFINE_FINAL_TYPE (LobeChat, lobe_chat, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ID,
  PROP_TITLE,
  PROP_UPDATED,
  PROP_SERVER,
  PROP_MODEL,
  PROP_SYSTEM_PROMPT,
  PROP_DRAFT,
  PROP_CONTEXT_STRATEGY,
  PROP_CONTEXT_MESSAGES,
  PROP_SUMMARY,
  PROP_SUMMARY_LEAF_ID,
  PROP_ANSWERING,
  PROP_UNSEEN,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
lobe_chat_finalize (GObject *object)
{
  LobeChat *self = LOBE_CHAT (object);

  g_free (self->id);
  g_free (self->title);
  g_free (self->server);
  g_free (self->model);
  g_free (self->system_prompt);
  g_free (self->draft);
  g_free (self->summary);
  g_free (self->summary_leaf_id);

  G_OBJECT_CLASS (lobe_chat_parent_class)->finalize (object);
}

static void
lobe_chat_get_property (GObject    *object,
                        guint       prop_id,
                        GValue     *value,
                        GParamSpec *pspec)
{
  LobeChat *self = LOBE_CHAT (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;

    case PROP_TITLE:
      g_value_set_string (value, self->title);
      break;

    case PROP_UPDATED:
      g_value_set_int64 (value, self->updated);
      break;

    case PROP_SERVER:
      g_value_set_string (value, self->server);
      break;

    case PROP_MODEL:
      g_value_set_string (value, self->model);
      break;

    case PROP_SYSTEM_PROMPT:
      g_value_set_string (value, self->system_prompt);
      break;

    case PROP_DRAFT:
      g_value_set_string (value, self->draft);
      break;

    case PROP_CONTEXT_STRATEGY:
      g_value_set_uint (value, self->context_strategy);
      break;

    case PROP_CONTEXT_MESSAGES:
      g_value_set_uint (value, self->context_messages);
      break;

    case PROP_SUMMARY:
      g_value_set_string (value, self->summary);
      break;

    case PROP_SUMMARY_LEAF_ID:
      g_value_set_string (value, self->summary_leaf_id);
      break;

    case PROP_ANSWERING:
      g_value_set_boolean (value, self->answering);
      break;

    case PROP_UNSEEN:
      g_value_set_boolean (value, self->unseen);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_chat_class_init (LobeChatClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = lobe_chat_finalize;
  object_class->get_property = lobe_chat_get_property;

  /**
   * LobeChat:id:
   *
   * Its id.
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);

  /**
   * LobeChat:title:
   *
   * What it is called.
   */
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, NULL, flags);

  /**
   * LobeChat:updated:
   *
   * When something was last said in it, in µs since 1970.
   */
  properties[PROP_UPDATED] = g_param_spec_int64 ("updated", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);

  /**
   * LobeChat:server:
   *
   * The id of the server that answers in it.
   */
  properties[PROP_SERVER] = g_param_spec_string ("server", NULL, NULL, NULL, flags);

  /**
   * LobeChat:model:
   *
   * The id of the model that answers in it.
   */
  properties[PROP_MODEL] = g_param_spec_string ("model", NULL, NULL, NULL, flags);

  /**
   * LobeChat:system-prompt:
   *
   * Instructions that go before everything that is said.
   */
  properties[PROP_SYSTEM_PROMPT] = g_param_spec_string ("system-prompt", NULL, NULL, NULL, flags);

  /**
   * LobeChat:draft:
   *
   * What the person has typed and not sent.
   */
  properties[PROP_DRAFT] = g_param_spec_string ("draft", NULL, NULL, NULL, flags);

  /**
   * LobeChat:context-strategy:
   *
   * What of it is sent to the model, a LobeContextStrategy.
   */
  properties[PROP_CONTEXT_STRATEGY] = g_param_spec_uint ("context-strategy", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * LobeChat:context-messages:
   *
   * How many of the last messages are sent, where the strategy counts them; 0: as many as is usual.
   */
  properties[PROP_CONTEXT_MESSAGES] = g_param_spec_uint ("context-messages", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * LobeChat:summary:
   *
   * What stands for the older part where the strategy wants that.
   */
  properties[PROP_SUMMARY] = g_param_spec_string ("summary", NULL, NULL, NULL, flags);

  /**
   * LobeChat:summary-leaf-id:
   *
   * The last message that the summary covers.
   */
  properties[PROP_SUMMARY_LEAF_ID] = g_param_spec_string ("summary-leaf-id", NULL, NULL, NULL, flags);

  /**
   * LobeChat:answering:
   *
   * Whether an answer streams in it now; not stored.
   */
  properties[PROP_ANSWERING] = g_param_spec_boolean ("answering", NULL, NULL, FALSE, flags);

  /**
   * LobeChat:unseen:
   *
   * Whether an answer came while another chat was open; not stored.
   */
  properties[PROP_UNSEEN] = g_param_spec_boolean ("unseen", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lobe_chat_init (LobeChat *self)
{
}

/**
 * lobe_chat_new:
 * @id: its id
 * @updated: when something was last said in it, in µs since 1970
 *
 * Returns: (transfer full): a chat without a title
 */
LobeChat *
lobe_chat_new (const char *id,
               gint64      updated)
{
  LobeChat *self;

  g_return_val_if_fail (id != NULL, NULL);

  self = g_object_new (LOBE_TYPE_CHAT, NULL);
  self->id = g_strdup (id);
  self->updated = updated;

  return self;
}

/**
 * lobe_chat_get_id:
 * @self: a chat
 *
 * Returns: (transfer none): its id
 */
const char *
lobe_chat_get_id (LobeChat *self)
{
  g_return_val_if_fail (LOBE_IS_CHAT (self), NULL);

  return self->id;
}

/**
 * lobe_chat_get_title:
 * @self: a chat
 *
 * Returns: (transfer none) (nullable): what it is called
 */
const char *
lobe_chat_get_title (LobeChat *self)
{
  g_return_val_if_fail (LOBE_IS_CHAT (self), NULL);

  return self->title;
}

/**
 * lobe_chat_get_updated:
 * @self: a chat
 *
 * Returns: when something was last said in it, in µs since 1970
 */
gint64
lobe_chat_get_updated (LobeChat *self)
{
  g_return_val_if_fail (LOBE_IS_CHAT (self), 0);

  return self->updated;
}

/**
 * lobe_chat_set_updated:
 * @self: a chat
 * @updated: when something was last said in it, in µs since 1970
 */
void
lobe_chat_set_updated (LobeChat *self,
                       gint64    updated)
{
  g_return_if_fail (LOBE_IS_CHAT (self));

  if (self->updated == updated)
    return;

  self->updated = updated;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UPDATED]);
}

/**
 * lobe_chat_get_server:
 * @self: a chat
 *
 * Returns: (transfer none) (nullable): the id of the server that answers in it
 */
const char *
lobe_chat_get_server (LobeChat *self)
{
  g_return_val_if_fail (LOBE_IS_CHAT (self), NULL);

  return self->server;
}

/**
 * lobe_chat_get_model:
 * @self: a chat
 *
 * Returns: (transfer none) (nullable): the id of the model that answers in it
 */
const char *
lobe_chat_get_model (LobeChat *self)
{
  g_return_val_if_fail (LOBE_IS_CHAT (self), NULL);

  return self->model;
}

/**
 * lobe_chat_get_system_prompt:
 * @self: a chat
 *
 * Returns: (transfer none) (nullable): instructions that go before everything that is said
 */
const char *
lobe_chat_get_system_prompt (LobeChat *self)
{
  g_return_val_if_fail (LOBE_IS_CHAT (self), NULL);

  return self->system_prompt;
}

/**
 * lobe_chat_set_system_prompt:
 * @self: a chat
 * @prompt: (nullable): instructions that go before everything that is said
 */
void
lobe_chat_set_system_prompt (LobeChat    *self,
                             const char  *prompt)
{
  g_return_if_fail (LOBE_IS_CHAT (self));

  if (g_set_str (&self->system_prompt, prompt))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SYSTEM_PROMPT]);
}

/**
 * lobe_chat_get_draft:
 * @self: a chat
 *
 * Returns: (transfer none) (nullable): what the person has typed and not sent
 */
const char *
lobe_chat_get_draft (LobeChat *self)
{
  g_return_val_if_fail (LOBE_IS_CHAT (self), NULL);

  return self->draft;
}

/**
 * lobe_chat_set_draft:
 * @self: a chat
 * @draft: (nullable): what the person has typed and not sent
 */
void
lobe_chat_set_draft (LobeChat    *self,
                     const char  *draft)
{
  g_return_if_fail (LOBE_IS_CHAT (self));

  if (g_set_str (&self->draft, draft))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_DRAFT]);
}

/**
 * lobe_chat_get_context_strategy:
 * @self: a chat
 *
 * Returns: what of it is sent to the model; a value that we don't know is as the first
 */
LobeContextStrategy
lobe_chat_get_context_strategy (LobeChat *self)
{
  g_return_val_if_fail (LOBE_IS_CHAT (self), LOBE_CONTEXT_FIT);

  return self->context_strategy;
}

/**
 * lobe_chat_get_context_messages:
 * @self: a chat
 *
 * Returns: how many of the last messages are sent, where the strategy counts them; 0: as many as is usual
 */
guint
lobe_chat_get_context_messages (LobeChat *self)
{
  g_return_val_if_fail (LOBE_IS_CHAT (self), 0);

  return self->context_messages;
}

/**
 * lobe_chat_set_context:
 * @self: a chat
 * @strategy: what of it is sent to the model
 * @n_messages: how many of the last messages, where the strategy counts them; 0: as many as is usual
 */
void
lobe_chat_set_context (LobeChat            *self,
                       LobeContextStrategy  strategy,
                       guint                n_messages)
{
  g_return_if_fail (LOBE_IS_CHAT (self));

  g_object_freeze_notify (G_OBJECT (self));
  if (self->context_strategy != strategy)
    {
      self->context_strategy = strategy;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTEXT_STRATEGY]);
    }
  if (self->context_messages != n_messages)
    {
      self->context_messages = n_messages;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTEXT_MESSAGES]);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * lobe_chat_get_summary:
 * @self: a chat
 *
 * Returns: (transfer none) (nullable): what stands for the older part
 */
const char *
lobe_chat_get_summary (LobeChat *self)
{
  g_return_val_if_fail (LOBE_IS_CHAT (self), NULL);

  return self->summary;
}

/**
 * lobe_chat_get_summary_leaf_id:
 * @self: a chat
 *
 * Returns: (transfer none) (nullable): the last message that the summary covers
 */
const char *
lobe_chat_get_summary_leaf_id (LobeChat *self)
{
  g_return_val_if_fail (LOBE_IS_CHAT (self), NULL);

  return self->summary_leaf_id;
}

/**
 * lobe_chat_set_summary:
 * @self: a chat
 * @summary: (nullable): what stands for the older part
 * @leaf_id: (nullable): the last message that it covers
 */
void
lobe_chat_set_summary (LobeChat   *self,
                       const char *summary,
                       const char *leaf_id)
{
  g_return_if_fail (LOBE_IS_CHAT (self));

  g_object_freeze_notify (G_OBJECT (self));
  if (g_set_str (&self->summary, summary))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUMMARY]);
  if (g_set_str (&self->summary_leaf_id, leaf_id))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SUMMARY_LEAF_ID]);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * lobe_chat_get_answering:
 * @self: a chat
 *
 * Returns: whether an answer streams in it now; not stored
 */
gboolean
lobe_chat_get_answering (LobeChat *self)
{
  g_return_val_if_fail (LOBE_IS_CHAT (self), FALSE);

  return self->answering;
}

/**
 * lobe_chat_set_answering:
 * @self: a chat
 * @answering: whether an answer streams in it now; not stored
 */
void
lobe_chat_set_answering (LobeChat *self,
                         gboolean  answering)
{
  g_return_if_fail (LOBE_IS_CHAT (self));

  if (self->answering == answering)
    return;

  self->answering = answering;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ANSWERING]);
}

/**
 * lobe_chat_get_unseen:
 * @self: a chat
 *
 * Returns: whether an answer came while another chat was open; not stored
 */
gboolean
lobe_chat_get_unseen (LobeChat *self)
{
  g_return_val_if_fail (LOBE_IS_CHAT (self), FALSE);

  return self->unseen;
}

/**
 * lobe_chat_set_unseen:
 * @self: a chat
 * @unseen: whether an answer came while another chat was open; not stored
 */
void
lobe_chat_set_unseen (LobeChat *self,
                      gboolean  unseen)
{
  g_return_if_fail (LOBE_IS_CHAT (self));

  if (self->unseen == unseen)
    return;

  self->unseen = unseen;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_UNSEEN]);
}

/**
 * lobe_chat_get_title_source:
 * @self: a chat
 *
 * Returns: who gave it its title
 */
LobeTitleSource
lobe_chat_get_title_source (LobeChat *self)
{
  g_return_val_if_fail (LOBE_IS_CHAT (self), LOBE_TITLE_FIRST_WORDS);

  return self->title_source;
}

/**
 * lobe_chat_set_title:
 * @self: a chat
 * @title: (nullable): what it is to be called
 * @source: who says so
 *
 * Gives it a title, unless it has one from somebody who knows better: a model's does not replace a person's, nor the
 * first words' a model's.
 */
void
lobe_chat_set_title (LobeChat        *self,
                     const char      *title,
                     LobeTitleSource  source)
{
  g_return_if_fail (LOBE_IS_CHAT (self));

  if (self->title != NULL && source < self->title_source)
    return;

  self->title_source = source;
  if (g_set_str (&self->title, title))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

/**
 * lobe_chat_set_model:
 * @self: a chat
 * @server: (nullable): the id of a server
 * @model: (nullable): the id of a model on it
 *
 * Says who answers in it from now on.
 */
void
lobe_chat_set_model (LobeChat   *self,
                     const char *server,
                     const char *model)
{
  g_return_if_fail (LOBE_IS_CHAT (self));

  g_object_freeze_notify (G_OBJECT (self));
  if (g_set_str (&self->server, server))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SERVER]);
  if (g_set_str (&self->model, model))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MODEL]);
  g_object_thaw_notify (G_OBJECT (self));
}

/**
 * lobe_chat_title_from_words:
 * @text: a person's first words
 *
 * A title out of the first words: the first line that says something, without Markdown's marks in front, at most 48
 * characters, cut between words where there are any.
 *
 * Returns: (transfer full) (nullable): a title; %NULL when @text holds nothing visible
 */
char *
lobe_chat_title_from_words (const char *text)
{
  const char *end;
  const char *cut = NULL;
  glong n = 0;

  g_return_val_if_fail (text != NULL, NULL);

  while (*text != '\0' && (g_unichar_isspace (g_utf8_get_char (text)) || strchr ("#>*-`", *text) != NULL))
    text = g_utf8_next_char (text);
  for (end = text; *end != '\0' && *end != '\n' && *end != '\r' && n <= MAX_TITLE; end = g_utf8_next_char (end), n++)
    {
      if (g_unichar_isspace (g_utf8_get_char (end)))
        cut = end;
    }
  if (end == text)
    return NULL;
  if (n <= MAX_TITLE)
    return g_strchomp (g_strndup (text, end - text));

  end = cut != NULL && cut - text > (end - text) / 2 ? cut : g_utf8_prev_char (end);

  return g_strdup_printf ("%.*s…", (int) (end - text), text);
}
