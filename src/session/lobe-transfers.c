/* lobe-transfers.c: all models that are on their way, or wait for going on */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "session/lobe-transfers.h"

#include "base/lobe-json.h"

/* Which servers were fetching what; what a server has of it, it knows itself. */
#define PULLS_SETTING "pulls"

/**
 * LobeTransfers:
 *
 * The models that are on their way to this computer or to a server, with those that wait since an earlier life of the
 * program. What has arrived or was given up leaves the list.
 */
struct _LobeTransfers
{
  GObject           parent_instance;

  LobeHttp         *http;
  LobeServers      *servers;
  LobeEngineServer *engine_server;
  LobeStore        *store;
  GPtrArray        *transfers;
};

enum
{
  ARRIVED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void lobe_transfers_list_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (LobeTransfers, lobe_transfers, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, lobe_transfers_list_init))

static GType
lobe_transfers_get_item_type (GListModel *list)
{
  return LOBE_TYPE_TRANSFER;
}

static guint
lobe_transfers_get_n_items (GListModel *list)
{
  return LOBE_TRANSFERS (list)->transfers->len;
}

static gpointer
lobe_transfers_get_item (GListModel *list,
                         guint       position)
{
  LobeTransfers *self = LOBE_TRANSFERS (list);

  return position < self->transfers->len ? g_object_ref (g_ptr_array_index (self->transfers, position)) : NULL;
}

static void
lobe_transfers_list_init (GListModelInterface *iface)
{
  iface->get_item_type = lobe_transfers_get_item_type;
  iface->get_n_items = lobe_transfers_get_n_items;
  iface->get_item = lobe_transfers_get_item;
}

/* Files on this computer tell by themselves that they are not whole. */
static void
save_pulls (LobeTransfers *self)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree char *text = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; i < self->transfers->len; i++)
    {
      LobeTransfer *transfer = g_ptr_array_index (self->transfers, i);

      if (!LOBE_IS_PULL (transfer))
        continue;

      json_builder_begin_object (builder);
      lobe_json_add_string (builder, "server", lobe_server_get_id (lobe_pull_get_server (LOBE_PULL (transfer))));
      lobe_json_add_string (builder, "model", lobe_transfer_get_name (transfer));
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  text = lobe_json_take_string (builder);
  lobe_store_set_setting (self->store, PULLS_SETTING, g_str_equal (text, "[]") ? NULL : text);
}

static LobeServer *
get_server (LobeTransfers *self,
            LobeTransfer  *transfer)
{
  return LOBE_IS_PULL (transfer) ? lobe_pull_get_server (LOBE_PULL (transfer)) : LOBE_SERVER (self->engine_server);
}

typedef struct
{
  LobeTransfers *self;
  LobeTransfer  *transfer;
} Arrival;

static void
refreshed (GObject      *source,
           GAsyncResult *result,
           gpointer      user_data)
{
  Arrival *arrival = user_data;

  /* how it went is the server's state */
  lobe_server_refresh_finish (LOBE_SERVER (source), result, NULL);
  g_signal_emit (arrival->self, signals[ARRIVED], 0, arrival->transfer, source);
  g_object_unref (arrival->transfer);
  g_object_unref (arrival->self);
  g_free (arrival);
}

static void
state_changed (LobeTransfers *self,
               GParamSpec    *pspec,
               LobeTransfer  *transfer)
{
  LobeTransferState state = lobe_transfer_get_state (transfer);
  g_autoptr (LobeTransfer) keep = NULL;
  guint position;

  if (state < LOBE_TRANSFER_DONE || !g_ptr_array_find (self->transfers, transfer, &position))
    return;

  keep = g_object_ref (transfer);
  g_signal_handlers_disconnect_by_func (transfer, state_changed, self);
  g_ptr_array_remove_index (self->transfers, position);
  g_list_model_items_changed (G_LIST_MODEL (self), position, 1, 0);
  if (LOBE_IS_PULL (transfer))
    save_pulls (self);

  if (state == LOBE_TRANSFER_DONE)
    {
      Arrival *arrival = g_new0 (Arrival, 1);

      arrival->self = g_object_ref (self);
      arrival->transfer = g_object_ref (transfer);
      lobe_server_refresh_async (get_server (self, transfer), NULL, refreshed, arrival);
    }
}

/* Takes it over. */
static LobeTransfer *
add (LobeTransfers *self,
     LobeTransfer  *transfer)
{
  g_ptr_array_add (self->transfers, transfer);
  g_signal_connect_object (transfer, "notify::state", G_CALLBACK (state_changed), self, G_CONNECT_SWAPPED);
  g_list_model_items_changed (G_LIST_MODEL (self), self->transfers->len - 1, 0, 1);

  return transfer;
}

static LobeTransfer *
find_pull (LobeTransfers *self,
           LobeServer    *server,
           const char    *model)
{
  for (guint i = 0; i < self->transfers->len; i++)
    {
      LobeTransfer *transfer = g_ptr_array_index (self->transfers, i);

      if (LOBE_IS_PULL (transfer) && lobe_pull_get_server (LOBE_PULL (transfer)) == server
          && g_str_equal (lobe_transfer_get_name (transfer), model))
        return transfer;
    }

  return NULL;
}

static void
lobe_transfers_finalize (GObject *object)
{
  LobeTransfers *self = LOBE_TRANSFERS (object);

  g_clear_object (&self->http);
  g_clear_object (&self->servers);
  g_clear_object (&self->engine_server);
  g_clear_object (&self->store);
  g_ptr_array_unref (self->transfers);

  G_OBJECT_CLASS (lobe_transfers_parent_class)->finalize (object);
}

static void
lobe_transfers_class_init (LobeTransfersClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_transfers_finalize;

  signals[ARRIVED] = g_signal_new ("arrived", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 2, LOBE_TYPE_TRANSFER, LOBE_TYPE_SERVER);
}

static void
lobe_transfers_init (LobeTransfers *self)
{
  self->transfers = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * lobe_transfers_new:
 * @http: the door
 * @servers: who may fetch models
 * @engine_server: this computer, whose models are files
 * @store: where it is kept which servers were fetching what
 *
 * Returns: (transfer full): an empty list
 */
LobeTransfers *
lobe_transfers_new (LobeHttp         *http,
                    LobeServers      *servers,
                    LobeEngineServer *engine_server,
                    LobeStore        *store)
{
  LobeTransfers *self;

  g_return_val_if_fail (LOBE_IS_HTTP (http), NULL);
  g_return_val_if_fail (LOBE_IS_SERVERS (servers), NULL);
  g_return_val_if_fail (LOBE_IS_ENGINE_SERVER (engine_server), NULL);
  g_return_val_if_fail (LOBE_IS_STORE (store), NULL);

  self = g_object_new (LOBE_TYPE_TRANSFERS, NULL);
  self->http = g_object_ref (http);
  self->servers = g_object_ref (servers);
  self->engine_server = g_object_ref (engine_server);
  self->store = g_object_ref (store);

  return self;
}

/**
 * lobe_transfers_find:
 * @self: the transfers
 * @entry: a model for this computer
 *
 * Returns: (transfer none) (nullable): the download of its file
 */
LobeTransfer *
lobe_transfers_find (LobeTransfers      *self,
                     LobeCatalogueEntry *entry)
{
  g_return_val_if_fail (LOBE_IS_TRANSFERS (self), NULL);
  g_return_val_if_fail (LOBE_IS_CATALOGUE_ENTRY (entry), NULL);

  for (guint i = 0; i < self->transfers->len; i++)
    {
      LobeTransfer *transfer = g_ptr_array_index (self->transfers, i);

      if (LOBE_IS_DOWNLOAD (transfer)
          && g_str_equal (lobe_catalogue_entry_get_file_name (lobe_download_get_entry (LOBE_DOWNLOAD (transfer))),
                          lobe_catalogue_entry_get_file_name (entry)))
        return transfer;
    }

  return NULL;
}

/**
 * lobe_transfers_fetch:
 * @self: the transfers
 * @entry: a model for this computer
 *
 * Brings it, or goes on with bringing it.
 *
 * Returns: (transfer none): the download
 */
LobeTransfer *
lobe_transfers_fetch (LobeTransfers      *self,
                      LobeCatalogueEntry *entry)
{
  LobeTransfer *transfer = lobe_transfers_find (self, entry);

  if (transfer == NULL)
    transfer = add (self, LOBE_TRANSFER (lobe_download_new (self->http, entry,
                                                            lobe_engine_server_get_folder (self->engine_server))));
  lobe_transfer_start (transfer);

  return transfer;
}

/**
 * lobe_transfers_pull:
 * @self: the transfers
 * @server: a server that fetches models itself
 * @model: what the model is called there
 *
 * Has the server fetch it, or go on with that.
 *
 * Returns: (transfer none): the pull
 */
LobeTransfer *
lobe_transfers_pull (LobeTransfers *self,
                     LobeServer    *server,
                     const char    *model)
{
  LobeTransfer *transfer;

  g_return_val_if_fail (LOBE_IS_TRANSFERS (self), NULL);
  g_return_val_if_fail (LOBE_IS_SERVER (server), NULL);
  g_return_val_if_fail (model != NULL, NULL);

  transfer = find_pull (self, server, model);
  if (transfer == NULL)
    {
      transfer = add (self, LOBE_TRANSFER (lobe_pull_new (server, model)));
      save_pulls (self);
    }
  lobe_transfer_start (transfer);

  return transfer;
}

static void
restore_pulls (LobeTransfers *self,
               const char    *text)
{
  g_autoptr (JsonNode) root = lobe_json_parse (text, -1, NULL);
  JsonArray *pulls = root != NULL && JSON_NODE_HOLDS_ARRAY (root) ? json_node_get_array (root) : NULL;

  for (guint i = 0; pulls != NULL && i < json_array_get_length (pulls); i++)
    {
      JsonObject *pull = lobe_json_element (pulls, i);
      const char *id = lobe_json_string (pull, "server");
      const char *model = lobe_json_string (pull, "model");
      LobeServer *server = id != NULL ? lobe_servers_get (self->servers, id) : NULL;

      if (server != NULL && model != NULL && find_pull (self, server, model) == NULL)
        add (self, LOBE_TRANSFER (lobe_pull_new (server, model)));
    }
}

static void
setting_read (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autofree char *text = NULL;
  LobeTransfers *self = g_task_get_source_object (task);
  GError *error = NULL;

  text = lobe_store_get_setting_finish (LOBE_STORE (source), result, &error);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  if (text != NULL)
    restore_pulls (self, text);
  g_task_return_boolean (task, TRUE);
}

static void
downloads_listed (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) downloads = NULL;
  LobeTransfers *self = g_task_get_source_object (task);
  GError *error = NULL;

  downloads = lobe_download_list_finish (result, &error);
  if (downloads == NULL)
    {
      g_task_return_error (task, error);
      return;
    }

  for (guint i = 0; i < downloads->len; i++)
    {
      LobeDownload *download = g_ptr_array_index (downloads, i);

      if (lobe_transfers_find (self, lobe_download_get_entry (download)) == NULL)
        add (self, g_object_ref (LOBE_TRANSFER (download)));
    }

  lobe_store_get_setting_async (self->store, PULLS_SETTING, g_task_get_cancellable (task), setting_read,
                                g_object_ref (task));
}

/**
 * lobe_transfers_load_async:
 * @self: the transfers
 * @cancellable: (nullable): a cancellable
 * @callback: (scope async): called at the end
 * @user_data: for @callback
 *
 * Finds what an earlier life of the program left unfinished. Nothing goes on before the person says so.
 */
void
lobe_transfers_load_async (LobeTransfers       *self,
                           GCancellable        *cancellable,
                           GAsyncReadyCallback  callback,
                           gpointer             user_data)
{
  GTask *task;

  g_return_if_fail (LOBE_IS_TRANSFERS (self));

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_transfers_load_async);
  lobe_download_list_async (self->http, lobe_engine_server_get_folder (self->engine_server), cancellable,
                            downloads_listed, task);
}

/**
 * lobe_transfers_load_finish:
 * @self: the transfers
 * @result: what the callback was given
 * @error: where to put what went wrong
 *
 * Returns: whether it could be looked for
 */
gboolean
lobe_transfers_load_finish (LobeTransfers  *self,
                            GAsyncResult   *result,
                            GError        **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}

/**
 * lobe_transfers_pause_all:
 * @self: the transfers
 *
 * Stops all, as the program ends. What has come is kept.
 */
void
lobe_transfers_pause_all (LobeTransfers *self)
{
  g_return_if_fail (LOBE_IS_TRANSFERS (self));

  for (guint i = 0; i < self->transfers->len; i++)
    lobe_transfer_pause (g_ptr_array_index (self->transfers, i));
}
