/* test-driver.c: whatever a driver does with its sink, an answer ends once */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "driver/lobe-driver.h"

/* A driver that does what the test says. */
#define TEST_TYPE_DRIVER (test_driver_get_type ())

G_DECLARE_FINAL_TYPE (TestDriver, test_driver, TEST, DRIVER, GObject)

struct _TestDriver
{
  GObject    parent_instance;

  void     (*behave) (LobeSink     *sink,
                      GCancellable *cancellable);
  LobeSink  *kept;
};

static void
test_driver_chat (LobeDriver   *driver,
                  LobeEndpoint *endpoint,
                  LobeRequest  *request,
                  LobeSink     *sink,
                  GCancellable *cancellable)
{
  TestDriver *self = TEST_DRIVER (driver);

  if (self->behave != NULL)
    self->behave (sink, cancellable);
  else
    self->kept = g_object_ref (sink);
}

static void
test_driver_list_models (LobeDriver     *driver,
                         LobeEndpoint   *endpoint,
                         LobeModelReply *reply,
                         GCancellable   *cancellable)
{
  g_autoptr (LobeModelInfo) info = lobe_model_info_new ("m", "M");

  lobe_model_reply_add (reply, info);
  if (TEST_DRIVER (driver)->behave != NULL)
    return;

  lobe_model_reply_done (reply);
  lobe_model_reply_add (reply, info);
  lobe_model_reply_done (reply);
}

static const char *
test_driver_get_protocol (LobeDriver *driver)
{
  return "test";
}

static void
test_driver_driver_init (LobeDriverInterface *iface)
{
  iface->get_protocol = test_driver_get_protocol;
  iface->chat = test_driver_chat;
  iface->list_models = test_driver_list_models;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestDriver, test_driver, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (LOBE_TYPE_DRIVER, test_driver_driver_init))

static void
test_driver_class_init (TestDriverClass *klass)
{
}

static void
test_driver_init (TestDriver *self)
{
}

typedef struct
{
  TestDriver     *driver;
  LobeHttp       *http;
  LobeEndpoint   *endpoint;
  LobeRequest    *request;
  GCancellable   *cancellable;
  GString        *heard;
  gboolean        destroyed;
  guint           n_ended;
  LobeStopReason  reason;
  GPtrArray      *models;
  GError         *error;
} Fixture;

static void
set_up (Fixture       *fixture,
        gconstpointer  data)
{
  fixture->driver = g_object_new (TEST_TYPE_DRIVER, NULL);
  fixture->http = lobe_http_new (NULL, NULL);
  fixture->endpoint = lobe_endpoint_new (fixture->http, "test", "http://127.0.0.1:1");
  fixture->request = lobe_request_new ("m");
  fixture->cancellable = g_cancellable_new ();
  fixture->heard = g_string_new (NULL);
}

static void
tear_down (Fixture       *fixture,
           gconstpointer  data)
{
  g_clear_pointer (&fixture->models, g_ptr_array_unref);
  g_clear_error (&fixture->error);
  g_string_free (fixture->heard, TRUE);
  g_assert_finalize_object (fixture->driver);
  g_assert_finalize_object (fixture->request);
  g_assert_finalize_object (fixture->endpoint);
  g_assert_finalize_object (fixture->http);
  g_assert_finalize_object (fixture->cancellable);
}

static void
on_delta (const LobeDelta *delta,
          gpointer         user_data)
{
  Fixture *fixture = user_data;

  g_assert_false (fixture->destroyed);
  g_string_append_printf (fixture->heard, "%u:", delta->kind);
  g_string_append_len (fixture->heard, delta->text, delta->length);
  g_string_append_c (fixture->heard, ' ');
}

static void
on_destroy (gpointer user_data)
{
  Fixture *fixture = user_data;

  g_assert_false (fixture->destroyed);
  fixture->destroyed = TRUE;
}

static void
on_chat (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Fixture *fixture = user_data;

  g_assert_true (fixture->destroyed);
  fixture->n_ended++;
  fixture->reason = lobe_driver_chat_finish (LOBE_DRIVER (object), result, &fixture->error);
}

static void
start (Fixture *fixture,
       void   (*behave) (LobeSink     *sink,
                         GCancellable *cancellable))
{
  fixture->driver->behave = behave;
  lobe_driver_chat_async (LOBE_DRIVER (fixture->driver), fixture->endpoint, fixture->request, on_delta, fixture,
                          on_destroy, fixture->cancellable, on_chat, fixture);
}

static void
finish (Fixture *fixture)
{
  while (fixture->n_ended == 0)
    g_main_context_iteration (NULL, TRUE);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (fixture->n_ended, ==, 1);
}

static void
behave_well (LobeSink     *sink,
             GCancellable *cancellable)
{
  LobeUsage usage = LOBE_USAGE_UNKNOWN;

  g_assert_false (lobe_sink_is_closed (sink));
  lobe_sink_progress (sink, 0.5);
  lobe_sink_reasoning (sink, "hm", -1);
  lobe_sink_text (sink, "yes and no", 3);
  lobe_sink_text (sink, "", -1);
  lobe_sink_tool_call (sink, 0, "id", "name", NULL, -1);
  lobe_sink_usage (sink, &usage);
  lobe_sink_done (sink, LOBE_STOP_LENGTH);
  g_assert_true (lobe_sink_is_closed (sink));
}

static void
test_done (Fixture       *fixture,
           gconstpointer  data)
{
  start (fixture, behave_well);
  finish (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpint (fixture->reason, ==, LOBE_STOP_LENGTH);
  g_assert_cmpstr (fixture->heard->str, ==, "4: 1:hm 0:yes 2: 3: ");
}

static void
behave_twice (LobeSink     *sink,
              GCancellable *cancellable)
{
  g_autoptr (GError) error = g_error_new (LOBE_ERROR, LOBE_ERROR_SERVER, "too late");

  lobe_sink_done (sink, LOBE_STOP_END);
  lobe_sink_text (sink, "more", -1);
  lobe_sink_done (sink, LOBE_STOP_LENGTH);
  lobe_sink_fail (sink, error);
}

static void
test_twice (Fixture       *fixture,
            gconstpointer  data)
{
  start (fixture, behave_twice);
  finish (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpint (fixture->reason, ==, LOBE_STOP_END);
  g_assert_cmpstr (fixture->heard->str, ==, "");
}

static void
behave_failing (LobeSink     *sink,
                GCancellable *cancellable)
{
  g_autoptr (GError) error = g_error_new (LOBE_ERROR, LOBE_ERROR_SERVER, "it broke");

  lobe_sink_fail (sink, error);
  lobe_sink_done (sink, LOBE_STOP_END);
}

static void
test_fail (Fixture       *fixture,
           gconstpointer  data)
{
  start (fixture, behave_failing);
  finish (fixture);
  g_assert_error (fixture->error, LOBE_ERROR, LOBE_ERROR_SERVER);
  g_assert_cmpint (fixture->reason, ==, LOBE_STOP_NONE);
}

#define KEY "sk-proj-0123456789abcdef"

static void
behave_tactless (LobeSink     *sink,
                 GCancellable *cancellable)
{
  g_autoptr (GError) error = g_error_new (LOBE_ERROR, LOBE_ERROR_AUTHENTICATION, "wrong key: " KEY);

  lobe_sink_fail (sink, error);
}

static void
test_key (Fixture       *fixture,
          gconstpointer  data)
{
  static const char *const words[][3] = {
    { KEY, "wrong key: " KEY, "wrong key: •••" },
    { KEY, KEY " is not " KEY "!", "••• is not •••!" },
    { KEY, "wrong key: sk-proj-01234…", "wrong key: •••" },
    { KEY, "wrong key: sk-…", "wrong key: sk-…" },
    { KEY, "nothing of it", "nothing of it" },
    { KEY, "", "" },
    { "model", "no such model", "no such model" },
    { NULL, "wrong key: " KEY, "wrong key: " KEY },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    {
      g_autofree char *redacted = NULL;

      lobe_endpoint_set_key (fixture->endpoint, words[i][0]);
      redacted = lobe_endpoint_redact (fixture->endpoint, words[i][1]);
      g_assert_cmpstr (redacted, ==, words[i][2]);
    }

  lobe_endpoint_set_key (fixture->endpoint, KEY);
  start (fixture, behave_tactless);
  finish (fixture);
  g_assert_error (fixture->error, LOBE_ERROR, LOBE_ERROR_AUTHENTICATION);
  g_assert_cmpstr (fixture->error->message, ==, "wrong key: •••");
}

/* What the person adds to every body is joined with the driver's, member by member. */
static void
test_extra_body (Fixture       *fixture,
                 gconstpointer  data)
{
  g_autoptr (JsonNode) extra = json_from_string ("{\"options\":{\"num_gpu\":1},\"model\":\"mine\",\"user\":null}", NULL);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (GBytes) body = NULL;
  g_autofree char *text = NULL;

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "model", "theirs");
  lobe_json_begin_object (builder, "options");
  lobe_json_add_int (builder, "num_ctx", 4096);
  json_builder_end_object (builder);
  json_builder_end_object (builder);

  lobe_endpoint_set_extra_body (fixture->endpoint, json_node_get_object (extra));
  body = lobe_endpoint_take_body (fixture->endpoint, builder);
  text = g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  g_assert_cmpstr (text, ==, "{\"model\":\"mine\",\"options\":{\"num_ctx\":4096,\"num_gpu\":1},\"user\":null}");
}

/* An address may have a query, and so may a path of the protocol. */
static void
test_query (Fixture       *fixture,
            gconstpointer  data)
{
  g_autoptr (LobeEndpoint) endpoint = lobe_endpoint_new (lobe_endpoint_get_http (fixture->endpoint), "Azure",
                                                         "https://models.test/openai?api-version=1");
  g_autoptr (LobeHttpRequest) plain = lobe_endpoint_request (endpoint, "GET", "/models", LOBE_PURPOSE_MODELS);
  g_autoptr (LobeHttpRequest) both = lobe_endpoint_request (endpoint, "GET", "/models?alt=sse", LOBE_PURPOSE_MODELS);

  g_assert_cmpstr (lobe_http_request_get_uri (plain), ==, "https://models.test/openai/models?api-version=1");
  g_assert_cmpstr (lobe_http_request_get_uri (both), ==, "https://models.test/openai/models?alt=sse&api-version=1");
}

static void
behave_forgetful (LobeSink     *sink,
                  GCancellable *cancellable)
{
  lobe_sink_text (sink, "half", -1);
}

static void
test_dropped (Fixture       *fixture,
              gconstpointer  data)
{
  start (fixture, behave_forgetful);
  finish (fixture);
  g_assert_error (fixture->error, LOBE_ERROR, LOBE_ERROR_INTERRUPTED);
  g_assert_cmpstr (fixture->heard->str, ==, "0:half ");
}

static void
behave_cancelled (LobeSink     *sink,
                  GCancellable *cancellable)
{
  lobe_sink_text (sink, "half", -1);
  g_cancellable_cancel (cancellable);
  g_assert_true (lobe_sink_is_closed (sink));
  lobe_sink_text (sink, "more", -1);
  lobe_sink_done (sink, LOBE_STOP_END);
}

static void
test_cancelled (Fixture       *fixture,
                gconstpointer  data)
{
  start (fixture, behave_cancelled);
  finish (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (fixture->heard->str, ==, "0:half ");
}

/* A driver that does not care does not keep the person waiting. */
static void
test_cancelled_unheard (Fixture       *fixture,
                        gconstpointer  data)
{
  start (fixture, NULL);
  g_assert_nonnull (fixture->driver->kept);
  g_cancellable_cancel (fixture->cancellable);
  finish (fixture);
  g_assert_error (fixture->error, G_IO_ERROR, G_IO_ERROR_CANCELLED);

  lobe_sink_text (fixture->driver->kept, "more", -1);
  lobe_sink_done (fixture->driver->kept, LOBE_STOP_END);
  g_assert_finalize_object (g_steal_pointer (&fixture->driver->kept));
  g_assert_cmpstr (fixture->heard->str, ==, "");
}

static void
on_models (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  Fixture *fixture = user_data;

  fixture->n_ended++;
  fixture->models = lobe_driver_list_models_finish (LOBE_DRIVER (object), result, &fixture->error);
}

static void
test_models (Fixture       *fixture,
             gconstpointer  data)
{
  lobe_driver_list_models_async (LOBE_DRIVER (fixture->driver), fixture->endpoint, NULL, on_models, fixture);
  finish (fixture);
  g_assert_no_error (fixture->error);
  g_assert_cmpuint (fixture->models->len, ==, 1);
}

static void
test_models_dropped (Fixture       *fixture,
                     gconstpointer  data)
{
  fixture->driver->behave = behave_well;
  lobe_driver_list_models_async (LOBE_DRIVER (fixture->driver), fixture->endpoint, NULL, on_models, fixture);
  finish (fixture);
  g_assert_error (fixture->error, LOBE_ERROR, LOBE_ERROR_INTERRUPTED);
  g_assert_null (fixture->models);
}

static void
test_registry (Fixture       *fixture,
               gconstpointer  data)
{
  g_autoptr (LobeDriverRegistry) registry = lobe_driver_registry_new ();

  g_assert_cmpstr (lobe_driver_get_protocol (lobe_driver_registry_lookup (registry, "openai")), ==, "openai");
  g_assert_cmpstr (lobe_driver_get_protocol (lobe_driver_registry_lookup (registry, "ollama")), ==, "ollama");
  g_assert_false (lobe_driver_can_prefill (lobe_driver_registry_lookup (registry, "openai")));
  g_assert_true (lobe_driver_can_prefill (lobe_driver_registry_lookup (registry, "ollama")));
  g_assert_null (lobe_driver_registry_lookup (registry, "test"));
  g_assert_null (lobe_driver_registry_lookup (registry, NULL));

  lobe_driver_registry_add (registry, LOBE_DRIVER (fixture->driver));
  g_assert_true (lobe_driver_registry_lookup (registry, "test") == LOBE_DRIVER (fixture->driver));
  g_assert_false (lobe_driver_can_prefill (LOBE_DRIVER (fixture->driver)));
}

int
main (int   argc,
      char *argv[])
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);

  g_test_add ("/driver/done", Fixture, NULL, set_up, test_done, tear_down);
  g_test_add ("/driver/twice", Fixture, NULL, set_up, test_twice, tear_down);
  g_test_add ("/driver/fail", Fixture, NULL, set_up, test_fail, tear_down);
  g_test_add ("/driver/key", Fixture, NULL, set_up, test_key, tear_down);
  g_test_add ("/driver/extra-body", Fixture, NULL, set_up, test_extra_body, tear_down);
  g_test_add ("/driver/query", Fixture, NULL, set_up, test_query, tear_down);
  g_test_add ("/driver/dropped", Fixture, NULL, set_up, test_dropped, tear_down);
  g_test_add ("/driver/cancelled", Fixture, NULL, set_up, test_cancelled, tear_down);
  g_test_add ("/driver/cancelled-unheard", Fixture, NULL, set_up, test_cancelled_unheard, tear_down);
  g_test_add ("/driver/models", Fixture, NULL, set_up, test_models, tear_down);
  g_test_add ("/driver/models-dropped", Fixture, NULL, set_up, test_models_dropped, tear_down);
  g_test_add ("/driver/registry", Fixture, NULL, set_up, test_registry, tear_down);

  return g_test_run ();
}
