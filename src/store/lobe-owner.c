/* lobe-owner.c: the lock file by which other processes see that we still live */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-owner.h"

#include "base/lobe-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/**
 * LobeOwner: (skip)
 *
 * A file in the folder of locks with a lock that the kernel takes away when the process ends, however it ends. Rows that
 * are being written carry the file's name. The name is random, as process ids mean nothing to a process in another
 * sandbox, and the lock is flock ()'s, which belongs to the open file, so that two stores in one process are two owners.
 */
struct _LobeOwner
{
  char *folder;
  char *name;
  char *path;
  int   fd;
};

/**
 * lobe_owner_new: (skip)
 * @folder: the folder of locks
 *
 * Returns: (transfer full): an owner with a new name and no lock yet
 */
LobeOwner *
lobe_owner_new (const char *folder)
{
  LobeOwner *self = g_new0 (LobeOwner, 1);
  g_autofree char *random = g_uuid_string_random ();

  self->folder = g_strdup (folder);
  self->name = g_strconcat (random, ".lock", NULL);
  self->path = g_build_filename (folder, self->name, NULL);
  self->fd = -1;

  return self;
}

/**
 * lobe_owner_free: (skip)
 * @self: an owner
 *
 * Gives the lock back.
 */
void
lobe_owner_free (LobeOwner *self)
{
  lobe_owner_unlock (self);
  g_free (self->folder);
  g_free (self->name);
  g_free (self->path);
  g_free (self);
}

/**
 * lobe_owner_get_name: (skip)
 * @self: an owner
 *
 * Returns: (transfer none): what rows that it writes carry
 */
const char *
lobe_owner_get_name (LobeOwner *self)
{
  return self->name;
}

/**
 * lobe_owner_lock: (skip)
 * @self: an owner
 * @error: return location
 *
 * Takes the lock, to be held until the end.
 *
 * Returns: whether it is held
 */
gboolean
lobe_owner_lock (LobeOwner  *self,
                 GError    **error)
{
  int saved_errno;

  if (self->fd >= 0)
    return TRUE;

  /* Whoever cleans up may have found the file before it was locked and removed it: then make it again. */
  for (int i = 0; i < 10; i++)
    {
      struct stat st;
      int fd;

      if (g_mkdir_with_parents (self->folder, 0700) < 0)
        break;

      fd = g_open (self->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
      if (fd < 0)
        break;

      if (flock (fd, LOCK_EX | LOCK_NB) == 0 && fstat (fd, &st) == 0 && st.st_nlink > 0)
        {
          g_autofree char *pid = g_strdup_printf ("%d\n", (int) getpid ());

          /* for people who look; nothing depends on it */
          if (write (fd, pid, strlen (pid)) < 0)
            g_debug ("Could not note the process in %s", self->name);
          self->fd = fd;
          return TRUE;
        }

      saved_errno = errno;
      close (fd);
      errno = saved_errno;
    }

  saved_errno = errno;
  g_set_error (error, LOBE_ERROR, LOBE_ERROR_STORE,
               /* Translators: a folder, and what the system says */
               _("The folder “%s” can’t be written, so chats can’t be saved: %s."), self->folder, g_strerror (saved_errno));

  return FALSE;
}

/**
 * lobe_owner_unlock: (skip)
 * @self: an owner
 *
 * Gives the lock back and removes its file.
 */
void
lobe_owner_unlock (LobeOwner *self)
{
  if (self->fd < 0)
    return;

  g_unlink (self->path);
  close (self->fd);
  self->fd = -1;
}

static gboolean
take_away (const char *path)
{
  int fd = g_open (path, O_RDWR | O_CLOEXEC, 0);
  gboolean gone;

  if (fd < 0)
    return errno == ENOENT;

  gone = flock (fd, LOCK_EX | LOCK_NB) == 0;
  if (gone)
    g_unlink (path);
  close (fd);

  return gone;
}

/**
 * lobe_owner_is_gone: (skip)
 * @self: an owner
 * @name: (nullable): the name of any owner
 *
 * Looks whether somebody still holds the lock of that name. When in doubt (a file that may not be opened), it does.
 *
 * Returns: whether nobody writes under @name any more; its file is removed then
 */
gboolean
lobe_owner_is_gone (LobeOwner  *self,
                    const char *name)
{
  g_autofree char *path = NULL;

  if (g_strcmp0 (name, self->name) == 0)
    return self->fd < 0;

  /* a name out of a damaged database must not lead to another folder */
  if (name == NULL || strchr (name, '/') != NULL || !g_str_has_suffix (name, ".lock"))
    return TRUE;

  path = g_build_filename (self->folder, name, NULL);

  return take_away (path);
}

/**
 * lobe_owner_clean: (skip)
 * @self: an owner
 *
 * Removes the files of owners that are gone, which those that were killed have left.
 */
void
lobe_owner_clean (LobeOwner *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  if (dir == NULL)
    return;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      if (g_str_has_suffix (name, ".lock"))
        lobe_owner_is_gone (self, name);
    }
}
