/* lobe-prose-layout.h: text and its spans as Pango wants them */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "markdown/lobe-block.h"

#include <pango/pango.h>

G_BEGIN_DECLS

/**
 * LobeShown:
 * @text: the text as it is laid out
 * @length: its length in bytes
 * @padding: (element-type guint): where in @text a thin space was put in around code, ascending
 * @pills: (element-type guint): start and end of each stretch of inline code, thin spaces included
 *
 * Text as it is shown: inline code is padded with thin spaces, so that the pill behind it has room.
 */
typedef struct
{
  char   *text;
  gsize   length;
  GArray *padding;
  GArray *pills;
} LobeShown;

void           lobe_shown_init      (LobeShown     *self,
                                     const char    *text,
                                     gsize          length,
                                     GArray        *spans,
                                     gsize          spans_from);
void           lobe_shown_clear     (LobeShown     *self);
gsize          lobe_shown_to        (LobeShown     *self,
                                     gsize          index);
gsize          lobe_shown_from      (LobeShown     *self,
                                     gsize          index);
void           lobe_shown_add_spans (LobeShown     *self,
                                     PangoAttrList *attrs,
                                     GArray        *spans,
                                     gsize          spans_from,
                                     const char    *monospace,
                                     PangoColor    *link);

G_END_DECLS
