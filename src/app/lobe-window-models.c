/* lobe-window-models.c: who answers: the switcher, the first page, the model of a new chat, the banner */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-window-private.h"

#include "app/lobe-address-dialog.h"
#include "app/lobe-model-switcher.h"
#include "app/lobe-models-dialog.h"
#include "app/lobe-welcome.h"
#include "base/lobe-error.h"

#include <glib/gi18n.h>

#define MODEL_SETTING "model"

static LobeChat *
get_chat (LobeWindow *self)
{
  return self->session != NULL ? lobe_session_get_chat (self->session) : NULL;
}

/* what is shown */

static void
update_banner (LobeWindow *self,
               LobeServer *server)
{
  const char *text = self->trouble;

  /* the network matters, and is asked for, only where a server elsewhere is used */
  if (text == NULL && server != NULL && !lobe_server_is_local (server) &&
      lobe_server_get_state (server) != LOBE_SERVER_ONLINE &&
      !g_network_monitor_get_network_available (g_network_monitor_get_default ()))
    text = _("You are offline, and this chat's server is elsewhere");

  /* an answer that it broke off says only that it ends there */
  if (text == NULL && server != NULL && g_error_matches (lobe_server_get_error (server), LOBE_ERROR, LOBE_ERROR_CRASHED))
    text = _("The built-in model stopped unexpectedly. It starts again with the next question.");

  /* empty when it is not there: a screen reader finds it all the same */
  adw_banner_set_title (self->banner, text != NULL ? text : "");
  adw_banner_set_revealed (self->banner, text != NULL);
}

/**
 * lobe_window_update_model:
 * @self: the window
 *
 * Shows who answers in the chat that is shown.
 */
void
lobe_window_update_model (LobeWindow *self)
{
  LobeChat *chat = get_chat (self);
  const char *server_id = chat != NULL ? lobe_chat_get_server (chat) : NULL;
  const char *model_id = chat != NULL ? lobe_chat_get_model (chat) : NULL;
  LobeServer *server = server_id != NULL ? lobe_servers_get (lobe_core_get_servers (self->core), server_id) : NULL;
  LobeModelInfo *info = server != NULL && model_id != NULL ? lobe_server_find_model (server, model_id) : NULL;
  const char *model = info != NULL ? lobe_model_info_get_name (info) : model_id;

  /* what the list of models does not tell of the one that answers: its context window, what it can do */
  if (info != NULL && lobe_server_get_state (server) == LOBE_SERVER_ONLINE)
    lobe_server_learn (server, info);
  g_signal_group_set_target (self->server_signals, server);
  lobe_model_button_set_names (self->model_button, model,
                               server != NULL ? lobe_server_get_name (server) : model != NULL ? _("Not set up any more") : NULL);
  lobe_composer_set_model_name (self->composer, model);
  if (self->transcript != NULL)
    lobe_transcript_names_changed (LOBE_TRANSCRIPT (self->transcript));
  update_banner (self, server);
}

/**
 * lobe_window_name_answer:
 * @message: an answer
 * @name: (out): what its model is called, if that is known
 * @origin: (out): what its server is called, if that is known
 * @user_data: the window
 *
 * What the head of an answer shows; a LobeTranscriptNameFunc.
 */
void
lobe_window_name_answer (LobeMessage  *message,
                         char        **name,
                         char        **origin,
                         gpointer      user_data)
{
  LobeWindow *self = LOBE_WINDOW (user_data);
  const char *server_id = lobe_message_get_server (message);
  const char *model_id = lobe_message_get_model (message);
  LobeServer *server = server_id != NULL ? lobe_servers_get (lobe_core_get_servers (self->core), server_id) : NULL;
  LobeModelInfo *info = server != NULL && model_id != NULL ? lobe_server_find_model (server, model_id) : NULL;

  if (info != NULL)
    *name = g_strdup (lobe_model_info_get_name (info));
  if (server != NULL)
    *origin = g_strdup (lobe_server_get_name (server));
}

/**
 * lobe_window_price_answer:
 * @message: an answer
 * @user_data: the window
 *
 * What its model costs; a LobeTranscriptPriceFunc.
 *
 * Returns: the price, if the server's list told of one
 */
LobePrice
lobe_window_price_answer (LobeMessage *message,
                          gpointer     user_data)
{
  LobeWindow *self = LOBE_WINDOW (user_data);
  const char *server_id = lobe_message_get_server (message);
  const char *model_id = lobe_message_get_model (message);
  LobeServer *server = server_id != NULL ? lobe_servers_get (lobe_core_get_servers (self->core), server_id) : NULL;
  LobeModelInfo *info = server != NULL && model_id != NULL ? lobe_server_find_model (server, model_id) : NULL;
  LobePrice price = LOBE_PRICE_UNKNOWN;

  if (info != NULL)
    lobe_model_info_get_price (info, &price.prompt, &price.completion);

  return price;
}

/* the model of a new chat */

/**
 * lobe_window_apply_default:
 * @self: the window
 *
 * Gives the chat that was not sent to yet the model used last, or the one asked for in the environment.
 */
void
lobe_window_apply_default (LobeWindow *self)
{
  if (self->unsent != NULL && self->default_model != NULL && lobe_chat_get_model (self->unsent) == NULL)
    lobe_chat_set_model (self->unsent, self->default_server, self->default_model);
}

static void
set_default (LobeWindow *self,
             const char *server,
             const char *model)
{
  g_set_str (&self->default_server, server);
  g_set_str (&self->default_model, model);
  lobe_window_apply_default (self);
  lobe_window_update_model (self);
  lobe_window_send_question (self);
}

static void
found_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (LobeWindow) self = LOBE_WINDOW (user_data);
  g_autoptr (LobeModelInfo) info = NULL;
  g_autoptr (LobeServer) server = lobe_servers_find_finish (LOBE_SERVERS (object), result, &info, NULL);

  /* without one the title asks to choose, and the switcher says which servers are off */
  if (server != NULL && self->default_model == NULL)
    set_default (self, lobe_server_get_id (server), lobe_model_info_get_id (info));
}

static void
asked_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (LobeWindow) self = LOBE_WINDOW (user_data);

  /* only for the model's proper name; a server that is off shows in the switcher */
  lobe_server_refresh_finish (LOBE_SERVER (object), result, NULL);
  lobe_window_update_model (self);
}

static void
setting_read_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (LobeWindow) self = LOBE_WINDOW (user_data);
  g_autofree char *setting = lobe_store_get_setting_finish (LOBE_STORE (object), result, NULL);
  char *model = setting != NULL ? strchr (setting, '\n') : NULL;
  LobeServer *server = NULL;

  if (self->default_model != NULL)
    return;

  if (model != NULL)
    {
      *model++ = '\0';
      server = lobe_servers_get (lobe_core_get_servers (self->core), setting);
    }

  if (server != NULL)
    {
      set_default (self, setting, model);
      if (lobe_server_is_local (server))
        lobe_server_refresh_async (server, NULL, asked_cb, g_object_ref (self));
      return;
    }

  lobe_servers_find_async (lobe_core_get_servers (self->core), NULL, NULL, found_cb, g_object_ref (self));
}

/**
 * lobe_window_find_default_model:
 * @self: the window
 *
 * Finds who answers in a new chat: the environment's choice, else the last one, else the first that is there.
 */
void
lobe_window_find_default_model (LobeWindow *self)
{
  LobeServers *servers = lobe_core_get_servers (self->core);
  const char *model = lobe_servers_get_default_model (servers);

  if (model != NULL)
    lobe_servers_find_async (servers, model, NULL, found_cb, g_object_ref (self));
  else
    lobe_store_get_setting_async (lobe_core_get_store (self->core), MODEL_SETTING, NULL, setting_read_cb, g_object_ref (self));
}

/**
 * lobe_window_choose_model:
 * @self: the window
 * @server: id of the server
 * @model: id of the model
 *
 * Has the chat that is shown, and new ones, answered by another model.
 */
void
lobe_window_choose_model (LobeWindow *self,
                          const char *server,
                          const char *model)
{
  LobeChat *chat = get_chat (self);
  g_autofree char *setting = g_strdup_printf ("%s\n%s", server, model);

  lobe_store_set_setting (lobe_core_get_store (self->core), MODEL_SETTING, setting);
  lobe_model_uses_set_used (lobe_core_get_model_uses (self->core), server, model,
                            lobe_clock_get_real (lobe_core_get_clock (self->core)));
  set_default (self, server, model);

  if (chat == NULL)
    return;

  lobe_chat_set_model (chat, server, model);
  if (chat != self->unsent)
    lobe_store_save_chat (lobe_core_get_store (self->core), chat);
  lobe_composer_set_error (self->composer, NULL);
  lobe_window_update_model (self);
}

/* the switcher */

static void
close_switcher (GtkWidget *switcher)
{
  GtkWidget *popover = gtk_widget_get_ancestor (switcher, GTK_TYPE_POPOVER);
  GtkWidget *dialog = gtk_widget_get_ancestor (switcher, ADW_TYPE_DIALOG);

  if (popover != NULL)
    gtk_popover_popdown (GTK_POPOVER (popover));
  else if (dialog != NULL)
    adw_dialog_close (ADW_DIALOG (dialog));
}

static void
chosen_cb (LobeWindow        *self,
           const char        *server,
           const char        *model,
           LobeModelSwitcher *switcher)
{
  close_switcher (GTK_WIDGET (switcher));
  lobe_window_choose_model (self, server, model);
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

static void
add_server_cb (LobeWindow        *self,
               LobeModelSwitcher *switcher)
{
  close_switcher (GTK_WIDGET (switcher));
  lobe_window_add_server (self);
}

static void
manage_cb (LobeWindow        *self,
           LobeModelSwitcher *switcher)
{
  close_switcher (GTK_WIDGET (switcher));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.models", NULL);
}

static void
close_cb (LobeWindow        *self,
          LobeModelSwitcher *switcher)
{
  close_switcher (GTK_WIDGET (switcher));
}

static GtkWidget *
create_switcher (LobeWindow *self)
{
  GtkWidget *switcher = lobe_model_switcher_new (lobe_core_get_servers (self->core), lobe_core_get_model_uses (self->core));

  g_signal_connect_object (switcher, "chosen", G_CALLBACK (chosen_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (switcher, "add-server", G_CALLBACK (add_server_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (switcher, "manage", G_CALLBACK (manage_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (switcher, "close", G_CALLBACK (close_cb), self, G_CONNECT_SWAPPED);

  return switcher;
}

static void
open_sheet (LobeWindow *self,
            LobeChat   *chat)
{
  AdwDialog *sheet = adw_dialog_new ();
  GtkWidget *switcher = create_switcher (self);

  gtk_widget_add_css_class (switcher, "sheet");
  adw_dialog_set_title (sheet, _("Model"));
  adw_dialog_set_presentation_mode (sheet, ADW_DIALOG_BOTTOM_SHEET);
  adw_dialog_set_child (sheet, switcher);
  adw_dialog_set_focus (sheet, switcher);
  lobe_model_switcher_open (LOBE_MODEL_SWITCHER (switcher), lobe_chat_get_server (chat), lobe_chat_get_model (chat));
  adw_dialog_present (sheet, GTK_WIDGET (self));
}

static void
open_popover (LobeWindow *self,
              LobeChat   *chat)
{
  GtkWidget *popover;

  if (self->switcher == NULL)
    {
      self->switcher = create_switcher (self);
      popover = gtk_popover_new ();
      gtk_widget_set_size_request (popover, 384, -1);
      gtk_widget_add_css_class (popover, "switcher-popover");
      gtk_popover_set_child (GTK_POPOVER (popover), self->switcher);
      lobe_model_button_set_popover (self->model_button, GTK_POPOVER (popover));
    }
  else
    popover = gtk_widget_get_ancestor (self->switcher, GTK_TYPE_POPOVER);

  lobe_model_switcher_open (LOBE_MODEL_SWITCHER (self->switcher), lobe_chat_get_server (chat), lobe_chat_get_model (chat));
  gtk_popover_popup (GTK_POPOVER (popover));
  gtk_widget_grab_focus (self->switcher);
}

static void
choose_model_action (GtkWidget  *widget,
                     const char *action_name,
                     GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);
  LobeChat *chat = get_chat (self);

  if (chat == NULL)
    return;

  /* collapsed, the title may be behind the list of chats */
  adw_navigation_split_view_set_show_content (self->split, TRUE);

  if (self->narrow)
    open_sheet (self, chat);
  else
    open_popover (self, chat);
}

/* getting and deleting models */

static void
models_action (GtkWidget  *widget,
               const char *action_name,
               GVariant   *parameter)
{
  LobeWindow *self = LOBE_WINDOW (widget);

  adw_dialog_present (lobe_models_dialog_new (self->core), widget);
}

/**
 * lobe_window_get_model:
 * @self: the window
 * @server: (nullable): id of the server that lacks it
 * @model: what it is called there
 *
 * Opens what models are got with, for a model that is missing.
 */
void
lobe_window_get_model (LobeWindow *self,
                       const char *server,
                       const char *model)
{
  AdwDialog *dialog = lobe_models_dialog_new (self->core);

  lobe_models_dialog_want (LOBE_MODELS_DIALOG (dialog),
                           server != NULL ? lobe_servers_get (lobe_core_get_servers (self->core), server) : NULL, model);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

/* servers */

static void
use_server (LobeWindow *self,
            LobeServer *server)
{
  LobeModelInfo *info = lobe_server_get_default_model (server);

  lobe_window_show_chats (self);

  if (info != NULL)
    lobe_window_choose_model (self, lobe_server_get_id (server), lobe_model_info_get_id (info));
  else
    gtk_widget_activate_action (GTK_WIDGET (self), "win.choose-model", NULL);
}

static void
added_cb (LobeWindow *self,
          LobeServer *server)
{
  LobeChat *chat = get_chat (self);

  /* a chat that has its model keeps it */
  if (chat == NULL || lobe_chat_get_model (chat) == NULL)
    use_server (self, server);
  else
    adw_toast_overlay_add_toast (self->toasts, adw_toast_new_format (_("%s was added"), lobe_server_get_name (server)));
}

/**
 * lobe_window_add_server:
 * @self: the window
 *
 * Asks for the address of a server.
 */
void
lobe_window_add_server (LobeWindow *self)
{
  AdwDialog *dialog = lobe_address_dialog_new (self->core);

  g_signal_connect_object (dialog, "added", G_CALLBACK (added_cb), self, G_CONNECT_SWAPPED);
  adw_dialog_present (dialog, GTK_WIDGET (self));
}

/**
 * lobe_window_show_welcome:
 * @self: the window
 *
 * Shows the first page, which fills the window.
 */
void
lobe_window_show_welcome (LobeWindow *self)
{
  if (self->welcome == NULL)
    {
      self->welcome = lobe_welcome_new (self->core);
      g_signal_connect_object (self->welcome, "chosen", G_CALLBACK (use_server), self, G_CONNECT_SWAPPED);
      g_signal_connect_object (self->welcome, "add-server", G_CALLBACK (lobe_window_add_server), self, G_CONNECT_SWAPPED);
      gtk_stack_add_named (self->pages, self->welcome, "welcome");
    }

  gtk_stack_set_visible_child_name (self->pages, "welcome");
  gtk_widget_grab_focus (self->welcome);
}

void
lobe_window_install_models (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.choose-model", NULL, choose_model_action);
  gtk_widget_class_install_action (klass, "win.models", NULL, models_action);
}
