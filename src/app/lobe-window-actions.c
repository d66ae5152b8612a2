/* lobe-window-actions.c: what can be done with chats and messages in the window */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-window-private.h"

#include "app/lobe-preferences.h"
#include "app/lobe-shortcuts-dialog.h"
#include "base/lobe-error.h"

#include <glib/gi18n.h>

/* messages */

static LobeMessage *
get_message (LobeWindow *self,
             const char *id)
{
  LobeConversation *conversation = self->session != NULL ? lobe_session_get_conversation (self->session) : NULL;

  return conversation != NULL ? lobe_conversation_get_message (conversation, id) : NULL;
}

/**
 * lobe_window_get_last_answer:
 * @self: the window
 *
 * Returns: (transfer none) (nullable): the last answer of the chat that is shown
 */
LobeMessage *
lobe_window_get_last_answer (LobeWindow *self)
{
  LobeConversation *conversation = self->session != NULL ? lobe_session_get_conversation (self->session) : NULL;
  LobeMessage *message = conversation != NULL ? lobe_conversation_get_leaf (conversation) : NULL;

  while (message != NULL && lobe_message_get_role (message) != LOBE_ROLE_ASSISTANT)
    message = lobe_conversation_get_parent (conversation, message);

  return message;
}

/* What cannot be done is said where the person writes, and without a model the remedy is at hand. */
static void
say_why_not (LobeWindow   *self,
             const GError *error)
{
  if (g_error_matches (error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND))
    gtk_widget_activate_action (GTK_WIDGET (self), "win.choose-model", NULL);

  lobe_composer_set_error (self->composer, error->message);
}

static void
show_end (LobeWindow *self)
{
  if (self->transcript != NULL)
    lobe_transcript_scroll_to_end (LOBE_TRANSCRIPT (self->transcript));
}

static gboolean
send (LobeWindow *self,
      const char *text,
      GPtrArray  *attachments,
      GPtrArray  *models)
{
  g_autoptr (GError) error = NULL;

  lobe_window_end_comparison (self);
  if (!lobe_session_send (self->session, text, attachments, models, &error))
    {
      say_why_not (self, error);
      return FALSE;
    }

  if (self->unsent == lobe_session_get_chat (self->session))
    {
      lobe_store_set_setting (lobe_core_get_store (self->core), "new-chat-draft", NULL);
      lobe_sidebar_set_chat (self->sidebar, self->unsent);
      g_clear_object (&self->unsent);
      lobe_window_update_actions (self);
    }
  show_end (self);

  return TRUE;
}

/**
 * lobe_window_send:
 * @self: the window
 * @models: (nullable) (element-type LobeModelInfo): who answers; %NULL for the chat's model
 *
 * Sends what stands in the composer.
 *
 * Returns: whether it was sent; if not, the composer says why
 */
gboolean
lobe_window_send (LobeWindow *self,
                  GPtrArray  *models)
{
  g_autofree char *text = NULL;

  if (self->session == NULL || lobe_composer_is_empty (self->composer))
    return FALSE;

  text = g_strchomp (lobe_composer_dup_text (self->composer));
  if (!send (self, text, lobe_composer_get_attachments (self->composer), models))
    return FALSE;

  /* what was written is in the conversation now */
  lobe_composer_clear (self->composer);
  lobe_window_save_draft (self);

  return TRUE;
}

static void
send_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  lobe_window_send (LOBE_WINDOW (widget), NULL);
}

/**
 * lobe_window_send_question:
 * @self: the window
 *
 * Sends what was asked with lobe_window_ask (), if all that it needs is there now.
 */
void
lobe_window_send_question (LobeWindow *self)
{
  g_autofree char *question = NULL;

  if (self->question == NULL || self->session == NULL || lobe_session_get_conversation (self->session) == NULL ||
      lobe_session_get_chat (self->session) != self->unsent || lobe_chat_get_model (self->unsent) == NULL)
    return;

  question = g_steal_pointer (&self->question);
  send (self, question, NULL, NULL);
}

/**
 * lobe_window_ask:
 * @self: the window
 * @question: what to ask
 *
 * Asks in a new chat, as soon as the window knows who answers. What is being written stays.
 */
void
lobe_window_ask (LobeWindow *self,
                 const char *question)
{
  g_return_if_fail (LOBE_IS_WINDOW (self));
  g_return_if_fail (question != NULL);

  g_set_str (&self->question, question);
  if (self->session != NULL)
    lobe_window_show_new_chat (self);
  lobe_window_send_question (self);
}

static void
stop_action (GtkWidget  *widget,
             const char *action_name,
             GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);

  g_cancellable_cancel (self->summarising);
  if (self->session != NULL)
    lobe_session_stop (self->session);
}

static void
regenerate (LobeWindow  *self,
            LobeMessage *message)
{
  g_autoptr (GError) error = NULL;

  if (message == NULL)
    return;

  lobe_window_end_comparison (self);
  if (lobe_session_regenerate (self->session, message, NULL, &error))
    show_end (self);
  else
    say_why_not (self, error);
}

static void
regenerate_action (GtkWidget  *widget,
                   const char *action_name,
                   GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);

  regenerate (self, get_message (self, g_variant_get_string (parameter, NULL)));
}

static void
regenerate_last_action (GtkWidget  *widget,
                        const char *action_name,
                        GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);

  regenerate (self, lobe_window_get_last_answer (self));
}

static void
continue_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);
  LobeMessage *message = get_message (self, g_variant_get_string (parameter, NULL));
  g_autoptr (GError) error = NULL;

  if (message == NULL)
    return;

  lobe_window_end_comparison (self);
  if (lobe_session_continue (self->session, message, &error))
    show_end (self);
  else
    say_why_not (self, error);
}

static void
copy (LobeWindow  *self,
      LobeMessage *message)
{
  if (message == NULL)
    return;

  gdk_clipboard_set_text (gtk_widget_get_clipboard (GTK_WIDGET (self)), lobe_message_get_text (message));
  adw_toast_overlay_add_toast (self->toasts, adw_toast_new (_("Copied")));
}

static void
copy_message_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);

  copy (self, get_message (self, g_variant_get_string (parameter, NULL)));
}

static void
copy_answer_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);

  copy (self, lobe_window_get_last_answer (self));
}

static void
sibling_action (GtkWidget  *widget,
                const char *action_name,
                GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);
  LobeMessage *message;
  LobeMessage *sibling;
  const char *id;
  int step;

  g_variant_get (parameter, "(&si)", &id, &step);

  message = get_message (self, id);
  if (message == NULL)
    return;

  sibling = lobe_conversation_get_sibling (lobe_session_get_conversation (self->session), message, step);
  if (sibling != NULL)
    lobe_session_select (self->session, sibling);
}

static void
attach_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  lobe_composer_choose_files (LOBE_WINDOW (widget)->composer);
}

/* chats */

typedef struct
{
  LobeWindow *window;
  LobeChat   *chat;
  gboolean    shown;
} Deleted;

static void
deleted_free (gpointer  data,
              GClosure *closure)
{
  Deleted *self = data;

  g_object_unref (self->window);
  g_object_unref (self->chat);
  g_free (self);
}

static void
undo_delete_cb (AdwToast *toast,
                Deleted  *deleted)
{
  LobeWindow *self = deleted->window;

  lobe_store_restore_chat (lobe_core_get_store (self->core), deleted->chat);
  if (deleted->shown)
    lobe_window_show_session (self, lobe_open_chats_show (self->open_chats, deleted->chat));
}

/**
 * lobe_window_delete_chat:
 * @self: the window
 * @chat: a chat
 *
 * Deletes @chat, and offers to undo that.
 */
void
lobe_window_delete_chat (LobeWindow *self,
                         LobeChat   *chat)
{
  g_autoptr (LobeChat) keep = g_object_ref (chat);
  AdwToast *toast = adw_toast_new (_("Chat deleted"));
  Deleted *deleted = g_new0 (Deleted, 1);

  deleted->window = g_object_ref (self);
  deleted->chat = g_object_ref (chat);
  deleted->shown = self->session != NULL && lobe_session_get_chat (self->session) == chat;

  lobe_window_save_draft (self);
  if (deleted->shown)
    lobe_window_show_new_chat (self);
  lobe_open_chats_close (self->open_chats, chat);
  lobe_store_delete_chat (lobe_core_get_store (self->core), chat);

  adw_toast_set_button_label (toast, _("_Undo"));
  g_signal_connect_data (toast, "button-clicked", G_CALLBACK (undo_delete_cb), deleted, deleted_free, G_CONNECT_DEFAULT);
  adw_toast_overlay_add_toast (self->toasts, toast);
}

static LobeChat *
get_stored_chat (LobeWindow *self)
{
  LobeChat *chat = self->session != NULL ? lobe_session_get_chat (self->session) : NULL;

  return chat != self->unsent ? chat : NULL;
}

static void
delete_chat_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);

  if (get_stored_chat (self) != NULL)
    lobe_window_delete_chat (self, get_stored_chat (self));
}

static void
rename_chat_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);

  if (get_stored_chat (self) != NULL)
    lobe_sidebar_rename (self->sidebar, get_stored_chat (self), GTK_WIDGET (self->chat_menu));
}

static void
new_chat_action (GtkWidget  *widget,
                 const char *action_name,
                 GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);

  if (self->session == NULL)
    return;

  lobe_window_show_new_chat (self);
  adw_navigation_split_view_set_show_content (self->split, TRUE);
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

static void
search_chats_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);

  if (adw_navigation_split_view_get_collapsed (self->split))
    adw_navigation_split_view_set_show_content (self->split, FALSE);
  lobe_sidebar_focus_search (self->sidebar);
}

/* the rest */

static void
add_server_cb (LobeWindow *self)
{
  lobe_window_add_server (self);
}

static void
preferences_action (GtkWidget  *widget,
                    const char *action_name,
                    GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);
  AdwDialog *dialog = lobe_preferences_new (self->core, self->settings);

  g_signal_connect_object (dialog, "add-server", G_CALLBACK (add_server_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, widget);
}

static void
shortcuts_action (GtkWidget  *widget,
                  const char *action_name,
                  GVariant   *parameter)
{
  adw_dialog_present (lobe_shortcuts_dialog_new (), widget);
}

static void
about_action (GtkWidget  *widget,
              const char *action_name,
              GVariant   *parameter)
{
  AdwAboutDialog *dialog = ADW_ABOUT_DIALOG (adw_about_dialog_new ());

  adw_about_dialog_set_application_name (dialog, _("Lobe Chat"));
  adw_about_dialog_set_application_icon (dialog, LOBE_APP_ID);
  adw_about_dialog_set_version (dialog, LOBE_VERSION);
  adw_about_dialog_set_developer_name (dialog, _("The Lobe Chat authors"));
  adw_about_dialog_set_license_type (dialog, GTK_LICENSE_GPL_3_0);
  adw_about_dialog_set_comments (dialog, _("Talks to the language models you already run, and keeps every word on this computer."));
  /* Translators: your name, and how to reach you, one of you a line */
  adw_about_dialog_set_translator_credits (dialog, _("translator-credits"));
  adw_dialog_present (ADW_DIALOG (dialog), widget);
}

/**
 * lobe_window_update_actions:
 * @self: the window
 *
 * Makes possible what can be done with the chat that is shown.
 */
void
lobe_window_update_actions (LobeWindow *self)
{
  GtkWidget *widget = GTK_WIDGET (self);
  gboolean stored = get_stored_chat (self) != NULL;
  gboolean answering = self->session != NULL && lobe_session_get_turn (self->session) != NULL;
  gboolean answered = lobe_window_get_last_answer (self) != NULL;

  gtk_widget_action_set_enabled (widget, "win.stop", answering || self->summarising != NULL);
  gtk_widget_action_set_enabled (widget, "win.delete-chat", stored);
  gtk_widget_action_set_enabled (widget, "win.rename-chat", stored);
  gtk_widget_action_set_enabled (widget, "win.copy-answer", answered);
  gtk_widget_action_set_enabled (widget, "win.regenerate-last", answered && !answering);
  gtk_widget_action_set_enabled (widget, "win.compare", !answering);
  gtk_widget_action_set_enabled (widget, "win.compare-next", !answering);
}

void
lobe_window_install_actions (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.send", NULL, send_action);
  gtk_widget_class_install_action (klass, "win.stop", NULL, stop_action);
  gtk_widget_class_install_action (klass, "win.attach", NULL, attach_action);
  gtk_widget_class_install_action (klass, "win.regenerate", "s", regenerate_action);
  gtk_widget_class_install_action (klass, "win.regenerate-last", NULL, regenerate_last_action);
  /* a failed answer is had again in the same way */
  gtk_widget_class_install_action (klass, "win.retry", "s", regenerate_action);
  gtk_widget_class_install_action (klass, "win.continue", "s", continue_action);
  gtk_widget_class_install_action (klass, "win.copy-message", "s", copy_message_action);
  gtk_widget_class_install_action (klass, "win.copy-answer", NULL, copy_answer_action);
  gtk_widget_class_install_action (klass, "win.sibling", "(si)", sibling_action);
  gtk_widget_class_install_action (klass, "win.new-chat", NULL, new_chat_action);
  gtk_widget_class_install_action (klass, "win.search-chats", NULL, search_chats_action);
  gtk_widget_class_install_action (klass, "win.rename-chat", NULL, rename_chat_action);
  gtk_widget_class_install_action (klass, "win.delete-chat", NULL, delete_chat_action);
  gtk_widget_class_install_action (klass, "win.preferences", NULL, preferences_action);
  gtk_widget_class_install_action (klass, "win.shortcuts", NULL, shortcuts_action);
  gtk_widget_class_install_action (klass, "win.about", NULL, about_action);
}
