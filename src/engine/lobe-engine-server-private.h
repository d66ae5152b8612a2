/* lobe-engine-server-private.h: what the files of the engine as a server share */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "engine/lobe-engine-server.h"
#include "engine/lobe-gguf-folder.h"

G_BEGIN_DECLS

struct _LobeEngineServer
{
  LobeServer   parent_instance;

  LobeEngine  *engine;
  GStrv        folders;
  GPtrArray   *files;
  GListModel  *catalogue;
  guint        n_preparing;
};

/* lobe-engine-server.c */
LobeGgufFile *lobe_engine_server_find_file          (LobeEngineServer *self,
                                                     const char       *id);
gboolean      lobe_engine_server_is_loaded          (LobeEngineServer *self,
                                                     LobeGgufFile     *file);

/* lobe-engine-server-library.c */
void          lobe_engine_server_class_init_library (LobeServerClass  *klass);

G_END_DECLS
