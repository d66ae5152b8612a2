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
  char             *licence;
  char             *quantization;
  char             *parameters;
  gint64            memory;
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
  PROP_CAPABILITIES,
  PROP_LICENCE,
  PROP_QUANTIZATION,
  PROP_PARAMETERS,
  PROP_MEMORY,
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
  g_free (self->licence);
  g_free (self->quantization);
  g_free (self->parameters);

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

    case PROP_CAPABILITIES:
      g_value_set_uint (value, self->capabilities);
      break;

    case PROP_LICENCE:
      g_value_set_string (value, self->licence);
      break;

    case PROP_QUANTIZATION:
      g_value_set_string (value, self->quantization);
      break;

    case PROP_PARAMETERS:
      g_value_set_string (value, self->parameters);
      break;

    case PROP_MEMORY:
      g_value_set_int64 (value, self->memory);
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

  /**
   * LobeModelInfo:capabilities:
   *
   * What it can do, as far as is known: LobeCapabilities.
   */
  properties[PROP_CAPABILITIES] = g_param_spec_uint ("capabilities", NULL, NULL, 0, G_MAXUINT, 0, flags);

  /**
   * LobeModelInfo:licence:
   *
   * The name of its licence, in one line.
   */
  properties[PROP_LICENCE] = g_param_spec_string ("licence", NULL, NULL, NULL, flags);

  /**
   * LobeModelInfo:quantization:
   *
   * How its numbers are kept: "Q4_K_M".
   */
  properties[PROP_QUANTIZATION] = g_param_spec_string ("quantization", NULL, NULL, NULL, flags);

  /**
   * LobeModelInfo:parameters:
   *
   * How many parameters it has, in words: "8.0B".
   */
  properties[PROP_PARAMETERS] = g_param_spec_string ("parameters", NULL, NULL, NULL, flags);

  /**
   * LobeModelInfo:memory:
   *
   * The memory that it takes when it runs, bytes; 0 unknown.
   */
  properties[PROP_MEMORY] = g_param_spec_int64 ("memory", NULL, NULL, 0, G_MAXINT64, 0, flags);

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

  if (self->capabilities == capabilities)
    return;

  self->capabilities = capabilities;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CAPABILITIES]);
}

/**
 * lobe_model_info_get_licence:
 * @self: a model
 *
 * Returns: (transfer none) (nullable): the name of its licence; %NULL unknown
 */
const char *
lobe_model_info_get_licence (LobeModelInfo *self)
{
  g_return_val_if_fail (LOBE_IS_MODEL_INFO (self), NULL);

  return self->licence;
}

/**
 * lobe_model_info_set_licence:
 * @self: a model
 * @licence: (nullable): the name of its licence, in one line
 */
void
lobe_model_info_set_licence (LobeModelInfo *self,
                             const char    *licence)
{
  g_return_if_fail (LOBE_IS_MODEL_INFO (self));

  if (g_set_str (&self->licence, licence))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LICENCE]);
}

/**
 * lobe_model_info_get_quantization:
 * @self: a model
 *
 * Returns: (transfer none) (nullable): how its numbers are kept: "Q4_K_M"; %NULL unknown
 */
const char *
lobe_model_info_get_quantization (LobeModelInfo *self)
{
  g_return_val_if_fail (LOBE_IS_MODEL_INFO (self), NULL);

  return self->quantization;
}

/**
 * lobe_model_info_set_quantization:
 * @self: a model
 * @quantization: (nullable): how its numbers are kept
 */
void
lobe_model_info_set_quantization (LobeModelInfo *self,
                                  const char    *quantization)
{
  g_return_if_fail (LOBE_IS_MODEL_INFO (self));

  if (g_set_str (&self->quantization, quantization))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_QUANTIZATION]);
}

/**
 * lobe_model_info_get_parameters:
 * @self: a model
 *
 * Returns: (transfer none) (nullable): how many parameters it has: "8.0B"; %NULL unknown
 */
const char *
lobe_model_info_get_parameters (LobeModelInfo *self)
{
  g_return_val_if_fail (LOBE_IS_MODEL_INFO (self), NULL);

  return self->parameters;
}

/**
 * lobe_model_info_set_parameters:
 * @self: a model
 * @parameters: (nullable): how many parameters it has, in words
 */
void
lobe_model_info_set_parameters (LobeModelInfo *self,
                                const char    *parameters)
{
  g_return_if_fail (LOBE_IS_MODEL_INFO (self));

  if (g_set_str (&self->parameters, parameters))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PARAMETERS]);
}

/**
 * lobe_model_info_get_memory:
 * @self: a model
 *
 * Returns: about how many bytes of memory it takes when it runs; 0 unknown
 */
gint64
lobe_model_info_get_memory (LobeModelInfo *self)
{
  g_return_val_if_fail (LOBE_IS_MODEL_INFO (self), 0);

  return self->memory;
}

/**
 * lobe_model_info_set_memory:
 * @self: a model
 * @bytes: about how much memory it takes when it runs; 0 unknown
 */
void
lobe_model_info_set_memory (LobeModelInfo *self,
                            gint64         bytes)
{
  g_return_if_fail (LOBE_IS_MODEL_INFO (self));

  if (self->memory == bytes)
    return;

  self->memory = bytes;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MEMORY]);
}

/**
 * lobe_model_info_update:
 * @self: a model
 * @news: the same model, as somebody knows it now
 *
 * Takes over what @news knows. What it does not know stays: a list of models tells less than a question for one.
 */
void
lobe_model_info_update (LobeModelInfo *self,
                        LobeModelInfo *news)
{
  g_return_if_fail (LOBE_IS_MODEL_INFO (self));
  g_return_if_fail (LOBE_IS_MODEL_INFO (news));

  g_object_freeze_notify (G_OBJECT (self));
  lobe_model_info_set_loaded (self, news->loaded);
  if (news->capabilities != 0)
    lobe_model_info_set_capabilities (self, news->capabilities);
  if (news->context_length > 0)
    lobe_model_info_set_context_length (self, news->context_length);
  if (news->max_context_length > 0)
    lobe_model_info_set_max_context_length (self, news->max_context_length);
  if (news->prompt_price >= 0 && news->completion_price >= 0)
    lobe_model_info_set_price (self, news->prompt_price, news->completion_price);
  if (news->size > 0)
    lobe_model_info_set_size (self, news->size);
  if (news->licence != NULL)
    lobe_model_info_set_licence (self, news->licence);
  if (news->quantization != NULL)
    lobe_model_info_set_quantization (self, news->quantization);
  if (news->parameters != NULL)
    lobe_model_info_set_parameters (self, news->parameters);
  if (news->memory > 0)
    lobe_model_info_set_memory (self, news->memory);
  g_object_thaw_notify (G_OBJECT (self));
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
