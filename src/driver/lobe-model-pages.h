/* lobe-model-pages.h: a list of models that comes in pages */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-endpoint.h"
#include "driver/lobe-sink.h"

G_BEGIN_DECLS

/*
 * LobeModelPages:
 * @make_request: asks for a page; @after is what @read_page said of the one before, escaped for an address, %NULL for
 *   the first
 * @list: the member of a page that holds its models
 * @next: (nullable): the member that says where the next page begins
 * @more: (nullable): the member that says whether there is a next page; %NULL where @next says it by being there
 * @read_model: (transfer full) (nullable): a model, or %NULL for what is none to chat with
 * @instead: (nullable): asked where the address knows no such list: gateways speak a protocol's chat without the rest
 */
typedef struct _LobeModelPages LobeModelPages;

struct _LobeModelPages
{
  LobeHttpRequest      *(*make_request) (LobeEndpoint *endpoint,
                                         const char   *after);
  const char             *list;
  const char             *next;
  const char             *more;
  LobeModelInfo        *(*read_model)   (JsonObject   *object);
  const LobeModelPages   *instead;
};

void lobe_model_pages_list (const LobeModelPages *pages,
                            LobeEndpoint         *endpoint,
                            LobeModelReply       *reply,
                            GCancellable         *cancellable);

G_END_DECLS
