/* lobe-gguf-folder.c: the chat models in folders of .gguf files, and what to call them */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-gguf-folder.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#define SUFFIX ".gguf"

/* Big models come in pieces, of which llama.cpp wants to hear the first. */
#define FIRST_PIECE "-00001-of-"

void
lobe_gguf_file_free (LobeGgufFile *self)
{
  g_free (self->path);
  g_free (self->id);
  g_free (self->name);
  g_free (self);
}

static gboolean
is_quantization (const char *text)
{
  g_autofree char *lower = g_ascii_strdown (text, -1);

  if (g_str_has_prefix (lower, "iq") && g_ascii_isdigit (lower[2]))
    return TRUE;
  if ((lower[0] == 'q' || lower[0] == 'f') && g_ascii_isdigit (lower[1]))
    return TRUE;

  return g_str_has_prefix (lower, "bf16") || g_str_has_prefix (lower, "fp16") || g_str_has_prefix (lower, "mxfp4")
         || g_str_has_prefix (lower, "tq1_") || g_str_has_prefix (lower, "tq2_");
}

static gsize
get_piece_length (const char *id)
{
  const char *piece = strstr (id, FIRST_PIECE);

  return piece != NULL && strlen (piece) == strlen (FIRST_PIECE) + 5 ? strlen (piece) : 0;
}

/**
 * lobe_gguf_make_name:
 * @id: a file's name without ".gguf": "SmolLM2-135M-Instruct.Q4_1"
 * @quantization: (out) (optional) (nullable) (transfer full): how it is quantized, when the name says so: "Q4_1"
 *
 * Returns: (transfer full): what to call it: "SmolLM2 135M Instruct"
 */
char *
lobe_gguf_make_name (const char  *id,
                     char       **quantization)
{
  g_autofree char *name = g_strndup (id, strlen (id) - get_piece_length (id));
  char *last = NULL;

  if (quantization != NULL)
    *quantization = NULL;

  for (char *c = name; *c != '\0'; c++)
    if ((*c == '.' || *c == '-') && c > name && is_quantization (c + 1))
      {
        last = c;
        break;
      }

  if (last != NULL)
    {
      if (quantization != NULL)
        *quantization = g_strdup (last + 1);
      *last = '\0';
    }
  g_strdelimit (name, "-_", ' ');
  g_strstrip (name);

  return name[0] != '\0' ? g_steal_pointer (&name) : g_strdup (id);
}

static gboolean
is_chat_model (const char *file_name)
{
  g_autofree char *lower = g_ascii_strdown (file_name, -1);
  const char *piece = strstr (lower, "-of-");

  if (lower[0] == '.' || !g_str_has_suffix (lower, SUFFIX))
    return FALSE;
  /* The eyes of a vision model, not a model to talk to. */
  if (strstr (lower, "mmproj") != NULL)
    return FALSE;

  /* "-00002-of-00003": a later piece. */
  return piece == NULL || piece - lower < 6 || piece[-6] != '-' || strspn (piece - 5, "0123456789") != 5
         || strncmp (piece - 5, "00001", 5) == 0;
}

static int
compare_names (gconstpointer a,
               gconstpointer b)
{
  const LobeGgufFile *left = *(LobeGgufFile * const *) a;
  const LobeGgufFile *right = *(LobeGgufFile * const *) b;
  int order = g_ascii_strcasecmp (left->name, right->name);

  return order != 0 ? order : strcmp (left->id, right->id);
}

static GPtrArray *
scan_one (const char *folder)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_gguf_file_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_canonicalize_filename (name, folder);
      g_autofree char *utf8 = g_filename_to_utf8 (name, -1, NULL, NULL, NULL);
      LobeGgufFile *file;
      GStatBuf info;

      if (utf8 == NULL || !is_chat_model (name) || g_stat (path, &info) != 0 || !S_ISREG (info.st_mode)
          || info.st_size == 0)
        continue;

      file = g_new0 (LobeGgufFile, 1);
      file->path = g_steal_pointer (&path);
      file->id = g_strndup (utf8, strlen (utf8) - strlen (SUFFIX));
      file->name = lobe_gguf_make_name (file->id, NULL);
      file->size = info.st_size;
      g_ptr_array_add (files, file);
    }
  g_ptr_array_sort (files, compare_names);

  return g_steal_pointer (&files);
}

/* Two quantizations of a model must be told apart. */
static void
tell_apart (GPtrArray *files)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < files->len; i++)
    {
      LobeGgufFile *file = g_ptr_array_index (files, i);

      g_hash_table_insert (counts, g_strdup (file->name),
                           GINT_TO_POINTER (GPOINTER_TO_INT (g_hash_table_lookup (counts, file->name)) + 1));
    }

  for (guint i = 0; i < files->len; i++)
    {
      LobeGgufFile *file = g_ptr_array_index (files, i);
      g_autofree char *quantization = NULL;
      g_autofree char *plain = lobe_gguf_make_name (file->id, &quantization);

      if (quantization != NULL && GPOINTER_TO_INT (g_hash_table_lookup (counts, plain)) > 1)
        {
          g_free (file->name);
          file->name = g_strdup_printf ("%s (%s)", plain, quantization);
        }
    }
}

/**
 * lobe_gguf_folder_scan:
 * @folders: (array zero-terminated=1): folders, which need not be there; of two files with one name, the first counts
 *
 * Reads the disk, and so belongs into a thread.
 *
 * Returns: (transfer full) (element-type LobeGgufFile): the chat models, folder by folder, by name in each
 */
GPtrArray *
lobe_gguf_folder_scan (const char * const *folders)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) lobe_gguf_file_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autoptr (GPtrArray) files = scan_one (folders[i]);

      while (files->len > 0)
        {
          LobeGgufFile *file = g_ptr_array_steal_index (files, 0);

          if (g_hash_table_contains (seen, file->id))
            {
              lobe_gguf_file_free (file);
              continue;
            }

          g_hash_table_add (seen, file->id);
          g_ptr_array_add (all, file);
        }
    }
  tell_apart (all);

  return g_steal_pointer (&all);
}
