/* lobe-server.h: a model server that the person uses: its address, its state and its models */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "driver/lobe-driver.h"
#include "driver/lobe-model-library.h"
#include "model/lobe-account.h"
#include "server/lobe-limit.h"

G_BEGIN_DECLS

/**
 * LobeServerOrigin:
 * @LOBE_SERVER_ENVIRONMENT: set by environment variables; comes first in every search
 * @LOBE_SERVER_ENGINE: our own local engine
 * @LOBE_SERVER_POOLED: several of the person's, which its accounts put together as one
 * @LOBE_SERVER_SAVED: added by the person
 */
typedef enum
{
  LOBE_SERVER_ENVIRONMENT,
  LOBE_SERVER_ENGINE,
  LOBE_SERVER_POOLED,
  LOBE_SERVER_SAVED,
} LobeServerOrigin;

/**
 * LobeServerState:
 * @LOBE_SERVER_UNKNOWN: not asked yet
 * @LOBE_SERVER_CONNECTING: being asked
 * @LOBE_SERVER_ONLINE: it answered; its models are known
 * @LOBE_SERVER_OFFLINE: it did not answer, or not as it should; see the error
 */
typedef enum
{
  LOBE_SERVER_UNKNOWN,
  LOBE_SERVER_CONNECTING,
  LOBE_SERVER_ONLINE,
  LOBE_SERVER_OFFLINE,
} LobeServerState;

#define LOBE_TYPE_SERVER (lobe_server_get_type ())

G_DECLARE_DERIVABLE_TYPE (LobeServer, lobe_server, LOBE, SERVER, GObject)

/**
 * LobeServerClass:
 * @refresh_async: ask for the models; the default asks through the driver
 * @prepare_async: get ready to answer with a model; the default only makes the endpoint, the engine starts a process
 * @is_local: whether what is sent to it stays on this machine; the default goes by its address
 * @can_prefill: whether it goes on with an answer where that ends
 * @get_library_actions: what can be done with its models; the default asks the driver
 * @run_library_async: do something with a model; the default does it through the driver
 */
struct _LobeServerClass
{
  GObjectClass parent_class;

  void          (*refresh_async)  (LobeServer           *self,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
  gboolean      (*refresh_finish) (LobeServer           *self,
                                   GAsyncResult         *result,
                                   GError              **error);
  void          (*prepare_async)  (LobeServer           *self,
                                   const char           *model,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
  LobeEndpoint *(*prepare_finish) (LobeServer           *self,
                                   GAsyncResult         *result,
                                   GError              **error);
  gboolean      (*is_local)       (LobeServer           *self);
  gboolean      (*can_prefill)    (LobeServer           *self);
  LobeLibraryAction
                (*get_library_actions)
                                  (LobeServer           *self);
  void          (*run_library_async)
                                  (LobeServer           *self,
                                   LobeLibraryAction     action,
                                   LobeModelInfo        *model,
                                   LobeLibraryProgressFunc progress,
                                   gpointer              progress_data,
                                   GCancellable         *cancellable,
                                   GAsyncReadyCallback   callback,
                                   gpointer              user_data);
  gboolean      (*run_library_finish)
                                  (LobeServer           *self,
                                   GAsyncResult         *result,
                                   GError              **error);
};

/*
 * Properties: id, name, protocol, base-url, origin, secret (a reference, see lobe_secret_lookup_async ()), driver, http
 * (construct); account (notify; id, name, protocol, base-url, secret, pool, concurrency and requests-per-minute are read
 * from it); state, activity (nullable words for the person while it gets ready: "Loading SmolLM2…"), error (notify);
 * models (GListModel of LobeModelInfo); on-demand (construct: nothing is sent to it before the person has chosen it);
 * pool (construct: nullable, servers with the same word there stand in for each other); concurrency and
 * requests-per-minute (uint, 0 for any: what lobe_server_get_limit () lets through).
 */
LobeServer       *lobe_server_new             (LobeHttp             *http,
                                               LobeDriver           *driver,
                                               const char           *id,
                                               const char           *name,
                                               const char           *base_url,
                                               const char           *secret,
                                               LobeServerOrigin      origin);
LobeServer       *lobe_server_new_for_account (LobeHttp           *http,
                                               LobeDriver           *driver,
                                               const LobeAccount    *account);
const LobeAccount *lobe_server_get_account    (LobeServer           *self);
void              lobe_server_set_account     (LobeServer           *self,
                                               LobeDriver           *driver,
                                               const LobeAccount    *account);
gboolean          lobe_server_get_enabled     (LobeServer           *self);
const char       *lobe_server_get_id          (LobeServer           *self);
const char       *lobe_server_get_name        (LobeServer           *self);
const char       *lobe_server_get_protocol    (LobeServer           *self);
const char       *lobe_server_get_base_url    (LobeServer           *self);
LobeServerOrigin  lobe_server_get_origin      (LobeServer           *self);
LobeDriver       *lobe_server_get_driver      (LobeServer           *self);
LobeHttp         *lobe_server_get_http        (LobeServer           *self);
const char       *lobe_server_get_secret      (LobeServer           *self);
gboolean          lobe_server_get_on_demand   (LobeServer           *self);
const char       *lobe_server_get_pool        (LobeServer           *self);
LobeLimit        *lobe_server_get_limit       (LobeServer           *self);
gboolean          lobe_server_is_local        (LobeServer           *self);
void              lobe_server_set_drivers     (LobeServer           *self,
                                               LobeDriverRegistry   *drivers);
gboolean          lobe_server_can_prefill     (LobeServer           *self);
LobeServerState   lobe_server_get_state       (LobeServer           *self);
void              lobe_server_set_state       (LobeServer           *self,
                                               LobeServerState       state,
                                               const GError         *error);
const GError     *lobe_server_get_error       (LobeServer           *self);
const char       *lobe_server_get_activity    (LobeServer           *self);
void              lobe_server_set_activity    (LobeServer           *self,
                                               const char           *activity);
GListModel       *lobe_server_get_models      (LobeServer           *self);
void              lobe_server_set_models      (LobeServer           *self,
                                               GPtrArray            *models);
LobeModelInfo    *lobe_server_find_model      (LobeServer           *self,
                                               const char           *id);
LobeModelInfo    *lobe_server_get_default_model (LobeServer         *self);
void              lobe_server_refresh_async   (LobeServer           *self,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean          lobe_server_refresh_finish  (LobeServer           *self,
                                               GAsyncResult         *result,
                                               GError              **error);
void              lobe_server_prepare_async   (LobeServer           *self,
                                               const char           *model,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
LobeEndpoint     *lobe_server_prepare_finish  (LobeServer           *self,
                                               GAsyncResult         *result,
                                               GError              **error);
LobeLibraryAction lobe_server_get_library_actions (LobeServer       *self);
void              lobe_server_learn           (LobeServer           *self,
                                               LobeModelInfo        *model);
void              lobe_server_run_library_async (LobeServer         *self,
                                               LobeLibraryAction     action,
                                               LobeModelInfo        *model,
                                               LobeLibraryProgressFunc progress,
                                               gpointer              progress_data,
                                               GCancellable         *cancellable,
                                               GAsyncReadyCallback   callback,
                                               gpointer              user_data);
gboolean          lobe_server_run_library_finish (LobeServer        *self,
                                               GAsyncResult         *result,
                                               GError              **error);

G_END_DECLS
