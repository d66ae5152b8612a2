/* lobe-text-selection.c: pointing at texts of the transcript: links, selecting, the menu */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-text-selection.h"

#include "app/transcript/lobe-prose.h"
#include "markdown/lobe-link.h"

/* One set of controllers for the whole list and not one a row: rows are many and recycled, and a selection will have to
 * run across them. */
struct _LobeTextSelection
{
  GObject     parent_instance;
  GtkWidget  *list; /* unowned, owns us */
  GtkGesture *drag;
  LobeProse  *prose; /* the text in which the selection is; weak */
  int         anchor;
  gboolean    dragged;
};

G_DEFINE_FINAL_TYPE (LobeTextSelection, lobe_text_selection, G_TYPE_OBJECT)

static LobeProse *
prose_at (LobeTextSelection *self,
          double             x,
          double             y,
          graphene_point_t  *point)
{
  GtkWidget *widget = gtk_widget_pick (self->list, x, y, GTK_PICK_DEFAULT);

  if (widget && !LOBE_IS_PROSE (widget))
    widget = gtk_widget_get_ancestor (widget, LOBE_TYPE_PROSE);
  if (!widget || !gtk_widget_compute_point (self->list, widget, &GRAPHENE_POINT_INIT (x, y), point))
    return NULL;

  return LOBE_PROSE (widget);
}

static void
set_prose (LobeTextSelection *self,
           LobeProse         *prose)
{
  if (self->prose && self->prose != prose)
    lobe_prose_select (self->prose, 0, 0);
  g_set_weak_pointer (&self->prose, prose);
}

static void
launched_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      data)
{
  g_autoptr(GError) error = NULL;

  if (!gtk_uri_launcher_launch_finish (GTK_URI_LAUNCHER (object), result, &error) &&
      !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && !g_error_matches (error, GTK_DIALOG_ERROR, GTK_DIALOG_ERROR_DISMISSED))
    g_warning ("Could not open a link: %s", error->message);
}

static void
open_link (LobeTextSelection *self,
           const char        *target)
{
  g_autoptr(GtkUriLauncher) launcher = NULL;
  GtkRoot *root = gtk_widget_get_root (self->list);

  /* What a model writes is hostile until shown otherwise. */
  if (!lobe_link_is_allowed (target))
    return;

  launcher = gtk_uri_launcher_new (target);
  gtk_uri_launcher_launch (launcher, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, launched_cb, NULL);
}

static void
begin_cb (LobeTextSelection *self,
          double             x,
          double             y)
{
  graphene_point_t point;
  LobeProse *prose = prose_at (self, x, y, &point);

  self->dragged = FALSE;
  set_prose (self, prose);
  if (!prose)
    {
      gtk_gesture_set_state (self->drag, GTK_EVENT_SEQUENCE_DENIED);
      return;
    }

  gtk_widget_grab_focus (self->list);
  self->anchor = lobe_prose_get_index_at (prose, point.x, point.y);
  lobe_prose_select (prose, self->anchor, self->anchor);
}

static void
update_cb (LobeTextSelection *self,
           double             dx,
           double             dy)
{
  double x, y;
  graphene_point_t point;

  if (!self->prose || !gtk_gesture_drag_get_start_point (GTK_GESTURE_DRAG (self->drag), &x, &y))
    return;
  if (!self->dragged && !gtk_drag_check_threshold (self->list, 0, 0, dx, dy))
    return;
  if (!gtk_widget_compute_point (self->list, GTK_WIDGET (self->prose), &GRAPHENE_POINT_INIT (x + dx, y + dy), &point))
    return;

  if (!self->dragged)
    gtk_gesture_set_state (self->drag, GTK_EVENT_SEQUENCE_CLAIMED);
  self->dragged = TRUE;
  lobe_prose_select (self->prose, self->anchor, lobe_prose_get_index_at (self->prose, point.x, point.y));
}

static void
end_cb (LobeTextSelection *self,
        double             dx,
        double             dy)
{
  g_autofree char *text = lobe_text_selection_get_text (self);

  if (text)
    gdk_clipboard_set_text (gtk_widget_get_primary_clipboard (self->list), text);
}

static void
released_cb (LobeTextSelection *self,
             int                n_press,
             double             x,
             double             y)
{
  graphene_point_t point;
  LobeProse *prose = prose_at (self, x, y, &point);
  const char *target;

  if (!prose || self->dragged)
    return;

  if (n_press == 2)
    {
      set_prose (self, prose);
      lobe_prose_select_word (prose, lobe_prose_get_index_at (prose, point.x, point.y));
    }
  else if (n_press == 3)
    {
      set_prose (self, prose);
      lobe_prose_select (prose, 0, G_MAXINT);
    }
  else if ((target = lobe_prose_get_link_at (prose, point.x, point.y)))
    {
      open_link (self, target);
    }

  if (n_press > 1)
    end_cb (self, 0, 0);
}

static void
motion_cb (LobeTextSelection *self,
           double             x,
           double             y)
{
  graphene_point_t point;
  LobeProse *prose = prose_at (self, x, y, &point);

  gtk_widget_set_cursor_from_name (self->list, !prose ? NULL : lobe_prose_get_link_at (prose, point.x, point.y) ? "pointer" : "text");
}

/* The focus is on a link. */
static gboolean
key_cb (LobeTextSelection *self,
        guint              keyval,
        guint              keycode,
        GdkModifierType    state)
{
  GtkRoot *root = gtk_widget_get_root (self->list);
  GtkWidget *focus = root ? gtk_root_get_focus (root) : NULL;
  const char *target = LOBE_IS_PROSE (focus) ? lobe_prose_get_focused_link (LOBE_PROSE (focus)) : NULL;

  if (!target || (keyval != GDK_KEY_Return && keyval != GDK_KEY_KP_Enter && keyval != GDK_KEY_space))
    return GDK_EVENT_PROPAGATE;

  open_link (self, target);

  return GDK_EVENT_STOP;
}

static void
lobe_text_selection_dispose (GObject *object)
{
  g_clear_weak_pointer (&LOBE_TEXT_SELECTION (object)->prose);

  G_OBJECT_CLASS (lobe_text_selection_parent_class)->dispose (object);
}

static void
lobe_text_selection_class_init (LobeTextSelectionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = lobe_text_selection_dispose;
}

static void
lobe_text_selection_init (LobeTextSelection *self)
{
}

/**
 * lobe_text_selection_new:
 * @list: the widget that the texts are in, and that must outlive this
 *
 * Returns: (transfer full): what makes the texts below @list selectable
 */
LobeTextSelection *
lobe_text_selection_new (GtkWidget *list)
{
  LobeTextSelection *self = g_object_new (LOBE_TYPE_TEXT_SELECTION, NULL);
  GtkEventController *motion = gtk_event_controller_motion_new (), *key = gtk_event_controller_key_new ();
  GtkGesture *click = gtk_gesture_click_new ();

  self->list = list;

  self->drag = gtk_gesture_drag_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (self->drag), GDK_BUTTON_PRIMARY);
  g_signal_connect_object (self->drag, "drag-begin", G_CALLBACK (begin_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->drag, "drag-update", G_CALLBACK (update_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->drag, "drag-end", G_CALLBACK (end_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (list, GTK_EVENT_CONTROLLER (self->drag));

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_PRIMARY);
  g_signal_connect_object (click, "released", G_CALLBACK (released_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (list, GTK_EVENT_CONTROLLER (click));

  g_signal_connect_object (motion, "motion", G_CALLBACK (motion_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (list, motion);

  /* before the list's own keys */
  gtk_event_controller_set_propagation_phase (key, GTK_PHASE_CAPTURE);
  g_signal_connect_object (key, "key-pressed", G_CALLBACK (key_cb), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (list, key);

  return self;
}

/**
 * lobe_text_selection_get_text:
 * @self: the selection
 *
 * Returns: (transfer full) (nullable): the selected text
 */
char *
lobe_text_selection_get_text (LobeTextSelection *self)
{
  return self->prose ? lobe_prose_get_selected (self->prose) : NULL;
}

/**
 * lobe_text_selection_is_in:
 * @self: the selection
 * @widget: a widget in the list
 *
 * Returns: whether the selected text is shown by @widget
 */
gboolean
lobe_text_selection_is_in (LobeTextSelection *self,
                           GtkWidget         *widget)
{
  return self->prose && gtk_widget_is_ancestor (GTK_WIDGET (self->prose), widget);
}

void
lobe_text_selection_clear (LobeTextSelection *self)
{
  set_prose (self, NULL);
}
