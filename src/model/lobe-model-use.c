/* lobe-model-use.c: how the person uses a model: a favourite, and when it was chosen last */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/lobe-model-use.h"

/**
 * lobe_model_use_new:
 * @server: id of the server
 * @model: id of the model
 * @favourite: whether the person has marked it
 * @used: when it was chosen last, µs since 1970; 0 never
 *
 * Returns: (transfer full): that together
 */
LobeModelUse *
lobe_model_use_new (const char *server,
                    const char *model,
                    gboolean    favourite,
                    gint64      used)
{
  LobeModelUse *self = g_new0 (LobeModelUse, 1);

  self->server = g_strdup (server);
  self->model = g_strdup (model);
  self->favourite = favourite;
  self->used = used;

  return self;
}

/**
 * lobe_model_use_copy:
 * @self: a use
 *
 * Returns: (transfer full): the same
 */
LobeModelUse *
lobe_model_use_copy (const LobeModelUse *self)
{
  return lobe_model_use_new (self->server, self->model, self->favourite, self->used);
}

/**
 * lobe_model_use_free:
 * @self: (transfer full): a use
 */
void
lobe_model_use_free (LobeModelUse *self)
{
  g_free (self->server);
  g_free (self->model);
  g_free (self);
}
