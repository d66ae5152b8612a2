/* lobe-request.h: what a driver is asked to have answered; not changed once it was given away */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-message.h"
#include "model/lobe-tool-spec.h"

G_BEGIN_DECLS

#define LOBE_TYPE_REQUEST (lobe_request_get_type ())

G_DECLARE_FINAL_TYPE (LobeRequest, lobe_request, LOBE, REQUEST, GObject)

/*
 * Properties: model; system-prompt; temperature, top-p, min-p, repeat-penalty (double, negative: the server's own);
 * top-k (int, 0: the server's own); seed (gint64, negative: none); stop (strings that end the answer);
 * max-tokens (int, 0: the server's own); schema (JSON schema of the answer); tools (what the model may call); think (LobeThink); prefill (the last message is an assistant's and is to be
 * continued where it ends).
 */

/**
 * LobeThink:
 * @LOBE_THINK_DEFAULT: as the model does by itself
 * @LOBE_THINK_OFF: answer at once
 * @LOBE_THINK_ON: think first
 * @LOBE_THINK_LOW: think a little; as on, where there are no levels
 * @LOBE_THINK_MEDIUM: think
 * @LOBE_THINK_HIGH: think long
 */
typedef enum
{
  LOBE_THINK_DEFAULT,
  LOBE_THINK_OFF,
  LOBE_THINK_ON,
  LOBE_THINK_LOW,
  LOBE_THINK_MEDIUM,
  LOBE_THINK_HIGH,
} LobeThink;

LobeRequest *lobe_request_new                (const char  *model);
const char  *lobe_request_get_model          (LobeRequest *self);
void         lobe_request_add_message        (LobeRequest *self,
                                              LobeMessage *message);
GPtrArray   *lobe_request_get_messages       (LobeRequest *self);
const char  *lobe_request_get_system_prompt  (LobeRequest *self);
void         lobe_request_set_system_prompt  (LobeRequest *self,
                                              const char  *prompt);
double       lobe_request_get_temperature    (LobeRequest *self);
void         lobe_request_set_temperature    (LobeRequest *self,
                                              double       temperature);
double       lobe_request_get_top_p          (LobeRequest *self);
void         lobe_request_set_top_p          (LobeRequest *self,
                                              double       top_p);
double       lobe_request_get_repeat_penalty (LobeRequest *self);
void         lobe_request_set_repeat_penalty (LobeRequest *self,
                                              double       penalty);
int          lobe_request_get_top_k          (LobeRequest *self);
void         lobe_request_set_top_k          (LobeRequest *self,
                                              int          top_k);
double       lobe_request_get_min_p          (LobeRequest *self);
void         lobe_request_set_min_p          (LobeRequest *self,
                                              double       min_p);
gint64       lobe_request_get_seed           (LobeRequest *self);
void         lobe_request_set_seed           (LobeRequest *self,
                                              gint64       seed);
const char * const *
             lobe_request_get_stop           (LobeRequest *self);
void         lobe_request_set_stop           (LobeRequest *self,
                                              const char * const *stop);
const char  *lobe_request_get_schema         (LobeRequest *self);
void         lobe_request_set_schema         (LobeRequest *self,
                                              const char  *schema);
GPtrArray   *lobe_request_get_tools          (LobeRequest *self);
void         lobe_request_add_tool           (LobeRequest *self,
                                              LobeToolSpec *tool);
int          lobe_request_get_max_tokens     (LobeRequest *self);
void         lobe_request_set_max_tokens     (LobeRequest *self,
                                              int          tokens);
LobeThink    lobe_request_get_think          (LobeRequest *self);
void         lobe_request_set_think          (LobeRequest *self,
                                              LobeThink    think);
gint64       lobe_request_get_context_length (LobeRequest *self);
void         lobe_request_set_context_length (LobeRequest *self,
                                              gint64       tokens);
gboolean     lobe_request_get_prefill        (LobeRequest *self);
void         lobe_request_set_prefill        (LobeRequest *self,
                                              gboolean     prefill);

G_END_DECLS
