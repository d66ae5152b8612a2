/* lobe-provider-page.c: whose server is to be added? */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-provider-page.h"

#include <glib/gi18n.h>

struct _LobeProviderPage
{
  AdwNavigationPage    parent_instance;

  AdwPreferencesGroup *local_group;
  AdwPreferencesGroup *online_group;
};

enum
{
  CHOSEN,
  FIND,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (LobeProviderPage, lobe_provider_page, ADW_TYPE_NAVIGATION_PAGE)

static void
find_cb (LobeProviderPage *self)
{
  g_signal_emit (self, signals[FIND], 0);
}

static void
other_cb (LobeProviderPage *self)
{
  g_signal_emit (self, signals[CHOSEN], 0, NULL);
}

static void
activated_cb (AdwActionRow     *row,
              LobeProviderPage *self)
{
  g_signal_emit (self, signals[CHOSEN], 0, g_object_get_data (G_OBJECT (row), "provider"));
}

static void
lobe_provider_page_dispose (GObject *object)
{
  gtk_widget_dispose_template (GTK_WIDGET (object), LOBE_TYPE_PROVIDER_PAGE);

  G_OBJECT_CLASS (lobe_provider_page_parent_class)->dispose (object);
}

static void
lobe_provider_page_class_init (LobeProviderPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = lobe_provider_page_dispose;

  signals[CHOSEN] = g_signal_new ("chosen", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                  G_TYPE_NONE, 1, LOBE_TYPE_PROVIDER);
  signals[FIND] = g_signal_new ("find", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);

  gtk_widget_class_set_template_from_resource (widget_class, "/org/lobe/Chat/ui/lobe-provider-page.ui");
  gtk_widget_class_bind_template_child (widget_class, LobeProviderPage, local_group);
  gtk_widget_class_bind_template_child (widget_class, LobeProviderPage, online_group);
  gtk_widget_class_bind_template_callback (widget_class, find_cb);
  gtk_widget_class_bind_template_callback (widget_class, other_cb);
}

static GtkWidget *
create_row (LobeProviderPage *self,
            LobeProvider     *provider)
{
  GtkWidget *row = adw_action_row_new ();
  g_autoptr (GUri) uri = lobe_provider_get_url (provider) != NULL ? g_uri_parse (lobe_provider_get_url (provider), G_URI_FLAGS_NONE, NULL) : NULL;
  g_autofree char *place = NULL;

  if (uri != NULL && g_uri_get_port (uri) > 0)
    /* Translators: the usual port of a program */
    place = g_strdup_printf (_("Usually on port %d"), g_uri_get_port (uri));
  else if (uri != NULL)
    place = g_strdup (g_uri_get_host (uri));
  else
    place = g_strdup (_("Everybody has an address of their own"));

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), lobe_provider_get_name (provider));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), place);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), gtk_image_new_from_icon_name ("go-next-symbolic"));
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "provider", g_object_ref (provider), g_object_unref);
  g_signal_connect (row, "activated", G_CALLBACK (activated_cb), self);

  return row;
}

static void
lobe_provider_page_init (LobeProviderPage *self)
{
  g_autoptr (GPtrArray) providers = lobe_provider_load ();

  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < providers->len; i++)
    {
      LobeProvider *provider = providers->pdata[i];

      adw_preferences_group_add (lobe_provider_is_local (provider) ? self->local_group : self->online_group,
                                 create_row (self, provider));
    }
}

/**
 * lobe_provider_page_new:
 *
 * Returns: (transfer floating): a page with the providers that are known
 */
AdwNavigationPage *
lobe_provider_page_new (void)
{
  return g_object_new (LOBE_TYPE_PROVIDER_PAGE, NULL);
}
