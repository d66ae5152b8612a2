/* lobe-socket-folder.c: a folder that only we may enter, with a path that the kernel takes for a socket */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-socket-folder.h"

#include "base/lobe-error.h"

#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/un.h>

#define FOLDER_PREFIX "lobe-engine-"
#define SOCKET_NAME "e.sock"
#define LOCK_NAME "lock"

/*
 * LobeSocketFolder:
 *
 * Goes with whoever has it. Should that one be killed, the next finds the folder by its lock, which nobody holds any
 * more, and removes it.
 */
struct _LobeSocketFolder
{
  char *runtime_dir;
  char *folder; /* NULL: not made */
  char *socket;
  int   lock_fd;
};

/*
 * lobe_socket_folder_new:
 * @runtime_dir: where to make it; made where it is missing. Where its path is too long for a socket, a folder for
 *   temporary files is taken
 *
 * Returns: (transfer full): a folder that is not there yet
 */
LobeSocketFolder *
lobe_socket_folder_new (const char *runtime_dir)
{
  LobeSocketFolder *self = g_new0 (LobeSocketFolder, 1);

  self->runtime_dir = g_strdup (runtime_dir);
  self->lock_fd = -1;

  return self;
}

static void
remove_files (const char *folder)
{
  g_autofree char *socket = g_build_filename (folder, SOCKET_NAME, NULL);
  g_autofree char *lock = g_build_filename (folder, LOCK_NAME, NULL);

  g_unlink (socket);
  g_unlink (lock);
  g_rmdir (folder);
}

static void
remove_folder (LobeSocketFolder *self)
{
  if (self->folder != NULL)
    remove_files (self->folder);
  g_clear_fd (&self->lock_fd, NULL);
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->socket, g_free);
}

/* A lock that nobody holds is what a program left that was killed. */
static void
remove_left_folders (const char *place)
{
  g_autoptr (GDir) dir = g_dir_open (place, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *folder = g_build_filename (place, name, NULL);
      g_autofree char *lock = g_build_filename (folder, LOCK_NAME, NULL);
      g_autofd int fd = -1;

      if (!g_str_has_prefix (name, FOLDER_PREFIX))
        continue;
      fd = g_open (lock, O_RDONLY | O_CLOEXEC | O_NOFOLLOW, 0);
      if (fd >= 0 && flock (fd, LOCK_EX | LOCK_NB) == 0)
        remove_files (folder);
    }
}

static char *
try_folder (const char *place)
{
  g_autofree char *folder = g_build_filename (place, FOLDER_PREFIX "XXXXXX", NULL);

  if (strlen (folder) + strlen ("/" SOCKET_NAME) >= sizeof (((struct sockaddr_un *) NULL)->sun_path))
    return NULL;

  return g_mkdtemp_full (folder, 0700) != NULL ? g_steal_pointer (&folder) : NULL;
}

/*
 * lobe_socket_folder_make:
 *
 * Makes the folder, unless it is there still, and in it room for the socket: what another left in its place is removed.
 *
 * Returns: whether something can listen there
 */
gboolean
lobe_socket_folder_make (LobeSocketFolder  *self,
                         GError           **error)
{
  const char *places[] = { self->runtime_dir, g_get_tmp_dir (), "/tmp" };
  g_autofree char *lock = NULL;

  if (self->folder != NULL && g_file_test (self->folder, G_FILE_TEST_IS_DIR))
    {
      g_unlink (self->socket);
      return TRUE;
    }

  remove_folder (self);
  g_mkdir_with_parents (self->runtime_dir, 0700);
  remove_left_folders (self->runtime_dir);
  for (gsize i = 0; self->folder == NULL && i < G_N_ELEMENTS (places); i++)
    self->folder = try_folder (places[i]);
  if (self->folder == NULL)
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_FAILED, _("No folder for the local engine's socket can be made in %s."),
                   self->runtime_dir);
      return FALSE;
    }

  self->socket = g_build_filename (self->folder, SOCKET_NAME, NULL);
  lock = g_build_filename (self->folder, LOCK_NAME, NULL);
  self->lock_fd = g_open (lock, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (self->lock_fd >= 0)
    flock (self->lock_fd, LOCK_EX | LOCK_NB);

  return TRUE;
}

void
lobe_socket_folder_free (LobeSocketFolder *self)
{
  remove_folder (self);
  g_free (self->runtime_dir);
  g_free (self);
}

/* The path to listen on; NULL as long as the folder was not made */
const char *
lobe_socket_folder_get_socket (LobeSocketFolder *self)
{
  return self->socket;
}
