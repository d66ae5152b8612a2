/* lobe-tool-spec.c: what a model is told of a tool that it may call */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/lobe-tool-spec.h"

/**
 * LobeToolSpec:
 *
 * The declaration of a tool: its name, what it is good for, and what it takes. Not the tool itself, which a request
 * knows nothing of.
 */
struct _LobeToolSpec
{
  GObject  parent_instance;

  char    *name;
  char    *description;
  char    *parameters;
};

G_DEFINE_FINAL_TYPE (LobeToolSpec, lobe_tool_spec, G_TYPE_OBJECT)

static void
lobe_tool_spec_finalize (GObject *object)
{
  LobeToolSpec *self = LOBE_TOOL_SPEC (object);

  g_free (self->name);
  g_free (self->description);
  g_free (self->parameters);

  G_OBJECT_CLASS (lobe_tool_spec_parent_class)->finalize (object);
}

static void
lobe_tool_spec_class_init (LobeToolSpecClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_tool_spec_finalize;
}

static void
lobe_tool_spec_init (LobeToolSpec *self)
{
}

/**
 * lobe_tool_spec_new:
 * @name: its name: ASCII letters, digits, `_` and `-`, at most 64, which every protocol takes
 * @description: (nullable): what it is good for, in words for the model
 * @parameters: (nullable): the JSON schema of its arguments, as text that was found to be a JSON object; %NULL when it
 *   takes none
 *
 * Returns: (transfer full): a declaration
 */
LobeToolSpec *
lobe_tool_spec_new (const char *name,
                    const char *description,
                    const char *parameters)
{
  LobeToolSpec *self;

  g_return_val_if_fail (name != NULL, NULL);

  self = g_object_new (LOBE_TYPE_TOOL_SPEC, NULL);
  self->name = g_strdup (name);
  self->description = g_strdup (description);
  self->parameters = g_strdup (parameters != NULL ? parameters : "{\"type\":\"object\",\"properties\":{}}");

  return self;
}

/**
 * lobe_tool_spec_get_name:
 * @self: a declaration
 *
 * Returns: (transfer none): its name
 */
const char *
lobe_tool_spec_get_name (LobeToolSpec *self)
{
  g_return_val_if_fail (LOBE_IS_TOOL_SPEC (self), NULL);

  return self->name;
}

/**
 * lobe_tool_spec_get_description:
 * @self: a declaration
 *
 * Returns: (transfer none) (nullable): what it is good for
 */
const char *
lobe_tool_spec_get_description (LobeToolSpec *self)
{
  g_return_val_if_fail (LOBE_IS_TOOL_SPEC (self), NULL);

  return self->description;
}

/**
 * lobe_tool_spec_get_parameters:
 * @self: a declaration
 *
 * Returns: (transfer none): the JSON schema of its arguments, as text
 */
const char *
lobe_tool_spec_get_parameters (LobeToolSpec *self)
{
  g_return_val_if_fail (LOBE_IS_TOOL_SPEC (self), NULL);

  return self->parameters;
}
