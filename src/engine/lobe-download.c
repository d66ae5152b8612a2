/* lobe-download.c: brings one catalogue entry into a folder: resumed, verified, whole or not at all */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-download.h"

#include "base/lobe-error.h"
#include "base/lobe-wait.h"
#include "engine/lobe-part-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PIECE (256 * 1024)

/* How long nothing may come before it counts as broken off. */
#define STALL_SECONDS 60

/* Nobody reads faster, and every notify lays out a row. */
#define NOTIFY_INTERVAL (200 * 1000)

/**
 * LobeDownload:
 *
 * Fetches a model into a file beside its own, which gets its name when all of it is there and right. What broke off goes
 * on where it stopped. Writing and hashing are done in threads, a piece at a time.
 */
struct _LobeDownload
{
  GObject             parent_instance;

  LobeHttp           *http;
  LobeCatalogueEntry *entry;
  char               *path;
  gint64              received;
  gint64              last_notify;
  gboolean            running;
};

G_DEFINE_FINAL_TYPE (LobeDownload, lobe_download, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_RECEIVED,
  PROP_RUNNING,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

/* One run. */
typedef struct
{
  LobePartFile     *file; /* only one thread has it at a time */
  gint64            size;
  gboolean          restarted;
  LobeHttpResponse *response;
  LobeWait         *wait;
} Run;

/* What is done in a thread. */
typedef struct _Step Step;

struct _Step
{
  gboolean    (*work) (Step    *step,
                       GError **error);
  LobePartFile *file;
  GBytes       *bytes;
  gboolean      from_start;
  char         *etag;
};

static void send_request (GTask *task);
static void read_piece (GTask *task);

static void
run_free (gpointer data)
{
  Run *run = data;

  lobe_wait_free (run->wait);
  g_clear_object (&run->response);
  lobe_part_file_free (run->file);
  g_free (run);
}

static void
set_received (LobeDownload *self,
              gint64        received,
              gboolean      now)
{
  gint64 time = g_get_monotonic_time ();

  if (self->received == received)
    return;

  self->received = received;
  if (!now && time - self->last_notify < NOTIFY_INTERVAL)
    return;

  self->last_notify = time;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECEIVED]);
}

static void
set_running (LobeDownload *self,
             gboolean      running)
{
  if (self->running == running)
    return;

  self->running = running;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

static void
finish (GTask  *task,
        GError *error)
{
  LobeDownload *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);

  lobe_wait_set_timeout (run->wait, 0);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECEIVED]);
  set_running (self, FALSE);
  lobe_part_file_close (run->file);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_strdup (self->path), g_free);
}

static GError *
make_broken_error (GTask  *task,
                   GError *error)
{
  Run *run = g_task_get_task_data (task);
  g_autoptr (GError) cause = error;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The download was stopped."));
  if (lobe_wait_is_over (run->wait))
    return g_error_new (LOBE_ERROR, LOBE_ERROR_TIMED_OUT,
                        _("Nothing came for %d seconds. What has come is kept, and the download can go on."), STALL_SECONDS);
  if (cause != NULL && cause->domain == LOBE_ERROR && cause->code != LOBE_ERROR_INTERRUPTED)
    return g_steal_pointer (&cause);

  return g_error_new (LOBE_ERROR, LOBE_ERROR_INTERRUPTED,
                      _("The download broke off. What has come is kept, and it can go on."));
}

static gboolean
open_file (Step    *step,
           GError **error)
{
  return lobe_part_file_open (step->file, error);
}

static gboolean
begin_file (Step    *step,
            GError **error)
{
  return lobe_part_file_begin (step->file, step->from_start, step->etag, error);
}

static gboolean
write_file (Step    *step,
            GError **error)
{
  return lobe_part_file_write (step->file, step->bytes, error);
}

static gboolean
verify_file (Step    *step,
             GError **error)
{
  return lobe_part_file_verify (step->file, error);
}

static void
step_free (gpointer data)
{
  Step *step = data;

  g_clear_pointer (&step->bytes, g_bytes_unref);
  g_free (step->etag);
  g_free (step);
}

static void
step_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  Step *step = task_data;
  GError *error = NULL;

  if (step->work (step, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* What is done in the thread is short, and not cancelled: the file and its checksum stay in step. The step has no source
 * object, as the thread lets go of it at a time of its own, and objects of ours belong to the main thread. */
static void
run_step (GTask               *task,
          Step                 step,
          GAsyncReadyCallback  callback)
{
  g_autoptr (GTask) step_task = g_task_new (NULL, NULL, callback, g_object_ref (task));
  Run *run = g_task_get_task_data (task);

  step.file = run->file;
  g_task_set_source_tag (step_task, run_step);
  g_task_set_task_data (step_task, g_memdup2 (&step, sizeof step), step_free);
  g_task_run_in_thread (step_task, step_in_thread);
}

static void
verified (GObject      *source,
          GAsyncResult *result,
          gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LobeDownload *self = g_task_get_source_object (task);
  GError *error = NULL;

  g_task_propagate_boolean (G_TASK (result), &error);
  if (error != NULL)
    set_received (self, 0, TRUE);
  finish (task, error);
}

static void
piece_written (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LobeDownload *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      if (g_error_matches (error, LOBE_ERROR, LOBE_ERROR_CHECKSUM))
        set_received (self, 0, TRUE);
      finish (task, error);
      return;
    }

  set_received (self, lobe_part_file_get_length (run->file), FALSE);
  read_piece (task);
}

static void
piece_read (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GBytes) bytes = NULL;
  GError *error = NULL;
  Run *run = g_task_get_task_data (task);

  bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  lobe_wait_set_timeout (run->wait, 0);
  if (bytes == NULL)
    {
      finish (task, make_broken_error (task, error));
      return;
    }
  if (g_bytes_get_size (bytes) == 0)
    {
      if (lobe_part_file_get_length (run->file) < run->size)
        finish (task, make_broken_error (task, NULL));
      else
        run_step (task, (Step) { .work = verify_file }, verified);
      return;
    }

  run_step (task, (Step) { .work = write_file, .bytes = g_steal_pointer (&bytes) }, piece_written);
}

static void
read_piece (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  lobe_wait_set_timeout (run->wait, STALL_SECONDS * 1000);
  g_input_stream_read_bytes_async (lobe_http_response_get_stream (run->response), PIECE, G_PRIORITY_DEFAULT, lobe_wait_get_cancellable (run->wait),
                                   piece_read, g_object_ref (task));
}

/* Whether the answer is the rest that was asked for. */
static gboolean
continues (Run *run)
{
  const char *range = lobe_http_response_get_header (run->response, "Content-Range");

  return range != NULL && g_str_has_prefix (range, "bytes ")
         && g_ascii_strtoull (range + strlen ("bytes "), NULL, 10) == (guint64) lobe_part_file_get_length (run->file);
}

static GError *
make_status_error (GTask *task,
                   guint  status)
{
  LobeDownload *self = g_task_get_source_object (task);
  const char *host = lobe_catalogue_entry_get_host (self->entry);

  switch (status)
    {
    case 401:
      return g_error_new (LOBE_ERROR, LOBE_ERROR_AUTHENTICATION, _("%s gives this model only to who is signed in."), host);
    case 403:
      return g_error_new (LOBE_ERROR, LOBE_ERROR_FORBIDDEN, _("%s does not give this model to us."), host);
    case 404:
    case 410:
      return g_error_new (LOBE_ERROR, LOBE_ERROR_NOT_FOUND, _("%s does not have this model any more."), host);
    case 429:
      return g_error_new (LOBE_ERROR, LOBE_ERROR_RATE_LIMITED, _("%s is asked too often. Try again later."), host);
    case 503:
      return g_error_new (LOBE_ERROR, LOBE_ERROR_OVERLOADED, _("%s has no capacity now. Try again later."), host);
    default:
      return g_error_new (LOBE_ERROR, status >= 500 ? LOBE_ERROR_SERVER : LOBE_ERROR_BAD_REQUEST,
                          _("%s answered with the error %u."), host, status);
    }
}

static void
made_empty (GObject      *source,
            GAsyncResult *result,
            gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    send_request (task);
  else
    finish (task, error);
}

static void
begun (GObject      *source,
       GAsyncResult *result,
       gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LobeDownload *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      finish (task, error);
      return;
    }

  set_received (self, lobe_part_file_get_length (run->file), TRUE);
  read_piece (task);
}

static void
headers_came (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LobeDownload *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  const char *etag;
  GError *error = NULL;
  guint status;
  gint64 length;

  lobe_wait_set_timeout (run->wait, 0);
  run->response = lobe_http_send_finish (LOBE_HTTP (source), result, &error);
  if (run->response == NULL)
    {
      finish (task, make_broken_error (task, error));
      return;
    }

  status = lobe_http_response_get_status (run->response);
  length = lobe_part_file_get_length (run->file);

  /* A range that can't be had, or another than the one asked for: the file there is another one now. */
  if (length > 0 && !run->restarted && (status == 416 || (status == 206 && !continues (run))))
    {
      run->restarted = TRUE;
      g_clear_object (&run->response);
      run_step (task, (Step) { .work = begin_file, .from_start = TRUE }, made_empty);
      return;
    }
  if (status != 200 && !(status == 206 && length > 0))
    {
      finish (task, make_status_error (task, status));
      return;
    }

  etag = lobe_http_response_get_header (run->response, "ETag");
  /* A weak mark says that two files mean the same, not that they are the same. */
  if (etag != NULL && g_str_has_prefix (etag, "W/"))
    etag = NULL;
  /* 200 is the whole file, from a server that knows no ranges, or because it has changed. */
  run_step (task, (Step) { .work = begin_file, .from_start = length > 0 && status == 200, .etag = g_strdup (etag) }, begun);
}

static void
send_request (GTask *task)
{
  LobeDownload *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  g_autoptr (LobeHttpRequest) request = lobe_http_request_new ("GET", lobe_catalogue_entry_get_uri (self->entry),
                                                               LOBE_PURPOSE_DOWNLOAD, "download");

  /* Ranges and checksums are of the file itself. */
  lobe_http_request_set_header (request, "Accept-Encoding", "identity");
  if (lobe_part_file_get_length (run->file) > 0)
    {
      g_autofree char *range = g_strdup_printf ("bytes=%" G_GINT64_FORMAT "-", lobe_part_file_get_length (run->file));

      lobe_http_request_set_header (request, "Range", range);
      if (lobe_part_file_get_etag (run->file) != NULL)
        lobe_http_request_set_header (request, "If-Range", lobe_part_file_get_etag (run->file));
    }

  lobe_wait_set_timeout (run->wait, STALL_SECONDS * 1000);
  lobe_http_send_async (self->http, request, lobe_wait_get_cancellable (run->wait), headers_came, g_object_ref (task));
}

static void
opened (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  LobeDownload *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      finish (task, error);
      return;
    }

  set_received (self, lobe_part_file_get_length (run->file), TRUE);
  if (g_cancellable_is_cancelled (lobe_wait_get_cancellable (run->wait)))
    finish (task, make_broken_error (task, NULL));
  else if (lobe_part_file_is_whole (run->file))
    finish (task, NULL);
  else if (lobe_part_file_get_length (run->file) == run->size)
    run_step (task, (Step) { .work = verify_file }, verified);
  else
    send_request (task);
}

static void
lobe_download_finalize (GObject *object)
{
  LobeDownload *self = LOBE_DOWNLOAD (object);

  g_clear_object (&self->http);
  g_clear_object (&self->entry);
  g_free (self->path);

  G_OBJECT_CLASS (lobe_download_parent_class)->finalize (object);
}

static void
lobe_download_get_property (GObject    *object,
                            guint       prop_id,
                            GValue     *value,
                            GParamSpec *pspec)
{
  LobeDownload *self = LOBE_DOWNLOAD (object);

  switch (prop_id)
    {
    case PROP_RECEIVED:
      g_value_set_int64 (value, self->received);
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, self->running);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_download_class_init (LobeDownloadClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = lobe_download_finalize;
  object_class->get_property = lobe_download_get_property;

  properties[PROP_RECEIVED] = g_param_spec_int64 ("received", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lobe_download_init (LobeDownload *self)
{
}

/**
 * lobe_download_new:
 * @http: the door
 * @entry: what to bring
 * @folder: where to; made where it is missing
 *
 * Returns: (transfer full): a download that does nothing yet
 */
LobeDownload *
lobe_download_new (LobeHttp           *http,
                   LobeCatalogueEntry *entry,
                   const char         *folder)
{
  LobeDownload *self;

  g_return_val_if_fail (LOBE_IS_HTTP (http), NULL);
  g_return_val_if_fail (LOBE_IS_CATALOGUE_ENTRY (entry), NULL);
  g_return_val_if_fail (folder != NULL, NULL);

  self = g_object_new (LOBE_TYPE_DOWNLOAD, NULL);
  self->http = g_object_ref (http);
  self->entry = g_object_ref (entry);
  self->path = g_build_filename (folder, lobe_catalogue_entry_get_file_name (entry), NULL);

  return self;
}

/**
 * lobe_download_get_received:
 * @self: a download
 *
 * Returns: bytes that are there, those of earlier runs included
 */
gint64
lobe_download_get_received (LobeDownload *self)
{
  g_return_val_if_fail (LOBE_IS_DOWNLOAD (self), 0);

  return self->received;
}

/**
 * lobe_download_run_async:
 * @self: a download
 * @cancellable: (nullable): to stop; what has come is kept
 * @callback: called when it is there, or can't be had
 * @user_data: for @callback
 *
 * Brings the model, going on with what an earlier run left. One that is there and right already is not brought again.
 */
void
lobe_download_run_async (LobeDownload        *self,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Run *run;

  g_return_if_fail (LOBE_IS_DOWNLOAD (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_download_run_async);
  g_task_set_check_cancellable (task, FALSE);
  if (self->running)
    {
      g_task_return_new_error_literal (task, LOBE_ERROR, LOBE_ERROR_BUSY, _("This model is being downloaded already."));
      return;
    }

  run = g_new0 (Run, 1);
  run->size = lobe_catalogue_entry_get_size (self->entry);
  run->file = lobe_part_file_new (self->path, run->size, lobe_catalogue_entry_get_sha256 (self->entry));
  run->wait = lobe_wait_new (cancellable);
  g_task_set_task_data (task, run, run_free);

  set_running (self, TRUE);
  run_step (task, (Step) { .work = open_file }, opened);
}

/**
 * lobe_download_run_finish:
 * @self: a download
 * @result: what the callback was given
 * @error: where to put what went wrong: %LOBE_ERROR_CHECKSUM, after which nothing of it is left;
 *   %LOBE_ERROR_INTERRUPTED and the others of the door, after which it can go on; %LOBE_ERROR_BUSY;
 *   %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full): the path of the file
 */
char *
lobe_download_run_finish (LobeDownload  *self,
                          GAsyncResult  *result,
                          GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
