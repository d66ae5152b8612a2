/* lobe-section.h: the rows of one message */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/transcript/lobe-row.h"

G_BEGIN_DECLS

typedef struct _LobeSection LobeSection;

LobeSection *lobe_section_new         (LobeMessage *message);
void         lobe_section_free        (LobeSection *self);
guint        lobe_section_estimate    (LobeMessage *message);
LobeMessage *lobe_section_get_message (LobeSection *self);
guint        lobe_section_get_n_rows  (LobeSection *self);
LobeRow     *lobe_section_get_row     (LobeSection *self,
                                       guint        index);
void         lobe_section_set_place   (LobeSection *self,
                                       gboolean     first,
                                       gboolean     latest);
void         lobe_section_set_summary (LobeSection *self,
                                       gsize        length);
gboolean     lobe_section_get_live    (LobeSection *self);
gboolean     lobe_section_flush       (LobeSection *self);
void         lobe_section_rebuild     (LobeSection *self);
gboolean     lobe_section_get_open    (LobeSection *self);
void         lobe_section_set_open    (LobeSection *self,
                                       gboolean     open);
void         lobe_section_set_hovered (LobeSection *self,
                                       gboolean     hovered);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeSection, lobe_section_free)

G_END_DECLS
