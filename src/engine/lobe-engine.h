/* lobe-engine.h: the local llama-server: started when wanted, watched, stopped when idle and always at exit */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/lobe-http.h"

G_BEGIN_DECLS

/* How many tokens of context it runs with. */
#define LOBE_ENGINE_CONTEXT 4096

/**
 * LobeEngineState:
 * @LOBE_ENGINE_STOPPED: no process
 * @LOBE_ENGINE_STARTING: spawned, not healthy yet
 * @LOBE_ENGINE_READY: answers
 * @LOBE_ENGINE_CRASHED: ended by itself; the next lobe_engine_start_async () tries again
 */
typedef enum
{
  LOBE_ENGINE_STOPPED,
  LOBE_ENGINE_STARTING,
  LOBE_ENGINE_READY,
  LOBE_ENGINE_CRASHED,
} LobeEngineState;

#define LOBE_TYPE_ENGINE (lobe_engine_get_type ())

G_DECLARE_FINAL_TYPE (LobeEngine, lobe_engine, LOBE, ENGINE, GObject)

/* Properties: state, model-path, idle-seconds, start-seconds (time to get healthy) */
LobeEngine      *lobe_engine_new             (LobeHttp             *http,
                                              const char           *program,
                                              const char           *runtime_dir);
char            *lobe_engine_find_program    (const char * const   *environment);
GError          *lobe_engine_make_missing_error (void);
const char      *lobe_engine_get_program     (LobeEngine           *self);
LobeEngineState  lobe_engine_get_state       (LobeEngine           *self);
const GError    *lobe_engine_get_error       (LobeEngine           *self);
const char      *lobe_engine_get_model_path  (LobeEngine           *self);
void             lobe_engine_set_idle_limit  (LobeEngine           *self,
                                              guint                 seconds);
void             lobe_engine_start_async     (LobeEngine           *self,
                                              const char           *model_path,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean         lobe_engine_start_finish    (LobeEngine           *self,
                                              GAsyncResult         *result,
                                              GError              **error);
void             lobe_engine_hold            (LobeEngine           *self);
void             lobe_engine_release         (LobeEngine           *self);
void             lobe_engine_stop            (LobeEngine           *self);
const char      *lobe_engine_get_socket      (LobeEngine           *self);
const char      *lobe_engine_get_key         (LobeEngine           *self);

G_END_DECLS
