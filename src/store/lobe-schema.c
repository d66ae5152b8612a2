/* lobe-schema.c: brings a file to the schema that this program knows */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "store/lobe-schema.h"

#include "base/lobe-error.h"

#include <gio/gio.h>
#include <glib/gi18n-lib.h>

#define APPLICATION_ID 0x4c6f6265 /* "Lobe", as schema/001.sql sets it */

static GBytes *
get_migration (guint version)
{
  g_autofree char *path = g_strdup_printf ("/org/lobe/Chat/schema/%03u.sql", version);

  return g_resources_lookup_data (path, G_RESOURCE_LOOKUP_FLAGS_NONE, NULL);
}

static gboolean
migrate (LobeDatabase  *self,
         gpointer       data,
         GError       **error)
{
  guint version = GPOINTER_TO_UINT (data);
  g_autoptr (GBytes) script = get_migration (version);
  g_autofree char *set_version = g_strdup_printf ("PRAGMA user_version = %u", version);
  gint64 present;

  /* another process may have been faster */
  if (!lobe_database_integer (self, "PRAGMA user_version", &present, error))
    return FALSE;
  if (present >= version)
    return TRUE;

  /* resources are terminated by a zero byte that is not counted */
  return lobe_database_script (self, g_bytes_get_data (script, NULL), error) &&
         lobe_database_script (self, set_version, error);
}

/**
 * lobe_schema_update: (skip)
 * @self: a database that was just opened
 * @error: return location: %LOBE_ERROR_STORE when the file is not ours, or newer than this program
 *
 * Brings the file to the newest schema, a version at a time, each in a transaction of its own.
 *
 * Returns: whether the schema is the one that this program knows
 */
gboolean
lobe_schema_update (LobeDatabase  *self,
                    GError       **error)
{
  gint64 version, application_id;
  guint newest = 0;

  for (;;)
    {
      g_autoptr (GBytes) script = get_migration (newest + 1);

      if (script == NULL)
        break;
      newest++;
    }

  if (!lobe_database_integer (self, "PRAGMA user_version", &version, error) ||
      !lobe_database_integer (self, "PRAGMA application_id", &application_id, error))
    return FALSE;

  if (application_id != APPLICATION_ID && (application_id != 0 || version != 0))
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_STORE,
                   /* Translators: a file name */
                   _("The file “%s” was not made by this program, so it is left alone."), lobe_database_get_path (self));
      return FALSE;
    }

  if (version > newest)
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_STORE,
                   /* Translators: a file name */
                   _("The chats in “%s” were written by a newer version of this program. Install that version to use them; "
                     "nothing was changed."), lobe_database_get_path (self));
      return FALSE;
    }

  for (guint next = version + 1; next <= newest; next++)
    {
      if (!lobe_database_write (self, LOBE_DATABASE_DURABLE, migrate, GUINT_TO_POINTER (next), error))
        return FALSE;
    }

  return TRUE;
}
