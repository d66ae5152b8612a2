/* lobe-download-run.c: one run of a download, from what is there already to the whole file, or to where it broke off */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-download-private.h"

#include "base/lobe-error.h"
#include "base/lobe-wait.h"
#include "engine/lobe-gguf.h"
#include "engine/lobe-part-file.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define PIECE (256 * 1024)

/* How long nothing may come before it counts as broken off. */
#define STALL_SECONDS 60

/* One run. */
typedef struct
{
  LobeHttp           *http;
  LobeCatalogueEntry *entry;
  char               *path;
  LobePartFile       *file; /* only one thread has it at a time */
  gint64              size; /* 0 until it is known */
  gboolean            restarted;
  LobeHttpResponse   *response;
  LobeWait           *wait;
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
  char         *note;
  gint64        size;
  gboolean      look_into;
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
  g_clear_object (&run->http);
  g_clear_object (&run->entry);
  g_free (run->path);
  g_free (run);
}

static void
set_received (GTask  *task,
              gint64  received)
{
  Run *run = g_task_get_task_data (task);

  lobe_transfer_set_progress (g_task_get_source_object (task), received, run->size, NULL);
}

static void
finish (GTask  *task,
        GError *error)
{
  LobeDownload *self = g_task_get_source_object (task);
  Run *run = g_task_get_task_data (task);

  lobe_wait_set_timeout (run->wait, 0);

  if (error != NULL)
    {
      /* nothing is remembered of what never began; another that has the file is not disturbed */
      if (lobe_part_file_get_length (run->file) == 0 && !g_error_matches (error, LOBE_ERROR, LOBE_ERROR_BUSY))
        lobe_part_file_discard (run->file);
      lobe_part_file_close (run->file);
      lobe_download_run_ended (self, NULL);
      g_task_return_error (task, error);
      return;
    }

  lobe_part_file_close (run->file);
  lobe_download_run_ended (self, lobe_part_file_get_sha256 (run->file));
  g_task_return_pointer (task, g_strdup (run->path), g_free);
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
  return lobe_part_file_begin (step->file, step->from_start, step->etag, step->size, step->note, error);
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
  g_autoptr (LobeGguf) gguf = NULL;

  if (!step->look_into)
    return lobe_part_file_verify (step->file, error);

  /* without a checksum its own words have to do */
  gguf = lobe_gguf_load (lobe_part_file_get_part_path (step->file), error);
  if (gguf == NULL)
    {
      /* one whose end nobody knew may go on, but one that is all there is no model */
      if (step->size > 0 || !g_error_matches (*error, LOBE_ERROR, LOBE_ERROR_INTERRUPTED))
        lobe_part_file_discard (step->file);
      return FALSE;
    }

  return lobe_part_file_verify (step->file, error);
}

static gboolean
is_head (GBytes *bytes)
{
  gsize length;
  const char *data = g_bytes_get_data (bytes, &length);

  return memcmp (data, LOBE_GGUF_MAGIC, MIN (length, strlen (LOBE_GGUF_MAGIC))) == 0;
}

static void
step_free (gpointer data)
{
  Step *step = data;

  g_clear_pointer (&step->bytes, g_bytes_unref);
  g_free (step->etag);
  g_free (step->note);
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
  GError *error = NULL;

  g_task_propagate_boolean (G_TASK (result), &error);
  if (error != NULL && !g_error_matches (error, LOBE_ERROR, LOBE_ERROR_INTERRUPTED))
    set_received (task, 0);
  finish (task, error);
}

static void
piece_written (GObject      *source,
               GAsyncResult *result,
               gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      if (g_error_matches (error, LOBE_ERROR, LOBE_ERROR_CHECKSUM))
        set_received (task, 0);
      finish (task, error);
      return;
    }

  set_received (task, lobe_part_file_get_length (run->file));
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
      if (lobe_part_file_get_length (run->file) < MAX (run->size, 1))
        finish (task, make_broken_error (task, NULL));
      else
        run_step (task, (Step) { .work = verify_file, .size = run->size,
                             .look_into = lobe_catalogue_entry_get_sha256 (run->entry) == NULL }, verified);
      return;
    }

  if (lobe_catalogue_entry_get_sha256 (run->entry) == NULL && lobe_part_file_get_length (run->file) == 0 && !is_head (bytes))
    {
      finish (task, g_error_new (LOBE_ERROR, LOBE_ERROR_INVALID, _("What %s gave is no GGUF file."),
                                 lobe_catalogue_entry_get_host (run->entry)));
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

/* Of the whole file, bytes; 0 where the server doesn't say. */
static gint64
read_size (LobeHttpResponse *response,
           guint             status)
{
  const char *text = lobe_http_response_get_header (response, status == 206 ? "Content-Range" : "Content-Length");

  if (text != NULL && status == 206)
    {
      text = strchr (text, '/');
      if (text != NULL)
        text++;
    }

  return text != NULL ? (gint64) MIN (g_ascii_strtoull (text, NULL, 10), G_MAXINT64 / 2) : 0;
}

static GError *
make_status_error (GTask *task,
                   guint  status)
{
  Run *run = g_task_get_task_data (task);
  const char *host = lobe_catalogue_entry_get_host (run->entry);

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
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      finish (task, error);
      return;
    }

  set_received (task, lobe_part_file_get_length (run->file));
  read_piece (task);
}

static void
headers_came (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Run *run = g_task_get_task_data (task);
  const char *etag;
  GError *error = NULL;
  guint status;
  gint64 size;
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
  /* a size that comes with a checksum is a promise; another one only what the server said last */
  size = run->size == 0 || lobe_catalogue_entry_get_sha256 (run->entry) == NULL ? read_size (run->response, status) : 0;
  if (size > 0)
    run->size = size;
  /* 200 is the whole file, from a server that knows no ranges, or because it has changed. */
  run_step (task, (Step) { .work = begin_file, .from_start = length > 0 && status == 200, .etag = g_strdup (etag),
                             .size = size, .note = lobe_catalogue_entry_save (run->entry, run->size) }, begun);
}

static void
send_request (GTask *task)
{
  Run *run = g_task_get_task_data (task);
  g_autoptr (LobeHttpRequest) request = lobe_http_request_new ("GET", lobe_catalogue_entry_get_uri (run->entry),
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
  lobe_http_send_async (run->http, request, lobe_wait_get_cancellable (run->wait), headers_came, g_object_ref (task));
}

static void
opened (GObject      *source,
        GAsyncResult *result,
        gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  Run *run = g_task_get_task_data (task);
  GError *error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      finish (task, error);
      return;
    }

  set_received (task, lobe_part_file_get_length (run->file));
  if (g_cancellable_is_cancelled (lobe_wait_get_cancellable (run->wait)))
    finish (task, make_broken_error (task, NULL));
  else if (lobe_part_file_is_whole (run->file))
    finish (task, NULL);
  else if (run->size > 0 && lobe_part_file_get_length (run->file) == run->size)
    run_step (task, (Step) { .work = verify_file, .size = run->size,
                             .look_into = lobe_catalogue_entry_get_sha256 (run->entry) == NULL }, verified);
  else
    send_request (task);
}

/*
 * lobe_download_run_begin:
 * @task: returns the path of the file; its source is the download, which hears how it goes
 * @http: the door
 * @entry: what to bring
 * @path: what to call it
 */
void
lobe_download_run_begin (GTask              *task,
                         LobeHttp           *http,
                         LobeCatalogueEntry *entry,
                         const char         *path)
{
  g_autofree char *note = lobe_catalogue_entry_save (entry, lobe_catalogue_entry_get_size (entry));
  Run *run = g_new0 (Run, 1);

  run->http = g_object_ref (http);
  run->entry = g_object_ref (entry);
  run->path = g_strdup (path);
  run->size = lobe_catalogue_entry_get_size (entry);
  run->file = lobe_part_file_new (path, run->size, lobe_catalogue_entry_get_sha256 (entry), note);
  run->wait = lobe_wait_new (g_task_get_cancellable (task));
  g_task_set_task_data (task, run, run_free);
  run_step (task, (Step) { .work = open_file }, opened);
}
