/* lobe-json.c: JSON that other people wrote, read without believing its types; and writing our own */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "base/lobe-json.h"

#include "base/lobe-error.h"

#include <math.h>
#include <string.h>

/**
 * lobe_json_parse:
 * @data: JSON text in UTF-8
 * @length: its bytes, or -1 when nul-terminated
 * @error: where to put what is wrong: %LOBE_ERROR_PROTOCOL
 *
 * Returns: (transfer full) (nullable): its root; %NULL on error and for an empty text
 */
JsonNode *
lobe_json_parse (const char  *data,
                 gssize       length,
                 GError     **error)
{
  g_autoptr (JsonParser) parser = json_parser_new_immutable ();
  g_autoptr (GError) local_error = NULL;
  JsonNode *root;

  if (!json_parser_load_from_data (parser, data, length, &local_error))
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_PROTOCOL, "not valid JSON: %s", local_error->message);
      return NULL;
    }

  root = json_parser_steal_root (parser);
  if (root == NULL)
    g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_PROTOCOL, "not valid JSON: it is empty");

  return root;
}

/**
 * lobe_json_get_object:
 * @node: (nullable): any node
 *
 * Returns: (transfer none) (nullable): its object; %NULL when it is something else
 */
JsonObject *
lobe_json_get_object (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static const char *
get_string (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/**
 * lobe_json_string:
 * @object: (nullable): an object
 * @member: a name in it
 *
 * Returns: (transfer none) (nullable): the string there; %NULL when there is none or something else
 */
const char *
lobe_json_string (JsonObject *object,
                  const char *member)
{
  return object != NULL ? get_string (json_object_get_member (object, member)) : NULL;
}

/**
 * lobe_json_int:
 * @object: (nullable): an object
 * @member: a name in it
 * @fallback: what to answer when there is no finite number
 *
 * Returns: the number there, without its fraction, held to the range of 64 bits
 */
gint64
lobe_json_int (JsonObject *object,
               const char *member,
               gint64      fallback)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;
  double value;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node))
    return fallback;
  if (json_node_get_value_type (node) == G_TYPE_INT64)
    return json_node_get_int (node);
  if (json_node_get_value_type (node) != G_TYPE_DOUBLE)
    return fallback;

  value = json_node_get_double (node);
  if (!isfinite (value))
    return fallback;
  if (value >= 9223372036854775807.0)
    return G_MAXINT64;
  if (value <= -9223372036854775808.0)
    return G_MININT64;

  return (gint64) value;
}

/**
 * lobe_json_double:
 * @object: (nullable): an object
 * @member: a name in it
 * @fallback: what to answer when there is no finite number
 *
 * Returns: the number there
 */
double
lobe_json_double (JsonObject *object,
                  const char *member,
                  double      fallback)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  if (node == NULL || !JSON_NODE_HOLDS_VALUE (node) ||
      (json_node_get_value_type (node) != G_TYPE_INT64 && json_node_get_value_type (node) != G_TYPE_DOUBLE) ||
      !isfinite (json_node_get_double (node)))
    return fallback;

  return json_node_get_double (node);
}

/**
 * lobe_json_boolean:
 * @object: (nullable): an object
 * @member: a name in it
 * @fallback: what to answer when there is no boolean
 *
 * Returns: the boolean there
 */
gboolean
lobe_json_boolean (JsonObject *object,
                   const char *member,
                   gboolean    fallback)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_BOOLEAN
             ? json_node_get_boolean (node)
             : fallback;
}

/**
 * lobe_json_object:
 * @object: (nullable): an object
 * @member: a name in it
 *
 * Returns: (transfer none) (nullable): the object there; %NULL when there is none or something else
 */
JsonObject *
lobe_json_object (JsonObject *object,
                  const char *member)
{
  return object != NULL ? lobe_json_get_object (json_object_get_member (object, member)) : NULL;
}

/**
 * lobe_json_array:
 * @object: (nullable): an object
 * @member: a name in it
 *
 * Returns: (transfer none) (nullable): the array there; %NULL when there is none or something else
 */
JsonArray *
lobe_json_array (JsonObject *object,
                 const char *member)
{
  JsonNode *node = object != NULL ? json_object_get_member (object, member) : NULL;

  return node != NULL && JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;
}

/**
 * lobe_json_element:
 * @array: (nullable): an array
 * @index: which element
 *
 * Returns: (transfer none) (nullable): the object there; %NULL past the end or when it is something else
 */
JsonObject *
lobe_json_element (JsonArray *array,
                   guint      index)
{
  return array != NULL && index < json_array_get_length (array)
             ? lobe_json_get_object (json_array_get_element (array, index))
             : NULL;
}

/**
 * lobe_json_string_element:
 * @array: (nullable): an array
 * @index: which element
 *
 * Returns: (transfer none) (nullable): the string there; %NULL past the end or when it is something else
 */
const char *
lobe_json_string_element (JsonArray *array,
                          guint      index)
{
  return array != NULL && index < json_array_get_length (array) ? get_string (json_array_get_element (array, index)) : NULL;
}

/**
 * lobe_json_to_string:
 * @node: any node
 * @pretty: whether for people
 *
 * Returns: (transfer full): its text
 */
char *
lobe_json_to_string (JsonNode *node,
                     gboolean  pretty)
{
  g_autoptr (JsonGenerator) generator = json_generator_new ();

  json_generator_set_pretty (generator, pretty);
  json_generator_set_root (generator, node);

  return json_generator_to_data (generator, NULL);
}

/**
 * lobe_json_begin_object:
 * @builder: a builder in an object
 * @member: a name
 *
 * Begins a member that is an object.
 */
void
lobe_json_begin_object (JsonBuilder *builder,
                        const char  *member)
{
  json_builder_set_member_name (builder, member);
  json_builder_begin_object (builder);
}

/**
 * lobe_json_begin_array:
 * @builder: a builder in an object
 * @member: a name
 *
 * Begins a member that is an array.
 */
void
lobe_json_begin_array (JsonBuilder *builder,
                       const char  *member)
{
  json_builder_set_member_name (builder, member);
  json_builder_begin_array (builder);
}

/**
 * lobe_json_add_string:
 * @builder: a builder in an object
 * @member: a name
 * @value: (nullable): a string
 *
 * Adds a member, unless there is no value.
 */
void
lobe_json_add_string (JsonBuilder *builder,
                      const char  *member,
                      const char  *value)
{
  if (value == NULL)
    return;

  json_builder_set_member_name (builder, member);
  json_builder_add_string_value (builder, value);
}

/**
 * lobe_json_add_int:
 * @builder: a builder in an object
 * @member: a name
 * @value: a number; negative means that it is not known
 *
 * Adds a member, unless the number is not known.
 */
void
lobe_json_add_int (JsonBuilder *builder,
                   const char  *member,
                   gint64       value)
{
  if (value < 0)
    return;

  json_builder_set_member_name (builder, member);
  json_builder_add_int_value (builder, value);
}

/**
 * lobe_json_add_double:
 * @builder: a builder in an object
 * @member: a name
 * @value: a number; negative means that it is not known
 *
 * Adds a member, unless the number is not known.
 */
void
lobe_json_add_double (JsonBuilder *builder,
                      const char  *member,
                      double       value)
{
  if (value < 0.0)
    return;

  json_builder_set_member_name (builder, member);
  json_builder_add_double_value (builder, value);
}

/**
 * lobe_json_add_boolean:
 * @builder: a builder in an object
 * @member: a name
 * @value: a boolean
 *
 * Adds a member.
 */
void
lobe_json_add_boolean (JsonBuilder *builder,
                       const char  *member,
                       gboolean     value)
{
  json_builder_set_member_name (builder, member);
  json_builder_add_boolean_value (builder, value);
}

/**
 * lobe_json_add_text:
 * @builder: a builder in an object
 * @member: a name
 * @json: (nullable): any value as JSON text: the schema of a tool's arguments
 *
 * Adds a member, unless @json is none.
 */
void
lobe_json_add_text (JsonBuilder *builder,
                    const char  *member,
                    const char  *json)
{
  g_autoptr (JsonNode) node = json != NULL ? lobe_json_parse (json, -1, NULL) : NULL;

  if (node == NULL)
    return;

  json_builder_set_member_name (builder, member);
  json_builder_add_value (builder, g_steal_pointer (&node));
}

/**
 * lobe_json_take_bytes:
 * @builder: a builder whose root is complete
 *
 * Returns: (transfer full): the text of what was built, without a nul: the body of a request
 */
GBytes *
lobe_json_take_bytes (JsonBuilder *builder)
{
  char *text = lobe_json_take_string (builder);

  return g_bytes_new_take (text, strlen (text));
}

/**
 * lobe_json_take_string:
 * @builder: a builder whose root is complete
 *
 * Returns: (transfer full): the text of what was built
 */
char *
lobe_json_take_string (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);

  return lobe_json_to_string (root, FALSE);
}
