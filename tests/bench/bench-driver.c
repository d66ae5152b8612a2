/* bench-driver.c: answers of one-token events through HTTP, parser and driver: how fast, how soon, in how much memory */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "bench.h"
#include "driver/lobe-driver.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define N_EVENTS 20000
#define N_RUNS 5
#define N_FIRST 101
#define LONG_ANSWER (100 * 1000 * 1000)

typedef struct
{
  const char *protocol;
  const char *path;   /* of its address */
  const char *type;
  const char *first;  /* before any event of tokens */
  const char *before; /* of an event, around its token */
  const char *after;
  const char *last;
} Protocol;

/* The family of chat completions has one shape. */
#define CHUNK_BEFORE "data: {\"choices\":[{\"finish_reason\":null,\"index\":0,\"delta\":{\"content\":\""
#define CHUNK_AFTER \
  "\"}}],\"created\":1795415286,\"id\":\"chatcmpl-0MfnehI0OSgvFAgUkxXSAbEclSa5FWZO\",\"model\":\"gemma-270m\"," \
  "\"system_fingerprint\":\"b11669-Debian\",\"object\":\"chat.completion.chunk\"}\n\n"
#define CHUNK_LAST "data: {\"choices\":[{\"finish_reason\":\"stop\",\"index\":0,\"delta\":{}}]}\n\ndata: [DONE]\n\n"
#define CHUNKS "text/event-stream", "", CHUNK_BEFORE, CHUNK_AFTER, CHUNK_LAST

/* Events as llama-server 0.7, Ollama 0.17 and LiteLLM 1.106 write them, TGI's as documented. */
static const Protocol protocols[] = {
  { "openai", "/v1", CHUNKS },
  { "azure", "", CHUNKS },
  { "llama-server", "/v1", CHUNKS },
  { "lmstudio", "/v1", CHUNKS },
  { "localai", "/v1", CHUNKS },
  { "tgi", "/v1", CHUNKS },
  { "vllm", "/v1", CHUNKS },
  { "tgi", "/generate_stream", "text/event-stream", "",
    "data:{\"index\":7,\"token\":{\"id\":262,\"logprob\":-0.4182129,\"special\":false,\"text\":\"",
    "\"},\"generated_text\":null,\"details\":null,\"top_tokens\":[]}\n\n",
    "data:{\"index\":8,\"token\":{\"id\":2,\"text\":\"</s>\",\"special\":true},\"generated_text\":\"\",\"details\":null}\n\n" },
  { "ollama", "", "application/x-ndjson", "",
    "{\"model\":\"gemma270\",\"created_at\":\"2026-11-23T06:18:54.741949066Z\",\"message\":{\"role\":\"assistant\",\"content\":\"",
    "\"},\"done\":false}\n",
    "{\"model\":\"gemma270\",\"created_at\":\"2026-11-23T06:19:08.818014923Z\",\"message\":{\"role\":\"assistant\",\"content\":\"\"},"
    "\"done\":true,\"done_reason\":\"stop\"}\n" },
  { "anthropic", "", "text/event-stream",
    "event: message_start\ndata: {\"type\":\"message_start\",\"message\":{\"id\":\"msg_1\",\"role\":\"assistant\",\"content\":[]}}\n\n"
    "event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":0,\"content_block\":{\"type\":\"text\",\"text\":\"\"}}\n\n",
    "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":0,\"delta\":{\"type\":\"text_delta\",\"text\":\"",
    "\"}}\n\n",
    "event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":0}\n\n"
    "event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{\"stop_reason\":\"end_turn\"}}\n\n"
    "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n" },
  { "gemini", "", "text/event-stream", "",
    "data: {\"candidates\": [{\"content\": {\"parts\": [{\"text\": \"",
    "\"}], \"role\": \"model\"}, \"finishReason\": null, \"index\": 0, \"safetyRatings\": []}]}\n\n",
    "data: {\"candidates\": [{\"content\": {\"parts\": [], \"role\": \"model\"}, \"finishReason\": \"STOP\", \"index\": 0}]}\n\n" },
  { "openai-responses", "/v1", "text/event-stream",
    "data: {\"type\":\"response.created\",\"response\":{\"id\":\"resp_1\",\"object\":\"response\",\"status\":\"in_progress\"}}\n\n",
    "data: {\"type\":\"response.output_text.delta\",\"item_id\":\"msg_tiMQZtXZCrUbYmjgaUf1FeU9o9ayknbI\",\"delta\":\"",
    "\",\"model\":\"gemma\"}\n\n",
    "data: {\"type\":\"response.completed\",\"response\":{\"id\":\"resp_1\",\"status\":\"completed\",\"output\":[]}}\n\n" },
};

typedef enum
{
  SERVE_WHOLE,
  SERVE_FIRST,
  SERVE_LONG,
} Serving;

typedef struct
{
  const Protocol *protocol;
  Serving         serving;
  GString        *body;
  gint64          first_byte; /* when the last byte of the first event left, µs */
} Served;

static void
write_text (GOutputStream *output,
            const char    *text,
            gsize          length)
{
  g_output_stream_write_all (output, text, length, NULL, NULL, NULL);
}

/* In a thread of its own, whose CPU does not count. */
static gboolean
on_run (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source_object,
        gpointer                user_data)
{
  Served *served = user_data;
  const Protocol *protocol = served->protocol;
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autofree char *head = g_strdup_printf ("HTTP/1.1 200 OK\r\nContent-Type: %s\r\nConnection: close\r\n\r\n", protocol->type);
  char buffer[8192];
  gssize n = 1;

  /* to the end of its JSON: what is not read when we close would break the answer off */
  buffer[0] = '\0';
  while (n > 0 && buffer[n - 1] != '}')
    n = g_input_stream_read (input, buffer, sizeof buffer, NULL, NULL);

  g_socket_set_option (g_socket_connection_get_socket (connection), 6 /* TCP */, 1 /* no delay */, 1, NULL);
  write_text (output, head, strlen (head));
  write_text (output, protocol->first, strlen (protocol->first));
  if (served->serving == SERVE_FIRST)
    {
      g_autofree char *event = g_strconcat (protocol->before, "x", protocol->after, NULL);
      gsize length = strlen (event);

      /* all but the last byte is read by then */
      write_text (output, event, length - 1);
      g_usleep (3000);
      served->first_byte = g_get_monotonic_time ();
      write_text (output, event + length - 1, 1);
    }
  else
    {
      gsize n_times = served->serving == SERVE_LONG ? LONG_ANSWER / served->body->len : 1;

      for (gsize i = 0; i < n_times; i++)
        write_text (output, served->body->str, served->body->len);
    }
  write_text (output, protocol->last, strlen (protocol->last));
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);

  return TRUE;
}

typedef struct
{
  gboolean ended;
  GError  *error;
  gsize    n_deltas;
  gint64   first_delta; /* µs */
  double   memory;      /* at most, after a tenth of a long answer, MB */
  double   memory_before;
} Heard;

/* Resident memory of this program, MB. */
static double
get_memory (void)
{
  g_autofree char *status = NULL;
  const char *line;

  g_file_get_contents ("/proc/self/status", &status, NULL, NULL);
  line = status != NULL ? strstr (status, "\nVmRSS:") : NULL;

  return line != NULL ? g_ascii_strtod (line + strlen ("\nVmRSS:"), NULL) / 1000.0 : 0.0;
}

static void
on_delta (const LobeDelta *delta,
          gpointer         user_data)
{
  Heard *heard = user_data;

  if (delta->kind != LOBE_DELTA_TEXT)
    return;

  if (heard->n_deltas++ == 0)
    heard->first_delta = g_get_monotonic_time ();
  if (heard->n_deltas % (N_EVENTS * 2) == 0)
    heard->memory = MAX (heard->memory, get_memory ());
  if (heard->n_deltas == N_EVENTS * 2)
    heard->memory_before = heard->memory;
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
run_driver (LobeDriver *driver,
            const char *url,
            Heard      *heard)
{
  g_autoptr (LobeHttp) http = lobe_http_new (NULL, NULL);
  g_autoptr (LobeEndpoint) endpoint = lobe_endpoint_new (http, "bench", url);
  g_autoptr (LobeRequest) request = lobe_request_new ("m");
  double start = bench_cpu ();

  *heard = (Heard) { 0 };
  lobe_driver_chat_async (driver, endpoint, request, on_delta, heard, NULL, NULL, on_chat, heard);
  while (!heard->ended)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (heard->error);

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

static void
measure_speed (const char *name,
               LobeDriver *driver,
               const char *url,
               GPtrArray  *events)
{
  g_autofree char *figure = g_strconcat ("driver-", name, NULL);
  double times[N_RUNS], json[N_RUNS];

  for (guint i = 0; i < N_RUNS; i++)
    {
      Heard heard;

      times[i] = run_driver (driver, url, &heard);
      /* what may be the beginning of a stop word is told with what follows */
      g_assert_cmpuint (heard.n_deltas, >, N_EVENTS / 2);
      json[i] = measure_json (events);
    }

  bench_figure (figure, N_EVENTS / bench_median (times, N_RUNS), "events/s", N_EVENTS / bench_median (json, N_RUNS), 0.6, FALSE);
}

static void
measure_first (const char *name,
               LobeDriver *driver,
               const char *url,
               Served     *served)
{
  g_autofree char *figure = g_strdup_printf ("driver-%s-first", name);
  double times[N_FIRST];

  served->serving = SERVE_FIRST;
  for (guint i = 0; i < N_FIRST; i++)
    {
      Heard heard;

      run_driver (driver, url, &heard);
      times[i] = (heard.first_delta - served->first_byte) / 1000.0;
    }

  bench_limit (figure, bench_median (times, N_FIRST), "ms", 0, 0.2);
}

static void
measure_memory (const char *name,
                LobeDriver *driver,
                const char *url,
                Served     *served)
{
  g_autofree char *figure = g_strdup_printf ("driver-%s-memory", name);
  Heard heard;

  served->serving = SERVE_LONG;
  run_driver (driver, url, &heard);

  /* flat: no more at the end than after the first part */
  bench_difference (figure, heard.memory, "MB", heard.memory_before, 2);
}

static void
measure (LobeDriverRegistry *registry,
         const Protocol     *protocol,
         gboolean            whole_family)
{
  static const char *const tokens[] = { " the", " capital", "\\n", " of", " France", "。", " is", "," };
  LobeDriver *driver = lobe_driver_registry_lookup (registry, protocol->protocol);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func (g_free);
  /* with as many threads as connections it accepts from two threads at once, and GLib 2.84 breaks */
  g_autoptr (GSocketService) service = g_threaded_socket_service_new (8);
  g_autofree char *name = g_strconcat (protocol->protocol, strstr (protocol->path, "generate") != NULL ? "-generate" : NULL, NULL);
  g_autofree char *url = NULL;
  Served served = { protocol, SERVE_WHOLE, g_string_new (NULL), 0 };

  for (guint i = 0; i < N_EVENTS; i++)
    {
      g_autofree char *event = g_strconcat (protocol->before, tokens[i % G_N_ELEMENTS (tokens)], protocol->after, NULL);

      g_string_append (served.body, event);
      g_ptr_array_add (events, g_strdup (strchr (event, '{')));
    }

  url = g_strdup_printf ("http://127.0.0.1:%u%s",
                         g_socket_listener_add_any_inet_port (G_SOCKET_LISTENER (service), NULL, NULL), protocol->path);
  g_signal_connect (service, "run", G_CALLBACK (on_run), &served);

  measure_speed (name, driver, url, events);
  measure_first (name, driver, url, &served);
  if (whole_family)
    measure_memory (name, driver, url, &served);

  g_socket_service_stop (service);
  g_string_free (served.body, TRUE);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (LobeDriverRegistry) registry = lobe_driver_registry_new ();

  for (guint i = 0; i < G_N_ELEMENTS (protocols); i++)
    {
      /* those with one shape share a decoder, so that one of them passes the long answer for all */
      gboolean new_shape = i == 0 || strcmp (protocols[i].before, protocols[i - 1].before) != 0;

      measure (registry, &protocols[i], new_shape);
    }

  return 0;
}
