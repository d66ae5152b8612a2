/* lobe-tool-spec.h: what a model is told of a tool that it may call */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define LOBE_TYPE_TOOL_SPEC (lobe_tool_spec_get_type ())

G_DECLARE_FINAL_TYPE (LobeToolSpec, lobe_tool_spec, LOBE, TOOL_SPEC, GObject)

LobeToolSpec *lobe_tool_spec_new             (const char   *name,
                                              const char   *description,
                                              const char   *parameters);
const char   *lobe_tool_spec_get_name        (LobeToolSpec *self);
const char   *lobe_tool_spec_get_description (LobeToolSpec *self);
const char   *lobe_tool_spec_get_parameters  (LobeToolSpec *self);

G_END_DECLS
