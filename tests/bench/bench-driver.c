/* bench-driver.c: an answer of one-token events through HTTP, parser and driver, beside json-glib on the events alone */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bench.h"
#include "driver/lobe-driver.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define N_EVENTS 20000
#define N_RUNS 5

typedef struct
{
  const char *protocol;
  const char *type;
  const char *before; /* of an event, around its token */
  const char *after;
  const char *last;
} Protocol;

/* Events as llama-server 0.7 and Ollama 0.17 write them. */
static const Protocol protocols[] = {
  { "openai", "text/event-stream",
    "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"content\":\"",
    "\"}}],\"created\":1795415286,\"id\":\"chatcmpl-0MfnehI0OSgvFAgUkxXSAbEclSa5FWZO\",\"model\":\"gemma-270m\","
    "\"system_fingerprint\":\"b11669-Debian\",\"object\":\"chat.completion.chunk\"}\n\n",
    "data: {\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}]}\n\ndata: [DONE]\n\n" },
  { "ollama", "application/x-ndjson",
    "{\"model\":\"gemma270\",\"created_at\":\"2026-11-23T06:18:54.741949066Z\",\"message\":{\"role\":\"assistant\",\"content\":\"",
    "\"},\"done\":false}\n",
    "{\"model\":\"gemma270\",\"created_at\":\"2026-11-23T06:19:08.818014923Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},"
    "\"done\":true,\"done_reason\":\"stop\"}\n" },
};

typedef struct
{
  const char *head;
  GString    *body;
} Served;

/* In a thread of its own, whose CPU does not count. */
static gboolean
on_run (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source_object,
        gpointer                user_data)
{
  Served *served = user_data;
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  char buffer[8192];
  gssize n = 1;

  /* to the end of its JSON: what is not read when we close would break the answer off */
  buffer[0] = '\0';
  while (n > 0 && buffer[n - 1] != '}')
    n = g_input_stream_read (input, buffer, sizeof buffer, NULL, NULL);

  g_output_stream_write_all (output, served->head, strlen (served->head), NULL, NULL, NULL);
  g_output_stream_write_all (output, served->body->str, served->body->len, NULL, NULL, NULL);
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);

  return TRUE;
}

typedef struct
{
  gboolean ended;
  GError  *error;
  guint    n_deltas;
  gsize    n_bytes;
} Heard;

static void
on_delta (const LobeDelta *delta,
          gpointer         user_data)
{
  Heard *heard = user_data;

  heard->n_deltas++;
  heard->n_bytes += delta->length;
}

static void
on_chat (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  Heard *heard = user_data;

  lobe_driver_chat_finish (LOBE_DRIVER (object), result, &heard->error);
  heard->ended = TRUE;
}

/* CPU seconds of the main thread for a whole answer. */
static double
measure_driver (LobeDriver *driver,
                const char *url)
{
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeEndpoint) endpoint = lobe_endpoint_new (http, "bench", url);
  g_autoptr (LobeRequest) request = lobe_request_new ("m");
  double start = bench_cpu ();
  Heard heard = { 0 };

  lobe_driver_chat_async (driver, endpoint, request, on_delta, &heard, NULL, NULL, on_chat, &heard);
  while (!heard.ended)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (heard.error);
  g_assert_cmpuint (heard.n_deltas, ==, N_EVENTS);

  return bench_cpu () - start;
}

/* CPU seconds for the same events, each already cut out, in one parser that is used again. */
static double
measure_json (GPtrArray *events)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  double start = bench_cpu ();

  for (guint i = 0; i < events->len; i++)
    {
      const char *event = g_ptr_array_index (events, i);

      g_assert_true (json_parser_load_from_data (parser, event, strlen (event), NULL));
    }

  return bench_cpu () - start;
}

int
main (int   argc,
      char *argv[])
{
  static const char *tokens[] = { " the", " capital", "\\n", " of", " France", "。", " is", "," };
  g_autoptr (LobeDriverRegistry) registry = lobe_driver_registry_new ();

  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      const Protocol *protocol = &protocols[i];
      g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func (g_free);
      g_autoptr (GSocketService) service = g_threaded_socket_service_new (1);
      g_autofree char *head = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n", protocol->type);
      g_autofree char *figure = g_strdup_printf ("driver-%s", protocol->protocol);
      g_autofree char *url = NULL;
      Served served = { head, g_string_new (NULL) };
      double driver[N_RUNS], json[N_RUNS];
      double megabytes;

      for (guint j = 0; j < N_EVENTS; j++)
        {
          g_autofree char *event = g_strconcat (protocol->before, tokens[j % G_N_ELEMENTS (tokens)], protocol->after, NULL);

          g_string_append (served.body, event);
          g_ptr_array_add (events, g_strdup (g_str_has_prefix (event, "data: ") ? event + strlen ("data: ") : event));
        }
      megabytes = served.body->len / 1e6;
      g_string_append (served.body, protocol->last);

      url = g_strdup_printf ("http://127.0.0.1:%u", g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL));
      g_signal_connect (service, "run", G_CALLBACK (on_run), &served);

      for (guint j = 0; j < N_RUNS; j++)
        {
          driver[j] = measure_driver (lobe_driver_registry_lookup (registry, protocol->protocol), url);
          json[j] = measure_json (events);
        }
      bench_figure (figure, megabytes / bench_median (driver, N_RUNS), "MB/s", megabytes / bench_median (json, N_RUNS), 0.6, FALSE);

      g_socket_service_stop (service);
      g_string_free (served.body, TRUE);
    }

  return 0;
}
