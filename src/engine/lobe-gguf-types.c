/* lobe-gguf-types.c: the ways in which numbers are kept in a GGUF file */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-gguf-types.h"

/* enum ggml_type of ggml.h, and type_traits of ggml.c */
static const LobeGgufTensorType tensor_types[] = {
  { 0, 0, 1, 4, "F32" },
  { 1, 1, 1, 2, "F16" },
  { 2, 2, 32, 18, "Q4_0" },
  { 3, 3, 32, 20, "Q4_1" },
  { 4, 6, 32, 22, "Q5_0" },
  { 5, 7, 32, 24, "Q5_1" },
  { 6, 8, 32, 34, "Q8_0" },
  { 7, 9, 32, 36, "Q8_1" },
  { 8, 10, 256, 84, "Q2_K" },
  { 9, 11, 256, 110, "Q3_K" },
  { 10, 12, 256, 144, "Q4_K" },
  { 11, 13, 256, 176, "Q5_K" },
  { 12, 14, 256, 210, "Q6_K" },
  { 13, 15, 256, 292, "Q8_K" },
  { 14, 16, 256, 66, "IQ2_XXS" },
  { 15, 17, 256, 74, "IQ2_XS" },
  { 16, 18, 256, 98, "IQ3_XXS" },
  { 17, 19, 256, 50, "IQ1_S" },
  { 18, 20, 32, 18, "IQ4_NL" },
  { 19, 21, 256, 110, "IQ3_S" },
  { 20, 22, 256, 82, "IQ2_S" },
  { 21, 23, 256, 136, "IQ4_XS" },
  { 22, 24, 1, 1, "I8" },
  { 23, 25, 1, 2, "I16" },
  { 24, 26, 1, 4, "I32" },
  { 25, 27, 1, 8, "I64" },
  { 26, 28, 1, 8, "F64" },
  { 27, 29, 256, 56, "IQ1_M" },
  { 28, 30, 1, 2, "BF16" },
  { 29, 34, 256, 54, "TQ1_0" },
  { 30, 35, 256, 66, "TQ2_0" },
  { 31, 39, 32, 17, "MXFP4" },
};

G_STATIC_ASSERT (G_N_ELEMENTS (tensor_types) == LOBE_GGUF_N_TENSOR_TYPES);

/* enum llama_ftype of llama.h */
static const struct
{
  guint       type;
  const char *name;
} file_types[] = {
  { 0, "F32" }, { 1, "F16" }, { 2, "Q4_0" }, { 3, "Q4_1" }, { 7, "Q8_0" }, { 8, "Q5_0" },
  { 9, "Q5_1" }, { 10, "Q2_K" }, { 11, "Q3_K_S" }, { 12, "Q3_K_M" }, { 13, "Q3_K_L" }, { 14, "Q4_K_S" },
  { 15, "Q4_K_M" }, { 16, "Q5_K_S" }, { 17, "Q5_K_M" }, { 18, "Q6_K" }, { 19, "IQ2_XXS" }, { 20, "IQ2_XS" },
  { 21, "Q2_K_S" }, { 22, "IQ3_XS" }, { 23, "IQ3_XXS" }, { 24, "IQ1_S" }, { 25, "IQ4_NL" }, { 26, "IQ3_S" },
  { 27, "IQ3_M" }, { 28, "IQ2_S" }, { 29, "IQ2_M" }, { 30, "IQ4_XS" }, { 31, "IQ1_M" }, { 32, "BF16" },
  { 36, "TQ1_0" }, { 37, "TQ2_0" }, { 38, "MXFP4" },
};

/* How tensors of a type are kept; NULL where it is a new one. */
const LobeGgufTensorType *
lobe_gguf_tensor_type_find (guint64 type)
{
  for (guint i = 0; i < G_N_ELEMENTS (tensor_types); i++)
    {
      if (tensor_types[i].type == type)
        return &tensor_types[i];
    }

  return NULL;
}

/* The one with that place. */
const LobeGgufTensorType *
lobe_gguf_tensor_type_get_nth (guint index)
{
  g_return_val_if_fail (index < G_N_ELEMENTS (tensor_types), NULL);

  return &tensor_types[index];
}

/* What a mixture of types is called, as "general.file_type" has it; NULL where it is a new one. */
const char *
lobe_gguf_file_type_get_name (guint64 type)
{
  for (guint i = 0; i < G_N_ELEMENTS (file_types); i++)
    {
      if (file_types[i].type == type)
        return file_types[i].name;
    }

  return NULL;
}
