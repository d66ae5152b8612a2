/* script-server.c: a server on loopback that sends exactly the bytes it was given */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "script-server.h"

#include <string.h>

/*
 * One request a connection. Replies are sent in the order in which they were given, then the connection is closed, so
 * that a body without a length ends where the reply does. In threads of its own, as it blocks.
 */
struct _ScriptServer
{
  GSocketService *service;
  char           *url;
  GAsyncQueue    *replies;
  GAsyncQueue    *requests;
  int             n_left; /* clients that left a reply which is held */
  gpointer        written; /* bytes of the last reply without an end */
};

typedef enum
{
  MANNER_WHOLE,
  MANNER_HOLD,
  MANNER_DRIP,
  MANNER_ENDLESS,
} Manner;

typedef struct
{
  GBytes *bytes;
  Manner  manner;
} Reply;

static void
reply_free (gpointer data)
{
  Reply *reply = data;

  g_bytes_unref (reply->bytes);
  g_free (reply);
}

/* The request with its body, or what came of it. */
static char *
read_request (GInputStream *stream)
{
  g_autoptr (GString) request = g_string_new (NULL);
  gsize needed = G_MAXSIZE;

  while (request->len < needed)
    {
      char buffer[4096];
      gssize n = g_input_stream_read (stream, buffer, sizeof buffer, NULL, NULL);
      const char *end;

      if (n <= 0)
        break;

      g_string_append_len (request, buffer, n);
      end = strstr (request->str, "\r\n\r\n");
      if (end != NULL && needed == G_MAXSIZE)
        {
          const char *length = strstr (request->str, "Content-Length: ");

          needed = end + 4 - request->str;
          if (length != NULL && length < end)
            needed += g_ascii_strtoull (length + strlen ("Content-Length: "), NULL, 10);
        }
    }

  return g_string_free_and_steal (g_steal_pointer (&request));
}

/* Writes @bytes as @manner has it. */
static void
write_reply (ScriptServer  *self,
             GOutputStream *output,
             const char    *bytes,
             gsize          length,
             Manner         manner)
{
  g_autofree char *filling = NULL;

  if (manner != MANNER_DRIP)
    g_output_stream_write_all (output, bytes, length, NULL, NULL, NULL);
  for (gsize i = 0; manner == MANNER_DRIP && i < length; i++)
    g_output_stream_write_all (output, bytes + i, 1, NULL, NULL, NULL);

  if (manner != MANNER_ENDLESS)
    return;

  /* until the client has enough */
  filling = g_strnfill (64 * 1024, 'x');
  while (g_output_stream_write_all (output, filling, 64 * 1024, NULL, NULL, NULL))
    length += 64 * 1024;
  g_atomic_pointer_set (&self->written, GSIZE_TO_POINTER (length));
  g_main_context_wakeup (NULL);
}

static gboolean
on_run (GThreadedSocketService *service,
        GSocketConnection      *connection,
        GObject                *source_object,
        gpointer                user_data)
{
  ScriptServer *self = user_data;
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  g_autofree char *request = read_request (input);
  Reply *reply;
  gsize length;
  gconstpointer data;

  if (*request == '\0')
    return TRUE;

  reply = g_async_queue_try_pop (self->replies);
  g_async_queue_push (self->requests, g_steal_pointer (&request));
  if (reply == NULL)
    return TRUE;

  data = g_bytes_get_data (reply->bytes, &length);
  write_reply (self, output, data, length, reply->manner);
  if (reply->manner == MANNER_HOLD)
    {
      char byte;

      while (g_input_stream_read (input, &byte, 1, NULL, NULL) > 0)
        ;
      g_atomic_int_inc (&self->n_left);
      g_main_context_wakeup (NULL);
    }
  g_io_stream_close (G_IO_STREAM (connection), NULL, NULL);
  reply_free (reply);

  return TRUE;
}

ScriptServer *
script_server_new (void)
{
  ScriptServer *self = g_new0 (ScriptServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) wanted = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) address = NULL;
  g_autoptr (GError) error = NULL;

  self->replies = g_async_queue_new_full (reply_free);
  self->requests = g_async_queue_new_full (g_free);
  self->service = g_threaded_socket_service_new (4);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), wanted, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &address, &error);
  g_assert_no_error (error);
  self->url = g_strdup_printf ("http://127.0.0.1:%u", g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address)));
  g_signal_connect (self->service, "run", G_CALLBACK (on_run), self);
  g_socket_service_start (self->service);

  return self;
}

void
script_server_free (ScriptServer *self)
{
  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_object_unref (self->service);
  g_async_queue_unref (self->replies);
  g_async_queue_unref (self->requests);
  g_free (self->url);
  g_free (self);
}

const char *
script_server_get_url (ScriptServer *self)
{
  return self->url;
}

static void
push (ScriptServer *self,
      GString      *bytes,
      Manner        manner)
{
  Reply *reply = g_new0 (Reply, 1);

  reply->bytes = g_string_free_to_bytes (bytes);
  reply->manner = manner;
  g_async_queue_push (self->replies, reply);
}

/* @head: status and headers with no empty line: "200 OK\r\nContent-Type: text/event-stream" */
static GString *
begin (const char *head)
{
  GString *bytes = g_string_new ("HTTP/1.1 ");

  g_string_append (bytes, head);
  g_string_append (bytes, "\r\nConnection: close\r\n");

  return bytes;
}

/* A body that ends with the connection. */
void
script_server_reply (ScriptServer *self,
                     const char   *head,
                     const char   *body,
                     gssize        length)
{
  GString *bytes = begin (head);

  g_string_append (bytes, "\r\n");
  g_string_append_len (bytes, body, length);
  push (self, bytes, MANNER_WHOLE);
}

/* A chunked body without its last chunk: to the client the connection breaks. */
void
script_server_reply_chunks (ScriptServer *self,
                            const char   *head,
                            const char   *body,
                            gssize        length)
{
  GString *bytes = begin (head);

  g_string_append (bytes, "Transfer-Encoding: chunked\r\n\r\n");
  if (length != 0)
    {
      g_string_append_printf (bytes, "%zx\r\n", length < 0 ? strlen (body) : (gsize) length);
      g_string_append_len (bytes, body, length);
      g_string_append (bytes, "\r\n");
    }
  push (self, bytes, MANNER_WHOLE);
}

/* A body that does not end until the client leaves. */
void
script_server_reply_hold (ScriptServer *self,
                          const char   *head,
                          const char   *body,
                          gssize        length)
{
  GString *bytes = begin (head);

  g_string_append (bytes, "\r\n");
  g_string_append_len (bytes, body, length);
  push (self, bytes, MANNER_HOLD);
}

/* A body that comes byte by byte. */
void
script_server_reply_drip (ScriptServer *self,
                          const char   *head,
                          const char   *body,
                          gssize        length)
{
  GString *bytes = begin (head);

  g_string_append (bytes, "\r\n");
  g_string_append_len (bytes, body, length);
  push (self, bytes, MANNER_DRIP);
}

/* A body that begins so and goes on with one letter until the client leaves. */
void
script_server_reply_endless (ScriptServer *self,
                             const char   *head,
                             const char   *body,
                             gssize        length)
{
  GString *bytes = begin (head);

  g_string_append (bytes, "\r\n");
  g_string_append_len (bytes, body, length);
  push (self, bytes, MANNER_ENDLESS);
}

/* These bytes, which need not be HTTP. */
void
script_server_reply_raw (ScriptServer *self,
                         const char   *bytes,
                         gssize        length)
{
  GString *copy = g_string_new (NULL);

  g_string_append_len (copy, bytes, length);
  push (self, copy, MANNER_WHOLE);
}

/* Runs the main loop until the client has left a reply without end; how much of it was taken, in bytes. */
gsize
script_server_take_written (ScriptServer *self)
{
  while (g_atomic_pointer_get (&self->written) == NULL)
    g_main_context_iteration (NULL, TRUE);

  return GPOINTER_TO_SIZE (g_atomic_pointer_exchange (&self->written, NULL));
}

/* The oldest request that was not taken yet, with its headers; %NULL when there is none. */
char *
script_server_take_request (ScriptServer *self)
{
  return g_async_queue_try_pop (self->requests);
}

/* Runs the main loop until a client has left a reply that is held. */
void
script_server_wait_left (ScriptServer *self)
{
  while (g_atomic_int_get (&self->n_left) == 0)
    g_main_context_iteration (NULL, TRUE);
  g_atomic_int_dec_and_test (&self->n_left);
}
