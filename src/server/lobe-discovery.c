/* lobe-discovery.c: which model servers run on this machine? */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-discovery-private.h"

#include "base/lobe-error.h"
#include "base/lobe-wait.h"
#include "server/lobe-address.h"
#include "server/lobe-probe.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* A server on this machine answers in milliseconds; a person at the first start waits for the slowest. */
#define RUN_LIMIT_MS 1500

/* An address that a person typed may be far away. */
#define PROBE_LIMIT_MS 10000

/* The ports are each server's own default. 8080 is llama-server's in containers, and LocalAI's. */
static const LobeDiscoveryPlace usual_places[] = {
  { 11434, NULL },
  { 8080, NULL },
  { 8000, NULL },
  { 1234, "LM Studio" },
};

typedef struct
{
  LobeServer **servers;
  guint        n_places;
  guint        n_pending;
  LobeWait    *wait;
} Run;

typedef struct
{
  GTask *task;
  guint  place;
} Looking;

static void
run_free (gpointer data)
{
  Run *run = data;

  lobe_wait_free (run->wait);
  for (guint i = 0; i < run->n_places; i++)
    g_clear_object (&run->servers[i]);
  g_free (run->servers);
  g_free (run);
}

static Run *
run_new (GCancellable *cancellable,
         guint         limit_ms,
         guint         n_places)
{
  Run *run = g_new0 (Run, 1);

  run->wait = lobe_wait_new (cancellable);
  lobe_wait_set_timeout (run->wait, limit_ms);
  run->n_places = n_places;
  run->n_pending = n_places;
  run->servers = g_new0 (LobeServer *, n_places);

  return run;
}

static void
place_probed (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autofree Looking *looking = user_data;
  g_autoptr (GTask) task = looking->task;
  Run *run = g_task_get_task_data (task);
  g_autoptr (GPtrArray) servers = NULL;

  run->servers[looking->place] = lobe_probe_finish (result, NULL);
  if (--run->n_pending > 0)
    return;

  servers = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < run->n_places; i++)
    if (run->servers[i] != NULL)
      g_ptr_array_add (servers, g_object_ref (run->servers[i]));

  g_task_return_pointer (task, g_steal_pointer (&servers), (GDestroyNotify) g_ptr_array_unref);
}

/*< private >
 * lobe_discovery_run_places_async:
 * @places: (array length=n_places): where to look
 *
 * lobe_discovery_run_async () on other ports.
 */
void
lobe_discovery_run_places_async (LobeHttp                 *http,
                                 LobeDriverRegistry       *drivers,
                                 const char               *host,
                                 const LobeDiscoveryPlace *places,
                                 gsize                     n_places,
                                 GCancellable             *cancellable,
                                 GAsyncReadyCallback       callback,
                                 gpointer                  user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Run *run = run_new (cancellable, RUN_LIMIT_MS, n_places);
  gboolean ipv6 = strchr (host, ':') != NULL;

  g_task_set_source_tag (task, lobe_discovery_run_async);
  g_task_set_task_data (task, run, run_free);

  for (gsize i = 0; i < n_places; i++)
    {
      g_autofree char *base_url = g_strdup_printf (ipv6 ? "http://[%s]:%u/v1" : "http://%s:%u/v1", host, places[i].port);
      Looking *looking = g_new0 (Looking, 1);

      looking->task = g_object_ref (task);
      looking->place = i;
      lobe_probe_async (http, drivers, base_url, places[i].usual, lobe_wait_get_cancellable (run->wait), place_probed, looking);
    }
}

/**
 * lobe_discovery_run_async:
 * @http: the door
 * @drivers: the protocols
 * @host: (nullable): the machine to look at; %NULL is this one
 * @cancellable: (nullable): to stop looking
 * @callback: called after at most 1.5 s
 * @user_data: for @callback
 *
 * Looks for Ollama (port 11434), llama-server and LocalAI (8080), vLLM (8000) and LM Studio (1234), and for whatever
 * else there speaks the OpenAI protocol.
 */
void
lobe_discovery_run_async (LobeHttp            *http,
                          LobeDriverRegistry  *drivers,
                          const char          *host,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_return_if_fail (LOBE_IS_HTTP (http));
  g_return_if_fail (LOBE_IS_DRIVER_REGISTRY (drivers));

  lobe_discovery_run_places_async (http, drivers, host != NULL ? host : "127.0.0.1", usual_places,
                                   G_N_ELEMENTS (usual_places), cancellable, callback, user_data);
}

/**
 * lobe_discovery_run_finish:
 * @result: what the callback was given
 * @error: where to put that it was cancelled
 *
 * Returns: (transfer container) (element-type LobeServer): the servers that were found, each with its models or the reason
 *   why it does not tell them; to be added with lobe_servers_add ()
 */
GPtrArray *
lobe_discovery_run_finish (GAsyncResult  *result,
                           GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
address_probed (GObject      *source,
                GAsyncResult *result,
                gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GError) error = NULL;
  Run *run = g_task_get_task_data (task);
  LobeServer *server = lobe_probe_finish (result, &error);

  if (server != NULL)
    g_task_return_pointer (task, server, g_object_unref);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && lobe_wait_is_over (run->wait)
           && !g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    g_task_return_new_error (task, LOBE_ERROR, LOBE_ERROR_TIMED_OUT, _("The server did not answer in time."));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/**
 * lobe_discovery_probe_async:
 * @http: the door
 * @drivers: the protocols
 * @address: what the person typed
 * @cancellable: (nullable): to stop
 * @callback: called after at most 10 s
 * @user_data: for @callback
 *
 * Finds out what is at @address: Ollama, or something that speaks the OpenAI protocol. No port is guessed.
 */
void
lobe_discovery_probe_async (LobeHttp            *http,
                            LobeDriverRegistry  *drivers,
                            const char          *address,
                            GCancellable        *cancellable,
                            GAsyncReadyCallback  callback,
                            gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_autofree char *base_url = NULL;
  GError *error = NULL;
  Run *run;

  g_return_if_fail (LOBE_IS_HTTP (http));
  g_return_if_fail (LOBE_IS_DRIVER_REGISTRY (drivers));

  g_task_set_source_tag (task, lobe_discovery_probe_async);

  base_url = lobe_address_normalize (address, "openai", &error);
  if (base_url == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  run = run_new (cancellable, PROBE_LIMIT_MS, 0);
  g_task_set_task_data (task, run, run_free);
  lobe_probe_async (http, drivers, base_url, NULL, lobe_wait_get_cancellable (run->wait), address_probed, g_steal_pointer (&task));
}

/**
 * lobe_discovery_probe_finish:
 * @result: what the callback was given
 * @error: where to put what is wrong: %LOBE_ERROR_INVALID for what is no address, %LOBE_ERROR_NOT_FOUND when something
 *   else answers there, %LOBE_ERROR_AUTHENTICATION, %LOBE_ERROR_UNREACHABLE, %LOBE_ERROR_TIMED_OUT
 *
 * Returns: (transfer full): the server, asked once already; to be added with lobe_servers_add ()
 */
LobeServer *
lobe_discovery_probe_finish (GAsyncResult  *result,
                             GError       **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
