/* lobe-conversation.h: a tree of messages with one active path, which is a list model of LobeMessage */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-message-source.h"

G_BEGIN_DECLS

#define LOBE_TYPE_CONVERSATION (lobe_conversation_get_type ())

G_DECLARE_FINAL_TYPE (LobeConversation, lobe_conversation, LOBE, CONVERSATION, GObject)

LobeConversation *lobe_conversation_new         (const char        *id,
                                                 LobeMessageSource *source);
const char       *lobe_conversation_get_id      (LobeConversation  *self);
void              lobe_conversation_fill        (LobeConversation  *self,
                                                 GPtrArray         *messages,
                                                 const char        *leaf_id);
void              lobe_conversation_add         (LobeConversation  *self,
                                                 LobeMessage       *message);
void              lobe_conversation_select      (LobeConversation  *self,
                                                 LobeMessage       *message);
LobeMessage      *lobe_conversation_get_leaf    (LobeConversation  *self);
LobeMessage      *lobe_conversation_get_message (LobeConversation  *self,
                                                 const char        *id);
LobeMessage      *lobe_conversation_get_parent  (LobeConversation  *self,
                                                 LobeMessage       *message);
LobeMessage      *lobe_conversation_get_sibling (LobeConversation  *self,
                                                 LobeMessage       *message,
                                                 int                step);
guint             lobe_conversation_count_siblings (LobeConversation *self,
                                                 LobeMessage       *message,
                                                 guint             *position);
gboolean          lobe_conversation_find        (LobeConversation  *self,
                                                 LobeMessage       *message,
                                                 guint             *position);
void              lobe_conversation_load        (LobeConversation  *self,
                                                 guint              position,
                                                 guint              n_messages);

G_END_DECLS
