/* vendor-fixture.c: a driver, a server that plays its part, and what was sent to it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "vendor-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

/* @path: what stands behind the host in the address. Takes @driver. */
void
vendor_set_up (Vendor     *self,
               LobeDriver *driver,
               const char *path)
{
  g_autofree char *url = NULL;

  self->server = script_server_new ();
  self->http = lobe_http_new (NULL, NULL);
  url = g_strconcat (script_server_get_url (self->server), path, NULL);
  self->endpoint = lobe_endpoint_new (self->http, "test", url);
  self->driver = driver;
  self->heard = heard_new ();
}

void
vendor_tear_down (Vendor *self)
{
  heard_free (self->heard);
  g_assert_finalize_object (self->driver);
  g_assert_finalize_object (self->endpoint);
  g_assert_finalize_object (self->http);
  script_server_free (self->server);
}

/* Returns: (transfer none): the message, which @request keeps */
LobeMessage *
vendor_add (LobeRequest *request,
            LobeRole     role,
            const char  *text)
{
  g_autoptr (LobeMessage) message = lobe_message_new ("1", NULL, role, 0);

  if (*text != '\0')
    lobe_message_append (message, LOBE_PART_TEXT, text, -1);
  lobe_request_add_message (request, message);

  return message;
}

/* Takes @part. */
void
vendor_add_part (LobeMessage *message,
                 LobePart    *part,
                 const char  *signature)
{
  lobe_part_set_signature (part, signature);
  lobe_message_add_part (message, part);
  g_object_unref (part);
}

/* A question about a picture, whose bytes in base 64 are iVBORw==. */
LobeMessage *
vendor_add_image (LobeRequest *request,
                  const char  *text)
{
  LobeMessage *message = vendor_add (request, LOBE_ROLE_USER, text);
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "lobe-vendor.png", NULL);

  g_assert_true (g_file_set_contents (path, "\211PNG", 4, NULL));
  vendor_add_part (message, lobe_part_new_attachment (LOBE_PART_IMAGE, "a.png", "image/png", "bb", path, 4), NULL);

  return message;
}

/* Next there is no answer. */
void
vendor_refuse (Vendor     *self,
               const char *status,
               const char *body)
{
  g_autofree char *head = g_strconcat (status, "\r\nContent-Type: application/json", NULL);

  script_server_reply (self->server, head, body, -1);
}

/* Asks; @answer is what comes in the end, %NULL when nothing but refusals does. */
void
vendor_ask (Vendor      *self,
            LobeRequest *request,
            const char  *answer)
{
  if (answer != NULL)
    script_server_reply (self->server,
                         answer[0] == '{' || answer[0] == '[' ? "200 OK\r\nContent-Type: application/json"
                                                              : "200 OK\r\nContent-Type: text/event-stream",
                         answer, -1);

  heard_free (self->heard);
  self->heard = heard_new ();
  heard_chat (self->heard, self->driver, self->endpoint, request);
}

/* Returns: the body of the oldest request that was not taken yet, which is JSON; "" where it has none */
char *
vendor_take (Vendor  *self,
             char   **head)
{
  g_autofree char *request = script_server_take_request (self->server);
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  const char *body;

  g_assert_nonnull (request);
  body = strstr (request, "\r\n\r\n") + 4;
  if (head != NULL)
    *head = g_strndup (request, body - request);
  if (*body == '\0')
    return g_strdup ("");

  root = lobe_json_parse (body, -1, &error);
  g_assert_no_error (error);

  return lobe_json_to_string (root, FALSE);
}

static void
on_models (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

/* @body: (nullable): what the server answers, after what was given to it before */
GPtrArray *
vendor_list_models (Vendor     *self,
                    const char *body)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *models;

  if (body != NULL)
    script_server_reply (self->server, "200 OK\r\nContent-Type: application/json", body, -1);
  lobe_driver_list_models_async (self->driver, self->endpoint, NULL, on_models, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);

  models = lobe_driver_list_models_finish (self->driver, result, &error);
  g_assert_no_error (error);

  return models;
}
