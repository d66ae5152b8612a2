/* lobe-signature.c: what a provider signed, sealed with whose it is, as the next answer may come from another */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-signature.h"

#include "base/lobe-json.h"

#include <string.h>

/*
 * A model can be changed in mid-chat, and no provider takes what another one signed. So a driver writes its name in
 * front ("anthropic …"), and gets back only its own, and only for the model that it came from.
 */

/*
 * lobe_signature_tell:
 * @sink: who hears it
 * @index: see lobe_sink_signature ()
 * @owner: the name of the driver, without spaces
 * @words: what the provider gave
 */
void
lobe_signature_tell (LobeSink   *sink,
                     guint       index,
                     const char *owner,
                     const char *words)
{
  g_autofree char *sealed = g_strconcat (owner, " ", words, NULL);

  lobe_sink_signature (sink, index, sealed);
}

/* The same, for blocks or items that go back as they came. */
void
lobe_signature_tell_json (LobeSink   *sink,
                          guint       index,
                          const char *owner,
                          JsonArray  *words)
{
  g_autoptr (JsonNode) node = json_node_init_array (json_node_alloc (), words);
  g_autofree char *text = lobe_json_to_string (node, FALSE);

  lobe_signature_tell (sink, index, owner, text);
}

/*
 * lobe_signature_open:
 * @request: what is to be answered
 * @message: a message of it
 * @part: a part of that
 * @owner: the name of the driver
 *
 * Returns: (nullable): what the provider gave for @part, if it may go back with it
 */
const char *
lobe_signature_open (LobeRequest *request,
                     LobeMessage *message,
                     LobePart    *part,
                     const char  *owner)
{
  const char *sealed = lobe_part_get_signature (part);
  const char *model = lobe_message_get_model (message);
  gsize length = strlen (owner);

  if (sealed == NULL || strncmp (sealed, owner, length) != 0 || sealed[length] != ' ')
    return NULL;
  if (model != NULL && strcmp (model, lobe_request_get_model (request)) != 0)
    return NULL;

  return sealed + length + 1;
}

/*
 * lobe_signature_open_json:
 *
 * Returns: (transfer full) (nullable): an array, if there is one
 */
JsonNode *
lobe_signature_open_json (LobeRequest *request,
                          LobeMessage *message,
                          LobePart    *part,
                          const char  *owner)
{
  const char *words = lobe_signature_open (request, message, part, owner);
  g_autoptr (JsonNode) node = words != NULL ? lobe_json_parse (words, -1, NULL) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? g_steal_pointer (&node) : NULL;
}
