/* lobe-gguf.c: what a GGUF file says of the model in it */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-gguf.h"

#include "lobe-config.h"

#include "base/lobe-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The vocabulary makes heads long: what is read first, and what is too long to be one, bytes. */
#define FIRST_READ (2 * 1024 * 1024)
#define MAX_HEAD (256 * 1024 * 1024)

/* Longer words are no names, bytes. */
#define MAX_WORDS 200

/* Arrays of arrays: nobody writes them, and none goes deeper. */
#define MAX_DEPTH 4

/* docs/gguf.md of ggml, versions 2 and 3 */
typedef enum
{
  TYPE_UINT8,
  TYPE_INT8,
  TYPE_UINT16,
  TYPE_INT16,
  TYPE_UINT32,
  TYPE_INT32,
  TYPE_FLOAT32,
  TYPE_BOOL,
  TYPE_STRING,
  TYPE_ARRAY,
  TYPE_UINT64,
  TYPE_INT64,
  TYPE_FLOAT64,
  N_TYPES,
} Type;

static const guint8 type_sizes[N_TYPES] = { 1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8 };

/* How tensors of a type (enum ggml_type) are kept: @bytes for each @block of numbers */
static const struct
{
  guint       type;
  guint       block;
  guint       bytes;
  const char *name;
} tensor_types[] = {
  { 0, 1, 4, "F32" }, { 1, 1, 2, "F16" }, { 2, 32, 18, "Q4_0" }, { 3, 32, 20, "Q4_1" },
  { 6, 32, 22, "Q5_0" }, { 7, 32, 24, "Q5_1" }, { 8, 32, 34, "Q8_0" }, { 9, 32, 36, "Q8_1" },
  { 10, 256, 84, "Q2_K" }, { 11, 256, 110, "Q3_K" }, { 12, 256, 144, "Q4_K" }, { 13, 256, 176, "Q5_K" },
  { 14, 256, 210, "Q6_K" }, { 15, 256, 292, "Q8_K" }, { 16, 256, 66, "IQ2_XXS" }, { 17, 256, 74, "IQ2_XS" },
  { 18, 256, 98, "IQ3_XXS" }, { 19, 256, 50, "IQ1_S" }, { 20, 32, 18, "IQ4_NL" }, { 21, 256, 110, "IQ3_S" },
  { 22, 256, 82, "IQ2_S" }, { 23, 256, 136, "IQ4_XS" }, { 24, 1, 1, "I8" }, { 25, 1, 2, "I16" },
  { 26, 1, 4, "I32" }, { 27, 1, 8, "I64" }, { 28, 1, 8, "F64" }, { 29, 256, 56, "IQ1_M" },
  { 30, 1, 2, "BF16" }, { 34, 256, 54, "TQ1_0" }, { 35, 256, 66, "TQ2_0" }, { 39, 32, 17, "MXFP4" },
};

/* enum llama_ftype */
static const struct
{
  guint       type;
  const char *name;
} file_types[] = {
  { 0, "F32" },      { 1, "F16" },     { 2, "Q4_0" },    { 3, "Q4_1" },    { 7, "Q8_0" },     { 8, "Q5_0" },
  { 9, "Q5_1" },     { 10, "Q2_K" },   { 11, "Q3_K_S" }, { 12, "Q3_K_M" }, { 13, "Q3_K_L" },  { 14, "Q4_K_S" },
  { 15, "Q4_K_M" },  { 16, "Q5_K_S" }, { 17, "Q5_K_M" }, { 18, "Q6_K" },   { 19, "IQ2_XXS" }, { 20, "IQ2_XS" },
  { 21, "Q2_K_S" },  { 22, "IQ3_XS" }, { 23, "IQ3_XXS" }, { 24, "IQ1_S" }, { 25, "IQ4_NL" },  { 26, "IQ3_S" },
  { 27, "IQ3_M" },   { 28, "IQ2_S" },  { 29, "IQ2_M" },  { 30, "IQ4_XS" }, { 31, "IQ1_M" },   { 32, "BF16" },
  { 36, "TQ1_0" },   { 37, "TQ2_0" },  { 38, "MXFP4" },
};

/* Where one reads, and what was found. */
typedef struct
{
  const guint8 *data;
  gsize         length;
  gsize         offset;
  gboolean      short_of; /* more is needed than there is */
  gboolean      wrong;

  LobeGguf     *gguf;
  guint64       alignment;
  guint64       n_layers;
  guint64       n_heads;
  guint64       n_kv_heads;     /* in all layers, when has_all_kv_heads; else in each */
  gboolean      has_all_kv_heads;
  guint64       embedding_length;
  guint64       key_length;
  guint64       value_length;
  guint64       n_of_type[G_N_ELEMENTS (tensor_types)]; /* numbers that are kept so */
} Reader;

static gboolean
has (Reader  *reader,
     guint64  n)
{
  if (reader->wrong || reader->short_of)
    return FALSE;
  if (n <= reader->length - reader->offset)
    return TRUE;

  reader->short_of = TRUE;

  return FALSE;
}

static guint64
read_number (Reader *reader,
             guint   n_bytes)
{
  guint64 value = 0;

  if (!has (reader, n_bytes))
    return 0;

  for (guint i = 0; i < n_bytes; i++)
    value |= (guint64) reader->data[reader->offset + i] << (8 * i);
  reader->offset += n_bytes;

  return value;
}

static void
skip (Reader  *reader,
      guint64  n)
{
  if (has (reader, n))
    reader->offset += n;
}

static const char *
read_string (Reader *reader,
             gsize  *length)
{
  guint64 n = read_number (reader, 8);
  const char *text;

  *length = 0;
  /* what cannot be in any file is not waited for */
  if (n > MAX_HEAD)
    reader->wrong = TRUE;
  if (!has (reader, n))
    return "";

  text = (const char *) reader->data + reader->offset;
  reader->offset += n;
  *length = n;

  return text;
}

static void
skip_value (Reader  *reader,
            guint64  type,
            guint    depth);

static void
skip_array (Reader  *reader,
            guint    depth)
{
  guint64 type = read_number (reader, 4);
  guint64 n = read_number (reader, 8);

  if (type >= N_TYPES || depth > MAX_DEPTH || n > MAX_HEAD)
    {
      reader->wrong = reader->wrong || !reader->short_of;
      return;
    }
  if (type_sizes[type] > 0)
    {
      skip (reader, n * type_sizes[type]);
      return;
    }

  /* each takes bytes, so that this ends with them */
  for (guint64 i = 0; i < n && has (reader, 1); i++)
    skip_value (reader, type, depth + 1);
}

static void
skip_value (Reader  *reader,
            guint64  type,
            guint    depth)
{
  gsize length;

  if (type == TYPE_STRING)
    read_string (reader, &length);
  else if (type == TYPE_ARRAY)
    skip_array (reader, depth);
  else if (type < N_TYPES)
    skip (reader, type_sizes[type]);
  else
    reader->wrong = TRUE;
}

static gboolean
is_unsigned (guint64 type)
{
  return type == TYPE_UINT8 || type == TYPE_UINT16 || type == TYPE_UINT32 || type == TYPE_UINT64;
}

/* A count; 0 where it is something else, or negative. */
static guint64
read_count (Reader  *reader,
            guint64  type)
{
  guint64 value;

  if (type >= N_TYPES || type == TYPE_STRING || type == TYPE_ARRAY || type == TYPE_FLOAT32 || type == TYPE_FLOAT64
      || type == TYPE_BOOL)
    {
      skip_value (reader, type, 0);
      return 0;
    }

  value = read_number (reader, type_sizes[type]);
  if (!is_unsigned (type) && value >> (8 * type_sizes[type] - 1) != 0)
    return 0;

  return MIN (value, G_MAXINT64 / 2);
}

/* A count, or one for each layer: then their sum, and @many is set. */
static guint64
read_counts (Reader   *reader,
             guint64   type,
             gboolean *many)
{
  guint64 sum = 0;
  guint64 n;

  *many = FALSE;
  if (type != TYPE_ARRAY)
    return read_count (reader, type);

  type = read_number (reader, 4);
  n = read_number (reader, 8);
  if (type >= N_TYPES || type_sizes[type] == 0)
    {
      reader->wrong = reader->wrong || !reader->short_of;
      return 0;
    }
  *many = TRUE;
  for (guint64 i = 0; i < n && has (reader, 1); i++)
    sum = MIN (sum + MIN (read_count (reader, type), G_MAXUINT32), G_MAXUINT32);

  return sum;
}

static char *
read_words (Reader  *reader,
            guint64  type)
{
  const char *text;
  gsize length;

  if (type != TYPE_STRING)
    {
      skip_value (reader, type, 0);
      return NULL;
    }

  text = read_string (reader, &length);
  if (length == 0 || length > MAX_WORDS || !g_utf8_validate_len (text, length, NULL))
    return NULL;

  for (gsize i = 0; i < length; i++)
    {
      if (g_ascii_iscntrl (text[i]))
        return NULL;
    }

  return g_strndup (text, length);
}

static gboolean
mentions (const char *text,
          gsize       length,
          const char *word)
{
  return memmem (text, length, word, strlen (word)) != NULL;
}

static void
read_template (Reader  *reader,
               guint64  type)
{
  LobeGguf *gguf = reader->gguf;
  const char *text;
  gsize length;

  if (type != TYPE_STRING)
    {
      skip_value (reader, type, 0);
      return;
    }

  text = read_string (reader, &length);
  gguf->has_template = length > 0;
  if (mentions (text, length, "tools"))
    gguf->capabilities |= LOBE_CAPABILITY_TOOLS;
  if (mentions (text, length, "enable_thinking") || mentions (text, length, "reasoning_content")
      || mentions (text, length, "<think>"))
    gguf->capabilities |= LOBE_CAPABILITY_THINKING;
}

static void
set_words (char **place,
           char  *words)
{
  g_free (*place);
  *place = words;
}

static void
read_file_type (Reader  *reader,
                guint64  type)
{
  guint64 value = read_count (reader, type);

  for (guint i = 0; i < G_N_ELEMENTS (file_types); i++)
    {
      if (file_types[i].type == value)
        set_words (&reader->gguf->quantization, g_strdup (file_types[i].name));
    }
}

/* Keys of the architecture end so, whatever it is called. */
static gboolean
read_pair_of_architecture (Reader     *reader,
                           const char *key,
                           guint64     type)
{
  gboolean many;

  if (g_str_has_suffix (key, ".context_length") && !g_str_has_suffix (key, ".original_context_length"))
    reader->gguf->context_length = read_count (reader, type);
  else if (g_str_has_suffix (key, ".block_count"))
    reader->n_layers = read_count (reader, type);
  else if (g_str_has_suffix (key, ".embedding_length"))
    reader->embedding_length = read_count (reader, type);
  else if (g_str_has_suffix (key, ".attention.key_length"))
    reader->key_length = read_count (reader, type);
  else if (g_str_has_suffix (key, ".attention.value_length"))
    reader->value_length = read_count (reader, type);
  else if (g_str_has_suffix (key, ".attention.head_count"))
    reader->n_heads = read_counts (reader, type, &many);
  else if (g_str_has_suffix (key, ".attention.head_count_kv"))
    reader->n_kv_heads = read_counts (reader, type, &reader->has_all_kv_heads);
  else
    return FALSE;

  return TRUE;
}

static void
read_pair (Reader *reader)
{
  LobeGguf *gguf = reader->gguf;
  gsize length;
  const char *text = read_string (reader, &length);
  g_autofree char *key = g_strndup (text, length);
  guint64 type = read_number (reader, 4);

  if (strcmp (key, "general.architecture") == 0)
    set_words (&gguf->architecture, read_words (reader, type));
  else if (strcmp (key, "general.name") == 0)
    set_words (&gguf->name, read_words (reader, type));
  else if (strcmp (key, "general.license") == 0)
    set_words (&gguf->licence, read_words (reader, type));
  else if (strcmp (key, "general.file_type") == 0)
    read_file_type (reader, type);
  else if (strcmp (key, "general.alignment") == 0)
    reader->alignment = read_count (reader, type);
  else if (strcmp (key, "tokenizer.chat_template") == 0)
    read_template (reader, type);
  else if (!read_pair_of_architecture (reader, key, type))
    {
      if (g_str_has_suffix (key, ".pooling_type"))
        gguf->capabilities |= LOBE_CAPABILITY_EMBEDDING;
      skip_value (reader, type, 0);
    }
}

/* Bytes of @n numbers; 0 where the type is a new one. */
static guint64
count_bytes (Reader  *reader,
             guint64  type,
             guint64  n)
{
  for (guint i = 0; i < G_N_ELEMENTS (tensor_types); i++)
    {
      if (tensor_types[i].type == type)
        {
          reader->n_of_type[i] += n;
          return n / tensor_types[i].block * tensor_types[i].bytes;
        }
    }

  return 0;
}

static void
read_tensor (Reader  *reader,
             guint64 *end)
{
  gsize length;
  guint64 n_dimensions, type, offset;
  guint64 n = 1;

  read_string (reader, &length);
  n_dimensions = read_number (reader, 4);
  if (n_dimensions > 8)
    reader->wrong = TRUE;
  for (guint64 i = 0; i < n_dimensions && has (reader, 8); i++)
    {
      guint64 size = read_number (reader, 8);

      /* no tensor is that large: 2^48 numbers */
      if (size > 0 && n > (G_GUINT64_CONSTANT (1) << 48) / size)
        reader->wrong = TRUE;
      n = reader->wrong ? 0 : n * size;
    }
  type = read_number (reader, 4);
  offset = read_number (reader, 8);
  if (offset > G_GUINT64_CONSTANT (1) << 52)
    reader->wrong = TRUE;
  if (reader->wrong || reader->short_of)
    return;

  reader->gguf->n_parameters += n;
  *end = MAX (*end, offset + count_bytes (reader, type, n));
}

static void
count_cache (Reader *reader)
{
  guint64 key_length = reader->key_length;
  guint64 value_length = reader->value_length;
  guint64 n_heads = reader->n_kv_heads;

  if (n_heads == 0)
    n_heads = reader->n_heads;
  if (!reader->has_all_kv_heads)
    n_heads = MIN (n_heads, G_MAXUINT16) * MIN (reader->n_layers, G_MAXUINT16);
  if (key_length == 0 && reader->n_heads > 0)
    key_length = reader->embedding_length / reader->n_heads;
  if (value_length == 0)
    value_length = key_length;

  reader->gguf->cache_per_token = n_heads * (MIN (key_length, G_MAXUINT16) + MIN (value_length, G_MAXUINT16)) * 2;
}

/* Where the file does not name the mixture, what most of it is. */
static void
name_quantization (Reader *reader)
{
  guint most = 0;

  for (guint i = 1; i < G_N_ELEMENTS (tensor_types); i++)
    {
      if (reader->n_of_type[i] > reader->n_of_type[most])
        most = i;
    }
  if (reader->gguf->quantization == NULL && reader->n_of_type[most] > 0)
    reader->gguf->quantization = g_strdup (tensor_types[most].name);
}

static void
read_all (Reader *reader)
{
  guint64 version, n_tensors, n_pairs;
  guint64 end = 0;

  skip (reader, strlen (LOBE_GGUF_MAGIC));
  version = read_number (reader, 4);
  n_tensors = read_number (reader, 8);
  n_pairs = read_number (reader, 8);
  if (version < 2 || version > 3 || n_tensors > MAX_HEAD || n_pairs > MAX_HEAD)
    reader->wrong = reader->wrong || !reader->short_of;

  for (guint64 i = 0; i < n_pairs && has (reader, 1); i++)
    read_pair (reader);
  for (guint64 i = 0; i < n_tensors && has (reader, 1); i++)
    read_tensor (reader, &end);
  if (reader->wrong || reader->short_of)
    return;

  if (reader->alignment == 0 || reader->alignment > 65536)
    reader->alignment = 32;
  reader->gguf->size = end > 0 ? (reader->offset + reader->alignment - 1) / reader->alignment * reader->alignment + end
                               : reader->offset;
  count_cache (reader);
  name_quantization (reader);
}

/**
 * lobe_gguf_parse: (skip)
 * @data: the beginning of a file
 * @length: bytes in @data
 * @file_size: bytes of the whole file
 * @error: where to put what is wrong: %LOBE_ERROR_INTERRUPTED when the head goes on after @length, or the file should be
 *   longer than it is; %LOBE_ERROR_INVALID when this is no such file
 *
 * Reads the head of a GGUF file, version 2 or 3. Nothing that stands there is believed.
 *
 * Returns: (transfer full) (nullable): what it says
 */
LobeGguf *
lobe_gguf_parse (const guint8  *data,
                 gsize          length,
                 guint64        file_size,
                 GError       **error)
{
  g_autoptr (LobeGguf) gguf = g_new0 (LobeGguf, 1);
  Reader reader = { .data = data, .length = length, .gguf = gguf };

  g_return_val_if_fail (data != NULL || length == 0, NULL);

  if (memcmp (data, LOBE_GGUF_MAGIC, MIN (length, strlen (LOBE_GGUF_MAGIC))) != 0)
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("This is no GGUF file."));
      return NULL;
    }

  read_all (&reader);
  if (reader.wrong || (!reader.short_of && gguf->architecture == NULL))
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INVALID,
                           _("This GGUF file is damaged, or of a kind that is not known here."));
      return NULL;
    }
  if (reader.short_of || gguf->size > file_size)
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INTERRUPTED, _("This GGUF file is not complete."));
      return NULL;
    }

  return g_steal_pointer (&gguf);
}

static gsize
read_head (int     fd,
           guint8 *buffer,
           gsize   length)
{
  gsize n_read = 0;

  while (n_read < length)
    {
      gssize n = pread (fd, buffer + n_read, length - n_read, n_read);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        break;
      n_read += n;
    }

  return n_read;
}

/**
 * lobe_gguf_load: (skip)
 * @path: a file
 * @error: where to put what is wrong, as with lobe_gguf_parse (); %LOBE_ERROR_FAILED when it can't be read
 *
 * Reads the disk, and so belongs into a thread. The file is read, not mapped: somebody may be about to shorten it.
 *
 * Returns: (transfer full) (nullable): what the file says
 */
LobeGguf *
lobe_gguf_load (const char  *path,
                GError     **error)
{
  g_autofd int fd = g_open (path, O_RDONLY | O_CLOEXEC, 0);
  struct stat info;

  if (fd < 0 || fstat (fd, &info) != 0)
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_FAILED, _("The model can't be read: %s"), g_strerror (errno));
      return NULL;
    }

  for (gsize length = MIN (FIRST_READ, info.st_size);; length = MIN (length * 4, (gsize) info.st_size))
    {
      g_autofree guint8 *buffer = g_malloc (MAX (length, 1));
      g_autoptr (GError) local_error = NULL;
      LobeGguf *gguf = lobe_gguf_parse (buffer, read_head (fd, buffer, length), info.st_size, &local_error);

      if (gguf != NULL)
        return gguf;
      if (!g_error_matches (local_error, LOBE_ERROR, LOBE_ERROR_INTERRUPTED) || length >= (gsize) info.st_size
          || length >= MAX_HEAD)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
    }
}

/**
 * lobe_gguf_free: (skip)
 * @self: (transfer full): what a file says
 */
void
lobe_gguf_free (LobeGguf *self)
{
  g_free (self->architecture);
  g_free (self->name);
  g_free (self->licence);
  g_free (self->quantization);
  g_free (self);
}

/**
 * lobe_gguf_dup_parameters: (skip)
 * @self: what a file says
 *
 * Returns: (transfer full) (nullable): how many parameters it has, as their makers count: "135M", "8.0B"
 */
char *
lobe_gguf_dup_parameters (LobeGguf *self)
{
  if (self->n_parameters >= 1000 * 1000 * 1000)
    return g_strdup_printf ("%.1fB", self->n_parameters / 1e9);
  if (self->n_parameters >= 1000 * 1000)
    return g_strdup_printf ("%.0fM", self->n_parameters / 1e6);
  if (self->n_parameters > 0)
    return g_strdup_printf ("%.0fK", self->n_parameters / 1e3);

  return NULL;
}
