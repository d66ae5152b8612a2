/* test-pool.c: which member is asked, what happens when it fails, and who waits how long */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "driver/lobe-load-gauge.h"
#include "server/lobe-pool.h"
#include "server/lobe-servers.h"
#include "session/lobe-attempt.h"

/* What each server does is set by the test, under the server's name. */
typedef struct
{
  GError    *refusal;
  gboolean   down;     /* when it is asked for its models */
  gboolean   lacks;
  gint64     load;     /* -1: does not tell */
  guint      n_asked;
  guint      n_checked;
  GPtrArray *sinks;    /* of who waits for an answer */
} Behaviour;

#define TEST_TYPE_DRIVER (test_driver_get_type ())
G_DECLARE_FINAL_TYPE (TestDriver, test_driver, TEST, DRIVER, GObject)

struct _TestDriver
{
  GObject     parent_instance;
  GHashTable *behaviours;
};

static Behaviour *
behave (TestDriver *self,
        const char *name)
{
  Behaviour *behaviour = g_hash_table_lookup (self->behaviours, name);

  if (behaviour == NULL)
    {
      behaviour = g_new0 (Behaviour, 1);
      behaviour->load = -1;
      behaviour->sinks = g_ptr_array_new_with_free_func (g_object_unref);
      g_hash_table_insert (self->behaviours, g_strdup (name), behaviour);
    }

  return behaviour;
}

static void
behaviour_free (gpointer data)
{
  Behaviour *behaviour = data;

  g_clear_error (&behaviour->refusal);
  g_ptr_array_unref (behaviour->sinks);
  g_free (behaviour);
}

static const char *
test_driver_get_protocol (LobeDriver *driver)
{
  return "test";
}

static void
test_driver_chat (LobeDriver   *driver,
                  LobeEndpoint *endpoint,
                  LobeRequest  *request,
                  LobeSink     *sink,
                  GCancellable *cancellable)
{
  Behaviour *behaviour = behave (TEST_DRIVER (driver), lobe_endpoint_get_name (endpoint));

  behaviour->n_asked++;
  if (behaviour->refusal != NULL)
    lobe_sink_fail (sink, behaviour->refusal);
  else
    g_ptr_array_add (behaviour->sinks, g_object_ref (sink));
}

static void
test_driver_list_models (LobeDriver     *driver,
                         LobeEndpoint   *endpoint,
                         LobeModelReply *reply,
                         GCancellable   *cancellable)
{
  Behaviour *behaviour = behave (TEST_DRIVER (driver), lobe_endpoint_get_name (endpoint));
  g_autoptr (LobeModelInfo) info = lobe_model_info_new (behaviour->lacks ? "another" : "parrot", NULL);

  behaviour->n_checked++;
  if (behaviour->down)
    {
      g_autoptr (GError) error = g_error_new_literal (LOBE_ERROR, LOBE_ERROR_UNREACHABLE, "nobody there");

      lobe_model_reply_fail (reply, error);
      return;
    }
  lobe_model_info_set_context_length (info, g_str_equal (lobe_endpoint_get_name (endpoint), "a") ? 8192 : 4096);
  lobe_model_reply_add (reply, info);
  lobe_model_reply_done (reply);
}

static void
test_driver_measure (LobeLoadGauge  *gauge,
                     LobeEndpoint   *endpoint,
                     const char     *model,
                     LobeCountReply *reply,
                     GCancellable   *cancellable)
{
  Behaviour *behaviour = behave (TEST_DRIVER (gauge), lobe_endpoint_get_name (endpoint));
  g_autoptr (GError) error = g_error_new_literal (LOBE_ERROR, LOBE_ERROR_UNSUPPORTED, "does not tell");

  if (behaviour->load >= 0)
    lobe_count_reply_done (reply, behaviour->load);
  else
    lobe_count_reply_fail (reply, error);
}

static void
driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = test_driver_get_protocol;
  iface->chat = test_driver_chat;
  iface->list_models = test_driver_list_models;
}

static void
gauge_init (LobeLoadGaugeInterface *iface)
{
  iface->measure = test_driver_measure;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestDriver, test_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, driver_init)
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_LOAD_GAUGE, gauge_init))

static void
test_driver_finalize (GObject *object)
{
  g_hash_table_unref (TEST_DRIVER (object)->behaviours);
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
  self->behaviours = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, behaviour_free);
}

typedef struct
{
  LobeClock   *clock;
  LobeHttp    *http;
  TestDriver  *driver;
  LobeServers *servers;
  LobePool    *pool;
} Fixture;

/* An attempt to have something answered, and what became of it. */
typedef struct
{
  LobeAttempt    *attempt;
  GCancellable   *cancellable;
  GString        *text;
  GString        *servers;
  GString        *activities;
  GError         *error;
  gboolean        ended;
} Question;

static void
settle (void)
{
  while (g_main_context_iteration (NULL, FALSE))
    ;
}

static void
pass (Fixture *f,
      double   seconds)
{
  lobe_clock_advance (f->clock, (gint64) (seconds * G_USEC_PER_SEC));
  settle ();
}

static LobeServer *
add_server (Fixture    *f,
            const char *name,
            const char *pool)
{
  g_autoptr (LobeServer) server = g_object_new (LOBE_TYPE_SERVER,
                                                "http", f->http,
                                                "driver", f->driver,
                                                "id", name,
                                                "name", name,
                                                "base-url", "http://127.0.0.1:1",
                                                "origin", (guint) LOBE_SERVER_SAVED,
                                                "pool", pool,
                                                NULL);

  lobe_servers_add (f->servers, server);

  return server;
}

static void
refreshed (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  lobe_server_refresh_finish (LOBE_SERVER (object), result, NULL);
}

static void
refresh (LobeServer *server)
{
  lobe_server_refresh_async (server, NULL, refreshed, NULL);
  settle ();
}

static void
set_up (Fixture       *f,
        gconstpointer  data)
{
  g_autoptr (LobeDriverRegistry) drivers = lobe_driver_registry_new ();

  f->clock = lobe_clock_new_fake (1, 1);
  lobe_clock_advance (f->clock, G_USEC_PER_SEC);
  f->http = lobe_http_new (NULL, NULL);
  f->driver = g_object_new (TEST_TYPE_DRIVER, NULL);
  f->servers = lobe_servers_new (f->http, drivers);
  add_server (f, "a", "desk");
  add_server (f, "b", "desk");
  f->pool = LOBE_POOL (lobe_servers_get (f->servers, "pool:desk"));
  refresh (LOBE_SERVER (f->pool));
}

static void
tear_down (Fixture       *f,
           gconstpointer  data)
{
  settle ();
  g_assert_finalize_object (f->servers);
  g_assert_finalize_object (f->driver);
  g_object_unref (f->http);
  g_assert_finalize_object (f->clock);
}

static Behaviour *
does (Fixture    *f,
      const char *name)
{
  return behave (f->driver, name);
}

static void
refuses (Fixture    *f,
         const char *name,
         LobeError   code,
         gint64      retry_after)
{
  Behaviour *behaviour = does (f, name);

  g_clear_error (&behaviour->refusal);
  behaviour->refusal = g_error_new (LOBE_ERROR, code, "%s refuses", name);
  lobe_error_set_retry_after (behaviour->refusal, retry_after);
}

static void
accepts (Fixture    *f,
         const char *name)
{
  g_clear_error (&does (f, name)->refusal);
}

static void
ended_cb (GObject      *object,
          GAsyncResult *result,
          gpointer      user_data)
{
  Question *question = user_data;

  lobe_attempt_ask_finish (LOBE_ATTEMPT (object), result, &question->error);
  question->ended = TRUE;
}

static void
delta_cb (const LobeDelta *delta,
          gpointer         user_data)
{
  Question *question = user_data;

  if (delta->kind == LOBE_DELTA_TEXT)
    g_string_append_len (question->text, delta->text, (gssize) delta->length);
}

static void
prepared_cb (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  Question *question = user_data;
  g_autoptr (LobeRequest) request = lobe_request_new ("parrot");

  if (lobe_attempt_prepare_finish (LOBE_ATTEMPT (object), result, &question->error))
    lobe_attempt_ask_async (LOBE_ATTEMPT (object), request, delta_cb, question, question->cancellable, ended_cb, question);
  else
    question->ended = TRUE;
}

static void
server_cb (LobeAttempt *attempt,
           GParamSpec  *pspec,
           Question    *question)
{
  g_string_append (question->servers, lobe_server_get_name (lobe_attempt_get_server (attempt)));
}

static void
activity_cb (LobeAttempt *attempt,
             GParamSpec  *pspec,
             Question    *question)
{
  if (lobe_attempt_get_activity (attempt) != NULL)
    g_string_append_printf (question->activities, "%s|", lobe_attempt_get_activity (attempt));
}

static Question *
ask (Fixture    *f,
     LobeServer *server,
     const char *preferred)
{
  Question *question = g_new0 (Question, 1);

  question->attempt = lobe_attempt_new (f->clock, server, "parrot", preferred);
  question->cancellable = g_cancellable_new ();
  question->text = g_string_new (NULL);
  question->servers = g_string_new (NULL);
  question->activities = g_string_new (NULL);
  g_signal_connect (question->attempt, "notify::server", G_CALLBACK (server_cb), question);
  g_signal_connect (question->attempt, "notify::activity", G_CALLBACK (activity_cb), question);
  lobe_attempt_prepare_async (question->attempt, question->cancellable, prepared_cb, question);
  settle ();

  return question;
}

static Question *
ask_pool (Fixture    *f,
          const char *preferred)
{
  return ask (f, LOBE_SERVER (f->pool), preferred);
}

static void
question_free (Question *question)
{
  settle ();
  g_assert_true (question->ended);
  g_assert_finalize_object (question->attempt);
  g_object_unref (question->cancellable);
  g_string_free (question->text, TRUE);
  g_string_free (question->servers, TRUE);
  g_string_free (question->activities, TRUE);
  g_clear_error (&question->error);
  g_free (question);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Question, question_free)

/* The oldest question that waits at a server gets its answer. */
static void
answer (Fixture    *f,
        const char *name)
{
  Behaviour *behaviour = does (f, name);
  g_autoptr (LobeSink) sink = NULL;

  g_assert_cmpuint (behaviour->sinks->len, >, 0);
  sink = g_ptr_array_steal_index (behaviour->sinks, 0);
  lobe_sink_text (sink, name, -1);
  lobe_sink_done (sink, LOBE_STOP_END);
  settle ();
}

static void
assert_answered (Question   *question,
                 const char *text)
{
  g_assert_true (question->ended);
  g_assert_no_error (question->error);
  g_assert_cmpstr (question->text->str, ==, text);
}

static LobeServer *
member (Fixture    *f,
        const char *name)
{
  return lobe_servers_get (f->servers, name);
}

/* the list */

static void
test_one_server (Fixture       *f,
                 gconstpointer  data)
{
  LobeServer *pool = LOBE_SERVER (f->pool);
  g_autoptr (LobeAccount) account = NULL;

  g_assert_cmpstr (lobe_server_get_name (pool), ==, "desk");
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->servers)), ==, 3);
  g_assert_cmpuint (lobe_pool_get_n_members (f->pool), ==, 2);
  g_assert_cmpint (lobe_server_get_state (pool), ==, LOBE_SERVER_ONLINE);
  g_assert_cmpuint (g_list_model_get_n_items (lobe_server_get_models (pool)), ==, 1);
  /* what holds wherever it goes */
  g_assert_cmpint (lobe_model_info_get_context_length (lobe_server_find_model (pool, "parrot")), ==, 4096);
  g_assert_cmpstr (lobe_model_info_get_server (lobe_server_find_model (pool, "parrot")), ==, "pool:desk");
  g_assert_true (lobe_server_is_local (pool));
  g_assert_cmpint (lobe_server_get_origin (pool), ==, LOBE_SERVER_POOLED); /* and so never kept */

  lobe_servers_remove (f->servers, member (f, "a"));
  g_assert_cmpuint (lobe_pool_get_n_members (f->pool), ==, 1);
  lobe_servers_remove (f->servers, member (f, "b"));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (f->servers)), ==, 0);
  add_server (f, "a", "desk");
  g_assert_nonnull (lobe_servers_get (f->servers, "pool:desk"));

  /* what the person changes of an account counts at once */
  account = lobe_account_copy (lobe_server_get_account (member (f, "a")));
  g_set_str (&account->pool, "cellar");
  lobe_server_set_account (member (f, "a"), lobe_server_get_driver (member (f, "a")), account);
  lobe_servers_save (f->servers, member (f, "a"));
  g_assert_null (lobe_servers_get (f->servers, "pool:desk"));
  g_assert_nonnull (lobe_servers_get (f->servers, "pool:cellar"));
  account->enabled = FALSE;
  lobe_server_set_account (member (f, "a"), lobe_server_get_driver (member (f, "a")), account);
  lobe_servers_save (f->servers, member (f, "a"));
  g_assert_null (lobe_servers_get (f->servers, "pool:cellar"));
}

static void
keep_result (GObject      *object,
             GAsyncResult *result,
             gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static void
test_found (Fixture       *f,
            gconstpointer  data)
{
  static const struct
  {
    const char *words;
    const char *server;
  } rows[] = { { "parrot", "pool:desk" }, { "desk/parrot", "pool:desk" }, { "b/parrot", "b" } };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (LobeServer) server = NULL;
      g_autoptr (GError) error = NULL;

      lobe_servers_find_async (f->servers, rows[i].words, NULL, keep_result, &result);
      while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
      server = lobe_servers_find_finish (f->servers, result, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (lobe_server_get_id (server), ==, rows[i].server);
    }
}

/* choosing */

static void
test_least_busy (Fixture       *f,
                 gconstpointer  data)
{
  g_autoptr (Question) first = NULL;
  g_autoptr (Question) second = NULL;

  does (f, "a")->load = 3;
  does (f, "b")->load = 1;
  first = ask_pool (f, NULL);
  g_assert_cmpstr (first->servers->str, ==, "b");
  answer (f, "b");
  assert_answered (first, "b");

  does (f, "b")->load = 4;
  second = ask_pool (f, NULL);
  answer (f, "a");
  assert_answered (second, "a");
}

/* Four who come at once see each other, though no server tells how busy it is. */
static void
test_four_at_once (Fixture       *f,
                   gconstpointer  data)
{
  Question *questions[4];

  for (guint i = 0; i < 4; i++)
    questions[i] = ask_pool (f, NULL);
  g_assert_cmpuint (does (f, "a")->n_asked, ==, 2);
  g_assert_cmpuint (does (f, "b")->n_asked, ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      answer (f, "a");
      answer (f, "b");
    }
  for (guint i = 0; i < 4; i++)
    question_free (questions[i]);
}

static void
test_sticky (Fixture       *f,
             gconstpointer  data)
{
  g_autoptr (Question) other = NULL;
  g_autoptr (Question) same = NULL;
  g_autoptr (Question) elsewhere = NULL;

  /* as busy as the other and one more: the cache is worth it */
  does (f, "a")->load = 0;
  does (f, "b")->load = 0;
  other = ask_pool (f, "b");
  g_assert_cmpstr (other->servers->str, ==, "b");
  same = ask_pool (f, "b");
  g_assert_cmpstr (same->servers->str, ==, "b");

  /* clearly busier: it is not */
  does (f, "b")->load = 2;
  elsewhere = ask_pool (f, "b");
  g_assert_cmpstr (elsewhere->servers->str, ==, "a");
  answer (f, "b");
  answer (f, "b");
  answer (f, "a");
}

static void
test_lacks_model (Fixture       *f,
                  gconstpointer  data)
{
  g_autoptr (Question) question = NULL;

  does (f, "a")->lacks = TRUE;
  does (f, "b")->load = 10;
  refresh (member (f, "a"));
  question = ask_pool (f, "a");
  answer (f, "b");
  assert_answered (question, "b");
  g_assert_cmpuint (does (f, "a")->n_asked, ==, 0);
}

/* failing over */

static void
test_fails_over (Fixture       *f,
                 gconstpointer  data)
{
  static const LobeError codes[] = { LOBE_ERROR_UNREACHABLE, LOBE_ERROR_OVERLOADED, LOBE_ERROR_LOADING,
                                     LOBE_ERROR_INTERRUPTED, LOBE_ERROR_SERVER, LOBE_ERROR_MODEL_NOT_FOUND };

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    {
      g_autoptr (Question) question = NULL;

      refuses (f, "a", codes[i], -1);
      question = ask_pool (f, "a");
      g_assert_cmpstr (question->servers->str, ==, "ab");
      answer (f, "b");
      assert_answered (question, "b");
      g_assert_cmpstr (question->activities->str, ==, "");
      refresh (member (f, "a"));
    }
}

static void
test_badge (Fixture       *f,
            gconstpointer  data)
{
  g_autoptr (Question) question = NULL;

  refuses (f, "a", LOBE_ERROR_UNREACHABLE, -1);
  question = ask_pool (f, "a");
  g_assert_cmpuint (lobe_pool_get_n_reachable (f->pool), ==, 1);
  g_assert_cmpint (lobe_server_get_state (member (f, "a")), ==, LOBE_SERVER_OFFLINE);
  g_assert_error (lobe_server_get_error (member (f, "a")), LOBE_ERROR, LOBE_ERROR_UNREACHABLE);
  g_assert_cmpint (lobe_server_get_state (LOBE_SERVER (f->pool)), ==, LOBE_SERVER_ONLINE);
  answer (f, "b");
}

/* What is wrong with the request is wrong everywhere. */
static void
test_request_at_fault (Fixture       *f,
                       gconstpointer  data)
{
  g_autoptr (Question) question = NULL;

  refuses (f, "a", LOBE_ERROR_CONTEXT_OVERFLOW, -1);
  question = ask_pool (f, "a");
  g_assert_error (question->error, LOBE_ERROR, LOBE_ERROR_CONTEXT_OVERFLOW);
  g_assert_cmpuint (does (f, "b")->n_asked, ==, 0);
  g_assert_cmpuint (lobe_pool_get_n_reachable (f->pool), ==, 2);
}

static void
test_all_fail (Fixture       *f,
               gconstpointer  data)
{
  g_autoptr (Question) question = NULL;
  g_autoptr (Question) again = NULL;

  refuses (f, "a", LOBE_ERROR_UNREACHABLE, -1);
  refuses (f, "b", LOBE_ERROR_UNREACHABLE, -1);
  question = ask_pool (f, NULL);
  g_assert_error (question->error, LOBE_ERROR, LOBE_ERROR_UNREACHABLE);
  g_assert_cmpuint (does (f, "a")->n_asked, ==, 1);
  g_assert_cmpuint (does (f, "b")->n_asked, ==, 1);
  g_assert_cmpint (lobe_server_get_state (LOBE_SERVER (f->pool)), ==, LOBE_SERVER_OFFLINE);

  /* who asks again is served, though both are being left alone */
  accepts (f, "a");
  accepts (f, "b");
  does (f, "a")->down = does (f, "b")->down = TRUE;
  again = ask_pool (f, NULL);
  answer (f, does (f, "a")->sinks->len > 0 ? "a" : "b");
  g_assert_no_error (again->error);
}

/* After the first piece nothing is asked again unasked. */
static void
test_broken_in_the_middle (Fixture       *f,
                           gconstpointer  data)
{
  g_autoptr (Question) question = ask_pool (f, "a");
  g_autoptr (Question) next = NULL;

  lobe_sink_text (does (f, "a")->sinks->pdata[0], "Half an ans", -1);
  g_ptr_array_set_size (does (f, "a")->sinks, 0); /* dropped: the stream broke off */
  settle ();
  g_assert_error (question->error, LOBE_ERROR, LOBE_ERROR_INTERRUPTED);
  g_assert_cmpstr (question->text->str, ==, "Half an ans");
  g_assert_cmpuint (does (f, "b")->n_asked, ==, 0);

  /* but the next goes elsewhere */
  next = ask_pool (f, "a");
  g_assert_cmpstr (next->servers->str, ==, "b");
  answer (f, "b");
}

static void
test_stopped (Fixture       *f,
              gconstpointer  data)
{
  g_autoptr (Question) question = ask_pool (f, "a");

  g_cancellable_cancel (question->cancellable);
  g_ptr_array_set_size (does (f, "a")->sinks, 0);
  settle ();
  g_assert_error (question->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (does (f, "b")->n_asked, ==, 0);
  g_assert_cmpuint (lobe_pool_get_n_reachable (f->pool), ==, 2);
  g_assert_cmpuint (lobe_limit_get_n_running (lobe_server_get_limit (member (f, "a"))), ==, 0);
}

/* health */

static void
assert_goes_to (Fixture    *f,
                const char *preferred,
                const char *expected)
{
  g_autoptr (Question) question = ask_pool (f, preferred);

  g_assert_cmpstr (question->servers->str, ==, expected);
  answer (f, expected);
}

static void
test_back_off (Fixture       *f,
               gconstpointer  data)
{
  guint n_checked;

  refuses (f, "a", LOBE_ERROR_UNREACHABLE, -1);
  {
    g_autoptr (Question) question = ask_pool (f, "a");

    answer (f, "b");
  }
  accepts (f, "a");
  does (f, "a")->down = TRUE;
  n_checked = does (f, "a")->n_checked;

  /* the first second, less what chance takes off: half of it at most */
  pass (f, 0.49);
  assert_goes_to (f, "a", "b");
  g_assert_cmpuint (does (f, "a")->n_checked, ==, n_checked);
  pass (f, 0.51);
  assert_goes_to (f, "a", "b");
  g_assert_cmpuint (does (f, "a")->n_checked, ==, n_checked + 1);

  /* then two */
  pass (f, 0.99);
  assert_goes_to (f, "a", "b");
  g_assert_cmpuint (does (f, "a")->n_checked, ==, n_checked + 1);
  pass (f, 1.01);
  assert_goes_to (f, "a", "b");
  g_assert_cmpuint (does (f, "a")->n_checked, ==, n_checked + 2);

  /* never more than a minute */
  for (guint i = 0; i < 20; i++)
    {
      pass (f, 60);
      assert_goes_to (f, "a", "b");
    }
  pass (f, 29);
  assert_goes_to (f, "a", "b");
  g_assert_cmpuint (does (f, "a")->n_checked, ==, n_checked + 22);
  g_assert_cmpuint (does (f, "a")->n_asked, ==, 1);

  /* it is back: the person's question is not what finds out */
  does (f, "a")->down = FALSE;
  pass (f, 60);
  assert_goes_to (f, "a", "a");
  g_assert_cmpuint (does (f, "a")->n_checked, ==, n_checked + 23);
  g_assert_cmpuint (lobe_pool_get_n_reachable (f->pool), ==, 2);
}

/* limits */

static void
test_retry_after (Fixture       *f,
                  gconstpointer  data)
{
  LobeServer *server = add_server (f, "c", NULL);
  g_autoptr (Question) question = NULL;
  g_autoptr (Question) other = NULL;

  refuses (f, "c", LOBE_ERROR_RATE_LIMITED, 3);
  question = ask (f, server, NULL);
  g_assert_false (question->ended);
  /* whoever else comes waits, too, and does not make it worse */
  accepts (f, "c");
  other = ask (f, server, NULL);
  g_assert_cmpuint (does (f, "c")->n_asked, ==, 1);
  pass (f, 1);
  pass (f, 1);
  pass (f, 0.5);
  g_assert_cmpuint (does (f, "c")->n_asked, ==, 1);
  pass (f, 0.5);
  g_assert_cmpuint (does (f, "c")->n_asked, ==, 3);
  g_assert_cmpstr (question->activities->str, ==,
                   "Too many requests; trying again in 3 s…|Too many requests; trying again in 2 s…|"
                   "Too many requests; trying again in 1 s…|");
  g_assert_null (lobe_attempt_get_activity (question->attempt));
  answer (f, "c");
  answer (f, "c");
  assert_answered (question, "c");
  assert_answered (other, "c");
}

static void
test_retry_after_ends (Fixture       *f,
                       gconstpointer  data)
{
  LobeServer *server = add_server (f, "c", NULL);
  g_autoptr (Question) often = NULL;
  g_autoptr (Question) stopped = NULL;
  g_autoptr (Question) too_long = NULL;
  g_autoptr (Question) unsaid = NULL;

  refuses (f, "c", LOBE_ERROR_OVERLOADED, 2);
  often = ask (f, server, NULL);
  for (guint i = 0; i < 5; i++)
    {
      g_assert_false (often->ended);
      pass (f, 2);
    }
  g_assert_error (often->error, LOBE_ERROR, LOBE_ERROR_OVERLOADED);
  g_assert_cmpint (lobe_error_get_retry_after (often->error), ==, 2);
  g_assert_cmpuint (does (f, "c")->n_asked, ==, 6);

  pass (f, 10);
  refuses (f, "c", LOBE_ERROR_RATE_LIMITED, 30);
  stopped = ask (f, server, NULL);
  g_cancellable_cancel (stopped->cancellable);
  settle ();
  g_assert_error (stopped->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  pass (f, 30);
  refuses (f, "c", LOBE_ERROR_RATE_LIMITED, 61);
  too_long = ask (f, server, NULL);
  g_assert_error (too_long->error, LOBE_ERROR, LOBE_ERROR_RATE_LIMITED);
  g_assert_cmpint (lobe_error_get_retry_after (too_long->error), ==, 61);

  pass (f, 60);
  refuses (f, "c", LOBE_ERROR_RATE_LIMITED, -1);
  unsaid = ask (f, server, NULL);
  g_assert_error (unsaid->error, LOBE_ERROR, LOBE_ERROR_RATE_LIMITED);
}

/* In a pool another member is asked rather than waited; when all want to be left in peace, the first that may be asked. */
static void
test_retry_after_in_pool (Fixture       *f,
                          gconstpointer  data)
{
  g_autoptr (Question) question = NULL;
  g_autoptr (Question) waits = NULL;

  refuses (f, "a", LOBE_ERROR_RATE_LIMITED, 20);
  question = ask_pool (f, "a");
  answer (f, "b");
  assert_answered (question, "b");
  g_assert_cmpuint (lobe_pool_get_n_reachable (f->pool), ==, 2);

  refuses (f, "b", LOBE_ERROR_RATE_LIMITED, 5);
  waits = ask_pool (f, NULL);
  g_assert_false (waits->ended);
  g_assert_cmpuint (does (f, "a")->n_asked, ==, 1);
  accepts (f, "b");
  pass (f, 5);
  answer (f, "b");
  assert_answered (waits, "b");
}

static void
test_waits_for_place (Fixture       *f,
                      gconstpointer  data)
{
  LobeServer *server = add_server (f, "c", NULL);
  g_autoptr (Question) first = NULL;
  g_autoptr (Question) second = NULL;

  g_object_set (server, "concurrency", 1, NULL);
  first = ask (f, server, NULL);
  second = ask (f, server, NULL);
  g_assert_cmpuint (does (f, "c")->n_asked, ==, 1);
  g_assert_cmpstr (first->activities->str, ==, "");
  pass (f, 1);
  g_assert_cmpstr (second->activities->str, ==, "Waiting for a free place…|");
  answer (f, "c");
  g_assert_cmpuint (does (f, "c")->n_asked, ==, 2);
  answer (f, "c");
  assert_answered (second, "c");
}

/* A member without a free place is passed over, even if it holds the conversation. */
static void
test_full_in_pool (Fixture       *f,
                   gconstpointer  data)
{
  g_autoptr (Question) first = NULL;
  g_autoptr (Question) second = NULL;

  g_object_set (member (f, "a"), "concurrency", 1, NULL);
  first = ask_pool (f, "a");
  second = ask_pool (f, "a");
  g_assert_cmpstr (first->servers->str, ==, "a");
  g_assert_cmpstr (second->servers->str, ==, "b");
  answer (f, "a");
  answer (f, "b");
}

static void
test_per_minute (Fixture       *f,
                 gconstpointer  data)
{
  LobeServer *server = add_server (f, "c", NULL);
  g_autoptr (Question) first = NULL;
  g_autoptr (Question) second = NULL;

  g_object_set (server, "requests-per-minute", 1, NULL);
  first = ask (f, server, NULL);
  answer (f, "c");
  pass (f, 48);
  second = ask (f, server, NULL);
  g_assert_cmpstr (second->activities->str, ==, "Too many requests; trying again in 12 s…|");
  pass (f, 12);
  answer (f, "c");
  assert_answered (second, "c");
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

#define ADD(name, func) g_test_add ("/pool/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("one-server", test_one_server);
  ADD ("found", test_found);
  ADD ("least-busy", test_least_busy);
  ADD ("four-at-once", test_four_at_once);
  ADD ("sticky", test_sticky);
  ADD ("lacks-model", test_lacks_model);
  ADD ("fails-over", test_fails_over);
  ADD ("badge", test_badge);
  ADD ("request-at-fault", test_request_at_fault);
  ADD ("all-fail", test_all_fail);
  ADD ("broken-in-the-middle", test_broken_in_the_middle);
  ADD ("stopped", test_stopped);
  ADD ("back-off", test_back_off);
  ADD ("retry-after", test_retry_after);
  ADD ("retry-after-ends", test_retry_after_ends);
  ADD ("retry-after-in-pool", test_retry_after_in_pool);
  ADD ("waits-for-place", test_waits_for_place);
  ADD ("full-in-pool", test_full_in_pool);
  ADD ("per-minute", test_per_minute);

  return g_test_run ();
}
