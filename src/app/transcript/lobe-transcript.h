/* lobe-transcript.h: the conversation as one reads it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/transcript/lobe-figures.h"
#include "model/lobe-conversation.h"

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define LOBE_TYPE_TRANSCRIPT (lobe_transcript_get_type ())

G_DECLARE_FINAL_TYPE (LobeTranscript, lobe_transcript, LOBE, TRANSCRIPT, GtkWidget)

/**
 * LobeTranscriptNameFunc:
 * @message: an answer
 * @name: (out) (transfer full) (nullable): what its model is called
 * @origin: (out) (transfer full) (nullable): what its server is called
 * @user_data: what was given with the function
 *
 * Says who speaks. What is left %NULL is shown by its id.
 */
typedef void (*LobeTranscriptNameFunc) (LobeMessage  *message,
                                        char        **name,
                                        char        **origin,
                                        gpointer      user_data);

/**
 * LobeTranscriptPriceFunc:
 * @message: an answer
 * @user_data: what was given with the function
 *
 * Returns: what its model costs, if that is known
 */
typedef LobePrice (*LobeTranscriptPriceFunc) (LobeMessage *message,
                                              gpointer     user_data);

/*
 * Properties: conversation (LobeConversation, nullable), activity (string, nullable: why the first word is so long in
 * coming), at-end (read only: the end is in view, and stays there), has-news (read only: text came while it was not).
 *
 * Actions that its window has to offer: win.copy-message (s), win.regenerate (s), win.continue (s), win.retry (s), win.compare (s), with
 * the message's id, and win.sibling (si), with the id and -1 or 1.
 */
GtkWidget        *lobe_transcript_new              (void);
LobeConversation *lobe_transcript_get_conversation (LobeTranscript   *self);
void              lobe_transcript_set_conversation (LobeTranscript   *self,
                                                    LobeConversation *conversation);
const char       *lobe_transcript_get_activity     (LobeTranscript   *self);
void              lobe_transcript_set_activity     (LobeTranscript   *self,
                                                    const char       *activity);
gboolean          lobe_transcript_get_at_end       (LobeTranscript   *self);
gboolean          lobe_transcript_get_has_news     (LobeTranscript   *self);
void              lobe_transcript_scroll_to_end    (LobeTranscript   *self);
void              lobe_transcript_set_name_func    (LobeTranscript         *self,
                                                    LobeTranscriptNameFunc  func,
                                                    gpointer                user_data);
void              lobe_transcript_get_names        (LobeTranscript   *self,
                                                    LobeMessage      *message,
                                                    char            **name,
                                                    char            **origin);
void              lobe_transcript_set_price_func   (LobeTranscript         *self,
                                                    LobeTranscriptPriceFunc func,
                                                    gpointer                user_data);
LobePrice         lobe_transcript_get_price        (LobeTranscript   *self,
                                                    LobeMessage      *message);
void              lobe_transcript_names_changed    (LobeTranscript   *self);

void              lobe_transcript_set_summary      (LobeTranscript         *self,
                                                    const char             *id,
                                                    const char             *summary);
const char       *lobe_transcript_get_summary      (LobeTranscript         *self);

G_END_DECLS
