/* lobe-transcript.c: the conversation as one reads it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-transcript.h"

#include "app/transcript/lobe-message-head.h"
#include "app/transcript/lobe-prose.h"
#include "app/transcript/lobe-row-view.h"
#include "app/transcript/lobe-text-selection.h"
#include "app/transcript/lobe-transcript-model.h"
#include "app/transcript/lobe-transcript-resources.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* Text is taken in at most this often, in µs: every second frame at 60 Hz. Nobody reads faster, and a fast model costs half.
 * What comes after a pause is shown in the next frame. */
#define FLUSH_INTERVAL 30000

/* More rows than any screen is high. */
#define PREPARED_ROWS 60

/* Rows above the page that keep what shows them while text streams. */
#define KEPT_ROWS 32

struct _LobeTranscript
{
  GtkWidget            parent_instance;
  LobeConversation    *conversation;
  char                *activity;
  char                *summary;
  char                *summary_id;
  LobeTranscriptModel *model;
  LobeTextSelection   *selection;
  GtkWidget           *overlay;
  GtkWidget           *scroller;
  GtkWidget           *list;
  GtkWidget           *jump;
  GtkWidget           *dot;
  GtkWidget           *menu;
  GdkFrameClock       *clock;   /* while there is text to take */
  gulong               paint_id;
  gboolean             flush_needed;
  gboolean             flushing;
  gint64               flushed; /* frame time of the last flush */
  gboolean             at_end;
  gboolean             has_news;
  gboolean             to_end; /* go to the end once there is a layout */

  LobeTranscriptNameFunc name_func;
  gpointer               name_data;
  LobeTranscriptPriceFunc price_func;
  gpointer               price_data;
};

enum
{
  PROP_0,
  PROP_CONVERSATION,
  PROP_ACTIVITY,
  PROP_AT_END,
  PROP_HAS_NEWS,
  N_PROPS,
};

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (LobeTranscript, lobe_transcript, GTK_TYPE_WIDGET)

static void
setup_cb (GtkSignalListItemFactory *factory,
          GtkListItem              *item)
{
  /* A focused row that is taller than the page makes the list jump; focus is on what stands in the row. */
  gtk_list_item_set_focusable (item, FALSE);
  gtk_list_item_set_activatable (item, FALSE);
  gtk_list_item_set_selectable (item, FALSE);
  gtk_list_item_set_child (item, lobe_row_view_new ());
}

/* In the middle of a layout the style of what is made then is not known, and has it laid out and drawn once more in the
 * next frame. So rows that are added to an end in view, and will be in view themselves, are made at once. */
static void
bind_cb (LobeTranscript *self,
         GtkListItem    *item)
{
  LobeRowView *view = LOBE_ROW_VIEW (gtk_list_item_get_child (item));

  lobe_row_view_set_row (view, gtk_list_item_get_item (item));
  if (self->flushing && self->at_end)
    lobe_row_view_prepare (view);
}

static void
unbind_cb (GtkSignalListItemFactory *factory,
           GtkListItem              *item)
{
  lobe_row_view_set_row (LOBE_ROW_VIEW (gtk_list_item_get_child (item)), NULL);
}

static void
setup_header_cb (GtkSignalListItemFactory *factory,
                 GtkListHeader            *header)
{
  gtk_list_header_set_child (header, lobe_message_head_new ());
}

static void
bind_header_cb (GtkSignalListItemFactory *factory,
                GtkListHeader            *header)
{
  LobeRow *row = gtk_list_header_get_item (header);

  lobe_message_head_set_message (LOBE_MESSAGE_HEAD (gtk_list_header_get_child (header)), row ? lobe_row_get_message (row) : NULL,
                                 gtk_list_header_get_start (header) == 0);
}

static void
unbind_header_cb (GtkSignalListItemFactory *factory,
                  GtkListHeader            *header)
{
  lobe_message_head_set_message (LOBE_MESSAGE_HEAD (gtk_list_header_get_child (header)), NULL, FALSE);
}

static void
set_has_news (LobeTranscript *self,
              gboolean        has_news)
{
  if (self->has_news == has_news)
    return;

  self->has_news = has_news;
  gtk_widget_set_visible (self->dot, has_news);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_HAS_NEWS]);
}

static void
update_at_end (LobeTranscript *self)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  double distance = gtk_adjustment_get_upper (adjustment) - gtk_adjustment_get_page_size (adjustment) - gtk_adjustment_get_value (adjustment);
  gboolean at_end = distance < 1;

  if (at_end)
    set_has_news (self, FALSE);
  if (self->at_end == at_end)
    return;

  self->at_end = at_end;
  gtk_revealer_set_reveal_child (GTK_REVEALER (self->jump), !at_end && self->model);
  gtk_widget_set_can_target (self->jump, !at_end);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AT_END]);
}

/* GTK goes over every node of the list's style tree when a row is added, so rows that scrolled out shall not keep theirs. */
static void
release_rows (LobeTranscript *self)
{
  GtkWidget *child = gtk_widget_get_first_child (self->list);
  guint n = 0, first = 0;

  for (GtkWidget *shown = child; shown && !gtk_widget_get_child_visible (shown); shown = gtk_widget_get_next_sibling (shown))
    first++;

  for (; child && n + KEPT_ROWS < first; child = gtk_widget_get_next_sibling (child), n++)
    {
      GtkWidget *view = gtk_widget_get_first_child (child);

      if (LOBE_IS_ROW_VIEW (view) && child != gtk_widget_get_focus_child (self->list) && !lobe_text_selection_is_in (self->selection, view))
        lobe_row_view_release (LOBE_ROW_VIEW (view));
    }
}

static void
stop_frames (LobeTranscript *self)
{
  if (!self->clock)
    return;

  g_clear_signal_handler (&self->paint_id, self->clock);
  gdk_frame_clock_end_updating (self->clock);
  g_clear_object (&self->clock);
}

/* Runs before anything else in a frame: styles are validated in its update phase, and what a tick callback, which comes
 * after that, gave a new style would be laid out and drawn once more in the next one. */
static void
before_paint_cb (LobeTranscript *self,
                 GdkFrameClock  *clock)
{
  gint64 now = gdk_frame_clock_get_frame_time (clock);

  if (now - self->flushed < FLUSH_INTERVAL && now >= self->flushed)
    return;

  self->flushed = now;
  stop_frames (self);
  self->flush_needed = FALSE;
  if (!self->model)
    return;

  release_rows (self);
  self->flushing = TRUE;
  if (lobe_transcript_model_flush (self->model) && !self->at_end)
    set_has_news (self, TRUE);
  self->flushing = FALSE;
}

static void
start_frames (LobeTranscript *self)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self));

  if (self->clock || !clock || !self->flush_needed)
    return;

  self->clock = g_object_ref (clock);
  self->paint_id = g_signal_connect_swapped (clock, "before-paint", G_CALLBACK (before_paint_cb), self);
  gdk_frame_clock_begin_updating (clock);
}

static void
flush_needed_cb (LobeTranscript *self)
{
  self->flush_needed = TRUE;
  start_frames (self);
}

/* Rows are mapped when the list adds them, and those out of view unmapped when it has placed them; then it is known which
 * ones have to show something. The frame clock lays out again before it paints. */
static void
layout_cb (LobeTranscript *self)
{
  for (GtkWidget *child = gtk_widget_get_first_child (self->list); child; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *view = gtk_widget_get_child_visible (child) ? gtk_widget_get_first_child (child) : NULL;

      if (LOBE_IS_ROW_VIEW (view))
        lobe_row_view_prepare (LOBE_ROW_VIEW (view));
    }
}

static void
lobe_transcript_realize (GtkWidget *widget)
{
  GTK_WIDGET_CLASS (lobe_transcript_parent_class)->realize (widget);
  g_signal_connect_object (gtk_widget_get_frame_clock (widget), "layout", G_CALLBACK (layout_cb), widget, G_CONNECT_SWAPPED);
  start_frames (LOBE_TRANSCRIPT (widget));
}

static void
lobe_transcript_unrealize (GtkWidget *widget)
{
  stop_frames (LOBE_TRANSCRIPT (widget));
  g_signal_handlers_disconnect_by_func (gtk_widget_get_frame_clock (widget), layout_cb, widget);
  GTK_WIDGET_CLASS (lobe_transcript_parent_class)->unrealize (widget);
}

static LobeMessage *
message_at (LobeTranscript *self,
            double          x,
            double          y)
{
  GtkWidget *widget = gtk_widget_pick (self->list, x, y, GTK_PICK_DEFAULT);
  LobeRow *row;

  if (widget && !LOBE_IS_ROW_VIEW (widget))
    widget = gtk_widget_get_ancestor (widget, LOBE_TYPE_ROW_VIEW);
  row = widget ? lobe_row_view_get_row (LOBE_ROW_VIEW (widget)) : NULL;

  return row ? lobe_row_get_message (row) : NULL;
}

static void
motion_cb (LobeTranscript *self,
           double          x,
           double          y)
{
  if (self->model)
    lobe_transcript_model_set_hovered (self->model, message_at (self, x, y));
}

static void
leave_cb (LobeTranscript *self)
{
  if (self->model)
    lobe_transcript_model_set_hovered (self->model, NULL);
}

static void
popup_menu_for (LobeTranscript *self,
                LobeMessage    *message,
                double          x,
                double          y)
{
  g_autoptr(GMenu) menu = g_menu_new ();
  g_autofree char *text = lobe_text_selection_get_text (self->selection);

  if (!message)
    return;

  if (text)
    g_menu_append (menu, _("_Copy"), "clipboard.copy");
  {
    g_autoptr(GMenuItem) item = g_menu_item_new (_("Copy _Message"), NULL);

    g_menu_item_set_action_and_target (item, "win.copy-message", "s", lobe_message_get_id (message));
    g_menu_append_item (menu, item);
  }
  if (lobe_message_get_role (message) == LOBE_ROLE_ASSISTANT && lobe_message_get_state (message) != LOBE_MESSAGE_STREAMING)
    {
      g_autoptr(GMenuItem) item = g_menu_item_new (_("_Regenerate"), NULL);

      g_menu_item_set_action_and_target (item, "win.regenerate", "s", lobe_message_get_id (message));
      g_menu_append_item (menu, item);
    }

  if (lobe_message_get_loaded (message) && lobe_message_get_state (message) != LOBE_MESSAGE_STREAMING)
    {
      g_autoptr(GMenuItem) item = g_menu_item_new (lobe_message_get_pinned (message) ? _("Un_pin") : _("_Pin"), NULL);

      g_menu_item_set_action_and_target (item, "win.pin-message", "s", lobe_message_get_id (message));
      g_menu_append_item (menu, item);
    }

  gtk_popover_menu_set_menu_model (GTK_POPOVER_MENU (self->menu), G_MENU_MODEL (menu));
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { x, y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
popup_menu (LobeTranscript *self,
            double          x,
            double          y)
{
  popup_menu_for (self, message_at (self, x, y), x, y);
}

static void
secondary_cb (LobeTranscript *self,
              int             n_press,
              double          x,
              double          y)
{
  popup_menu (self, x, y);
}

static void
copy_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  LobeTranscript *self = LOBE_TRANSCRIPT (widget);
  g_autofree char *text = lobe_text_selection_get_text (self->selection);

  if (text)
    gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), text);
}

/* The menu of the message in which the focus is, or of the last one. */
static void
menu_action (GtkWidget  *widget,
             const char *name,
             GVariant   *parameter)
{
  LobeTranscript *self = LOBE_TRANSCRIPT (widget);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  GtkWidget *view = focus ? gtk_widget_get_ancestor (focus, LOBE_TYPE_ROW_VIEW) : NULL;
  LobeRow *row = view ? lobe_row_view_get_row (LOBE_ROW_VIEW (view)) : NULL;
  graphene_point_t point = GRAPHENE_POINT_INIT (0, gtk_widget_get_height (self->list));

  if (!self->conversation)
    return;

  if (row && !gtk_widget_compute_point (focus, self->list, &GRAPHENE_POINT_INIT (0, gtk_widget_get_height (focus)), &point))
    return;
  popup_menu_for (self, row ? lobe_row_get_message (row) : lobe_conversation_get_leaf (self->conversation), point.x, point.y);
}

static void
toggle_action (GtkWidget  *widget,
               const char *name,
               GVariant   *parameter)
{
  LobeTranscript *self = LOBE_TRANSCRIPT (widget);
  LobeMessage *message = self->conversation ? lobe_conversation_get_message (self->conversation, g_variant_get_string (parameter, NULL)) : NULL;

  if (message && self->model)
    lobe_transcript_model_toggle (self->model, message);
}

static void
restyle (GtkWidget *widget)
{
  if (LOBE_IS_PROSE (widget))
    lobe_prose_style_changed (LOBE_PROSE (widget));
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child; child = gtk_widget_get_next_sibling (child))
    restyle (child);
}

/* The accent is in the texts' own attributes, where CSS does not reach. */
static void
accent_changed_cb (LobeTranscript *self)
{
  restyle (self->list);
}

/* A list can only be scrolled to a row that it has laid out once, so this comes after its allocation; the frame clock
 * lays out again before it paints. */
static void
lobe_transcript_size_allocate (GtkWidget *widget,
                               int        width,
                               int        height,
                               int        baseline)
{
  LobeTranscript *self = LOBE_TRANSCRIPT (widget);

  gtk_widget_allocate (self->overlay, width, height, baseline, NULL);
  if (gtk_widget_get_visible (self->menu))
    gtk_popover_present (GTK_POPOVER (self->menu));

  if (self->to_end && self->model && height > 0)
    {
      self->to_end = FALSE;
      gtk_list_view_scroll_to (GTK_LIST_VIEW (self->list), g_list_model_get_n_items (G_LIST_MODEL (self->model)) - 1, GTK_LIST_SCROLL_NONE, NULL);
    }
}

/* The list's own Tab stays in one row, as arrows go to the next; ours are no items that one could go to. So Tab goes through
 * what can have the focus in all the rows in view, in reading order. */
static gboolean
lobe_transcript_focus (GtkWidget        *widget,
                       GtkDirectionType  direction)
{
  LobeTranscript *self = LOBE_TRANSCRIPT (widget);
  gboolean forward = direction == GTK_DIR_TAB_FORWARD;
  GtkWidget *child = gtk_widget_get_focus_child (self->list);
  gboolean elsewhere = gtk_widget_get_focus_child (widget) && !child;

  if ((!forward && direction != GTK_DIR_TAB_BACKWARD) || (elsewhere && forward))
    return GTK_WIDGET_CLASS (lobe_transcript_parent_class)->focus (widget, direction);

  if (!forward && !gtk_widget_get_focus_child (widget) && !self->at_end && gtk_widget_child_focus (self->jump, direction))
    return TRUE;

  if (!child)
    child = forward ? gtk_widget_get_first_child (self->list) : gtk_widget_get_last_child (self->list);
  for (; child; child = forward ? gtk_widget_get_next_sibling (child) : gtk_widget_get_prev_sibling (child))
    if (gtk_widget_get_child_visible (child) && gtk_widget_child_focus (child, direction))
      return TRUE;

  return forward && !self->at_end ? gtk_widget_child_focus (self->jump, direction) : FALSE;
}

static void
lobe_transcript_measure (GtkWidget      *widget,
                         GtkOrientation  orientation,
                         int             for_size,
                         int            *minimum,
                         int            *natural,
                         int            *minimum_baseline,
                         int            *natural_baseline)
{
  gtk_widget_measure (LOBE_TRANSCRIPT (widget)->overlay, orientation, for_size, minimum, natural, minimum_baseline, natural_baseline);
}

static void
lobe_transcript_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  LobeTranscript *self = LOBE_TRANSCRIPT (object);

  switch (prop_id)
    {
    case PROP_CONVERSATION:
      g_value_set_object (value, self->conversation);
      break;
    case PROP_ACTIVITY:
      g_value_set_string (value, self->activity);
      break;
    case PROP_AT_END:
      g_value_set_boolean (value, self->at_end);
      break;
    case PROP_HAS_NEWS:
      g_value_set_boolean (value, self->has_news);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_transcript_set_property (GObject      *object,
                              guint         prop_id,
                              const GValue *value,
                              GParamSpec   *pspec)
{
  LobeTranscript *self = LOBE_TRANSCRIPT (object);

  switch (prop_id)
    {
    case PROP_CONVERSATION:
      lobe_transcript_set_conversation (self, g_value_get_object (value));
      break;
    case PROP_ACTIVITY:
      lobe_transcript_set_activity (self, g_value_get_string (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_transcript_dispose (GObject *object)
{
  LobeTranscript *self = LOBE_TRANSCRIPT (object);

  if (self->list)
    lobe_transcript_set_conversation (self, NULL);
  g_clear_object (&self->selection);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->overlay, gtk_widget_unparent);
  self->list = NULL;
  g_clear_pointer (&self->activity, g_free);
  g_clear_pointer (&self->summary, g_free);
  g_clear_pointer (&self->summary_id, g_free);

  G_OBJECT_CLASS (lobe_transcript_parent_class)->dispose (object);
}

static void
add_style (void)
{
  GdkDisplay *display = gdk_display_get_default ();
  g_autoptr(GtkCssProvider) provider = gtk_css_provider_new ();

  g_resources_register (lobe_transcript_get_resource ());
  gtk_css_provider_load_from_resource (provider, "/org/lobe/Chat/transcript/transcript.css");
  gtk_style_context_add_provider_for_display (display, GTK_STYLE_PROVIDER (provider), GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
  gtk_icon_theme_add_resource_path (gtk_icon_theme_get_for_display (display), "/org/lobe/Chat/transcript/icons");
}

static void
lobe_transcript_class_init (LobeTranscriptClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lobe_transcript_dispose;
  object_class->get_property = lobe_transcript_get_property;
  object_class->set_property = lobe_transcript_set_property;
  widget_class->realize = lobe_transcript_realize;
  widget_class->unrealize = lobe_transcript_unrealize;
  widget_class->focus = lobe_transcript_focus;
  widget_class->measure = lobe_transcript_measure;
  widget_class->size_allocate = lobe_transcript_size_allocate;

  properties[PROP_CONVERSATION] = g_param_spec_object ("conversation", NULL, NULL, LOBE_TYPE_CONVERSATION,
                                                       G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_ACTIVITY] = g_param_spec_string ("activity", NULL, NULL, NULL, G_PARAM_READWRITE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS);
  properties[PROP_AT_END] = g_param_spec_boolean ("at-end", NULL, NULL, TRUE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_HAS_NEWS] = g_param_spec_boolean ("has-news", NULL, NULL, FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  gtk_widget_class_set_css_name (widget_class, "transcript");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GENERIC);
  gtk_widget_class_install_action (widget_class, "clipboard.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "transcript.toggle-thoughts", "s", toggle_action);
  gtk_widget_class_install_action (widget_class, "transcript.menu", NULL, menu_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "transcript.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "transcript.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "clipboard.copy", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Insert, GDK_CONTROL_MASK, "clipboard.copy", NULL);

  add_style ();
}

static void
init_list (LobeTranscript *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new (), *headers = gtk_signal_list_item_factory_new ();

  g_signal_connect (factory, "setup", G_CALLBACK (setup_cb), NULL);
  g_signal_connect_swapped (factory, "bind", G_CALLBACK (bind_cb), self);
  g_signal_connect (factory, "unbind", G_CALLBACK (unbind_cb), NULL);
  g_signal_connect (headers, "setup", G_CALLBACK (setup_header_cb), NULL);
  g_signal_connect (headers, "bind", G_CALLBACK (bind_header_cb), NULL);
  g_signal_connect (headers, "unbind", G_CALLBACK (unbind_header_cb), NULL);

  self->list = gtk_list_view_new (NULL, factory);
  gtk_list_view_set_header_factory (GTK_LIST_VIEW (self->list), headers);
  g_object_unref (headers);
  gtk_widget_add_css_class (self->list, "transcript");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Conversation"), -1);
}

static void
init_jump (LobeTranscript *self)
{
  GtkWidget *button = gtk_button_new (), *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_append (GTK_BOX (box), gtk_image_new_from_icon_name ("go-down-symbolic"));
  gtk_box_append (GTK_BOX (box), gtk_label_new (_("Latest")));
  self->dot = adw_bin_new ();
  gtk_widget_add_css_class (self->dot, "news");
  gtk_widget_set_valign (self->dot, GTK_ALIGN_CENTER);
  gtk_widget_set_visible (self->dot, FALSE);
  gtk_box_append (GTK_BOX (box), self->dot);

  gtk_button_set_child (GTK_BUTTON (button), box);
  gtk_widget_add_css_class (button, "jump");
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Latest"), -1);
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (lobe_transcript_scroll_to_end), self);

  self->jump = gtk_revealer_new ();
  gtk_revealer_set_child (GTK_REVEALER (self->jump), button);
  gtk_revealer_set_transition_type (GTK_REVEALER (self->jump), GTK_REVEALER_TRANSITION_TYPE_CROSSFADE);
  gtk_revealer_set_transition_duration (GTK_REVEALER (self->jump), 200);
  gtk_widget_set_halign (self->jump, GTK_ALIGN_CENTER);
  gtk_widget_set_valign (self->jump, GTK_ALIGN_END);
  gtk_widget_set_can_target (self->jump, FALSE);
  gtk_overlay_add_overlay (GTK_OVERLAY (self->overlay), self->jump);
}

static void
lobe_transcript_init (LobeTranscript *self)
{
  GtkAdjustment *adjustment;
  GtkEventController *motion = gtk_event_controller_motion_new ();
  GtkGesture *click = gtk_gesture_click_new (), *press = gtk_gesture_long_press_new ();

  self->at_end = TRUE;
  g_signal_connect_object (adw_style_manager_get_default (), "notify::accent-color-rgba", G_CALLBACK (accent_changed_cb), self, G_CONNECT_SWAPPED);

  init_list (self);
  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->list);
  gtk_widget_add_css_class (self->scroller, "transcript-scroller");
  gtk_widget_set_vexpand (self->scroller, TRUE);
  adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (self->scroller));
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (update_at_end), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (update_at_end), self, G_CONNECT_SWAPPED);

  self->overlay = gtk_overlay_new ();
  gtk_overlay_set_child (GTK_OVERLAY (self->overlay), self->scroller);
  init_jump (self);
  gtk_widget_set_parent (self->overlay, GTK_WIDGET (self));

  self->selection = lobe_text_selection_new (self->list);

  self->menu = gtk_popover_menu_new_from_model (NULL);
  gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
  gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
  gtk_widget_set_parent (self->menu, GTK_WIDGET (self));

  g_signal_connect_object (motion, "motion", G_CALLBACK (motion_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (motion, "leave", G_CALLBACK (leave_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->list, motion);
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_object (click, "pressed", G_CALLBACK (secondary_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->list, GTK_EVENT_CONTROLLER (click));
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  g_signal_connect_object (press, "pressed", G_CALLBACK (popup_menu), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (self->list, GTK_EVENT_CONTROLLER (press));
}

GtkWidget *
lobe_transcript_new (void)
{
  return g_object_new (LOBE_TYPE_TRANSCRIPT, NULL);
}

LobeConversation *
lobe_transcript_get_conversation (LobeTranscript *self)
{
  g_return_val_if_fail (LOBE_IS_TRANSCRIPT (self), NULL);

  return self->conversation;
}

/**
 * lobe_transcript_set_conversation:
 * @self: the transcript
 * @conversation: (nullable): what to show
 *
 * Shows the end of @conversation.
 */
void
lobe_transcript_set_conversation (LobeTranscript   *self,
                                  LobeConversation *conversation)
{
  g_return_if_fail (LOBE_IS_TRANSCRIPT (self));

  if (self->conversation == conversation)
    return;

  lobe_text_selection_clear (self->selection);
  stop_frames (self);
  self->flush_needed = FALSE;
  if (self->model)
    g_signal_handlers_disconnect_by_data (self->model, self);
  g_clear_object (&self->model);
  g_set_object (&self->conversation, conversation);
  set_has_news (self, FALSE);

  if (conversation)
    {
      g_autoptr(GtkNoSelection) selection = NULL;

      self->model = lobe_transcript_model_new (conversation);
      lobe_transcript_model_set_summary (self->model, self->summary_id, self->summary ? strlen (self->summary) : 0);
      g_signal_connect_swapped (self->model, "flush-needed", G_CALLBACK (flush_needed_cb), self);
      selection = gtk_no_selection_new (g_object_ref (G_LIST_MODEL (self->model)));
      gtk_list_view_set_model (GTK_LIST_VIEW (self->list), GTK_SELECTION_MODEL (selection));
      lobe_transcript_model_fill (self->model, PREPARED_ROWS);
      lobe_transcript_scroll_to_end (self);
    }
  else
    {
      gtk_list_view_set_model (GTK_LIST_VIEW (self->list), NULL);
    }

  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONVERSATION]);
}

const char *
lobe_transcript_get_activity (LobeTranscript *self)
{
  g_return_val_if_fail (LOBE_IS_TRANSCRIPT (self), NULL);

  return self->activity;
}

/**
 * lobe_transcript_set_activity:
 * @self: the transcript
 * @activity: (nullable): why the first word of the answer is so long in coming; shown when it has been for 3 s
 */
void
lobe_transcript_set_activity (LobeTranscript *self,
                              const char     *activity)
{
  g_return_if_fail (LOBE_IS_TRANSCRIPT (self));

  if (g_set_str (&self->activity, activity))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_ACTIVITY]);
}

gboolean
lobe_transcript_get_at_end (LobeTranscript *self)
{
  g_return_val_if_fail (LOBE_IS_TRANSCRIPT (self), FALSE);

  return self->at_end;
}

gboolean
lobe_transcript_get_has_news (LobeTranscript *self)
{
  g_return_val_if_fail (LOBE_IS_TRANSCRIPT (self), FALSE);

  return self->has_news;
}

/**
 * lobe_transcript_scroll_to_end:
 * @self: the transcript
 *
 * Goes to the end. From then on the end stays in view, whatever comes, until somebody scrolls away from it: the list
 * keeps the last row, which never changes, where it is.
 */
void
lobe_transcript_scroll_to_end (LobeTranscript *self)
{
  g_return_if_fail (LOBE_IS_TRANSCRIPT (self));

  self->to_end = TRUE;
  gtk_widget_queue_allocate (GTK_WIDGET (self));
}

/**
 * lobe_transcript_set_summary:
 * @self: the transcript
 * @id: (nullable): the message where the summary ends
 * @summary: (nullable): what stands for all up to there
 *
 * Shows @summary at its place.
 */
void
lobe_transcript_set_summary (LobeTranscript *self,
                             const char     *id,
                             const char     *summary)
{
  gboolean changed;

  g_return_if_fail (LOBE_IS_TRANSCRIPT (self));

  changed = g_set_str (&self->summary_id, id);
  changed |= g_set_str (&self->summary, summary);
  if (changed && self->model)
    lobe_transcript_model_set_summary (self->model, self->summary_id, self->summary ? strlen (self->summary) : 0);
}

/**
 * lobe_transcript_get_summary:
 * @self: the transcript
 *
 * Returns: (transfer none) (nullable): what stands for the older part
 */
const char *
lobe_transcript_get_summary (LobeTranscript *self)
{
  g_return_val_if_fail (LOBE_IS_TRANSCRIPT (self), NULL);

  return self->summary;
}

/**
 * lobe_transcript_set_name_func:
 * @self: the transcript
 * @func: (nullable) (scope forever): says what models and servers are called
 * @user_data: for @func; has to outlive @self
 *
 * Messages know their model and server by id only; what people call them is known elsewhere.
 */
void
lobe_transcript_set_name_func (LobeTranscript         *self,
                               LobeTranscriptNameFunc  func,
                               gpointer                user_data)
{
  g_return_if_fail (LOBE_IS_TRANSCRIPT (self));

  self->name_func = func;
  self->name_data = user_data;
  lobe_transcript_names_changed (self);
}

/**
 * lobe_transcript_get_names:
 * @self: the transcript
 * @message: an answer
 * @name: (out) (transfer full) (nullable): what its model is called, else its id
 * @origin: (out) (transfer full) (nullable): what its server is called, else its id
 */
void
lobe_transcript_get_names (LobeTranscript  *self,
                           LobeMessage     *message,
                           char           **name,
                           char           **origin)
{
  g_return_if_fail (LOBE_IS_TRANSCRIPT (self));
  g_return_if_fail (name != NULL && origin != NULL);

  *name = *origin = NULL;
  if (self->name_func)
    self->name_func (message, name, origin, self->name_data);
  if (!*name)
    *name = g_strdup (lobe_message_get_model (message));
  if (!*origin)
    *origin = g_strdup (lobe_message_get_server (message));
}

/**
 * lobe_transcript_set_price_func:
 * @self: the transcript
 * @func: (nullable) (scope forever): says what models cost
 * @user_data: for @func; has to outlive @self
 */
void
lobe_transcript_set_price_func (LobeTranscript          *self,
                                LobeTranscriptPriceFunc  func,
                                gpointer                 user_data)
{
  g_return_if_fail (LOBE_IS_TRANSCRIPT (self));

  self->price_func = func;
  self->price_data = user_data;
}

/**
 * lobe_transcript_get_price:
 * @self: the transcript
 * @message: an answer
 *
 * Returns: what its model costs, if that is known
 */
LobePrice
lobe_transcript_get_price (LobeTranscript *self,
                           LobeMessage    *message)
{
  g_return_val_if_fail (LOBE_IS_TRANSCRIPT (self), LOBE_PRICE_UNKNOWN);

  return self->price_func != NULL ? self->price_func (message, self->price_data) : LOBE_PRICE_UNKNOWN;
}

/**
 * lobe_transcript_names_changed:
 * @self: the transcript
 *
 * Asks again what the models and servers in view are called.
 */
void
lobe_transcript_names_changed (LobeTranscript *self)
{
  g_return_if_fail (LOBE_IS_TRANSCRIPT (self));

  for (GtkWidget *child = gtk_widget_get_first_child (self->list); child; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *head = gtk_widget_get_first_child (child);

      if (head && LOBE_IS_MESSAGE_HEAD (head))
        lobe_message_head_update (LOBE_MESSAGE_HEAD (head));
    }
}
