/* lobe-window.c: the window: chats beside the one that is open */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-window-private.h"

#include "app/lobe-actions.h"

#include <glib/gi18n.h>

#define DRAFT_DELAY_MS    500
#define OPENING_DELAY_MS  200
#define NEW_DRAFT_SETTING "new-chat-draft"

enum
{
  PROP_0,
  PROP_CHAT_ALONE,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LobeWindow, lobe_window, ADW_TYPE_APPLICATION_WINDOW)

/* drafts */

/**
 * lobe_window_save_draft:
 * @self: the window
 *
 * Keeps what is in the composer for the chat that is shown.
 */
void
lobe_window_save_draft (LobeWindow *self)
{
  LobeStore *store = lobe_core_get_store (self->core);
  g_autofree char *text = NULL;
  const char *draft;
  LobeChat *chat;

  g_clear_handle_id (&self->draft_id, g_source_remove);

  if (self->session == NULL)
    return;

  chat = lobe_session_get_chat (self->session);
  text = lobe_composer_dup_text (self->composer);
  draft = *text != '\0' ? text : NULL;
  lobe_open_chats_set_attachments (self->open_chats, chat, lobe_composer_get_attachments (self->composer));

  if (g_strcmp0 (draft, lobe_chat_get_draft (chat)) == 0)
    return;

  lobe_chat_set_draft (chat, draft);
  if (chat == self->unsent)
    lobe_store_set_setting (store, NEW_DRAFT_SETTING, draft);
  else
    lobe_store_save_chat (store, chat);
}

static gboolean
draft_cb (gpointer user_data)
{
  LobeWindow *self = LOBE_WINDOW (user_data);

  self->draft_id = 0;
  lobe_window_save_draft (self);

  return G_SOURCE_REMOVE;
}

static void
composer_changed_cb (LobeWindow *self)
{
  if (self->draft_id == 0)
    self->draft_id = g_timeout_add (DRAFT_DELAY_MS, draft_cb, self);
}

/* the chat that is shown */

static void
ensure_transcript (LobeWindow *self)
{
  if (self->transcript != NULL)
    return;

  self->transcript = GTK_WIDGET (lobe_transcript_new ());
  lobe_transcript_set_name_func (LOBE_TRANSCRIPT (self->transcript), lobe_window_name_answer, self);
  lobe_transcript_set_price_func (LOBE_TRANSCRIPT (self->transcript), lobe_window_price_answer, self);
  gtk_stack_add_named (self->views, self->transcript, "chat");
}

/**
 * lobe_window_update_view:
 * @self: the window
 *
 * Shows the conversation that there is.
 */
void
lobe_window_update_view (LobeWindow *self)
{
  LobeConversation *conversation = self->session != NULL ? lobe_session_get_conversation (self->session) : NULL;
  gboolean shown = conversation != NULL && g_list_model_get_n_items (G_LIST_MODEL (conversation)) > 0;

  g_signal_group_set_target (self->conversation_signals, conversation);
  if (self->comparison != NULL)
    return;

  if (shown)
    ensure_transcript (self);
  if (self->transcript != NULL)
    g_object_set (self->transcript, "conversation", shown ? conversation : NULL, NULL);

  if (conversation != NULL)
    {
      g_clear_handle_id (&self->opening_id, g_source_remove);
      gtk_stack_set_visible_child_name (self->views, shown ? "chat" : "new");
    }

  gtk_widget_set_visible (GTK_WIDGET (self->chat_menu), shown);
  lobe_window_update_summary (self);
  lobe_window_update_actions (self);
  lobe_window_send_question (self);
}

static void
update_activity (LobeWindow *self)
{
  LobeTurn *turn = self->session != NULL ? lobe_session_get_turn (self->session) : NULL;

  if (self->transcript != NULL)
    g_object_set (self->transcript, "activity", turn != NULL ? lobe_turn_get_activity (turn) : NULL, NULL);
}

static void
update_turn (LobeWindow *self)
{
  LobeTurn *turn = self->session != NULL ? lobe_session_get_turn (self->session) : NULL;

  g_signal_group_set_target (self->turn_signals, turn);
  lobe_composer_set_answering (self->composer, turn != NULL || self->summarising != NULL);
  update_activity (self);
  lobe_window_update_actions (self);
}

static void
update_title (LobeWindow *self)
{
  LobeChat *chat = self->session != NULL ? lobe_session_get_chat (self->session) : NULL;
  const char *title = chat != NULL ? lobe_chat_get_title (chat) : NULL;

  if (title == NULL || *title == '\0')
    title = _("New Chat");

  adw_navigation_page_set_title (self->content_page, title);
  gtk_window_set_title (GTK_WINDOW (self), title);
}

static void
update_trouble (LobeWindow *self,
                const char *trouble)
{
  g_set_str (&self->trouble, trouble);
  lobe_window_update_model (self);
}

static void
store_failed_cb (LobeWindow *self,
                 GError     *error)
{
  g_autofree char *text = g_strdup_printf (_("Chats cannot be saved: %s"), error->message);

  update_trouble (self, text);
}

static void load (LobeWindow *self);

static void
load_again (LobeWindow *self)
{
  if (self->session != NULL)
    load (self);
}

static gboolean
opening_cb (gpointer user_data)
{
  LobeWindow *self = LOBE_WINDOW (user_data);

  self->opening_id = 0;
  gtk_stack_set_visible_child_name (self->views, "opening");

  return G_SOURCE_REMOVE;
}

static void
show_failed (LobeWindow *self,
             GError     *error)
{
  if (self->failed_page == NULL)
    {
      GtkWidget *button = gtk_button_new_with_mnemonic (_("_Try Again"));

      gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
      gtk_widget_add_css_class (button, "pill");
      g_signal_connect_object (button, "clicked", G_CALLBACK (load_again), self, G_CONNECT_SWAPPED);
      self->failed_page = g_object_new (ADW_TYPE_STATUS_PAGE,
                                        "icon-name", "dialog-error-symbolic",
                                        "title", _("This Chat Cannot Be Opened"),
                                        "child", button,
                                        NULL);
      gtk_stack_add_named (self->views, GTK_WIDGET (self->failed_page), "failed");
    }

  adw_status_page_set_description (self->failed_page, error->message);
  gtk_stack_set_visible_child_name (self->views, "failed");
}

static void
loaded_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (LobeWindow) self = LOBE_WINDOW (user_data);
  g_autoptr (GError) error = NULL;

  if (lobe_session_load_finish (LOBE_SESSION (object), result, &error) || LOBE_SESSION (object) != self->session)
    return;

  g_clear_handle_id (&self->opening_id, g_source_remove);
  show_failed (self, error);
}

static void
load (LobeWindow *self)
{
  gtk_stack_set_visible_child_name (self->views, "blank");
  g_clear_handle_id (&self->opening_id, g_source_remove);
  /* most chats are there sooner than a spinner could be seen */
  self->opening_id = g_timeout_add (OPENING_DELAY_MS, opening_cb, self);
  lobe_session_load_async (self->session, NULL, loaded_cb, g_object_ref (self));
}

/**
 * lobe_window_show_session:
 * @self: the window
 * @session: (nullable): what to show
 */
void
lobe_window_show_session (LobeWindow  *self,
                          LobeSession *session)
{
  g_autofree char *typed = NULL;
  LobeChat *chat = session != NULL ? lobe_session_get_chat (session) : NULL;

  if (session == self->session)
    return;

  /* what was typed while the program was still opening its files belongs to the first chat shown */
  if (self->session == NULL && !lobe_composer_is_empty (self->composer))
    typed = lobe_composer_dup_text (self->composer);

  lobe_window_save_draft (self);
  g_cancellable_cancel (self->summarising);
  lobe_window_end_comparison (self);
  g_set_object (&self->session, session);
  g_signal_group_set_target (self->session_signals, session);
  lobe_context_meter_set_session (self->meter, session);
  g_signal_group_set_target (self->chat_signals, chat);

  lobe_composer_set_error (self->composer, NULL);
  if (chat != NULL)
    {
      lobe_composer_set_text (self->composer, typed != NULL ? typed : lobe_chat_get_draft (chat));
      lobe_composer_set_attachments (self->composer, lobe_open_chats_get_attachments (self->open_chats, chat));
    }

  lobe_sidebar_set_chat (self->sidebar, chat != self->unsent ? chat : NULL);
  update_title (self);
  lobe_window_update_view (self);
  update_turn (self);
  lobe_window_update_model (self);

  if (session != NULL && lobe_session_get_conversation (session) == NULL)
    load (self);
}

/**
 * lobe_window_show_new_chat:
 * @self: the window
 *
 * Shows the chat in which nothing was sent yet; there is one at most, with its draft.
 */
void
lobe_window_show_new_chat (LobeWindow *self)
{
  if (self->unsent == NULL)
    self->unsent = lobe_core_new_chat (self->core);

  if (lobe_chat_get_model (self->unsent) == NULL)
    lobe_window_apply_default (self);

  lobe_window_show_session (self, lobe_open_chats_show (self->open_chats, self->unsent));
}

/**
 * lobe_window_show_chats:
 * @self: the window
 *
 * Leaves the first page, with a new chat.
 */
void
lobe_window_show_chats (LobeWindow *self)
{
  gtk_stack_set_visible_child_name (self->pages, "chats");
  if (!g_settings_get_boolean (self->settings, "set-up"))
    g_settings_set_boolean (self->settings, "set-up", TRUE);
  if (self->session == NULL)
    lobe_window_show_new_chat (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->composer));
}

static void
open_cb (LobeWindow *self,
         LobeChat   *chat)
{
  lobe_window_show_session (self, lobe_open_chats_show (self->open_chats, chat));
  if (adw_navigation_split_view_get_collapsed (self->split))
    {
      adw_navigation_split_view_set_show_content (self->split, TRUE);
      gtk_widget_grab_focus (GTK_WIDGET (self->composer));
    }
}

static void
delete_cb (LobeWindow *self,
           LobeChat   *chat)
{
  lobe_window_delete_chat (self, chat);
}

/* opening the core */

static void
engine_asked_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (LobeWindow) self = LOBE_WINDOW (user_data);

  lobe_server_refresh_finish (LOBE_SERVER (object), result, NULL);

  if (g_list_model_get_n_items (lobe_server_get_models (LOBE_SERVER (object))) == 0)
    lobe_window_show_welcome (self);
  else
    {
      lobe_window_show_chats (self);
      lobe_window_find_default_model (self);
    }
}

static void
draft_read_cb (GObject      *object,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (LobeWindow) self = LOBE_WINDOW (user_data);
  g_autofree char *draft = lobe_store_get_setting_finish (LOBE_STORE (object), result, NULL);
  LobeServer *engine = lobe_core_get_engine_server (self->core);

  if (self->unsent == NULL)
    {
      self->unsent = lobe_core_new_chat (self->core);
      lobe_chat_set_draft (self->unsent, draft);
    }

  if (g_list_model_get_n_items (lobe_store_get_chats (lobe_core_get_store (self->core))) > 0 ||
      g_list_model_get_n_items (G_LIST_MODEL (lobe_core_get_servers (self->core))) > 1)
    {
      lobe_window_show_chats (self);
      lobe_window_find_default_model (self);
      return;
    }

  /* nothing was ever set up here; the model of the distribution may be all that is needed */
  lobe_server_refresh_async (engine, NULL, engine_asked_cb, g_object_ref (self));
}

static void
chats_loaded_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (LobeWindow) self = LOBE_WINDOW (user_data);
  g_autoptr (GError) error = NULL;

  if (!lobe_store_load_chats_finish (LOBE_STORE (object), result, &error))
    store_failed_cb (self, error);

  lobe_sidebar_set_store (self->sidebar, LOBE_STORE (object), lobe_core_get_clock (self->core));
  lobe_store_get_setting_async (LOBE_STORE (object), NEW_DRAFT_SETTING, NULL, draft_read_cb, g_object_ref (self));
}

static void
core_opened_cb (GObject      *object,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (LobeWindow) self = LOBE_WINDOW (user_data);
  g_autoptr (GError) error = NULL;

  if (!lobe_core_open_finish (LOBE_CORE (object), result, &error))
    {
      /* one can still talk, and is told that nothing is kept */
      store_failed_cb (self, error);
      lobe_window_show_chats (self);
      lobe_window_find_default_model (self);
      return;
    }

  lobe_store_load_chats_async (lobe_core_get_store (self->core), NULL, chats_loaded_cb, g_object_ref (self));
}

/**
 * lobe_window_open_core:
 * @self: the window
 *
 * Opens the store and fills the window; done once it is on the screen, so that it is there at once.
 */
void
lobe_window_open_core (LobeWindow *self)
{
  g_return_if_fail (LOBE_IS_WINDOW (self));

  if (self->opened)
    return;

  self->opened = TRUE;
  lobe_core_open_async (self->core, NULL, core_opened_cb, g_object_ref (self));
}

/* shape */

static void
update_collapsed (LobeWindow *self)
{
  adw_navigation_split_view_set_collapsed (self->split, self->narrow || self->alone);
}

/**
 * lobe_window_set_alone:
 * @self: the window
 * @alone: whether the chat fills the window, and the chats are a page behind it
 */
void
lobe_window_set_alone (LobeWindow *self,
                       gboolean    alone)
{
  if (self->narrow)
    adw_navigation_split_view_set_show_content (self->split, alone);
  else if (self->alone != !!alone)
    {
      self->alone = !!alone;
      adw_navigation_split_view_set_show_content (self->split, TRUE);
      update_collapsed (self);
      if (alone)
        gtk_widget_grab_focus (GTK_WIDGET (self->composer));
    }

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CHAT_ALONE]);
}

static void
narrow_cb (LobeWindow *self)
{
  self->narrow = TRUE;
  gtk_widget_add_css_class (GTK_WIDGET (self), "narrow");
  update_collapsed (self);
}

static void
wide_cb (LobeWindow *self)
{
  self->narrow = FALSE;
  gtk_widget_remove_css_class (GTK_WIDGET (self), "narrow");
  update_collapsed (self);
}

static void
collapsed_cb (LobeWindow *self)
{
  lobe_sidebar_set_collapsed (self->sidebar, adw_navigation_split_view_get_collapsed (self->split));
}

static void
active_cb (LobeWindow *self)
{
  if (gtk_window_is_active (GTK_WINDOW (self)))
    lobe_sidebar_update_days (self->sidebar);
}

static gboolean
lobe_window_close_request (GtkWindow *window)
{
  LobeWindow *self = LOBE_WINDOW (window);
  int width;
  int height;

  lobe_window_save_draft (self);

  gtk_window_get_default_size (window, &width, &height);
  g_settings_set (self->settings, "window-size", "(ii)", width, height);
  g_settings_set_boolean (self->settings, "window-maximized", gtk_window_is_maximized (window));
  g_settings_set_boolean (self->settings, "chat-alone", self->alone);

  return GTK_WINDOW_CLASS (lobe_window_parent_class)->close_request (window);
}

static void
create_chat_menu_cb (GtkMenuButton *button,
                     gpointer       user_data)
{
  g_autoptr (GMenuModel) menu = lobe_actions_create_menu (LOBE_ACTION_CHAT_MENU);

  gtk_menu_button_set_create_popup_func (button, NULL, NULL, NULL);
  gtk_menu_button_set_menu_model (button, menu);
}

/* object */

static void
lobe_window_get_property (GObject    *object,
                          guint       prop_id,
                          GValue     *value,
                          GParamSpec *pspec)
{
  LobeWindow *self = LOBE_WINDOW (object);

  switch (prop_id)
    {
    case PROP_CHAT_ALONE:
      g_value_set_boolean (value, self->narrow ? adw_navigation_split_view_get_show_content (self->split) : self->alone);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_window_set_property (GObject      *object,
                          guint         prop_id,
                          const GValue *value,
                          GParamSpec   *pspec)
{
  switch (prop_id)
    {
    case PROP_CHAT_ALONE:
      lobe_window_set_alone (LOBE_WINDOW (object), g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_window_dispose (GObject *object)
{
  LobeWindow *self = LOBE_WINDOW (object);

  if (self->composer != NULL && self->core != NULL)
    lobe_window_save_draft (self);
  g_clear_handle_id (&self->draft_id, g_source_remove);
  g_clear_handle_id (&self->opening_id, g_source_remove);

  g_clear_object (&self->session_signals);
  g_clear_object (&self->chat_signals);
  g_clear_object (&self->conversation_signals);
  g_clear_object (&self->turn_signals);
  g_clear_object (&self->server_signals);
  if (self->transcript != NULL)
    g_object_set (self->transcript, "conversation", NULL, NULL);
  self->transcript = NULL;
  self->comparison = NULL;

  gtk_widget_dispose_template (GTK_WIDGET (self), LOBE_TYPE_WINDOW);

  g_cancellable_cancel (self->summarising);
  g_clear_object (&self->session);
  g_clear_object (&self->unsent);
  if (self->meter != NULL)
    lobe_context_meter_set_session (self->meter, NULL);
  g_clear_object (&self->meter);
  g_clear_object (&self->open_chats);
  g_clear_object (&self->core);
  g_clear_object (&self->settings);

  G_OBJECT_CLASS (lobe_window_parent_class)->dispose (object);
}

static void
lobe_window_finalize (GObject *object)
{
  LobeWindow *self = LOBE_WINDOW (object);

  g_free (self->default_server);
  g_free (self->default_model);
  g_free (self->trouble);
  g_free (self->question);

  G_OBJECT_CLASS (lobe_window_parent_class)->finalize (object);
}

static void
lobe_window_class_init (LobeWindowClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->get_property = lobe_window_get_property;
  object_class->set_property = lobe_window_set_property;
  object_class->dispose = lobe_window_dispose;
  object_class->finalize = lobe_window_finalize;
  GTK_WINDOW_CLASS (klass)->close_request = lobe_window_close_request;

  /**
   * LobeWindow:chat-alone:
   *
   * Whether the chat fills the window.
   */
  properties[PROP_CHAT_ALONE] = g_param_spec_boolean ("chat-alone", NULL, NULL, FALSE,
                                                      G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  g_type_ensure (LOBE_TYPE_SIDEBAR);
  g_type_ensure (LOBE_TYPE_COMPOSER);
  g_type_ensure (LOBE_TYPE_MODEL_BUTTON);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/lobe/Chat/ui/lobe-window.ui");
  gtk_widget_class_bind_template_child (widget_class, LobeWindow, toasts);
  gtk_widget_class_bind_template_child (widget_class, LobeWindow, pages);
  gtk_widget_class_bind_template_child (widget_class, LobeWindow, split);
  gtk_widget_class_bind_template_child (widget_class, LobeWindow, sidebar);
  gtk_widget_class_bind_template_child (widget_class, LobeWindow, content_page);
  gtk_widget_class_bind_template_child (widget_class, LobeWindow, model_button);
  gtk_widget_class_bind_template_child (widget_class, LobeWindow, chat_menu);
  gtk_widget_class_bind_template_child (widget_class, LobeWindow, banner);
  gtk_widget_class_bind_template_child (widget_class, LobeWindow, views);
  gtk_widget_class_bind_template_child (widget_class, LobeWindow, composer);
  gtk_widget_class_bind_template_callback (widget_class, collapsed_cb);
  gtk_widget_class_bind_template_callback (widget_class, composer_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, delete_cb);
  gtk_widget_class_bind_template_callback (widget_class, narrow_cb);
  gtk_widget_class_bind_template_callback (widget_class, open_cb);
  gtk_widget_class_bind_template_callback (widget_class, wide_cb);

  gtk_widget_class_install_property_action (widget_class, "win.chat-alone", "chat-alone");
  lobe_window_install_actions (widget_class);
  lobe_window_install_models (widget_class);
  lobe_window_install_context (widget_class);
  lobe_window_install_comparison (widget_class);
}

static void
lobe_window_init (LobeWindow *self)
{
  self->session_signals = g_signal_group_new (LOBE_TYPE_SESSION);
  g_signal_group_connect_swapped (self->session_signals, "notify::conversation", G_CALLBACK (lobe_window_update_view), self);
  g_signal_group_connect_swapped (self->session_signals, "notify::turn", G_CALLBACK (update_turn), self);
  self->chat_signals = g_signal_group_new (LOBE_TYPE_CHAT);
  g_signal_group_connect_swapped (self->chat_signals, "notify::title", G_CALLBACK (update_title), self);
  g_signal_group_connect_swapped (self->chat_signals, "notify::summary", G_CALLBACK (lobe_window_update_summary), self);
  g_signal_group_connect_swapped (self->chat_signals, "notify::summary-leaf-id", G_CALLBACK (lobe_window_update_summary), self);
  g_signal_group_connect_swapped (self->chat_signals, "notify::context-strategy", G_CALLBACK (lobe_window_update_summary), self);
  g_signal_group_connect_swapped (self->chat_signals, "notify::model", G_CALLBACK (lobe_window_update_model), self);
  self->conversation_signals = g_signal_group_new (LOBE_TYPE_CONVERSATION);
  g_signal_group_connect_swapped (self->conversation_signals, "items-changed", G_CALLBACK (lobe_window_update_view), self);
  self->turn_signals = g_signal_group_new (LOBE_TYPE_TURN);
  g_signal_group_connect_swapped (self->turn_signals, "notify::activity", G_CALLBACK (update_activity), self);
  self->server_signals = g_signal_group_new (LOBE_TYPE_SERVER);
  g_signal_group_connect_swapped (self->server_signals, "notify::state", G_CALLBACK (lobe_window_update_model), self);
  g_signal_group_connect_swapped (self->server_signals, "notify::error", G_CALLBACK (lobe_window_update_model), self);

  gtk_widget_init_template (GTK_WIDGET (self));

  gtk_menu_button_set_create_popup_func (self->chat_menu, create_chat_menu_cb, NULL, NULL);
  g_signal_connect (self, "notify::is-active", G_CALLBACK (active_cb), NULL);
}

static void
show_starting (LobeWindow *self)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *page = adw_toolbar_view_new ();

  adw_header_bar_set_show_title (ADW_HEADER_BAR (header), FALSE);
  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (page), header);
  gtk_stack_add_named (self->pages, page, "starting");
  gtk_stack_set_visible_child (self->pages, page);
}

/**
 * lobe_window_new:
 * @application: the application
 * @core: everything below the window
 * @settings: where the window's state is kept
 *
 * Returns: (transfer none): a window, not shown yet
 */
GtkWindow *
lobe_window_new (GtkApplication *application,
                 LobeCore       *core,
                 GSettings      *settings)
{
  LobeWindow *self = g_object_new (LOBE_TYPE_WINDOW, "application", application, NULL);
  int width;
  int height;

  self->core = g_object_ref (core);
  self->settings = g_object_ref (settings);
  self->open_chats = lobe_open_chats_new (core);
  lobe_composer_set_store (self->composer, lobe_core_get_store (core));
  self->meter = lobe_context_meter_new (core);
  lobe_composer_set_meter (self->composer, self->meter, lobe_core_get_context_book (core));
  g_signal_connect_object (self->open_chats, "failed", G_CALLBACK (store_failed_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (lobe_core_get_store (core), "failed", G_CALLBACK (store_failed_cb), self, G_CONNECT_SWAPPED);

  g_settings_get (settings, "window-size", "(ii)", &width, &height);
  gtk_window_set_default_size (GTK_WINDOW (self), width, height);
  if (g_settings_get_boolean (settings, "window-maximized"))
    gtk_window_maximize (GTK_WINDOW (self));
  lobe_window_set_alone (self, g_settings_get_boolean (settings, "chat-alone"));

  /* whoever was here before sees the chats' place at once, and not a page that is replaced */
  if (!g_settings_get_boolean (settings, "set-up"))
    show_starting (self);
  lobe_window_update_model (self);

  return GTK_WINDOW (self);
}
