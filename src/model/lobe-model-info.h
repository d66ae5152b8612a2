/* lobe-model-info.h: what is known of one model on one server */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * LobeCapabilities:
 * @LOBE_CAPABILITY_VISION: takes images
 * @LOBE_CAPABILITY_TOOLS: calls tools
 * @LOBE_CAPABILITY_THINKING: thinks before it answers
 * @LOBE_CAPABILITY_EMBEDDING: makes embeddings, and does not chat
 */
typedef enum
{
  LOBE_CAPABILITY_VISION = 1 << 0,
  LOBE_CAPABILITY_TOOLS = 1 << 1,
  LOBE_CAPABILITY_THINKING = 1 << 2,
  LOBE_CAPABILITY_EMBEDDING = 1 << 3,
} LobeCapabilities;

#define LOBE_TYPE_MODEL_INFO (lobe_model_info_get_type ())

G_DECLARE_FINAL_TYPE (LobeModelInfo, lobe_model_info, LOBE, MODEL_INFO, GObject)

/*
 * Properties: id, name, server, context-length (tokens, 0 unknown), loaded, size (bytes, 0 unknown), capabilities (0
 * unknown), licence, quantization, parameters (words, NULL unknown), memory (bytes when it runs, 0 unknown)
 */
LobeModelInfo    *lobe_model_info_new                (const char       *id,
                                                      const char       *name);
const char       *lobe_model_info_get_id             (LobeModelInfo    *self);
const char       *lobe_model_info_get_name           (LobeModelInfo    *self);
const char       *lobe_model_info_get_server         (LobeModelInfo    *self);
void              lobe_model_info_set_server         (LobeModelInfo    *self,
                                                      const char       *server_id);
LobeCapabilities  lobe_model_info_get_capabilities   (LobeModelInfo    *self);
void              lobe_model_info_set_capabilities   (LobeModelInfo    *self,
                                                      LobeCapabilities  capabilities);
gint64            lobe_model_info_get_context_length (LobeModelInfo    *self);
void              lobe_model_info_set_context_length (LobeModelInfo    *self,
                                                      gint64            tokens);
gint64            lobe_model_info_get_max_context_length (LobeModelInfo *self);
void              lobe_model_info_set_max_context_length (LobeModelInfo *self,
                                                      gint64            tokens);
gboolean          lobe_model_info_get_loaded         (LobeModelInfo    *self);
void              lobe_model_info_set_loaded         (LobeModelInfo    *self,
                                                      gboolean          loaded);
gint64            lobe_model_info_get_size           (LobeModelInfo    *self);
void              lobe_model_info_set_size           (LobeModelInfo    *self,
                                                      gint64            bytes);
const char       *lobe_model_info_get_licence        (LobeModelInfo    *self);
void              lobe_model_info_set_licence        (LobeModelInfo    *self,
                                                      const char       *licence);
const char       *lobe_model_info_get_quantization   (LobeModelInfo    *self);
void              lobe_model_info_set_quantization   (LobeModelInfo    *self,
                                                      const char       *quantization);
const char       *lobe_model_info_get_parameters     (LobeModelInfo    *self);
void              lobe_model_info_set_parameters     (LobeModelInfo    *self,
                                                      const char       *parameters);
gint64            lobe_model_info_get_memory         (LobeModelInfo    *self);
void              lobe_model_info_set_memory         (LobeModelInfo    *self,
                                                      gint64            bytes);
void              lobe_model_info_update             (LobeModelInfo    *self,
                                                      LobeModelInfo    *news);
void              lobe_model_info_get_price          (LobeModelInfo    *self,
                                                      double           *prompt,
                                                      double           *completion);
void              lobe_model_info_set_price          (LobeModelInfo    *self,
                                                      double            prompt,
                                                      double            completion);

G_END_DECLS
