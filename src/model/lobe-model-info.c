/* lobe-model-info.c: what is known of one model on one server */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/lobe-model-info.h"

/**
 * LobeModelInfo:
 *
 * What is known of one model on one server.
 */
struct _LobeModelInfo
{
  GObject           parent_instance;

  char             *id;
  char             *name;
  char             *server;
  gint64            context_length;
  gint64            max_context_length;
  gboolean          loaded;
  gint64            size;
  LobeCapabilities  capabilities;
  double            prompt_price;
  double            completion_price;
};

G_DEFINE_FINAL_TYPE (LobeModelInfo, lobe_model_info, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_ID,
  PROP_NAME,
  PROP_SERVER,
  PROP_CONTEXT_LENGTH,
  PROP_LOADED,
  PROP_SIZE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
lobe_model_info_finalize (GObject *object)
{
  LobeModelInfo *self = LOBE_MODEL_INFO (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->server);

  G_OBJECT_CLASS (lobe_model_info_parent_class)->finalize (object);
}

static void
lobe_model_info_get_property (GObject    *object,
                              guint       prop_id,
                              GValue     *value,
                              GParamSpec *pspec)
{
  LobeModelInfo *self = LOBE_MODEL_INFO (object);

  switch (prop_id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;

    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;

    case PROP_SERVER:
      g_value_set_string (value, self->server);
      break;

    case PROP_CONTEXT_LENGTH:
      g_value_set_int64 (value, self->context_length);
      break;

    case PROP_LOADED:
      g_value_set_boolean (value, self->loaded);
      break;

    case PROP_SIZE:
      g_value_set_int64 (value, self->size);
      break;

    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_model_info_class_init (LobeModelInfoClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_EXPLICIT_NOTIFY | G_PARAM_STATIC_STRINGS;

  object_class->finalize = lobe_model_info_finalize;
  object_class->get_property = lobe_model_info_get_property;

  /**
   * LobeModelInfo:id:
   *
   * What the server calls it.
   */
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);

  /**
   * LobeModelInfo:name:
   *
   * What people call it.
   */
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);

  /**
   * LobeModelInfo:server:
   *
   * The id of its server.
   */
  properties[PROP_SERVER] = g_param_spec_string ("server", NULL, NULL, NULL, flags);

  /**
   * LobeModelInfo:context-length:
   *
   * Its context window in tokens; 0 unknown.
   */
  properties[PROP_CONTEXT_LENGTH] = g_param_spec_int64 ("context-length", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);

  /**
   * LobeModelInfo:loaded:
   *
   * Whether it is in memory and answers at once.
   */
  properties[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, flags);

  /**
   * LobeModelInfo:size:
   *
   * Its bytes; 0 unknown.
   */
  properties[PROP_SIZE] = g_param_spec_int64 ("size", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lobe_model_info_init (LobeModelInfo *self)
{
  self->prompt_price = -1;
  self->completion_price = -1;
}

/**
 * lobe_model_info_new:
 * @id: what the server calls it
 * @name: (nullable): what people call it; %NULL for the same
 *
 * Returns: (transfer full): a model of which nothing more is known
 */
LobeModelInfo *
lobe_model_info_new (const char *id,
                     const char *name)
{
  LobeModelInfo *self;

  g_return_val_if_fail (id != NULL, NULL);

  self = g_object_new (LOBE_TYPE_MODEL_INFO, NULL);
  self->id = g_strdup (id);
  self->name = g_strdup (name != NULL ? name : id);

  return self;
}

/**
 * lobe_model_info_get_id:
 * @self: a model
 *
 * Returns: (transfer none): what the server calls it
 */
const char *
lobe_model_info_get_id (LobeModelInfo *self)
{
  g_return_val_if_fail (LOBE_IS_MODEL_INFO (self), NULL);

  return self->id;
}

/**
 * lobe_model_info_get_name:
 * @self: a model
 *
 * Returns: (transfer none): what people call it
 */
const char *
lobe_model_info_get_name (LobeModelInfo *self)
{
  g_return_val_if_fail (LOBE_IS_MODEL_INFO (self), NULL);

  return self->name;
}

/**
 * lobe_model_info_get_server:
 * @self: a model
 *
 * Returns: (transfer none) (nullable): the id of its server
 */
const char *
lobe_model_info_get_server (LobeModelInfo *self)
{
  g_return_val_if_fail (LOBE_IS_MODEL_INFO (self), NULL);

  return self->server;
}

/**
 * lobe_model_info_set_server:
 * @self: a model
 * @server_id: (nullable): the id of its server
 */
void
lobe_model_info_set_server (LobeModelInfo *self,
                            const char    *server_id)
{
  g_return_if_fail (LOBE_IS_MODEL_INFO (self));

  if (g_set_str (&self->server, server_id))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SERVER]);
}

/**
 * lobe_model_info_get_context_length:
 * @self: a model
 *
 * Returns: its context window in tokens; 0 unknown
 */
gint64
lobe_model_info_get_context_length (LobeModelInfo *self)
{
  g_return_val_if_fail (LOBE_IS_MODEL_INFO (self), 0);

  return self->context_length;
}

/**
 * lobe_model_info_set_context_length:
 * @self: a model
 * @tokens: its context window in tokens; 0 unknown
 */
void
lobe_model_info_set_context_length (LobeModelInfo *self,
                                    gint64         tokens)
{
  g_return_if_fail (LOBE_IS_MODEL_INFO (self));

  if (self->context_length == tokens)
    return;

  self->context_length = tokens;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CONTEXT_LENGTH]);
}

/**
 * lobe_model_info_get_loaded:
 * @self: a model
 *
 * Returns: whether it is in memory and answers at once
 */
gboolean
lobe_model_info_get_loaded (LobeModelInfo *self)
{
  g_return_val_if_fail (LOBE_IS_MODEL_INFO (self), FALSE);

  return self->loaded;
}

/**
 * lobe_model_info_set_loaded:
 * @self: a model
 * @loaded: whether it is in memory and answers at once
 */
void
lobe_model_info_set_loaded (LobeModelInfo *self,
                            gboolean       loaded)
{
  g_return_if_fail (LOBE_IS_MODEL_INFO (self));

  if (self->loaded == loaded)
    return;

  self->loaded = loaded;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOADED]);
}

/**
 * lobe_model_info_get_max_context_length:
 * @self: a model
 *
 * Returns: up to how many tokens the server makes its window when asked; 0: it cannot be asked
 */
gint64
lobe_model_info_get_max_context_length (LobeModelInfo *self)
{
  g_return_val_if_fail (LOBE_IS_MODEL_INFO (self), 0);

  return self->max_context_length;
}

/**
 * lobe_model_info_set_max_context_length:
 * @self: a model
 * @tokens: up to how many tokens the server makes its window when asked; 0: it cannot be asked
 */
void
lobe_model_info_set_max_context_length (LobeModelInfo *self,
                                        gint64         tokens)
{
  g_return_if_fail (LOBE_IS_MODEL_INFO (self));

  self->max_context_length = tokens;
}

/**
 * lobe_model_info_get_size:
 * @self: a model
 *
 * Returns: its bytes; 0 unknown
 */
gint64
lobe_model_info_get_size (LobeModelInfo *self)
{
  g_return_val_if_fail (LOBE_IS_MODEL_INFO (self), 0);

  return self->size;
}

/**
 * lobe_model_info_set_size:
 * @self: a model
 * @bytes: its bytes; 0 unknown
 */
void
lobe_model_info_set_size (LobeModelInfo *self,
                          gint64         bytes)
{
  g_return_if_fail (LOBE_IS_MODEL_INFO (self));

  if (self->size == bytes)
    return;

  self->size = bytes;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SIZE]);
}

/**
 * lobe_model_info_get_capabilities:
 * @self: a model
 *
 * Returns: what it can do, as far as its server says
 */
LobeCapabilities
lobe_model_info_get_capabilities (LobeModelInfo *self)
{
  g_return_val_if_fail (LOBE_IS_MODEL_INFO (self), 0);

  return self->capabilities;
}

/**
 * lobe_model_info_set_capabilities:
 * @self: a model
 * @capabilities: what it can do
 */
void
lobe_model_info_set_capabilities (LobeModelInfo    *self,
                                  LobeCapabilities  capabilities)
{
  g_return_if_fail (LOBE_IS_MODEL_INFO (self));

  self->capabilities = capabilities;
}

/**
 * lobe_model_info_get_price:
 * @self: a model
 * @prompt: (out): US dollars for a million tokens of a request; negative when it is not known
 * @completion: (out): the same for tokens of an answer
 */
void
lobe_model_info_get_price (LobeModelInfo *self,
                           double        *prompt,
                           double        *completion)
{
  g_return_if_fail (LOBE_IS_MODEL_INFO (self));

  *prompt = self->prompt_price;
  *completion = self->completion_price;
}

/**
 * lobe_model_info_set_price:
 * @self: a model
 * @prompt: US dollars for a million tokens of a request; negative when it is not known
 * @completion: the same for tokens of an answer
 */
void
lobe_model_info_set_price (LobeModelInfo *self,
                           double         prompt,
                           double         completion)
{
  g_return_if_fail (LOBE_IS_MODEL_INFO (self));

  self->prompt_price = prompt;
  self->completion_price = completion;
}
