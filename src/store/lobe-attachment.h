/* lobe-attachment.h: files that were attached, kept by the hash of their content */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-part.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define LOBE_ATTACHMENT_MAX_TEXT (10 * 1000 * 1000)
#define LOBE_ATTACHMENT_MAX_IMAGE (20 * 1000 * 1000)

char     *lobe_attachment_get_path (const char    *folder,
                                    const char    *hash);
LobePart *lobe_attachment_store    (const char    *folder,
                                    GFile         *file,
                                    GCancellable  *cancellable,
                                    GError       **error);

G_END_DECLS
