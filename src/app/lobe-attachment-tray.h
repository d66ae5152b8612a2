/* lobe-attachment-tray.h: the files that go with what is being written */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/lobe-store.h"

#include <adwaita.h>

G_BEGIN_DECLS

#define LOBE_TYPE_ATTACHMENT_TRAY (lobe_attachment_tray_get_type ())

G_DECLARE_FINAL_TYPE (LobeAttachmentTray, lobe_attachment_tray, LOBE, ATTACHMENT_TRAY, AdwBin)

/*
 * Signals:
 *  changed: something was attached or taken away by the person
 *  failed (const char *text): why something cannot be attached; NULL when there is a new try
 */
void       lobe_attachment_tray_set_store       (LobeAttachmentTray *self,
                                                 LobeStore          *store);
GPtrArray *lobe_attachment_tray_get_attachments (LobeAttachmentTray *self);
void       lobe_attachment_tray_set_attachments (LobeAttachmentTray *self,
                                                 GPtrArray          *attachments);
void       lobe_attachment_tray_attach          (LobeAttachmentTray *self,
                                                 GFile              *file);
gboolean   lobe_attachment_tray_attach_value    (LobeAttachmentTray *self,
                                                 const GValue       *value);
gboolean   lobe_attachment_tray_paste           (LobeAttachmentTray *self);
void       lobe_attachment_tray_choose          (LobeAttachmentTray *self);

G_END_DECLS
