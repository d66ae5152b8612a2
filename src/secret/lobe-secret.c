/* lobe-secret.c: a reference to a key, and where the key comes from; the key itself is never stored by us in the open */
/* SPDX-License-Identifier: GPL-3.0-or-later */

#include "secret/lobe-secret.h"

#include "base/lobe-error.h"
#include "base/lobe-private-file.h"
#include "lobe-config.h"
#include "secret/lobe-keyring.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define MAX_LENGTH (64 * 1024)

/* What the article that started this project puts into OPENAI_API_KEY where a server wants no key, and some clients
 * insist on one */
#define NO_KEY "sk-none-required-for-local"

/**
 * lobe_secret_is_key:
 * @value: (nullable): what a variable for a key holds
 *
 * Returns: whether it is a key; otherwise no authentication is wanted
 */
gboolean
lobe_secret_is_key (const char *value)
{
  return value != NULL && *value != '\0' && !g_str_equal (value, NO_KEY);
}

static gboolean
is_sendable (const char *key)
{
  for (const char *p = key; *p != '\0'; p++)
    {
      if ((guchar) *p < 0x20 || *p == 0x7f)
        return FALSE;
    }

  return TRUE;
}

static char *
look_up_variable (const char  *name,
                  GError     **error)
{
  const char *value;

  if (*name == '\0')
    {
      g_set_error_literal (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("“env:” names no variable"));
      return NULL;
    }

  value = g_getenv (name);
  if (value == NULL)
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_AUTHENTICATION,
                   _("The key is to come from the environment variable %s, which is not set"), name);
      return NULL;
    }

  if (!lobe_secret_is_key (value))
    return NULL;

  if (!is_sendable (value))
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID,
                   _("The environment variable %s holds more than a key: it has line breaks or control characters"), name);
      return NULL;
    }

  return g_strdup (value);
}

static char *
look_up_file (const char  *path,
              GError     **error)
{
  g_autofree char *shown = g_filename_display_name (path);
  char *key;
  gsize length;

  if (!g_path_is_absolute (path))
    {
      g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID, _("“file:%s” does not begin at the root folder"), shown);
      return NULL;
    }

  key = lobe_private_file_read (path, MAX_LENGTH, &length, error);
  if (key == NULL)
    return NULL;

  while (length > 0 && (key[length - 1] == '\n' || key[length - 1] == '\r'))
    key[--length] = '\0';

  if (length == 0)
    g_set_error (error, LOBE_ERROR, LOBE_ERROR_AUTHENTICATION, _("The key's file “%s” is empty"), shown);
  else if (strlen (key) != length || !is_sendable (key))
    g_set_error (error, LOBE_ERROR, LOBE_ERROR_INVALID,
                 _("The key's file “%s” holds more than a key: it has more lines or control characters"), shown);
  else
    return key;

  lobe_private_file_free (key);

  return NULL;
}

static void
free_key (gpointer key)
{
  lobe_private_file_free (key);
}

/* Off the main thread, as a file may lie on a disk that has to wake up */
static void
read_file (GTask        *task,
           gpointer      source,
           gpointer      task_data,
           GCancellable *cancellable)
{
  GError *error = NULL;
  char *key = look_up_file (task_data, &error);

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, key, free_key);
}

static void
keyring_answered (GObject      *source,
                  GAsyncResult *result,
                  gpointer      user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  char *key = lobe_keyring_lookup_finish (result, &error);

  if (key == NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, key, free_key);
}

/**
 * lobe_secret_lookup_async:
 * @reference: "keyring:NAME" for the Secret Service, "env:NAME" for an environment variable, "file:/path" for a file
 *   that holds a key and nothing else, and that nobody else can read
 * @cancellable: (nullable): to give it up
 * @callback: (scope async) (closure user_data): what to call when the key is there
 * @user_data: what to give to @callback
 *
 * Gets a key. It is read afresh each time, so that a changed file counts at once.
 */
void
lobe_secret_lookup_async (const char          *reference,
                          GCancellable        *cancellable,
                          GAsyncReadyCallback  callback,
                          gpointer             user_data)
{
  g_autoptr (GTask) task = NULL;
  g_autofree char *key = NULL;
  GError *error = NULL;

  g_return_if_fail (reference != NULL);
  g_return_if_fail (cancellable == NULL || G_IS_CANCELLABLE (cancellable));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, lobe_secret_lookup_async);

  if (g_str_has_prefix (reference, "file:"))
    {
      g_task_set_task_data (task, g_strdup (reference + strlen ("file:")), g_free);
      g_task_run_in_thread (task, read_file);
      return;
    }

  if (g_str_has_prefix (reference, LOBE_KEYRING_PREFIX))
    {
      lobe_keyring_lookup_async (reference, cancellable, keyring_answered, g_steal_pointer (&task));
      return;
    }

  if (g_str_has_prefix (reference, "env:"))
    key = look_up_variable (reference + strlen ("env:"), &error);
  else
    error = g_error_new_literal (LOBE_ERROR, LOBE_ERROR_UNSUPPORTED,
                                 _("A key can come from the keyring, from “env:NAME” or from “file:/path”, and from nowhere else"));

  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_pointer (task, g_steal_pointer (&key), free_key);
}

/**
 * lobe_secret_lookup_finish:
 * @result: what the callback was given
 * @error: where to put what went wrong: %LOBE_ERROR_AUTHENTICATION when there is no key, %LOBE_ERROR_INVALID when the
 *   file is not fit for one, %LOBE_ERROR_KEYRING when the Secret Service does not answer or is locked, %LOBE_ERROR_UNSUPPORTED for another kind of reference, %G_IO_ERROR_CANCELLED
 *
 * Returns: (transfer full) (nullable): the key; %NULL without an error when the variable says that none is wanted, being
 *   empty or `sk-none-required-for-local`
 */
char *
lobe_secret_lookup_finish (GAsyncResult  *result,
                           GError       **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
