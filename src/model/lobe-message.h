/* lobe-message.h: one message of a conversation; its head is always there, its body when it was loaded */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-part.h"
#include "model/lobe-usage.h"

G_BEGIN_DECLS

/**
 * LobeRole:
 * @LOBE_ROLE_SYSTEM: instructions
 * @LOBE_ROLE_USER: the person
 * @LOBE_ROLE_ASSISTANT: the model
 * @LOBE_ROLE_TOOL: a tool's result
 *
 * Values are stored; append only.
 */
typedef enum
{
  LOBE_ROLE_SYSTEM = 0,
  LOBE_ROLE_USER = 1,
  LOBE_ROLE_ASSISTANT = 2,
  LOBE_ROLE_TOOL = 3,
} LobeRole;

/**
 * LobeMessageState:
 * @LOBE_MESSAGE_DONE: whole; with an error, what the person has to know of it all the same
 * @LOBE_MESSAGE_STREAMING: being written now, by the process that owns it
 * @LOBE_MESSAGE_INTERRUPTED: the stream, the server or our program broke off; the text is what had come
 * @LOBE_MESSAGE_STOPPED: the person stopped it
 * @LOBE_MESSAGE_FAILED: no answer could be had, or an error ended it; see the error
 *
 * Values are stored; append only.
 */
typedef enum
{
  LOBE_MESSAGE_DONE = 0,
  LOBE_MESSAGE_STREAMING = 1,
  LOBE_MESSAGE_INTERRUPTED = 2,
  LOBE_MESSAGE_STOPPED = 3,
  LOBE_MESSAGE_FAILED = 4,
} LobeMessageState;

const char *lobe_role_get_nick          (LobeRole         role);
const char *lobe_message_state_get_nick (LobeMessageState state);

#define LOBE_TYPE_MESSAGE (lobe_message_get_type ())

G_DECLARE_FINAL_TYPE (LobeMessage, lobe_message, LOBE, MESSAGE, GObject)

/*
 * Signals:
 *  appended: text or reasoning came since the last lobe_message_take_appended (); emitted once until that is called,
 *            so that whoever shows the message pays once a frame and not once a token.
 *  changed:  anything else: state, error, usage, stop reason, parts, block count, loaded.
 */
LobeMessage      *lobe_message_new               (const char       *id,
                                                  const char       *parent_id,
                                                  LobeRole          role,
                                                  gint64            created);
LobeMessage      *lobe_message_new_unloaded      (const char       *id,
                                                  const char       *parent_id,
                                                  LobeRole          role,
                                                  LobeMessageState  state,
                                                  gint64            created,
                                                  guint             n_blocks);
const char       *lobe_message_get_id            (LobeMessage      *self);
const char       *lobe_message_get_parent_id     (LobeMessage      *self);
LobeRole          lobe_message_get_role          (LobeMessage      *self);
gint64            lobe_message_get_created       (LobeMessage      *self);
LobeMessageState  lobe_message_get_state         (LobeMessage      *self);
void              lobe_message_set_state         (LobeMessage      *self,
                                                  LobeMessageState  state);
gboolean          lobe_message_get_loaded        (LobeMessage      *self);
void              lobe_message_set_parts         (LobeMessage      *self,
                                                  GPtrArray        *parts);
GPtrArray        *lobe_message_get_parts         (LobeMessage      *self);
void              lobe_message_add_part          (LobeMessage      *self,
                                                  LobePart         *part);
void              lobe_message_append            (LobeMessage      *self,
                                                  LobePartKind      kind,
                                                  const char       *text,
                                                  gssize            length);
gboolean          lobe_message_take_appended     (LobeMessage      *self);
LobePart         *lobe_message_get_part          (LobeMessage      *self,
                                                  LobePartKind      kind);
const char       *lobe_message_get_text          (LobeMessage      *self);
gsize             lobe_message_get_length        (LobeMessage      *self);
guint             lobe_message_get_n_blocks      (LobeMessage      *self);
void              lobe_message_set_n_blocks      (LobeMessage      *self,
                                                  guint             n_blocks);
const char       *lobe_message_get_server        (LobeMessage      *self);
const char       *lobe_message_get_model         (LobeMessage      *self);
void              lobe_message_set_origin        (LobeMessage      *self,
                                                  const char       *server,
                                                  const char       *model);
LobeStopReason    lobe_message_get_stop_reason   (LobeMessage      *self);
void              lobe_message_set_stop_reason   (LobeMessage      *self,
                                                  LobeStopReason    reason);
const LobeUsage  *lobe_message_get_usage         (LobeMessage      *self);
void              lobe_message_set_usage         (LobeMessage      *self,
                                                  const LobeUsage  *usage);
gint64            lobe_message_get_think_time    (LobeMessage      *self);
void              lobe_message_set_think_time    (LobeMessage      *self,
                                                  gint64            microseconds);
gint64            lobe_message_get_first_token_time (LobeMessage  *self);
void              lobe_message_set_first_token_time (LobeMessage  *self,
                                                  gint64            microseconds);
int               lobe_message_get_error_code    (LobeMessage      *self);
gboolean          lobe_message_get_pinned        (LobeMessage      *self);
void              lobe_message_set_pinned        (LobeMessage      *self,
                                                  gboolean          pinned);
const char       *lobe_message_get_error_text    (LobeMessage      *self);
gint64            lobe_message_get_retry_time    (LobeMessage      *self);
void              lobe_message_set_retry_time    (LobeMessage      *self,
                                                  gint64            moment);
void              lobe_message_set_error         (LobeMessage      *self,
                                                  int               code,
                                                  const char       *text);

G_END_DECLS
