/* lobe-engine-program.c: where llama-server is on this machine */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "engine/lobe-engine.h"

#include "base/lobe-error.h"
#include "lobe-config.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static char *
find_in_path (const char *path,
              const char *name)
{
  g_auto (GStrv) folders = g_strsplit (path != NULL ? path : "", ":", -1);

  for (guint i = 0; folders[i] != NULL; i++)
    {
      g_autofree char *program = NULL;

      /* An empty entry means the current folder, from which nothing should be run by surprise. */
      if (!g_path_is_absolute (folders[i]))
        continue;
      program = g_build_filename (folders[i], name, NULL);
      if (g_file_test (program, G_FILE_TEST_IS_EXECUTABLE) && !g_file_test (program, G_FILE_TEST_IS_DIR))
        return g_steal_pointer (&program);
    }

  return NULL;
}

/**
 * lobe_engine_find_program:
 * @environment: (array zero-terminated=1): "NAME=value" each
 *
 * Looks for llama-server: where LOBE_ENGINE says (and nowhere else then), in our own libexec folder, in PATH.
 *
 * Returns: (transfer full) (nullable): its path
 */
char *
lobe_engine_find_program (const char * const *environment)
{
  const char *chosen = g_environ_getenv ((char **) environment, "LOBE_ENGINE");
  const char *path = g_environ_getenv ((char **) environment, "PATH");
  char *program;

  if (chosen != NULL && chosen[0] != '\0')
    {
      if (strchr (chosen, '/') == NULL)
        return find_in_path (path, chosen);
      program = g_canonicalize_filename (chosen, NULL);
      if (!g_file_test (program, G_FILE_TEST_IS_EXECUTABLE) || g_file_test (program, G_FILE_TEST_IS_DIR))
        g_clear_pointer (&program, g_free);
      return program;
    }

  program = find_in_path (LOBE_PKGLIBEXECDIR, "llama-server");

  return program != NULL ? program : find_in_path (path, "llama-server");
}

/**
 * lobe_engine_make_missing_error:
 *
 * Returns: (transfer full): a %LOBE_ERROR_NOT_INSTALLED that says what to do when there is no llama-server
 */
GError *
lobe_engine_make_missing_error (void)
{
  return g_error_new_literal (LOBE_ERROR, LOBE_ERROR_NOT_INSTALLED,
                              _("The local engine is not installed. Install llama.cpp, so that llama-server is found in "
                                "PATH, or set LOBE_ENGINE to its path."));
}
