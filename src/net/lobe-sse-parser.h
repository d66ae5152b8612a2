/* lobe-sse-parser.h: text/event-stream, pushed in any pieces */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LobeSseEvent:
 * @type: the event's name, "message" where the stream names none
 * @data: the data lines joined by newlines, nul-terminated
 * @length: bytes in @data, without the final nul
 * @id: the last event id seen so far, or ""
 *
 * One dispatched event, all of it UTF-8. Everything belongs to the parser and is gone when the callback returns. @data
 * may hold nul bytes, if the stream does; a @type with one ends there.
 */
typedef struct
{
  const char *type;
  const char *data;
  gsize       length;
  const char *id;
} LobeSseEvent;

/**
 * LobeSseFunc:
 * @event: (transfer none): the event
 * @user_data: what was given to push
 *
 * Called for every complete event. Returning %FALSE drops the rest of what was pushed and of all that follows.
 */
typedef gboolean (*LobeSseFunc) (const LobeSseEvent *event,
                                 gpointer            user_data);

typedef struct _LobeSseParser LobeSseParser;

LobeSseParser *lobe_sse_parser_new       (gsize           max_event);
void           lobe_sse_parser_free      (LobeSseParser  *self);
gboolean       lobe_sse_parser_push      (LobeSseParser  *self,
                                          const void     *bytes,
                                          gsize           length,
                                          LobeSseFunc     func,
                                          gpointer        user_data,
                                          GError        **error);
gboolean       lobe_sse_parser_end       (LobeSseParser  *self,
                                          LobeSseFunc     func,
                                          gpointer        user_data);
gint64         lobe_sse_parser_get_retry (LobeSseParser  *self);
const char    *lobe_sse_parser_get_stray (LobeSseParser  *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeSseParser, lobe_sse_parser_free)

G_END_DECLS
