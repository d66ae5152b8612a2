/* lobe-sidebar.c: the chats by day: find, open, rename, delete */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-sidebar.h"

#include "app/lobe-actions.h"
#include "app/lobe-sidebar-row.h"
#include "app/lobe-days.h"

#include <glib/gi18n.h>

struct _LobeSidebar
{
  AdwBin              parent_instance;

  GtkMenuButton      *menu_button;
  GtkSearchEntry     *search_entry;
  GtkStack           *stack;
  GtkScrolledWindow  *scroller;
  GtkListView        *list;
  GtkPopover         *rename_popover;
  GtkEditable        *rename_entry;
  GtkWidget          *context_menu; /* made at the first right click */

  LobeStore          *store;
  LobeClock          *clock;
  LobeDays           *days;
  GtkStringFilter    *filter;
  GtkSorter          *day_sorter;
  GListModel         *chats;        /* filtered, with a section a day */
  GtkSingleSelection *selection;    /* only while not collapsed */
  LobeChat           *chat;
  LobeChat           *menu_chat;
  LobeChat           *rename_chat;
  gboolean            collapsed;
  gboolean            updating;
  guint               keep_top_id;
};

enum
{
  OPEN,
  DELETE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeSidebar, lobe_sidebar, ADW_TYPE_BIN)

/* order */

static int
compare_day (gconstpointer a,
             gconstpointer b,
             gpointer      user_data)
{
  LobeSidebar *self = LOBE_SIDEBAR (user_data);
  guint section_a = lobe_days_get_section (self->days, lobe_chat_get_updated ((LobeChat *) a));
  guint section_b = lobe_days_get_section (self->days, lobe_chat_get_updated ((LobeChat *) b));

  return (section_a > section_b) - (section_a < section_b);
}

static void
update_days (LobeSidebar *self)
{
  gint64 now = lobe_clock_get_real (self->clock);
  g_autoptr (GTimeZone) zone = NULL;

  if (self->days != NULL && lobe_days_is_current (self->days, now))
    return;

  zone = g_time_zone_new_local ();
  g_clear_pointer (&self->days, lobe_days_free);
  self->days = lobe_days_new (now, zone);
}

/**
 * lobe_sidebar_update_days:
 * @self: a sidebar
 *
 * Makes the sections anew if another day has begun.
 */
void
lobe_sidebar_update_days (LobeSidebar *self)
{
  g_return_if_fail (LOBE_IS_SIDEBAR (self));

  if (self->clock == NULL || lobe_days_is_current (self->days, lobe_clock_get_real (self->clock)))
    return;

  update_days (self);
  gtk_sorter_changed (self->day_sorter, GTK_SORTER_CHANGE_DIFFERENT);
}

/* selection */

/* Pages that stand for the list are seldom seen, and each has more widgets than the list: they are made
 * when they are first shown. */
static void
update_page (LobeSidebar *self)
{
  gboolean none = self->chats != NULL && g_list_model_get_n_items (self->chats) == 0;
  gboolean searched = *gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) != '\0';
  GtkWidget *page;

  if (!none)
    {
      gtk_stack_set_visible_child_name (self->stack, "list");
      return;
    }

  page = gtk_stack_get_child_by_name (self->stack, searched ? "nothing" : "empty");
  if (page == NULL)
    {
      page = adw_status_page_new ();
      gtk_widget_add_css_class (page, "compact");
      g_object_set (page,
                    "icon-name", searched ? "edit-find-symbolic" : NULL,
                    "title", searched ? _("Nothing Found") : _("No Chats Yet"),
                    "description", searched ? _("No title has these words") : _("What you ask is kept here"),
                    NULL);
      gtk_stack_add_named (self->stack, page, searched ? "nothing" : "empty");
    }
  gtk_stack_set_visible_child (self->stack, page);
}

static void
update_selection (LobeSidebar *self)
{
  guint position = GTK_INVALID_LIST_POSITION;

  if (self->selection == NULL)
    return;

  if (self->chat != NULL)
    {
      guint n_chats = g_list_model_get_n_items (self->chats);

      for (guint i = 0; i < n_chats && position == GTK_INVALID_LIST_POSITION; i++)
        {
          g_autoptr (LobeChat) chat = g_list_model_get_item (self->chats, i);

          if (chat == self->chat)
            position = i;
        }
    }

  self->updating = TRUE;
  gtk_single_selection_set_selected (self->selection, position);
  self->updating = FALSE;
}

static gboolean
keep_top_cb (gpointer user_data)
{
  LobeSidebar *self = LOBE_SIDEBAR (user_data);

  self->keep_top_id = 0;
  gtk_adjustment_set_value (gtk_scrolled_window_get_vadjustment (self->scroller), 0);

  return G_SOURCE_REMOVE;
}

static void
items_changed_cb (LobeSidebar *self)
{
  /* the list keeps in place what it shows: once it is laid out, the chat that was just used is above it, unseen */
  if (self->keep_top_id == 0 && gtk_adjustment_get_value (gtk_scrolled_window_get_vadjustment (self->scroller)) < 1)
    self->keep_top_id = g_idle_add_full (G_PRIORITY_LOW, keep_top_cb, self, NULL);

  update_page (self);
  update_selection (self);
}

static void
selected_cb (LobeSidebar *self)
{
  LobeChat *chat;

  if (self->updating)
    return;

  chat = gtk_single_selection_get_selected_item (self->selection);
  if (chat != NULL && chat != self->chat)
    g_signal_emit (self, signals[OPEN], 0, chat);
}

/* Wide, the selection follows arrows and clicks and shows the chat beside it. Collapsed, looking through the list must
 * not open anything: nothing is selected, and a click or Enter opens. */
static void
update_model (LobeSidebar *self)
{
  if (self->chats == NULL)
    return;

  g_clear_object (&self->selection);

  if (self->collapsed)
    {
      g_autoptr (GtkNoSelection) none = gtk_no_selection_new (g_object_ref (self->chats));

      gtk_list_view_set_single_click_activate (self->list, TRUE);
      gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (none));
      return;
    }

  self->selection = g_object_new (GTK_TYPE_SINGLE_SELECTION,
                                  "autoselect", FALSE,
                                  "can-unselect", TRUE,
                                  "model", self->chats,
                                  NULL);
  update_selection (self);
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (selected_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_single_click_activate (self->list, FALSE);
  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));
}

static void
activate_cb (LobeSidebar *self,
             guint        position)
{
  g_autoptr (LobeChat) chat = g_list_model_get_item (self->chats, position);

  if (chat != NULL)
    g_signal_emit (self, signals[OPEN], 0, chat);
}

/* search */

static void
search_changed_cb (LobeSidebar *self)
{
  if (self->filter != NULL)
    gtk_string_filter_set_search (self->filter, gtk_editable_get_text (GTK_EDITABLE (self->search_entry)));
  update_page (self);
}

static void
stop_search_cb (LobeSidebar *self)
{
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
search_activate_cb (LobeSidebar *self)
{
  if (self->chats != NULL && g_list_model_get_n_items (self->chats) > 0)
    activate_cb (self, 0);
}

/* rows */

static void
setup_row_cb (GtkSignalListItemFactory *factory,
              GtkListItem              *item)
{
  gtk_list_item_set_child (item, lobe_sidebar_row_new ());
}

static void
bind_row_cb (GtkSignalListItemFactory *factory,
             GtkListItem              *item)
{
  LobeChat *chat = gtk_list_item_get_item (item);

  lobe_sidebar_row_set_chat (LOBE_SIDEBAR_ROW (gtk_list_item_get_child (item)), chat);
  gtk_list_item_set_accessible_label (item, lobe_chat_get_title (chat));
}

static void
unbind_row_cb (GtkSignalListItemFactory *factory,
               GtkListItem              *item)
{
  lobe_sidebar_row_set_chat (LOBE_SIDEBAR_ROW (gtk_list_item_get_child (item)), NULL);
}

static void
setup_header_cb (GtkSignalListItemFactory *factory,
                 GtkListHeader            *header)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "caption-heading");
  gtk_widget_add_css_class (label, "dimmed");
  gtk_list_header_set_child (header, label);
}

static void
bind_header_cb (LobeSidebar              *self,
                GtkListHeader            *header,
                GtkSignalListItemFactory *factory)
{
  LobeChat *chat = gtk_list_header_get_item (header);
  g_autofree char *title = lobe_days_dup_title (self->days, lobe_days_get_section (self->days, lobe_chat_get_updated (chat)));

  gtk_label_set_label (GTK_LABEL (gtk_list_header_get_child (header)), title);
}

/* what can be done with a row */

static LobeSidebarRow *
find_row (GtkWidget *widget)
{
  GtkWidget *row;

  if (widget == NULL)
    return NULL;

  row = gtk_widget_get_ancestor (widget, LOBE_TYPE_SIDEBAR_ROW);
  /* the list's own item, which has the focus and fills the row, is around ours */
  if (row == NULL && LOBE_IS_SIDEBAR_ROW (gtk_widget_get_first_child (widget)))
    row = gtk_widget_get_first_child (widget);

  return row != NULL ? LOBE_SIDEBAR_ROW (row) : NULL;
}

static LobeSidebarRow *
find_focused_row (LobeSidebar *self)
{
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (GTK_WIDGET (self)));

  if (focus == NULL || !gtk_widget_is_ancestor (focus, GTK_WIDGET (self->list)))
    return NULL;

  return find_row (focus);
}

static LobeSidebarRow *
find_row_of_chat (LobeSidebar *self,
                  LobeChat    *chat)
{
  for (GtkWidget *item = gtk_widget_get_first_child (GTK_WIDGET (self->list)); item != NULL; item = gtk_widget_get_next_sibling (item))
    {
      GtkWidget *row = gtk_widget_get_first_child (item);

      if (LOBE_IS_SIDEBAR_ROW (row) && gtk_widget_get_mapped (row) && lobe_sidebar_row_get_chat (LOBE_SIDEBAR_ROW (row)) == chat)
        return LOBE_SIDEBAR_ROW (row);
    }

  return NULL;
}

static void
show_menu (LobeSidebar *self,
           LobeSidebarRow *row,
           double       x,
           double       y)
{
  if (row == NULL || lobe_sidebar_row_get_chat (row) == NULL)
    return;

  if (self->context_menu == NULL)
    {
      g_autoptr (GMenu) menu = g_menu_new ();

      g_menu_append (menu, _("_Rename…"), "sidebar.rename");
      g_menu_append (menu, _("_Delete"), "sidebar.delete");
      self->context_menu = gtk_popover_menu_new_from_model (G_MENU_MODEL (menu));
      gtk_popover_set_has_arrow (GTK_POPOVER (self->context_menu), FALSE);
      gtk_widget_set_halign (self->context_menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->context_menu, GTK_WIDGET (self));
    }

  g_set_object (&self->menu_chat, lobe_sidebar_row_get_chat (row));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->context_menu), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->context_menu));
}

static void
show_menu_at (LobeSidebar *self,
              GtkGesture  *gesture,
              double       x,
              double       y)
{
  GtkWidget *widget = gtk_widget_pick (GTK_WIDGET (self->list), x, y, GTK_PICK_DEFAULT);
  graphene_point_t point;

  if (!gtk_widget_compute_point (GTK_WIDGET (self->list), GTK_WIDGET (self), &GRAPHENE_POINT_INIT (x, y), &point))
    return;

  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  show_menu (self, find_row (widget), point.x, point.y);
}

static void
pressed_cb (LobeSidebar     *self,
            int              n_press,
            double           x,
            double           y,
            GtkGestureClick *gesture)
{
  show_menu_at (self, GTK_GESTURE (gesture), x, y);
}

static void
long_pressed_cb (LobeSidebar         *self,
                 double               x,
                 double               y,
                 GtkGestureLongPress *gesture)
{
  show_menu_at (self, GTK_GESTURE (gesture), x, y);
}

static gboolean
menu_key_cb (GtkWidget *widget,
             GVariant  *arguments,
             gpointer   user_data)
{
  LobeSidebar *self = LOBE_SIDEBAR (user_data);
  LobeSidebarRow *row = find_focused_row (self);
  graphene_point_t point;

  if (row == NULL ||
      !gtk_widget_compute_point (GTK_WIDGET (row), GTK_WIDGET (self),
                                 &GRAPHENE_POINT_INIT (0, gtk_widget_get_height (GTK_WIDGET (row))), &point))
    return FALSE;

  show_menu (self, row, point.x, point.y);

  return TRUE;
}

static gboolean
delete_key_cb (GtkWidget *widget,
               GVariant  *arguments,
               gpointer   user_data)
{
  LobeSidebar *self = LOBE_SIDEBAR (user_data);
  LobeSidebarRow *row = find_focused_row (self);

  if (row == NULL || lobe_sidebar_row_get_chat (row) == NULL)
    return FALSE;

  g_signal_emit (self, signals[DELETE], 0, lobe_sidebar_row_get_chat (row));

  return TRUE;
}

static void
delete_action_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  LobeSidebar *self = LOBE_SIDEBAR (user_data);
  g_autoptr (LobeChat) chat = g_steal_pointer (&self->menu_chat);

  if (chat != NULL)
    g_signal_emit (self, signals[DELETE], 0, chat);
}

static void
rename_action_cb (GSimpleAction *action,
                  GVariant      *parameter,
                  gpointer       user_data)
{
  LobeSidebar *self = LOBE_SIDEBAR (user_data);
  g_autoptr (LobeChat) chat = g_steal_pointer (&self->menu_chat);

  if (chat != NULL)
    lobe_sidebar_rename (self, chat, NULL);
}

static void
rename_cb (LobeSidebar *self)
{
  g_autofree char *title = g_strstrip (g_strdup (gtk_editable_get_text (self->rename_entry)));
  g_autoptr (LobeChat) chat = g_steal_pointer (&self->rename_chat);

  gtk_popover_popdown (self->rename_popover);

  if (chat == NULL || *title == '\0' || g_strcmp0 (title, lobe_chat_get_title (chat)) == 0)
    return;

  lobe_chat_set_title (chat, title, LOBE_TITLE_PERSON);
  lobe_store_save_chat (self->store, chat);
}

/* object */

static void
lobe_sidebar_dispose (GObject *object)
{
  LobeSidebar *self = LOBE_SIDEBAR (object);

  g_clear_handle_id (&self->keep_top_id, g_source_remove);
  g_clear_pointer (&self->context_menu, gtk_widget_unparent);
  if (self->rename_popover != NULL && gtk_widget_get_parent (GTK_WIDGET (self->rename_popover)) != NULL)
    gtk_widget_unparent (GTK_WIDGET (self->rename_popover));
  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);

  gtk_widget_dispose_template (GTK_WIDGET (self), LOBE_TYPE_SIDEBAR);

  g_clear_object (&self->selection);
  g_clear_object (&self->chats);
  g_clear_object (&self->filter);
  g_clear_object (&self->day_sorter);
  g_clear_object (&self->store);
  g_clear_object (&self->clock);
  g_clear_object (&self->chat);
  g_clear_object (&self->menu_chat);
  g_clear_object (&self->rename_chat);

  G_OBJECT_CLASS (lobe_sidebar_parent_class)->dispose (object);
}

static void
lobe_sidebar_finalize (GObject *object)
{
  LobeSidebar *self = LOBE_SIDEBAR (object);

  g_clear_pointer (&self->days, lobe_days_free);

  G_OBJECT_CLASS (lobe_sidebar_parent_class)->finalize (object);
}

static void
lobe_sidebar_class_init (LobeSidebarClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lobe_sidebar_dispose;
  object_class->finalize = lobe_sidebar_finalize;

  signals[OPEN] = g_signal_new ("open", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                G_TYPE_NONE, 1, LOBE_TYPE_CHAT);
  signals[DELETE] = g_signal_new ("delete", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, LOBE_TYPE_CHAT);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/lobe/Chat/ui/lobe-sidebar.ui");
  gtk_widget_class_bind_template_child (widget_class, LobeSidebar, menu_button);
  gtk_widget_class_bind_template_child (widget_class, LobeSidebar, search_entry);
  gtk_widget_class_bind_template_child (widget_class, LobeSidebar, stack);
  gtk_widget_class_bind_template_child (widget_class, LobeSidebar, scroller);
  gtk_widget_class_bind_template_child (widget_class, LobeSidebar, list);
  gtk_widget_class_bind_template_child (widget_class, LobeSidebar, rename_popover);
  gtk_widget_class_bind_template_child (widget_class, LobeSidebar, rename_entry);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, rename_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
}

static void
create_main_menu_cb (GtkMenuButton *button,
                     gpointer       user_data)
{
  g_autoptr (GMenuModel) menu = lobe_actions_create_menu (LOBE_ACTION_MAIN_MENU);

  gtk_menu_button_set_create_popup_func (button, NULL, NULL, NULL);
  gtk_menu_button_set_menu_model (button, menu);
}

static void
lobe_sidebar_init (LobeSidebar *self)
{
  static const GActionEntry entries[] = {
    { "rename", rename_action_cb },
    { "delete", delete_action_cb },
  };
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  GtkListItemFactory *factory;
  GtkEventController *controller;

  gtk_widget_init_template (GTK_WIDGET (self));

  /* a menu costs as much as the rest of the sidebar, and is seldom opened */
  gtk_menu_button_set_create_popup_func (self->menu_button, create_main_menu_cb, NULL, NULL);

  g_action_map_add_action_entries (G_ACTION_MAP (group), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "sidebar", G_ACTION_GROUP (group));

  factory = gtk_signal_list_item_factory_new ();
  g_signal_connect (factory, "setup", G_CALLBACK (setup_row_cb), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_row_cb), NULL);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_row_cb), NULL);
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);

  factory = gtk_signal_list_item_factory_new ();
  g_signal_connect (factory, "setup", G_CALLBACK (setup_header_cb), NULL);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_header_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_header_factory (self->list, factory);
  g_object_unref (factory);

  controller = GTK_EVENT_CONTROLLER (gtk_gesture_click_new ());
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (controller), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (controller, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->list), controller);

  controller = GTK_EVENT_CONTROLLER (gtk_gesture_long_press_new ());
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (controller), TRUE);
  g_signal_connect_swapped (controller, "pressed", G_CALLBACK (long_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->list), controller);

  controller = gtk_shortcut_controller_new ();
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Delete|KP_Delete"),
                                                          gtk_callback_action_new (delete_key_cb, self, NULL)));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                        gtk_shortcut_new (gtk_shortcut_trigger_parse_string ("Menu|<Shift>F10"),
                                                          gtk_callback_action_new (menu_key_cb, self, NULL)));
  gtk_widget_add_controller (GTK_WIDGET (self->list), controller);
}

/**
 * lobe_sidebar_set_store:
 * @self: a sidebar
 * @store: where the chats are
 * @clock: says which day it is
 *
 * Fills the list; to be called once.
 */
void
lobe_sidebar_set_store (LobeSidebar *self,
                        LobeStore   *store,
                        LobeClock   *clock)
{
  GtkFilterListModel *filtered;
  GtkSortListModel *sorted;

  g_return_if_fail (LOBE_IS_SIDEBAR (self));
  g_return_if_fail (LOBE_IS_STORE (store));
  g_return_if_fail (self->store == NULL);

  self->store = g_object_ref (store);
  self->clock = g_object_ref (clock);
  update_days (self);

  self->filter = gtk_string_filter_new (gtk_property_expression_new (LOBE_TYPE_CHAT, NULL, "title"));
  self->day_sorter = GTK_SORTER (gtk_custom_sorter_new (compare_day, self, NULL));

  filtered = gtk_filter_list_model_new (g_object_ref (lobe_store_get_chats (store)), GTK_FILTER (g_object_ref (self->filter)));
  /* the store keeps them in order; sorting by day only makes sections of them */
  sorted = gtk_sort_list_model_new (G_LIST_MODEL (filtered), NULL);
  gtk_sort_list_model_set_section_sorter (sorted, self->day_sorter);
  self->chats = G_LIST_MODEL (sorted);

  g_signal_connect_object (self->chats, "items-changed", G_CALLBACK (items_changed_cb), self, G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  update_model (self);
  update_page (self);
}

/**
 * lobe_sidebar_set_chat:
 * @self: a sidebar
 * @chat: (nullable): the chat that is open; `NULL` or one that is not in the list selects nothing
 */
void
lobe_sidebar_set_chat (LobeSidebar *self,
                       LobeChat    *chat)
{
  g_return_if_fail (LOBE_IS_SIDEBAR (self));

  g_set_object (&self->chat, chat);
  if (self->chats != NULL)
    update_selection (self);
}

/**
 * lobe_sidebar_set_collapsed:
 * @self: a sidebar
 * @collapsed: whether it is a page of its own, and not beside the chat
 */
void
lobe_sidebar_set_collapsed (LobeSidebar *self,
                            gboolean     collapsed)
{
  g_return_if_fail (LOBE_IS_SIDEBAR (self));

  if (self->collapsed == !!collapsed)
    return;

  self->collapsed = !!collapsed;
  update_model (self);
}

void
lobe_sidebar_focus_search (LobeSidebar *self)
{
  g_return_if_fail (LOBE_IS_SIDEBAR (self));

  gtk_widget_grab_focus (GTK_WIDGET (self->search_entry));
  gtk_editable_select_region (GTK_EDITABLE (self->search_entry), 0, -1);
}

/**
 * lobe_sidebar_rename:
 * @self: a sidebar
 * @chat: the chat to rename
 * @near: (nullable): where to ask if the chat's row is out of sight
 *
 * Asks for another title.
 */
void
lobe_sidebar_rename (LobeSidebar *self,
                     LobeChat    *chat,
                     GtkWidget   *near)
{
  GtkWidget *popover = GTK_WIDGET (self->rename_popover);
  GtkWidget *target;
  GtkWidget *window;
  LobeSidebarRow *row;
  graphene_rect_t bounds;

  g_return_if_fail (LOBE_IS_SIDEBAR (self));
  g_return_if_fail (LOBE_IS_CHAT (chat));

  row = gtk_widget_get_mapped (GTK_WIDGET (self)) ? find_row_of_chat (self, chat) : NULL;
  target = row != NULL || near == NULL ? GTK_WIDGET (row) : near;
  window = GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self)));

  if (gtk_widget_get_parent (popover) == NULL)
    gtk_widget_set_parent (popover, window);

  if (target != NULL && gtk_widget_compute_bounds (target, window, &bounds))
    gtk_popover_set_pointing_to (self->rename_popover,
                                 &(GdkRectangle) { (int) bounds.origin.x, (int) bounds.origin.y,
                                                   (int) bounds.size.width, (int) bounds.size.height });

  g_set_object (&self->rename_chat, chat);
  gtk_editable_set_text (self->rename_entry, lobe_chat_get_title (chat) != NULL ? lobe_chat_get_title (chat) : "");
  gtk_popover_popup (self->rename_popover);
  gtk_widget_grab_focus (GTK_WIDGET (self->rename_entry));
  /* all of it, with the cursor, and so the view, at its beginning */
  gtk_editable_select_region (self->rename_entry, -1, 0);
}
