/* lobe-refusal.h: what a server says in place of an answer, in any of the shapes that servers use */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/lobe-json.h"

G_BEGIN_DECLS

/* More than this of a refusal's body is not read, bytes. */
#define LOBE_REFUSAL_MAX_BODY (64 * 1024)

/*
 * LobeRefusal:
 * @status: HTTP status; 0 when it came within an answer and names none
 * @message: (nullable): the server's own words
 * @type: (nullable): its name for the class of error
 * @code: (nullable): its name for the error
 * @param: (nullable): which part of the request it means
 * @n_tokens: of a request that is too long, how many tokens it is; 0 unknown
 * @n_window: and how many the model's window holds; 0 unknown
 * @retry_after: (nullable): when to try again, as the header has it
 */
typedef struct
{
  guint  status;
  char  *message;
  char  *type;
  char  *code;
  char  *param;
  char  *retry_after;
  gint64 n_tokens;
  gint64 n_window;
} LobeRefusal;

LobeRefusal *lobe_refusal_new      (guint              status,
                                    const char        *retry_after,
                                    const char        *body,
                                    gssize             length);
LobeRefusal *lobe_refusal_new_json (guint              status,
                                    JsonObject        *object);
void         lobe_refusal_free     (LobeRefusal       *self);
GError      *lobe_refusal_to_error (const LobeRefusal *self);
gboolean     lobe_refusal_throw    (JsonObject        *object,
                                    GError           **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeRefusal, lobe_refusal_free)

G_END_DECLS
