/* lobe-link.h: which links a person may follow from a model's text */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean lobe_link_is_allowed (const char *target);

G_END_DECLS
