/* lobe-part.h: a piece of a message: text, reasoning, an image, a file, a tool's call or its result */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * LobePartKind:
 * @LOBE_PART_TEXT: what is said; Markdown when a model says it
 * @LOBE_PART_REASONING: what a model thought before it spoke
 * @LOBE_PART_IMAGE: an attached picture, in the attachment folder
 * @LOBE_PART_FILE: an attached UTF-8 text file, in the attachment folder
 * @LOBE_PART_TOOL_CALL: a tool the model wants run; text is the arguments as JSON
 * @LOBE_PART_TOOL_RESULT: what a tool returned, in a message of its own with the role of a tool
 *
 * Values are stored; append only.
 */
typedef enum
{
  LOBE_PART_TEXT = 0,
  LOBE_PART_REASONING = 1,
  LOBE_PART_IMAGE = 2,
  LOBE_PART_FILE = 3,
  LOBE_PART_TOOL_CALL = 4,
  LOBE_PART_TOOL_RESULT = 5,
} LobePartKind;

const char *lobe_part_kind_get_nick (LobePartKind kind);

#define LOBE_TYPE_PART (lobe_part_get_type ())

G_DECLARE_FINAL_TYPE (LobePart, lobe_part, LOBE, PART, GObject)

LobePart     *lobe_part_new            (LobePartKind  kind,
                                        const char   *text);
LobePart     *lobe_part_new_attachment (LobePartKind  kind,
                                        const char   *name,
                                        const char   *mime_type,
                                        const char   *hash,
                                        const char   *path,
                                        gint64        size);
LobePart     *lobe_part_new_tool_call  (const char   *call_id,
                                        const char   *name,
                                        const char   *arguments);
LobePart     *lobe_part_new_tool_result (const char  *call_id,
                                        const char   *name,
                                        const char   *result);
LobePartKind  lobe_part_get_kind       (LobePart     *self);
const char   *lobe_part_get_text       (LobePart     *self);
gsize         lobe_part_get_length     (LobePart     *self);
void          lobe_part_append         (LobePart     *self,
                                        const char   *text,
                                        gssize        length);
const char   *lobe_part_get_name       (LobePart     *self);
const char   *lobe_part_get_call_id    (LobePart     *self);
const char   *lobe_part_get_signature  (LobePart     *self);
void          lobe_part_set_signature  (LobePart     *self,
                                        const char   *signature);
const char   *lobe_part_get_mime_type  (LobePart     *self);
const char   *lobe_part_get_hash       (LobePart     *self);
const char   *lobe_part_get_path       (LobePart     *self);
gint64        lobe_part_get_size       (LobePart     *self);

G_END_DECLS
