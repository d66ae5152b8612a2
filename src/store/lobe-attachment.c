/* lobe-attachment.c: files that were attached, kept by the hash of their content */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-attachment.h"

#include "base/lobe-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define HASH_LENGTH 64

static gboolean
is_hash (const char *hash)
{
  return strlen (hash) == HASH_LENGTH && strspn (hash, "0123456789abcdef") == HASH_LENGTH;
}

/**
 * lobe_attachment_get_path: (skip)
 * @folder: the folder of attachments
 * @hash: SHA-256 of a content
 *
 * Returns: (transfer full) (nullable): where that content is kept, whether or not it is there; %NULL when @hash is none,
 *   so that a damaged database leads to no other file
 */
char *
lobe_attachment_get_path (const char *folder,
                          const char *hash)
{
  char first[3];

  if (!is_hash (hash))
    return NULL;

  memcpy (first, hash, 2);
  first[2] = '\0';

  return g_build_filename (folder, first, hash + 2, NULL);
}

static gboolean
begins_with (GBytes     *content,
             gsize       offset,
             const char *magic,
             gsize       length)
{
  gsize size;
  const char *data = g_bytes_get_data (content, &size);

  return size >= offset + length && memcmp (data + offset, magic, length) == 0;
}

/* By content and not by name: what we say it is goes to the server, which looks. */
static const char *
get_image_type (GBytes *content)
{
  if (begins_with (content, 0, "\x89PNG\r\n\x1a\n", 8))
    return "image/png";
  if (begins_with (content, 0, "\xff\xd8\xff", 3))
    return "image/jpeg";
  if (begins_with (content, 0, "GIF87a", 6) || begins_with (content, 0, "GIF89a", 6))
    return "image/gif";
  if (begins_with (content, 0, "RIFF", 4) && begins_with (content, 8, "WEBP", 4))
    return "image/webp";

  return NULL;
}

static gboolean
is_text (GBytes *content)
{
  gsize size;
  const char *data = g_bytes_get_data (content, &size);

  return size == 0 || (memchr (data, '\0', size) == NULL && g_utf8_validate_len (data, size, NULL));
}

static char *
get_text_type (const char *name,
               GBytes     *content)
{
  gsize size;
  const guchar *data = g_bytes_get_data (content, &size);
  g_autofree char *content_type = g_content_type_guess (name, data, size, NULL);
  char *mime_type = g_content_type_get_mime_type (content_type);

  if (mime_type != NULL && g_str_has_prefix (mime_type, "text/"))
    return mime_type;

  /* JSON, shell and the like are text that has another name */
  g_free (mime_type);

  return g_strdup ("text/plain");
}

static GBytes *
read_content (GFile         *file,
              gsize          limit,
              GCancellable  *cancellable,
              GError       **error)
{
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  g_autoptr (GByteArray) content = NULL;

  if (stream == NULL)
    return NULL;

  content = g_byte_array_new ();
  for (;;)
    {
      guint8 buffer[65536];
      gssize n = g_input_stream_read (G_INPUT_STREAM (stream), buffer, sizeof buffer, cancellable, error);

      if (n < 0)
        return NULL;
      if (n == 0)
        break;
      g_byte_array_append (content, buffer, (guint) n);
      if (content->len > limit)
        break;
    }

  return g_byte_array_free_to_bytes (g_steal_pointer (&content));
}

static gboolean
write_all (int     fd,
           GBytes *content)
{
  gsize size;
  const char *data = g_bytes_get_data (content, &size);

  while (size > 0)
    {
      gssize n = write (fd, data, size);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        return FALSE;
      data += n;
      size -= (gsize) n;
    }

  return TRUE;
}

static void
sync_folder (const char *folder)
{
  int fd = g_open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);

  if (fd < 0)
    return;

  fsync (fd);
  close (fd);
}

/* Whole or not at all: the name is given when the bytes are on the disk. */
static gboolean
write_whole (const char *path,
             GBytes     *content)
{
  g_autofree char *folder = g_path_get_dirname (path);
  g_autofree char *temporary = g_build_filename (folder, ".new-XXXXXX", NULL);
  gboolean written;
  int saved_errno;
  int fd;

  if (g_mkdir_with_parents (folder, 0700) < 0)
    return FALSE;

  fd = g_mkstemp_full (temporary, O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0)
    return FALSE;

  written = write_all (fd, content) && fsync (fd) == 0;
  saved_errno = errno;
  if (close (fd) < 0 && written)
    {
      written = FALSE;
      saved_errno = errno;
    }
  if (written && g_rename (temporary, path) < 0)
    {
      written = FALSE;
      saved_errno = errno;
    }
  if (!written)
    {
      g_unlink (temporary);
      errno = saved_errno;
      return FALSE;
    }

  sync_folder (folder);

  return TRUE;
}

static gboolean
is_there (const char *path,
          GBytes     *content)
{
  GStatBuf st;

  return g_stat (path, &st) == 0 && (gsize) st.st_size == g_bytes_get_size (content);
}

static char *
get_name (GFile        *file,
          GCancellable *cancellable)
{
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_DISPLAY_NAME, G_FILE_QUERY_INFO_NONE,
                                                  cancellable, NULL);
  g_autofree char *basename = NULL;

  if (info != NULL)
    return g_strdup (g_file_info_get_display_name (info));

  basename = g_file_get_basename (file);

  return g_filename_display_name (basename);
}

static gboolean
check_content (const char  *name,
               GBytes      *content,
               gboolean     image,
               GError     **error)
{
  gsize limit = image ? LOBE_ATTACHMENT_MAX_IMAGE : LOBE_ATTACHMENT_MAX_TEXT;

  if (begins_with (content, 0, "%PDF-", 5))
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_UNSUPPORTED, _("PDF files are not supported yet"));
      return FALSE;
    }

  if (g_bytes_get_size (content) > limit)
    {
      g_autofree char *most = g_format_size (limit);

      g_set_error (error, LOBE_ERROR, LOBE_ERROR_UNSUPPORTED,
                   /* Translators: a file name, and a size such as “10 MB” */
                   _("“%s” is too large: at most %s can be attached"), name, most);
      return FALSE;
    }

  if (!image && !is_text (content))
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_UNSUPPORTED,
                   /* Translators: a file name */
                   _("“%s” is neither UTF-8 text nor a PNG, JPEG, WebP or GIF image"), name);
      return FALSE;
    }

  return TRUE;
}

/**
 * lobe_attachment_store: (skip)
 * @folder: the folder of attachments
 * @file: what to attach
 * @cancellable: (nullable): to cancel
 * @error: return location: %LOBE_ERROR_UNSUPPORTED when it is of a kind or size that cannot be attached,
 *   %LOBE_ERROR_INVALID when it cannot be read, %LOBE_ERROR_STORE when it cannot be kept
 *
 * Copies a file to where attachments are kept. Blocks.
 *
 * Returns: (transfer full) (nullable): a part for it
 */
LobePart *
lobe_attachment_store (const char    *folder,
                       GFile         *file,
                       GCancellable  *cancellable,
                       GError       **error)
{
  g_autofree char *name = get_name (file, cancellable);
  g_autoptr (GBytes) content = NULL;
  g_autoptr (GError) read_error = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *path = NULL;
  g_autofree char *mime_type = NULL;
  gboolean image;

  content = read_content (file, MAX (LOBE_ATTACHMENT_MAX_IMAGE, LOBE_ATTACHMENT_MAX_TEXT), cancellable, &read_error);
  if (content == NULL)
    {
      if (g_error_matches (read_error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_propagate_error (error, g_steal_pointer (&read_error));
      else
        g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID,
                     /* Translators: a file name, and what the system says */
                     _("“%s” can’t be read: %s"), name, read_error->message);
      return NULL;
    }

  mime_type = g_strdup (get_image_type (content));
  image = mime_type != NULL;
  if (!check_content (name, content, image, error))
    return NULL;
  if (!image)
    mime_type = get_text_type (name, content);

  hash = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, content);
  path = lobe_attachment_get_path (folder, hash);
  if (!is_there (path, content) && !write_whole (path, content))
    {
      int saved_errno = errno;

      g_set_error (error, LOBE_ERROR, LOBE_ERROR_STORE,
                   /* Translators: a file name, and what the system says */
                   _("“%s” can’t be kept: %s"), name, g_strerror (saved_errno));
      return NULL;
    }

  return lobe_part_new_attachment (image ? LOBE_PART_IMAGE : LOBE_PART_FILE, name, mime_type, hash, path,
                                   (gint64) g_bytes_get_size (content));
}
