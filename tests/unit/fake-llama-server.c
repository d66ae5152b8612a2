/* fake-llama-server.c: behaves like llama-server as far as the engine sees it; the model file says how */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include <gio/gunixsocketaddress.h>
#include <libsoup/soup.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *behaviour;
static int health_asked;

static void
handle (SoupServer        *server,
        SoupServerMessage *message,
        const char        *path,
        GHashTable        *query,
        gpointer           user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  g_autofree char *wanted = g_strconcat ("Bearer ", g_getenv ("LLAMA_API_KEY"), NULL);
  const char *body = "{\"status\":\"ok\"}";
  guint status = 200;

  if (g_str_equal (path, "/health"))
    {
      if (g_str_equal (behaviour, "never") || (g_str_equal (behaviour, "slow") && health_asked++ < 3))
        {
          status = 503;
          body = "{\"error\":{\"message\":\"Loading model\",\"type\":\"unavailable_error\",\"code\":503}}";
        }
    }
  else if (g_strcmp0 (soup_message_headers_get_one (headers, "Authorization"), wanted) != 0)
    {
      status = 401;
      body = "{\"error\":{\"message\":\"Invalid API Key\"}}";
    }
  else if (g_str_equal (path, "/crash"))
    {
      fputs ("GGML_ASSERT(false) failed\n", stderr);
      abort ();
    }

  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, body, strlen (body));
}

static const char *
get_option (int         argc,
            char      **argv,
            const char *name)
{
  for (int i = 1; i + 1 < argc; i++)
    if (g_str_equal (argv[i], name))
      return argv[i + 1];

  fprintf (stderr, "fake: no %s\n", name);
  exit (2);
}

int
main (int   argc,
      char *argv[])
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (SoupServer) server = soup_server_new (NULL, NULL);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocket) socket = NULL;
  g_autoptr (GError) error = NULL;
  const char *model = get_option (argc, argv, "--model");
  g_autofree char *pid_path = g_strconcat (model, ".pid", NULL);
  g_autofree char *pid = g_strdup_printf ("%d", getpid ());
  char *text;

  if (!g_file_get_contents (model, &text, NULL, NULL))
    return 2;
  behaviour = g_strstrip (text);

  for (int i = 1; i < argc; i++)
    if (strstr (argv[i], g_getenv ("LLAMA_API_KEY")) != NULL)
      return 3;
  if (g_getenv ("OPENAI_API_KEY") != NULL || g_getenv ("LLAMA_ARG_TOOLS") != NULL)
    return 4;
  /* Only words that the real one knows */
  for (int i = 1; i < argc; i++)
    if (argv[i][0] == '-'
        && !g_strv_contains ((const char *[]) { "--host", "--model", "--no-webui", "--offline", "--parallel",
                                                "--ctx-size", "--threads", "--poll", NULL }, argv[i]))
      return 5;

  if (g_str_equal (behaviour, "corrupt"))
    {
      fputs ("gguf_init_from_file_ptr: invalid magic characters: 'corr', expected 'GGUF'\n"
             "llama_model_load: error loading model: llama_model_loader: failed to load model\n", stderr);
      return 1;
    }
  if (g_str_equal (behaviour, "sigill"))
    raise (SIGILL);
  if (g_str_equal (behaviour, "stubborn"))
    signal (SIGTERM, SIG_IGN);
  if (g_str_equal (behaviour, "noisy"))
    for (int i = 0; i < 20000; i++)
      fputs ("a line of fifty characters that nobody is to read\n", stderr);

  address = g_unix_socket_address_new (get_option (argc, argv, "--host"));
  socket = g_socket_new (G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, 0, NULL);
  /* Like the real one, which does not take the place of a socket that is there */
  if (!g_socket_bind (socket, address, FALSE, &error) || !g_socket_listen (socket, &error)
      || !soup_server_listen_socket (server, socket, 0, &error))
    {
      fprintf (stderr, "couldn't bind HTTP server socket: %s\n", error->message);
      return 1;
    }
  g_file_set_contents (pid_path, pid, -1, NULL);

  soup_server_add_handler (server, NULL, handle, NULL, NULL);
  g_main_loop_run (loop);

  return 0;
}
