/* lobe-chat.h: what the list of chats knows of a chat */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define LOBE_TYPE_CHAT (lobe_chat_get_type ())

G_DECLARE_FINAL_TYPE (LobeChat, lobe_chat, LOBE, CHAT, GObject)

/*
 * Properties (all but id notify): id, title, updated, server, model, system-prompt, draft,
 * context-strategy, context-messages, summary, summary-leaf-id,
 * answering (not stored: an answer streams now), unseen (not stored: an answer came while another chat was open).
 */

/**
 * LobeTitleSource:
 * @LOBE_TITLE_FIRST_WORDS: made from the first words of the first question
 * @LOBE_TITLE_MODEL: written by a model
 * @LOBE_TITLE_PERSON: given by the person, never changed by us
 */
typedef enum
{
  LOBE_TITLE_FIRST_WORDS = 0,
  LOBE_TITLE_MODEL = 1,
  LOBE_TITLE_PERSON = 2,
} LobeTitleSource;

/**
 * LobeContextStrategy:
 * @LOBE_CONTEXT_FIT: what fits into the window: the oldest turns go first
 * @LOBE_CONTEXT_LAST: the last messages, as many as the person says, if they fit
 * @LOBE_CONTEXT_SUMMARY: a summary stands for the older part
 *
 * What of a chat is sent to the model. Values are stored; append only.
 */
typedef enum
{
  LOBE_CONTEXT_FIT = 0,
  LOBE_CONTEXT_LAST = 1,
  LOBE_CONTEXT_SUMMARY = 2,
} LobeContextStrategy;

LobeChat        *lobe_chat_new               (const char      *id,
                                              gint64           updated);
const char      *lobe_chat_get_id            (LobeChat        *self);
const char      *lobe_chat_get_title         (LobeChat        *self);
LobeTitleSource  lobe_chat_get_title_source  (LobeChat        *self);
void             lobe_chat_set_title         (LobeChat        *self,
                                              const char      *title,
                                              LobeTitleSource  source);
gint64           lobe_chat_get_updated       (LobeChat        *self);
void             lobe_chat_set_updated       (LobeChat        *self,
                                              gint64           updated);
const char      *lobe_chat_get_server        (LobeChat        *self);
const char      *lobe_chat_get_model         (LobeChat        *self);
void             lobe_chat_set_model         (LobeChat        *self,
                                              const char      *server,
                                              const char      *model);
const char      *lobe_chat_get_system_prompt (LobeChat        *self);
void             lobe_chat_set_system_prompt (LobeChat        *self,
                                              const char      *prompt);
const char      *lobe_chat_get_draft         (LobeChat        *self);
void             lobe_chat_set_draft         (LobeChat        *self,
                                              const char      *draft);
LobeContextStrategy lobe_chat_get_context_strategy (LobeChat  *self);
guint            lobe_chat_get_context_messages (LobeChat     *self);
void             lobe_chat_set_context       (LobeChat        *self,
                                              LobeContextStrategy strategy,
                                              guint            n_messages);
const char      *lobe_chat_get_summary       (LobeChat        *self);
const char      *lobe_chat_get_summary_leaf_id (LobeChat      *self);
void             lobe_chat_set_summary       (LobeChat        *self,
                                              const char      *summary,
                                              const char      *leaf_id);
gboolean         lobe_chat_get_answering     (LobeChat        *self);
void             lobe_chat_set_answering     (LobeChat        *self,
                                              gboolean         answering);
gboolean         lobe_chat_get_unseen        (LobeChat        *self);
void             lobe_chat_set_unseen        (LobeChat        *self,
                                              gboolean         unseen);
char            *lobe_chat_title_from_words  (const char      *text);

G_END_DECLS
