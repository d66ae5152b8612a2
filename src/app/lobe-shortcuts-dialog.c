/* lobe-shortcuts-dialog.c: shows all keys, made from the table of actions */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-shortcuts-dialog.h"

#include "app/lobe-actions.h"

#include <glib/gi18n.h>

static GtkWidget *
create_key_label (const char *accel)
{
  g_autofree char *text = NULL;
  GdkModifierType modifiers;
  guint key;
  GtkWidget *label;

  if (!gtk_accelerator_parse (accel, &key, &modifiers))
    g_assert_not_reached ();

  text = gtk_accelerator_get_label (key, modifiers);
  label = gtk_label_new (text);
  gtk_widget_add_css_class (label, "dimmed");
  gtk_widget_add_css_class (label, "numeric");

  return label;
}

static GtkWidget *
create_row (const LobeAction *action)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _(action->title));
  adw_preferences_row_set_use_underline (ADW_PREFERENCES_ROW (row), TRUE);

  for (guint i = 0; action->accels[i] != NULL; i++)
    adw_action_row_add_suffix (ADW_ACTION_ROW (row), create_key_label (action->accels[i]));

  return row;
}

/**
 * lobe_shortcuts_dialog_new:
 *
 * Makes the dialog that shows all keys. GtkShortcutsWindow is deprecated at our floor, and
 * AdwShortcutsDialog comes after it.
 *
 * Returns: (transfer full): a dialog
 */
AdwDialog *
lobe_shortcuts_dialog_new (void)
{
  AdwDialog *self = adw_dialog_new ();
  GtkWidget *view = adw_toolbar_view_new ();
  GtkWidget *page = adw_preferences_page_new ();
  g_autoptr (GHashTable) groups = g_hash_table_new (g_str_hash, g_str_equal);
  const LobeAction *actions;
  guint n_actions;

  actions = lobe_actions_get (&n_actions);

  for (guint i = 0; i < n_actions; i++)
    {
      AdwPreferencesGroup *group;

      if (actions[i].accels[0] == NULL)
        continue;

      group = g_hash_table_lookup (groups, actions[i].section);
      if (group == NULL)
        {
          group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
          adw_preferences_group_set_title (group, _(actions[i].section));
          adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), group);
          g_hash_table_insert (groups, (gpointer) actions[i].section, group);
        }

      adw_preferences_group_add (group, create_row (&actions[i]));
    }

  adw_toolbar_view_add_top_bar (ADW_TOOLBAR_VIEW (view), adw_header_bar_new ());
  adw_toolbar_view_set_content (ADW_TOOLBAR_VIEW (view), page);
  adw_dialog_set_title (self, _("Keyboard Shortcuts"));
  adw_dialog_set_content_width (self, 480);
  adw_dialog_set_content_height (self, 600);
  adw_dialog_set_child (self, view);

  return self;
}
