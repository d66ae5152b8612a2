/* lobe-actions.c: the one table of what can be done, from which keys, menus and the shortcuts dialog are made */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "lobe-config.h"

#include "app/lobe-actions.h"

#include <glib/gi18n.h>

#define CHATS    N_("Chats")
#define MESSAGES N_("Messages")
#define GENERAL  N_("General")

static const LobeAction actions[] = {
  { "win.new-chat", { "<Control>n" }, N_("_New Chat"), CHATS, 0 },
  { "win.search-chats", { "<Control><Shift>f" }, N_("_Search Chats"), CHATS, 0 },
  { "win.rename-chat", { "F2" }, N_("_Rename…"), CHATS, LOBE_ACTION_CHAT_MENU },
  { "win.copy-answer", { "<Control><Shift>c" }, N_("_Copy Last Answer"), MESSAGES, LOBE_ACTION_CHAT_MENU },
  { "win.regenerate-last", { "<Control>r" }, N_("Re_generate Last Answer"), MESSAGES, LOBE_ACTION_CHAT_MENU },
  { "win.compare-next", { "<Control><Shift>m" }, N_("Co_mpare Models…"), MESSAGES, LOBE_ACTION_CHAT_MENU },
  { "win.delete-chat", { "Delete" }, N_("_Delete"), CHATS, LOBE_ACTION_CHAT_MENU | LOBE_ACTION_OWN_KEYS },
  { "win.send", { "Return" }, N_("Send"), MESSAGES, LOBE_ACTION_OWN_KEYS },
  { NULL, { "<Shift>Return" }, N_("Break the Line"), MESSAGES, LOBE_ACTION_OWN_KEYS },
  { "win.stop", { "Escape" }, N_("Stop the Answer"), MESSAGES, LOBE_ACTION_OWN_KEYS },
  { "win.attach", { "<Control><Shift>a" }, N_("_Attach Files…"), MESSAGES, 0 },
  { "win.choose-model", { "<Control>m" }, N_("Choose a _Model"), GENERAL, 0 },
  { "win.models", { NULL }, N_("Manage M_odels"), GENERAL, LOBE_ACTION_MAIN_MENU },
  { "win.chat-alone", { "F9" }, N_("Chat _Alone"), GENERAL, LOBE_ACTION_MAIN_MENU },
  { "win.preferences", { "<Control>comma" }, N_("_Preferences"), GENERAL, LOBE_ACTION_MAIN_MENU },
  { "win.shortcuts", { "<Control>question" }, N_("_Keyboard Shortcuts"), GENERAL, LOBE_ACTION_MAIN_MENU },
  { "win.about", { NULL }, N_("_About Lobe Chat"), GENERAL, LOBE_ACTION_MAIN_MENU },
  { "app.quit", { "<Control>q" }, N_("_Quit"), GENERAL, 0 },
};

/**
 * lobe_actions_get:
 * @n_actions: (out): how many there are
 *
 * Gets the table.
 *
 * Returns: (array length=n_actions) (transfer none): the actions
 */
const LobeAction *
lobe_actions_get (guint *n_actions)
{
  g_return_val_if_fail (n_actions != NULL, NULL);

  *n_actions = G_N_ELEMENTS (actions);

  return actions;
}

/**
 * lobe_actions_install:
 * @application: the application
 *
 * Gives @application the accelerators of the table.
 */
void
lobe_actions_install (GtkApplication *application)
{
  g_return_if_fail (GTK_IS_APPLICATION (application));

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      if (actions[i].name == NULL || actions[i].accels[0] == NULL || (actions[i].flags & LOBE_ACTION_OWN_KEYS))
        continue;

      gtk_application_set_accels_for_action (application, actions[i].name, (const char * const *) actions[i].accels);
    }
}

/**
 * lobe_actions_create_menu:
 * @menu: %LOBE_ACTION_MAIN_MENU or %LOBE_ACTION_CHAT_MENU
 *
 * Makes the menu of what the table says belongs there, with a line between sections.
 *
 * Returns: (transfer full): a menu
 */
GMenuModel *
lobe_actions_create_menu (LobeActionFlags menu)
{
  GMenu *self = g_menu_new ();
  g_autoptr (GMenu) section = NULL;
  const char *current = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      if ((actions[i].flags & menu) == 0)
        continue;

      if (section == NULL || g_strcmp0 (current, actions[i].section) != 0)
        {
          g_clear_object (&section);
          section = g_menu_new ();
          current = actions[i].section;
          g_menu_append_section (self, NULL, G_MENU_MODEL (section));
        }

      g_menu_append (section, _(actions[i].title), actions[i].name);
    }

  return G_MENU_MODEL (self);
}
