/* bench-first-token.c: how much later than curl the first token of an answer is seen */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bench.h"
#include "driver/lobe-driver.h"

#include <gio/gio.h>
#include <string.h>

#define ROUNDS 41

/* A server that answers at once, on a thread of its own: the main one waits for curl. */
static gpointer
serve (gpointer data)
{
  static const char reply[] =
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
      "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hello\"},\"finish_reason\":null}]}\n\n"
      "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n";

  for (;;)
    {
      g_autoptr (GSocketConnection) connection = g_socket_listener_accept (data, NULL, NULL, NULL);
      g_autoptr (GDataInputStream) input = g_data_input_stream_new (g_io_stream_get_input_stream (G_IO_STREAM (connection)));
      g_autofree char *body = NULL;
      gsize length = 0;

      g_data_input_stream_set_newline_type (input, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
      for (;;)
        {
          g_autofree char *line = g_data_input_stream_read_line (input, NULL, NULL, NULL);

          if (line == NULL || *line == '\0')
            break;
          if (g_ascii_strncasecmp (line, "Content-Length:", 15) == 0)
            length = g_ascii_strtoull (line + 15, NULL, 10);
        }
      body = g_malloc (length + 1);
      g_input_stream_read_all (G_INPUT_STREAM (input), body, length, NULL, NULL, NULL);
      g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)), reply, strlen (reply), NULL, NULL,
                                 NULL);
      g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
    }

  return NULL;
}

typedef struct
{
  gint64   first;
  gboolean done;
} Run;

static void
delta_cb (const LobeDelta *delta,
          gpointer         user_data)
{
  Run *run = user_data;

  if (run->first == 0 && delta->kind == LOBE_DELTA_TEXT)
    run->first = g_get_monotonic_time ();
}

static void
chat_cb (GObject      *object,
         GAsyncResult *result,
         gpointer      user_data)
{
  g_autoptr (GError) error = NULL;

  lobe_driver_chat_finish (LOBE_DRIVER (object), result, &error);
  g_assert_no_error (error);
  ((Run *) user_data)->done = TRUE;
}

static double
measure_driver (LobeDriver   *driver,
                LobeEndpoint *endpoint)
{
  g_autoptr (LobeRequest) request = lobe_request_new ("parrot");
  g_autoptr (LobeMessage) message = lobe_message_new ("m", NULL, LOBE_ROLE_USER, 0);
  Run run = { 0 };
  gint64 began = g_get_monotonic_time ();

  lobe_message_append (message, LOBE_PART_TEXT, "Hello", -1);
  lobe_request_add_message (request, message);
  lobe_driver_chat_async (driver, endpoint, request, delta_cb, &run, NULL, NULL, chat_cb, &run);
  while (!run.done)
    g_main_context_iteration (NULL, TRUE);

  return (double) (run.first - began) / 1000;
}

static double
measure_curl (const char *url)
{
  g_autofree char *output = NULL;
  const char *argv[] = { "curl", "-sN", "-o", "/dev/null", "-w", "%{time_starttransfer}", "-H", "Content-Type: application/json",
                         "-d", "{\"model\":\"parrot\",\"stream\":true}", url, NULL };

  g_assert_true (g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, &output, NULL, NULL, NULL));

  return g_ascii_strtod (output, NULL) * 1000;
}

int
main (void)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  g_autofree char *base = g_strdup_printf ("http://127.0.0.1:%u/v1", port);
  g_autofree char *url = g_strconcat (base, "/chat/completions", NULL);
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeDriverRegistry) drivers = lobe_driver_registry_new ();
  g_autoptr (LobeEndpoint) endpoint = lobe_endpoint_new (http, "bench", base);
  LobeDriver *driver = lobe_driver_registry_lookup (drivers, "llama-server");
  double ours[ROUNDS];
  double curls[ROUNDS];

  g_thread_unref (g_thread_new ("server", serve, listener));
  measure_driver (driver, endpoint);
  measure_curl (url);
  for (guint i = 0; i < ROUNDS; i++)
    {
      ours[i] = measure_driver (driver, endpoint);
      curls[i] = measure_curl (url);
    }
  bench_difference ("first token, later than curl", bench_median (ours, ROUNDS), "ms", bench_median (curls, ROUNDS), 3.0);

  return 0;
}
