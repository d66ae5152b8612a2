/* lobe-model-uses.h: favourite models, and those chosen last */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/lobe-store.h"

G_BEGIN_DECLS

#define LOBE_TYPE_MODEL_USES (lobe_model_uses_get_type ())

G_DECLARE_FINAL_TYPE (LobeModelUses, lobe_model_uses, LOBE, MODEL_USES, GObject)

/* Signals: changed: what is a favourite, or what was used last, is something else */
LobeModelUses *lobe_model_uses_new           (LobeStore            *store);
void           lobe_model_uses_load_async    (LobeModelUses        *self,
                                              GCancellable         *cancellable,
                                              GAsyncReadyCallback   callback,
                                              gpointer              user_data);
gboolean       lobe_model_uses_load_finish   (LobeModelUses        *self,
                                              GAsyncResult         *result,
                                              GError              **error);
gboolean       lobe_model_uses_is_favourite  (LobeModelUses        *self,
                                              const char           *server,
                                              const char           *model);
void           lobe_model_uses_set_favourite (LobeModelUses        *self,
                                              const char           *server,
                                              const char           *model,
                                              gboolean              favourite);
gint64         lobe_model_uses_get_used      (LobeModelUses        *self,
                                              const char           *server,
                                              const char           *model);
void           lobe_model_uses_set_used      (LobeModelUses        *self,
                                              const char           *server,
                                              const char           *model,
                                              gint64                time);

G_END_DECLS
