/* lobe-store-private.h: what the files of the store share, and what its tests look at */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-account-source.h"
#include "store/lobe-chat-list.h"
#include "store/lobe-store.h"
#include "store/lobe-writer.h"

G_BEGIN_DECLS

struct _LobeStore
{
  GObject       parent_instance;

  char         *folder;
  char         *attachments;
  LobeClock    *clock;
  LobeOwner    *owner;
  LobeDatabase *database;
  LobePending  *pending;
  LobeWriter   *writer;
  LobeChatList *chats;
  GHashTable   *deleted;     /* set of ids of chats that were deleted here */
  GSource      *watch;
  gboolean      watching;    /* a look is under way */
  gboolean      list_loaded;
  guint         n_account_changes; /* made here */
  gboolean      closed;

  /* the database thread's own */
  gint64        data_version;
  gboolean      foreign;     /* others write messages too */
};

typedef struct _LobeStoreRead LobeStoreRead;

typedef gboolean (*LobeStoreReadFunc)     (LobeStoreRead  *read,
                                           LobeDatabase   *database,
                                           GError        **error);
typedef void     (*LobeStoreReadDoneFunc) (LobeStoreRead  *read,
                                           LobeStore      *self);

/* A question to the database on its way there and back. */
struct _LobeStoreRead
{
  LobeStore             *store;
  GTask                 *task;        /* or NULL */
  LobeStoreReadFunc      func;        /* on the database thread */
  LobeStoreReadDoneFunc  done;        /* on the main thread, when func succeeded */
  char                  *argument;
  gpointer               object;      /* the main thread's */
  GDestroyNotify         free_object;
  gpointer               result;
  GDestroyNotify         free_result;
  char                  *text;
  gboolean               flag;
  guint                  number;
};

LobeStoreRead *lobe_store_read_new     (LobeStore              *self,
                                        GTask                  *task,
                                        const char             *argument,
                                        LobeStoreReadFunc       func,
                                        LobeStoreReadDoneFunc   done);
void           lobe_store_read_run     (LobeStoreRead          *read);
void           lobe_store_read_ordered (LobeStoreRead          *read);
void           lobe_store_ask          (LobeStore              *self,
                                        gpointer                tag,
                                        const char             *argument,
                                        LobeStoreReadFunc       func,
                                        LobeStoreReadDoneFunc   done,
                                        GCancellable           *cancellable,
                                        GAsyncReadyCallback     callback,
                                        gpointer                user_data);
GTask         *lobe_store_new_task     (LobeStore              *self,
                                        gpointer                tag,
                                        GCancellable           *cancellable,
                                        GAsyncReadyCallback     callback,
                                        gpointer                user_data);

void           lobe_store_place_chat   (LobeStore              *self,
                                        LobeChat               *chat);
void           lobe_store_merge_chats  (LobeStore              *self,
                                        GPtrArray              *rows);
void           lobe_store_source_init  (LobeMessageSourceInterface *iface);
void           lobe_store_account_source_init (LobeAccountSourceInterface *iface);

/* for tests */
LobeDatabase  *lobe_store_get_database (LobeStore              *self);
void           lobe_store_watch        (LobeStore              *self);

G_END_DECLS
