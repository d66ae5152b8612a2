/* lobe-download.c: brings one catalogue entry into a folder: resumed, verified, whole or not at all */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-download.h"

#include "base/lobe-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define PIECE (256 * 1024)

/* How long nothing may come before it counts as broken off. */
#define STALL_SECONDS 60

/* Nobody reads faster, and every notify lays out a row. */
#define NOTIFY_INTERVAL (200 * 1000)

/* What is left to others on the disk. */
#define SPARE_BYTES (64 * 1024 * 1024)

/**
 * LobeDownload:
 *
 * Fetches a model into NAME.part, beside which NAME.part.etag keeps the server's mark of the version, and gives it its
 * name when all of it is there and right. What broke off goes on where it stopped. Writing and hashing are done in
 * threads, a piece at a time.
 */
struct _LobeDownload
{
  GObject             parent_instance;

  LobeHttp           *http;
  LobeCatalogueEntry *entry;
  char               *path;
  char               *part_path;
  char               *etag_path;
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

/* One run. Only one thread has it at a time. */
typedef struct
{
  int               fd;
  GChecksum        *checksum;
  gint64            hashed;
  gint64            size;
  char             *sha256;
  char             *path;
  char             *part_path;
  char             *etag_path;
  char             *etag;
  gboolean          restarted;
  LobeHttpResponse *response;
  GCancellable     *inner;
  gulong            outer_id;
  GCancellable     *outer;
  guint             stall_id;
} Run;

static void send_request (GTask *task);
static void read_piece (GTask *task);

static void
run_free (gpointer data)
{
  Run *run = data;

  g_clear_handle_id (&run->stall_id, g_source_remove);
  if (run->outer != NULL)
    g_cancellable_disconnect (run->outer, run->outer_id);
  g_clear_object (&run->outer);
  g_clear_object (&run->inner);
  g_clear_object (&run->response);
  g_clear_pointer (&run->checksum, g_checksum_free);
  g_clear_fd (&run->fd, NULL);
  g_free (run->sha256);
  g_free (run->path);
  g_free (run->part_path);
  g_free (run->etag_path);
  g_free (run->etag);
  g_free (run);
}

static void
cancel_inner (GCancellable *outer,
              gpointer      user_data)
{
  g_cancellable_cancel (user_data);
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

  g_clear_handle_id (&run->stall_id, g_source_remove);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RECEIVED]);
  set_running (self, FALSE);
  /* The lock goes with it. */
  g_clear_fd (&run->fd, NULL);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_strdup (run->path), g_free);
}

static gboolean
stalled (gpointer user_data)
{
  Run *run = user_data;

  run->stall_id = 0;
  g_cancellable_cancel (run->inner);

  return G_SOURCE_REMOVE;
}

static void
watch_stall (Run *run)
{
  g_clear_handle_id (&run->stall_id, g_source_remove);
  run->stall_id = g_timeout_add_seconds (STALL_SECONDS, stalled, run);
}

static GError *
make_broken_error (GTask  *task,
                   GError *error)
{
  Run *run = g_task_get_task_data (task);
  g_autoptr (GError) cause = error;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    return g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED, _("The download was stopped."));
  if (g_cancellable_is_cancelled (run->inner))
    return g_error_new (LOBE_ERROR, LOBE_ERROR_TIMED_OUT,
                        _("Nothing came for %d seconds. What has come is kept, and the download can go on."), STALL_SECONDS);
  if (cause != NULL && cause->domain == LOBE_ERROR && cause->code != LOBE_ERROR_INTERRUPTED)
    return g_steal_pointer (&cause);

  return g_error_new (LOBE_ERROR, LOBE_ERROR_INTERRUPTED,
                      _("The download broke off. What has come is kept, and it can go on."));
}

static GError *
make_file_error (const char *what,
                 int         number)
{
  return g_error_new (LOBE_ERROR, LOBE_ERROR_FAILED, "%s: %s", what, g_strerror (number));
}

static void
drop_part (Run *run)
{
  g_unlink (run->part_path);
  g_unlink (run->etag_path);
}

static gboolean
hash_file (Run     *run,
           int      fd,
           GError **error)
{
  g_autofree guint8 *buffer = g_malloc (PIECE);

  g_checksum_reset (run->checksum);
  run->hashed = 0;
  for (;;)
    {
      gssize n = pread (fd, buffer, PIECE, run->hashed);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_propagate_error (error, make_file_error (_("What was downloaded before can't be read"), errno));
          return FALSE;
        }
      if (n == 0)
        return TRUE;
      g_checksum_update (run->checksum, buffer, n);
      run->hashed += n;
    }
}

static gboolean
check_space (Run     *run,
             GError **error)
{
  struct statvfs info;
  gint64 available;
  g_autofree char *needed_text = NULL;
  g_autofree char *available_text = NULL;

  if (fstatvfs (run->fd, &info) != 0)
    return TRUE;

  available = (gint64) info.f_bavail * (gint64) info.f_frsize;
  if (available >= run->size - run->hashed + SPARE_BYTES)
    return TRUE;

  needed_text = g_format_size (run->size - run->hashed + SPARE_BYTES);
  available_text = g_format_size (MAX (available, 0));
  g_set_error (error, LOBE_ERROR, LOBE_ERROR_FAILED,
               _("There is not enough space on the disk: %s are needed, %s are free."), needed_text, available_text);

  return FALSE;
}

/* Looks at what is there already. TRUE with the descriptor closed: all is there and right. */
static gboolean
open_part (Run     *run,
           GError **error)
{
  g_autofree char *folder = g_path_get_dirname (run->path);
  g_autofree char *etag = NULL;
  g_autofd int whole = g_open (run->path, O_RDONLY | O_CLOEXEC, 0);

  if (whole >= 0)
    {
      if (!hash_file (run, whole, error))
        return FALSE;
      if (run->hashed == run->size && g_str_equal (g_checksum_get_string (run->checksum), run->sha256))
        return TRUE;
    }
  if (g_mkdir_with_parents (folder, 0755) != 0)
    {
      g_propagate_error (error, make_file_error (_("The folder for models can't be made"), errno));
      return FALSE;
    }
  run->fd = g_open (run->part_path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (run->fd < 0)
    {
      g_propagate_error (error, make_file_error (_("The folder for models can't be written to"), errno));
      return FALSE;
    }
  if (flock (run->fd, LOCK_EX | LOCK_NB) != 0)
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_BUSY, _("This model is being downloaded already."));
      return FALSE;
    }

  if (!hash_file (run, run->fd, error))
    return FALSE;
  if (run->hashed > run->size && ftruncate (run->fd, 0) == 0 && !hash_file (run, run->fd, error))
    return FALSE;
  if (run->hashed > 0 && g_file_get_contents (run->etag_path, &etag, NULL, NULL))
    run->etag = g_steal_pointer (&etag);

  return check_space (run, error);
}

static void
open_in_thread (GTask        *task,
                gpointer      source,
                gpointer      task_data,
                GCancellable *cancellable)
{
  GError *error = NULL;

  if (open_part (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gboolean
start_again (Run     *run,
             GError **error)
{
  if (ftruncate (run->fd, 0) != 0)
    {
      g_propagate_error (error, make_file_error (_("The file can't be written"), errno));
      return FALSE;
    }
  g_unlink (run->etag_path);
  g_clear_pointer (&run->etag, g_free);

  return hash_file (run, run->fd, error);
}

static gboolean
write_piece (Run     *run,
             GBytes  *bytes,
             GError **error)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  gsize written = 0;

  while (written < length)
    {
      gssize n = pwrite (run->fd, data + written, length - written, run->hashed + written);

      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          g_propagate_error (error, make_file_error (_("The model can't be written to the disk"), errno));
          return FALSE;
        }
      written += n;
    }
  g_checksum_update (run->checksum, data, length);
  run->hashed += length;

  return TRUE;
}

typedef struct
{
  Run    *run;
  GBytes *bytes;
} Piece;

static void
piece_free (gpointer data)
{
  Piece *piece = data;

  g_bytes_unref (piece->bytes);
  g_free (piece);
}

static void
write_in_thread (GTask        *task,
                 gpointer      source,
                 gpointer      task_data,
                 GCancellable *cancellable)
{
  Piece *piece = task_data;
  GError *error = NULL;

  if (write_piece (piece->run, piece->bytes, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static gboolean
verify (Run     *run,
        GError **error)
{
  if (!g_str_equal (g_checksum_get_string (run->checksum), run->sha256))
    {
      drop_part (run);
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_CHECKSUM,
                           _("What came is not the file that was promised, and was thrown away."));
      return FALSE;
    }
  if (fsync (run->fd) != 0 || g_rename (run->part_path, run->path) != 0)
    {
      g_propagate_error (error, make_file_error (_("The model can't be written to the disk"), errno));
      return FALSE;
    }
  g_unlink (run->etag_path);

  return TRUE;
}

static void
verify_in_thread (GTask        *task,
                  gpointer      source,
                  gpointer      task_data,
                  GCancellable *cancellable)
{
  GError *error = NULL;

  if (verify (task_data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* What is done in the thread is short, and not cancelled: the file and its checksum stay in step. The step has no source
 * object, as the thread lets go of it at a time of its own, and objects of ours belong to the main thread. */
static void
run_thread (GTask               *task,
            GTaskThreadFunc      func,
            gpointer             data,
            GDestroyNotify       destroy,
            GAsyncReadyCallback  callback)
{
  g_autoptr (GTask) step = g_task_new (NULL, NULL, callback, g_object_ref (task));

  g_task_set_source_tag (step, run_thread);
  g_task_set_task_data (step, data, destroy);
  g_task_run_in_thread (step, func);
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
      finish (task, error);
      return;
    }

  set_received (self, run->hashed, FALSE);
  if (run->hashed > run->size)
    {
      drop_part (run);
      set_received (self, 0, TRUE);
      finish (task, g_error_new_literal (LOBE_ERROR, LOBE_ERROR_CHECKSUM,
                                         _("What came is not the file that was promised, and was thrown away.")));
      return;
    }

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
  Piece *piece;

  bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);
  g_clear_handle_id (&run->stall_id, g_source_remove);
  if (bytes == NULL)
    {
      finish (task, make_broken_error (task, error));
      return;
    }
  if (g_bytes_get_size (bytes) == 0)
    {
      if (run->hashed < run->size)
        finish (task, make_broken_error (task, NULL));
      else
        run_thread (task, verify_in_thread, run, NULL, verified);
      return;
    }

  piece = g_new0 (Piece, 1);
  piece->run = run;
  piece->bytes = g_steal_pointer (&bytes);
  run_thread (task, write_in_thread, piece, piece_free, piece_written);
}

static void
read_piece (GTask *task)
{
  Run *run = g_task_get_task_data (task);

  watch_stall (run);
  g_input_stream_read_bytes_async (lobe_http_response_get_stream (run->response), PIECE, G_PRIORITY_DEFAULT, run->inner,
                                   piece_read, g_object_ref (task));
}

/* Whether the answer is the rest that was asked for. */
static gboolean
continues (Run *run)
{
  const char *range = lobe_http_response_get_header (run->response, "Content-Range");

  return range != NULL && g_str_has_prefix (range, "bytes ")
         && g_ascii_strtoull (range + strlen ("bytes "), NULL, 10) == (guint64) run->hashed;
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

  g_clear_handle_id (&run->stall_id, g_source_remove);
  run->response = lobe_http_send_finish (LOBE_HTTP (source), result, &error);
  if (run->response == NULL)
    {
      finish (task, make_broken_error (task, error));
      return;
    }

  status = lobe_http_response_get_status (run->response);
  /* A range that can't be had, or another than the one asked for: the file there is another one now. */
  if (run->hashed > 0 && !run->restarted && (status == 416 || (status == 206 && !continues (run))))
    {
      run->restarted = TRUE;
      g_clear_object (&run->response);
      if (start_again (run, &error))
        send_request (task);
      else
        finish (task, error);
      return;
    }
  /* The whole file, from a server that knows no ranges, or because it has changed. */
  if (run->hashed > 0 && status == 200 && !start_again (run, &error))
    {
      finish (task, error);
      return;
    }
  if (status != 200 && !(status == 206 && run->hashed > 0))
    {
      finish (task, make_status_error (task, status));
      return;
    }

  etag = lobe_http_response_get_header (run->response, "ETag");
  /* A weak mark says that two files mean the same, not that they are the same. */
  if (etag != NULL && !g_str_has_prefix (etag, "W/"))
    g_file_set_contents (run->etag_path, etag, -1, NULL);

  set_received (self, run->hashed, TRUE);
  read_piece (task);
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
  if (run->hashed > 0)
    {
      g_autofree char *range = g_strdup_printf ("bytes=%" G_GINT64_FORMAT "-", run->hashed);

      lobe_http_request_set_header (request, "Range", range);
      if (run->etag != NULL)
        lobe_http_request_set_header (request, "If-Range", run->etag);
    }

  watch_stall (run);
  lobe_http_send_async (self->http, request, run->inner, headers_came, g_object_ref (task));
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

  set_received (self, run->hashed, TRUE);
  if (g_cancellable_is_cancelled (run->inner))
    finish (task, make_broken_error (task, NULL));
  else if (run->fd < 0)
    finish (task, NULL);
  else if (run->hashed == run->size)
    run_thread (task, verify_in_thread, run, NULL, verified);
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
  g_free (self->part_path);
  g_free (self->etag_path);

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
  self->part_path = g_strconcat (self->path, ".part", NULL);
  self->etag_path = g_strconcat (self->part_path, ".etag", NULL);

  return self;
}

/**
 * lobe_download_get_received:
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
  run->fd = -1;
  run->checksum = g_checksum_new (G_CHECKSUM_SHA256);
  run->size = lobe_catalogue_entry_get_size (self->entry);
  run->sha256 = g_strdup (lobe_catalogue_entry_get_sha256 (self->entry));
  run->path = g_strdup (self->path);
  run->part_path = g_strdup (self->part_path);
  run->etag_path = g_strdup (self->etag_path);
  run->inner = g_cancellable_new ();
  if (cancellable != NULL)
    {
      run->outer = g_object_ref (cancellable);
      run->outer_id = g_cancellable_connect (cancellable, G_CALLBACK (cancel_inner), g_object_ref (run->inner),
                                             g_object_unref);
    }
  g_task_set_task_data (task, run, run_free);

  set_running (self, TRUE);
  run_thread (task, open_in_thread, run, NULL, opened);
}

/**
 * lobe_download_run_finish:
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
