/* lobe-message-source.c: where a conversation gets the bodies of its messages from */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/lobe-message-source.h"

/**
 * LobeMessageSource:
 *
 * Brings the bodies of messages whose heads are known, page by page.
 */
G_DEFINE_INTERFACE (LobeMessageSource, lobe_message_source, G_TYPE_OBJECT)

static void
lobe_message_source_default_init (LobeMessageSourceInterface *iface)
{
}

/**
 * lobe_message_source_load:
 * @self: a source
 * @messages: (element-type LobeMessage): which to load
 *
 * Asks for the bodies of @messages; they come some turns of the main loop later.
 */
void
lobe_message_source_load (LobeMessageSource *self,
                          GPtrArray         *messages)
{
  g_return_if_fail (LOBE_IS_MESSAGE_SOURCE (self));
  g_return_if_fail (messages != NULL);

  LOBE_MESSAGE_SOURCE_GET_IFACE (self)->load (self, messages);
}
