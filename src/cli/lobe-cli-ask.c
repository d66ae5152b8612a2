/* lobe-cli-ask.c: lobe-chat ask: a question in, an answer streaming out */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "cli/lobe-cli.h"

#include "base/lobe-error.h"
#include "session/lobe-session.h"

#include <glib-unix.h>
#include <glib/gi18n.h>

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static char *option_model;
static char *option_server;
static char *option_chat;
static char *option_system;
static char **option_files;
static gboolean option_json;

static GOptionEntry entries[] = {
  { "model", 'm', 0, G_OPTION_ARG_STRING, &option_model, N_("Who answers: a model’s name, or server/name"), N_("MODEL") },
  { "server", 0, 0, G_OPTION_ARG_STRING, &option_server, N_("Only this server answers"), N_("NAME") },
  { "chat", 'c', 0, G_OPTION_ARG_STRING, &option_chat, N_("Go on in this chat"), N_("ID") },
  { "system", 's', 0, G_OPTION_ARG_STRING, &option_system, N_("Instructions before everything"), N_("TEXT") },
  { "file", 'f', 0, G_OPTION_ARG_FILENAME_ARRAY, &option_files, N_("Attach a text file or an image; may be repeated"), N_("FILE") },
  { "json", 'j', 0, G_OPTION_ARG_NONE, &option_json, N_("Print one JSON object a line for each event"), NULL },
  { NULL }
};

typedef struct
{
  LobeSession *session;
  char         last; /* byte printed, to end with a whole line */
  gboolean     busy; /* an activity stands on the terminal's last line */
} Ask;

static JsonBuilder *
begin_event (const char *event)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "event", event);

  return builder;
}

static void
print_event (JsonBuilder *builder)
{
  json_builder_end_object (builder);
  lobe_cli_print (builder);
  fflush (stdout);
}

static void
delta_cb (const LobeDelta *delta,
          gpointer         user_data)
{
  Ask *ask = user_data;

  if (!option_json)
    {
      if (delta->kind == LOBE_DELTA_TEXT && delta->length > 0)
        {
          fwrite (delta->text, 1, delta->length, stdout);
          fflush (stdout);
          ask->last = delta->text[delta->length - 1];
        }
      return;
    }

  if (delta->kind == LOBE_DELTA_TEXT || delta->kind == LOBE_DELTA_REASONING)
    {
      g_autoptr (JsonBuilder) builder = begin_event (delta->kind == LOBE_DELTA_TEXT ? "text" : "reasoning");
      g_autofree char *text = g_strndup (delta->text, delta->length);

      lobe_json_add_string (builder, "text", text);
      print_event (builder);
    }
  else if (delta->kind == LOBE_DELTA_USAGE)
    {
      g_autoptr (JsonBuilder) builder = begin_event ("usage");

      lobe_json_add_int (builder, "prompt_tokens", delta->usage->prompt_tokens);
      lobe_json_add_int (builder, "cached_tokens", delta->usage->cached_tokens);
      lobe_json_add_int (builder, "completion_tokens", delta->usage->completion_tokens);
      lobe_json_add_int (builder, "reasoning_tokens", delta->usage->reasoning_tokens);
      print_event (builder);
    }
}

static void
activity_cb (LobeTurn   *turn,
             GParamSpec *pspec,
             gpointer    user_data)
{
  const char *activity = lobe_turn_get_activity (turn);
  Ask *ask = user_data;

  if (option_json && activity != NULL)
    {
      g_autoptr (JsonBuilder) builder = begin_event ("activity");

      lobe_json_add_string (builder, "text", activity);
      print_event (builder);
    }
  else if (!option_json && isatty (STDERR_FILENO) && (activity != NULL || ask->busy))
    {
      /* one line that changes, as a countdown does, and goes when the answer comes */
      g_printerr ("\r\033[K%s", activity != NULL ? activity : "");
      ask->busy = activity != NULL;
    }
}

static gboolean
interrupt_cb (gpointer user_data)
{
  Ask *ask = user_data;

  lobe_session_stop (ask->session);

  return G_SOURCE_CONTINUE;
}

/* The prompt is what stands on the command line, then what comes on standard input unless that is a terminal. */
static char *
read_prompt (int      argc,
             char   **argv,
             GError **error)
{
  g_autoptr (GString) prompt = g_string_new (NULL);
  struct stat info;

  for (int i = 1; i < argc; i++)
    g_string_append_printf (prompt, "%s%s", i > 1 ? " " : "", argv[i]);

  if (fstat (STDIN_FILENO, &info) == 0 && (S_ISFIFO (info.st_mode) || S_ISREG (info.st_mode) || S_ISSOCK (info.st_mode)))
    {
      char buffer[16384];
      gssize n;

      if (prompt->len > 0)
        g_string_append (prompt, "\n\n");
      while ((n = read (STDIN_FILENO, buffer, sizeof buffer)) > 0)
        g_string_append_len (prompt, buffer, n);
    }

  /* a nul byte, which would hide what follows it, is no text either */
  if (!g_utf8_validate_len (prompt->str, prompt->len, NULL))
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("The question is not UTF-8 text."));
      return NULL;
    }

  return g_strchomp (g_string_free_and_steal (g_steal_pointer (&prompt)));
}

static LobeChat *
find_chat (LobeCore  *core,
           GError   **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (option_chat == NULL)
    return lobe_core_new_chat (core);

  lobe_store_load_chat_async (lobe_core_get_store (core), option_chat, NULL, lobe_cli_result_cb, &result);

  return lobe_store_load_chat_finish (lobe_core_get_store (core), lobe_cli_await (&result), error);
}

static gboolean
choose_model (LobeCore  *core,
              LobeChat  *chat,
              GError   **error)
{
  LobeServers *servers = lobe_core_get_servers (core);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (LobeServer) server = NULL;
  g_autoptr (LobeModelInfo) info = NULL;
  g_autofree char *name = NULL;

  if (option_server != NULL)
    {
      LobeServer *only = lobe_servers_find_named (servers, option_server);

      if (only == NULL || !lobe_server_get_enabled (only))
        {
          g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID,
                       only == NULL ? _("There is no server “%s”.") : _("The server “%s” is switched off."), option_server);
          return FALSE;
        }
      /* without a model, the one that the server takes first */
      name = g_strdup_printf ("%s/%s", lobe_server_get_id (only), option_model != NULL ? option_model : "");
    }
  else if (option_model != NULL)
    name = g_strdup (option_model);
  else if (lobe_chat_get_model (chat) != NULL)
    name = g_strdup_printf ("%s/%s", lobe_chat_get_server (chat), lobe_chat_get_model (chat));

  lobe_servers_find_async (servers, name, NULL, lobe_cli_result_cb, &result);
  server = lobe_servers_find_finish (servers, lobe_cli_await (&result), &info, error);
  if (server == NULL)
    return FALSE;

  lobe_chat_set_model (chat, lobe_server_get_id (server), lobe_model_info_get_id (info));

  return TRUE;
}

static GPtrArray *
attach_files (LobeCore  *core,
              GError   **error)
{
  g_autoptr (GPtrArray) parts = g_ptr_array_new_with_free_func (g_object_unref);
  LobeStore *store = lobe_core_get_store (core);

  for (guint i = 0; option_files != NULL && option_files[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (option_files[i]);
      g_autoptr (GAsyncResult) result = NULL;
      LobePart *part;

      lobe_store_attach_async (store, file, NULL, lobe_cli_result_cb, &result);
      part = lobe_store_attach_finish (store, lobe_cli_await (&result), error);
      if (part == NULL)
        return NULL;
      g_ptr_array_add (parts, part);
    }

  return g_steal_pointer (&parts);
}

static int
report_end (Ask         *ask,
            LobeMessage *message,
            guint        n_left_out)
{
  LobeMessageState state = lobe_message_get_state (message);
  g_autoptr (GError) error = NULL;
  const char *note = NULL;
  int status = 0;

  if (!option_json && ask->last != '\0' && ask->last != '\n')
    g_print ("\n");
  if (!option_json && n_left_out > 0)
    g_printerr (ngettext ("lobe-chat: the oldest message did not fit into the model’s context window and was left out\n",
                          "lobe-chat: the oldest %u messages did not fit into the model’s context window and were left out\n",
                          n_left_out),
                n_left_out);

  /* what an answer that is whole has to be read with, as that the server dropped a part of the question */
  if (state == LOBE_MESSAGE_DONE)
    note = lobe_message_get_error_text (message);
  if (!option_json && note != NULL)
    g_printerr ("lobe-chat: %s\n", note);

  if (state == LOBE_MESSAGE_STOPPED)
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Stopped"));
  else if (state != LOBE_MESSAGE_DONE)
    error = g_error_new_literal (LOBE_ERROR, lobe_message_get_error_code (message), lobe_message_get_error_text (message));
  if (error != NULL)
    status = option_json ? lobe_error_get_exit_code (error) : lobe_cli_fail (error);

  if (option_json)
    {
      g_autoptr (JsonBuilder) builder = begin_event ("end");

      lobe_json_add_string (builder, "state", lobe_message_state_get_nick (state));
      if (error != NULL)
        {
          lobe_json_add_string (builder, "code", lobe_error_get_nick (error));
          lobe_json_add_string (builder, "message", error->message);
        }
      /* of a pool, the member that answered */
      lobe_json_add_string (builder, "server", lobe_message_get_server (message));
      if (lobe_message_get_retry_time (message) > 0)
        lobe_json_add_int (builder, "retry_at", lobe_message_get_retry_time (message) / G_USEC_PER_SEC);
      if (note != NULL)
        lobe_json_add_string (builder, "note", note);
      lobe_json_add_int (builder, "left_out", n_left_out);
      lobe_json_add_boolean (builder, "cut", lobe_message_get_stop_reason (message) == LOBE_STOP_LENGTH);
      print_event (builder);
    }

  return status;
}

static int
ask_in_chat (LobeCore   *core,
             LobeChat   *chat,
             const char *prompt,
             GPtrArray  *attachments)
{
  Ask ask = { lobe_session_new (core, chat), '\0', FALSE };
  g_autoptr (LobeSession) session = ask.session;
  g_autoptr (GAsyncResult) loaded = NULL;
  g_autoptr (GAsyncResult) flushed = NULL;
  g_autoptr (LobeTurn) turn = NULL;
  g_autoptr (GError) error = NULL;
  guint sources[2];
  int status;

  lobe_session_load_async (session, NULL, lobe_cli_result_cb, &loaded);
  if (!lobe_session_load_finish (session, lobe_cli_await (&loaded), &error) ||
      !lobe_session_send (session, prompt, attachments, NULL, &error))
    return lobe_cli_fail (error);

  turn = g_object_ref (lobe_session_get_turn (session));
  lobe_turn_set_delta_func (turn, delta_cb, &ask);
  g_signal_connect (turn, "notify::activity", G_CALLBACK (activity_cb), &ask);
  sources[0] = g_unix_signal_add (SIGINT, interrupt_cb, &ask);
  sources[1] = g_unix_signal_add (SIGTERM, interrupt_cb, &ask);

  if (option_json)
    {
      g_autoptr (JsonBuilder) builder = begin_event ("start");

      lobe_json_add_string (builder, "chat", lobe_chat_get_id (chat));
      lobe_json_add_string (builder, "message", lobe_message_get_id (lobe_turn_get_message (turn)));
      lobe_json_add_string (builder, "server", lobe_chat_get_server (chat));
      lobe_json_add_string (builder, "model", lobe_chat_get_model (chat));
      print_event (builder);
    }

  while (!lobe_turn_get_ended (turn))
    g_main_context_iteration (NULL, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (sources); i++)
    g_source_remove (sources[i]);

  status = report_end (&ask, lobe_turn_get_message (turn), lobe_turn_get_left_out (turn));

  lobe_store_flush_async (lobe_core_get_store (core), NULL, lobe_cli_result_cb, &flushed);
  if (!lobe_store_flush_finish (lobe_core_get_store (core), lobe_cli_await (&flushed), &error))
    status = lobe_cli_fail (error);

  return status;
}

/**
 * lobe_cli_ask:
 * @argc: arguments
 * @argv: arguments, the command's name first
 *
 * Asks a question and streams the answer to standard output; both are kept as a chat.
 *
 * Returns: the exit status
 */
int
lobe_cli_ask (int    argc,
              char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *prompt = NULL;
  g_autoptr (LobeChat) chat = NULL;
  g_autoptr (GPtrArray) attachments = NULL;
  LobeCore *core;
  int status = 0;

  if (!lobe_cli_parse (&argc, &argv, _("[PROMPT]"), _("Asks a question and streams the answer."), entries, &status))
    return status;

  prompt = read_prompt (argc, argv, &error);
  if (prompt == NULL)
    return lobe_cli_fail (error);
  if (*prompt == '\0' && option_files == NULL)
    {
      g_printerr ("lobe-chat: %s\n", _("There is no question: give one as argument or on standard input."));
      return LOBE_CLI_USAGE;
    }

  core = lobe_cli_open (&error);
  if (core == NULL)
    return lobe_cli_fail (error);

  chat = find_chat (core, &error);
  if (chat != NULL && option_system != NULL)
    lobe_chat_set_system_prompt (chat, option_system);
  if (chat == NULL || !choose_model (core, chat, &error) || (attachments = attach_files (core, &error)) == NULL)
    status = lobe_cli_fail (error);
  else
    status = ask_in_chat (core, chat, prompt, attachments);

  lobe_cli_close (core);

  return status;
}
