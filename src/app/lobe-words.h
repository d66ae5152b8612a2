/* lobe-words.h: servers, errors and sizes in words for the person */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-server.h"

G_BEGIN_DECLS

char *lobe_words_for_server  (LobeServer   *server);
char *lobe_words_for_address (LobeServer   *server);
char *lobe_words_for_error   (const GError *error);
char *lobe_words_for_context (gint64        tokens);
const char *
      lobe_words_for_protocol (const char  *protocol);

G_END_DECLS
