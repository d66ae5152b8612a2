/* lobe-request.c: what a driver is asked to have answered */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "model/lobe-request.h"

/**
 * LobeRequest:
 *
 * What a driver is asked to have answered: messages and parameters. Not changed once it was given away.
 */
struct _LobeRequest
{
  GObject    parent_instance;

  char      *model;
  char      *system_prompt;
  double     temperature;
  double     top_p;
  double     repeat_penalty;
  double     min_p;
  int        top_k;
  gint64     seed;
  char     **stop;
  char      *schema;
  int        max_tokens;
  gint64     context_length;
  LobeThink  think;
  gboolean   prefill;
  GPtrArray *messages;
  GPtrArray *tools;
};

G_DEFINE_FINAL_TYPE (LobeRequest, lobe_request, G_TYPE_OBJECT)

static void
lobe_request_finalize (GObject *object)
{
  LobeRequest *self = LOBE_REQUEST (object);

  g_free (self->model);
  g_free (self->system_prompt);
  g_free (self->schema);
  g_strfreev (self->stop);
  g_ptr_array_unref (self->messages);
  g_ptr_array_unref (self->tools);

  G_OBJECT_CLASS (lobe_request_parent_class)->finalize (object);
}

static void
lobe_request_class_init (LobeRequestClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = lobe_request_finalize;
}

static void
lobe_request_init (LobeRequest *self)
{
  self->temperature = -1;
  self->top_p = -1;
  self->repeat_penalty = -1;
  self->min_p = -1;
  self->seed = -1;
  self->messages = g_ptr_array_new_with_free_func (g_object_unref);
  self->tools = g_ptr_array_new_with_free_func (g_object_unref);
}

/**
 * lobe_request_new:
 * @model: the id of the model
 *
 * Returns: (transfer full): a request without messages, with the server's own parameters
 */
LobeRequest *
lobe_request_new (const char *model)
{
  LobeRequest *self;

  g_return_val_if_fail (model != NULL, NULL);

  self = g_object_new (LOBE_TYPE_REQUEST, NULL);
  self->model = g_strdup (model);

  return self;
}

/**
 * lobe_request_add_message:
 * @self: a request
 * @message: (transfer none): a loaded message, said after those that are there
 */
void
lobe_request_add_message (LobeRequest *self,
                          LobeMessage *message)
{
  g_return_if_fail (LOBE_IS_REQUEST (self));
  g_return_if_fail (lobe_message_get_loaded (message));

  g_ptr_array_add (self->messages, g_object_ref (message));
}

/**
 * lobe_request_get_messages:
 * @self: a request
 *
 * Returns: (element-type LobeMessage) (transfer none): what was said, oldest first
 */
GPtrArray *
lobe_request_get_messages (LobeRequest *self)
{
  g_return_val_if_fail (LOBE_IS_REQUEST (self), NULL);

  return self->messages;
}

/**
 * lobe_request_get_model:
 * @self: a request
 *
 * Returns: (transfer none): the id of the model
 */
const char *
lobe_request_get_model (LobeRequest *self)
{
  g_return_val_if_fail (LOBE_IS_REQUEST (self), NULL);

  return self->model;
}

/**
 * lobe_request_get_system_prompt:
 * @self: a request
 *
 * Returns: (transfer none) (nullable): instructions before everything
 */
const char *
lobe_request_get_system_prompt (LobeRequest *self)
{
  g_return_val_if_fail (LOBE_IS_REQUEST (self), NULL);

  return self->system_prompt;
}

/**
 * lobe_request_set_system_prompt:
 * @self: a request
 * @prompt: (nullable): instructions before everything
 */
void
lobe_request_set_system_prompt (LobeRequest *self,
                                const char  *prompt)
{
  g_return_if_fail (LOBE_IS_REQUEST (self));

  g_set_str (&self->system_prompt, prompt);
}

/**
 * lobe_request_get_temperature:
 * @self: a request
 *
 * Returns: 0 for the likeliest words, higher for more surprise; negative: the server's own
 */
double
lobe_request_get_temperature (LobeRequest *self)
{
  g_return_val_if_fail (LOBE_IS_REQUEST (self), -1);

  return self->temperature;
}

/**
 * lobe_request_set_temperature:
 * @self: a request
 * @temperature: 0 for the likeliest words, higher for more surprise; negative: the server's own
 */
void
lobe_request_set_temperature (LobeRequest *self,
                              double       temperature)
{
  g_return_if_fail (LOBE_IS_REQUEST (self));

  self->temperature = temperature;
}

/**
 * lobe_request_get_top_p:
 * @self: a request
 *
 * Returns: only the likeliest words that together have this probability; negative: the server's own
 */
double
lobe_request_get_top_p (LobeRequest *self)
{
  g_return_val_if_fail (LOBE_IS_REQUEST (self), -1);

  return self->top_p;
}

/**
 * lobe_request_set_top_p:
 * @self: a request
 * @top_p: only the likeliest words that together have this probability; negative: the server's own
 */
void
lobe_request_set_top_p (LobeRequest *self,
                        double       top_p)
{
  g_return_if_fail (LOBE_IS_REQUEST (self));

  self->top_p = top_p;
}

/**
 * lobe_request_get_repeat_penalty:
 * @self: a request
 *
 * Returns: above 1 makes repetition unlikelier; negative: the server's own
 */
double
lobe_request_get_repeat_penalty (LobeRequest *self)
{
  g_return_val_if_fail (LOBE_IS_REQUEST (self), -1);

  return self->repeat_penalty;
}

/**
 * lobe_request_set_repeat_penalty:
 * @self: a request
 * @penalty: above 1 makes repetition unlikelier; negative: the server's own
 */
void
lobe_request_set_repeat_penalty (LobeRequest *self,
                                 double       penalty)
{
  g_return_if_fail (LOBE_IS_REQUEST (self));

  self->repeat_penalty = penalty;
}

/**
 * lobe_request_get_top_k:
 * @self: a request
 *
 * Returns: only so many of the likeliest words; 0: the server's own
 */
int
lobe_request_get_top_k (LobeRequest *self)
{
  g_return_val_if_fail (LOBE_IS_REQUEST (self), 0);

  return self->top_k;
}

/**
 * lobe_request_set_top_k:
 * @self: a request
 * @top_k: only so many of the likeliest words; 0: the server's own
 */
void
lobe_request_set_top_k (LobeRequest *self,
                            int top_k)
{
  g_return_if_fail (LOBE_IS_REQUEST (self));

  self->top_k = top_k;
}

/**
 * lobe_request_get_min_p:
 * @self: a request
 *
 * Returns: only words at least so likely, relative to the likeliest; negative: the server's own
 */
double
lobe_request_get_min_p (LobeRequest *self)
{
  g_return_val_if_fail (LOBE_IS_REQUEST (self), -1);

  return self->min_p;
}

/**
 * lobe_request_set_min_p:
 * @self: a request
 * @min_p: only words at least so likely, relative to the likeliest; negative: the server's own
 */
void
lobe_request_set_min_p (LobeRequest *self,
                            double min_p)
{
  g_return_if_fail (LOBE_IS_REQUEST (self));

  self->min_p = min_p;
}

/**
 * lobe_request_get_seed:
 * @self: a request
 *
 * Returns: makes an answer repeatable where the server can; negative: none
 */
gint64
lobe_request_get_seed (LobeRequest *self)
{
  g_return_val_if_fail (LOBE_IS_REQUEST (self), -1);

  return self->seed;
}

/**
 * lobe_request_set_seed:
 * @self: a request
 * @seed: makes an answer repeatable where the server can; negative: none
 */
void
lobe_request_set_seed (LobeRequest *self,
                           gint64 seed)
{
  g_return_if_fail (LOBE_IS_REQUEST (self));

  self->seed = seed;
}

/**
 * lobe_request_get_stop:
 * @self: a request
 *
 * Returns: (transfer none) (nullable) (array zero-terminated=1): strings that end the answer, which don't become part of it
 */
const char * const *
lobe_request_get_stop (LobeRequest *self)
{
  g_return_val_if_fail (LOBE_IS_REQUEST (self), NULL);

  return (const char * const *) self->stop;
}

/**
 * lobe_request_set_stop:
 * @self: a request
 * @stop: (nullable) (array zero-terminated=1): strings that end the answer
 */
void
lobe_request_set_stop (LobeRequest        *self,
                       const char * const *stop)
{
  g_return_if_fail (LOBE_IS_REQUEST (self));

  g_strfreev (self->stop);
  self->stop = g_strdupv ((char **) stop);
}

/**
 * lobe_request_get_schema:
 * @self: a request
 *
 * Returns: (transfer none) (nullable): the JSON schema that the answer has to fit, as text
 */
const char *
lobe_request_get_schema (LobeRequest *self)
{
  g_return_val_if_fail (LOBE_IS_REQUEST (self), NULL);

  return self->schema;
}

/**
 * lobe_request_set_schema:
 * @self: a request
 * @schema: (nullable): the JSON schema that the answer has to fit, as text that was found to be a JSON object
 */
void
lobe_request_set_schema (LobeRequest *self,
                         const char  *schema)
{
  g_return_if_fail (LOBE_IS_REQUEST (self));

  g_set_str (&self->schema, schema);
}

/**
 * lobe_request_get_tools:
 * @self: a request
 *
 * Returns: (element-type LobeToolSpec) (transfer none): what the model may call
 */
GPtrArray *
lobe_request_get_tools (LobeRequest *self)
{
  g_return_val_if_fail (LOBE_IS_REQUEST (self), NULL);

  return self->tools;
}

/**
 * lobe_request_add_tool:
 * @self: a request
 * @tool: (transfer none): something else that the model may call
 */
void
lobe_request_add_tool (LobeRequest  *self,
                       LobeToolSpec *tool)
{
  g_return_if_fail (LOBE_IS_REQUEST (self));
  g_return_if_fail (LOBE_IS_TOOL_SPEC (tool));

  g_ptr_array_add (self->tools, g_object_ref (tool));
}

/**
 * lobe_request_get_max_tokens:
 * @self: a request
 *
 * Returns: at most so many tokens; 0: the driver's own limit
 */
int
lobe_request_get_max_tokens (LobeRequest *self)
{
  g_return_val_if_fail (LOBE_IS_REQUEST (self), 0);

  return self->max_tokens;
}

/**
 * lobe_request_set_max_tokens:
 * @self: a request
 * @tokens: at most so many tokens; 0: the driver's own limit
 */
void
lobe_request_set_max_tokens (LobeRequest *self,
                             int          tokens)
{
  g_return_if_fail (LOBE_IS_REQUEST (self));

  self->max_tokens = tokens;
}

/**
 * lobe_request_get_think:
 * @self: a request
 *
 * Returns: whether the model is to think first
 */
LobeThink
lobe_request_get_think (LobeRequest *self)
{
  g_return_val_if_fail (LOBE_IS_REQUEST (self), LOBE_THINK_DEFAULT);

  return self->think;
}

/**
 * lobe_request_set_think:
 * @self: a request
 * @think: whether the model is to think first
 */
void
lobe_request_set_think (LobeRequest *self,
                        LobeThink    think)
{
  g_return_if_fail (LOBE_IS_REQUEST (self));

  self->think = think;
}

/**
 * lobe_request_get_context_length:
 * @self: a request
 *
 * Returns: the window that it was made for, tokens; 0 unknown
 */
gint64
lobe_request_get_context_length (LobeRequest *self)
{
  g_return_val_if_fail (LOBE_IS_REQUEST (self), 0);

  return self->context_length;
}

/**
 * lobe_request_set_context_length:
 * @self: a request
 * @tokens: the window that it was made for; 0 unknown
 *
 * A server that makes the window as large as is asked, as Ollama does, is asked for this.
 */
void
lobe_request_set_context_length (LobeRequest *self,
                                 gint64       tokens)
{
  g_return_if_fail (LOBE_IS_REQUEST (self));

  self->context_length = tokens;
}

/**
 * lobe_request_get_prefill:
 * @self: a request
 *
 * Returns: whether the last message is the model's own, to be continued where it ends
 */
gboolean
lobe_request_get_prefill (LobeRequest *self)
{
  g_return_val_if_fail (LOBE_IS_REQUEST (self), FALSE);

  return self->prefill;
}

/**
 * lobe_request_set_prefill:
 * @self: a request
 * @prefill: whether the last message is the model's own, to be continued where it ends
 */
void
lobe_request_set_prefill (LobeRequest *self,
                          gboolean     prefill)
{
  g_return_if_fail (LOBE_IS_REQUEST (self));

  self->prefill = prefill;
}
