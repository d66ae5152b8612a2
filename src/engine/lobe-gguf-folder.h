/* lobe-gguf-folder.h: the chat models in folders of .gguf files, and what to call them */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * LobeGgufFile:
 * @path: absolute path
 * @id: its file's name without ".gguf"
 * @name: for people
 * @size: bytes
 *
 * A model file.
 */
typedef struct
{
  char   *path;
  char   *id;
  char   *name;
  gint64  size;
} LobeGgufFile;

void       lobe_gguf_file_free   (LobeGgufFile        *self);
GPtrArray *lobe_gguf_folder_scan (const char * const  *folders);
char      *lobe_gguf_make_name   (const char          *id,
                                  char               **quantization);

G_END_DECLS
