/* test-session.c: send, stop, regenerate, continue and fail, with a driver that does what it is told */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "session/lobe-session.h"
#include "session/lobe-title.h"

#include <glib/gstdio.h>

/* A driver that says what the test tells it to say, when the test says so. */
#define TEST_TYPE_DRIVER (test_driver_get_type ())
G_DECLARE_FINAL_TYPE (TestDriver, test_driver, TEST, DRIVER, GObject)

struct _TestDriver
{
  GObject      parent_instance;
  LobeSink    *sink;
  LobeSink    *earlier;
  LobeRequest *request;
  gboolean     can_prefill;
};

static const char *
test_driver_get_protocol (LobeDriver *driver)
{
  return "test";
}

static gboolean
test_driver_can_prefill (LobeDriver *driver)
{
  return TEST_DRIVER (driver)->can_prefill;
}

static void
test_driver_chat (LobeDriver   *driver,
                  LobeEndpoint *endpoint,
                  LobeRequest  *request,
                  LobeSink     *sink,
                  GCancellable *cancellable)
{
  TestDriver *self = TEST_DRIVER (driver);

  /* of two that run at once the one before is kept, too */
  g_set_object (&self->earlier, self->sink);
  g_set_object (&self->sink, sink);
  g_set_object (&self->request, request);
}

static void
test_driver_list_models (LobeDriver     *driver,
                         LobeEndpoint   *endpoint,
                         LobeModelReply *reply,
                         GCancellable   *cancellable)
{
  g_autoptr (LobeModelInfo) info = lobe_model_info_new ("parrot", NULL);

  lobe_model_reply_add (reply, info);
  lobe_model_reply_done (reply);
}

static void
driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = test_driver_get_protocol;
  iface->can_prefill = test_driver_can_prefill;
  iface->chat = test_driver_chat;
  iface->list_models = test_driver_list_models;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestDriver, test_driver, G_TYPE_OBJECT, G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, driver_init))

static void
test_driver_finalize (GObject *object)
{
  g_clear_object (&TEST_DRIVER (object)->sink);
  g_clear_object (&TEST_DRIVER (object)->earlier);
  g_clear_object (&TEST_DRIVER (object)->request);
  G_OBJECT_CLASS (test_driver_parent_class)->finalize (object);
}

static void
test_driver_class_init (TestDriverClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_driver_finalize;
}

static void
test_driver_init (TestDriver *self)
{
}

typedef struct
{
  char        *folder;
  LobeCore    *core;
  TestDriver  *driver;
  LobeChat    *chat;
  LobeSession *session;
} Fixture;

static void
result_cb (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
open_core (Fixture *f)
{
  const char *environment[] = { NULL };
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (LobeServer) server = NULL;

  f->core = lobe_core_new (f->folder, f->folder, environment);
  lobe_core_open_async (f->core, NULL, result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (lobe_core_open_finish (f->core, result, &error));
  g_assert_no_error (error);

  f->driver = g_object_new (TEST_TYPE_DRIVER, NULL);
  server = lobe_server_new (lobe_core_get_http (f->core), LOBE_DRIVER (f->driver), "test", "Test", "http://127.0.0.1:1",
                            NULL, LOBE_SERVER_SAVED);
  lobe_servers_add (lobe_core_get_servers (f->core), server);
}

static void
load_session (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  f->session = lobe_session_new (f->core, f->chat);
  lobe_session_load_async (f->session, NULL, result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (lobe_session_load_finish (f->session, result, &error));
  g_assert_no_error (error);
}

static void
flush (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  lobe_store_flush_async (lobe_core_get_store (f->core), NULL, result_cb, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (lobe_store_flush_finish (lobe_core_get_store (f->core), result, &error));
  g_assert_no_error (error);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  f->folder = g_dir_make_tmp ("lobe-session-XXXXXX", NULL);
  open_core (f);
  f->chat = lobe_core_new_chat (f->core);
  lobe_chat_set_model (f->chat, "test", "parrot");
  load_session (f);
}

static void
remove_folder (const char *folder)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s'", folder);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  flush (f);
  g_assert_finalize_object (f->session);
  g_object_unref (f->chat);
  lobe_core_close (f->core);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_finalize_object (f->core);
  g_assert_finalize_object (f->driver);
  remove_folder (f->folder);
  g_free (f->folder);
}

static void
wait_for_driver (Fixture *f)
{
  while (f->driver->sink == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
finish (Fixture        *f,
        LobeStopReason  reason)
{
  g_autoptr (LobeTurn) turn = g_object_ref (lobe_session_get_turn (f->session));

  lobe_sink_done (f->driver->sink, reason);
  g_clear_object (&f->driver->sink);
  while (!lobe_turn_get_ended (turn))
    g_main_context_iteration (NULL, TRUE);
}

static LobeMessage *
leaf (Fixture *f)
{
  return lobe_conversation_get_leaf (lobe_session_get_conversation (f->session));
}

static void
send (Fixture    *f,
      const char *text)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (lobe_session_send (f->session, text, NULL, NULL, &error));
  g_assert_no_error (error);
  wait_for_driver (f);
}

static void
test_send (Fixture       *f,
           gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  LobeMessage *answer;

  send (f, "Say *something*");
  answer = leaf (f);
  g_assert_cmpstr (lobe_chat_get_title (f->chat), ==, "Say *something*");
  g_assert_true (lobe_chat_get_answering (f->chat));
  g_assert_cmpint (lobe_message_get_state (answer), ==, LOBE_MESSAGE_STREAMING);
  g_assert_cmpuint (lobe_request_get_messages (f->driver->request)->len, ==, 1);

  g_assert_false (lobe_session_send (f->session, "too early", NULL, NULL, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_BUSY);

  lobe_sink_reasoning (f->driver->sink, "hm", -1);
  lobe_sink_text (f->driver->sink, "Some", -1);
  lobe_sink_text (f->driver->sink, "thing\n\nelse", -1);
  finish (f, LOBE_STOP_END);
  g_assert_cmpstr (lobe_message_get_text (answer), ==, "Something\n\nelse");
  g_assert_cmpint (lobe_message_get_state (answer), ==, LOBE_MESSAGE_DONE);
  g_assert_cmpuint (lobe_message_get_n_blocks (answer), ==, 2);
  g_assert_false (lobe_chat_get_answering (f->chat));
  g_assert_null (lobe_session_get_turn (f->session));

  /* the next question brings what was said, thoughts left out */
  send (f, "More");
  g_assert_cmpuint (lobe_request_get_messages (f->driver->request)->len, ==, 3);
  finish (f, LOBE_STOP_END);
}

/* What a provider wants back stays with the reasoning, or with the text where there is none, also after a restart. */
static void
test_signature (Fixture       *f,
                gconstpointer  data)
{
  GPtrArray *messages;

  send (f, "One");
  lobe_sink_reasoning (f->driver->sink, "hm", -1);
  lobe_sink_signature (f->driver->sink, LOBE_DELTA_NO_CALL, "p first");
  lobe_sink_text (f->driver->sink, "Answer", -1);
  lobe_sink_signature (f->driver->sink, LOBE_DELTA_NO_CALL, "p both");
  lobe_sink_tool_call (f->driver->sink, 0, "c", "f", "{}", -1);
  lobe_sink_signature (f->driver->sink, 0, "p call");
  finish (f, LOBE_STOP_END);

  send (f, "Two");
  lobe_sink_text (f->driver->sink, "Again", -1);
  lobe_sink_signature (f->driver->sink, LOBE_DELTA_NO_CALL, "p text");
  finish (f, LOBE_STOP_END);

  send (f, "Three");
  lobe_sink_signature (f->driver->sink, LOBE_DELTA_NO_CALL, "p alone");
  finish (f, LOBE_STOP_END);
  flush (f);

  g_assert_finalize_object (f->session);
  load_session (f);
  send (f, "Four");
  messages = lobe_request_get_messages (f->driver->request);
  g_assert_cmpstr (lobe_part_get_signature (lobe_message_get_part (messages->pdata[1], LOBE_PART_REASONING)), ==, "p both");
  g_assert_null (lobe_part_get_signature (lobe_message_get_part (messages->pdata[1], LOBE_PART_TEXT)));
  g_assert_cmpstr (lobe_part_get_signature (lobe_message_get_part (messages->pdata[3], LOBE_PART_TEXT)), ==, "p text");
  g_assert_null (lobe_message_get_part (messages->pdata[3], LOBE_PART_REASONING));
  finish (f, LOBE_STOP_END);
}

static void
test_survives (Fixture       *f,
               gconstpointer  data)
{
  g_autofree char *id = NULL;

  send (f, "Question");
  lobe_sink_text (f->driver->sink, "Answer", -1);
  finish (f, LOBE_STOP_END);
  flush (f);
  id = g_strdup (lobe_message_get_id (leaf (f)));

  g_assert_finalize_object (f->session);
  load_session (f);
  g_assert_cmpstr (lobe_message_get_id (leaf (f)), ==, id);
  g_assert_false (lobe_message_get_loaded (leaf (f)));

  /* the history is loaded for the request */
  send (f, "And?");
  g_assert_cmpuint (lobe_request_get_messages (f->driver->request)->len, ==, 3);
  g_assert_cmpstr (lobe_message_get_text (lobe_request_get_messages (f->driver->request)->pdata[1]), ==, "Answer");
  finish (f, LOBE_STOP_END);
}

static void
test_stop (Fixture       *f,
           gconstpointer  data)
{
  send (f, "Question");
  lobe_sink_text (f->driver->sink, "Half an ans", -1);
  lobe_session_stop (f->session);
  g_assert_cmpint (lobe_message_get_state (leaf (f)), ==, LOBE_MESSAGE_STOPPED);
  g_assert_cmpstr (lobe_message_get_text (leaf (f)), ==, "Half an ans");
  lobe_sink_text (f->driver->sink, "too late", -1);
  g_assert_cmpstr (lobe_message_get_text (leaf (f)), ==, "Half an ans");
  g_assert_null (lobe_session_get_turn (f->session));
}

static void
test_interrupted_and_continued (Fixture       *f,
                                gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  LobeMessage *answer;

  f->driver->can_prefill = TRUE;
  send (f, "Question");
  lobe_sink_text (f->driver->sink, "Half an ans", -1);
  g_clear_object (&f->driver->sink); /* dropped: the stream broke off */
  while (lobe_session_get_turn (f->session) != NULL)
    g_main_context_iteration (NULL, TRUE);
  answer = leaf (f);
  g_assert_cmpint (lobe_message_get_state (answer), ==, LOBE_MESSAGE_INTERRUPTED);

  g_assert_true (lobe_session_continue (f->session, answer, &error));
  g_assert_no_error (error);
  wait_for_driver (f);
  g_assert_true (leaf (f) == answer);
  g_assert_true (lobe_request_get_prefill (f->driver->request));
  g_assert_cmpuint (lobe_request_get_messages (f->driver->request)->len, ==, 2);
  lobe_sink_text (f->driver->sink, "wer.", -1);
  finish (f, LOBE_STOP_END);
  g_assert_cmpstr (lobe_message_get_text (answer), ==, "Half an answer.");
  g_assert_cmpint (lobe_message_get_state (answer), ==, LOBE_MESSAGE_DONE);
  g_assert_cmpint (lobe_message_get_error_code (answer), ==, -1);

  /* and that is what is on disk */
  flush (f);
  g_assert_finalize_object (f->session);
  load_session (f);
  lobe_conversation_load (lobe_session_get_conversation (f->session), 0, 2);
  while (!lobe_message_get_loaded (leaf (f)))
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (lobe_message_get_text (leaf (f)), ==, "Half an answer.");
  g_assert_cmpint (lobe_message_get_state (leaf (f)), ==, LOBE_MESSAGE_DONE);
}

static void
test_continued_by_asking (Fixture       *f,
                          gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  send (f, "Question");
  lobe_sink_text (f->driver->sink, "Half", -1);
  lobe_session_stop (f->session);
  g_clear_object (&f->driver->sink);
  g_assert_true (lobe_session_continue (f->session, leaf (f), &error));
  wait_for_driver (f);
  g_assert_cmpuint (lobe_request_get_messages (f->driver->request)->len, ==, 3);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (lobe_session_get_conversation (f->session))), ==, 4);
  finish (f, LOBE_STOP_END);
}

static void
test_regenerate (Fixture       *f,
                 gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  LobeConversation *conversation = lobe_session_get_conversation (f->session);
  g_autoptr (LobeMessage) first = NULL;

  send (f, "Question");
  lobe_sink_text (f->driver->sink, "First", -1);
  finish (f, LOBE_STOP_END);
  first = g_object_ref (leaf (f));

  g_assert_true (lobe_session_regenerate (f->session, first, NULL, &error));
  wait_for_driver (f);
  g_assert_true (leaf (f) != first);
  lobe_sink_text (f->driver->sink, "Second", -1);
  finish (f, LOBE_STOP_END);
  g_assert_cmpuint (lobe_conversation_count_siblings (conversation, leaf (f), NULL), ==, 2);

  lobe_session_select (f->session, first);
  flush (f);
  g_assert_true (leaf (f) == first);
}

static void
test_failed_and_retried (Fixture       *f,
                         gconstpointer  data)
{
  g_autoptr (GError) busy = g_error_new_literal (LOBE_ERROR, LOBE_ERROR_OVERLOADED, "too busy");
  g_autoptr (GError) error = NULL;
  LobeMessage *answer;

  send (f, "Question");
  lobe_sink_fail (f->driver->sink, busy);
  g_clear_object (&f->driver->sink);
  while (lobe_session_get_turn (f->session) != NULL)
    g_main_context_iteration (NULL, TRUE);
  answer = leaf (f);
  g_assert_cmpint (lobe_message_get_state (answer), ==, LOBE_MESSAGE_FAILED);
  g_assert_cmpint (lobe_message_get_error_code (answer), ==, LOBE_ERROR_OVERLOADED);
  g_assert_cmpstr (lobe_message_get_error_text (answer), ==, "too busy");

  g_assert_true (lobe_session_regenerate (f->session, answer, NULL, &error));
  wait_for_driver (f);
  g_assert_true (leaf (f) == answer);
  lobe_sink_text (f->driver->sink, "Here", -1);
  finish (f, LOBE_STOP_END);
  g_assert_cmpint (lobe_message_get_state (answer), ==, LOBE_MESSAGE_DONE);
  g_assert_null (lobe_message_get_error_text (answer));
}

static void
test_title (Fixture       *f,
            gconstpointer  data)
{
  const char *rows[][2] = {
    { "Title: \"Primary colours.\"\nSure!", "Primary colours" },
    { "**三原色**", "三原色" },
    { "\n\n# Colours", "Colours" },
    { " \"\" ", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *clean = lobe_title_clean (rows[i][0]);

      g_assert_cmpstr (clean, ==, rows[i][1]);
    }

  lobe_session_set_writes_titles (f->session, TRUE);
  send (f, "Name three colours");
  lobe_sink_text (f->driver->sink, "Red, yellow, blue.", -1);
  finish (f, LOBE_STOP_END);
  wait_for_driver (f);
  g_assert_cmpint (lobe_request_get_max_tokens (f->driver->request), <, 100);
  lobe_sink_text (f->driver->sink, "Three colours", -1);
  lobe_sink_done (f->driver->sink, LOBE_STOP_END);
  g_clear_object (&f->driver->sink);
  while (lobe_chat_get_title_source (f->chat) != LOBE_TITLE_MODEL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (lobe_chat_get_title (f->chat), ==, "Three colours");

  /* only once */
  send (f, "More");
  finish (f, LOBE_STOP_END);
  g_assert_null (f->driver->sink);
}

static void
test_title_gives_way (Fixture       *f,
                      gconstpointer  data)
{
  g_autoptr (GError) error = NULL;
  LobeRequest *title;

  lobe_session_set_writes_titles (f->session, TRUE);
  send (f, "Name three colours");
  finish (f, LOBE_STOP_END);
  wait_for_driver (f);
  title = f->driver->request;
  g_assert_true (lobe_session_send (f->session, "And green?", NULL, NULL, &error));
  while (f->driver->request == title)
    g_main_context_iteration (NULL, TRUE);
  lobe_sink_text (f->driver->sink, "Green.", -1);
  finish (f, LOBE_STOP_END);
  g_assert_cmpstr (lobe_chat_get_title (f->chat), ==, "Name three colours");
}

static void
test_without_a_model (Fixture       *f,
                      gconstpointer  data)
{
  g_autoptr (GError) error = NULL;

  lobe_chat_set_model (f->chat, NULL, NULL);
  g_assert_false (lobe_session_send (f->session, "Hello", NULL, NULL, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND);
  g_clear_error (&error);
  lobe_chat_set_model (f->chat, "gone", "parrot");
  g_assert_false (lobe_session_send (f->session, "Hello", NULL, NULL, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_MODEL_NOT_FOUND);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (lobe_session_get_conversation (f->session))), ==, 0);
}

/* Two models answer one question: siblings, each with its own model, neither in the other's history; stopped together. */
static void
test_compare (Fixture       *f,
              gconstpointer  data)
{
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GError) error = NULL;
  LobeConversation *conversation = lobe_session_get_conversation (f->session);
  LobeMessage *first, *second;
  guint position;

  for (guint i = 0; i < 2; i++)
    {
      LobeModelInfo *info = lobe_model_info_new (i == 0 ? "parrot" : "cockatoo", NULL);

      lobe_model_info_set_server (info, "test");
      g_ptr_array_add (models, info);
    }

  send (f, "Before");
  finish (f, LOBE_STOP_END);

  g_assert_true (lobe_session_send (f->session, "Which of you?", NULL, models, &error));
  g_assert_no_error (error);
  while (f->driver->earlier == NULL || f->driver->sink == NULL)
    g_main_context_iteration (NULL, TRUE);

  first = leaf (f);
  g_assert_cmpstr (lobe_message_get_model (first), ==, "parrot");
  g_assert_cmpuint (lobe_conversation_count_siblings (conversation, first, &position), ==, 2);
  second = lobe_conversation_get_sibling (conversation, first, 1);
  g_assert_cmpstr (lobe_message_get_model (second), ==, "cockatoo");
  g_assert_cmpstr (lobe_request_get_model (f->driver->request), ==, "cockatoo");
  g_assert_cmpuint (lobe_request_get_messages (f->driver->request)->len, ==, 2); /* the empty answer before is no message */
  g_assert_false (lobe_session_send (f->session, "too early", NULL, NULL, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_BUSY);

  lobe_sink_text (f->driver->earlier, "I", -1);
  lobe_sink_text (f->driver->sink, "No, I", -1);
  lobe_sink_done (f->driver->earlier, LOBE_STOP_END);
  while (lobe_message_get_state (first) == LOBE_MESSAGE_STREAMING)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (lobe_session_get_turn (f->session)); /* the other one runs on */
  g_assert_true (lobe_chat_get_answering (f->chat));

  lobe_session_stop (f->session);
  g_assert_null (lobe_session_get_turn (f->session));
  g_assert_false (lobe_chat_get_answering (f->chat));
  g_assert_cmpstr (lobe_message_get_text (first), ==, "I");
  g_assert_cmpstr (lobe_message_get_text (second), ==, "No, I");
  g_assert_cmpint (lobe_message_get_state (second), ==, LOBE_MESSAGE_STOPPED);
  g_clear_object (&f->driver->sink);
  g_clear_object (&f->driver->earlier);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(name, func) g_test_add ("/session/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("compare", test_compare);
  ADD ("send", test_send);
  ADD ("signature", test_signature);
  ADD ("survives", test_survives);
  ADD ("stop", test_stop);
  ADD ("interrupted-and-continued", test_interrupted_and_continued);
  ADD ("continued-by-asking", test_continued_by_asking);
  ADD ("regenerate", test_regenerate);
  ADD ("failed-and-retried", test_failed_and_retried);
  ADD ("title", test_title);
  ADD ("title-gives-way", test_title_gives_way);
  ADD ("without-a-model", test_without_a_model);

  return g_test_run ();
}
