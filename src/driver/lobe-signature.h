/* lobe-signature.h: what a provider signed, sealed with whose it is, as the next answer may come from another */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-sink.h"
#include "model/lobe-request.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

void        lobe_signature_tell      (LobeSink    *sink,
                                      guint        index,
                                      const char  *owner,
                                      const char  *words);
void        lobe_signature_tell_json (LobeSink    *sink,
                                      guint        index,
                                      const char  *owner,
                                      JsonArray   *words);
const char *lobe_signature_open      (LobeRequest *request,
                                      LobeMessage *message,
                                      LobePart    *part,
                                      const char  *owner);
JsonNode   *lobe_signature_open_json (LobeRequest *request,
                                      LobeMessage *message,
                                      LobePart    *part,
                                      const char  *owner);

G_END_DECLS
