/* lobe-part-file.c: a file that comes in pieces, and has its name only when all of it is there and right */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-part-file.h"

#include "base/lobe-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define PIECE (256 * 1024)

/* What is left to others on the disk. */
#define SPARE_BYTES (64 * 1024 * 1024)

/*
 * LobePartFile:
 *
 * NAME.part, beside which NAME.part.etag keeps the server's mark of the version and NAME.part.json where it comes from,
 * until all becomes NAME. A lock keeps others from filling it at the same time. What opens, reads or writes waits for the disk and so is done in a thread;
 * one thread at a time has it.
 */
struct _LobePartFile
{
  char      *path;
  char      *part_path;
  char      *etag_path;
  char      *note_path;
  gint64     size;
  char      *sha256;
  char      *note;

  int        fd;
  gboolean   whole;
  GChecksum *checksum;
  gint64     hashed; /* bytes of it that the checksum has seen */
  char      *etag;   /* of what is there; NULL unknown */
};

/*
 * lobe_part_file_new:
 * @path: what it is to be called
 * @size: its bytes; 0 unknown
 * @sha256: (nullable): of its content, in lower-case digits; %NULL unknown
 * @note: (nullable): what to keep beside it while it is not whole, see lobe_part_file_list ()
 *
 * Returns: (transfer full): a file of which nothing is known yet
 */
LobePartFile *
lobe_part_file_new (const char *path,
                    gint64      size,
                    const char *sha256,
                    const char *note)
{
  LobePartFile *self = g_new0 (LobePartFile, 1);

  self->path = g_strdup (path);
  self->part_path = g_strconcat (path, ".part", NULL);
  self->etag_path = g_strconcat (self->part_path, ".etag", NULL);
  self->note_path = g_strconcat (path, LOBE_PART_FILE_NOTE, NULL);
  self->size = size;
  self->sha256 = g_strdup (sha256);
  self->note = g_strdup (note);
  self->fd = -1;
  self->checksum = g_checksum_new (G_CHECKSUM_SHA256);

  return self;
}

void
lobe_part_file_free (LobePartFile *self)
{
  lobe_part_file_close (self);
  g_checksum_free (self->checksum);
  g_free (self->path);
  g_free (self->part_path);
  g_free (self->etag_path);
  g_free (self->note_path);
  g_free (self->sha256);
  g_free (self->note);
  g_free (self->etag);
  g_free (self);
}

/* How much of it is there, bytes */
gint64
lobe_part_file_get_length (LobePartFile *self)
{
  return self->hashed;
}

/* The mark of the version that is there in part; NULL unknown */
const char *
lobe_part_file_get_etag (LobePartFile *self)
{
  return self->etag;
}

/* Whether the file itself was there when it was opened, and nothing is to be done */
gboolean
lobe_part_file_is_whole (LobePartFile *self)
{
  return self->whole;
}

/* Others may have it now. */
void
lobe_part_file_close (LobePartFile *self)
{
  g_clear_fd (&self->fd, NULL);
}

static GError *
make_file_error (const char *what,
                 int         number)
{
  return g_error_new (LOBE_ERROR, LOBE_ERROR_FAILED, "%s: %s", what, g_strerror (number));
}

static gboolean
hash_file (LobePartFile  *self,
           int            fd,
           GError       **error)
{
  g_autofree guint8 *buffer = g_malloc (PIECE);

  g_checksum_reset (self->checksum);
  self->hashed = 0;
  for (;;)
    {
      gssize n = pread (fd, buffer, PIECE, self->hashed);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_propagate_error (error, make_file_error (_("What was downloaded before can't be read"), errno));
          return FALSE;
        }
      if (n == 0)
        return TRUE;
      g_checksum_update (self->checksum, buffer, n);
      self->hashed += n;
    }
}

static gboolean
check_space (LobePartFile  *self,
             GError       **error)
{
  struct statvfs info;
  gint64 available;
  g_autofree char *needed_text = NULL;
  g_autofree char *available_text = NULL;

  if (fstatvfs (self->fd, &info) != 0)
    return TRUE;

  available = (gint64) info.f_bavail * (gint64) info.f_frsize;
  if (available >= MAX (self->size - self->hashed, 0) + SPARE_BYTES)
    return TRUE;

  needed_text = g_format_size (MAX (self->size - self->hashed, 0) + SPARE_BYTES);
  available_text = g_format_size (MAX (available, 0));
  g_set_error (error, LOBE_ERROR, LOBE_ERROR_FAILED,
               _("There is not enough space on the disk: %s are needed, %s are free."), needed_text, available_text);

  return FALSE;
}

/* Whether what was hashed is the whole file, as far as is known what that is. */
static gboolean
is_promised (LobePartFile *self)
{
  return self->hashed > 0 && (self->size == 0 || self->hashed == self->size)
         && (self->sha256 == NULL || g_str_equal (g_checksum_get_string (self->checksum), self->sha256));
}

/*
 * lobe_part_file_open:
 *
 * Looks at what is there already, and takes the lock, unless the file itself is there and right.
 *
 * Returns: whether it can be filled, or need not be
 */
gboolean
lobe_part_file_open (LobePartFile  *self,
                     GError       **error)
{
  g_autofree char *folder = g_path_get_dirname (self->path);
  g_autofree char *etag = NULL;
  g_autofd int whole = g_open (self->path, O_RDONLY | O_CLOEXEC, 0);

  if (whole >= 0)
    {
      if (!hash_file (self, whole, error))
        return FALSE;
      if (is_promised (self))
        {
          self->whole = TRUE;
          return TRUE;
        }
    }
  if (g_mkdir_with_parents (folder, 0755) != 0)
    {
      g_propagate_error (error, make_file_error (_("The folder for models can't be made"), errno));
      return FALSE;
    }
  self->fd = g_open (self->part_path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (self->fd < 0)
    {
      g_propagate_error (error, make_file_error (_("The folder for models can't be written to"), errno));
      return FALSE;
    }
  if (flock (self->fd, LOCK_EX | LOCK_NB) != 0)
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_BUSY, _("This model is being downloaded already."));
      return FALSE;
    }

  if (!hash_file (self, self->fd, error))
    return FALSE;
  if (self->size > 0 && self->hashed > self->size && ftruncate (self->fd, 0) == 0 && !hash_file (self, self->fd, error))
    return FALSE;
  if (self->note != NULL)
    g_file_set_contents (self->note_path, self->note, -1, NULL);
  if (self->hashed > 0 && g_file_get_contents (self->etag_path, &etag, NULL, NULL))
    self->etag = g_steal_pointer (&etag);

  return check_space (self, error);
}

static gboolean
start_again (LobePartFile  *self,
             GError       **error)
{
  if (ftruncate (self->fd, 0) != 0)
    {
      g_propagate_error (error, make_file_error (_("The file can't be written"), errno));
      return FALSE;
    }
  g_unlink (self->etag_path);
  g_clear_pointer (&self->etag, g_free);

  return hash_file (self, self->fd, error);
}

/*
 * lobe_part_file_begin:
 * @from_start: whether what is there belongs to another version, and has to go
 * @etag: (nullable): the server's mark of the version that comes
 * @size: bytes of the whole file, as the server says; 0 unknown. With a checksum, only what was promised counts
 * @note: (nullable): what to keep beside it from now on
 *
 * Returns: whether the next piece can be written
 */
gboolean
lobe_part_file_begin (LobePartFile  *self,
                      gboolean       from_start,
                      const char    *etag,
                      gint64         size,
                      const char    *note,
                      GError       **error)
{
  if (from_start && !start_again (self, error))
    return FALSE;
  if ((self->sha256 == NULL || self->size == 0) && size > 0)
    {
      self->size = size;
      if (!check_space (self, error))
        return FALSE;
    }
  if (note != NULL)
    g_file_set_contents (self->note_path, note, -1, NULL);
  if (etag != NULL)
    g_file_set_contents (self->etag_path, etag, -1, NULL);

  return TRUE;
}

/* Nothing is to be left of what has come. */
void
lobe_part_file_discard (LobePartFile *self)
{
  g_unlink (self->note_path);
  g_unlink (self->part_path);
  g_unlink (self->etag_path);
}

static gboolean
refuse (LobePartFile  *self,
        GError       **error)
{
  lobe_part_file_discard (self);
  g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_CHECKSUM,
                       _("What came is not the file that was promised, and was thrown away."));

  return FALSE;
}

/* Adds a piece, unless it makes the file longer than it may be: then nothing is left of it. */
gboolean
lobe_part_file_write (LobePartFile  *self,
                      GBytes        *bytes,
                      GError       **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  gsize written = 0;

  while (written < length)
    {
      gssize n = pwrite (self->fd, data + written, length - written, self->hashed + written);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_propagate_error (error, make_file_error (_("The model can't be written to the disk"), errno));
          return FALSE;
        }
      written += n;
    }
  g_checksum_update (self->checksum, data, length);
  self->hashed += length;

  return self->size == 0 || self->hashed <= self->size || refuse (self, error);
}

/* The SHA-256 of all that is there, in lower-case digits; after it nothing can be added. */
const char *
lobe_part_file_get_sha256 (LobePartFile *self)
{
  return g_checksum_get_string (self->checksum);
}

/* Where it is while it is not whole. */
const char *
lobe_part_file_get_part_path (LobePartFile *self)
{
  return self->part_path;
}

/* All has come: gives the file its name, if it is the one that was promised; otherwise nothing is left of it. */
gboolean
lobe_part_file_verify (LobePartFile  *self,
                       GError       **error)
{
  if (!is_promised (self))
    return refuse (self, error);

  if (fsync (self->fd) != 0 || g_rename (self->part_path, self->path) != 0)
    {
      g_propagate_error (error, make_file_error (_("The model can't be written to the disk"), errno));
      return FALSE;
    }
  g_unlink (self->note_path);
  g_unlink (self->etag_path);

  return TRUE;
}

/*
 * lobe_part_file_list:
 * @folder: a folder, which need not be there
 *
 * Returns: (transfer full) (element-type filename): the paths of the notes of files that are not whole
 */
GPtrArray *
lobe_part_file_list (const char *folder)
{
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_suffix (name, LOBE_PART_FILE_NOTE))
        g_ptr_array_add (notes, g_build_filename (folder, name, NULL));
    }

  return g_steal_pointer (&notes);
}
