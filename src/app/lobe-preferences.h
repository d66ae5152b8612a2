/* lobe-preferences.h: style, local engine, servers */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "session/lobe-core.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_PREFERENCES (lobe_preferences_get_type ())

G_DECLARE_FINAL_TYPE (LobePreferences, lobe_preferences, LOBE, PREFERENCES, AdwPreferencesDialog)

/*
 * Signals:
 *  add-server: the person wants to add one by its address
 */
AdwDialog *lobe_preferences_new              (LobeCore        *core,
                                              GSettings       *settings);
void       lobe_preferences_show_server     (LobePreferences *self,
                                              const char      *id);
void       lobe_preferences_apply_style      (GSettings       *settings);
void       lobe_preferences_apply_idle_limit (LobeCore        *core,
                                              GSettings       *settings);

G_END_DECLS
