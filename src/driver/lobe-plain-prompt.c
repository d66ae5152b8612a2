/* lobe-plain-prompt.c: a conversation as one text, for models without a chat template */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-plain-prompt.h"

#include "driver/lobe-attachments.h"

/*
 * lobe_plain_prompt_build:
 * @request: what is asked
 * @attachments: what lobe_attachments_load_finish () returned
 *
 * A model without a template only continues a text, so it is given the dialogue as one that it can go on with. The
 * words for the roles are English, as in what such models were made from.
 *
 * Returns: (transfer full): the text
 */
char *
lobe_plain_prompt_build (LobeRequest *request,
                         GHashTable  *attachments)
{
  const char *system_prompt = lobe_request_get_system_prompt (request);
  GPtrArray *messages = lobe_request_get_messages (request);
  g_autoptr (GString) text = g_string_new (NULL);

  if (system_prompt != NULL && *system_prompt != '\0')
    g_string_append_printf (text, "%s\n\n", system_prompt);

  for (guint i = 0; i < messages->len; i++)
    {
      LobeMessage *message = g_ptr_array_index (messages, i);
      gboolean answer = lobe_message_get_role (message) == LOBE_ROLE_ASSISTANT;
      g_autofree char *words = NULL;

      if (lobe_message_get_role (message) > LOBE_ROLE_ASSISTANT)
        continue;

      words = lobe_attachments_dup_text (attachments, message);
      if (answer && i + 1 == messages->len && lobe_request_get_prefill (request))
        {
          g_string_append_printf (text, "Assistant: %s", words);
          return g_string_free_and_steal (g_steal_pointer (&text));
        }
      if (*words == '\0')
        continue;
      if (lobe_message_get_role (message) == LOBE_ROLE_SYSTEM)
        g_string_append_printf (text, "%s\n\n", words);
      else
        g_string_append_printf (text, "%s: %s\n", answer ? "Assistant" : "User", words);
    }
  g_string_append (text, "Assistant:");

  return g_string_free_and_steal (g_steal_pointer (&text));
}
