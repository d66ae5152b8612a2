/* lobe-openai-models.c: the list of models of the OpenAI family, with all that its servers add to it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-openai-models.h"

#include "lobe-config.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "driver/lobe-listing.h"
#include "driver/lobe-openai-chat.h"

#include <glib/gi18n-lib.h>
#include <string.h>

/* OpenAI's own list says nothing but a name and an owner; what is below was seen from the server or provider named. */

gboolean
lobe_openai_models_has (JsonArray  *array,
                        const char *text)
{
  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++)
    {
      if (g_strcmp0 (lobe_json_string_element (array, i), text) == 0)
        return TRUE;
    }

  return FALSE;
}

static gint64
read_context_length (JsonObject *object)
{
  JsonObject *meta = lobe_json_object (object, "meta");
  /* in the order of truth: what is served now before what the model was made for */
  const gint64 lengths[] = {
    lobe_json_int (meta, "n_ctx", 0),                /* llama-server */
    lobe_json_int (object, "max_model_len", 0),      /* vLLM */
    lobe_json_int (object, "context_length", 0),     /* llama-server as a router, OpenRouter, Together */
    lobe_json_int (object, "context_window", 0),     /* Groq */
    lobe_json_int (object, "max_context_length", 0), /* Mistral */
    lobe_json_int (object, "max_input_tokens", 0),   /* LiteLLM */
    lobe_json_int (meta, "n_ctx_train", 0),          /* llama-server */
  };

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++)
    {
      if (lengths[i] > 0)
        return lengths[i];
    }

  return 0;
}

static LobeCapabilities
read_capabilities (JsonObject *object,
                   const char *id)
{
  JsonObject *architecture = lobe_json_object (object, "architecture");
  JsonObject *switches = lobe_json_object (object, "capabilities");
  JsonArray *words = lobe_json_array (object, "capabilities");
  JsonArray *parameters = lobe_json_array (object, "supported_parameters");
  g_autofree char *lower = g_ascii_strdown (id, -1);
  LobeCapabilities capabilities = 0;

  if (lobe_openai_models_has (lobe_json_array (architecture, "input_modalities"), "image") || /* llama-server, OpenRouter */
      lobe_openai_models_has (words, "multimodal") || lobe_json_boolean (switches, "vision", FALSE) || /* Mistral */
      lobe_json_boolean (object, "supports_image_input", FALSE)) /* Fireworks */
    capabilities |= LOBE_CAPABILITY_VISION;
  if (lobe_openai_models_has (parameters, "tools") || lobe_json_boolean (switches, "function_calling", FALSE) ||
      lobe_json_boolean (object, "supports_tools", FALSE))
    capabilities |= LOBE_CAPABILITY_TOOLS;
  if (lobe_openai_models_has (parameters, "reasoning") || lobe_json_boolean (switches, "reasoning", FALSE))
    capabilities |= LOBE_CAPABILITY_THINKING;

  /* where nothing tells, the name does: text-embedding-3-small, nomic-embed-text */
  if (g_strcmp0 (lobe_json_string (object, "type"), "embedding") == 0 || /* Together */
      lobe_openai_models_has (words, "embedding") || lobe_json_boolean (switches, "embeddings", FALSE) || /* Azure */
      strstr (lower, "embed") != NULL)
    capabilities |= LOBE_CAPABILITY_EMBEDDING;

  return capabilities;
}

/*
 * lobe_openai_models_read:
 * @object: (nullable): an entry of a list
 *
 * Returns: (transfer full) (nullable): the model; %NULL when it has no id or neither chats nor embeds
 */
LobeModelInfo *
lobe_openai_models_read (JsonObject *object)
{
  const char *id = lobe_json_string (object, "id");
  JsonObject *meta = lobe_json_object (object, "meta");
  JsonObject *switches = lobe_json_object (object, "capabilities");
  JsonObject *pricing = lobe_json_object (object, "pricing");
  const char *status = lobe_json_string (lobe_json_object (object, "status"), "value");
  g_autofree char *name = NULL;
  LobeModelInfo *info;

  if (id == NULL || *id == '\0')
    return NULL;
  /* Azure lists also what draws and what hears */
  if (!lobe_json_boolean (switches, "chat_completion", TRUE) && !lobe_json_boolean (switches, "embeddings", FALSE))
    return NULL;

  /* llama-server without an alias names a model by its file */
  name = g_str_has_suffix (id, ".gguf") ? g_path_get_basename (id) : g_strdup (id);
  if (g_str_has_suffix (name, ".gguf"))
    name[strlen (name) - strlen (".gguf")] = '\0';

  info = lobe_model_info_new (id, name);
  lobe_model_info_set_context_length (info, read_context_length (object));
  lobe_model_info_set_capabilities (info, read_capabilities (object, id));
  lobe_model_info_set_size (info, MAX (lobe_json_int (meta, "size", 0), 0));

  /* OpenRouter (openrouter.ai/docs, "pricing"): strings, dollars for one token; -1 where it depends */
  if (lobe_json_string (pricing, "prompt") != NULL && lobe_json_string (pricing, "completion") != NULL)
    lobe_model_info_set_price (info, g_ascii_strtod (lobe_json_string (pricing, "prompt"), NULL) * 1e6,
                               g_ascii_strtod (lobe_json_string (pricing, "completion"), NULL) * 1e6);

  /* a router tells; the others serve only what they have loaded, except those in the cloud, where it means nothing */
  if (status != NULL)
    lobe_model_info_set_loaded (info, strcmp (status, "loaded") == 0);
  else
    lobe_model_info_set_loaded (info, meta != NULL || g_strcmp0 (lobe_json_string (object, "owned_by"), "vllm") == 0);

  return info;
}

/* llama-server repeats its one model in a list "models" of Ollama's shape, where it tells what the model can do. */
static void
add_capabilities (LobeModelInfo *info,
                  JsonArray     *models)
{
  for (guint i = 0; models != NULL && i < json_array_get_length (models); i++)
    {
      JsonObject *model = lobe_json_element (models, i);

      if (g_strcmp0 (lobe_json_string (model, "model"), lobe_model_info_get_id (info)) == 0 &&
          lobe_openai_models_has (lobe_json_array (model, "capabilities"), "multimodal"))
        lobe_model_info_set_capabilities (info, lobe_model_info_get_capabilities (info) | LOBE_CAPABILITY_VISION);
    }
}

/* Which server it is, where its list gives that away; TGI's one model belongs to itself and was made in 1970. */
static const char *
recognise (JsonObject *entry,
           guint       n_entries)
{
  static const char *const owners[][2] = {
    { "llamacpp", "llama-server" },
    { "vllm", "vllm" },
    { "organization_owner", "lmstudio" },
  };
  const char *owner = lobe_json_string (entry, "owned_by");

  for (guint i = 0; i < G_N_ELEMENTS (owners); i++)
    {
      if (g_strcmp0 (owner, owners[i][0]) == 0)
        return owners[i][1];
    }

  return n_entries == 1 && owner != NULL && g_strcmp0 (owner, lobe_json_string (entry, "id")) == 0 &&
                 lobe_json_int (entry, "created", -1) == 0
             ? "tgi"
             : NULL;
}

static void
on_listed (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *data;

  if (!lobe_listing_fetch_finish (LOBE_HTTP (object), result, &root, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }

  data = lobe_json_array (lobe_json_get_object (root), "data");
  if (data == NULL && root != NULL && JSON_NODE_HOLDS_ARRAY (root))
    data = json_node_get_array (root); /* Together's list is bare */
  if (data == NULL)
    {
      g_task_return_new_error_literal (task, LOBE_ERROR, LOBE_ERROR_PROTOCOL,
                                       _("There is no list of models at this address"));
      return;
    }

  for (guint i = 0; i < json_array_get_length (data); i++)
    {
      LobeModelInfo *info = lobe_openai_models_read (lobe_json_element (data, i));

      if (info == NULL)
        continue;

      add_capabilities (info, lobe_json_array (lobe_json_get_object (root), "models"));
      g_ptr_array_add (models, info);
    }

  lobe_endpoint_set_recognised (g_task_get_source_object (task),
                                recognise (lobe_json_element (data, 0), json_array_get_length (data)));
  g_task_return_pointer (task, g_steal_pointer (&models), (GDestroyNotify) g_ptr_array_unref);
}

/*
 * lobe_openai_models_async:
 * @request: (nullable): what to send; %NULL for GET {base}/models
 *
 * The endpoint learns which server it is, where the list gives that away.
 */
void
lobe_openai_models_async (LobeEndpoint        *endpoint,
                          LobeHttpRequest     *request,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = g_task_new (endpoint, cancellable, callback, user_data);
  g_autoptr (LobeHttpRequest) usual = NULL;

  if (request == NULL)
    request = usual = lobe_openai_request (endpoint, "GET", "/models", LOBE_PURPOSE_MODELS);

  g_task_set_source_tag (task, lobe_openai_models_async);
  lobe_listing_fetch_async (lobe_endpoint_get_http (endpoint), request, cancellable, on_listed, g_steal_pointer (&task));
}

/*
 * lobe_openai_models_finish:
 *
 * Returns: (transfer full) (nullable) (element-type LobeModelInfo): the models in the server's order; %NULL on error
 */
GPtrArray *
lobe_openai_models_finish (LobeEndpoint  *endpoint,
                           GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, endpoint), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}

static void
on_models (GObject      *object,
           GAsyncResult *result,
           gpointer      user_data)
{
  g_autoptr (LobeModelReply) reply = user_data;
  g_autoptr (GPtrArray) models = NULL;
  g_autoptr (GError) error = NULL;

  models = lobe_openai_models_finish (LOBE_ENDPOINT (object), result, &error);
  if (models == NULL)
    {
      lobe_model_reply_fail (reply, error);
      return;
    }

  lobe_model_reply_add_all (reply, models);
  lobe_model_reply_done (reply);
}

/* What LobeDriverInterface.list_models does, where GET {base}/models is all that the server has. */
void
lobe_openai_models_list (LobeEndpoint   *endpoint,
                         LobeModelReply *reply,
                         GCancellable   *cancellable)
{
  lobe_openai_models_async (endpoint, NULL, cancellable, on_models, g_object_ref (reply));
}
