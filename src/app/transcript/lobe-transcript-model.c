/* lobe-transcript-model.c: a conversation as rows, one section a message, made when they are looked at */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-transcript-model.h"

#include "app/transcript/lobe-section.h"
#include "app/transcript/lobe-sums.h"

#include <gtk/gtk.h>

/* Sections with rows that are kept. A list view binds some 205 rows in one stretch, so between two uses of a section
 * that stays bound at most 410 others can be used: what is dropped is never bound. */
#define KEPT_SECTIONS 512
/* Messages asked for on either side of one whose body is missing. */
#define PAGE 16

typedef struct
{
  LobeTranscriptModel *model; /* unowned */
  LobeSection         *section;
  guint                index;
  gboolean             busy;  /* we change the message ourselves */
  gboolean             dirty; /* has not the number of rows that the list was told */
  gboolean             pinned;
  GList                link;  /* in the queue, last used first */
} Entry;

struct _LobeTranscriptModel
{
  GObject           parent_instance;
  LobeConversation *conversation;
  GPtrArray        *entries; /* (element-type Entry) (nullable elements), one a message */
  LobeSums         *sums;
  GQueue            used;
  LobeRow          *tail;
  GPtrArray        *live;    /* (element-type LobeMessage) with text to take */
  LobeMessage      *hovered;
  char             *summary_id; /* of the message where the summary ends */
  gsize             summary_length;
  guint             settle_id;
  guint             load_id;
  GArray           *wanted;  /* (element-type guint): messages whose bodies the list looked for */
  gboolean          filled;
};

enum
{
  FLUSH_NEEDED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void settle_later (LobeTranscriptModel *self);

static void
entry_disconnect (Entry *entry)
{
  g_signal_handlers_disconnect_by_data (lobe_section_get_message (entry->section), entry);
}

static void
entry_free (Entry *entry)
{
  if (!entry)
    return;

  entry_disconnect (entry);
  g_queue_unlink (&entry->model->used, &entry->link);
  lobe_section_free (entry->section);
  g_free (entry);
}

static guint
n_messages (LobeTranscriptModel *self)
{
  return self->entries->len;
}

static gsize
summary_length_for (LobeTranscriptModel *self,
                    LobeMessage         *message)
{
  return g_strcmp0 (self->summary_id, lobe_message_get_id (message)) == 0 ? self->summary_length : 0;
}

static void
rebuild (Entry *entry)
{
  LobeTranscriptModel *self = entry->model;

  entry->busy = TRUE;
  lobe_section_set_place (entry->section, entry->index == 0, entry->index + 1 == n_messages (self));
  lobe_section_set_summary (entry->section, summary_length_for (self, lobe_section_get_message (entry->section)));
  lobe_section_rebuild (entry->section);
  entry->busy = FALSE;
  entry->pinned = lobe_section_get_live (entry->section);
}

/* Tells the list that a section has another number of rows than it was told before. Rows are only ever added and
 * removed at a section's end here: rows in between changed their content, and said so themselves. */
static void
report (Entry *entry)
{
  LobeTranscriptModel *self = entry->model;
  guint old = lobe_sums_get (self->sums, entry->index), new = lobe_section_get_n_rows (entry->section);
  guint start = lobe_sums_before (self->sums, entry->index), common = MIN (old, new);

  entry->dirty = FALSE;
  if (old == new)
    return;

  lobe_sums_set (self->sums, entry->index, new);
  g_list_model_items_changed (G_LIST_MODEL (self), start + common, old - common, new - common);
}

static void
message_appended_cb (LobeMessage *message,
                     Entry       *entry)
{
  LobeTranscriptModel *self = entry->model;

  if (!g_ptr_array_find (self->live, message, NULL))
    g_ptr_array_add (self->live, g_object_ref (message));
  if (self->live->len == 1)
    g_signal_emit (self, signals[FLUSH_NEEDED], 0);
}

static void
message_changed_cb (LobeMessage *message,
                    Entry       *entry)
{
  if (entry->busy)
    return;

  rebuild (entry);
  report (entry);
}

static Entry *
entry_ensure (LobeTranscriptModel *self,
              guint                index)
{
  Entry *entry = g_ptr_array_index (self->entries, index);
  g_autoptr(LobeMessage) message = NULL;

  if (entry)
    {
      if (self->used.head != &entry->link)
        {
          g_queue_unlink (&self->used, &entry->link);
          g_queue_push_head_link (&self->used, &entry->link);
        }
      return entry;
    }

  message = g_list_model_get_item (G_LIST_MODEL (self->conversation), index);
  entry = g_new0 (Entry, 1);
  entry->model = self;
  entry->section = lobe_section_new (message);
  entry->index = index;
  entry->link.data = entry;
  g_queue_push_head_link (&self->used, &entry->link);
  g_ptr_array_index (self->entries, index) = entry;

  /* First our own handlers, then the parsing, which may set the number of blocks and so change the message. */
  g_signal_connect (message, "appended", G_CALLBACK (message_appended_cb), entry);
  g_signal_connect (message, "changed", G_CALLBACK (message_changed_cb), entry);
  rebuild (entry);

  if (lobe_section_get_n_rows (entry->section) != lobe_sums_get (self->sums, index))
    {
      entry->dirty = TRUE;
      settle_later (self);
    }

  return entry;
}

static void
drop_unused (LobeTranscriptModel *self)
{
  GList *link = self->used.tail;

  while (self->used.length > KEPT_SECTIONS && link)
    {
      Entry *entry = link->data;

      link = link->prev;
      if (entry->pinned || entry->dirty || lobe_section_get_open (entry->section))
        continue;

      g_ptr_array_index (self->entries, entry->index) = NULL;
      entry_free (entry);
    }
}

/**
 * lobe_transcript_model_settle:
 * @self: the model
 *
 * Tells the list of sections that turned out to have another number of rows than was estimated. This happens by itself
 * before the next frame.
 */
void
lobe_transcript_model_settle (LobeTranscriptModel *self)
{
  GList *link;

  g_clear_handle_id (&self->settle_id, g_source_remove);

  /* Reporting makes the list ask for more rows, so begin again each time. */
  do
    {
      for (link = self->used.head; link; link = link->next)
        if (((Entry *) link->data)->dirty)
          {
            report (link->data);
            break;
          }
    }
  while (link);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  drop_unused (self);
}

static gboolean
settle_cb (gpointer data)
{
  LobeTranscriptModel *self = data;

  self->settle_id = 0;
  lobe_transcript_model_settle (self);

  return G_SOURCE_REMOVE;
}

static void
settle_later (LobeTranscriptModel *self)
{
  if (self->settle_id == 0)
    self->settle_id = g_idle_add_full (GDK_PRIORITY_REDRAW - 1, settle_cb, self, NULL);
}

static int
compare_wanted (gconstpointer a,
                gconstpointer b)
{
  guint x = *(const guint *) a, y = *(const guint *) b;

  return (x > y) - (x < y);
}

static gboolean
load_cb (gpointer data)
{
  LobeTranscriptModel *self = data;
  g_autoptr(GArray) wanted = g_steal_pointer (&self->wanted);
  guint n = n_messages (self);

  self->load_id = 0;
  self->wanted = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_sort (wanted, compare_wanted);

  /* Neighbours go together; the list may look at two places when it jumps. */
  for (guint i = 0; i < wanted->len; )
    {
      guint from = g_array_index (wanted, guint, i), to = from;

      for (; i < wanted->len && g_array_index (wanted, guint, i) <= to + 2 * PAGE; i++)
        to = g_array_index (wanted, guint, i);
      from = from > PAGE ? from - PAGE : 0;
      to = MIN (to + PAGE + 1, n);
      if (from < to)
        lobe_conversation_load (self->conversation, from, to - from);
    }

  return G_SOURCE_REMOVE;
}

/* A list asks for the rows in view and around it one by one; they become one request. */
static void
load_later (LobeTranscriptModel *self,
            guint                index)
{
  if (self->wanted->len > 0 && g_array_index (self->wanted, guint, self->wanted->len - 1) == index)
    return;

  g_array_append_val (self->wanted, index);
  if (self->load_id == 0)
    self->load_id = g_idle_add_full (GDK_PRIORITY_REDRAW - 1, load_cb, self, NULL);
}

static GType
lobe_transcript_model_get_item_type (GListModel *model)
{
  return LOBE_TYPE_ROW;
}

static guint
total (LobeTranscriptModel *self)
{
  return lobe_sums_before (self->sums, lobe_sums_size (self->sums));
}

static guint
lobe_transcript_model_get_n_items (GListModel *model)
{
  return total (LOBE_TRANSCRIPT_MODEL (model)) + 1;
}

static gpointer
lobe_transcript_model_get_item (GListModel *model,
                                guint       position)
{
  LobeTranscriptModel *self = LOBE_TRANSCRIPT_MODEL (model);
  guint index, offset;
  LobeMessage *message;
  Entry *entry;

  index = lobe_sums_find (self->sums, position, &offset);
  if (index >= n_messages (self))
    return offset == 0 ? g_object_ref (self->tail) : NULL;

  entry = entry_ensure (self, index);
  message = lobe_section_get_message (entry->section);
  if (!lobe_message_get_loaded (message))
    load_later (self, index);

  if (self->used.length > KEPT_SECTIONS * 2)
    settle_later (self);

  /* The list was promised a row that will be gone when it has settled. */
  if (offset >= lobe_section_get_n_rows (entry->section))
    return lobe_row_new (message, &(LobeRowPlan) { .kind = LOBE_ROW_PLACEHOLDER });

  return g_object_ref (lobe_section_get_row (entry->section, offset));
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = lobe_transcript_model_get_item_type;
  iface->get_n_items = lobe_transcript_model_get_n_items;
  iface->get_item = lobe_transcript_model_get_item;
}

static void
lobe_transcript_model_get_section (GtkSectionModel *model,
                                   guint            position,
                                   guint           *start,
                                   guint           *end)
{
  LobeTranscriptModel *self = LOBE_TRANSCRIPT_MODEL (model);
  guint index, offset;

  index = lobe_sums_find (self->sums, position, &offset);
  if (index < n_messages (self))
    {
      *start = position - offset;
      *end = *start + lobe_sums_get (self->sums, index);
    }
  else if (offset == 0)
    {
      *start = position;
      *end = position + 1;
    }
  else
    {
      *start = total (self) + 1;
      *end = G_MAXUINT;
    }
}

static void
section_model_iface_init (GtkSectionModelInterface *iface)
{
  iface->get_section = lobe_transcript_model_get_section;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeTranscriptModel, lobe_transcript_model, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init)
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_SECTION_MODEL, section_model_iface_init))

/* Takes over which messages there are, with estimated numbers of rows. */
static void
splice (LobeTranscriptModel *self,
        guint                position,
        guint                removed,
        guint                added)
{
  g_autofree guint *counts = g_new (guint, MAX (added, 1));

  for (guint i = 0; i < added; i++)
    {
      g_autoptr(LobeMessage) message = g_list_model_get_item (G_LIST_MODEL (self->conversation), position + i);

      counts[i] = lobe_section_estimate (message);
    }

  for (guint i = position; i < position + removed; i++)
    entry_free (g_ptr_array_index (self->entries, i));
  if (removed > 0)
    {
      GPtrArray *entries = self->entries;

      memmove (entries->pdata + position, entries->pdata + position + removed, (entries->len - position - removed) * sizeof (gpointer));
      g_ptr_array_set_size (entries, entries->len - removed);
    }
  if (added > 0)
    {
      guint len = self->entries->len;

      g_ptr_array_set_size (self->entries, len + added);
      memmove (self->entries->pdata + position + added, self->entries->pdata + position, (len - position) * sizeof (gpointer));
      memset (self->entries->pdata + position, 0, added * sizeof (gpointer));
    }
  if (removed != added)
    for (guint i = position + added; i < self->entries->len; i++)
      if (g_ptr_array_index (self->entries, i))
        ((Entry *) g_ptr_array_index (self->entries, i))->index = i;

  lobe_sums_splice (self->sums, position, removed, counts, added);
}

static void
conversation_changed_cb (LobeTranscriptModel *self,
                         guint                position,
                         guint                removed,
                         guint                added)
{
  guint start, n_removed, last = n_messages (self);

  if (!self->filled)
    return;

  start = lobe_sums_before (self->sums, position);
  n_removed = lobe_sums_before (self->sums, position + removed) - start;
  splice (self, position, removed, added);
  g_list_model_items_changed (G_LIST_MODEL (self), start, n_removed, lobe_sums_before (self->sums, position + added) - start);

  /* A message that comes in alone was just sent, or is about to stream: know its true rows before it is shown. */
  if (added <= 2)
    for (guint i = position; i < position + added; i++)
      {
        Entry *entry = entry_ensure (self, i);

        if (entry->dirty)
          report (entry);
      }

  /* Which message is the last one decides where actions are always shown. */
  if (last > 0 && last - 1 < n_messages (self) && g_ptr_array_index (self->entries, last - 1))
    {
      Entry *entry = g_ptr_array_index (self->entries, last - 1);

      lobe_section_set_place (entry->section, entry->index == 0, entry->index + 1 == n_messages (self));
    }
  if (n_messages (self) > 0 && g_ptr_array_index (self->entries, n_messages (self) - 1))
    {
      Entry *entry = g_ptr_array_index (self->entries, n_messages (self) - 1);

      lobe_section_set_place (entry->section, entry->index == 0, TRUE);
    }
}

static void
lobe_transcript_model_dispose (GObject *object)
{
  LobeTranscriptModel *self = LOBE_TRANSCRIPT_MODEL (object);

  g_clear_handle_id (&self->settle_id, g_source_remove);
  g_clear_handle_id (&self->load_id, g_source_remove);
  if (self->conversation)
    g_signal_handlers_disconnect_by_data (self->conversation, self);
  if (self->entries)
    for (guint i = 0; i < self->entries->len; i++)
      {
        entry_free (g_ptr_array_index (self->entries, i));
        g_ptr_array_index (self->entries, i) = NULL;
      }
  g_clear_object (&self->hovered);

  G_OBJECT_CLASS (lobe_transcript_model_parent_class)->dispose (object);
}

static void
lobe_transcript_model_finalize (GObject *object)
{
  LobeTranscriptModel *self = LOBE_TRANSCRIPT_MODEL (object);

  g_ptr_array_unref (self->entries);
  g_ptr_array_unref (self->live);
  g_array_unref (self->wanted);
  lobe_sums_free (self->sums);
  g_free (self->summary_id);
  g_clear_object (&self->tail);
  g_clear_object (&self->conversation);

  G_OBJECT_CLASS (lobe_transcript_model_parent_class)->finalize (object);
}

static void
lobe_transcript_model_class_init (LobeTranscriptModelClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lobe_transcript_model_dispose;
  object_class->finalize = lobe_transcript_model_finalize;

  signals[FLUSH_NEEDED] = g_signal_new ("flush-needed", LOBE_TYPE_TRANSCRIPT_MODEL, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
lobe_transcript_model_init (LobeTranscriptModel *self)
{
  self->entries = g_ptr_array_new ();
  self->live = g_ptr_array_new_with_free_func (g_object_unref);
  self->sums = lobe_sums_new ();
  self->wanted = g_array_new (FALSE, FALSE, sizeof (guint));
  self->tail = lobe_row_new (NULL, &(LobeRowPlan) { .kind = LOBE_ROW_TAIL });
}

/**
 * lobe_transcript_model_new:
 * @conversation: what to show
 *
 * A list that gets this model while it has nothing but the last row, which never changes, keeps to that row when
 * lobe_transcript_model_fill () puts the others before it, and so makes no row that is not at the end.
 *
 * Returns: (transfer full): the row at the end, and when filled, those of @conversation before it
 */
LobeTranscriptModel *
lobe_transcript_model_new (LobeConversation *conversation)
{
  LobeTranscriptModel *self = g_object_new (LOBE_TYPE_TRANSCRIPT_MODEL, NULL);

  self->conversation = g_object_ref (conversation);
  g_signal_connect_object (conversation, "items-changed", G_CALLBACK (conversation_changed_cb), self, G_CONNECT_SWAPPED);

  return self;
}

LobeConversation *
lobe_transcript_model_get_conversation (LobeTranscriptModel *self)
{
  return self->conversation;
}

static Entry *
find_entry (LobeTranscriptModel *self,
            LobeMessage         *message)
{
  guint position;

  if (!message || !lobe_conversation_find (self->conversation, message, &position) || position >= n_messages (self))
    return NULL;

  return g_ptr_array_index (self->entries, position);
}

/**
 * lobe_transcript_model_flush:
 * @self: the model
 *
 * Shows the text that came since the last call. To be called once a frame while text streams, before layout.
 *
 * Returns: whether any had come
 */
gboolean
lobe_transcript_model_flush (LobeTranscriptModel *self)
{
  g_autoptr(GPtrArray) live = g_steal_pointer (&self->live);
  gboolean any = FALSE;

  self->live = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < live->len; i++)
    {
      Entry *entry = find_entry (self, g_ptr_array_index (live, i));

      if (!entry)
        continue;

      entry->busy = TRUE;
      any |= lobe_section_flush (entry->section);
      entry->busy = FALSE;
      report (entry);
    }

  return any;
}

/**
 * lobe_transcript_model_fill:
 * @self: the model
 * @n_rows: how many rows at the end will be in view
 *
 * Adds the rows of all messages. Those at the end are made before the list is told, so that its first frame is the
 * final one.
 */
void
lobe_transcript_model_fill (LobeTranscriptModel *self,
                            guint                n_rows)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (self->conversation)), rows = 0;

  g_return_if_fail (!self->filled);

  self->filled = TRUE;
  splice (self, 0, 0, n);

  for (guint i = n; i > 0 && rows < n_rows; i--)
    {
      Entry *entry = entry_ensure (self, i - 1);

      if (!lobe_message_get_loaded (lobe_section_get_message (entry->section)))
        load_later (self, i - 1);
      entry->dirty = FALSE;
      lobe_sums_set (self->sums, i - 1, lobe_section_get_n_rows (entry->section));
      rows += lobe_section_get_n_rows (entry->section);
    }

  g_list_model_items_changed (G_LIST_MODEL (self), 0, 0, total (self));
}

/**
 * lobe_transcript_model_toggle:
 * @self: the model
 * @message: a message
 *
 * Shows or hides what the model thought before it gave @message.
 */
void
lobe_transcript_model_toggle (LobeTranscriptModel *self,
                              LobeMessage         *message)
{
  Entry *entry = find_entry (self, message);

  if (!entry)
    return;

  entry->busy = TRUE;
  lobe_section_set_open (entry->section, !lobe_section_get_open (entry->section));
  entry->busy = FALSE;
  report (entry);
}

/**
 * lobe_transcript_model_set_hovered:
 * @self: the model
 * @message: (nullable): the message that the pointer is on
 */
void
lobe_transcript_model_set_hovered (LobeTranscriptModel *self,
                                   LobeMessage         *message)
{
  Entry *entry;

  if (self->hovered == message)
    return;

  if ((entry = find_entry (self, self->hovered)))
    lobe_section_set_hovered (entry->section, FALSE);
  g_set_object (&self->hovered, message);
  if ((entry = find_entry (self, message)))
    lobe_section_set_hovered (entry->section, TRUE);
}

static void
update_summary (LobeTranscriptModel *self,
                LobeMessage         *message)
{
  Entry *entry = find_entry (self, message);

  if (!entry)
    return;

  entry->busy = TRUE;
  lobe_section_set_summary (entry->section, summary_length_for (self, message));
  entry->busy = FALSE;
  report (entry);
}

/**
 * lobe_transcript_model_set_summary:
 * @self: the model
 * @id: (nullable): the message where the summary ends
 * @length: its bytes
 *
 * Shows a row for the summary after that message.
 */
void
lobe_transcript_model_set_summary (LobeTranscriptModel *self,
                                   const char          *id,
                                   gsize                length)
{
  LobeMessage *before = self->summary_id ? lobe_conversation_get_message (self->conversation, self->summary_id) : NULL;
  LobeMessage *message = id ? lobe_conversation_get_message (self->conversation, id) : NULL;

  g_set_str (&self->summary_id, id);
  self->summary_length = length;
  if (before && before != message)
    update_summary (self, before);
  if (message)
    update_summary (self, message);
}
