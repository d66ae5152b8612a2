/* lobe-compare-view.c: answers of several models to one question, side by side */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-compare-view.h"

#include <adwaita.h>
#include <glib/gi18n.h>

/* The least in which an answer can be read; where there is less for all, they scroll sideways. */
#define COLUMN_WIDTH 300

struct _LobeCompareView
{
  GtkWidget  parent_instance;

  GtkWidget *scroller;
  GtkWidget *columns;
};

enum
{
  CHOSEN,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeCompareView, lobe_compare_view, GTK_TYPE_WIDGET)

static void
lobe_compare_view_dispose (GObject *object)
{
  g_clear_pointer (&LOBE_COMPARE_VIEW (object)->scroller, gtk_widget_unparent);

  G_OBJECT_CLASS (lobe_compare_view_parent_class)->dispose (object);
}

static void
lobe_compare_view_class_init (LobeCompareViewClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lobe_compare_view_dispose;

  signals[CHOSEN] = g_signal_new ("chosen", LOBE_TYPE_COMPARE_VIEW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                  LOBE_TYPE_MESSAGE);

  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "compare");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
lobe_compare_view_init (LobeCompareView *self)
{
  self->columns = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 0);
  gtk_box_set_homogeneous (GTK_BOX (self->columns), TRUE);

  self->scroller = gtk_scrolled_window_new ();
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (self->scroller), GTK_POLICY_AUTOMATIC, GTK_POLICY_NEVER);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (self->scroller), self->columns);
  gtk_widget_set_parent (self->scroller, GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Answers Side by Side"), -1);
}

static void
choose_cb (GtkButton       *button,
           LobeCompareView *self)
{
  g_autoptr (LobeMessage) answer = g_object_ref (g_object_get_data (G_OBJECT (button), "lobe-answer"));

  g_signal_emit (self, signals[CHOSEN], 0, answer);
}

/**
 * lobe_compare_view_new:
 * @answers: (element-type LobeMessage): siblings, which may still be streaming; nothing else may show them meanwhile, as
 *   what was appended to a message is taken once
 * @name_func: says what models and servers are called
 * @price_func: says what models cost
 * @user_data: for both; has to outlive the view
 *
 * Returns: (transfer floating): a view of them
 */
GtkWidget *
lobe_compare_view_new (GPtrArray               *answers,
                       LobeTranscriptNameFunc   name_func,
                       LobeTranscriptPriceFunc  price_func,
                       gpointer                 user_data)
{
  LobeCompareView *self = g_object_new (LOBE_TYPE_COMPARE_VIEW, NULL);

  for (guint i = 0; i < answers->len; i++)
    {
      LobeMessage *answer = answers->pdata[i];
      g_autoptr (LobeConversation) conversation = lobe_conversation_new (lobe_message_get_id (answer), NULL);
      g_autoptr (GPtrArray) alone = g_ptr_array_new ();
      GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);
      GtkWidget *transcript = lobe_transcript_new ();
      GtkWidget *button = gtk_button_new_with_mnemonic (_("_Use This Answer"));
      g_autofree char *name = NULL;
      g_autofree char *server = NULL;
      g_autofree char *label = NULL;

      g_ptr_array_add (alone, answer);
      lobe_conversation_fill (conversation, alone, lobe_message_get_id (answer));
      lobe_transcript_set_name_func (LOBE_TRANSCRIPT (transcript), name_func, user_data);
      lobe_transcript_set_price_func (LOBE_TRANSCRIPT (transcript), price_func, user_data);
      lobe_transcript_set_conversation (LOBE_TRANSCRIPT (transcript), conversation);
      lobe_transcript_get_names (LOBE_TRANSCRIPT (transcript), answer, &name, &server);
      gtk_widget_set_size_request (transcript, COLUMN_WIDTH, -1);
      gtk_widget_set_vexpand (transcript, TRUE);
      gtk_box_append (GTK_BOX (column), transcript);

      /* Translators: the name of a model */
      label = g_strdup_printf (_("Go on with the answer of %s"), name);
      gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, label, -1);
      gtk_widget_set_halign (button, GTK_ALIGN_CENTER);
      gtk_widget_set_margin_top (button, 6);
      gtk_widget_set_margin_bottom (button, 12);
      g_object_set_data_full (G_OBJECT (button), "lobe-answer", g_object_ref (answer), g_object_unref);
      g_signal_connect (button, "clicked", G_CALLBACK (choose_cb), self);
      gtk_box_append (GTK_BOX (column), button);

      if (i > 0)
        gtk_widget_add_css_class (column, "next-column");
      gtk_box_append (GTK_BOX (self->columns), column);
    }

  return GTK_WIDGET (self);
}
