/* test-failover.c: a chat with two servers of which one breaks: before the first word, in the middle, and for good */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "server/lobe-pool.h"
#include "session/lobe-session.h"

#include "script-server.h"

#include <glib/gstdio.h>
#include <string.h>

#define EVENTS "200 OK\r\nContent-Type: text/event-stream"
#define PIECE(text) "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"" text "\"},\"finish_reason\":null}]}\n\n"
#define ROLE "data: {\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":null},\"finish_reason\":null}]}\n\n"
#define STOP "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"

typedef struct
{
  char         *folder;
  LobeCore     *core;
  LobeChat     *chat;
  LobeSession  *session;
  ScriptServer *first;
  ScriptServer *second;
} Fixture;

static void
keep_result (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
await (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}

static void
add_member (Fixture      *f,
            const char   *id,
            ScriptServer *script)
{
  g_autofree char *url = g_strconcat (script_server_get_url (script), "/v1", NULL);
  g_autoptr (LobeServer) server = g_object_new (LOBE_TYPE_SERVER,
                                                "http", lobe_core_get_http (f->core),
                                                "driver", lobe_driver_registry_lookup (lobe_core_get_drivers (f->core), "openai"),
                                                "id", id,
                                                "name", id,
                                                "base-url", url,
                                                "origin", (guint) LOBE_SERVER_SAVED,
                                                "pool", "desk",
                                                NULL);

  lobe_servers_add (lobe_core_get_servers (f->core), server);
}

static void
load_session (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  f->session = lobe_session_new (f->core, f->chat);
  lobe_session_load_async (f->session, NULL, keep_result, &result);
  lobe_session_load_finish (f->session, await (&result), &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  const char *environment[] = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  f->folder = g_dir_make_tmp ("lobe-failover-XXXXXX", NULL);
  f->core = lobe_core_new (f->folder, f->folder, environment);
  lobe_core_open_async (f->core, NULL, keep_result, &result);
  lobe_core_open_finish (f->core, await (&result), &error);
  g_assert_no_error (error);

  f->first = script_server_new ();
  f->second = script_server_new ();
  add_member (f, "first", f->first);
  add_member (f, "second", f->second);
  f->chat = lobe_core_new_chat (f->core);
  lobe_chat_set_model (f->chat, "pool:desk", "parrot");
  load_session (f);
}

static void
flush (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  lobe_store_flush_async (lobe_core_get_store (f->core), NULL, keep_result, &result);
  lobe_store_flush_finish (lobe_core_get_store (f->core), await (&result), &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", f->folder);

  flush (f);
  g_assert_finalize_object (f->session);
  g_object_unref (f->chat);
  lobe_core_close (f->core);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->core);
  g_clear_pointer (&f->first, script_server_free);
  g_clear_pointer (&f->second, script_server_free);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (f->folder);
}

static LobeMessage *
leaf (Fixture *f)
{
  return lobe_conversation_get_leaf (lobe_session_get_conversation (f->session));
}

static void
wait_for_end (Fixture *f)
{
  while (lobe_session_get_turn (f->session) != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
say (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  lobe_session_send (f->session, "Say something", NULL, NULL, &error);
  g_assert_no_error (error);
  wait_for_end (f);
}

static void
assert_answer (Fixture          *f,
               LobeMessageState  state,
               const char       *text,
               const char       *server)
{
  g_assert_cmpint (lobe_message_get_state (leaf (f)), ==, state);
  g_assert_cmpstr (lobe_message_get_text (leaf (f)), ==, text);
  g_assert_cmpstr (lobe_message_get_server (leaf (f)), ==, server);
  g_assert_cmpstr (lobe_chat_get_server (f->chat), ==, "pool:desk");
}

static guint
count_reachable (Fixture *f)
{
  return lobe_pool_get_n_reachable (LOBE_POOL (lobe_servers_get (lobe_core_get_servers (f->core), "pool:desk")));
}

/* What a member may do before its first word, so that the next is asked and nobody notices. */
typedef struct
{
  const char *name;
  const char *head; /* NULL: it is not there at all */
  const char *body;
  guint       n_reachable;
} Case;

static const Case cases[] = {
  { "gone", NULL, NULL, 1 },
  { "overloaded", "503 Service Unavailable\r\nContent-Type: application/json", "{\"error\":\"busy\"}", 2 },
  { "loading", "503 Service Unavailable\r\nContent-Type: application/json",
    "{\"error\":{\"code\":503,\"message\":\"Loading model\",\"type\":\"unavailable_error\"}}", 1 },
  { "too-many", "429 Too Many\r\nRetry-After: 30\r\nContent-Type: application/json", "{\"error\":\"later\"}", 2 },
  { "closes", EVENTS, "", 1 },
  { "role-only", EVENTS, ROLE, 1 },
  { "another-model", "404 Not Found\r\nContent-Type: application/json",
    "{\"error\":{\"message\":\"The model `parrot` does not exist.\",\"code\":404,\"param\":\"model\"}}", 2 },
};

static void
test_before_first_word (Fixture       *f,
                        gconstpointer  data)
{
  const Case *c = data;
  g_autofree char *id = NULL;

  if (c->head != NULL)
    script_server_reply (f->first, c->head, c->body, -1);
  else
    g_clear_pointer (&f->first, script_server_free);
  script_server_reply (f->second, EVENTS, PIECE ("Here") STOP, -1);
  say (f);
  assert_answer (f, LOBE_MESSAGE_DONE, "Here", "second");
  g_assert_cmpuint (count_reachable (f), ==, c->n_reachable);

  /* and that is what history says, too */
  flush (f);
  id = g_strdup (lobe_message_get_id (leaf (f)));
  g_assert_finalize_object (f->session);
  load_session (f);
  g_assert_cmpstr (lobe_message_get_id (leaf (f)), ==, id);
  lobe_conversation_load (lobe_session_get_conversation (f->session), 0, 2);
  while (!lobe_message_get_loaded (leaf (f)))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (lobe_message_get_server (leaf (f)), ==, "second");
}

static void
test_in_the_middle (Fixture       *f,
                    gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *asked = NULL;

  script_server_reply_chunks (f->first, EVENTS, ROLE PIECE ("Half an ans"), -1);
  say (f);
  assert_answer (f, LOBE_MESSAGE_INTERRUPTED, "Half an ans", "first");
  g_assert_null (script_server_take_request (f->second));
  g_assert_cmpuint (count_reachable (f), ==, 1);

  /* one press, and the other goes on */
  script_server_reply (f->second, EVENTS, PIECE ("wer") STOP, -1);
  lobe_session_continue (f->session, leaf (f), &error);
  g_assert_no_error (error);
  wait_for_end (f);
  g_assert_cmpint (lobe_message_get_state (leaf (f)), ==, LOBE_MESSAGE_DONE);
  g_assert_cmpstr (lobe_message_get_server (leaf (f)), ==, "second");
  asked = script_server_take_request (f->second);
  g_assert_nonnull (strstr (asked, "Half an ans"));
}

static void
test_stays (Fixture       *f,
            gconstpointer  data)
{
  script_server_reply (f->first, EVENTS, PIECE ("One") STOP, -1);
  say (f);
  assert_answer (f, LOBE_MESSAGE_DONE, "One", "first");

  /* the conversation is in its cache */
  script_server_reply (f->first, EVENTS, PIECE ("Two") STOP, -1);
  say (f);
  assert_answer (f, LOBE_MESSAGE_DONE, "Two", "first");
}

static void
test_nobody (Fixture       *f,
             gconstpointer  data)
{
  g_clear_pointer (&f->first, script_server_free);
  g_clear_pointer (&f->second, script_server_free);
  say (f);
  g_assert_cmpint (lobe_message_get_state (leaf (f)), ==, LOBE_MESSAGE_FAILED);
  g_assert_cmpint (lobe_message_get_error_code (leaf (f)), ==, LOBE_ERROR_UNREACHABLE);
  g_assert_cmpuint (count_reachable (f), ==, 0);
}

/* A wait that is too long is for the person to decide on. */
static void
test_much_later (Fixture       *f,
                 gconstpointer  data)
{
  const char *head = "429 Too Many\r\nDate: Tue, 24 Nov 2026 02:00:00 GMT\r\nRetry-After: Tue, 24 Nov 2026 03:00:00 GMT\r\n"
                     "Content-Type: application/json";

  script_server_reply (f->first, head, "{\"error\":\"later\"}", -1);
  script_server_reply (f->second, head, "{\"error\":\"later\"}", -1);
  say (f);
  g_assert_cmpint (lobe_message_get_state (leaf (f)), ==, LOBE_MESSAGE_FAILED);
  g_assert_cmpint (lobe_message_get_error_code (leaf (f)), ==, LOBE_ERROR_RATE_LIMITED);
  g_assert_cmpint (lobe_message_get_retry_time (leaf (f)), >, g_get_real_time () + (gint64) 3500 * G_USEC_PER_SEC);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/failover/before-first-word/", cases[i].name, NULL);

      g_test_add (path, Fixture, &cases[i], set_up, test_before_first_word, tear_down);
    }
  g_test_add ("/failover/in-the-middle", Fixture, NULL, set_up, test_in_the_middle, tear_down);
  g_test_add ("/failover/stays", Fixture, NULL, set_up, test_stays, tear_down);
  g_test_add ("/failover/nobody", Fixture, NULL, set_up, test_nobody, tear_down);
  g_test_add ("/failover/much-later", Fixture, NULL, set_up, test_much_later, tear_down);

  return g_test_run ();
}
