/* lobe-attachments.c: the attached files of a request, read without blocking */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-attachments.h"

#include "lobe-config.h"

#include "base/lobe-error.h"

#include <glib/gi18n-lib.h>
#include <string.h>

typedef struct
{
  GHashTable *contents; /* path → GBytes */
  GPtrArray  *parts;    /* still to be read, last first */
} Loading;

static void
loading_free (Loading *loading)
{
  g_hash_table_unref (loading->contents);
  g_ptr_array_unref (loading->parts);
  g_free (loading);
}

static void load_next (GTask *task);

static void
on_loaded (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Loading *loading = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (LobePart) part = g_ptr_array_steal_index (loading->parts, loading->parts->len - 1);
  GBytes *bytes = g_file_load_bytes_finish (G_FILE (object), result, NULL, &error);

  if (bytes != NULL)
    {
      g_hash_table_insert (loading->contents, g_strdup (lobe_part_get_path (part)), bytes);
      load_next (task);
    }
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_task_return_error (task, g_steal_pointer (&error));
    }
  else
    {
      g_task_return_new_error (task, LOBE_ERROR, LOBE_ERROR_INVALID, _("The attached file “%s” cannot be read: %s"),
                               lobe_part_get_name (part), error->message);
    }
}

static void
load_next (GTask *task)
{
  Loading *loading = g_task_get_task_data (task);
  g_autoptr (GFile) file = NULL;

  if (loading->parts->len == 0)
    {
      g_task_return_pointer (task, g_hash_table_ref (loading->contents), (GDestroyNotify) g_hash_table_unref);
      return;
    }

  file = g_file_new_for_path (lobe_part_get_path (g_ptr_array_index (loading->parts, loading->parts->len - 1)));
  g_file_load_bytes_async (file, g_task_get_cancellable (task), on_loaded, g_object_ref (task));
}

/*
 * lobe_attachments_load_async:
 *
 * Reads every file that the messages of @request have attached.
 */
void
lobe_attachments_load_async (LobeRequest         *request,
                             GCancellable        *cancellable,
                             GAsyncReadyCallback  callback,
                             gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (request, cancellable, callback, user_data);
  GPtrArray *messages = lobe_request_get_messages (request);
  Loading *loading = g_new0 (Loading, 1);

  g_task_set_source_tag (task, lobe_attachments_load_async);
  g_task_set_task_data (task, loading, (GDestroyNotify) loading_free);
  loading->contents = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  loading->parts = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < messages->len; i++)
    {
      GPtrArray *parts = lobe_message_get_parts (g_ptr_array_index (messages, i));

      for (guint j = 0; parts != NULL && j < parts->len; j++)
        {
          LobePart *part = g_ptr_array_index (parts, j);

          if (lobe_part_get_path (part) != NULL)
            g_ptr_array_add (loading->parts, g_object_ref (part));
        }
    }

  load_next (task);
}

/*
 * lobe_attachments_load_finish:
 *
 * Returns: (transfer full) (nullable): what the files hold, by their paths; %NULL and %LOBE_ERROR_INVALID when one
 *   cannot be read
 */
GHashTable *
lobe_attachments_load_finish (LobeRequest   *request,
                              GAsyncResult  *result,
                              GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, request), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
append_file (GString    *text,
             const char *name,
             GBytes     *content)
{
  gsize length;
  const char *data = g_bytes_get_data (content, &length);
  g_autofree char *valid = g_utf8_make_valid (data != NULL ? data : "", length);
  guint longest = 2;
  guint run = 0;

  /* a fence that nothing in the file can close */
  for (const char *p = valid; *p != '\0'; p++)
    {
      run = *p == '`' ? run + 1 : 0;
      longest = MAX (longest, run);
    }

  g_string_append_printf (text, "%s:\n", name);
  for (guint i = 0; i <= longest; i++)
    g_string_append_c (text, '`');
  g_string_append_printf (text, "\n%s%s", valid, g_str_has_suffix (valid, "\n") ? "" : "\n");
  for (guint i = 0; i <= longest; i++)
    g_string_append_c (text, '`');
  g_string_append (text, "\n\n");
}

/*
 * lobe_attachments_dup_text:
 *
 * Returns: (transfer full): the text of @message as a model is to read it: attached text files first, each in a fence
 *   with its name in front, then what is said; "" when there is none
 */
char *
lobe_attachments_dup_text (GHashTable  *attachments,
                           LobeMessage *message)
{
  g_autoptr (GString) text = g_string_new (NULL);
  GPtrArray *parts = lobe_message_get_parts (message);

  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      LobePart *part = g_ptr_array_index (parts, i);
      const char *path = lobe_part_get_path (part);
      GBytes *content = path != NULL ? g_hash_table_lookup (attachments, path) : NULL;

      if (lobe_part_get_kind (part) == LOBE_PART_FILE && content != NULL)
        append_file (text, lobe_part_get_name (part), content);
    }

  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      LobePart *part = g_ptr_array_index (parts, i);

      if (lobe_part_get_kind (part) == LOBE_PART_TEXT)
        g_string_append_len (text, lobe_part_get_text (part), lobe_part_get_length (part));
    }

  return g_string_free_and_steal (g_steal_pointer (&text));
}

/*
 * lobe_attachments_dup_base64:
 *
 * Returns: (transfer full) (nullable): the picture of @part; %NULL when it is none
 */
char *
lobe_attachments_dup_base64 (GHashTable *attachments,
                             LobePart   *part)
{
  const char *path = lobe_part_get_path (part);
  GBytes *content = path != NULL ? g_hash_table_lookup (attachments, path) : NULL;
  gsize length;
  gconstpointer data;

  if (lobe_part_get_kind (part) != LOBE_PART_IMAGE || content == NULL)
    return NULL;

  data = g_bytes_get_data (content, &length);

  return g_base64_encode (data, length);
}
