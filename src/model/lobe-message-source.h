/* lobe-message-source.h: where a conversation gets the bodies of its messages from; the store implements it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-message.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define LOBE_TYPE_MESSAGE_SOURCE (lobe_message_source_get_type ())

G_DECLARE_INTERFACE (LobeMessageSource, lobe_message_source, LOBE, MESSAGE_SOURCE, GObject)

/**
 * LobeMessageSourceInterface:
 * @load: fetch the bodies of @messages (element-type LobeMessage) and give each its parts with
 *   lobe_message_set_parts (), some turns of the main loop later; a message that cannot be read gets an error
 */
struct _LobeMessageSourceInterface
{
  GTypeInterface g_iface;

  void (*load) (LobeMessageSource *self,
                GPtrArray         *messages);
};

void lobe_message_source_load (LobeMessageSource *self,
                               GPtrArray         *messages);

G_END_DECLS
