/* lobe-summary.c: a summary of the older part of a chat, written by the model that answers in it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-summary.h"

#include "base/lobe-error.h"
#include "session/lobe-token-estimate.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_TOKENS  400
#define MAX_SUMMARY 16384 /* bytes */
#define MIN_ROOM    64    /* tokens for what is to be summarised; with less there is no use */
#define FULL_ROOM   6000  /* more than that at once small models lose the thread of */

typedef struct
{
  LobeDriver      *driver;
  LobeEndpoint    *endpoint;
  char            *model;
  GPtrArray       *messages; /* of LobeMessage, loaded */
  guint            next;     /* the first that is not in the summary */
  gsize            offset;   /* and how much of it is */
  char            *previous;
  gint64           window;
  double           scale;
  GString         *summary;
  LobeSummaryFunc  func;
  gpointer         func_data;
} Summary;

static void
summary_free (gpointer data)
{
  Summary *self = data;

  g_object_unref (self->driver);
  g_object_unref (self->endpoint);
  g_free (self->model);
  g_ptr_array_unref (self->messages);
  g_free (self->previous);
  g_string_free (self->summary, TRUE);
  g_free (self);
}

static void write_next (GTask *task);

static void
delta_cb (const LobeDelta *delta,
          gpointer         user_data)
{
  Summary *self = g_task_get_task_data (user_data);

  /* more than that is no summary, whatever a server makes of the limit of tokens */
  if (delta->kind != LOBE_DELTA_TEXT || self->summary->len > MAX_SUMMARY)
    return;

  g_string_append_len (self->summary, delta->text, (gssize) delta->length);
  if (self->func != NULL && !g_cancellable_is_cancelled (g_task_get_cancellable (user_data)))
    self->func (self->summary->str, self->func_data);
}

static void
chat_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Summary *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  lobe_driver_chat_finish (LOBE_DRIVER (object), result, &error);
  text = g_strstrip (g_utf8_make_valid (self->summary->str, (gssize) self->summary->len));
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (*text == '\0')
    g_task_return_new_error_literal (task, LOBE_ERROR, LOBE_ERROR_PROTOCOL, _("The model wrote no summary."));
  else
    {
      g_set_str (&self->previous, text);
      write_next (task);
    }
}

/* Bytes of the text that are about so many tokens, not cut within a character. */
static gsize
bytes_for (const char *text,
           gint64      tokens)
{
  gsize length = strlen (text);

  while (length > 0 && lobe_token_estimate_text (text, (gssize) length) > tokens)
    {
      length = length * 3 / 4;
      while (length > 0 && ((guchar) text[length] & 0xc0) == 0x80)
        length--;
    }

  return length;
}

/* As much of what is left as there is room for; a message that is too long by itself goes in stretches. */
static char *
quote (Summary *self,
       gint64   room)
{
  GString *words = g_string_new (NULL);

  while (self->next < self->messages->len && room > 0)
    {
      LobeMessage *message = self->messages->pdata[self->next];
      const char *text = lobe_message_get_text (message) + self->offset;
      gsize length = bytes_for (text, room);

      if (length == 0 && *text != '\0')
        break;
      if (*text != '\0')
        g_string_append_printf (words, "%s: %.*s\n\n", lobe_message_get_role (message) == LOBE_ROLE_USER ? "User" : "Assistant",
                                (int) length, text);
      room -= lobe_token_estimate_text (text, (gssize) length) + 4;
      if (text[length] != '\0')
        {
          self->offset += length;
          break;
        }
      self->offset = 0;
      self->next++;
    }

  return g_string_free_and_steal (words);
}

static void
write_next (GTask *task)
{
  Summary *self = g_task_get_task_data (task);
  g_autoptr (LobeRequest) request = lobe_request_new (self->model);
  g_autoptr (LobeMessage) message = lobe_message_new ("summary", NULL, LOBE_ROLE_USER, 0);
  g_autofree char *head = NULL;
  g_autofree char *words = NULL;
  gint64 answer = MAX_TOKENS;
  gint64 room = FULL_ROOM;
  guint n_before = self->next;
  gsize offset_before = self->offset;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (self->next >= self->messages->len)
    {
      g_task_return_pointer (task, g_steal_pointer (&self->previous), g_free);
      return;
    }

  /* one message, so that no chat template objects to the roles; not translated, since models follow English best */
  head = g_strdup_printf ("Summarise the conversation below in at most 200 words, in its own language, for somebody who has "
                          "to go on with it. Keep names, numbers, decisions and open questions. Write the summary only.\n\n"
                          "%s%s%s",
                          self->previous != NULL ? "What came before it, summarised:\n" : "",
                          self->previous != NULL ? self->previous : "", self->previous != NULL ? "\n\n" : "");
  if (self->window > 0)
    {
      answer = MIN (answer, self->window / 4);
      room = MIN (room, (gint64) ((double) (self->window - answer) / (self->scale * 1.15)) - lobe_token_estimate_text (head, -1) - 16);
    }
  words = room >= MIN_ROOM ? quote (self, room) : NULL;
  if (words == NULL || (self->next == n_before && self->offset == offset_before))
    {
      g_task_return_new_error_literal (task, LOBE_ERROR, LOBE_ERROR_CONTEXT_OVERFLOW,
                                       _("The model’s context window is too small for a summary."));
      return;
    }

  lobe_message_append (message, LOBE_PART_TEXT, head, -1);
  lobe_message_append (message, LOBE_PART_TEXT, words, -1);
  lobe_request_add_message (request, message);
  lobe_request_set_max_tokens (request, (int) answer);
  lobe_request_set_context_length (request, self->window);
  lobe_request_set_temperature (request, 0.2);
  lobe_request_set_think (request, LOBE_THINK_OFF);

  g_string_truncate (self->summary, 0);
  lobe_driver_chat_async (self->driver, self->endpoint, request, delta_cb, g_object_ref (task), g_object_unref,
                          g_task_get_cancellable (task), chat_cb, g_object_ref (task));
}

/**
 * lobe_summary_write_async: (skip)
 * @driver: the protocol
 * @endpoint: who is asked
 * @model: the id of a model there
 * @previous: (nullable): a summary of what came before @messages
 * @messages: (element-type LobeMessage): loaded messages
 * @rules: the window and the scale are taken from it
 * @func: (nullable): hears the summary as it grows; where one request is not enough it begins anew with each
 * @func_data: for @func
 * @cancellable: (nullable): to stop
 * @callback: called when done
 * @user_data: for @callback
 *
 * Has a summary written, in few tokens. What does not fit into the window at once is summarised piece by piece.
 */
void
lobe_summary_write_async (LobeDriver             *driver,
                          LobeEndpoint           *endpoint,
                          const char             *model,
                          const char             *previous,
                          GPtrArray              *messages,
                          const LobeContextRules *rules,
                          LobeSummaryFunc         func,
                          gpointer                func_data,
                          GCancellable           *cancellable,
                          GAsyncReadyCallback     callback,
                          gpointer                user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Summary *self = g_new0 (Summary, 1);

  g_task_set_source_tag (task, lobe_summary_write_async);
  self->driver = g_object_ref (driver);
  self->endpoint = g_object_ref (endpoint);
  self->model = g_strdup (model);
  self->previous = previous != NULL && *previous != '\0' ? g_strdup (previous) : NULL;
  self->messages = g_ptr_array_copy (messages, (GCopyFunc) g_object_ref, NULL);
  g_ptr_array_set_free_func (self->messages, g_object_unref);
  self->window = rules->window;
  self->scale = rules->scale;
  self->summary = g_string_new (NULL);
  self->func = func;
  self->func_data = func_data;
  g_task_set_task_data (task, self, summary_free);

  write_next (task);
}

/**
 * lobe_summary_write_finish: (skip)
 * @result: what the callback got
 * @error: where to put what went wrong
 *
 * Returns: (transfer full) (nullable): the summary
 */
char *
lobe_summary_write_finish (GAsyncResult  *result,
                           GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
