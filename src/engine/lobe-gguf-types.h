/* lobe-gguf-types.h: the ways in which numbers are kept in a GGUF file */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define LOBE_GGUF_N_TENSOR_TYPES 32

/*
 * LobeGgufTensorType:
 * @index: its place among those that are known here
 * @type: its number in enum ggml_type
 * @block: so many numbers are kept together
 * @bytes: of a block
 * @name: what people call it
 */
typedef struct
{
  guint       index;
  guint       type;
  guint       block;
  guint       bytes;
  const char *name;
} LobeGgufTensorType;

const LobeGgufTensorType *lobe_gguf_tensor_type_find    (guint64 type);
const LobeGgufTensorType *lobe_gguf_tensor_type_get_nth (guint   index);
const char               *lobe_gguf_file_type_get_name  (guint64 type);

G_END_DECLS
