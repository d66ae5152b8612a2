/* lobe-part-file.h: a file that comes in pieces, and has its name only when all of it is there and right */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the name of a note ends with, after that of the file. */
#define LOBE_PART_FILE_NOTE ".part.json"

typedef struct _LobePartFile LobePartFile;

LobePartFile *lobe_part_file_new        (const char    *path,
                                         gint64         size,
                                         const char    *sha256,
                                         const char    *note);
void          lobe_part_file_free       (LobePartFile  *self);
gint64        lobe_part_file_get_length (LobePartFile  *self);
const char   *lobe_part_file_get_etag   (LobePartFile  *self);
gboolean      lobe_part_file_is_whole   (LobePartFile  *self);
const char   *lobe_part_file_get_part_path (LobePartFile *self);
void          lobe_part_file_close      (LobePartFile  *self);
void          lobe_part_file_discard    (LobePartFile  *self);

/* in a thread */
gboolean      lobe_part_file_open       (LobePartFile  *self,
                                         GError       **error);
gboolean      lobe_part_file_begin      (LobePartFile  *self,
                                         gboolean       from_start,
                                         const char    *etag,
                                         gint64         size,
                                         const char    *note,
                                         GError       **error);
gboolean      lobe_part_file_write      (LobePartFile  *self,
                                         GBytes        *bytes,
                                         GError       **error);
const char   *lobe_part_file_get_sha256 (LobePartFile  *self);
gboolean      lobe_part_file_verify     (LobePartFile  *self,
                                         GError       **error);
GPtrArray    *lobe_part_file_list       (const char    *folder);

G_END_DECLS
