/* lobe-application.h: one process, one window, one core */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_APPLICATION (lobe_application_get_type ())

G_DECLARE_FINAL_TYPE (LobeApplication, lobe_application, LOBE, APPLICATION, AdwApplication)

GApplication *lobe_application_new (void);

G_END_DECLS
