/* lobe-library-group.h: the models that one server has, and how much disk they take */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "server/lobe-server.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_LIBRARY_GROUP (lobe_library_group_get_type ())

G_DECLARE_FINAL_TYPE (LobeLibraryGroup, lobe_library_group, LOBE, LIBRARY_GROUP, AdwPreferencesGroup)

/* Signals: failed (const char *words): what was wanted could not be done */
GtkWidget *lobe_library_group_new (LobeServer *server);

G_END_DECLS
