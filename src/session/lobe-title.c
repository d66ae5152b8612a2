/* lobe-title.c: a title for a chat, written by the model that answers in it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-title.h"

#include "base/lobe-error.h"
#include "model/lobe-chat.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_TOKENS 24
#define MAX_TITLE 4096  /* bytes */
#define MAX_QUOTED 1200 /* bytes of question and of answer that the model is shown */

typedef struct
{
  char    *model;
  char    *question;
  char    *answer;
  gint64   context_length;
  GString *title;
} Title;

static void
title_free (gpointer data)
{
  Title *title = data;

  g_free (title->model);
  g_free (title->question);
  g_free (title->answer);
  g_string_free (title->title, TRUE);
  g_free (title);
}

/* The beginning of a text, not cut within a character. */
static char *
quote (const char *text)
{
  const char *end = text + MIN (strlen (text), MAX_QUOTED);

  while (end > text && ((guchar) *end & 0xc0) == 0x80)
    end--;

  return g_strndup (text, end - text);
}

/**
 * lobe_title_clean:
 * @text: what a model wrote when it was asked for a title
 *
 * Takes the first line that says something, without the quotes, the Markdown, the final full stop and the word “Title:”
 * that models put around it.
 *
 * Returns: (transfer full) (nullable): a title; %NULL when nothing is left
 */
char *
lobe_title_clean (const char *text)
{
  g_autofree char *line = NULL;
  char *title;
  gsize length;

  while (*text != '\0' && (g_ascii_isspace (*text) || strchr ("#*\"'`", *text) != NULL))
    text++;
  if (g_ascii_strncasecmp (text, "title:", 6) == 0)
    text += 6;

  line = g_strstrip (g_strndup (text, strcspn (text, "\r\n")));
  title = line;
  while (*title != '\0' && strchr ("\"'*`", *title) != NULL)
    title++;
  length = strlen (title);
  while (length > 0 && strchr ("\"'*`. ", title[length - 1]) != NULL)
    title[--length] = '\0';

  return lobe_chat_title_from_words (title);
}

static void
delta_cb (const LobeDelta *delta,
          gpointer         user_data)
{
  Title *title = g_task_get_task_data (user_data);

  /* more than that is no title, whatever a server makes of the limit of tokens */
  if (delta->kind == LOBE_DELTA_TEXT && title->title->len < MAX_TITLE)
    g_string_append_len (title->title, delta->text, (gssize) delta->length);
}

static void
chat_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Title *title = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree char *clean = NULL;

  lobe_driver_chat_finish (LOBE_DRIVER (object), result, &error);
  clean = g_utf8_validate (title->title->str, -1, NULL) ? lobe_title_clean (title->title->str) : NULL;
  if (error != NULL)
    g_task_return_error (task, g_steal_pointer (&error));
  else if (clean == NULL)
    g_task_return_new_error (task, LOBE_ERROR, LOBE_ERROR_PROTOCOL, "the model wrote no title");
  else
    g_task_return_pointer (task, g_steal_pointer (&clean), g_free);
}

static void
prepare_cb (GObject      *object,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Title *title = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (LobeEndpoint) endpoint = lobe_server_prepare_finish (LOBE_SERVER (object), result, &error);
  g_autoptr (LobeRequest) request = NULL;
  g_autoptr (LobeMessage) message = NULL;
  g_autofree char *words = NULL;

  if (endpoint == NULL)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  /* one message, so that no chat template objects to the roles; not translated, since models follow English best */
  words = g_strdup_printf ("Write a title of at most five words, in the language of the question, for this conversation. "
                           "Answer with the title only.\n\nQuestion:\n%s\n\nAnswer:\n%s", title->question, title->answer);
  message = lobe_message_new ("title", NULL, LOBE_ROLE_USER, 0);
  lobe_message_append (message, LOBE_PART_TEXT, words, -1);

  request = lobe_request_new (title->model);
  lobe_request_add_message (request, message);
  lobe_request_set_max_tokens (request, MAX_TOKENS);
  lobe_request_set_context_length (request, title->context_length);
  lobe_request_set_temperature (request, 0.2);
  lobe_request_set_think (request, LOBE_THINK_OFF);

  lobe_driver_chat_async (lobe_server_get_driver (LOBE_SERVER (object)), endpoint, request, delta_cb, g_object_ref (task),
                          g_object_unref, g_task_get_cancellable (task), chat_cb, g_object_ref (task));
}

/**
 * lobe_title_write_async:
 * @server: who is asked
 * @model: the id of a model on it
 * @question: the first question, loaded
 * @answer: its answer, loaded
 * @context_length: the window that the answer was asked for with, tokens; 0 unknown: another one would have some servers
 *   load the model again
 * @cancellable: (nullable): to stop, which the server notices: the request is streamed
 * @callback: called when done
 * @user_data: for @callback
 *
 * Has a title written, in few tokens.
 */
void
lobe_title_write_async (LobeServer          *server,
                        const char          *model,
                        LobeMessage         *question,
                        LobeMessage         *answer,
                        gint64               context_length,
                        GCancellable        *cancellable,
                        GAsyncReadyCallback  callback,
                        gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Title *title;

  g_return_if_fail (LOBE_IS_SERVER (server));

  task = g_task_new (server, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_title_write_async);
  title = g_new0 (Title, 1);
  title->model = g_strdup (model);
  title->question = quote (lobe_message_get_text (question));
  title->answer = quote (lobe_message_get_text (answer));
  title->context_length = context_length;
  title->title = g_string_new (NULL);
  g_task_set_task_data (task, title, title_free);

  lobe_server_prepare_async (server, model, cancellable, prepare_cb, g_steal_pointer (&task));
}

/**
 * lobe_title_write_finish:
 * @result: what the callback got
 * @error: where to put what went wrong
 *
 * Returns: (transfer full) (nullable): a title
 */
char *
lobe_title_write_finish (GAsyncResult  *result,
                         GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
