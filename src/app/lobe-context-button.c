/* lobe-context-button.c: how full the context window is, and what is done when it is full */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-context-button.h"

#include "app/lobe-ring.h"

#include <glib/gi18n.h>

/* Of the window; where the ring says so, as the look has it. */
#define NEARLY_FULL 0.8
#define FULL        0.95

#define SMALLEST_WINDOW 2048
#define LARGEST_WINDOW  (1024 * 1024)

/**
 * LobeContextButton:
 *
 * A ring that shows how much of the model's context window the chat and the draft take, and opens what says it in
 * numbers: what would be left out, and what is done when the window is full.
 */
struct _LobeContextButton
{
  GtkWidget         parent_instance;

  GtkWidget        *button;
  LobeRing         *ring;
  GtkWidget        *popover;
  GtkLabel         *used_label;
  GtkLabel         *detail_label;
  GtkCheckButton   *fit_check;
  GtkCheckButton   *last_check;
  GtkCheckButton   *summary_check;
  GtkSpinButton    *n_spin;
  GtkWidget        *summary_box;
  GtkWidget        *summarise_button;
  GtkWidget        *edit_button;
  GtkWidget        *window_box;
  GtkDropDown      *window_drop;

  LobeContextMeter *meter;
  LobeContextBook  *book;
  GArray           *windows; /* gint64, as the drop-down has them; 0: the server's own */
  gboolean          quiet;   /* what changes now is not done by the person */
};

G_DEFINE_FINAL_TYPE (LobeContextButton, lobe_context_button, GTK_TYPE_WIDGET)

static LobeChat *
get_chat (LobeContextButton *self)
{
  LobeSession *session = self->meter != NULL ? lobe_context_meter_get_session (self->meter) : NULL;

  return session != NULL ? lobe_session_get_chat (session) : NULL;
}

/* With the locale's separators of thousands. */
static char *
format_number (gint64 number)
{
  return g_strdup_printf ("%'" G_GINT64_FORMAT, number);
}

static char *
describe_used (const LobeContextFit *fit)
{
  g_autofree char *used = format_number (fit->used);
  g_autofree char *window = format_number (fit->window);

  if (fit->window <= 0 && fit->unloaded != NULL)
    /* Translators: %s is a number of tokens */
    return g_strdup_printf (_("More than %s tokens"), used);
  if (fit->window <= 0)
    return g_strdup_printf (fit->exact ? _("%s tokens") : _("About %s tokens"), used);

  /* Translators: the first %s is a number of tokens used, the second one how many the context window holds */
  return g_strdup_printf (fit->exact ? _("%s of %s tokens") : _("About %s of %s tokens"), used, window);
}

static char *
describe_rest (const LobeContextFit *fit)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (fit->window <= 0)
    g_string_append (text, _("The server does not say how large the model’s window is, so nothing is left out."));
  else
    {
      g_autofree char *reserve = format_number (fit->reserve);

      /* Translators: %s is a number of tokens */
      g_string_append_printf (text, _("%s of them are kept free for the answer."), reserve);
    }
  if (fit->n_left_out > 0)
    g_string_append_printf (text, ngettext ("\n%u older message is not sent.", "\n%u older messages are not sent.", fit->n_left_out),
                            fit->n_left_out);
  if (fit->n_summarised > 0)
    g_string_append_printf (text, ngettext ("\nThe summary stands for %u message.", "\nThe summary stands for %u messages.", fit->n_summarised),
                            fit->n_summarised);
  if (lobe_context_is_over (fit))
    g_string_append_printf (text, "\n%s", _("What must be sent is too long for the window. Shorten the message, or unpin some."));

  return g_string_free_and_steal (g_steal_pointer (&text));
}

static void
set_level (LobeContextButton *self,
           const char        *level)
{
  static const char *const levels[] = { "warning", "error" };

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    {
      GtkWidget *widgets[] = { GTK_WIDGET (self->ring), GTK_WIDGET (self->used_label) };

      for (guint j = 0; j < G_N_ELEMENTS (widgets); j++)
        if (g_strcmp0 (level, levels[i]) == 0)
          gtk_widget_add_css_class (widgets[j], levels[i]);
        else
          gtk_widget_remove_css_class (widgets[j], levels[i]);
    }
}

static void
update_meter (LobeContextButton *self)
{
  const LobeContextFit *fit = self->meter != NULL ? lobe_context_meter_get_fit (self->meter) : NULL;
  g_autofree char *used = NULL;
  g_autofree char *rest = NULL;
  g_autofree char *name = NULL;
  double fraction;

  gtk_widget_set_visible (GTK_WIDGET (self), fit != NULL);
  if (fit == NULL)
    return;

  used = describe_used (fit);
  rest = describe_rest (fit);
  /* Translators: %s is how many tokens are used, such as “5,200 of 32,768 tokens” */
  name = g_strdup_printf (_("Context: %s"), used);
  fraction = fit->window > 0 ? (double) fit->used / (double) fit->window : -1.0;

  lobe_ring_set_fraction (self->ring, fraction);
  set_level (self, lobe_context_is_over (fit) || fraction >= FULL ? "error" : fraction >= NEARLY_FULL ? "warning" : NULL);
  gtk_label_set_label (self->used_label, used);
  gtk_label_set_label (self->detail_label, rest);
  gtk_widget_set_tooltip_text (self->button, name);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->ring), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Context"),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_NOW, (double) fit->used, GTK_ACCESSIBLE_PROPERTY_VALUE_MIN, 0.0,
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_MAX, (double) (fit->window > 0 ? fit->window : MAX (fit->used, 1)),
                                  GTK_ACCESSIBLE_PROPERTY_VALUE_TEXT, used, -1);
}

static void
update_strategy (LobeContextButton *self)
{
  LobeChat *chat = get_chat (self);
  LobeContextStrategy strategy = chat != NULL ? lobe_chat_get_context_strategy (chat) : LOBE_CONTEXT_FIT;
  guint n_messages = chat != NULL ? lobe_chat_get_context_messages (chat) : 0;

  self->quiet = TRUE;
  gtk_check_button_set_active (strategy == LOBE_CONTEXT_LAST      ? self->last_check
                               : strategy == LOBE_CONTEXT_SUMMARY ? self->summary_check
                                                                  : self->fit_check,
                               TRUE);
  gtk_spin_button_set_value (self->n_spin, n_messages > 0 ? n_messages : LOBE_CONTEXT_DEFAULT_MESSAGES);
  self->quiet = FALSE;

  gtk_widget_set_sensitive (GTK_WIDGET (self->n_spin), strategy == LOBE_CONTEXT_LAST);
  gtk_widget_set_visible (self->summary_box, strategy == LOBE_CONTEXT_SUMMARY);
  gtk_widget_set_visible (self->edit_button, chat != NULL && lobe_chat_get_summary (chat) != NULL);
}

static void
update_windows (LobeContextButton *self)
{
  LobeChat *chat = get_chat (self);
  LobeModelInfo *info = chat != NULL ? lobe_context_meter_get_model (self->meter) : NULL;
  gint64 own = info != NULL ? lobe_model_info_get_context_length (info) : 0;
  gint64 limit = info != NULL ? lobe_model_info_get_max_context_length (info) : 0;
  g_autoptr (GtkStringList) names = gtk_string_list_new (NULL);
  g_autofree char *own_number = format_number (own);
  g_autofree char *own_name = own > 0 ? g_strdup_printf (_("Automatic (%s)"), own_number) : g_strdup (_("Unknown"));
  gint64 chosen;
  gint64 window = 0;
  guint selected = 0;

  /* a window that the server neither lets be chosen nor keeps secret is as it is */
  gtk_widget_set_visible (self->window_box, chat != NULL && lobe_chat_get_model (chat) != NULL && (limit > 0 || own == 0));
  if (!gtk_widget_get_visible (self->window_box))
    return;

  chosen = lobe_context_book_get_chosen (self->book, lobe_chat_get_server (chat), lobe_chat_get_model (chat));
  g_array_set_size (self->windows, 0);
  g_array_append_val (self->windows, window);
  gtk_string_list_append (names, own_name);
  for (window = SMALLEST_WINDOW; window <= (limit > 0 ? limit : LARGEST_WINDOW); window *= 2)
    {
      g_autofree char *number = format_number (window);

      if (window == chosen)
        selected = self->windows->len;
      g_array_append_val (self->windows, window);
      gtk_string_list_append (names, number);
    }

  self->quiet = TRUE;
  gtk_drop_down_set_model (self->window_drop, G_LIST_MODEL (names));
  gtk_drop_down_set_selected (self->window_drop, selected);
  self->quiet = FALSE;
}

static void
clicked_cb (LobeContextButton *self)
{
  update_strategy (self);
  update_windows (self);
  gtk_popover_popup (GTK_POPOVER (self->popover));
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_STATE_EXPANDED, TRUE, -1);
}

static void
closed_cb (LobeContextButton *self)
{
  gtk_accessible_update_state (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_STATE_EXPANDED, FALSE, -1);
}

static void
strategy_cb (LobeContextButton *self)
{
  LobeChat *chat = get_chat (self);
  LobeContextStrategy strategy = gtk_check_button_get_active (self->last_check)      ? LOBE_CONTEXT_LAST
                                 : gtk_check_button_get_active (self->summary_check) ? LOBE_CONTEXT_SUMMARY
                                                                                     : LOBE_CONTEXT_FIT;

  if (self->quiet || chat == NULL)
    return;

  lobe_chat_set_context (chat, strategy, strategy == LOBE_CONTEXT_LAST ? (guint) gtk_spin_button_get_value_as_int (self->n_spin)
                                                                       : lobe_chat_get_context_messages (chat));
  update_strategy (self);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.save-context", NULL);
}

static void
window_cb (LobeContextButton *self)
{
  LobeChat *chat = get_chat (self);
  guint selected = gtk_drop_down_get_selected (self->window_drop);

  if (self->quiet || chat == NULL || selected >= self->windows->len)
    return;

  lobe_context_book_choose (self->book, lobe_chat_get_server (chat), lobe_chat_get_model (chat),
                            g_array_index (self->windows, gint64, selected));
}

static void
summarise_cb (LobeContextButton *self)
{
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.summarise", NULL);
}

static void
edit_cb (LobeContextButton *self)
{
  gtk_popover_popdown (GTK_POPOVER (self->popover));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.edit-summary", NULL);
}

static void
lobe_context_button_dispose (GObject *object)
{
  LobeContextButton *self = LOBE_CONTEXT_BUTTON (object);

  gtk_widget_dispose_template (GTK_WIDGET (self), LOBE_TYPE_CONTEXT_BUTTON);
  g_clear_object (&self->meter);
  g_clear_object (&self->book);

  G_OBJECT_CLASS (lobe_context_button_parent_class)->dispose (object);
}

static void
lobe_context_button_finalize (GObject *object)
{
  g_array_unref (LOBE_CONTEXT_BUTTON (object)->windows);

  G_OBJECT_CLASS (lobe_context_button_parent_class)->finalize (object);
}

static void
lobe_context_button_class_init (LobeContextButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  object_class->dispose = lobe_context_button_dispose;
  object_class->finalize = lobe_context_button_finalize;

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  g_type_ensure (LOBE_TYPE_RING);
  gtk_widget_class_set_template_from_resource (widget_class, "/org/lobe/Chat/ui/lobe-context-button.ui");
  gtk_widget_class_bind_template_child (widget_class, LobeContextButton, button);
  gtk_widget_class_bind_template_child (widget_class, LobeContextButton, ring);
  gtk_widget_class_bind_template_child (widget_class, LobeContextButton, popover);
  gtk_widget_class_bind_template_child (widget_class, LobeContextButton, used_label);
  gtk_widget_class_bind_template_child (widget_class, LobeContextButton, detail_label);
  gtk_widget_class_bind_template_child (widget_class, LobeContextButton, fit_check);
  gtk_widget_class_bind_template_child (widget_class, LobeContextButton, last_check);
  gtk_widget_class_bind_template_child (widget_class, LobeContextButton, summary_check);
  gtk_widget_class_bind_template_child (widget_class, LobeContextButton, n_spin);
  gtk_widget_class_bind_template_child (widget_class, LobeContextButton, summary_box);
  gtk_widget_class_bind_template_child (widget_class, LobeContextButton, summarise_button);
  gtk_widget_class_bind_template_child (widget_class, LobeContextButton, edit_button);
  gtk_widget_class_bind_template_child (widget_class, LobeContextButton, window_box);
  gtk_widget_class_bind_template_child (widget_class, LobeContextButton, window_drop);
  gtk_widget_class_bind_template_callback (widget_class, edit_cb);
  gtk_widget_class_bind_template_callback (widget_class, clicked_cb);
  gtk_widget_class_bind_template_callback (widget_class, closed_cb);
  gtk_widget_class_bind_template_callback (widget_class, strategy_cb);
  gtk_widget_class_bind_template_callback (widget_class, summarise_cb);
  gtk_widget_class_bind_template_callback (widget_class, window_cb);
}

static void
lobe_context_button_init (LobeContextButton *self)
{
  self->windows = g_array_new (FALSE, FALSE, sizeof (gint64));
  gtk_widget_init_template (GTK_WIDGET (self));
}

/**
 * lobe_context_button_set_meter:
 * @self: a button
 * @meter: what it shows
 * @book: where a window that the person chooses is kept
 */
void
lobe_context_button_set_meter (LobeContextButton *self,
                               LobeContextMeter  *meter,
                               LobeContextBook   *book)
{
  g_return_if_fail (LOBE_IS_CONTEXT_BUTTON (self));
  g_return_if_fail (LOBE_IS_CONTEXT_METER (meter) && self->meter == NULL);

  self->meter = g_object_ref (meter);
  self->book = g_object_ref (book);
  g_signal_connect_object (meter, "changed", G_CALLBACK (update_meter), self, G_CONNECT_SWAPPED);
  update_meter (self);
}

/**
 * lobe_context_button_open:
 * @self: a button that is shown
 *
 * Shows what can be done when the window is full.
 */
void
lobe_context_button_open (LobeContextButton *self)
{
  g_return_if_fail (LOBE_IS_CONTEXT_BUTTON (self));

  clicked_cb (self);
}
