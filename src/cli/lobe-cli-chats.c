/* lobe-cli-chats.c: lobe-chat chats and show: what was said */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "cli/lobe-cli.h"

#include "base/lobe-error.h"

#include <glib/gi18n.h>

static gboolean option_json;
static char *option_format;

static GOptionEntry chats_entries[] = {
  { "json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_("Print one JSON object a line for each chat"), NULL },
  { NULL }
};

static GOptionEntry show_entries[] = {
  { "format", 'f', 0, G_OPTION_ARG_STRING, &option_format, N_("How to print it: markdown (as it is) or json"), N_("FORMAT") },
  { NULL }
};

static char *
format_time (gint64 microseconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (microseconds / G_USEC_PER_SEC);

  return time != NULL ? g_date_time_format_iso8601 (time) : NULL;
}

static void
print_chat (LobeChat *chat)
{
  g_autofree char *updated = format_time (lobe_chat_get_updated (chat));
  g_autoptr (JsonBuilder) builder = NULL;

  if (!option_json)
    {
      g_print ("%s\t%s\t%s\n", lobe_chat_get_id (chat), updated, lobe_chat_get_title (chat) != NULL ? lobe_chat_get_title (chat) : "");
      return;
    }

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "id", lobe_chat_get_id (chat));
  lobe_json_add_string (builder, "title", lobe_chat_get_title (chat));
  lobe_json_add_string (builder, "updated", updated);
  lobe_json_add_string (builder, "server", lobe_chat_get_server (chat));
  lobe_json_add_string (builder, "model", lobe_chat_get_model (chat));
  json_builder_end_object (builder);
  lobe_cli_print (builder);
}

/**
 * lobe_cli_chats:
 * @argc: arguments
 * @argv: arguments, the command's name first
 *
 * Lists the chats, newest first.
 *
 * Returns: the exit status
 */
int
lobe_cli_chats (int    argc,
                char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  LobeStore *store;
  LobeCore *core;
  int status = 0;

  if (!lobe_cli_parse (&argc, &argv, NULL, _("Lists the chats, newest first."), chats_entries, &status))
    return status;
  core = lobe_cli_open (&error);
  if (core == NULL)
    return lobe_cli_fail (error);

  store = lobe_core_get_store (core);
  lobe_store_load_chats_async (store, NULL, lobe_cli_result_cb, &result);
  if (lobe_store_load_chats_finish (store, lobe_cli_await (&result), &error))
    {
      GListModel *chats = lobe_store_get_chats (store);
      guint n = g_list_model_get_n_items (chats);

      for (guint i = 0; i < n; i++)
        {
          g_autoptr (LobeChat) chat = g_list_model_get_item (chats, i);

          print_chat (chat);
        }
    }
  else
    status = lobe_cli_fail (error);

  lobe_cli_close (core);

  return status;
}

static void
print_message_markdown (LobeMessage *message)
{
  GPtrArray *parts = lobe_message_get_parts (message);

  g_print ("## %s\n\n", lobe_message_get_role (message) == LOBE_ROLE_USER ? _("You")
                        : lobe_message_get_model (message) != NULL        ? lobe_message_get_model (message)
                                                                          : lobe_role_get_nick (lobe_message_get_role (message)));
  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      LobePart *part = parts->pdata[i];

      if (lobe_part_get_kind (part) == LOBE_PART_TEXT)
        g_print ("%s\n\n", lobe_part_get_text (part));
      else if (lobe_part_get_path (part) != NULL)
        g_print ("[%s](%s)\n\n", lobe_part_get_name (part), lobe_part_get_path (part));
    }
  if (lobe_message_get_error_text (message) != NULL)
    g_print ("> %s\n\n", lobe_message_get_error_text (message));
}

static void
print_message_json (LobeMessage *message)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *created = format_time (lobe_message_get_created (message));
  GPtrArray *parts = lobe_message_get_parts (message);

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "id", lobe_message_get_id (message));
  lobe_json_add_string (builder, "parent", lobe_message_get_parent_id (message));
  lobe_json_add_string (builder, "role", lobe_role_get_nick (lobe_message_get_role (message)));
  lobe_json_add_string (builder, "state", lobe_message_state_get_nick (lobe_message_get_state (message)));
  lobe_json_add_string (builder, "created", created);
  lobe_json_add_string (builder, "server", lobe_message_get_server (message));
  lobe_json_add_string (builder, "model", lobe_message_get_model (message));
  lobe_json_add_string (builder, "error", lobe_message_get_error_text (message));
  lobe_json_add_boolean (builder, "pinned", lobe_message_get_pinned (message));
  lobe_json_begin_array (builder, "parts");
  for (guint i = 0; parts != NULL && i < parts->len; i++)
    {
      LobePart *part = parts->pdata[i];

      json_builder_begin_object (builder);
      lobe_json_add_string (builder, "kind", lobe_part_kind_get_nick (lobe_part_get_kind (part)));
      if (lobe_part_get_path (part) == NULL)
        lobe_json_add_string (builder, "text", lobe_part_get_text (part));
      lobe_json_add_string (builder, "name", lobe_part_get_name (part));
      lobe_json_add_string (builder, "mime_type", lobe_part_get_mime_type (part));
      lobe_json_add_string (builder, "path", lobe_part_get_path (part));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  lobe_cli_print (builder);
}

/* What stands for all up to here, where it stands. */
static void
print_summary (LobeChat *chat,
               gboolean  json)
{
  g_autoptr (JsonBuilder) builder = NULL;

  if (!json)
    {
      g_print ("## %s\n\n%s\n\n", _("Summary of what is above"), lobe_chat_get_summary (chat));
      return;
    }

  builder = json_builder_new ();
  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "role", "summary");
  lobe_json_add_string (builder, "text", lobe_chat_get_summary (chat));
  json_builder_end_object (builder);
  lobe_cli_print (builder);
}

static int
print_conversation (LobeChat         *chat,
                    LobeConversation *conversation,
                    gboolean          json)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (conversation));

  lobe_conversation_load (conversation, 0, n);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LobeMessage) message = g_list_model_get_item (G_LIST_MODEL (conversation), i);

      while (!lobe_message_get_loaded (message) && lobe_message_get_error_code (message) < 0)
        g_main_context_iteration (NULL, TRUE);
      if (!lobe_message_get_loaded (message))
        {
          g_printerr ("lobe-chat: %s\n", lobe_message_get_error_text (message));
          return 1;
        }
      if (json)
        print_message_json (message);
      else
        print_message_markdown (message);
      if (lobe_chat_get_summary (chat) != NULL &&
          g_strcmp0 (lobe_chat_get_summary_leaf_id (chat), lobe_message_get_id (message)) == 0)
        print_summary (chat, json);
    }

  return 0;
}

/**
 * lobe_cli_show:
 * @argc: arguments
 * @argv: arguments, the command's name first
 *
 * Prints the active path of a chat.
 *
 * Returns: the exit status
 */
int
lobe_cli_show (int    argc,
               char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GAsyncResult) found = NULL;
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (LobeChat) chat = NULL;
  g_autoptr (LobeConversation) conversation = NULL;
  gboolean json;
  LobeCore *core;
  int status = 0;

  if (!lobe_cli_parse (&argc, &argv, _("ID"), _("Prints a chat."), show_entries, &status))
    return status;
  json = g_strcmp0 (option_format, "json") == 0;
  if (argc != 2 || (option_format != NULL && !json && !g_str_equal (option_format, "markdown")))
    {
      g_printerr ("lobe-chat: %s\n", _("Usage: lobe-chat show [--format markdown|json] ID"));
      return LOBE_CLI_USAGE;
    }

  core = lobe_cli_open (&error);
  if (core == NULL)
    return lobe_cli_fail (error);

  lobe_store_load_chat_async (lobe_core_get_store (core), argv[1], NULL, lobe_cli_result_cb, &found);
  chat = lobe_store_load_chat_finish (lobe_core_get_store (core), lobe_cli_await (&found), &error);
  if (chat != NULL)
    {
      lobe_store_load_conversation_async (lobe_core_get_store (core), argv[1], NULL, lobe_cli_result_cb, &loaded);
      conversation = lobe_store_load_conversation_finish (lobe_core_get_store (core), lobe_cli_await (&loaded), &error);
    }
  if (conversation != NULL)
    {
      if (!json)
        g_print ("# %s\n\n", lobe_chat_get_title (chat) != NULL ? lobe_chat_get_title (chat) : lobe_chat_get_id (chat));
      status = print_conversation (chat, conversation, json);
    }
  else
    status = lobe_cli_fail (error);

  lobe_cli_close (core);

  return status;
}
