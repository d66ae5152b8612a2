/* lobe-gguf.h: what a GGUF file says of the model in it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/lobe-model-info.h"

G_BEGIN_DECLS

/* The first bytes of every such file. */
#define LOBE_GGUF_MAGIC "GGUF"

/**
 * LobeGguf:
 * @architecture: "llama", "qwen3", …
 * @name: (nullable): what its makers call it
 * @licence: (nullable): its name
 * @quantization: (nullable): how most of its numbers are kept: "Q4_K_M"
 * @n_parameters: how many numbers the model is
 * @context_length: tokens that it was made for; 0 unknown
 * @cache_per_token: bytes of the key and value cache that each token of context takes, at 16 bits; 0 unknown
 * @size: bytes that the file must have at least
 * @capabilities: what its chat template knows of
 * @has_template: whether there is a chat template
 *
 * What the head of the file says.
 */
typedef struct
{
  char             *architecture;
  char             *name;
  char             *licence;
  char             *quantization;
  guint64           n_parameters;
  gint64            context_length;
  gint64            cache_per_token;
  guint64           size;
  LobeCapabilities  capabilities;
  gboolean          has_template;
} LobeGguf;

LobeGguf *lobe_gguf_parse          (const guint8  *data,
                                    gsize          length,
                                    guint64        file_size,
                                    GError       **error);
LobeGguf *lobe_gguf_load           (const char    *path,
                                    GError       **error);
void      lobe_gguf_free           (LobeGguf      *self);
char     *lobe_gguf_dup_parameters (LobeGguf      *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeGguf, lobe_gguf_free)

G_END_DECLS
