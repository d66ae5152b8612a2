/* lobe-figures.c: what an answer took and cost, in a popover */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "app/transcript/lobe-figures.h"

#include <glib/gi18n.h>

/* A line that has nothing to say is not there. */
static void
add_line (GtkGrid    *grid,
          int        *line,
          const char *name,
          const char *value)
{
  GtkWidget *label;

  if (value == NULL || *value == '\0')
    return;

  label = gtk_label_new (name);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "dimmed");
  gtk_grid_attach (grid, label, 0, *line, 1, 1);

  label = gtk_label_new (value);
  gtk_label_set_xalign (GTK_LABEL (label), 1);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_focusable (label, FALSE);
  gtk_label_set_ellipsize (GTK_LABEL (label), PANGO_ELLIPSIZE_MIDDLE);
  gtk_label_set_max_width_chars (GTK_LABEL (label), 28);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_widget_add_css_class (label, "numeric");
  gtk_grid_attach (grid, label, 1, (*line)++, 1, 1);
}

static char *
dup_duration (gint64 microseconds)
{
  if (microseconds <= 0)
    return NULL;
  if (microseconds < G_USEC_PER_SEC)
    /* Translators: a duration in milliseconds */
    return g_strdup_printf (_("%d ms"), (int) (microseconds / 1000));
  if (microseconds < 100 * G_USEC_PER_SEC)
    /* Translators: a duration in seconds */
    return g_strdup_printf (_("%.1f s"), (double) microseconds / G_USEC_PER_SEC);

  /* Translators: a duration in minutes and seconds */
  return g_strdup_printf (_("%d min %d s"), (int) (microseconds / (60 * G_USEC_PER_SEC)),
                          (int) (microseconds / G_USEC_PER_SEC % 60));
}

/* @part: of the tokens, -1 when it is not known; @words say what they are */
static char *
dup_tokens (gint64      tokens,
            gint64      part,
            const char *words)
{
  g_autofree char *all = NULL;
  g_autofree char *some = NULL;

  if (tokens < 0)
    return NULL;

  all = g_strdup_printf ("%'" G_GINT64_FORMAT, tokens);
  if (part <= 0)
    return g_steal_pointer (&all);

  some = g_strdup_printf ("%'" G_GINT64_FORMAT, part);

  return g_strdup_printf ("%s (%s %s)", all, some, words);
}

/**
 * lobe_figures_dup_speed:
 * @message: an answer
 *
 * Returns: (transfer full) (nullable): how fast it came, in words
 */
char *
lobe_figures_dup_speed (LobeMessage *message)
{
  const LobeUsage *usage = lobe_message_get_usage (message);

  if (usage == NULL || usage->tokens_per_second < 0)
    return NULL;

  return g_strdup_printf (usage->tokens_per_second < 10 ? _("%.1f tokens/s") : _("%.0f tokens/s"), usage->tokens_per_second);
}

/**
 * lobe_figures_dup_cost:
 * @message: an answer
 * @price: what its model costs
 *
 * Counts cached tokens at the full price, as what a provider takes for them differs: the sum is an upper bound.
 *
 * Returns: (transfer full) (nullable): what it cost, in words; %NULL when that is not known
 */
char *
lobe_figures_dup_cost (LobeMessage *message,
                       LobePrice    price)
{
  const LobeUsage *usage = lobe_message_get_usage (message);
  double dollars;

  if (usage == NULL || usage->prompt_tokens < 0 || usage->completion_tokens < 0 || price.prompt < 0 || price.completion < 0)
    return NULL;

  dollars = ((double) usage->prompt_tokens * price.prompt + (double) usage->completion_tokens * price.completion) / 1e6;
  if (dollars > 0 && dollars < 0.0001)
    return g_strdup (_("less than $0.0001"));

  /* Translators: an amount of US dollars */
  return g_strdup_printf (dollars < 0.01 ? _("$%.4f") : _("$%.2f"), dollars);
}

/**
 * lobe_figures_new:
 * @message: an answer
 * @model: (nullable): what its model is called
 * @server: (nullable): what its server is called
 * @price: what its model costs
 *
 * Returns: (transfer floating): a popover with what is known of it
 */
GtkWidget *
lobe_figures_new (LobeMessage *message,
                  const char  *model,
                  const char  *server,
                  LobePrice    price)
{
  const LobeUsage *usage = lobe_message_get_usage (message);
  LobeUsage none = LOBE_USAGE_UNKNOWN;
  GtkWidget *popover = gtk_popover_new ();
  GtkWidget *grid = gtk_grid_new ();
  g_autofree char *first = dup_duration (lobe_message_get_first_token_time (message));
  g_autofree char *thought = dup_duration (lobe_message_get_think_time (message));
  g_autofree char *speed = lobe_figures_dup_speed (message);
  g_autofree char *cost = lobe_figures_dup_cost (message, price);
  g_autofree char *in = NULL;
  g_autofree char *out = NULL;
  int line = 0;

  if (usage == NULL)
    usage = &none;
  in = dup_tokens (usage->prompt_tokens, usage->cached_tokens, _("from the cache"));
  out = dup_tokens (usage->completion_tokens, usage->reasoning_tokens, _("to think"));

  gtk_grid_set_row_spacing (GTK_GRID (grid), 6);
  gtk_grid_set_column_spacing (GTK_GRID (grid), 18);
  add_line (GTK_GRID (grid), &line, _("Model"), model);
  add_line (GTK_GRID (grid), &line, _("Server"), server);
  add_line (GTK_GRID (grid), &line, _("First Token After"), first);
  add_line (GTK_GRID (grid), &line, _("Thought For"), thought);
  add_line (GTK_GRID (grid), &line, _("Speed"), speed);
  add_line (GTK_GRID (grid), &line, _("Tokens Read"), in);
  add_line (GTK_GRID (grid), &line, _("Tokens Written"), out);
  add_line (GTK_GRID (grid), &line, _("Cost, at Most"), cost);
  if (usage->prompt_tokens < 0 && usage->completion_tokens < 0)
    {
      GtkWidget *label = gtk_label_new (_("The server did not say how many tokens this took."));

      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_max_width_chars (GTK_LABEL (label), 32);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_widget_add_css_class (label, "caption");
      gtk_grid_attach (GTK_GRID (grid), label, 0, line, 2, 1);
    }

  gtk_widget_add_css_class (popover, "figures");
  gtk_popover_set_child (GTK_POPOVER (popover), grid);
  gtk_accessible_update_property (GTK_ACCESSIBLE (popover), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Figures of This Answer"), -1);

  return popover;
}
