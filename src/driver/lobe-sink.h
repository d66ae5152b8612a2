/* lobe-sink.h: where a driver puts an answer as it comes, and says once how it ended */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-model-info.h"
#include "model/lobe-usage.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * LobeDeltaKind:
 * @LOBE_DELTA_TEXT: more of the answer
 * @LOBE_DELTA_REASONING: more of the thinking
 * @LOBE_DELTA_TOOL_CALL: more of a tool call
 * @LOBE_DELTA_USAGE: usage, replacing what came before
 * @LOBE_DELTA_PROGRESS: the server says how far it is before the first token
 * @LOBE_DELTA_SIGNATURE: the provider's opaque words for what came before, which have to go back with it
 * @LOBE_DELTA_ANSWER_ID: the server's own name for the answer, by which it can be told to stop thinking
 */
typedef enum
{
  LOBE_DELTA_TEXT,
  LOBE_DELTA_REASONING,
  LOBE_DELTA_TOOL_CALL,
  LOBE_DELTA_USAGE,
  LOBE_DELTA_PROGRESS,
  LOBE_DELTA_SIGNATURE,
  LOBE_DELTA_ANSWER_ID,
} LobeDeltaKind;

/**
 * LobeDelta:
 * @kind: what came
 * @text: (array length=length) (element-type guint8): text, reasoning, a fragment of a tool call's arguments, or a name;
 *   not nul-terminated
 * @length: bytes in @text
 * @index: which tool call; of a signature %LOBE_DELTA_NO_CALL when it belongs to the reasoning before
 * @call_id: (nullable): of a tool call, when it is known
 * @name: (nullable): of a tool call, when it is known
 * @usage: (nullable): for usage
 * @progress: for progress, 0 to 1
 *
 * One piece of an answer; valid only while it is handed over. Languages other than C take its text by
 * [method@Delta.dup_text].
 */
typedef struct
{
  LobeDeltaKind    kind;
  const char      *text;
  gsize            length;
  guint            index;
  const char      *call_id;
  const char      *name;
  const LobeUsage *usage;
  double           progress;
} LobeDelta;

/* As the index of a signature: it belongs to no tool call. */
#define LOBE_DELTA_NO_CALL G_MAXUINT

char *lobe_delta_dup_text (const LobeDelta *delta);

/**
 * LobeDeltaFunc:
 * @delta: (transfer none): the piece
 * @user_data: what was given
 *
 * Hears every piece of an answer as it comes.
 */
typedef void (*LobeDeltaFunc) (const LobeDelta *delta,
                               gpointer         user_data);

#define LOBE_TYPE_SINK (lobe_sink_get_type ())

G_DECLARE_FINAL_TYPE (LobeSink, lobe_sink, LOBE, SINK, GObject)

void     lobe_sink_text      (LobeSink        *self,
                              const char      *text,
                              gssize           length);
void     lobe_sink_reasoning (LobeSink        *self,
                              const char      *text,
                              gssize           length);
void     lobe_sink_tool_call (LobeSink        *self,
                              guint            index,
                              const char      *call_id,
                              const char      *name,
                              const char      *arguments,
                              gssize           length);
void     lobe_sink_signature (LobeSink        *self,
                              guint            index,
                              const char      *signature);
void     lobe_sink_answer_id (LobeSink        *self,
                              const char      *id);
void     lobe_sink_usage     (LobeSink        *self,
                              const LobeUsage *usage);
void     lobe_sink_progress  (LobeSink        *self,
                              double           fraction);
gboolean lobe_sink_is_closed (LobeSink        *self);
void     lobe_sink_done      (LobeSink        *self,
                              LobeStopReason   reason);
void     lobe_sink_fail      (LobeSink        *self,
                              GError          *error);

#define LOBE_TYPE_MODEL_REPLY (lobe_model_reply_get_type ())

G_DECLARE_FINAL_TYPE (LobeModelReply, lobe_model_reply, LOBE, MODEL_REPLY, GObject)

void lobe_model_reply_add  (LobeModelReply *self,
                            LobeModelInfo  *info);
void lobe_model_reply_add_all (LobeModelReply *self,
                               GPtrArray      *models);
void lobe_model_reply_done (LobeModelReply *self);
void lobe_model_reply_fail (LobeModelReply *self,
                            GError         *error);

G_END_DECLS
