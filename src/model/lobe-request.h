/* lobe-request.h: what a driver is asked to have answered; not changed once it was given away */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-message.h"

G_BEGIN_DECLS

#define LOBE_TYPE_REQUEST (lobe_request_get_type ())

G_DECLARE_FINAL_TYPE (LobeRequest, lobe_request, LOBE, REQUEST, GObject)

/*
 * Properties: model; system-prompt; temperature, top-p, repeat-penalty (double, negative: the server's own);
 * max-tokens (int, 0: the server's own); think (LobeThink); prefill (the last message is an assistant's and is to be
 * continued where it ends).
 */

/**
 * LobeThink:
 * @LOBE_THINK_DEFAULT: as the model does by itself
 * @LOBE_THINK_OFF: answer at once
 * @LOBE_THINK_ON: think first
 */
typedef enum
{
  LOBE_THINK_DEFAULT,
  LOBE_THINK_OFF,
  LOBE_THINK_ON,
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
int          lobe_request_get_max_tokens     (LobeRequest *self);
void         lobe_request_set_max_tokens     (LobeRequest *self,
                                              int          tokens);
LobeThink    lobe_request_get_think          (LobeRequest *self);
void         lobe_request_set_think          (LobeRequest *self,
                                              LobeThink    think);
gboolean     lobe_request_get_prefill        (LobeRequest *self);
void         lobe_request_set_prefill        (LobeRequest *self,
                                              gboolean     prefill);

G_END_DECLS
