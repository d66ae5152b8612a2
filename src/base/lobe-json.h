/* lobe-json.h: reading JSON that other people wrote, without believing its types */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

JsonNode   *lobe_json_parse       (const char  *data,
                                   gssize       length,
                                   GError     **error);
JsonObject *lobe_json_get_object  (JsonNode    *node);
const char *lobe_json_string      (JsonObject  *object,
                                   const char  *member);
gint64      lobe_json_int         (JsonObject  *object,
                                   const char  *member,
                                   gint64       fallback);
double      lobe_json_double      (JsonObject  *object,
                                   const char  *member,
                                   double       fallback);
gboolean    lobe_json_boolean     (JsonObject  *object,
                                   const char  *member,
                                   gboolean     fallback);
JsonObject *lobe_json_object      (JsonObject  *object,
                                   const char  *member);
JsonArray  *lobe_json_array       (JsonObject  *object,
                                   const char  *member);
JsonObject *lobe_json_element     (JsonArray   *array,
                                   guint        index);
char       *lobe_json_to_string   (JsonNode    *node,
                                   gboolean     pretty);
char       *lobe_json_take_string (JsonBuilder *builder);

G_END_DECLS
