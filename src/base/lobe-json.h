/* lobe-json.h: JSON that other people wrote, read without believing its types; and writing our own */
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
const char *lobe_json_string_element
                                  (JsonArray   *array,
                                   guint        index);
char       *lobe_json_to_string   (JsonNode    *node,
                                   gboolean     pretty);

void        lobe_json_begin_object (JsonBuilder *builder,
                                    const char  *member);
void        lobe_json_begin_array  (JsonBuilder *builder,
                                    const char  *member);
void        lobe_json_add_string   (JsonBuilder *builder,
                                    const char  *member,
                                    const char  *value);
void        lobe_json_add_int      (JsonBuilder *builder,
                                    const char  *member,
                                    gint64       value);
void        lobe_json_add_double   (JsonBuilder *builder,
                                    const char  *member,
                                    double       value);
void        lobe_json_add_boolean  (JsonBuilder *builder,
                                    const char  *member,
                                    gboolean     value);
void        lobe_json_add_text     (JsonBuilder *builder,
                                    const char  *member,
                                    const char  *json);
char       *lobe_json_take_string  (JsonBuilder *builder);
GBytes     *lobe_json_take_bytes   (JsonBuilder *builder);

G_END_DECLS
