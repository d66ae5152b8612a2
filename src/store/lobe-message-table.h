/* lobe-message-table.h: the tables of messages, of their parts, and of the tails of parts that still grow */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-message.h"
#include "store/lobe-database.h"
#include "store/lobe-owner.h"

G_BEGIN_DECLS

typedef struct
{
  LobePartKind  kind;
  char         *text;
  gsize         length;
  char         *name;
  char         *call_id;
  char         *signature;
  char         *mime_type;
  char         *hash;
  gint64        size;
} LobePartRow;

/* A message as it is to be, whole. */
typedef struct
{
  char             *id;
  char             *chat_id;   /* NULL: it is in the database already */
  char             *parent_id;
  LobeRole          role;
  LobeMessageState  state;
  gint64            created;
  const char       *server;    /* interned */
  const char       *model;     /* interned */
  guint             n_blocks;
  LobeStopReason    stop_reason;
  gint64            think_time;
  gint64            first_token_time;
  LobeUsage         usage;
  int               error_code;
  char             *error_text;
  char             *owner;
  gboolean          pinned;
  GPtrArray        *parts;     /* of LobePartRow; NULL: leave those that are there */
} LobeMessageRow;

/* What came to a part since it was written last. */
typedef struct
{
  char        *message_id;
  gint64       position;
  gsize        start;
  char        *text;
  gsize        length;
  LobePartRow *part;   /* when it is new */
} LobeTailRow;

LobeMessageRow *lobe_message_row_new       (LobeMessage           *message,
                                            const char            *chat_id,
                                            const char            *owner);
void            lobe_message_row_free      (LobeMessageRow        *self);
LobePartRow    *lobe_part_row_new          (LobePart              *part,
                                            gboolean               with_text);
void            lobe_part_row_free         (LobePartRow           *self);
void            lobe_tail_row_free         (LobeTailRow           *self);

gboolean        lobe_message_table_put     (LobeDatabase          *database,
                                            const LobeMessageRow  *row,
                                            GError               **error);
gboolean        lobe_message_table_append  (LobeDatabase          *database,
                                            const LobeTailRow     *row,
                                            GError               **error);
GPtrArray      *lobe_message_table_heads   (LobeDatabase          *database,
                                            const char            *chat_id,
                                            GError               **error);
GPtrArray      *lobe_message_table_bodies  (LobeDatabase          *database,
                                            const char            *ids,
                                            const char            *attachments,
                                            GError               **error);
gboolean        lobe_message_table_recover (LobeDatabase          *database,
                                            LobeOwner             *owner,
                                            gboolean              *foreign,
                                            gboolean              *changed,
                                            GError               **error);
gboolean        lobe_message_table_end     (LobeDatabase          *database,
                                            const char            *owner,
                                            GError               **error);

G_END_DECLS
