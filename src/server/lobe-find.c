/* lobe-find.c: which server has the model that the person names? All are asked at once, and their order decides */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "server/lobe-servers.h"

#include "base/lobe-error.h"
#include "base/lobe-wait.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* Nobody waits longer than this for servers that don't answer. */
#define LIMIT_MS 5000

/* How long a server that comes first may hold up one that has the model already. */
#define GRACE_MS 2000

/**
 * Stage:
 * @STAGE_NAMED: the server whose name stands before the first slash, with the rest as the model
 * @STAGE_ALL: every server, with all of the words as the model: names of models have slashes too
 * @STAGE_ON_DEMAND: those to which nothing is sent otherwise, when no other has the model
 * @STAGE_END: nobody has it
 */
typedef enum
{
  STAGE_NAMED,
  STAGE_ALL,
  STAGE_ON_DEMAND,
  STAGE_END,
} Stage;

typedef struct
{
  GTask      *task;
  LobeServer *server;
  gboolean    pending;
} Asked;

typedef struct
{
  LobeServers  *servers;
  char         *spec;
  Stage         stage;
  LobeServer   *named;
  GPtrArray    *round;
  GPtrArray    *seen;
  LobeWait     *wait;
  guint         limit_id;
  guint         grace_id;
  gboolean      ended;
} Find;

typedef struct
{
  LobeServer    *server;
  LobeModelInfo *info;
} Found;

static void look (GTask *task);

static void
found_free (gpointer data)
{
  Found *found = data;

  g_object_unref (found->server);
  g_object_unref (found->info);
  g_free (found);
}

static void
asked_clear (gpointer data)
{
  Asked *asked = data;

  g_object_unref (asked->server);
}

static void
asked_release (gpointer data)
{
  g_rc_box_release_full (data, asked_clear);
}

static void
find_free (gpointer data)
{
  Find *find = data;

  g_clear_handle_id (&find->limit_id, g_source_remove);
  g_clear_handle_id (&find->grace_id, g_source_remove);
  g_clear_pointer (&find->wait, lobe_wait_free);
  g_clear_object (&find->servers);
  g_clear_object (&find->named);
  g_ptr_array_unref (find->round);
  g_ptr_array_unref (find->seen);
  g_free (find->spec);
  g_free (find);
}

static LobeModelInfo *
get_match (Find       *find,
           LobeServer *server)
{
  const char *model = find->spec;

  if (lobe_server_get_state (server) != LOBE_SERVER_ONLINE)
    return NULL;
  if (find->stage == STAGE_NAMED)
    model = strchr (model, '/') + 1;

  return model != NULL && model[0] != '\0' ? lobe_server_find_model (server, model)
                                           : lobe_server_get_default_model (server);
}

static void
end (Find *find)
{
  find->ended = TRUE;
  g_clear_handle_id (&find->limit_id, g_source_remove);
  g_clear_handle_id (&find->grace_id, g_source_remove);
  /* The others need not go on for this. */
  g_cancellable_cancel (lobe_wait_get_cancellable (find->wait));
}

static void
return_found (GTask         *task,
              LobeServer    *server,
              LobeModelInfo *info)
{
  Found *found = g_new0 (Found, 1);

  found->server = g_object_ref (server);
  found->info = g_object_ref (info);
  end (g_task_get_task_data (task));
  g_task_return_pointer (task, found, found_free);
}

/* To hear why a server is down that was named, or that has the model, helps more than that no other has it. */
static gboolean
is_reason (Find       *find,
           LobeServer *server)
{
  const GError *error = lobe_server_get_error (server);

  if (lobe_server_get_state (server) != LOBE_SERVER_OFFLINE || error == NULL || error->domain != LOBE_ERROR)
    return FALSE;
  if (server == find->named)
    return TRUE;

  return find->spec != NULL ? lobe_server_find_model (server, find->spec) != NULL
                            : lobe_server_get_default_model (server) != NULL;
}

static void
return_not_found (GTask *task)
{
  Find *find = g_task_get_task_data (task);
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) asked = g_string_new (NULL);
  int code = LOBE_ERROR_MODEL_NOT_FOUND;

  end (find);

  for (guint i = 0; i < find->seen->len && code == LOBE_ERROR_MODEL_NOT_FOUND; i++)
    if (is_reason (find, g_ptr_array_index (find->seen, i)))
      code = lobe_server_get_error (g_ptr_array_index (find->seen, i))->code;

  if (find->spec != NULL)
    g_string_append_printf (text, _("The model “%s” was not found."), find->spec);
  else
    g_string_append (text, _("There is no model to talk to."));

  for (guint i = 0; i < find->seen->len; i++)
    {
      LobeServer *server = g_ptr_array_index (find->seen, i);
      const GError *error = lobe_server_get_error (server);

      g_string_append_printf (asked, "%s%s", i > 0 ? "; " : "", lobe_server_get_name (server));
      if (lobe_server_get_state (server) != LOBE_SERVER_ONLINE)
        g_string_append_printf (asked, " (%s)", error != NULL ? error->message : _("not available"));
    }
  if (asked->len > 0)
    {
      g_string_append_c (text, ' ');
      /* Translators: %s is a list of servers, those that are down with the reason */
      g_string_append_printf (text, _("Asked: %s"), asked->str);
    }

  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (find->servers)); i++)
    {
      g_autoptr (LobeServer) server = g_list_model_get_item (G_LIST_MODEL (find->servers), i);
      const char *name = lobe_server_get_name (server);

      if (!lobe_server_get_on_demand (server) || g_ptr_array_find (find->seen, server, NULL))
        continue;
      g_string_append_c (text, '\n');
      /* Translators: both are a server's name; MODEL stands for any model's name */
      g_string_append_printf (text, _("%s is asked only when it is named, as in “%s/MODEL”."), name, name);
    }

  g_task_return_new_error (task, LOBE_ERROR, code, "%s", text->str);
}

static void
one_answered (GObject      *source,
              GAsyncResult *result,
              gpointer      user_data)
{
  Asked *asked = user_data;
  g_autoptr (GTask) task = asked->task;
  Find *find = g_task_get_task_data (task);

  /* What became of it is in its state. */
  lobe_server_refresh_finish (LOBE_SERVER (source), result, NULL);
  asked->pending = FALSE;
  if (!find->ended && g_ptr_array_find (find->round, asked, NULL))
    look (task);

  asked_release (asked);
}

/* A server that does not answer counts as down, for this and for whoever shows it. */
static gboolean
limit_reached (gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  Find *find = g_task_get_task_data (task);

  find->limit_id = 0;
  for (guint i = 0; i < find->round->len; i++)
    {
      Asked *asked = g_ptr_array_index (find->round, i);
      g_autoptr (GError) error = NULL;

      if (!asked->pending)
        continue;
      asked->pending = FALSE;
      error = g_error_new (LOBE_ERROR, LOBE_ERROR_TIMED_OUT, _("%s did not answer in time."),
                           lobe_server_get_name (asked->server));
      lobe_server_set_state (asked->server, LOBE_SERVER_OFFLINE, error);
    }
  g_cancellable_cancel (lobe_wait_get_cancellable (find->wait));
  look (task);

  return G_SOURCE_REMOVE;
}

static gboolean
grace_over (gpointer user_data)
{
  g_autoptr (GTask) task = g_object_ref (user_data);
  Find *find = g_task_get_task_data (task);

  find->grace_id = 0;
  for (guint i = 0; i < find->round->len; i++)
    {
      Asked *asked = g_ptr_array_index (find->round, i);
      LobeModelInfo *info = asked->pending ? NULL : get_match (find, asked->server);

      if (info == NULL)
        continue;
      return_found (task, asked->server, info);
      break;
    }

  return G_SOURCE_REMOVE;
}

static gboolean
is_in_stage (Find       *find,
             LobeServer *server)
{
  const char *slash = find->spec != NULL ? strchr (find->spec, '/') : NULL;

  switch (find->stage)
    {
    case STAGE_NAMED:
      {
        g_autofree char *before = slash != NULL ? g_strndup (find->spec, slash - find->spec) : NULL;

        return before != NULL
               && (g_ascii_strcasecmp (lobe_server_get_id (server), before) == 0
                   || g_ascii_strcasecmp (lobe_server_get_name (server), before) == 0);
      }

    /* the pool answers for its members, but for one that is named */
    case STAGE_ALL:
      return !lobe_server_get_on_demand (server) && lobe_server_get_pool (server) == NULL;

    case STAGE_ON_DEMAND:
      return lobe_server_get_pool (server) == NULL && find->spec != NULL && find->named == NULL && lobe_server_get_on_demand (server);

    default:
      return FALSE;
    }
}

static void
begin_stage (GTask *task)
{
  Find *find = g_task_get_task_data (task);
  GListModel *servers = G_LIST_MODEL (find->servers);

  g_clear_handle_id (&find->limit_id, g_source_remove);
  g_clear_handle_id (&find->grace_id, g_source_remove);
  g_ptr_array_set_size (find->round, 0);
  g_clear_pointer (&find->wait, lobe_wait_free);
  find->wait = lobe_wait_new (g_task_get_cancellable (task));
  find->limit_id = g_timeout_add (LIMIT_MS, limit_reached, task);

  for (guint i = 0; i < g_list_model_get_n_items (servers); i++)
    {
      g_autoptr (LobeServer) server = g_list_model_get_item (servers, i);
      gboolean seen = g_ptr_array_find (find->seen, server, NULL);
      Asked *asked;

      if (!lobe_server_get_enabled (server) || !is_in_stage (find, server))
        continue;
      if (find->stage == STAGE_NAMED && find->named == NULL)
        find->named = g_object_ref (server);

      asked = g_rc_box_new0 (Asked);
      asked->server = g_object_ref (server);
      asked->pending = !seen && get_match (find, server) == NULL;
      g_ptr_array_add (find->round, asked);
      if (!seen)
        g_ptr_array_add (find->seen, g_object_ref (server));
      if (!asked->pending)
        continue;

      asked->task = g_object_ref (task);
      lobe_server_refresh_async (server, lobe_wait_get_cancellable (find->wait), one_answered, g_rc_box_acquire (asked));
    }

  look (task);
}

/* The first in order that has it is the one, as soon as all before it are known not to. */
static void
look (GTask *task)
{
  Find *find = g_task_get_task_data (task);
  gboolean waiting = FALSE;

  if (g_cancellable_is_cancelled (g_task_get_cancellable (task)))
    {
      end (find);
      g_task_return_error_if_cancelled (task);
      return;
    }

  for (guint i = 0; i < find->round->len; i++)
    {
      Asked *asked = g_ptr_array_index (find->round, i);
      LobeModelInfo *info = asked->pending ? NULL : get_match (find, asked->server);

      if (info != NULL && !waiting)
        {
          return_found (task, asked->server, info);
          return;
        }
      if (info != NULL && find->grace_id == 0)
        find->grace_id = g_timeout_add (GRACE_MS, grace_over, task);
      waiting = waiting || asked->pending;
    }

  if (waiting)
    return;

  find->stage++;
  if (find->stage == STAGE_END)
    return_not_found (task);
  else
    begin_stage (task);
}

/**
 * lobe_servers_find_async:
 * @self: a list of servers
 * @model: (nullable): "model" or "server/model", where the server is an id or a name in any case; %NULL takes
 *   LOBE_DEFAULT_MODEL, or otherwise what the first server that is up has to offer, loaded models first
 * @cancellable: (nullable): to stop looking
 * @callback: called when it is found, or nowhere
 * @user_data: for @callback
 *
 * Looks for a model on all servers at once. The first in the list's order that has it wins; one that is down or
 * slow hides no other, and after 5 s counts as down. Servers that are asked on demand only are asked when they are
 * named, or when no other has a model of that name.
 */
void
lobe_servers_find_async (LobeServers         *self,
                         const char          *model,
                         GCancellable        *cancellable,
                         GAsyncReadyCallback  callback,
                         gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  Find *find;

  g_return_if_fail (LOBE_IS_SERVERS (self));

  if (model == NULL || model[0] == '\0')
    model = lobe_servers_get_default_model (self);

  find = g_new0 (Find, 1);
  find->servers = g_object_ref (self);
  find->spec = g_strdup (model);
  find->round = g_ptr_array_new_with_free_func (asked_release);
  find->seen = g_ptr_array_new_with_free_func (g_object_unref);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_servers_find_async);
  g_task_set_task_data (task, find, find_free);
  begin_stage (task);
  /* Until it returns, the task is held by the requests that are under way. */
}

/**
 * lobe_servers_find_finish:
 * @self: a list of servers
 * @result: what the callback was given
 * @info: (out) (optional) (transfer full): the model
 * @error: where to put why there is none: %LOBE_ERROR_MODEL_NOT_FOUND, with the servers that were asked and which of
 *   them were down; for a named server that is down, its own error
 *
 * Returns: (transfer full) (nullable): the server that has it
 */
LobeServer *
lobe_servers_find_finish (LobeServers    *self,
                          GAsyncResult   *result,
                          LobeModelInfo **info,
                          GError        **error)
{
  Found *found;
  LobeServer *server;

  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  found = g_task_propagate_pointer (G_TASK (result), error);
  if (found == NULL)
    return NULL;

  server = g_object_ref (found->server);
  if (info != NULL)
    *info = g_object_ref (found->info);
  found_free (found);

  return server;
}
