/* lobe-attachment-tray.c: the files that go with what is being written */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-attachment-tray.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/**
 * LobeAttachmentTray:
 *
 * The files that go with what is being written, as chips that can be taken away. Files come from a dialog, by drag and
 * drop and from the clipboard; what cannot be attached is told by [signal@AttachmentTray::failed].
 */
struct _LobeAttachmentTray
{
  AdwBin        parent_instance;

  AdwWrapBox   *chips;
  LobeStore    *store;
  GPtrArray    *attachments; /* LobePart */
  GCancellable *cancellable;
};

enum
{
  CHANGED,
  FAILED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeAttachmentTray, lobe_attachment_tray, ADW_TYPE_BIN)

static void
fail (LobeAttachmentTray *self,
      const char         *text)
{
  g_signal_emit (self, signals[FAILED], 0, text);
}

static void
changed (LobeAttachmentTray *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static void update_chips (LobeAttachmentTray *self);

static void
remove_attachment_cb (GtkButton          *button,
                      LobeAttachmentTray *self)
{
  g_ptr_array_remove (self->attachments, g_object_get_data (G_OBJECT (button), "part"));
  update_chips (self);
  changed (self);
}

static GtkWidget *
create_chip (LobeAttachmentTray *self,
             LobePart           *part)
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
update_chips (LobeAttachmentTray *self)
{
  GtkWidget *child;

  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->chips))) != NULL)
    adw_wrap_box_remove (self->chips, child);

  for (guint i = 0; i < self->attachments->len; i++)
    adw_wrap_box_append (self->chips, create_chip (self, g_ptr_array_index (self->attachments, i)));

  gtk_widget_set_visible (GTK_WIDGET (self), self->attachments->len > 0);
}

typedef struct
{
  LobeAttachmentTray *tray;
  GPtrArray          *attachments; /* of the chat that was open when the file was given */
  GFile              *temporary;
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
  g_object_unref (self->tray);
  g_free (self);
}

static void
attached_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  Attach *data = user_data;
  LobeAttachmentTray *self = data->tray;
  g_autoptr (GError) error = NULL;
  g_autoptr (LobePart) part = lobe_store_attach_finish (LOBE_STORE (object), result, &error);

  if (part != NULL)
    {
      g_ptr_array_add (data->attachments, g_steal_pointer (&part));
      if (data->attachments == self->attachments && self->chips != NULL)
        {
          update_chips (self);
          changed (self);
        }
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && self->chips != NULL)
    fail (self, error->message);

  attach_free (data);
}

static void
attach (LobeAttachmentTray *self,
        GFile              *file,
        gboolean            temporary)
{
  Attach *data;

  if (self->store == NULL)
    return;

  data = g_new0 (Attach, 1);
  data->tray = g_object_ref (self);
  data->attachments = g_ptr_array_ref (self->attachments);
  if (temporary)
    data->temporary = g_object_ref (file);

  fail (self, NULL);
  lobe_store_attach_async (self->store, file, self->cancellable, attached_cb, data);
}

static void
attach_texture (LobeAttachmentTray *self,
                GdkTexture         *texture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("lobe-chat-XXXXXX", &error);
  g_autofree char *path = NULL;
  g_autoptr (GFile) file = NULL;

  if (folder != NULL)
    path = g_build_filename (folder, _("Pasted Image.png"), NULL);
  if (path == NULL || !gdk_texture_save_to_png (texture, path))
    {
      fail (self, error != NULL ? error->message : _("The image cannot be read"));
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
  g_autoptr (LobeAttachmentTray) self = LOBE_ATTACHMENT_TRAY (user_data);
  g_autoptr (GError) error = NULL;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (object), result, &error);

  if (self->chips == NULL)
    return;

  if (value == NULL)
    {
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        fail (self, error->message);
    }
  else if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    attach_texture (self, g_value_get_object (value));
  else if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    for (GSList *l = g_value_get_boxed (value); l != NULL; l = l->next)
      attach (self, l->data, FALSE);
}

static void
files_chosen_cb (GObject      *object,
                 GAsyncResult *result,
                 gpointer      user_data)
{
  g_autoptr (LobeAttachmentTray) self = LOBE_ATTACHMENT_TRAY (user_data);
  g_autoptr (GListModel) files = gtk_file_dialog_open_multiple_finish (GTK_FILE_DIALOG (object), result, NULL);

  /* without files the person closed the dialog, which needs no word */
  if (files == NULL || self->chips == NULL)
    return;

  for (guint i = 0; i < g_list_model_get_n_items (files); i++)
    {
      g_autoptr (GFile) file = g_list_model_get_item (files, i);

      attach (self, file, FALSE);
    }
}

static void
lobe_attachment_tray_dispose (GObject *object)
{
  LobeAttachmentTray *self = LOBE_ATTACHMENT_TRAY (object);

  g_cancellable_cancel (self->cancellable);
  self->chips = NULL;
  g_clear_object (&self->store);

  G_OBJECT_CLASS (lobe_attachment_tray_parent_class)->dispose (object);
}

static void
lobe_attachment_tray_finalize (GObject *object)
{
  LobeAttachmentTray *self = LOBE_ATTACHMENT_TRAY (object);

  g_clear_object (&self->cancellable);
  g_clear_pointer (&self->attachments, g_ptr_array_unref);

  G_OBJECT_CLASS (lobe_attachment_tray_parent_class)->finalize (object);
}

static void
lobe_attachment_tray_class_init (LobeAttachmentTrayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = lobe_attachment_tray_dispose;
  object_class->finalize = lobe_attachment_tray_finalize;

  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 0);
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
lobe_attachment_tray_init (LobeAttachmentTray *self)
{
  self->cancellable = g_cancellable_new ();
  self->attachments = g_ptr_array_new_with_free_func (g_object_unref);

  self->chips = ADW_WRAP_BOX (adw_wrap_box_new ());
  adw_wrap_box_set_child_spacing (self->chips, 6);
  adw_wrap_box_set_line_spacing (self->chips, 6);
  gtk_widget_add_css_class (GTK_WIDGET (self->chips), "attachments");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->chips));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}

/**
 * lobe_attachment_tray_set_store:
 * @self: a tray
 * @store: what keeps attached files
 */
void
lobe_attachment_tray_set_store (LobeAttachmentTray *self,
                                LobeStore          *store)
{
  g_return_if_fail (LOBE_IS_ATTACHMENT_TRAY (self));

  g_set_object (&self->store, store);
}

/**
 * lobe_attachment_tray_get_attachments:
 * @self: a tray
 *
 * Returns: (transfer none) (element-type LobePart): what is attached
 */
GPtrArray *
lobe_attachment_tray_get_attachments (LobeAttachmentTray *self)
{
  g_return_val_if_fail (LOBE_IS_ATTACHMENT_TRAY (self), NULL);

  return self->attachments;
}

/**
 * lobe_attachment_tray_set_attachments:
 * @self: a tray
 * @attachments: (nullable) (element-type LobePart): what is attached; the array stays the caller's to keep
 *   for a chat, and is changed as the person attaches and removes
 */
void
lobe_attachment_tray_set_attachments (LobeAttachmentTray *self,
                                      GPtrArray          *attachments)
{
  g_return_if_fail (LOBE_IS_ATTACHMENT_TRAY (self));

  if (attachments != NULL)
    g_ptr_array_ref (attachments);
  else
    attachments = g_ptr_array_new_with_free_func (g_object_unref);

  g_ptr_array_unref (self->attachments);
  self->attachments = attachments;
  update_chips (self);
}

/**
 * lobe_attachment_tray_attach:
 * @self: a tray
 * @file: a file
 *
 * Attaches @file, or says why it cannot be.
 */
void
lobe_attachment_tray_attach (LobeAttachmentTray *self,
                             GFile              *file)
{
  g_return_if_fail (LOBE_IS_ATTACHMENT_TRAY (self));
  g_return_if_fail (G_IS_FILE (file));

  attach (self, file, FALSE);
}

/**
 * lobe_attachment_tray_attach_value:
 * @self: a tray
 * @value: what was dropped
 *
 * Returns: whether it is something that can be attached
 */
gboolean
lobe_attachment_tray_attach_value (LobeAttachmentTray *self,
                                   const GValue       *value)
{
  g_return_val_if_fail (LOBE_IS_ATTACHMENT_TRAY (self), FALSE);

  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    for (GSList *l = g_value_get_boxed (value); l != NULL; l = l->next)
      attach (self, l->data, FALSE);
  else if (G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    attach_texture (self, g_value_get_object (value));
  else
    return FALSE;

  return TRUE;
}

/**
 * lobe_attachment_tray_paste:
 * @self: a tray
 *
 * Attaches what is in the clipboard, unless that is better taken as text.
 *
 * Returns: whether it does
 */
gboolean
lobe_attachment_tray_paste (LobeAttachmentTray *self)
{
  GdkClipboard *clipboard;
  GdkContentFormats *formats;
  GType type;

  g_return_val_if_fail (LOBE_IS_ATTACHMENT_TRAY (self), FALSE);

  clipboard = gtk_widget_get_clipboard (GTK_WIDGET (self));
  formats = gdk_clipboard_get_formats (clipboard);

  /* a copied file also comes as text, its address; text that comes with a picture (a spreadsheet's cells) is text */
  if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST))
    type = GDK_TYPE_FILE_LIST;
  else if (gdk_content_formats_contain_gtype (formats, GDK_TYPE_TEXTURE) &&
           !gdk_content_formats_contain_gtype (formats, G_TYPE_STRING))
    type = GDK_TYPE_TEXTURE;
  else
    return FALSE;

  gdk_clipboard_read_value_async (clipboard, type, G_PRIORITY_DEFAULT, self->cancellable, pasted_cb, g_object_ref (self));

  return TRUE;
}

/**
 * lobe_attachment_tray_choose:
 * @self: a tray
 *
 * Lets the person choose files to attach.
 */
void
lobe_attachment_tray_choose (LobeAttachmentTray *self)
{
  g_autoptr (GtkFileDialog) dialog = NULL;

  g_return_if_fail (LOBE_IS_ATTACHMENT_TRAY (self));

  dialog = gtk_file_dialog_new ();
  gtk_file_dialog_set_title (dialog, _("Attach Files"));
  gtk_file_dialog_open_multiple (dialog, GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))), self->cancellable,
                                 files_chosen_cb, g_object_ref (self));
}
