/* lobe-openai-body.h: what is asked of chat completions, and what a server of that family takes beside it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-endpoint.h"
#include "driver/lobe-refusal.h"
#include "driver/lobe-stream.h"
#include "model/lobe-request.h"

G_BEGIN_DECLS

/*
 * LobeOpenaiTakes:
 * @LOBE_OPENAI_TAKES_SAMPLERS: top_k and min_p beside temperature
 * @LOBE_OPENAI_TAKES_TEMPLATE: chat_template_kwargs, by which thinking is switched on and off
 * @LOBE_OPENAI_TAKES_EFFORT: reasoning_effort, by which models that always think do so more or less
 * @LOBE_OPENAI_TAKES_GRAMMAR: the schema of an answer directly as the response_format (TGI)
 *
 * What OpenAI's own servers may refuse with the whole request is sent only to those that take it.
 */
typedef enum
{
  LOBE_OPENAI_TAKES_SAMPLERS = 1 << 0,
  LOBE_OPENAI_TAKES_TEMPLATE = 1 << 1,
  LOBE_OPENAI_TAKES_EFFORT = 1 << 2,
  LOBE_OPENAI_TAKES_GRAMMAR = 1 << 3,
} LobeOpenaiTakes;

/*
 * LobeOpenaiServer:
 * @takes: what it takes beside OpenAI's own
 * @repeat_penalty: (nullable): the member for the repeat penalty; %NULL when it has none
 * @add: (nullable): adds what only this server takes
 * @request: (nullable): makes the request, where it does not go to {base}/chat/completions with a bearer token
 * @instead: (nullable): another way to ask after a refusal; sets the stream's decoder if the answer is another protocol's
 *
 * All in which one server of the family differs from another when it is asked.
 */
typedef struct
{
  LobeOpenaiTakes    takes;
  const char        *repeat_penalty;
  void             (*add)     (JsonBuilder       *builder,
                               LobeRequest       *request);
  LobeHttpRequest *(*request) (LobeEndpoint      *endpoint,
                               const char        *model);
  LobeHttpRequest *(*instead) (const LobeRefusal *refusal,
                               LobeStream        *stream,
                               LobeEndpoint      *endpoint,
                               LobeRequest       *request,
                               GHashTable        *attachments);
} LobeOpenaiServer;

JsonBuilder *lobe_openai_body_new          (const LobeOpenaiServer *server,
                                            LobeRequest            *request,
                                            GHashTable             *attachments,
                                            const char             *limit,
                                            GHashTable             *left_out);
void         lobe_openai_body_add_messages (JsonBuilder            *builder,
                                            LobeRequest            *request,
                                            GHashTable             *attachments);
void         lobe_openai_body_add_tools    (JsonBuilder            *builder,
                                            LobeRequest            *request);
void         lobe_openai_body_add_template (JsonBuilder            *builder,
                                            LobeRequest            *request);

G_END_DECLS
