/* lobe-download.c: brings one catalogue entry into a folder: resumed, verified, whole or not at all */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-download-private.h"

#include "base/lobe-error.h"
#include "engine/lobe-part-file.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>

/**
 * LobeDownload:
 *
 * Fetches a model into a file beside its own, which gets its name when all of it is there and right. What broke off goes
 * on where it stopped, also in another life of the program. Writing and hashing are done in threads, a piece at a time.
 */
struct _LobeDownload
{
  LobeTransfer        parent_instance;

  LobeHttp           *http;
  LobeCatalogueEntry *entry;
  char               *path;
  char               *sha256;
  gboolean            running;
};

G_DEFINE_FINAL_TYPE (LobeDownload, lobe_download, LOBE_TYPE_TRANSFER)

/* With the checksum of what is there, when it is there. */
void
lobe_download_run_ended (LobeDownload *self,
                         const char   *sha256)
{
  self->running = FALSE;
  g_set_str (&self->sha256, sha256);
}

static void
lobe_download_transfer_run_async (LobeTransfer        *transfer,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data)
{
  lobe_download_run_async (LOBE_DOWNLOAD (transfer), cancellable, callback, user_data);
}

static gboolean
lobe_download_transfer_run_finish (LobeTransfer  *transfer,
                                   GAsyncResult  *result,
                                   GError       **error)
{
  g_autofree char *path = lobe_download_run_finish (LOBE_DOWNLOAD (transfer), result, error);

  return path != NULL;
}

static void
lobe_download_transfer_discard (LobeTransfer *transfer)
{
  LobeDownload *self = LOBE_DOWNLOAD (transfer);
  LobePartFile *file = lobe_part_file_new (self->path, 0, NULL, NULL);

  lobe_part_file_discard (file);
  lobe_part_file_free (file);
}

static void
lobe_download_finalize (GObject *object)
{
  LobeDownload *self = LOBE_DOWNLOAD (object);

  g_clear_object (&self->http);
  g_clear_object (&self->entry);
  g_free (self->path);
  g_free (self->sha256);

  G_OBJECT_CLASS (lobe_download_parent_class)->finalize (object);
}

static void
lobe_download_class_init (LobeDownloadClass *klass)
{
  LobeTransferClass *transfer_class = LOBE_TRANSFER_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = lobe_download_finalize;
  transfer_class->run_async = lobe_download_transfer_run_async;
  transfer_class->run_finish = lobe_download_transfer_run_finish;
  transfer_class->discard = lobe_download_transfer_discard;
}

static void
lobe_download_init (LobeDownload *self)
{
}

/**
 * lobe_download_new:
 * @http: the door
 * @entry: what to bring
 * @folder: where to; made where it is missing
 *
 * Returns: (transfer full): a download that does nothing yet
 */
LobeDownload *
lobe_download_new (LobeHttp           *http,
                   LobeCatalogueEntry *entry,
                   const char         *folder)
{
  LobeDownload *self;

  g_return_val_if_fail (LOBE_IS_HTTP (http), NULL);
  g_return_val_if_fail (LOBE_IS_CATALOGUE_ENTRY (entry), NULL);
  g_return_val_if_fail (folder != NULL, NULL);

  self = g_object_new (LOBE_TYPE_DOWNLOAD,
                       "name", lobe_catalogue_entry_get_name (entry),
                       "source", lobe_catalogue_entry_get_host (entry),
                       NULL);
  self->http = g_object_ref (http);
  self->entry = g_object_ref (entry);
  self->path = g_build_filename (folder, lobe_catalogue_entry_get_file_name (entry), NULL);
  lobe_transfer_set_progress (LOBE_TRANSFER (self), 0, lobe_catalogue_entry_get_size (entry), NULL);

  return self;
}

/**
 * lobe_download_get_entry:
 * @self: a download
 *
 * Returns: (transfer none): what it brings
 */
LobeCatalogueEntry *
lobe_download_get_entry (LobeDownload *self)
{
  g_return_val_if_fail (LOBE_IS_DOWNLOAD (self), NULL);

  return self->entry;
}

/**
 * lobe_download_get_path:
 * @self: a download
 *
 * Returns: (transfer none) (type filename): where the file will be
 */
const char *
lobe_download_get_path (LobeDownload *self)
{
  g_return_val_if_fail (LOBE_IS_DOWNLOAD (self), NULL);

  return self->path;
}

/**
 * lobe_download_get_received:
 * @self: a download
 *
 * Returns: bytes that are there, those of earlier runs included
 */
gint64
lobe_download_get_received (LobeDownload *self)
{
  return lobe_transfer_get_received (LOBE_TRANSFER (self));
}

/**
 * lobe_download_get_sha256:
 * @self: a download
 *
 * Returns: (transfer none) (nullable): the SHA-256 of the file, once it is there
 */
const char *
lobe_download_get_sha256 (LobeDownload *self)
{
  g_return_val_if_fail (LOBE_IS_DOWNLOAD (self), NULL);

  return self->sha256;
}

/**
 * lobe_download_run_async:
 * @self: a download
 * @cancellable: (nullable): to stop; what has come is kept
 * @callback: called when it is there, or can't be had
 * @user_data: for @callback
 *
 * Brings the model, going on with what an earlier run left. One that is there and right already is not brought again.
 */
void
lobe_download_run_async (LobeDownload        *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (LOBE_IS_DOWNLOAD (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_download_run_async);
  g_task_set_check_cancellable (task, FALSE);
  if (self->running)
    {
      g_task_return_new_error_literal (task, LOBE_ERROR, LOBE_ERROR_BUSY, _("This model is being downloaded already."));
      return;
    }

  self->running = TRUE;
  lobe_download_run_begin (task, self->http, self->entry, self->path);
}

/**
 * lobe_download_run_finish:
 * @self: a download
 * @result: what the callback was given
 * @error: where to put what went wrong: %LOBE_ERROR_CHECKSUM or %LOBE_ERROR_INVALID, after which nothing of it is left;
 *   %LOBE_ERROR_INTERRUPTED and the others of the door, after which it can go on; %LOBE_ERROR_BUSY;
 *   %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full): the path of the file
 */
char *
lobe_download_run_finish (LobeDownload  *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

/* What an earlier run left */

typedef struct
{
  LobeHttp *http;
  char     *folder;
} List;

typedef struct
{
  LobeCatalogueEntry *entry;
  gint64              received;
} Left;

static void
list_free (gpointer data)
{
  List *list = data;

  g_object_unref (list->http);
  g_free (list->folder);
  g_free (list);
}

static void
left_free (gpointer data)
{
  Left *left = data;

  g_object_unref (left->entry);
  g_free (left);
}

static void
list_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  g_autoptr (GPtrArray) notes = lobe_part_file_list (task_data);
  GPtrArray *all = g_ptr_array_new_with_free_func (left_free);

  for (guint i = 0; i < notes->len; i++)
    {
      const char *note = g_ptr_array_index (notes, i);
      g_autofree char *part = g_strndup (note, strlen (note) - strlen (".json"));
      g_autofree char *name = g_path_get_basename (note);
      g_autofree char *text = NULL;
      LobeCatalogueEntry *entry;
      GStatBuf info;
      Left *left;

      entry = g_file_get_contents (note, &text, NULL, NULL) ? lobe_catalogue_entry_restore (text) : NULL;
      if (entry == NULL)
        continue;
      /* a note that was put beside another file is none of ours */
      if (!g_str_has_prefix (name, lobe_catalogue_entry_get_file_name (entry)))
        {
          g_object_unref (entry);
          continue;
        }

      left = g_new0 (Left, 1);
      left->entry = entry;
      left->received = g_stat (part, &info) == 0 ? info.st_size : 0;
      g_ptr_array_add (all, left);
    }

  g_task_return_pointer (task, all, (GDestroyNotify) g_ptr_array_unref);
}

static void
listed (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) all = g_task_propagate_pointer (G_TASK (result), NULL);
  GPtrArray *downloads = g_ptr_array_new_with_free_func (g_object_unref);
  List *list = g_task_get_task_data (task);

  for (guint i = 0; all != NULL && i < all->len; i++)
    {
      Left *left = g_ptr_array_index (all, i);
      LobeDownload *download = lobe_download_new (list->http, left->entry, list->folder);

      lobe_transfer_set_progress (LOBE_TRANSFER (download), left->received, lobe_catalogue_entry_get_size (left->entry), NULL);
      g_ptr_array_add (downloads, download);
    }

  g_task_return_pointer (task, downloads, (GDestroyNotify) g_ptr_array_unref);
}

/**
 * lobe_download_list_async:
 * @http: the door
 * @folder: where models are put; it need not be there
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * Looks for downloads that are not whole.
 */
void
lobe_download_list_async (LobeHttp            *http,
                          const char          *folder,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  GTask *task;
  g_autoptr (GTask) work = NULL;
  List *list;

  g_return_if_fail (LOBE_IS_HTTP (http));
  g_return_if_fail (folder != NULL);

  list = g_new0 (List, 1);
  list->http = g_object_ref (http);
  list->folder = g_strdup (folder);
  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_download_list_async);
  g_task_set_task_data (task, list, list_free);

  work = g_task_new (NULL, NULL, listed, task);
  g_task_set_source_tag (work, lobe_download_list_async);
  g_task_set_task_data (work, g_strdup (folder), g_free);
  g_task_run_in_thread (work, list_in_thread);
}

/**
 * lobe_download_list_finish:
 * @result: what the callback was given
 * @error: where to put what went wrong
 *
 * Returns: (transfer full) (element-type LobeDownload): downloads that can go on, which do nothing yet
 */
GPtrArray *
lobe_download_list_finish (GAsyncResult  *result,
                           GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
