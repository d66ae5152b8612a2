/* lobe-server-models.c: what a server offers: brought up to date, found by name, and which to take unasked */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-server.h"

#include <string.h>

/* Whoever shows a model keeps it, as long as it is there; what changed of it is told by its properties. */
static LobeModelInfo *
merge_model (LobeServer    *self,
             LobeModelInfo *info)
{
  GListModel *models = lobe_server_get_models (self);
  guint n = g_list_model_get_n_items (models);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LobeModelInfo) known = g_list_model_get_item (models, i);

      if (g_strcmp0 (lobe_model_info_get_id (known), lobe_model_info_get_id (info)) != 0
          || g_strcmp0 (lobe_model_info_get_name (known), lobe_model_info_get_name (info)) != 0)
        continue;

      lobe_model_info_update (known, info);
      return g_steal_pointer (&known);
    }

  lobe_model_info_set_server (info, lobe_server_get_id (self));

  return g_object_ref (info);
}

/**
 * lobe_server_set_models:
 * @self: a server
 * @models: (element-type LobeModelInfo): what it offers now
 *
 * For subclasses and discovery. A model that was known stays the same object.
 */
void
lobe_server_set_models (LobeServer *self,
                        GPtrArray  *models)
{
  GListModel *present = lobe_server_get_models (self);
  g_autoptr (GPtrArray) merged = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_old = g_list_model_get_n_items (present);
  gboolean same = n_old == models->len;

  g_return_if_fail (LOBE_IS_SERVER (self));

  for (guint i = 0; i < models->len; i++)
    {
      g_autoptr (GObject) old = g_list_model_get_item (present, i);

      g_ptr_array_add (merged, merge_model (self, g_ptr_array_index (models, i)));
      same = same && old == g_ptr_array_index (merged, i);
    }

  if (!same)
    g_list_store_splice (G_LIST_STORE (present), 0, n_old, merged->pdata, merged->len);
}

typedef gboolean (*Matches) (LobeModelInfo *info,
                             const char    *name);

static gboolean
is_id (LobeModelInfo *info,
       const char    *name)
{
  return g_strcmp0 (lobe_model_info_get_id (info), name) == 0;
}

static gboolean
is_id_with_default_tag (LobeModelInfo *info,
                        const char    *name)
{
  const char *id = lobe_model_info_get_id (info);
  gsize length = strlen (name);

  /* Ollama's "latest" is what is meant when no tag is named. */
  return g_ascii_strncasecmp (id, name, length) == 0 && g_str_equal (id + length, ":latest");
}

static gboolean
is_id_in_any_case (LobeModelInfo *info,
                   const char    *name)
{
  return g_ascii_strcasecmp (lobe_model_info_get_id (info), name) == 0;
}

static gboolean
is_name_in_any_case (LobeModelInfo *info,
                     const char    *name)
{
  g_autofree char *left = g_utf8_casefold (lobe_model_info_get_name (info), -1);
  g_autofree char *right = g_utf8_casefold (name, -1);

  return g_str_equal (left, right);
}

/**
 * lobe_server_find_model:
 * @self: a server
 * @id: what the person calls a model: its id, its id without Ollama's ":latest", or its name, in any case
 *
 * Looks among the models that are known. The closest match wins.
 *
 * Returns: (transfer none) (nullable): the model
 */
LobeModelInfo *
lobe_server_find_model (LobeServer *self,
                        const char *id)
{
  static const Matches passes[] = { is_id, is_id_with_default_tag, is_id_in_any_case, is_name_in_any_case };
  GListModel *models = lobe_server_get_models (self);
  guint n = g_list_model_get_n_items (models);

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);
  g_return_val_if_fail (id != NULL, NULL);

  for (guint pass = 0; pass < G_N_ELEMENTS (passes); pass++)
    for (guint i = 0; i < n; i++)
      {
        /* The store holds it too. */
        g_autoptr (LobeModelInfo) info = g_list_model_get_item (models, i);

        if (passes[pass] (info, id))
          return info;
      }

  return NULL;
}

/**
 * lobe_server_get_default_model:
 * @self: a server
 *
 * Returns: (transfer none) (nullable): the model to take when the person named none: the first that is loaded,
 *   otherwise the first that chats
 */
LobeModelInfo *
lobe_server_get_default_model (LobeServer *self)
{
  GListModel *models = lobe_server_get_models (self);
  guint n = g_list_model_get_n_items (models);
  LobeModelInfo *first = NULL;

  g_return_val_if_fail (LOBE_IS_SERVER (self), NULL);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (LobeModelInfo) info = g_list_model_get_item (models, i);

      if ((lobe_model_info_get_capabilities (info) & LOBE_CAPABILITY_EMBEDDING) != 0)
        continue;
      if (lobe_model_info_get_loaded (info))
        return info;
      if (first == NULL)
        first = info;
    }

  return first;
}
