/* fake-server.h: a model server in the test's own process, that says what a table tells it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>
#include <string.h>

/* One answer. A body of NULL never answers. */
typedef struct
{
  const char *path;
  guint       status;
  const char *body;
} FakeAnswer;

typedef struct
{
  SoupServer       *server;
  const FakeAnswer *answers;
  guint             port;
  char             *url;
  GString          *asked;
  char             *authorization;
  GPtrArray        *paused;
} FakeServer;

static void
fake_server_handle (SoupServer        *server,
                    SoupServerMessage *message,
                    const char        *path,
                    GHashTable        *query,
                    gpointer           user_data)
{
  FakeServer *self = user_data;
  const char *authorization = soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                                            "Authorization");

  g_string_append_printf (self->asked, "%s ", path);
  if (authorization != NULL)
    g_set_str (&self->authorization, authorization);

  for (const FakeAnswer *answer = self->answers; answer->path != NULL; answer++)
    {
      if (!g_str_equal (answer->path, path))
        continue;
      if (answer->body == NULL)
        {
          soup_server_message_pause (message);
          return;
        }
      soup_server_message_set_status (message, answer->status, NULL);
      soup_server_message_set_response (message, "application/json", SOUP_MEMORY_COPY, answer->body,
                                        strlen (answer->body));
      return;
    }

  soup_server_message_set_status (message, 404, NULL);
}

static inline FakeServer *
fake_server_new (const FakeAnswer *answers)
{
  FakeServer *self = g_new0 (FakeServer, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->answers = answers;
  self->asked = g_string_new (NULL);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (self->server, NULL, fake_server_handle, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->port = g_uri_get_port (uris->data);
  self->url = g_strdup_printf ("http://127.0.0.1:%u", self->port);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  return self;
}

static inline void
fake_server_free (FakeServer *self)
{
  soup_server_disconnect (self->server);
  g_clear_object (&self->server);
  g_string_free (self->asked, TRUE);
  g_free (self->url);
  g_free (self->authorization);
  g_free (self);
}

/* A port on this machine where nobody listens. */
static inline guint
fake_server_find_closed_port (void)
{
  static const FakeAnswer nothing[] = { { NULL } };
  FakeServer *server = fake_server_new (nothing);
  guint port = server->port;

  fake_server_free (server);

  return port;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FakeServer, fake_server_free)

/* Keeps the result of an asynchronous call for who spins the loop. */
static inline void
fake_keep_result (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static inline GAsyncResult *
fake_wait (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);

  return *result;
}
