/* lobe-window-context.c: what of the chat is sent: pins, the strategy, the summary */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-window-private.h"

#include "app/lobe-summary-dialog.h"
#include "session/lobe-summarise.h"

#include <glib/gi18n.h>

static LobeChat *
get_chat (LobeWindow *self)
{
  return self->session != NULL ? lobe_session_get_chat (self->session) : NULL;
}

/**
 * lobe_window_update_summary:
 * @self: the window
 *
 * Shows in the transcript what stands for the older part, where that ends.
 */
void
lobe_window_update_summary (LobeWindow *self)
{
  LobeChat *chat = get_chat (self);
  gboolean used = chat != NULL && lobe_chat_get_context_strategy (chat) == LOBE_CONTEXT_SUMMARY;

  if (self->transcript != NULL)
    lobe_transcript_set_summary (LOBE_TRANSCRIPT (self->transcript), used ? lobe_chat_get_summary_leaf_id (chat) : NULL,
                                 used ? lobe_chat_get_summary (chat) : NULL);
}

static void
save_context_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);
  LobeChat *chat = get_chat (self);

  /* a chat that nothing was sent in is stored with its first message */
  if (chat != NULL && chat != self->unsent)
    lobe_store_save_chat (lobe_core_get_store (self->core), chat);
}

static void
edit_summary_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);
  LobeChat *chat = get_chat (self);

  if (chat != NULL && lobe_chat_get_summary (chat) != NULL)
    adw_dialog_present (lobe_summary_dialog_new (chat, lobe_core_get_store (self->core)), widget);
}

static void
summarised_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (LobeWindow) self = user_data;
  LobeSession *session = LOBE_SESSION (object);
  g_autoptr (GError) error = NULL;
  gboolean done = lobe_summarise_finish (session, result, &error);

  g_clear_object (&self->summarising);
  if (self->composer == NULL || self->core == NULL)
    return;

  lobe_composer_set_answering (self->composer, self->session != NULL && lobe_session_get_turn (self->session) != NULL);
  lobe_window_update_actions (self);
  if (session != self->session || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;

  if (!done)
    lobe_composer_set_error (self->composer, error->message);
  else if (lobe_chat_get_summary (get_chat (self)) == NULL)
    adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("There is nothing to summarise yet")));
  else
    {
      AdwToast *toast = adw_toast_new (_("The older messages are summarised"));

      adw_toast_set_button_label (toast, _("_Read"));
      adw_toast_set_action_name (toast, "win.edit-summary");
      adw_toast_overlay_add_toast (self->toasts, toast);
    }
}

static void
summarise_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);

  if (self->session == NULL || self->summarising != NULL || lobe_session_get_turn (self->session) != NULL)
    return;

  /* Send is Stop meanwhile */
  self->summarising = g_cancellable_new ();
  lobe_composer_set_error (self->composer, NULL);
  lobe_composer_set_answering (self->composer, TRUE);
  lobe_window_update_actions (self);
  lobe_summarise_async (self->core, self->session, self->summarising, summarised_cb, g_object_ref (self));
}

static void
pin_message_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);
  LobeConversation *conversation = self->session != NULL ? lobe_session_get_conversation (self->session) : NULL;
  LobeMessage *message = conversation != NULL ? lobe_conversation_get_message (conversation, g_variant_get_string (parameter, NULL)) : NULL;

  if (message != NULL && lobe_message_get_loaded (message) && lobe_message_get_state (message) != LOBE_MESSAGE_STREAMING)
    lobe_session_set_pinned (self->session, message, !lobe_message_get_pinned (message));
}

static void
context_action (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);

  /* of a model whose window is not known only another one can help */
  if (!lobe_composer_open_context (self->composer))
    gtk_widget_activate_action (widget, "win.choose-model", NULL);
}

void
lobe_window_install_context (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.context", NULL, context_action);
  gtk_widget_class_install_action (klass, "win.save-context", NULL, save_context_action);
  gtk_widget_class_install_action (klass, "win.edit-summary", NULL, edit_summary_action);
  gtk_widget_class_install_action (klass, "win.summarise", NULL, summarise_action);
  /* a menu says whether it pins or takes the pin away */
  gtk_widget_class_install_action (klass, "win.pin-message", "s", pin_message_action);
}
