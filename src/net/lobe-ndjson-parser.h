/* lobe-ndjson-parser.h: one JSON text a line, pushed in any pieces */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LobeNdjsonFunc:
 * @line: the line without its line end, nul-terminated; never empty
 * @length: bytes in @line
 * @user_data: what was given to push
 *
 * Called for every complete line. Returning %FALSE drops the rest of what was pushed and of all that follows.
 */
typedef gboolean (*LobeNdjsonFunc) (const char *line,
                                    gsize       length,
                                    gpointer    user_data);

typedef struct _LobeNdjsonParser LobeNdjsonParser;

LobeNdjsonParser *lobe_ndjson_parser_new  (gsize              max_line);
void              lobe_ndjson_parser_free (LobeNdjsonParser  *self);
gboolean          lobe_ndjson_parser_push (LobeNdjsonParser  *self,
                                           const void        *bytes,
                                           gsize              length,
                                           LobeNdjsonFunc     func,
                                           gpointer           user_data,
                                           GError           **error);
gboolean          lobe_ndjson_parser_end  (LobeNdjsonParser  *self,
                                           LobeNdjsonFunc     func,
                                           gpointer           user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeNdjsonParser, lobe_ndjson_parser_free)

G_END_DECLS
