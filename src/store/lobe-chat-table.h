/* lobe-chat-table.h: the table of chats */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-chat.h"
#include "store/lobe-database.h"

G_BEGIN_DECLS

/**
 * LobeChatFields: (skip)
 *
 * What of a row to write. Window and command line hold copies of the same chat: each writes only what it changed.
 */
typedef enum
{
  LOBE_CHAT_TITLE = 1 << 0,
  LOBE_CHAT_UPDATED = 1 << 1,
  LOBE_CHAT_MODEL = 1 << 2,
  LOBE_CHAT_SYSTEM_PROMPT = 1 << 3,
  LOBE_CHAT_DRAFT = 1 << 4,
  LOBE_CHAT_CONTEXT = 1 << 5,
  LOBE_CHAT_SUMMARY = 1 << 6,
} LobeChatFields;

#define LOBE_CHAT_ALL_FIELDS ((LobeChatFields) ((1 << 7) - 1))

typedef struct
{
  char            *id;
  char            *title;
  LobeTitleSource  title_source;
  gint64           created;
  gint64           updated;
  char            *server;
  char            *model;
  char            *system_prompt;
  char            *draft;
  LobeContextStrategy context_strategy;
  guint            context_messages;
  char            *summary;
  char            *summary_leaf_id;
  gboolean         deleted;    /* read only */
  LobeChatFields   fields;
} LobeChatRow;

LobeChatRow    *lobe_chat_row_new           (LobeChat           *chat);
void            lobe_chat_row_free          (LobeChatRow        *self);
LobeChatFields  lobe_chat_row_compare       (const LobeChatRow  *self,
                                             const LobeChatRow  *other);
void            lobe_chat_row_copy_fields   (LobeChatRow        *self,
                                             const LobeChatRow  *from,
                                             LobeChatFields      fields);
void            lobe_chat_row_apply         (const LobeChatRow  *self,
                                             LobeChat           *chat,
                                             LobeChatFields      fields);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeChatRow, lobe_chat_row_free)

GPtrArray      *lobe_chat_table_load        (LobeDatabase       *database,
                                             GError            **error);
LobeChatRow    *lobe_chat_table_load_one    (LobeDatabase       *database,
                                             const char         *id,
                                             GError            **error);
gboolean        lobe_chat_table_save        (LobeDatabase       *database,
                                             const LobeChatRow  *row,
                                             GError            **error);
gboolean        lobe_chat_table_set_leaf    (LobeDatabase       *database,
                                             const char         *id,
                                             const char         *leaf_id,
                                             GError            **error);
gboolean        lobe_chat_table_get_leaf    (LobeDatabase       *database,
                                             const char         *id,
                                             char              **leaf_id,
                                             GError            **error);
gboolean        lobe_chat_table_set_deleted (LobeDatabase       *database,
                                             const char         *id,
                                             gint64              deleted_at,
                                             GError            **error);
gboolean        lobe_chat_table_purge       (LobeDatabase       *database,
                                             gint64              deleted_before,
                                             GError            **error);

G_END_DECLS
