/* lobe-actions.h: the one table of what can be done, from which keys, menus and the shortcuts dialog are made */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/**
 * LobeActionFlags:
 * @LOBE_ACTION_MAIN_MENU: shown in the main menu
 * @LOBE_ACTION_CHAT_MENU: shown in the menu of the open chat
 * @LOBE_ACTION_OWN_KEYS: a widget handles the keys itself, so that they act only while it has the focus
 */
typedef enum
{
  LOBE_ACTION_MAIN_MENU = 1 << 0,
  LOBE_ACTION_CHAT_MENU = 1 << 1,
  LOBE_ACTION_OWN_KEYS = 1 << 2,
} LobeActionFlags;

/**
 * LobeAction:
 * @name: detailed name of the action, `NULL` for a key that is not an action
 * @accels: up to two accelerators
 * @title: untranslated title with a mnemonic
 * @section: untranslated title of its group in the shortcuts dialog
 * @flags: where else it is shown
 */
typedef struct
{
  const char      *name;
  const char      *accels[3];
  const char      *title;
  const char      *section;
  LobeActionFlags  flags;
} LobeAction;

const LobeAction *lobe_actions_get         (guint           *n_actions);
void              lobe_actions_install     (GtkApplication  *application);
GMenuModel       *lobe_actions_create_menu (LobeActionFlags  menu);

G_END_DECLS
