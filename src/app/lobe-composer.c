/* lobe-composer.c: where the person writes: text that grows, attached files, send and stop */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-composer.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

#define MAX_LINES 10
#define PADDING   18 /* above and below the text, see style.css */

struct _LobeComposer
{
  AdwBin             parent_instance;

  AdwWrapBox        *chips;
  GtkScrolledWindow *scroller;
  GtkTextView       *text_view;
  GtkLabel          *placeholder;
  GtkLabel          *error_label;
  GtkWidget         *send_button;

  LobeStore         *store;
  GPtrArray         *attachments; /* LobePart */
  GdkSurface        *surface;
  gulong             surface_handler;
  GCancellable      *cancellable;
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

static void
update_content (LobeComposer *self)
{
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

static void update_chips (LobeComposer *self);

static void
remove_attachment_cb (GtkButton    *button,
                      LobeComposer *self)
{
  g_ptr_array_remove (self->attachments, g_object_get_data (G_OBJECT (button), "part"));
  update_chips (self);
  update_content (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->text_view));
}

static GtkWidget *
create_chip (LobeComposer *self,
             LobePart     *part)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *icon = gtk_image_new_from_icon_name (lobe_part_get_kind (part) == LOBE_PART_IMAGE ? "image-x-generic-symbolic"
                                                                                              : "text-x-generic-symbolic");
  GtkWidget *name = gtk_label_new (lobe_part_get_name (part));
  GtkWidget *size = gtk_label_new (NULL);
  GtkWidget *button = gtk_button_new_from_icon_name ("window-close-symbolic");
  g_autofree char *size_text = g_format_size (lobe_part_get_size (part));
  /* Translators: %s is the name of an attached file */
  g_autofree char *label = g_strdup_printf (_("Remove “%s”"), lobe_part_get_name (part));

  gtk_label_set_label (GTK_LABEL (size), size_text);
  gtk_label_set_ellipsize (GTK_LABEL (name), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (name), 24);
  gtk_widget_add_css_class (size, "dimmed");
  gtk_widget_add_css_class (size, "numeric");
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_widget_set_tooltip_text (button, _("Remove"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, label, -1);
  gtk_widget_add_css_class (button, "flat");
  gtk_widget_add_css_class (button, "circular");
  gtk_widget_add_css_class (button, "tiny");
  gtk_widget_add_css_class (box, "chip");
  gtk_widget_add_css_class (box, "attachment");

  g_object_set_data_full (G_OBJECT (button), "part", g_object_ref (part), g_object_unref);
  g_signal_connect_object (button, "clicked", G_CALLBACK (remove_attachment_cb), self, G_CONNECT_DEFAULT);

  gtk_box_append (GTK_BOX (box), icon);
  gtk_box_append (GTK_BOX (box), name);
  gtk_box_append (GTK_BOX (box), size);
  gtk_box_append (GTK_BOX (box), button);

  return box;
}

static void
update_chips (LobeComposer *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->chips))) != NULL)
    adw_wrap_box_remove (self->chips, child);

  for (guint i = 0; i < self->attachments->len; i++)
    adw_wrap_box_append (self->chips, create_chip (self, g_ptr_array_index (self->attachments, i)));

  gtk_widget_set_visible (GTK_WIDGET (self->chips), self->attachments->len > 0);
}

typedef struct
{
  LobeComposer *composer;
  GPtrArray    *attachments; /* of the chat that was open when the file was given */
  GFile        *temporary;
} Attach;

static void
attach_free (Attach *self)
{
  if (self->temporary != NULL)
    {
      g_autoptr (GFile) folder = g_file_get_parent (self->temporary);

      g_file_delete (self->temporary, NULL, NULL);
      g_file_delete (folder, NULL, NULL);
    }
  g_clear_object (&self->temporary);
  g_ptr_array_unref (self->attachments);
  g_object_unref (self->composer);
  g_free (self);
}

static void
attached_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  Attach *data = user_data;
  LobeComposer *self = data->composer;
  g_autoptr (GError) error = NULL;
  g_autoptr (LobePart) part = lobe_store_attach_finish (LOBE_STORE (object), result, &error);

  if (part != NULL)
    {
      g_ptr_array_add (data->attachments, g_steal_pointer (&part));
      if (data->attachments == self->attachments && self->chips != NULL)
        {
          update_chips (self);
          update_content (self);
        }
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && self->error_label != NULL)
    lobe_composer_set_error (self, error->message);

  attach_free (data);
}

static void
attach (LobeComposer *self,
        GFile        *file,
        gboolean      temporary)
{
  Attach *data;

  if (self->store == NULL)
    return;

  data = g_new0 (Attach, 1);
  data->composer = g_object_ref (self);
  data->attachments = g_ptr_array_ref (self->attachments);
  if (temporary)
    data->temporary = g_object_ref (file);

  lobe_composer_set_error (self, NULL);
  lobe_store_attach_async (self->store, file, self->cancellable, attached_cb, data);
}

static void
attach_texture (LobeComposer *self,
                GdkTexture   *texture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("lobe-chat-XXXXXX", &error);
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;

  if (folder != NULL)
    path = g_build_filename (folder, _("Pasted Image.png"), NULL);
  if (path == NULL || !gdk_texture_save_to_png (texture, path))
    {
      lobe_composer_set_error (self, error != NULL ? error->message : _("The image cannot be read"));
      return;
    }

  file = g_file_new_for_path (path);
  attach (self, file, TRUE);
}

static void
pasted_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (LobeComposer) self = LOBE_COMPOSER (user_data);
  g_autoptr (GError) error = NULL;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (object), result, &error);

  if (self->text_view == NULL)
    return;

  if (value == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        lobe_composer_set_error (self, error->message);
    }
  else if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    attach_texture (self, g_value_get_object (value));
  else if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    for (GSList *l = g_value_get_boxed (value); l != NULL; l = l->next)
      attach (self, l->data, FALSE);
}

static void
paste_cb (LobeComposer *self,
          GtkTextView  *text_view)
{
  GdkClipboard *clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);
  GType type;

  /* a copied file also comes as text, its address; text that comes with a picture (a spreadsheet's cells) is text */
  if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST))
    type = GDK_TYPE_FILE_LIST;
  else if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE) &&
           !gdk_content_formats_contain_gtype (formats, G_TYPE_STRING))
    type = GDK_TYPE_TEXTURE;
  else
    return;

  g_signal_stop_emission_by_name (text_view, "paste-clipboard");
  gdk_clipboard_read_value_async (clipboard, type, G_PRIORITY_DEFAULT, self->cancellable, pasted_cb, g_object_ref (self));
}

static gboolean
drop_cb (LobeComposer  *self,
         const GValue  *value,
         double         x,
         double         y,
         GtkDropTarget *target)
{
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    for (GSList *l = g_value_get_boxed (value); l != NULL; l = l->next)
      attach (self, l->data, FALSE);
  else if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    attach_texture (self, g_value_get_object (value));
  else
    return FALSE;

  return TRUE;
}

static void
files_chosen_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (LobeComposer) self = LOBE_COMPOSER (user_data);
  g_autoptr (GListModel) files = gtk_file_dialog_open_multiple_finish (GTK_FILE_DIALOG (object), result, NULL);

  /* without files the person closed the dialog, which needs no word */
  if (files == NULL || self->text_view == NULL)
    return;

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      attach (self, file, FALSE);
    }
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

  g_cancellable_cancel (self->cancellable);
  gtk_widget_dispose_template (GTK_WIDGET (self), LOBE_TYPE_COMPOSER);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (lobe_composer_parent_class)->dispose (object);
}

static void
lobe_composer_finalize (GObject *object)
{
  LobeComposer *self = LOBE_COMPOSER (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);

  G_OBJECT_CLASS (lobe_composer_parent_class)->finalize (object);
}

static void
lobe_composer_class_init (LobeComposerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lobe_composer_dispose;
  object_class->finalize = lobe_composer_finalize;
  widget_class->realize = lobe_composer_realize;
  widget_class->unrealize = lobe_composer_unrealize;
  widget_class->grab_focus = lobe_composer_grab_focus;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/lobe/Chat/ui/lobe-composer.ui");
  gtk_widget_class_bind_template_child (widget_class, LobeComposer, chips);
  gtk_widget_class_bind_template_child (widget_class, LobeComposer, scroller);
  gtk_widget_class_bind_template_child (widget_class, LobeComposer, text_view);
  gtk_widget_class_bind_template_child (widget_class, LobeComposer, placeholder);
  gtk_widget_class_bind_template_child (widget_class, LobeComposer, error_label);
  gtk_widget_class_bind_template_child (widget_class, LobeComposer, send_button);
  gtk_widget_class_bind_template_callback (widget_class, paste_cb);
  gtk_widget_class_bind_template_callback (widget_class, preedit_changed_cb);
}

static void
lobe_composer_init (LobeComposer *self)
{
  GType drop_types[] = { GDK_TYPE_FILE_LIST, GDK_TYPE_TEXTURE };
  GtkEventController *keys = gtk_event_controller_key_new ();
  GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);

  self->cancellable = g_cancellable_new ();
  self->attachments = g_ptr_array_new_with_free_func (g_object_unref);

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

  g_set_object (&self->store, store);
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

  return self->attachments;
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

  if (attachments != NULL)
    g_ptr_array_ref (attachments);
  else
    attachments = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_unref (self->attachments);
  self->attachments = attachments;

  self->quiet = TRUE;
  update_chips (self);
  update_content (self);
  self->quiet = FALSE;
}

gboolean
lobe_composer_is_empty (LobeComposer *self)
{
  g_return_val_if_fail (LOBE_IS_COMPOSER (self), TRUE);

  return self->attachments->len == 0 && !has_text (self);
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

  attach (self, file, FALSE);
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
  g_autoptr (GtkFileDialog) dialog = NULL;

  g_return_if_fail (LOBE_IS_COMPOSER (self));

  dialog = gtk_file_dialog_new ();
  gtk_file_dialog_set_title (dialog, _("Attach Files"));
  gtk_file_dialog_open_multiple (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->cancellable,
                                 files_chosen_cb, g_object_ref (self));
}
