/* lobe-model-use.h: how the person uses a model: a favourite, and when it was chosen last */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * LobeModelUse: (copy-func lobe_model_use_copy) (free-func lobe_model_use_free)
 * @server: id of the server
 * @model: id of the model
 * @favourite: whether the person has marked it
 * @used: when it was chosen last, µs since 1970; 0 never
 *
 * How the person uses a model.
 */
typedef struct
{
  char     *server;
  char     *model;
  gboolean  favourite;
  gint64    used;
} LobeModelUse;

LobeModelUse *lobe_model_use_new  (const char         *server,
                                   const char         *model,
                                   gboolean            favourite,
                                   gint64              used);
LobeModelUse *lobe_model_use_copy (const LobeModelUse *self);
void          lobe_model_use_free (LobeModelUse       *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeModelUse, lobe_model_use_free)

G_END_DECLS
