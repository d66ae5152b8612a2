/* lobe-model-switcher.c: all models of all servers, to search and choose from */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-model-switcher.h"

#include "app/lobe-model-groups.h"
#include "app/lobe-model-row.h"
#include "app/lobe-words.h"
#include "server/lobe-pool.h"

#include <glib/gi18n.h>

struct _LobeModelSwitcher
{
  AdwBin              parent_instance;

  GtkSearchEntry     *search_entry;
  GtkStack           *stack;
  GtkListView        *list;

  LobeServers        *servers;
  LobeModelUses      *uses;
  GHashTable         *watched;   /* LobeServer → its signal group */
  GListStore         *groups;    /* a GListStore a server, the server itself if it is off or has none, and LobeModelInfo */
  GtkSingleSelection *selection;
  char               *server;
  char               *model;
  LobeModelInfo      *starred;   /* stays selected, wherever it moves */
  guint               update_id;
};

enum
{
  CHOSEN,
  ADD_SERVER,
  MANAGE,
  CLOSE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeModelSwitcher, lobe_model_switcher, ADW_TYPE_BIN)

/* what is listed */

static GListModel *
find_group (LobeModelSwitcher *self,
            guint              position)
{
  for (guint i = 0; i < g_list_model_get_n_items (G_LIST_MODEL (self->groups)); i++)
    {
      g_autoptr (GListModel) group = g_list_model_get_item (G_LIST_MODEL (self->groups), i);
      guint n_models = g_list_model_get_n_items (group);

      if (position < n_models)
        return group;
      position -= n_models;
    }

  return NULL;
}

static gboolean
is_chosen (LobeModelSwitcher *self,
           LobeModelInfo     *model)
{
  return g_strcmp0 (lobe_model_info_get_server (model), self->server) == 0
         && g_strcmp0 (lobe_model_info_get_id (model), self->model) == 0;
}

/* The model that was starred just now, or the one that the chat has, unless something is searched; else the first. */
static guint
find_selected (LobeModelSwitcher *self,
               gboolean           searched)
{
  GListModel *models = G_LIST_MODEL (self->selection);
  guint first = GTK_INVALID_LIST_POSITION;
  guint chosen = GTK_INVALID_LIST_POSITION;

  for (guint i = 0; i < g_list_model_get_n_items (models); i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (models, i);

      if (!LOBE_IS_MODEL_INFO (item))
        continue;
      if (item == (GObject *) self->starred)
        return i;
      if (first == GTK_INVALID_LIST_POSITION)
        first = i;
      if (!searched && chosen == GTK_INVALID_LIST_POSITION && is_chosen (self, LOBE_MODEL_INFO (item)))
        chosen = i;
    }

  return chosen != GTK_INVALID_LIST_POSITION ? chosen : first;
}

static void
update (LobeModelSwitcher *self)
{
  const char *text = gtk_editable_get_text (GTK_EDITABLE (self->search_entry));
  g_autoptr (GPtrArray) groups = lobe_model_groups_create (self->servers, self->uses, text);
  gboolean searched = *text != '\0';
  guint selected;

  g_clear_handle_id (&self->update_id, g_source_remove);

  /* in two steps: a row that only moves is not bound again, and would go on showing what was true before */
  g_list_store_remove_all (self->groups);
  g_list_store_splice (self->groups, 0, 0, groups->pdata, groups->len);

  selected = find_selected (self, searched);
  g_clear_object (&self->starred);
  gtk_single_selection_set_selected (self->selection, selected);
  if (selected != GTK_INVALID_LIST_POSITION)
    gtk_list_view_scroll_to (self->list, selected, GTK_LIST_SCROLL_NONE, NULL);
  gtk_stack_set_visible_child_name (self->stack, groups->len > 0 || !searched ? "list" : "nothing");
}

static gboolean
update_idle_cb (gpointer user_data)
{
  LobeModelSwitcher *self = LOBE_MODEL_SWITCHER (user_data);

  self->update_id = 0;
  update (self);

  return G_SOURCE_REMOVE;
}

/* A server that answers changes its state and each of its models: once is enough, and not while nobody looks. */
static void
queue_update (LobeModelSwitcher *self)
{
  if (self->update_id == 0 && gtk_widget_get_mapped (GTK_WIDGET (self)))
    self->update_id = g_idle_add (update_idle_cb, self);
}

static void
servers_changed_cb (LobeModelSwitcher *self)
{
  guint n_servers = g_list_model_get_n_items (G_LIST_MODEL (self->servers));

  for (guint i = 0; i < n_servers; i++)
    {
      g_autoptr (LobeServer) server = g_list_model_get_item (G_LIST_MODEL (self->servers), i);

      if (!g_hash_table_add (self->watched, g_object_ref (server)))
        continue;

      g_signal_connect_object (server, "notify::state", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
      if (LOBE_IS_POOL (server))
        {
          g_signal_connect_object (server, "notify::n-members", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
          g_signal_connect_object (server, "notify::n-reachable", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
        }
      g_signal_connect_object (lobe_server_get_models (server), "items-changed", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
    }

  queue_update (self);
}

static void
refreshed_cb (GObject      *object,
              GAsyncResult *result,
              gpointer      user_data)
{
  /* how it went is the server's state, which the list shows */
  lobe_server_refresh_finish (LOBE_SERVER (object), result, NULL);
}

/* A provider that is only listed hears nothing before the person has chosen it. */
static void
refresh (LobeModelSwitcher *self)
{
  guint n_servers = g_list_model_get_n_items (G_LIST_MODEL (self->servers));

  for (guint i = 0; i < n_servers; i++)
    {
      g_autoptr (LobeServer) server = g_list_model_get_item (G_LIST_MODEL (self->servers), i);

      if (lobe_server_get_state (server) == LOBE_SERVER_CONNECTING || lobe_server_get_pool (server) != NULL)
        continue;
      if (!lobe_server_get_on_demand (server) || lobe_server_get_state (server) == LOBE_SERVER_ONLINE ||
          g_strcmp0 (lobe_server_get_id (server), self->server) == 0)
        lobe_server_refresh_async (server, NULL, refreshed_cb, NULL);
    }
}

/* what the person does */

static void
choose (LobeModelSwitcher *self,
        guint              position)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (self->selection), position);

  if (LOBE_IS_MODEL_INFO (item))
    {
      g_autofree char *server = g_strdup (lobe_model_info_get_server (LOBE_MODEL_INFO (item)));
      g_autofree char *model = g_strdup (lobe_model_info_get_id (LOBE_MODEL_INFO (item)));

      g_signal_emit (self, signals[CHOSEN], 0, server, model);
    }
  else if (LOBE_IS_SERVER (item) && lobe_server_get_state (LOBE_SERVER (item)) != LOBE_SERVER_CONNECTING)
    lobe_server_refresh_async (LOBE_SERVER (item), NULL, refreshed_cb, NULL);
}

static void
activate_cb (LobeModelSwitcher *self,
             guint              position)
{
  choose (self, position);
}

static void
search_changed_cb (LobeModelSwitcher *self)
{
  update (self);
}

static void
search_activate_cb (LobeModelSwitcher *self)
{
  guint position = gtk_single_selection_get_selected (self->selection);

  if (position != GTK_INVALID_LIST_POSITION)
    choose (self, position);
}

static void
stop_search_cb (LobeModelSwitcher *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (self->search_entry)) != '\0')
    gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  else
    g_signal_emit (self, signals[CLOSE], 0);
}

static void
add_server_cb (LobeModelSwitcher *self)
{
  g_signal_emit (self, signals[ADD_SERVER], 0);
}

static void
manage_cb (LobeModelSwitcher *self)
{
  g_signal_emit (self, signals[MANAGE], 0);
}

static void
star (LobeModelSwitcher *self,
      LobeModelInfo     *model)
{
  const char *server = lobe_model_info_get_server (model);
  const char *id = lobe_model_info_get_id (model);

  g_set_object (&self->starred, model);
  lobe_model_uses_set_favourite (self->uses, server, id, !lobe_model_uses_is_favourite (self->uses, server, id));
}

static void
star_selected (LobeModelSwitcher *self)
{
  gpointer item = gtk_single_selection_get_selected_item (self->selection);

  if (LOBE_IS_MODEL_INFO (item))
    star (self, item);
}

static void
refresh_cb (LobeModelSwitcher *self)
{
  refresh (self);
}

static void
retry_cb (LobeModelSwitcher *self,
          LobeServer        *server)
{
  lobe_server_refresh_async (server, NULL, refreshed_cb, NULL);
}

/* The focus stays in the entry, where words go, while arrows move in the list. */
static gboolean
key_pressed_cb (LobeModelSwitcher     *self,
                guint                  key,
                guint                  code,
                GdkModifierType        state,
                GtkEventControllerKey *controller)
{
  guint n_items = g_list_model_get_n_items (G_LIST_MODEL (self->selection));
  guint selected = gtk_single_selection_get_selected (self->selection);
  int step;

  if ((state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK)) == GDK_CONTROL_MASK && gdk_keyval_to_lower (key) == GDK_KEY_d)
    {
      star_selected (self);
      return GDK_EVENT_STOP;
    }
  if (state & (GDK_SHIFT_MASK | GDK_CONTROL_MASK | GDK_ALT_MASK))
    return GDK_EVENT_PROPAGATE;

  switch (key)
    {
    case GDK_KEY_Down:
    case GDK_KEY_KP_Down:
      step = 1;
      break;
    case GDK_KEY_Up:
    case GDK_KEY_KP_Up:
      step = -1;
      break;
    default:
      return GDK_EVENT_PROPAGATE;
    }

  if (n_items == 0)
    return GDK_EVENT_STOP;

  if (selected == GTK_INVALID_LIST_POSITION)
    selected = step > 0 ? 0 : n_items - 1;
  else
    selected = (selected + n_items + step) % n_items;

  gtk_list_view_scroll_to (self->list, selected, GTK_LIST_SCROLL_SELECT, NULL);

  return GDK_EVENT_STOP;
}

/* rows */

static void
setup_row_cb (LobeModelSwitcher        *self,
              GtkListItem              *item,
              GtkSignalListItemFactory *factory)
{
  GtkWidget *row = lobe_model_row_new ();

  g_signal_connect_object (row, "retry", G_CALLBACK (retry_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (row, "starred", G_CALLBACK (star), self, G_CONNECT_SWAPPED);
  gtk_list_item_set_child (item, row);
}

static void
bind_model (LobeModelSwitcher *self,
            LobeModelRow      *row,
            LobeModelInfo     *model,
            GListModel        *group)
{
  const char *server_id = lobe_model_info_get_server (model);
  LobeServer *server = lobe_servers_get (self->servers, server_id);
  gboolean mixed = group != NULL && lobe_model_group_get_title (group) != NULL;

  lobe_model_row_set_model (row, model, mixed && server != NULL ? lobe_server_get_name (server) : NULL, is_chosen (self, model),
                            lobe_model_uses_is_favourite (self->uses, server_id, lobe_model_info_get_id (model)));
  if (server != NULL)
    lobe_server_learn (server, model);
}

static void
bind_row_cb (LobeModelSwitcher        *self,
             GtkListItem              *item,
             GtkSignalListItemFactory *factory)
{
  LobeModelRow *row = LOBE_MODEL_ROW (gtk_list_item_get_child (item));
  gpointer object = gtk_list_item_get_item (item);
  g_autofree char *words = NULL;

  if (LOBE_IS_MODEL_INFO (object))
    bind_model (self, row, object, find_group (self, gtk_list_item_get_position (item)));
  else
    lobe_model_row_set_server (row, object);

  words = lobe_model_row_dup_words (row);
  gtk_list_item_set_accessible_label (item, words);
}

static void
setup_header_cb (LobeModelSwitcher        *self,
                 GtkListHeader            *header,
                 GtkSignalListItemFactory *factory)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  GtkWidget *label = gtk_label_new (NULL);
  GtkWidget *badge = gtk_label_new (NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_END);
  gtk_widget_add_css_class (label, "caption-heading");
  gtk_widget_add_css_class (label, "dimmed");
  gtk_box_append (GTK_BOX (box), label);
  gtk_widget_add_css_class (badge, "caption");
  gtk_box_append (GTK_BOX (box), badge);
  gtk_list_header_set_child (header, box);
}

/* Which members are not there, and why, a line each. */
static char *
dup_reasons (LobePool *pool)
{
  GString *reasons = g_string_new (NULL);

  for (guint i = 0; i < lobe_pool_get_n_members (pool); i++)
    {
      LobeServer *member = lobe_pool_get_member (pool, i);
      g_autofree char *words = lobe_words_for_server (member);

      if (lobe_server_get_state (member) == LOBE_SERVER_OFFLINE)
        g_string_append_printf (reasons, "%s%s: %s", reasons->len > 0 ? "\n" : "", lobe_server_get_name (member), words);
    }

  return g_string_free_and_steal (reasons);
}

/* How many of a pool's members are there; a member that failed is seen here and nowhere else. */
static void
set_badge (GtkWidget  *badge,
           LobeServer *server)
{
  gboolean is_pool = server != NULL && LOBE_IS_POOL (server);
  guint n_members = is_pool ? lobe_pool_get_n_members (LOBE_POOL (server)) : 0;
  guint n_reachable = is_pool ? lobe_pool_get_n_reachable (LOBE_POOL (server)) : 0;
  g_autofree char *words = NULL;
  g_autofree char *reasons = NULL;

  gtk_widget_set_visible (badge, is_pool);
  gtk_widget_set_tooltip_text (badge, NULL);
  if (!is_pool)
    return;

  if (n_reachable == n_members)
    {
      words = g_strdup_printf (ngettext ("%u server", "%u servers", n_members), n_members);
      gtk_widget_add_css_class (badge, "dimmed");
      gtk_widget_remove_css_class (badge, "warning");
    }
  else
    {
      /* Translators: of the servers that stand in for each other, as in “1 of 2 servers reachable” */
      words = g_strdup_printf (ngettext ("%u of %u server reachable", "%u of %u servers reachable", n_members), n_reachable, n_members);
      gtk_widget_remove_css_class (badge, "dimmed");
      gtk_widget_add_css_class (badge, "warning");
      reasons = dup_reasons (LOBE_POOL (server));
      gtk_widget_set_tooltip_text (badge, reasons);
    }
  gtk_label_set_label (GTK_LABEL (badge), words);
}

static void
bind_header_cb (LobeModelSwitcher        *self,
                GtkListHeader            *header,
                GtkSignalListItemFactory *factory)
{
  gpointer item = gtk_list_header_get_item (header);
  GListModel *group = find_group (self, gtk_list_header_get_start (header));
  const char *title = group != NULL ? lobe_model_group_get_title (group) : NULL;
  LobeServer *server = title != NULL ? NULL : LOBE_IS_SERVER (item) ? item : lobe_servers_get (self->servers, lobe_model_info_get_server (item));
  GtkWidget *label = gtk_widget_get_first_child (gtk_list_header_get_child (header));

  gtk_label_set_label (GTK_LABEL (label), title != NULL ? title : server != NULL ? lobe_server_get_name (server) : "");
  set_badge (gtk_widget_get_next_sibling (label), server);
}

/* object */

static gboolean
lobe_model_switcher_grab_focus (GtkWidget *widget)
{
  return gtk_widget_grab_focus (GTK_WIDGET (LOBE_MODEL_SWITCHER (widget)->search_entry));
}

static void
lobe_model_switcher_dispose (GObject *object)
{
  LobeModelSwitcher *self = LOBE_MODEL_SWITCHER (object);

  g_clear_handle_id (&self->update_id, g_source_remove);
  if (self->list != NULL)
    gtk_list_view_set_model (self->list, NULL);
  gtk_widget_dispose_template (GTK_WIDGET (self), LOBE_TYPE_MODEL_SWITCHER);
  g_clear_object (&self->selection);
  g_clear_object (&self->groups);
  g_clear_object (&self->servers);
  g_clear_object (&self->uses);
  g_clear_object (&self->starred);
  g_clear_pointer (&self->watched, g_hash_table_unref);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->model, g_free);

  G_OBJECT_CLASS (lobe_model_switcher_parent_class)->dispose (object);
}

static void
lobe_model_switcher_class_init (LobeModelSwitcherClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lobe_model_switcher_dispose;
  widget_class->grab_focus = lobe_model_switcher_grab_focus;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_STRING);
  signals[ADD_SERVER] = g_signal_new ("add-server", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                      G_TYPE_NONE, 0);
  signals[MANAGE] = g_signal_new ("manage", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 0);
  signals[CLOSE] = g_signal_new ("close", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/lobe/Chat/ui/lobe-model-switcher.ui");
  gtk_widget_class_bind_template_child (widget_class, LobeModelSwitcher, search_entry);
  gtk_widget_class_bind_template_child (widget_class, LobeModelSwitcher, stack);
  gtk_widget_class_bind_template_child (widget_class, LobeModelSwitcher, list);
  gtk_widget_class_bind_template_callback (widget_class, activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, add_server_cb);
  gtk_widget_class_bind_template_callback (widget_class, manage_cb);
  gtk_widget_class_bind_template_callback (widget_class, refresh_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_activate_cb);
  gtk_widget_class_bind_template_callback (widget_class, search_changed_cb);
  gtk_widget_class_bind_template_callback (widget_class, stop_search_cb);
}

static void
lobe_model_switcher_init (LobeModelSwitcher *self)
{
  GtkListItemFactory *factory;
  GtkEventController *keys;
  GtkFlattenListModel *flat;

  self->watched = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  gtk_widget_init_template (GTK_WIDGET (self));

  self->groups = g_list_store_new (G_TYPE_LIST_STORE);
  flat = gtk_flatten_list_model_new (g_object_ref (G_LIST_MODEL (self->groups)));
  self->selection = g_object_new (GTK_TYPE_SINGLE_SELECTION, "autoselect", FALSE, "can-unselect", TRUE, "model", flat, NULL);
  g_object_unref (flat);

  factory = gtk_signal_list_item_factory_new ();
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_row_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_row_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list, factory);
  g_object_unref (factory);

  factory = gtk_signal_list_item_factory_new ();
  g_signal_connect_object (factory, "setup", G_CALLBACK (setup_header_cb), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (bind_header_cb), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_header_factory (self->list, factory);
  g_object_unref (factory);

  gtk_list_view_set_model (self->list, GTK_SELECTION_MODEL (self->selection));

  keys = gtk_event_controller_key_new ();
  gtk_event_controller_set_propagation_phase (keys, GTK_PHASE_CAPTURE);
  g_signal_connect_swapped (keys, "key-pressed", G_CALLBACK (key_pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self->search_entry), keys);
}

/**
 * lobe_model_switcher_new:
 * @servers: whose models to show
 * @uses: which of them come first
 *
 * Returns: (transfer floating): a switcher, for a popover or a sheet
 */
GtkWidget *
lobe_model_switcher_new (LobeServers   *servers,
                         LobeModelUses *uses)
{
  LobeModelSwitcher *self = g_object_new (LOBE_TYPE_MODEL_SWITCHER, NULL);

  self->servers = g_object_ref (servers);
  self->uses = g_object_ref (uses);
  g_signal_connect_object (uses, "changed", G_CALLBACK (queue_update), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (servers, "items-changed", G_CALLBACK (servers_changed_cb), self, G_CONNECT_SWAPPED);
  servers_changed_cb (self);

  return GTK_WIDGET (self);
}

/**
 * lobe_model_switcher_open:
 * @self: a switcher
 * @server: (nullable): id of the server of the chat
 * @model: (nullable): id of the model of the chat
 *
 * To be called each time before it is shown: empties the search, marks what is chosen and asks the servers what
 * they have now. One that waits to be chosen is asked only if this chat uses it, or if it was asked before.
 */
void
lobe_model_switcher_open (LobeModelSwitcher *self,
                          const char        *server,
                          const char        *model)
{
  g_return_if_fail (LOBE_IS_MODEL_SWITCHER (self));

  g_set_str (&self->server, server);
  g_set_str (&self->model, model);
  gtk_editable_set_text (GTK_EDITABLE (self->search_entry), "");
  update (self);
  refresh (self);
}
