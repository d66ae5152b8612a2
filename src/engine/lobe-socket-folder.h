/* lobe-socket-folder.h: a folder that only we may enter, with a path that the kernel takes for a socket */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _LobeSocketFolder LobeSocketFolder;

LobeSocketFolder *lobe_socket_folder_new        (const char        *runtime_dir);
void              lobe_socket_folder_free       (LobeSocketFolder  *self);
gboolean          lobe_socket_folder_make       (LobeSocketFolder  *self,
                                                 GError           **error);
const char       *lobe_socket_folder_get_socket (LobeSocketFolder  *self);

G_END_DECLS
