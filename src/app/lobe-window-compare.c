/* lobe-window-compare.c: one question put to several models, whose answers stand side by side until one is used */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-window-private.h"

#include "app/lobe-compare-dialog.h"
#include "app/lobe-compare-view.h"

#include <glib/gi18n.h>

typedef struct
{
  LobeWindow  *window;
  LobeSession *session;
  char        *message_id; /* NULL: what stands in the composer */
} Comparison;

static void
comparison_free (gpointer  data,
                 GClosure *closure)
{
  Comparison *self = data;

  g_object_unref (self->session);
  g_free (self->message_id);
  g_free (self);
}

/**
 * lobe_window_end_comparison:
 * @self: the window
 *
 * Shows the chat as one conversation again. All answers stay, as siblings.
 */
void
lobe_window_end_comparison (LobeWindow *self)
{
  GtkWidget *comparison = g_steal_pointer (&self->comparison);

  if (comparison == NULL)
    return;

  lobe_window_update_view (self);
  gtk_stack_remove (self->views, comparison);
}

static void
used_cb (LobeWindow  *self,
         LobeMessage *answer)
{
  lobe_session_select (self->session, answer);
  lobe_window_end_comparison (self);
  /* who gave the best answer goes on answering */
  if (lobe_message_get_server (answer) != NULL && lobe_message_get_model (answer) != NULL)
    lobe_window_choose_model (self, lobe_message_get_server (answer), lobe_message_get_model (answer));
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

static void
show_comparison (LobeWindow *self,
                 guint       n_answers)
{
  LobeConversation *conversation = lobe_session_get_conversation (self->session);
  LobeMessage *answer = lobe_conversation_get_leaf (conversation);
  g_autoptr (GPtrArray) answers = g_ptr_array_new ();

  /* they were made one after the other, and the first is on the path */
  for (; answer != NULL && answers->len < n_answers; answer = lobe_conversation_get_sibling (conversation, answer, 1))
    g_ptr_array_add (answers, answer);

  /* what is appended to a message is taken once, so that only one of both views may have them */
  g_object_set (self->transcript, "conversation", NULL, NULL);
  self->comparison = lobe_compare_view_new (answers, lobe_window_name_answer, lobe_window_price_answer, self);
  g_signal_connect_object (self->comparison, "chosen", G_CALLBACK (used_cb), self, G_CONNECT_SWAPPED);
  gtk_stack_add_named (self->views, self->comparison, "comparison");
  gtk_stack_set_visible_child (self->views, self->comparison);
}

static void
chosen_cb (AdwDialog  *dialog,
           GPtrArray  *models,
           Comparison *comparison)
{
  LobeWindow *self = comparison->window;
  LobeConversation *conversation = lobe_session_get_conversation (comparison->session);
  LobeMessage *message = NULL;
  g_autoptr (GError) error = NULL;
  gboolean sent;

  if (self->session != comparison->session || conversation == NULL)
    return;

  lobe_window_end_comparison (self);
  if (comparison->message_id != NULL)
    {
      message = lobe_conversation_get_message (conversation, comparison->message_id);
      if (message == NULL)
        return;
      sent = lobe_session_regenerate (self->session, message, models, &error);
      if (!sent)
        lobe_composer_set_error (self->composer, error->message);
    }
  else
    {
      sent = lobe_window_send (self, models);
    }

  if (sent)
    show_comparison (self, models->len);
}

static void
compare (LobeWindow *self,
         const char *message_id)
{
  LobeChat *chat = self->session != NULL ? lobe_session_get_chat (self->session) : NULL;
  Comparison *comparison;
  AdwDialog *dialog;

  if (chat == NULL)
    return;

  dialog = lobe_compare_dialog_new (lobe_core_get_servers (self->core), lobe_chat_get_server (chat), lobe_chat_get_model (chat));
  comparison = g_new0 (Comparison, 1);
  comparison->window = self;
  comparison->session = g_object_ref (self->session);
  comparison->message_id = g_strdup (message_id);
  g_signal_connect_data (dialog, "chosen", G_CALLBACK (chosen_cb), comparison, comparison_free, G_CONNECT_DEFAULT);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

static void
compare_action (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  compare (LOBE_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

/* What stands in the composer, else the last question again */
static void
compare_next_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);
  LobeMessage *answer = lobe_window_get_last_answer (self);

  if (!lobe_composer_is_empty (self->composer))
    compare (self, NULL);
  else if (answer != NULL)
    compare (self, lobe_message_get_id (answer));
  else
    lobe_composer_set_error (self->composer, _("Write a question first; then several models can answer it."));
}

void
lobe_window_install_comparison (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.compare", "s", compare_action);
  gtk_widget_class_install_action (klass, "win.compare-next", NULL, compare_next_action);
}
