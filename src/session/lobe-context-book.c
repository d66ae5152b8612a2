/* lobe-context-book.c: what was learned of each model's tokens, and the window that the person gave it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-context-book.h"

#include "base/lobe-json.h"

#include <math.h>

#define SETTING "context-book"
#define MIN_LEARNED 48     /* tokens: of shorter requests most is what a template adds */
#define NEW_MARGIN 0.12    /* before anything was learned */
#define LEARNED_MARGIN 0.04

typedef struct
{
  double scale;
  guint  n_learned;
  gint64 window; /* chosen by the person; 0: none */
} Entry;

/**
 * LobeContextBook:
 *
 * What is remembered of each model: how many of its tokens one of our estimated tokens is, learned from what servers
 * report, and how large a window the person gave it. Kept as a setting.
 */
struct _LobeContextBook
{
  GObject     parent_instance;

  LobeStore  *store;
  GHashTable *entries; /* "server\nmodel" → Entry */
};

G_DEFINE_FINAL_TYPE (LobeContextBook, lobe_context_book, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
lobe_context_book_finalize (GObject *object)
{
  LobeContextBook *self = LOBE_CONTEXT_BOOK (object);

  g_hash_table_unref (self->entries);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (lobe_context_book_parent_class)->finalize (object);
}

static void
lobe_context_book_class_init (LobeContextBookClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_context_book_finalize;

  /**
   * LobeContextBook::changed:
   * @self: the book
   *
   * The person gave a model a window, or what was kept is read.
   */
  signals[CHANGED] = g_signal_new ("changed", LOBE_TYPE_CONTEXT_BOOK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
}

static void
lobe_context_book_init (LobeContextBook *self)
{
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

/**
 * lobe_context_book_new:
 * @store: where it is kept
 *
 * Returns: (transfer full): an empty book
 */
LobeContextBook *
lobe_context_book_new (LobeStore *store)
{
  LobeContextBook *self = g_object_new (LOBE_TYPE_CONTEXT_BOOK, NULL);

  self->store = g_object_ref (store);

  return self;
}

static Entry *
find (LobeContextBook *self,
      const char      *server,
      const char      *model)
{
  g_autofree char *key = g_strdup_printf ("%s\n%s", server, model);

  return g_hash_table_lookup (self->entries, key);
}

static Entry *
ensure (LobeContextBook *self,
        const char      *server,
        const char      *model)
{
  Entry *entry = find (self, server, model);

  if (entry == NULL)
    {
      entry = g_new0 (Entry, 1);
      entry->scale = 1.0;
      g_hash_table_insert (self->entries, g_strdup_printf ("%s\n%s", server, model), entry);
    }

  return entry;
}

static void
save (LobeContextBook *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *json = NULL;
  GHashTableIter iter;
  const char *key;
  Entry *entry;

  json_builder_begin_object (builder);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, (gpointer *) &key, (gpointer *) &entry))
    {
      lobe_json_begin_object (builder, key);
      lobe_json_add_double (builder, "scale", entry->scale);
      lobe_json_add_int (builder, "learned", entry->n_learned);
      lobe_json_add_int (builder, "window", entry->window);
      json_builder_end_object (builder);
    }
  json_builder_end_object (builder);
  json = lobe_json_take_string (builder);

  lobe_store_set_setting (self->store, SETTING, json);
}

static void
read_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (LobeContextBook) self = user_data;
  g_autofree char *json = lobe_store_get_setting_finish (LOBE_STORE (object), result, NULL);
  g_autoptr (JsonNode) root = json != NULL ? lobe_json_parse (json, -1, NULL) : NULL;
  JsonObject *entries = lobe_json_get_object (root);
  g_autoptr (GList) keys = entries != NULL ? json_object_get_members (entries) : NULL;

  /* nothing of it is worth an error: what is damaged is learned again */
  for (GList *l = keys; l != NULL; l = l->next)
    {
      JsonObject *object_entry = lobe_json_object (entries, l->data);
      double scale = lobe_json_double (object_entry, "scale", 1.0);
      Entry *entry;

      if (object_entry == NULL || g_hash_table_contains (self->entries, l->data) || !(scale >= 0.1 && scale <= 10.0))
        continue;
      entry = g_new0 (Entry, 1);
      entry->scale = scale;
      entry->n_learned = (guint) CLAMP (lobe_json_int (object_entry, "learned", 0), 0, 1000);
      entry->window = MAX (lobe_json_int (object_entry, "window", 0), 0);
      g_hash_table_insert (self->entries, g_strdup (l->data), entry);
    }

  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * lobe_context_book_open:
 * @self: a book
 *
 * Reads what was kept, once the store is open. What is asked meanwhile is answered without it.
 */
void
lobe_context_book_open (LobeContextBook *self)
{
  g_return_if_fail (LOBE_IS_CONTEXT_BOOK (self));

  lobe_store_get_setting_async (self->store, SETTING, NULL, read_cb, g_object_ref (self));
}

/**
 * lobe_context_book_learn:
 * @self: a book
 * @server: the id of a server
 * @model: the id of a model on it
 * @estimated: how many tokens a request was estimated at, before any scale
 * @counted: how many it was
 *
 * Learns from what the server counted. The last counts weigh most, so that a changed template is soon known.
 */
void
lobe_context_book_learn (LobeContextBook *self,
                         const char      *server,
                         const char      *model,
                         gint64           estimated,
                         gint64           counted)
{
  double ratio;
  double weight;
  Entry *entry;

  g_return_if_fail (LOBE_IS_CONTEXT_BOOK (self));
  g_return_if_fail (server != NULL && model != NULL);

  if (estimated < MIN_LEARNED || counted <= 0)
    return;
  ratio = (double) counted / (double) estimated;
  if (ratio < 0.25 || ratio > 5.0) /* that is no other vocabulary, but another text */
    return;

  entry = ensure (self, server, model);
  weight = MAX (1.0 / (entry->n_learned + 1), 0.35);
  entry->scale += (ratio - entry->scale) * weight;
  entry->n_learned = MIN (entry->n_learned + 1, 1000);
  if (entry->n_learned == 1 || fabs (ratio - entry->scale) > 0.01 * entry->scale)
    save (self);
}

/**
 * lobe_context_book_get_chosen:
 * @self: a book
 * @server: the id of a server
 * @model: the id of a model on it
 *
 * Returns: the window that the person gave the model, tokens; 0: none
 */
gint64
lobe_context_book_get_chosen (LobeContextBook *self,
                              const char      *server,
                              const char      *model)
{
  Entry *entry;

  g_return_val_if_fail (LOBE_IS_CONTEXT_BOOK (self), 0);

  entry = find (self, server, model);

  return entry != NULL ? entry->window : 0;
}

/**
 * lobe_context_book_choose:
 * @self: a book
 * @server: the id of a server
 * @model: the id of a model on it
 * @window: the window that the person gives the model, tokens; 0: what the server has
 */
void
lobe_context_book_choose (LobeContextBook *self,
                          const char      *server,
                          const char      *model,
                          gint64           window)
{
  g_return_if_fail (LOBE_IS_CONTEXT_BOOK (self));
  g_return_if_fail (server != NULL && model != NULL);

  if (lobe_context_book_get_chosen (self, server, model) == window)
    return;

  ensure (self, server, model)->window = window;
  save (self);
  g_signal_emit (self, signals[CHANGED], 0);
}

/**
 * lobe_context_book_get_window:
 * @self: a book
 * @server: a server
 * @model: the id of a model on it
 *
 * Returns: how many tokens the model's context window has: what the person chose, if the server can do that; 0 unknown
 */
gint64
lobe_context_book_get_window (LobeContextBook *self,
                              LobeServer      *server,
                              const char      *model)
{
  LobeModelInfo *info;
  gint64 chosen;
  gint64 limit;

  g_return_val_if_fail (LOBE_IS_CONTEXT_BOOK (self), 0);
  g_return_val_if_fail (LOBE_IS_SERVER (server), 0);

  info = lobe_server_find_model (server, model);
  chosen = lobe_context_book_get_chosen (self, lobe_server_get_id (server), model);
  if (info == NULL || chosen == 0)
    return info != NULL ? lobe_model_info_get_context_length (info) : chosen;

  limit = lobe_model_info_get_max_context_length (info) > 0 ? lobe_model_info_get_max_context_length (info)
                                                            : lobe_model_info_get_context_length (info);

  return limit > 0 ? MIN (chosen, limit) : chosen;
}

/**
 * lobe_context_book_get_rules: (skip)
 * @self: a book
 * @chat: a chat
 * @server: a server
 * @model: the id of a model on it
 *
 * Returns: by what @chat is cut when that model answers; the strings are @chat's
 */
LobeContextRules
lobe_context_book_get_rules (LobeContextBook *self,
                             LobeChat        *chat,
                             LobeServer      *server,
                             const char      *model)
{
  Entry *entry = find (self, lobe_server_get_id (server), model);
  LobeContextRules rules = {
    .strategy = lobe_chat_get_context_strategy (chat),
    .n_messages = lobe_chat_get_context_messages (chat),
    .summary = lobe_chat_get_summary (chat),
    .summary_leaf_id = lobe_chat_get_summary_leaf_id (chat),
    .window = lobe_context_book_get_window (self, server, model),
    .scale = entry != NULL ? entry->scale : 1.0,
    .margin = entry != NULL && entry->n_learned > 0 ? LEARNED_MARGIN : NEW_MARGIN,
  };

  return rules;
}
