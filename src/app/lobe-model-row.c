/* lobe-model-row.c: a model in the switcher: name, what it can do, context window, whether it is chosen */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-model-row.h"

#include "app/lobe-words.h"

#include <glib/gi18n.h>

struct _LobeModelRow
{
  GtkWidget      parent_instance;

  GtkLabel      *name;
  GtkLabel      *origin;
  GtkWidget     *loaded;
  GtkWidget     *vision;
  GtkWidget     *tools;
  GtkWidget     *thinking;
  GtkLabel      *context;
  GtkWidget     *check;
  GtkButton     *star;
  GtkButton     *retry;

  LobeModelInfo *model;
  LobeServer    *server;
  GSignalGroup  *model_signals;
  gboolean       chosen;
  gboolean       favourite;
};

enum
{
  RETRY,
  STARRED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeModelRow, lobe_model_row, GTK_TYPE_WIDGET)

static void
retry_cb (LobeModelRow *self)
{
  if (self->server != NULL)
    g_signal_emit (self, signals[RETRY], 0, self->server);
}

static void
star_cb (LobeModelRow *self)
{
  if (self->model != NULL)
    g_signal_emit (self, signals[STARRED], 0, self->model);
}

/* A mark that is absent keeps its place, so that marks line up in columns. */
static void
set_mark (GtkWidget *mark,
          gboolean   shown)
{
  gtk_widget_set_opacity (mark, shown ? 1 : 0);
  gtk_widget_set_can_target (mark, shown);
  gtk_accessible_update_state (GTK_ACCESSIBLE (mark), GTK_ACCESSIBLE_STATE_HIDDEN, !shown, -1);
}

static void
show_columns (LobeModelRow *self,
              gboolean      shown)
{
  gtk_widget_set_visible (self->vision, shown);
  gtk_widget_set_visible (self->tools, shown);
  gtk_widget_set_visible (self->thinking, shown);
  gtk_widget_set_visible (GTK_WIDGET (self->context), shown);
  gtk_widget_set_visible (self->check, shown);
  gtk_widget_set_visible (GTK_WIDGET (self->star), shown);
  gtk_widget_set_visible (GTK_WIDGET (self->retry), !shown);
}

static void
lobe_model_row_dispose (GObject *object)
{
  LobeModelRow *self = LOBE_MODEL_ROW (object);
  GtkWidget *child;

  gtk_widget_dispose_template (GTK_WIDGET (self), LOBE_TYPE_MODEL_ROW);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);
  g_clear_object (&self->model);
  g_clear_object (&self->server);
  g_clear_object (&self->model_signals);

  G_OBJECT_CLASS (lobe_model_row_parent_class)->dispose (object);
}

static void
lobe_model_row_class_init (LobeModelRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lobe_model_row_dispose;

  signals[RETRY] = g_signal_new ("retry", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                 G_TYPE_NONE, 1, LOBE_TYPE_SERVER);
  signals[STARRED] = g_signal_new ("starred", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, LOBE_TYPE_MODEL_INFO);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/lobe/Chat/ui/lobe-model-row.ui");
  gtk_widget_class_bind_template_child (widget_class, LobeModelRow, name);
  gtk_widget_class_bind_template_child (widget_class, LobeModelRow, loaded);
  gtk_widget_class_bind_template_child (widget_class, LobeModelRow, vision);
  gtk_widget_class_bind_template_child (widget_class, LobeModelRow, tools);
  gtk_widget_class_bind_template_child (widget_class, LobeModelRow, thinking);
  gtk_widget_class_bind_template_child (widget_class, LobeModelRow, context);
  gtk_widget_class_bind_template_child (widget_class, LobeModelRow, check);
  gtk_widget_class_bind_template_child (widget_class, LobeModelRow, origin);
  gtk_widget_class_bind_template_child (widget_class, LobeModelRow, star);
  gtk_widget_class_bind_template_child (widget_class, LobeModelRow, retry);
  gtk_widget_class_bind_template_callback (widget_class, retry_cb);
  gtk_widget_class_bind_template_callback (widget_class, star_cb);
}

static void show_model (LobeModelRow *self);

static void
lobe_model_row_init (LobeModelRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));

  self->model_signals = g_signal_group_new (LOBE_TYPE_MODEL_INFO);
  g_signal_group_connect_swapped (self->model_signals, "notify", G_CALLBACK (show_model), self);
}

GtkWidget *
lobe_model_row_new (void)
{
  return g_object_new (LOBE_TYPE_MODEL_ROW, NULL);
}

static void
show_star (LobeModelRow *self)
{
  const char *words = self->favourite ? _("No Favourite Any More (Ctrl+D)") : _("Favourite (Ctrl+D)");

  gtk_button_set_icon_name (self->star, self->favourite ? "starred-symbolic" : "non-starred-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->star), words);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->star), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  self->favourite ? _("No Favourite Any More") : _("Favourite"), -1);
  if (self->favourite)
    gtk_widget_add_css_class (GTK_WIDGET (self->star), "starred");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (self->star), "starred");
}

/* What is learned of it while it is shown, shows. */
static void
show_model (LobeModelRow *self)
{
  LobeModelInfo *model = self->model;
  LobeCapabilities capabilities;
  g_autofree char *context = NULL;

  if (model == NULL)
    return;

  capabilities = lobe_model_info_get_capabilities (model);
  context = lobe_words_for_context (lobe_model_info_get_context_length (model));

  gtk_label_set_label (self->name, lobe_model_info_get_name (model));
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name), lobe_model_info_get_id (model));
  gtk_widget_remove_css_class (GTK_WIDGET (self->name), "dimmed");
  gtk_widget_set_visible (self->loaded, lobe_model_info_get_loaded (model));
  set_mark (self->vision, capabilities & LOBE_CAPABILITY_VISION);
  set_mark (self->tools, capabilities & LOBE_CAPABILITY_TOOLS);
  set_mark (self->thinking, capabilities & LOBE_CAPABILITY_THINKING);
  set_mark (self->check, self->chosen);
  gtk_label_set_label (self->context, context);
  show_star (self);
  show_columns (self, TRUE);
}

/**
 * lobe_model_row_set_model:
 * @self: a row
 * @model: a model
 * @origin: (nullable): what its server is called, where the list does not say it
 * @chosen: whether the open chat uses it
 * @favourite: whether the person has marked it
 */
void
lobe_model_row_set_model (LobeModelRow  *self,
                          LobeModelInfo *model,
                          const char    *origin,
                          gboolean       chosen,
                          gboolean       favourite)
{
  g_return_if_fail (LOBE_IS_MODEL_ROW (self));

  g_set_object (&self->model, model);
  g_clear_object (&self->server);
  g_signal_group_set_target (self->model_signals, model);
  self->chosen = chosen;
  self->favourite = favourite;
  gtk_label_set_label (self->origin, origin != NULL ? origin : "");
  gtk_widget_set_visible (GTK_WIDGET (self->origin), origin != NULL);
  show_model (self);
}

/**
 * lobe_model_row_set_server:
 * @self: a row
 * @server: a server that shows no models: off, being asked, not asked yet, or empty
 */
void
lobe_model_row_set_server (LobeModelRow *self,
                           LobeServer   *server)
{
  LobeServerState state;
  g_autofree char *words = NULL;

  g_return_if_fail (LOBE_IS_MODEL_ROW (self));

  g_set_object (&self->server, server);
  g_clear_object (&self->model);
  g_signal_group_set_target (self->model_signals, NULL);
  gtk_widget_set_visible (GTK_WIDGET (self->origin), FALSE);

  state = lobe_server_get_state (server);
  words = state == LOBE_SERVER_ONLINE ? g_strdup (_("No models")) : lobe_words_for_server (server);

  gtk_label_set_label (self->name, words);
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->name),
                               lobe_server_get_error (server) != NULL ? lobe_server_get_error (server)->message : NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->name), "dimmed");
  gtk_widget_set_visible (self->loaded, FALSE);
  show_columns (self, FALSE);
  gtk_widget_set_visible (GTK_WIDGET (self->retry), state != LOBE_SERVER_CONNECTING);
  gtk_button_set_label (self->retry, state == LOBE_SERVER_UNKNOWN ? _("Show Models") : _("Retry"));
}

/**
 * lobe_model_row_dup_words:
 * @self: a row
 *
 * Returns: (transfer full): what the row shows, for a screen reader
 */
char *
lobe_model_row_dup_words (LobeModelRow *self)
{
  g_autoptr (GPtrArray) words = NULL;
  g_autofree char *context = NULL;
  LobeCapabilities capabilities;

  g_return_val_if_fail (LOBE_IS_MODEL_ROW (self), NULL);

  if (self->model == NULL)
    return g_strdup (gtk_label_get_label (self->name));

  words = g_ptr_array_new ();
  capabilities = lobe_model_info_get_capabilities (self->model);
  g_ptr_array_add (words, (gpointer) lobe_model_info_get_name (self->model));
  if (lobe_model_info_get_loaded (self->model))
    g_ptr_array_add (words, _("Loaded"));
  if (capabilities & LOBE_CAPABILITY_VISION)
    g_ptr_array_add (words, _("Sees images"));
  if (capabilities & LOBE_CAPABILITY_TOOLS)
    g_ptr_array_add (words, _("Uses tools"));
  if (capabilities & LOBE_CAPABILITY_THINKING)
    g_ptr_array_add (words, _("Thinks before it answers"));
  if (lobe_model_info_get_context_length (self->model) > 0)
    {
      g_autofree char *length = lobe_words_for_context (lobe_model_info_get_context_length (self->model));

      /* Translators: %s is a number of tokens such as “32 k” */
      context = g_strdup_printf (_("%s tokens of context"), length);
      g_ptr_array_add (words, context);
    }
  if (gtk_widget_get_visible (GTK_WIDGET (self->origin)))
    g_ptr_array_add (words, (gpointer) gtk_label_get_label (self->origin));
  if (self->favourite)
    g_ptr_array_add (words, _("Favourite"));
  if (self->chosen)
    g_ptr_array_add (words, _("Chosen"));
  g_ptr_array_add (words, NULL);

  return g_strjoinv (", ", (char **) words->pdata);
}
