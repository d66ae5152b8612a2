/* lobe-composer.c: where the person writes: text that grows, attached files, send and stop */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-composer.h"

#include "app/lobe-attachment-tray.h"
#include "app/lobe-context-button.h"

#include <glib/gi18n.h>

#define MAX_LINES 10
#define METER_DELAY_MS 150
#define PADDING   18 /* above and below the text, see style.css */

struct _LobeComposer
{
  AdwBin             parent_instance;

  LobeAttachmentTray *tray;
  GtkScrolledWindow *scroller;
  GtkTextView       *text_view;
  GtkLabel          *placeholder;
  GtkLabel          *error_label;
  LobeContextButton *context_button;
  GtkWidget         *send_button;

  LobeContextMeter  *meter;
  guint              meter_id;
  GdkSurface        *surface;
  gulong             surface_handler;
  gboolean           answering;
  gboolean           preedit;
  gboolean           quiet;       /* what changes now is not done by the person */
};

enum
{
  CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeComposer, lobe_composer, ADW_TYPE_BIN)

static GtkTextBuffer *
get_buffer (LobeComposer *self)
{
  return gtk_text_view_get_buffer (self->text_view);
}

static gboolean
has_text (LobeComposer *self)
{
  GtkTextIter iter;

  /* blank text sends nothing; this looks no further than the first character that is not a space */
  for (gtk_text_buffer_get_start_iter (get_buffer (self), &iter); !gtk_text_iter_is_end (&iter); gtk_text_iter_forward_char (&iter))
    if (!g_unichar_isspace (gtk_text_iter_get_char (&iter)))
      return TRUE;

  return FALSE;
}

static void
update_placeholder (LobeComposer *self)
{
  gtk_widget_set_visible (GTK_WIDGET (self->placeholder),
                          !self->preedit && gtk_text_buffer_get_char_count (get_buffer (self)) == 0);
}

static void
update_button (LobeComposer *self)
{
  const char *name = self->answering ? _("Stop") : _("Send");

  gtk_button_set_icon_name (GTK_BUTTON (self->send_button),
                            self->answering ? "media-playback-stop-symbolic" : "lobe-send-symbolic");
  gtk_actionable_set_action_name (GTK_ACTIONABLE (self->send_button), self->answering ? "win.stop" : "win.send");
  gtk_widget_set_tooltip_text (self->send_button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->send_button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);

  if (self->answering)
    {
      gtk_widget_remove_css_class (self->send_button, "suggested-action");
      gtk_widget_add_css_class (self->send_button, "raised");
    }
  else
    {
      gtk_widget_remove_css_class (self->send_button, "raised");
      gtk_widget_add_css_class (self->send_button, "suggested-action");
    }
}

static void
update_action (LobeComposer *self)
{
  if (gtk_widget_get_root (GTK_WIDGET (self)) != NULL)
    gtk_widget_action_set_enabled (GTK_WIDGET (gtk_widget_get_root (GTK_WIDGET (self))), "win.send",
                                   !self->answering && !lobe_composer_is_empty (self));
}

static gboolean
meter_cb (gpointer user_data)
{
  LobeComposer *self = user_data;
  g_autofree char *text = lobe_composer_dup_text (self);

  self->meter_id = 0;
  lobe_context_meter_set_draft (self->meter, g_strchomp (text), lobe_composer_get_attachments (self));

  return G_SOURCE_REMOVE;
}

static void
update_content (LobeComposer *self)
{
  /* after a pause, so that a long text is not gone over for every letter */
  if (self->meter != NULL)
    {
      g_clear_handle_id (&self->meter_id, g_source_remove);
      self->meter_id = g_timeout_add (METER_DELAY_MS, meter_cb, self);
    }
  update_placeholder (self);
  update_action (self);

  if (!self->quiet)
    g_signal_emit (self, signals[CHANGED], 0);
}

static void
buffer_changed_cb (LobeComposer *self)
{
  if (!self->quiet)
    lobe_composer_set_error (self, NULL);
  update_content (self);
}

static void
preedit_changed_cb (LobeComposer *self,
                    const char   *preedit)
{
  self->preedit = preedit != NULL && *preedit != '\0';
  update_placeholder (self);
}

/* keys */

static gboolean
key_pressed_cb (LobeComposer          *self,
                guint                  key,
                guint                  code,
                GdkModifierType        state,
                GtkEventControllerKey *controller)
{
  gboolean enter = key == GDK_KEY_Return || key == GDK_KEY_KP_Enter || key == GDK_KEY_ISO_Enter;
  GdkEvent *event = gtk_event_controller_get_current_event (GTK_EVENT_CONTROLLER (controller));

  if (!enter && key != GDK_KEY_Escape)
    return GDK_EVENT_PROPAGATE;
  if (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK))
    return GDK_EVENT_PROPAGATE;

  /* an input method that is composing takes Enter and Escape for itself */
  if (gtk_text_view_im_context_filter_keypress (self->text_view, event))
    return GDK_EVENT_STOP;

  if (enter)
    {
      if (!self->answering)
        gtk_widget_activate_action (GTK_WIDGET (self), "win.send", NULL);
      return GDK_EVENT_STOP;
    }

  if (!self->answering)
    return GDK_EVENT_PROPAGATE;

  gtk_widget_activate_action (GTK_WIDGET (self), "win.stop", NULL);

  return GDK_EVENT_STOP;
}

/* attachments */

static void
attachments_changed_cb (LobeComposer *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  GtkWidget *focus = root != NULL ? gtk_root_get_focus (root) : NULL;

  update_content (self);

  /* the button that took a file away is gone */
  if (root != NULL && (focus == NULL || gtk_widget_is_ancestor (focus, GTK_WIDGET (self->tray))))
    gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

static void
attachment_failed_cb (LobeComposer *self,
                      const char   *text)
{
  if (self->error_label != NULL)
    lobe_composer_set_error (self, text);
}

static void
paste_cb (LobeComposer *self,
          GtkTextView  *text_view)
{
  if (lobe_attachment_tray_paste (self->tray))
    g_signal_stop_emission_by_name (text_view, "paste-clipboard");
}

static gboolean
drop_cb (LobeComposer  *self,
         const GValue  *value,
         double         x,
         double         y,
         GtkDropTarget *target)
{
  return lobe_attachment_tray_attach_value (self->tray, value);
}

/* height */

static void
update_height (LobeComposer *self)
{
  g_autoptr (PangoLayout) layout = gtk_widget_create_pango_layout (GTK_WIDGET (self->text_view), "X");
  int line_height;
  int height;

  pango_layout_get_pixel_size (layout, NULL, &line_height);
  height = MAX_LINES * line_height + PADDING;
  if (self->surface != NULL)
    height = MIN (height, gdk_surface_get_height (self->surface) / 3);

  gtk_scrolled_window_set_max_content_height (self->scroller, MAX (height, 2 * line_height));
}

static void
lobe_composer_realize (GtkWidget *widget)
{
  LobeComposer *self = LOBE_COMPOSER (widget);

  GTK_WIDGET_CLASS (lobe_composer_parent_class)->realize (widget);

  self->surface = gtk_native_get_surface (gtk_widget_get_native (widget));
  self->surface_handler = g_signal_connect_swapped (self->surface, "notify::height", G_CALLBACK (update_height), self);
  update_height (self);
  update_action (self);
}

static void
lobe_composer_unrealize (GtkWidget *widget)
{
  LobeComposer *self = LOBE_COMPOSER (widget);

  g_clear_signal_handler (&self->surface_handler, self->surface);
  self->surface = NULL;

  GTK_WIDGET_CLASS (lobe_composer_parent_class)->unrealize (widget);
}

static gboolean
lobe_composer_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (LOBE_COMPOSER (widget)->text_view));
}

/* object */

static void
lobe_composer_dispose (GObject *object)
{
  LobeComposer *self = LOBE_COMPOSER (object);

  g_clear_handle_id (&self->meter_id, g_source_remove);
  gtk_widget_dispose_template (GTK_WIDGET (self), LOBE_TYPE_COMPOSER);
  g_clear_object (&self->meter);

  G_OBJECT_CLASS (lobe_composer_parent_class)->dispose (object);
}

static void
lobe_composer_class_init (LobeComposerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lobe_composer_dispose;
  widget_class->realize = lobe_composer_realize;
  widget_class->unrealize = lobe_composer_unrealize;
  widget_class->grab_focus = lobe_composer_grab_focus;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);

  g_type_ensure (LOBE_TYPE_ATTACHMENT_TRAY);
  g_type_ensure (LOBE_TYPE_CONTEXT_BUTTON);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/lobe/Chat/ui/lobe-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, LobeComposer, tray);
  gtk_widget_class_bind_template_child (widget_class, LobeComposer, scroller);
  gtk_widget_class_bind_template_child (widget_class, LobeComposer, text_view);
  gtk_widget_class_bind_template_child (widget_class, LobeComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, LobeComposer, error_label);
  gtk_widget_class_bind_template_child (widget_class, LobeComposer, context_button);
  gtk_widget_class_bind_template_child (widget_class, LobeComposer, send_button);
  gtk_widget_class_bind_template_callback (widget_class, attachment_failed_cb);
  gtk_widget_class_bind_template_callback (widget_class, attachments_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, paste_cb);
  gtk_widget_class_bind_template_callback (widget_class, preedit_changed_cb);
}

static void
lobe_composer_init (LobeComposer *self)
{
  GType drop_types[] = { GDK_TYPE_FILE_LIST, GDK_TYPE_TEXTURE };
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);

  gtk_widget_init_template (GTK_WIDGET (self));

  g_signal_connect_object (get_buffer (self), "changed", G_CALLBACK (buffer_changed_cb), self, G_CONNECT_SWAPPED);

  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->text_view), keys);

  /* before the text view's own target, which would insert the file's address */
  gtk_drop_target_set_gtypes (target, drop_types, G_N_ELEMENTS (drop_types));
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (target), GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (target, "drop", G_CALLBACK (drop_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (target));

  update_button (self);
  lobe_composer_set_model_name (self, NULL);
}

/**
 * lobe_composer_set_store:
 * @self: a composer
 * @store: what keeps attached files
 */
void
lobe_composer_set_store (LobeComposer *self,
                         LobeStore    *store)
{
  g_return_if_fail (LOBE_IS_COMPOSER (self));

  lobe_attachment_tray_set_store (self->tray, store);
}

/**
 * lobe_composer_set_meter:
 * @self: a composer
 * @meter: what measures the chat; it is told of the draft
 * @book: what is known of models
 */
void
lobe_composer_set_meter (LobeComposer     *self,
                         LobeContextMeter *meter,
                         LobeContextBook  *book)
{
  g_return_if_fail (LOBE_IS_COMPOSER (self));

  g_set_object (&self->meter, meter);
  lobe_context_button_set_meter (self->context_button, meter, book);
}

/**
 * lobe_composer_dup_text:
 * @self: a composer
 *
 * Returns: (transfer full): what is written, as it is
 */
char *
lobe_composer_dup_text (LobeComposer *self)
{
  GtkTextIter start;
  GtkTextIter end;

  g_return_val_if_fail (LOBE_IS_COMPOSER (self), NULL);

  gtk_text_buffer_get_bounds (get_buffer (self), &start, &end);

  return gtk_text_buffer_get_text (get_buffer (self), &start, &end, TRUE);
}

/**
 * lobe_composer_set_text:
 * @self: a composer
 * @text: (nullable): a draft
 *
 * Replaces what is written. This cannot be undone by the person, and #LobeComposer::changed is not emitted.
 */
void
lobe_composer_set_text (LobeComposer *self,
                        const char   *text)
{
  GtkTextBuffer *buffer;
  GtkTextIter end;

  g_return_if_fail (LOBE_IS_COMPOSER (self));

  buffer = get_buffer (self);
  self->quiet = TRUE;
  gtk_text_buffer_begin_irreversible_action (buffer);
  gtk_text_buffer_set_text (buffer, text != NULL ? text : "", -1);
  gtk_text_buffer_end_irreversible_action (buffer);
  gtk_text_buffer_get_end_iter (buffer, &end);
  gtk_text_buffer_place_cursor (buffer, &end);
  update_content (self);
  self->quiet = FALSE;
}

/**
 * lobe_composer_get_attachments:
 * @self: a composer
 *
 * Returns: (transfer none) (element-type LobePart): what is attached
 */
GPtrArray *
lobe_composer_get_attachments (LobeComposer *self)
{
  g_return_val_if_fail (LOBE_IS_COMPOSER (self), NULL);

  return lobe_attachment_tray_get_attachments (self->tray);
}

/**
 * lobe_composer_set_attachments:
 * @self: a composer
 * @attachments: (nullable) (element-type LobePart): what is attached; the array stays the caller's to keep
 *   for a chat, and is changed as the person attaches and removes
 */
void
lobe_composer_set_attachments (LobeComposer *self,
                               GPtrArray    *attachments)
{
  g_return_if_fail (LOBE_IS_COMPOSER (self));

  self->quiet = TRUE;
  lobe_attachment_tray_set_attachments (self->tray, attachments);
  update_content (self);
  self->quiet = FALSE;
}

gboolean
lobe_composer_is_empty (LobeComposer *self)
{
  g_return_val_if_fail (LOBE_IS_COMPOSER (self), TRUE);

  return lobe_attachment_tray_get_attachments (self->tray)->len == 0 && !has_text (self);
}

/**
 * lobe_composer_clear:
 * @self: a composer
 *
 * Empties it, once what was written is in the conversation.
 */
void
lobe_composer_clear (LobeComposer *self)
{
  g_return_if_fail (LOBE_IS_COMPOSER (self));

  lobe_composer_set_error (self, NULL);
  lobe_composer_set_attachments (self, NULL);
  lobe_composer_set_text (self, NULL);
}

/**
 * lobe_composer_set_answering:
 * @self: a composer
 * @answering: whether an answer comes, so that there is something to stop
 */
void
lobe_composer_set_answering (LobeComposer *self,
                             gboolean      answering)
{
  g_return_if_fail (LOBE_IS_COMPOSER (self));

  if (self->answering == !!answering)
    return;

  self->answering = !!answering;
  update_button (self);
  update_action (self);
}

/**
 * lobe_composer_set_model_name:
 * @self: a composer
 * @name: (nullable): who will answer
 */
void
lobe_composer_set_model_name (LobeComposer *self,
                              const char   *name)
{
  g_autofree char *text = NULL;

  g_return_if_fail (LOBE_IS_COMPOSER (self));

  /* Translators: %s is the name of a model */
  text = name != NULL ? g_strdup_printf (_("Message %s"), name) : g_strdup (_("Write a Message"));
  gtk_label_set_label (self->placeholder, text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->text_view), GTK_ACCESSIBLE_PROPERTY_PLACEHOLDER, text, -1);
}

/**
 * lobe_composer_set_error:
 * @self: a composer
 * @text: (nullable): why something could not be attached or sent
 */
void
lobe_composer_set_error (LobeComposer *self,
                         const char   *text)
{
  g_return_if_fail (LOBE_IS_COMPOSER (self));

  gtk_label_set_label (self->error_label, text != NULL ? text : "");
  gtk_widget_set_visible (GTK_WIDGET (self->error_label), text != NULL);
}

/**
 * lobe_composer_attach:
 * @self: a composer
 * @file: a file
 *
 * Attaches @file, or says why it cannot be.
 */
void
lobe_composer_attach (LobeComposer *self,
                      GFile        *file)
{
  g_return_if_fail (LOBE_IS_COMPOSER (self));
  g_return_if_fail (G_IS_FILE (file));

  lobe_attachment_tray_attach (self->tray, file);
}

/**
 * lobe_composer_choose_files:
 * @self: a composer
 *
 * Lets the person choose files to attach.
 */
void
lobe_composer_choose_files (LobeComposer *self)
{
  g_return_if_fail (LOBE_IS_COMPOSER (self));

  lobe_attachment_tray_choose (self->tray);
}

/**
 * lobe_composer_open_context:
 * @self: the composer
 *
 * Shows how full the context window is, and what can be done about that.
 *
 * Returns: %FALSE when nothing is known of it
 */
gboolean
lobe_composer_open_context (LobeComposer *self)
{
  g_return_val_if_fail (LOBE_IS_COMPOSER (self), FALSE);

  if (!gtk_widget_get_visible (GTK_WIDGET (self->context_button)))
    return FALSE;

  lobe_context_button_open (self->context_button);

  return TRUE;
}
