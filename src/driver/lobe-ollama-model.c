/* lobe-ollama-model.c: what Ollama tells of a model, in its list and when it is asked for one */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "driver/lobe-ollama-driver-private.h"

#include "base/lobe-json.h"

#include <string.h>

/* Longer than this is no name of a licence, bytes. */
#define MAX_LICENCE 80

/*
 * What is asked for where nobody chose a window and the model is not loaded: its memory grows with the window, and
 * without a number Ollama takes 4096 on most machines and then drops the older half of what it gets without a word.
 */
#define DEFAULT_CONTEXT_LENGTH 8192

static LobeCapabilities
read_capabilities (JsonArray *names)
{
  static const struct
  {
    const char       *name;
    LobeCapabilities  capability;
  } known[] = {
    { "vision", LOBE_CAPABILITY_VISION },
    { "tools", LOBE_CAPABILITY_TOOLS },
    { "thinking", LOBE_CAPABILITY_THINKING },
    { "embedding", LOBE_CAPABILITY_EMBEDDING },
  };
  LobeCapabilities capabilities = 0;
  gboolean completes = FALSE;

  for (guint i = 0; names != NULL && i < json_array_get_length (names); i++)
    {
      const char *name = lobe_json_string_element (names, i);

      completes = completes || g_strcmp0 (name, "completion") == 0;
      for (guint j = 0; j < G_N_ELEMENTS (known); j++)
        {
          if (g_strcmp0 (name, known[j].name) == 0)
            capabilities |= known[j].capability;
        }
    }

  return completes ? capabilities & ~LOBE_CAPABILITY_EMBEDDING : capabilities;
}

static void
read_details (LobeModelInfo *info,
              JsonObject    *details)
{
  const char *quantization = lobe_json_string (details, "quantization_level");
  const char *parameters = lobe_json_string (details, "parameter_size");

  if (quantization != NULL && *quantization != '\0' && strcmp (quantization, "unknown") != 0)
    lobe_model_info_set_quantization (info, quantization);
  if (parameters != NULL && *parameters != '\0')
    lobe_model_info_set_parameters (info, parameters);
}

/* @limit: what it was made for, tokens; 0 unknown */
static void
set_window (LobeModelInfo *info,
            gint64         limit)
{
  lobe_model_info_set_max_context_length (info, limit);
  lobe_model_info_set_context_length (info, limit > 0 ? MIN (limit, DEFAULT_CONTEXT_LENGTH) : DEFAULT_CONTEXT_LENGTH);
}

/*
 * lobe_ollama_model_read_tag:
 * @tag: an element of the "models" of /api/tags
 *
 * Returns: (transfer full) (nullable): the model
 */
LobeModelInfo *
lobe_ollama_model_read_tag (JsonObject *tag)
{
  const char *id = lobe_json_string (tag, "model");
  JsonObject *details = lobe_json_object (tag, "details");
  JsonArray *names = lobe_json_array (tag, "capabilities");
  const char *family = lobe_json_string (details, "family");
  LobeCapabilities capabilities;
  g_autofree char *name = NULL;
  LobeModelInfo *info;

  if (id == NULL)
    id = lobe_json_string (tag, "name");
  if (id == NULL || *id == '\0')
    return NULL;

  /* "latest" is what a name without a tag means */
  name = g_str_has_suffix (id, ":latest") ? g_strndup (id, strlen (id) - strlen (":latest")) : g_strdup (id);
  info = lobe_model_info_new (id, name);
  lobe_model_info_set_size (info, MAX (lobe_json_int (tag, "size", 0), 0));
  set_window (info, MAX (lobe_json_int (details, "context_length", 0), 0));
  read_details (info, details);

  capabilities = read_capabilities (names);
  /* versions that don't list them: models of the BERT families (bert, nomic-bert) make embeddings only */
  if (names == NULL && family != NULL && g_str_has_suffix (family, "bert"))
    capabilities |= LOBE_CAPABILITY_EMBEDDING;
  lobe_model_info_set_capabilities (info, capabilities);

  return info;
}

/* A short name where the file has one, else the first line of the text. */
static void
read_licence (LobeModelInfo *info,
              JsonObject    *show)
{
  const char *name = lobe_json_string (lobe_json_object (show, "model_info"), "general.license");
  const char *text = lobe_json_string (show, "license");
  g_autofree char *line = NULL;

  if (name != NULL && *name != '\0' && strlen (name) <= MAX_LICENCE)
    {
      lobe_model_info_set_licence (info, name);
      return;
    }
  if (text == NULL)
    return;

  while (g_ascii_isspace (*text))
    text++;
  line = g_strndup (text, strcspn (text, "\r\n"));
  g_strchomp (line);
  if (*line != '\0' && strlen (line) <= MAX_LICENCE)
    lobe_model_info_set_licence (info, line);
}

/* "num_ctx" in the lines of "parameters" is what it runs with, where its author said so. */
static gint64
read_set_window (JsonObject *show)
{
  const char *parameters = lobe_json_string (show, "parameters");
  g_auto (GStrv) lines = g_strsplit (parameters != NULL ? parameters : "", "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      if (g_str_has_prefix (lines[i], "num_ctx "))
        return MAX (g_ascii_strtoll (lines[i] + strlen ("num_ctx "), NULL, 10), 0);
    }

  return 0;
}

static gint64
read_limit (JsonObject *show)
{
  JsonObject *values = lobe_json_object (show, "model_info");
  const char *architecture = lobe_json_string (values, "general.architecture");
  g_autofree char *member = architecture != NULL ? g_strconcat (architecture, ".context_length", NULL) : NULL;

  return member != NULL ? MAX (lobe_json_int (values, member, 0), 0) : 0;
}

/* Lines of "parameters" such as: stop    "<|im_end|>" */
static GStrv
read_stops (JsonObject *show)
{
  const char *parameters = lobe_json_string (show, "parameters");
  g_auto (GStrv) lines = g_strsplit (parameters != NULL ? parameters : "", "\n", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *value;
      gsize length;

      if (!g_str_has_prefix (lines[i], "stop "))
        continue;

      value = g_strstrip (lines[i] + strlen ("stop "));
      length = strlen (value);
      if (length >= 2 && value[0] == '"' && value[length - 1] == '"')
        {
          value[length - 1] = '\0';
          g_strv_builder_take (builder, g_strcompress (value + 1));
        }
      else if (length > 0)
        {
          g_strv_builder_add (builder, value);
        }
    }

  return g_strv_builder_end (builder);
}

void
lobe_ollama_model_free (LobeOllamaModel *model)
{
  g_strfreev (model->stops);
  g_free (model);
}

/*
 * lobe_ollama_model_read_show:
 * @info: (nullable): what to fill
 * @show: what /api/show says
 * @model: (out): what the driver has to know of it
 */
void
lobe_ollama_model_read_show (LobeModelInfo   *info,
                             JsonObject      *show,
                             LobeOllamaModel *model)
{
  const char *template = lobe_json_string (show, "template");
  const char *modelfile = lobe_json_string (show, "modelfile");
  gint64 limit = read_limit (show);
  gint64 set = read_set_window (show);
  gint64 running = info != NULL && lobe_model_info_get_loaded (info) ? lobe_model_info_get_context_length (info) : 0;

  model->stops = read_stops (show);
  model->capabilities = read_capabilities (lobe_json_array (show, "capabilities"));
  /* Models that Ollama renders by its own code, or has rendered elsewhere, need no template. */
  model->plain = template != NULL && (*template == '\0' || strcmp (template, "{{ .Prompt }}") == 0)
                 && lobe_json_string (show, "renderer") == NULL && lobe_json_string (show, "remote_host") == NULL
                 && (modelfile == NULL || strstr (modelfile, "\nRENDERER ") == NULL)
                 && (model->capabilities & (LOBE_CAPABILITY_TOOLS | LOBE_CAPABILITY_THINKING)) == 0;

  if (info == NULL)
    return;

  read_details (info, lobe_json_object (show, "details"));
  read_licence (info, show);
  if (model->capabilities != 0)
    lobe_model_info_set_capabilities (info, model->capabilities);
  /* One that runs has told with how much. */
  if (limit > 0)
    set_window (info, limit);
  if (running > 0 || set > 0)
    lobe_model_info_set_context_length (info, running > 0 ? running : set);
}
