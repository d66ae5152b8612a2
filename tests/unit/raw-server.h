/* raw-server.h: a server that answers with exactly the bytes that a test wants, and sees who goes */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>
#include <gio/gunixsocketaddress.h>
#include <stdlib.h>
#include <string.h>

typedef struct _RawServer RawServer;
typedef struct _RawClient RawClient;

/* What to do when a whole request is there: raw_write () now or later, raw_close () */
typedef void (*RawHandler) (RawServer  *server,
                            RawClient  *client,
                            const char *request);

struct _RawServer
{
  GSocketService *service;
  guint16         port;
  RawHandler      handler;
  gconstpointer   data;
  GPtrArray      *clients;     /* every connection ever made */
  GPtrArray      *requests;    /* every whole request, as text */
  guint           gone;        /* connections that the other side closed */
};

struct _RawClient
{
  RawServer         *server;
  GSocketConnection *connection;
  GCancellable      *cancellable;
  GString           *input;
  char               buffer[4096];
};

static inline void
raw_close (RawClient *client)
{
  g_cancellable_cancel (client->cancellable);
  if (client->connection != NULL)
    g_io_stream_close (G_IO_STREAM (client->connection), NULL, NULL);
}

static inline void
raw_write_bytes (RawClient  *client,
                 const void *bytes,
                 gsize       length)
{
  g_autoptr (GError) error = NULL;

  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (client->connection)),
                             bytes, length, NULL, NULL, &error);
  g_assert_no_error (error);
}

static inline void
raw_write (RawClient  *client,
           const char *bytes)
{
  raw_write_bytes (client, bytes, strlen (bytes));
}

static inline RawClient *
raw_client (RawServer *server,
            guint      index)
{
  g_assert_cmpuint (index, <, server->clients->len);

  return g_ptr_array_index (server->clients, index);
}

static inline const char *
raw_request (RawServer *server,
             guint      index)
{
  g_assert_cmpuint (index, <, server->requests->len);

  return g_ptr_array_index (server->requests, index);
}

static inline void
raw_client_free (RawClient *client)
{
  g_clear_object (&client->connection);
  g_object_unref (client->cancellable);
  g_string_free (client->input, TRUE);
  g_free (client);
}

/* Cuts one whole request off the input; NULL when it is not there yet */
static inline char *
raw_take_request (GString *input)
{
  const char *end = strstr (input->str, "\r\n\r\n");
  g_autofree char *lower = g_ascii_strdown (input->str, -1);
  const char *header = strstr (lower, "\r\ncontent-length: ");
  char *request;
  gsize length;

  if (end == NULL)
    return NULL;

  length = end + 4 - input->str;
  if (header != NULL && header < lower + length)
    length += strtoul (header + strlen ("\r\ncontent-length: "), NULL, 10);
  if (input->len < length)
    return NULL;

  request = g_strndup (input->str, length);
  g_string_erase (input, 0, length);

  return request;
}

static inline void raw_read_on (RawClient *client);

static inline void
raw_has_read (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GError) error = NULL;
  RawClient *client = user_data;
  gssize n = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || g_cancellable_is_cancelled (client->cancellable))
    return;

  if (n <= 0)
    {
      client->server->gone++;
      return;
    }

  g_string_append_len (client->input, client->buffer, n);
  for (;;)
    {
      char *request = raw_take_request (client->input);

      if (request == NULL)
        break;
      g_ptr_array_add (client->server->requests, request);
      client->server->handler (client->server, client, request);
    }

  raw_read_on (client);
}

static inline void
raw_read_on (RawClient *client)
{
  if (!g_cancellable_is_cancelled (client->cancellable))
    g_input_stream_read_async (g_io_stream_get_input_stream (G_IO_STREAM (client->connection)),
                               client->buffer, sizeof client->buffer, G_PRIORITY_DEFAULT, client->cancellable,
                               raw_has_read, client);
}

static inline gboolean
raw_incoming (GSocketService    *service,
              GSocketConnection *connection,
              GObject           *source,
              gpointer           user_data)
{
  RawServer *server = user_data;
  RawClient *client = g_new0 (RawClient, 1);

  client->server = server;
  client->connection = g_object_ref (connection);
  client->cancellable = g_cancellable_new ();
  client->input = g_string_new (NULL);
  g_ptr_array_add (server->clients, client);
  raw_read_on (client);

  return TRUE;
}

/* On a free port of the loopback, or on a unix socket at @path */
static inline RawServer *
raw_server_new (const char    *path,
                RawHandler     handler,
                gconstpointer  data)
{
  RawServer *server = g_new0 (RawServer, 1);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GError) error = NULL;

  server->handler = handler;
  server->data = data;
  server->clients = g_ptr_array_new_with_free_func ((GDestroyNotify) raw_client_free);
  server->requests = g_ptr_array_new_with_free_func (g_free);
  server->service = g_socket_service_new ();
  address = path != NULL ? g_unix_socket_address_new (path) : g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_socket_listener_set_backlog (G_SOCKET_LISTENER (server->service), 64);
  g_socket_listener_add_address (G_SOCKET_LISTENER (server->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_DEFAULT, NULL, &bound, &error);
  g_assert_no_error (error);
  if (path == NULL)
    server->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
  g_signal_connect (server->service, "incoming", G_CALLBACK (raw_incoming), server);

  return server;
}

static inline void
raw_server_free (RawServer *server)
{
  g_signal_handlers_disconnect_by_data (server->service, server);
  g_socket_service_stop (server->service);
  g_socket_listener_close (G_SOCKET_LISTENER (server->service));
  for (guint i = 0; i < server->clients->len; i++)
    raw_close (raw_client (server, i));
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_object (&server->service);
  g_ptr_array_unref (server->clients);
  g_ptr_array_unref (server->requests);
  g_free (server);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (RawServer, raw_server_free)

static inline char *
raw_server_uri (RawServer  *server,
                const char *path)
{
  return g_strdup_printf ("http://127.0.0.1:%u%s", server->port, path);
}

/* Lets the main loop run until @condition holds */
#define run_until(condition) G_STMT_START { while (!(condition)) g_main_context_iteration (NULL, TRUE); } G_STMT_END

static inline void
keep_result (GObject      *source,
             GAsyncResult *result,
             gpointer      user_data)
{
  GAsyncResult **kept = user_data;

  g_assert_null (*kept);
  *kept = g_object_ref (result);
}
