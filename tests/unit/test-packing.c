/* test-packing.c: what is sent of a chat, counted, summarised, pinned and kept, with a driver that counts as it is told */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "driver/lobe-token-counter.h"
#include "session/lobe-context-meter.h"
#include "session/lobe-summarise.h"

#include <glib/gstdio.h>
#include <string.h>

#define WINDOW 1000

/* A driver whose tokens are @bytes_per_token bytes, and that answers at once. */
#define TEST_TYPE_DRIVER (test_driver_get_type ())
G_DECLARE_FINAL_TYPE (TestDriver, test_driver, TEST, DRIVER, GObject)

struct _TestDriver
{
  GObject    parent_instance;
  GPtrArray *requests; /* of char *: what was asked, one text a request */
  double     bytes_per_token;
  gint64     read_at_most; /* tokens that it pretends to have read */
  guint      n_counts;
  guint      n_messages;   /* of the last request */
  guint      n_sent;       /* tokens of the last request */
  LobeStopReason reason;
  gboolean   refuses;
};

static const char *
test_driver_get_protocol (LobeDriver *driver)
{
  return "test";
}

static char *
flatten (LobeRequest *request)
{
  GString *text = g_string_new (lobe_request_get_system_prompt (request));
  GPtrArray *messages = lobe_request_get_messages (request);

  for (guint i = 0; i < messages->len; i++)
    g_string_append_printf (text, "\n%s", lobe_message_get_text (messages->pdata[i]));

  return g_string_free_and_steal (text);
}

static gint64
count_tokens (TestDriver  *self,
              LobeRequest *request)
{
  g_autofree char *text = flatten (request);

  return (gint64) ((double) strlen (text) / self->bytes_per_token) + 1;
}

static void
test_driver_chat (LobeDriver   *driver,
                  LobeEndpoint *endpoint,
                  LobeRequest  *request,
                  LobeSink     *sink,
                  GCancellable *cancellable)
{
  TestDriver *self = TEST_DRIVER (driver);
  LobeUsage usage = LOBE_USAGE_UNKNOWN;
  char *text = flatten (request);

  g_ptr_array_add (self->requests, text);
  self->n_messages = lobe_request_get_messages (request)->len;
  self->n_sent = (guint) count_tokens (self, request);
  if (self->refuses)
    {
      g_autoptr (GError) error = g_error_new_literal (LOBE_ERROR, LOBE_ERROR_OVERLOADED, "not now");

      lobe_sink_fail (sink, error);
      return;
    }

  lobe_sink_text (sink, strstr (text, "Summarise the conversation") != NULL ? "They spoke of words." : "An answer. ", -1);
  usage.prompt_tokens = MIN (count_tokens (self, request), self->read_at_most);
  usage.completion_tokens = 3;
  lobe_sink_usage (sink, &usage);
  lobe_sink_done (sink, self->reason);
}

static void
test_driver_list_models (LobeDriver     *driver,
                         LobeEndpoint   *endpoint,
                         LobeModelReply *reply,
                         GCancellable   *cancellable)
{
  lobe_model_reply_done (reply);
}

static void
driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = test_driver_get_protocol;
  iface->chat = test_driver_chat;
  iface->list_models = test_driver_list_models;
}

static void
test_driver_count (LobeTokenCounter *counter,
                   LobeEndpoint     *endpoint,
                   LobeRequest      *request,
                   LobeCountReply   *reply,
                   GCancellable     *cancellable)
{
  TEST_DRIVER (counter)->n_counts++;
  lobe_count_reply_done (reply, count_tokens (TEST_DRIVER (counter), request));
}

static void
counter_init (LobeTokenCounterInterface *iface)
{
  iface->count = test_driver_count;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestDriver, test_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, driver_init)
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_TOKEN_COUNTER, counter_init))

static void
test_driver_finalize (GObject *object)
{
  g_ptr_array_unref (TEST_DRIVER (object)->requests);
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
  self->requests = g_ptr_array_new_with_free_func (g_free);
  self->bytes_per_token = 4.0;
  self->read_at_most = G_MAXINT64;
  self->reason = LOBE_STOP_END;
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
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
add_server (Fixture    *f,
            const char *id,
            const char *url)
{
  g_autoptr (LobeServer) server = lobe_server_new (lobe_core_get_http (f->core), LOBE_DRIVER (f->driver), id, id, url, NULL,
                                                   LOBE_SERVER_SAVED);
  g_autoptr (LobeModelInfo) info = lobe_model_info_new ("model", NULL);
  g_autoptr (GPtrArray) models = g_ptr_array_new ();

  lobe_model_info_set_context_length (info, WINDOW);
  g_ptr_array_add (models, info);
  lobe_server_set_models (server, models);
  lobe_servers_add (lobe_core_get_servers (f->core), server);
}

static void
load_session (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  f->session = lobe_session_new (f->core, f->chat);
  lobe_session_load_async (f->session, NULL, result_cb, &result);
  wait_for (&result);
  g_assert_true (lobe_session_load_finish (f->session, result, &error));
  g_assert_no_error (error);
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  const char *environment[] = { NULL };
  g_autoptr (GAsyncResult) result = NULL;

  f->folder = g_dir_make_tmp ("lobe-packing-XXXXXX", NULL);
  f->core = lobe_core_new (f->folder, f->folder, environment);
  lobe_core_open_async (f->core, NULL, result_cb, &result);
  wait_for (&result);
  g_assert_true (lobe_core_open_finish (f->core, result, NULL));
  f->driver = g_object_new (TEST_TYPE_DRIVER, NULL);
  add_server (f, "here", "http://127.0.0.1:1");
  add_server (f, "elsewhere", "http://192.0.2.1:1");
  f->chat = lobe_core_new_chat (f->core);
  lobe_chat_set_model (f->chat, "here", "model");
  load_session (f);
}

static void
flush (Fixture *f)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  lobe_store_flush_async (lobe_core_get_store (f->core), NULL, result_cb, &result);
  wait_for (&result);
  g_assert_true (lobe_store_flush_finish (lobe_core_get_store (f->core), result, &error));
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
  g_assert_finalize_object (f->driver);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (f->folder);
}

/* The chat as another process would read it. */
static void
reopen (Fixture *f)
{
  g_autofree char *id = g_strdup (lobe_chat_get_id (f->chat));
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (LobeStore) store = NULL;
  g_autoptr (GAsyncResult) opened = NULL;
  LobeChat *chat;

  flush (f);
  g_assert_finalize_object (f->session);
  store = lobe_store_new (f->folder, lobe_core_get_clock (f->core));
  lobe_store_open_async (store, NULL, result_cb, &opened);
  wait_for (&opened);
  lobe_store_load_chat_async (store, id, NULL, result_cb, &result);
  wait_for (&result);
  chat = lobe_store_load_chat_finish (store, result, NULL);
  g_assert_nonnull (chat);
  g_assert_cmpint (lobe_chat_get_context_strategy (chat), ==, lobe_chat_get_context_strategy (f->chat));
  g_assert_cmpuint (lobe_chat_get_context_messages (chat), ==, lobe_chat_get_context_messages (f->chat));
  g_assert_cmpstr (lobe_chat_get_summary (chat), ==, lobe_chat_get_summary (f->chat));
  g_assert_cmpstr (lobe_chat_get_summary_leaf_id (chat), ==, lobe_chat_get_summary_leaf_id (f->chat));
  g_object_unref (chat);
  lobe_store_close (store);
  load_session (f);
}

static LobeMessage *
leaf (Fixture *f)
{
  return lobe_conversation_get_leaf (lobe_session_get_conversation (f->session));
}

/* Sends, waits for the end, and returns how many messages were left out. */
static guint
send (Fixture    *f,
      const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (LobeTurn) turn = NULL;

  g_assert_true (lobe_session_send (f->session, text, NULL, NULL, &error));
  g_assert_no_error (error);
  turn = g_object_ref (lobe_session_get_turn (f->session));
  while (!lobe_turn_get_ended (turn))
    g_main_context_iteration (NULL, TRUE);

  return lobe_turn_get_left_out (turn);
}

static const char *
last_request (Fixture *f)
{
  return f->driver->requests->pdata[f->driver->requests->len - 1];
}

/* Text that is much denser than what was learned from: only the server's own count keeps it within the window. */
static void
test_counted (Fixture       *f,
              gconstpointer  data)
{
  g_autofree char *words = g_strnfill (800, 'x');

  f->driver->bytes_per_token = 6.0;
  for (guint i = 0; i < 8; i++)
    send (f, words); /* one long "word": the estimate is far off, too low */
  g_assert_cmpuint (f->driver->n_sent, <=, WINDOW);

  f->driver->bytes_per_token = 1.5;
  f->driver->n_counts = 0;
  send (f, words);
  g_assert_cmpuint (f->driver->n_counts, >=, 1);
  g_assert_cmpuint (f->driver->n_counts, <=, 6);
  g_assert_cmpuint (f->driver->n_sent, <=, WINDOW);

  /* and text that is much less dense is not left out for that */
  f->driver->bytes_per_token = 12.0;
  f->driver->n_counts = 0;
  send (f, "And?");
  g_assert_cmpuint (f->driver->n_counts, <=, 6);
  g_assert_cmpuint (f->driver->n_sent, <=, WINDOW);
  g_assert_cmpuint (f->driver->n_sent, >, WINDOW / 2);
}

/* One on another machine is not asked: the estimate is corrected by what it reports. */
static void
test_learned (Fixture       *f,
              gconstpointer  data)
{
  LobeContextBook *book = lobe_core_get_context_book (f->core);
  LobeServer *server = lobe_servers_get (lobe_core_get_servers (f->core), "elsewhere");
  double before = lobe_context_book_get_rules (book, f->chat, server, "model").scale;

  lobe_chat_set_model (f->chat, "elsewhere", "model");
  f->driver->bytes_per_token = 2.0;
  for (guint i = 0; i < 12; i++)
    send (f, "Why does the window stutter while the answer comes in, and what can be done against it at all?");
  g_assert_cmpuint (f->driver->n_counts, ==, 0);
  g_assert_cmpfloat (lobe_context_book_get_rules (book, f->chat, server, "model").scale, >, before * 1.3);
  g_assert_cmpuint (f->driver->n_sent, <=, WINDOW);
  g_assert_cmpuint (f->driver->n_sent, >, WINDOW / 2);

  /* and it is remembered */
  flush (f);
  {
    g_autoptr (LobeContextBook) again = lobe_context_book_new (lobe_core_get_store (f->core));

    lobe_context_book_open (again);
    while (lobe_context_book_get_rules (again, f->chat, server, "model").scale == 1.0)
      g_main_context_iteration (NULL, TRUE);
    g_assert_cmpfloat (lobe_context_book_get_rules (again, f->chat, server, "model").scale, >, before * 1.3);
  }
}

static void
test_pinned (Fixture       *f,
             gconstpointer  data)
{
  LobeConversation *conversation;
  g_autofree char *words = g_strnfill (300, ',');

  send (f, "The password is swordfish.");
  lobe_session_set_pinned (f->session, leaf (f), TRUE); /* the answer: its question stays with it */
  reopen (f);
  conversation = lobe_session_get_conversation (f->session);
  {
    g_autoptr (LobeMessage) answer = g_list_model_get_item (G_LIST_MODEL (conversation), 1);

    g_assert_true (lobe_message_get_pinned (answer));
    g_assert_false (lobe_message_get_loaded (answer));
  }

  for (guint i = 0; i < 12; i++)
    send (f, words);
  g_assert_cmpuint (send (f, words), >, 0);
  g_assert_nonnull (strstr (last_request (f), "swordfish"));
}

static void
test_last (Fixture       *f,
           gconstpointer  data)
{
  lobe_chat_set_context (f->chat, LOBE_CONTEXT_LAST, 5);
  for (guint i = 0; i < 5; i++)
    send (f, "Question");
  g_assert_cmpuint (f->driver->n_messages, ==, 5);
  g_assert_cmpuint (send (f, "Question"), ==, 6);
  reopen (f);
}

static void
test_summarised (Fixture       *f,
                 gconstpointer  data)
{
  g_autofree char *words = g_strnfill (250, ',');
  guint n_summaries = 0;

  lobe_chat_set_context (f->chat, LOBE_CONTEXT_SUMMARY, 0);
  for (guint i = 0; i < 24; i++)
    g_assert_cmpuint (send (f, words), ==, 0); /* nothing is lost: the summary stands for it */

  for (guint i = 0; i < f->driver->requests->len; i++)
    n_summaries += strstr (f->driver->requests->pdata[i], "Summarise the conversation") != NULL;
  g_assert_cmpuint (n_summaries, >=, 1);
  g_assert_cmpuint (n_summaries, <, 8); /* not with every question */
  g_assert_cmpstr (lobe_chat_get_summary (f->chat), ==, "They spoke of words.");
  g_assert_nonnull (strstr (last_request (f), "They spoke of words."));

  /* it is kept, and what the person makes of it is sent */
  reopen (f);
  lobe_chat_set_summary (f->chat, "They spoke of commas.", lobe_chat_get_summary_leaf_id (f->chat));
  send (f, "And?");
  g_assert_nonnull (strstr (last_request (f), "They spoke of commas."));
}

static void
test_summary_fails (Fixture       *f,
                    gconstpointer  data)
{
  g_autofree char *words = g_strnfill (250, ',');
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 12; i++)
    send (f, words);
  lobe_chat_set_summary (f->chat, "Old.", "gone");
  f->driver->refuses = TRUE;
  lobe_summarise_async (f->core, f->session, NULL, result_cb, &result);
  wait_for (&result);
  g_assert_false (lobe_summarise_finish (f->session, result, &error));
  g_assert_error (error, LOBE_ERROR, LOBE_ERROR_OVERLOADED);
  g_assert_cmpstr (lobe_chat_get_summary (f->chat), ==, "Old.");

  f->driver->refuses = FALSE;
  g_clear_object (&result);
  g_clear_error (&error);
  lobe_summarise_async (f->core, f->session, NULL, result_cb, &result);
  wait_for (&result);
  g_assert_true (lobe_summarise_finish (f->session, result, &error));
  g_assert_cmpstr (lobe_chat_get_summary (f->chat), ==, "They spoke of words.");
}

/* The answer is whole, but the person hears of it, also after a restart; and what follows is sent all the same. */
static void
test_silent_cut (Fixture       *f,
                 gconstpointer  data)
{
  g_autofree char *id = NULL;
  LobeConversation *conversation;
  LobeMessage *answer;

  lobe_chat_set_model (f->chat, "elsewhere", "model");
  send (f, "Why does the window stutter while the answer comes in, and what can be done against it at all? Say it in a few words.");
  g_assert_cmpint (lobe_message_get_error_code (leaf (f)), ==, -1);
  f->driver->read_at_most = 50;
  send (f, "Then say it again in many words: what is laid out when, which rows change their height, how long each frame takes, "
           "what the list does with rows that are not in view, and who asked for all that; and say what to measure first.");
  answer = leaf (f);
  g_assert_cmpint (lobe_message_get_state (answer), ==, LOBE_MESSAGE_DONE);
  g_assert_cmpint (lobe_message_get_error_code (answer), ==, LOBE_ERROR_CONTEXT_OVERFLOW);
  g_assert_nonnull (strstr (lobe_message_get_error_text (answer), "50"));
  id = g_strdup (lobe_message_get_id (answer));

  reopen (f);
  f->driver->read_at_most = G_MAXINT64;
  send (f, "And?");
  g_assert_cmpuint (f->driver->n_messages, ==, 5);
  conversation = lobe_session_get_conversation (f->session);
  answer = lobe_conversation_get_message (conversation, id);
  g_assert_cmpint (lobe_message_get_error_code (answer), ==, LOBE_ERROR_CONTEXT_OVERFLOW);
  g_assert_cmpint (lobe_message_get_error_code (leaf (f)), ==, -1);
}

/* An answer that failed long ago is no reason not to ask. */
static void
test_failed_before (Fixture       *f,
                    gconstpointer  data)
{
  f->driver->refuses = TRUE;
  send (f, "One");
  g_assert_cmpint (lobe_message_get_state (leaf (f)), ==, LOBE_MESSAGE_FAILED);
  reopen (f);
  f->driver->refuses = FALSE;
  send (f, "Two");
  g_assert_cmpint (lobe_message_get_state (leaf (f)), ==, LOBE_MESSAGE_DONE);
}

static void
count_cb (LobeContextMeter *meter,
          guint            *n)
{
  (*n)++;
}

static void
wait_for_exact (LobeContextMeter *meter)
{
  while (lobe_context_meter_get_fit (meter) == NULL || !lobe_context_meter_get_fit (meter)->exact)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_meter (Fixture       *f,
            gconstpointer  data)
{
  LobeContextMeter *meter = lobe_context_meter_new (f->core);
  guint n_changes = 0;
  gint64 used;

  g_signal_connect (meter, "changed", G_CALLBACK (count_cb), &n_changes);
  lobe_context_meter_set_session (meter, f->session);
  while (n_changes < 2)
    g_main_context_iteration (NULL, TRUE);
  g_assert_null (lobe_context_meter_get_fit (meter)); /* an empty chat has nothing to measure */

  /* a server here is asked, and nothing is sent to be answered */
  lobe_context_meter_set_draft (meter, "Why does the window stutter?", NULL);
  wait_for_exact (meter);
  used = lobe_context_meter_get_fit (meter)->used;
  g_assert_cmpint (used, ==, strlen ("\nWhy does the window stutter?") / 4 + 1);
  g_assert_cmpint (lobe_context_meter_get_fit (meter)->window, ==, WINDOW);
  g_assert_cmpuint (f->driver->requests->len, ==, 0);

  /* every change is estimated; many of them are counted once */
  f->driver->n_counts = 0;
  for (guint i = 0; i < 20; i++)
    lobe_context_meter_set_draft (meter, "Why does the window stutter? Tell me.", NULL);
  while (lobe_context_meter_get_fit (meter)->exact)
    g_main_context_iteration (NULL, TRUE);
  wait_for_exact (meter);
  g_assert_cmpint (lobe_context_meter_get_fit (meter)->used, >, used);
  g_assert_cmpuint (f->driver->n_counts, ==, 1);

  /* the person's own window */
  lobe_context_book_choose (lobe_core_get_context_book (f->core), "here", "model", 500);
  while (lobe_context_meter_get_fit (meter)->window != 500)
    g_main_context_iteration (NULL, TRUE);

  /* unsent words do not leave the machine */
  f->driver->n_counts = 0;
  lobe_chat_set_model (f->chat, "elsewhere", "model");
  n_changes = 0;
  while (n_changes < 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (lobe_context_meter_get_fit (meter)->exact);
  g_assert_cmpint (lobe_context_meter_get_fit (meter)->window, ==, WINDOW);
  {
    gint64 until = g_get_monotonic_time () + 700 * 1000; /* longer than it would wait */

    while (g_get_monotonic_time () < until)
      {
        g_main_context_iteration (NULL, FALSE);
        g_thread_yield ();
      }
  }
  g_assert_cmpuint (f->driver->n_counts, ==, 0);

  lobe_context_meter_set_session (meter, NULL);
  g_assert_null (lobe_context_meter_get_fit (meter));
  g_assert_finalize_object (meter);
}

/* A long chat: what is too old to be sent is not even loaded. */
static void
test_meter_loads_little (Fixture       *f,
                         gconstpointer  data)
{
  g_autofree char *words = g_strnfill (200, ',');
  LobeContextMeter *meter;
  guint n_loaded = 0;
  GListModel *messages;

  for (guint i = 0; i < 60; i++)
    send (f, words);
  reopen (f);
  messages = G_LIST_MODEL (lobe_session_get_conversation (f->session));
  g_assert_cmpuint (g_list_model_get_n_items (messages), ==, 120);

  meter = lobe_context_meter_new (f->core);
  lobe_context_meter_set_session (meter, f->session);
  wait_for_exact (meter);
  g_assert_cmpuint (lobe_context_meter_get_fit (meter)->n_left_out, >, 80);
  for (guint i = 0; i < 120; i++)
    {
      g_autoptr (LobeMessage) message = g_list_model_get_item (messages, i);

      n_loaded += lobe_message_get_loaded (message);
    }
  g_assert_cmpuint (n_loaded, >, 0);
  g_assert_cmpuint (n_loaded, <=, 64);
  lobe_context_meter_set_session (meter, NULL);
  g_assert_finalize_object (meter);
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(name, func) g_test_add ("/packing/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("counted", test_counted);
  ADD ("learned", test_learned);
  ADD ("pinned", test_pinned);
  ADD ("last", test_last);
  ADD ("summarised", test_summarised);
  ADD ("summary-fails", test_summary_fails);
  ADD ("silent-cut", test_silent_cut);
  ADD ("failed-before", test_failed_before);
  ADD ("meter", test_meter);
  ADD ("meter-loads-little", test_meter_loads_little);

  return g_test_run ();
}
