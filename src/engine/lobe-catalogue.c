/* lobe-catalogue.c: models that can be had for the local engine: name, size, licence, checksum, address */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-catalogue.h"

#include "base/lobe-error.h"
#include "base/lobe-json.h"
#include "engine/lobe-gguf-folder.h"
#include "lobe-engine-resources.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define RESOURCE "/org/lobe/Chat/engine/catalogue.json"

/**
 * LobeCatalogueEntry:
 *
 * A model that can be brought to this machine, and how to talk to it so that it talks well.
 */
struct _LobeCatalogueEntry
{
  GObject  parent_instance;

  char    *name;
  char    *file_name;
  char    *licence;
  gint64   size;
  char    *sha256;
  char    *uri;
  char    *host;

  double   temperature;
  double   top_p;
  double   repeat_penalty;
  int      max_tokens;
};

G_DEFINE_FINAL_TYPE (LobeCatalogueEntry, lobe_catalogue_entry, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_NAME,
  PROP_FILE_NAME,
  PROP_LICENCE,
  PROP_SIZE,
  PROP_SHA256,
  PROP_URI,
  PROP_HOST,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
lobe_catalogue_entry_finalize (GObject *object)
{
  LobeCatalogueEntry *self = LOBE_CATALOGUE_ENTRY (object);

  g_free (self->name);
  g_free (self->file_name);
  g_free (self->licence);
  g_free (self->sha256);
  g_free (self->uri);
  g_free (self->host);

  G_OBJECT_CLASS (lobe_catalogue_entry_parent_class)->finalize (object);
}

static void
lobe_catalogue_entry_get_property (GObject    *object,
                                   guint       prop_id,
                                   GValue     *value,
                                   GParamSpec *pspec)
{
  LobeCatalogueEntry *self = LOBE_CATALOGUE_ENTRY (object);

  switch (prop_id)
    {
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_FILE_NAME:
      g_value_set_string (value, self->file_name);
      break;
    case PROP_LICENCE:
      g_value_set_string (value, self->licence);
      break;
    case PROP_SIZE:
      g_value_set_int64 (value, self->size);
      break;
    case PROP_SHA256:
      g_value_set_string (value, self->sha256);
      break;
    case PROP_URI:
      g_value_set_string (value, self->uri);
      break;
    case PROP_HOST:
      g_value_set_string (value, self->host);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
lobe_catalogue_entry_class_init (LobeCatalogueEntryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = lobe_catalogue_entry_finalize;
  object_class->get_property = lobe_catalogue_entry_get_property;

  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_FILE_NAME] = g_param_spec_string ("file-name", NULL, NULL, NULL, flags);
  properties[PROP_LICENCE] = g_param_spec_string ("licence", NULL, NULL, NULL, flags);
  properties[PROP_SIZE] = g_param_spec_int64 ("size", NULL, NULL, 0, G_MAXINT64, 0, flags);
  properties[PROP_SHA256] = g_param_spec_string ("sha256", NULL, NULL, NULL, flags);
  properties[PROP_URI] = g_param_spec_string ("uri", NULL, NULL, NULL, flags);
  properties[PROP_HOST] = g_param_spec_string ("host", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
lobe_catalogue_entry_init (LobeCatalogueEntry *self)
{
}

/**
 * lobe_catalogue_entry_get_name:
 * @self: an entry
 *
 * Returns: (transfer none): what the model is called
 */
const char *
lobe_catalogue_entry_get_name (LobeCatalogueEntry *self)
{
  g_return_val_if_fail (LOBE_IS_CATALOGUE_ENTRY (self), NULL);

  return self->name;
}

/**
 * lobe_catalogue_entry_get_file_name:
 * @self: an entry
 *
 * Returns: (transfer none): the name of its file, without a folder
 */
const char *
lobe_catalogue_entry_get_file_name (LobeCatalogueEntry *self)
{
  g_return_val_if_fail (LOBE_IS_CATALOGUE_ENTRY (self), NULL);

  return self->file_name;
}

/**
 * lobe_catalogue_entry_get_licence:
 * @self: an entry
 *
 * Returns: (transfer none) (nullable): its licence, by the SPDX list; %NULL unknown
 */
const char *
lobe_catalogue_entry_get_licence (LobeCatalogueEntry *self)
{
  g_return_val_if_fail (LOBE_IS_CATALOGUE_ENTRY (self), NULL);

  return self->licence;
}

/**
 * lobe_catalogue_entry_get_size:
 * @self: an entry
 *
 * Returns: bytes of its file; 0 unknown
 */
gint64
lobe_catalogue_entry_get_size (LobeCatalogueEntry *self)
{
  g_return_val_if_fail (LOBE_IS_CATALOGUE_ENTRY (self), 0);

  return self->size;
}

/**
 * lobe_catalogue_entry_get_sha256:
 * @self: an entry
 *
 * Returns: (transfer none) (nullable): the SHA-256 of its file, in 64 lower-case digits; %NULL unknown
 */
const char *
lobe_catalogue_entry_get_sha256 (LobeCatalogueEntry *self)
{
  g_return_val_if_fail (LOBE_IS_CATALOGUE_ENTRY (self), NULL);

  return self->sha256;
}

/**
 * lobe_catalogue_entry_get_uri:
 * @self: an entry
 *
 * Returns: (transfer none): where its file is
 */
const char *
lobe_catalogue_entry_get_uri (LobeCatalogueEntry *self)
{
  g_return_val_if_fail (LOBE_IS_CATALOGUE_ENTRY (self), NULL);

  return self->uri;
}

/**
 * lobe_catalogue_entry_get_host:
 * @self: an entry
 *
 * Returns: (transfer none): who would be asked for it, to be shown before
 */
const char *
lobe_catalogue_entry_get_host (LobeCatalogueEntry *self)
{
  g_return_val_if_fail (LOBE_IS_CATALOGUE_ENTRY (self), NULL);

  return self->host;
}

/**
 * lobe_catalogue_entry_tune_request:
 * @self: an entry
 * @request: a request to this model that was not given away yet
 *
 * Sets what @request leaves to the server to what suits this model. What the person has chosen stays.
 */
void
lobe_catalogue_entry_tune_request (LobeCatalogueEntry *self,
                                   LobeRequest        *request)
{
  g_return_if_fail (LOBE_IS_CATALOGUE_ENTRY (self));
  g_return_if_fail (LOBE_IS_REQUEST (request));

  if (lobe_request_get_temperature (request) < 0 && self->temperature >= 0)
    lobe_request_set_temperature (request, self->temperature);
  if (lobe_request_get_top_p (request) < 0 && self->top_p >= 0)
    lobe_request_set_top_p (request, self->top_p);
  if (lobe_request_get_repeat_penalty (request) < 0 && self->repeat_penalty >= 0)
    lobe_request_set_repeat_penalty (request, self->repeat_penalty);
  if (lobe_request_get_max_tokens (request) == 0 && self->max_tokens > 0)
    lobe_request_set_max_tokens (request, self->max_tokens);
}

static gboolean
is_file_name (const char *name)
{
  return name != NULL && name[0] != '.' && strchr (name, '/') == NULL && g_str_has_suffix (name, ".gguf");
}

static gboolean
is_sha256 (const char *text)
{
  return text != NULL && strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}

/* Other schemes are none that a model is brought by. */
static GUri *
parse_uri (const char *text)
{
  g_autoptr (GUri) uri = text != NULL ? g_uri_parse (text, G_URI_FLAGS_ENCODED, NULL) : NULL;

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0'
      || (g_strcmp0 (g_uri_get_scheme (uri), "https") != 0 && g_strcmp0 (g_uri_get_scheme (uri), "http") != 0))
    return NULL;

  return g_steal_pointer (&uri);
}

static LobeCatalogueEntry *
parse_entry (JsonObject *object)
{
  g_autoptr (LobeCatalogueEntry) self = g_object_new (LOBE_TYPE_CATALOGUE_ENTRY, NULL);
  JsonObject *parameters = lobe_json_object (object, "parameters");
  const char *uri_text = lobe_json_string (object, "uri");
  g_autoptr (GUri) uri = parse_uri (uri_text);

  self->name = g_strdup (lobe_json_string (object, "name"));
  self->file_name = g_strdup (lobe_json_string (object, "file-name"));
  self->licence = g_strdup (lobe_json_string (object, "licence"));
  self->size = lobe_json_int (object, "size", 0);
  self->sha256 = g_strdup (lobe_json_string (object, "sha256"));
  self->uri = g_strdup (uri_text);
  self->host = g_strdup (uri != NULL ? g_uri_get_host (uri) : NULL);
  self->temperature = lobe_json_double (parameters, "temperature", -1);
  self->top_p = lobe_json_double (parameters, "top-p", -1);
  self->repeat_penalty = lobe_json_double (parameters, "repeat-penalty", -1);
  self->max_tokens = CLAMP (lobe_json_int (parameters, "max-tokens", 0), 0, G_MAXINT);

  if (self->name == NULL || !is_file_name (self->file_name) || self->size < 0
      || (self->sha256 != NULL && !is_sha256 (self->sha256)) || self->host == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

/* The file's own page, where people copy the address, is not the file. */
static char *
make_direct (const char *uri)
{
  const char *page = strstr (uri, "/blob/");

  if (page == NULL || !g_str_has_prefix (uri, "https://huggingface.co/"))
    return g_strdup (uri);

  return g_strdup_printf ("%.*s/resolve/%s", (int) (page - uri), uri, page + strlen ("/blob/"));
}

/**
 * lobe_catalogue_entry_new_for_uri:
 * @uri: address of a GGUF file, http or https
 * @sha256: (nullable): its SHA-256 in hexadecimal digits, if the person knows it
 * @error: where to put what is wrong with them: %LOBE_ERROR_INVALID
 *
 * Returns: (transfer full): what there is at an address, as if the catalogue had it. Its size is not known
 */
LobeCatalogueEntry *
lobe_catalogue_entry_new_for_uri (const char  *uri,
                                  const char  *sha256,
                                  GError     **error)
{
  g_autoptr (LobeCatalogueEntry) self = NULL;
  g_autoptr (GUri) parsed = NULL;
  g_autofree char *segment = NULL;
  g_autofree char *id = NULL;

  g_return_val_if_fail (uri != NULL, NULL);

  self = g_object_new (LOBE_TYPE_CATALOGUE_ENTRY, NULL);
  self->uri = make_direct (uri);
  parsed = parse_uri (self->uri);
  if (parsed == NULL)
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("“%s” is no address that begins with https:// or http://."), uri);
      return NULL;
    }

  segment = g_path_get_basename (g_uri_get_path (parsed));
  self->file_name = g_uri_unescape_string (segment, "/");
  if (!is_file_name (self->file_name) || !g_utf8_validate (self->file_name, -1, NULL))
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("The address is not that of a .gguf file."));
      return NULL;
    }
  self->sha256 = sha256 != NULL ? g_ascii_strdown (sha256, -1) : NULL;
  if (self->sha256 != NULL && !is_sha256 (self->sha256))
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("A SHA-256 checksum has 64 hexadecimal digits."));
      return NULL;
    }
  id = g_strndup (self->file_name, strlen (self->file_name) - strlen (".gguf"));
  self->name = lobe_gguf_make_name (id, NULL);
  self->host = g_strdup (g_uri_get_host (parsed));
  self->temperature = self->top_p = self->repeat_penalty = -1;

  return g_steal_pointer (&self);
}

/**
 * lobe_catalogue_entry_save:
 * @self: an entry
 * @size: bytes of its file, as is known now; 0 unknown
 *
 * Returns: (transfer full): what lobe_catalogue_entry_restore () reads
 */
char *
lobe_catalogue_entry_save (LobeCatalogueEntry *self,
                           gint64              size)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  g_return_val_if_fail (LOBE_IS_CATALOGUE_ENTRY (self), NULL);

  json_builder_begin_object (builder);
  lobe_json_add_string (builder, "name", self->name);
  lobe_json_add_string (builder, "file-name", self->file_name);
  lobe_json_add_string (builder, "licence", self->licence);
  lobe_json_add_int (builder, "size", size);
  lobe_json_add_string (builder, "sha256", self->sha256);
  lobe_json_add_string (builder, "uri", self->uri);
  json_builder_end_object (builder);

  return lobe_json_take_string (builder);
}

/**
 * lobe_catalogue_entry_restore:
 * @text: what lobe_catalogue_entry_save () wrote
 *
 * Returns: (transfer full) (nullable): the entry; %NULL when that is something else
 */
LobeCatalogueEntry *
lobe_catalogue_entry_restore (const char *text)
{
  g_autoptr (JsonNode) root = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  root = lobe_json_parse (text, -1, NULL);

  return lobe_json_get_object (root) != NULL ? parse_entry (lobe_json_get_object (root)) : NULL;
}

/**
 * lobe_catalogue_load:
 * @json: {"models": [{"name", "file-name", "licence", "size", "sha256", "uri", "parameters"?}…]}
 * @error: where to put what is wrong: %LOBE_ERROR_INVALID
 *
 * Returns: (transfer full): a list model of LobeCatalogueEntry
 */
GListModel *
lobe_catalogue_load (GBytes  *json,
                     GError **error)
{
  g_autoptr (GListStore) store = g_list_store_new (LOBE_TYPE_CATALOGUE_ENTRY);
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) local_error = NULL;
  JsonArray *models;
  const char *data;
  gsize length;

  g_return_val_if_fail (json != NULL, NULL);

  data = g_bytes_get_data (json, &length);
  root = lobe_json_parse (data != NULL ? data : "", length, &local_error);
  models = lobe_json_array (lobe_json_get_object (root), "models");
  if (models == NULL)
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("The catalogue of models can't be read: %s"),
                   local_error != NULL ? local_error->message : _("it has no “models”"));
      return NULL;
    }

  for (guint i = 0; i < json_array_get_length (models); i++)
    {
      g_autoptr (LobeCatalogueEntry) entry = parse_entry (lobe_json_element (models, i));

      /* what we offer ourselves is known in full */
      if (entry == NULL || entry->licence == NULL || entry->size == 0 || entry->sha256 == NULL)
        {
          g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID,
                       _("Model %u of the catalogue lacks something, or has it wrong."), i + 1);
          return NULL;
        }
      g_list_store_append (store, entry);
    }

  return G_LIST_MODEL (g_steal_pointer (&store));
}

/**
 * lobe_catalogue_load_built_in:
 *
 * The catalogue that this program has in it, or the file that LOBE_CATALOGUE names in its place. When that can't be
 * read, it is told on standard error.
 *
 * Returns: (transfer full): a list model of LobeCatalogueEntry
 */
GListModel *
lobe_catalogue_load_built_in (void)
{
  const char *path = g_getenv ("LOBE_CATALOGUE");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) json = NULL;
  GListModel *models = NULL;

  if (path != NULL && path[0] != '\0')
    {
      char *data;
      gsize length;

      if (g_file_get_contents (path, &data, &length, &error))
        json = g_bytes_new_take (data, length);
    }
  else
    {
      json = g_resource_lookup_data (lobe_engine_get_resource (), RESOURCE, G_RESOURCE_LOOKUP_FLAGS_NONE, &error);
    }

  if (json != NULL)
    models = lobe_catalogue_load (json, &error);
  if (models == NULL)
    {
      g_message ("LOBE_CATALOGUE: %s", error->message);
      models = G_LIST_MODEL (g_list_store_new (LOBE_TYPE_CATALOGUE_ENTRY));
    }

  return models;
}
