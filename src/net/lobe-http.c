/* lobe-http.c: the one door through which every request of the program leaves */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "net/lobe-http.h"

#include "base/lobe-error.h"
#include "lobe-config.h"
#include "net/lobe-http-error.h"
#include "net/lobe-http-request-private.h"
#include "net/lobe-http-response-private.h"
#include "net/lobe-http-session.h"
#include "base/lobe-wait.h"

#include <glib/gi18n-lib.h>

/* The kernel itself gives up a connection only after two minutes. This bounds connecting, never what comes after. */
#define CONNECT_SECONDS 20

#define MAX_REDIRECTS 5

/**
 * LobeHttp:
 *
 * Every request asks the policy first, is told to the ledger after, and runs over a SoupSession that suits it. Statuses
 * are no errors here: what a 404 means is the protocol's affair. All of it belongs to the main thread.
 */
struct _LobeHttp
{
  GObject      parent_instance;

  LobePolicy  *policy;
  LobeLedger  *ledger;
  GPtrArray   *sessions; /* of LobeHttpSession; few */
};

G_DEFINE_FINAL_TYPE (LobeHttp, lobe_http, G_TYPE_OBJECT)

static void
lobe_http_finalize (GObject *object)
{
  LobeHttp *self = LOBE_HTTP (object);

  g_clear_object (&self->policy);
  g_clear_object (&self->ledger);
  g_ptr_array_unref (self->sessions);

  G_OBJECT_CLASS (lobe_http_parent_class)->finalize (object);
}

static void
lobe_http_class_init (LobeHttpClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_http_finalize;
}

static void
lobe_http_init (LobeHttp *self)
{
  self->sessions = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_http_session_unref);
}

/**
 * lobe_http_new:
 * @policy: (nullable): who decides what may leave; %NULL allows everything
 * @ledger: (nullable): who is told what left
 *
 * Returns: (transfer full): the door
 */
LobeHttp *
lobe_http_new (LobePolicy *policy,
               LobeLedger *ledger)
{
  LobeHttp *self;

  g_return_val_if_fail (policy == NULL || LOBE_IS_POLICY (policy), NULL);
  g_return_val_if_fail (ledger == NULL || LOBE_IS_LEDGER (ledger), NULL);

  self = g_object_new (LOBE_TYPE_HTTP, NULL);
  g_set_object (&self->policy, policy);
  g_set_object (&self->ledger, ledger);

  return self;
}

/**
 * lobe_http_is_loopback:
 * @host: a host's name or address
 *
 * Whether what is sent to @host stays on this machine. By RFC 6761, section 6.3, every name under "localhost" is it.
 *
 * Returns: whether it does
 */
gboolean
lobe_http_is_loopback (const char *host)
{
  g_autoptr (GInetAddress) address = NULL;
  g_autofree char *lower = NULL;

  g_return_val_if_fail (host != NULL, FALSE);

  address = g_inet_address_new_from_string (host);
  if (address != NULL)
    return g_inet_address_get_is_loopback (address);

  lower = g_ascii_strdown (host, -1);

  return g_str_equal (lower, "localhost") || g_str_has_suffix (lower, ".localhost");
}

static LobeHttpSession *
get_session (LobeHttp         *self,
             LobeHttpRequest  *request,
             GError          **error)
{
  LobeHttpSession *session;

  for (guint i = 0; i < self->sessions->len; i++)
    {
      if (lobe_http_session_suits (self->sessions->pdata[i], request))
        return self->sessions->pdata[i];
    }

  session = lobe_http_session_new (request, error);
  if (session != NULL)
    g_ptr_array_add (self->sessions, session);

  return session;
}

/* One request under way, with the redirects it meets */
typedef struct
{
  LobeHttpRequest *request;
  LobeHttpSession *session;
  SoupMessage     *message;
  LobeWait        *wait;
  gint64           deadline; /* in µs of the monotonic clock; 0 without */
  guint            redirects;
  gboolean         recorded; /* the ledger knows of the present request */
  gboolean         via_proxy;

  GTlsCertificateFlags tls_errors;
} Sending;

static void
sending_clear_message (Sending *sending)
{
  if (sending->message != NULL)
    {
      g_signal_handlers_disconnect_by_data (sending->message, sending);
      g_signal_handlers_disconnect_by_data (sending->message, &sending->tls_errors);
    }
  g_clear_object (&sending->message);
}

static void
sending_free (Sending *sending)
{
  sending_clear_message (sending);
  lobe_wait_free (sending->wait);
  g_clear_pointer (&sending->session, lobe_http_session_unref);
  g_object_unref (sending->request);
  g_free (sending);
}

static void
record (GTask        *task,
        guint         status,
        const GError *error)
{
  LobeHttp *self = g_task_get_source_object (task);
  Sending *sending = g_task_get_task_data (task);

  if (self->ledger != NULL && !sending->recorded)
    lobe_ledger_record (self->ledger, sending->request, status, error);
  sending->recorded = TRUE;
}

static void
fail_sending (GTask  *task,
              GError *error)
{
  record (task, 0, error);
  g_task_return_error (task, error);
}

/* How long it may still take, by the request's own timeout */
static void
set_remaining_time (Sending *sending)
{
  gint64 left;

  if (sending->deadline == 0)
    {
      lobe_wait_set_timeout (sending->wait, 0);
      return;
    }

  left = sending->deadline - g_get_monotonic_time ();
  lobe_wait_set_timeout (sending->wait, MAX (1, left / 1000));
}

static void
network_event (SoupMessage        *message,
               GSocketClientEvent  event,
               GIOStream          *connection,
               Sending            *sending)
{
  gint64 left;

  switch (event)
    {
    case G_SOCKET_CLIENT_RESOLVING:
      left = sending->deadline == 0 ? G_MAXINT64 : sending->deadline - g_get_monotonic_time ();
      if (left > CONNECT_SECONDS * G_USEC_PER_SEC)
        lobe_wait_set_timeout (sending->wait, CONNECT_SECONDS * 1000);
      break;

    case G_SOCKET_CLIENT_CONNECTING:
      if (G_IS_SOCKET_CONNECTION (connection))
        {
          g_autoptr (GSocketAddress) address = NULL;

          address = g_socket_connection_get_remote_address (G_SOCKET_CONNECTION (connection), NULL);
          sending->via_proxy = G_IS_PROXY_ADDRESS (address);
        }
      break;

    case G_SOCKET_CLIENT_COMPLETE:
      set_remaining_time (sending);
      break;

    case G_SOCKET_CLIENT_RESOLVED:
    case G_SOCKET_CLIENT_CONNECTED:
    case G_SOCKET_CLIENT_PROXY_NEGOTIATING:
    case G_SOCKET_CLIENT_PROXY_NEGOTIATED:
    case G_SOCKET_CLIENT_TLS_HANDSHAKING:
    case G_SOCKET_CLIENT_TLS_HANDSHAKED:
    default:
      break;
    }
}

static void send_request (GTask *task);

static gboolean
is_redirect (guint status)
{
  return status == SOUP_STATUS_MOVED_PERMANENTLY || status == SOUP_STATUS_FOUND || status == SOUP_STATUS_SEE_OTHER ||
         status == SOUP_STATUS_TEMPORARY_REDIRECT || status == SOUP_STATUS_PERMANENT_REDIRECT;
}

/* Whether the answer was a redirect that is on its way now */
static gboolean
follow_redirect (GTask        *task,
                 GInputStream *stream)
{
  Sending *sending = g_task_get_task_data (task);
  g_autoptr (LobeHttpRequest) next = NULL;
  const char *location;

  location = soup_message_headers_get_one (soup_message_get_response_headers (sending->message), "Location");
  if (!is_redirect (soup_message_get_status (sending->message)) || location == NULL)
    return FALSE;

  next = lobe_http_request_redirect (sending->request, location);
  if (next == NULL)
    return FALSE;

  g_input_stream_close_async (stream, G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  record (task, soup_message_get_status (sending->message), NULL);
  sending_clear_message (sending);
  g_set_object (&sending->request, next);
  sending->recorded = FALSE;
  sending->redirects++;

  if (sending->redirects > MAX_REDIRECTS)
    fail_sending (task, g_error_new (LOBE_ERROR, LOBE_ERROR_PROTOCOL, _("“%s” redirects in circles"),
                                     lobe_http_request_get_asker (next)));
  else
    send_request (g_object_ref (task));

  return TRUE;
}

static void
message_sent (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GInputStream) stream = NULL;
  g_autoptr (GError) error = NULL;
  Sending *sending = g_task_get_task_data (task);

  stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);

  if (stream != NULL && soup_message_get_status (sending->message) == SOUP_STATUS_PROXY_AUTHENTICATION_REQUIRED)
    {
      g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_PROXY_NEED_AUTH, _("the proxy wants a name and a password"));
      g_clear_object (&stream);
    }

  if (stream == NULL)
    {
      if (lobe_wait_is_over (sending->wait))
        fail_sending (task, lobe_http_error_new_late (sending->request));
      else
        {
          /* certificates may be renewed: the next try reads them again */
          if (error->domain == G_TLS_ERROR)
            g_ptr_array_remove (LOBE_HTTP (g_task_get_source_object (task))->sessions, sending->session);
          fail_sending (task, lobe_http_error_new (sending->request, error, sending->via_proxy, sending->tls_errors));
        }
      return;
    }

  if (follow_redirect (task, stream))
    return;

  lobe_wait_set_timeout (sending->wait, 0);
  record (task, soup_message_get_status (sending->message), NULL);
  g_task_return_pointer (task,
                         lobe_http_response_new (sending->request, lobe_http_session_get (sending->session), sending->message, stream),
                         g_object_unref);
}

/* Sends the present request, if it may leave; takes @task over */
static void
send_request (GTask *task)
{
  LobeHttp *self = g_task_get_source_object (task);
  Sending *sending = g_task_get_task_data (task);
  g_autoptr (SoupMessage) message = NULL;
  LobeHttpSession *session = NULL;
  GError *error = NULL;

  message = lobe_http_request_to_message (sending->request, &error);
  if (message != NULL && (self->policy == NULL || lobe_policy_check (self->policy, sending->request, &error)))
    session = get_session (self, sending->request, &error);
  if (session == NULL)
    {
      fail_sending (task, error);
      g_object_unref (task);
      return;
    }

  g_clear_pointer (&sending->session, lobe_http_session_unref);
  sending->session = lobe_http_session_ref (session);
  sending->message = g_object_ref (message);
  sending->via_proxy = FALSE;
  sending->tls_errors = 0;
  lobe_http_session_prepare (session, message, &sending->tls_errors);
  set_remaining_time (sending);
  g_signal_connect (message, "network-event", G_CALLBACK (network_event), sending);

  /* A POST never goes over a connection that was kept, which the server may be closing at this moment: libsoup makes a
   * new one for what must not be sent twice, and sends the rest twice by itself. */
  soup_session_send_async (lobe_http_session_get (session), message, G_PRIORITY_DEFAULT,
                           lobe_wait_get_cancellable (sending->wait), message_sent, task);
}

/**
 * lobe_http_send_async:
 * @self: the door
 * @request: what to send; it must not change any more
 * @cancellable: (nullable): to give it up; no part in reading the body
 * @callback: (scope async) (closure user_data): what to call when the headers are there
 * @user_data: what to give to @callback
 *
 * Sends @request and waits for the headers. A GET is redirected up to 5 times: every step is a request of its own for
 * policy and ledger, and secrets stay with the origin that they were meant for. Any other redirect is an answer like
 * others.
 */
void
lobe_http_send_async (LobeHttp            *self,
                      LobeHttpRequest     *request,
                      GCancellable        *cancellable,
                      GAsyncReadyCallback  callback,
                      gpointer             user_data)
{
  GTask *task;
  Sending *sending;
  guint timeout;

  g_return_if_fail (LOBE_IS_HTTP (self));
  g_return_if_fail (LOBE_IS_HTTP_REQUEST (request));
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_http_send_async);

  timeout = lobe_http_request_get_timeout (request);
  sending = g_new0 (Sending, 1);
  sending->request = g_object_ref (request);
  sending->wait = lobe_wait_new (cancellable);
  sending->deadline = timeout > 0 ? g_get_monotonic_time () + timeout * G_USEC_PER_SEC : 0;
  g_task_set_task_data (task, sending, (GDestroyNotify) sending_free);

  send_request (task);
}

/**
 * lobe_http_send_finish:
 * @self: the door
 * @result: what the callback was given
 * @error: where to put what went wrong: %LOBE_ERROR_POLICY, %LOBE_ERROR_UNREACHABLE, %LOBE_ERROR_TIMED_OUT,
 *   %LOBE_ERROR_TLS, %LOBE_ERROR_PROXY, %LOBE_ERROR_PROTOCOL, %LOBE_ERROR_INTERRUPTED when the server closed without an
 *   answer, %LOBE_ERROR_INVALID for an address, header or key that cannot be sent, %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full): the answer, whatever its status, with its body still to be read
 */
LobeHttpResponse *
lobe_http_send_finish (LobeHttp      *self,
                       GAsyncResult  *result,
                       GError       **error)
{
  g_return_val_if_fail (LOBE_IS_HTTP (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
