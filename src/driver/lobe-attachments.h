/* lobe-attachments.h: the attached files of a request, read without blocking */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-request.h"

#include <gio/gio.h>

G_BEGIN_DECLS

void        lobe_attachments_load_async  (LobeRequest          *request,
                                          GCancellable         *cancellable,
                                          GAsyncReadyCallback   callback,
                                          gpointer              user_data);
GHashTable *lobe_attachments_load_finish (LobeRequest          *request,
                                          GAsyncResult         *result,
                                          GError              **error);
char       *lobe_attachments_dup_text    (GHashTable           *attachments,
                                          LobeMessage          *message);
char       *lobe_attachments_dup_base64  (GHashTable           *attachments,
                                          LobePart             *part);

G_END_DECLS
