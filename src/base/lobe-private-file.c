/* lobe-private-file.c: a small file with a secret that nobody else may read */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-private-file.h"

#include "base/lobe-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* At most @max + 1 bytes, so that a file that is too long can be told; -1 with errno set on error */
static gssize
read_all (int    fd,
          char  *buffer,
          gsize  max)
{
  gsize length = 0;

  while (length <= max)
    {
      gssize n = read (fd, buffer + length, max + 1 - length);

      if (n == 0)
        break;
      if (n < 0 && errno != EINTR)
        return -1;
      if (n > 0)
        length += n;
    }

  return length;
}

static gboolean
check_file (int          fd,
            const char  *path,
            GError     **error)
{
  struct stat about;

  /* asked of what is open, not of the name, which could be another file by now */
  if (fstat (fd, &about) != 0 || !S_ISREG (about.st_mode))
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("The key's file “%s” is not a regular file"), path);
      return FALSE;
    }

  if ((about.st_mode & (S_IRGRP | S_IROTH)) != 0)
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID,
                   _("Others on this machine can read the key's file “%s”. Make it yours alone with: chmod 600"), path);
      return FALSE;
    }

  return TRUE;
}

/**
 * lobe_private_file_read:
 * @path: (type filename): a file
 * @max: how many bytes it may have at most
 * @length: (out): how many it has
 * @error: where to put why not: %LOBE_ERROR_INVALID when others can read it, or it is no file or too long,
 *   %LOBE_ERROR_AUTHENTICATION when it cannot be read
 *
 * Reads a file with a key. A file that its group or everybody may read is refused: the key is no secret there.
 *
 * Returns: (transfer full): the contents with a zero byte behind them, for lobe_private_file_free ()
 */
char *
lobe_private_file_read (const char  *path,
                        gsize        max,
                        gsize       *length,
                        GError     **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  g_autofd int fd = -1;
  char *buffer;
  gssize n;

  /* without waiting, as it may be a pipe */
  fd = g_open (path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
  if (fd < 0)
    {
      int code = errno;

      g_set_error (error, LOBE_ERROR, LOBE_ERROR_AUTHENTICATION, _("The key's file “%s” cannot be opened: %s"), shown,
                   g_strerror (code));
      return NULL;
    }

  if (!check_file (fd, shown, error))
    return NULL;

  buffer = g_malloc0 (max + 2);
  n = read_all (fd, buffer, max);
  if (n >= 0 && (gsize) n <= max)
    {
      *length = n;
      return buffer;
    }

  if (n < 0)
    {
      int code = errno;

      g_set_error (error, LOBE_ERROR, LOBE_ERROR_AUTHENTICATION, _("The key's file “%s” cannot be read: %s"), shown,
                   g_strerror (code));
    }
  else
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("The key's file “%s” is too long for a key"), shown);
    }
  explicit_bzero (buffer, max + 2);
  g_free (buffer);

  return NULL;
}

/**
 * lobe_private_file_free:
 * @contents: (nullable) (transfer full): a secret, ended by a zero byte
 *
 * Frees it, and leaves nothing of it behind in memory.
 */
void
lobe_private_file_free (char *contents)
{
  if (contents == NULL)
    return;

  explicit_bzero (contents, strlen (contents));
  g_free (contents);
}
