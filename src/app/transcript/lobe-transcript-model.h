/* lobe-transcript-model.h: a conversation as rows, one section a message, made when they are looked at */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/transcript/lobe-row.h"
#include "model/lobe-conversation.h"

G_BEGIN_DECLS

#define LOBE_TYPE_TRANSCRIPT_MODEL (lobe_transcript_model_get_type ())

G_DECLARE_FINAL_TYPE (LobeTranscriptModel, lobe_transcript_model, LOBE, TRANSCRIPT_MODEL, GObject)

/*
 * Signals:
 *  flush-needed: text came in; call lobe_transcript_model_flush () in the next frame. Emitted once until that is called.
 */
LobeTranscriptModel *lobe_transcript_model_new          (LobeConversation    *conversation);
LobeConversation    *lobe_transcript_model_get_conversation (LobeTranscriptModel *self);
gboolean             lobe_transcript_model_flush        (LobeTranscriptModel *self);
void                 lobe_transcript_model_settle       (LobeTranscriptModel *self);
void                 lobe_transcript_model_fill         (LobeTranscriptModel *self,
                                                         guint                n_rows);
void                 lobe_transcript_model_toggle       (LobeTranscriptModel *self,
                                                         LobeMessage         *message);
void                 lobe_transcript_model_set_hovered  (LobeTranscriptModel *self,
                                                         LobeMessage         *message);

void                 lobe_transcript_model_set_summary      (LobeTranscriptModel *self,
                                                             const char          *id,
                                                             gsize                length);

G_END_DECLS
