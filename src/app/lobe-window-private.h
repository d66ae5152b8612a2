/* lobe-window-private.h: what the files of the window share */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/lobe-composer.h"
#include "app/lobe-model-button.h"
#include "app/lobe-open-chats.h"
#include "app/lobe-sidebar.h"
#include "app/lobe-window.h"
#include "app/transcript/lobe-transcript.h"
#include "session/lobe-session.h"

G_BEGIN_DECLS

struct _LobeWindow
{
  AdwApplicationWindow    parent_instance;

  AdwToastOverlay        *toasts;
  GtkStack               *pages;
  AdwNavigationSplitView *split;
  LobeSidebar            *sidebar;
  AdwNavigationPage      *content_page;
  LobeModelButton        *model_button;
  GtkMenuButton          *chat_menu;
  AdwBanner              *banner;
  GtkStack               *views;
  LobeComposer           *composer;
  AdwStatusPage          *failed_page;     /* made when it is needed */
  GtkWidget              *transcript;      /* made when the first chat is shown */
  GtkWidget              *welcome;         /* made when it is needed */
  GtkWidget              *comparison;      /* answers side by side, while they are shown */
  GtkWidget              *switcher;        /* the one in the popover; a sheet has its own */

  LobeCore               *core;
  GSettings              *settings;
  LobeOpenChats          *open_chats;
  LobeContextMeter       *meter;
  GCancellable           *summarising;     /* while a summary is made before anything is sent */
  LobeSession            *session;         /* that is shown */
  LobeChat               *unsent;          /* the chat that nothing was sent in */
  GSignalGroup           *session_signals;
  GSignalGroup           *chat_signals;
  GSignalGroup           *conversation_signals;
  GSignalGroup           *turn_signals;
  GSignalGroup           *server_signals;
  char                   *default_server;
  char                   *default_model;
  char                   *trouble;         /* why chats cannot be saved */
  char                   *question;        /* asked from outside, and not sent yet */
  guint                   draft_id;
  guint                   opening_id;
  gboolean                opened;
  gboolean                narrow;
  gboolean                alone;
};

/* lobe-window.c */
void lobe_window_update_view        (LobeWindow      *self);
void lobe_window_show_session       (LobeWindow      *self,
                                     LobeSession     *session);
void lobe_window_show_new_chat      (LobeWindow      *self);
void lobe_window_show_chats         (LobeWindow      *self);
void lobe_window_save_draft         (LobeWindow      *self);
void lobe_window_set_alone          (LobeWindow      *self,
                                     gboolean         alone);

/* lobe-window-context.c */
void lobe_window_install_context    (GtkWidgetClass  *klass);
void lobe_window_update_summary     (LobeWindow      *self);

/* lobe-window-models.c */
void lobe_window_install_models     (GtkWidgetClass  *klass);
void lobe_window_find_default_model (LobeWindow      *self);
void lobe_window_apply_default      (LobeWindow      *self);
void lobe_window_update_model       (LobeWindow      *self);
void lobe_window_name_answer        (LobeMessage     *message,
                                     char           **name,
                                     char           **origin,
                                     gpointer         user_data);
LobePrice lobe_window_price_answer (LobeMessage  *message,
                                     gpointer         user_data);
void lobe_window_add_server         (LobeWindow      *self);
void lobe_window_choose_model       (LobeWindow      *self,
                                     const char      *server,
                                     const char      *model);
void lobe_window_get_model          (LobeWindow      *self,
                                     const char      *server,
                                     const char      *model);
void lobe_window_show_welcome       (LobeWindow      *self);

/* lobe-window-compare.c */
void lobe_window_install_comparison (GtkWidgetClass  *klass);
void lobe_window_end_comparison     (LobeWindow      *self);

/* lobe-window-actions.c */
gboolean lobe_window_send           (LobeWindow      *self,
                                     GPtrArray       *models);
LobeMessage *lobe_window_get_last_answer (LobeWindow *self);
void lobe_window_install_actions    (GtkWidgetClass  *klass);
void lobe_window_update_actions     (LobeWindow      *self);
void lobe_window_send_question      (LobeWindow      *self);
void lobe_window_delete_chat        (LobeWindow      *self,
                                     LobeChat        *chat);

G_END_DECLS
