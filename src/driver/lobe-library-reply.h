/* lobe-library-reply.h: where a driver tells how the work on a model goes */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LobeLibraryProgressFunc:
 * @received: bytes that are there
 * @size: bytes in all; 0 unknown
 * @words: (nullable): what is being done, where bytes don't say it
 * @user_data: what was given
 *
 * Hears how the work goes.
 */
typedef void (*LobeLibraryProgressFunc) (gint64      received,
                                         gint64      size,
                                         const char *words,
                                         gpointer    user_data);

#define LOBE_TYPE_LIBRARY_REPLY (lobe_library_reply_get_type ())

G_DECLARE_FINAL_TYPE (LobeLibraryReply, lobe_library_reply, LOBE, LIBRARY_REPLY, GObject)

LobeLibraryReply *lobe_library_reply_new      (GTask                   *task,
                                               LobeLibraryProgressFunc  func,
                                               gpointer                 func_data);
void              lobe_library_reply_progress (LobeLibraryReply        *self,
                                               gint64                   received,
                                               gint64                   size,
                                               const char              *words);
void              lobe_library_reply_done     (LobeLibraryReply        *self);
void              lobe_library_reply_fail     (LobeLibraryReply        *self,
                                               GError                  *error);

G_END_DECLS
