/* lobe-model-groups.c: what the switcher lists: favourites, recent models, and each server's own */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-model-groups.h"

#include <glib/gi18n.h>

/* So many recent models come first, where there are more in all than one sees at a glance. */
#define N_RECENT 3
#define N_AT_A_GLANCE 7

#define TITLE "lobe-model-group-title"

/**
 * lobe_model_group_get_title:
 * @group: a group
 *
 * Returns: (transfer none) (nullable): what it is called; %NULL for the models of one server, which is called as that
 */
const char *
lobe_model_group_get_title (GListModel *group)
{
  return g_object_get_data (G_OBJECT (group), TITLE);
}

static char **
split_words (const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_auto (GStrv) parts = g_strsplit_set (folded, " \t", -1);
  GStrvBuilder *builder = g_strv_builder_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    {
      if (*parts[i] != '\0')
        g_strv_builder_add (builder, parts[i]);
    }

  return g_strv_builder_unref_to_strv (builder);
}

static gboolean
matches (char         **words,
         LobeServer    *server,
         LobeModelInfo *model)
{
  g_autofree char *text = g_strjoin (" ", lobe_model_info_get_name (model), lobe_model_info_get_id (model),
                                     lobe_server_get_name (server), NULL);
  g_autofree char *folded = g_utf8_casefold (text, -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      if (strstr (folded, words[i]) == NULL)
        return FALSE;
    }

  return TRUE;
}

static int
compare_used (gconstpointer a,
              gconstpointer b,
              gpointer      user_data)
{
  LobeModelInfo *left = *(LobeModelInfo * const *) a;
  LobeModelInfo *right = *(LobeModelInfo * const *) b;
  gint64 left_used = lobe_model_uses_get_used (user_data, lobe_model_info_get_server (left), lobe_model_info_get_id (left));
  gint64 right_used = lobe_model_uses_get_used (user_data, lobe_model_info_get_server (right), lobe_model_info_get_id (right));

  if (left_used != right_used)
    return left_used > right_used ? -1 : 1;

  return g_utf8_collate (lobe_model_info_get_name (left), lobe_model_info_get_name (right));
}

/* Those that chat; a member of a pool is offered by that. */
static void
add_offered (GPtrArray   *offered,
             LobeServer  *server,
             char       **words)
{
  GListModel *models = lobe_server_get_models (server);

  if (lobe_server_get_pool (server) != NULL)
    return;

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (LobeModelInfo) model = g_list_model_get_item (models, i);

      if ((lobe_model_info_get_capabilities (model) & LOBE_CAPABILITY_EMBEDDING) == 0 && matches (words, server, model))
        g_ptr_array_add (offered, g_steal_pointer (&model));
    }
}

static void
add_group (GPtrArray  *groups,
           GPtrArray  *models,
           const char *title)
{
  GListStore *group;

  if (models->len == 0)
    return;

  group = g_list_store_new (G_TYPE_OBJECT);
  g_list_store_splice (group, 0, 0, models->pdata, models->len);
  g_object_set_data_full (G_OBJECT (group), TITLE, g_strdup (title), g_free);
  g_ptr_array_add (groups, group);
}

static GPtrArray *
pick_favourites (GPtrArray     *offered,
                 LobeModelUses *uses)
{
  GPtrArray *favourites = g_ptr_array_new ();

  for (guint i = 0; i < offered->len; i++)
    {
      LobeModelInfo *model = g_ptr_array_index (offered, i);

      if (lobe_model_uses_is_favourite (uses, lobe_model_info_get_server (model), lobe_model_info_get_id (model)))
        g_ptr_array_add (favourites, model);
    }
  g_ptr_array_sort_with_data (favourites, compare_used, uses);

  return favourites;
}

static GPtrArray *
pick_recent (GPtrArray     *offered,
             GPtrArray     *favourites,
             LobeModelUses *uses)
{
  GPtrArray *recent = g_ptr_array_new ();

  for (guint i = 0; i < offered->len; i++)
    {
      LobeModelInfo *model = g_ptr_array_index (offered, i);

      if (lobe_model_uses_get_used (uses, lobe_model_info_get_server (model), lobe_model_info_get_id (model)) > 0
          && !g_ptr_array_find (favourites, model, NULL))
        g_ptr_array_add (recent, model);
    }
  g_ptr_array_sort_with_data (recent, compare_used, uses);
  g_ptr_array_set_size (recent, MIN (recent->len, N_RECENT));

  return recent;
}

static GPtrArray *
pick_rest (LobeServer *server,
           GPtrArray  *offered,
           GPtrArray  *favourites,
           GPtrArray  *recent)
{
  GPtrArray *rest = g_ptr_array_new ();

  for (guint i = 0; i < offered->len; i++)
    {
      LobeModelInfo *model = g_ptr_array_index (offered, i);

      if (g_strcmp0 (lobe_model_info_get_server (model), lobe_server_get_id (server)) == 0
          && !g_ptr_array_find (favourites, model, NULL) && !g_ptr_array_find (recent, model, NULL))
        g_ptr_array_add (rest, model);
    }

  return rest;
}

/**
 * lobe_model_groups_create:
 * @servers: whose models
 * @uses: which are favourites, and which were chosen last
 * @text: what the person searches; empty: all
 *
 * Groups the models that chat: favourites, then those chosen last if there are many, then the others by servers. Each is
 * in one group. A server that is off or has none is itself in its group, when nothing is searched.
 *
 * Returns: (transfer full) (element-type GListStore): the groups that are not empty
 */
GPtrArray *
lobe_model_groups_create (LobeServers   *servers,
                          LobeModelUses *uses,
                          const char    *text)
{
  g_auto (GStrv) words = split_words (text);
  g_autoptr (GPtrArray) offered = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) favourites = NULL;
  g_autoptr (GPtrArray) recent = NULL;
  GPtrArray *groups = g_ptr_array_new_with_free_func (g_object_unref);
  guint n_servers = g_list_model_get_n_items (G_LIST_MODEL (servers));

  for (guint i = 0; i < n_servers; i++)
    {
      g_autoptr (LobeServer) server = g_list_model_get_item (G_LIST_MODEL (servers), i);

      add_offered (offered, server, words);
    }

  favourites = pick_favourites (offered, uses);
  recent = words[0] == NULL && offered->len > N_AT_A_GLANCE ? pick_recent (offered, favourites, uses) : g_ptr_array_new ();
  add_group (groups, favourites, _("Favourites"));
  add_group (groups, recent, _("Recent"));

  for (guint i = 0; i < n_servers; i++)
    {
      g_autoptr (LobeServer) server = g_list_model_get_item (G_LIST_MODEL (servers), i);
      g_autoptr (GPtrArray) rest = pick_rest (server, offered, favourites, recent);
      guint n_models = g_list_model_get_n_items (lobe_server_get_models (server));

      /* the models that a server had before it went off may be back soon, and stay */
      if (words[0] == NULL && lobe_server_get_pool (server) == NULL
          && (n_models == 0 || lobe_server_get_state (server) == LOBE_SERVER_OFFLINE))
        g_ptr_array_insert (rest, 0, server);
      add_group (groups, rest, NULL);
    }

  return groups;
}
