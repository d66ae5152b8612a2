/* lobe-owner.h: the lock file by which other processes see that we still live */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _LobeOwner LobeOwner;

LobeOwner  *lobe_owner_new        (const char  *folder);
void        lobe_owner_free       (LobeOwner   *self);
const char *lobe_owner_get_name   (LobeOwner   *self);
gboolean    lobe_owner_lock       (LobeOwner   *self,
                                   GError     **error);
void        lobe_owner_unlock     (LobeOwner   *self);
gboolean    lobe_owner_is_gone    (LobeOwner   *self,
                                   const char  *name);
void        lobe_owner_clean      (LobeOwner   *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LobeOwner, lobe_owner_free)

G_END_DECLS
